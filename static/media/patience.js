/** How long a sound is held back, so that what is sent again comes in time. It decides; `Subscriber` carries out. No DOM. */

/**
 * Packets that came too late to be played, and what passes (ms) between a packet's coming and its being played.
 * @typedef {{late: number, delay: number}} Heard
 */

const MOST_MS = 400; // beyond it people talk into each other's words
const STEP_MS = 60;
const OFTEN = 2; // a single packet that is late is not worth making everybody slower
const WITHIN_MS = 10_000;
const EASED_AFTER_MS = 30_000;
const EASED_MS = 40;

export class Patience {
  /** What to ask of the browser, in ms; null leaves it to itself. @type {number|null} */
  target = null;
  /** When the latest were late. @type {number[]} */ #late = [];
  #eased = -Infinity;

  /**
   * @param {Heard} heard since the last look
   * @param {number} now ms
   * @returns {number|null}
   */
  look({ late, delay }, now) {
    this.#late = [...this.#late, ...Array(Math.min(late, OFTEN)).fill(now)].filter((at) => now - at < WITHIN_MS);
    if (this.#late.length >= OFTEN) {
      this.target = Math.min(Math.round(Math.max(this.target ?? 0, delay)) + STEP_MS, MOST_MS);
      this.#late = [];
      this.#eased = now;
    } else if (this.target !== null && now - this.#eased >= EASED_AFTER_MS) {
      this.#eased = now;
      this.target = this.target > EASED_MS + STEP_MS ? this.target - EASED_MS : null;
    }
    return this.target;
  }
}

/**
 * From getStats (W3C webrtc-stats), by section.
 * @param {import("./report.js").Stat[]} stats
 * @returns {Map<string, {late: number, waited: number, played: number}>} counters
 */
export function counters(stats) {
  const sounds = stats.filter(({ type, kind, mid }) => type === "inbound-rtp" && kind === "audio" && mid !== undefined);
  return new Map(sounds.map((stat) => [stat.mid,
    { late: stat.packetsDiscarded ?? 0, waited: stat.jitterBufferDelay ?? 0, played: stat.jitterBufferEmittedCount ?? 0 }]));
}

/**
 * @param {{late: number, waited: number, played: number}} before
 * @param {{late: number, waited: number, played: number}} now
 * @returns {Heard}
 */
export function between(before, now) {
  const played = now.played - before.played;
  return { late: Math.max(now.late - before.late, 0), delay: played > 0 ? (1000 * (now.waited - before.waited)) / played : 0 };
}
