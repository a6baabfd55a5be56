/** How loud the microphone is, 0 to 1, ten times a second. */

const PERIOD_MS = 100;
const FLOOR_DB = -60;

/**
 * Loudness of a block of samples: -60 dBFS and less is 0, full scale 1.
 * @param {Float32Array} samples
 */
export function loudness(samples) {
  let sum = 0;
  for (const sample of samples) sum += sample * sample;
  const db = 10 * Math.log10(sum / samples.length + 1e-12);
  return Math.min(1, Math.max(0, 1 - db / FLOOR_DB));
}

/**
 * @param {MediaStreamTrack} track
 * @param {(level: number) => void} report
 * @returns {() => void} stops it
 */
export function watchLevel(track, report) {
  const context = new AudioContext();
  const analyser = new AnalyserNode(context, { fftSize: 2048 });
  context.createMediaStreamSource(new MediaStream([track])).connect(analyser);
  const samples = new Float32Array(analyser.fftSize);
  // Without a touch of the page, as after a reload, a browser may hold the context back until there is one.
  const resume = () => void context.resume();
  document.addEventListener("pointerdown", resume);
  const timer = setInterval(() => {
    analyser.getFloatTimeDomainData(samples);
    report(loudness(samples));
  }, PERIOD_MS);
  return () => {
    clearInterval(timer);
    document.removeEventListener("pointerdown", resume);
    void context.close();
  };
}
