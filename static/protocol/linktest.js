/** The link test before entry (Rules ¶38): what comes and goes in about two seconds each way. No DOM. */
import { json, problemOf } from "./http.js";
import { Problem } from "./problem.js";

/** @typedef {{down_bps: number, up_bps: number, mobile_4g: boolean|null, asked_bps: number, verdict: "good"|"bad"}} LinkTest */

const PATH = "/api/v1/link-test";
const LASTS_MS = 2_000;
const SLOWEST_MS = 8_000;
const FIRST = 32 * 1024;
const MOST = 1024 * 1024;
/** Of one direction: a link that carries this in two seconds needs no more trying. */
const ENOUGH = 2 * MOST;

/** Measures and tells the court. @param {string} token of a seat @param {AbortSignal} signal @returns {Promise<LinkTest>} */
export async function linkTest(token, signal) {
  const headers = { Authorization: `Bearer ${token}` };
  const limit = () => AbortSignal.any?.([signal, AbortSignal.timeout(SLOWEST_MS)]) ?? signal;
  const ask = async (/** @type {string} */ query, /** @type {RequestInit} */ init = {}) => {
    const response = await fetch(PATH + query, { ...init, headers, cache: "no-store", credentials: "omit", signal: limit() });
    if (!response.ok) throw await problemOf(response);
    return response;
  };
  try {
    const down = await rate(async (size, counted, late) => {
      const reader = (await ask(`?bytes=${size}`)).body?.getReader();
      for (let part = await reader?.read(); part && !part.done; part = await reader?.read()) {
        counted(part.value.length);
        if (late()) return void (await reader?.cancel());
      }
    });
    const up = await rate(async (size, counted) => {
      await ask("", { method: "POST", body: new Uint8Array(size) });
      counted(size);
    });
    return await json("PUT", "/link-test", { token, body: { down_bps: down, up_bps: up, mobile_4g: mobile() } });
  } catch (error) {
    throw error instanceof Problem ? error : new Problem({ code: "network" });
  }
}

/**
 * Ever larger pieces, until two seconds are over: the small ones tell of a slow link, the large ones of a fast one.
 * @param {(size: number, counted: (bytes: number) => void, late: () => boolean) => Promise<void>} piece
 * @returns {Promise<number>} bit/s
 */
async function rate(piece) {
  const began = performance.now();
  const late = () => performance.now() - began >= LASTS_MS;
  let bytes = 0;
  for (let size = FIRST; !late() && bytes < ENOUGH; size = Math.min(2 * size, MOST)) await piece(size, (count) => void (bytes += count), late);
  return Math.round((bytes * 8_000) / Math.max(performance.now() - began, 1));
}

/** Whether this is a mobile link of the fourth generation or later; null where the browser cannot tell. @returns {boolean|null} */
export function mobile() {
  const { connection } = /** @type {{connection?: {type?: string, effectiveType?: string}}} */ (navigator);
  if (!connection?.type || !connection.effectiveType) return null;
  return connection.type === "cellular" && ["4g", "5g"].includes(connection.effectiveType);
}
