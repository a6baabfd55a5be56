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
  // No link: where this port speaks TLS, plain http is sent to https by itself and this screen is never seen.
  if (kind === "insecure") return [h("p", { class: "hint" }, t("insecure.operator"))];
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
