/** One person of the court's staff: roles, acts, where they are signed in, and what was done. */
import { h, setText } from "../dom.js";
import { dateTime, problemText, t } from "../i18n.js";
import { ask } from "../parts/dialog.js";
import * as protocol from "../protocol/administration.js";
import { asProblem } from "../protocol/problem.js";
import { admin, marks, roleBoxes, showCode, why } from "./admin.js";

/** @typedef {import("../app.js").App} App */
/** @typedef {import("../app.js").View} View */
/** @typedef {import("../protocol/token.js").Credential<import("../protocol/types.js").StaffLogin>} Staff */
/** @typedef {(act: string, fields?: object) => Promise<void>} Act */

/** @param {App} app @param {Staff} staff @param {protocol.AdminCourt} court @param {string} id @returns {View} */
export function person(app, staff, court, id) {
  const error = h("p", { class: "error", role: "alert", "data-testid": "admin-problem" });
  const title = h("h1", { tabindex: "-1" }, t("common.loading"));
  const body = h("div", { class: "stack" });
  const attempt = (/** @type {Promise<void>} */ work) => work.catch((thrown) => setText(error, problemText(asProblem(thrown))));
  const load = async () => {
    const desk = protocol.desk(staff.token, court.court);
    const [one, { events }] = await Promise.all([desk.person(id), desk.events(id)]);
    /** @type {Act} */
    const act = async (name, fields = {}) => {
      setText(error, "");
      const reason = await why(t(`admin.act-${name}`));
      if (reason === null) return;
      const answer = await desk.act(id, { act: name, reason, version: one.version, ...fields });
      if (answer.code && answer.expires) await showCode(one.name, answer.code, answer.expires);
      await load();
    };
    title.replaceChildren(one.name, ...marks(one));
    body.replaceChildren(roles(one, (...given) => attempt(act(...given))), address(one, (...given) => attempt(act(...given))), acts(one, (...given) => attempt(act(...given))),
      sessions(one, (...given) => attempt(act(...given))), history(events));
  };
  void attempt(load());
  return {
    screen: "staff-admin-person", title: t("admin.open"),
    node: h("div", { class: "page narrow" }, title, error, body,
      h("button", { class: "button", "data-testid": "admin-back", onclick: () => app.show(() => admin(app, staff, court)) }, t("admin.back"))),
  };
}

/** @param {protocol.Person} one @param {Act} act */
function roles(one, act) {
  const boxes = roleBoxes(one.roles);
  const may = one.acts?.includes("roles");
  return h("section", { class: "card stack" }, boxes.node,
    may && h("button", { class: "button primary", "data-testid": "act-roles", onclick: () => act("roles", { roles: boxes.chosen() }) }, t("admin.act-roles")));
}

/** Where the person is told of what the Rules want them to know (Rules ¶15, ¶17). @param {protocol.Person} one @param {Act} act */
function address(one, act) {
  if (one.email === undefined) return h("div", {});
  const may = one.acts?.includes("email") ?? false;
  const email = h("input", { id: "person-email", class: "field", type: "email", autocomplete: "off", maxlength: 254, "data-testid": "person-email",
    "aria-describedby": "person-email-hint", readonly: !may });
  email.value = one.email;
  return h("section", { class: "card stack" }, h("label", { for: "person-email" }, t("apply.email")), email,
    h("p", { class: "hint", id: "person-email-hint" }, t("admin.email-hint")),
    may && h("button", { class: "button", "data-testid": "act-email", onclick: () => act("email", { email: email.value.trim() }) }, t("admin.act-email")));
}

/** @param {protocol.Person} one @param {Act} act */
function acts(one, act) {
  const idle = new Set(["roles", "email", one.disabled ? "disable" : "enable", one.second_factor?.required ? "require_second_factor" : "waive_second_factor"]);
  if (!one.second_factor?.on) idle.add("remove_second_factor");
  idle.add(one.single_sign_on ? "link" : "unlink");
  const offered = (one.acts ?? []).filter((name) => !idle.has(name));
  const link = async () => {
    const subject = await askSubject();
    if (subject) await act("link", { subject });
  };
  return h("div", { class: "row wrap" }, ...offered.map((name) =>
    h("button", { class: "button", "data-testid": `act-${name}`, onclick: () => (name === "link" ? link() : act(name)) }, t(`admin.act-${name}`))));
}

async function askSubject() {
  const subject = h("input", { id: "link-subject", class: "field", autocomplete: "off", maxlength: 255, required: true });
  const body = h("div", { class: "stack" }, h("label", { for: "link-subject" }, t("admin.subject")), subject);
  const yes = await ask({ title: t("admin.act-link"), confirm: t("second.submit"), body, valid: () => subject.value.trim() !== "" });
  return yes ? subject.value.trim() : null;
}

/** @param {protocol.Person} one @param {Act} act */
function sessions(one, act) {
  if (!one.sessions) return h("div", {});
  const rows = one.sessions.map(({ session, seat, since }) => h("li", { class: "row wrap" },
    h("span", {}, t("admin.session", { since }), seat ? ` · ${seat}` : ""),
    h("button", { class: "button", onclick: () => act("revoke", { session }), "aria-label": `${t("admin.end-session")}: ${dateTime(since)}` }, t("admin.end-session"))));
  return h("section", { class: "card stack" }, h("h2", {}, t("admin.sessions")),
    rows.length ? h("ul", { class: "plain stack tight" }, ...rows) : h("p", { class: "hint" }, t("admin.no-sessions")));
}

/** @param {protocol.StaffEvent[]} events */
function history(events) {
  return h("section", { class: "card stack" }, h("h2", {}, t("admin.events")),
    h("ol", { class: "plain stack tight", "data-testid": "admin-events" }, ...events.map(({ at, kind, by, reason }) =>
      h("li", {}, h("span", { class: "hint" }, dateTime(at)), ` ${t(`staffevent.${kind}`)}`, by && ` · ${by}`, reason && h("p", { class: "hint" }, reason)))));
}
