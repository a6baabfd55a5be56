/** How we send over a weak uplink: sound first. It decides; `Publisher` carries out. No DOM. */

/** @typedef {{loss?: number, bps?: number}} Seen share of sound that is lost on the way (0..1), bit/s that the browser believes in */
/**
 * With RED (RFC 2198) or without; whether sound must do with less; whether the picture is sent.
 * @typedef {{redundant: boolean, narrow: boolean, picture: boolean}} Manner
 */
/** @typedef {{type: string, kind?: string, state?: string, nominated?: boolean, [key: string]: any}} Stat */

const LOSSY = 0.01;
const CLEAN_MS = 10_000; // without loss before redundancy ends
const NARROW_BPS = 150_000;
const WIDE_BPS = 200_000;
const NARROW_MS = 2_000;
const TRIAL_MS = 2_500; // in which a picture that is sent again shows whether the link carries it
const RESTS_MS = [3_000, 4_500, 7_000, 10_000, 15_000, 30_000]; // ever longer, for every trial costs the sound a little
const WELL_MS = 20_000;

export class Uplink {
  /** What a connection begins with: redundancy, for nothing is known of the link. @type {Manner} */
  manner = { redundant: true, narrow: false, picture: true };
  /** @type {number|undefined} */ #lost;
  /** @type {number|undefined} */ #enough;
  /** When the picture was last begun or stopped. */ #turned = -Infinity;
  #rests = 0;

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
    return (this.manner = { redundant: now - this.#lost < CLEAN_MS, narrow, picture: this.#picture(narrow, now) });
  }

  /** @param {boolean} narrow @param {number} now */
  #picture(narrow, now) {
    const { picture } = this.manner;
    const since = now - this.#turned;
    if (picture && !narrow && since >= WELL_MS) this.#rests = 0;
    const due = picture ? narrow && since >= TRIAL_MS : since >= RESTS_MS[Math.min(this.#rests, RESTS_MS.length) - 1];
    if (!due) return picture;
    this.#turned = now;
    if (picture) this.#rests++;
    return !picture;
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
