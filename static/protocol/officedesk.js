/** The office's half of docs/protocol.md: applications, papers, and what a court keeps about itself. No DOM. */
import { json, send } from "./http.js";

/**
 * @typedef {{application: string, receipt: string, state: string, case: string, means: string, initiator: string, name: string, role: string,
 *   due: string|null, submitted_at: string, version: number, court: string, receiver: string|null, yours: boolean}} Row
 * @typedef {{feasible: boolean, at: string, remark: string, courtroom: string, clerk: string, organiser: string, late: boolean}} Answer
 * @typedef {Row & {applicant: {name: string, role: string, phone: string, email: string, language: string}, reason: string, provider: string,
 *   documents: string[], resolution: {granted: boolean, at: string, reason: string, presiding: string, hearing_at: string, due: string}|null,
 *   sent: {at: string, addressees: {kind: string, name: string, address: string}[], clerk: string, organiser: string, late: boolean, due: string}|null,
 *   answers: Record<string, Answer>, informed: Record<string, string>, credentials_at: string|null, acts: string[],
 *   appointment: {hearing: string, number: string, seat: string, courtroom: string, at: string}|null}} Application
 * @typedef {string|string[][]} Section
 * @typedef {{document: string, kind: string, language: string, state: string, case: string, version: number, court: string, receiver?: string|null}} PaperRow
 * @typedef {PaperRow & {fields: Record<string, string[]>, sections: Record<string, Section>, original: Record<string, Section>, edited: string[],
 *   signatures: {role: string, name: string, at: string}[], sha256: string|null, acts: string[]}} Paper
 * @typedef {{courtroom: string, number: string, equipment: string[], endpoints: string[], in_use: boolean, equipped: boolean, version: number}} Courtroom
 * @typedef {{case: string, number: string, title: string, judge: string, closed: boolean, version: number}} Case
 * @typedef {{hearing: string, number: string, title: string, state: string, scheduled_at: string}} CourtHearing
 * @typedef {{version: number, at: string, by: string, who: string|null, what: string, reason?: string, [field: string]: any}} Change
 * @typedef {{version: number, edits: Record<string, {kind: string, name: string}>, days_off: Record<string, string>, history: Change[]}} Calendar
 * @typedef {{version: number, policies: Record<string, number|boolean|string|number[]>, history: Change[]}} Policies
 * @typedef {{document: string, application: string, kind: string, decided_at: string, reason: string, destroyed_at: string|null}} Destruction
 * @typedef {{act: string, version: number, data?: object}} Act
 */

const path = encodeURIComponent;

/** @param {string} token */
export function office(token) {
  const applications = "/office/applications";
  const post = (/** @type {string} */ to, /** @type {object} */ body, /** @type {string} */ key) => json("POST", to, { token, body, key });
  const blob = async (/** @type {string} */ from) => (await send("GET", from, { token })).blob();
  return {
    /** @param {string} state @param {string} after @returns {Promise<{applications: Row[]}>} */
    inbox: (state, after) => json("GET", `${applications}?${new URLSearchParams({ ...(state && { state }), ...(after && { after }) })}`, { token }),
    /** At the court's own initiative. @param {object} body @param {string} key @returns {Promise<{application: string, receipt: string, version: number}>} */
    order: (body, key) => post(applications, body, key),
    /** @param {string} id @returns {Promise<Application>} */
    application: (id) => json("GET", `${applications}/${path(id)}`, { token }),
    /** @param {string} id @param {Act} body @param {string} key @returns {Promise<{version: number, hearing?: string, seat?: string, code_word?: string}>} */
    act: (id, body, key) => post(`${applications}/${path(id)}/acts`, body, key),
    /** @param {string} id @param {string} kind */
    enclosure: (id, kind) => blob(`${applications}/${path(id)}/documents/${path(kind)}`),

    /** @param {string} after @param {string} [about] an application or hearing @returns {Promise<{documents: PaperRow[]}>} */
    papers: (after, about) => json("GET", `/documents?${new URLSearchParams({ ...(after && { after }), ...(about && { about }) })}`, { token }),
    /** @param {string} id @returns {Promise<Paper>} */
    paper: (id) => json("GET", `/documents/${path(id)}`, { token }),
    /** @param {object} body @returns {Promise<Paper>} */
    drawUp: (body) => json("POST", "/documents", { token, body }),
    /** @param {string} id @param {{act: string, version: number, [field: string]: any}} body @returns {Promise<Paper>} */
    paperAct: (id, body) => json("POST", `/documents/${path(id)}/acts`, { token, body }),
    /** @param {string} id */
    pdf: (id) => blob(`/documents/${path(id)}/file`),

    /** What a court keeps. @param {string} court */
    court: (court) => {
      const base = `/office/courts/${path(court)}`;
      return {
        /** @returns {Promise<{courtrooms: Courtroom[]}>} */
        courtrooms: () => json("GET", `${base}/courtrooms`, { token }),
        /** @param {string} after @returns {Promise<{cases: Case[]}>} */
        cases: (after) => json("GET", `${base}/cases?${new URLSearchParams({ ...(after && { after }) })}`, { token }),
        /** @param {string} id @returns {Promise<Case & {history: Change[]}>} */
        case: (id) => json("GET", `${base}/cases/${path(id)}`, { token }),
        /** @param {string} search part of the number @returns {Promise<{hearings: CourtHearing[]}>} */
        hearings: (search) => json("GET", `${base}/hearings?${new URLSearchParams({ ...(search && { search }) })}`, { token }),
        /** @returns {Promise<Calendar>} */
        calendar: () => json("GET", `${base}/calendar`, { token }),
        /** @returns {Promise<Policies>} */
        policies: () => json("GET", `${base}/policies`, { token }),
        /** @returns {Promise<{destructions: Destruction[]}>} */
        destructions: () => json("GET", `${base}/destructions`, { token }),
        /** @param {string} what @param {object} body @param {string} key @returns {Promise<{version: number}>} */
        change: (what, body, key) => post(`${base}/${what}`, body, key),
      };
    },
  };
}
