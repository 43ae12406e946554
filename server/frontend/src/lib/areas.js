/**
 * A hierarchy as areas: a sunburst of rings or a treemap of boxes, as large as the parts below are many, so many levels
 * at once as the reader asks for. A branch that is chosen becomes the whole picture; what stands above it is a way back.
 */
import { hierarchy, partition, treemap, treemapSquarify } from "d3-hierarchy";

import { fit, isOfLetters, lineOf, place, telling } from "./fitting.js";
import { measure, wrap } from "./lettering.js";
import { svg } from "./svg.js";
import { isDark, onTheme } from "./theme.js";

const FONT = 12;
/** The head of a branch in a treemap: pixels above and below its words, and the most lines that these may have. */
const HEAD = { pad: 7, lines: 3 };
/** How much wider than high the boxes of a treemap are sought, for labels of letters and of ideographs. */
const WIDE = { letters: 2.2, ideographs: 1.4 };
/** The list of what has no room in its box: pixels of a column, and between columns. */
const COLUMN = { broad: 250, gap: 20 };
/** Pixels that one line of words takes at the least, and the size of its letters. */
const [TIGHT, SMALL] = [9, 9.5];

/**
 * Shows a nested hierarchy (`{ iri, label, children, … }`) in an element. `how.sign` gives the mark of a part, `how.depth`
 * and `how.at` what is shown first, `how.choose` is called with what a reader points at, `how.moved` with the branch that
 * is shown, `how.label` names the picture, `how.words` are its words.
 */
export function show(element, kind, root, how) {
  const host = Object.assign(document.createElement("div"), { className: "areas" });
  element.replaceChildren(host);
  const width = measure(`${FONT}px ${getComputedStyle(element).fontFamily}`);
  const parts = new Map();
  weigh(root, null, parts);
  const state = { at: parts.has(how.at) ? how.at : root.iri, depth: how.depth, current: null };

  const goTo = (iri) => {
    state.at = iri;
    state.current = null;
    how.moved(iri);
    render();
    host.querySelector("[tabindex='0']")?.focus({ preventScroll: true });
  };
  const act = (part) => {
    how.choose(part);
    if (part.iri === state.at) {
      const above = parts.get(part.iri).above;
      if (above) goTo(above.iri);
    } else if (part.children.length) goTo(part.iri);
  };

  function render() {
    const { part } = parts.get(state.at);
    // the smallest are drawn large enough to be pointed at
    const least = part.weight / 120;
    const laid = hierarchy(trimmed(part, state.depth), (each) => each.children).sum((each) => (each.children.length ? 0 : Math.max(each.weight, least)));
    const size = { broad: Math.max(host.clientWidth, 300), high: Math.min(820, Math.max(430, innerHeight - 150)) };
    size.high = ROOMS[kind](laid, size, width);
    const picture = svg("svg", { role: "group", "aria-label": how.label, width: size.broad, "font-size": FONT });
    const high = KINDS[kind](laid, size, picture, { width, colour: (each) => tint(how.sign(each), isDark()), words: how.words }) ?? size.high;
    picture.setAttribute("viewBox", `0 0 ${size.broad} ${high}`);
    picture.setAttribute("height", high);
    host.replaceChildren(crumbs(state.at, parts, goTo, how.words), picture);
    const shapes = [...picture.querySelectorAll("[role=button]")];
    const first = shapes.find((shape) => shape.item.iri === state.current) ?? shapes[0];
    first?.setAttribute("tabindex", 0);
    for (const shape of shapes) name(shape, how);
    picture.addEventListener("click", ({ target }) => target.closest("[role=button]") && act(target.closest("[role=button]").item));
    picture.addEventListener("pointerover", ({ target }) => target.closest("[role=button]") && how.choose(target.closest("[role=button]").item));
    picture.addEventListener("focusin", ({ target }) => (how.choose(target.item), (state.current = target.item.iri)));
    picture.addEventListener("keydown", (event) => key(event, shapes, act, () => parts.get(state.at).above && goTo(parts.get(state.at).above.iri)));
  }

  render();
  onTheme(() => host.isConnected && render());
  let broad = host.clientWidth;
  const watch = new ResizeObserver(() => {
    if (host.clientWidth !== broad) {
      broad = host.clientWidth;
      render();
    }
  });
  watch.observe(host);
  return {
    deepen(depth) {
      state.depth = depth;
      render();
    },
    dispose: () => watch.disconnect(),
  };
}

/** How high a picture of a kind is so that its words have room; not higher than one scrolls at ease. */
const ROOMS = {
  // each of the outer arcs has a line
  sunburst(laid, { broad, high }) {
    const least = Math.min(...laid.leaves().map(({ value }) => value));
    return Math.min(Math.max(high, Math.min(1150, ((laid.value / least) * (TIGHT + 0.5)) / Math.PI / 0.78)), broad);
  },
  // the words of all boxes, with what is left empty at the ends of lines and around them
  treemap(laid, { broad, high }, width) {
    const area = laid.leaves().reduce((sum, { data }) => sum + (Math.min(width(data.part.label), 420) + 30) * 15 * 1.7, 0);
    return Math.min(Math.max(high, area / broad), broad < 600 ? 2600 : 1250);
  },
};

/** Gives every part its weight, the leaves below it, and what it stands in. */
function weigh(root, above, parts) {
  const waiting = [[root, above]];
  while (waiting.length) {
    const [part, whole] = waiting.pop();
    parts.set(part.iri, { part, above: whole });
    for (const child of part.children) waiting.push([child, part]);
  }
  for (const { part } of [...parts.values()].reverse()) part.weight = part.children.reduce((sum, child) => sum + child.weight, 0) || 1;
}

/** A branch down to a depth; `part` is the part that each node stands for. */
function trimmed(part, depth) {
  return { part, weight: part.weight, children: depth > 0 ? part.children.map((child) => trimmed(child, depth - 1)) : [] };
}

function crumbs(at, parts, goTo, words) {
  const way = [];
  for (let part = parts.get(at).part; part; part = parts.get(part.iri).above) way.unshift(part);
  const list = document.createElement("ol");
  way.forEach((part, place) => {
    const line = document.createElement("li");
    if (place === way.length - 1) line.textContent = part.label;
    else {
      const button = Object.assign(document.createElement("button"), { type: "button", className: "as-link", textContent: part.label });
      button.addEventListener("click", () => goTo(part.iri));
      line.append(button);
    }
    list.append(line);
  });
  const nav = Object.assign(document.createElement("nav"), { className: "crumbs" });
  nav.setAttribute("aria-label", words.way);
  nav.append(list);
  return nav;
}

function name(shape, { words }) {
  const { label, kindLabel, children, parts } = shape.item;
  const below = children.length || parts ? `${words.comma}${words.parts}: ${children.length || parts}` : "";
  shape.setAttribute("aria-label", `${label}${words.comma}${kindLabel}${below}`);
  shape.prepend(svg("title", {}, `${label} · ${kindLabel}${below}`));
}

/** Arrows walk from shape to shape, Enter goes into a branch, Escape comes back. */
function key(event, shapes, act, back) {
  const here = shapes.indexOf(document.activeElement);
  const steps = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 };
  if (event.key in steps) {
    const next = shapes[(here + steps[event.key] + shapes.length) % shapes.length];
    shapes[here]?.setAttribute("tabindex", -1);
    next.setAttribute("tabindex", 0);
    next.focus({ preventScroll: true });
  } else if (event.key === "Enter" || event.key === " ") act(document.activeElement.item);
  else if (event.key === "Escape" || event.key === "Backspace") back();
  else return;
  event.preventDefault();
}

function shape(node, attributes, ...content) {
  const made = svg("g", { role: "button", tabindex: -1, ...attributes }, ...content);
  made.item = node.data.part;
  return made;
}

/** Short forms of the labels of siblings, by node. */
function shorts(laid) {
  const names = new Map([[laid, laid.data.part.label]]);
  laid.each(({ children }) => {
    if (!children) return;
    const short = telling(children.map(({ data }) => data.part.label));
    children.forEach((child, place) => names.set(child, short[place]));
  });
  return names;
}

/** Where all words are drawn: above the shapes, whose names say them in full. */
const wordLayer = () => svg("g", { class: "words", "aria-hidden": "true" });

function words(lines, left, top, line, attributes = {}) {
  const text = svg("text", { ...attributes, "pointer-events": "none" });
  lines.forEach((each, place) => text.append(svg("tspan", { x: left, y: top + place * line }, each)));
  return text;
}

/** Squares in a space that is so much narrower, drawn out to its width: boxes that are wider than high. */
function wider(ratio) {
  return (parent, x0, y0, x1, y1) => {
    treemapSquarify(parent, 0, y0, (x1 - x0) / ratio, y1);
    for (const child of parent.children) [child.x0, child.x1] = [x0 + child.x0 * ratio, x0 + child.x1 * ratio];
  };
}

/** The words above the parts of a branch, and how high they stand: as many lines as it takes, while most is left below. */
function head(node, short, width) {
  const broad = node.x1 - node.x0 - 8;
  const most = Math.max(1, Math.min(HEAD.lines, Math.floor((node.y1 - node.y0) / 3 / lineOf(FONT))));
  const room = { broad, high: most * lineOf(FONT) };
  const text = place(node.data.part.label, short, room, width) ?? { lines: fit(node.data.part.label, short, room, width, lineOf(FONT)), size: FONT, isTurned: false };
  return { ...text, high: Math.max(1, text.lines.length) * lineOf(text.size) + HEAD.pad };
}

/** The words of a box from its upper left corner, or upwards from its lower left one. */
function inBox({ lines, size, isTurned }, { x0, y0, x1, y1, children }) {
  const line = lineOf(size);
  const across = isTurned ? x1 - x0 : y1 - y0;
  // few words in a low box stand in its middle
  const start = children || across - lines.length * line > 10 ? 4 : Math.max(1, (across - lines.length * line) / 2);
  const attributes = { fill: "currentColor", ...(size === FONT ? {} : { "font-size": size }) };
  const base = start + size * 0.88;
  return isTurned ? words(lines, 0, base, line, { ...attributes, transform: `translate(${x0} ${y1 - 4}) rotate(-90)` }) : words(lines, x0 + 4, y0 + base, line, attributes);
}

/** What has only a number in its box, with its words, in columns below the picture: part of it, so that it is saved too. */
function numbered(labels, broad, top, width, title) {
  if (!labels.length) return { lines: [], high: 0 };
  const columns = Math.max(1, Math.floor((broad + COLUMN.gap) / (COLUMN.broad + COLUMN.gap)));
  const step = (broad + COLUMN.gap) / columns;
  const entries = labels.map((label) => wrap(label, step - COLUMN.gap - 26, width));
  const most = Math.ceil(entries.reduce((sum, lines) => sum + lines.length, 0) / columns) + 1;
  const drawn = [words([title], 2, top + 26, 0, { fill: "currentColor", "font-weight": "bold", class: "listed" })];
  let [column, row, deepest] = [0, 0, 0];
  entries.forEach((lines, at) => {
    if (row && row + lines.length > most && column < columns - 1) [column, row] = [column + 1, 0];
    const [left, y] = [column * step + 22, top + 48 + row * 16];
    drawn.push(words([String(at + 1)], left - 4, y, 0, { fill: "currentColor", "text-anchor": "end", class: "listed number" }), words(lines, left + 2, y, 16, { fill: "currentColor", class: "listed" }));
    row += lines.length;
    deepest = Math.max(deepest, row);
  });
  return { lines: drawn, high: 44 + deepest * 16 };
}

/** Kind -> what draws it into a picture; what it gives is how high the picture became, where that is not what was asked. */
const KINDS = {
  treemap(laid, { broad, high }, picture, { width, colour, words: { listed } }) {
    const hasRoom = (node) => node.children && node.depth;
    const short = shorts(laid);
    const heads = new Map();
    treemap()
      .tile(wider(isOfLetters(laid.leaves()[0].data.part.label) ? WIDE.letters : WIDE.ideographs))
      .size([broad, high])
      .paddingInner(2)
      .paddingOuter((node) => (hasRoom(node) ? 3 : 0))
      .paddingTop((node) => {
        if (!hasRoom(node)) return 0;
        heads.set(node, head(node, short.get(node), width));
        return heads.get(node).high;
      })
      .round(true)(laid);
    const layer = wordLayer();
    const left = [];
    for (const node of laid.descendants()) {
      if (!node.depth) continue;
      const [wide, tall] = [node.x1 - node.x0, node.y1 - node.y0];
      const more = node.children ? 0 : node.data.part.children.length;
      const box = svg("rect", { x: node.x0, y: node.y0, width: Math.max(0, wide), height: Math.max(0, tall), rx: 2, fill: colour(node.data.part), class: node.children ? "branch" : "leaf" });
      picture.append(shape(node, {}, box));
      const room = { broad: wide - 8, high: tall - (tall < 24 ? 2 : 6) };
      const text = heads.get(node) ?? place(node.data.part.label, short.get(node), room, width);
      if (text?.lines.length) layer.append(inBox(text, node));
      else layer.append(words([String(left.push(node))], node.x0 + wide / 2, node.y0 + tall / 2 + 3.5, 0, { fill: "currentColor", "text-anchor": "middle", "font-size": wide < 16 ? 8 : 10, class: "number" }));
      if (more && !text?.isTurned && tall - 8 - (text?.lines.length ?? 1) * 15 > 14 && wide > 34) {
        layer.append(words([`▸ ${more}`], node.x0 + 5, node.y1 - 7, 15, { fill: "currentColor", class: "more" }));
      }
    }
    const list = numbered(left.map((node) => node.data.part.label), broad, high, width, listed);
    layer.append(...list.lines);
    picture.append(layer);
    return high + list.high;
  },

  sunburst(laid, { broad, high }, picture, { width, colour }) {
    const radius = Math.min(broad, high) / 2 - 4;
    const levels = laid.height;
    partition().size([2 * Math.PI, levels + 1])(laid);
    const inner = radius * 0.27;
    // the first ring is the broadest: its words are the first that are read
    const share = (level) => (level <= 0 ? 0 : 1.3 + (level - 1));
    const ring = (level) => inner + ((radius - inner) * share(level - 1)) / share(levels);
    const layer = wordLayer();
    const middle = svg("g", { transform: `translate(${broad / 2} ${high / 2})` });
    const short = shorts(laid);
    for (const node of laid.descendants()) {
      const [from, to] = node.depth ? [ring(node.depth), ring(node.depth + 1)] : [0, inner];
      const d = node.depth ? arc(node.x0, node.x1, from, to) : circle(inner - 2);
      const group = shape(node, {}, svg("path", { d, fill: colour(node.data.part), class: "arc" }));
      layer.append(...arcWords(node, short.get(node), from, to, width));
      middle.append(group);
    }
    middle.append(layer);
    picture.append(middle);
  },
};

/** The words of an arc, along its radius and never upside down; those of the middle as they are. */
function arcWords(node, short, from, to, width) {
  const { label } = node.data.part;
  if (!node.depth) {
    const side = to * 1.3;
    const lines = fit(label, label, { broad: side, high: side }, width);
    return lines.length ? [words(lines, 0, 4 - (lines.length - 1) * 7.5, 15, { fill: "currentColor", "text-anchor": "middle" })] : [];
  }
  const angle = (node.x0 + node.x1) / 2;
  const between = (from + to) / 2;
  const isLeft = angle > Math.PI;
  const thick = (node.x1 - node.x0) * (from + (to - from) * 0.32);
  const isTight = thick < 15;
  const room = { broad: to - from - (isTight ? 8 : 12), high: Math.min(isTight ? thick : thick - 1, 60) };
  const lines = isTight ? fit(label, short, room, (text) => (width(text) * SMALL) / FONT, TIGHT) : fit(label, short, room, width, 14);
  if (!lines.length) return [];
  const degrees = (angle * 180) / Math.PI - 90 + (isLeft ? 180 : 0);
  const turned = `rotate(${degrees.toFixed(2)}) translate(${(isLeft ? -between : between).toFixed(1)} 0)`;
  return [words(lines, 0, 4 - (lines.length - 1) * 7, 14, { fill: "currentColor", "text-anchor": "middle", transform: turned, ...(isTight ? { "font-size": SMALL } : {}) })];
}

function arc(start, end, from, to) {
  if (end - start > 2 * Math.PI - 0.001) return `${circle(to)}${circle(from)}`;
  const point = (angle, far) => `${(Math.sin(angle) * far).toFixed(2)} ${(-Math.cos(angle) * far).toFixed(2)}`;
  const large = Number(end - start > Math.PI);
  return `M${point(start, from)}L${point(start, to)}A${to} ${to} 0 ${large} 1 ${point(end, to)}L${point(end, from)}A${from} ${from} 0 ${large} 0 ${point(start, from)}Z`;
}

function circle(radius) {
  return `M0 ${-radius}A${radius} ${radius} 0 1 1 0 ${radius}A${radius} ${radius} 0 1 1 0 ${-radius}Z`;
}

/** A colour that words in ink can be read upon. */
function tint({ light, dark }, onDark) {
  const colour = onDark ? dark : light;
  const paper = onDark ? 24 : 255;
  const share = onDark ? 0.38 : 0.3;
  const mixed = [1, 3, 5].map((at) => Math.round(paper + (parseInt(colour.slice(at, at + 2), 16) - paper) * share));
  return `rgb(${mixed.join(",")})`;
}
