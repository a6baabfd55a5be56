/** Working days until a deadline, by the court's calendar (Rules ¶12, ¶21). */

/** @typedef {{edits: Record<string, {kind: string}>, days_off: Record<string, string>}} Calendar days in ISO 8601 */

const DAY_MS = 86_400_000;

/** @param {string} day @param {Calendar} calendar */
function isWorking(day, { edits, days_off }) {
  const edit = edits[day];
  if (edit) return edit.kind === "working";
  return ![0, 6].includes(new Date(day).getUTCDay()) && !(day in days_off);
}

/** After `today` up to and with `due`; negative, in days, where that is past. @param {string} today @param {string} due @param {Calendar} calendar */
export function workingDaysLeft(today, due, calendar) {
  const span = Math.round((Date.parse(due) - Date.parse(today)) / DAY_MS);
  if (span <= 0) return span;
  const days = Array.from({ length: span }, (_, index) => new Date(Date.parse(today) + (index + 1) * DAY_MS).toISOString().slice(0, 10));
  return days.filter((day) => isWorking(day, calendar)).length;
}
