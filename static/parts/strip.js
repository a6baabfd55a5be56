/** What concerns this person just now, above the pictures: said once, with what there is to do about it. */
import { attribute, h, list, setText } from "../dom.js";
import { t, timeOfDay } from "../i18n.js";
import { nameOf, toAdjourn } from "./acting.js";
import { faultState } from "./faults.js";
import { worst } from "./headline.js";
import { answerCheck, declare } from "./questions.js";
import { openRequests } from "./requests.js";
import { companySigns, othersSurroundings, ownSurroundings, staysBad } from "./surroundings.js";

/** @typedef {import("../attendance.js").Attendance} Attendance */
/** @typedef {import("./acting.js").Run} Run */
/** @typedef {{act: string, text: string, press: () => unknown, primary?: boolean}} Action */
/** @typedef {{key: string, text: string, tone?: "alarm"|"ask", actions?: Action[]}} Item */

/** @param {Attendance} attendance @param {Run} run */
export function strip(attendance, run) {
  const node = h("div", { class: "strip", role: "region", "aria-label": t("strip.title"), "aria-live": "polite", "data-testid": "strip" });
  const items = list(node, (/** @type {Item} */ { key, actions = [] }) => [key, ...actions.map(({ act }) => act)].join(" "), makeItem);
  // What can be scrolled can be reached from the keyboard (WCAG 2.1.1); what cannot is no stop on the way.
  const reach = () => attribute(node, "tabindex", node.scrollHeight > node.clientHeight && "0");
  const update = () => {
    const found = SOURCES.flatMap((source) => source(attendance, run));
    items.update(found);
    node.hidden = found.length === 0;
    reach();
  };
  const sized = new ResizeObserver(reach);
  sized.observe(node);
  const close = () => (items.close(), sized.disconnect());
  return { node, update, close };
}

/** @param {Item} item */
function makeItem({ key, tone, actions = [] }) {
  const words = h("p", {});
  const node = h("div", { class: "strip-item", "data-testid": `strip-${key}`, role: tone === "alarm" && "alert" }, words,
    ...actions.map(({ act, text, press, primary }) =>
      h("button", { type: "button", class: primary ? "button primary" : "button", "data-testid": `${key}-${act}`, onclick: press }, text)));
  attribute(node, "data-tone", tone);
  return { node, update: (/** @type {Item} */ { text }) => setText(words, text) };
}

/** @type {((attendance: Attendance, run: Run) => Item[])[]} */
const SOURCES = [alarms, declarations, muted, ownSurroundings, mutualCheck, floor, problem, ownRequest, opinions, othersLinks, othersSurroundings, companySigns];

/** A necessary participant is lost (Rules ¶19). @param {Attendance} attendance @param {Run} run @returns {Item[]} */
function alarms(attendance, run) {
  return (attendance.hearing?.alarms ?? []).map(({ seat, since }) => ({
    key: `alarm-${seat}`, tone: "alarm",
    text: [t("alarm.lost", { name: nameOf(attendance, seat), at: timeOfDay(since) }), measuredText(attendance.measured[seat])].filter(Boolean).join(" "),
    actions: toAdjourn(attendance, run),
  }));
}

/** Whose link stays bad, for clerk and technician; to whoever may adjourn, a necessary participant's as a reason to. Of who is lost the alarm tells. @param {Attendance} attendance @param {Run} run @returns {Item[]} */
function othersLinks(attendance, run) {
  const { hearing, links } = attendance;
  const lost = new Set((hearing?.alarms ?? []).map(({ seat }) => seat));
  return Object.entries(links).filter(([seat]) => seat !== hearing?.you.seat && !lost.has(seat)).flatMap(([seat, { up, down }]) => {
    const bad = [up, down].find((way) => way?.adjourn) ?? [up, down].find((way) => way?.lasting);
    if (!bad) return [];
    const words = { name: nameOf(attendance, seat), what: t(`cause.${bad.cause}`) };
    return staysBad(attendance, run, `link-${seat}`, bad, { adjourn: t("links.adjourn", words), lasting: t("links.lasting", words) });
  });
}

/** @param {Attendance["measured"][string]|undefined} measured */
function measuredText(measured) {
  if (!measured) return "";
  const verdict = measured.link && worst(measured.link);
  const silent = measured.silent_s === undefined ? "" : t("alarm.silent", { seconds: Math.round(measured.silent_s) });
  return [silent, verdict && t("alarm.link", { verdict: t(`link.${verdict}`) })].filter(Boolean).join(" ");
}

/** @param {Attendance} attendance @param {Run} run @returns {Item[]} */
function declarations(attendance, run) {
  const press = async () => {
    const data = await declare();
    if (data) await run("declare", { data });
  };
  return attendance.may("declare") ? [{ key: "declare", tone: "ask", text: t("declare.text"), actions: [{ act: "open", text: t("act.declare"), press, primary: true }] }] : [];
}

/** @param {Attendance} attendance @returns {Item[]} */
function muted({ hearing }) {
  return hearing?.you.muted ? [{ key: "muted", tone: "alarm", text: t("strip.muted") }] : [];
}

/** @param {Attendance} attendance @param {Run} run @returns {Item[]} */
function mutualCheck(attendance, run) {
  const { hearing } = attendance;
  const mine = hearing?.check?.confirmed[hearing.you.seat];
  if (!hearing?.check || !attendance.may("confirm_check") || mine?.good) return [];
  const press = async () => {
    const data = await answerCheck();
    if (data) await run("confirm_check", { data });
  };
  return [{ key: "check", tone: "ask", text: t(mine ? "strip.check-again" : "strip.check"), actions: [{ act: "answer", text: t("strip.answer"), press, primary: true }] }];
}

/** @param {Attendance} attendance @returns {Item[]} */
function floor({ hearing }) {
  const { seat, queue = [] } = hearing?.floor ?? {};
  const you = hearing?.you.seat ?? "";
  if (seat === you) return [{ key: "floor", text: t("strip.floor-yours") }];
  return queue.includes(you) ? [{ key: "queue", text: t("strip.floor-asked", { before: queue.indexOf(you) }) }] : [];
}

/** Our own problem, and how long it still takes. @param {Attendance} attendance @returns {Item[]} */
function problem({ hearing }) {
  const mine = (hearing?.problems ?? []).filter(({ seat, resolved }) => seat === hearing?.you.seat && !resolved).at(-1);
  return mine ? [{ key: "problem", text: `${t("strip.problem", { kind: t(`kind.${mine.kind}`) })} ${faultState(mine)}` }] : [];
}

/** @param {Attendance} attendance @returns {Item[]} */
function ownRequest({ hearing }) {
  const mine = (hearing?.recordings ?? []).filter(({ seat }) => seat === hearing?.you.seat).at(-1);
  if (!mine) return [];
  const text = !mine.decided ? t("request.waits") : t(mine.permitted ? "request.permitted" : "request.refused", { reason: mine.reason });
  return [{ key: "request", text }];
}

/** What others ask for, and we have not said our opinion on. @param {Attendance} attendance @param {Run} run @returns {Item[]} */
function opinions(attendance, run) {
  const you = attendance.hearing?.you.seat ?? "";
  if (!attendance.may("opinion")) return [];
  return openRequests(attendance).filter(({ seat, opinions: given }) => seat !== you && !(you in given)).map(({ request, seat }) => ({
    key: `opinion-${request}`, tone: "ask", text: t("request.opinion", { name: nameOf(attendance, seat) }),
    actions: ["agree", "object"].map((opinion) => ({
      act: opinion, text: t(`opinion.do-${opinion}`), press: () => run("opinion", { data: { request, opinion } }),
    })),
  }));
}
