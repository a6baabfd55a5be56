/** The hearing: the speaker large, the others small, the controls below; for judge and clerk the panel beside. */
import { attribute, h, list, setText, show } from "../dom.js";
import { t } from "../i18n.js";
import { controls, control } from "../parts/controls.js";
import { headline } from "../parts/headline.js";
import { banner } from "../parts/notices.js";
import { panel } from "../parts/panel.js";
import { selfView } from "../parts/selfview.js";
import { sounds } from "../parts/sounds.js";
import { tile } from "../parts/tile.js";

/** @typedef {import("../attendance.js").Attendance} Attendance */
/** @typedef {import("../protocol/types.js").SeatInfo} SeatInfo */

const FRESH_MS = 1_000;
const LEADERS = ["judge", "clerk"];
/** So many others have larger pictures on a phone. */
const FEW = 5;
/** Whose picture is large while nobody speaks. */
const FIRST = ["judge", "party", "representative"];

/** On a phone the panel lies over the pictures; a change of language leaves it as it is. */
let panelOpen = false;

/** @param {import("../app.js").App} app @param {Attendance} attendance @returns {import("../app.js").View} */
export function hearing(app, attendance) {
  const head = headline(attendance);
  const line = banner(attendance);
  const phase = h("p", { class: "phase", role: "status", "data-testid": "phase" });
  const stage = makeStage(attendance);
  const sound = sounds(attendance);
  const leads = LEADERS.includes(attendance.entry.seat.role);
  const side = leads ? panel(app, attendance) : null;
  const people = control("people", t("control.people"), "people", () => {
    panelOpen = !panelOpen;
    update();
  });
  people.classList.add("only-narrow");
  const buttons = controls(app, attendance, ...(leads ? [people] : []));

  const node = h("div", { class: leads ? "hearing leading" : "hearing", "data-testid": "hearing" },
    h("h1", { class: "visually-hidden", tabindex: "-1" }, t("hearing.title")),
    h("div", { class: "top" }, line.node, head.node, phase),
    h("div", { class: "middle" }, stage.node, side?.node),
    sound.node, buttons.node);

  const update = () => {
    const state = attendance.hearing?.state ?? "ready";
    for (const part of [head, line, stage, sound, buttons, side]) part?.update();
    setText(phase, state === "in_session" ? "" : t(`phase.${state}`));
    show(phase, state !== "in_session");
    const asking = (attendance.hearing?.seats ?? []).filter(({ standing }) => standing === "waiting").length + attendance.claims.length;
    setText(/** @type {Element} */ (people.lastChild), t("control.people") + (asking > 0 ? ` (${asking})` : ""));
    people.classList.toggle("asking", asking > 0);
    attribute(people, "aria-expanded", String(panelOpen));
    node.classList.toggle("panel-open", panelOpen);
  };
  const timer = setInterval(stage.update, FRESH_MS); // a picture that stands still is told by looking again
  const close = () => {
    clearInterval(timer);
    stage.close();
    sound.close();
    side?.close();
  };
  return { screen: "hearing", title: t("hearing.title"), node, update, close };
}

/** @param {Attendance} attendance */
function makeStage(attendance) {
  const tiles = h("div", { class: "tiles", "data-testid": "tiles", tabindex: "0", role: "group", "aria-label": t("hearing.pictures") });
  const alone = h("p", { class: "alone" }, t("hearing.alone"));
  const self = selfView(attendance.local);
  self.node.append(h("span", { class: "caption" }, t("self.you")));
  const node = h("div", { class: "stage" }, tiles, self.node, alone);
  /** @type {string|null} */
  let pinned = null;
  /** @type {string|null} */
  let large = null;
  const pin = (/** @type {string} */ seat) => {
    pinned = pinned === seat ? null : seat;
    update();
  };
  const others = list(tiles, (/** @type {import("../parts/tile.js").Look} */ { info }) => info.seat, ({ info }) => tile(info.seat, pin));
  const update = () => {
    const { hearing, speaker, pictures, call } = attendance;
    const present = othersOf(attendance);
    large = pickLarge(present, { pinned, speaker, large });
    others.update(present.map((info) => ({
      info, pinned: pinned === info.seat, main: info.seat === large, speaking: info.seat === speaker,
      stream: call.streams.get(info.seat)?.video ?? null, picture: pictures[info.seat], state: hearing?.state ?? "ready",
    })));
    self.update();
    self.node.classList.toggle("speaking", speaker === hearing?.you.seat);
    show(alone, present.length === 0);
    node.dataset.count = String(present.length);
    node.classList.toggle("single", present.length === 1);
    node.classList.toggle("few", present.length <= FEW);
  };
  return { node, update, close: others.close };
}

/** @param {Attendance} attendance @returns {SeatInfo[]} */
function othersOf({ hearing }) {
  const shown = (/** @type {SeatInfo} */ { seat, standing, role }) =>
    standing === "admitted" && seat !== hearing?.you.seat && role !== "technician" && role !== "observer";
  return (hearing?.seats ?? []).filter(shown);
}

/**
 * Whose picture is large: the one that was chosen, the speaker, the one that was large, or the first in rank.
 * @param {SeatInfo[]} present
 * @param {{pinned: string|null, speaker: string|null, large: string|null}} wishes
 * @returns {string|null}
 */
export function pickLarge(present, { pinned, speaker, large }) {
  const seats = present.map(({ seat }) => seat);
  const wished = [pinned, speaker, large].find((seat) => seat !== null && seats.includes(seat));
  const ranked = FIRST.map((role) => present.find((info) => info.role === role && info.connected)?.seat).find(Boolean);
  return wished ?? ranked ?? seats[0] ?? null;
}
