/** The answer to a query as a chart; loaded only where there is one to draw. */
import "echarts/lib/chart/bar.js";
import "echarts/lib/chart/line.js";
import "echarts/lib/component/grid.js";
import "echarts/lib/component/legend.js";

import { use } from "echarts/core";
import { LabelLayout } from "echarts/features";

import { draw } from "../lib/charts.js";
import { iris } from "./terms.js";

use([LabelLayout]);

/** Bars, and series, that a chart bears. */
export const MOST = 60;
const SERIES = 12;
const COLOURS = [
  ["#1d4f86", "#93bdf0"],
  ["#b3541e", "#f0a878"],
  ["#1f6a63", "#7ccbc2"],
  ["#6a3f86", "#cfa5e6"],
  ["#84325c", "#eb9cc1"],
  ["#5b5b12", "#d0cf74"],
];

const year = (text) => {
  const [whole, month = "1", day = "1"] = text.split("/").at(-1).split("-");
  return Number(whole) + (Number(month) - 1) / 12 + (Number(day) - 1) / 365;
};

/** Draws a plan into an element, a chart for each unit; gives back what takes them away. */
export async function chart(element, made, rows, called, data) {
  const naming = rows.map((row) => Object.fromEntries(made.by.map((name) => [name, row[name]])));
  await called.look(iris(naming));
  const groups = Map.groupBy(rows, (row) => (made.apart ? called.text(row[made.apart]) : ""));
  const drawn = [...groups].map(([unit, group]) => single(element, unit, made, group, called, data));
  return { dispose: () => drawn.forEach((one) => one.dispose()) };
}

function single(element, unit, made, rows, called, { words, language }) {
  const stage = Object.assign(document.createElement("div"), { className: "stage chart" });
  if (unit) element.append(Object.assign(document.createElement("h3"), { textContent: unit }));
  element.append(stage);
  const name = (row) => made.by.map((column) => called.text(row[column])).filter(Boolean).join(" · ");
  const short = new Intl.NumberFormat(language, { notation: "compact", maximumFractionDigits: 2 });
  const broad = stage.clientWidth;
  const bars = rows.slice(0, MOST);
  if (made.kind === "bar") stage.style.height = `${Math.max(130, bars.length * (14 + 12 * made.numbers.length) + 90)}px`;
  const option = made.kind === "line" ? lines(made, rows, name, short, broad) : barred(made, bars, name, short, broad);
  return draw(stage, unit ? `${words.chartOf}: ${unit}` : words.chartOf, option);
}

function frame(colours, short) {
  return {
    tooltip: { trigger: "item", renderMode: "richText", confine: true, backgroundColor: colours.sheet, borderColor: colours.line, textStyle: { color: colours.ink, fontSize: 13 } },
    legend: { type: "scroll", top: 0, left: 0, textStyle: { color: colours.ink }, inactiveColor: colours["ink-soft"], pageTextStyle: { color: colours.ink } },
    value: { type: "value", axisLine: { lineStyle: { color: colours["line-strong"] } }, axisLabel: { color: colours["ink-soft"], formatter: (amount) => short.format(amount) }, splitLine: { lineStyle: { color: colours.line } } },
  };
}

function barred(made, rows, name, short, broad) {
  const isWhole = made.numbers.every((column) => rows.every((row) => !row[column] || Number.isInteger(Number(row[column].value))));
  return (colours) => {
    const { tooltip, legend, value } = frame(colours, short);
    return {
      grid: { left: 8, right: 40, top: 36, bottom: 8, containLabel: true },
      tooltip,
      legend,
      xAxis: { ...value, minInterval: isWhole ? 1 : 0 },
      yAxis: { type: "category", inverse: true, data: rows.map(name), axisLine: { lineStyle: { color: colours["line-strong"] } }, axisLabel: { color: colours.ink, width: Math.min(320, broad * 0.4), overflow: "truncate", interval: 0 } },
      series: made.numbers.map((column, index) => ({
        type: "bar",
        name: column,
        color: COLOURS[index % COLOURS.length][Number(colours.isDark)],
        data: rows.map((row) => (row[column] ? Number(row[column].value) : null)),
        label: { show: made.numbers.length < 3, position: "right", color: colours.ink, formatter: ({ value: amount }) => (amount === null ? "" : short.format(amount)) },
      })),
    };
  };
}

function lines(made, rows, name, short, broad) {
  const groups = Map.groupBy(rows.filter((row) => row[made.along] && row[made.numbers[0]]), name);
  const shown = [...groups].slice(0, SERIES);
  return (colours) => {
    const { tooltip, legend, value } = frame(colours, short);
    return {
      grid: { left: 8, right: 30, top: 24 * shown.length + 16, bottom: 8, containLabel: true },
      tooltip,
      legend: { ...legend, type: "plain", orient: "vertical", textStyle: { color: colours.ink, width: broad - 60, overflow: "truncate" } },
      xAxis: { ...value, scale: true, minInterval: 1, splitLine: { show: false }, axisLabel: { color: colours["ink-soft"], formatter: (time) => (Number.isInteger(time) ? String(time) : "") } },
      yAxis: { ...value, scale: true },
      series: shown.map(([title, group], index) => ({
        type: "line",
        name: title || made.numbers[0],
        color: COLOURS[index % COLOURS.length][Number(colours.isDark)],
        symbolSize: 9,
        data: group.map((row) => [year(row[made.along].value), Number(row[made.numbers[0]].value)]).sort(([one], [other]) => one - other),
        label: { show: true, position: "top", color: colours.ink, formatter: ({ value: [, amount] }) => short.format(amount) },
        labelLayout: { hideOverlap: true },
      })),
    };
  };
}
