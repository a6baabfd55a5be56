/** How we send over a weak uplink: sound first. It decides; `Publisher` carries out. No DOM. */

/** @typedef {{loss?: number, bps?: number}} Seen share of sound that is lost on the way (0..1), bit/s that the browser believes in */
/**
 * With RED (RFC 2198) or without; whether sound must do with less; whether the picture is sent, or, small, only tried.
 * @typedef {{redundant: boolean, narrow: boolean, picture: "sent"|"tried"|"rests"}} Manner
 */
/** @typedef {{type: string, kind?: string, state?: string, nominated?: boolean, [key: string]: any}} Stat */

const LOSSY = 0.01;
const CLEAN_MS = 10_000; // without loss before redundancy ends
const NARROW_BPS = 150_000;
const WIDE_BPS = 200_000;
const NARROW_MS = 2_000;
const CARRIES_BPS = 110_000; // what a browser comes to believe in while sound and a picture that is tried get through
const TRIAL_MS = 2_500;
const RESTS_MS = [3_000, 4_500, 7_000, 10_000, 15_000, 30_000]; // ever longer, for every trial costs the sound a little
const WELL_MS = 20_000;

export class Uplink {
  /** What a connection begins with: redundancy, for nothing is known of the link. @type {Manner} */
  manner = { redundant: true, narrow: false, picture: "sent" };
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
    return (this.manner = { redundant: now - this.#lost < CLEAN_MS, narrow, picture: this.#picture(narrow, bps, now) });
  }

  /** @param {boolean} narrow @param {number|undefined} bps @param {number} now @returns {Manner["picture"]} */
  #picture(narrow, bps, now) {
    const since = now - this.#turned;
    switch (this.manner.picture) {
      case "sent":
        if (!narrow && since >= WELL_MS) this.#rests = 0;
        return narrow && since >= TRIAL_MS ? this.#turn("rests", now) : "sent";
      case "tried":
        if (bps === undefined || bps >= CARRIES_BPS) return this.#turn("sent", now);
        return since >= TRIAL_MS ? this.#turn("rests", now) : "tried";
      case "rests":
        return since >= RESTS_MS[Math.min(this.#rests, RESTS_MS.length) - 1] ? this.#turn("tried", now) : "rests";
    }
  }

  /** @param {Manner["picture"]} picture @param {number} now */
  #turn(picture, now) {
    this.#turned = now;
    if (picture === "rests") this.#rests++;
    return picture;
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
