// Instead of a media server: a peer connection that connects at once and whose tracks are drawn in the page.
// Put in before the page's own scripts; `fakeMedia` lets a test break it.
(() => {
  const made = [];
  const colours = ["#35506e", "#5b4636", "#3d5f45", "#5c3d5c", "#6b5a2e", "#2f5d62"];

  function draw(canvas, index) {
    const pen = canvas.getContext("2d");
    const { width, height } = canvas;
    pen.fillStyle = colours[index % colours.length];
    pen.fillRect(0, 0, width, height);
    pen.fillStyle = "#e8c9a8"; // a head and shoulders
    pen.beginPath();
    pen.arc(width / 2, height * 0.42, height * 0.2, 0, 7);
    pen.fill();
    pen.fillStyle = "#20262e";
    pen.fillRect(width * 0.3, height * 0.7, width * 0.4, height * 0.3);
  }

  function picture(index) {
    const canvas = document.createElement("canvas");
    [canvas.width, canvas.height] = [320, 180];
    draw(canvas, index);
    const [track] = canvas.captureStream(2).getVideoTracks();
    setInterval(() => draw(canvas, index), 500);
    return track;
  }

  function sound() {
    const context = new AudioContext();
    return context.createMediaStreamDestination().stream.getAudioTracks()[0];
  }

  class FakeConnection {
    connectionState = "new";
    signalingState = "stable";
    localDescription = { sdp: "fake" };
    transceivers = [];
    constructor() {
      made.push(this);
    }
    addTransceiver(trackOrKind, init) {
      const sender = { track: typeof trackOrKind === "string" ? null : trackOrKind };
      sender.replaceTrack = async (track) => void (sender.track = track);
      sender.parameters = { codecs: [], encodings: structuredClone(init.sendEncodings ?? []) };
      sender.getParameters = () => structuredClone(sender.parameters);
      sender.setParameters = async (parameters) => void (sender.parameters = parameters);
      const transceiver = { sender, init, setCodecPreferences() {} };
      this.transceivers.push(transceiver);
      return transceiver;
    }
    async createOffer() {
      return { type: "offer", sdp: "fake" };
    }
    async createAnswer() {
      return { type: "answer", sdp: "fake" };
    }
    async setLocalDescription() {}
    async setRemoteDescription({ type }) {
      if (type === "offer") this.receive();
      setTimeout(() => this.become("connected"), 20);
    }
    receive() {
      const seats = window.fakeMedia.seats;
      this.transceivers = Array.from({ length: seats * 2 }, (_, mid) => ({
        mid: String(mid),
        receiver: { track: mid % 2 ? picture(mid >> 1) : sound() },
      }));
    }
    getTransceivers() {
      return this.transceivers;
    }
    become(state) {
      if (this.connectionState === "closed") return;
      this.connectionState = state;
      this.onconnectionstatechange?.();
    }
    async getStats() {
      this.read = (this.read ?? 0) + 1;
      return new Map();
    }
    close() {
      this.connectionState = this.signalingState = "closed";
    }
  }

  window.RTCPeerConnection = FakeConnection;
  window.fakeMedia = { made, seats: 4, open: () => made.filter(({ connectionState }) => connectionState === "connected") };
})();
