/** The steps of signing in beside the password: the second factor, a new password by code, the provider. */
import { h, setText } from "../dom.js";
import { problemText, t } from "../i18n.js";
import * as admin from "../protocol/administration.js";
import { asProblem, Problem } from "../protocol/problem.js";
import { submitting, wordField } from "./fields.js";

/** @typedef {import("../app.js").App} App */
/** @typedef {import("../app.js").View} View */
/** @typedef {import("../protocol/types.js").StaffLogin} StaffLogin */

const VERIFIER = "courtroom-sso";

/** After the first factor. @param {App} app @param {StaffLogin} grant */
export function proceed(app, grant) {
  if (grant.step === "second-factor") app.show(() => second(app, grant));
  else app.signIn(grant);
}

/** @param {string} id */
export function codeField(id) {
  return h("input", { id, "data-testid": id, class: "field", autocomplete: "one-time-code", autocapitalize: "none", spellcheck: "false", maxlength: 200, required: true, "aria-describedby": `${id}-hint` });
}

/** @param {App} app @param {StaffLogin} grant @returns {View} */
function second(app, grant) {
  const code = codeField("second-code");
  const error = h("p", { class: "error", role: "alert", "data-testid": "second-problem" });
  const submit = h("button", { type: "submit", class: "button primary large", "data-testid": "second-submit" }, t("second.submit"));
  const form = h("form", { class: "card stack", novalidate: true },
    h("label", { for: "second-code" }, t("second.code")), h("p", { class: "hint", id: "second-code-hint" }, t("second.hint")), code, error, submit,
    h("button", { type: "button", class: "button quiet", onclick: () => app.signOut() }, t("second.back")));
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    void submitting(submit, error, async () => app.signIn(await admin.secondFactor(grant.token, code.value.trim())));
  });
  return page("staff-second", t("second.title"), form);
}

/** @param {App} app @returns {View} */
export function reset(app) {
  const name = h("input", { id: "reset-name", "data-testid": "reset-name", class: "field", autocomplete: "username", autocapitalize: "none", spellcheck: "false", required: true });
  const code = codeField("reset-code");
  const password = wordField("reset-password", "", () => undefined, "new-password");
  const error = h("p", { class: "error", role: "alert", "data-testid": "reset-problem" });
  const done = h("p", { role: "status", "data-testid": "reset-done" });
  const submit = h("button", { type: "submit", class: "button primary large", "data-testid": "reset-submit" }, t("reset.submit"));
  const form = h("form", { class: "card stack", novalidate: true },
    h("label", { for: "reset-name" }, t("login.name")), name,
    h("label", { for: "reset-code" }, t("reset.code")), h("p", { class: "hint", id: "reset-code-hint" }, t("reset.code-hint")), code,
    h("label", { for: "reset-password" }, t("reset.password")), h("p", { class: "hint", id: "reset-password-hint" }, t("reset.hint")), password.node,
    error, done, submit, h("button", { type: "button", class: "button quiet", "data-testid": "reset-back", onclick: () => app.signOut() }, t("second.back")));
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    void submitting(submit, error, async () => {
      await admin.resetPassword({ name: name.value.trim(), code: code.value.trim(), password: password.input.value });
      setText(done, t("reset.done"));
    });
  });
  return page("staff-reset", t("reset.title"), form);
}

/**
 * The button of the provider, where there is one; and whoever comes back from there goes on.
 * @param {App} app @param {HTMLElement} error
 */
export function providerButton(app, error) {
  const place = h("div", {});
  const failed = (/** @type {unknown} */ thrown) => setText(error, problemText(asProblem(thrown)));
  const leave = async () => {
    const verifier = base64url(crypto.getRandomValues(new Uint8Array(32)));
    sessionStorage.setItem(VERIFIER, verifier);
    const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(verifier));
    location.assign((await admin.startAtProvider(base64url(new Uint8Array(digest)))).url);
  };
  admin.provider().then(({ name }) => {
    if (name) place.append(h("button", { type: "button", class: "button large", "data-testid": "provider", onclick: () => void leave().catch(failed) }, t("login.provider", { name })));
  }).catch(() => undefined); // the password still serves
  void cameBack(app).catch(failed);
  return place;
}

/** @param {App} app */
async function cameBack(app) {
  const back = new URLSearchParams(location.hash.slice(1));
  const code = back.get("sso");
  const problem = back.get("sso-problem");
  if (!code && !problem) return;
  history.replaceState(null, "", location.pathname + location.search);
  const verifier = sessionStorage.getItem(VERIFIER) ?? "";
  sessionStorage.removeItem(VERIFIER);
  if (problem) throw new Problem({ code: problem });
  if (code) proceed(app, await admin.exchange({ code, verifier }));
}

/** @param {Uint8Array} bytes */
function base64url(bytes) {
  return btoa(String.fromCharCode(...bytes)).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
}

/** @param {string} screen @param {string} title @param {HTMLElement} form @returns {View} */
function page(screen, title, form) {
  return { screen, title, node: h("div", { class: "page narrow" }, h("h1", { tabindex: "-1" }, title), form) };
}
