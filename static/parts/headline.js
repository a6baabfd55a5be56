/** Which hearing this is, its state, whether it is recorded, and how good our own link is: in words, always in sight. */
import { attribute, h, setText, show } from "../dom.js";
import { t } from "../i18n.js";

/** @param {import("../attendance.js").Attendance} attendance */
export function headline(attendance) {
  const number = h("span", { class: "number" });
  const title = h("span", { class: "title" });
  const state = h("span", { class: "badge", role: "status", "data-testid": "state" });
  const recording = h("span", { class: "recording", role: "status", "data-testid": "recording" });
  const link = h("span", { class: "link-verdict", "data-testid": "link-verdict" });
  const node = h("div", { class: "headline" },
    h("p", { class: "which" }, number, title), h("p", { class: "signs" }, state, recording, link));

  const update = () => {
    const { hearing, entry } = attendance;
    setText(number, hearing?.number ?? entry.hearing.number);
    setText(title, hearing?.title ?? entry.hearing.title);
    show(title, title.textContent !== number.textContent);
    show(state, hearing !== null);
    // What is recorded now, only the server knows; of whom the session is closed to, nothing is.
    show(recording, hearing !== null && attendance.line !== "lost" && !attendance.shutOut);
    if (!hearing) return;
    setText(state, t(`state.${hearing.state}`));
    attribute(state, "data-state", hearing.state);
    setText(recording, t(hearing.recording.on ? "recording.on" : "recording.off"));
    attribute(recording, "data-on", String(hearing.recording.on));
    const verdict = worst(attendance.links[hearing.you.seat]);
    // Of a picture that is not sent, the banner says it already.
    show(link, verdict !== undefined && attendance.line !== "lost" && attendance.devices.camera !== "resting");
    if (verdict) setText(link, t(`link.own-${verdict}`));
    attribute(link, "data-verdict", verdict);
  };
  return { node, update };
}

/**
 * The worse of both directions.
 * @param {import("../protocol/types.js").Link|undefined} link
 */
export function worst(link) {
  const verdicts = [link?.up?.verdict, link?.down?.verdict];
  return /** @type {const} */ (["bad", "poor", "good"]).find((verdict) => verdicts.includes(verdict));
}
