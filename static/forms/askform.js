/** A form before something is done: it stays, with all that was typed, until the server has agreed. */
import { h, setText, show } from "../dom.js";
import { t } from "../i18n.js";
import { complete, explain } from "./field.js";

/**
 * @param {object} asked
 * @param {string} asked.title
 * @param {string} [asked.text]
 * @param {string} asked.confirm the button's text
 * @param {string} [asked.testid] of the confirming button
 * @param {boolean} [asked.danger]
 * @param {import("./field.js").Field[]} [asked.fields]
 * @param {() => Promise<void>} asked.submit a problem keeps the dialog open
 * @param {() => Promise<void>} [asked.reload] what is offered where somebody else has changed it
 * @returns {Promise<boolean>} whether it was done
 */
export function askForm({ title, text, confirm, testid, danger = false, fields = [], submit, reload }) {
  const error = h("p", { class: "error", role: "alert", "data-testid": "dialog-problem" });
  const yes = h("button", { type: "submit", class: danger ? "button danger" : "button primary", "data-testid": testid ?? "dialog-confirm" }, confirm);
  const anew = h("button", { type: "button", class: "button", "data-testid": "dialog-reload" }, t("form.reload"));
  anew.hidden = true;
  const form = h("form", { method: "dialog", class: "stack", novalidate: true },
    h("h2", { id: "dialog-title" }, title), text && h("p", { id: "dialog-text" }, text), ...fields.map(({ node }) => node), error, anew,
    h("div", { class: "row end" },
      h("button", { type: "button", class: "button", "data-testid": "dialog-cancel", onclick: () => dialog.close("no") }, t("common.cancel")), yes));
  const dialog = h("dialog", { class: "dialog", "aria-labelledby": "dialog-title", "aria-describedby": text && "dialog-text" }, form);
  const attempt = async (/** @type {() => Promise<void>} */ work) => {
    yes.disabled = true;
    setText(error, "");
    try {
      await work();
    } catch (thrown) {
      show(anew, explain(thrown, fields, error).code === "changed" && reload !== undefined);
    }
    yes.disabled = false;
  };
  anew.addEventListener("click", () => attempt(async () => {
    await reload?.();
    show(anew, false);
    setText(error, t("form.reloaded"));
    yes.focus();
  }));
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    if (!complete(fields)) return;
    void attempt(async () => {
      await submit();
      dialog.close("yes");
    });
  });
  return new Promise((resolve) => {
    dialog.addEventListener("close", () => {
      dialog.remove();
      resolve(dialog.returnValue === "yes");
    });
    document.body.append(dialog);
    dialog.showModal();
  });
}
