/** For those who run the hearing: what is urgent, its course, the waiting room, the checks, the participants. */
import { h, list, setText, show } from "../dom.js";
import { has, t } from "../i18n.js";
import { audibility, bySpeaker } from "./audibility.js";
import { checklist, mutualCheck } from "./checks.js";
import { claims } from "./claims.js";
import { course } from "./course.js";
import { faults, openFaults } from "./faults.js";
import { floor } from "./floor.js";
import { sendMessage } from "./message.js";
import { person } from "./person.js";
import { openRequests, requests } from "./requests.js";
import { section } from "./section.js";
import { testResults } from "./testresults.js";
import { waitingCard } from "./waitingcard.js";

/** @typedef {import("../attendance.js").Attendance} Attendance */
/** @typedef {import("../protocol/types.js").SeatInfo} SeatInfo */

/** Who sees the submitted photos and admits (Rules ¶9). */
const IDENTIFIERS = new Set(["judge", "clerk"]);

/** @param {Attendance} attendance @param {import("./acting.js").Run} run @param {HTMLElement} quick what its user may ask for as well */
export function panel(attendance, run, quick) {
  const alarm = h("p", { class: "error", role: "alert", "data-testid": "recording-failed" });
  const parts = {
    claims: claims(attendance, run), audibility: audibility(attendance, run), course: course(attendance, run), checklist: checklist(attendance, run), mutual: mutualCheck(attendance, run),
    floor: floor(attendance, run), requests: requests(attendance, run), faults: faults(attendance, run),
    tests: testResults(attendance),
  };
  const room = section(t("panel.waiting-room"), t("panel.nobody-waits"), "waiting-room");
  const cards = list(room.body, (/** @type {SeatInfo} */ { seat }) => seat, ({ seat }) => waitingCard(attendance, seat, run));
  const inside = section(t("panel.participants"), t("panel.nobody-inside"), "participants");
  const rows = list(inside.body, (/** @type {SeatInfo} */ { seat }) => seat, ({ seat }) => person(attendance, seat, run));
  const all = h("button", { type: "button", class: "button", "data-testid": "message-all", onclick: () => sendMessage(attendance) }, t("message.to-all"));
  inside.node.append(h("div", { class: "row" }, all));
  const node = h("aside", { class: "panel", "aria-label": t("panel.title"), "data-testid": "panel" },
    alarm, parts.claims.node, parts.audibility.node, parts.course.node, parts.requests.node, parts.floor.node, room.node, parts.checklist.node, parts.mutual.node,
    quick, parts.faults.node, parts.tests.node, inside.node);

  const update = () => {
    const seats = attendance.hearing?.seats ?? [];
    const failed = attendance.hearing?.recording.failed;
    setText(alarm, failed ? failure(failed) : "");
    Object.values(parts).forEach((part) => part.update());
    const admits = IDENTIFIERS.has(attendance.entry.seat.role);
    const waits = admits ? seats.filter(({ standing }) => standing === "waiting") : [];
    cards.update(waits);
    room.count(waits.length);
    show(room.node, admits);
    const others = seats.filter((seat) => !waits.includes(seat));
    rows.update(others);
    inside.count(others.length);
    show(all, attendance.may("message"));
  };
  const close = () => [cards, rows, parts.audibility, parts.floor, parts.requests, parts.faults, parts.tests].forEach((part) => part.close());
  return { node, update, close };
}

/** How many things wait for those who run the hearing. @param {Attendance} attendance */
export function pending(attendance) {
  const waits = attendance.may("admit") ? (attendance.hearing?.seats ?? []).filter(({ standing }) => standing === "waiting").length : 0;
  const asks = attendance.may("give_floor") ? (attendance.hearing?.floor?.queue.length ?? 0) : 0;
  const decisions = attendance.may("permit_recording") ? openRequests(attendance).length : 0;
  const fresh = attendance.may("acknowledge_problem") ? openFaults(attendance).filter(({ acknowledged }) => !acknowledged).length : 0;
  return waits + asks + decisions + fresh + attendance.claims.length + bySpeaker(attendance.audibility).length;
}

/** @param {string} reason of the recording's fault, as the server names it */
function failure(reason) {
  const key = `recording.failed-${reason}`;
  return t(has(key) ? key : "recording.failed");
}
