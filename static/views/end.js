/** The last screens: why it is over, and the next step. */
import { h, setText } from "../dom.js";
import { problemText, t } from "../i18n.js";

/** Where the title says it all. */
const SAID = new Set(["left", "ended"]);
/** Where entering again can help. */
const RETRY = new Set([
  "token-expired", "token-revoked", "token-missing", "left", "hearing-full", "overloaded", "not-yet-open", "network", "replaced",
  "device-refused", "refused", "media-down", "server-error", "client-error", "postponed",
]);

/**
 * @param {{code: string, params?: Record<string, any>}} problem `left` where we left ourselves
 * @param {string} again the address of the way back in
 * @param {import("../newtime.js").NewTime|null} [time] where the hearing is to be another day
 * @returns {import("../app.js").View}
 */
export function end(problem, again, time = null) {
  const title = t(`end.${known(problem.code)}`);
  const next = `next.${known(problem.code)}`;
  const when = h("p", { class: "verdict", role: "status", "data-testid": "new-time" });
  const step = h("p", {}, t(next));
  const told = () => {
    const at = time?.at !== problem.params?.scheduled_at && time?.at;
    setText(when, at ? t("end.new-time", { at }) : "");
    if (at) setText(step, t("next.not-yet-open"));
  };
  time?.on("set", told);
  told();
  return {
    screen: "end", title,
    node: h("div", { class: "page narrow", "data-testid": "end", "data-code": problem.code },
      h("div", { class: "card stack" },
        h("h1", { tabindex: "-1" }, title),
        !SAID.has(problem.code) && h("p", { "data-testid": "end-problem" }, problemText(problem)),
        when, step,
        RETRY.has(problem.code) && h("a", { class: "button primary large", href: again, "data-testid": "enter-again" }, t("end.again")),
        location.pathname === "/staff" && h("a", { class: "button", href: "/staff", "data-testid": "to-hearings" }, t("end.hearings")))),
  };
}

const TITLED = new Set([
  "refused", "removed", "replaced", "ended", "left", "hearing-full", "not-yet-open", "device-refused", "overloaded",
  "dismissed", "postponed",
]);

/** @param {string} code */
function known(code) {
  if (TITLED.has(code)) return code;
  return code.startsWith("token-") ? "token" : "other";
}
