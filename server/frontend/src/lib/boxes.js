/**
 * Cytoscape as the pages draw with it: boxes that hold their words, arrows that say what they are, in the theme that is
 * shown now.
 */
import cytoscape from "cytoscape";
import dagre from "cytoscape-dagre";

import { measure, wrap } from "./lettering.js";
import { palette } from "./palette.js";
import { onTheme } from "./theme.js";

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
  const width = measure(`13px ${font}`);
  const look = () => {
    const colours = palette();
    return [...rules(colours, font, (label) => size(label, broad, width), border(colours)), ...more(colours)];
  };
  const graph = cytoscape({ container: stage, style: look(), maxZoom: 3, ...options });
  onTheme(() => graph.destroyed() || graph.style(look()));
  return graph;
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
        "font-size": 13,
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
        "font-size": 11,
        color: colours["ink-soft"],
        "text-background-color": colours.sheet,
        "text-background-opacity": 0.9,
        "text-background-padding": "2px",
      },
    },
  ];
}
