/** The client's own measurements, read from getStats (W3C webrtc-stats), as docs/protocol.md "the report" wants them. */
import { chosenPair } from "./chosenpair.js";
import { FRAME_MS, HZ, KEPT_MS } from "./playout.js";

/** @typedef {{id: string, type: string, timestamp: number, kind?: string, [key: string]: any}} Stat */
/** @typedef {{connection?: string, slots: import("../protocol/types.js").Slot[]}} Receiving */
/** @typedef {{publisher: {connection?: string}|null, subscriber: Receiving|null, sent: Stat[], received: Stat[]}} Read */

/** How the device plays each seat's sound, by seat. @typedef {Record<string, "on"|"muted"|"blocked">} Playback */
/** What was played last and is read later than the counters by more than this says nothing of them. */
const READ_MS = 100;
/** A report tells the holes of so long: since the one before, and a little. */
const SPAN_MS = 3_000;

const round = (/** @type {number} */ value, digits = 0) => Number(value.toFixed(digits));

/** Remembers the counters of the last report, for rates. */
export class Reporter {
  /** @type {Map<string, Stat>} */ #before = new Map();
  /** Seats of which the holes of long are told. @type {Set<string>} */ #told = new Set();

  /**
   * @param {Read} looked
   * @param {Playback} playback
   * @returns {import("../protocol/types.js").Report}
   */
  read({ publisher, subscriber, sent, received }, playback) {
    const report = { up: this.up(sent, publisher?.connection), down: this.down(received, subscriber, playback) };
    this.#before = new Map([...sent, ...received].map((stat) => [stat.id + stat.type, stat]));
    return report;
  }

  /** Reports may not have got through. */
  again() {
    this.#told.clear();
  }

  /** @param {Stat[]} all @param {string} [connection] */
  up(all, connection) {
    const sent = all.filter(({ type }) => type === "outbound-rtp");
    const layers = sent.filter(({ kind }) => kind === "video").map((stat) => ({
      rid: stat.rid, width: stat.frameWidth, height: stat.frameHeight, fps: stat.framesPerSecond,
      kbps: this.#kbps(stat, "bytesSent"), limited: stat.qualityLimitationReason,
    }));
    return { connection, kbps: sent.reduce((sum, stat) => sum + this.#kbps(stat, "bytesSent"), 0), way: wayOf(all), layers };
  }

  /** @param {Stat[]} all @param {Receiving|null} subscriber @param {Playback} playback */
  down(all, subscriber, playback) {
    const seatOf = new Map(subscriber?.slots.map(({ mid, seat }) => [mid, seat]));
    /** @type {Record<string, Record<string, unknown>>} */
    const seats = {};
    /** @type {number|undefined} */
    let at;
    const total = { freezes: 0, freeze_s: 0 };
    for (const stat of all.filter(({ type }) => type === "inbound-rtp")) {
      const seat = seatOf.get(stat.mid);
      if (!seat) continue;
      const figures = stat.kind === "video" ? pictureOf(stat) : { ...this.#soundOf(stat), ...playedOf(stat), ...this.#placeOf(stat, seat), sound: playback[seat] ?? "muted" };
      seats[seat] = { ...seats[seat], ...figures };
      at = stat.timestamp;
      total.freezes += stat.freezeCount ?? 0;
      total.freeze_s = round(total.freeze_s + (stat.totalFreezesDuration ?? 0), 2);
    }
    return { connection: subscriber?.connection, at, ...total, seats };
  }

  /** @param {Stat} stat @returns {Record<string, number>} */
  #soundOf(stat) {
    const [played, emitted] = [this.#since(stat, "totalSamplesReceived"), this.#since(stat, "jitterBufferEmittedCount")];
    return {
      ...(played > 0 && { concealed: round(this.#since(stat, "concealedSamples") / played, 3) }),
      ...(emitted > 0 && { delay_s: round(this.#since(stat, "jitterBufferDelay") / emitted, 3) }),
    };
  }

  /**
   * The RTP time of what was being played when the counters were read, in milliseconds of sound, and the holes before it.
   * @param {Stat} stat @param {string} seat @returns {Record<string, unknown>}
   */
  #placeOf({ timestamp, last, playout }, seat) {
    const since = timestamp - last?.timestamp;
    if (last?.rtpTimestamp === undefined || !(since >= -READ_MS)) return {};
    const holes = playout?.told(performance.now(), this.#told.has(seat) ? SPAN_MS : KEPT_MS);
    if (holes) this.#told.add(seat);
    return { playout_ms: round((last.rtpTimestamp * 1000) / HZ + Math.min(FRAME_MS, since)), ...(holes && { holes }) };
  }

  /** @param {Stat} stat @param {string} counter */
  #since(stat, counter) {
    return (stat[counter] ?? 0) - (this.#before.get(stat.id + stat.type)?.[counter] ?? 0);
  }

  /** @param {Stat} stat @param {string} counter */
  #kbps(stat, counter) {
    const before = this.#before.get(stat.id + stat.type);
    return before ? round((this.#since(stat, counter) * 8) / Math.max(1, stat.timestamp - before.timestamp)) : 0;
  }
}

/** Whether the media goes through a relay (RFC 8656), where the browser says which pair it uses. @param {Stat[]} all @returns {"relay"|"direct"|undefined} */
function wayOf(all) {
  const pair = chosenPair(all);
  const local = pair && all.find(({ id }) => id === pair.localCandidateId);
  if (!local) return undefined;
  return local.candidateType === "relay" ? "relay" : "direct";
}

/** @param {Stat} stat @returns {Record<string, number>} */
function pictureOf(stat) {
  const figures = {
    width: stat.frameWidth, height: stat.frameHeight, fps: stat.framesPerSecond, freezes: stat.freezeCount,
    freeze_s: stat.totalFreezesDuration === undefined ? undefined : round(stat.totalFreezesDuration, 2),
  };
  return /** @type {Record<string, number>} */ (
    Object.fromEntries(Object.entries(figures).filter(([, value]) => value !== undefined))
  );
}

/**
 * Seconds of speech that were played, faster or slower than they were spoken, and seconds that were made up. Silence in the
 * place of what was lost is made up as well.
 * @param {Stat} stat @returns {Record<string, number>}
 */
function playedOf({ totalSamplesReceived, concealedSamples, insertedSamplesForDeceleration = 0, removedSamplesForAcceleration = 0 }) {
  if (totalSamplesReceived === undefined || concealedSamples === undefined) return {};
  const played = totalSamplesReceived - concealedSamples - insertedSamplesForDeceleration + removedSamplesForAcceleration;
  return { played_s: round(Math.max(0, played) / HZ, 3), concealed_s: round(concealedSamples / HZ, 3) };
}
