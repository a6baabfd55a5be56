/** The court's own people: signing in, and choosing a hearing and a seat. */
import { h, setText } from "../dom.js";
import { dateTime, problemText, seatName, t } from "../i18n.js";
import * as protocol from "../protocol/administration.js";
import * as http from "../protocol/http.js";
import { asProblem } from "../protocol/problem.js";
import { account } from "./account.js";
import { admin } from "./admin.js";
import { submitting, wordField } from "./fields.js";
import { hasOffice, office } from "./office.js";
import { proceed, providerButton, reset } from "./signin.js";

/** @typedef {import("../app.js").App} App */
/** @typedef {import("../app.js").View} View */

let typedName = "";

/** @param {App} app @returns {View} */
export function login(app) {
  const name = h("input", { id: "login-name", "data-testid": "login-name", class: "field", autocomplete: "username", autocapitalize: "none", spellcheck: "false", required: true });
  name.value = typedName;
  name.addEventListener("input", () => (typedName = name.value));
  const password = wordField("login-password", "", () => undefined, "current-password");
  const error = h("p", { class: "error", role: "alert", "data-testid": "login-problem" });
  const submit = h("button", { type: "submit", class: "button primary large", "data-testid": "login-submit" }, t("login.submit"));
  const form = h("form", { class: "card stack", novalidate: true },
    h("label", { for: "login-name" }, t("login.name")), name,
    h("label", { for: "login-password" }, t("login.password")), h("p", { class: "hint", id: "login-password-hint" }, t("login.hint")), password.node,
    error, submit, providerButton(app, error),
    h("button", { type: "button", class: "button quiet", "data-testid": "login-forgot", onclick: () => app.show(() => reset(app)) }, t("login.forgot")));
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    void submitting(submit, error, async () => {
      proceed(app, await http.login({ name: name.value.trim(), password: password.input.value }));
    }, { "entry-refused": "login.refused" });
  });
  return {
    screen: "staff-login", title: t("login.title"),
    node: h("div", { class: "page narrow" },
      h("h1", { tabindex: "-1" }, t("login.title")), h("p", { class: "lead" }, t("login.lead")), form,
      h("p", { class: "foot" }, h("a", { href: "/" }, t("login.participants")))),
  };
}

/**
 * @param {App} app
 * @param {import("../protocol/token.js").Credential<import("../protocol/types.js").StaffLogin>} staff
 * @returns {View}
 */
export function hearings(app, staff) {
  const error = h("p", { class: "error", role: "alert", "data-testid": "staff-problem" });
  const items = h("div", { class: "stack" }, h("p", { class: "hint" }, t("common.loading")));
  /** @param {string} hearing @param {string} seat */
  const enter = async (hearing, seat) => {
    setText(error, "");
    try {
      app.enter(await http.staffEnter(staff.token, { hearing, seat }));
    } catch (thrown) {
      setText(error, problemText(asProblem(thrown)));
    }
  };
  const load = async () => {
    try {
      const found = (await http.staffHearings(staff.token)).hearings;
      items.replaceChildren(...found.map((hearing) => hearingCard(hearing, enter)));
      if (found.length === 0) items.append(h("p", { class: "hint" }, t("hearings.none")));
      void followLink(found, enter);
    } catch (thrown) {
      items.replaceChildren();
      setText(error, problemText(asProblem(thrown)));
    }
  };
  void load();
  const offices = h("div", { class: "row wrap" });
  if (staff.grant.staff.roles.some(({ role }) => role === "administrator")) {
    protocol.courts(staff.token).then(({ courts }) => offices.replaceChildren(...courts.map((court) =>
      h("button", { class: "button", "data-testid": "admin-open", onclick: () => app.show(() => admin(app, staff, court)) }, t("admin.title", { court: court.name }))))).catch(() => undefined);
  }
  return {
    screen: "staff-hearings", title: t("hearings.title"),
    node: h("div", { class: "page narrow" },
      h("h1", { tabindex: "-1" }, t("hearings.title")),
      h("p", { class: "lead" }, t("hearings.signed-in", { name: staff.grant.staff.name })), error, items, offices,
      h("div", { class: "row wrap" },
        staff.grant.staff.roles.some(({ role }) => role === "technician") &&
          h("a", { class: "button", href: "/technician", "data-testid": "console-open" }, t("technician.title")),
        hasOffice(staff) && h("button", { class: "button", "data-testid": "office-open", onclick: () => app.show(() => office(app, staff)) }, t("office.open")),
        h("button", { class: "button", "data-testid": "account-open", onclick: () => app.show(() => account(app, staff)) }, t("account.title")),
        h("button", { class: "button", "data-testid": "refresh", onclick: load }, t("hearings.refresh")),
        h("button", { class: "button", "data-testid": "sign-out", onclick: () => app.signOut() }, t("hearings.sign-out")))),
  };
}

let linkFollowed = false;

/**
 * `/staff?hearing=…&seat=…` leads straight into the hearing, once.
 * @param {import("../protocol/types.js").StaffHearing[]} found
 * @param {(hearing: string, seat: string) => Promise<void>} enter
 */
async function followLink(found, enter) {
  const query = new URLSearchParams(location.search);
  const hearing = found.find(({ hearing, number }) => [hearing, number].includes(query.get("hearing") ?? ""));
  const seat = query.get("seat");
  if (linkFollowed || !hearing || !seat) return;
  linkFollowed = true;
  await enter(hearing.hearing, seat);
}

/**
 * @param {import("../protocol/types.js").StaffHearing} hearing
 * @param {(hearing: string, seat: string) => Promise<void>} enter
 */
function hearingCard({ hearing, number, title, state, scheduled_at, seats }, enter) {
  const buttons = seats.map((seat) => h("button", {
    class: "button primary", "data-testid": "enter", "data-hearing": number, "data-seat-code": seat, onclick: () => enter(hearing, seat),
    "aria-label": `${t("hearings.enter-as", { seat: seatName(seat) })}: ${number}`,
  }, t("hearings.enter-as", { seat: seatName(seat) })));
  return h("article", { class: "card stack tight", "data-testid": "hearing-card" },
    h("h2", {}, number), h("p", {}, title),
    h("p", { class: "hint" }, h("span", { class: "badge", "data-state": state }, t(`state.${state}`)), " ", scheduled_at ? dateTime(scheduled_at) : ""),
    h("div", { class: "row wrap" }, ...buttons));
}
