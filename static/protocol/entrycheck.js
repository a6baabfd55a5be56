/** The check before entry, as docs/protocol.md has it. No DOM. */
import { BASE, json, problemOf } from "./http.js";
import { patiently } from "./linktest.js";
import { Problem } from "./problem.js";

/** @typedef {"camera"|"microphone"|"speaker"|"light"|"noise"|"up"|"down"|"version"} Part */
/** @typedef {{verdict: "good"|"poor"|"bad"|"unmeasured", cause: string}} Finding */
/** @typedef {Partial<Record<Part, Finding>>} Findings */
/** @typedef {{findings: Findings, holding: Part[]}} Checked */
/** @typedef {{at: string, findings: Findings, holding: Part[]}} EntryCheck as the court sees it */
/** @typedef {{camera: string, microphone: string, speaker: string}} Said */

/** In the order in which they are put right. @type {readonly Part[]} */
export const PARTS = ["camera", "microphone", "noise", "up", "down", "light", "speaker", "version"];
/** What of it matters to those who only watch and listen. @type {readonly Part[]} */
const LISTENING = ["down", "speaker", "version"];
const LISTENERS = ["observer", "technician"];
const LIMIT_MS = 20_000;

/**
 * What the server makes of a picture and a sound, which it forgets.
 * @param {string} token of a seat
 * @param {{picture: Blob|null, sound: Blob|null}} samples
 * @param {AbortSignal} gone
 * @returns {Promise<Findings>}
 */
export async function judge(token, { picture, sound }, gone) {
  const form = new FormData();
  if (picture) form.append("picture", picture);
  if (sound) form.append("sound", sound);
  if (!picture && !sound) return {};
  const headers = { Authorization: `Bearer ${token}` };
  const ask = async () => {
    const timeout = AbortSignal.timeout?.(LIMIT_MS);
    const response = await fetch(`${BASE}/entry-check`, { method: "POST", body: form, headers, cache: "no-store", credentials: "omit", signal: timeout });
    if (!response.ok) throw await problemOf(response);
    return response.json();
  };
  try {
    return await patiently(gone, ask);
  } catch (error) {
    throw error instanceof Problem ? error : new Problem({ code: "network" });
  }
}

/**
 * Keeps what was found with the hearing.
 * @param {string} token @param {Said} body @param {AbortSignal} gone @returns {Promise<Checked>}
 */
export const keep = (token, body, gone) => patiently(gone, () => json("PUT", "/entry-check", { token, body }));

/** Whether somebody is there to watch and listen only. @param {string|undefined} role */
export const listensOnly = (role) => role !== undefined && LISTENERS.includes(role);

/** Of what was found, what concerns who only listens. @param {Findings} findings @returns {Findings} */
export const ofListener = (findings) => Object.fromEntries(LISTENING.flatMap((part) => (findings[part] ? [[part, findings[part]]] : [])));

/** What is to be put right first: of what is bad, then of what could be better. @param {Findings} findings @returns {Part|undefined} */
export function worstPart(findings) {
  const is = (/** @type {string} */ verdict) => PARTS.find((part) => findings[part]?.verdict === verdict);
  return is("bad") ?? is("poor");
}
