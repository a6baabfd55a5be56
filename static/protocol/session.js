/**
 * The WebSocket half of docs/protocol.md: opens, resumes after a drop, keeps itself alive, and turns messages into typed
 * events. No DOM.
 */
import { Emitter } from "../emitter.js";
import { Problem } from "./problem.js";

const PING_MS = 5_000;
const SILENCE_MS = 15_000;
const CHECK_MS = 3_000;
const REQUEST_MS = 15_000;
const BACKOFF_MS = [300, 600, 1_200, 2_500, 4_000];
/** Problems at the opening that pass by themselves. */
const PASSING = new Set(["media-down", "server-error", "slow-down", "overloaded"]);

/**
 * @typedef {{seat: string, since: string, lost: boolean, measured?: {silent_s?: number, link?: import("./types.js").Link}}} Alarm
 */

/**
 * @typedef {object} Events
 * @property {"connecting"|"online"|"lost"} state
 * @property {{session: string, resumed: boolean, media?: string|null, relays?: boolean, hearing?: import("./types.js").Snapshot}} welcome
 * @property {{hearing: import("./types.js").Snapshot}} hearing
 * @property {{connection: string, sdp: string, slots: import("./types.js").Slot[]}} offer
 * @property {{connection: string, slots: import("./types.js").Slot[]}} slots
 * @property {{seat: string|null}} speaker
 * @property {{pictures: Record<string, import("./types.js").Picture>}} pictures
 * @property {{seats: Record<string, import("./types.js").Link>}} links
 * @property {{state: "down"|"up", boot?: string|null}} media
 * @property {{}} republish
 * @property {{connection: string, high: boolean}} layers
 * @property {{pairs: import("./types.js").Audible[]}} audibility
 * @property {{seats: Record<string, import("./types.js").Surroundings>}} surroundings
 * @property {{seats: Record<string, import("./types.js").Sign[]>}} signs
 * @property {{seat: string}} repeat
 * @property {{seat: string}} claim
 * @property {{seat: string, count: number}} wrong_words
 * @property {Alarm} alarm
 * @property {{number: number, seat: string, about: string}} problem_reported
 * @property {{message: number, role: "technician"|"clerk", text: string}} message
 * @property {{seat: string, microphone: import("./types.js").DeviceState, camera: import("./types.js").DeviceState}} devices
 * @property {{problem: import("./types.js").ProblemBody}} problem
 * @property {{problem: import("./types.js").ProblemBody}} bye
 */

/** @extends {Emitter<Events>} */
export class Session extends Emitter {
  /** @type {WebSocket|null} */ #socket = null;
  /** @type {string|undefined} */ #session;
  #last = 0;
  #welcomed = false;
  #closed = false;
  #attempt = 0;
  /** By performance.now(): a phone's clock may be put right at any moment. */ #heard = 0;
  #nextId = 1;
  /** @type {(() => void)[]} */ #listening = [];
  /** @type {Map<number, {resolve: (message: any) => void, reject: (problem: Problem) => void}>} */ #pending = new Map();
  /** @type {ReturnType<typeof setTimeout>|undefined} */ #retry;
  /** @type {ReturnType<typeof setInterval>|undefined} */ #beat;
  /** @type {() => string} */ #token;
  #url;
  #version;

  /** @param {{url: string, token: () => string, version: string}} options */
  constructor({ url, token, version }) {
    super();
    this.#url = url;
    this.#token = token;
    this.#version = version;
  }

  get online() {
    return this.#welcomed;
  }

  open() {
    clearTimeout(this.#retry);
    if (this.#closed || this.#socket) return;
    const socket = new WebSocket(this.#url);
    this.#socket = socket;
    this.#heard = performance.now();
    const opened = setTimeout(() => this.#drop(socket), SILENCE_MS);
    socket.onopen = () => this.#hello();
    socket.onmessage = ({ data }) => {
      clearTimeout(opened);
      if (socket === this.#socket) this.#read(data);
    };
    socket.onclose = socket.onerror = () => {
      clearTimeout(opened);
      this.#drop(socket);
    };
    clearInterval(this.#beat);
    this.#beat = setInterval(() => this.#tick(), PING_MS);
  }

  close() {
    this.#closed = true;
    clearTimeout(this.#retry);
    clearInterval(this.#beat);
    const socket = this.#socket;
    if (socket) this.#drop(socket);
  }

  /**
   * After a screen lock or a change of network: find out now, not in 15 s, whether the line still works.
   * @returns {Promise<void>} once the server has answered
   */
  check() {
    const heard = new Promise((resolve) => this.#listening.push(() => resolve(undefined)));
    this.#ask();
    return heard;
  }

  #ask() {
    if (this.#closed) return;
    if (!this.#socket) return this.open();
    const socket = this.#socket;
    const asked = performance.now();
    this.send("ping");
    setTimeout(() => {
      if (this.#heard < asked) this.#drop(socket);
    }, CHECK_MS);
  }

  /**
   * A message without an answer; lost where the line is down, for what is sent so is sent again after `welcome`.
   * @param {string} type
   * @param {object} [fields]
   */
  send(type, fields = {}) {
    if (this.#socket?.readyState === WebSocket.OPEN) this.#socket.send(JSON.stringify({ type, ...fields }));
  }

  /**
   * A message with an answer.
   * @param {string} type
   * @param {object} [fields]
   * @returns {Promise<any>} rejects with a Problem: the server's, or `network`
   */
  request(type, fields = {}) {
    const id = this.#nextId++;
    return new Promise((resolve, reject) => {
      if (!this.#welcomed) return reject(new Problem({ code: "network" }));
      const timer = setTimeout(() => this.#settle(id, null, new Problem({ code: "network" })), REQUEST_MS);
      this.#pending.set(id, {
        resolve: (message) => (clearTimeout(timer), resolve(message)),
        reject: (problem) => (clearTimeout(timer), reject(problem)),
      });
      this.send(type, { id, ...fields });
    });
  }

  #hello() {
    const known = this.#session ? { session: this.#session, last: this.#last } : {};
    this.send("hello", { token: this.#token(), version: this.#version, ...known });
  }

  #tick() {
    if (performance.now() - this.#heard > SILENCE_MS && this.#socket) this.#drop(this.#socket);
    else this.send("ping");
  }

  /** @param {WebSocket} socket */
  #drop(socket) {
    if (socket !== this.#socket) return;
    this.#socket = null;
    this.#welcomed = false;
    clearInterval(this.#beat);
    socket.onopen = socket.onmessage = socket.onclose = socket.onerror = null;
    socket.close();
    for (const id of [...this.#pending.keys()]) this.#settle(id, null, new Problem({ code: "network" }));
    if (this.#closed) return;
    this.emit("state", "lost");
    const pause = BACKOFF_MS[Math.min(this.#attempt++, BACKOFF_MS.length - 1)];
    this.#retry = setTimeout(() => this.open(), pause * (0.75 + Math.random() / 2));
  }

  /** @param {string} text */
  #read(text) {
    this.#heard = performance.now();
    const message = JSON.parse(text);
    if (message.type === "pong" || message.type === "welcome") for (const heard of this.#listening.splice(0)) heard();
    if (message.type === "welcome") return this.#welcome(message);
    if (!this.#inOrder(message.seq)) return;
    if (message.re !== undefined) return this.#reply(message);
    if (message.type === "problem" && !this.#welcomed && !PASSING.has(message.problem.code)) message.type = "bye";
    if (message.type === "bye") this.close();
    if (message.type !== "pong") this.emit(message.type, message);
  }

  /** @param {any} message */
  #welcome(message) {
    if (!message.resumed) this.#last = message.seq ?? 0;
    else if (message.seq === this.#last + 1) this.#last = message.seq;
    this.#session = message.session;
    this.#welcomed = true;
    this.#attempt = 0;
    this.emit("welcome", message);
    this.emit("state", "online");
  }

  /**
   * Whether a message is new. After a gap, which a server's mistake only can make, we start afresh with a snapshot.
   * @param {number|undefined} seq
   */
  #inOrder(seq) {
    if (seq === undefined) return true;
    if (seq <= this.#last) return false;
    const gap = seq > this.#last + 1;
    this.#last = seq;
    if (gap && this.#socket && this.#welcomed) {
      this.#session = undefined;
      this.#drop(this.#socket);
    }
    return !gap;
  }

  /** @param {any} message */
  #reply(message) {
    this.#settle(message.re, message, message.type === "problem" ? new Problem(message.problem) : null);
  }

  /** @param {number} id @param {any} message @param {Problem|null} problem */
  #settle(id, message, problem) {
    const waiting = this.#pending.get(id);
    this.#pending.delete(id);
    if (problem) waiting?.reject(problem);
    else waiting?.resolve(message);
  }
}
