/** More buttons behind one: opened and closed in place, so that nothing lies over anything. */
import { attribute, h, show } from "../dom.js";
import { icon } from "./icons.js";

let count = 0;

/**
 * @param {string} text
 * @param {string} testid
 * @param {HTMLButtonElement[]} items a choice closes the menu
 */
export function menu(text, testid, items) {
  const id = `menu-${++count}`;
  const body = h("div", { id, class: "menu-items", hidden: true }, ...items);
  const words = h("span", {}, text);
  const opener = h("button", { type: "button", class: "button quiet menu-opener", "data-testid": testid, "aria-expanded": "false", "aria-controls": id,
    onclick: () => open(body.hasAttribute("hidden")) }, words, icon("more"));
  const node = h("div", { class: "menu" }, opener, body);
  const open = (/** @type {boolean} */ wanted) => {
    show(body, wanted);
    attribute(opener, "aria-expanded", String(wanted));
  };
  // Before the choice does its work: a dialog gives the focus back to where it was.
  body.addEventListener("click", () => (open(false), opener.focus()), { capture: true });
  node.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || body.hidden) return;
    open(false);
    opener.focus();
  });
  /** Without a choice there is no menu. */
  const update = () => show(node, items.some(({ hidden }) => !hidden));
  return { node, opener, update };
}
