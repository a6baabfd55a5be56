/** What has just happened, in words: shown for a while and read out by a screen reader. */
import { attribute, h } from "../dom.js";
import { seatName, t } from "../i18n.js";
import { icon } from "./icons.js";

/** @typedef {import("../attendance.js").Notice} Notice */

const SHOWN_MS = 12_000;
const MOST = 3;

export class Notices {
  node = h("aside", { class: "notices", "data-testid": "notices" });
  #polite = h("div", { class: "visually-hidden", role: "status" });
  #urgent = h("div", { class: "visually-hidden", role: "alert" });

  constructor() {
    document.body.append(this.#polite, this.#urgent);
  }

  /** @param {Notice} notice takes the place of the same one said before; with `understood` it stays until that is pressed */
  add({ key, params = {}, urgent = false, sticky = false, understood }) {
    const text = t(key, params.seat ? { ...params, seat: seatName(params.seat) } : params);
    this.say(text, urgent);
    this.#shown(key, text)?.remove();
    const item = h("div", { class: urgent ? "notice urgent" : "notice", "data-testid": "notice", "data-key": key },
      h("p", {}, text),
      understood ? h("button", { class: "button", "data-testid": "understood", onclick: () => (item.remove(), understood()) }, t("notice.understood"))
        : h("button", { class: "button quiet", onclick: () => item.remove() }, t("common.close")));
    attribute(item, "data-unread", understood !== undefined);
    this.node.append(item);
    while (this.node.childElementCount > MOST) (this.node.querySelector(".notice:not([data-unread])") ?? this.node.firstElementChild)?.remove();
    if (!sticky && !understood) setTimeout(() => item.remove(), SHOWN_MS);
  }

  /** @param {string} text @param {boolean} [urgent] for a screen reader only */
  say(text, urgent = false) {
    const region = urgent ? this.#urgent : this.#polite;
    region.textContent = "";
    // A change within the same task would not be noticed.
    requestAnimationFrame(() => (region.textContent = text));
  }

  /** @param {string} key @param {string} text */
  #shown(key, text) {
    const items = /** @type {HTMLElement[]} */ ([...this.node.children]);
    return items.find((item) => item.dataset.key === key && item.firstElementChild?.textContent === text);
  }

  clear() {
    this.node.replaceChildren();
  }
}

/**
 * A lasting line about the connection: what is wrong, and what to do about it. Empty where all is well.
 * @param {import("../attendance.js").Attendance} attendance
 */
export function banner(attendance) {
  const words = h("p", {});
  const node = h("div", { class: "banner", role: "status", "data-testid": "banner", hidden: true }, icon("settings"), words);
  let shown = "";
  const update = () => {
    const key = trouble(attendance);
    if (key === shown) return;
    shown = key;
    node.hidden = key === "";
    node.dataset.key = key;
    words.textContent = key && t(key);
  };
  return { node, update };
}

/** @param {import("../attendance.js").Attendance} attendance */
function trouble({ line, call, devices, hearing, shutOut }) {
  if (line === "lost") return "banner.lost";
  if (!call.serverUp) return "banner.media-down";
  if (hearing?.you.standing === "admitted" && !shutOut && [call.up.state, call.down.state].includes("lost")) return "banner.media-lost";
  if (devices.camera === "resting") return "banner.resting";
  return "";
}
