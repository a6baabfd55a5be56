/** The application is with the court: its receipt number, to be kept. */
import { h, setText } from "../dom.js";
import { t } from "../i18n.js";

/** @param {string} number @returns {import("../app.js").View} */
export function receipt(number) {
  const copied = h("span", { class: "hint", role: "status" });
  const copy = async () => setText(copied, await navigator.clipboard.writeText(number).then(() => t("receipt.copied"), () => t("receipt.not-copied")));
  return {
    screen: "receipt", title: t("receipt.title"),
    node: h("div", { class: "page narrow" },
      h("h1", { tabindex: "-1" }, t("receipt.title")),
      h("section", { class: "card stack" },
        h("p", { id: "receipt-label" }, t("application.receipt")),
        h("p", { class: "receipt", "data-testid": "receipt" }, number),
        h("p", {}, t("receipt.keep")),
        h("div", { class: "row wrap unprinted" },
          h("button", { class: "button primary", "data-testid": "receipt-copy", onclick: copy }, t("receipt.copy")),
          h("button", { class: "button", onclick: () => print() }, t("receipt.print")), copied)),
      h("h2", {}, t("receipt.next")),
      h("ol", { class: "steps" }, ...["1", "2", "3"].map((step) => h("li", {}, t(`receipt.step-${step}`)))),
      h("p", { class: "unprinted" }, h("a", { href: "#application", "data-testid": "to-application" }, t("application.title")))),
  };
}
