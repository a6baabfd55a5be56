/** The token of this tab: kept in sessionStorage only, so that a reload returns to the same seat, and renewed in time. */
import { Emitter } from "../emitter.js";
import { renewToken } from "./http.js";
import { Problem } from "./problem.js";

const RENEW_AT = 0.6; // of the token's life
const RETRY_MS = 5_000;

/**
 * @template {{token: string, expires_in: number}} T
 * @extends {Emitter<{renewed: string, lost: Problem}>}
 */
export class Credential extends Emitter {
  /** @type {T} */ grant;
  /** @type {ReturnType<typeof setTimeout>|undefined} */ #timer;
  #key;
  #forgotten = false;

  /** @param {string} key @param {T & {expires_at?: number}} grant */
  constructor(key, grant) {
    super();
    this.#key = key;
    this.grant = grant;
    this.#store(grant.expires_at ?? Date.now() + grant.expires_in * 1000);
  }

  /**
   * The credential that an earlier page of this tab left, if it is still good.
   * @template {{token: string, expires_in: number}} T
   * @param {string} key
   * @returns {Credential<T>|null}
   */
  static stored(key) {
    try {
      const grant = JSON.parse(sessionStorage.getItem(key) ?? "null");
      return grant && grant.expires_at > Date.now() ? new Credential(key, grant) : null;
    } catch {
      return null;
    }
  }

  /**
   * What an earlier page left that is good no more, for a phone had put the tab away. It is forgotten with that.
   * @param {string} key @returns {any}
   */
  static expired(key) {
    const left = sessionStorage.getItem(key);
    sessionStorage.removeItem(key);
    try {
      return JSON.parse(left ?? "null");
    } catch {
      return null;
    }
  }

  get token() {
    return this.grant.token;
  }

  forget() {
    this.#forgotten = true;
    clearTimeout(this.#timer);
    sessionStorage.removeItem(this.#key);
  }

  /** @param {number} expiresAt milliseconds since 1970 */
  #store(expiresAt) {
    sessionStorage.setItem(this.#key, JSON.stringify({ ...this.grant, expires_at: expiresAt }));
    const life = this.grant.expires_in * 1000;
    const left = Math.min(life, expiresAt - Date.now()); // a clock that was put back makes no token live longer
    this.#plan(Math.max(0, left - life * (1 - RENEW_AT)));
  }

  /** @param {number} delay milliseconds */
  #plan(delay) {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#renew(), Math.min(delay, 2 ** 31 - 1));
  }

  async #renew() {
    try {
      const { token, expires_in } = await renewToken(this.token);
      if (this.#forgotten) return;
      this.grant = { ...this.grant, token, expires_in };
      this.#store(Date.now() + expires_in * 1000);
      this.emit("renewed", token);
    } catch (error) {
      if (this.#forgotten) return;
      if (error instanceof Problem && error.status === 401) this.emit("lost", error);
      else this.#plan(RETRY_MS);
    }
  }
}
