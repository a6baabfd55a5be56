/** The microphone and the camera: asked for, switched, lost and found again. What went wrong is one word per device. */
import { Emitter } from "../emitter.js";

/**
 * `busy`: another program has it; `muted`: the system took it, for an incoming call; `asking`: the browser's question is open.
 * @typedef {"asking"|"on"|"off"|"muted"|"denied"|"missing"|"busy"|"unsupported"} State
 * @typedef {"microphone"|"camera"} Device
 */

const AUDIO = { echoCancellation: true, noiseSuppression: true, autoGainControl: true, channelCount: 1 };
const VIDEO = { width: { ideal: 1280 }, height: { ideal: 720 }, frameRate: { ideal: 25, max: 30 }, facingMode: "user" };
export const DEVICES = /** @type {const} */ (["microphone", "camera"]);
/** @type {Record<string, State>} */
const WORDS = {
  NotAllowedError: "denied", SecurityError: "denied", NotFoundError: "missing", OverconstrainedError: "missing",
  NotReadableError: "busy", AbortError: "busy", TypeError: "unsupported", NotSupportedError: "unsupported",
};

/**
 * The word for what getUserMedia threw.
 * @param {unknown} error
 * @returns {State}
 */
export function stateOf(error) {
  return WORDS[/** @type {Error} */ (error)?.name] ?? "busy";
}

/** @extends {Emitter<{change: void, lost: Device, found: Device, system: {device: Device, muted: boolean}}>} */
export class LocalMedia extends Emitter {
  /** @type {Record<Device, State>} */ state = { microphone: "asking", camera: "asking" };
  /** @type {Record<Device, MediaStreamTrack|null>} */ tracks = { microphone: null, camera: null };
  /** @type {Record<Device, string|undefined>} */ #chosen = { microphone: undefined, camera: undefined };
  /** What its owner has switched off stays so, whatever becomes of the device. @type {Set<Device>} */ #off = new Set();
  /** Lost, and not had again. @type {Set<Device>} */ #gone = new Set();
  #closed = false;
  #changed = () => void this.#devicesChanged();

  /** Both states in the protocol's words. */
  get wire() {
    return { microphone: wireState(this.state.microphone), camera: wireState(this.state.camera) };
  }

  async open() {
    navigator.mediaDevices.addEventListener("devicechange", this.#changed);
    try {
      this.#adopt(await navigator.mediaDevices.getUserMedia({ audio: AUDIO, video: VIDEO }));
    } catch {
      // One of the two is in the way: find out which.
      await this.acquire("microphone");
      await this.acquire("camera");
    }
  }

  close() {
    this.#closed = true;
    navigator.mediaDevices.removeEventListener("devicechange", this.#changed);
    this.#release("microphone");
    this.#release("camera");
  }

  /**
   * Asks for one device, again if need be.
   * @param {Device} device
   * @param {string} [id] of the device that the user chose
   */
  async acquire(device, id) {
    if (id) this.#chosen[device] = id;
    if (id && device === "camera" && this.state.camera === "off") return; // taken once it is switched on
    try {
      this.#adopt(await this.#ask(device));
    } catch (error) {
      this.#release(device);
      this.#set(device, stateOf(error));
    }
  }

  /** @param {Device} device @param {boolean} on */
  async turn(device, on) {
    if (on) this.#off.delete(device);
    const track = this.tracks[device];
    if (on && (!track || track.readyState === "ended")) return this.acquire(device);
    if (!track) return;
    if (!on) this.#off.add(device);
    if (device === "camera" && !on) this.#release(device); // so that the camera's light goes out
    else track.enabled = on;
    this.#set(device, on ? (track.muted ? "muted" : "on") : "off");
  }

  /** After a screen lock: what the system ended meanwhile, also where it could not be had again behind the lock, is asked for again. */
  async revive() {
    for (const device of DEVICES) {
      const ended = this.tracks[device]?.readyState === "ended";
      if (ended || this.#away(device) || this.#gone.has(device)) await this.acquire(device);
    }
  }

  /** @param {Device} device that may be had later */
  #away(device) {
    return this.state[device] === "missing" || this.state[device] === "busy";
  }

  /** @returns {Promise<Record<Device, MediaDeviceInfo[]>>} */
  async list() {
    const all = await navigator.mediaDevices.enumerateDevices();
    const named = all.filter(({ deviceId }) => deviceId !== "");
    return {
      microphone: named.filter(({ kind }) => kind === "audioinput"),
      camera: named.filter(({ kind }) => kind === "videoinput"),
    };
  }

  /** @param {Device} device */
  async #ask(device) {
    const id = this.#chosen[device];
    const wanted = { ...(device === "microphone" ? AUDIO : VIDEO), ...(id && { deviceId: { ideal: id } }) };
    return navigator.mediaDevices.getUserMedia(device === "microphone" ? { audio: wanted } : { video: wanted });
  }

  /** @param {MediaStream} stream */
  #adopt(stream) {
    for (const track of stream.getTracks()) {
      if (this.#closed) track.stop();
      else this.#take(track.kind === "audio" ? "microphone" : "camera", track);
    }
  }

  /** @param {Device} device @param {MediaStreamTrack} track */
  #take(device, track) {
    this.#release(device);
    this.#gone.delete(device);
    this.tracks[device] = track;
    track.enabled = !this.#off.has(device);
    track.contentHint = device === "microphone" ? "speech" : "motion";
    track.onended = () => void this.#lost(device);
    track.onmute = () => this.#system(device, true);
    track.onunmute = () => this.#system(device, false);
    this.#set(device, !track.enabled ? "off" : track.muted ? "muted" : "on");
  }

  /** @param {Device} device */
  #release(device) {
    const track = this.tracks[device];
    if (!track) return;
    track.onended = track.onmute = track.onunmute = null;
    track.stop();
    this.tracks[device] = null;
  }

  /** @param {Device} device */
  async #lost(device) {
    this.emit("lost", device);
    await this.acquire(device);
    if (this.tracks[device]) this.emit("found", device);
    else this.#gone.add(device);
  }

  async #devicesChanged() {
    // Before anything was allowed, devices have no names but are there (W3C Media Capture, "enumerateDevices").
    const kinds = new Set((await navigator.mediaDevices.enumerateDevices()).map(({ kind }) => kind));
    for (const device of DEVICES) {
      if (this.#away(device) && kinds.has(device === "microphone" ? "audioinput" : "videoinput")) {
        await this.acquire(device);
        if (this.tracks[device]) this.emit("found", device);
      }
    }
    this.emit("change", undefined);
  }

  /** @param {Device} device @param {boolean} muted */
  #system(device, muted) {
    if (this.state[device] === "off") return;
    this.#set(device, muted ? "muted" : "on");
    this.emit("system", { device, muted });
  }

  /** @param {Device} device @param {State} state */
  #set(device, state) {
    this.state[device] = state;
    this.emit("change", undefined);
  }
}

/**
 * The state in the protocol's words.
 * @param {State} state
 * @returns {import("../protocol/types.js").DeviceState}
 */
export function wireState(state) {
  if (state === "on" || state === "off" || state === "muted" || state === "denied") return state;
  return state === "asking" ? "off" : "missing";
}
