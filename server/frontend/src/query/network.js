/** Triples as a graph, drawn by Cytoscape: things are nodes, properties lines; literals stand in the table. */
import cytoscape from "cytoscape";
import dagre from "cytoscape-dagre";

import { measure, wrap } from "../lib/lettering.js";
import { palette } from "../lib/palette.js";
import { onTheme } from "../lib/theme.js";

/** Lines that a picture bears. */
export const MOST = 250;
/** How broad the words of a node may be. */
const BROAD = 260;
const TYPE = "http://www.w3.org/1999/02/22-rdf-syntax-ns#type";

/** What is drawn of triples: those between things, their classes apart. */
export function drawn(rows) {
  return rows.filter(({ predicate, object }) => object.type !== "literal" && predicate.value !== TYPE);
}

export async function network(stage, rows, called, words) {
  // Cytoscape would write a style sheet for its container, which the pages' policy refuses; ours has that rule.
  if (!document.getElementById("__________cytoscape_stylesheet")) {
    document.head.append(Object.assign(document.createElement("meta"), { id: "__________cytoscape_stylesheet" }));
  }
  cytoscape.use(dagre);
  const shown = drawn(rows).slice(0, MOST);
  const things = new Map(shown.flatMap(({ subject, object }) => [subject, object]).map((said) => [`${said.type} ${said.value}`, said]));
  await called.look([...things.values(), ...shown.map(({ predicate }) => predicate)].filter(({ type }) => type === "uri").map(({ value }) => value));
  const font = getComputedStyle(stage).fontFamily;
  const graph = cytoscape({
    container: stage,
    elements: [
      ...[...things].map(([id, said]) => ({ data: { id, label: called.text(said), href: called.of(said.value)?.href } })),
      ...shown.map(({ subject, predicate, object }, index) => ({
        data: { id: `line ${index}`, source: `${subject.type} ${subject.value}`, target: `${object.type} ${object.value}`, label: called.text(predicate) },
      })),
    ],
    style: look(font),
    minZoom: 0.05,
    maxZoom: 3,
    layout: { name: "dagre", rankDir: "LR", nodeSep: 12, rankSep: 90, fit: true, padding: 16, animate: false },
  });
  stage.setAttribute("role", "img");
  stage.setAttribute("aria-label", words.graphOf);
  graph.on("tap", "node", ({ target }) => target.data("href") && location.assign(target.data("href")));
  onTheme(() => graph.style(look(font)));
  return { dispose: () => graph.destroy() };
}

function look(font) {
  const colours = palette();
  const width = measure(`13px ${font}`);
  const box = (node) => {
    const lines = wrap(node.data("label"), BROAD, width);
    return { lines, broad: Math.max(...lines.map(width)) + 16, high: lines.length * 17 + 12 };
  };
  return [
    {
      selector: "node",
      style: {
        shape: "round-rectangle",
        width: (node) => box(node).broad,
        height: (node) => box(node).high,
        "background-color": colours.sheet,
        "border-width": 1.5,
        "border-color": colours.link,
        label: (node) => box(node).lines.join("\n"),
        color: colours.ink,
        "font-family": font,
        "font-size": 13,
        "text-wrap": "wrap",
        "text-max-width": "400px",
        "text-valign": "center",
      },
    },
    {
      selector: "edge",
      style: {
        width: 1.2,
        "line-color": colours["line-strong"],
        "target-arrow-color": colours["line-strong"],
        "target-arrow-shape": "triangle",
        "arrow-scale": 0.8,
        "curve-style": "bezier",
        label: "data(label)",
        "font-family": font,
        "font-size": 11,
        color: colours["ink-soft"],
        "text-background-color": colours.sheet,
        "text-background-opacity": 0.9,
        "text-background-padding": "2px",
      },
    },
  ];
}
