/** Sound as the server takes it: WAV, mono, 16 bits. Pure. */

const HEAD = 44;

/**
 * @param {Float32Array[]} pieces samples, −1…1
 * @param {number} rate Hz
 * @returns {Blob}
 */
export function wav(pieces, rate) {
  const count = pieces.reduce((sum, { length }) => sum + length, 0);
  const view = new DataView(new ArrayBuffer(HEAD + 2 * count));
  const text = (/** @type {number} */ at, /** @type {string} */ word) => [...word].forEach((letter, index) => view.setUint8(at + index, letter.charCodeAt(0)));
  text(0, "RIFF");
  view.setUint32(4, HEAD - 8 + 2 * count, true);
  text(8, "WAVEfmt ");
  view.setUint32(16, 16, true);
  view.setUint16(20, 1, true); // PCM
  view.setUint16(22, 1, true);
  view.setUint32(24, rate, true);
  view.setUint32(28, 2 * rate, true);
  view.setUint16(32, 2, true);
  view.setUint16(34, 16, true);
  text(36, "data");
  view.setUint32(40, 2 * count, true);
  let at = HEAD;
  for (const piece of pieces) {
    for (const sample of piece) {
      view.setInt16(at, Math.max(-1, Math.min(1, sample)) * 32_767, true);
      at += 2;
    }
  }
  return new Blob([view.buffer], { type: "audio/wav" });
}
