/** A part of the panel: its heading, what is said where there is nothing, and its entries. */
import { h, setText, show } from "../dom.js";

/** @param {string} title @param {string} empty @param {string} testid */
export function section(title, empty, testid) {
  const none = h("p", { class: "hint" }, empty);
  const body = h("div", { class: "stack" });
  const number = h("span", { class: "count" });
  const node = h("section", { class: "panel-section", "data-testid": testid }, h("h2", {}, title, " ", number), none, body);
  /** @param {number} count */
  const tell = (count) => {
    show(none, count === 0);
    setText(number, count > 0 ? String(count) : "");
  };
  return { node, body, count: tell };
}
