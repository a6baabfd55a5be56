/** The course of the hearing: what comes next at hand, what is rare in a menu, the end apart (Rules ¶28-1). */
import { h, show } from "../dom.js";
import { t } from "../i18n.js";
import { menu } from "./menu.js";
import { reschedule } from "./questions.js";

/** @typedef {import("./acting.js").Run} Run */

const NEXT = ["open", "start", "resume", "reopen", "end_test", "begin_test", "recess"];
const PRIMARY = new Set(["open", "start", "resume", "reopen", "end_test"]);
const RARE = ["adjourn", "close_session", "postpone", "reschedule"];

/** @param {import("../attendance.js").Attendance} attendance @param {Run} run */
export function course(attendance, run) {
  const press = async (/** @type {string} */ act) => {
    if (act !== "reschedule") return run(act);
    const scheduled_at = await reschedule(attendance.hearing?.scheduled_at);
    if (scheduled_at) await run("reschedule", { data: { scheduled_at } });
  };
  const button = (/** @type {string} */ act, /** @type {string} */ kind) => h("button", {
    type: "button", class: kind, "data-testid": `act-${act}`,
    onclick: (/** @type {MouseEvent} */ event) => void (event.detail < 2 && press(act)), // after a double click another button may be here
  }, t(`act.${act}`));
  const next = NEXT.map((act) => button(act, PRIMARY.has(act) ? "button primary" : "button"));
  const rare = RARE.map((act) => button(act, "button choice"));
  const conclude = button("conclude", "button danger-outline");
  const more = menu(t("panel.more"), "more-acts", rare);
  const node = h("section", { class: "panel-section course", "data-testid": "course" },
    h("div", { class: "course-head" }, h("h2", {}, t("panel.course")), conclude),
    h("div", { class: "row wrap" }, ...next), more.node);
  const all = [...NEXT, ...RARE, "conclude"];
  const update = () => {
    [...next, ...rare, conclude].forEach((one, index) => show(one, attendance.may(all[index])));
    more.update();
    show(node, all.some((act) => attendance.may(act)));
  };
  return { node, update };
}
