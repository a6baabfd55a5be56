/** In the audio thread (W3C webaudio, AudioWorklet): passes the samples on to the page as they come. */
const { AudioWorkletProcessor, registerProcessor } = /** @type {any} */ (globalThis);

class Tap extends AudioWorkletProcessor {
  /** @param {Float32Array[][]} inputs */
  process([input]) {
    if (input?.[0]) this.port.postMessage(input[0].slice());
    return true;
  }
}

registerProcessor("tap", Tap);
