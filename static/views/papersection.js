/** A section of a paper: a text, or rows of texts. */
import { h } from "../dom.js";
import { t } from "../i18n.js";

/** @typedef {import("../protocol/officedesk.js").Section} Section */

const LONGEST = 20_000; // as on the server

/** @param {string} name @param {string[]} columns @param {Section} value */
export function sectionText(name, columns, value) {
  if (typeof value === "string") return h("p", { class: "paper" }, value || "—");
  if (value.length === 0) return h("p", {}, "—");
  return h("div", { class: "table-frame", tabindex: "0", role: "region", "aria-label": t(`section.${name}`) }, h("table", { class: "links" },
    h("thead", {}, h("tr", {}, ...columns.map((column) => h("th", { scope: "col" }, t(`column.${column}`))))),
    h("tbody", {}, ...value.map((row) => h("tr", {}, ...row.map((cell) => h("td", { class: "paper" }, cell)))))));
}

/** @param {string} name @param {string[]} columns @param {Section} value @param {(value: Section) => void} keep */
export function sectionEditor(name, columns, value, keep) {
  if (typeof value === "string") return area(value, { "aria-labelledby": `section-${name}`, "data-testid": `edit-${name}` }, keep);
  const rows = value.map((row) => [...row]);
  const list = h("div", { class: "stack" });
  const changed = () => keep(rows.map((row) => [...row]));
  const draw = () => list.replaceChildren(...rows.map((row, index) => h("fieldset", { class: "stack tight rows" },
    h("legend", {}, t("papers.row", { number: index + 1 })),
    ...columns.flatMap((column, place) => labelled(`${name}-${index}-${column}`, t(`column.${column}`), row[place] ?? "", (text) => {
      row[place] = String(text);
      changed();
    })),
    h("div", { class: "row" }, h("button", { type: "button", class: "button", onclick: () => {
      rows.splice(index, 1);
      changed();
      draw();
    } }, t("papers.remove-row", { number: index + 1 }))))));
  draw();
  const add = h("button", { type: "button", class: "button", "data-testid": `add-${name}`, onclick: () => {
    rows.push(columns.map(() => ""));
    changed();
    draw();
    /** @type {HTMLElement|null} */ (list.lastElementChild?.querySelector("textarea"))?.focus();
  } }, t("papers.add-row"));
  return h("div", { class: "stack" }, list, h("div", { class: "row" }, add));
}

/** @param {string} id @param {string} label @param {string} value @param {(value: Section) => void} changed */
const labelled = (id, label, value, changed) => [h("label", { for: id }, label), area(value, { id, rows: 1 }, changed)];

/** @param {string} value @param {Record<string, any>} props @param {(value: Section) => void} changed */
function area(value, props, changed) {
  const control = h("textarea", { rows: Math.min(12, 1 + value.split("\n").length + Math.floor(value.length / 90)), maxlength: LONGEST, ...props });
  control.value = value;
  control.addEventListener("input", () => changed(control.value));
  return control;
}
