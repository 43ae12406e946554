/**
 * Cytoscape as the pages draw with it: boxes that hold their words, arrows that say what they are, in the theme that is
 * shown now; framed so that words are read, and as a file of all that is drawn.
 */
import cytoscape from "cytoscape";
import dagre from "cytoscape-dagre";

import { measure, wrap } from "./lettering.js";
import { palette } from "./palette.js";
import { save } from "./picture.js";
import { svg } from "./svg.js";
import { onTheme } from "./theme.js";

/** Pixels between a graph and the edge of its frame, the least and the greatest height of a frame. */
const [PAD, LOW, TALL] = [16, 220, 4000];
/** Letters of a box and their lines, letters of an arrow, in pixels. */
const [LETTERS, LINE, ON_ARROW] = [13, 16.25, 11];
/** The longest side of a canvas, in pixels. */
const LONGEST = 16_000;

// Cytoscape would write a style sheet for its container, which the pages' policy refuses; ours has that rule.
const written = document.createElement("meta");
written.id = "__________cytoscape_stylesheet";
document.head.append(written);

cytoscape.use(dagre);

/**
 * A graph in an element, kept to the reader's theme. `broad` is how wide the words of a box may be, `border` its colour
 * and `more` further rules, both made from the palette; all else is Cytoscape's.
 */
export function boxes(stage, { broad, border, more = () => [], ...options }) {
  const font = getComputedStyle(stage).fontFamily;
  const width = measure(`${LETTERS}px ${font}`);
  const look = () => {
    const colours = palette();
    return [...rules(colours, font, (label) => size(label, broad, width), border(colours)), ...more(colours)];
  };
  const graph = cytoscape({ container: stage, style: look(), maxZoom: 3, ...options });
  onTheme(() => graph.destroyed() || graph.style(look()));
  // the wheel scrolls the page, and with Ctrl, as everywhere, makes larger
  stage.addEventListener("wheel", (event) => graph.destroyed() || graph.userZoomingEnabled(event.ctrlKey || event.metaKey), { capture: true, passive: true });
  return graph;
}

/**
 * Makes the frame of a graph as high as all of it takes while its words are read: not smaller than `least` of their size.
 * What is still broader or higher begins at `centre`, and is moved about; whether all of it is in the frame.
 */
export function frame(graph, { least, centre }) {
  const stage = graph.container();
  const { w: broad, h: high } = graph.elements().boundingBox();
  const zoom = Math.max(least, Math.min(1, (stage.clientWidth - 2 * PAD) / broad));
  stage.style.height = `${Math.round(Math.min(TALL, Math.max(LOW, high * zoom + 2 * PAD)))}px`;
  graph.resize();
  graph.zoom(zoom);
  const isWhole = broad * zoom <= stage.clientWidth && high * zoom <= TALL;
  graph.center(isWhole ? undefined : centre);
  // one finger scrolls the page past a graph that is seen whole
  if (matchMedia("(pointer: coarse)").matches) graph.userPanningEnabled(!isWhole);
  stage.toggleAttribute("data-whole", isWhole);
  return isWhole;
}

/** Lets the buttons `data-shown` of an element save all of a graph, whatever part of it is in the frame, as SVG or PNG. */
export function offerGraph(files, graph, name, title, fail = console.error) {
  const saves = {
    svg: () => new Blob([new XMLSerializer().serializeToString(drawing(graph, title))], { type: "image/svg+xml" }),
    png: () => {
      const { w, h } = graph.elements().boundingBox();
      return graph.png({ output: "blob", full: true, scale: Math.min(2, LONGEST / Math.max(w, h)), bg: palette().sheet });
    },
  };
  files.hidden = false;
  for (const button of files.querySelectorAll("[data-shown]")) {
    const { shown: ending } = button.dataset;
    button.addEventListener("click", () => {
      try {
        save(saves[ending](), `${name}.${ending}`);
      } catch (error) {
        fail(error);
      }
    });
  }
}

/** A graph as an SVG element of its own: boxes, their words as text, and arrows, in the colours that are shown. */
function drawing(graph, title) {
  const { x1, y1, w, h } = graph.elements().boundingBox();
  const { sheet } = palette();
  const area = { x: x1 - PAD, y: y1 - PAD, width: w + 2 * PAD, height: h + 2 * PAD };
  const font = getComputedStyle(graph.container()).fontFamily;
  const whole = svg("svg", { viewBox: Object.values(area).join(" "), width: area.width, height: area.height, "font-family": font });
  whole.append(svg("title", {}, title), svg("rect", { ...area, fill: sheet }));
  for (const edge of graph.edges()) whole.append(...arrow(edge, sheet));
  for (const node of graph.nodes()) whole.append(...box(node));
  return whole;
}

function box(node) {
  const { x, y } = node.position();
  const [broad, high] = [node.width(), node.height()];
  const lines = node.style("label").split("\n");
  const text = svg("text", { fill: node.style("color"), "font-size": LETTERS, "text-anchor": "middle" });
  const top = y - (lines.length * LINE) / 2 + LETTERS;
  lines.forEach((line, place) => text.append(svg("tspan", { x, y: top + place * LINE }, line)));
  const edge = { stroke: node.style("border-color"), "stroke-width": parseFloat(node.style("border-width")) };
  return [svg("rect", { x: x - broad / 2, y: y - high / 2, width: broad, height: high, rx: 7, fill: node.style("background-color"), ...edge }), text];
}

function arrow(edge, sheet) {
  const [from, to, middle] = [edge.sourceEndpoint(), edge.targetEndpoint(), edge.midpoint()];
  const [bend, corner] = [edge.controlPoints()?.[0], edge.segmentPoints()?.[0]];
  const colour = edge.style("line-color");
  const before = bend ?? corner ?? from;
  const way = bend ? `Q${bend.x} ${bend.y} ` : corner ? `L${corner.x} ${corner.y}L` : "L";
  const angle = (Math.atan2(to.y - before.y, to.x - before.x) * 180) / Math.PI;
  const drawn = [
    svg("path", { d: `M${from.x} ${from.y}${way}${to.x} ${to.y}`, fill: "none", stroke: colour, "stroke-width": 1.2 }),
    svg("path", { d: "M0 0L-8 -3.6L-8 3.6Z", fill: colour, transform: `translate(${to.x} ${to.y}) rotate(${angle.toFixed(1)})` }),
  ];
  const label = edge.data("label");
  // a rim of the paper's colour keeps the words apart from the line
  const rim = { stroke: sheet, "stroke-width": 4, "stroke-linejoin": "round", "paint-order": "stroke" };
  if (label) drawn.push(svg("text", { x: middle.x, y: middle.y + 4, "font-size": ON_ARROW, "text-anchor": "middle", fill: edge.style("color"), ...rim }, label));
  return drawn;
}

/** A label's lines, and how large the box around them is. */
function size(label, broad, width) {
  const lines = wrap(label, broad, width);
  return { lines, broad: Math.max(...lines.map(width)) + 16, high: lines.length * 17 + 12 };
}

function rules(colours, font, box, border) {
  return [
    {
      selector: "node",
      style: {
        shape: "round-rectangle",
        width: (node) => box(node.data("label")).broad,
        height: (node) => box(node.data("label")).high,
        "background-color": colours.sheet,
        "border-width": 1.5,
        "border-color": border,
        label: (node) => box(node.data("label")).lines.join("\n"),
        color: colours.ink,
        "font-family": font,
        "font-size": LETTERS,
        "line-height": 1.25,
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
        "font-size": ON_ARROW,
        color: colours["ink-soft"],
        "text-background-color": colours.sheet,
        "text-background-opacity": 0.9,
        "text-background-padding": "2px",
      },
    },
  ];
}
