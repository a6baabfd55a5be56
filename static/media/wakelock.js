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
    void this.#lock?.release();
    this.#lock = null;
  }

  async #request() {
    if (!this.#wanted || document.visibilityState !== "visible") return;
    try {
      this.#lock = await navigator.wakeLock.request("screen");
    } catch {
      this.#lock = null; // unknown to the browser, or forbidden by a low battery
    }
  }
}
