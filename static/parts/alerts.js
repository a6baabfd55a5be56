/** What stays bad, and who has taken it; those that are over for a while too. */
import { attribute, h, list, setText, show } from "../dom.js";
import { seatName, t, timeOfDay } from "../i18n.js";
import { formatPlace } from "../protocol/console.js";

/** @typedef {import("../protocol/console.js").Alert} Alert */

/** So many are shown until all are asked for: the hearings below stay in sight. */
const FEW = 6;
/** Where the words for a cause stand. @type {Record<string, string>} */
const CAUSES = { link: "cause", lost: "cause", light: "check-cause", noise: "check-cause" };

/** @param {(alert: Alert, what: "take"|"release") => Promise<void>} act @param {{links?: boolean}} [options] `links`: each leads to its hearing */
export function alertList(act, { links = false } = {}) {
  const items = h("ul", { class: "alerts", "data-testid": "alerts" });
  const rows = list(items, (/** @type {Alert} */ { alert }) => alert, () => makeAlert(act, links));
  const none = h("p", { class: "hint" }, t("console.no-alerts"));
  const more = h("button", { type: "button", class: "button quiet", "data-testid": "alerts-all", hidden: true, onclick: () => ((few = false), update(known)) });
  const node = h("section", { class: "stack tight", "aria-labelledby": "alerts-title" }, h("h2", { id: "alerts-title" }, t("console.alerts")), none, items, more);
  let few = true;
  /** @type {Alert[]} */
  let known = [];
  const update = (/** @type {Alert[]} */ alerts) => {
    known = alerts;
    const shown = few ? alerts.slice(0, FEW) : alerts;
    rows.update(shown);
    show(none, alerts.length === 0);
    show(items, alerts.length > 0);
    show(more, shown.length < alerts.length);
    setText(more, t("console.all-alerts", { count: alerts.length }));
  };
  return { node, update };
}

/** @param {(alert: Alert, what: "take"|"release") => Promise<void>} act @param {boolean} links */
function makeAlert(act, links) {
  /** @type {Alert|undefined} */
  let shown;
  const press = (/** @type {"take"|"release"} */ what) => () => shown && act(shown, what);
  const words = links ? h("a", {}) : h("span", {});
  const state = h("span", { class: "hint" });
  const take = h("button", { type: "button", class: "button primary", "data-testid": "alert-take", onclick: press("take") }, t("console.take"));
  const release = h("button", { type: "button", class: "button", "data-testid": "alert-release", onclick: press("release") }, t("console.release"));
  const node = h("li", { class: "alert", "data-testid": "alert" }, h("p", { class: "alert-words" }, words, " ", state), take, release);
  const update = (/** @type {Alert} */ alert) => {
    shown = alert;
    const { taken, ended, seat, hearing } = alert;
    const text = alertText(alert, links);
    setText(words, text);
    if (links) attribute(words, "href", formatPlace({ hearing, seat: seat ?? "" }));
    setText(state, stateText(alert));
    attribute(node, "data-kind", alert.kind);
    attribute(node, "data-over", ended !== null);
    attribute(node, "data-taken", taken !== null);
    for (const [button, key] of /** @type {const} */ ([[take, "console.take"], [release, "console.release"]])) attribute(button, "aria-label", `${t(key)}: ${text}`);
    show(take, ended === null && taken === null);
    show(release, ended === null && taken !== null);
  };
  return { node, update };
}

/** @param {Alert} alert @param {boolean} named */
function alertText({ kind, number, seat, direction, cause }, named) {
  const words = t(`alert.${kind}`, { name: seat ? seatName(seat) : "", cause: cause && kind in CAUSES ? t(`${CAUSES[kind]}.${cause}`) : "" });
  const said = /-(up|down)$/.test(cause);
  const where = direction && !said ? t(`direction.${direction}`) : "";
  return [named && number, words, where].filter(Boolean).join(" · ");
}

/** @param {Alert} alert */
function stateText({ since, ended, taken }) {
  const until = ended ? t("console.over-at", { at: timeOfDay(ended) }) : t("console.since", { at: timeOfDay(since) });
  if (!taken) return until;
  return `${until} · ${taken.you ? t("console.taken-you", { at: timeOfDay(taken.at) }) : t("console.taken-by", { name: taken.name, at: timeOfDay(taken.at) })}`;
}
