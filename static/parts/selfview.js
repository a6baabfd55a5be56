/** Our own picture, mirrored as people know themselves; without one, the reason. */
import { h, setStream, setText, show } from "../dom.js";
import { t } from "../i18n.js";

/** @param {import("../media/devices.js").LocalMedia} local */
export function selfView(local) {
  const video = h("video", { class: "mirrored", autoplay: true, playsinline: true, "data-testid": "self-view", "aria-label": t("self.label") });
  video.muted = true;
  const reason = h("p", {});
  const cover = h("div", { class: "cover" }, reason);
  const node = h("div", { class: "picture self" }, video, cover);
  /** @type {MediaStreamTrack|null} */
  let track = null;
  const update = () => {
    const { state, tracks } = local;
    if (tracks.camera !== track) {
      track = tracks.camera;
      setStream(video, track && new MediaStream([track]));
    }
    const seen = state.camera === "on" && track !== null;
    show(cover, !seen);
    setText(reason, seen ? "" : t(`camera.${state.camera}`));
  };
  return { node, update };
}
