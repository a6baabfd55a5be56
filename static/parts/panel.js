/** For the presiding judge and the clerk: the course of the hearing, the waiting room, the participants. */
import { h, list, setText, show } from "../dom.js";
import { has, seatName, t } from "../i18n.js";
import { asProblem } from "../protocol/problem.js";
import { ask, askReason } from "./dialog.js";
import { worst } from "./headline.js";
import { waitingCard } from "./waitingcard.js";

/** @typedef {import("../attendance.js").Attendance} Attendance */
/** @typedef {import("../protocol/types.js").SeatInfo} SeatInfo */

const COURSE = ["begin_test", "end_test", "open", "start", "resume", "recess", "adjourn", "close_session", "reopen", "postpone", "conclude"];
const MOVING = ["open", "start", "resume", "reopen"];
const CONFIRMED = new Set(["adjourn", "conclude"]);
const REASONS = { refuse: [1, 2, 3, 4], remove: [1, 2, 3], start: [1, 2], close_session: [1], reopen: [1], postpone: [1, 2] };
/** The presiding judge may start nevertheless, and says why. */
const NOT_CHECKED = new Set(["checklist-incomplete", "unchecked"]);

/** @param {import("../app.js").App} app @param {Attendance} attendance */
export function panel(app, attendance) {
  /** @param {string} act @param {{seat?: string, reason?: string}} [fields] */
  const run = async (act, fields) => {
    try {
      await attendance.act(act, fields);
    } catch (error) {
      const { code, params } = asProblem(error);
      if (NOT_CHECKED.has(code)) return void (await reasoned("start", run));
      app.notices.add({ key: `problem.${code}`, params, urgent: true });
    }
  };
  const alarm = h("p", { class: "error", role: "alert", "data-testid": "recording-failed" });
  const course = courseSection(attendance, run);
  const claims = claimSection(attendance, run);
  const room = section(t("panel.waiting-room"), t("panel.nobody-waits"), "waiting-room");
  const cards = list(room.body, (/** @type {SeatInfo} */ { seat }) => seat, ({ seat }) => waitingCard(attendance, seat, run));
  const inside = section(t("panel.participants"), t("panel.nobody-inside"), "participants");
  const rows = list(inside.body, (/** @type {SeatInfo} */ { seat }) => seat, ({ seat }) => personRow(attendance, seat, run));
  const node = h("aside", { class: "panel", "aria-label": t("panel.title"), "data-testid": "panel" },
    alarm, claims.node, course.node, room.node, inside.node);

  const update = () => {
    const seats = attendance.hearing?.seats ?? [];
    const failed = attendance.hearing?.recording.failed;
    setText(alarm, failed ? failure(failed) : "");
    course.update();
    claims.update();
    const waits = seats.filter(({ standing }) => standing === "waiting");
    cards.update(waits);
    room.count(waits.length);
    const others = seats.filter(({ standing }) => standing !== "waiting");
    rows.update(others);
    inside.count(others.length);
  };
  return { node, update, close: () => (cards.close(), rows.close()) };
}

/** @param {string} reason of the recording's fault, as the server names it */
function failure(reason) {
  const key = `recording.failed-${reason}`;
  return t(has(key) ? key : "recording.failed");
}

/** @param {"start"|"close_session"|"reopen"|"postpone"} act @param {Run} run */
async function reasoned(act, run) {
  const reason = await askReason({ title: t(`${act}.title`), text: t(`${act}.text`), confirm: t(`act.${act}`), reasons: reasons(act) });
  if (reason) await run(act, { reason });
}

/** @typedef {(act: string, fields?: {seat?: string, reason?: string}) => Promise<void>} Run */

/** @param {string} title @param {string} empty @param {string} testid */
function section(title, empty, testid) {
  const none = h("p", { class: "hint" }, empty);
  const body = h("div", { class: "stack" });
  const node = h("section", { class: "panel-section", "data-testid": testid }, h("h2", {}, title), none, body);
  return { node, body, count: (/** @type {number} */ count) => show(none, count === 0) };
}

/** @param {Attendance} attendance @param {Run} run */
function courseSection(attendance, run) {
  const press = async (/** @type {string} */ act) => {
    const asked = CONFIRMED.has(act)
      && !(await ask({ title: t(`${act}.title`), text: t(`${act}.text`), confirm: t(`act.${act}`), danger: act === "conclude", testid: `${act}-confirm` }));
    if (asked) return;
    if (act === "close_session" || act === "reopen" || act === "postpone") await reasoned(act, run);
    else await run(act);
  };
  const buttons = COURSE.map((act) => h("button", {
    type: "button", "data-testid": `act-${act}`, onclick: () => press(act),
    class: act === "conclude" ? "button danger-outline" : MOVING.includes(act) ? "button primary" : "button",
  }, t(`act.${act}`)));
  const node = h("section", { class: "panel-section" }, h("h2", {}, t("panel.course")), h("div", { class: "row wrap" }, ...buttons));
  const update = () => {
    buttons.forEach((button, index) => show(button, attendance.may(COURSE[index])));
    show(node, COURSE.some((act) => attendance.may(act)));
  };
  return { node, update };
}

/** @param {Attendance} attendance @param {Run} run */
function claimSection(attendance, run) {
  const node = h("section", { class: "panel-section", "aria-live": "polite" });
  const claims = list(node, (/** @type {string} */ seat) => seat, (seat) => ({
    node: h("div", { class: "card attention stack tight", "data-testid": `claim-${seat}` },
      h("p", {}, t("claim.text", { seat: seatName(seat), name: nameOf(attendance, seat) })),
      h("div", { class: "row wrap" },
        h("button", { class: "button", "data-testid": `agree-${seat}`, onclick: () => run("agree_device", { seat }) }, t("act.agree_device")),
        h("button", { class: "button", "data-testid": `refuse-device-${seat}`, onclick: () => run("refuse_device", { seat }) }, t("act.refuse_device")))),
    update: () => undefined,
  }));
  const update = () => {
    claims.update(attendance.claims);
    show(node, attendance.claims.length > 0);
  };
  return { node, update };
}

/** @param {Attendance} attendance @param {string} seat @param {Run} run */
function personRow(attendance, seat, run) {
  const name = h("strong", {});
  const facts = h("p", { class: "hint" });
  const link = h("span", { class: "link-verdict" });
  const remove = h("button", { class: "button quiet", "data-testid": `remove-${seat}`, onclick: async () => {
    const reason = await askReason({
      title: t("remove.title", { name: nameOf(attendance, seat) }), text: t("remove.text"), confirm: t("act.remove"), reasons: reasons("remove"),
    });
    if (reason) await run("remove", { seat, reason });
  } }, t("act.remove"));
  const readmit = h("button", { class: "button", "data-testid": `readmit-${seat}`, onclick: () => run("readmit", { seat }) }, t("act.readmit"));
  const one = (/** @type {string} */ act, /** @type {string} */ testid) =>
    h("button", { class: "button quiet", "data-testid": `${testid}-${seat}`, onclick: () => run(act, { seat }) }, t(`act.${act}`));
  const call = one("call_witness", "call");
  const dismiss = one("dismiss_witness", "dismiss");
  const mute = one("mute", "mute");
  const unmute = one("unmute", "unmute");
  const node = h("div", { class: "person", "data-testid": `person-${seat}` }, h("div", {}, name, facts, link), call, dismiss, mute, unmute, remove, readmit);
  const update = (/** @type {SeatInfo} */ info) => {
    const verdict = worst(attendance.links[seat]);
    const role = seatName(seat, info.role);
    setText(name, info.name || role);
    setText(facts, [info.name && role, presence(info)].filter(Boolean).join(" · "));
    setText(link, verdict ? t(`link.${verdict}`) : "");
    link.dataset.verdict = verdict ?? "";
    const self = seat === attendance.hearing?.you.seat;
    const { standing, muted } = info;
    const witness = info.role === "witness" && (standing === "held" || standing === "admitted");
    show(call, standing === "held" && attendance.may("call_witness"));
    show(dismiss, witness && attendance.may("dismiss_witness"));
    show(mute, standing === "admitted" && info.role !== "judge" && !muted && attendance.may("mute"));
    show(unmute, standing === "admitted" && Boolean(muted) && attendance.may("unmute"));
    show(remove, !self && (standing === "admitted" || standing === "held") && attendance.may("remove"));
    show(readmit, (standing === "removed" || standing === "dismissed") && attendance.may("readmit"));
  };
  return { node, update };
}

/** @param {SeatInfo} info */
function presence({ standing, connected, microphone, camera }) {
  if (standing !== "admitted") return t(`standing.${standing}`);
  if (!connected) return t("tile.away");
  const off = [microphone && microphone !== "on" && t("tile.microphone-off"), camera && camera !== "on" && t("tile.camera-off")];
  return off.filter(Boolean).join(", ") || t("standing.admitted");
}

/** @param {Attendance} attendance @param {string} seat */
export function nameOf({ hearing }, seat) {
  const info = hearing?.seats?.find((candidate) => candidate.seat === seat);
  return info?.name || seatName(seat, info?.role);
}

/** @param {keyof typeof REASONS} act */
export const reasons = (act) => REASONS[act].map((number) => t(`reason.${act}-${number}`));
