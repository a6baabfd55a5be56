/** The waiting room: what happens now, our own picture and whether we can be heard. */
import { h, setText, show } from "../dom.js";
import { t } from "../i18n.js";
import { acting } from "../parts/acting.js";
import { controls } from "../parts/controls.js";
import { deviceAdvice } from "../parts/deviceadvice.js";
import { entryCheck } from "../parts/entrycheck.js";
import { meter } from "../parts/meter.js";
import { banner } from "../parts/notices.js";
import { headline } from "../parts/headline.js";
import { quick } from "../parts/quick.js";
import { selfView } from "../parts/selfview.js";
import { strip } from "../parts/strip.js";

const PERIOD_MS = 1_000;
const TITLES = { waiting: "waiting.title", claiming: "waiting.title", held: "waiting.title-held", closed: "waiting.title-closed" };

/** @param {import("../app.js").App} app @param {import("../attendance.js").Attendance} attendance @returns {import("../app.js").View} */
export function waiting(app, attendance) {
  const { local } = attendance;
  const head = headline(attendance);
  const line = banner(attendance);
  const self = selfView(local);
  const level = meter(local);
  const run = acting(app, attendance);
  const own = strip(attendance, run);
  const short = quick(attendance, run);
  const buttons = controls(app, attendance);
  const check = entryCheck(attendance);
  const heading = h("h1", { tabindex: "-1" });
  const standing = h("p", { class: "standing", role: "status", "data-testid": "standing" });
  const steps = h("ol", { class: "steps" }, ...[1, 2, 3].map((step) => h("li", {}, t(`waiting.step-${step}`))));
  const help = deviceAdvice(local);
  const next = h("section", { class: "card stack" }, h("h2", {}, t("waiting.now")), steps, h("p", { class: "hint" }, t("waiting.advice")));
  const media = h("section", { class: "card stack", "aria-label": t("waiting.self") }, help.node, self.node, level.node);

  const node = h("div", { class: "page with-controls", "data-testid": "waiting" },
    line.node, head.node,
    h("div", { class: "columns" },
      h("div", { class: "stack" }, heading, standing, own.node, short.node),
      check.node,
      media,
      next),
    buttons.node);

  const update = () => {
    const { claiming } = attendance;
    for (const part of [head, line, self, level, help, own, short, buttons]) part.update();
    const why = claiming ? "claiming" : attendance.shutOut ? "closed" : attendance.hearing?.you.standing === "held" ? "held" : "waiting";
    node.dataset.why = why;
    setText(heading, t(TITLES[why]));
    setText(standing, t(`waiting.${why}`));
    show(next, why === "waiting");
    show(media, why === "waiting" || why === "held");
    const checked = why === "waiting" && attendance.hearing !== null && attendance.hearing.you.entry_check !== "off";
    show(check.node, checked);
    if (checked) check.update();
    else check.rest();
  };
  const timer = setInterval(own.update, PERIOD_MS); // a time that runs
  const close = () => {
    clearInterval(timer);
    level.close();
    check.close();
    own.close();
  };
  return { screen: "waiting", title: t("waiting.title"), update, close, node };
}
