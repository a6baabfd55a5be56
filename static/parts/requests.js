/** Requests to record by oneself: the others' opinions, and the court's decision (Rules ¶33). */
import { h, list, setText, show } from "../dom.js";
import { t } from "../i18n.js";
import { nameOf } from "./acting.js";

/** @typedef {import("../attendance.js").Attendance} Attendance */
/** @typedef {import("../protocol/types.js").RecordingRequest} RecordingRequest */
/** @typedef {import("./acting.js").Run} Run */

/** @param {Attendance} attendance @param {Run} run */
export function requests(attendance, run) {
  const body = h("div", { class: "stack" });
  const cards = list(body, (/** @type {RecordingRequest} */ { request }) => String(request), ({ request, seat }) => card(attendance, request, seat, run));
  const node = h("section", { class: "panel-section", "data-testid": "requests" }, h("h2", {}, t("panel.requests")), body);
  const update = () => {
    const open = openRequests(attendance);
    cards.update(open);
    show(node, open.length > 0);
  };
  return { node, update, close: cards.close };
}

/** @param {Attendance} attendance */
export const openRequests = ({ hearing }) => (hearing?.recordings ?? []).filter(({ decided }) => !decided);

/** @param {Attendance} attendance @param {number} request @param {string} seat @param {Run} run */
function card(attendance, request, seat, run) {
  const opinions = h("p", { class: "hint" });
  const button = (/** @type {string} */ act) => h("button", {
    type: "button", class: "button", "data-testid": `${act}-${request}`, onclick: () => run(act, { data: { request } }),
  }, t(`act.${act}`));
  const [permit, refuse] = [button("permit_recording"), button("refuse_recording")];
  const node = h("div", { class: "card stack tight", "data-testid": `request-${request}` },
    h("p", {}, h("strong", {}, nameOf(attendance, seat)), " ", t("request.asks")), opinions, h("div", { class: "row wrap" }, permit, refuse));
  const update = (/** @type {RecordingRequest} */ { opinions: given }) => {
    const said = Object.entries(given).map(([one, opinion]) => `${nameOf(attendance, one)}: ${t(`opinion.${opinion}`)}`);
    setText(opinions, said.join("; ") || t("request.no-opinions"));
    show(permit, attendance.may("permit_recording"));
    show(refuse, attendance.may("refuse_recording"));
  };
  return { node, update };
}
