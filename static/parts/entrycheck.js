/** The check before entry in the waiting room: one instruction at a time, and at its end what was found. */
import { attribute, h, setText, show } from "../dom.js";
import { has, t } from "../i18n.js";
import { EntryCheck, TAKES_MS } from "../media/entrycheck.js";
import { listensOnly, ofListener, worstPart } from "../protocol/entrycheck.js";
import { findingList, linkFigures } from "./findings.js";

/** @typedef {import("../protocol/entrycheck.js").Checked} Checked */

const PERIOD_MS = 250;
const RUNNING = ["running", "judging"];

/** @param {import("../attendance.js").Attendance} attendance */
export function entryCheck(attendance) {
  const { local, call, credential } = attendance;
  const listens = () => listensOnly(attendance.hearing?.you.role);
  const check = new EntryCheck(() => credential.token, local, (gone, sent) => call.measure(gone, sent), listens);
  const words = h("p", { class: "instruction", role: "status", tabindex: "-1", "data-testid": "check-words" });
  const aloud = h("p", { class: "aloud", "data-testid": "check-aloud" }, t("entry-check.aloud"));
  const bar = h("progress", { max: 1, "aria-label": t("entry-check.title") });
  const begin = button("begin", "entry-check.begin", () => check.touch(), "primary");
  const yes = button("heard", "entry-check.heard", () => void check.answer(true), "primary");
  const no = button("unheard", "entry-check.unheard", () => void check.answer(false));
  const replay = button("replay", "entry-check.replay", () => void check.replay());
  const again = button("again", "entry-check.again", () => void check.run());
  const buttons = [begin, yes, no, replay, again];
  const found = findingList(t("entry-check.found"));
  const figures = h("p", { class: "hint", "data-testid": "check-figures" });
  const unkept = h("p", { class: "hint" }, t("entry-check.private"));
  const node = h("section", { class: "card stack", "data-testid": "entry-check", "aria-labelledby": "entry-check-title" },
    h("h2", { id: "entry-check-title" }, t("entry-check.title")), words, aloud, bar,
    h("div", { class: "row wrap" }, ...buttons), found.node, figures, unkept);

  const draw = () => {
    const { step, link } = check;
    const checked = check.checked && listens() ? { ...check.checked, findings: ofListener(check.checked.findings) } : check.checked;
    const pressed = buttons.find((one) => one === document.activeElement);
    const over = step === "done" || step === "failed" || step === "asking";
    attribute(node, "data-step", step);
    setText(words, step === "done" && checked ? conclusion(checked) : t(`entry-check.${step === "running" && listens() ? "judging" : step}`));
    show(aloud, step === "running" && !listens() && local.state.microphone === "on");
    show(bar, RUNNING.includes(step));
    show(begin, step === "touch");
    for (const one of [yes, no, replay]) show(one, step === "asking");
    show(again, step === "done" || step === "failed");
    if (pressed?.hidden) words.focus({ preventScroll: true }); // else the keyboard begins at the page's top again
    show(found.node, over && checked !== null);
    if (checked) found.update(checked.findings, ({ verdict }) => step === "done" || verdict !== "good");
    setText(figures, over && link ? linkFigures(link) : "");
    show(unkept, RUNNING.includes(step) && !listens());
  };
  const move = () => (bar.value = Math.min(0.95, (performance.now() - check.began) / TAKES_MS));
  check.on("change", draw);
  const timer = setInterval(move, PERIOD_MS);
  draw();
  const update = () => {
    check.look();
    draw();
  };
  return { node, update, rest: () => check.rest(), close: () => (clearInterval(timer), check.close(), found.close()) };
}

/** @param {string} name @param {string} key @param {() => void} onclick @param {string} [style] */
const button = (name, key, onclick, style = "") =>
  h("button", { type: "button", class: `button ${style}`.trim(), hidden: true, "data-testid": `check-${name}`, onclick }, t(key));

/** The one thing to do now. @param {Checked} checked */
function conclusion({ findings, holding }) {
  const part = worstPart(findings) ?? (findings.noise?.cause === "no-speech" ? "noise" : undefined);
  if (!part) return t("entry-check.good");
  const cause = findings[part]?.cause ?? "";
  const device = part === "camera" || part === "microphone";
  const advice = device && has(`advice.${cause}`) ? `advice.${cause}` : has(`check-help.${cause}`) ? `check-help.${cause}` : `check-help.${part}`;
  return [t(advice), holding.length > 0 && t("entry-check.held")].filter(Boolean).join(" ");
}
