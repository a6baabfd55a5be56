/** What the check before entry found, part by part: a sign and words, never a colour alone. */
import { attribute, h, list, setText } from "../dom.js";
import { has, t } from "../i18n.js";
import { PARTS } from "../protocol/entrycheck.js";
import { icon } from "./icons.js";

/** @typedef {import("../protocol/entrycheck.js").Part} Part */
/** @typedef {import("../protocol/entrycheck.js").Findings} Findings */
/** @typedef {import("../protocol/entrycheck.js").Finding} Finding */

/** @param {string} label */
export function findingList(label) {
  const node = h("ul", { class: "findings", "aria-label": label });
  const rows = list(node, (/** @type {[Part, Finding]} */ [part, { verdict }]) => `${part} ${verdict}`, row);
  /** @param {Findings} findings @param {(finding: Finding) => boolean} [which] */
  const update = (findings, which = () => true) => rows.update(
    PARTS.flatMap((part) => /** @type {[Part, Finding][]} */ (findings[part] && which(findings[part]) ? [[part, findings[part]]] : [])));
  return { node, update, close: rows.close };
}

/** @param {[Part, Finding]} found */
function row([part, { verdict }]) {
  const words = h("span", {});
  const node = h("li", { class: "finding", "data-testid": `finding-${part}`, "data-verdict": verdict }, icon(verdict), h("strong", {}, t(`check-part.${part}`)), " ", words);
  const update = (/** @type {[Part, Finding]} */ [, found]) => {
    setText(words, findingWords(found));
    attribute(node, "data-cause", found.cause);
  };
  return { node, update };
}

/** @param {Finding} finding */
const findingWords = ({ verdict, cause }) => (has(`check-cause.${cause}`) ? `${t(`check-verdict.${verdict}`)}: ${t(`check-cause.${cause}`)}` : t(`check-verdict.${verdict}`));

/** @param {{down_bps: number, up_bps: number, asked_bps: number}} measured */
export const linkFigures = ({ down_bps, up_bps, asked_bps }) =>
  t("link-test.figures", { down: megabits(down_bps), up: megabits(up_bps), asked: megabits(asked_bps) });

/** @param {number} bps */
const megabits = (bps) =>
  (bps / 1e6).toLocaleString(document.documentElement.lang || "en", { maximumFractionDigits: bps < 1e5 ? 2 : 1 });
