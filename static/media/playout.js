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
  /** @type {{rtp: number, at: number}|undefined} */ #seen;
  /** @type {{at: number, hole: Hole}[]} */ #holes = [];
  #blind = -Infinity;

  /** @param {number|undefined} rtp of the packet that was played last @param {number} at the page's clock, in ms */
  look(rtp, at) {
    if (rtp === undefined) return;
    const seen = this.#seen;
    this.#seen = { rtp, at };
    if (!seen) return;
    if (at - seen.at > BLIND_MS) {
      this.#blind = at;
      return;
    }
    const passed = (((rtp - seen.rtp) | 0) * 1000) / HZ; // RTP time begins anew (RFC 3550 §5.1)
    if (passed <= FASTEST * (at - seen.at) + SLACK_MS) return;
    const from = (seen.rtp * 1000) / HZ + FRAME_MS;
    this.#holes.push({ at, hole: [Math.round(from), Math.round(from - FRAME_MS + passed)] });
    this.#holes = this.#holes.slice(-MOST);
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
   * @param {RTCPeerConnection} pc
   * @returns {Map<string, {last: RTCRtpSynchronizationSource|undefined, playout: Playout}>} what was played last; nothing where the browser does not say it
   */
  look(pc) {
    const found = new Map();
    for (const { mid, receiver } of pc.getTransceivers()) {
      if (mid === null || receiver.track.kind !== "audio") continue;
      const playout = this.#of.get(mid) ?? new Playout();
      this.#of.set(mid, playout);
      const [last] = receiver.getSynchronizationSources?.() ?? [];
      playout.look(last?.rtpTimestamp, performance.now());
      found.set(mid, { last, playout });
    }
    return found;
  }
}
