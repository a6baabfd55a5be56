/** What the registers of a court have in common: which court, its list, changes with their reasons, their history. */
import { h } from "../dom.js";
import { dateTime, t } from "../i18n.js";
import { askForm } from "../forms/askform.js";
import { textField } from "../forms/field.js";

/** @typedef {import("./office.js").Bench} Bench */
/** @typedef {import("../forms/field.js").Field} Field */
/** @typedef {import("../protocol/officedesk.js").Change} Change */
/** @typedef {{court: string, reload: () => Promise<void>}} Here */

/** @type {string} */ let chosen = "";

/** @param {Bench} bench @param {string[]} roles that may read it @param {(here: Here) => Promise<(Node|false)[]>} make */
export function ofCourt(bench, roles, make) {
  const courts = bench.courts(roles);
  const body = h("div", { class: "stack", "data-testid": "register" }, h("p", { class: "hint", role: "status" }, t("common.loading")));
  const reload = () => bench.attempt(async () => {
    const made = await make({ court: chosen, reload });
    body.replaceChildren(...made.filter((one) => one !== false));
  });
  if (!courts.includes(chosen)) chosen = courts[0] ?? "";
  void reload().then(() => body.querySelector("[role=status]")?.remove());
  if (courts.length < 2) return body;
  const select = h("select", { id: "court", "data-testid": "court" }, ...courts.map((court) => h("option", { value: court }, court)));
  void bench.attempt(async () => {
    const names = await bench.names();
    for (const option of select.options) option.textContent = names[option.value] ?? option.value;
  });
  select.value = chosen;
  select.addEventListener("change", () => {
    chosen = select.value;
    void reload();
  });
  return h("div", { class: "stack" }, h("label", { for: "court" }, t("apply.court-short")), select, body);
}

/** @param {Record<string, any>} store */
export const reason = (store) => textField(store, "reason", { label: t("reason.label"), rows: 2 });

/**
 * A change after a question; where somebody else was faster, what was typed stays.
 * @param {Bench} bench @param {Here} here
 * @param {{title: string, confirm?: string, what: string, fields: Field[], body: (version: number) => object, danger?: boolean, version?: number,
 *   newest?: () => Promise<number|undefined>}} asked `what`: the path below the court; `version`: that was seen; `newest`: what it is by now
 */
export async function change(bench, { court, reload }, { title, confirm = title, what, fields, body, danger, version = 0, newest }) {
  const key = crypto.randomUUID();
  let seen = version;
  const submit = async () => void (await bench.desk().court(court).change(what, body(seen), `${key}-${seen}`));
  const again = newest && (async () => void (seen = (await newest()) ?? seen));
  await askForm({ title, confirm, fields, danger, submit, reload: again });
  await reload();
}

/** @param {Change[]} past @param {(change: Change) => string} words */
export function history(past, words) {
  return h("section", { class: "card stack" }, h("h2", {}, t("register.history")), past.length ? changes(past, words) : h("p", { class: "hint" }, t("office.nothing-yet")));
}

/** When, what, who and why; the newest first. @param {Change[]} past @param {(change: Change) => string} words */
export const changes = (past, words) => h("ol", { class: "plain stack tight" }, ...[...past].reverse().map((one) =>
  h("li", {}, h("span", { class: "hint" }, dateTime(one.at)), ` ${words(one)}`,
    (one.who || one.reason) && h("p", { class: "hint" }, [one.who, one.reason].filter(Boolean).join(": ")))));
