/** Who speaks, and who asks to, in the order of asking (Rules ¶28-1). */
import { h, list, setText, show } from "../dom.js";
import { t } from "../i18n.js";
import { nameOf } from "./acting.js";

/** @param {import("../attendance.js").Attendance} attendance @param {import("./acting.js").Run} run */
export function floor(attendance, run) {
  const holder = h("p", { "data-testid": "floor-holder" });
  const take = h("button", { type: "button", class: "button", "data-testid": "act-take_floor", onclick: () => run("take_floor") }, t("act.take_floor"));
  const queue = h("ol", { class: "queue" });
  const rows = list(queue, (/** @type {string} */ seat) => seat, (seat) => row(attendance, seat, run));
  const node = h("section", { class: "panel-section", "data-testid": "floor" },
    h("h2", {}, t("panel.floor")), h("div", { class: "row spread" }, holder, take), queue);
  const update = () => {
    const { seat = null, queue: asking = [] } = attendance.hearing?.floor ?? {};
    show(node, seat !== null || asking.length > 0);
    setText(holder, seat ? t("floor.of", { name: nameOf(attendance, seat) }) : t("floor.nobody"));
    show(take, attendance.may("take_floor"));
    rows.update(asking);
  };
  return { node, update, close: rows.close };
}

/** @param {import("../attendance.js").Attendance} attendance @param {string} seat @param {import("./acting.js").Run} run */
function row(attendance, seat, run) {
  const give = h("button", { type: "button", class: "button", "data-testid": `queue-${seat}`,
    "aria-label": `${t("act.give_floor")}: ${nameOf(attendance, seat)}`, onclick: () => run("give_floor", { seat }) }, t("act.give_floor"));
  const node = h("li", {}, h("div", { class: "row spread" }, h("span", {}, nameOf(attendance, seat)), give));
  return { node, update: () => show(give, attendance.may("give_floor")) };
}
