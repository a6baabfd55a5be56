/** What is wrong with microphone or camera, and what to do about it, for as long as it is so. */
import { h, setText, show } from "../dom.js";
import { t } from "../i18n.js";
import { DEVICES } from "../media/devices.js";

/** @typedef {import("../media/devices.js").LocalMedia} LocalMedia */
/** @typedef {import("../media/devices.js").Device} Device */
/** @typedef {LocalMedia["state"]} States */

const TROUBLE = /** @type {const} */ (["denied", "missing", "busy", "unsupported"]);

/** @param {LocalMedia} local @param {number} [patience] so many ms the browser's question is nothing to speak of: mostly it needs no answer */
export function deviceAdvice(local, patience = 0) {
  const since = performance.now();
  const words = h("p", { class: "error", role: "alert", "data-testid": "device-help" });
  const tryAgain = async () => {
    for (const device of troubled(local.state)) await local.acquire(device);
  };
  const again = h("button", { type: "button", class: "button", "data-testid": "device-again", onclick: () => void tryAgain() }, t("common.try-again"));
  const node = h("div", { class: "stack tight device-advice" }, words, again);
  const update = () => {
    const asking = local.state.microphone === "asking" || local.state.camera === "asking";
    if (asking) setText(words, performance.now() - since < patience ? "" : t("advice.asking"));
    else setText(words, textOf(local.state));
    show(again, troubled(local.state).length > 0);
    show(node, words.textContent !== "");
  };
  return { node, update };
}

/** @param {States} state @returns {Device[]} */
const troubled = (state) => DEVICES.filter((device) => is(TROUBLE, state[device]));

/** @param {readonly string[]} words @param {string} word */
const is = (words, word) => words.includes(word);

/** @param {States} state */
function textOf(state) {
  const away = DEVICES.filter((device) => is(TROUBLE, state[device]) || state[device] === "muted");
  const what = away.flatMap((device) => [t(`${device}.${state[device]}`), t(device === "microphone" ? "advice.unheard" : "advice.unseen")]);
  const advice = TROUBLE.filter((word) => DEVICES.some((device) => state[device] === word)).map((word) => t(`advice.${word}`));
  return [...what, ...advice].join(" ");
}
