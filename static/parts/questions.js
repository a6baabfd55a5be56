/** The small forms of the hearing, each a dialog that answers with what was filled in, or with null. */
import { h } from "../dom.js";
import { instant, moment } from "../courttime.js";
import { dateTime, t } from "../i18n.js";
import { ask, choose } from "./dialog.js";

const KINDS = ["sound", "picture", "connection", "device", "noise", "other"];
const ANSWERS = ["hears", "sees", "asks", "answers"];
const FOUND = ["attended", "identity", "credentials"];
const DECLARATIONS = ["in_person", "under_sixteens", "recording"];
const TEXT_LIMIT = 500;
const MINUTES = [5, 10, 15, 30];
const LONGEST_MIN = 24 * 60;

/** One tap on what is wrong (Rules ¶14). @returns {Promise<{kind: string, text?: string}|null>} */
export async function reportProblem() {
  const words = h("textarea", { id: "problem-text", rows: 2, maxlength: TEXT_LIMIT, "data-testid": "problem-text" });
  const body = h("div", { class: "stack tight" }, h("label", { for: "problem-text" }, t("report.words")), words);
  const kind = await choose({ title: t("report.title"), text: t("report.text"), options: KINDS.map((kind) => [kind, t(`kind.${kind}`)]), body });
  const text = words.value.trim();
  return kind ? { kind, ...(text && { text }) } : null;
}

/** The mutual check's four questions (Rules ¶36). @returns {Promise<Record<string, boolean>|null>} */
export const answerCheck = () => yesNo({
  title: t("answer.title"), text: t("answer.text"), confirm: t("answer.send"), testid: "answer-send", names: ANSWERS, key: "answer",
});

/** What the receiving court's clerk has checked (Rules ¶26). @param {string} name */
export async function siteReport(name) {
  const remark = h("textarea", { id: "site-remark", rows: 2, maxlength: TEXT_LIMIT, "data-testid": "site-remark" });
  const found = await yesNo({
    title: t("site.title", { name }), text: t("site.text"), confirm: t("site.send"), testid: "site-send", names: FOUND, key: "site",
    more: [h("label", { for: "site-remark" }, t("site.remark")), remark],
  });
  const text = remark.value.trim();
  return found && { ...found, ...(text && { remark: text }) };
}

/**
 * Questions to be answered with yes or no, all of them.
 * @param {{title: string, text: string, confirm: string, testid: string, names: string[], key: string, more?: Node[]}} form
 * @returns {Promise<Record<string, boolean>|null>}
 */
async function yesNo({ title, text, confirm, testid, names, key, more = [] }) {
  const error = h("p", { class: "error", role: "alert" });
  const fields = names.map((name) => yesNoField(name, t(`${key}.${name}`)));
  const valid = () => {
    const open = fields.find(({ value }) => value() === null);
    error.textContent = open ? t("answer.all") : "";
    open?.inputs[0].focus();
    return !open;
  };
  const body = h("div", { class: "stack" }, ...fields.map(({ node }) => node), ...more, error);
  if (!(await ask({ title, text, confirm, body, valid, testid }))) return null;
  return Object.fromEntries(fields.map(({ value }, index) => [names[index], value() === true]));
}

/** @param {string} name @param {string} question */
function yesNoField(name, question) {
  const inputs = [true, false].map((yes) => h("input", { type: "radio", name, "data-testid": `${name}-${yes ? "yes" : "no"}` }));
  const labels = inputs.map((input, index) => h("label", { class: "choice-label" }, input, t(index === 0 ? "common.yes" : "common.no")));
  const node = h("fieldset", { class: "question" }, h("legend", {}, question), h("div", { class: "row" }, ...labels));
  const value = () => (inputs[0].checked ? true : inputs[1].checked ? false : null);
  return { node, inputs, value };
}

/** The three declarations (Rules ¶11, ¶29, ¶33), where they were not made at entry. @returns {Promise<Record<string, boolean>|null>} */
export async function declare() {
  const boxes = DECLARATIONS.map((name) => h("input", { type: "checkbox", "data-testid": `declare-${name}` }));
  const error = h("p", { class: "error", role: "alert" });
  const valid = () => {
    const open = boxes.find((box) => !box.checked);
    error.textContent = open ? t("declare.all") : "";
    open?.focus();
    return !open;
  };
  const body = h("div", { class: "stack" },
    ...boxes.map((box, index) => h("label", { class: "declaration" }, box, " ", t(`entry.${DECLARATIONS[index]}`))), error);
  const yes = await ask({ title: t("declare.title"), text: t("declare.text"), confirm: t("act.declare"), body, valid, testid: "declare-send" });
  return yes ? Object.fromEntries(DECLARATIONS.map((name) => [name, true])) : null;
}

/** In how many minutes a problem is cured (Rules ¶24). @returns {Promise<number|null>} */
export async function estimate() {
  const minutes = h("input", { id: "minutes", type: "number", class: "field", min: 1, max: LONGEST_MIN, inputmode: "numeric", "data-testid": "minutes" });
  const error = h("p", { class: "error", role: "alert" });
  const common = MINUTES.map((count) => h("button", { type: "button", class: "button", onclick: () => (minutes.value = String(count)) }, String(count)));
  const body = h("div", { class: "stack" }, h("div", { class: "row wrap" }, ...common), h("label", { for: "minutes" }, t("estimate.minutes")), minutes, error);
  const valid = () => {
    const good = Number.isInteger(minutes.valueAsNumber) && minutes.valueAsNumber >= 1 && minutes.valueAsNumber <= LONGEST_MIN;
    error.textContent = good ? "" : t("estimate.wrong");
    if (!good) minutes.focus();
    return good;
  };
  const yes = await ask({ title: t("estimate.title"), confirm: t("act.estimate_problem"), body, valid, testid: "estimate-send" });
  return yes ? minutes.valueAsNumber : null;
}

/** Another time, the court's. @param {string} [present] ISO 8601 @returns {Promise<string|null>} */
export async function reschedule(present) {
  const when = h("input", { id: "new-time", type: "datetime-local", class: "field", "data-testid": "new-time", "aria-describedby": "new-time-hint" });
  const error = h("p", { class: "error", role: "alert" });
  const valid = () => {
    const good = moment(when.value) > Date.now();
    error.textContent = good ? "" : t("reschedule.wrong");
    if (!good) when.focus();
    return good;
  };
  const body = h("div", { class: "stack tight" }, h("label", { for: "new-time" }, t("reschedule.when")), h("p", { class: "hint", id: "new-time-hint" }, t("time.court")), when, error);
  const text = present && t("reschedule.present", { at: dateTime(present) });
  const yes = await ask({ title: t("reschedule.title"), text, confirm: t("act.reschedule"), body, valid, testid: "reschedule-send" });
  return yes ? instant(when.value) : null;
}

/** @returns {Promise<boolean>} */
export const wantsToRecord = () =>
  ask({ title: t("record.title"), text: t("record.text"), confirm: t("act.request_recording"), testid: "record-send" });
