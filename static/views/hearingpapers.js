/** The act of Rules ¶18 and the minutes of ¶32: the clerk draws them up from what happened in a hearing. */
import { h } from "../dom.js";
import { dateTime, language, LANGUAGES, t } from "../i18n.js";
import { askForm } from "../forms/askform.js";
import { choiceField, textField } from "../forms/field.js";
import { paper } from "./paper.js";

/** @typedef {import("./office.js").Bench} Bench */
/** @typedef {import("../protocol/officedesk.js").CourtHearing} CourtHearing */

const KINDS = ["minutes", "act"];

/** For the clerk, whose papers these are. @param {Bench} bench */
export function fromHearing(bench) {
  if (!bench.may(["clerk"])) return null;
  return h("div", { class: "row" }, h("button", { class: "button primary", "data-testid": "draw-up", onclick: () => bench.attempt(() => drawUp(bench)) }, t("papers.draw")));
}

/** @param {Bench} bench */
async function drawUp(bench) {
  /** @type {import("../forms/field.js").Store} */ const store = { language: language() };
  let newest = 0;
  let made = "";
  const find = async () => {
    const turn = ++newest;
    const found = await hearingsOf(bench, store.search?.trim() ?? "");
    if (turn === newest) hearing.fill(found.map((one) => [one.hearing, words(one)]));
  };
  const search = textField(store, "search", { label: t("papers.search"), required: false, maxlength: 64, changed: () => find().catch(bench.failed) });
  const hearing = choiceField(store, "hearing", { label: t("papers.hearing") }, []);
  await find();
  const done = await askForm({
    title: t("papers.draw"), text: t("papers.draw-text"), confirm: t("papers.draw"), testid: "draw-up-confirm",
    fields: [choiceField(store, "kind", { label: t("papers.kind") }, KINDS.map((kind) => [kind, t(`papers.kind-${kind}`)])), search, hearing,
      choiceField(store, "language", { label: t("common.language") }, LANGUAGES.map((one) => [one, t(`papers.in-${one}`)]))],
    submit: async () => void (made = (await bench.desk().drawUp({ kind: store.kind, hearing: store.hearing, language: store.language })).document),
  });
  if (done) bench.app.show(() => paper(bench.app, bench.staff, made));
}

/** The latest of the clerk's courts. @param {Bench} bench @param {string} search part of the number @returns {Promise<CourtHearing[]>} */
async function hearingsOf(bench, search) {
  const found = await Promise.all(bench.courts(["clerk"]).map((court) => bench.desk().court(court).hearings(search)));
  return found.flatMap(({ hearings }) => hearings);
}

/** @param {CourtHearing} one */
const words = ({ number, scheduled_at, state }) => `${number}, ${dateTime(scheduled_at)}, ${t(`state.${state}`)}`;
