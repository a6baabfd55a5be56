/** Camera and microphone, tried before the day: nothing leaves the device. */
import { h, setText } from "../dom.js";
import { t } from "../i18n.js";
import { LocalMedia } from "../media/devices.js";
import { PlainSound } from "../media/plainsound.js";
import { echo, play } from "../media/tones.js";
import { deviceAdvice } from "../parts/deviceadvice.js";
import { icon } from "../parts/icons.js";
import { meter } from "../parts/meter.js";
import { selfView } from "../parts/selfview.js";

/** @returns {import("../app.js").View} */
export function check() {
  const local = new LocalMedia();
  const self = selfView(local);
  const level = meter(local);
  const help = deviceAdvice(local);
  const update = () => {
    self.update();
    level.update();
    help.update();
  };
  const heard = h("p", { role: "status", "data-testid": "sound-heard" });
  const sound = h("button", { type: "button", class: "button", "data-testid": "sound-test", onclick: () => void trySound() }, icon("sound"), t("check.sound"));
  const trySound = async () => {
    sound.disabled = true;
    setText(heard, t("entry-check.tones"));
    setText(heard, t((await soundComesBack(local)) ? "check.sound-echoed" : "check.sound-alone"));
    sound.disabled = false;
  };
  local.on("change", update);
  void local.open();
  return {
    screen: "check", title: t("application.check"), update,
    close: () => {
      level.close();
      local.close();
    },
    node: h("div", { class: "page narrow" },
      h("h1", { tabindex: "-1" }, t("application.check")), h("p", { class: "lead" }, t("application.check-lead")),
      h("section", { class: "card stack", "aria-label": t("waiting.self") }, help.node, self.node, level.node, h("div", { class: "row" }, sound), heard),
      h("p", { class: "foot" }, h("a", { href: "#application" }, t("application.title")))),
  };
}

/** Plays two tones; whether the microphone heard them. @param {LocalMedia} local */
async function soundComesBack({ state, tracks }) {
  const ears = state.microphone === "on" && tracks.microphone ? await PlainSound.of(tracks.microphone) : null;
  try {
    if (ears && (await ears.runs())) return await echo(ears.listen());
    const context = new AudioContext();
    await play(context);
    await context.close();
  } catch {
    // What cannot be played is not heard.
  } finally {
    ears?.close();
  }
  return false;
}
