/** The neighbourhood of a thing as a layered graph that grows from whatever is chosen in it. */
import { boxes } from "../lib/boxes.js";
import { said } from "../lib/data.js";
import { palette } from "../lib/palette.js";
import { save } from "../lib/picture.js";

const data = said("data");
const viewer = document.querySelector(".viewer");
const stage = viewer.querySelector(".graph");
const caption = viewer.querySelector(".caption");
const language = document.documentElement.lang.slice(0, 2);
/** How many neighbours by one relation are shown at once; the lists have them all. */
const FEW = 4;
/** Words are not drawn smaller than they are in the text: a larger graph is moved about instead. */
const LEAST = 1;

/**
 * What Cytoscape draws of a neighbourhood: each relation as a sign of its own between the thing and some of those that it
 * relates, so that its name stands once and on no line, and a box for those that are left.
 */
function elements({ nodes, edges }, centre) {
  const known = new Map(nodes.map((node) => [node.iri, node]));
  const relations = Map.groupBy(edges, ({ source, label }) => `${label} ${source === centre}`);
  const made = [node(known.get(centre))];
  for (const those of relations.values()) made.push(...few(those, known, centre));
  return made;
}

const node = (told) => ({ data: { ...told, id: told.iri } });
const line = (source, target) => ({ data: { id: `${source} ${target}`, source, target, label: "" } });

function few(edges, known, centre) {
  const shown = edges.length > FEW + 1 ? edges.slice(0, FEW) : edges;
  const [{ label, source }] = edges;
  const isOut = source === centre;
  const sign = `relation ${label} ${isOut} ${centre}`;
  const between = (iri) => (isOut ? line(sign, iri) : line(iri, sign));
  const made = [{ data: { id: sign, iri: sign, label }, classes: "relation" }, isOut ? line(centre, sign) : line(sign, centre)];
  for (const edge of shown) {
    const other = isOut ? edge.target : edge.source;
    made.push(node(known.get(other)), between(other));
  }
  const left = edges.slice(shown.length);
  if (left.length) {
    const iri = `more ${label} ${isOut} ${centre} ${left.length}`;
    made.push(node({ iri, label: `+ ${left.length}`, light: "#8c867a", dark: "#7b838e", left: { edges: left, known, centre } }), between(iri));
  }
  return made;
}

/** Adds what is not there yet. */
function add(made) {
  const ids = new Set();
  graph.add(made.filter(({ data: { id } }) => graph.getElementById(id).empty() && !ids.has(id) && ids.add(id)));
  arrange();
}

viewer.hidden = false;
const graph = boxes(stage, {
  broad: 180,
  border: ({ isDark }) => (each) => each.data(isDark ? "dark" : "light"),
  more: ({ accent, "ink-soft": soft, line: pale, sunk }) => [
    { selector: "node.relation", style: { "background-color": sunk, "border-color": pale, "border-width": 1, color: soft } },
    { selector: "node.centre", style: { "border-width": 4 } },
    { selector: "node:selected", style: { "border-color": accent, "border-width": 4 } },
  ],
  minZoom: 0.1,
});
graph.add(node(data.nodes.find(({ iri }) => iri === data.centre))).addClass("centre");
add(elements(data, data.centre));

function arrange() {
  graph.layout({ name: "dagre", rankDir: "LR", nodeSep: 12, rankSep: 46, fit: true, padding: 20, animate: false }).run();
  if (graph.zoom() < LEAST) {
    graph.zoom(LEAST);
    graph.center(graph.$("node.centre"));
  }
}

async function grow(iri) {
  const address = new URL(data.url, location);
  address.searchParams.set("of", iri);
  address.searchParams.set("lang", language);
  const answer = await fetch(address, { headers: { Accept: "application/json" } });
  if (!answer.ok) throw new Error(answer.statusText);
  add(elements(await answer.json(), iri));
}

graph.on("tap", "node", ({ target }) => {
  if (target.hasClass("relation")) return;
  const { label, kindLabel, href, iri, left } = target.data();
  if (left) {
    target.remove();
    return add(few(left.edges, left.known, left.centre));
  }
  const link = document.createElement("a");
  link.href = href;
  link.textContent = data.words.page;
  const button = document.createElement("button");
  button.type = "button";
  button.textContent = data.words.grow;
  button.addEventListener("click", () => grow(iri).catch(() => (caption.textContent = data.words.failed)));
  caption.replaceChildren(`${label} · ${kindLabel} `, link, " ", button);
});

viewer.querySelector("[data-fit]").addEventListener("click", () => graph.fit(undefined, 20));
viewer.querySelector("[data-png]").addEventListener("click", () => {
  save(graph.png({ output: "blob", full: true, scale: 2, bg: palette().sheet }), "neighbourhood.png");
});
