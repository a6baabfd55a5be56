/** A link's course as a small drawing: one figure as a line between its least and most, the verdict as bars below. SVG without a library. */
import { attribute, svg } from "../dom.js";
import { t } from "../i18n.js";

/** @typedef {import("../protocol/console.js").Series} Series */
/** @typedef {import("../protocol/console.js").Measure} Measure */

const WIDTH = 240;
const LINE = 36;
const STRIP = 8;
const HEIGHT = LINE + STRIP;
/** Of each figure, what fills the drawing at the least, so that noise on a good link looks small. */
const FULL = { kbps: 100, loss: 8, rtt_ms: 300, jitter_ms: 60 };
const UNITS = { kbps: "unit.kbps", loss: "unit.percent", rtt_ms: "unit.ms", jitter_ms: "unit.ms" };

export function sparkline() {
  const band = svg("path", { class: "spark-band" });
  const line = svg("path", { class: "spark-line" });
  const poor = svg("path", { class: "spark-poor" });
  const bad = svg("path", { class: "spark-bad" });
  const node = svg("svg", { class: "spark", viewBox: `0 0 ${WIDTH} ${HEIGHT}`, preserveAspectRatio: "none", role: "img" }, band, line, poor, bad);
  /** @param {Series} series @param {Measure} measure @param {number} [end] the newest second that is shown */
  const update = (series, measure, end) => {
    const { least, mean, most } = columns(series, measure);
    const scale = scaleOf(series, most, FULL[measure], end);
    const points = series.at.map((at, index) => ({ x: scale.x(at), y: scale.y(mean[index]), low: scale.y(least[index]), high: scale.y(most[index]) }));
    attribute(line, "d", polyline(points.map(({ x, y }) => [x, y])));
    attribute(band, "d", least === mean ? "" : area(points));
    attribute(poor, "d", bars(series, scale, 1));
    attribute(bad, "d", bars(series, scale, 2));
    attribute(node, "aria-label", describe(series, measure));
  };
  return { node, update };
}

/** From the least to the most that is drawn, for those who see it. @param {Series} series @param {Measure} measure */
export function rangeText(series, measure) {
  const { least, most } = extremes(series, measure);
  return least === null ? "" : t("console.range", { measure: t(`measure.${measure}`), least: figure(least), most: figure(most), unit: t(UNITS[measure]) });
}

/** The drawing in words. @param {Series} series @param {Measure} measure */
export function describe(series, measure) {
  const { least, most, last } = extremes(series, measure);
  if (least === null) return t("console.plot-empty");
  const width = series.width ?? 1;
  const seconds = (/** @type {number} */ level) => series.level.filter((one) => one === level).length * width;
  return t("console.plot", {
    measure: t(`measure.${measure}`), unit: t(UNITS[measure]), least: figure(least), most: figure(most), last: figure(last), bad: seconds(2), poor: seconds(1),
  });
}

/** @param {Series} series @param {Measure} measure */
function extremes(series, measure) {
  const known = (/** @type {(number|null)[]} */ values) => /** @type {number[]} */ (values.filter((value) => value !== null));
  const { least, mean, most } = columns(series, measure);
  const last = known(mean).at(-1);
  return last === undefined ? { least: null, most: 0, last: 0 } : { least: Math.min(...known(least)), most: Math.max(...known(most)), last };
}

/** @param {number} value */
const figure = (value) => String(value >= 10 ? Math.round(value) : Math.round(10 * value) / 10);

/** @param {Series} series @param {Measure} measure */
function columns(series, measure) {
  const column = series[measure];
  return Array.isArray(column) ? { least: column, mean: column, most: column } : { least: column.min, mean: column.mean, most: column.max };
}

/** @param {Series} series @param {(number|null)[]} most @param {number} full @param {number} [end] */
function scaleOf({ at, width }, most, full, end) {
  const last = (width ? at.at(-1) : end) ?? at.at(-1) ?? 0;
  const first = width ? (at[0] ?? 0) : last - 59;
  const step = WIDTH / (Math.max(1, last - first) + (width ?? 1));
  const top = Math.max(full, ...most.map((value) => value ?? 0));
  return {
    x: (/** @type {number} */ time) => round((time - first) * step),
    y: (/** @type {number|null} */ value) => (value === null ? null : round(LINE - 1 - ((LINE - 2) * value) / top)),
    wide: round(step * (width ?? 1)),
  };
}

/** With gaps where nothing is known. @param {(number|null)[][]} points */
function polyline(points) {
  let begun = false;
  return points.map(([x, y]) => {
    const command = y === null ? "" : `${begun ? "L" : "M"}${x} ${y}`;
    begun = y !== null;
    return command;
  }).join("");
}

/** @param {{x: number, low: number|null, high: number|null}[]} points */
function area(points) {
  const known = points.filter(({ low, high }) => low !== null && high !== null);
  if (known.length === 0) return "";
  return `M${[...known.map(({ x, high }) => `${x} ${high}`), ...known.reverse().map(({ x, low }) => `${x} ${low}`)].join("L")}Z`;
}

/** Told apart by their height too. @param {Series} series @param {{x: (at: number) => number, wide: number}} scale @param {1|2} wanted */
function bars({ at, level }, { x, wide }, wanted) {
  const height = wanted === 2 ? STRIP : STRIP / 2;
  return at.map((time, index) => (level[index] === wanted ? `M${x(time)} ${HEIGHT}h${wide}v-${height}h-${wide}Z` : "")).join("");
}

const round = (/** @type {number} */ value) => Math.round(10 * value) / 10;
