/** Whoever wants to take part by a link applies here, without signing in (Rules ¶7-¶9). */
import { h, setText, show } from "../dom.js";
import { language, t } from "../i18n.js";
import { checkField, choiceField, complete, explain, textField } from "../forms/field.js";
import { fileField } from "../forms/file.js";
import { linkData, linkFields } from "../forms/linkfields.js";
import { newWordField } from "../forms/word.js";
import * as protocol from "../protocol/applications.js";
import { receipt } from "./receipt.js";

/** @typedef {import("../app.js").App} App */
/** @typedef {import("../forms/field.js").Field} Field */

const TEXTS = ["court", "case", "means", "name", "role", "phone", "email", "reason", "code_word"];

/** What was typed and chosen survives a change of language; a reload forgets it, for it is personal. */
let draft = /** @type {Record<string, any>} */ ({});
/** The idempotency key of the form as it stands. */
let key = "";

/** @param {App} app @returns {import("../app.js").View} */
export function apply(app) {
  const error = h("p", { class: "error", role: "alert", "data-testid": "apply-problem" });
  const { groups, fields, courts, refresh } = form();
  const bar = h("progress", { max: 1, value: 0, "aria-label": t("apply.sending"), "data-testid": "apply-progress" });
  const submit = h("button", { type: "submit", class: "button primary large", "data-testid": "apply-submit" }, t("apply.submit"));
  bar.hidden = true;
  const send = async () => {
    setText(error, complete(fields) ? "" : t("form.incomplete"));
    if (error.textContent) return;
    submit.disabled = true;
    show(bar, true);
    try {
      key ||= crypto.randomUUID();
      const answer = await protocol.submit(body(), key, (share) => (bar.value = share));
      draft = {};
      key = "";
      app.show(() => receipt(answer.receipt));
    } catch (thrown) {
      const { code, params } = explain(thrown, fields, error);
      if (code !== "network") key = "";
      setTimeout(() => (submit.disabled = false), code === "slow-down" ? Number(params.seconds) * 1000 : 0);
      show(bar, false);
    }
  };
  const node = h("form", { class: "stack", novalidate: true, "data-testid": "apply-form" }, ...groups, error, bar, submit);
  node.addEventListener("submit", (event) => {
    event.preventDefault();
    void send();
  });
  refresh();
  protocol.courts().then(({ courts: found }) => courts(found)).catch((thrown) => explain(thrown, [], error));
  return {
    screen: "apply", title: t("apply.title"),
    node: h("div", { class: "page narrow" },
      h("h1", { tabindex: "-1" }, t("apply.title")), h("p", { class: "lead" }, t("apply.lead")),
      h("p", {}, h("a", { href: "#application", "data-testid": "to-application" }, t("application.title"))), node,
      h("p", { class: "foot" }, h("a", { href: "#" }, t("apply.to-entry")))),
  };
}

function form() {
  const changed = () => {
    key = "";
    refresh();
  };
  const text = (/** @type {string} */ name, props = {}) => textField(draft, name, { label: t(`apply.${name}`), changed, ...props });
  const court = choiceField(draft, "court", { label: t("apply.court"), changed }, []);
  const link = linkFields(draft, { means: t("apply.means"), hint: t("apply.means-hint"), receiver: t("apply.receiver"), role: t("apply.role") }, changed);
  const { means, receiver, provider, role } = link;
  const files = /** @type {const} */ (["photo", "identity", "authority"]).map((name) =>
    fileField(draft, name, { label: t(`apply.${name}`), hint: t(`apply.${name}-hint`), changed }));
  const [photo, identity, authority] = /** @type {[Field, Field, Field]} */ (files);
  const phone = text("phone", { type: "tel", autocomplete: "tel", maxlength: 30, hint: t("apply.contact-hint") });
  const email = text("email", { type: "email", autocomplete: "email", maxlength: 254, required: false });
  phone.filled = () => Boolean(draft.phone.trim() || draft.email.trim());
  const word = newWordField(draft, changed);
  const refresh = () => {
    link.refresh();
    show(photo.node, draft.means === "personal_device");
    show(authority.node, draft.role === "representative");
  };
  const parts = /** @type {[string, Field[]][]} */ ([
    ["apply.about-case", [court, text("case", { hint: t("apply.case-hint"), maxlength: 64 }), means, receiver, provider, text("reason", { rows: 3, hint: t("apply.reason-hint") })]],
    ["apply.about-you", [text("name", { autocomplete: "name", maxlength: 300 }), role, phone, email]],
    ["apply.documents", [photo, identity, authority]],
    ["apply.at-entry", [word]],
    ["apply.declare", [checkField(draft, "declared_true", { label: t("apply.declare-true"), changed }), checkField(draft, "declared_kept", { label: t("apply.declare-kept"), changed })]],
  ]);
  const groups = parts.map(([title, fields]) => h("fieldset", { class: "card stack group" }, h("legend", {}, t(title)), ...fields.map(({ node }) => node)));
  const courts = (/** @type {protocol.Court[]} */ found) => {
    const options = found.map((one) => /** @type {[string, string]} */ ([one.court, one.name]));
    court.fill(options);
    link.courts(options);
  };
  return { groups, fields: parts.flatMap(([, fields]) => fields), courts, refresh };
}

/** As docs/protocol.md has it. What the chosen means and role do not need stays here. */
function body() {
  const form = new FormData();
  for (const name of TEXTS) form.set(name, draft[name].trim());
  form.set("language", language());
  for (const [name, value] of Object.entries(linkData(draft))) form.set(name, value);
  if (draft.means === "personal_device") form.set("photo", draft.photo);
  form.set("identity", draft.identity);
  if (draft.role === "representative") form.set("authority", draft.authority);
  return form;
}
