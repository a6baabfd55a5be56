/** What a participant needs at once: to ask for the floor, to say that something is wrong, and, rarely, to ask to record. */
import { attribute, h, setText, show } from "../dom.js";
import { t } from "../i18n.js";
import { icon } from "./icons.js";
import { reportProblem, wantsToRecord } from "./questions.js";

/** @param {import("../attendance.js").Attendance} attendance @param {import("./acting.js").Run} run */
export function quick(attendance, run) {
  const floorWords = h("span", {});
  const floor = h("button", { type: "button", class: "button", "data-testid": "floor-ask", "aria-pressed": "false",
    onclick: () => run(attendance.may("withdraw_floor") ? "withdraw_floor" : "ask_floor") }, icon("hand"), floorWords);
  const problem = h("button", { type: "button", class: "button", "data-testid": "report-problem", onclick: async () => {
    const data = await reportProblem();
    if (data) await run("report_problem", { data });
  } }, icon("alert"), h("span", {}, t("act.report_problem")));
  const record = h("button", { type: "button", class: "button quiet", "data-testid": "request-recording", onclick: async () => {
    if (await wantsToRecord()) await run("request_recording");
  } }, t("act.request_recording"));
  const node = h("div", { class: "quick", role: "group", "aria-label": t("quick.group") }, floor, problem, record);
  const update = () => {
    const asked = attendance.may("withdraw_floor");
    show(floor, asked || attendance.may("ask_floor"));
    attribute(floor, "aria-pressed", String(asked));
    setText(floorWords, t(asked ? "act.withdraw_floor" : "act.ask_floor"));
    show(problem, attendance.may("report_problem"));
    show(record, attendance.may("request_recording"));
    show(node, [floor, problem, record].some(({ hidden }) => !hidden));
  };
  return { node, update };
}
