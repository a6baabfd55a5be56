/** The link test before entry (Rules ¶38): what comes and goes in about two seconds each way. No DOM. */
import { json, problemOf } from "./http.js";
import { Problem } from "./problem.js";

/** @typedef {"media"|"http"} Path */
/** @typedef {{down_bps: number, up_bps: number, mobile_4g: boolean|null, down_path: Path, up_path: Path, asked_bps: number, verdict: "good"|"bad"}} LinkTest */
/** @typedef {{down_bps?: number, up_bps?: number}} Measured over the media connections, as far as they could be asked */
/** @typedef {(bytes: number, waited?: number) => void} Came so many bytes, for which so many ms were a round trip's */
/** @typedef {(query: string, init: RequestInit) => Promise<Response>} Ask */

const PATH = "/api/v1/link-test";
/** From the first that comes or goes; and for that to come or go. */
export const LIMITS = { lasts: 2_000, first: 6_000 };
/** What is asked for at most each way: with three tests in a minute a session stays within its budget. */
const DOWN = 2 * 1024 * 1024;
const UP = { first: 4 * 1024, last: 1024 * 1024 };
const FASTEST_BPS = 10_000_000_000;
/** Of the time of a piece, what a round trip that is longer than others can account for. */
const WAITED_MOST = 0.9;

/**
 * Measures and tells the court.
 * @param {string} token of a seat @param {AbortSignal} gone @param {typeof LIMITS} [limits] @param {() => Promise<Measured>} [media]
 * @returns {Promise<LinkTest>}
 */
export async function linkTest(token, gone, limits = LIMITS, media = async () => ({})) {
  const headers = { Authorization: `Bearer ${token}` };
  /** @type {Ask} */
  const ask = async (query, init) => {
    const response = await fetch(PATH + query, { ...init, headers, cache: "no-store", credentials: "omit" });
    if (!response.ok) throw await problemOf(response);
    return response;
  };
  try {
    const measured = await media();
    const down = measured.down_bps ?? (await patiently(gone, () => rate((cut, came) => download(ask, cut, came), gone, limits)));
    const up = measured.up_bps ?? (await patiently(gone, () => rate((cut, came) => upload(ask, cut, came), gone, limits)));
    const path = (/** @type {number|undefined} */ bps) => (bps === undefined ? "http" : "media");
    const body = { down_bps: down, up_bps: up, mobile_4g: mobile(), down_path: path(measured.down_bps), up_path: path(measured.up_bps) };
    return await patiently(gone, () => json("PUT", "/link-test", { token, body }));
  } catch (error) {
    throw error instanceof Problem ? error : new Problem({ code: "network" });
  }
}

/** @param {Ask} ask @param {AbortSignal} signal @param {Came} came */
async function download(ask, signal, came) {
  const reader = (await ask(`?bytes=${DOWN}`, { signal })).body?.getReader();
  for (let part = await reader?.read(); part && !part.done; part = await reader?.read()) came(part.value.length);
}

/**
 * Ever larger pieces: the small ones tell of a slow link, the large ones of a fast one. Before them the way there and
 * back, the shorter of two: the first may have to connect.
 * @param {Ask} ask @param {AbortSignal} signal @param {Came} came
 */
async function upload(ask, signal, came) {
  const post = async (/** @type {number} */ size) => {
    const began = performance.now();
    await ask("", { method: "POST", body: new Uint8Array(size), signal });
    return performance.now() - began;
  };
  const trip = Math.min(await post(1), await post(1));
  came(1);
  for (let size = UP.first; size <= UP.last; size *= 2) {
    const took = await post(size);
    came(size, Math.min(trip, WAITED_MOST * took));
  }
}

/**
 * Of what comes or goes after the first, which is late by the way there and back. Whatever ends it, what came by then
 * is the measure: a link that is too slow for any piece is a slow one, not an unknown one.
 * @param {(cut: AbortSignal, came: Came) => Promise<void>} carry @param {AbortSignal} gone @param {typeof LIMITS} limits
 * @returns {Promise<number>} bit/s
 */
async function rate(carry, gone, limits) {
  const cut = new AbortController();
  const stop = () => cut.abort();
  const began = performance.now();
  let timer = setTimeout(stop, limits.first);
  let [start, first, bytes, ms, waited] = [0, 0, 0, 0, 0];
  /** @type {Came} */
  const came = (count, trip = 0) => {
    if (first) {
      [bytes, waited] = [bytes + count, waited + trip];
      ms = performance.now() - start - waited;
      return;
    }
    [start, first] = [performance.now(), count];
    clearTimeout(timer);
    timer = setTimeout(stop, limits.lasts);
  };
  gone.addEventListener("abort", stop);
  try {
    if (gone.aborted) throw new Problem({ code: "network" });
    await carry(cut.signal, came);
  } catch (error) {
    if (gone.aborted || error instanceof Problem || !(first || cut.signal.aborted)) throw error;
  } finally {
    clearTimeout(timer);
    gone.removeEventListener("abort", stop);
  }
  const [carried, took] = bytes ? [bytes, ms] : [first, performance.now() - began];
  return Math.min(Math.round((carried * 8_000) / Math.max(took, 1)), FASTEST_BPS);
}

/** Again after the seconds that `slow-down` says. @template T @param {AbortSignal} gone @param {() => Promise<T>} run @param {number} [times] in all @returns {Promise<T>} */
export async function patiently(gone, run, times = 2) {
  try {
    return await run();
  } catch (error) {
    if (times < 2 || !(error instanceof Problem && error.code === "slow-down")) throw error;
    await new Promise((resolve) => setTimeout(resolve, Number(error.params.seconds ?? 5) * 1_000));
    if (gone.aborted) throw new Problem({ code: "network" });
    return patiently(gone, run, times - 1);
  }
}

/** Whether this is a mobile link of the fourth generation or later; null where the browser cannot tell. @returns {boolean|null} */
export function mobile() {
  const { connection } = /** @type {{connection?: {type?: string, effectiveType?: string}}} */ (navigator);
  if (!connection?.type || !connection.effectiveType) return null;
  return connection.type === "cellular" && ["4g", "5g"].includes(connection.effectiveType);
}
