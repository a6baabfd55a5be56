// What one seat's sound and picture become at a listener: the decoded sound, sample by sample, and counters four times a
// second. Put in before the page's own scripts; `courtroomDebug` has the connections and whose the sections are.
(() => {
  const POLL_MS = 250;
  /** One for each track that was heard: when it began (epoch, ms), its rate, its samples. */
  const pieces = [];
  const polls = [];
  let track;

  function sections(seat) {
    const { subscribe, slots } = window.courtroomDebug;
    const transceivers = new Map((subscribe?.getTransceivers() ?? []).map((one) => [one.mid, one]));
    return { subscribe, slots, own: slots.filter((slot) => slot.seat === seat), transceivers };
  }

  /** After a reconnection the track is another one. */
  function follow(seat) {
    const { own, transceivers } = sections(seat);
    const mid = own.find(({ kind }) => kind === "audio")?.mid;
    const now = transceivers.get(mid)?.receiver.track;
    if (!now || now === track) return;
    track = now;
    void hear(now);
  }

  async function hear(heard) {
    const piece = { at: 0, rate: 0, chunks: [] };
    pieces.push(piece);
    const reader = new MediaStreamTrackProcessor({ track: heard, maxBufferSize: 1000 }).readable.getReader();
    for (;;) {
      const { value: data, done } = await reader.read();
      if (done || heard !== track) return;
      piece.at ||= Date.now();
      piece.rate = data.sampleRate;
      const samples = new Float32Array(data.numberOfFrames);
      data.copyTo(samples, { planeIndex: 0, format: "f32-planar" });
      piece.chunks.push(Int16Array.from(samples, (value) => Math.max(-1, Math.min(1, value)) * 32767));
      data.close();
    }
  }

  /** What our own page was told of each picture, and which tiles give a reason in words for having none. */
  function said() {
    const tiles = [...document.querySelectorAll("[data-seat-tile][data-picture=none]")];
    const words = tiles.filter((tile) => tile.querySelector(".cover").innerText.trim().length > 3);
    return { pictures: { ...window.courtroomDebug.attendance?.pictures }, words: Object.fromEntries(words.map((tile) => [tile.dataset.seatTile, true])) };
  }

  async function poll(seat) {
    const { subscribe, slots } = sections(seat);
    const seats = new Map(slots.map((slot) => [slot.mid, slot.seat]));
    const found = { at: Date.now(), video: null, audio: {}, ...said() };
    for (const stat of subscribe ? (await subscribe.getStats()).values() : []) {
      if (stat.type !== "inbound-rtp" || !seats.has(stat.mid)) continue;
      const whose = seats.get(stat.mid);
      if (stat.kind === "audio") {
        found.audio[whose] = { samples: stat.totalSamplesReceived ?? 0, silent: stat.silentConcealedSamples ?? 0, concealed: stat.concealedSamples ?? 0 };
      } else if (whose === seat) {
        found.video = { id: stat.id, track: stat.trackIdentifier, frames: stat.framesDecoded, height: stat.frameHeight ?? 0, octets: stat.bytesReceived };
      }
    }
    polls.push(found);
  }

  /** Begin with this seat. */
  function watch(seat) {
    const step = async () => {
      follow(seat);
      await poll(seat).catch(() => undefined);
      setTimeout(step, POLL_MS);
    };
    void step();
  }

  /** The samples of a piece, base64. */
  function samples(number) {
    const { chunks } = pieces[number];
    const whole = new Int16Array(chunks.reduce((sum, chunk) => sum + chunk.length, 0));
    let at = 0;
    for (const chunk of chunks) { whole.set(chunk, at); at += chunk.length; }
    const octets = new Uint8Array(whole.buffer);
    let text = "";
    for (let from = 0; from < octets.length; from += 30000) text += String.fromCharCode(...octets.subarray(from, from + 30000));
    return btoa(text);
  }

  /** By which way each connection goes: the candidate's type and the protocol to its relay. */
  async function ways() {
    const { chosenPair } = await import("/media/chosenpair.js");
    const found = {};
    for (const name of ["publish", "subscribe"]) {
      const stats = [...(await window.courtroomDebug[name].getStats()).values()];
      const local = stats.find(({ id }) => id === chosenPair(stats)?.localCandidateId);
      found[name] = [local?.candidateType, local?.relayProtocol ?? local?.protocol].join(" ");
    }
    return found;
  }

  const told = () => ({ polls, pieces: pieces.map(({ at, rate }) => ({ at, rate })) });
  window.listen = { watch, ways, told, samples };
})();
