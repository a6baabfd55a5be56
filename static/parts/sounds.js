/** Everybody's sound: one <audio> per seat, apart from the pictures, so that no change of the screen interrupts a voice. */
import { h, list, setStream, show } from "../dom.js";
import { t } from "../i18n.js";
import { icon } from "./icons.js";

/** @param {import("../attendance.js").Attendance} attendance */
export function sounds(attendance) {
  const players = h("div", { hidden: true });
  const button = h("button", { type: "button", class: "button primary sound-on", "data-testid": "turn-on-sound", hidden: true, onclick: () => play() },
    icon("sound"), t("sound.turn-on"));
  const node = h("div", { class: "sounds" }, button, players);
  const seats = list(players, (/** @type {[string, MediaStream]} */ [seat]) => seat, ([seat]) => player(seat));

  const elements = () => /** @type {HTMLAudioElement[]} */ ([...players.children]);
  // A browser may hold sound back until the page is touched (HTML, "autoplay policy").
  const play = async () => {
    const results = await Promise.allSettled(elements().map((audio) => audio.play()));
    show(button, results.some((result) => result.status === "rejected" && result.reason?.name === "NotAllowedError"));
  };
  const update = () => {
    /** @type {[string, MediaStream][]} */
    const voices = [];
    for (const [seat, { audio }] of attendance.call.streams) if (audio) voices.push([seat, audio]);
    const before = elements().map((audio) => audio.srcObject);
    seats.update(voices);
    if (elements().some((audio, index) => audio.srcObject !== before[index])) void play();
  };
  attendance.playback = () => Object.fromEntries(elements().map((audio) => [audio.dataset.seat ?? "", stateOf(audio)]));
  const close = () => {
    attendance.playback = () => ({});
    seats.close();
  };
  return { node, update, close };
}

/** What nobody hears is not played, whatever was received. @param {HTMLAudioElement} audio @returns {"on"|"muted"|"blocked"} */
function stateOf(audio) {
  if (audio.muted || audio.volume === 0) return "muted";
  return audio.paused ? "blocked" : "on";
}

/** @param {string} seat */
function player(seat) {
  const node = h("audio", { autoplay: true, "data-seat": seat });
  return {
    node,
    update: (/** @type {[string, MediaStream]} */ [, stream]) => setStream(node, stream),
    close: () => setStream(node, null),
  };
}
