/** The hierarchy page: its tree, its sunburst and treemap, the finder, the legend and the pictures to take home. */
import { pageData } from "../lib/data.js";
import { offer } from "../lib/shown_buttons.js";
import { sign } from "../lib/svg.js";
import { Tree } from "../lib/tree.js";

const data = pageData("data");
const viewer = document.querySelector(".viewer");
const { words } = data;
const stage = viewer.querySelector(".stage");
const caption = viewer.querySelector(".caption");
const legend = viewer.querySelector(".legend");
const finder = viewer.querySelector(".finder");
const matchList = finder.querySelector(".found");
const status = finder.querySelector(".status");
const language = document.documentElement.lang.slice(0, 2);

/** What is known of the hierarchy; levels that are not are asked for and then known. */
const model = {
  colouring: "type",
  matches: new Set(),
  part: (iri) => data.parts[iri],
  isKnown: (iri) => iri in data.children,
  isFound: (iri) => model.matches.has(iri),
  sign: (iri) => data.marks[model.colouring][model.meaning(iri)],
  meaning: (iri) => data.parts[iri][model.colouring === "type" ? "kind" : "targets"],
  async parts(iri) {
    if (!model.isKnown(iri)) {
      const below = await getJson(data.urls.parts, { of: iri });
      for (const part of below) data.parts[part.iri] ??= part;
      data.children[iri] = below.map((part) => part.iri);
    }
    return data.children[iri];
  },
};

async function getJson(address, parameters) {
  const url = new URL(address, location);
  for (const [name, value] of Object.entries({ ...parameters, lang: language })) url.searchParams.set(name, value);
  const answer = await fetch(url, { headers: { Accept: "application/json" } });
  if (!answer.ok) throw new Error(answer.statusText);
  return answer.json();
}

viewer.hidden = false;
const title = document.querySelector("h1").textContent;
const comma = language === "zh" ? "，" : ", ";
const tree = new Tree(stage, data.root, model, { ...words, label: title, comma });

/** What the address says of the picture: view, colour, levels, and the branch that is shown. */
const address = new URLSearchParams(location.search);
const controls = Object.fromEntries(["colour", "depth"].map((name) => [name, viewer.querySelector(`[name=${name}]`)]));
/** View -> how many levels it shows where the address says nothing. */
const isNarrow = stage.clientWidth < 600;
const LEVELS = { tree: isNarrow ? "1" : "2", sunburst: isNarrow ? "1" : "2", treemap: isNarrow ? "1" : "2" };

/** Keeps a choice in the address, so that a link shows the same picture. */
function remember(name, value) {
  if (value) address.set(name, value);
  else address.delete(name);
  history.replaceState(null, "", `${location.pathname}?${address}`);
}

const levels = () => (controls.depth.value === "all" ? Infinity : Number(controls.depth.value));

function fail() {
  status.textContent = words.failed;
}

stage.addEventListener("fail", fail);

function showLegend() {
  const counts = new Map();
  for (const iri of Object.keys(data.parts)) {
    const meaning = model.meaning(iri);
    const text = model.colouring === "type" ? data.parts[iri].kindLabel : words[meaning];
    const entry = counts.get(text) ?? { meaning, count: 0 };
    entry.count += 1;
    counts.set(text, entry);
  }
  const order = data.order[model.colouring];
  const entries = [...counts].sort(([, one], [, other]) => order.indexOf(one.meaning) - order.indexOf(other.meaning));
  legend.replaceChildren(
    ...entries.map(([text, { meaning, count }]) => {
      const line = document.createElement("li");
      line.append(sign(data.marks[model.colouring][meaning]), ` ${text} ${count}`);
      return line;
    }),
  );
}

const views = {
  tree: async () => {
    stage.replaceChildren(tree.picture);
    tree.draw();
    caption.textContent = "";
  },
  sunburst: () => chart("sunburst"),
  treemap: () => chart("treemap"),
};
let whole;
let drawn;

async function chart(kind) {
  status.textContent = words.loading;
  whole ??= await getJson(data.urls.whole, { of: data.root });
  const { show } = await import("../lib/areas.js");
  status.textContent = "";
  drawn = show(stage, kind, whole.tree, {
    label: `${title} · ${words[kind]}`,
    words: { ...words, comma },
    depth: levels(),
    at: address.get("at"),
    sign: ({ kind: of, targets }) => data.marks[model.colouring][model.colouring === "type" ? of : targets],
    choose: tellOf,
    moved: (iri) => remember("at", iri === data.root ? "" : iri),
  });
  caption.textContent = whole.isWhole ? "" : words.cut;
}

function tellOf({ label, kindLabel, href }) {
  const link = document.createElement("a");
  link.href = href;
  link.textContent = words.page;
  caption.replaceChildren(`${label} · ${kindLabel} `, link);
}

async function show() {
  drawn?.dispose();
  drawn = undefined;
  const { value } = viewer.querySelector("[name=view]:checked");
  viewer.dataset.view = value;
  await views[value]();
}

viewer.addEventListener("change", ({ target }) => {
  const act = CHANGES[target.name];
  if (act) act(target.value).catch(fail);
});

/** Control -> what its change does. */
const CHANGES = {
  async view(value) {
    remember("view", value === "tree" ? "" : value);
    if (!address.has("depth")) controls.depth.value = LEVELS[value];
    await show();
  },
  async colour(value) {
    remember("colour", value === "type" ? "" : value);
    colour(value);
    await show();
  },
  async depth(value) {
    remember("depth", value);
    if (drawn) return drawn.deepen(levels());
    await openLevels();
    tree.draw();
    tree.showRoot();
  },
};

function colour(value) {
  model.colouring = value;
  showLegend();
  for (const link of document.querySelectorAll(".files a")) recolour(link);
}

async function openLevels() {
  tree.close();
  if (Number.isFinite(levels())) await tree.openTo(levels());
  else await tree.openKnown();
}

/** Files that are drawn are coloured as the reader sees the picture. */
function recolour(link) {
  const url = new URL(link.getAttribute("href"), location);
  url.searchParams.set("colour", model.colouring);
  link.setAttribute("href", url.pathname + url.search);
}

for (const button of viewer.querySelectorAll("[data-open]")) {
  button.addEventListener("click", async () => {
    if (button.dataset.open === "all") await tree.openKnown();
    else tree.close();
    tree.draw();
    tree.showRoot();
  });
}

let asking = 0;
async function find() {
  const wanted = finder.words.value.trim();
  const mine = (asking += 1);
  if (!wanted) {
    matchList.hidden = true;
    status.textContent = "";
    model.matches.clear();
    return tree.draw();
  }
  const matches = await getJson(data.urls.named, { of: data.root, q: wanted });
  if (mine !== asking) return;
  model.matches = new Set(matches.map(({ iri }) => iri));
  status.textContent = matches.length ? words.found.replace("{count}", matches.length) : words.nothing;
  matchList.replaceChildren(...matches.map(match));
  matchList.hidden = matches.length === 0;
  tree.draw();
}

function match({ way, labels }) {
  const line = document.createElement("li");
  const button = document.createElement("button");
  const above = document.createElement("span");
  button.type = "button";
  button.textContent = labels.at(-1);
  above.className = "way";
  above.textContent = labels.slice(1, -1).join(" › ");
  button.addEventListener("click", async () => {
    viewer.querySelector("[name=view][value=tree]").checked = true;
    await show();
    await tree.reveal(way).catch(fail);
  });
  line.append(button, " ", above);
  return line;
}

let timer;
finder.addEventListener("input", (event) => {
  clearTimeout(timer);
  if (!event.isComposing) timer = setTimeout(() => find().catch(fail), 200);
});
finder.addEventListener("compositionend", () => find().catch(fail));
// Enter goes to the first hit, and again to the next
let hit = { words: "", at: 0 };
finder.addEventListener("submit", async (event) => {
  event.preventDefault();
  clearTimeout(timer);
  try {
    await find();
  } catch (error) {
    return fail(error);
  }
  const buttons = [...matchList.querySelectorAll("button")];
  const words_ = finder.words.value.trim();
  hit = { words: words_, at: words_ === hit.words ? (hit.at + 1) % buttons.length : 0 };
  buttons[hit.at]?.click();
});

offer(viewer.querySelector(".shown-files"), () => stage.querySelector("svg"), title, { name: address.get("of").split(/[/:]/).at(-1), fail });

const outline = document.querySelector(".outline");
outline.open = false;
addEventListener("beforeprint", () => (outline.open = true));
const view = address.get("view") in views ? address.get("view") : "tree";
viewer.querySelector(`[name=view][value=${view}]`).checked = true;
controls.depth.value = LEVELS[view];
if ([...controls.depth.options].some(({ value }) => value === address.get("depth"))) controls.depth.value = address.get("depth");
if (address.get("colour") in data.marks) controls.colour.value = address.get("colour");
colour(controls.colour.value);
await openLevels();
if (!address.has("depth") && tree.visible().length > 60) {
  LEVELS.tree = "1";
  if (view === "tree") controls.depth.value = "1";
  tree.close();
  await tree.open(tree.root);
}
await show();
tree.showRoot();
