/** Before anything else: what keeps this browser, address or version out, and what to do about it. */
import { h } from "../dom.js";
import { t } from "../i18n.js";

/** @param {"unsupported"|"insecure"|"too-old"|"offline"} kind @returns {import("../app.js").View} */
export function trouble(kind) {
  return {
    screen: kind, title: t(`${kind}.title`),
    node: h("div", { class: "page narrow" },
      h("div", { class: "card stack" },
        h("h1", { tabindex: "-1" }, t(`${kind}.title`)), h("p", {}, t(`${kind}.text`)), h("p", {}, t(`${kind}.next`)), ...step(kind))),
  };
}

/** @param {string} kind */
function step(kind) {
  if (kind === "insecure") {
    const address = location.href.replace(/^http:/, "https:");
    return [h("a", { class: "button primary large", href: address, "data-testid": "to-https" }, t("insecure.open"))];
  }
  if (kind === "unsupported") return [];
  return [h("button", { class: "button primary large", "data-testid": "reload", onclick: renew }, t("common.reload"))];
}

/** Throws the stored shell away, so that the reload brings the new version. */
async function renew() {
  try {
    for (const key of await caches.keys()) await caches.delete(key);
    for (const registration of await navigator.serviceWorker.getRegistrations()) await registration.unregister();
  } finally {
    location.reload();
  }
}
