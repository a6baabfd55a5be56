// A participant of Janus's video room, with the same devices, codecs' order and simulcast layers as our own client, and
// with what Janus has against loss: in-band FEC, RED, NACK for sound. `courtroomDebug` is what listen.js reads.
import { prefer } from "/static/media/codecs.js";

const AUDIO = { echoCancellation: true, noiseSuppression: true, autoGainControl: true, channelCount: 1 };
const VIDEO = { width: { ideal: 1280 }, height: { ideal: 720 } };
const LAYERS = [
  { rid: "h", scaleResolutionDownBy: 1, maxBitrate: 1_200_000 },
  { rid: "l", scaleResolutionDownBy: 2, maxBitrate: 200_000 },
];
const debug = { publish: null, subscribe: null, slots: [] };
Object.defineProperty(window, "courtroomDebug", { value: debug });

/** Janus's WebSocket API. */
class Janus {
  #socket;
  #session;
  #waiting = new Map();

  async open(url) {
    this.#socket = new WebSocket(url, "janus-protocol");
    await new Promise((resolve, reject) => Object.assign(this.#socket, { onopen: resolve, onerror: reject }));
    this.#socket.onmessage = ({ data }) => {
      const message = JSON.parse(data);
      if (message.janus !== "ack") this.#waiting.get(message.transaction)?.(message);
    };
    this.#session = (await this.#ask({ janus: "create" })).data.id;
    setInterval(() => this.#ask({ janus: "keepalive" }), 20_000);
  }

  async attach() {
    return (await this.#ask({ janus: "attach", plugin: "janus.plugin.videoroom" })).data.id;
  }

  async message(handle, body, jsep) {
    const reply = await this.#ask({ janus: "message", handle_id: handle, body, jsep });
    const error = reply.plugindata?.data?.error;
    if (error) throw new Error(error);
    return reply;
  }

  #ask(request) {
    const transaction = crypto.randomUUID?.() ?? String(Math.random());
    this.#socket.send(JSON.stringify({ ...request, transaction, session_id: this.#session }));
    return new Promise((resolve) => this.#waiting.set(transaction, resolve));
  }
}

/** NACK for Opus and RED too, in every description (RFC 4585 §4.2). */
function withAudioNack({ type, sdp }) {
  const sections = sdp.split(/(?=^m=)/m).map((section) => {
    if (!section.startsWith("m=audio")) return section;
    return section.replace(/^a=rtpmap:(\d+) (?:opus|red)\/.*\r\n/gm, (line, payload) =>
      section.includes(`a=rtcp-fb:${payload} nack`) ? line : `${line}a=rtcp-fb:${payload} nack\r\n`);
  });
  return { type, sdp: sections.join("") };
}

let iceServers = [];
const connection = () => new RTCPeerConnection({ iceServers, bundlePolicy: "max-bundle", rtcpMuxPolicy: "require" });

/** The server has the lite half of ICE and needs no candidates: ways that lead nowhere are not waited for. */
async function gathered(pc) {
  const late = new Promise((resolve) => setTimeout(resolve, 3000));
  const complete = async () => {
    while (pc.iceGatheringState !== "complete") await new Promise((resolve) => pc.addEventListener("icegatheringstatechange", resolve, { once: true }));
  };
  await Promise.race([complete(), late]);
  return withAudioNack(pc.localDescription);
}

const janus = new Janus();

async function publish(url, id, relays) {
  iceServers = relays;
  await janus.open(url);
  const media = await navigator.mediaDevices.getUserMedia({ audio: AUDIO, video: VIDEO });
  const pc = (debug.publish = connection());
  const audio = pc.addTransceiver(media.getAudioTracks()[0], { direction: "sendonly" });
  const video = pc.addTransceiver(media.getVideoTracks()[0], { direction: "sendonly", sendEncodings: LAYERS });
  prefer(audio, "audio");
  prefer(video, "video");
  await pc.setLocalDescription(await pc.createOffer());
  const handle = await janus.attach();
  await janus.message(handle, { request: "join", ptype: "publisher", room: 1, id });
  const { jsep } = await janus.message(handle, { request: "publish", audiocodec: "opus", videocodec: "vp8" }, await gathered(pc));
  await pc.setRemoteDescription(withAudioNack(jsep));
  while (pc.connectionState !== "connected") await new Promise((resolve) => pc.addEventListener("connectionstatechange", resolve, { once: true }));
}

async function subscribe(seats, own) {
  const pc = (debug.subscribe = connection());
  pc.ontrack = ({ track }) => show(track);
  const handle = await janus.attach();
  const streams = Object.keys(seats).filter((feed) => Number(feed) !== own).map((feed) => ({ feed: Number(feed) }));
  const { jsep, plugindata } = await janus.message(handle, { request: "join", ptype: "subscriber", room: 1, streams });
  debug.slots = plugindata.data.streams.map(({ mid, type, feed_id }) => ({ mid, kind: type, seat: seats[feed_id] }));
  await pc.setRemoteDescription(withAudioNack(jsep));
  await pc.setLocalDescription(await pc.createAnswer());
  await janus.message(handle, { request: "start" }, await gathered(pc));
}

function show(track) {
  const element = document.createElement(track.kind);
  Object.assign(element, { autoplay: true, playsInline: true, muted: track.kind === "video", width: 320 });
  element.srcObject = new MediaStream([track]);
  document.body.append(element);
}

window.peer = { publish, subscribe };
