/** The technician's console: its requests (docs/protocol.md, "The console"), and its addresses. No DOM. */
import { json } from "./http.js";

/** @typedef {import("./types.js").Verdict} Verdict */
/** @typedef {"failed"|"late"|"paused"|"running"|"coming"|"over"} Phase */
/** @typedef {"minute"|"whole"} Span */
/** @typedef {"kbps"|"loss"|"rtt_ms"|"jitter_ms"} Measure */
/** @typedef {(number|null)[]} Column */
/**
 * @typedef {object} Standing
 * @property {string} hearing
 * @property {string} number
 * @property {string} title
 * @property {string} court
 * @property {string} scheduled_at
 * @property {string} state
 * @property {Phase} phase
 * @property {number} people
 * @property {Verdict|null} verdict
 * @property {string} cause
 * @property {number} bad
 * @property {number} poor
 * @property {number} alerts
 * @property {number} untaken
 * @property {number|null} stale_s
 *
 * @typedef {object} Alert
 * @property {string} alert
 * @property {"link"|"lost"|"recording"|"late"|"light"|"noise"} kind
 * @property {string} hearing
 * @property {string} number
 * @property {string|null} seat
 * @property {"up"|"down"|null} direction
 * @property {string} cause
 * @property {string} since
 * @property {string|null} ended
 * @property {{name: string, at: string, you: boolean}|null} taken
 *
 * @typedef {{at: number[], level: number[], width?: number} & Record<Measure, Column | {min: Column, mean: Column, max: Column}>} Series
 * @typedef {{verdict: Verdict, cause: string, since_s: number, figures: Record<string, number|null>, pictures: Record<string, number>, series: Series}} Direction
 * @typedef {{reconnects: number, interruptions: number, republished: number, paused: string[], resting: boolean, upper_off: boolean, redundancy: number, relay: boolean|null}} Tried
 * @typedef {{seat: string, role: string, standing: string, devices: [string, string]|null, silent_s: number, tried: Tried, surroundings: import("./types.js").Surroundings|null, up: Direction|null, down: Direction|null}} Person
 * @typedef {{message: number, at: string, to: string|null, text: string, read: Record<string, string>}} Note
 * @typedef {{look_s: number, thrifty: boolean, sampled: boolean}|null} Lookout
 * @typedef {{at: string, media: boolean, lookout: Lookout, counts: Record<Phase, number>, hearings: Standing[], alerts: Alert[], more: number}} Overview
 * @typedef {Standing & {at: string, lookout: Lookout, recording: {on: boolean, failed: string|null}, seats: Person[], all_alerts: Alert[], messages: Note[]}} Detail
 */

/** From the worst on. @type {readonly Phase[]} */
export const PHASES = ["failed", "late", "paused", "running", "coming", "over"];
/** @type {readonly Measure[]} */
export const MEASURES = ["kbps", "loss", "rtt_ms", "jitter_ms"];

/** @param {string} token @returns {Promise<Overview>} */
export const overview = (token) => json("GET", "/technician/hearings", { token });

/** @param {string} token @param {string} hearing @param {Span} span @returns {Promise<Detail>} */
export const detail = (token, hearing, span) => json("GET", `/technician/hearings/${encodeURIComponent(hearing)}?span=${span}`, { token });

/** @param {string} token @param {string} hearing @param {{to?: string, text: string}} body */
export const say = (token, hearing, body) => json("POST", `/technician/hearings/${encodeURIComponent(hearing)}/message`, { token, body });

/** @param {string} token @param {string} alert @param {"take"|"release"} what @returns {Promise<Alert>} */
export const onAlert = (token, alert, what) => json("POST", `/technician/alerts/${encodeURIComponent(alert)}/${what}`, { token });

/**
 * Where in the console one is, as the address says it: `#hearing/ID/SEAT?span=whole&measure=loss`, `#?phase=late,failed&bad=1`.
 * @typedef {{hearing: string, seat: string, phases: Phase[], bad: boolean, span: Span, measure: Measure}} Place
 */

/** Whatever else stands there is left aside. @param {string} hash @returns {Place} */
export function parsePlace(hash) {
  const [path = "", query = ""] = hash.replace(/^#/, "").split("?");
  const [word, hearing = "", seat = ""] = path.split("/").map(decoded);
  const params = new URLSearchParams(query);
  const wanted = (params.get("phase") ?? "").split(",");
  const measure = MEASURES.find((one) => one === params.get("measure"));
  return {
    hearing: word === "hearing" ? hearing : "", seat: word === "hearing" ? seat : "", phases: PHASES.filter((phase) => wanted.includes(phase)),
    bad: params.get("bad") === "1", span: params.get("span") === "whole" ? "whole" : "minute", measure: measure ?? "kbps",
  };
}

/** @param {Partial<Place>} place @returns {string} */
export function formatPlace({ hearing = "", seat = "", phases = [], bad = false, span = "minute", measure = "kbps" }) {
  const params = new URLSearchParams({
    ...(!hearing && phases.length > 0 && { phase: phases.join(",") }), ...(!hearing && bad && { bad: "1" }),
    ...(hearing && span !== "minute" && { span }), ...(hearing && measure !== "kbps" && { measure }),
  }).toString().replaceAll("%2C", ",");
  const path = hearing ? ["hearing", hearing, seat].filter(Boolean).map(encodeURIComponent).join("/") : "";
  return `#${path}${params && `?${params}`}`;
}

/** @param {string} text */
function decoded(text) {
  try {
    return decodeURIComponent(text);
  } catch {
    return "";
  }
}
