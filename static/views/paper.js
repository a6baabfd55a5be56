/** One paper: the draft by its sections, what the data said beside what was changed, signing off, and the file. */
import { attribute, h, setText, show } from "../dom.js";
import { dateTime, t } from "../i18n.js";
import { askForm } from "../forms/askform.js";
import { choiceField } from "../forms/field.js";
import { asProblem } from "../protocol/problem.js";
import { save } from "./enclosures.js";
import { room } from "./office.js";
import { sectionEditor, sectionText } from "./papersection.js";

/** @typedef {import("./office.js").Bench} Bench */
/** @typedef {import("../protocol/officedesk.js").Paper} Paper */
/** @typedef {import("../protocol/officedesk.js").Section} Section */

const SIGNATORIES = /** @type {Record<string, string[]>} */ ({
  application: ["clerk"], answer: ["organiser"], act: ["administrator", "clerk"], minutes: ["clerk", "judge"],
});
/** What was typed and not yet saved, by paper and section: it outlives the screen. @type {Map<string, Record<string, Section>>} */
const typed = new Map();

/** @param {import("../app.js").App} app @param {import("./office.js").Staff} staff @param {string} id @returns {import("../app.js").View} */
export function paper(app, staff, id) {
  return room(app, staff, "papers", t("office.papers"), (bench, heading) => {
    const body = h("div", { class: "stack", "data-testid": "paper" }, h("p", { class: "hint", role: "status" }, t("common.loading")));
    const anew = h("button", { class: "button", "data-testid": "paper-reload", onclick: () => bench.attempt(load) }, t("form.reload"));
    const draw = (/** @type {Paper} */ one) => {
      show(anew, false);
      setText(heading, t(`papers.kind-${one.kind}`));
      attribute(body, "data-state", one.state);
      body.replaceChildren(head(one), ...sections(one), actions(bench, one, act));
    };
    const load = async () => draw(await bench.desk().paper(id));
    const act = async (/** @type {{act: string, version: number, [field: string]: any}} */ asked) => {
      try {
        const after = await bench.desk().paperAct(id, asked);
        if (asked.act === "edit") typed.delete(id);
        draw(after);
        return after;
      } catch (thrown) {
        show(anew, asProblem(thrown).code === "changed");
        throw thrown;
      }
    };
    show(anew, false);
    void bench.attempt(load);
    return h("div", { class: "stack" }, anew, body);
  });
}

/** @param {Paper} one */
function head(one) {
  const signed = one.signatures.map(({ role, name, at }) => h("li", {}, `${t(`role.${role}`)}: ${name}, ${dateTime(at)}`));
  const missing = unsigned(one).map((role) => h("li", { class: "hint" }, t("papers.to-sign", { role: t(`role.${role}`) })));
  return h("section", { class: "card stack" },
    h("p", {}, h("span", { class: "badge", "data-state": one.state }, t(`papers.is-${one.state}`)), ` ${one.case} · ${t(`papers.in-${one.language}`)}`),
    h("ul", { class: "plain stack tight", "data-testid": "signatures" }, ...signed, ...missing),
    one.sha256 && h("p", { class: "hint" }, `SHA-256: ${one.sha256}`));
}

/** @param {Paper} one */
const unsigned = ({ kind, signatures }) => (SIGNATORIES[kind] ?? []).filter((role) => !signatures.some((each) => each.role === role));

/** @param {Paper} one */
function sections(one) {
  const mayEdit = one.acts.includes("edit");
  const mine = typed.get(one.document) ?? {};
  return Object.entries(one.fields).map(([name, columns]) => {
    const now = mine[name] ?? one.sections[name] ?? "";
    const keep = (/** @type {Section} */ value) => typed.set(one.document, { ...typed.get(one.document), [name]: value });
    const original = one.edited.includes(name) && h("details", {}, h("summary", {}, t("papers.original")), sectionText(name, columns, one.original[name] ?? ""));
    return h("section", { class: "card stack", "data-testid": `section-${name}` }, h("h2", { id: `section-${name}` }, t(`section.${name}`)),
      mayEdit ? sectionEditor(name, columns, now, keep) : sectionText(name, columns, now), original);
  });
}

/** @param {Bench} bench @param {Paper} one @param {(asked: {act: string, version: number, [field: string]: any}) => Promise<Paper>} act */
function actions(bench, one, act) {
  const { version } = one;
  const unsaved = () => typed.get(one.document);
  const edit = () => bench.attempt(async () => void (await act({ act: "edit", version, sections: unsaved() ?? {} })));
  const withdraw = () => bench.attempt(async () => void (await act({ act: "withdraw", version })));
  const pdf = () => bench.attempt(async () => save(await bench.desk().pdf(one.document), `${one.kind}-${one.case.replaceAll("/", "-")}`));
  const sign = () => bench.attempt(async () => {
    const seen = unsaved() ? await act({ act: "edit", version, sections: unsaved() }) : one;
    await signing(bench, seen, async (role) => void (await act({ act: "sign", version: seen.version, role })));
  });
  const has = (/** @type {string} */ name) => one.acts.includes(name);
  return h("div", { class: "row wrap unprinted" },
    has("edit") && h("button", { class: "button primary", "data-testid": "paper-save", onclick: edit }, t("papers.save")),
    has("sign") && h("button", { class: "button", "data-testid": "paper-sign", onclick: sign }, t("papers.sign")),
    has("withdraw") && h("button", { class: "button", "data-testid": "paper-withdraw", onclick: withdraw }, t("papers.withdraw")),
    h("button", { class: "button", "data-testid": "paper-pdf", onclick: pdf }, t("papers.pdf")));
}

/** @param {Bench} bench @param {Paper} one @param {(role: string) => Promise<void>} sign */
async function signing(bench, one, sign) {
  const store = { role: "" };
  const roles = unsigned(one).filter((role) => bench.may([role], one.court));
  await askForm({
    title: t("papers.sign"), text: t("papers.sign-text"), confirm: t("papers.sign"), testid: "sign-confirm",
    fields: [choiceField(store, "role", { label: t("papers.as") }, roles.map((role) => [role, t(`role.${role}`)]))],
    submit: () => sign(store.role),
  });
}
