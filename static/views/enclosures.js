/** Personal documents of an application: only on demand, for every reading stands in a register (Rules ¶3, ¶8). */
import { h } from "../dom.js";
import { t } from "../i18n.js";

/** @typedef {import("./office.js").Bench} Bench */

/** @param {Bench} bench @param {import("../protocol/officedesk.js").Application} one */
export function enclosures(bench, one) {
  const photo = h("div", {});
  const open = (/** @type {string} */ kind) => bench.attempt(async () => {
    const file = await bench.desk().enclosure(one.application, kind);
    if (kind === "photo") photo.replaceChildren(picture(file, t("waiting-card.photo-of", { name: one.applicant.name })));
    else save(file, `${kind}-${one.receipt}`);
  });
  const buttons = one.documents.map((kind) => h("button", { class: "button", "data-testid": `enclosure-${kind}`, onclick: () => open(kind) },
    t(kind === "photo" ? "office.show" : "office.download", { what: t(`enclosed.${kind}`) })));
  return h("section", { class: "card stack" }, h("h2", {}, t("office.enclosed")), h("p", { class: "hint" }, t("office.read-noted")),
    h("div", { class: "row wrap" }, ...buttons), photo);
}

/** @param {Blob} file @param {string} alt */
function picture(file, alt) {
  const url = URL.createObjectURL(file);
  const image = h("img", { class: "preview", src: url, alt, "data-testid": "enclosed-photo" });
  image.addEventListener("load", () => URL.revokeObjectURL(url));
  return image;
}

/** Kept as a file: what a stranger sent is never opened on this page. @param {Blob} file @param {string} name */
export function save(file, name) {
  const url = URL.createObjectURL(file);
  const ending = file.type.split("/")[1] ?? "";
  h("a", { href: url, download: `${name}.${ending === "jpeg" ? "jpg" : ending}` }).click();
  setTimeout(() => URL.revokeObjectURL(url), 60_000);
}
