/** How we send over a weak uplink: sound first. It decides; `Publisher` carries out. No DOM. */
import { chosenPair } from "./chosenpair.js";

/**
 * Share of sound that is lost on the way (0..1), bit/s that the browser believes in, round trip (s), whether there is a
 * picture to send.
 * @typedef {{loss?: number, bps?: number, rtt?: number, camera?: boolean}} Seen
 */
/**
 * With RED (RFC 2198) or without; whether sound must do with less; whether the picture is sent, or, small, only tried.
 * @typedef {{redundant: boolean, narrow: boolean, picture: "sent"|"tried"|"rests"}} Manner
 */

const LOSSY = 0.01;
const CLEAN_MS = 10_000; // without loss before redundancy ends
const NARROW_BPS = 150_000;
const WIDE_BPS = 200_000;
const NARROW_MS = 2_000;
const CARRIES_BPS = 110_000; // sound and a small picture
const SLOW_S = 0.3; // a round trip that shows a queue: a browser that only believes in little may be busy itself
const LEAST_MS = 1_500; // so long a picture is sent before it is judged
const TRIAL_MS = 6_000; // the browser's estimate takes seconds to rise
const FELL = 0.85; // of what it believed in when the trial began: it has seen a queue
const LONGEST_MS = 30_000;
const RESTS_MS = [4_000, 4_000, 5_000, 8_000, 12_000, 20_000, LONGEST_MS]; // ever longer, for every trial costs the sound a little
const WELL_MS = 20_000;

export class Uplink {
  /** What a connection begins with: redundancy, for nothing is known of the link. @type {Manner} */
  manner = { redundant: true, narrow: false, picture: "sent" };
  /** @type {number|undefined} */ #lost;
  /** @type {number|undefined} */ #enough;
  /** @type {number|undefined} */ #carried;
  /** When the picture was last begun or stopped, and what the browser believed in then. */ #turned = -Infinity;
  #believed = 0;
  /** The link's own round trip (s): what is more stands in a queue. */ #nearest = Infinity;
  #rests = 0;

  /**
   * @param {Seen} seen what is undefined says nothing
   * @param {number} now ms
   * @returns {Manner}
   */
  look({ loss, bps, rtt, camera = true }, now) {
    this.#nearest = Math.min(this.#nearest, rtt ?? Infinity);
    this.#lost ??= now;
    this.#enough ??= now;
    this.#carried ??= now;
    if (loss !== undefined && loss >= LOSSY) this.#lost = now;
    if (bps === undefined || bps >= NARROW_BPS) this.#enough = now;
    const sent = this.manner.picture === "sent";
    const queued = rtt === undefined || rtt >= SLOW_S;
    // What is not known stops no picture, and brings none back.
    if (bps === undefined ? sent : bps >= CARRIES_BPS || (sent && !queued)) this.#carried = now;
    const narrow = this.manner.narrow ? (bps ?? 0) < WIDE_BPS : now - this.#enough >= NARROW_MS;
    const picture = camera ? this.#picture(now - this.#carried, { bps, rtt }, now) : "sent"; // without one there is nothing to stop or to try
    return (this.manner = { redundant: now - this.#lost < CLEAN_MS, narrow, picture });
  }

  /** After a break what was seen before says nothing. */
  forget() {
    this.#lost = this.#enough = this.#carried = undefined;
    this.#nearest = Infinity;
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
        return since >= RESTS_MS[Math.min(this.#rests, RESTS_MS.length) - 1] ? this.#turn("tried", bps, now) : "rests";
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
  return { loss: reported?.fractionLost, bps: pair?.availableOutgoingBitrate, rtt: pair?.currentRoundTripTime };
}
