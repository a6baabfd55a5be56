/** Questions before what cannot be taken back. */
import { h } from "../dom.js";
import { t } from "../i18n.js";

/**
 * @param {object} question
 * @param {string} question.title
 * @param {string} [question.text]
 * @param {string} question.confirm the button's text
 * @param {string} [question.testid] of the confirming button
 * @param {boolean} [question.danger]
 * @param {Node} [question.body]
 * @param {() => boolean} [question.valid] false keeps the dialog open
 * @returns {Promise<boolean>}
 */
export function ask({ title, text, confirm, testid, danger = false, body, valid = () => true }) {
  const heading = h("h2", { id: "dialog-title" }, title);
  const form = h("form", { method: "dialog", novalidate: true },
    heading, text && h("p", { id: "dialog-text" }, text), body,
    h("div", { class: "row end" },
      h("button", { type: "button", class: "button", "data-testid": "dialog-cancel", onclick: () => dialog.close("no") }, t("common.cancel")),
      h("button", { type: "submit", class: danger ? "button danger" : "button primary", "data-testid": testid }, confirm)));
  const dialog = h("dialog", { class: "dialog", "aria-labelledby": "dialog-title", "aria-describedby": text && "dialog-text" }, form);
  return new Promise((resolve) => {
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      if (valid()) dialog.close("yes");
    });
    dialog.addEventListener("close", () => {
      dialog.remove();
      resolve(dialog.returnValue === "yes");
    });
    document.body.append(dialog);
    dialog.showModal();
  });
}

/**
 * One tap on one of the options; null where none was chosen.
 * @param {{title: string, text: string, options: string[][], body?: Node}} question
 * @returns {Promise<string|null>}
 */
export function choose({ title, text, options, body }) {
  const dialog = h("dialog", { class: "dialog", "aria-labelledby": "dialog-title", "aria-describedby": "dialog-text" },
    h("form", { method: "dialog" },
      h("h2", { id: "dialog-title" }, title), h("p", { id: "dialog-text" }, text),
      h("div", { class: "options" }, ...options.map(([value, words]) =>
        h("button", { type: "button", class: "button", "data-testid": `option-${value}`, onclick: () => dialog.close(value) }, words))),
      body,
      h("div", { class: "row end" }, h("button", { type: "button", class: "button", "data-testid": "dialog-cancel", onclick: () => dialog.close("") }, t("common.cancel")))));
  return new Promise((resolve) => {
    dialog.addEventListener("close", () => {
      dialog.remove();
      resolve(dialog.returnValue || null);
    });
    document.body.append(dialog);
    dialog.showModal();
  });
}

const REASON_LIMIT = 500;

/**
 * Asks for a reason that the participant will read: a common one, or in own words.
 * @param {{title: string, text: string, confirm: string, reasons: string[], label?: string}} question
 * @returns {Promise<string|null>}
 */
export async function askReason({ title, text, confirm, reasons, label = t("reason.label") }) {
  const words = h("textarea", { id: "reason", rows: 3, maxlength: REASON_LIMIT, "data-testid": "reason", required: true });
  const error = h("p", { class: "error", role: "alert" });
  const common = reasons.map((reason) =>
    h("button", { type: "button", class: "button choice", onclick: () => { words.value = reason; words.focus(); } }, reason));
  const body = h("div", { class: "stack" },
    h("div", { class: "stack tight", role: "group", "aria-label": t("reason.common") }, ...common),
    h("label", { for: "reason" }, label), words, error);
  const valid = () => {
    const given = words.value.trim() !== "";
    error.textContent = given ? "" : t("reason.required");
    if (!given) words.focus();
    return given;
  };
  const yes = await ask({ title, text, confirm, danger: true, body, valid, testid: "reason-confirm" });
  return yes ? words.value.trim() : null;
}
