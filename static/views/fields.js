/** What the two entry forms share. */
import { h, setText } from "../dom.js";
import { problemText, t } from "../i18n.js";
import { asProblem } from "../protocol/problem.js";

/**
 * A secret that can be shown: on a phone, letters that one can't see are typed wrong.
 * @param {string} id also the test's name
 * @param {string} value
 * @param {(value: string) => void} changed
 * @param {string} [autocomplete]
 */
export function wordField(id, value, changed, autocomplete = "off") {
  const input = h("input", {
    id, "data-testid": id, class: "field", type: "password", autocomplete, autocapitalize: "none", spellcheck: "false",
    maxlength: 200, required: true, "aria-describedby": `${id}-hint`,
  });
  input.value = value;
  input.addEventListener("input", () => changed(input.value));
  const reveal = h("button", { type: "button", class: "button", "aria-pressed": "false", onclick: () => {
    const shown = input.type === "password";
    input.type = shown ? "text" : "password";
    reveal.setAttribute("aria-pressed", String(shown));
    setText(reveal, t(shown ? "entry.hide" : "entry.show"));
  } }, t("entry.show"));
  return { node: h("div", { class: "row" }, input, reveal), input };
}

const PATIENCE_MS = 1_500;

/**
 * Runs a form's work with its button off; a failure is said under the fields, and so is it that the answer takes its time: the
 * server makes those wait who have tried often. After `slow-down` the button counts down.
 * @param {HTMLButtonElement} button
 * @param {HTMLElement} error
 * @param {() => Promise<void>} work
 * @param {Record<string, string>} [said] keys of other texts for some problems
 */
export async function submitting(button, error, work, said = {}) {
  button.disabled = true;
  setText(error, "");
  delete error.dataset.code;
  const words = button.textContent ?? "";
  const patience = setTimeout(() => setText(button, t("common.please-wait")), PATIENCE_MS);
  let pause = 0;
  try {
    await work();
  } catch (thrown) {
    const problem = asProblem(thrown);
    setText(error, problem.code in said ? t(said[problem.code]) : problemText(problem));
    error.dataset.code = problem.code;
    if (problem.code === "slow-down") pause = Math.ceil(Number(problem.params.seconds) || 0);
  }
  clearTimeout(patience);
  countDown(button, words, pause);
}

/** @param {HTMLButtonElement} button @param {string} words @param {number} seconds */
function countDown(button, words, seconds) {
  button.disabled = seconds > 0;
  setText(button, seconds > 0 ? t("common.wait-seconds", { seconds }) : words);
  if (seconds > 0) setTimeout(() => countDown(button, words, seconds - 1), 1_000);
}
