/** A hierarchy as areas: a sunburst of rings or a treemap of boxes, as large as the parts below are many. */
import "echarts/lib/chart/sunburst.js";
import "echarts/lib/chart/treemap.js";

import { draw } from "./charts.js";

/**
 * Shows a nested hierarchy (`{ label, children, … }`) in an element. `how.sign` gives the mark of a part, `how.choose` is
 * told what a reader chooses, `how.label` names the picture.
 */
export function show(element, kind, root, how) {
  const host = document.createElement("div");
  host.className = "areas";
  element.replaceChildren(host);
  const made = draw(host, how.label, (colours) => ({
    tooltip: tooltip(colours),
    series: [{ ...SERIES[kind](colours), data: kind === "sunburst" ? branches(root, how, colours) : [branch(root, how, colours)] }],
  }));
  made.chart.on("click", ({ data, treePathInfo }) => {
    const chosen = data?.part ?? treePathInfo?.at(-1)?.data?.part;
    if (chosen) how.choose(chosen);
  });
  return made;
}

function tooltip(colours) {
  return {
    renderMode: "richText",
    confine: true,
    backgroundColor: colours.sheet,
    borderColor: colours.line,
    textStyle: { color: colours.ink, fontSize: 13, width: 260, overflow: "break" },
    formatter: ({ data }) => (data?.part ? `${data.part.label}\n${data.part.kindLabel}` : ""),
  };
}

function branches(part, how, colours) {
  return part.children.map((child) => branch(child, how, colours));
}

function branch(part, how, colours) {
  const sign = how.sign(part);
  return {
    name: part.label,
    part,
    value: part.children.length ? undefined : 1,
    itemStyle: { color: tint(colours.isDark ? sign.dark : sign.light, colours.isDark), borderColor: colours.ground },
    children: branches(part, how, colours),
  };
}

/** A colour that words in ink can be read upon. */
function tint(colour, isDark) {
  const paper = isDark ? 24 : 255;
  const share = isDark ? 0.38 : 0.3;
  const mixed = [1, 3, 5].map((at) => Math.round(paper + (parseInt(colour.slice(at, at + 2), 16) - paper) * share));
  return `rgb(${mixed.join(",")})`;
}

const SERIES = {
  sunburst: (colours) => ({
    type: "sunburst",
    radius: ["6%", "96%"],
    sort: null,
    label: { color: colours.ink, fontSize: 11, minAngle: 6, width: 90, overflow: "truncate" },
    itemStyle: { borderWidth: 1 },
    emphasis: { focus: "ancestor" },
  }),
  treemap: (colours) => ({
    type: "treemap",
    roam: false,
    left: 0,
    right: 0,
    top: 0,
    bottom: 40,
    leafDepth: 3,
    sort: false,
    label: { color: colours.ink, fontSize: 12, overflow: "truncate" },
    upperLabel: { show: true, height: 24, color: colours.ink, overflow: "truncate" },
    itemStyle: { borderWidth: 1, gapWidth: 2 },
    breadcrumb: { bottom: 4, itemStyle: { color: colours.sheet, borderColor: colours.line, textStyle: { color: colours.ink } } },
  }),
};
