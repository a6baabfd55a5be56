/** The two simulcast layers of our picture: what each may take, and which of them are sent. */

/** What the lower layer may take, by what the uplink has beside the sound. */
export const LOWS = [150_000, 120_000, 90_000, 60_000, 40_000];
const LOW_SCALE = 2;
/**
 * So small that its key frame stands in no queue: one of the layer's size would be a second of a narrow uplink. It may take
 * as much as the layer, for the browser probes the link only for what it may send.
 */
const TRIED_SCALE = 8;
/**
 * So few bits make a face readable in half of a camera's pictures, which cost a phone and whoever looks half as much. The
 * upper layer's rate is said too, for Chromium holds a layer of which nothing is said to the others'.
 */
const [LOW_PER_S, HIGH_PER_S] = [15, 30];

/** @type {RTCRtpEncodingParameters[]} */
export const LAYERS = [
  { rid: "l", scaleResolutionDownBy: LOW_SCALE, maxBitrate: LOWS[0], maxFramerate: LOW_PER_S },
  { rid: "h", scaleResolutionDownBy: 1, maxBitrate: 1_200_000, maxFramerate: HIGH_PER_S },
];

/** @param {RTCRtpEncodingParameters[]} encodings @param {import("./uplink.js").Manner} manner @param {boolean} high */
export function arrange(encodings, { picture, low: bps }, high) {
  for (const layer of encodings) {
    const low = layer.rid !== "h";
    layer.active = picture === "tried" ? low : picture === "sent" && (high || low);
    if (!low) continue;
    layer.scaleResolutionDownBy = picture === "tried" ? TRIED_SCALE : LOW_SCALE;
    layer.maxBitrate = picture === "tried" ? LOWS[0] : bps;
  }
}
