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
 * server makes those wait who have tried often. After `slow-down` the button counts down, and the form tries again by itself.
 * @param {HTMLButtonElement} button
 * @param {HTMLElement} error
 * @param {() => Promise<void>} work
 * @param {Record<string, string>} [said] keys of other texts for some problems
 */
export async function submitting(button, error, work, said = {}) {
  const words = button.textContent ?? "";
  const texts = { "slow-down": "common.tries-again", ...said };
  setText(error, "");
  delete error.dataset.code;
  button.disabled = true;
  let pause;
  while ((pause = await tried(button, error, work, texts)) > 0) {
    await countDown(button, pause);
    if (!button.isConnected) return; // The screen was left.
    setText(button, words);
  }
  button.disabled = false;
  setText(button, words);
}

/** The seconds after which to try again; 0 where that is the person's to decide. @param {HTMLButtonElement} button @param {HTMLElement} error @param {() => Promise<void>} work @param {Record<string, string>} texts */
async function tried(button, error, work, texts) {
  const patience = setTimeout(() => setText(button, t("common.please-wait")), PATIENCE_MS);
  try {
    await work();
    setText(error, "");
  } catch (thrown) {
    const problem = asProblem(thrown);
    setText(error, problem.code in texts ? t(texts[problem.code]) : problemText(problem));
    error.dataset.code = problem.code;
    if (problem.code === "slow-down") return Math.ceil(Number(problem.params.seconds) || 1);
  } finally {
    clearTimeout(patience);
  }
  return 0;
}

/** @param {HTMLButtonElement} button @param {number} seconds */
async function countDown(button, seconds) {
  for (let left = seconds; left > 0; left--) {
    setText(button, t("common.wait-seconds", { seconds: left }));
    await new Promise((resolve) => setTimeout(resolve, 1_000));
  }
}
