/** Labelled fields that keep what was typed in a `store`, and say themselves what is wrong with them. */
import { attribute, h, setText } from "../dom.js";
import { problemText, t } from "../i18n.js";
import { asProblem } from "../protocol/problem.js";

/** @typedef {Record<string, any>} Store what was typed, by the protocol's names; it outlives the screen */
/** @typedef {HTMLInputElement|HTMLTextAreaElement|HTMLSelectElement} Control */
/** @typedef {{name: string, node: HTMLElement, control: HTMLElement, required: boolean, filled: () => boolean, fault: (text: string) => void}} Field */
/** @typedef {{label: string, hint?: string, required?: boolean, changed?: () => void, [attribute: string]: any}} What */

/**
 * @param {string} name
 * @param {HTMLElement} control which gets the focus
 * @param {What} what
 * @param {() => boolean} filled
 * @param {...HTMLElement} around what stands beside the control, the control with it
 * @returns {Field}
 */
export function framed(name, control, { label, hint, required = true }, filled, ...around) {
  const error = h("p", { class: "error", id: `field-${name}-error`, role: "alert" });
  attribute(control, "id", `field-${name}`);
  attribute(control, "data-testid", `field-${name}`);
  attribute(control, "aria-describedby", hint ? `field-${name}-hint field-${name}-error` : `field-${name}-error`);
  const node = h("div", { class: "formfield" },
    h("label", { for: `field-${name}` }, label, !required && h("span", { class: "optional" }, ` ${t("form.optional")}`)),
    hint && h("p", { class: "hint", id: `field-${name}-hint` }, hint), ...(around.length ? around : [control]), error);
  const fault = (/** @type {string} */ text) => {
    setText(error, text);
    attribute(control, "aria-invalid", text !== "" && "true");
  };
  return { name, node, control, required, filled, fault };
}

/** @param {Store} store @param {string} name @param {What} what `rows`: several lines @returns {Field & {control: Control}} */
export function textField(store, name, what) {
  const { label, hint, changed, required = true, ...attributes } = what;
  const props = { maxlength: 500, autocomplete: "off", required, ...attributes };
  const control = attributes.rows ? h("textarea", props) : h("input", { class: "field", ...props });
  control.value = store[name] ?? "";
  store[name] = control.value;
  control.addEventListener("input", () => {
    store[name] = control.value;
    changed?.();
  });
  return { ...framed(name, control, what, () => control.value.trim() !== ""), control };
}

/**
 * @param {Store} store @param {string} name @param {What} what
 * @param {[value: string, text: string][]} options none of them is chosen for anybody, unless there is but one
 */
export function choiceField(store, name, what, options) {
  const control = h("select", { required: what.required ?? true });
  const fill = (/** @type {[string, string][]} */ given) => {
    const [only] = given;
    const asked = given.length === 1 && only && (what.required ?? true) ? [] : [h("option", { value: "" }, t("form.choose"))];
    control.replaceChildren(...asked, ...given.map(([value, text]) => h("option", { value }, text)));
    control.value = store[name] ?? "";
    if (control.selectedIndex < 0) control.selectedIndex = 0;
    if (given.length) store[name] = control.value;
    else store[name] ??= ""; // while the options are being loaded, the choice stays
  };
  fill(options);
  control.addEventListener("change", () => {
    store[name] = control.value;
    what.changed?.();
  });
  return { ...framed(name, control, what, () => control.value !== ""), fill };
}

/** @param {Store} store @param {string} name @param {What} what @returns {Field} */
export function checkField(store, name, { label, required = true, changed }) {
  const error = h("p", { class: "error", id: `field-${name}-error`, role: "alert" });
  const control = h("input", { type: "checkbox", id: `field-${name}`, "data-testid": `field-${name}`, required, "aria-describedby": error.id });
  control.checked = store[name] ?? false;
  control.addEventListener("change", () => {
    store[name] = control.checked;
    changed?.();
  });
  const fault = (/** @type {string} */ text) => setText(error, text);
  return { name, node: h("div", {}, h("label", { class: "declaration" }, control, " ", label), error), control, required, filled: () => control.checked, fault };
}

/** Whether all that must be there is there; the first that is not gets the focus. @param {Field[]} fields */
export function complete(fields) {
  const asked = fields.filter(({ node }) => !node.hidden);
  for (const field of asked) field.fault(field.required && !field.filled() ? t("form.required") : "");
  const wrong = asked.find(({ required, filled }) => required && !filled());
  wrong?.control.focus();
  return !wrong;
}

/**
 * What the server found wrong, at its field where there is one.
 * @param {unknown} thrown @param {Field[]} fields @param {HTMLElement} error
 */
export function explain(thrown, fields, error) {
  const problem = asProblem(thrown);
  const field = fields.find(({ name, node }) => name === problem.params.field && !node.hidden);
  error.dataset.code = problem.code;
  setText(error, field ? t("form.incomplete") : problemText(problem));
  field?.fault(problem.code === "bad-request" ? t("form.wrong") : problemText(problem));
  field?.control.focus();
  return problem;
}
