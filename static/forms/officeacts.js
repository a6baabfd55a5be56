/** What each act on an application asks for, and its confirmation. The server decides whether it may be. */
import { h } from "../dom.js";
import { instant } from "../courttime.js";
import { dateTime, t } from "../i18n.js";
import { ask } from "../parts/dialog.js";
import { staffHearings } from "../protocol/http.js";
import { askForm } from "./askform.js";
import { choiceField, textField } from "./field.js";

/** @typedef {import("../views/office.js").Bench} Bench */
/** @typedef {import("../protocol/officedesk.js").Application} Application */
/** @typedef {import("./field.js").Store} Store */
/** @typedef {import("./field.js").Field} Field */
/** @typedef {{fields: Field[], data: () => object}} Form */
/** @typedef {(bench: Bench, one: Application) => Form|Promise<Form>} Maker */

const SIDES = { personal_device: ["hearing"], other_court: ["hearing", "receiving"], institution: ["hearing", "receiving"] };
const DANGEROUS = ["refuse", "withdraw"];

/** @type {Record<string, Maker>} */
const FORMS = {
  grant: ({ staff }) => form({ presiding: staff.grant.staff.name }, (store) => [
    line(store, "presiding"), time(store, "hearing_at"), why(store, false)]),
  refuse: () => form({}, (store) => [why(store)]),
  send,
  answer,
  inform_technician: (bench, one) => form({}, (store) => [side(store, bench, one), line(store, "technician", false)]),
  acknowledge: () => form({}, () => []),
  schedule,
  issue_credentials: (_, one) => form({}, (store) => (one.credentials_at ? [why(store)] : [])),
  withdraw: () => form({}, (store) => [why(store, false)]),
};

/**
 * Asks, acts, and shows what comes of it. Where somebody else was faster, what was typed stays.
 * @param {Bench} bench @param {Application} one @param {string} act @param {() => Promise<Application>} load
 */
export async function actDialog(bench, one, act, load) {
  const { fields, data } = await /** @type {Maker} */ (FORMS[act])(bench, one);
  const key = crypto.randomUUID();
  let { version } = one;
  let shown = /** @type {{hearing?: string, seat?: string, code_word?: string}} */ ({});
  const done = await askForm({
    title: t(`office.act-${act}`), text: t(`office.text-${act}`), confirm: t(`office.act-${act}`), danger: DANGEROUS.includes(act), fields,
    submit: async () => {
      shown = await bench.desk().act(one.application, { act, version, data: data() }, `${key}-${version}`);
      await bench.attempt(async () => void (await load())); // before the next act can be pressed, it is of the new version
    },
    reload: async () => void ({ version } = await load()),
  });
  if (done && act === "issue_credentials") await credentials(shown);
}

/** Shown this once. @param {{hearing?: string, seat?: string, code_word?: string}} given */
async function credentials({ hearing, seat, code_word }) {
  const body = h("div", { class: "stack" }, h("p", {}, `${t("entry.hearing")}: ${hearing ?? "—"}`), h("p", {}, `${t("entry.seat")}: ${seat ?? "—"}`),
    h("p", {}, `${t("entry.word")}: `, h("code", { class: "secret", "data-testid": "code-word" }, code_word ?? "—")));
  await ask({ title: t("office.credentials"), text: t(code_word ? "office.credentials-once" : "office.credentials-lost"), confirm: t("account.codes-kept"), testid: "credentials-kept", body });
}

/** @param {Store} store @param {(store: Store) => Field[]} make @param {() => object} [data] @returns {Form} */
function form(store, make, data = () => trimmed(store)) {
  return { fields: make(store), data };
}

/** @param {Store} store */
function trimmed(store) {
  const rows = Object.entries(store).map(([name, value]) => [name, name.endsWith("_at") ? instant(value) : value.trim()]);
  return Object.fromEntries(rows.filter(([, value]) => value !== ""));
}

const line = (/** @type {Store} */ store, /** @type {string} */ name, required = true) => textField(store, name, { label: t(`office.${name}`), required, maxlength: 300 });
const why = (/** @type {Store} */ store, required = true) => textField(store, "reason", { label: t("reason.label"), rows: 3, required });
const time = (/** @type {Store} */ store, /** @type {string} */ name) => textField(store, name, { label: t(`office.${name}`), hint: t("time.court"), type: "datetime-local" });

/** For which side an organiser may speak (Rules ¶15, ¶21). @param {Store} store @param {Bench} bench @param {Application} one @param {() => void} [changed] */
function side(store, bench, one, changed) {
  const sides = SIDES[/** @type {keyof typeof SIDES} */ (one.means)].filter((each) => bench.may(["organiser"], courtOf(one, each)));
  return choiceField(store, "side", { label: t("office.side"), changed }, sides.map((each) => [each, t(`office.side-${each}`)]));
}

/** @param {Application} one @param {string} side */
const courtOf = (one, side) => (side === "receiving" && one.receiver) || one.court;

/** To whom Appendix 1 goes (Rules ¶12). @type {Maker} */
function send(_, one) {
  const kinds = one.means === "personal_device" ? ["administration"] : ["administration", "provider", "provider_administration"];
  /** @type {Store} */ const store = { "provider-name": one.provider };
  const fields = kinds.flatMap((kind) => [
    textField(store, `${kind}-name`, { label: t(`office.to-${kind}`), maxlength: 300 }),
    textField(store, `${kind}-address`, { label: t("office.address"), maxlength: 300, required: false }),
    textField(store, `${kind}-email`, { label: t("apply.email"), hint: t("office.email-hint"), type: "email", maxlength: 254, required: false })]);
  fields.push(line(store, "clerk"), line(store, "organiser"));
  const text = (/** @type {string} */ name) => store[name].trim();
  const addressees = () => kinds.map((kind) => ({ kind, name: text(`${kind}-name`), address: text(`${kind}-address`), email: text(`${kind}-email`) }));
  return { fields, data: () => ({ addressees: addressees(), clerk: text("clerk"), organiser: text("organiser") }) };
}

/** @type {Maker} */
async function answer(bench, one) {
  /** @type {Store} */ const store = {};
  const given = await roomsOf(bench, [one.court, ...(one.receiver ? [one.receiver] : [])]);
  const refresh = () => {
    rooms.fill(options(given[courtOf(one, store.side)] ?? []));
    rooms.node.hidden = store.feasible !== "yes" || !given[courtOf(one, store.side)];
    courtroom.node.hidden = store.feasible !== "yes" || !rooms.node.hidden;
    rooms.required = named && !rooms.node.hidden;
    remark.required = store.feasible === "no";
  };
  const where = side(store, bench, one, () => refresh());
  const feasible = choiceField(store, "feasible", { label: t("office.feasible"), changed: () => refresh() }, [["yes", t("office.yes")], ["no", t("office.no")]]);
  // The receiving court answers of a room in its register (Rules ¶5).
  const named = Boolean(one.receiver) && bench.may(["organiser"], one.receiver) && !bench.may(["organiser"], one.court);
  const rooms = choiceField(store, "room", { label: t("office.courtroom"), required: named }, []);
  const courtroom = line(store, "courtroom", false);
  const remark = textField(store, "remark", { label: t("office.remark"), hint: t("office.remark-hint"), rows: 3 });
  refresh();
  const data = () => ({
    ...trimmed({ side: store.side, organiser: store.organiser, clerk: store.clerk, remark: store.remark, room: rooms.node.hidden ? "" : store.room, courtroom: courtroom.node.hidden ? "" : store.courtroom }),
    feasible: store.feasible === "yes",
  });
  return { fields: [where, feasible, line(store, "organiser"), line(store, "clerk", false), rooms, courtroom, remark], data };
}

/** A new hearing, or a seat in one that is scheduled already (Rules ¶5, ¶10). @type {Maker} */
async function schedule(bench, one) {
  /** @type {Store} */ const store = {};
  const [given, { hearings }] = await Promise.all([roomsOf(bench, [one.court]), staffHearings(bench.staff.token)]);
  const fresh = [time(store, "scheduled_at"), line(store, "number", false), textField(store, "title", { label: t("office.hearing_title"), required: false, maxlength: 300 })];
  const refresh = () => fresh.forEach(({ node }) => (node.hidden = store.hearing !== ""));
  const hearing = choiceField(store, "hearing", { label: t("office.existing"), hint: t("office.existing-hint"), required: false, changed: refresh },
    hearings.filter(({ state }) => state === "scheduled").map((each) => [each.hearing, `${each.number}, ${each.scheduled_at ? dateTime(each.scheduled_at) : ""}`]));
  const rooms = choiceField(store, "room", { label: t("office.courtroom") }, options(given[one.court] ?? []));
  refresh();
  const data = () => trimmed(store.hearing ? { hearing: store.hearing, room: store.room } : store);
  return { fields: [hearing, ...fresh, rooms], data };
}

/** Only rooms that are equipped for it (Rules ¶5). @param {Bench} bench @param {string[]} courts @returns {Promise<Record<string, import("../protocol/officedesk.js").Courtroom[]>>} */
async function roomsOf(bench, courts) {
  const mine = courts.filter((court) => bench.may(["judge", "clerk", "organiser", "administrator"], court));
  const found = await Promise.all(mine.map(async (court) => /** @type {const} */ ([court, (await bench.desk().court(court).courtrooms()).courtrooms])));
  return Object.fromEntries(found.map(([court, rooms]) => [court, rooms.filter(({ equipped }) => equipped)]));
}

/** @param {import("../protocol/officedesk.js").Courtroom[]} rooms @returns {[string, string][]} */
const options = (rooms) => rooms.map(({ courtroom, number }) => [courtroom, number]);
