/** After leave was taken: asks the court now and then when the hearing is to be, until this entry is good for nothing (Rules ¶10). */
import { Emitter } from "./emitter.js";
import { renewToken, snapshot } from "./protocol/http.js";
import { asProblem } from "./protocol/problem.js";

const PERIOD_MS = 30_000;

/** @extends {Emitter<{set: string}>} */
export class NewTime extends Emitter {
  /** @type {string|null} ISO 8601 */ at = null;
  #token;
  #timer;

  /** @param {string} token of the seat; renewed each time */
  constructor(token) {
    super();
    this.#token = token;
    this.#timer = setInterval(() => void (document.hidden || this.look()), PERIOD_MS);
    document.addEventListener("visibilitychange", () => void (document.hidden || this.look()));
  }

  async look() {
    try {
      this.#token = (await renewToken(this.#token)).token;
      await snapshot(this.#token);
    } catch (thrown) {
      const { code, params, status } = asProblem(thrown);
      if (status === 401) clearInterval(this.#timer);
      if (code === "not-yet-open" && params.scheduled_at !== this.at) {
        this.at = params.scheduled_at;
        this.emit("set", params.scheduled_at);
      }
    }
  }
}
