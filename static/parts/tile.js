/** One seat's picture with its name; without a picture, the reason in words. */
import { attribute, h, setStream, setText, show } from "../dom.js";
import { seatName, t } from "../i18n.js";
import { icon } from "./icons.js";

/** @typedef {import("../protocol/types.js").SeatInfo} SeatInfo */
/** @typedef {{info: SeatInfo, stream: MediaStream|null, picture: string|undefined, state: string, main: boolean, speaking: boolean, pinned: boolean}} Look */

const STILL_MS = 1_500;

/**
 * @param {string} seat
 * @param {(seat: string) => void} pin makes this picture the large one
 */
export function tile(seat, pin) {
  const video = remoteVideo(seat);
  const initials = h("span", { class: "initials", "aria-hidden": "true" });
  const reason = h("span", {});
  const cover = h("div", { class: "cover" }, initials, reason);
  const name = h("span", { class: "name" });
  const role = h("span", { class: "role" });
  const silent = h("span", { class: "silent" }, icon("microphone", "slash"), h("span", { class: "visually-hidden" }, t("tile.microphone-off")));
  const speaks = h("span", { class: "speaks" }, t("tile.speaking"));
  const enlarge = h("button", { type: "button", class: "enlarge", onclick: () => pin(seat) });
  const node = h("div", { class: "tile", "data-testid": "tile", "data-seat-tile": seat, role: "group" },
    h("div", { class: "picture" }, video, cover), h("div", { class: "caption" }, h("span", { class: "who" }, name, role), speaks, silent), enlarge);

  /** @type {Look|undefined} */
  let look;
  const draw = () => look && update(look);
  for (const event of ["resize", "playing", "emptied"]) video.addEventListener(event, draw);

  const frames = frameWatch(video);
  /** @param {Look} now */
  const update = (now) => {
    look = now;
    const { info, stream, main, speaking, pinned } = now;
    setStream(video, stream);
    if (stream && video.paused) video.play().catch(() => undefined);
    const label = `${info.name || seatName(seat, info.role)}, ${seatName(seat, info.role)}`;
    setText(name, info.name || seatName(seat, info.role));
    setText(role, info.name ? seatName(seat, info.role) : "");
    setText(initials, initialsOf(info.name || seatName(seat, info.role)));
    attribute(node, "aria-label", label);
    const words = missing(now, video.videoWidth > 0, frames());
    show(cover, words !== "");
    setText(reason, words);
    attribute(node, "data-picture", words === "" ? "seen" : "none");
    show(silent, Boolean(info.muted) || (info.microphone !== undefined && info.microphone !== "on"));
    show(speaks, speaking);
    node.classList.toggle("main", main);
    node.classList.toggle("speaking", speaking);
    attribute(enlarge, "aria-pressed", String(pinned));
    attribute(enlarge, "aria-label", t("tile.enlarge", { name: label }));
  };
  return { node, update, close: () => setStream(video, null) };
}

/** @param {string} seat */
export function remoteVideo(seat) {
  const video = h("video", { autoplay: true, playsinline: true, "data-seat": seat, tabindex: "-1" });
  video.muted = true; // the sound has its own element
  return video;
}

/**
 * Asked from time to time, whether the picture moves.
 * @param {HTMLVideoElement} video
 */
function frameWatch(video) {
  let count = 0;
  let moved = -Infinity;
  return () => {
    const now = video.getVideoPlaybackQuality().totalVideoFrames;
    if (now !== count) moved = performance.now();
    count = now;
    return performance.now() - moved < STILL_MS;
  };
}

/**
 * Why there is no picture; empty where there is one. What is seen to move is believed before what is said: just after a
 * restart the server knows neither who is connected nor whose camera is on.
 * @param {Look} look
 * @param {boolean} seen whether any frame has come
 * @param {boolean} moves
 */
function missing({ info, stream, picture, state }, seen, moves) {
  if (state === "recess" || state === "postponed" || state === "concluded") return t("tile.recess");
  if (moves && picture !== "paused") return "";
  if (!info.connected) return t("tile.away");
  if (info.camera === "off" || info.camera === "muted") return t("tile.camera-off");
  if (info.camera === "denied" || info.camera === "missing") return t("tile.camera-none");
  if (info.camera === "resting") return t("tile.resting");
  if (picture === "paused") return t("tile.paused");
  return stream && seen ? "" : t("tile.coming");
}

/** @param {string} name */
export function initialsOf(name) {
  return name.split(/\s+/).slice(0, 2).map((word) => word.charAt(0).toUpperCase()).join("");
}
