/** Before the start: the clerk's checklist (Rules ¶16) and the mutual check, person by person (Rules ¶36). */
import { attribute, h, list, setText, show } from "../dom.js";
import { t } from "../i18n.js";
import { nameOf } from "./acting.js";

/** @typedef {import("../attendance.js").Attendance} Attendance */
/** @typedef {import("./acting.js").Run} Run */

const ITEMS = /** @type {const} */ (["courtroom_ready", "participants_present", "link_started"]);
/** What the machine sees by itself. */
const SEEN = new Set(["participants_present", "link_started"]);
const BEFORE = new Set(["scheduled", "test_session", "ready"]);
const ASKED = new Set(["party", "representative", "witness", "expert", "specialist", "interpreter"]);
const ANSWERS = /** @type {const} */ (["hears", "sees", "asks", "answers"]);

/** @param {Attendance} attendance @param {Run} run */
export function checklist(attendance, run) {
  const rows = ITEMS.map((item) => checkRow(attendance, item, run));
  const node = h("section", { class: "panel-section", "data-testid": "checklist" },
    h("h2", {}, t("panel.checklist")), h("ul", { class: "checks" }, ...rows.map(({ node }) => node)));
  const update = () => {
    const { hearing } = attendance;
    show(node, Boolean(hearing?.checklist) && BEFORE.has(hearing?.state ?? ""));
    rows.forEach((row) => row.update());
  };
  return { node, update };
}

/** @param {Attendance} attendance @param {typeof ITEMS[number]} item @param {Run} run */
function checkRow(attendance, item, run) {
  const state = h("span", { class: "check-state" });
  const tick = h("button", { type: "button", class: "button", "data-testid": `check-${item}`, "aria-label": `${t("act.check_item")}: ${t(`item.${item}`)}`,
    onclick: () => run("check_item", { data: { item } }) }, t("act.check_item"));
  const node = h("li", { class: "check-row" }, h("span", {}, t(`item.${item}`), " ", state), tick);
  const update = () => {
    const done = attendance.hearing?.checklist?.[item] ?? false;
    attribute(node, "data-done", String(done));
    setText(state, t(done ? "check.done" : SEEN.has(item) ? "check.by-machine" : "check.open"));
    show(tick, !done && attendance.may("check_item"));
  };
  return { node, update };
}

/** @param {Attendance} attendance @param {Run} run */
export function mutualCheck(attendance, run) {
  const begin = h("button", { type: "button", class: "button", "data-testid": "act-begin_check", onclick: () => run("begin_check") }, t("act.begin_check"));
  const people = h("ul", { class: "checks" });
  const rows = list(people, (/** @type {string} */ seat) => seat, (seat) => answerRow(attendance, seat));
  const node = h("section", { class: "panel-section", "data-testid": "mutual-check" },
    h("h2", {}, t("panel.mutual-check")), h("p", { class: "hint" }, t("check.hint")), people, begin);
  const update = () => {
    const { hearing } = attendance;
    const asked = (hearing?.seats ?? []).filter(({ role, standing }) => standing === "admitted" && ASKED.has(role)).map(({ seat }) => seat);
    const confirmed = hearing?.check?.confirmed ?? {};
    rows.update(hearing?.check ? asked : []);
    show(begin, attendance.may("begin_check") && !hearing?.check);
    const open = Boolean(hearing?.check) && asked.some((seat) => !confirmed[seat]?.good);
    show(node, !begin.hidden || hearing?.state === "ready" && Boolean(hearing.check) || open && attendance.may("begin_check"));
  };
  return { node, update };
}

/** @param {Attendance} attendance @param {string} seat */
function answerRow(attendance, seat) {
  const state = h("span", { class: "check-state" });
  const node = h("li", { class: "check-row", "data-testid": `checked-${seat}` }, h("span", {}, h("strong", {}, nameOf(attendance, seat)), " ", state));
  const update = () => {
    const check = attendance.hearing?.check;
    const answer = check?.confirmed[seat];
    attribute(node, "data-done", String(answer?.good ?? false));
    const said = !answer ? t("check.no-answer") : answer.good ? t("check.good") : ANSWERS.filter((one) => !answer[one]).map((one) => t(`check.not-${one}`)).join(", ");
    setText(state, [said, measured(check?.measured[seat])].filter(Boolean).join(" · "));
  };
  return { node, update };
}

/** @param {Record<string, {audio?: boolean, video?: boolean}>|undefined} received by the seat, as the server measures it */
function measured(received) {
  const kinds = Object.values(received ?? {}).flatMap((one) => Object.values(one));
  if (!received) return "";
  if (kinds.length === 0) return t("check.measured-none");
  return t(kinds.every(Boolean) ? "check.measured-good" : "check.measured-bad");
}
