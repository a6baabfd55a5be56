/** Which screen is shown: the way from the address and the attendance's state to a view. */
import { Attendance } from "./attendance.js";
import { h } from "./dom.js";
import { loadLanguage, t } from "./i18n.js";
import { WakeLock } from "./media/wakelock.js";
import { NewTime } from "./newtime.js";
import { languageSwitch } from "./parts/language.js";
import { Notices } from "./parts/notices.js";
import * as http from "./protocol/http.js";
import { Credential } from "./protocol/token.js";
import { support } from "./support.js";
import { VERSION, isOlder } from "./version.js";
import { account } from "./views/account.js";
import { application, forget } from "./views/application.js";
import { apply } from "./views/apply.js";
import { check } from "./views/check.js";
import { end } from "./views/end.js";
import { entry } from "./views/entry.js";
import { hearing } from "./views/hearing.js";
import { hearings, login } from "./views/staff.js";
import { technician } from "./views/technician.js";
import { trouble } from "./views/trouble.js";
import { waiting } from "./views/waiting.js";

/** @typedef {{screen: string, title: string, node: HTMLElement, update?: () => void, close?: () => void}} View */
/** @typedef {import("./protocol/types.js").Entry} Entry */
/** @typedef {import("./protocol/types.js").StaffLogin} StaffLogin */

const SEAT = "courtroom-seat";
const STAFF = "courtroom-staff";
/** Of these the court tells the time once it knows it. */
const ANOTHER_DAY = ["postponed", "not-yet-open"];

export class App {
  notices = new Notices();
  /** @type {Attendance|null} */ attendance = null;
  #wakeLock = new WakeLock();
  /** @type {Credential<StaffLogin>|null} */ #staff = null;
  /** @type {View|null} */ #view = null;
  /** @type {() => View} */ #make = () => entry(this);
  #brand = h("p", { class: "brand" });
  #languages = h("div", {});
  #main = h("main", { id: "main" });
  #drawing = false;

  /** @param {HTMLElement} root */
  constructor(root) {
    root.replaceChildren(h("header", { class: "bar" }, this.#brand, this.#languages), this.notices.node, this.#main);
    document.addEventListener("visibilitychange", () => this.#looked());
    addEventListener("online", () => this.attendance?.check());
    addEventListener("hashchange", () => this.#turned());
  }

  async start() {
    const verdict = support();
    if (verdict !== "ok") return this.show(() => trouble(verdict));
    if (await this.#tooOld()) return this.show(() => trouble("too-old"));
    const seat = /** @type {Credential<Entry>|null} */ (Credential.stored(SEAT));
    if (seat) return this.#attend(seat);
    const gone = /** @type {Entry|null} */ (Credential.expired(SEAT));
    if (gone && forThis(gone)) return this.show(() => end({ code: "token-expired" }, wayIn(gone)));
    this.#staff = Credential.stored(STAFF);
    if (this.#staff) this.#staff.on("lost", () => this.signOut());
    this.#route();
  }

  /** @param {() => View} make */
  show(make) {
    this.#make = make;
    this.#render();
    /** @type {HTMLElement|null} */ (this.#main.querySelector("h1"))?.focus({ preventScroll: true });
    scrollTo(0, 0);
  }

  /** @param {Entry} grant a seat's token */
  enter(grant) {
    this.#attend(new Credential(SEAT, grant));
  }

  /** @param {StaffLogin} grant */
  signIn(grant) {
    this.#staff = new Credential(STAFF, grant);
    this.#staff.on("lost", () => this.signOut());
    this.#route();
  }

  /** The second factor that was wanting is set up: the same token is good for everything now. */
  enrolled() {
    const staff = this.#staff;
    staff?.forget();
    if (staff) this.signIn({ ...staff.grant, step: undefined });
  }

  /** The first screen of this address. */
  home() {
    this.#route();
  }

  signOut() {
    this.#staff?.forget();
    if (this.#staff) http.revokeToken(this.#staff.token).catch(() => undefined);
    this.#staff = null;
    this.#route();
  }

  /** @param {Attendance} attendance that its own user ends */
  left(attendance) {
    void attendance.leave();
    this.#over(attendance, { code: "left" });
  }

  #route() {
    const staff = this.#staff;
    if (staff?.grant.step) this.show(() => account(this, staff));
    else if (location.pathname === "/technician") this.show(() => (staff ? technician(this, staff) : login(this)));
    else if (location.pathname === "/staff") this.show(() => (staff ? hearings(this, staff) : login(this)));
    else if (location.hash === "#apply") this.show(() => apply(this));
    else if (location.hash === "#application") this.show(() => application(this));
    else if (location.hash === "#check") this.show(() => check());
    else this.show(() => entry(this));
  }

  /** Screens without sign-in have addresses of their own: the browser's way back leads through them. */
  #turned() {
    if (this.attendance || location.pathname !== "/") return;
    if (location.hash !== "#application" && location.hash !== "#check") forget();
    this.#route();
  }

  /** @param {Credential<Entry>} credential */
  #attend(credential) {
    const attendance = new Attendance(credential);
    this.attendance = attendance;
    attendance.on("change", () => this.#schedule());
    attendance.on("notice", (notice) => this.notices.add(notice));
    attendance.on("over", (problem) => this.#over(attendance, problem));
    this.#wakeLock.start();
    attendance.start();
    this.show(() => this.#attendanceView(attendance));
  }

  /** @param {Attendance} attendance @returns {View} */
  #attendanceView(attendance) {
    return screenOf(attendance) === "hearing" ? hearing(this, attendance) : waiting(this, attendance);
  }

  /** @param {Attendance} attendance @param {{code: string, params?: Record<string, any>}} problem */
  #over({ entry, credential }, problem) {
    this.#wakeLock.stop();
    this.attendance = null;
    this.notices.clear();
    if (problem.code === "client-too-old") return this.show(() => trouble("too-old"));
    const time = ANOTHER_DAY.includes(problem.code) ? new NewTime(credential.token) : null;
    this.show(() => end(problem, wayIn(entry), time));
  }

  /** Many changes come at once: the screen follows once per frame, or soon where a hidden page has no frames. */
  #schedule() {
    if (this.#drawing) return;
    this.#drawing = true;
    setTimeout(() => {
      this.#drawing = false;
      this.#follow();
    }, 16);
  }

  #follow() {
    const { attendance } = this;
    if (!attendance) return;
    const wanted = screenOf(attendance);
    if (wanted !== this.#view?.screen) this.show(() => this.#attendanceView(attendance));
    else this.#view?.update?.();
  }

  #render() {
    this.#view?.close?.();
    this.#brand.textContent = t("common.name");
    this.#languages.replaceChildren(languageSwitch(() => this.#render()));
    const view = (this.#view = this.#make());
    view.update?.();
    document.title = `${view.title} · ${t("common.name")}`;
    document.body.dataset.screen = view.screen;
    this.#main.replaceChildren(view.node);
  }

  #looked() {
    if (document.visibilityState === "visible") void this.attendance?.returned();
    else this.attendance?.turnedAway();
  }

  async #tooOld() {
    try {
      return isOlder(VERSION, (await http.version()).minimum);
    } catch {
      return false; // said when it matters: at entry, or by the server's `client-too-old`
    }
  }
}

/** @param {Attendance} attendance */
function screenOf({ hearing: snapshot, entry }) {
  const leads = ["judge", "clerk", "technician", "site_clerk"].includes(entry.seat.role);
  if (!snapshot) return leads ? "hearing" : "waiting";
  const { standing, inside } = snapshot.you;
  return standing === "admitted" && inside !== false ? "hearing" : "waiting";
}

/** @param {HTMLElement} root */
export async function main(root) {
  await firstLanguage();
  const app = new App(root);
  await app.start();
  return app;
}

/** Without a text table there is nothing to say that in: try until there is one. */
async function firstLanguage() {
  for (;;) {
    try {
      return await loadLanguage();
    } catch {
      await new Promise((resolve) => setTimeout(resolve, 1_000));
    }
  }
}

/** The address of the way back in. @param {Entry} entry */
function wayIn({ hearing: { number }, seat: { seat } }) {
  return location.pathname === "/" ? `/?${new URLSearchParams({ hearing: number, seat })}` : location.pathname;
}

/** Whether this page was opened for it, and not by a link to another seat or screen. @param {Entry} entry */
function forThis({ hearing: { number }, seat: { seat } }) {
  const asked = new URLSearchParams(location.search);
  const same = (asked.get("hearing") ?? number) === number && (asked.get("seat") ?? seat) === seat;
  return same && !location.hash && location.pathname !== "/technician";
}
