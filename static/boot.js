/** The first module: an error from here on is said calmly, and a browser that can't load the rest is told so. */

/** @type {import("./app.js").App|undefined} */
let app;

/** Never a stack trace on the screen; the details stay in the browser's console. */
function calm() {
  app?.notices.add({ key: "problem.client-error", urgent: true });
}
addEventListener("error", calm);
addEventListener("unhandledrejection", calm);

import("./app.js").then(
  async ({ main }) => {
    app = await main(/** @type {HTMLElement} */ (document.getElementById("app")));
    if (debugging()) (await import("./debug.js")).expose(app);
    navigator.serviceWorker?.register("/service-worker.js").catch(() => undefined);
  },
  () => document.getElementById("old-browser")?.removeAttribute("hidden"),
);

function debugging() {
  return new URLSearchParams(location.search).get("debug") === "1" || localStorage.getItem("debug") === "1";
}
