/** Camera and microphone, tried before the day: nothing leaves the device. */
import { h, setText } from "../dom.js";
import { t } from "../i18n.js";
import { LocalMedia } from "../media/devices.js";
import { meter } from "../parts/meter.js";
import { selfView } from "../parts/selfview.js";

/** @returns {import("../app.js").View} */
export function check() {
  const local = new LocalMedia();
  const self = selfView(local);
  const level = meter(local);
  const help = h("p", { class: "error", role: "alert", "data-testid": "device-help" });
  const update = () => {
    self.update();
    level.update();
    const { microphone, camera } = local.state;
    const word = /** @type {const} */ (["denied", "missing", "busy", "unsupported"]).find((one) => one === microphone || one === camera);
    setText(help, word ? t(`advice.${word}`) : "");
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
      h("section", { class: "card stack", "aria-label": t("waiting.self") }, self.node, level.node, help),
      h("p", { class: "foot" }, h("a", { href: "#application" }, t("application.title")))),
  };
}
