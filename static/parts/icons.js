/** The few drawings of the interface; always beside a text, never instead of one. */
import { svg } from "../dom.js";

const PATHS = {
  microphone: "M12 3a3 3 0 0 0-3 3v5a3 3 0 0 0 6 0V6a3 3 0 0 0-3-3M6 11a6 6 0 0 0 12 0M12 17v4M9 21h6",
  camera: "M4 7h10a1.5 1.5 0 0 1 1.500 1.500v7A1.500 1.500 0 0 1 14 17H4a1.500 1.500 0 0 1-1.500-1.500v-7A1.500 1.500 0 0 1 4 7M15.500 11l6-3.500v9l-6-3.500",
  leave: "M14 4h5v16h-5M4 12h10M10 8l4 4-4 4",
  people: "M9 11a3.200 3.200 0 1 0 0-6.400A3.200 3.200 0 0 0 9 11M3 19.500a6 6 0 0 1 12 0M16 5a3 3 0 0 1 0 6M17 14a5.500 5.500 0 0 1 4 5.500",
  settings: "M4 7h9M17 7h3M4 17h3M11 17h9M15 4.500v5M9 14.500v5",
  sound: "M4 9.500v5h3.500L12 18.500v-13L7.500 9.500zM15.500 9a4 4 0 0 1 0 6M18 6.500a8 8 0 0 1 0 11",
  more: "M6 9l6 6 6-6",
  hand: "M8 12V5.500a1.500 1.500 0 0 1 3 0V11M11 10.500V4a1.500 1.500 0 0 1 3 0v7M14 11V5.500a1.500 1.500 0 0 1 3 0V15a6 6 0 0 1-6 6c-3 0-4.500-1.500-6-4l-2-3.500a1.400 1.400 0 0 1 2.400-1.500L8 14",
  alert: "M12 4l9.500 16h-19zM12 10v4.500M12 17.500v.2",
  slash: "M4 3l17 18",
  good: "M4.500 12.500l5 5L19.500 7",
  poor: "M12 5v9M12 18v.2",
  bad: "M6 6l12 12M18 6L6 18",
  unmeasured: "M6 12h12",
};

/** @param {...keyof typeof PATHS} names drawn over each other */
export function icon(...names) {
  const paths = names.map((name) => svg("path", { d: PATHS[name] }));
  return svg("svg", { viewBox: "0 0 24 24", class: "icon", "aria-hidden": "true" }, ...paths);
}
