/**
 * One device's stay in a seat: the session, the media and everything the screens show of them. No DOM; the screens read
 * its fields and are told of a `change`.
 */
import { Emitter } from "./emitter.js";
import { Absence } from "./absence.js";
import { Call } from "./media/call.js";
import { LocalMedia } from "./media/devices.js";
import { Reporter } from "./media/report.js";
import { listensOnly } from "./protocol/entrycheck.js";
import * as http from "./protocol/http.js";
import { Problem } from "./protocol/problem.js";
import { Session } from "./protocol/session.js";
import { VERSION } from "./version.js";

/** @typedef {import("./protocol/types.js").Snapshot} Snapshot */
/** @typedef {import("./protocol/types.js").Entry} Entry */
/** @typedef {import("./protocol/token.js").Credential<Entry>} Credential */
/** @typedef {{key: string, params?: Record<string, any>, urgent?: boolean, sticky?: boolean, understood?: () => void}} Notice */

/** In these standings a device sends and receives media (docs/protocol.md, Media 1). */
const WITH_MEDIA = new Set(["waiting", "held", "admitted"]);
const SENT_AWAY = new Set(["refused", "removed", "dismissed"]);
const WORDS_OF = { technician: "notice.from-technician", clerk: "notice.from-clerk" };

/** @extends {Emitter<{change: void, notice: Notice, over: Problem}>} */
export class Attendance extends Emitter {
  /** @type {Snapshot|null} */ hearing = null;
  /** @type {"connecting"|"online"|"lost"} */ line = "connecting";
  /** @type {string|null} */ speaker = null;
  /** @type {Record<string, import("./protocol/types.js").Picture>} */ pictures = {};
  /** @type {Record<string, import("./protocol/types.js").Link>} */ links = {};
  /** What the server measured when it lost a seat. @type {Record<string, {silent_s?: number, link?: import("./protocol/types.js").Link}|null>} */ measured = {};
  /** Who did not receive and play what was said. @type {import("./protocol/types.js").Audible[]} */ audibility = [];
  /** Light and noise, our own or everybody's. @type {Record<string, import("./protocol/types.js").Surroundings>} */ surroundings = {};
  /** Of company at a witness's side, for the clerk. @type {Record<string, import("./protocol/types.js").Sign[]>} */ signs = {};
  /** How the screen plays each seat's sound; it says so where it does. @type {() => import("./media/report.js").Playback} */ playback = () => ({});
  #reporter = new Reporter();
  #mediaStarted = false;
  #resting = false;
  #absence = new Absence(matchMedia("(pointer: coarse)").matches);
  /** Was away, and has not been told yet that all is back. */ #coming = false;

  /** @param {Credential} credential */
  constructor(credential) {
    super();
    this.credential = credential;
    this.local = new LocalMedia();
    const url = `${location.protocol === "https:" ? "wss" : "ws"}://${location.host}/api/v1/ws`;
    this.session = new Session({ url, token: () => credential.token, version: VERSION });
    this.call = new Call(this.session, this.local);
    this.#listen();
  }

  get entry() {
    return this.credential.grant;
  }

  start() {
    this.session.open();
  }

  /** Ends it on this side; the seat itself is given up by `leave`. */
  close() {
    this.session.close();
    this.call.close();
    this.local.close();
  }

  async leave() {
    this.close();
    this.credential.forget();
    await http.revokeToken(this.credential.token).catch(() => undefined);
  }

  /** @param {string} act @param {{seat?: string, reason?: string, data?: Record<string, any>}} [fields] */
  async act(act, fields = {}) {
    await http.act(this.credential.token, { act, version: this.hearing?.version, ...fields });
  }

  /** Whether this is a second device that only asks for the seat. */
  get claiming() {
    return this.hearing ? this.hearing.you.standing === "claiming" : this.entry.claim === true;
  }

  /** Whether the session is closed to us (Rules ¶6). */
  get shutOut() {
    return this.hearing?.state === "closed_session" && this.hearing.you.place !== "courtroom";
  }

  /** The seats that a second device asks for, as far as we may decide on it. */
  get claims() {
    return (this.hearing?.seats ?? []).filter(({ claim }) => claim && this.may("agree_device")).map(({ seat }) => seat);
  }

  /** @param {string} act */
  may(act) {
    return this.hearing?.you.acts.includes(act) ?? false;
  }

  /** After a change of network. */
  async check() {
    const heard = this.session.check();
    this.call.check();
    await this.local.revive();
    await heard;
  }

  /** The screen was locked, or something else is looked at. */
  turnedAway() {
    this.#absence.begin();
    this.#coming = false;
  }

  /** The page is looked at again: what was missed is said, and then that all is back, once it is. */
  async returned() {
    const missed = this.#absence.end() && this.#sends;
    if (missed) this.emit("notice", { key: "notice.away", urgent: true });
    await this.check();
    if (this.#absence.now || !missed) return;
    this.#coming = true;
    this.#welcomeBack();
  }

  /** Whether the others get picture and sound of us. */
  get #sends() {
    return this.#mediaStarted && !this.shutOut && !listensOnly(this.entry.seat.role);
  }

  #welcomeBack() {
    const { microphone, camera } = this.local.state;
    const there = this.line === "online" && this.call.up.state === "connected";
    if (!this.#coming || !there || ![microphone, camera].every((state) => state === "on" || state === "off")) return;
    this.#coming = false;
    this.emit("notice", { key: microphone === "on" && camera === "on" ? "notice.back" : "notice.back-off" });
  }

  /** Of a device that nobody looked at when it happened, more is said at the return. @param {Notice} notice */
  #deviceNotice(notice) {
    if (!this.#absence.now) this.emit("notice", notice);
  }

  #changed() {
    this.#welcomeBack();
    this.emit("change", undefined);
  }

  #listen() {
    const { session, call, local } = this;
    session.on("state", (state) => this.#line(state));
    session.on("welcome", ({ hearing }) => hearing && this.#fresh(hearing));
    session.on("welcome", () => this.#reporter.again());
    session.on("hearing", ({ hearing }) => this.#snapshot(hearing));
    session.on("speaker", ({ seat }) => this.#set({ speaker: seat }));
    session.on("pictures", ({ pictures }) => this.#set({ pictures }));
    session.on("links", ({ seats }) => this.#set({ links: seats }));
    session.on("audibility", ({ pairs }) => this.#set({ audibility: pairs }));
    session.on("surroundings", ({ seats }) => this.#set({ surroundings: seats }));
    session.on("signs", ({ seats }) => this.#set({ signs: seats }));
    session.on("repeat", ({ seat }) => this.#repeat(seat));
    session.on("devices", (devices) => this.#devices(devices));
    session.on("claim", ({ seat }) => this.#claimed(seat));
    session.on("alarm", (alarm) => this.#alarm(alarm));
    session.on("problem_reported", ({ seat }) => this.emit("notice", { key: "notice.problem-reported", params: { seat }, urgent: true }));
    session.on("message", ({ message, role, text }) => this.emit("notice", {
      key: WORDS_OF[role], params: { text }, understood: () => session.send("understood", { message }),
    }));
    session.on("wrong_words", ({ seat, count }) => this.emit("notice", { key: "notice.wrong-words", params: { seat, count } }));
    session.on("bye", ({ problem }) => this.#over(new Problem(problem)));
    session.on("media", () => this.#changed());
    call.on("change", () => this.#callChanged());
    call.on("streams", () => this.#changed());
    call.on("looked", (looked) => this.#report(looked));
    call.on("problem", (problem) => this.#mediaProblem(problem));
    local.on("change", () => this.#localChanged());
    local.on("lost", () => this.#absence.broke()); // where no other is found, the screen says so for as long as it is so
    local.on("found", (device) => this.#deviceNotice({ key: `notice.${device}-found` }));
    local.on("system", ({ device, muted }) => {
      if (muted) this.#absence.broke();
      this.#deviceNotice({ key: `notice.${device}-${muted ? "taken" : "returned"}`, urgent: muted });
    });
    this.credential.on("renewed", (token) => session.send("renew", { token }));
    this.credential.on("lost", (problem) => this.#over(problem));
  }

  /** @param {Partial<Attendance>} fields */
  #set(fields) {
    Object.assign(this, fields);
    this.#changed();
  }

  /** @param {"connecting"|"online"|"lost"} state */
  #line(state) {
    this.line = state;
    if (state === "online") this.#sendDevices();
    if (state === "lost") this.#absence.broke();
    this.#changed();
  }

  /** @param {Snapshot} hearing of a session that begins; what still holds of the rest is told again */
  #fresh(hearing) {
    this.audibility = [];
    this.surroundings = {};
    this.signs = {};
    this.#snapshot(hearing);
  }

  /** @param {string} seat whose last words the court asks for again */
  #repeat(seat) {
    const own = seat === this.hearing?.you.seat;
    this.emit("notice", own ? { key: "notice.repeat-you", urgent: true, sticky: true } : { key: "notice.repeat", params: { seat } });
  }

  /** @param {Snapshot} hearing */
  #snapshot(hearing) {
    this.hearing = hearing;
    const { state, you } = hearing;
    if (state === "concluded") return this.#over(new Problem({ code: "ended" }));
    if (SENT_AWAY.has(you.standing)) {
      return this.#over(new Problem({ code: you.standing, params: { reason: you.reason } }));
    }
    this.call.shut(this.shutOut);
    if (WITH_MEDIA.has(you.standing) && !this.#mediaStarted) void this.#startMedia();
    this.#changed();
  }

  async #startMedia() {
    this.#mediaStarted = true;
    // The connection is made while the browser asks for the camera, so that the wait is not added up.
    this.call.start();
    await this.local.open();
  }

  /** @param {{seat: string, microphone: any, camera: any}} devices */
  #devices({ seat, microphone, camera }) {
    const info = this.hearing?.seats?.find((candidate) => candidate.seat === seat);
    if (info) Object.assign(info, { microphone, camera });
    this.#changed();
  }

  /** @param {string} seat */
  #claimed(seat) {
    if (seat === this.hearing?.you.seat) this.emit("notice", { key: "notice.claimed", urgent: true, sticky: true });
  }

  /** The loss itself stays on the screen as long as the snapshot says it. @param {import("./protocol/session.js").Alarm} alarm */
  #alarm({ seat, lost, measured }) {
    this.measured[seat] = lost ? (measured ?? null) : null;
    if (!lost) this.emit("notice", { key: "notice.alarm-over", params: { seat } });
    this.#changed();
  }

  /** @param {Problem} problem of making a media connection: said where it will not pass by itself at once */
  #mediaProblem({ code, params }) {
    if (code === "network" || code === "media-down") return;
    this.emit("notice", { key: `problem.${code}`, params, urgent: true });
  }

  #localChanged() {
    this.#sendDevices();
    this.#changed();
  }

  /** Our devices as the others are told of them. */
  get devices() {
    const { microphone, camera } = this.local.wire;
    return { microphone, camera: camera === "on" && this.call.resting ? "resting" : camera };
  }

  #callChanged() {
    if (this.call.resting !== this.#resting) this.#sendDevices();
    this.#changed();
  }

  #sendDevices() {
    this.#resting = this.call.resting;
    this.session.send("device", this.devices);
  }

  /** @param {import("./media/call.js").Looked} looked */
  #report(looked) {
    if (this.session.online) this.session.send("report", this.#reporter.read(looked, this.playback()));
  }

  /** @param {Problem} problem */
  #over(problem) {
    this.close();
    this.credential.forget();
    this.emit("over", problem);
  }
}
