/** Two outlines joined by curves where their lines correspond, and the same as a Sankey diagram. */
import { svg } from "../lib/svg.js";

const facing = document.querySelector(".facing");

/** Curves between the lines of the two sides, as wide as the gap between them; where sides stand below each other, none. */
function join(overlay) {
  const frame = facing.getBoundingClientRect();
  const [left, right] = [...facing.querySelectorAll(".side")].map((side) => side.getBoundingClientRect());
  overlay.replaceChildren();
  overlay.setAttribute("width", frame.width);
  overlay.setAttribute("height", frame.height);
  if (right.top > left.top + 4) return;
  const [start, end] = [left.right - frame.left + 4, right.left - frame.left - 4];
  const bend = (start + end) / 2;
  const middles = (side) => new Map([...facing.querySelectorAll(`.side:nth-of-type(${side}) [data-links]`)].flatMap((line) => {
    const { top, height } = line.getBoundingClientRect();
    return line.dataset.links.split(" ").map((number) => [number, { line, at: top + height / 2 - frame.top }]);
  }));
  const [from, to] = [middles(1), middles(2)];
  for (const [number, { line, at }] of from) {
    if (!to.has(number)) continue;
    const { at: other } = to.get(number);
    const state = line.classList.contains("matched") ? "matched" : "intersecting";
    overlay.append(svg("path", { d: `M${start} ${at}C${bend} ${at} ${bend} ${other} ${end} ${other}`, class: state, "data-link": number }));
  }
}

if (facing) {
  const overlay = svg("svg", { class: "joins", "aria-hidden": "true" });
  facing.append(overlay);
  new ResizeObserver(() => join(overlay)).observe(facing);
  for (const type of ["pointerover", "focusin"]) {
    facing.addEventListener(type, ({ target }) => {
      const links = target.closest("[data-links].line")?.dataset.links.split(" ") ?? [];
      for (const path of overlay.children) path.classList.toggle("chosen", links.includes(path.dataset.link));
    });
  }
}

/** The Sankey diagram, whose library a page without one does not load. A plain script may not wait outside of a function. */
async function flows(place) {
  const [{ draw }, { pageData }, { offer }] = await Promise.all([import("../lib/flows.js"), import("../lib/data.js"), import("../lib/shown_buttons.js")]);
  const { nodes, links, words } = pageData("data");
  const labels = new Map(nodes.map(({ name, label }) => [name, label || words.shared]));
  place.hidden = links.length === 0;
  if (links.length) {
    const broad = place.clientWidth;
    draw(place, words.label, (colours) => ({
      tooltip: {
        renderMode: "richText",
        confine: true,
        backgroundColor: colours.sheet,
        borderColor: colours.line,
        textStyle: { color: colours.ink, width: 280, overflow: "break" },
        formatter: ({ dataType, data, value }) =>
          dataType === "edge" ? `${labels.get(data.source)} → ${labels.get(data.target)}: ${value}` : labels.get(data.name),
      },
      series: [
        {
          type: "sankey",
          left: 4,
          right: 4,
          top: 8,
          bottom: 8,
          nodeGap: 14,
          nodeWidth: 12,
          draggable: false,
          emphasis: { focus: "adjacency" },
          label: { color: colours.ink, width: broad / 2 - 90, overflow: "truncate", formatter: ({ name }) => labels.get(name) },
          lineStyle: { color: "source", opacity: 0.35 },
          data: nodes.map(({ name }) => ({
            name,
            itemStyle: { color: name.startsWith("left") ? colours.link : name.startsWith("right") ? colours.accent : colours.good },
            label: name.startsWith("right") ? { position: "left" } : {},
          })),
          links,
        },
      ],
    }));
    offer(place.parentElement.querySelector(".shown-files"), () => place.querySelector("svg"), document.querySelector("h1").textContent);
  }
}

const place = document.querySelector(".sankey");
if (place) flows(place);
