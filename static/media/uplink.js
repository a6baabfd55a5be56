/** How we send over a weak uplink: sound first. It decides; `Publisher` carries out. No DOM. */
import { chosenPair } from "./chosenpair.js";
import { LOWS } from "./layers.js";
import { UpperLayer, restsFor } from "./upperlayer.js";

/**
 * Share of sound that is lost on the way (0..1), bit/s that the browser believes in, round trip (s), whether there is a
 * picture to send and how high it is, and by which way (the chosen pair's id).
 * @typedef {{loss?: number, bps?: number, rtt?: number, camera?: boolean, height?: number, way?: string}} Seen
 */
/**
 * With RED (RFC 2198) or without; whether sound must do with less; whether the picture is sent, or, small, only tried; bit/s
 * that its lower layer may take, and whether there is an upper one.
 * @typedef {{redundant: boolean, narrow: boolean, picture: "sent"|"tried"|"rests", low: number, high: boolean}} Manner
 */

const LOSSY = 0.01;
const VERY_LOSSY = 0.05;
const CLEAN_MS = 10_000; // without loss before redundancy ends
const NARROW_BPS = 150_000;
const WIDE_BPS = 200_000;
const NARROW_MS = 2_000;
const CARRIES_BPS = 110_000; // sound and a small picture
const SOUND_BPS = 60_000; // with its headers: a browser gives it the least first, then the picture all, then sound the rest
const AGAIN_BPS = 10_000; // more than that again before a picture takes more
const SLOW_S = 0.3; // a round trip that shows a queue: a browser that only believes in little may be busy itself
const LONGER_S = 0.0003; // with each look: a way that is 0.3 s longer is known as such after a quarter of an hour
const DEEP_S = 0.6; // and one in which no picture may wait to see whether it goes
const ROOM_BPS = 400_000; // for copies too, however long the queue
const CLEAR_MS = 5_000; // without a queue before there are copies again: each change is an answer of its own
const FALLEN = 0.4; // of what it believed in lately,
const FADES = 0.8; // which fades by this with every look
const LEAST_MS = 1_500; // so long a picture is sent before it is judged
const TRIAL_MS = 6_000; // the browser's estimate takes seconds to rise
const FELL = 0.85; // of what it believed in when the trial began: it has seen a queue
const LONGEST_MS = 30_000;
const RESTS_MS = [4_000, 4_000, 5_000, 8_000, 12_000, 20_000, LONGEST_MS]; // ever longer, for every trial costs the sound a little
const WELL_MS = 20_000;

export class Uplink {
  /** What a connection begins with: redundancy, for nothing is known of the link. @type {Manner} */
  manner = { redundant: true, narrow: false, picture: "sent", low: LOWS[0], high: true };
  /** @type {number|undefined} */ #lost;
  /** @type {number|undefined} */ #enough;
  /** @type {number|undefined} */ #carried;
  /** When the picture was last begun or stopped, and what the browser believed in then. */ #turned = -Infinity;
  #believed = 0;
  #had = 0;
  #queued = -Infinity;
  #lossy = -Infinity;
  /** The link's own round trip (s): what is more stands in a queue. */ #nearest = Infinity;
  /** @type {string|undefined} */ #way;
  #rests = 0;
  #upper = new UpperLayer();

  /**
   * @param {Seen} seen what is undefined says nothing
   * @param {number} now ms
   * @returns {Manner}
   */
  look({ loss, bps, rtt, camera = true, height = 0, way }, now) {
    if (way !== this.#way) this.#nearest = Infinity;
    this.#way = way;
    this.#nearest = Math.min(this.#nearest + LONGER_S, rtt ?? Infinity); // the same way may become longer too
    this.#lost ??= now;
    this.#enough ??= now;
    this.#carried ??= now;
    const queue = rtt === undefined ? 0 : rtt - this.#nearest;
    // It has seen a queue that no round trip tells yet; where the link loses it believes in less for that.
    const fallen = bps !== undefined && bps < NARROW_BPS && bps < FALLEN * this.#had && now - this.#lossy >= CLEAR_MS;
    if (loss !== undefined && loss >= VERY_LOSSY) this.#lossy = now;
    this.#had = Math.max(bps ?? 0, FADES * this.#had);
    if ((queue >= SLOW_S && (bps ?? 0) < ROOM_BPS) || fallen) this.#queued = now;
    if (now - this.#queued < CLEAR_MS) this.#lost = now - CLEAN_MS; // what is lost there has no room, and copies take more of it
    else if (loss !== undefined && loss >= LOSSY) this.#lost = now;
    if (bps === undefined || bps >= NARROW_BPS) this.#enough = now;
    const sent = this.manner.picture === "sent";
    const queued = rtt === undefined || rtt >= SLOW_S;
    // What is not known stops no picture, and brings none back.
    if (bps === undefined ? sent : bps >= CARRIES_BPS || (sent && !queued)) this.#carried = now;
    const short = queue >= DEEP_S && now > this.#carried ? Infinity : now - this.#carried;
    const picture = camera ? this.#picture(short, { bps, rtt }, now) : "sent"; // without one there is nothing to stop or to try
    // Beside a picture a browser takes less for much less, and where the link loses half of it goes into FEC.
    const tight = this.manner.narrow ? (bps ?? 0) < WIDE_BPS : now - this.#enough >= NARROW_MS;
    const narrow = fallen || (tight && (picture !== "sent" || !camera) && now - this.#lossy >= CLEAR_MS);
    const high = picture === "sent" ? this.#upper.look({ bps: camera ? bps : undefined, height, queue }, now) : this.#upper.rest(now);
    return (this.manner = { redundant: now - this.#lost < CLEAN_MS, narrow, picture, low: this.#low(bps), high });
  }

  /** What is left beside the sound. @param {number} [bps] */
  #low(bps = Infinity) {
    const left = bps - SOUND_BPS;
    const { low } = this.manner;
    return LOWS.find((step) => step <= left - (step > low ? AGAIN_BPS : 0)) ?? Math.min(...LOWS);
  }

  /** After a break what was seen before says nothing. */
  forget() {
    this.#lost = this.#enough = this.#carried = undefined;
    this.#upper.forget();
    this.#queued = this.#lossy = -Infinity;
    this.#nearest = Infinity;
    this.#had = 0;
  }

  /** @param {number} short for how long (ms) the link has not carried one @param {Seen} seen @param {number} now @returns {Manner["picture"]} */
  #picture(short, { bps = Infinity, rtt = 0 }, now) {
    const since = now - this.#turned;
    switch (this.manner.picture) {
      case "sent":
        if (short === 0 && since >= WELL_MS) this.#rests = 0;
        return short >= NARROW_MS && since >= LEAST_MS ? this.#turn("rests", bps, now) : "sent";
      case "tried":
        if (short === 0) return this.#turn("sent", bps, now);
        return bps < FELL * this.#believed || since >= TRIAL_MS ? this.#turn("rests", bps, now) : "tried";
      case "rests":
        if (rtt - this.#nearest >= SLOW_S && since < LONGEST_MS) return "rests"; // into a queue nothing is tried
        return since >= restsFor(RESTS_MS, this.#rests) ? this.#turn("tried", bps, now) : "rests";
    }
  }

  /** @param {Manner["picture"]} picture @param {number} bps @param {number} now */
  #turn(picture, bps, now) {
    this.#turned = now;
    this.#believed = Number.isFinite(bps) ? bps : 0;
    if (picture === "rests") this.#rests++;
    return picture;
  }
}

/**
 * From getStats (W3C webrtc-stats).
 * @param {import("./report.js").Stat[]} stats
 * @returns {Seen}
 */
export function seen(stats) {
  const reported = stats.find(({ type, kind }) => type === "remote-inbound-rtp" && kind === "audio");
  const pair = chosenPair(stats);
  // A check that was lost and sent again tells more than the way takes, a report may be old: a queue is in both.
  const [check, report] = [pair?.currentRoundTripTime, reported?.roundTripTime];
  const rtt = check === undefined || report === undefined ? (check ?? report) : Math.min(check, report);
  return { loss: reported?.fractionLost, bps: pair?.availableOutgoingBitrate, rtt, way: pair?.id };
}
