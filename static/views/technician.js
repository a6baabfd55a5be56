/** The technician's page: every link of every hearing, both directions, live (Rules ¶27). */
import { attribute, h, list, setText, show } from "../dom.js";
import { problemText, seatName, t } from "../i18n.js";
import { technicianLinks } from "../protocol/http.js";
import { asProblem } from "../protocol/problem.js";

/** @typedef {import("../protocol/types.js").LinkUp & import("../protocol/types.js").LinkDown} Figures */
/** @typedef {{hearing: string, state: string, seat: string, direction: "up"|"down", figures: Figures}} Row */

const PERIOD_MS = 1_000;
const COLUMNS = ["hearing", "seat", "direction", "verdict", "kbps", "loss", "jitter", "rtt", "layers", "freezes", "nacks"];

/** @param {import("../app.js").App} app @param {import("../protocol/token.js").Credential<any>} staff @returns {import("../app.js").View} */
export function technician(app, staff) {
  const body = h("tbody", { role: "rowgroup" });
  const rows = list(body, (/** @type {Row} */ row) => `${row.hearing} ${row.seat} ${row.direction}`, makeRow);
  const only = h("input", { type: "checkbox", id: "only-poor", "data-testid": "only-poor", onchange: () => draw() });
  const error = h("p", { class: "error", role: "alert" });
  const none = h("p", { class: "hint", role: "status" }, t("common.loading"));
  /** @type {Row[]} */
  let all = [];
  const draw = () => {
    const shown = only.checked ? all.filter(({ figures }) => figures.verdict !== "good") : all;
    rows.update(shown);
    show(none, shown.length === 0);
    setText(none, t(all.length === 0 ? "technician.none" : "technician.all-good"));
  };
  const load = async () => {
    try {
      all = rowsOf((await technicianLinks(staff.token)).hearings);
      setText(error, "");
      draw();
    } catch (thrown) {
      const problem = asProblem(thrown);
      setText(error, problemText(problem));
      if (problem.status === 401) app.signOut();
    }
  };
  void load();
  const timer = setInterval(load, PERIOD_MS);
  return {
    screen: "technician", title: t("technician.title"), close: () => clearInterval(timer),
    node: h("div", { class: "page wide" },
      h("h1", { tabindex: "-1" }, t("technician.title")), h("p", { class: "hint" }, t("technician.lead")), error,
      h("div", { class: "row wrap" }, h("label", { class: "check", for: "only-poor" }, only, t("technician.only-poor")),
        h("button", { class: "button", "data-testid": "sign-out", onclick: () => app.signOut() }, t("hearings.sign-out"))),
      h("div", { class: "table-frame", role: "region", tabindex: "0", "aria-label": t("technician.table") },
        h("table", { class: "links", role: "table", "data-testid": "links" },
          h("thead", { role: "rowgroup" }, h("tr", { role: "row" }, ...COLUMNS.map((column) =>
            h("th", { scope: "col", role: "columnheader" }, t(`technician.${column}`))))), body)),
      none),
  };
}

/** @param {import("../protocol/types.js").HearingLinks[]} hearings @returns {Row[]} */
export function rowsOf(hearings) {
  return hearings.flatMap(({ number, state, seats }) => Object.entries(seats).flatMap(([seat, link]) =>
    /** @type {const} */ (["up", "down"]).filter((direction) => link[direction]).map((direction) =>
      ({ hearing: number, state, seat, direction, figures: /** @type {Figures} */ (link[direction]) }))));
}

/** The roles are said because a phone's cards are no table in their style. @param {Row} row */
function makeRow({ hearing, seat, direction }) {
  const cells = Object.fromEntries(COLUMNS.map((column) =>
    [column, h("td", { role: "cell", "data-column": column, "data-label": t(`technician.${column}`) })]));
  const verdict = h("span", { class: "link-verdict" });
  cells.verdict.append(verdict);
  const head = h("th", { scope: "row", role: "rowheader" }, seatName(seat));
  const node = h("tr", { role: "row", "data-testid": "link", "data-seat-row": seat, "data-direction": direction },
    ...COLUMNS.map((column) => (column === "seat" ? head : cells[column])));
  const update = (/** @type {Row} */ { state, figures }) => {
    setText(cells.hearing, `${hearing} · ${t(`state.${state}`)}`);
    setText(cells.direction, t(`technician.${direction}`));
    setText(verdict, figures.verdict ? t(`link.${figures.verdict}`) : "—");
    attribute(verdict, "data-verdict", figures.verdict ?? "");
    attribute(node, "data-verdict", figures.verdict ?? "");
    setText(cells.kbps, number(figures.kbps));
    setText(cells.loss, number(figures.loss, 1));
    setText(cells.jitter, number(figures.jitter_ms));
    setText(cells.rtt, number(figures.rtt_ms));
    setText(cells.layers, layers(figures.layers));
    setText(cells.freezes, figures.freezes === undefined ? "—" : `${figures.freezes} (${number(figures.freeze_s, 1)} s)`);
    setText(cells.nacks, number(figures.nacks));
  };
  return { node, update };
}

/** @param {number|undefined|null} value */
const number = (value, digits = 0) => (typeof value === "number" ? value.toFixed(digits) : "—");

/** @param {string[]|Record<string, string>|undefined} value */
function layers(value) {
  const word = (/** @type {string} */ layer) => t(`layer.${layer}`);
  if (Array.isArray(value)) return value.map(word).join(", ") || "—";
  /** @type {Record<string, number>} */
  const counts = {};
  for (const layer of Object.values(value ?? {})) counts[layer] = (counts[layer] ?? 0) + 1;
  return Object.entries(counts).map(([layer, count]) => `${count} × ${word(layer)}`).join(", ") || "—";
}
