/** One person in the panel: who it is, how it stands, and what may be done. */
import { attribute, h, setText, show } from "../dom.js";
import { seatName, t } from "../i18n.js";
import { worst } from "./headline.js";
import { menu } from "./menu.js";
import { nameOf } from "./acting.js";
import { sendMessage } from "./message.js";
import { siteReport } from "./questions.js";
import { surroundingSigns } from "./surroundings.js";

/** @typedef {import("../attendance.js").Attendance} Attendance */
/** @typedef {import("../protocol/types.js").SeatInfo} SeatInfo */
/** @typedef {import("./acting.js").Run} Run */

const SILENT = new Set(["judge", "technician", "observer"]);
const NOT_REPORTED = new Set(["judge", "panel", "clerk", "technician", "site_clerk"]);
const SITES = new Set(["receiving_court", "institution"]);
const HERE = new Set(["held", "admitted"]);
const REACHED = new Set(["waiting", "held", "admitted"]);

/** Which acts fit a person as they stand; whether we may is the server's word. @type {Record<string, (info: SeatInfo, attendance: Attendance) => boolean>} */
const FITS = {
  call_witness: ({ standing }) => standing === "held",
  readmit: ({ standing }) => standing === "removed" || standing === "dismissed",
  site_report: ({ place = "", role }, { hearing }) => SITES.has(place) && place === hearing?.you.place && !NOT_REPORTED.has(role),
  give_floor: ({ standing, role, seat }, { hearing }) => standing === "admitted" && !SILENT.has(role) && hearing?.floor?.seat !== seat,
  take_floor: ({ seat }, { hearing }) => hearing?.floor?.seat === seat,
  mute: ({ standing, role, muted }) => standing === "admitted" && role !== "judge" && !muted,
  unmute: ({ standing, muted }) => standing === "admitted" && Boolean(muted),
  message: ({ seat, standing, connected }, { hearing }) => REACHED.has(standing) && connected && seat !== hearing?.you.seat,
  dismiss_witness: ({ role, standing }) => role === "witness" && HERE.has(standing),
  remove: ({ role, standing }) => role !== "judge" && HERE.has(standing),
};
/** At hand, for they are what comes next; the others are in the menu. */
const AT_HAND = ["call_witness", "readmit", "site_report"];
/** @type {Record<string, string>} */
const TESTIDS = { call_witness: "call", dismiss_witness: "dismiss" };

/** @param {Attendance} attendance @param {string} seat @param {Run} run */
export function person(attendance, seat, run) {
  const name = h("strong", {});
  const facts = h("p", { class: "hint" });
  const link = h("span", { class: "link-verdict" });
  const surroundings = surroundingSigns();
  const buttons = Object.keys(FITS).map((act) => h("button", {
    type: "button", class: AT_HAND.includes(act) ? "button" : "button choice", "data-testid": `${TESTIDS[act] ?? act}-${seat}`,
    onclick: () => press(attendance, run, act, seat),
  }, t(`act.${act}`)));
  const more = menu(t("person.more"), `more-${seat}`, buttons.slice(AT_HAND.length));
  const node = h("div", { class: "person", "data-testid": `person-${seat}`, role: "group" },
    h("div", { class: "person-who" }, name, facts, link, surroundings.node), ...buttons.slice(0, AT_HAND.length), more.node);
  const update = (/** @type {SeatInfo} */ info) => {
    const label = info.name || seatName(seat, info.role);
    setText(name, label);
    setText(facts, factsOf(info, attendance).join(" · "));
    attribute(node, "aria-label", label);
    attribute(more.opener, "aria-label", `${t("person.more")}: ${label}`);
    const verdict = worst(attendance.links[seat]);
    setText(link, verdict ? t(`link.${verdict}`) : "");
    link.dataset.verdict = verdict ?? "";
    surroundings.update(attendance.surroundings[seat]);
    Object.entries(FITS).forEach(([act, fits], index) => show(buttons[index], attendance.may(act) && fits(info, attendance)));
    more.update();
  };
  return { node, update };
}

/** @param {Attendance} attendance @param {Run} run @param {string} act @param {string} seat */
async function press(attendance, run, act, seat) {
  if (act === "take_floor") return run(act);
  if (act === "message") return sendMessage(attendance, seat);
  if (act !== "site_report") return run(act, { seat });
  const data = await siteReport(nameOf(attendance, seat));
  if (data) await run(act, { seat, data });
}

/** @param {SeatInfo} info @param {Attendance} attendance */
function factsOf(info, attendance) {
  const { seat, name, role, muted, report, under_sixteen } = info;
  return [
    name && seatName(seat, role), attendance.hearing?.floor?.seat === seat && t("person.floor"), presence(info, attendance),
    muted && t("person.muted"), under_sixteen && t("person.under-sixteen"), report && reportText(report),
  ].filter(Boolean);
}

/** @param {NonNullable<SeatInfo["report"]>} report what the receiving court's clerk found (Rules ¶26) */
export function reportText({ attended, identity, credentials, remark }) {
  const good = attended && identity && credentials;
  const lacks = [!attended && t("site.not-attended"), !identity && t("site.no-identity"), !credentials && t("site.no-credentials")];
  const found = good ? t("site.good") : lacks.filter(Boolean).join(", ");
  return [t("site.reported", { found }), remark].filter(Boolean).join(" — ");
}

/** Of ourselves this device knows best. @param {SeatInfo} info @param {Attendance} attendance */
function presence({ seat, standing, connected, microphone, camera }, { hearing, local }) {
  if (standing !== "admitted") return t(`standing.${standing}`);
  if (seat === hearing?.you.seat) ({ microphone, camera } = local.wire);
  else if (!connected) return t("tile.away");
  const off = [microphone && microphone !== "on" && t("tile.microphone-off"), camera && camera !== "on" && t(camera === "resting" ? "tile.resting" : "tile.camera-off")];
  return off.filter(Boolean).join(", ") || t("standing.admitted");
}
