// What a person sees and hears, read from the received tracks themselves: the bar codes of camera.py from each decoded
// frame and now and then by a canvas, the tones by a spectrum. Put in before the page's own scripts; `stage.watch()`
// begins with all tracks that there are.
(() => {
  const LAYOUT = window.cameraLayout; // of camera.py: blocks, guard, top, bottom, tones
  const SCALE = 8;
  const DRAWN = 12;
  const POLL_MS = 100;
  const LOUD_DB = -65;
  const APART_DB = 15;
  /** By seat: each read frame as [person, number, milliseconds, width, height]; person -1 where the code is not whole. */
  const frames = {};
  /** By seat: how often each tone stood out of the others. */
  const tones = {};
  const clicks = {};
  const firstPictures = {};
  const watched = new WeakSet();
  let context;

  addEventListener("click", ({ target }) => {
    const testid = target.closest?.("[data-testid]")?.dataset.testid;
    if (testid) clicks[testid] = Date.now();
  }, true);
  // Media events do not bubble, but they can be caught on their way down.
  addEventListener("loadeddata", ({ target }) => {
    const seat = target.closest?.("[data-seat-tile]")?.dataset.seatTile;
    if (seat && target.videoWidth > 0) firstPictures[seat] ??= Date.now();
  }, true);

  /** `bright` says of each block whether its middle is bright. */
  function code(bright) {
    const bits = Array.from({ length: LAYOUT.blocks }, (_, n) => (bright(n) ? 1 : 0));
    const number = (from, count) => bits.slice(from, from + count).reduce((sum, bit) => sum * 2 + bit, 0);
    const [word, check] = [number(2, 10), number(12, 4)];
    const whole = bits[0] === 1 && bits[1] === 0 && check === (((word ^ (word >> 4) ^ (word >> 8)) & 15) ^ 5);
    return whole ? [word >> 7, word & 127] : [-1, -1];
  }

  function drawn(pen, frame, width, height) {
    const [top, tall] = [LAYOUT.top * height, (LAYOUT.bottom - LAYOUT.top) * height];
    pen.drawImage(frame, 0, top, width, tall, 0, 0, LAYOUT.blocks * SCALE, SCALE);
    const { data } = pen.getImageData(0, SCALE / 2, LAYOUT.blocks * SCALE, 1);
    return code((n) => data[(n * SCALE + SCALE / 2) * 4 + 1] > 127);
  }

  /** From the decoded frame's own luma: a canvas for each would take a core for all. */
  async function copied(frame) {
    const { width, height } = frame.visibleRect;
    const rect = { x: 0, y: 2 * Math.round(((LAYOUT.top + LAYOUT.bottom) / 4) * height), width, height: 2 };
    const luma = new Uint8Array(frame.allocationSize({ rect }));
    await frame.copyTo(luma, { rect });
    return code((n) => luma[Math.round(((n + 0.5) * width) / LAYOUT.blocks)] > 127);
  }

  function look(seat, track) {
    const pen = new OffscreenCanvas(LAYOUT.blocks * SCALE, SCALE).getContext("2d", { willReadFrequently: true });
    const take = (read, width, height) => frames[seat].push([...read, Date.now(), width, height]);
    return "MediaStreamTrackProcessor" in window ? lookAtAll(track, pen, take) : lookAtShown(track, pen, take);
  }

  /** Every frame; every DRAWNth through a canvas, as a page would see it. */
  async function lookAtAll(track, pen, take) {
    const reader = new MediaStreamTrackProcessor({ track, maxBufferSize: 30 }).readable.getReader();
    for (let count = 0; ; count++) {
      const { value: frame, done } = await reader.read();
      if (done) return;
      const { displayWidth: width, displayHeight: height } = frame;
      take(count % DRAWN ? await copied(frame) : drawn(pen, frame, width, height), width, height);
      frame.close();
    }
  }

  /** Firefox: of the frames, those that a video element would show. */
  async function lookAtShown(track, pen, take) {
    const video = document.createElement("video");
    video.muted = true;
    video.srcObject = new MediaStream([track]);
    const next = () => video.requestVideoFrameCallback((_, { width, height }) => {
      take(drawn(pen, video, width, height), width, height);
      next();
    });
    next();
    await video.play();
  }

  function listen(seat, track) {
    context ??= new AudioContext();
    const analyser = new AnalyserNode(context, { fftSize: 4096, smoothingTimeConstant: 0 });
    context.createMediaStreamSource(new MediaStream([track])).connect(analyser);
    const spectrum = new Float32Array(analyser.frequencyBinCount);
    setInterval(() => {
      analyser.getFloatFrequencyData(spectrum);
      const bin = context.sampleRate / analyser.fftSize;
      const level = (hertz) => Math.max(...spectrum.slice(Math.round(hertz / bin) - 1, Math.round(hertz / bin) + 2));
      const levels = LAYOUT.tones.map(level);
      const best = levels.indexOf(Math.max(...levels));
      const others = levels.filter((_, n) => n !== best);
      if (levels[best] > LOUD_DB && levels[best] > Math.max(...others) + APART_DB) tones[seat][best]++;
    }, POLL_MS);
  }

  /** Begin with all tracks of these kinds. */
  function watch(...kinds) {
    const { subscribe, slots } = window.courtroomDebug;
    const tracks = new Map(subscribe.getTransceivers().map(({ mid, receiver }) => [mid, receiver.track]));
    for (const { mid, kind, seat } of slots) {
      const track = tracks.get(mid);
      if (!track || watched.has(track) || (kinds.length > 0 && !kinds.includes(kind))) continue;
      watched.add(track);
      frames[seat] ??= [];
      tones[seat] ??= LAYOUT.tones.map(() => 0);
      if (kind === "video") void look(seat, track);
      else listen(seat, track);
    }
  }

  /** Counters of what is sent, by layer, and of what is received, by seat. */
  async function counters() {
    const { publish, subscribe, slots } = window.courtroomDebug;
    if (!publish || !subscribe) return { at: Date.now(), sent: {}, received: {}, sound: {} };
    const seatOf = new Map(slots.map(({ mid, seat }) => [mid, seat]));
    const [sent, received, sound] = [{}, {}, {}];
    for (const stat of (await publish.getStats()).values()) {
      if (stat.type === "outbound-rtp" && stat.kind === "video") {
        sent[stat.rid] = { frames: stat.framesSent, width: stat.frameWidth, height: stat.frameHeight, limited: stat.qualityLimitationReason };
      }
    }
    for (const stat of (await subscribe.getStats()).values()) {
      if (stat.type !== "inbound-rtp" || !seatOf.has(stat.mid)) continue;
      const seat = seatOf.get(stat.mid);
      if (stat.kind === "video") received[seat] = { frames: stat.framesReceived, decoded: stat.framesDecoded, lost: stat.packetsLost, freezes: stat.freezeCount };
      else sound[seat] = { samples: stat.totalSamplesReceived, concealed: stat.concealedSamples, lost: stat.packetsLost, energy: stat.totalAudioEnergy };
    }
    return { at: Date.now(), sent, received, sound };
  }

  window.stage = { watch, counters, frames, tones, clicks, firstPictures };
})();
