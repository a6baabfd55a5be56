/**
 * The microphone as it is, for the check before entry: what the browser usually takes out of the sound, noise, echo, too little
 * and too much of it, is what is to be found (Rules ¶28).
 */
import { wav } from "./wav.js";

const PLAIN = { echoCancellation: false, noiseSuppression: false, autoGainControl: false, channelCount: 1 };
const RATE = 16_000;
const RUNS_MS = 1_000;

export class PlainSound {
  #stream;
  /** @type {AudioContext|null} */ #context = null;
  /** @type {MediaStreamAudioSourceNode|null} */ #source = null;
  #muted = new AbortController();

  /** @param {MediaStream} stream */
  constructor(stream) {
    this.#stream = stream;
  }

  /**
   * The same microphone once more; null where the browser does not give it so.
   * @param {MediaStreamTrack} track
   */
  static async of(track) {
    const { deviceId } = track.getSettings();
    try {
      const audio = { ...PLAIN, ...(deviceId && { deviceId: { exact: deviceId } }) };
      return new PlainSound(await navigator.mediaDevices.getUserMedia({ audio }));
    } catch {
      return null;
    }
  }

  /** Whether noise is left in: some browsers and some microphones take it out whatever they are asked. */
  get plain() {
    const [track] = this.#stream.getAudioTracks();
    return track?.getSettings().noiseSuppression !== true;
  }

  /** Whether the page may use sound: without a touch of it a browser may hold it back. */
  async runs() {
    const { context } = this.#nodes();
    if (context.state === "running") return true;
    await Promise.race([context.resume().catch(() => undefined), new Promise((resolve) => setTimeout(resolve, RUNS_MS))]);
    return /** @type {string} */ (context.state) === "running";
  }

  /**
   * So many seconds of it (WAV).
   * @param {number} seconds
   * @returns {Promise<Blob|null>} null where the browser cannot, and once it is muted
   */
  async record(seconds) {
    const { context, source } = this.#nodes();
    const muted = this.#muted.signal;
    try {
      await context.audioWorklet.addModule("/media/tap.js");
    } catch {
      return null;
    }
    if (muted.aborted) return null; // nothing more comes of the signal
    const tap = new AudioWorkletNode(context, "tap", { numberOfOutputs: 0 });
    /** @type {Float32Array[]} */
    const pieces = [];
    let [left, stop] = [Math.round(seconds * context.sampleRate), () => {}];
    await new Promise((resolve) => {
      stop = () => resolve(undefined);
      const timer = setTimeout(stop, 2_000 * seconds); // a microphone that gives less than it should
      muted.addEventListener("abort", stop);
      tap.port.onmessage = ({ data }) => {
        pieces.push(data);
        left -= data.length;
        if (left <= 0) {
          clearTimeout(timer);
          stop();
        }
      };
      source.connect(tap);
    });
    muted.removeEventListener("abort", stop);
    source.disconnect(tap);
    return pieces.length > 0 && !muted.aborted ? wav(pieces, context.sampleRate) : null;
  }

  /** Its frequencies, in the context in which a sound is played too. */
  listen() {
    const { context, source } = this.#nodes();
    const analyser = new AnalyserNode(context, { fftSize: 4096, smoothingTimeConstant: 0 });
    source.connect(analyser);
    return { context, analyser };
  }

  /** Listens no longer; what is being played goes on. */
  mute() {
    this.#muted.abort();
    for (const track of this.#stream.getTracks()) track.stop();
  }

  close() {
    this.mute();
    void this.#context?.close();
    this.#context = null;
  }

  #nodes() {
    if (this.#context && this.#source) return { context: this.#context, source: this.#source };
    const [context, source] = at(this.#stream, RATE) ?? at(this.#stream) ?? [new AudioContext(), null];
    if (!source) throw new DOMException("no sound", "NotSupportedError");
    [this.#context, this.#source] = [context, source];
    return { context, source };
  }
}

/**
 * Not every browser changes a microphone's rate.
 * @param {MediaStream} stream @param {number} [sampleRate] @returns {[AudioContext, MediaStreamAudioSourceNode]|null}
 */
function at(stream, sampleRate) {
  const context = new AudioContext(sampleRate ? { sampleRate } : {});
  try {
    return [context, context.createMediaStreamSource(stream)];
  } catch {
    void context.close();
    return null;
  }
}
