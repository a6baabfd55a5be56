/** The court itself orders that somebody takes part by a link (Rules ¶7); from then on it goes its way like any application. */
import { h } from "../dom.js";
import { language, LANGUAGES, t } from "../i18n.js";
import { askForm } from "../forms/askform.js";
import { choiceField, textField } from "../forms/field.js";
import { linkData, linkFields } from "../forms/linkfields.js";
import { courts } from "../protocol/applications.js";
import { officeApplication } from "./officeapplication.js";

/** @typedef {import("./office.js").Bench} Bench */
/** @typedef {import("../forms/field.js").Store} Store */

const ORDERING = ["judge", "clerk"];
const TEXTS = ["court", "case", "means", "role", "name", "phone", "email", "language", "reason"];

/** For who may order it. @param {Bench} bench */
export function initiativeButton(bench) {
  if (!bench.may(ORDERING)) return null;
  return h("div", { class: "row" }, h("button", { class: "button", "data-testid": "initiative", onclick: () => bench.attempt(() => order(bench)) }, t("initiative.order")));
}

/** @param {Bench} bench */
async function order(bench) {
  const { courts: found } = await courts();
  /** @type {Store} */ const store = { language: language() };
  const fields = form(bench, store, found.map(({ court, name }) => [court, name]));
  let sent = "";
  let key = "";
  let made = { application: "", receipt: "" };
  const done = await askForm({
    title: t("initiative.title"), text: t("initiative.text"), confirm: t("initiative.order"), testid: "initiative-confirm", fields,
    submit: async () => {
      const body = { ...Object.fromEntries(TEXTS.map((name) => [name, store[name].trim()])), ...linkData(store) };
      if (sent !== JSON.stringify(body)) key = crypto.randomUUID(); // the same form is kept once, however often it is sent
      sent = JSON.stringify(body);
      made = await bench.desk().order(body, key);
    },
  });
  if (done) bench.app.show(() => officeApplication(bench.app, bench.staff, { ...made, court: store.court }));
}

/** @param {Bench} bench @param {Store} store @param {[id: string, name: string][]} known */
function form(bench, store, known) {
  const refresh = () => link.refresh();
  const link = linkFields(store, { means: t("office.means"), receiver: t("initiative.receiver"), role: t("office.role") }, refresh);
  const own = bench.courts(ORDERING);
  const optional = (/** @type {string} */ name, /** @type {object} */ props) => textField(store, name, { label: t(`apply.${name}`), required: false, ...props });
  link.courts(known);
  return [
    choiceField(store, "court", { label: t("apply.court") }, known.filter(([court]) => own.includes(court))),
    textField(store, "case", { label: t("apply.case"), maxlength: 64 }), textField(store, "name", { label: t("apply.name"), maxlength: 300 }), link.role,
    link.means, link.receiver, link.provider, textField(store, "reason", { label: t("initiative.reason"), rows: 3 }),
    optional("phone", { type: "tel", maxlength: 30 }), optional("email", { type: "email", maxlength: 254 }),
    choiceField(store, "language", { label: t("initiative.language") }, LANGUAGES.map((one) => [one, t(`papers.in-${one}`)])),
  ];
}
