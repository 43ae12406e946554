/** The charts of an indicator: what was observed as a line, the targets of each plan as what they are, a floor or else. */
import "echarts/lib/chart/line.js";
import "echarts/lib/chart/scatter.js";
import "echarts/lib/component/grid.js";
import "echarts/lib/component/legendPlain.js";

import { draw } from "../lib/charts.js";
import { pageData } from "../lib/data.js";
import { offer } from "../lib/shown_buttons.js";

const { charts, words } = pageData("data");
const language = document.documentElement.lang;
const short = new Intl.NumberFormat(language, { notation: "compact", maximumFractionDigits: 2 });

/** Bound of a target -> its sign: a floor points up, a ceiling down. */
const SIGNS = {
  floor: "path://M0 10h12L6 0z",
  ceiling: "path://M0 0h12L6 10z",
  point: "diamond",
  about: "circle",
  range: "rect",
};
/** Colours that are told apart without red and green, light and dark. */
const PLANS = [
  ["#b3541e", "#f0a878"],
  ["#6a3f86", "#cfa5e6"],
  ["#1f6a63", "#7ccbc2"],
  ["#84325c", "#eb9cc1"],
  ["#5b5b12", "#d0cf74"],
];

/** How far a point is moved aside that would stand upon another. */
const ASIDE = 15;

/**
 * The point of a value; both ends of a range, the lower without words. `taken` counts the points of each place: those that
 * follow stand beside it, with their words above and below in turn.
 */
function points(value, colour, symbol, colours, taken) {
  const place = `${value.at} ${value.upper ?? value.amount}`;
  const before = taken.get(place) ?? 0;
  taken.set(place, before + 1);
  const point = {
    value: [value.at, value.upper ?? value.amount],
    symbol,
    symbolSize: 13,
    symbolOffset: [before * ASIDE, 0],
    label: { show: true, position: before % 2 ? "bottom" : "top" },
    itemStyle: { color: value.isInferred ? colours.sheet : colour, borderColor: colour, borderWidth: 2 },
    details: value,
  };
  const lower = { ...point, value: [value.at, value.amount], label: { show: false } };
  return value.upper === null ? [point] : [lower, point];
}

/** The values that stand on one line: observed ones of an indicator, or the targets of one plan. */
function groups({ values }) {
  const lines = new Map();
  const several = new Set(values.map(({ indicator }) => indicator)).size > 1;
  for (const value of values) {
    const of = several ? ` · ${value.indicator}` : "";
    const name = value.isTarget ? `${words.target}: ${value.series}${of}` : `${words.observed}${of}`;
    if (!lines.has(name)) lines.set(name, { name, isTarget: value.isTarget, values: [] });
    lines.get(name).values.push(value);
  }
  return [...lines.values()].sort((one, other) => one.isTarget - other.isTarget);
}

function series(chart, colours) {
  let plan = 0;
  const taken = new Map();
  const made = groups(chart).map(({ name, isTarget, values }) => {
    const pair = PLANS[plan % PLANS.length];
    const colour = isTarget ? pair[Number(colours.isDark)] : colours.link;
    if (isTarget) plan += 1;
    return {
      type: "line",
      name,
      color: colour,
      lineStyle: { type: isTarget ? "dashed" : "solid", width: isTarget ? 1 : 2, color: colour },
      data: values.flatMap((value) => points(value, colour, SIGNS[value.bound] ?? "circle", colours, taken)),
      label: { show: true, position: "top", distance: 8, color: colours.ink, formatter: ({ data }) => data.details.printed },
      labelLayout: { hideOverlap: true },
    };
  });
  if (chart.baselines.length) {
    made.push({
      type: "scatter",
      name: words.baseline,
      color: colours["ink-soft"],
      symbol: "emptyRect",
      data: chart.baselines.map(({ at, amount, label }) => ({ value: [at, amount], details: { label, printed: short.format(amount), time: at } })),
    });
  }
  return made;
}

function axis(colours) {
  return {
    axisLine: { lineStyle: { color: colours["line-strong"] } },
    axisLabel: { color: colours["ink-soft"] },
    splitLine: { lineStyle: { color: colours.line } },
  };
}

function tooltipText({ data }) {
  const { label, printed, time, role, isInferred } = data.details;
  return [label, `${time} · ${role ?? words.baseline} ${printed}`, isInferred ? words.inferred : ""].filter(Boolean).join("\n");
}

function option(chart, broad) {
  const lines = groups(chart).length + Math.sign(chart.baselines.length);
  const years = [...chart.values, ...chart.baselines].map(({ at }) => at);
  const [first, last] = [Math.floor(Math.min(...years)) - 1, Math.ceil(Math.max(...years)) + 1];
  return (colours) => ({
    grid: { left: 16, right: 24, top: 22 * lines + 38, bottom: 8, containLabel: true },
    legend: { orient: "vertical", top: 0, left: 0, itemGap: 8, textStyle: { color: colours.ink, width: broad - 60, overflow: "truncate" }, inactiveColor: colours["ink-soft"] },
    tooltip: {
      trigger: "item",
      renderMode: "richText",
      confine: true,
      backgroundColor: colours.sheet,
      borderColor: colours.line,
      textStyle: { color: colours.ink, fontSize: 13, width: 300, overflow: "break" },
      formatter: tooltipText,
    },
    xAxis: { type: "value", min: first, max: last, minInterval: 1, ...axis(colours), splitLine: { show: false }, axisLabel: { color: colours["ink-soft"], formatter: (year) => (Number.isInteger(year) ? String(year) : "") } },
    yAxis: { type: "value", name: chart.isRank ? "" : chart.unit, minInterval: chart.isRank ? 1 : 0, nameTextStyle: { color: colours["ink-soft"], align: "left" }, scale: true, inverse: chart.isRank, ...axis(colours), axisLabel: { color: colours["ink-soft"], formatter: (amount) => short.format(amount) } },
    series: series(chart, colours),
  });
}

for (const place of document.querySelectorAll("[data-chart]")) {
  const chart = charts[place.dataset.chart];
  place.hidden = false;
  const heading = place.closest("section").querySelector("h2").textContent;
  const { chart: made } = draw(place, `${heading}. ${words.chart}`, option(chart, place.clientWidth));
  made.on("click", ({ data }) => data?.details.href && location.assign(data.details.href));
  offer(place.parentElement.querySelector(".shown-files"), () => place.querySelector("svg"), heading);
}
