/**
 * What is played of one sound, looked at many times a second (W3C webrtc, getSynchronizationSources): where playing stood
 * still, or passed something over, and went on further. Counters of a second say how much was lost, and not where.
 */

export const EVERY_MS = 100;
/** Opus is decoded at this rate (RFC 7587 §4.1). */
export const HZ = 48_000;
export const FRAME_MS = 20;
/** So much faster than it was said is speech played where a queue is made up for (libwebrtc's NetEq: 1.35). */
const FASTEST = 1.5;
const SLACK_MS = 60;
/** Looks that are further apart, as in a page that is hidden, say nothing of what was between. */
const BLIND_MS = 400;
/** Reports that did not get through are made up for by one that comes within this. */
export const KEPT_MS = 30_000;
const MOST = 60;

/** From one RTP time to another, in milliseconds of sound. @typedef {[number, number]} Hole */

export class Playout {
  /** RTP time of what was played last. @type {number|undefined} */ #rtp;
  #looked = -Infinity;
  /** @type {{at: number, hole: Hole}[]} */ #holes = [];
  /** Until then not all is known. */ #blind = -Infinity;

  /** @param {number|undefined} rtp of the packet that was played last, where one was of late @param {number} at the page's clock, in ms */
  look(rtp, at) {
    const since = at - this.#looked;
    this.#looked = at;
    if (since > BLIND_MS && since < Infinity) this.#blind = at;
    const before = this.#rtp;
    this.#rtp = rtp ?? before;
    if (rtp === undefined || before === undefined) return;
    const passed = (((rtp - before) | 0) * 1000) / HZ; // RTP time begins anew (RFC 3550 §5.1)
    if (passed <= FASTEST * since + SLACK_MS) return;
    const from = (before * 1000) / HZ + FRAME_MS;
    this.#holes.push({ at, hole: [Math.round(from), Math.round(from - FRAME_MS + passed)] });
    if (this.#holes.length > MOST) this.#blind = Math.max(this.#blind, this.#holes.shift()?.at ?? at);
  }

  /** The holes of so many milliseconds; undefined where it was not looked all the time. @param {number} at @param {number} span @returns {Hole[]|undefined} */
  told(at, span) {
    if (at - this.#blind < span) return undefined;
    return this.#holes.filter((one) => at - one.at < span).map(({ hole }) => hole);
  }
}

/** Of all sounds of one connection, by media section. */
export class Playouts {
  /** @type {Map<string, Playout>} */ #of = new Map();

  /**
   * @param {RTCPeerConnection} pc @param {Set<string>} mids the sections to look at
   * @returns {Map<string, {last: RTCRtpSynchronizationSource|undefined, playout: Playout}>} what was played last; nothing where the browser does not say it
   */
  look(pc, mids) {
    const found = new Map();
    for (const { mid, receiver } of pc.getTransceivers()) {
      if (mid === null || !mids.has(mid)) continue;
      const playout = this.#of.get(mid) ?? new Playout();
      this.#of.set(mid, playout);
      const last = lastOf(receiver);
      playout.look(last?.rtpTimestamp, performance.now());
      found.set(mid, { last, playout });
    }
    return found;
  }
}

/** @param {RTCRtpReceiver} receiver @returns {RTCRtpSynchronizationSource|undefined} */
function lastOf(receiver) {
  try {
    return receiver.getSynchronizationSources()[0];
  } catch {
    return undefined; // the rest of the report stands
  }
}
