/** Applications: what waits for the caller first, with its deadline in working days. */
import { h, setText, show } from "../dom.js";
import { date, t } from "../i18n.js";
import { courtDay } from "../courttime.js";
import { workingDaysLeft } from "../workdays.js";
import { initiativeButton } from "./initiative.js";
import { officeApplication } from "./officeapplication.js";

/** @typedef {import("./office.js").Bench} Bench */
/** @typedef {import("../protocol/officedesk.js").Row} Row */
/** @typedef {Record<string, import("../protocol/officedesk.js").Calendar>} Calendars by court */

export const STATES = ["submitted", "granted", "sent", "feasible", "infeasible", "acknowledged", "scheduled", "refused", "withdrawn"];
const READERS = ["judge", "clerk", "organiser", "site_clerk"];
const PAGE = 200;
let chosen = "";

/** @param {Bench} bench */
export function inbox(bench) {
  const mine = h("ul", { class: "plain stack tight", "data-testid": "inbox-mine" });
  const others = h("ul", { class: "plain stack tight", "data-testid": "inbox-others" });
  const none = h("p", { class: "hint", role: "status" }, t("common.loading"));
  const more = h("button", { class: "button", "data-testid": "inbox-more" }, t("inbox.more"));
  const filter = h("select", { id: "inbox-state", "data-testid": "inbox-state" },
    h("option", { value: "" }, t("inbox.all")), ...STATES.map((state) => h("option", { value: state }, t(`application.is-${state}`))));
  const first = section(t("inbox.mine"), mine);
  const rest = section(t("inbox.others"), others);
  /** @type {Row[]} */ let rows = [];
  const draw = (/** @type {Calendars} */ calendars) => {
    const items = (/** @type {boolean} */ yours) => rows.filter((row) => row.yours === yours).sort(byDue).map((row) => item(bench, row, calendars));
    mine.replaceChildren(...items(true));
    others.replaceChildren(...items(false));
    show(first, mine.children.length > 0);
    show(rest, others.children.length > 0);
    setText(none, rows.length ? "" : t("inbox.none"));
  };
  const load = (/** @type {string} */ after) => bench.attempt(async () => {
    const [{ applications }, calendars] = await Promise.all([bench.desk().inbox(filter.value, after), calendarsOf(bench)]);
    rows = after ? [...rows, ...applications] : applications;
    show(more, applications.length >= PAGE);
    draw(calendars);
  }).then(() => none.textContent === t("common.loading") && setText(none, ""));
  filter.value = chosen;
  filter.addEventListener("change", () => {
    chosen = filter.value;
    void load("");
  });
  more.addEventListener("click", () => load(rows.at(-1)?.application ?? ""));
  for (const node of [more, first, rest]) show(node, false);
  void load("");
  return h("div", { class: "stack" },
    initiativeButton(bench), h("div", { class: "formfield" }, h("label", { for: "inbox-state" }, t("inbox.state")), filter),
    none, first, rest, more, h("div", { class: "row" }, h("button", { class: "button", onclick: () => load("") }, t("hearings.refresh"))));
}

/** @param {string} title @param {HTMLElement} list */
const section = (title, list) => h("section", { class: "stack" }, h("h2", {}, title), list);

/** @param {Row} a @param {Row} b */
const byDue = (a, b) => (a.due ?? "9").localeCompare(b.due ?? "9") || a.submitted_at.localeCompare(b.submitted_at);

/** @param {Bench} bench @param {Row} row @param {Calendars} calendars */
function item(bench, row, calendars) {
  const { app, staff } = bench;
  const open = () => app.show(() => officeApplication(app, staff, row));
  return h("li", {}, h("button", { class: "button choice", "data-testid": "inbox-row", onclick: open }, h("span", { class: "entry-row" },
    h("strong", {}, `${row.case} · ${row.name}`),
    h("span", {}, t(`role.${row.role}`), " · ", t(`means.${row.means}`)),
    h("span", { class: "row wrap" }, h("span", { class: "badge", "data-state": row.state }, t(`application.is-${row.state}`)), deadline(row, calendars)),
    h("span", { class: "hint" }, row.receipt))));
}

/** @param {Row} row @param {Calendars} calendars */
export function deadline({ state, due, court, receiver }, calendars) {
  if (!due) return null;
  const today = courtDay(Date.now());
  if (due < today) return h("span", { class: "badge late" }, t("inbox.late", { day: date(due) }));
  // An answer's term is counted by the calendar of the court that answers (Rules ¶21).
  const calendar = calendars[(state === "sent" && receiver) || court];
  if (!calendar) return h("span", { class: "badge" }, t("inbox.until", { day: date(due) }));
  return h("span", { class: "badge" }, t("inbox.left", { day: date(due), days: workingDaysLeft(today, due, calendar) }));
}

/** Of the courts where one works; without a calendar a deadline has its day only. @param {Bench} bench @returns {Promise<Calendars>} */
export async function calendarsOf(bench) {
  const courts = bench.courts(READERS);
  const found = await Promise.all(courts.map((court) => bench.desk().court(court).calendar().catch(() => null)));
  /** @type {Calendars} */ const calendars = {};
  courts.forEach((court, index) => {
    const calendar = found[index];
    if (calendar) calendars[court] = calendar;
  });
  return calendars;
}
