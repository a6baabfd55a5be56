/** The HTTP half of docs/protocol.md. No DOM. */
import { Problem } from "./problem.js";

/** @typedef {import("./types.js").Entry} Entry */
/** @typedef {{body?: object, token?: string, key?: string, keepalive?: boolean, limit?: number}} Options */

export const BASE = "/api/v1";
const TIME_LIMIT_MS = 15_000;
/** Who has tried wrong words is made to wait by the server, up to 30 s, and some more where it is flooded with tries. */
const WORD_LIMIT_MS = 75_000;

/** @param {string} method @param {string} path @param {Options} [options] @returns {Promise<Response>} */
export async function send(method, path, { body, token, key, keepalive, limit = TIME_LIMIT_MS } = {}) {
  /** @type {Record<string, string>} */
  const headers = {};
  if (body) headers["Content-Type"] = "application/json";
  if (token) headers["Authorization"] = `Bearer ${token}`;
  if (key) headers["Idempotency-Key"] = key;
  let response;
  try {
    response = await fetch(BASE + path, {
      method, headers, keepalive, body: body && JSON.stringify(body), cache: "no-store", credentials: "omit",
      signal: AbortSignal.timeout?.(limit),
    });
  } catch {
    throw new Problem({ code: "network" });
  }
  if (!response.ok) throw await problemOf(response);
  return response;
}

/** @param {Response} response */
export async function problemOf(response) {
  try {
    const body = await response.json();
    if (typeof body.code === "string") return new Problem(body);
  } catch {
    // Not ours: a proxy's page, for example.
  }
  return new Problem({ code: response.status >= 500 ? "network" : "server-error", status: response.status });
}

/** @param {string} method @param {string} path @param {Options} [options] */
export async function json(method, path, options) {
  const response = await send(method, path, options);
  if (response.status === 204) return null;
  try {
    return await response.json();
  } catch {
    throw new Problem({ code: "network" });
  }
}

/** With a word or code that is checked. @param {string} path @param {object} body @param {string} [token] */
export const tried = (path, body, token) => json("POST", path, { body, token, limit: WORD_LIMIT_MS });

/** @returns {Promise<{version: string, minimum: string, languages: string[]}>} */
export const version = () => json("GET", "/version");

/** @param {{hearing: string, seat: string, code_word: string, declarations: Record<string, boolean>}} body @returns {Promise<Entry>} */
export const enter = (body) => tried("/entry", body);

/** @param {{name: string, password: string}} body @returns {Promise<import("./types.js").StaffLogin>} */
export const login = (body) => tried("/staff/login", body);

/** @param {string} token @returns {Promise<{hearings: import("./types.js").StaffHearing[]}>} */
export const staffHearings = (token) => json("GET", "/staff/hearings", { token });

/** @param {string} token @param {{hearing: string, seat: string}} body @returns {Promise<Entry>} */
export const staffEnter = (token, body) => json("POST", "/staff/enter", { token, body });

/** @param {string} token @returns {Promise<{token: string, expires_in: number}>} */
export const renewToken = (token) => json("POST", "/token", { token });

/** @param {string} token */
export const revokeToken = (token) => json("DELETE", "/token", { token, keepalive: true });

/** @param {string} token of a seat @returns {Promise<import("./types.js").Snapshot>} */
export const snapshot = (token) => json("GET", "/hearing", { token });

/** @param {string} token @param {string} seat @returns {Promise<Blob>} */
export const photo = async (token, seat) =>
  (await send("GET", `/hearing/seats/${encodeURIComponent(seat)}/photo`, { token })).blob();

/**
 * An act, tried again under the same idempotency key when the network, not the court, was in the way.
 * @param {string} token
 * @param {{act: string, seat?: string, reason?: string, version?: number, data?: Record<string, any>}} body
 * @returns {Promise<{version: number}>}
 */
export async function act(token, body) {
  const key = crypto.randomUUID();
  for (let attempt = 1; ; attempt++) {
    try {
      return await json("POST", "/hearing/acts", { token, body, key });
    } catch (error) {
      if (attempt === 3 || !(error instanceof Problem && error.code === "network")) throw error;
      await new Promise((resolve) => setTimeout(resolve, attempt * 700));
    }
  }
}
