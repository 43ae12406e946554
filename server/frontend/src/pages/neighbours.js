/** The neighbourhood of a thing as a layered graph that grows from whatever is chosen in it. */
import { boxes, frame, offerGraph } from "../lib/boxes.js";
import { pageData } from "../lib/data.js";

const data = pageData("data");
const viewer = document.querySelector(".viewer");
const stage = viewer.querySelector(".graph");
const caption = viewer.querySelector(".caption");
const language = document.documentElement.lang.slice(0, 2);
const title = document.title;
/** How many neighbours are drawn at first, and how many of these by one relation; the lists have them all. */
const [ALL, FEW] = [40, 4];
/** How many a box of those that are left gives when it is chosen. */
const NEXT = 12;
/** The least share of their size at which words are read. */
const LEAST = 0.85;
/** On a narrow screen things stand below one another: pixels of indents, and between boxes. */
const NARROW = { screen: 600, relation: 14, thing: 40, gap: 8 };

/**
 * What Cytoscape draws of a neighbourhood: each relation as a sign of its own between the thing and some of those that it
 * relates, so that its name stands once and on no line, and a box for those that are left.
 */
function elements({ nodes, edges }, centre) {
  const nodesByIri = new Map(nodes.map((node) => [node.iri, node]));
  const relations = Map.groupBy(edges, ({ source, label }) => `${label} ${source === centre}`);
  const made = [node(nodesByIri.get(centre))];
  const most = Math.max(1, Math.min(FEW, Math.floor(ALL / relations.size)));
  for (const those of relations.values()) made.push(...few(those, nodesByIri, centre, most));
  return made;
}

const node = (thing) => ({ data: { ...thing, id: thing.iri } });
const line = (source, target) => ({ data: { id: `${source} ${target}`, source, target, label: "" } });

function few(edges, nodesByIri, centre, most) {
  const shown = edges.length > most + 1 ? edges.slice(0, most) : edges;
  const [{ label, source }] = edges;
  const isOut = source === centre;
  const sign = `relation ${label} ${isOut} ${centre}`;
  const between = (iri) => (isOut ? line(sign, iri) : line(iri, sign));
  const made = [{ data: { id: sign, iri: sign, label }, classes: "relation" }, isOut ? line(centre, sign) : line(sign, centre)];
  for (const edge of shown) {
    const other = isOut ? edge.target : edge.source;
    made.push(node(nodesByIri.get(other)), between(other));
  }
  const left = edges.slice(shown.length);
  if (left.length) {
    const iri = `more ${label} ${isOut} ${centre} ${left.length}`;
    made.push(node({ iri, label: data.words.more.replace("{count}", left.length), light: "#8c867a", dark: "#7b838e", left: { edges: left, nodesByIri, centre } }), between(iri));
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
const isNarrow = stage.clientWidth < NARROW.screen;
const graph = boxes(stage, {
  broad: isNarrow ? stage.clientWidth - 2 * NARROW.thing : 180,
  border: ({ isDark }) => (each) => each.data(isDark ? "dark" : "light"),
  more: ({ accent, "ink-soft": soft, line: pale, sunk }) => [
    { selector: "node.relation", style: { "background-color": sunk, "border-color": pale, "border-width": 1, color: soft } },
    { selector: "node.centre", style: { "border-width": 4 } },
    { selector: "node:selected", style: { "border-color": accent, "border-width": 4 } },
    ...(isNarrow ? [{ selector: "edge", style: { "curve-style": "segments", "edge-distances": "endpoints", "source-endpoint": at("source"), "target-endpoint": at("target"), "segment-weights": (each) => corner(each).weight, "segment-distances": (each) => corner(each).distance } }] : []),
  ],
  minZoom: 0.1,
});
graph.add(node(data.nodes.find(({ iri }) => iri === data.centre))).addClass("centre");
add(elements(data, data.centre));

function arrange() {
  if (isNarrow) below();
  else graph.layout({ name: "dagre", rankDir: "LR", nodeSep: 12, rankSep: 46, fit: false, animate: false }).run();
  const isWhole = frame(graph, { least: LEAST, centre: graph.$("node.centre") });
  const things = graph.nodes().filter((each) => each.data("href"));
  caption.textContent = [data.words.drawn.replace("{count}", things.length - 1).replace("{all}", Math.max(data.nodes.length, things.length) - 1), isWhole ? "" : data.words.moved].filter(Boolean).join(" ");
}

/** For a narrow screen: what a thing is linked with stands below it, relation by relation, and further in. */
function below() {
  let top = 0;
  const walk = (each, above, left) => {
    each.scratch("above", above?.id() ?? null);
    each.position({ x: left + each.width() / 2, y: top + each.height() / 2 });
    top += each.height() + NARROW.gap;
    for (const next of each.neighborhood("node")) {
      if (!placed.has(next.id())) {
        placed.add(next.id());
        walk(next, each, left + (next.hasClass("relation") ? NARROW.relation : NARROW.thing - NARROW.relation));
      }
    }
  };
  const centre = graph.$("node.centre")[0];
  const placed = new Set([centre.id()]);
  walk(centre, null, 0);
  graph.style().update();
}

/** Where a line of the narrow graph meets a box, from the middle of it: below its left corner, or at its left side. */
function at(end) {
  return (edge) => {
    const box = edge[end]();
    const other = edge[end === "source" ? "target" : "source"]();
    const [x, y] = [-box.width() / 2, box.height() / 2];
    return other.scratch("above") === box.id() ? `${x + NARROW.relation / 2}px ${y}px` : `${x}px 0px`;
  };
}

/** The corner of a line that goes down and then to the right, as Cytoscape places it beside the straight way. */
function corner(edge) {
  const ends = ["source", "target"].map((end) => {
    const [x, y] = at(end)(edge).split(" ").map(parseFloat);
    const middle = edge[end]().position();
    return { x: middle.x + x, y: middle.y + y };
  });
  const [from, to] = ends;
  const [x, y] = [to.x - from.x, to.y - from.y];
  const long = Math.hypot(x, y) || 1;
  const there = { x: Math.min(from.x, to.x) - from.x, y: Math.max(from.y, to.y) - from.y };
  return { weight: (there.x * x + there.y * y) / long ** 2, distance: (there.y * x - there.x * y) / long };
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
    return add(few(left.edges, left.nodesByIri, left.centre, NEXT));
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
offerGraph(viewer.querySelector(".shown-files"), graph, "neighbourhood", title, () => (caption.textContent = data.words.failed));
