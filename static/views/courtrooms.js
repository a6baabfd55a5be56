/** The register of courtrooms: a hearing with a link is held only in one that is equipped (Rules ¶5). */
import { h } from "../dom.js";
import { t } from "../i18n.js";
import { checkField, textField } from "../forms/field.js";
import { change, ofCourt, reason } from "./register.js";

/** @typedef {import("./office.js").Bench} Bench */
/** @typedef {import("./register.js").Here} Here */
/** @typedef {import("../protocol/officedesk.js").Courtroom} Courtroom */

const EQUIPMENT = ["camera", "microphone", "loudspeaker", "screen"];
const EDITORS = ["administrator", "organiser"];
export const READERS = ["judge", "panel", "clerk", "organiser", "site_clerk", "technician", "administrator"];

/** @param {Bench} bench */
export function courtrooms(bench) {
  return ofCourt(bench, READERS, async (here) => {
    const { courtrooms: rooms } = await bench.desk().court(here.court).courtrooms();
    const may = bench.may(EDITORS, here.court);
    const add = () => bench.attempt(() => fit(bench, here));
    return [
      rooms.length === 0 && h("p", { class: "hint" }, t("courtrooms.none")), ...rooms.map((room) => card(bench, here, room, may)),
      may && h("div", { class: "row" }, h("button", { class: "button primary", "data-testid": "courtroom-add", onclick: add }, t("courtrooms.add"))),
    ];
  });
}

/** @param {Bench} bench @param {Here} here @param {Courtroom} room @param {boolean} may */
function card(bench, here, room, may) {
  const state = room.equipped ? "equipped" : room.in_use ? "not_equipped" : "withdrawn";
  const missing = EQUIPMENT.filter((item) => !room.equipment.includes(item)).map((item) => t(`equipment.${item}`));
  if (room.endpoints.length === 0) missing.push(t("courtrooms.endpoints"));
  const store = { reason: "" };
  const withdraw = () => bench.attempt(() => change(bench, here, {
    title: t("courtrooms.withdraw"), what: `courtrooms/${room.courtroom}`, danger: true, fields: [reason(store)],
    body: (version) => ({ act: "withdraw", version, data: store }), version: room.version, newest: () => newest(bench, here, room),
  }));
  return h("article", { class: "card stack tight", "data-testid": "courtroom" },
    h("h2", {}, t("courtrooms.number", { number: room.number })), h("p", {}, h("span", { class: "badge" }, t(`courtrooms.is-${state}`))),
    room.in_use && missing.length > 0 && h("p", { class: "hint" }, t("courtrooms.missing", { what: missing.join(", ") })),
    room.endpoints.length > 0 && h("p", { class: "hint" }, room.endpoints.join(", ")),
    may && h("div", { class: "row wrap" },
      h("button", { class: "button", "data-testid": "courtroom-equip", onclick: () => bench.attempt(() => fit(bench, here, room)) }, t("courtrooms.equip")),
      room.in_use && h("button", { class: "button danger-outline", onclick: withdraw }, t("courtrooms.withdraw"))));
}

/** A new courtroom, or what is in this one now. @param {Bench} bench @param {Here} here @param {Courtroom} [room] */
function fit(bench, here, room) {
  /** @type {Record<string, any>} */ const store = { endpoints: room?.endpoints.join("\n") ?? "" };
  for (const item of room?.equipment ?? []) store[item] = true;
  const fields = [
    ...(room ? [] : [textField(store, "number", { label: t("courtrooms.new-number"), maxlength: 27 })]),
    ...EQUIPMENT.map((item) => checkField(store, item, { label: t(`equipment.${item}`), required: false })),
    textField(store, "endpoints", { label: t("courtrooms.endpoints"), hint: t("courtrooms.endpoints-hint"), rows: 3, required: false, maxlength: 2000 }),
    ...(room ? [reason(store)] : []),
  ];
  const fittings = () => ({
    equipment: EQUIPMENT.filter((item) => store[item]), endpoints: store.endpoints.split("\n").map((/** @type {string} */ one) => one.trim()).filter(Boolean),
  });
  const title = t(room ? "courtrooms.equip" : "courtrooms.add");
  const what = room ? `courtrooms/${room.courtroom}` : "courtrooms";
  const body = (/** @type {number} */ version) => (room ? { act: "equip", version, data: { ...fittings(), reason: store.reason } } : { number: store.number.trim(), ...fittings() });
  return change(bench, here, { title, what, fields, body, version: room?.version, newest: room && (() => newest(bench, here, room)) });
}

/** @param {Bench} bench @param {Here} here @param {Courtroom} room */
async function newest(bench, here, room) {
  const { courtrooms: rooms } = await bench.desk().court(here.court).courtrooms();
  return rooms.find(({ courtroom }) => courtroom === room.courtroom)?.version;
}
