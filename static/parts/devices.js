/** Choosing another microphone or camera. */
import { h } from "../dom.js";
import { t } from "../i18n.js";
import { ask } from "./dialog.js";

/** @param {import("../media/devices.js").LocalMedia} local */
export async function chooseDevices(local) {
  const found = await local.list();
  const microphone = select("microphone", found.microphone, local.tracks.microphone);
  const camera = select("camera", found.camera, local.tracks.camera);
  const body = h("div", { class: "stack" }, ...microphone, ...camera);
  if (!(await ask({ title: t("devices.title"), confirm: t("devices.use"), body, testid: "devices-use" }))) return;
  await change(local, "microphone", microphone[1]);
  await change(local, "camera", camera[1]);
}

/**
 * @param {"microphone"|"camera"} device
 * @param {MediaDeviceInfo[]} found
 * @param {MediaStreamTrack|null} track in use
 * @returns {[HTMLLabelElement, HTMLSelectElement]}
 */
function select(device, found, track) {
  const used = track?.getSettings().deviceId;
  const options = found.map(({ deviceId, label }, index) =>
    h("option", { value: deviceId, selected: deviceId === used }, label || `${t(`devices.${device}`)} ${index + 1}`));
  if (options.length === 0) options.push(h("option", { value: "" }, t(`${device}.missing`)));
  const id = `choose-${device}`;
  return [h("label", { for: id }, t(`devices.${device}`)), h("select", { id, "data-testid": id }, ...options)];
}

/**
 * @param {import("../media/devices.js").LocalMedia} local
 * @param {"microphone"|"camera"} device
 * @param {HTMLSelectElement} chosen
 */
async function change(local, device, chosen) {
  const used = local.tracks[device]?.getSettings().deviceId;
  if (chosen.value && chosen.value !== used) await local.acquire(device, chosen.value);
}
