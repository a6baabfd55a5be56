/** "My account": the password and the second factor. */
import { h, setText } from "../dom.js";
import { problemText, t } from "../i18n.js";
import { ask } from "../parts/dialog.js";
import * as admin from "../protocol/administration.js";
import { asProblem } from "../protocol/problem.js";
import { submitting, wordField } from "./fields.js";
import { codeField } from "./signin.js";

/** @typedef {import("../app.js").App} App */
/** @typedef {import("../app.js").View} View */
/** @typedef {import("../protocol/token.js").Credential<import("../protocol/types.js").StaffLogin>} Staff */

/** Also the first screen of who must set up a second factor before anything else. @param {App} app @param {Staff} staff @returns {View} */
export function account(app, staff) {
  const enrol = staff.grant.step === "enrol";
  const factor = h("section", { class: "card stack", "data-testid": "factor", "aria-labelledby": "factor-title" });
  void drawFactor(app, staff, factor);
  return {
    screen: "staff-account", title: t("account.title"),
    node: h("div", { class: "page narrow" },
      h("h1", { tabindex: "-1" }, t("account.title")), h("p", { class: "lead" }, staff.grant.staff?.name),
      enrol && h("p", { class: "lead" }, t("account.factor-required")), factor, !enrol && passwordForm(staff),
      h("div", { class: "row wrap" },
        !enrol && h("button", { class: "button", "data-testid": "account-back", onclick: () => app.home() }, t("account.back")),
        h("button", { class: "button", onclick: () => app.signOut() }, t("hearings.sign-out")))),
  };
}

/** @param {Staff} staff */
function passwordForm(staff) {
  const current = wordField("account-current", "", () => undefined, "current-password");
  const password = wordField("account-password", "", () => undefined, "new-password");
  const error = h("p", { class: "error", role: "alert" });
  const done = h("p", { role: "status", "data-testid": "password-done" });
  const submit = h("button", { type: "submit", class: "button primary", "data-testid": "password-submit" }, t("reset.submit"));
  const form = h("form", { class: "card stack", novalidate: true },
    h("h2", {}, t("account.password")),
    h("label", { for: "account-current" }, t("account.current")), h("p", { class: "hint", id: "account-current-hint" }, t("account.current-hint")), current.node,
    h("label", { for: "account-password" }, t("reset.password")), h("p", { class: "hint", id: "account-password-hint" }, t("reset.hint")), password.node,
    error, done, submit);
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    void submitting(submit, error, async () => {
      await admin.changePassword(staff.token, { current: current.input.value, password: password.input.value });
      current.input.value = password.input.value = "";
      setText(done, t("account.password-done"));
    });
  });
  return form;
}

/** @param {App} app @param {Staff} staff @param {HTMLElement} place */
async function drawFactor(app, staff, place) {
  const error = h("p", { class: "error", role: "alert", "data-testid": "factor-problem" });
  const button = (/** @type {string} */ id, /** @type {string} */ text, /** @type {() => Promise<void>} */ work) =>
    h("button", { type: "button", class: "button", "data-testid": id, onclick: (/** @type {Event} */ event) =>
      void submitting(/** @type {HTMLButtonElement} */ (event.currentTarget), error, work) }, text);
  const begin = async (/** @type {string|undefined} */ code) => drawSecret(app, staff, place, await admin.beginFactor(staff.token, code));
  /** @param {string} title @param {(code: string) => Promise<void>} work */
  const withCode = (title, work) => async () => {
    const code = await askCode(title);
    if (code) await work(code);
  };
  try {
    const { second_factor: factor } = await admin.account(staff.token);
    const head = h("h2", { id: "factor-title" }, t("second.title"));
    if (!factor.on) return place.replaceChildren(head, h("p", {}, t("account.factor-off")), error, button("factor-begin", t("account.factor-begin"), () => begin(undefined)));
    place.replaceChildren(head, h("p", {}, t("account.factor-on", { count: factor.recovery_codes })), error, h("div", { class: "row wrap" },
      button("factor-again", t("account.factor-again"), withCode(t("account.factor-again"), begin)),
      button("factor-codes", t("account.codes-new"), withCode(t("account.codes-new"), async (code) =>
        drawCodes(place, (await admin.renewRecovery(staff.token, code)).recovery_codes, () => drawFactor(app, staff, place)))),
      !factor.required && button("factor-remove", t("account.factor-remove"), withCode(t("account.factor-remove"), async (code) => {
        await admin.removeFactor(staff.token, code);
        app.signOut();
      }))));
  } catch (thrown) {
    setText(error, problemText(asProblem(thrown)));
    place.replaceChildren(error);
  }
}

/** @param {App} app @param {Staff} staff @param {HTMLElement} place @param {{secret: string, qr: string}} begun */
function drawSecret(app, staff, place, { secret, qr }) {
  const picture = URL.createObjectURL(new Blob([qr], { type: "image/svg+xml" }));
  const code = codeField("factor-code");
  const error = h("p", { class: "error", role: "alert", "data-testid": "factor-problem" });
  const submit = h("button", { type: "submit", class: "button primary", "data-testid": "factor-confirm" }, t("second.submit"));
  const form = h("form", { class: "stack", novalidate: true },
    h("label", { for: "factor-code" }, t("second.code")), h("p", { class: "hint", id: "factor-code-hint" }, t("account.factor-scan")), code, error, submit);
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    void submitting(submit, error, async () => {
      const { recovery_codes } = await admin.confirmFactor(staff.token, code.value.trim());
      URL.revokeObjectURL(picture);
      drawCodes(place, recovery_codes, () => (staff.grant.step ? app.enrolled() : drawFactor(app, staff, place)));
    });
  });
  place.replaceChildren(h("h2", { id: "factor-title", tabindex: "-1" }, t("second.title")),
    h("img", { class: "qr", src: picture, alt: t("account.factor-qr"), width: 240, height: 240 }),
    h("p", {}, t("account.factor-secret")), h("code", { class: "secret", "data-testid": "factor-secret" }, secret.replace(/(.{4})(?=.)/g, "$1 ")), form);
  code.focus();
}

/** @param {HTMLElement} place @param {string[]} codes @param {() => void} kept */
function drawCodes(place, codes, kept) {
  const title = h("h2", { id: "factor-title", tabindex: "-1" }, t("account.codes"));
  place.replaceChildren(title, h("p", {}, t("account.codes-text")),
    h("ul", { class: "codes", "data-testid": "codes" }, ...codes.map((code) => h("li", {}, h("code", { class: "secret" }, code)))),
    h("button", { type: "button", class: "button primary", "data-testid": "codes-kept", onclick: kept }, t("account.codes-kept")));
  title.focus();
}

/** @param {string} title @returns {Promise<string|null>} */
async function askCode(title) {
  const code = codeField("ask-code");
  const body = h("div", { class: "stack" }, h("label", { for: "ask-code" }, t("second.code")), h("p", { class: "hint", id: "ask-code-hint" }, t("second.hint")), code);
  const yes = await ask({ title, confirm: t("second.submit"), testid: "ask-code-confirm", body, valid: () => code.value.trim() !== "" });
  return yes ? code.value.trim() : null;
}
