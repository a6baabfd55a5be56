/** What a court sets for itself: its calendar of working days and its policies; and what it has destroyed (Rules ¶3). */
import { h } from "../dom.js";
import { date, dateTime, t } from "../i18n.js";
import { choiceField, textField } from "../forms/field.js";
import { courtDay } from "../courttime.js";
import { READERS } from "./courtrooms.js";
import { facts } from "./facts.js";
import { change, history, ofCourt, reason } from "./register.js";

/** @typedef {import("./office.js").Bench} Bench */
/** @typedef {number|boolean|string|number[]} Value */

const EDITORS = ["administrator"];
const WORDS = ["hold", "advise", "off"]; // of the check before entry, the one policy that is a word

/** @param {Bench} bench */
export function calendar(bench) {
  return ofCourt(bench, READERS, async (here) => {
    const { version, edits, days_off, history: changes } = await bench.desk().court(here.court).calendar();
    const words = (/** @type {{kind: string, name?: string}} */ { kind, name }) => [t(`calendar.${kind}`), name].filter(Boolean).join(": ");
    const days = { ...Object.fromEntries(Object.entries(days_off).map(([day, name]) => [day, { kind: "off", name }])), ...edits };
    const coming = Object.entries(days).filter(([day]) => day >= courtDay(Date.now())).sort(([a], [b]) => a.localeCompare(b));
    const set = () => bench.attempt(() => {
      /** @type {Record<string, any>} */ const store = {};
      const kinds = ["off", "working", "usual"].map((kind) => /** @type {[string, string]} */ ([kind, t(`calendar.${kind}`)]));
      const fields = [
        textField(store, "day", { label: t("section.day"), type: "date" }), choiceField(store, "kind", { label: t("calendar.kind") }, kinds),
        textField(store, "name", { label: t("calendar.name"), required: false, maxlength: 300 }), reason(store)];
      return change(bench, here, { title: t("calendar.set"), what: "calendar", fields, version,
        body: (seen) => ({ ...store, version: seen }), newest: async () => (await bench.desk().court(here.court).calendar()).version });
    });
    return [
      h("section", { class: "card stack" }, h("h2", {}, t("calendar.coming")), facts(coming.map(([day, edit]) => [date(day), words(edit)]))),
      bench.may(EDITORS, here.court) && h("div", { class: "row" }, h("button", { class: "button primary", "data-testid": "calendar-set", onclick: set }, t("calendar.set"))),
      history(changes, (one) => `${date(one.day)}: ${words(/** @type {any} */ (one))}`),
    ];
  });
}

/** @param {Bench} bench */
export function policies(bench) {
  return ofCourt(bench, READERS, async (here) => {
    const { version, policies: found, history: changes } = await bench.desk().court(here.court).policies();
    const may = bench.may(EDITORS, here.court);
    const set = (/** @type {string} */ name, /** @type {Value} */ value) => bench.attempt(() => {
      /** @type {Record<string, any>} */ const store = { value: typeof value === "boolean" ? (value ? "yes" : "no") : String(value) };
      const label = t(`policy.${name}`);
      const field = typeof value === "boolean" ? choiceField(store, "value", { label }, [["yes", t("policy.on")], ["no", t("policy.off")]])
        : typeof value === "string" ? choiceField(store, "value", { label }, WORDS.map((word) => [word, t(`policy.is-${word}`)]))
        : textField(store, "value", { label, hint: Array.isArray(value) ? t("policy.several") : undefined, inputmode: "numeric" });
      return change(bench, here, {
        title: t("policy.change"), what: "policies", fields: [field, reason(store)], version,
        body: (seen) => ({ version: seen, name, value: typed(value, store.value), reason: store.reason }),
        newest: async () => (await bench.desk().court(here.court).policies()).version,
      });
    });
    const cards = Object.entries(found).map(([name, value]) => h("article", { class: "card stack tight", "data-testid": `policy-${name}` },
      h("h2", {}, t(`policy.${name}`)), h("p", {}, shown(value)),
      may && h("div", { class: "row" }, h("button", { class: "button", "aria-label": `${t("policy.change")}: ${t(`policy.${name}`)}`, onclick: () => set(name, value) }, t("policy.change")))));
    return [...cards, history(changes, (one) => `${t(`policy.${one.name}`)}: ${shown(one.value)}`)];
  });
}

/** @param {Value} value */
const shown = (value) => (typeof value === "boolean" ? t(value ? "policy.on" : "policy.off") : Array.isArray(value) ? value.join(", ") : typeof value === "string" ? t(`policy.is-${value}`) : String(value));

/** What was typed, of the same kind as what was there; what is no number the server refuses. @param {Value} before @param {string} text */
function typed(before, text) {
  if (typeof before === "boolean") return text === "yes";
  if (typeof before === "string") return text;
  return Array.isArray(before) ? text.split(/[\s,;]+/).filter(Boolean).map(Number) : Number(text);
}

/** @param {Bench} bench */
export function destructions(bench) {
  return ofCourt(bench, ["judge", "clerk", "administrator"], async ({ court }) => {
    const { destructions: found } = await bench.desk().court(court).destructions();
    const row = (/** @type {import("../protocol/officedesk.js").Destruction} */ one) => h("li", { class: "card" },
      `${t(`destroyed.${one.kind}`)}: `, one.destroyed_at ? dateTime(one.destroyed_at) : t("destroyed.decided", { at: one.decided_at }), h("p", { class: "hint" }, one.reason));
    return [found.length ? h("ul", { class: "plain stack tight" }, ...found.map(row)) : h("p", { class: "hint" }, t("destroyed.none"))];
  });
}
