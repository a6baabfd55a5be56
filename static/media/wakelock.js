/** Keeps the screen from locking while somebody is in a hearing; where the browser cannot, nothing happens. */
export class WakeLock {
  /** @type {WakeLockSentinel|null} */ #lock = null;
  #wanted = false;
  #again = () => void this.#request();

  start() {
    if (this.#wanted) return;
    this.#wanted = true;
    document.addEventListener("visibilitychange", this.#again); // a hidden page loses its lock
    void this.#request();
  }

  stop() {
    this.#wanted = false;
    document.removeEventListener("visibilitychange", this.#again);
    this.#keep(null);
  }

  async #request() {
    if (!this.#wanted || document.visibilityState !== "visible") return;
    try {
      this.#keep(await navigator.wakeLock.request("screen"));
    } catch {
      this.#keep(null); // unknown to the browser, or forbidden by a low battery
    }
  }

  /** One lock at most, and none that came when it was not wanted any more. @param {WakeLockSentinel|null} lock */
  #keep(lock) {
    for (const one of [this.#lock, this.#wanted ? null : lock]) void one?.release();
    this.#lock = this.#wanted ? lock : null;
  }
}
