/** The language switch, on every screen: Kazakh, Russian, English. */
import { h } from "../dom.js";
import { LANGUAGES, language, switchLanguage, t } from "../i18n.js";

const NAMES = { kk: "Қазақша", ru: "Русский", en: "English" };
const SHORT = { kk: "Қаз", ru: "Рус", en: "Eng" };

/** @param {() => void} changed */
export function languageSwitch(changed) {
  const buttons = LANGUAGES.map((code) =>
    h("button", {
      type: "button", class: "language", lang: code, "data-testid": `language-${code}`, title: NAMES[code],
      "aria-pressed": String(code === language()),
      onclick: async () => {
        await switchLanguage(code);
        changed();
        /** @type {HTMLElement|null} */ (document.querySelector(`.language[lang=${code}]`))?.focus();
      },
    }, h("span", { class: "long" }, NAMES[code]), h("span", { class: "short", "aria-hidden": "true" }, SHORT[code])));
  return h("div", { class: "languages", role: "group", "aria-label": t("common.language") }, ...buttons);
}
