/** Triples as a graph, drawn by Cytoscape: things are nodes, properties lines; literals stand in the table. */
import { boxes, frame, offerGraph } from "../lib/boxes.js";

/** Lines that a picture bears. */
export const MOST = 250;
/** How broad the words of a node may be. */
const BROAD = 260;
/** Words smaller than this share of their size are not read: a larger graph is moved about instead. */
const LEAST = 0.9;
const TYPE = "http://www.w3.org/1999/02/22-rdf-syntax-ns#type";

/** What is drawn of triples: those between things, their classes apart. */
export function drawn(rows) {
  return rows.filter(({ predicate, object }) => object.type !== "literal" && predicate.value !== TYPE);
}

export async function network(stage, files, rows, called, words) {
  const shown = drawn(rows).slice(0, MOST);
  const things = new Map(shown.flatMap(({ subject, object }) => [subject, object]).map((term) => [`${term.type} ${term.value}`, term]));
  await called.look([...things.values(), ...shown.map(({ predicate }) => predicate)].filter(({ type }) => type === "uri").map(({ value }) => value));
  const graph = boxes(stage, {
    broad: BROAD,
    border: ({ link }) => link,
    minZoom: 0.05,
    elements: [
      ...[...things].map(([id, term]) => ({ data: { id, label: called.text(term), href: called.of(term.value)?.href } })),
      ...shown.map(({ subject, predicate, object }, index) => ({
        data: { id: `line ${index}`, source: `${subject.type} ${subject.value}`, target: `${object.type} ${object.value}`, label: called.text(predicate) },
      })),
    ],
    layout: { name: "dagre", rankDir: "LR", nodeSep: 12, rankSep: 90, fit: false, animate: false },
  });
  // as large as words are read, beginning at what has most lines
  const isWhole = frame(graph, { least: LEAST, centre: graph.nodes().max((each) => each.degree()).ele });
  if (!isWhole) stage.before(Object.assign(document.createElement("p"), { className: "soft", textContent: words.moved }));
  offerGraph(files, graph, "graph", document.title);
  stage.setAttribute("role", "img");
  stage.setAttribute("aria-label", words.graphOf);
  graph.on("tap", "node", ({ target }) => target.data("href") && location.assign(target.data("href")));
  return { dispose: () => graph.destroy() };
}
