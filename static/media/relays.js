/** The relays (TURN) that the server offers, and credentials for them; asked for again while those in hand still hold. */

/** @typedef {{servers: RTCIceServer[], expires_in: number}} Answer `expires_in` in seconds */

/** Of every connection; `setConfiguration` wants it the same (W3C webrtc §4.4.1.6). */
export const CONFIGURATION = Object.freeze({
  iceServers: [], bundlePolicy: /** @type {const} */ ("max-bundle"), rtcpMuxPolicy: /** @type {const} */ ("require"),
});
const USED_UP = 0.5; // of the lifetime: a connection that is made now goes on for a while

export class Relays {
  /** Whether the server has any. */ offered = false;
  #ask;
  /** @type {Promise<Answer>|null} */ #answer = null;
  #fresh = () => false;

  /** @param {() => Promise<Answer>} ask */
  constructor(ask) {
    this.#ask = ask;
  }

  /**
   * Before a connection begins to look for its ways.
   * @param {RTCPeerConnection} pc
   */
  async prepare(pc) {
    if (!this.offered) return;
    const { servers } = await this.#latest();
    pc.setConfiguration({ ...CONFIGURATION, iceServers: servers });
  }

  #latest() {
    if (!this.#answer || !this.#fresh()) this.#answer = this.#renew();
    return this.#answer;
  }

  async #renew() {
    const elapsed = stopwatch();
    this.#fresh = () => true; // who else needs them waits for the same answer
    try {
      const answer = await this.#ask();
      this.#fresh = () => elapsed() < answer.expires_in * 1_000 * USED_UP;
      return answer;
    } catch (error) {
      this.#fresh = () => false;
      throw error;
    }
  }
}

/** Milliseconds since now. One clock may stand still while a device sleeps, the other be put right. */
function stopwatch() {
  const [steady, wall] = [performance.now(), Date.now()];
  return () => Math.max(performance.now() - steady, Date.now() - wall);
}
