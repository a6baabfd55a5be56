/** Files that go with an application: chosen, or taken by the camera; each is looked at before it is sent. */
import { h, setText, show } from "../dom.js";
import { t } from "../i18n.js";
import { framed } from "./field.js";

/** @typedef {import("./field.js").Field} Field */
/** @typedef {import("./field.js").Store} Store */
/** @typedef {import("./field.js").What} What */

const MEGABYTE = 1024 * 1024;
/** As the server has it. */
const LARGEST = 10 * MEGABYTE;
const PICTURES = ["image/jpeg", "image/png"];
const EDGE = 1600; // pixels: a face is told apart on less

/**
 * @param {Store} store @param {"identity"|"authority"|"photo"} name @param {What} what
 * @returns {Field}
 */
export function fileField(store, name, what) {
  const portrait = name === "photo";
  const types = portrait ? PICTURES : [...PICTURES, "application/pdf"];
  const input = picker(types);
  const preview = h("img", { class: "preview", alt: t("apply.preview"), "data-testid": `preview-${name}` });
  const chosen = h("p", { class: "hint", role: "status" });
  const field = framed(name, input, what, () => store[name] instanceof File, input);
  const shown = () => {
    const file = store[name];
    URL.revokeObjectURL(preview.src);
    setText(chosen, file ? t("apply.chosen", { name: file.name, size: (file.size / MEGABYTE).toFixed(1) }) : "");
    show(preview, file && PICTURES.includes(file.type));
    if (file) preview.src = URL.createObjectURL(file);
  };
  const take = async (/** @type {HTMLInputElement} */ from) => {
    const [file] = from.files ?? [];
    if (!file) return;
    const fit = portrait ? await smaller(file) : file;
    const wrong = !types.includes(fit.type) ? t("apply.wrong-type") : fit.size > LARGEST ? t("problem.too-large") : "";
    store[name] = wrong ? null : fit;
    field.fault(wrong);
    shown();
    what.changed?.();
  };
  input.addEventListener("change", () => take(input));
  shown();
  field.node.append(...(portrait ? [camera(take)] : []), chosen, preview);
  return field;
}

/** A phone's own camera; where there is none, a browser lets choose a file. @param {(from: HTMLInputElement) => void} take */
function camera(take) {
  const input = picker(PICTURES);
  input.setAttribute("capture", "user");
  input.hidden = true;
  input.addEventListener("change", () => take(input));
  return h("div", {}, h("button", { type: "button", class: "button", "data-testid": "take-photo", onclick: () => input.click() }, t("apply.take-photo")), input);
}

/** @param {string[]} types */
const picker = (types) => h("input", { type: "file", class: "field", accept: types.join() });

/** A photo as large as is needed, and without what a camera writes about the place; as it is, where it can't be read. @param {File} file */
async function smaller(file) {
  try {
    const picture = await createImageBitmap(file);
    const scale = Math.min(1, EDGE / Math.max(picture.width, picture.height));
    const canvas = h("canvas", { width: Math.round(picture.width * scale), height: Math.round(picture.height * scale) });
    canvas.getContext("2d")?.drawImage(picture, 0, 0, canvas.width, canvas.height);
    const data = await new Promise((/** @type {(blob: Blob|null) => void} */ resolve) => canvas.toBlob(resolve, "image/jpeg", 0.9));
    return data ? new File([data], file.name, { type: "image/jpeg" }) : file;
  } catch {
    return file;
  }
}
