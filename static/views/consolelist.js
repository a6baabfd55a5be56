/** All hearings of the technician's courts, the worst first, and the alerts of all of them: the situation centre (Rules ¶27). */
import { attribute, h, list, setText, show } from "../dom.js";
import { t, timeOfDay } from "../i18n.js";
import { lookoutText } from "../parts/surroundings.js";
import { alertList } from "../parts/alerts.js";
import { formatPlace, onAlert, overview, PHASES } from "../protocol/console.js";

/** @typedef {import("../protocol/console.js").Overview} Overview */
/** @typedef {import("../protocol/console.js").Standing} Standing */
/** @typedef {import("../protocol/console.js").Place} Place */
/** @typedef {import("../protocol/console.js").Phase} Phase */

const PERIOD_MS = 2_000;
const STALE_S = 3;

/**
 * @param {import("../app.js").App} app
 * @param {import("../protocol/token.js").Credential<any>} staff
 * @param {Place} place
 * @param {(place: Place) => void} go
 */
export function consoleList(app, staff, place, go) {
  const rows = h("ul", { class: "console-hearings", "data-testid": "hearings" });
  const items = list(rows, (/** @type {Standing} */ { hearing }) => hearing, ({ hearing }) => makeRow(hearing));
  const none = h("p", { class: "hint", role: "status", "data-testid": "none" }, t("common.loading"));
  const more = h("p", { class: "hint" });
  const media = h("p", { class: "banner", role: "alert", "data-testid": "media-down", hidden: true }, t("console.media-down"));
  const lookout = h("p", { class: "hint", role: "status", "data-testid": "lookout" });
  const alerts = alertList(async (alert, what) => {
    try {
      await onAlert(staff.token, alert.alert, what);
      await load();
    } catch {
      app.notices.add({ key: "console.alert-changed", urgent: true });
    }
  }, { links: true });
  const chips = new Map(PHASES.map((phase) => [phase, chip(phase, place, go)]));
  const bad = h("input", { type: "checkbox", id: "only-bad", "data-testid": "only-bad", onchange: () => go({ ...place, bad: bad.checked }) });
  bad.checked = place.bad;
  const load = async () => {
    const all = await overview(staff.token);
    const shown = all.hearings.filter((one) => fits(one, place));
    items.update(shown);
    alerts.update(all.alerts);
    chips.forEach(({ update }, phase) => update(all.counts[phase]));
    show(media, !all.media);
    setText(lookout, lookoutText(all.lookout));
    show(none, shown.length === 0);
    setText(none, t(all.hearings.length === 0 ? "console.none" : "console.none-such"));
    setText(more, all.more > 0 ? t("console.more", { count: all.more }) : "");
  };
  const node = h("div", { class: "stack" },
    h("h1", { tabindex: "-1" }, t("technician.title")), h("p", { class: "hint" }, t("technician.lead")), media, lookout, alerts.node,
    h("section", { class: "stack tight", "aria-labelledby": "hearings-title" }, h("h2", { id: "hearings-title" }, t("console.hearings")),
      h("div", { class: "row wrap", role: "group", "aria-label": t("console.filter") }, ...[...chips.values()].map(({ node: one }) => one),
        h("label", { class: "check", for: "only-bad" }, bad, t("console.only-bad"))),
      rows, none, more));
  return { node, load, period: PERIOD_MS };
}

/** @param {Standing} one @param {Place} place */
function fits({ phase, verdict }, { phases, bad }) {
  return (phases.length === 0 || phases.includes(phase)) && (!bad || verdict === "bad");
}

/** @param {Phase} phase @param {Place} place @param {(place: Place) => void} go */
function chip(phase, place, go) {
  const pressed = place.phases.includes(phase);
  const phases = pressed ? place.phases.filter((one) => one !== phase) : [...place.phases, phase];
  const node = h("button", {
    type: "button", class: "button choice-chip", "data-testid": `phase-${phase}`, "data-phase": phase, "aria-pressed": String(pressed), onclick: () => go({ ...place, phases }),
  });
  const update = (/** @type {number} */ count) => setText(node, `${t(`phase-word.${phase}`)} ${count ?? 0}`);
  update(0);
  return { node, update };
}

/** @param {string} hearing */
function makeRow(hearing) {
  const link = h("a", { href: formatPlace({ hearing }) });
  const title = h("span", { class: "console-title" });
  const phase = h("span", { class: "badge" });
  const verdict = h("strong", { class: "link-verdict" });
  const people = h("span", { class: "hint" });
  const alerts = h("span", { class: "badge", "data-state": "alert" });
  const node = h("li", { class: "console-row", "data-testid": "hearing-row", "data-hearing": hearing },
    h("p", { class: "console-which" }, link, " ", title), h("p", {}, phase), h("p", {}, verdict, " ", people), h("p", {}, alerts));
  const update = (/** @type {Standing} */ one) => {
    setText(link, one.number);
    setText(title, one.title);
    setText(phase, phaseText(one));
    attribute(phase, "data-phase", one.phase);
    attribute(node, "data-verdict", one.verdict);
    attribute(verdict, "data-verdict", one.verdict);
    setText(verdict, one.verdict ? [t(`link.${one.verdict}`), one.verdict !== "good" && one.cause !== "none" && t(`cause.${one.cause}`)].filter(Boolean).join(": ") : "");
    setText(people, peopleText(one));
    show(alerts, one.alerts > 0);
    setText(alerts, t("console.alerts-count", { count: one.alerts, untaken: one.untaken }));
  };
  return { node, update };
}

/** @param {Standing} one */
function phaseText({ phase, state, scheduled_at: at }) {
  const word = t(`phase-word.${phase}`);
  if (phase === "coming" || phase === "late") return `${word} · ${timeOfDay(at)}`;
  return phase === "failed" ? word : t(`state.${state}`);
}

/** @param {Standing} one */
function peopleText({ people, bad, poor, stale_s: stale }) {
  if (people === 0) return t("console.nobody");
  const old = stale !== null && stale >= STALE_S ? t("console.stale", { seconds: Math.round(stale) }) : "";
  return [t("console.people", { count: people }), bad > 0 && t("console.bad", { count: bad }), poor > 0 && t("console.poor", { count: poor }), old].filter(Boolean).join(" · ");
}
