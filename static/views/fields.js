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

/**
 * Runs a form's work with its button off; a failure is said under the fields. After `slow-down` the button waits.
 * @param {HTMLButtonElement} button
 * @param {HTMLElement} error
 * @param {() => Promise<void>} work
 */
export async function submitting(button, error, work) {
  button.disabled = true;
  setText(error, "");
  let pause = 0;
  try {
    await work();
  } catch (thrown) {
    const problem = asProblem(thrown);
    setText(error, problemText(problem));
    error.dataset.code = problem.code;
    if (problem.code === "slow-down") pause = Number(problem.params.seconds) || 0;
  }
  setTimeout(() => (button.disabled = false), pause * 1000);
}
