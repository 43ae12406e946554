/**
 * A collapsible tree in SVG, laid out by d3-hierarchy, as the tree view of the ARIA Authoring Practices.
 *
 * Items are places of parts: `{ iri, parent, depth, children, isOpen, first }`. A part that stands at another place
 * already is not opened again: `first` is that place, and a cycle is a place whose part is above it. What is opened is
 * asked for when it is opened. The elements are a flat list with levels, since a plan may be as deep as it likes.
 */
import { hierarchy, tree as tidy } from "d3-hierarchy";

import { measure, wrap } from "./lettering.js";
import { mark, svg } from "./svg.js";

const LINE = 19;
const MARK = 12;
const BEFORE_WORDS = 8;
const GAP = 9;
const BETWEEN = 52;
/** What the sign of hidden parts takes beside the words. */
const COUNT = 34;
const MARGIN = 14;
/** How far from the top the root may stand. */
const MOST_ABOVE = 220;

export class Tree {
  /**
   * `model.part(iri)` tells of a part, `model.parts(iri)` promises those below it, `model.sign(iri)` is its mark, and
   * `words` are what is said in the reader's language.
   */
  constructor(stage, root, model, words) {
    Object.assign(this, { stage, model, words });
    const style = getComputedStyle(stage);
    this.width = measure(`14px ${style.fontFamily}`);
    // on a narrow screen the root and its parts stand beside one another, each with its mark and count
    const half = (stage.clientWidth - 2 * MARGIN - BETWEEN) / 2 - MARK - BEFORE_WORDS - COUNT;
    this.longest = stage.clientWidth < 600 ? Math.max(84, half) : 270;
    this.firsts = new Map();
    this.elements = new Map();
    this.edges = svg("g", { class: "edges", "aria-hidden": "true" });
    this.items = svg("g", { role: "none" });
    this.counts = svg("g", { "aria-hidden": "true" });
    this.picture = svg("svg", { role: "tree", "aria-label": words.label }, this.edges, this.items, this.counts);
    stage.replaceChildren(this.picture);
    this.made = 0;
    this.typed = "";
    this.root = this.place(root, null);
    this.current = this.root;
    this.picture.addEventListener("keydown", (event) => this.key(event));
    this.picture.addEventListener("click", (event) => this.clicked(event));
    this.picture.addEventListener("focusin", ({ target }) => {
      const item = target.closest("[role=treeitem]")?.item;
      if (item && item !== this.current) this.choose(item);
    });
  }

  place(iri, parent) {
    const item = { iri, parent, depth: parent ? parent.depth + 1 : 0, children: null, isOpen: false, first: null };
    if (this.firsts.has(iri)) item.first = this.firsts.get(iri);
    else this.firsts.set(iri, item);
    item.isCycle = Boolean(item.first) && isAbove(item.first, item);
    return item;
  }

  isParent(item) {
    return !item.first && this.model.part(item.iri).parts > 0;
  }

  /** Opens an item, once its parts are known. */
  async open(item) {
    if (!this.isParent(item)) return;
    if (!item.children) {
      const element = this.elements.get(item);
      element?.setAttribute("aria-busy", "true");
      try {
        const below = await this.model.parts(item.iri);
        item.children ??= below.map((iri) => this.place(iri, item));
      } finally {
        element?.removeAttribute("aria-busy");
      }
    }
    item.isOpen = true;
  }

  /** Opens everything down to a depth whose parts are known already, or need only be asked for. */
  async openTo(depth, item = this.root) {
    if (item.depth >= depth || !this.isParent(item)) return;
    await this.open(item);
    for (const child of item.children) await this.openTo(depth, child);
  }

  /** Opens every item whose parts are known without asking. */
  async openKnown(item = this.root) {
    if (!this.isParent(item) || !(item.children || this.model.isKnown(item.iri))) return;
    await this.open(item);
    for (const child of item.children) await this.openKnown(child);
  }

  close(item = this.root) {
    for (const child of item.children ?? []) this.close(child);
    item.isOpen = item === this.root;
  }

  /** Opens the way to a part, given from the root down, and goes there. */
  async reveal(way) {
    let item = this.root;
    for (const iri of way.slice(1)) {
      await this.open(item);
      const next = item.children?.find((child) => child.iri === iri);
      if (!next) break;
      item = next.first && next.iri !== way.at(-1) ? next.first : next;
    }
    this.draw();
    this.choose(item, true);
  }

  visible() {
    const items = [];
    const waiting = [this.root];
    while (waiting.length) {
      const item = waiting.pop();
      items.push(item);
      if (item.isOpen) waiting.push(...item.children.toReversed());
    }
    return items;
  }

  /** Lays out what is open and brings the drawing to it; elements of items that stay keep their focus. */
  draw() {
    const laid = hierarchy(this.root, (item) => (item.isOpen ? item.children : null));
    laid.each((node) => Object.assign(node, this.words_(node.data)));
    const columns = [MARGIN];
    const widest = [];
    laid.each(({ depth, broad }) => (widest[depth] = Math.max(widest[depth] ?? 0, broad)));
    for (const broad of widest) columns.push(columns.at(-1) + broad + BETWEEN);
    tidy()
      .nodeSize([1, 1])
      .separation((one, other) => (one.high + other.high) / 2 + (one.parent === other.parent ? GAP : 2 * GAP))(laid);
    let top = Infinity;
    let bottom = -Infinity;
    laid.each((node) => {
      top = Math.min(top, node.x - node.high / 2);
      bottom = Math.max(bottom, node.x + node.high / 2);
    });
    const high = bottom - top + 2 * MARGIN;
    const broad = columns.at(-1) - BETWEEN + MARGIN;
    const shown = laid.descendants();
    for (const node of shown) {
      node.left = columns[node.depth];
      node.middle = node.x - top + MARGIN;
    }
    // the root is seen where the picture begins, however many parts it has
    laid.middle = Math.min(laid.middle, MOST_ABOVE);
    this.middle = laid.middle;
    this.second = columns[1];
    this.picture.setAttribute("width", broad);
    this.picture.setAttribute("height", high);
    this.picture.setAttribute("viewBox", `0 0 ${broad} ${high}`);
    this.edges.replaceChildren(...shown.slice(1).map((node) => edge(node, columns)));
    this.counts.replaceChildren(...shown.filter(({ data }) => this.isParent(data)).map((node) => this.count(node)));
    this.arrange(this.visible(), new Map(shown.map((node) => [node.data, node])));
  }

  /** Moves the stage so that the root is in the middle of its left side; one that cannot hold its parts begins at these. */
  showRoot() {
    const isCut = this.second + this.longest + MARK + BEFORE_WORDS > this.stage.clientWidth;
    this.stage.scrollTop = this.middle - this.stage.clientHeight / 2;
    this.stage.scrollLeft = isCut && this.root.isOpen ? this.second - BETWEEN : 0;
  }

  arrange(items, nodes) {
    const focused = this.picture.contains(document.activeElement);
    for (const [item, element] of this.elements) {
      if (!nodes.has(item)) {
        element.remove();
        this.elements.delete(item);
      }
    }
    let before = null;
    for (const item of items) {
      const node = nodes.get(item);
      const element = this.elements.get(item) ?? this.element(item, node);
      this.elements.set(item, element);
      element.setAttribute("transform", `translate(${node.left} ${node.middle - node.high / 2})`);
      this.state(item, element);
      const next = before ? before.nextSibling : this.items.firstChild;
      if (next !== element) this.items.insertBefore(element, next);
      before = element;
    }
    if (!this.elements.has(this.current)) this.choose(this.root, focused);
    else this.state(this.current, this.elements.get(this.current));
  }

  words_(item) {
    const part = this.model.part(item.iri);
    const label = part.number ? `${part.number} ${part.label}` : part.label;
    const lines = wrap(label, this.longest, this.width);
    const more = this.isParent(item) ? this.width(`▸ ${part.parts}`) + 16 : 0;
    const broad = MARK + BEFORE_WORDS + Math.max(...lines.map(this.width)) + more;
    return { lines, broad, high: Math.max(lines.length * LINE, 24) };
  }

  element(item, { lines, broad, high }) {
    const part = this.model.part(item.iri);
    const element = svg("g", { role: "treeitem", id: `item-${(this.made += 1)}`, tabindex: -1 });
    const text = svg("text", { class: "words" });
    const first = (high - lines.length * LINE) / 2 + 14;
    lines.forEach((line, place) => {
      const blank = place < lines.length - 1 && /[\x21-\x7e]$/.test(line) ? " " : "";
      text.append(svg("tspan", { x: MARK + BEFORE_WORDS, y: first + place * LINE }, line + blank));
    });
    const link = svg("a", { href: part.href, tabindex: -1 }, text);
    element.append(svg("rect", { class: "ground", x: -6, y: -2, width: broad + 12, height: high + 4, rx: 4 }));
    element.append(svg("g", { class: "sign", transform: `translate(0 ${high / 2 - MARK / 2})` }), link);
    element.item = item;
    return element;
  }

  /** How many parts an item has, behind its words; its name says so too. */
  count({ data, left, middle, broad }) {
    const { parts } = this.model.part(data.iri);
    const text = svg("text", { class: "more", x: left + broad, y: middle + 5, "text-anchor": "end" });
    text.append(`${data.isOpen ? "▾" : "▸"} ${parts}`);
    text.item = data;
    return text;
  }

  state(item, element) {
    const part = this.model.part(item.iri);
    const siblings = item.parent?.children ?? [item];
    element.setAttribute("aria-level", item.depth + 1);
    element.setAttribute("aria-setsize", siblings.length);
    element.setAttribute("aria-posinset", siblings.indexOf(item) + 1);
    element.setAttribute("aria-selected", item === this.current);
    element.setAttribute("tabindex", item === this.current ? 0 : -1);
    element.setAttribute("aria-label", this.ariaLabel(item, part));
    element.classList.toggle("again", Boolean(item.first));
    element.classList.toggle("found", this.model.isFound(item.iri));
    if (this.isParent(item)) element.setAttribute("aria-expanded", item.isOpen);
    const sign = this.model.sign(item.iri);
    if (element.shown !== sign) {
      // only then: a press on what is replaced would be no click
      element.querySelector(".sign").replaceChildren(mark(sign, item.first ? { class: "hollow" } : {}));
      element.shown = sign;
    }
  }

  ariaLabel(item, part) {
    const phrases = [part.number ? `${part.number} ${part.label}` : part.label, part.kindLabel];
    if (part.targetCount) phrases.push(`${this.words.targets}: ${part.targetCount}`);
    if (this.isParent(item)) phrases.push(`${this.words.parts}: ${part.parts}`);
    if (item.first) phrases.push(item.isCycle ? this.words.cycle : this.words.again);
    else if (part.wholes > 1) phrases.push(this.words.several);
    return phrases.join(this.words.comma);
  }

  /** Makes an item the current one; with focus where the reader is already in the tree or asks for it. */
  choose(item, withFocus = false) {
    const before = this.current;
    this.current = item;
    for (const each of [before, item]) {
      if (this.elements.has(each)) this.state(each, this.elements.get(each));
    }
    const element = this.elements.get(item);
    if (withFocus) {
      element.focus({ preventScroll: true });
      element.scrollIntoView({ block: "nearest", inline: "nearest" });
    }
    this.stage.dispatchEvent(new CustomEvent("choose", { detail: item }));
  }

  async toggle(item) {
    if (item.first) return this.choose(await this.shown(item.first), true);
    if (item.isOpen) item.isOpen = false;
    else await this.open(item);
    this.draw();
  }

  /** An item, with all above it opened. */
  async shown(item) {
    for (let above = item.parent; above; above = above.parent) above.isOpen = true;
    this.draw();
    return item;
  }

  clicked(event) {
    const element = event.target.closest("[role=treeitem], .more");
    if (!element) return;
    if (event.target.closest("a")) {
      if (!element.item.first) return;
      event.preventDefault();
    }
    this.choose(element.item, true);
    this.run(this.toggle(element.item));
  }

  run(promise) {
    promise.catch(() => this.stage.dispatchEvent(new CustomEvent("fail")));
  }

  key(event) {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const act = KEYS[event.key];
    if (act) this.run(Promise.resolve(act(this, this.current)));
    else if (event.key.length === 1 && event.key !== " ") this.jump(event.key);
    else return;
    event.preventDefault();
  }

  /** Type-ahead: to the next item whose name starts with what was typed in quick succession. */
  jump(letter) {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => (this.typed = ""), 700);
    this.typed += letter.toLowerCase();
    const items = this.visible();
    const here = items.indexOf(this.current);
    const from = this.typed.length > 1 ? here : here + 1;
    const next = [...items.slice(from), ...items.slice(0, from)].find(({ iri }) => {
      const { number, label } = this.model.part(iri);
      return [label, number].some((name) => name.toLowerCase().startsWith(this.typed));
    });
    if (next) this.choose(next, true);
  }

  step(by) {
    const items = this.visible();
    const next = items[items.indexOf(this.current) + by];
    if (next) this.choose(next, true);
  }
}

/** Key -> what it does, as the Authoring Practices say. */
const KEYS = {
  ArrowDown: (tree) => tree.step(1),
  ArrowUp: (tree) => tree.step(-1),
  ArrowRight: (tree, item) => {
    if (item.first) return tree.toggle(item);
    if (!item.isOpen) return tree.isParent(item) ? tree.toggle(item) : undefined;
    return tree.choose(item.children[0], true);
  },
  ArrowLeft: (tree, item) => {
    if (item.isOpen) return tree.toggle(item);
    return item.parent ? tree.choose(item.parent, true) : undefined;
  },
  Home: (tree) => tree.choose(tree.root, true),
  End: (tree) => tree.choose(tree.visible().at(-1), true),
  Enter: (tree, item) => location.assign(tree.model.part(item.iri).href),
  " ": (tree, item) => tree.toggle(item),
  "*": async (tree, item) => {
    for (const sibling of item.parent?.children ?? [item]) await tree.open(sibling);
    tree.draw();
  },
};

function isAbove(item, below) {
  for (let above = below.parent; above; above = above.parent) if (above === item) return true;
  return false;
}

function edge({ data, parent, left, middle }, columns) {
  const start = parent.left + parent.broad + 8;
  const turn = Math.max(start, columns[parent.depth + 1] - BETWEEN);
  const end = left - 8;
  const bend = (turn + end) / 2;
  const d = `M${start} ${parent.middle}H${turn}C${bend} ${parent.middle} ${bend} ${middle} ${end} ${middle}`;
  return svg("path", { d, class: data.first ? (data.isCycle ? "cycle" : "again") : "" });
}
