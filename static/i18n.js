/** Texts in Kazakh, Russian and English, from the tables in languages/. No text of the interface stands elsewhere. */

import { elsewhere, ZONE } from "./courttime.js";

/** @typedef {"kk"|"ru"|"en"} Language */

/** @type {readonly Language[]} */
export const LANGUAGES = ["kk", "ru", "en"];
const KEY = "courtroom-language";
/** Figures only: not every browser knows the Kazakh names of the months, and all of the country writes 21.11.2026. */
const FORMATS = { kk: "ru", ru: "ru", en: "en-GB" };

/** @type {Record<string, string>} */
let table = {};
/** @type {Language} */
let current = "kk";

/**
 * The stored choice, or the first of the browser's languages that we have, or Kazakh.
 * @param {string|null} stored
 * @param {readonly string[]} browser
 * @returns {Language}
 */
export function choose(stored, browser) {
  const wanted = [stored ?? "", ...browser].map((tag) => tag.slice(0, 2).toLowerCase());
  const found = wanted.find((tag) => LANGUAGES.includes(/** @type {Language} */ (tag)));
  return /** @type {Language} */ (found ?? "kk");
}

export async function loadLanguage(language = choose(localStorage.getItem(KEY), navigator.languages)) {
  const response = await fetch(`/languages/${language}.json`);
  table = await response.json();
  current = language;
  document.documentElement.lang = language;
}

/** @param {Language} language */
export async function switchLanguage(language) {
  localStorage.setItem(KEY, language);
  await loadLanguage(language);
}

export const language = () => current;

/**
 * The text of a key, its `{gaps}` filled.
 * @param {string} key
 * @param {Record<string, any>} [params]
 */
export function t(key, params = {}) {
  const text = table[key] ?? key;
  return text.replace(/\{(\w+)\}/g, (_, name) => shown(params[name]));
}

/** @param {string} key */
export const has = (key) => key in table;

/** @param {unknown} value */
function shown(value) {
  if (typeof value === "string" && /^\d{4}-\d\d-\d\dT/.test(value)) return dateTime(value);
  return value === undefined || value === null || value === "" ? "—" : String(value);
}

/** In the court's time, which is named where this device's clock shows another. @param {string} iso @returns {string} */
export function dateTime(iso) {
  const at = new Date(iso);
  const words = at.toLocaleString(FORMATS[current], { dateStyle: "short", timeStyle: "short", timeZone: ZONE });
  return elsewhere(at) ? `${words} ${t("time.zone")}` : words;
}

/** @param {string} iso */
export function timeOfDay(iso) {
  return new Date(iso).toLocaleTimeString(FORMATS[current], { timeStyle: "short", timeZone: ZONE });
}

/** @param {string} day ISO 8601 */
export function date(day) {
  return new Date(`${day}T00:00`).toLocaleDateString(FORMATS[current], { dateStyle: "short" });
}

/**
 * A problem in words; one that we have no words for is the server's mistake.
 * @param {{code: string, params?: Record<string, any>}} problem
 */
export function problemText({ code, params }) {
  const key = `problem.${code}`;
  return t(has(key) ? key : "problem.server-error", params);
}

/**
 * A seat as people call it: its role, with its number where there are several.
 * @param {string} seat code
 * @param {string} [role]
 */
export function seatName(seat, role) {
  const [, word, number] = /^(.*?)(?:-(\d+))?$/.exec(seat) ?? [];
  const key = `role.${role ?? word}`;
  const name = has(key) ? t(key) : seat;
  return number ? `${name} ${number}` : name;
}
