/** One hearing on the technician's console: its people with both directions of their links, alerts, words to them (Rules ¶27). */
import { askForm } from "../forms/askform.js";
import { textField } from "../forms/field.js";
import { attribute, h, list, setText, show } from "../dom.js";
import { dateTime, seatName, t, timeOfDay } from "../i18n.js";
import { alertList } from "../parts/alerts.js";
import { consoleSeat } from "../parts/consoleseat.js";
import { lookoutText } from "../parts/surroundings.js";
import { detail, formatPlace, MEASURES, onAlert, say } from "../protocol/console.js";

/** @typedef {import("../protocol/console.js").Detail} Detail */
/** @typedef {import("../protocol/console.js").Note} Note */
/** @typedef {import("../protocol/console.js").Place} Place */
/** @typedef {import("../parts/consoleseat.js").Shown} Shown */

const PERIOD_MS = 1_000;
const WHOLE_MS = 10_000;
const STALE_S = 3;
const LIMIT = 500; // as on the server

/**
 * @param {import("../app.js").App} app
 * @param {import("../protocol/token.js").Credential<any>} staff
 * @param {Place} place
 * @param {(place: Place) => void} go another place within the same hearing
 */
export function consoleHearing(app, staff, place, go) {
  const title = h("h1", { tabindex: "-1" }, t("common.loading"));
  const about = h("p", { class: "lead" });
  const stale = h("p", { class: "banner", role: "status", "data-testid": "stale", hidden: true });
  const lookout = h("p", { class: "hint", role: "status", "data-testid": "lookout" });
  const none = h("p", { class: "hint", role: "status", "data-testid": "nobody", hidden: true }, t("console.nobody"));
  const seats = h("div", { class: "console-seats", "data-testid": "seats" });
  const rows = list(seats, (/** @type {Shown} */ { person }) => person.seat, ({ person }) => consoleSeat(person.seat, write, formatPlace({ ...place, seat: person.seat })));
  const alerts = alertList(async (alert, what) => {
    try {
      await onAlert(staff.token, alert.alert, what);
    } catch (thrown) {
      app.notices.add({ key: "console.alert-changed", urgent: true });
    }
  });
  const notes = h("ul", { class: "plain", "data-testid": "sent" });
  const sent = list(notes, (/** @type {Note} */ { message }) => String(message), makeNote);
  const said = h("section", { class: "stack tight" }, h("h2", {}, t("console.sent")), notes);
  let whole = /** @type {Detail|null} */ (null);
  let wholeAt = -Infinity;
  let found = false;

  /** @param {string} [seat] */
  async function write(seat) {
    const store = { text: "" };
    const name = seat ? seatName(seat) : t("message.everybody");
    const done = await askForm({
      title: t("message.title", { name }), text: t("console.message-text"), confirm: t("message.send"), testid: "message-send",
      fields: [textField(store, "text", { label: t("message.words"), rows: 3, maxlength: LIMIT })],
      submit: async () => void (await say(staff.token, place.hearing, { ...(seat && { to: seat }), text: store.text.trim() })),
    });
    if (done) app.notices.add({ key: "notice.message-sent", params: { name } });
  }

  /** @param {Detail} one */
  const draw = (one) => {
    setText(title, one.number);
    setText(about, [one.title, t(`state.${one.state}`), one.phase === "late" && t("phase-word.late"), dateTime(one.scheduled_at), recordingText(one)].filter(Boolean).join(" · "));
    const old = one.stale_s !== null && one.stale_s >= STALE_S;
    show(stale, old);
    setText(stale, old ? t("console.stale", { seconds: Math.round(one.stale_s ?? 0) }) : "");
    show(none, one.seats.length === 0);
    setText(lookout, lookoutText(one.lookout));
    const end = Math.floor(Date.parse(one.at) / 1000);
    const ofWhole = place.span === "whole" ? whole : null;
    rows.update(one.seats.map((person) => ({
      person, chosen: person.seat === place.seat, measure: place.measure, end, whole: ofWhole?.seats.find(({ seat }) => seat === person.seat),
    })));
    alerts.update(one.all_alerts);
    sent.update(one.messages.slice().reverse());
    show(said, one.messages.length > 0);
    if (!found && place.seat) find(one);
    found = true;
  };
  /** The seat that the address names, once it is there. @param {Detail} one */
  const find = (one) => {
    if (!one.seats.some(({ seat }) => seat === place.seat)) return;
    const node = /** @type {HTMLElement|null} */ (seats.querySelector(`[data-testid="seat-${CSS.escape(place.seat)}"]`));
    node?.scrollIntoView({ block: "center" });
    node?.focus({ preventScroll: true });
  };
  const load = async () => {
    if (place.span === "whole" && Date.now() - wholeAt >= WHOLE_MS) {
      wholeAt = Date.now();
      whole = await detail(staff.token, place.hearing, "whole");
    }
    draw(await detail(staff.token, place.hearing, "minute"));
  };
  const node = h("div", { class: "stack", "data-testid": "console-hearing" },
    h("p", {}, h("a", { href: formatPlace({}), "data-testid": "back" }, t("console.back"))), title, about, stale, lookout, alerts.node,
    h("div", { class: "row wrap", role: "group", "aria-label": t("console.plots") },
      ...(/** @type {const} */ (["minute", "whole"])).map((span) => h("button", {
        type: "button", class: "button choice-chip", "data-testid": `span-${span}`, "aria-pressed": String(place.span === span), onclick: () => go({ ...place, span }),
      }, t(`span.${span}`))),
      measureChoice(place, go),
      h("button", { type: "button", class: "button", "data-testid": "message-all", onclick: () => write() }, t("message.to-all"))),
    none, seats, said);
  return { node, load, period: PERIOD_MS };
}

/** @param {Place} place @param {(place: Place) => void} go */
function measureChoice(place, go) {
  const select = h("select", { id: "measure", "data-testid": "measure", class: "narrow-select" }, ...MEASURES.map((measure) => h("option", { value: measure }, t(`measure.${measure}`))));
  select.value = place.measure;
  select.addEventListener("change", () => go({ ...place, measure: /** @type {any} */ (select.value) }));
  return h("label", { class: "inline", for: "measure" }, t("console.shown"), " ", select);
}

/** @param {Detail} one */
function recordingText({ recording }) {
  if (recording.failed) return t("console.recording-failed");
  return recording.on ? t("console.recording") : "";
}

/** @param {Note} _ */
function makeNote(_) {
  const words = h("span", {});
  const read = h("span", { class: "hint" });
  const node = h("li", { "data-testid": "note" }, words, " ", read);
  const update = (/** @type {Note} */ { at, to, text, read: by }) => {
    setText(words, `${timeOfDay(at)} · ${to ? seatName(to) : t("message.everybody")}: ${text}`);
    const names = Object.keys(by).map((seat) => seatName(seat));
    setText(read, names.length > 0 ? t("console.read-by", { names: names.join(", ") }) : t("console.unread"));
    attribute(node, "data-read", names.length > 0);
  };
  return { node, update };
}
