/** Two tones, one after the other, and whether the microphone hears them: a loudspeaker that is turned on (Rules ¶36). */

export const TONES = [660, 990];
const LASTS_S = 0.4;
const APART_S = 0.55;
const LOUD = 0.4;
const STANDS_DB = 15;
const NEAR = 3; // bins of the spectrum that a tone takes, each way
const AROUND = 20;

/**
 * Whether a tone stands out of what is beside it.
 * @param {Float32Array} spectrum dB, from 0 Hz to half the rate
 * @param {number} rate
 * @param {number} hz
 */
export function stands(spectrum, rate, hz) {
  const bin = Math.round((hz / (rate / 2)) * spectrum.length);
  const near = spectrum.slice(Math.max(bin - NEAR, 0), bin + NEAR + 1);
  const beside = [...spectrum.slice(Math.max(bin - AROUND, 0), Math.max(bin - NEAR, 0)), ...spectrum.slice(bin + NEAR + 1, bin + AROUND)];
  const middle = beside.sort((a, b) => a - b)[beside.length >> 1] ?? Infinity;
  return Math.max(...near) - middle > STANDS_DB;
}

/** Plays them. @param {AudioContext} context @returns {Promise<void>} at the end */
export async function play(context) {
  await context.resume().catch(() => undefined);
  const begin = context.currentTime + 0.05;
  TONES.forEach((frequency, index) => {
    const from = begin + index * APART_S;
    const oscillator = new OscillatorNode(context, { frequency });
    const gain = new GainNode(context, { gain: 0 });
    gain.gain.setTargetAtTime(LOUD, from, 0.02);
    gain.gain.setTargetAtTime(0, from + LASTS_S - 0.08, 0.02);
    oscillator.connect(gain).connect(context.destination);
    oscillator.start(from);
    oscillator.stop(from + LASTS_S + 0.1);
  });
  await new Promise((resolve) => setTimeout(resolve, 1_000 * (TONES.length * APART_S + 0.3)));
}

/**
 * Plays them, and listens.
 * @param {{context: AudioContext, analyser: AnalyserNode}} ears
 * @returns {Promise<boolean>} whether the microphone heard both, which it did not hear before
 */
export async function echo({ context, analyser }) {
  const spectrum = new Float32Array(analyser.frequencyBinCount);
  const heard = () => {
    analyser.getFloatFrequencyData(spectrum);
    return TONES.filter((hz) => stands(spectrum, context.sampleRate, hz));
  };
  const before = heard();
  const after = new Set();
  const timer = setInterval(() => heard().forEach((hz) => after.add(hz)), 50);
  await play(context);
  clearInterval(timer);
  return TONES.every((hz) => after.has(hz) && !before.includes(hz));
}
