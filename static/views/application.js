/** What became of one's application: by its receipt number and code word. */
import { h, setText } from "../dom.js";
import { dateTime, t } from "../i18n.js";
import { askForm } from "../forms/askform.js";
import { complete, explain, framed, textField } from "../forms/field.js";
import * as protocol from "../protocol/applications.js";
import { wordField } from "./fields.js";
import { facts } from "./facts.js";

/** @typedef {import("../app.js").App} App */

const OVER = ["refused", "withdrawn", "scheduled"];
/** The code word stays until the screen is left: it is asked for again by each request. */
let typed = /** @type {Record<string, any>} */ ({});
/** @type {protocol.MyApplication|null} */ let found = null;

/** @param {App} app @returns {import("../app.js").View} */
export function application(app) {
  const node = found ? outcome(app, found) : question(app);
  return { screen: "application", title: t("application.title"), node: h("div", { class: "page narrow" },
    h("h1", { tabindex: "-1" }, t("application.title")), node,
    h("p", { class: "foot" }, h("a", { href: "#apply" }, t("apply.title"))), h("p", { class: "foot" }, h("a", { href: "#" }, t("apply.to-entry")))) };
}

/** Nothing is remembered once the screen is left. */
export function forget() {
  typed = {};
  found = null;
}

/** @param {App} app */
function question(app) {
  const error = h("p", { class: "error", role: "alert", "data-testid": "application-problem" });
  const number = textField(typed, "receipt", { label: t("application.receipt"), hint: t("application.receipt-hint"), maxlength: 40, autocapitalize: "characters", spellcheck: "false" });
  const { node: row, input } = wordField("field-code_word", typed.code_word ?? "", (value) => (typed.code_word = value));
  const word = framed("code_word", input, { label: t("entry.word"), hint: t("entry.word-hint") }, () => input.value.trim() !== "", row);
  const submit = h("button", { type: "submit", class: "button primary large", "data-testid": "application-submit" }, t("application.submit"));
  const form = h("form", { class: "card stack", novalidate: true }, number.node, word.node, error, submit);
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    setText(error, "");
    if (!complete([number, word])) return;
    submit.disabled = true;
    try {
      found = await protocol.state(mine());
      app.show(() => application(app));
    } catch (thrown) {
      const { code, params } = explain(thrown, [number, word], error);
      setTimeout(() => (submit.disabled = false), code === "slow-down" ? Number(params.seconds) * 1000 : 0);
    }
  });
  return form;
}

/** @param {App} app @param {protocol.MyApplication} one */
function outcome(app, one) {
  const withdraw = async () => {
    const store = { reason: "" };
    const done = await askForm({
      title: t("application.withdraw"), text: t("application.withdraw-text"), confirm: t("application.withdraw"), danger: true, testid: "withdraw-confirm",
      fields: [textField(store, "reason", { label: t("reason.label"), rows: 3, required: false })],
      submit: async () => {
        await protocol.withdraw({ ...mine(), reason: store.reason.trim() });
        found = await protocol.state(mine());
      },
    });
    if (done) app.show(() => application(app));
  };
  return h("section", { class: "card stack", "data-testid": "application-state", "data-state": one.state },
    h("p", { class: "verdict" }, t(`application.is-${one.state}`)), h("p", {}, t(`application.next-${one.state}`)),
    one.reason && h("p", {}, h("strong", {}, t("reason.label")), `: ${one.reason}`), one.hearing && hearing(one.hearing),
    facts([[t("application.receipt"), one.receipt], [t("apply.case"), one.case], [t("apply.means"), t(`means.${one.means}`)], [t("application.submitted"), dateTime(one.submitted_at)]]),
    !OVER.includes(one.state) && h("div", { class: "row" }, h("button", { class: "button danger-outline", "data-testid": "withdraw", onclick: withdraw }, t("application.withdraw"))));
}

/** @param {{number: string, seat: string, scheduled_at: string|null}} place without a time: postponed */
function hearing({ number, seat, scheduled_at }) {
  return h("div", { class: "stack" },
    facts([[t("entry.hearing"), number], [t("entry.seat"), seat], [t("application.time"), scheduled_at ? dateTime(scheduled_at) : t("application.no-time")]]),
    h("p", {}, h("a", { class: "button primary large", href: `/?${new URLSearchParams({ hearing: number, seat })}` }, t("application.enter"))),
    h("p", {}, h("a", { class: "button", href: "#check", "data-testid": "to-check" }, t("application.check"))));
}

const mine = () => ({ receipt: typed.receipt.trim(), code_word: typed.code_word.trim() });
