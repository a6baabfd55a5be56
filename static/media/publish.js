/** Our own sound and picture on their way to the server: one audio and one video section, two simulcast layers. */
import { prefer, soundOrder } from "./codecs.js";
import { LAYERS, LOWS, arrange } from "./layers.js";
import { CONFIGURATION } from "./relays.js";
import { Uplink, seen } from "./uplink.js";

/** @typedef {{connection: string, sdp: string}} Answer */

const SOUND_BPS = 32_000;
const LEAST_SOUND_BPS = 24_000;
const AUDIO = [{ maxBitrate: SOUND_BPS, priority: /** @type {const} */ ("high"), networkPriority: /** @type {const} */ ("high") }];

export class Publisher {
  /** @type {string|undefined} */ connection;
  #ask;
  #prepare;
  /** @type {Record<"audio"|"video", RTCRtpSender>} */ #senders;
  #uplink = new Uplink();
  #high = true;
  /** @type {Promise<void>} */ #applying = Promise.resolve();
  #onManner;
  #narrow = false;
  #redundant = true;
  #layers = JSON.stringify(["sent", LOWS[0], true]);

  /**
   * @param {{audio: MediaStreamTrack|null, video: MediaStreamTrack|null}} tracks a missing one may come later
   * @param {(sdp: string) => Promise<Answer>} ask
   * @param {(pc: RTCPeerConnection) => Promise<void>} prepare gives it its relays
   * @param {() => void} onManner `resting` may be another
   */
  constructor({ audio, video }, ask, prepare, onManner) {
    this.#ask = ask;
    this.#prepare = prepare;
    this.#onManner = onManner;
    this.pc = new RTCPeerConnection(CONFIGURATION);
    const streams = [new MediaStream([audio, video].filter((track) => track !== null))];
    this.#senders = {
      audio: this.#add("audio", audio, streams, AUDIO),
      video: this.#add("video", video, streams, LAYERS),
    };
  }

  async open() {
    await this.#prepare(this.pc);
    await this.pc.setLocalDescription(await this.pc.createOffer());
    const { connection, sdp } = await this.#ask(this.pc.localDescription?.sdp ?? "");
    this.connection = connection;
    await this.pc.setRemoteDescription({ type: "answer", sdp });
  }

  /** @param {"audio"|"video"} kind @param {MediaStreamTrack|null} track */
  async replace(kind, track) {
    const sender = this.#senders[kind];
    if (this.pc.signalingState !== "closed" && sender.track !== track) await sender.replaceTrack(track);
  }

  /** Whether the picture is not sent, so that the sound gets through. */
  get resting() {
    return this.#uplink.manner.picture !== "sent";
  }

  /** All is sent as the link takes it. @param {import("./report.js").Stat[]} stats of now */
  async look(stats) {
    if (this.pc.connectionState !== "connected") return this.#uplink.forget();
    const { track } = this.#senders.video;
    const { width = 0, height = 0 } = track?.getSettings() ?? {};
    const { picture } = this.#uplink.manner;
    this.#uplink.look({ ...seen(stats), camera: track !== null, height: Math.min(width, height) }, performance.now());
    await this.#apply();
    if (this.#uplink.manner.picture !== picture) this.#onManner();
  }

  /** @param {boolean} high whether anybody wants the upper layer */
  async want(high) {
    this.#high = high;
    await this.#apply();
  }

  /** One change after the other, as of two at once a browser refuses one; what it refused is tried again at the next look. */
  #apply() {
    return (this.#applying = this.#applying.then(async () => {
      const { narrow, redundant } = this.#uplink.manner;
      const { audio } = this.#senders;
      await this.#arrange(); // first, for it takes most
      if (narrow !== this.#narrow && (await changeSound(audio, narrow))) this.#narrow = narrow;
      if (redundant !== this.#redundant && (await this.#order(redundant))) {
        this.#redundant = redundant;
        this.#layers = ""; // an answer that receives all layers has the browser send all of them again
        await this.#arrange();
      }
    }));
  }

  async #arrange() {
    const { manner } = this.#uplink;
    const high = this.#high && manner.high;
    const layers = JSON.stringify([manner.picture, manner.low, high]);
    if (layers !== this.#layers && (await changeLayers(this.#senders.video, manner, high))) this.#layers = layers;
  }

  /**
   * The server takes sound with RED and without at any time: the description is changed between the browser and us alone.
   * @param {boolean} redundant
   */
  async #order(redundant) {
    const { remoteDescription, signalingState } = this.pc;
    const sdp = remoteDescription?.sdp ?? "";
    const ordered = soundOrder(sdp, redundant);
    if (ordered === sdp || signalingState !== "stable") return ordered === sdp;
    try {
      await this.pc.setLocalDescription(await this.pc.createOffer());
      await this.pc.setRemoteDescription({ type: "answer", sdp: ordered });
      return true;
    } catch {
      if (this.pc.signalingState === "have-local-offer") await this.pc.setLocalDescription({ type: "rollback" }).catch(() => undefined);
      return false;
    }
  }

  close() {
    this.pc.onconnectionstatechange = null;
    this.pc.close();
  }

  /**
   * @param {"audio"|"video"} kind
   * @param {MediaStreamTrack|null} track
   * @param {MediaStream[]} streams
   * @param {RTCRtpEncodingParameters[]} sendEncodings
   */
  #add(kind, track, streams, sendEncodings) {
    const transceiver = this.pc.addTransceiver(track ?? kind, { direction: "sendonly", streams, sendEncodings });
    prefer(transceiver, kind);
    return transceiver.sender;
  }
}

/** @param {RTCRtpSender} sender @param {boolean} narrow */
function changeSound(sender, narrow) {
  return change(sender, ({ encodings: [sound] }) => {
    if (sound) sound.maxBitrate = narrow ? LEAST_SOUND_BPS : SOUND_BPS;
  });
}

/** @param {RTCRtpSender} sender @param {import("./uplink.js").Manner} manner @param {boolean} high */
function changeLayers(sender, manner, high) {
  return change(sender, ({ encodings }) => arrange(encodings, manner, high));
}

/**
 * @param {RTCRtpSender} sender
 * @param {(parameters: RTCRtpSendParameters) => void} how
 * @returns {Promise<boolean>} whether the browser took it
 */
async function change(sender, how) {
  try {
    const parameters = sender.getParameters();
    how(parameters);
    await sender.setParameters(parameters);
    return true;
  } catch {
    return false;
  }
}
