/** The papers of the Rules: Appendix 1 and 2, the act of ¶18, the minutes of ¶32. */
import { h, setText, show } from "../dom.js";
import { language, t } from "../i18n.js";
import { askForm } from "../forms/askform.js";
import { choiceField } from "../forms/field.js";
import { fromHearing } from "./hearingpapers.js";
import { paper } from "./paper.js";

/** @typedef {import("./office.js").Bench} Bench */
/** @typedef {import("../protocol/officedesk.js").Application} Application */
/** @typedef {import("../protocol/officedesk.js").PaperRow} PaperRow */

const LANGUAGES = ["kk", "ru", "en"];
const PAGE = 200;

/** @param {Bench} bench */
export function papers(bench) {
  const list = h("ul", { class: "plain stack tight", "data-testid": "papers" });
  const none = h("p", { class: "hint", role: "status" }, t("common.loading"));
  const more = h("button", { class: "button", "data-testid": "papers-more" }, t("inbox.more"));
  let last = "";
  const load = () => bench.attempt(async () => {
    const { documents } = await bench.desk().papers(last);
    list.append(...documents.map((row) => item(bench, row)));
    last = documents.at(-1)?.document ?? last;
    show(more, documents.length >= PAGE);
    setText(none, list.children.length ? "" : t("papers.none"));
  });
  show(more, false);
  more.addEventListener("click", load);
  void load();
  return h("div", { class: "stack" }, h("p", { class: "lead" }, t("papers.lead")), fromHearing(bench), none, list, more);
}

/** The papers of one application, and those that the caller may draw up now. @param {Bench} bench @param {Application} one */
export function papersOf(bench, one) {
  const list = h("ul", { class: "plain stack tight", "data-testid": "papers" });
  void bench.attempt(async () => {
    if (!bench.may(["judge", "clerk", "organiser", "administrator"])) return;
    const { documents } = await bench.desk().papers("", one.application);
    list.replaceChildren(...documents.map((row) => item(bench, row)));
  });
  const make = offered(bench, one).map((asked) => h("button", {
    class: "button", "data-testid": `draw-up-${asked.kind}`, onclick: () => bench.attempt(() => drawUp(bench, { ...asked, application: one.application })),
  }, t(`papers.draw-${asked.kind}`, { side: t(`office.side-${asked.side ?? "hearing"}`) })));
  return h("section", { class: "card stack" }, h("h2", {}, t("papers.of-application")), list, h("div", { class: "row wrap" }, ...make));
}

/** Appendix 1 once the judge has granted it, Appendix 2 of each side that has answered. @param {Bench} bench @param {Application} one @returns {{kind: string, side?: string}[]} */
function offered(bench, one) {
  const first = one.resolution?.granted && bench.may(["clerk"], one.court) ? [{ kind: "application" }] : [];
  const sides = Object.keys(one.answers).filter((side) => bench.may(["organiser"], (side === "receiving" && one.receiver) || one.court));
  return [...first, ...sides.map((side) => ({ kind: "answer", side }))];
}

/** @param {Bench} bench @param {{kind: string, side?: string, application: string}} asked */
async function drawUp(bench, asked) {
  const store = { language: language() };
  let made = "";
  const done = await askForm({
    title: t(`papers.kind-${asked.kind}`), text: t("papers.draw-text"), confirm: t("papers.draw"), testid: "draw-up-confirm",
    fields: [choiceField(store, "language", { label: t("common.language") }, LANGUAGES.map((one) => [one, t(`papers.in-${one}`)]))],
    submit: async () => void (made = (await bench.desk().drawUp({ ...asked, language: store.language })).document),
  });
  if (done) bench.app.show(() => paper(bench.app, bench.staff, made));
}

/** @param {Bench} bench @param {PaperRow} row */
function item(bench, row) {
  const open = () => bench.app.show(() => paper(bench.app, bench.staff, row.document));
  return h("li", {}, h("button", { class: "button choice", "data-testid": "paper-row", onclick: open }, h("span", { class: "entry-row" },
    h("strong", {}, t(`papers.kind-${row.kind}`)), h("span", {}, `${row.case} · ${t(`papers.in-${row.language}`)}`),
    h("span", { class: "row" }, h("span", { class: "badge", "data-state": row.state }, t(`papers.is-${row.state}`))))));
}
