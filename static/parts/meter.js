/** The microphone's level, as a bar and in words: "we hear you" or "we hear nothing". */
import { h, setText } from "../dom.js";
import { t } from "../i18n.js";
import { watchLevel } from "../media/level.js";

const AUDIBLE = 0.35; // about -39 dBFS: speech near a phone is above, a quiet room below
const HEARD_MS = 4_000;

/** @param {import("../media/devices.js").LocalMedia} local */
export function meter(local) {
  const bar = h("span", { class: "level-bar" });
  const words = h("p", { class: "level-words", role: "status", "data-testid": "level-words" });
  const node = h("div", { class: "level", "data-testid": "level" }, h("span", { class: "level-track", "aria-hidden": "true" }, bar), words);
  /** @type {MediaStreamTrack|null} */
  let track = null;
  let stop = () => {};
  let heard = -Infinity;

  /** @param {number} level */
  const report = (level) => {
    bar.style.setProperty("--level", level.toFixed(2));
    node.dataset.level = level.toFixed(2);
    if (level > AUDIBLE) heard = performance.now();
    setText(words, t(performance.now() - heard < HEARD_MS ? "level.heard" : "level.silent"));
  };
  const update = () => {
    const usable = local.state.microphone === "on" ? local.tracks.microphone : null;
    if (usable !== track) {
      stop();
      track = usable;
      stop = track ? watchLevel(track, report) : () => {};
      bar.style.setProperty("--level", "0");
    }
    if (!track) setText(words, t(`microphone.${local.state.microphone}`));
    node.dataset.state = local.state.microphone;
  };
  return { node, update, close: () => stop() };
}
