/** The large buttons below every hearing: microphone, camera, devices, leave. */
import { h, setText, show } from "../dom.js";
import { t } from "../i18n.js";
import { chooseDevices } from "./devices.js";
import { ask } from "./dialog.js";
import { icon } from "./icons.js";

/** @typedef {import("../media/devices.js").LocalMedia} LocalMedia */

/**
 * @param {import("../app.js").App} app
 * @param {import("../attendance.js").Attendance} attendance
 * @param {...Node} more buttons of the screen
 */
export function controls(app, attendance, ...more) {
  const { local } = attendance;
  const switches = [deviceSwitch(local, "microphone"), deviceSwitch(local, "camera")];
  const devices = control("settings", t("control.devices"), "devices", () => chooseDevices(local));
  const leave = control("leave", t("control.leave"), "leave", () => confirmLeave(app, attendance));
  leave.classList.add("leave");
  const node = h("div", { class: "controls", role: "group", "aria-label": t("control.group") },
    ...switches.map(({ node }) => node), devices, ...more, leave);
  const update = () => {
    const claiming = attendance.claiming; // a device without the seat has nothing to send
    for (const one of [...switches.map(({ node }) => node), devices]) show(one, !claiming);
    switches.forEach(({ update }) => update());
  };
  return { node, update };
}

/**
 * @param {Parameters<typeof icon>[0]} name
 * @param {string} text
 * @param {string} testid
 * @param {() => void} onclick
 */
export function control(name, text, testid, onclick) {
  return h("button", { type: "button", class: "control", "data-testid": testid, onclick }, icon(name), h("span", {}, text));
}

/** The states that a button has its own words for; of the others the screen tells more. */
const SAID = new Set(["asking", "on", "off", "muted"]);

/** @param {LocalMedia} local @param {"microphone"|"camera"} device */
function deviceSwitch(local, device) {
  const words = h("span", {});
  const [plain, struck] = [icon(device), icon(device, "slash")];
  const node = h("button", {
    type: "button", class: "control switch", "data-testid": device,
    onclick: () => local.turn(device, local.state[device] !== "on" && local.state[device] !== "muted"),
  }, plain, struck, words);
  const update = () => {
    const state = local.state[device];
    const on = state === "on";
    plain.toggleAttribute("hidden", !on);
    struck.toggleAttribute("hidden", on);
    node.classList.toggle("off", !on && state !== "asking");
    node.dataset.state = state;
    setText(words, t(`control.${device}-${SAID.has(state) ? state : "none"}`));
  };
  return { node, update };
}

/** @param {import("../app.js").App} app @param {import("../attendance.js").Attendance} attendance */
async function confirmLeave(app, attendance) {
  const yes = await ask({
    title: t("leave.title"), text: t("leave.text"), confirm: t("leave.confirm"), danger: true, testid: "leave-confirm",
  });
  if (yes) app.left(attendance);
}
