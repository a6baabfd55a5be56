/** Doing an act: what it needs is asked for first, and what is in the way is said in words. */
import { seatName, t } from "../i18n.js";
import { asProblem } from "../protocol/problem.js";
import { ask, askReason } from "./dialog.js";

/** @typedef {import("../attendance.js").Attendance} Attendance */
/** @typedef {{seat?: string, reason?: string, data?: Record<string, any>}} Fields */
/** @typedef {(act: string, fields?: Fields) => Promise<void>} Run */

/** Public, or not to be taken back: asked once more. */
const CONFIRMED = new Set(["adjourn", "conclude", "recess", "end_test"]);
const REASONS = {
  admit: [1, 2, 3], refuse: [1, 2, 3, 4], remove: [1, 2, 3], start: [1, 2], close_session: [1], reopen: [1], postpone: [1, 2], permit_recording: [1],
  refuse_recording: [1, 2],
};
/** @typedef {keyof typeof REASONS} Reasoned */
const WITH_REASON = new Set(["refuse", "remove", "close_session", "reopen", "postpone", "refuse_recording"]);
/** The presiding judge may go on nevertheless, and says why (Rules ¶16, ¶33, ¶36); whoever admits, too (¶37). */
const NEVERTHELESS = new Set(["checklist-incomplete", "unchecked", "opinions-missing", "check-failed"]);

/** @param {import("../app.js").App} app @param {Attendance} attendance @returns {Run} */
export function acting(app, attendance) {
  /** @type {Run} */
  const run = async (act, fields = {}) => {
    try {
      await attendance.act(act, fields);
    } catch (error) {
      const { code, params } = asProblem(error);
      if (NEVERTHELESS.has(code) && !fields.reason) return reasoned(attendance, run, /** @type {Reasoned} */ (act), fields, lacking(attendance, params));
      app.notices.add({ key: `problem.${code}`, params, urgent: true });
    }
  };
  return async (act, fields = {}) => {
    if (WITH_REASON.has(act) && !fields.reason) return reasoned(attendance, run, /** @type {Reasoned} */ (act), fields);
    if (CONFIRMED.has(act) && !(await confirmed(act))) return;
    await run(act, fields);
  };
}

/** The button for whoever may adjourn; none for the others. @param {Attendance} attendance @param {Run} run @returns {import("./strip.js").Action[]} */
export const toAdjourn = (attendance, run) =>
  attendance.may("adjourn") ? [{ act: "adjourn", text: t("act.adjourn"), press: () => run("adjourn") }] : [];

/** @param {string} act */
const confirmed = (act) =>
  ask({ title: t(`${act}.title`), text: t(`${act}.text`), confirm: t(`act.${act}`), danger: act === "conclude", testid: `${act}-confirm` });

/** @param {Attendance} attendance @param {Run} run @param {Reasoned} act @param {Fields} fields @param {string} [lacks] */
async function reasoned(attendance, run, act, fields, lacks = "") {
  const name = fields.seat ? nameOf(attendance, fields.seat) : "";
  const reason = await askReason({
    title: t(`${act}.title`, { name }), text: [t(`${act}.text`), lacks].filter(Boolean).join(" "), confirm: t(`act.${act}`),
    reasons: REASONS[act].map((number) => t(`reason.${act}-${number}`)), ...(act === "close_session" && { label: t("reason.ruling") }),
  });
  if (reason) await run(act, { ...fields, reason });
}

/** What is still lacking, in words. @param {Attendance} attendance @param {Record<string, any>} params */
function lacking(attendance, { items = [], seats = [], parts = [] }) {
  const names = [...items.map((/** @type {string} */ item) => t(`item.${item}`)), ...seats.map((/** @type {string} */ seat) => nameOf(attendance, seat)),
    ...parts.map((/** @type {string} */ part) => t(`check-part.${part}`))];
  return names.length > 0 ? t("common.lacking", { names: names.join("; ") }) : "";
}

/** @param {Attendance} attendance @param {string} seat */
export function nameOf({ hearing }, seat) {
  const info = hearing?.seats?.find((candidate) => candidate.seat === seat);
  return info?.name || seatName(seat, info?.role);
}
