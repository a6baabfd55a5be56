/** One person in the waiting room: the submitted photo beside the live picture, and the decision (Rules ¶9). */
import { attribute, h, setStream, setText, show } from "../dom.js";
import { seatName, t } from "../i18n.js";
import { listensOnly, ofListener } from "../protocol/entrycheck.js";
import { photo } from "../protocol/http.js";
import { nameOf } from "./acting.js";
import { findingList, linkFigures } from "./findings.js";
import { sendMessage } from "./message.js";
import { reportText } from "./person.js";
import { remoteVideo } from "./tile.js";

/** @typedef {import("../protocol/types.js").SeatInfo} SeatInfo */

/**
 * @param {import("../attendance.js").Attendance} attendance
 * @param {string} seat
 * @param {import("./acting.js").Run} run
 */
export function waitingCard(attendance, seat, run) {
  const name = h("strong", {});
  const role = h("span", { class: "hint" });
  const submitted = photoFrame(attendance, seat);
  const video = remoteVideo(seat);
  const noPicture = h("p", { class: "cover" }, t("tile.coming"));
  const away = h("p", { class: "error" }, t("tile.away"));
  const admit = h("button", { class: "button primary", "data-testid": `admit-${seat}`, onclick: () => run("admit", { seat }) }, t("act.admit"));
  const refuse = h("button", { class: "button", "data-testid": `refuse-${seat}`, onclick: () => run("refuse", { seat }) }, t("act.refuse"));
  const write = h("button", { class: "button", "data-testid": `message-${seat}`, onclick: () => sendMessage(attendance, seat) }, t("act.message"));
  const facts = h("p", { class: "hint", "data-testid": `facts-${seat}` });
  const check = h("p", { "data-testid": `check-${seat}` });
  const found = findingList(t("check-card.found"));
  const node = h("div", { class: "card waiting-card stack tight", "data-testid": `waiting-${seat}`, role: "group" },
    h("p", {}, name, " ", role),
    h("div", { class: "compare" },
      h("figure", {}, h("div", { class: "picture" }, ...submitted.nodes), h("figcaption", {}, t("waiting-card.photo"))),
      h("figure", {}, h("div", { class: "picture" }, video, noPicture), h("figcaption", {}, t("waiting-card.live")))),
    check, found.node, facts, away, h("div", { class: "row wrap" }, admit, refuse, write));

  const draw = () => show(noPicture, video.videoWidth === 0 || video.srcObject === null);
  for (const event of ["resize", "playing", "emptied"]) video.addEventListener(event, draw);
  const update = (/** @type {SeatInfo} */ info) => {
    const label = info.name || seatName(seat, info.role);
    setText(name, label);
    setText(role, info.name ? seatName(seat, info.role) : "");
    attribute(node, "aria-label", label);
    const anyway = (info.entry_check?.holding.length ?? 0) > 0 ? "act.admit-anyway" : "act.admit";
    setText(admit, t(anyway));
    attribute(admit, "aria-label", `${t(anyway)}: ${label}`);
    attribute(refuse, "aria-label", `${t("act.refuse")}: ${label}`);
    attribute(write, "aria-label", `${t("act.message")}: ${label}`);
    setStream(video, attendance.call.streams.get(seat)?.video);
    if (video.srcObject && video.paused) video.play().catch(() => undefined);
    submitted.update(info);
    setText(facts, factsOf(info).join(" · "));
    show(away, !info.connected);
    const checked = concerning(info);
    setText(check, t(checkedWords(checked)));
    attribute(check, "data-held", String((checked?.holding.length ?? 0) > 0));
    found.update(checked?.findings ?? {}, ({ verdict }) => verdict !== "good");
    show(check, attendance.hearing?.you.entry_check !== "off");
    show(admit, attendance.may("admit"));
    show(refuse, attendance.may("refuse"));
    show(write, attendance.may("message") && info.connected);
    draw();
  };
  return { node, update, close: () => (setStream(video, null), submitted.close(), found.close()) };
}

/** Without what somebody who only listens does not need. @param {SeatInfo} info */
function concerning({ entry_check: check = null, role }) {
  return check && listensOnly(role) ? { ...check, findings: ofListener(check.findings) } : check;
}

/** @param {import("../protocol/entrycheck.js").EntryCheck|null} check */
function checkedWords(check) {
  if (!check) return "check-card.none";
  if (check.holding.length > 0) return "check-card.held";
  return Object.values(check.findings).some(({ verdict }) => verdict === "bad" || verdict === "poor") ? "check-card.some" : "check-card.good";
}

/** What else the court knows before it admits (Rules ¶26, ¶29, ¶38). @param {SeatInfo} info */
function factsOf({ declared, under_sixteen, report, link_test }) {
  const told = [declared === true && t("waiting-card.declared"), declared === false && t("waiting-card.undeclared"), under_sixteen && t("person.under-sixteen")];
  const slow = link_test?.verdict === "bad" && t("waiting-card.slow-link", { figures: linkFigures(link_test) });
  return [...told, slow, report && reportText(report)].filter(Boolean);
}

/** @param {import("../attendance.js").Attendance} attendance @param {string} seat */
function photoFrame(attendance, seat) {
  const image = h("img", { alt: t("waiting-card.photo-of", { name: nameOf(attendance, seat) }), hidden: true, "data-testid": `photo-${seat}` });
  const none = h("p", { class: "cover" }, t("waiting-card.no-photo"));
  let url = "";
  let asked = false;
  const update = async (/** @type {SeatInfo} */ { photo: exists }) => {
    if (!exists || asked) return;
    asked = true;
    try {
      url = URL.createObjectURL(await photo(attendance.credential.token, seat));
      image.src = url;
      show(image, true);
      show(none, false);
    } catch {
      setText(none, t("waiting-card.photo-failed"));
      setTimeout(() => (asked = false), 5_000);
    }
  };
  return { nodes: [image, none], update, close: () => URL.revokeObjectURL(url) };
}
