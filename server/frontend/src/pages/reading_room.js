// The reading room: a click on either side shows the other; `#char=a,b` is a place, with a span of its own or not.
import { pageData } from "../lib/data.js";
import { pieceAt } from "../lib/intervals.js";
import { closePreview, preview } from "../lib/preview.js";

/** How many things the box and the preview name. */
const FEW = 8;
const room = document.querySelector(".room");
if (room) start();

function start() {
  const { spans, groups, quotation, words, kinds } = pageData("data");
  const text = document.getElementById("text");
  const pieces = [...text.querySelectorAll("[data-at]")];
  const starts = pieces.map((piece) => Number(piece.dataset.at));
  const spots = new Map();
  for (const spot of document.querySelectorAll(".panels .spot")) spots.set(Number(spot.dataset.t), spot);
  const labelOf = (thing) => spots.get(thing)?.querySelector(".to-text").textContent ?? "";
  const box = document.getElementById("here");
  const form = document.querySelector(".kinds-shown");
  const isWhole = [...form.querySelectorAll("input[name=kind]")].every((each) => each.defaultChecked);
  const shown = () => new Set([...form.querySelectorAll("input[name=kind]:checked")].map((each) => each.value));
  let visible = spans.filter(([, , thing]) => shown().has(groups[thing]));
  let current = null;
  form.classList.add("live");
  reserve(text);

  /** The pieces of a place; those at its ends may reach beyond it. */
  function piecesOf(from, to) {
    const chosen = [];
    for (let at = Math.max(0, pieceAt(starts, from)); at < pieces.length && starts[at] < to; at++) chosen.push(pieces[at]);
    return chosen;
  }

  /** The spans that cover a place, the shortest first. */
  function covering(from, to) {
    const chosen = [];
    for (const span of visible) {
      if (span[0] > from) break;
      if (span[1] >= to) chosen.push(span);
    }
    return chosen.sort((one, other) => one[1] - one[0] - (other[1] - other[0]));
  }

  /** A node and an offset in UTF-16 for a position in code points. */
  function boundary(position) {
    const at = pieceAt(starts, position);
    const node = pieces[at].firstChild;
    const before = [...node.data].slice(0, position - starts[at]).join("").length;
    return [node, before];
  }

  function highlight(from, to) {
    if (!globalThis.Highlight || !pieces.length) return;
    CSS.highlights.delete("place");
    if (from === null) return;
    const range = new Range();
    range.setStart(...boundary(from));
    range.setEnd(...boundary(Math.max(from, to - 1)));
    const [node, offset] = boundary(to - 1);
    range.setEnd(node, Math.min(node.data.length, offset + 1));
    CSS.highlights.set("place", new Highlight(range));
  }

  function clear() {
    for (const each of document.querySelectorAll(".room .on")) each.classList.remove("on");
    highlight(null);
    box.hidden = true;
    current = null;
  }

  /** Shows a place on both sides. */
  function show(from, to, { scroll = true, address = true } = {}) {
    clear();
    current = [from, to];
    if (address) history.replaceState(history.state, "", `#char=${from},${to}`);
    const isSpan = visible.some((span) => span[0] === from && span[1] === to);
    const here = piecesOf(from, to);
    if (isSpan) for (const piece of here) piece.classList.add("on");
    else highlight(from, to);
    if (scroll && here.length) here[0].scrollIntoView({ block: "center" });
    const length = Number(room.dataset.length);
    const rect = document.querySelector(".strip .here");
    rect.setAttribute("x", (1000 * from) / length);
    rect.setAttribute("width", Math.max(3, (1000 * (to - from)) / length));
    tell(from, to, here);
  }

  function tell(from, to, here) {
    const exact = visible.filter((span) => span[0] === from && span[1] === to);
    const wider = covering(from, to).filter((span) => span[0] !== from || span[1] !== to);
    const things = [...new Set([...exact, ...wider].map((span) => span[2]))];
    box.querySelector(".where").textContent = words.characters.replace("{start}", from).replace("{end}", to);
    const list = box.querySelector("ul");
    list.replaceChildren();
    for (const thing of things.slice(0, FEW)) {
      const line = document.createElement("li");
      const spot = spots.get(thing);
      if (spot) line.append(spot.cloneNode(true));
      const sort = document.createElement("span");
      sort.className = "sort";
      sort.textContent = kinds[groups[thing]];
      line.append(" ", sort);
      list.append(line);
    }
    if (things.length > FEW || !things.length) {
      const line = document.createElement("li");
      line.className = "soft";
      line.textContent = things.length ? words.more.replace("{count}", things.length - FEW) : words.nothing;
      list.append(line);
    }
    for (const span of exact) spots.get(span[2])?.classList.add("on");
    const first = exact.map((span) => spots.get(span[2])).find(Boolean);
    if (first) {
      const panel = first.closest("details");
      panel.open = true;
      const frame = first.closest(".panels");
      const line = first.closest("li");
      if (frame.scrollHeight > frame.clientHeight) {
        frame.scrollTop += line.getBoundingClientRect().top - frame.getBoundingClientRect().top - frame.clientHeight / 3;
      }
    }
    box.hidden = false;
    if (!here.length) quote(from, to);
  }

  /** The words of a place, where the page does not hold the text. */
  async function quote(from, to) {
    const place = box.querySelector("blockquote");
    place.hidden = true;
    const url = new URL(quotation, location.href);
    url.searchParams.set("char", `${from},${to}`);
    const answer = await fetch(url);
    if (!answer.ok || current?.[0] !== from || current[1] !== to) return;
    const { before, words: printed, after } = await answer.json();
    if (printed === null) return;
    const mark = document.createElement("mark");
    mark.textContent = printed;
    place.replaceChildren(before, mark, after);
    place.hidden = false;
  }

  function fromAddress() {
    const match = /^#char=(\d{1,9}),(\d{1,9})$/.exec(decodeURIComponent(location.hash));
    const [from, to] = match ? [Number(match[1]), Number(match[2])] : [0, 0];
    if (from < to && to <= Number(room.dataset.length)) show(from, to, { address: false });
  }

  text.addEventListener("click", (event) => {
    const piece = event.target.closest("mark[data-at]:not(.off)");
    if (!piece || !getSelection().isCollapsed) return;
    const at = Number(piece.dataset.at);
    const candidates = covering(at, at + 1);
    const now = candidates.findIndex((span) => current && span[0] === current[0] && span[1] === current[1]);
    const next = candidates.slice(now + 1).find((span) => !current || span[0] !== current[0] || span[1] !== current[1]);
    const chosen = next ?? candidates[0];
    if (chosen) show(chosen[0], chosen[1], { scroll: false });
  });

  // what is selected has an address too
  text.addEventListener("mouseup", () => {
    const selection = getSelection();
    if (selection.isCollapsed || !pieces.length) return;
    const range = selection.getRangeAt(0);
    const ends = [
      [range.startContainer, range.startOffset],
      [range.endContainer, range.endOffset],
    ].map(([node, offset]) => {
      const piece = node.parentElement?.closest("[data-at]");
      return piece && node.nodeType === 3 ? Number(piece.dataset.at) + [...node.data.slice(0, offset)].length : null;
    });
    if (ends.includes(null) || ends[0] >= ends[1]) return;
    show(ends[0], ends[1], { scroll: false });
  });

  text.addEventListener("pointerover", (event) => {
    const piece = event.target.closest("mark[data-at]:not(.off)");
    if (!piece || event.pointerType === "touch") return closePreview();
    const at = Number(piece.dataset.at);
    const things = [...new Set(covering(at, at + 1).map((span) => span[2]))];
    preview(
      piece,
      things.slice(0, FEW).map((thing) => ({ label: labelOf(thing), kind: kinds[groups[thing]], group: groups[thing] })),
      things.length > FEW ? words.more.replace("{count}", things.length - FEW) : "",
    );
  });
  text.addEventListener("pointerleave", closePreview);

  const beside = document.querySelector(".beside");
  beside.addEventListener("pointerover", (event) => {
    for (const each of text.querySelectorAll(".near")) each.classList.remove("near");
    const spot = event.target.closest(".spot");
    if (!spot) return;
    const thing = Number(spot.dataset.t);
    for (const span of spans) if (span[2] === thing) for (const piece of piecesOf(span[0], span[1])) piece.classList.add("near");
  });

  beside.addEventListener("click", (event) => {
    const link = event.target.closest("a[href^='#char=']");
    if (!link) return;
    event.preventDefault();
    const spot = link.closest(".spot");
    const places = spot ? spans.filter((span) => span[2] === Number(spot.dataset.t)) : [];
    const now = places.findIndex((span) => current && span[0] === current[0] && span[1] === current[1]);
    // the same thing again is its next place
    const [from, to] = places.length ? places[(now + 1) % places.length] : /(\d+),(\d+)/.exec(link.hash).slice(1).map(Number);
    show(from, to);
  });

  const bare = [...document.querySelectorAll("#bare a[href^='#char=']")].map((link) => /(\d+),(\d+)/.exec(link.hash).slice(1).map(Number));
  const places = () => [...new Map(visible.map((span) => [`${span[0]},${span[1]}`, span])).values()];
  const KEYS = {
    n: () => places().find((span) => !current || span[0] > current[0] || (span[0] === current[0] && span[1] < current[1])),
    p: () => places().findLast((span) => current && (span[0] < current[0] || (span[0] === current[0] && span[1] > current[1]))),
    o: () => current && covering(...current).find((span) => span[1] - span[0] > current[1] - current[0]),
    i: () => current && places().filter((span) => span[0] >= current[0] && span[1] <= current[1] && span[1] - span[0] < current[1] - current[0])[0],
    u: () => bare.find((span) => !current || span[0] > current[0]) ?? bare[0],
  };
  room.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.target.closest("input, select, textarea")) return;
    if (event.key === "Escape") clear();
    else if (event.key === "Enter" && event.target === text) box.querySelector(".to-page")?.click();
    else {
      const span = KEYS[event.key.toLowerCase()]?.();
      if (!span) return;
      event.preventDefault();
      show(span[0], span[1]);
    }
  });

  document.querySelector(".strip svg").addEventListener("click", (event) => {
    const frame = event.currentTarget.getBoundingClientRect();
    const position = ((event.clientX - frame.left) / frame.width) * Number(room.dataset.length);
    const span = visible.find((each) => each[1] > position) ?? visible.at(-1);
    if (span) show(span[0], span[1]);
  });

  /** Colours the pieces anew by the kinds that are chosen. */
  function filter() {
    const chosen = shown();
    visible = spans.filter(([, , thing]) => chosen.has(groups[thing]));
    let next = 0;
    let open = [];
    for (const [number, piece] of pieces.entries()) {
      if (piece.tagName !== "MARK") continue;
      const at = starts[number];
      while (next < visible.length && visible[next][0] <= at) open.push(visible[next++]);
      open = open.filter((span) => span[1] > at);
      const inner = [...open].sort((one, other) => one[1] - one[0] - (other[1] - other[0])).slice(0, 12);
      const layers = [...new Set(inner.map((span) => groups[span[2]]))].slice(0, 3);
      piece.className = layers.length ? layers.map((group, layer) => `${["k", "in", "out"][layer]}-${group}`).join(" ") : "off";
    }
    for (const spot of spots.values()) spot.closest("li").hidden = !chosen.has(groups[Number(spot.dataset.t)]);
    const address = new URL(location.href);
    address.searchParams.delete("kind");
    const all = form.querySelectorAll("input[name=kind]").length;
    if (chosen.size < all) for (const kind of chosen) address.searchParams.append("kind", kind);
    history.replaceState(history.state, "", address);
    if (current) show(...current, { scroll: false, address: false });
  }
  form.addEventListener("change", () => (isWhole ? filter() : form.submit()));

  addEventListener("hashchange", fromAddress);
  fromAddress();
}

// on paper nothing can be opened: what is closed is open there, and closed again afterwards
let closed = [];
addEventListener("beforeprint", () => {
  closed = [...document.querySelectorAll(".panel:not([open])")];
  for (const panel of closed) panel.open = true;
});
addEventListener("afterprint", () => {
  for (const panel of closed) panel.open = false;
});

/**
 * Reserves for every paragraph that is not yet laid out the height of its words, so that what stands below it stays where
 * it is when they are; again where the text becomes broader or narrower.
 */
function reserve(text) {
  const paragraphs = [...text.querySelectorAll("p")];
  // ASCII is half as broad as an ideograph
  const lengths = paragraphs.map(({ textContent }) => [...textContent].reduce((sum, sign) => sum + (sign < "\u0080" ? 0.55 : 1), 0));
  let broad = 0;
  new ResizeObserver(() => {
    const { fontSize, lineHeight, paddingLeft, paddingRight } = getComputedStyle(text);
    const line = text.clientWidth - parseFloat(paddingLeft) - parseFloat(paddingRight);
    if (line === broad) return;
    broad = line;
    const signs = Math.max(1, Math.floor(line / parseFloat(fontSize)));
    paragraphs.forEach((paragraph, at) => {
      paragraph.style.containIntrinsicBlockSize = `auto ${Math.max(1, Math.ceil(lengths[at] / signs)) * parseFloat(lineHeight)}px`;
    });
  }).observe(text);
}
