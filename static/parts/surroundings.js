/** Light and noise where people sit (Rules ¶28): one plain instruction to the person, a sign to judge and clerk, what stays bad to the clerk. */
import { attribute, h, setText, show } from "../dom.js";
import { has, t } from "../i18n.js";
import { nameOf, toAdjourn } from "./acting.js";
import { icon } from "./icons.js";

/** @typedef {import("../attendance.js").Attendance} Attendance */
/** @typedef {import("../protocol/types.js").Surroundings} Surroundings */
/** @typedef {import("../protocol/types.js").Surrounding} Surrounding */
/** @typedef {import("./strip.js").Item} Item */

/** What is mended first stands first: who cannot be understood is not helped by light. */
const PARTS = /** @type {const} */ (["noise", "light"]);
const SIGNS = /** @type {const} */ (["good", "poor", "bad", "unmeasured"]);

/** The one thing for the person to do now. @param {Attendance} attendance @returns {Item[]} */
export function ownSurroundings({ hearing, surroundings }) {
  const own = surroundings[hearing?.you.seat ?? ""];
  const part = own && PARTS.find((one) => own[one].verdict === "bad");
  if (!part) return [];
  const { cause } = own[part];
  return [{ key: `own-${part}`, text: t(has(`check-help.${cause}`) ? `check-help.${cause}` : `check-help.${part}`) }];
}

/** What stays bad at others' places, for clerk and technician; to whoever may adjourn, noise alone as a reason to. @param {Attendance} attendance @param {import("./acting.js").Run} run @returns {Item[]} */
export function othersSurroundings(attendance, run) {
  const { hearing, surroundings } = attendance;
  const told = Object.entries(surroundings).filter(([seat]) => seat !== hearing?.you.seat);
  return told.flatMap(([seat, each]) => PARTS.flatMap((part) => {
    const name = nameOf(attendance, seat);
    const texts = { adjourn: t("surroundings.adjourn", { name }), lasting: t("surroundings.lasting", { name, what: wordsOf(part, each[part]) }) };
    return staysBad(attendance, run, `${part}-${seat}`, each[part], texts);
  }));
}

/**
 * Once it is a reason to adjourn, to everybody who is told of others; before that, not to the judge.
 * @param {Attendance} attendance @param {import("./acting.js").Run} run @param {string} key
 * @param {{lasting?: boolean, adjourn?: boolean}} how @param {{adjourn: string, lasting: string}} texts @returns {Item[]}
 */
export function staysBad(attendance, run, key, { lasting, adjourn }, texts) {
  const { hearing } = attendance;
  if (adjourn && hearing?.state === "in_session") return [{ key, tone: "ask", text: texts.adjourn, actions: toAdjourn(attendance, run) }];
  return lasting && hearing?.you.role !== "judge" ? [{ key, text: texts.lasting }] : [];
}

/** Signs of company at a witness's side: never a finding. @param {Attendance} attendance @returns {Item[]} */
export function companySigns(attendance) {
  return Object.entries(attendance.signs).flatMap(([seat, signs]) => signs.map(({ sign, seats }) => ({
    key: `${sign}-${seat}`,
    text: t(`sign.${sign}`, { name: nameOf(attendance, seat), others: seats.map((one) => nameOf(attendance, one)).join(", ") }),
  })));
}

/** A sign for each of both, with words for those who do not see it. */
export function surroundingSigns() {
  const signs = PARTS.map((part) => ({ part, ...sign(part) }));
  const node = h("span", { class: "surroundings", "data-testid": "surroundings" }, ...signs.flatMap((one) => [one.node, " "]));
  const update = (/** @type {Surroundings|null|undefined} */ now) => {
    show(node, Boolean(now));
    if (now) for (const { part, update: draw } of signs) draw(now[part]);
  };
  return { node, update };
}

/** @param {keyof Surroundings} part */
function sign(part) {
  const drawn = SIGNS.map((verdict) => ({ verdict, node: icon(verdict) }));
  const words = h("span", {});
  const node = h("span", { class: "surrounding", "data-testid": `surrounding-${part}` }, ...drawn.map((one) => one.node), words);
  const update = (/** @type {Surrounding} */ now) => {
    for (const { verdict, node: one } of drawn) attribute(one, "hidden", verdict !== now.verdict);
    attribute(node, "data-verdict", now.verdict);
    setText(words, wordsOf(part, now));
  };
  return { node, update };
}

/** @param {keyof Surroundings} part @param {Surrounding} now */
export function wordsOf(part, { verdict, cause }) {
  const why = verdict !== "good" && has(`check-cause.${cause}`) ? `check-cause.${cause}` : `check-verdict.${verdict}`;
  return `${t(`check-part.${part}`)}: ${t(why)}`;
}

/** How light and noise are looked at on the whole server, where it is not as it should be. @param {import("../protocol/console.js").Lookout} lookout */
export function lookoutText(lookout) {
  if (!lookout?.sampled) return t("console.lookout-off");
  return lookout.thrifty ? t("console.lookout-thrifty", { seconds: lookout.look_s }) : "";
}
