/** The register of cases, to which applications and hearings belong. */
import { h, show } from "../dom.js";
import { t } from "../i18n.js";
import { textField } from "../forms/field.js";
import { READERS } from "./courtrooms.js";
import { change, changes, ofCourt, reason } from "./register.js";

/** @typedef {import("./office.js").Bench} Bench */
/** @typedef {import("./register.js").Here} Here */
/** @typedef {import("../protocol/officedesk.js").Case} Case */

const EDITORS = ["judge", "clerk"];
const PAGE = 200;

/** @param {Bench} bench */
export function cases(bench) {
  return ofCourt(bench, READERS, async (here) => {
    const may = bench.may(EDITORS, here.court);
    const list = h("div", { class: "stack" });
    const more = h("button", { class: "button", "data-testid": "cases-more", onclick: () => bench.attempt(load) }, t("inbox.more"));
    let last = "";
    const load = async () => {
      const { cases: found } = await bench.desk().court(here.court).cases(last);
      list.append(...found.map((one) => card(bench, here, one, may)));
      last = found.at(-1)?.case ?? last;
      show(more, found.length >= PAGE);
    };
    await load();
    const add = () => bench.attempt(() => register(bench, here));
    return [
      may && h("div", { class: "row" }, h("button", { class: "button primary", "data-testid": "case-add", onclick: add }, t("cases.add"))),
      list.children.length === 0 && h("p", { class: "hint" }, t("cases.none")), list, more,
    ];
  });
}

/** @param {Bench} bench @param {Here} here @param {Case} one @param {boolean} may */
function card(bench, here, one, may) {
  const button = (/** @type {string} */ act, /** @type {() => Promise<void>} */ work) =>
    h("button", { class: "button", "data-testid": `case-${act}`, "aria-label": `${t(`cases.${act}`)}: ${one.number}`, onclick: () => bench.attempt(work) }, t(`cases.${act}`));
  const turn = one.closed ? "reopen" : "close";
  return h("article", { class: "card stack tight", "data-testid": "case" },
    h("h2", {}, one.number), h("p", {}, one.title),
    h("p", {}, h("span", { class: "badge" }, t(one.closed ? "cases.is-closed" : "cases.is-open")), one.judge && ` ${t("role.judge")}: ${one.judge}`),
    may && h("div", { class: "row wrap" }, !one.closed && button("amend", () => amend(bench, here, one)), button(turn, () => decide(bench, here, one, turn))),
    past(bench, here, one));
}

/** Asked for when it is opened. @param {Bench} bench @param {Here} here @param {Case} one */
function past(bench, here, one) {
  const body = h("div", {});
  const load = () => bench.attempt(async () => {
    const { history } = await bench.desk().court(here.court).case(one.case);
    body.replaceChildren(changes(history, ({ what, number, title, judge }) => [t(`cases.was-${what}`), number, title, judge].filter(Boolean).join(" · ")));
  });
  return h("details", { "data-testid": "case-history", ontoggle: () => body.children.length === 0 && load() }, h("summary", {}, t("register.history")), body);
}

/** @param {Record<string, any>} store */
const fields = (store) => [
  textField(store, "number", { label: t("apply.case"), maxlength: 64 }), textField(store, "title", { label: t("cases.title"), maxlength: 300 }),
  textField(store, "judge", { label: t("role.judge"), required: false, maxlength: 300 })];

/** @param {Bench} bench @param {Here} here */
function register(bench, here) {
  const store = {};
  return change(bench, here, { title: t("cases.add"), what: "cases", fields: fields(store), body: () => store });
}

/** @param {Bench} bench @param {Here} here @param {Case} one */
function amend(bench, here, one) {
  const store = { number: one.number, title: one.title, judge: one.judge, reason: "" };
  return act(bench, here, one, "amend", [...fields(store), reason(store)], store);
}

/** @param {Bench} bench @param {Here} here @param {Case} one @param {string} turn `close` or `reopen` */
function decide(bench, here, one, turn) {
  const store = { reason: "" };
  return act(bench, here, one, turn, [reason(store)], store);
}

/** @param {Bench} bench @param {Here} here @param {Case} one @param {string} name @param {import("../forms/field.js").Field[]} asked @param {object} data */
function act(bench, here, one, name, asked, data) {
  const newest = async () => (await bench.desk().court(here.court).case(one.case)).version;
  return change(bench, here, {
    title: `${t(`cases.${name}`)}: ${one.number}`, confirm: t(`cases.${name}`), what: `cases/${one.case}`, fields: asked,
    body: (version) => ({ act: name, version, data }), version: one.version, newest,
  });
}
