/**
 * One direction's connection, made again when it fails: the new one is made beside the old, which is closed only once the
 * new one is connected (docs/protocol.md, Media).
 */
import { Emitter } from "../emitter.js";
import { asProblem } from "../protocol/problem.js";

/** @typedef {{pc: RTCPeerConnection, open(): Promise<void>, close(): void}} Connection */
/** @typedef {"idle"|"connecting"|"connected"|"lost"} State */

const PATIENCE_MS = 4_000; // a short loss of the network heals by itself
const CONNECT_MS = 10_000;
const BACKOFF_MS = [500, 1_000, 2_000, 4_000];

/**
 * @template {Connection} C
 * @extends {Emitter<{state: State, connected: C, problem: import("../protocol/problem.js").Problem}>}
 */
export class Renewing extends Emitter {
  /** @type {C|null} */ current = null;
  /** @type {C|null} */ next = null;
  /** @type {State} */ state = "idle";
  #make;
  #running = false;
  #held = false;
  #due = false;
  #attempt = 0;
  /** @type {ReturnType<typeof setTimeout>|undefined} */ #timer;
  /** @type {ReturnType<typeof setTimeout>|undefined} */ #patience;

  /** @param {() => C} make */
  constructor(make) {
    super();
    this.#make = make;
  }

  start() {
    if (this.#running) return;
    this.#running = true;
    this.renew();
  }

  stop() {
    this.#running = false;
    clearTimeout(this.#timer);
    clearTimeout(this.#patience);
    this.next?.close();
    this.current?.close();
    this.next = this.current = null;
    this.#set("idle");
  }

  /** Try nothing for now: the way to the server is closed. */
  hold() {
    this.#held = true;
    if (!this.next) return;
    this.#abandon();
    this.#due = true;
  }

  /** The server has ended it: nothing is left, and it is made again at the next release. */
  drop() {
    this.hold();
    clearTimeout(this.#patience);
    this.current?.close();
    this.current = null;
    this.#due = this.#running;
    this.#set("idle");
  }

  release() {
    this.#held = false;
    if (this.#running && (this.#due || !this.#alive)) this.renew();
  }

  /** @param {() => C} [make] where it is not made as usual */
  renew(make = this.#make) {
    if (!this.#running) return;
    clearTimeout(this.#patience);
    this.#abandon();
    this.#due = this.#held;
    this.#set(this.current ? this.state : "connecting");
    if (this.#held) return;
    const connection = (this.next = make());
    connection.pc.onconnectionstatechange = () => this.#changed(connection);
    this.#timer = setTimeout(() => this.#again(connection), CONNECT_MS);
    connection.open().catch((error) => {
      if (connection !== this.next) return;
      this.emit("problem", asProblem(error));
      this.#again(connection);
    });
  }

  get #alive() {
    return this.next !== null || this.current?.pc.connectionState === "connected";
  }

  #abandon() {
    clearTimeout(this.#timer);
    this.next?.close();
    this.next = null;
  }

  /** @param {C} connection that did not come about */
  #again(connection) {
    if (connection !== this.next) return;
    this.#abandon();
    const pause = BACKOFF_MS[Math.min(this.#attempt++, BACKOFF_MS.length - 1)];
    this.#timer = setTimeout(() => this.renew(), pause * (0.75 + Math.random() / 2)); // not everybody at once
  }

  /** @param {C} connection */
  #changed(connection) {
    const state = connection.pc.connectionState;
    if (connection === this.next) {
      if (state === "connected") this.#cutOver(connection);
      else if (state === "failed") this.#again(connection);
    } else if (connection === this.current) {
      clearTimeout(this.#patience);
      if (state === "connected") return this.#recovered();
      this.#set("lost");
      if (state === "disconnected") this.#patience = setTimeout(() => this.renew(), PATIENCE_MS);
      else this.renew();
    }
  }

  #recovered() {
    this.#abandon();
    this.#due = false;
    this.#set("connected");
  }

  /** @param {C} connection */
  #cutOver(connection) {
    const old = this.current;
    clearTimeout(this.#timer);
    this.current = connection;
    this.next = null;
    this.#attempt = 0;
    this.emit("connected", connection);
    this.#set("connected");
    old?.close();
  }

  /** @param {State} state */
  #set(state) {
    if (state === this.state) return;
    this.state = state;
    this.emit("state", state);
  }
}
