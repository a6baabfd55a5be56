/** Words of the technician or the clerk to one participant or to all (Rules ¶27). */
import { t } from "../i18n.js";
import { askForm } from "../forms/askform.js";
import { textField } from "../forms/field.js";
import { nameOf } from "./acting.js";

const LIMIT = 500; // as on the server

/** @param {import("../attendance.js").Attendance} attendance @param {string} [seat] without one, to everybody */
export async function sendMessage(attendance, seat) {
  const store = { text: "" };
  const name = seat ? nameOf(attendance, seat) : t("message.everybody");
  const sent = await askForm({
    title: t("message.title", { name }), text: t("message.text"), confirm: t("message.send"), testid: "message-send",
    fields: [textField(store, "text", { label: t("message.words"), rows: 3, maxlength: LIMIT })],
    submit: () => attendance.act("message", { data: { ...(seat && { to: seat }), text: store.text.trim() } }),
  });
  if (sent) attendance.emit("notice", { key: "notice.message-sent", params: { name } });
}
