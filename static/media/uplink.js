/** How we send over a weak uplink: sound first. It decides; `Publisher` carries out. No DOM. */

/** @typedef {{loss?: number, bps?: number}} Seen share of sound that is lost on the way (0..1), bit/s that the browser believes in */
/** @typedef {{redundant: boolean, narrow: boolean}} Manner with RED (RFC 2198) or without; whether sound must do with less */
/** @typedef {{type: string, kind?: string, state?: string, nominated?: boolean, [key: string]: any}} Stat */

const LOSSY = 0.01;
const CLEAN_MS = 10_000; // without loss before redundancy ends
const NARROW_BPS = 150_000;
const WIDE_BPS = 250_000;
const NARROW_MS = 2_000;

export class Uplink {
  /** What a connection begins with: redundancy, for nothing is known of the link. @type {Manner} */
  manner = { redundant: true, narrow: false };
  /** @type {number|undefined} */ #lost;
  /** @type {number|undefined} */ #enough;

  /**
   * @param {Seen} seen what is undefined says nothing
   * @param {number} now ms
   * @returns {Manner}
   */
  look({ loss, bps }, now) {
    this.#lost ??= now;
    this.#enough ??= now;
    if (loss !== undefined && loss >= LOSSY) this.#lost = now;
    if (bps === undefined || bps >= NARROW_BPS) this.#enough = now;
    const narrow = this.manner.narrow ? (bps ?? 0) < WIDE_BPS : now - this.#enough >= NARROW_MS;
    return (this.manner = { redundant: now - this.#lost < CLEAN_MS, narrow });
  }
}

/**
 * From getStats (W3C webrtc-stats).
 * @param {Stat[]} stats
 * @returns {Seen}
 */
export function seen(stats) {
  const reported = stats.find(({ type, kind }) => type === "remote-inbound-rtp" && kind === "audio");
  const pair = stats.find(({ type, state, nominated }) => type === "candidate-pair" && state === "succeeded" && nominated);
  return { loss: reported?.fractionLost, bps: pair?.availableOutgoingBitrate };
}
