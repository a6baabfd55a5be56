/** Tries the link while somebody waits, and says in plain words whether it does and what helps (Rules ¶38). */
import { h, setText, show } from "../dom.js";
import { t } from "../i18n.js";
import { linkTest } from "../protocol/linktest.js";

const AFTER_MS = 1_500; // the picture of the waiting room goes first

/** @param {import("../attendance.js").Attendance} attendance */
export function linkCheck(attendance) {
  const gone = new AbortController();
  const verdict = h("p", { role: "status", "data-testid": "link-test" }, t("link-test.running"));
  const figures = h("p", { class: "hint", "data-testid": "link-test-figures" });
  const advice = h("p", {}, t("link-test.advice"));
  const again = h("button", { class: "button", "data-testid": "link-test-again", onclick: () => run() }, t("link-test.again"));
  const node = h("section", { class: "card stack" }, h("h2", {}, t("link-test.title")), verdict, figures, advice, again);
  const tell = (/** @type {string} */ word) => {
    setText(verdict, t(`link-test.${word}`));
    show(advice, word === "bad");
    show(again, word !== "running");
    node.dataset.verdict = word;
  };
  const run = async () => {
    tell("running");
    try {
      const result = await linkTest(attendance.credential.token, gone.signal);
      setText(figures, linkFigures(result));
      tell(result.verdict);
    } catch {
      if (!gone.signal.aborted) tell("failed");
    }
  };
  tell("running");
  const timer = setTimeout(run, AFTER_MS);
  return { node, close: () => (clearTimeout(timer), gone.abort()) };
}

/** @param {{down_bps: number, up_bps: number, asked_bps: number}} measured */
export const linkFigures = ({ down_bps, up_bps, asked_bps }) =>
  t("link-test.figures", { down: megabits(down_bps), up: megabits(up_bps), asked: megabits(asked_bps) });

/** @param {number} bps */
const megabits = (bps) =>
  (bps / 1e6).toLocaleString(document.documentElement.lang || "en", { maximumFractionDigits: bps < 1e5 ? 2 : 1 });
