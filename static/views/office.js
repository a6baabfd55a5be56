/** The court's office: what each may do there is a matter of their roles; the server decides. */
import { h, setText } from "../dom.js";
import { problemText, t } from "../i18n.js";
import * as applications from "../protocol/applications.js";
import { office as protocol } from "../protocol/officedesk.js";
import { asProblem } from "../protocol/problem.js";
import { cases } from "./cases.js";
import { courtrooms } from "./courtrooms.js";
import { calendar, destructions, policies } from "./courtsettings.js";
import { inbox } from "./inbox.js";
import { papers } from "./papers.js";

/** @typedef {import("../app.js").App} App */
/** @typedef {import("../app.js").View} View */
/** @typedef {import("../protocol/token.js").Credential<import("../protocol/types.js").StaffLogin>} Staff */
/** @typedef {ReturnType<typeof protocol>} Desk */
/**
 * What a tab's screen works with. `may`: whether the caller has one of the roles, in this court or, without one, anywhere.
 * @typedef {{app: App, staff: Staff, desk: () => Desk, open: (tab: string) => void, names: () => Promise<Record<string, string>>,
 *   may: (roles: string[], court?: string|null) => boolean, courts: (roles: string[]) => string[], failed: (thrown: unknown) => void,
 *   attempt: (work: () => Promise<void>) => Promise<void>}} Bench
 */

/** @type {Record<string, {roles: string[], make: (bench: Bench) => HTMLElement}>} */
const TABS = {
  applications: { roles: ["judge", "clerk", "organiser", "site_clerk"], make: inbox },
  papers: { roles: ["judge", "clerk", "organiser", "administrator"], make: papers },
  cases: { roles: ["judge", "clerk", "organiser", "administrator"], make: cases },
  courtrooms: { roles: ["judge", "clerk", "organiser", "administrator"], make: courtrooms },
  calendar: { roles: ["judge", "clerk", "organiser", "administrator"], make: calendar },
  policies: { roles: ["judge", "clerk", "administrator"], make: policies },
  destructions: { roles: ["judge", "clerk", "administrator"], make: destructions },
};

/** Whether there is anything in the office for them. @param {Staff} staff */
export const hasOffice = (staff) => tabsOf(staff).length > 0;

/** @param {Staff} staff */
function tabsOf({ grant }) {
  return Object.keys(TABS).filter((tab) => TABS[tab]?.roles.some((role) => grant.staff.roles.some((one) => one.role === role)));
}

/** @param {App} app @param {Staff} staff @param {string} [chosen] @returns {View} */
export function office(app, staff, chosen = tabsOf(staff)[0] ?? "applications") {
  return room(app, staff, chosen, t(`office.${chosen}`), (bench) => TABS[chosen]?.make(bench) ?? h("div", {}));
}

/**
 * A screen of the office, below its tabs.
 * @param {App} app @param {Staff} staff
 * @param {string} tab that it belongs to
 * @param {string} title
 * @param {(bench: Bench, heading: HTMLElement) => HTMLElement} make
 * @returns {View}
 */
export function room(app, staff, tab, title, make) {
  const error = h("p", { class: "error", role: "alert", "data-testid": "office-problem" });
  const heading = h("h1", { tabindex: "-1" }, title);
  const open = (/** @type {string} */ other) => app.show(() => office(app, staff, other));
  const failed = (/** @type {unknown} */ thrown) => setText(error, problemText(asProblem(thrown)));
  const roles = staff.grant.staff.roles;
  /** @type {Bench} */
  const bench = {
    app, staff, open, failed, desk: () => protocol(staff.token), names: courtNames,
    may: (wanted, court) => roles.some((one) => wanted.includes(one.role) && (!court || one.court === court)),
    courts: (wanted) => [...new Set(roles.filter(({ role }) => wanted.includes(role)).map(({ court }) => court))],
    attempt: async (work) => {
      setText(error, "");
      await work().catch(failed);
    },
  };
  const tabs = tabsOf(staff).map((one) => h("button", {
    class: "button", "data-testid": `tab-${one}`, "aria-current": one === tab && "page", onclick: () => open(one),
  }, t(`office.${one}`)));
  const body = make(bench, heading);
  return {
    screen: `office-${tab}`, title,
    node: h("div", { class: "page" },
      h("nav", { class: "tabs unprinted", "aria-label": t("office.title") }, ...tabs,
        h("button", { class: "button quiet", "data-testid": "office-close", onclick: () => app.home() }, t("account.back"))),
      heading, error, body),
  };
}

/** @type {Promise<Record<string, string>>|null} */ let known = null;

/** The courts' names by id; asked once. */
function courtNames() {
  known ??= applications.courts().then(({ courts }) => Object.fromEntries(courts.map(({ court, name }) => [court, name])));
  known.catch(() => (known = null));
  return known;
}
