/** Second devices that ask for a seat (Rules ¶11). */
import { h, list, show } from "../dom.js";
import { seatName, t } from "../i18n.js";
import { nameOf } from "./acting.js";

/** @param {import("../attendance.js").Attendance} attendance @param {import("./acting.js").Run} run */
export function claims(attendance, run) {
  const node = h("section", { class: "panel-section", "aria-live": "polite" });
  const cards = list(node, (/** @type {string} */ seat) => seat, (seat) => ({ node: card(attendance, seat, run), update: () => undefined }));
  const update = () => {
    cards.update(attendance.claims);
    show(node, attendance.claims.length > 0);
  };
  return { node, update };
}

/** @param {import("../attendance.js").Attendance} attendance @param {string} seat @param {import("./acting.js").Run} run */
function card(attendance, seat, run) {
  return h("div", { class: "card attention stack tight", "data-testid": `claim-${seat}` },
    h("p", {}, t("claim.text", { seat: seatName(seat), name: nameOf(attendance, seat) })),
    h("div", { class: "row wrap" },
      h("button", { class: "button", "data-testid": `agree-${seat}`, onclick: () => run("agree_device", { seat }) }, t("act.agree_device")),
      h("button", { class: "button", "data-testid": `refuse-device-${seat}`, onclick: () => run("refuse_device", { seat }) }, t("act.refuse_device"))));
}
