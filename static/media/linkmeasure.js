/** What the link carries over the media connections, before entry (Rules ¶38): never over a data channel, which believes in too little. */

/** @typedef {{type: string, [name: string]: any}} Stat */
/** @typedef {{at: number, bits: number}} Count */

const EVERY_MS = 250;
const LASTS_MS = 5_000;
const FROM_MS = 2_000; // what stands in queues at first says nothing of the rate
const LEAST_MS = 2_000;
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
  const pair = stats.find(({ type, state, nominated }) => type === "candidate-pair" && state === "succeeded" && nominated);
  return pair?.availableOutgoingBitrate;
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
