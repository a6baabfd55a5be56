/** Which codecs we offer, and in which order: H.264 constrained baseline, then VP8; RED around Opus first. */

/** @typedef {{mimeType: string, sdpFmtpLine?: string}} Codec */

/**
 * Constrained baseline (ITU-T H.264 A.2.1.1: profile_idc 66 and constraint_set1_flag) in packetization mode 1 (RFC 6184 §6.3).
 * @param {Codec} codec
 */
export function isBaselineH264({ mimeType, sdpFmtpLine = "" }) {
  const profile = /profile-level-id=42([0-9a-f]{2})/i.exec(sdpFmtpLine);
  return mimeType.toLowerCase() === "video/h264" && /packetization-mode=1/.test(sdpFmtpLine)
    && profile !== null && (Number.parseInt(profile[1], 16) & 0x40) !== 0;
}

/**
 * @template {Codec} C
 * @param {C[]} codecs
 * @returns {C[]}
 */
export function videoOrder(codecs) {
  return [...codecs.filter(isBaselineH264), ...named(codecs, "video/vp8"), ...named(codecs, "video/rtx")];
}

/**
 * @template {Codec} C
 * @param {C[]} codecs
 * @returns {C[]}
 */
export function audioOrder(codecs) {
  return [...named(codecs, "audio/red"), ...named(codecs, "audio/opus")];
}

/**
 * An answer by whose order sound goes with RED, which carries the frame before along, or without: a browser sends with RED
 * where the other side names it before Opus, and takes no other word for it.
 * @param {string} sdp
 * @param {boolean} redundant
 */
export function soundOrder(sdp, redundant) {
  return sdp.replace(/^m=audio .*(?:\r?\n(?!m=).*)*/m, (section) => {
    const [red, opus] = ["red", "opus"].map((name) => new RegExp(`^a=rtpmap:(\\d+) ${name}/48000`, "im").exec(section)?.[1]);
    if (!red || !opus) return section;
    return section.replace(/^(m=audio \d+ \S+)((?: \d+)+)/, (_, head, types) => {
      const others = types.trim().split(" ").filter((/** @type {string} */ type) => type !== red && type !== opus);
      return [head, ...(redundant ? [red, opus] : [opus, red]), ...others].join(" ");
    });
  });
}

/**
 * @template {Codec} C
 * @param {C[]} codecs
 * @param {string} name
 * @returns {C[]}
 */
function named(codecs, name) {
  return codecs.filter(({ mimeType }) => mimeType.toLowerCase() === name);
}

/** @param {RTCRtpTransceiver} transceiver @param {"audio"|"video"} kind */
export function prefer(transceiver, kind) {
  const codecs = RTCRtpSender.getCapabilities(kind)?.codecs ?? [];
  const wanted = kind === "audio" ? audioOrder(codecs) : videoOrder(codecs);
  try {
    if (wanted.length > 0) transceiver.setCodecPreferences?.(wanted);
  } catch {
    // The browser's own order is also one that the server takes.
  }
}
