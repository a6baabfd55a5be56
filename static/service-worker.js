// Keeps the shell for a bad network, and only the shell: answers of the API, tokens and photos are never stored. What is
// online is always taken from the server, so that a new version is there at once (Rules ¶38).
"use strict";

const CACHE = "courtroom-shell-1";
const PAGES = new Set(["/", "/staff", "/technician"]);
const SHELL = [
  "/",
  "/absence.js",
  "/app.js",
  "/attendance.js",
  "/boot.js",
  "/courttime.js",
  "/dom.js",
  "/emitter.js",
  "/forms/askform.js",
  "/forms/field.js",
  "/forms/file.js",
  "/forms/linkfields.js",
  "/forms/officeacts.js",
  "/forms/word.js",
  "/i18n.js",
  "/icons/icon.svg",
  "/languages/en.json",
  "/languages/kk.json",
  "/languages/ru.json",
  "/manifest.webmanifest",
  "/media/call.js",
  "/media/chosenpair.js",
  "/media/codecs.js",
  "/media/devices.js",
  "/media/entrycheck.js",
  "/media/layers.js",
  "/media/level.js",
  "/media/linkmeasure.js",
  "/media/pair.js", "/media/patience.js",
  "/media/plainsound.js",
  "/media/playout.js",
  "/media/publish.js",
  "/media/relays.js",
  "/media/report.js",
  "/media/stillpicture.js",
  "/media/subscribe.js",
  "/media/tap.js",
  "/media/tones.js",
  "/media/uplink.js",
  "/media/upperlayer.js",
  "/media/wakelock.js",
  "/media/wav.js",
  "/newtime.js",
  "/old-browser.js",
  "/parts/acting.js",
  "/parts/alerts.js",
  "/parts/audibility.js",
  "/parts/checks.js",
  "/parts/claims.js",
  "/parts/consoleseat.js",
  "/parts/controls.js",
  "/parts/course.js",
  "/parts/deviceadvice.js",
  "/parts/devices.js",
  "/parts/dialog.js",
  "/parts/entrycheck.js",
  "/parts/faults.js",
  "/parts/findings.js",
  "/parts/floor.js",
  "/parts/headline.js",
  "/parts/icons.js",
  "/parts/language.js",
  "/parts/menu.js",
  "/parts/message.js",
  "/parts/meter.js",
  "/parts/notices.js",
  "/parts/panel.js",
  "/parts/person.js",
  "/parts/questions.js",
  "/parts/quick.js",
  "/parts/requests.js",
  "/parts/section.js",
  "/parts/selfview.js",
  "/parts/sounds.js",
  "/parts/sparkline.js",
  "/parts/strip.js", "/parts/surroundings.js",
  "/parts/testresults.js",
  "/parts/tile.js",
  "/parts/waitingcard.js",
  "/protocol/administration.js",
  "/protocol/applications.js",
  "/protocol/console.js",
  "/protocol/entrycheck.js",
  "/protocol/http.js",
  "/protocol/linktest.js",
  "/protocol/officedesk.js",
  "/protocol/problem.js",
  "/protocol/session.js",
  "/protocol/token.js",
  "/style/base.css",
  "/style/console.css",
  "/style/office.css",
  "/style/panel.css",
  "/style/parts.css",
  "/style/procedure.css",
  "/style/stage.css",
  "/support.js",
  "/version.js",
  "/views/account.js",
  "/views/admin.js",
  "/views/adminperson.js",
  "/views/application.js",
  "/views/apply.js",
  "/views/cases.js",
  "/views/check.js",
  "/views/consolehearing.js",
  "/views/consolelist.js",
  "/views/courtrooms.js",
  "/views/courtsettings.js",
  "/views/enclosures.js",
  "/views/end.js",
  "/views/entry.js",
  "/views/facts.js",
  "/views/fields.js",
  "/views/hearing.js",
  "/views/hearingpapers.js",
  "/views/inbox.js",
  "/views/initiative.js",
  "/views/office.js",
  "/views/officeapplication.js",
  "/views/paper.js",
  "/views/papers.js",
  "/views/papersection.js",
  "/views/receipt.js",
  "/views/register.js",
  "/views/signin.js",
  "/views/staff.js",
  "/views/technician.js",
  "/views/trouble.js",
  "/views/waiting.js",
  "/workdays.js",
];
const worker = /** @type {any} */ (self);

worker.addEventListener("install", (/** @type {any} */ event) => {
  event.waitUntil(caches.open(CACHE).then((cache) => cache.addAll(SHELL)).then(() => worker.skipWaiting()));
});

worker.addEventListener("activate", (/** @type {any} */ event) => {
  event.waitUntil(dropOld().then(() => worker.clients.claim()));
});

worker.addEventListener("fetch", (/** @type {any} */ event) => {
  const name = shellName(event.request);
  if (name) event.respondWith(newest(event.request, name));
});

async function dropOld() {
  for (const key of await caches.keys()) if (key !== CACHE) await caches.delete(key);
}

/**
 * The shell's file that a request is for; null for everything else, which the browser then does itself.
 * @param {Request} request
 */
function shellName(request) {
  const { origin, pathname } = new URL(request.url);
  if (request.method !== "GET" || origin !== location.origin || request.headers.has("Authorization")) return null;
  const name = PAGES.has(pathname) ? "/" : pathname;
  return SHELL.includes(name) ? name : null;
}

/** @param {Request} request @param {string} name */
async function newest(request, name) {
  let response;
  try {
    response = await fetch(request);
  } catch {
    return (await caches.match(name)) ?? Response.error();
  }
  if (response.ok && !response.redirected) await keep(name, response.clone());
  return response;
}

/** A full or forbidden storage keeps nobody from what the server has just sent. @param {string} name @param {Response} response */
async function keep(name, response) {
  try {
    await (await caches.open(CACHE)).put(name, response);
  } catch {
    // The next visit without a network shows an older shell, or none.
  }
}
