// A text and the places of statements in, the text with marks out; what a reader clicks or selects in it, back.
// Positions are code points of the text; the DOM counts in UTF-16.

import { pieceAt } from "../lib/intervals.js";

/** How many kinds one place is coloured by, and how many of the innermost spans are looked at for them. */
const COLOURS = 3;
const INNERMOST = 12;
const INK = /\S/;

/** The position in UTF-16 of each code point; null where they are the same. */
function offsets(text) {
  const points = [...text];
  if (points.length === text.length) return null;
  const units = new Uint32Array(points.length + 1);
  for (let at = 0; at < points.length; at++) units[at + 1] = units[at] + points[at].length;
  return units;
}

export function textPane(root, text, { onPick, onSelect }) {
  const units = offsets(text);
  const length = units ? units.length - 1 : text.length;
  const unit = (position) => (units ? units[position] : position);
  const slice = (from, to) => text.slice(unit(from), unit(to));
  const lines = [];
  let spans = [];
  let pieces = [];
  let starts = [];
  let chosen = null;

  for (let at = 0, from = 0; at <= length; at++) {
    if (at < length && slice(at, at + 1) !== "\n") continue;
    if (INK.test(slice(from, at))) {
      const node = document.createElement("p");
      node.dir = "auto";
      lines.push({ from, to: at, node, signature: null });
      root.append(node);
    }
    from = at + 1;
  }

  /** Marks places: {start, end, group, isOpen, about}. Lines that stay as they are are not touched. */
  function draw(places) {
    spans = places.filter((span) => span.start < span.end && span.end <= length);
    spans.sort((one, other) => one.start - other.start || other.end - one.end);
    const cuts = [...new Set(spans.flatMap((span) => [span.start, span.end]))].sort((one, other) => one - other);
    let cut = 0;
    let next = 0;
    // the innermost, which is the shortest, first
    let open = [];
    for (const line of lines) {
      const segments = [];
      for (let at = line.from; at < line.to; ) {
        while (cut < cuts.length && cuts[cut] <= at) cut++;
        let hasEnded = false;
        for (const span of open) if (span.end <= at) hasEnded = true;
        if (hasEnded) open = open.filter((span) => span.end > at);
        while (next < spans.length && spans[next].start <= at) insert(open, spans[next++], at);
        const until = Math.min(line.to, cuts[cut] ?? line.to);
        segments.push([at, until, classes(open)]);
        at = until;
      }
      const signature = segments.map(([at, , name]) => `${at}${name}`).join();
      if (signature === line.signature) continue;
      line.signature = signature;
      line.node.replaceChildren(...segments.map(([at, until, name]) => piece(at, until, name)));
    }
    pieces = [...root.querySelectorAll("[data-at]")];
    starts = pieces.map((each) => Number(each.dataset.at));
    highlight();
  }

  function insert(open, span, at) {
    if (span.end <= at) return;
    const size = weight(span);
    let low = 0;
    let high = open.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (weight(open[middle]) < size) low = middle + 1;
      else high = middle;
    }
    open.splice(low, 0, span);
  }

  /** Of two statements at one place, that which waits stands inside. */
  const weight = (span) => 2 * (span.end - span.start) + (span.isOpen ? 0 : 1);

  function classes(open) {
    if (!open.length) return "";
    const groups = [...new Set(open.slice(0, INNERMOST).map((span) => span.group))].slice(0, COLOURS);
    const names = groups.map((group, layer) => `${["k", "in", "out"][layer]}-${group}`);
    return [...names, open[0].isOpen ? "waits" : "settled"].join(" ");
  }

  function piece(at, until, name) {
    const node = document.createElement(name ? "mark" : "span");
    if (name) node.className = name;
    node.dataset.at = at;
    node.textContent = slice(at, until);
    return node;
  }

  /** A node and an offset in UTF-16 for a position. */
  function boundary(position) {
    const at = Math.max(0, pieceAt(starts, position));
    const node = pieces[at].firstChild;
    return [node, Math.min(node.data.length, unit(position) - unit(starts[at]))];
  }

  /** The position of a place in the DOM: null outside of the text. */
  function positionOf(node, offset) {
    const here = node.nodeType === 3 ? node.parentElement?.closest("[data-at]") : null;
    if (here && root.contains(here)) return Number(here.dataset.at) + [...node.data.slice(0, offset)].length;
    if (node.nodeType !== 1 || (node !== root && !root.contains(node))) return null;
    const child = node.childNodes[offset];
    const first = child && (child.matches?.("[data-at]") ? child : child.querySelector?.("[data-at]"));
    if (first) return Number(first.dataset.at);
    const last = [...node.querySelectorAll("[data-at]")].at(-1) ?? (node.matches("[data-at]") ? node : null);
    return last ? Number(last.dataset.at) + [...last.textContent].length : null;
  }

  function highlight() {
    if (!globalThis.Highlight) return;
    CSS.highlights.delete("place");
    if (!chosen || !pieces.length) return;
    const range = new Range();
    range.setStart(...boundary(chosen[0]));
    const [node, offset] = boundary(chosen[1] - 1);
    range.setEnd(node, Math.min(node.data.length, offset + slice(chosen[1] - 1, chosen[1]).length));
    CSS.highlights.set("place", new Highlight(range));
  }

  /** Chooses a place, without the blanks at its ends. */
  function choose(from, to) {
    while (from < to && !INK.test(slice(from, from + 1))) from++;
    while (from < to && !INK.test(slice(to - 1, to))) to--;
    chosen = from < to ? [from, to] : null;
    highlight();
    onSelect(chosen, chosen ? slice(...chosen) : "");
  }

  /** Shows the places of one statement, and scrolls to the first. */
  function show(places, { scroll = true } = {}) {
    for (const each of root.querySelectorAll(".on")) each.classList.remove("on");
    let first = null;
    for (const [from, to] of places) {
      for (let at = Math.max(0, pieceAt(starts, from)); at < pieces.length && starts[at] < to; at++) {
        if (starts[at] < from && at < pieces.length && starts[at] + [...pieces[at].textContent].length <= from) continue;
        pieces[at].classList.add("on");
        first ??= pieces[at];
      }
    }
    // the text moves, the page stays
    if (first && scroll) {
      const [place, frame] = [first.getBoundingClientRect(), root.getBoundingClientRect()];
      root.scrollTop += place.top - frame.top - frame.height / 3;
    }
  }

  /** What the statements that a node of the text stands for are about, the innermost first. */
  function at(node) {
    const mark = node.closest?.("mark[data-at]");
    if (!mark) return [];
    const position = Number(mark.dataset.at);
    const covering = spans.filter((span) => span.start <= position && span.end > position);
    return covering.sort((one, other) => weight(one) - weight(other)).map((span) => span.about);
  }

  root.addEventListener("click", (event) => {
    const abouts = at(event.target);
    if (abouts.length && getSelection().isCollapsed) onPick(abouts);
  });

  document.addEventListener("selectionchange", () => {
    const selection = getSelection();
    if (!selection.rangeCount || selection.isCollapsed) return;
    const range = selection.getRangeAt(0);
    if (!root.contains(range.commonAncestorContainer)) return;
    const ends = [positionOf(range.startContainer, range.startOffset), positionOf(range.endContainer, range.endOffset)];
    if (!ends.includes(null) && ends[0] < ends[1]) choose(...ends);
  });

  root.addEventListener("keydown", (event) => {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (!step || !event.shiftKey || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    getSelection().removeAllRanges();
    const [from, to] = chosen ?? current();
    const end = event.altKey ? from : to;
    const moved = Math.min(length, Math.max(0, end + step));
    const place = event.altKey ? [Math.min(moved, to - 1), to] : [from, Math.max(moved, from + 1)];
    chosen = place;
    highlight();
    onSelect(chosen, slice(...chosen));
  });

  /** Where selecting with keys begins: what is shown, else the first character. */
  function current() {
    const on = [...root.querySelectorAll(".on")];
    const from = on.length ? Number(on[0].dataset.at) : (starts[0] ?? 0);
    return [from, on.length ? Number(on.at(-1).dataset.at) + [...on.at(-1).textContent].length : from + 1];
  }

  return {
    draw,
    show,
    at,
    words: (from, to) => slice(Math.min(from, length), Math.min(to, length)),
    chosen: () => chosen,
    clear: () => {
      getSelection().removeAllRanges();
      chosen = null;
      highlight();
      onSelect(null, "");
    },
    length,
  };
}
