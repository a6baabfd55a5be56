/** The technician's console: the list of hearings or one of them, as the address says, renewed by itself (Rules ¶27). */
import { h, setText, show } from "../dom.js";
import { problemText, t } from "../i18n.js";
import { formatPlace, parsePlace } from "../protocol/console.js";
import { asProblem } from "../protocol/problem.js";
import { consoleHearing } from "./consolehearing.js";
import { consoleList } from "./consolelist.js";

/** @typedef {import("../protocol/console.js").Place} Place */
/** @typedef {{node: HTMLElement, load: () => Promise<void>, period: number}} Board */

/** @param {import("../app.js").App} app @param {import("../protocol/token.js").Credential<any>} staff @returns {import("../app.js").View} */
export function technician(app, staff) {
  const error = h("p", { class: "banner", role: "alert", "data-testid": "console-problem", hidden: true });
  const body = h("div", {});
  const go = (/** @type {Place} */ place) => void (location.hash = formatPlace(place));
  /** @type {() => void} */
  let stop = () => undefined;
  const open = () => {
    stop();
    const place = parsePlace(location.hash);
    const board = (place.hearing ? consoleHearing : consoleList)(app, staff, place, go);
    show(error, false);
    body.replaceChildren(board.node);
    stop = renew(board, error, app);
  };
  const turned = () => {
    const kept = document.activeElement?.getAttribute("data-testid");
    open();
    // A filter that was pressed keeps the focus; a new screen begins at its heading.
    const same = kept && /** @type {HTMLElement|null} */ (body.querySelector(`[data-testid="${kept}"]`));
    /** @type {HTMLElement|null} */ (same || body.querySelector("h1"))?.focus({ preventScroll: Boolean(same) });
  };
  addEventListener("hashchange", turned);
  open();
  return {
    screen: "technician", title: t("technician.title"),
    close: () => {
      removeEventListener("hashchange", turned);
      stop();
    },
    node: h("div", { class: "page console" }, error, body,
      h("div", { class: "row wrap" }, h("a", { class: "button", href: "/staff" }, t("console.to-hearings")),
        h("button", { class: "button", "data-testid": "sign-out", onclick: () => app.signOut() }, t("hearings.sign-out")))),
  };
}

/**
 * Loads again and again, one request at a time; what was seen last stays while the server does not answer, and is called old.
 * @param {Board} board @param {HTMLElement} error @param {import("../app.js").App} app
 */
function renew({ load, period }, error, app) {
  let over = false;
  let seen = Date.now();
  /** @type {ReturnType<typeof setTimeout>|undefined} */
  let timer;
  const turn = async () => {
    try {
      await load();
      seen = Date.now();
      if (!over) show(error, false);
    } catch (thrown) {
      if (over) return;
      const problem = asProblem(thrown);
      if (problem.status === 401) return app.signOut();
      show(error, true);
      setText(error, `${problemText(problem)} ${t("console.stale", { seconds: Math.round((Date.now() - seen) / 1000) })}`);
    }
    if (!over) timer = setTimeout(turn, period);
  };
  void turn();
  return () => {
    over = true;
    clearTimeout(timer);
  };
}
