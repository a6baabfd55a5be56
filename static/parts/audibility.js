/** Who did not receive and play what was said (Rules ¶35); nothing where all is well. For judge and clerk. */
import { h, list, setText, show } from "../dom.js";
import { t } from "../i18n.js";
import { nameOf } from "./acting.js";

/** @typedef {import("../attendance.js").Attendance} Attendance */
/** @typedef {import("../protocol/types.js").Audible} Audible */
/** @typedef {{speaker: string, pairs: Audible[]}} Spoken */

/** Of one speaker's listeners so many are named; the others are counted. */
const NAMED = 3;

/** @param {Attendance} attendance @param {import("./acting.js").Run} run */
export function audibility(attendance, run) {
  const body = h("div", { class: "stack" });
  const cards = list(body, (/** @type {Spoken} */ { speaker }) => speaker, ({ speaker }) => card(attendance, speaker, run));
  const node = h("section", { class: "panel-section", "data-testid": "audibility", "aria-label": t("audibility.title") }, h("h2", {}, t("audibility.title")), body);
  // Read out when somebody comes or goes, not with every change of a figure.
  const announced = h("p", { class: "visually-hidden", role: "status" });
  const whole = h("div", {}, node, announced);
  const update = () => {
    const spoken = bySpeaker(attendance.audibility);
    cards.update(spoken);
    show(node, spoken.length > 0);
    setText(announced, spoken.map(({ speaker, pairs }) =>
      [t("audibility.of", { speaker: nameOf(attendance, speaker) }), ...pairs.slice(0, NAMED).map(({ listener }) => nameOf(attendance, listener)).sort()].join(", ")).join(". "));
  };
  return { node: whole, update, close: cards.close };
}

/** @param {Audible[]} pairs the worst first @returns {Spoken[]} */
export function bySpeaker(pairs) {
  /** @type {Map<string, Spoken>} */
  const spoken = new Map();
  for (const pair of pairs) {
    const { speaker } = pair;
    spoken.set(speaker, { speaker, pairs: [...(spoken.get(speaker)?.pairs ?? []), pair] });
  }
  return [...spoken.values()];
}

/** @param {Attendance} attendance @param {string} speaker @param {import("./acting.js").Run} run */
function card(attendance, speaker, run) {
  const lines = h("ul", { class: "plain stack tight" });
  const more = h("p", { class: "hint" });
  const name = nameOf(attendance, speaker);
  const repeat = h("button", { type: "button", class: "button", "data-testid": `ask_repeat-${speaker}`, "aria-label": `${t("act.ask_repeat")}: ${name}`,
    onclick: () => run("ask_repeat", { seat: speaker }) }, t("act.ask_repeat"));
  const node = h("div", { class: "card stack tight attention", "data-testid": `audibility-${speaker}`, role: "group", "aria-label": name },
    h("p", {}, h("strong", {}, t("audibility.of", { speaker: name }))), lines, more, h("div", { class: "row" }, repeat));
  const rows = list(lines, (/** @type {Audible} */ { listener }) => listener, () => line(attendance));
  const update = (/** @type {Spoken} */ { pairs }) => {
    rows.update(pairs.slice(0, NAMED));
    setText(more, pairs.length > NAMED ? t("audibility.others", { count: pairs.length - NAMED }) : "");
    show(more, pairs.length > NAMED);
    show(repeat, attendance.may("ask_repeat") && speaker !== attendance.hearing?.you.seat);
  };
  return { node, update, close: rows.close };
}

/** @param {Attendance} attendance */
function line(attendance) {
  const words = h("p", {});
  const why = h("p", { class: "hint" });
  const node = h("li", {}, words, why);
  const update = (/** @type {Audible} */ { listener, share, seconds, cause, contradiction }) => {
    setText(words, t(share === null ? "audibility.unknown" : "audibility.share", { listener: nameOf(attendance, listener), share, seconds }));
    const reasons = [cause && t(`audibility.${cause}`), contradiction && t("audibility.contradiction")];
    setText(why, reasons.filter(Boolean).join(" "));
    show(why, why.textContent !== "");
  };
  return { node, update };
}
