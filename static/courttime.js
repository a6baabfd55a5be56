/** The court's time, wherever a device's clock is: all of Kazakhstan has UTC+5 since 1 March 2024, which not every browser knows by its zone's name. No DOM. */

/** IANA counts these zones the other way round. */
export const ZONE = "Etc/GMT-5";
const OFFSET = "+05:00";
const OFFSET_MIN = -300;
const OFFSET_MS = 5 * 3_600_000;

/** Milliseconds since 1970 of what a field for date and time holds; NaN where it is none. @param {string} field */
export const moment = (field) => Date.parse(`${field}${OFFSET}`);

/** In UTC, ISO 8601; what is no time stays as it was typed, for the server to refuse. @param {string} field */
export function instant(field) {
  const at = moment(field);
  return Number.isNaN(at) ? field : new Date(at).toISOString();
}

/** The court's day, in ISO 8601. @param {number} now milliseconds since 1970 */
export const courtDay = (now) => new Date(now + OFFSET_MS).toISOString().slice(0, 10);

/** Whether this device's clock shows another time than the court's. @param {Date} at */
export const elsewhere = (at) => at.getTimezoneOffset() !== OFFSET_MIN;
