/** Both media connections of one attendance: when they are made, held back and made again. */
import { Emitter } from "../emitter.js";
import { patiently } from "../protocol/linktest.js";
import { measureDown, measureUp } from "./linkmeasure.js";
import { Renewing } from "./pair.js";
import { EVERY_MS } from "./playout.js";
import { Publisher } from "./publish.js";
import { Relays } from "./relays.js";
import { Subscriber } from "./subscribe.js";

/** @typedef {import("../protocol/session.js").Session} Session */
/** @typedef {import("./devices.js").LocalMedia} LocalMedia */

/** What getStats says of our connections, read once for all who look. @typedef {{publisher: Publisher|null, subscriber: Subscriber|null, sent: Stat[], received: Stat[]}} Looked */
/** @typedef {import("./report.js").Stat} Stat */

const LOOK_MS = 1_000;
const PATIENCE_MS = 4_000;
const ASKS = 3; // few are measured at once, each for some seconds

/** @extends {Emitter<{change: void, streams: void, looked: Looked, problem: import("../protocol/problem.js").Problem}>} */
export class Call extends Emitter {
  /** @type {Renewing<Publisher>} */ up;
  /** @type {Renewing<Subscriber>} */ down;
  #session;
  #local;
  #relays;
  #serverUp = true;
  #shut = false;
  /** Which start of the media server our connections belong to. @type {string|null|undefined} */ #boot;
  /** @type {(() => void)[]} */ #off = [];
  /** @type {ReturnType<typeof setInterval>[]} */ #looks = [];

  /** @param {Session} session @param {LocalMedia} local */
  constructor(session, local) {
    super();
    this.#session = session;
    this.#local = local;
    this.#relays = new Relays(() => session.request("relays"));
    this.up = new Renewing(() => this.#publisher());
    this.down = new Renewing(() => this.#subscriber());
    for (const direction of [this.up, this.down]) {
      direction.on("state", () => this.emit("change", undefined));
      direction.on("problem", (problem) => this.emit("problem", problem));
    }
    this.down.on("connected", () => this.emit("streams", undefined));
    this.up.on("connected", () => {
      this.#sendTracks();
      this.emit("change", undefined); // a new one does not rest
    });
    this.#off = [
      session.on("state", () => this.#gate()),
      session.on("welcome", ({ relays }) => void (this.#relays.offered = relays === true)),
      session.on("welcome", ({ media }) => media !== undefined && this.#media(media)),
      session.on("media", ({ state, boot }) => this.#media(state === "down" ? null : boot)),
      session.on("republish", () => this.up.renew()),
      session.on("layers", ({ connection, high }) => this.#layers(connection, high)),
      session.on("welcome", ({ hearing }) => hearing?.you.standing === "admitted" && this.#unnamed()),
      session.on("offer", (offer) => this.#offered(offer)),
      session.on("slots", (named) => this.#named(named)),
      local.on("change", () => this.#sendTracks()),
    ];
  }

  start() {
    this.#gate();
    this.up.start();
    this.down.start();
    this.#looks = [setInterval(() => void this.#look(), LOOK_MS), setInterval(() => this.down.current?.played(), EVERY_MS)];
  }

  close() {
    for (const looks of this.#looks) clearInterval(looks);
    for (const off of this.#off) off();
    this.up.stop();
    this.down.stop();
  }

  /** @param {boolean} shut in a closed session there is no video conferencing (Rules ¶6); afterwards all is made again */
  shut(shut) {
    if (shut === this.#shut) return;
    this.#shut = shut;
    if (!shut) return this.#gate();
    this.up.drop();
    this.down.drop();
    this.emit("streams", undefined);
  }

  /** The others' streams, by seat. */
  get streams() {
    return this.down.current?.streams ?? new Map();
  }

  get serverUp() {
    return this.#serverUp;
  }

  /**
   * What the link carries, as far as our connections can be asked before entry.
   * @param {AbortSignal} gone
   * @param {() => void} [sent] called once only what we receive is still measured, so that something else may be sent
   * @returns {Promise<import("../protocol/linktest.js").Measured>}
   */
  async measure(gone, sent = () => undefined) {
    if (!(await connected(this.down, gone))) return {};
    const seen = this.#local.state.camera === "on"; // without a picture a browser finds out nothing
    const up_bps = seen ? await measureUp(() => this.#renewed(gone), gone).catch(() => undefined) : undefined;
    const down_bps = await this.#measuredDown(gone, up_bps ? sent : () => undefined).catch(() => undefined);
    return { ...(down_bps && { down_bps }), ...(up_bps && { up_bps }) }; // what is left, over HTTP
  }

  /** @param {AbortSignal} gone @param {() => void} begun @returns {Promise<number|undefined>} @throws where it is not our turn, or not measured at all */
  async #measuredDown(gone, begun) {
    const current = await connected(this.down, gone);
    if (!current?.connection) return undefined;
    const { connection, pc } = current;
    await patiently(gone, () => this.#session.request("measure", { connection }), ASKS);
    begun();
    return measureDown(pc, gone);
  }

  /** @param {AbortSignal} gone */
  async #renewed(gone) {
    const before = this.up.current;
    this.up.renew();
    const current = await connected(this.up, gone, before);
    return current?.pc ?? null;
  }

  async #look() {
    const [publisher, subscriber] = [this.up.current, this.down.current];
    if (!publisher && !subscriber) return;
    const [sent, received] = await Promise.all([statsOf(publisher), receivedOf(subscriber)]);
    this.emit("looked", { publisher, subscriber, sent, received }); // first, for a server that hears nothing of a listener marks it
    void publisher?.look(sent);
    subscriber?.look(received);
  }

  /** After a change of network: what does not work now is made again without waiting. */
  check() {
    this.#gate();
  }

  /** Without signaling, or without a media server, there is nobody to make a connection with. */
  #gate() {
    for (const direction of [this.up, this.down]) {
      if (this.#session.online && this.#serverUp && !this.#shut) direction.release();
      else direction.hold();
    }
  }

  /**
   * After a new start of the media server no older connection is left there; after a new start of the app alone all are.
   * @param {string|null|undefined} boot null where it is down, undefined where the server does not say
   */
  #media(boot) {
    const restarted = boot === undefined || (boot !== null && this.#boot !== undefined && boot !== this.#boot);
    this.#serverUp = boot !== null;
    if (boot) this.#boot = boot;
    if (restarted) {
      this.up.renew();
      this.down.renew();
    }
    this.#gate();
    this.emit("change", undefined);
  }

  #prepare = (/** @type {RTCPeerConnection} */ pc) => this.#relays.prepare(pc);

  #publisher() {
    const { microphone, camera } = this.#local.tracks;
    return new Publisher({ audio: microphone, video: camera }, (sdp) => this.#session.request("publish", { sdp }), this.#prepare,
      () => this.emit("change", undefined));
  }

  /** Whether our picture is not sent, for our uplink carries the sound alone. */
  get resting() {
    return this.up.current?.resting ?? false;
  }

  /** @param {import("./subscribe.js").Offer} [offer] that the server made unasked */
  #subscriber(offer) {
    const ask = () => (offer ? Promise.resolve(offer) : this.#session.request("subscribe"));
    return new Subscriber(ask, (connection, sdp) => this.#session.request("subscribed", { connection, sdp }), this.#prepare);
  }

  /** @param {import("./subscribe.js").Offer} offer for a seat that was added later */
  #offered(offer) {
    const same = [this.down.next, this.down.current].find((subscriber) => subscriber?.connection === offer.connection);
    if (!same) return this.down.renew(() => this.#subscriber(offer));
    same.take(offer).then(() => this.emit("streams", undefined), () => this.down.renew());
  }

  /** @param {{connection: string, slots: import("../protocol/types.js").Slot[]}} named after our admission */
  #named({ connection, slots }) {
    for (const subscriber of [this.down.next, this.down.current]) if (subscriber?.connection === connection) subscriber.name(slots);
    this.emit("streams", undefined);
  }

  /** @param {string} connection @param {boolean} high whether anybody wants our upper layer */
  #layers(connection, high) {
    for (const publisher of [this.up.next, this.up.current]) if (publisher?.connection === connection) void publisher.want(high);
  }

  /** We were admitted while a server that has restarted could not tell us whose the sections are. */
  #unnamed() {
    const subscriber = this.down.next ?? this.down.current;
    if (subscriber?.connection && subscriber.slots.length === 0) this.down.renew();
  }

  #sendTracks() {
    const { microphone, camera } = this.#local.tracks;
    for (const publisher of [this.up.next, this.up.current]) {
      publisher?.replace("audio", microphone).catch(() => this.up.renew());
      publisher?.replace("video", camera).catch(() => this.up.renew());
    }
  }
}

/** @param {{pc: RTCPeerConnection}|null} connection @returns {Promise<Stat[]>} */
async function statsOf(connection) {
  if (!connection) return [];
  try {
    return [...(await connection.pc.getStats()).values()];
  } catch {
    return []; // the other way is looked at all the same
  }
}

/** With what each receiver played last beside its own counters. @param {Subscriber|null} subscriber @returns {Promise<Stat[]>} */
async function receivedOf(subscriber) {
  const stats = await statsOf(subscriber);
  const played = subscriber?.played();
  return stats.map((stat) => (stat.type === "inbound-rtp" ? { ...stat, ...played?.get(stat.mid) } : stat));
}

/**
 * Its connection, once it stands, and another than before.
 * @template {import("./pair.js").Connection} C
 * @param {Renewing<C>} direction @param {AbortSignal} gone @param {C|null} [before]
 */
async function connected(direction, gone, before = null) {
  const stands = () => direction.state === "connected" && direction.current !== before;
  const until = performance.now() + PATIENCE_MS;
  while (!stands() && !gone.aborted && performance.now() < until) await new Promise((resolve) => setTimeout(resolve, 100));
  return stands() && !gone.aborted ? direction.current : null;
}
