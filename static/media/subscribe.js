/** The others' sound and picture: the server offers, each media section belongs to one seat for the connection's life. */
import { Patience, between, counters } from "./patience.js";
import { Playouts } from "./playout.js";
import { CONFIGURATION } from "./relays.js";

/** @typedef {import("../protocol/types.js").Slot} Slot */
/** @typedef {{connection: string, sdp: string, slots: Slot[]}} Offer */
/** @typedef {{audio: MediaStream|null, video: MediaStream|null}} SeatStreams */

export class Subscriber {
  /** @type {string|undefined} */ connection;
  /** @type {Slot[]} */ slots = [];
  /** @type {Map<string, SeatStreams>} */ streams = new Map();
  #ask;
  #answer;
  #prepare;
  #work = Promise.resolve();
  /** By section. @type {Map<string, Patience>} */ #patience = new Map();
  #heard = counters([]);
  #playouts = new Playouts();
  pc = new RTCPeerConnection(CONFIGURATION);

  /**
   * @param {() => Promise<Offer>} ask
   * @param {(connection: string, sdp: string) => Promise<unknown>} answer
   * @param {(pc: RTCPeerConnection) => Promise<void>} prepare gives it its relays
   */
  constructor(ask, answer, prepare) {
    this.#ask = ask;
    this.#prepare = prepare;
    this.#answer = answer;
  }

  async open() {
    const [offer] = await Promise.all([this.#ask(), this.#prepare(this.pc)]);
    await this.take(offer);
  }

  /** What comes too late of a sound makes it wait longer. @param {import("./report.js").Stat[]} stats of now */
  look(stats) {
    const heard = counters(stats);
    for (const { mid, receiver } of this.pc.getTransceivers()) {
      const [before, now] = [this.#heard.get(mid ?? ""), heard.get(mid ?? "")];
      if (!mid || !before || !now || !("jitterBufferTarget" in receiver)) continue;
      const patience = this.#patience.get(mid) ?? new Patience();
      this.#patience.set(mid, patience);
      const { target } = patience;
      if (patience.look(between(before, now), performance.now()) !== target) receiver.jitterBufferTarget = patience.target;
    }
    this.#heard = heard;
  }

  /** What is played of each sound now; looked at often, it is known where something was missing. */
  played() {
    return this.#playouts.look(this.pc, new Set(this.slots.filter(({ kind }) => kind === "audio").map(({ mid }) => mid)));
  }

  /**
   * Takes an offer, the first or a later one of the same connection, one after another.
   * @param {Offer} offer
   */
  take(offer) {
    const done = this.#work.then(() => this.#take(offer));
    this.#work = done.catch(() => undefined);
    return done;
  }

  /**
   * Whose the sections are, where the offer did not say it: to those in the waiting room nobody is named.
   * @param {Slot[]} slots
   */
  name(slots) {
    this.slots = slots;
    this.#sort();
  }

  close() {
    this.pc.onconnectionstatechange = null;
    this.pc.close();
  }

  /** @param {Offer} offer */
  async #take({ connection, sdp, slots }) {
    this.connection = connection;
    this.slots = slots;
    await this.pc.setRemoteDescription({ type: "offer", sdp });
    await this.pc.setLocalDescription(await this.pc.createAnswer());
    this.#sort();
    await this.#answer(connection, this.pc.localDescription?.sdp ?? "");
  }

  /** Gives each seat its tracks; the same stream stays as long as its track does, so that nothing on the screen restarts. */
  #sort() {
    const tracks = new Map(this.pc.getTransceivers().map(({ mid, receiver }) => [mid, receiver.track]));
    for (const { mid, kind, seat } of this.slots) {
      const track = tracks.get(mid);
      const streams = this.streams.get(seat) ?? { audio: null, video: null };
      if (track && streams[kind]?.getTracks()[0] !== track) streams[kind] = new MediaStream([track]);
      this.streams.set(seat, streams);
    }
  }
}
