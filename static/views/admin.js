/** The administrator's list of a court's staff: search, add, the court's rule about second factors. */
import { h, setText } from "../dom.js";
import { problemText, t } from "../i18n.js";
import { ask, askReason } from "../parts/dialog.js";
import * as protocol from "../protocol/administration.js";
import { asProblem } from "../protocol/problem.js";
import { person } from "./adminperson.js";

/** @typedef {import("../app.js").App} App */
/** @typedef {import("../app.js").View} View */
/** @typedef {import("../protocol/token.js").Credential<import("../protocol/types.js").StaffLogin>} Staff */

export const ROLES = ["judge", "panel", "clerk", "technician", "organiser", "site_clerk", "administrator"];
const PAUSE_MS = 250;
let searched = "";

/** @param {App} app @param {Staff} staff @param {protocol.AdminCourt} court @returns {View} */
export function admin(app, staff, court) {
  const desk = () => protocol.desk(staff.token, court.court);
  const error = h("p", { class: "error", role: "alert", "data-testid": "admin-problem" });
  const search = h("input", { id: "admin-search", "data-testid": "admin-search", class: "field", type: "search", autocomplete: "off", maxlength: 100 });
  const people = h("ul", { class: "plain stack tight", "data-testid": "admin-people" });
  const count = h("p", { class: "hint", role: "status" });
  const attempt = async (/** @type {() => Promise<void>} */ work) => {
    setText(error, "");
    await work().catch((thrown) => setText(error, problemText(asProblem(thrown))));
  };
  const load = () => attempt(async () => {
    const { staff: found } = await desk().list(search.value.trim());
    people.replaceChildren(...found.map((one) => row(one, () => app.show(() => person(app, staff, court, one.staff)))));
    setText(count, found.length ? "" : t("admin.none"));
  });
  const policy = h("input", { type: "checkbox", id: "admin-policy", "data-testid": "admin-policy" });
  policy.checked = court.second_factor;
  policy.addEventListener("change", () => void attempt(async () => {
    const required = policy.checked;
    policy.checked = court.second_factor;
    const reason = await why(t("admin.policy"));
    if (reason === null) return;
    await desk().policy(required, reason);
    policy.checked = court.second_factor = required;
  }));
  /** @type {ReturnType<typeof setTimeout>|undefined} */ let timer;
  search.value = searched;
  search.addEventListener("input", () => {
    searched = search.value;
    clearTimeout(timer);
    timer = setTimeout(load, PAUSE_MS);
  });
  const add = () => attempt(async () => {
    const body = await askPerson();
    if (!body) return;
    const { code, expires } = await desk().add(body);
    await showCode(body.name, code, expires);
    await load();
  });
  void load();
  const title = t("admin.title", { court: court.name });
  return {
    screen: "staff-admin", title, close: () => clearTimeout(timer),
    node: h("div", { class: "page narrow" },
      h("h1", { tabindex: "-1" }, title), error,
      h("label", { for: "admin-search" }, t("admin.search")), search, count, people,
      h("div", { class: "row wrap" },
        h("button", { class: "button primary", "data-testid": "admin-add", onclick: add }, t("admin.add")),
        h("button", { class: "button", onclick: () => app.home() }, t("account.back"))),
      h("label", { class: "check", for: "admin-policy" }, policy, t("admin.policy"))),
  };
}

/** @param {protocol.Person} one @param {() => void} open */
function row(one, open) {
  return h("li", {}, h("button", { class: "button choice", "data-testid": "admin-person", onclick: open },
    h("strong", {}, one.name), " ", h("span", { class: "hint" }, one.roles.map((role) => t(`role.${role}`)).join(", ") || t("admin.no-roles")),
    ...marks(one)));
}

/** @param {protocol.Person} one */
export function marks(one) {
  const shown = [one.disabled && t("admin.disabled"), !one.employed && t("admin.guest"), one.second_factor?.on && t("admin.factor")];
  return shown.filter(Boolean).flatMap((text) => [" ", h("span", { class: "badge" }, text)]);
}

/** @param {string[]} chosen */
export function roleBoxes(chosen) {
  const boxes = ROLES.map((role) => {
    const box = h("input", { type: "checkbox", value: role, "data-testid": `role-${role}` });
    box.checked = chosen.includes(role);
    return box;
  });
  const node = h("fieldset", { class: "stack tight" }, h("legend", {}, t("admin.roles")),
    ...boxes.map((box) => h("label", { class: "check" }, box, t(`role.${box.value}`))));
  return { node, chosen: () => boxes.filter((box) => box.checked).map((box) => box.value) };
}

async function askPerson() {
  const name = h("input", { id: "add-name", "data-testid": "add-name", class: "field", autocomplete: "off", maxlength: 300, required: true });
  const roles = roleBoxes([]);
  const body = h("div", { class: "stack" }, h("label", { for: "add-name" }, t("admin.name")), name, roles.node);
  const yes = await ask({ title: t("admin.add"), confirm: t("second.submit"), testid: "add-confirm", body, valid: () => name.value.trim() !== "" });
  const reason = yes ? await why(t("admin.add")) : null;
  return reason === null ? null : { name: name.value.trim(), roles: roles.chosen(), reason };
}

/** @param {string} title */
export const why = (title) => askReason({ title, text: t("admin.reason"), confirm: t("second.submit"), reasons: [] });

/** @param {string} name @param {string} code @param {string} expires */
export async function showCode(name, code, expires) {
  const body = h("p", {}, h("code", { class: "secret", "data-testid": "one-time-code" }, code));
  await ask({ title: t("admin.code", { name }), text: t("admin.code-text", { expires }), confirm: t("account.codes-kept"), testid: "code-kept", body });
}
