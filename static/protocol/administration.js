/** What docs/protocol.md says about signing in, accounts and administration. No DOM. */
import { json, tried } from "./http.js";

/** @typedef {import("./types.js").StaffLogin} StaffLogin */
/**
 * @typedef {{staff: string, name: string, employed: boolean, version: number, roles: string[], disabled: boolean, email?: string,
 *   second_factor?: {on: boolean, required: boolean}, sessions?: {session: string, seat: string|null, since: string}[],
 *   single_sign_on?: boolean, acts?: string[]}} Person
 * @typedef {{event: string, at: string, kind: string, by: string|null, reason: string}} StaffEvent
 * @typedef {{court: string, name: string, second_factor: boolean}} AdminCourt
 * @typedef {{name: string, court: string, roles: {court: string, role: string}[],
 *   second_factor: {on: boolean, required: boolean, recovery_codes: number}, single_sign_on: boolean}} Account
 */

/** @param {string} token @param {string} code @returns {Promise<StaffLogin>} */
export const secondFactor = (token, code) => tried("/staff/second-factor", { code }, token);

/** @param {{name: string, code: string, password: string}} body @returns {Promise<null>} */
export const resetPassword = (body) => tried("/staff/reset", body);

/** @returns {Promise<{name: string|null}>} */
export const provider = () => json("GET", "/staff/oidc");

/** @param {string} challenge @returns {Promise<{url: string}>} */
export const startAtProvider = (challenge) => json("POST", "/staff/oidc/start", { body: { challenge } });

/** @param {{code: string, verifier: string}} body @returns {Promise<StaffLogin>} */
export const exchange = (body) => json("POST", "/staff/oidc/exchange", { body });

/** @param {string} token @returns {Promise<Account>} */
export const account = (token) => json("GET", "/staff/account", { token });

/** @param {string} token @param {{current: string, password: string}} body @returns {Promise<null>} */
export const changePassword = (token, body) => tried("/staff/password", body, token);

/** @param {string} token @param {string} [code] @returns {Promise<{secret: string, uri: string, qr: string}>} */
export const beginFactor = (token, code) => tried("/staff/totp", code ? { code } : {}, token);

/** @param {string} token @param {string} code @returns {Promise<{recovery_codes: string[]}>} */
export const confirmFactor = (token, code) => tried("/staff/totp/confirm", { code }, token);

/** @param {string} token @param {string} code @returns {Promise<null>} */
export const removeFactor = (token, code) => tried("/staff/totp/remove", { code }, token);

/** @param {string} token @param {string} code @returns {Promise<{recovery_codes: string[]}>} */
export const renewRecovery = (token, code) => tried("/staff/totp/recovery-codes", { code }, token);

/** @param {string} token @returns {Promise<{courts: AdminCourt[]}>} */
export const courts = (token) => json("GET", "/admin/courts", { token });

/** One court's staff. @param {string} token @param {string} court */
export function desk(token, court) {
  const base = `/admin/courts/${encodeURIComponent(court)}`;
  return {
    /** @param {string} search @returns {Promise<{staff: Person[]}>} */
    list: (search) => json("GET", `${base}/staff?${new URLSearchParams({ search })}`, { token }),
    /** @param {string} staff @returns {Promise<Person>} */
    person: (staff) => json("GET", `${base}/staff/${staff}`, { token }),
    /** @param {string} staff @returns {Promise<{events: StaffEvent[]}>} */
    events: (staff) => json("GET", `${base}/events?${new URLSearchParams({ staff })}`, { token }),
    /** @param {{name: string, roles: string[], reason: string}} body @returns {Promise<{staff: string, code: string, expires: string}>} */
    add: (body) => json("POST", `${base}/staff`, { token, body }),
    /** @param {string} staff @param {{act: string, reason: string, version: number, [field: string]: any}} body @returns {Promise<{version: number, code?: string, expires?: string}>} */
    act: (staff, body) => json("POST", `${base}/staff/${staff}/acts`, { token, body }),
    /** @param {boolean} required @param {string} reason @returns {Promise<null>} */
    policy: (required, reason) => json("PUT", `${base}/second-factor`, { token, body: { required, reason } }),
  };
}
