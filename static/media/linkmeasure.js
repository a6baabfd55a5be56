/** What the link carries over the media connections, before entry (Rules ¶38): never over a data channel, which believes in too little. */
import { chosenPair } from "./chosenpair.js";

/** @typedef {{type: string, [name: string]: any}} Stat */
/** @typedef {{at: number, bits: number}} Count */

const EVERY_MS = 250;
const LASTS_MS = 5_000;
const FROM_MS = 2_000; // what stands in queues at first says nothing of the rate
const LEAST_MS = 2_000;
const TRIES = 2;
const START_BPS = 300_000; // with which libwebrtc begins to believe
const BEGINS_MS = 3_000;
const SETTLES_MS = 500; // the first of its probes is told before the second
const SPOILED = 2 / 3; // of the better probe: less was not the link's doing, which varies by a fifth up and down
const BELIEVES = 0.95; // of what a full link has shown to carry (libwebrtc, ProbeBitrateEstimator)
const LOOK_MS = 100;
const HEADERS = 28; // IPv4 and UDP, which the browser does not count

/**
 * What a connection has received, with its headers; undefined where the browser does not say.
 * @param {Stat[]} stats @returns {number|undefined} bits
 */
export function received(stats) {
  const transport = stats.find(({ type, packetsReceived }) => type === "transport" && packetsReceived > 0);
  return transport && 8 * (transport.bytesReceived + HEADERS * transport.packetsReceived);
}

/**
 * What the browser believes that its uplink carries, by the server's transport-wide feedback.
 * @param {Stat[]} stats @returns {number|undefined} bit/s
 */
export function believed(stats) {
  return chosenPair(stats)?.availableOutgoingBitrate;
}

/** Bit/s between two moments at least two seconds apart, without the first seconds. @param {Count[]} counts @returns {number|undefined} */
export function rate(counts) {
  const begin = counts[0]?.at ?? 0;
  const settled = counts.filter(({ at }) => at - begin >= FROM_MS);
  const [first, last] = [settled[0], settled[settled.length - 1]];
  if (!first || !last || last.at - first.at < LEAST_MS) return undefined;
  return Math.round((1_000 * (last.bits - first.bits)) / (last.at - first.at));
}

/**
 * Downwards, while the server sends padding.
 * @param {RTCPeerConnection} pc
 * @param {AbortSignal} gone
 */
export async function measureDown(pc, gone) {
  /** @type {Count[]} */
  const counts = [];
  const until = performance.now() + LASTS_MS;
  while (performance.now() < until && !gone.aborted) {
    const bits = received([...(await pc.getStats()).values()]);
    if (bits !== undefined) counts.push({ at: performance.now(), bits });
    await new Promise((resolve) => setTimeout(resolve, EVERY_MS));
  }
  return rate(counts);
}

/**
 * Upwards: a new connection sends short trains of packets, ever faster, and the server's transport-wide feedback says how they
 * arrived. A probe tells of a moment, and links vary: the mean of two, or the better one where what else is sent at the
 * time has spoiled the other.
 * @param {() => Promise<RTCPeerConnection|null>} renew a publish connection that has just been made
 * @param {AbortSignal} gone
 */
export async function measureUp(renew, gone) {
  /** @type {number[]} */
  const found = [];
  for (let attempt = 0; attempt < TRIES && !gone.aborted; attempt++) {
    const pc = await renew();
    const bps = pc && (await settled(pc, gone));
    if (bps) found.push(bps / BELIEVES);
  }
  const sound = found.filter((bps) => bps >= SPOILED * Math.max(...found));
  return sound.length ? Math.round(sound.reduce((sum, bps) => sum + bps, 0) / sound.length) : undefined;
}

/** What is believed once it was found out; undefined where nothing was. @param {RTCPeerConnection} pc @param {AbortSignal} gone */
async function settled(pc, gone) {
  const look = async () => believed([...(await pc.getStats()).values()]);
  const until = performance.now() + BEGINS_MS;
  while (performance.now() < until && !gone.aborted) {
    const bps = await look();
    if (bps && Math.abs(bps - START_BPS) > START_BPS / 100) {
      await new Promise((resolve) => setTimeout(resolve, SETTLES_MS));
      return look();
    }
    await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
  }
  return undefined;
}
