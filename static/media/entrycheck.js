/**
 * The check before entry (Rules ¶28, ¶35–38): what the machine does by itself, and then a sound that the person confirms. No
 * DOM. Whatever cannot be measured is left out and keeps nobody waiting. A link that has little less than it needs is
 * measured once more while the person is asked: links vary, and nobody is to wait for a moment of theirs.
 */
import { Emitter } from "../emitter.js";
import { judge, keep } from "../protocol/entrycheck.js";
import { linkTest } from "../protocol/linktest.js";
import { PlainSound } from "./plainsound.js";
import { stillPicture } from "./stillpicture.js";
import { echo, play } from "./tones.js";

/** @typedef {import("../protocol/entrycheck.js").Checked} Checked */
/** @typedef {import("../protocol/linktest.js").LinkTest} LinkTest */
/**
 * `devices`: the browser's question is open; `touch`: it wants the page to be touched first; `running`: the person speaks;
 * `judging`; `tones`: two tones are played; `asking`: whether they were heard; `failed`: the court could not be told.
 * @typedef {"devices"|"touch"|"running"|"judging"|"tones"|"asking"|"done"|"failed"} Step
 */

const AFTER_MS = 1_500; // the picture of the waiting room goes first
const SPEAKS_S = 6;
const PICTURE_AFTER_MS = 2_500; // who begins to read looks down
/** Less than is asked for, but not by more than links vary. */
const NEAR = 0.8;
/** For no longer after the person's answer: what was found at first stands then. */
const AGAIN_MS = 8_000;
/** Longer than the whole takes: for the bar alone. */
export const TAKES_MS = 14_000;

/** @extends {Emitter<{change: void}>} */
export class EntryCheck extends Emitter {
  /** @type {Step} */ step = "devices";
  /** @type {Checked|null} */ checked = null;
  /** @type {LinkTest|null} */ link = null;
  began = 0;
  #token;
  #local;
  #media;
  #listens;
  #gone = new AbortController();
  #unsubscribe;
  /** @type {PlainSound|null} */ #sound = null;
  /** @type {(() => void)|null} */ #touched = null;
  /** @type {Promise<boolean>|null} */ #echoed = null;
  /** @type {Promise<void>|null} */ #again = null;
  #words = { camera: "asking", microphone: "asking" };
  #told = false;
  /** @type {ReturnType<typeof setTimeout>|undefined} */ #timer;

  /**
   * @param {() => string} token of the seat
   * @param {import("./devices.js").LocalMedia} local
   * @param {(gone: AbortSignal, sent?: () => void) => Promise<import("../protocol/linktest.js").Measured>} media measures the link over the media connections; its second argument is called once the way up is known
   * @param {() => boolean} listens whether the person only watches and listens: of them neither picture nor sound is taken
   */
  constructor(token, local, media, listens = () => false) {
    super();
    this.#token = token;
    this.#local = local;
    this.#media = media;
    this.#listens = listens;
    this.#unsubscribe = local.on("change", () => this.#localChanged());
  }

  /** What the device says of camera and microphone has changed, or may have: begins by itself, once they are there. */
  look() {
    const { camera, microphone } = this.#local.state;
    if (camera === "asking" || microphone === "asking" || this.#timer) return;
    const first = this.step === "devices";
    const mended = this.step === "done" && ((camera === "on" && this.#failed("camera")) || (microphone === "on" && this.#failed("microphone")));
    if (first || mended) this.#timer = setTimeout(() => void this.run(), AFTER_MS);
  }

  /** What was to begin does not, for the court wants no check now. */
  rest() {
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  /** The whole check, from the beginning. */
  async run() {
    this.rest();
    if (this.#busy || this.#gone.signal.aborted) return;
    this.#sound?.close();
    try {
      await this.#run();
    } catch {
      this.#set("failed");
    }
  }

  /** The page was touched. */
  touch() {
    this.#touched?.();
  }

  /** Once more. */
  async replay() {
    this.#set("tones");
    this.#echoed = this.#play();
    await this.#echoed;
    this.#set("asking");
  }

  /** @param {boolean} heard */
  async answer(heard) {
    this.#set("judging");
    const echoed = (await this.#echoed) === true;
    this.#sound?.close();
    this.#sound = null;
    try {
      await Promise.race([this.#again, new Promise((resolve) => setTimeout(resolve, AGAIN_MS))]);
      await this.#keep(heard ? (echoed ? "echoed" : "heard") : "unheard");
      this.#set("done");
    } catch {
      this.#set("failed");
    }
  }

  close() {
    this.#unsubscribe();
    this.#gone.abort();
    clearTimeout(this.#timer);
    this.#sound?.close();
    this.#sound = null;
  }

  get #busy() {
    return ["touch", "running", "judging", "tones"].includes(this.step);
  }

  async #run() {
    const { state, tracks } = this.#local;
    const gone = this.#gone.signal;
    this.#words = { ...state };
    this.#told = false;
    this.began = performance.now();
    this.#set("running");
    // Who has turned the microphone off is not listened to.
    const speaks = state.microphone === "on" && !this.#listens();
    const sound = speaks && tracks.microphone ? await PlainSound.of(tracks.microphone) : null;
    if (gone.aborted) return sound?.close();
    this.#sound = sound;
    if (this.#words.microphone !== "on") sound?.mute();
    if (this.#sound && !(await this.#sound.runs())) await this.#askTouch();
    /** @type {() => void} */
    let sent = () => undefined;
    const quiet = new Promise((resolve) => (sent = () => resolve(undefined)));
    const [link] = await Promise.all([this.#tryLink(sent).finally(sent), this.#surroundings(quiet)]);
    if (gone.aborted) return;
    this.link = link;
    this.#set("judging");
    await this.#keep("unasked");
    if (gone.aborted) return;
    this.#again = link && near(link) ? this.#linkAgain(link) : null;
    await this.replay();
  }

  /** Who turns the microphone off is not listened to from that moment on; of what was heard before, nothing more is told. */
  #localChanged() {
    const { microphone } = this.#local.state;
    if (microphone !== "off") return; // of one that the system takes away nothing comes anyway
    if (!this.#told && (this.step === "touch" || this.step === "running")) this.#words.microphone = microphone;
    this.#sound?.mute();
  }

  async #askTouch() {
    this.#set("touch");
    await new Promise((resolve) => (this.#touched = () => resolve(undefined)));
    await this.#sound?.runs();
    this.began = performance.now();
    this.#set("running");
  }

  /** Light and noise. What is sent of them would make a narrow link look narrower. @param {Promise<unknown>} quiet the way up is measured */
  async #surroundings(quiet) {
    const [speech, picture] = await Promise.all([this.#speech(), this.#picture(), quiet]);
    const gone = this.#gone.signal;
    if (gone.aborted) return;
    this.#told = true;
    await judge(this.#token(), { picture, sound: this.#words.microphone === "on" ? speech : null }, gone).catch(() => ({}));
  }

  async #speech() {
    if (!this.#sound?.plain) return null;
    return this.#sound.record(SPEAKS_S).catch(() => null);
  }

  async #picture() {
    await new Promise((resolve) => setTimeout(resolve, PICTURE_AFTER_MS));
    const track = this.#local.state.camera === "on" && !this.#listens() ? this.#local.tracks.camera : null;
    if (!track || this.#gone.signal.aborted) return null;
    const { drawn, picture } = await stillPicture(track, this.#gone.signal);
    // Of a page that is not looked at browsers draw nothing.
    if (!drawn) this.#words.camera = document.hidden ? "muted" : "frozen";
    return picture;
  }

  /** @param {() => void} sent */
  async #tryLink(sent) {
    const gone = this.#gone.signal;
    return linkTest(this.#token(), gone, undefined, () => this.#media(gone, sent)).catch(() => null);
  }

  /** The mean of both counts. @param {LinkTest} before */
  async #linkAgain(before) {
    const gone = this.#gone.signal;
    const { down_bps: down, up_bps: up } = await this.#media(gone);
    if (!down || !up || gone.aborted) return;
    const mean = { down_bps: Math.round((down + before.down_bps) / 2), up_bps: Math.round((up + before.up_bps) / 2) };
    this.link = await linkTest(this.#token(), gone, undefined, async () => mean).catch(() => before);
    this.emit("change", undefined);
  }

  async #play() {
    try {
      if (this.#sound) return await echo(this.#sound.listen());
      const context = new AudioContext();
      await play(context);
      await context.close();
    } catch {
      // Without sound the question stands nevertheless.
    }
    return false;
  }

  /** @param {string} speaker */
  async #keep(speaker) {
    this.checked = await keep(this.#token(), { ...this.#words, speaker }, this.#gone.signal);
    this.emit("change", undefined);
  }

  /** @param {"camera"|"microphone"} part */
  #failed(part) {
    return this.checked?.findings[part]?.verdict === "bad";
  }

  /** @param {Step} step */
  #set(step) {
    if (this.#gone.signal.aborted) return;
    this.step = step;
    this.emit("change", undefined);
  }
}

/** @param {LinkTest} link */
function near({ verdict, down_bps: down, up_bps: up, asked_bps: asked, down_path, up_path }) {
  const measured = down_path === "media" && up_path === "media";
  return measured && verdict === "bad" && Math.min(down, up) >= NEAR * asked;
}
