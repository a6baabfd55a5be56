/** The public page of today's and coming hearings (Rules ¶31): the feed, by day and by court. No sign-in, nothing kept. */
import { courtDay } from "./courttime.js";
import { h, setText, show } from "./dom.js";
import { loadLanguage, problemText, t } from "./i18n.js";
import { languageSwitch } from "./parts/language.js";

/**
 * @typedef {{hearing: string, number: string, court: string, courtroom: string, date: string, time: string,
 *   technology: string, state: string}} Published
 */

const PERIOD_MS = 60_000;
/** @type {Record<string, string>} */
const STATES = {
  scheduled: "schedule.scheduled", in_session: "schedule.in-session", concluded: "schedule.concluded",
  postponed: "schedule.postponed", cancelled: "schedule.cancelled",
};
/** @type {Record<string, string>} */
const TECHNOLOGIES = { videoconference: "schedule.videoconference" };

class Schedule {
  /** @type {Published[]} */ #hearings = [];
  #loaded = false;
  #date = "";
  #court = "";
  #tag = "";
  #bar = h("header", { class: "bar" });
  #main = h("main", { id: "main", class: "page" });
  #list = h("div", { class: "stack" });
  #status = h("p", { class: "hint", role: "status" });
  #error = h("p", { class: "error", role: "alert" });
  #courts = h("select", { id: "schedule-court", class: "field", onchange: () => this.#choose() });
  #dates = h("select", { id: "schedule-date", class: "field", onchange: () => this.#choose() });

  /** @param {HTMLElement} root */
  constructor(root) {
    root.replaceChildren(this.#bar, this.#main);
  }

  async start() {
    await loadLanguage();
    this.#render();
    await this.#load();
    setInterval(() => void (document.hidden || this.#load()), PERIOD_MS);
    document.addEventListener("visibilitychange", () => void (document.hidden || this.#load()));
  }

  async #load() {
    try {
      const response = await fetch("/api/v1/feed/hearings");
      if (!response.ok) throw new Error(String(response.status));
      const tag = response.headers.get("ETag") ?? "";
      setText(this.#error, "");
      if (tag && tag === this.#tag) return;
      this.#tag = tag;
      this.#hearings = (await response.json()).hearings;
      this.#loaded = true;
      this.#draw();
    } catch {
      setText(this.#error, problemText({ code: "network" }));
    }
  }

  #choose() {
    this.#date = this.#dates.value;
    this.#court = this.#courts.value;
    this.#draw();
  }

  #render() {
    document.title = `${t("schedule.title")} · ${t("common.name")}`;
    this.#bar.replaceChildren(h("p", { class: "brand" }, t("common.name")), languageSwitch(() => this.#render()));
    this.#main.replaceChildren(
      h("h1", {}, t("schedule.title")),
      h("p", { class: "lead" }, t("schedule.lead")),
      h("div", { class: "schedule-filters" },
        h("div", { class: "stack tight" }, h("label", { for: this.#dates.id }, t("schedule.date")), this.#dates),
        h("div", { class: "stack tight" }, h("label", { for: this.#courts.id }, t("schedule.court")), this.#courts)),
      this.#error, this.#status, this.#list,
      h("p", {}, h("a", { href: "/api/v1/feed/hearings.ics" }, t("schedule.calendar"))));
    this.#draw();
  }

  #draw() {
    const all = this.#hearings;
    this.#date = choices(this.#dates, this.#date, t("schedule.all-days"), all.map(({ date }) => date), day);
    this.#court = choices(this.#courts, this.#court, t("schedule.all-courts"), all.map(({ court }) => court), String);
    const shown = all.filter(({ date, court }) => [date, ""].includes(this.#date) && [court, ""].includes(this.#court));
    const days = [...new Set(shown.map(({ date }) => date))];
    this.#list.replaceChildren(...days.map((date) => daySection(date, shown.filter((one) => one.date === date))));
    setText(this.#status, this.#loaded ? t("schedule.none") : t("common.loading"));
    show(this.#status, shown.length === 0);
  }
}

/**
 * Fills a list of choices, keeping the chosen one where it is still there; the one that is chosen now.
 * @param {HTMLSelectElement} select @param {string} chosen @param {string} all what no choice is called
 * @param {string[]} values @param {(value: string) => string} name
 */
function choices(select, chosen, all, values, name) {
  const distinct = [...new Set(values)].sort();
  const kept = distinct.includes(chosen) ? chosen : "";
  select.replaceChildren(h("option", { value: "" }, all), ...distinct.map((value) => h("option", { value }, name(value))));
  select.value = kept;
  return kept;
}

/** @param {string} date @param {Published[]} hearings */
function daySection(date, hearings) {
  return h("section", { class: "stack", "aria-labelledby": `day-${date}` },
    h("h2", { id: `day-${date}` }, date === courtDay(Date.now()) ? `${t("schedule.today")}, ${day(date)}` : day(date)),
    h("ul", { class: "schedule-list", role: "list" }, ...hearings.map(item)));
}

/** @param {Published} hearing */
function item({ number, court, courtroom, date, time, technology, state }) {
  return h("li", { class: "card schedule-hearing", "data-testid": "hearing" },
    h("p", { class: "when" }, h("time", { datetime: `${date}T${time}+05:00` }, time),
      h("span", { class: "badge", "data-state": state }, t(STATES[state] ?? state))),
    h("p", { class: "number" }, number),
    h("p", {}, court, courtroom && h("span", {}, ` · ${t("schedule.courtroom")}: ${courtroom}`),
      h("span", { class: "hint" }, ` · ${t(TECHNOLOGIES[technology] ?? technology)}`)));
}

/** 2026-12-01 as all of the country writes it. @param {string} date */
function day(date) {
  return date.split("-").reverse().join(".");
}

void new Schedule(/** @type {HTMLElement} */ (document.getElementById("schedule"))).start();
