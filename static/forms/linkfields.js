/** From where somebody takes part, and in which role: the same questions for an applicant and for the court (Rules ¶7, ¶12). */
import { show } from "../dom.js";
import { t } from "../i18n.js";
import { choiceField, textField } from "./field.js";

/** @typedef {import("./field.js").Store} Store */

const MEANS = ["personal_device", "other_court", "institution"];
const ROLES = ["party", "representative", "witness", "expert", "specialist", "interpreter"];
const ELSEWHERE = "elsewhere";

/**
 * @param {Store} store
 * @param {{means: string, receiver: string, role: string, hint?: string}} labels
 * @param {() => void} changed
 */
export function linkFields(store, labels, changed) {
  const means = choiceField(store, "means", { label: labels.means, hint: labels.hint, changed }, MEANS.map((one) => [one, t(`means.${one}`)]));
  const receiver = choiceField(store, "receiver", { label: labels.receiver, changed }, []);
  const provider = textField(store, "provider", { label: t("apply.provider"), hint: t("apply.provider-hint"), maxlength: 300, changed });
  const role = choiceField(store, "role", { label: labels.role, changed }, ROLES.map((one) => [one, t(`role.${one}`)]));
  const refresh = () => {
    show(receiver.node, store.means === "other_court");
    show(provider.node, store.means === "institution" || (store.means === "other_court" && store.receiver === ELSEWHERE));
  };
  /** @param {[id: string, name: string][]} courts of this system */
  const courts = (courts) => {
    receiver.fill([...courts, [ELSEWHERE, t("apply.elsewhere")]]);
    store.names = Object.fromEntries(courts);
    refresh();
  };
  refresh();
  return { means, receiver, provider, role, refresh, courts };
}

/** As docs/protocol.md has it; what the chosen means does not need stays here. @param {Store} store @returns {Record<string, string>} */
export function linkData({ means, receiver, provider, names }) {
  if (means === "personal_device") return {};
  const known = means === "other_court" && receiver !== ELSEWHERE;
  return known ? { receiver, provider: names[receiver] } : { provider: provider.trim() };
}
