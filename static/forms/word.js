/** Choosing a code word: how good it is, said plainly; and one that the machine makes. */
import { h, setText } from "../dom.js";
import { t } from "../i18n.js";
import { wordField } from "../views/fields.js";
import { framed } from "./field.js";

const CONSONANTS = "bdgklmnprstvz";
const VOWELS = "aeiou";
const DIGITS = "23456789";
const FAIR = 8;
const GOOD = 12;

/** Only letters and figures count, as on the server. @param {string} word @returns {"weak"|"fair"|"good"} */
export function strength(word) {
  const letters = [...word.normalize("NFKC").toLowerCase()].filter((letter) => /[\p{L}\p{N}]/u.test(letter));
  if (letters.length < FAIR || new Set(letters).size < 5) return "weak";
  return letters.length < GOOD ? "fair" : "good";
}

/** Like the server's own: easy to say over the telephone. */
export function suggestion() {
  const syllables = (/** @type {number} */ count) => Array.from({ length: count }, () => one(CONSONANTS) + one(VOWELS)).join("");
  return `${syllables(3)}-${syllables(3)}-${one(DIGITS)}${one(DIGITS)}`;
}

/** @param {string} letters */
function one(letters) {
  const most = 256 - (256 % letters.length); // each letter as often as the others
  for (;;) {
    const [byte = 0] = crypto.getRandomValues(new Uint8Array(1));
    if (byte < most) return letters.charAt(byte % letters.length);
  }
}

/** @param {import("./field.js").Store} store @param {() => void} changed @returns {import("./field.js").Field} */
export function newWordField(store, changed) {
  const verdict = h("p", { class: "strength", role: "status", "data-testid": "strength" });
  const judge = () => {
    verdict.dataset.strength = store.code_word ? strength(store.code_word) : "";
    setText(verdict, store.code_word ? t(`apply.strength-${strength(store.code_word)}`) : "");
  };
  const take = (/** @type {string} */ word) => {
    store.code_word = word;
    judge();
    changed();
  };
  const { node, input } = wordField("field-code_word", store.code_word ?? "", take, "new-password");
  const suggest = h("button", { type: "button", class: "button quiet", "data-testid": "suggest", onclick: () => {
    input.value = suggestion();
    if (input.type === "password") /** @type {HTMLElement|null} */ (node.querySelector("button"))?.click();
    take(input.value);
  } }, t("apply.suggest"));
  const what = { label: t("entry.word"), hint: t("apply.word-hint") };
  const field = framed("code_word", input, what, () => input.value.trim() !== "", node, verdict, suggest);
  judge();
  return field;
}
