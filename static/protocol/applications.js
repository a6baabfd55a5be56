/** Applying to take part by a link, without signing in (docs/protocol.md, "An application"). No DOM. */
import { json, problemOf, tried } from "./http.js";
import { Problem } from "./problem.js";

/**
 * @typedef {{receipt: string, state: string, case: string, means: string, submitted_at: string, reason: string|null,
 *   hearing: {number: string, seat: string, scheduled_at: string|null}|null, version: number}} MyApplication
 * @typedef {{court: string, name: string}} Court
 */

/** For 30 MB over a link that just does for a hearing, as on the server. */
const TIME_LIMIT_MS = 300_000;

/** @returns {Promise<{courts: Court[]}>} */
export const courts = () => json("GET", "/courts");

/** @param {{receipt: string, code_word: string}} body @returns {Promise<MyApplication>} */
export const state = (body) => tried("/applications/state", body);

/** @param {{receipt: string, code_word: string, reason?: string}} body @returns {Promise<{state: string}>} */
export const withdraw = (body) => tried("/applications/withdraw", body);

/**
 * @param {FormData} form
 * @param {string} key the same for the same form: it is kept once, however often it is sent
 * @param {(share: number) => void} progress from 0 to 1; `fetch` does not tell
 * @returns {Promise<{receipt: string}>}
 */
export function submit(form, key, progress) {
  const request = new XMLHttpRequest();
  request.open("POST", "/api/v1/applications");
  request.timeout = TIME_LIMIT_MS;
  request.setRequestHeader("Idempotency-Key", key);
  request.upload.addEventListener("progress", ({ loaded, total }) => progress(total ? loaded / total : 0));
  return new Promise((resolve, reject) => {
    const lost = () => reject(new Problem({ code: "network" }));
    for (const name of ["error", "timeout", "abort"]) request.addEventListener(name, lost);
    request.addEventListener("load", () => {
      const answer = new Response(request.responseText, { status: request.status });
      void (answer.ok ? answer.json().then(resolve, lost) : problemOf(answer).then(reject));
    });
    request.send(form);
  });
}
