/** What is known, by name. */
import { h } from "../dom.js";

/** @param {[name: string, value: string|Node|null|undefined|false][]} rows those without a value are left out */
export function facts(rows) {
  return h("dl", { class: "facts" }, ...rows.filter(([, value]) => value).flatMap(([name, value]) => [h("dt", {}, name), h("dd", {}, value)]));
}
