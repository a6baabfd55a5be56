/** The first screen: hearing number, seat and code word. */
import { h, setText } from "../dom.js";
import { t } from "../i18n.js";
import * as http from "../protocol/http.js";
import { submitting, wordField } from "./fields.js";

/** What was typed survives a change of language. */
const typed = { hearing: "", seat: "", word: "" };
/** In person (Rules ¶11), nobody under sixteen (¶29), no recording (¶33). */
const DECLARATIONS = /** @type {const} */ (["in_person", "under_sixteens", "recording"]);
/** @type {Record<string, boolean>} */
let declared = {};

/** @param {import("../app.js").App} app @returns {import("../app.js").View} */
export function entry(app) {
  const query = new URLSearchParams(location.search);
  typed.hearing ||= query.get("hearing") ?? "";
  typed.seat ||= query.get("seat") ?? "";
  const hearing = field("hearing", { inputmode: "text", placeholder: "7204-25-00-2/15" });
  const seat = field("seat", { placeholder: "party-1" });
  const word = wordField("entry-word", typed.word, (value) => (typed.word = value));
  const boxes = DECLARATIONS.map(declaration);
  const error = h("p", { class: "error", role: "alert", "data-testid": "entry-problem" });
  const submit = h("button", { type: "submit", class: "button primary large", "data-testid": "entry-submit" }, t("entry.submit"));

  const form = h("form", { class: "card stack", "data-testid": "entry-form", novalidate: true },
    h("label", { for: "entry-hearing" }, t("entry.hearing")), hearing,
    h("label", { for: "entry-seat" }, t("entry.seat")), h("p", { class: "hint", id: "entry-seat-hint" }, t("entry.seat-hint")), seat,
    h("label", { for: "entry-word" }, t("entry.word")), h("p", { class: "hint", id: "entry-word-hint" }, t("entry.word-hint")), word.node,
    h("fieldset", { class: "declarations stack tight" }, h("legend", {}, t("entry.declare")), ...boxes.map(({ node }) => node)),
    error, submit);
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const empty = [hearing, seat, word.input].find((input) => input.value.trim() === "");
    if (empty) {
      setText(error, t("entry.incomplete"));
      return empty.focus();
    }
    const open = boxes.find(({ input }) => !input.checked);
    if (open) {
      setText(error, t("entry.undeclared"));
      return open.input.focus();
    }
    await submitting(submit, error, async () => {
      const code_word = word.input.value.trim();
      const body = { hearing: hearing.value.trim(), seat: seat.value.trim().toLowerCase(), code_word, declarations: { ...declared } };
      const grant = await http.enter(body);
      Object.assign(typed, { hearing: "", seat: "", word: "" });
      declared = {};
      app.enter(grant);
    });
  });

  return {
    screen: "entry", title: t("entry.title"),
    node: h("div", { class: "page narrow" },
      h("h1", { tabindex: "-1" }, t("entry.title")), h("p", { class: "lead" }, t("entry.lead")), form,
      h("p", { class: "foot" }, h("a", { href: "#apply", "data-testid": "to-apply" }, t("apply.link"))),
      h("p", { class: "foot" }, h("a", { href: "#application", "data-testid": "to-application" }, t("application.title"))),
      h("p", { class: "foot" }, h("a", { href: "/staff", "data-testid": "to-staff" }, t("entry.staff")))),
  };
}

/** @param {typeof DECLARATIONS[number]} name */
function declaration(name) {
  const input = h("input", { type: "checkbox", "data-testid": `declare-${name}`, required: true });
  input.checked = declared[name] ?? false;
  input.addEventListener("change", () => (declared[name] = input.checked));
  return { input, node: h("label", { class: "declaration" }, input, " ", t(`entry.${name}`)) };
}

/** @param {"hearing"|"seat"} name @param {Record<string, any>} props */
function field(name, props) {
  const input = h("input", {
    id: `entry-${name}`, "data-testid": `entry-${name}`, class: "field", autocomplete: "off", autocapitalize: "none",
    spellcheck: "false", maxlength: 80, required: true, "aria-describedby": name === "seat" && "entry-seat-hint", ...props,
  });
  input.value = typed[name];
  input.addEventListener("input", () => (typed[name] = input.value));
  return input;
}
