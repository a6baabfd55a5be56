/** One application for the court's staff: what is known, and what is theirs to do now (Rules ¶7-¶15, ¶20-¶21, ¶30). */
import { h, show } from "../dom.js";
import { date, dateTime, t } from "../i18n.js";
import { actDialog } from "../forms/officeacts.js";
import { enclosures } from "./enclosures.js";
import { facts } from "./facts.js";
import { calendarsOf, deadline } from "./inbox.js";
import { room } from "./office.js";
import { papersOf } from "./papers.js";

/** @typedef {import("./office.js").Bench} Bench */
/** @typedef {import("../protocol/officedesk.js").Row} Row */
/** @typedef {import("../protocol/officedesk.js").Application} Application */
/** @typedef {{email: string, language: string|null, state: string|null, at: string|null}} Mailed */

const DANGEROUS = ["refuse", "withdraw"];

/** @param {import("../app.js").App} app @param {import("./office.js").Staff} staff @param {Pick<Row, "application"|"receipt"|"court">} row @returns {import("../app.js").View} */
export function officeApplication(app, staff, row) {
  return room(app, staff, "applications", row.receipt, (bench) => {
    const body = h("div", { class: "stack", "data-testid": "office-application" }, h("p", { class: "hint", role: "status" }, t("common.loading")));
    const load = async () => {
      const [found, calendars] = await Promise.all([bench.desk().application(row.application), calendarsOf(bench)]);
      const one = { ...found, court: row.court };
      body.replaceChildren(...parts(bench, one, calendars, load));
      return one;
    };
    void bench.attempt(async () => void (await load())).then(() => show(body, body.querySelector("section") !== null));
    return body;
  });
}

/** @param {Bench} bench @param {Application} one @param {import("./inbox.js").Calendars} calendars @param {() => Promise<Application>} load */
function parts(bench, one, calendars, load) {
  const acts = one.acts.map((act, index) => h("button", {
    class: DANGEROUS.includes(act) ? "button danger-outline" : index === 0 ? "button primary" : "button", "data-testid": `act-${act}`,
    onclick: () => bench.attempt(() => actDialog(bench, one, act, load)),
  }, t(`office.act-${act}`)));
  return [
    h("section", { class: one.yours ? "card stack attention" : "card stack", "data-testid": "office-state", "data-state": one.state },
      h("p", { class: "verdict" }, t(`application.is-${one.state}`)),
      h("div", { class: "row wrap" }, one.yours && h("span", { class: "badge" }, t("inbox.yours")), deadline(one, calendars)),
      one.yours && h("p", {}, t(`office.todo-${one.state}`)), acts.length > 0 && h("div", { class: "row wrap" }, ...acts)),
    h("div", { class: "split stack" }, about(one), course(one)),
    one.documents.length > 0 && enclosures(bench, one), papersOf(bench, one),
  ].filter((part) => part !== false);
}

/** @param {Application} one */
function about(one) {
  const { applicant } = one;
  return h("section", { class: "card stack" }, h("h2", {}, t("office.application")), facts([
    [t("apply.case"), one.case], [t("apply.name"), applicant.name], [t("office.role"), t(`role.${applicant.role}`)],
    [t("office.means"), t(`means.${one.means}`)], [t("apply.provider"), one.provider], [t("reason.label"), one.reason],
    [t("apply.phone"), applicant.phone], [t("apply.email"), applicant.email], [t("common.language"), t(`papers.in-${applicant.language}`)],
    [t("application.submitted"), dateTime(one.submitted_at)], [t("office.initiator"), one.initiator === "court" && t("office.by-court")],
  ]));
}

/** How far Appendix 1 is with each addressee who gets it by e-mail. @param {Mailed[]} sent_to */
const mailed = (sent_to) => sent_to.map(({ email, language, state, at }) => `${email}${language ? ` (${t(`papers.in-${language}`)})` : ""}: ${t(`office.mail-${state ?? "unsigned"}`)}${at ? `, ${dateTime(at)}` : ""}`).join("; ");

/** What was done up to now. @param {Application & {sent_to?: Mailed[]}} one */
function course({ resolution, sent, sent_to = [], answers, informed, appointment, credentials_at }) {
  const late = (/** @type {boolean} */ is) => (is ? ` (${t("office.was-late")})` : "");
  const rows = /** @type {[string, string|Node|null|false|undefined][]} */ ([
    [t("office.resolution"), resolution && `${t(resolution.granted ? "office.act-grant" : "office.act-refuse")}, ${dateTime(resolution.at)}`],
    [t("reason.label"), resolution?.reason], [t("role.judge"), resolution?.presiding],
    [t("office.hearing-at"), resolution?.hearing_at && dateTime(resolution.hearing_at)],
    [t("office.send-by"), resolution?.due && date(resolution.due)],
    [t("office.sent"), sent && dateTime(sent.at) + late(sent.late)],
    [t("office.addressees"), sent && sent.addressees.map(({ name, address }) => [name, address].filter(Boolean).join(", ")).join("; ")],
    [t("office.mail"), mailed(sent_to)],
    ...Object.entries(answers).flatMap(([side, answer]) => [
      [t(`office.answer-${side}`), `${t(answer.feasible ? "application.is-feasible" : "application.is-infeasible")}, ${dateTime(answer.at)}${late(answer.late)}`],
      [t("office.remark"), answer.remark], [t("office.courtroom"), answer.courtroom]]),
    ...Object.entries(informed).map(([side, at]) => [t(`office.informed-${side}`), dateTime(at)]),
    [t("application.time"), appointment && dateTime(appointment.at)], [t("entry.hearing"), appointment?.number], [t("entry.seat"), appointment?.seat],
    [t("office.courtroom"), appointment?.courtroom], [t("office.credentials"), credentials_at && dateTime(credentials_at)],
  ]);
  return h("section", { class: "card stack" }, h("h2", {}, t("office.course")),
    rows.some(([, value]) => value) ? facts(rows) : h("p", { class: "hint" }, t("office.nothing-yet")));
}
