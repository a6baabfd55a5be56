/** One seat as the technician sees it: both directions with verdict, cause and course, and what was tried. */
import { attribute, h, setText, show } from "../dom.js";
import { seatName, t } from "../i18n.js";
import { rangeText, sparkline } from "./sparkline.js";
import { surroundingSigns } from "./surroundings.js";

/** @typedef {import("../protocol/console.js").Person} Person */
/** @typedef {import("../protocol/console.js").Direction} Direction */
/** @typedef {import("../protocol/console.js").Measure} Measure */
/** @typedef {{person: Person, chosen: boolean, measure: Measure, whole: Person|undefined, end: number}} Shown */

/** A device's silence is told from here on. */
const SILENT_S = 3;
const LAYERS = ["high", "low", "paused", "off"];
const DIRECTIONS = /** @type {const} */ (["up", "down"]);

/** @param {string} seat @param {(seat: string) => void} write @param {string} href the seat's own address */
export function consoleSeat(seat, write, href) {
  const name = seatName(seat);
  const rows = { up: direction("up"), down: direction("down") };
  const about = h("p", { class: "hint" });
  const tried = h("p", { class: "hint", "data-testid": "tried" });
  const silent = h("p", { class: "silent" });
  const surroundings = surroundingSigns();
  const node = h("article", { class: "card console-seat", "data-testid": `seat-${seat}`, tabindex: "-1" },
    h("div", { class: "row wrap spread" }, h("h3", {}, h("a", { href }, name)),
      h("button", { type: "button", class: "button", "data-testid": `message-${seat}`, "aria-label": `${t("console.write")}: ${name}`, onclick: () => write(seat) }, t("console.write"))),
    about, silent, surroundings.node, rows.up.node, rows.down.node, tried);
  const update = (/** @type {Shown} */ { person, chosen, measure, whole, end }) => {
    attribute(node, "aria-current", chosen && "true");
    attribute(node, "data-verdict", worstOf(person));
    setText(about, [t(`standing.${person.standing}`), ...devicesText(person)].join(" · "));
    show(silent, person.silent_s >= SILENT_S);
    setText(silent, t("console.silent", { seconds: Math.round(person.silent_s) }));
    surroundings.update(person.surroundings);
    for (const one of DIRECTIONS) rows[one].update(person[one], whole?.[one] ?? null, measure, end);
    setText(tried, triedText(person));
  };
  return { node, update };
}

/** @param {"up"|"down"} which */
function direction(which) {
  const verdict = h("strong", { class: "link-verdict" });
  const cause = h("span", { "data-testid": `cause-${which}` });
  const figures = h("p", { class: "figures" });
  const spark = sparkline();
  const range = h("p", { class: "range", "aria-hidden": "true" }); // a screen reader has it from the drawing
  const none = h("p", { class: "hint" }, t("console.not-connected"));
  const live = h("div", { class: "direction-live" }, h("p", {}, verdict, " ", cause), spark.node, range, figures);
  const node = h("div", { class: "direction", role: "group", "aria-label": t(`direction.${which}`), "data-testid": `link-${which}` },
    h("p", { class: "direction-name" }, t(`direction.${which}`)), live, none);
  /** @param {Direction|null} link @param {Direction|null} whole @param {Measure} measure @param {number} end */
  const update = (link, whole, measure, end) => {
    show(live, link !== null);
    show(none, link === null);
    if (!link) return;
    setText(verdict, t(`link.${link.verdict}`) + (link.cause === "none" ? "" : ":"));
    attribute(verdict, "data-verdict", link.verdict);
    setText(cause, link.cause === "none" ? "" : t(`cause.${link.cause}`));
    spark.update((whole ?? link).series, measure, end);
    setText(range, rangeText((whole ?? link).series, measure));
    setText(figures, figuresText(link));
  };
  return { node, update };
}

/** @param {Person} person */
function worstOf({ up, down }) {
  const verdicts = [up?.verdict, down?.verdict];
  return ["bad", "poor", "good"].find((one) => verdicts.some((verdict) => verdict === one)) ?? "";
}

/** @param {Person} person */
function devicesText({ devices }) {
  if (!devices) return [];
  const told = /** @type {const} */ (["microphone", "camera"]).map((device, index) => /** @type {const} */ ([device, devices[index]]));
  return told.filter(([, state]) => state !== "on").map(([device, state]) => `${t(`devices.${device}`)}: ${t(`device-state.${state}`)}`);
}

/** @param {Direction} link */
function figuresText({ figures, pictures, since_s: since }) {
  const number = (/** @type {number|null|undefined} */ value, digits = 0) => (typeof value === "number" ? value.toFixed(digits) : "—");
  const told = [
    `${number(figures.kbps)} ${t("unit.kbps")}`, `${t("measure.loss")} ${number(figures.loss, 1)} %`,
    `${t("measure.rtt_ms")} ${number(figures.rtt_ms)} ${t("unit.ms")}`, `${t("measure.jitter_ms")} ${number(figures.jitter_ms)} ${t("unit.ms")}`,
  ];
  if (typeof figures.estimate_kbps === "number") told.push(t("console.carries", { kbps: number(figures.estimate_kbps) }));
  const layers = LAYERS.filter((layer) => pictures[layer]).map((layer) => `${t(`layer.${layer}`)} ${pictures[layer]}`);
  if (layers.length > 0) told.push(`${t("console.pictures")} ${layers.join(", ")}`);
  if (figures.freezes !== undefined) told.push(t("console.freezes", { count: figures.freezes, seconds: number(figures.freeze_s, 1) }));
  if (since >= SILENT_S) told.push(t("console.last-packet", { seconds: Math.round(since) }));
  return told.join(" · ");
}

/** @param {Person} person */
function triedText({ tried }) {
  const told = [
    tried.redundancy > 0 && t("tried.redundancy", { frames: tried.redundancy }),
    tried.paused.length > 0 && t("tried.paused", { names: tried.paused.map((seat) => seatName(seat)).join(", ") }),
    tried.resting && t("tried.resting"),
    tried.reconnects > 0 && t("tried.reconnects", { count: tried.reconnects }),
    tried.interruptions > 0 && t("tried.interruptions", { count: tried.interruptions }),
    tried.republished > 0 && t("tried.republished"),
    tried.relay && t("tried.relay"),
    tried.upper_off && t("tried.upper-off"),
  ].filter(Boolean);
  return told.length > 0 ? `${t("tried.title")} ${told.join("; ")}.` : "";
}
