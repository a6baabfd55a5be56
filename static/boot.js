/** The first module: an error from here on is said calmly, and a browser that can't load the rest is told so. */

/** @type {import("./app.js").App|undefined} */
let app;

/** Never a stack trace on the screen; the details stay in the browser's console. */
function calm() {
  app?.notices.add({ key: "problem.client-error", urgent: true });
}
addEventListener("error", calm);
addEventListener("unhandledrejection", calm);

import("./app.js").then(({ main }) => main(/** @type {HTMLElement} */ (document.getElementById("app")))).then(started, unloaded);

/** @param {import("./app.js").App} main */
async function started(main) {
  app = main;
  document.getElementById("unloaded")?.remove();
  if (debugging()) (await import("./debug.js")).expose(app);
  navigator.serviceWorker?.register("/service-worker.js").catch(() => undefined);
}

/** @param {unknown} error */
function unloaded(error) {
  console.error(error);
  const foreign = isForeign(error);
  document.getElementById("old-browser")?.toggleAttribute("hidden", !foreign);
  const again = document.getElementById("unloaded");
  if (foreign) return again?.remove();
  again?.classList.add("now");
  for (const link of again?.querySelectorAll("a") ?? []) link.addEventListener("click", reload);
}

/** The link by itself would lose what follows the address's #. @param {Event} event */
function reload(event) {
  event.preventDefault();
  location.reload();
}

/**
 * Whether the browser does not know our language. A file that did not come is a TypeError (HTML, "fetch a single module
 * script"); one of another version than the rest lacks an export, and comes anew with the page.
 * @param {unknown} error
 */
function isForeign(error) {
  return error instanceof SyntaxError && !/export|import/i.test(error.message);
}

function debugging() {
  return new URLSearchParams(location.search).get("debug") === "1" || localStorage.getItem("debug") === "1";
}
