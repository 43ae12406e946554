/** The hierarchy page: its tree, its sunburst and treemap, the finder, the legend and the pictures to take home. */
import { said } from "../lib/data.js";
import { savePng } from "../lib/picture.js";
import { sign } from "../lib/svg.js";
import { Tree } from "../lib/tree.js";

const data = said("data");
const viewer = document.querySelector(".viewer");
const { words } = data;
const stage = viewer.querySelector(".stage");
const caption = viewer.querySelector(".caption");
const legend = viewer.querySelector(".legend");
const finder = viewer.querySelector(".finder");
const found = finder.querySelector(".found");
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
      const below = await asked(data.urls.parts, { of: iri });
      for (const part of below) data.parts[part.iri] ??= part;
      data.children[iri] = below.map((part) => part.iri);
    }
    return data.children[iri];
  },
};

async function asked(address, parameters) {
  const url = new URL(address, location);
  for (const [name, value] of Object.entries({ ...parameters, lang: language })) url.searchParams.set(name, value);
  const answer = await fetch(url, { headers: { Accept: "application/json" } });
  if (!answer.ok) throw new Error(answer.statusText);
  return answer.json();
}

viewer.hidden = false;
const tree = new Tree(stage, data.root, model, {
  ...words,
  label: document.querySelector("h1").textContent,
  comma: language === "zh" ? "，" : ", ",
});

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
  whole ??= await asked(data.urls.whole, { of: data.root });
  const { show } = await import("../lib/areas.js");
  status.textContent = "";
  drawn = show(stage, kind, whole.tree, {
    label: `${document.querySelector("h1").textContent} · ${words[kind]}`,
    sign: ({ kind: of, targets }) => data.marks[model.colouring][model.colouring === "type" ? of : targets],
    choose: tellOf,
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
  if (target.name === "colour") {
    model.colouring = target.value;
    showLegend();
    for (const link of document.querySelectorAll(".files a, [data-png]")) recolour(link);
  }
  if (target.name === "view" || target.name === "colour") show().catch(fail);
});

/** Files that are drawn are coloured as the reader sees the picture. */
function recolour(link) {
  const attribute = link.dataset.png ? "data-png" : "href";
  const url = new URL(link.getAttribute(attribute), location);
  url.searchParams.set("colour", model.colouring);
  link.setAttribute(attribute, url.pathname + url.search);
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
    found.hidden = true;
    status.textContent = "";
    model.matches.clear();
    return tree.draw();
  }
  const matches = await asked(data.urls.named, { of: data.root, q: wanted });
  if (mine !== asking) return;
  model.matches = new Set(matches.map(({ iri }) => iri));
  status.textContent = matches.length ? words.found.replace("{count}", matches.length) : words.nothing;
  found.replaceChildren(...matches.map(match));
  found.hidden = matches.length === 0;
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
finder.addEventListener("submit", (event) => {
  event.preventDefault();
  clearTimeout(timer);
  find().catch(fail);
});

const png = document.querySelector("[data-png]");
png.parentElement.hidden = false;
png.addEventListener("click", () => {
  const name = `${new URLSearchParams(location.search).get("of").split(/[/:]/).at(-1)}.png`;
  savePng(new URL(png.dataset.png, location), name).catch(fail);
});

const outline = document.querySelector(".outline");
outline.open = false;
addEventListener("beforeprint", () => (outline.open = true));
showLegend();
await tree.openTo(stage.clientWidth < 600 ? 1 : 2);
if (tree.visible().length > 60) {
  tree.close();
  await tree.open(tree.root);
}
await show();
tree.showRoot();
