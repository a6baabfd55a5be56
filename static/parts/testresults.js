/** What the test sessions measured of each seat (Rules ¶15); for judge, clerk, technician and the receiving court's clerk. */
import { attribute, h, list, show } from "../dom.js";
import { dateTime, t } from "../i18n.js";
import { nameOf } from "./acting.js";
import { worst } from "./headline.js";

/** @typedef {import("../attendance.js").Attendance} Attendance */
/** @typedef {import("../protocol/types.js").Tested} Tested */

/** @param {Attendance} attendance */
export function testResults(attendance) {
  const body = h("div", { class: "stack tight" });
  const tests = list(body, (/** @type {Tested} */ { at }) => at, (test) => result(attendance, test));
  const node = h("section", { class: "panel-section", "data-testid": "test-results" }, h("h2", {}, t("panel.tests")), body);
  const update = () => {
    const found = [...(attendance.hearing?.tests ?? [])].reverse();
    tests.update(found);
    show(node, found.length > 0);
  };
  return { node, update, close: tests.close };
}

/** It does not change any more. @param {Attendance} attendance @param {Tested} test */
function result(attendance, { at, by, seats }) {
  const rows = Object.entries(seats).map(([seat, measured]) => row(nameOf(attendance, seat), measured));
  const node = h("details", {}, h("summary", {}, t("test.ended", { at: dateTime(at), name: nameOf(attendance, by) })),
    rows.length ? h("ul", { class: "checks" }, ...rows) : h("p", { class: "hint" }, t("test.nobody")));
  return { node, update: () => undefined };
}

/** @param {string} name @param {Tested["seats"][string]} measured */
function row(name, { link, audio, video, version }) {
  const verdict = link ? worst(link) : undefined;
  const words = [t(audio ? "test.sound" : "test.no-sound"), t(video ? "test.picture" : "test.no-picture"), verdict && t(`link.${verdict}`), version];
  const node = h("li", { class: "check-row" }, h("span", {}, h("strong", {}, name), " ", h("span", { class: "check-state" }, words.filter(Boolean).join(" · "))));
  attribute(node, "data-done", String(audio && video && verdict !== "bad"));
  return node;
}
