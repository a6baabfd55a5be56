/** One small picture of the camera, for the check before entry (Rules ¶28). */

const LONGER_SIDE = 640;
const MOST_BYTES = 200_000;
const QUALITIES = [0.9, 0.75, 0.5];
const PATIENCE_MS = 3_000;

/**
 * @param {MediaStreamTrack} track
 * @param {AbortSignal} gone
 * @returns {Promise<{drawn: boolean, picture: Blob|null}>} whether any picture comes from the camera, and it
 */
export async function stillPicture(track, gone) {
  const video = document.createElement("video");
  video.muted = true;
  video.playsInline = true;
  video.srcObject = new MediaStream([track]);
  try {
    if (!(await comes(video, gone))) return { drawn: false, picture: null };
    const scale = Math.min(1, LONGER_SIDE / Math.max(video.videoWidth, video.videoHeight));
    const canvas = document.createElement("canvas");
    canvas.width = Math.round(video.videoWidth * scale);
    canvas.height = Math.round(video.videoHeight * scale);
    canvas.getContext("2d")?.drawImage(video, 0, 0, canvas.width, canvas.height);
    for (const quality of QUALITIES) {
      const blob = await new Promise((/** @type {BlobCallback} */ resolve) => canvas.toBlob(resolve, "image/jpeg", quality));
      if (blob && blob.type === "image/jpeg" && blob.size <= MOST_BYTES) return { drawn: true, picture: blob };
    }
    return { drawn: true, picture: null };
  } finally {
    video.srcObject = null;
  }
}

/** @param {HTMLVideoElement} video @param {AbortSignal} gone */
async function comes(video, gone) {
  video.play().catch(() => undefined);
  const until = performance.now() + PATIENCE_MS;
  while (!(video.readyState >= video.HAVE_CURRENT_DATA && video.videoWidth > 0)) {
    if (gone.aborted || performance.now() > until) return false;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  return true;
}
