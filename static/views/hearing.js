/** The hearing: the speaker large, the others small, the controls below; for those who run it the panel beside. */
import { attribute, h, list, setText, show } from "../dom.js";
import { t } from "../i18n.js";
import { acting } from "../parts/acting.js";
import { controls, control } from "../parts/controls.js";
import { deviceAdvice } from "../parts/deviceadvice.js";
import { headline } from "../parts/headline.js";
import { banner } from "../parts/notices.js";
import { panel, pending } from "../parts/panel.js";
import { quick } from "../parts/quick.js";
import { selfView } from "../parts/selfview.js";
import { sounds } from "../parts/sounds.js";
import { strip } from "../parts/strip.js";
import { tile } from "../parts/tile.js";
import { listensOnly } from "../protocol/entrycheck.js";

/** @typedef {import("../attendance.js").Attendance} Attendance */
/** @typedef {import("../protocol/types.js").SeatInfo} SeatInfo */

const FRESH_MS = 1_000;
const ASKING_MS = 1_500;
/** Who has the panel; the others have their few buttons below. */
const LEADERS = ["judge", "clerk", "technician", "site_clerk"];
/** What the one who may do it reads instead of being told to wait. */
const NEXT_ACTS = ["open", "start", "resume", "reopen", "reschedule", "end_test"];
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
  // Nobody looks for who only watches and listens.
  const help = listensOnly(attendance.entry.seat.role) ? null : deviceAdvice(attendance.local, ASKING_MS);
  const phase = h("p", { class: "phase", role: "status", "data-testid": "phase" });
  const stage = makeStage(attendance);
  const sound = sounds(attendance);
  const run = acting(app, attendance);
  const leads = LEADERS.includes(attendance.entry.seat.role);
  const own = strip(attendance, run);
  const short = quick(attendance, run);
  const side = leads ? panel(attendance, run, short.node) : null;
  const people = control("people", t("control.people"), "people", () => {
    panelOpen = !panelOpen;
    update();
  });
  people.classList.add("only-narrow");
  const buttons = controls(app, attendance, ...(leads ? [people] : []));

  const node = h("div", { class: leads ? "hearing leading" : "hearing", "data-testid": "hearing" },
    h("h1", { class: "visually-hidden", tabindex: "-1" }, t("hearing.title")),
    h("div", { class: "top" }, line.node, help?.node, head.node, phase, own.node),
    h("div", { class: "middle" }, stage.node, side?.node),
    sound.node, leads ? null : short.node, buttons.node);

  const update = () => {
    const state = attendance.hearing?.state ?? "ready";
    for (const part of [head, line, help, own, stage, sound, short, buttons, side]) part?.update();
    setText(phase, phaseText(attendance));
    show(phase, phase.textContent !== "");
    attribute(phase, "data-state", state);
    const asking = leads ? pending(attendance) : 0;
    setText(/** @type {Element} */ (people.lastChild), t("control.people") + (asking > 0 ? ` (${asking})` : ""));
    people.classList.toggle("asking", asking > 0);
    attribute(people, "aria-expanded", String(panelOpen));
    node.classList.toggle("panel-open", panelOpen);
  };
  const tick = () => [help, stage, own, side].forEach((part) => part?.update());
  const timer = setInterval(tick, FRESH_MS); // a picture that stands still, and a time that runs, are told by looking again
  const close = () => {
    clearInterval(timer);
    stage.close();
    own.close();
    sound.close();
    side?.close();
  };
  return { screen: "hearing", title: t("hearing.title"), node, update, close };
}

/** Where the hearing stands; to the one who may go on, what to press. @param {Attendance} attendance */
function phaseText(attendance) {
  const { hearing } = attendance;
  if (!hearing || hearing.state === "in_session") return "";
  const next = NEXT_ACTS.find((act) => attendance.may(act));
  const reason = hearing.state === "closed_session" || hearing.state === "postponed" ? hearing.reason : null;
  const words = t(next ? `phase-next.${hearing.state}` : `phase.${hearing.state}`, { act: next && t(`act.${next}`) });
  return [words, reason && t("phase.reason", { reason })].filter(Boolean).join(" ");
}

/** @param {Attendance} attendance */
function makeStage(attendance) {
  const tiles = h("div", { class: "tiles", "data-testid": "tiles", tabindex: "0", role: "group", "aria-label": t("hearing.pictures") });
  const alone = h("p", { class: "alone" }, t("hearing.alone"));
  const self = selfView(attendance.local);
  const caption = h("span", { class: "caption" });
  self.node.append(caption);
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
    const { hearing, speaker, pictures, call, line } = attendance;
    const present = othersOf(attendance);
    large = pickLarge(present, { pinned, speaker, large });
    others.update(present.map((info) => ({
      info, pinned: pinned === info.seat, main: info.seat === large, speaking: info.seat === speaker,
      stream: call.streams.get(info.seat)?.video ?? null, picture: line === "lost" ? undefined : pictures[info.seat], state: hearing?.state ?? "ready",
    })));
    self.update();
    const resting = attendance.devices.camera === "resting";
    setText(caption, t(resting ? "self.unseen" : "self.you"));
    self.node.classList.toggle("resting", resting);
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
