/** Whether our picture's upper layer is offered, or rests because the uplink does not carry it. It decides; no DOM. */

/**
 * The least of an upper layer of so many lines (libwebrtc's simulcast.cc), with the lower one and sound. A browser that has
 * less fills the uplink with padding, to find out whether there is more: in the queue before a link that has no more sound
 * is late for nothing.
 */
const LEAST_HIGH = [{ height: 720, bps: 600_000 }, { height: 540, bps: 350_000 }, { height: 0, bps: 150_000 }];
const BELOW_BPS = 180_000;
const PADDED_S = 0.15; // a queue that it makes; without one padding harms nothing, and where the link loses the browser needs it
const RISES_MS = 6_000;
const STALE_MS = RISES_MS / 2; // after it was seen a queue says nothing any more
const RESTS_MS = [3_000, 10_000, 20_000, 40_000, 60_000]; // the first is after the whole picture's rest
const FELL = 0.85; // of what the browser believed in when a trial began: it has seen a queue
const WELL_MS = 20_000;

export class UpperLayer {
  offered = true;
  /** When a queue was seen last. */ #padded = -Infinity;
  /** When both layers were carried last. @type {number|undefined} */ #carried;
  /** When it was last begun or stopped, and what the browser believed in then. @type {number|undefined} */ #turned;
  #believed = 0;
  #rests = 0;

  /**
   * @param {{bps: number|undefined, height: number, queue: number}} seen bit/s that the browser believes in, undefined says
   *   nothing; lines of the camera; seconds
   * @param {number} now ms
   */
  look({ bps, height, queue }, now) {
    if (queue >= PADDED_S) this.#padded = now;
    this.#turned ??= now;
    this.#carried ??= now;
    const since = now - this.#turned;
    if (!this.offered) {
      if (bps !== undefined && since >= restsFor(RESTS_MS, this.#rests)) {
        this.#turn(true, now);
        this.#carried = now;
        this.#believed = bps;
      }
    } else if (bps === undefined || bps >= BELOW_BPS + leastHigh(height) || now - this.#padded >= STALE_MS) {
      this.#carried = now;
      if (bps !== undefined && since >= WELL_MS) this.#rests = 0;
    } else if (now - this.#carried >= RISES_MS || (this.#rests > 0 && bps < FELL * this.#believed)) {
      this.#turn(false, now);
      this.#rests = Math.max(this.#rests, 1) + 1;
    }
    return this.offered;
  }

  /** The picture is not sent, because the uplink carries none: much less does it carry two of them, when one is sent again. @param {number} now */
  rest(now) {
    this.#turn(false, now);
    this.#rests ||= 1;
    return this.offered;
  }

  /** After a break: it is tried at once. */
  forget() {
    this.#carried = this.#turned = undefined;
    this.#padded = -Infinity;
    this.#rests = 0;
  }

  /** @param {boolean} offered @param {number} now */
  #turn(offered, now) {
    this.offered = offered;
    this.#turned = now;
  }
}

/** For how long the so many-th rest is, ever longer. @param {number[]} rests @param {number} count */
export function restsFor(rests, count) {
  return rests[Math.min(count, rests.length) - 1] ?? 0;
}

/** @param {number} height */
function leastHigh(height) {
  return LEAST_HIGH.find((least) => height >= least.height)?.bps ?? 0;
}
