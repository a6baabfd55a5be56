/** Technical problems: taken up, given a time, cured (Rules ¶14, ¶24); for judge, clerk and technician. */
import { h, list, setText, show } from "../dom.js";
import { seatName, t } from "../i18n.js";
import { worst } from "./headline.js";
import { nameOf } from "./acting.js";
import { estimate } from "./questions.js";
import { section } from "./section.js";

/** @typedef {import("../attendance.js").Attendance} Attendance */
/** @typedef {import("../protocol/types.js").Fault} Fault */
/** @typedef {import("./acting.js").Run} Run */

/** @param {Attendance} attendance @param {Run} run */
export function faults(attendance, run) {
  const part = section(t("panel.problems"), t("panel.no-problems"), "problems");
  const cards = list(part.body, (/** @type {Fault} */ { problem }) => String(problem), ({ problem, seat }) => card(attendance, problem, seat, run));
  const update = () => {
    const open = openFaults(attendance);
    cards.update(open);
    part.count(open.length);
  };
  return { node: part.node, update, close: cards.close };
}

/** @param {Attendance} attendance @returns {Fault[]} the newest first */
export const openFaults = ({ hearing }) => (hearing?.problems ?? []).filter(({ resolved }) => !resolved).reverse();

/** @param {Attendance} attendance @param {number} problem @param {string} seat @param {Run} run */
function card(attendance, problem, seat, run) {
  const who = h("strong", {});
  const what = h("p", {});
  const state = h("p", { class: "hint" });
  const link = h("span", { class: "link-verdict" });
  const button = (/** @type {string} */ act, /** @type {() => void} */ onclick) =>
    h("button", { type: "button", class: "button", "data-testid": `${act}-${problem}`, onclick }, t(`act.${act}`));
  const acknowledge = button("acknowledge_problem", () => run("acknowledge_problem", { data: { problem } }));
  const resolve = button("resolve_problem", () => run("resolve_problem", { data: { problem } }));
  const time = button("estimate_problem", async () => {
    const minutes = await estimate();
    if (minutes) await run("estimate_problem", { data: { problem, minutes } });
  });
  const node = h("div", { class: "card stack tight", "data-testid": `problem-${problem}`, role: "group" },
    h("p", {}, who, " ", link), what, state, h("div", { class: "row wrap" }, acknowledge, time, resolve));
  const update = (/** @type {Fault} */ fault) => {
    setText(who, nameOf(attendance, seat));
    setText(what, [t(`kind.${fault.kind}`), fault.text].filter(Boolean).join(": "));
    setText(state, faultState(fault));
    const verdict = fault.link ? worst(fault.link) : undefined;
    setText(link, verdict ? t(`link.${verdict}`) : "");
    link.dataset.verdict = verdict ?? "";
    node.classList.toggle("attention", !fault.acknowledged);
    node.setAttribute("aria-label", `${t(`kind.${fault.kind}`)}: ${nameOf(attendance, seat)}`);
    show(acknowledge, !fault.acknowledged && attendance.may("acknowledge_problem"));
    show(time, attendance.may("estimate_problem"));
    show(resolve, attendance.may("resolve_problem"));
  };
  return { node, update };
}

/** How far it is, and how long it still takes. @param {Fault} fault */
export function faultState({ acknowledged, restored_by }) {
  if (restored_by) {
    const minutes = Math.ceil((Date.parse(restored_by) - Date.now()) / 60_000);
    return minutes > 0 ? t("fault.restored-in", { minutes }) : t("fault.overdue");
  }
  return acknowledged ? t("fault.acknowledged", { seat: seatName(acknowledged.by) }) : t("fault.new");
}
