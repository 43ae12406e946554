/** An answer in, the views of it out: a table, and a chart, a graph or Turtle where there is one; yes or no as such. */
import { send } from "./asking.js";
import { plan, wanted } from "./chart.js";
import { table } from "./table.js";
import { triples } from "./terms.js";

/** Shows the body of an answer in an element, and tells what kind it is and how many rows it has. */
export function show(element, { kind, body, text }, called, data) {
  const { words } = data;
  if (kind === "graph") return showGraph(element, triples(body), text, called, data);
  const content = JSON.parse(body);
  if ("boolean" in content) {
    const verdict = Object.assign(document.createElement("p"), { className: "verdict", textContent: content.boolean ? words.yes : words.no });
    verdict.dataset.verdict = content.boolean;
    element.replaceChildren(verdict, remark(content.boolean ? words.yesWhy : words.noWhy));
    return { kind: "verdict", rows: 1 };
  }
  const columns = content.head.vars, rows = content.results.bindings;
  if (!rows.length) {
    element.replaceChildren(remark(words.empty));
    return { kind: "table", rows: 0 };
  }
  const views = { table: () => table(columns, rows, called, data) };
  const kindOfChart = wanted(text);
  const made = kindOfChart && plan(kindOfChart, columns, rows, data.language);
  if (made) {
    views.chart = () => {
      const box = document.createElement("div");
      return [
        box,
        async () => {
          const { MOST, chart } = await import("./drawing.js");
          if (made.kind === "bar" && rows.length > MOST) box.append(remark(words.tooMany.replace("{shown}", MOST).replace("{rows}", rows.length)));
          return chart(box, made, rows, called, data);
        },
      ];
    };
  } else if (kindOfChart) views.note = words.noChart;
  switcher(element, views, words);
  return { kind: "table", rows: rows.length };
}

function showGraph(element, rows, text, called, data) {
  const { words } = data;
  if (!rows.length) {
    element.replaceChildren(remark(words.empty));
    return { kind: "graph", rows: 0 };
  }
  const titles = { subject: words.subject, predicate: words.predicate, object: words.object };
  const views = {
    graph: () => {
      const box = document.createElement("div");
      const stage = Object.assign(document.createElement("div"), { className: "stage graph" });
      const files = shownFiles(words);
      box.append(stage, files);
      return [
        box,
        async () => {
          const { MOST, drawn, network } = await import("./network.js");
          const lines = drawn(rows);
          if (lines.length > MOST) box.append(remark(words.tooMany.replace("{shown}", MOST).replace("{rows}", lines.length)));
          return network(stage, files, rows, called, words);
        },
      ];
    },
    table: () => table(Object.keys(titles), rows, called, { ...data, titles }),
    turtle: () => {
      const code = Object.assign(document.createElement("pre"), { className: "turtle", tabIndex: 0 });
      return [
        code,
        async () => {
          const answer = await send(data, text, undefined, { accept: "text/turtle" });
          code.textContent = await answer.text();
        },
      ];
    },
  };
  switcher(element, views, words);
  return { kind: "graph", rows: rows.length };
}

/** Buttons for the views, one of which is shown; each is made when it is chosen. */
function switcher(element, { note, ...views }, words) {
  const bar = Object.assign(document.createElement("div"), { className: "views" });
  const place = document.createElement("div");
  let shown;
  bar.setAttribute("role", "group");
  bar.setAttribute("aria-label", words.views);
  for (const name of Object.keys(views)) {
    const button = Object.assign(document.createElement("button"), { type: "button", textContent: words[name] });
    button.dataset.view = name;
    button.addEventListener("click", () => choose(name));
    bar.append(button);
  }
  const several = Object.keys(views).length > 1;
  element.replaceChildren(...(several ? [bar] : []), ...(note ? [remark(note)] : []), place);
  choose(Object.keys(views)[0]);

  async function choose(name) {
    (await shown)?.dispose?.();
    for (const button of bar.children) button.setAttribute("aria-pressed", String(button.dataset.view === name));
    const [made, start] = [views[name]()].flat();
    place.replaceChildren(made);
    shown = start?.();
    await shown;
    place.dataset.shown = name;
  }
}

/** The buttons that save a picture as it is shown. */
function shownFiles(words) {
  const line = Object.assign(document.createElement("p"), { className: "shown-files", hidden: true });
  line.append(`${words.asShown} `);
  for (const ending of ["svg", "png"]) {
    const button = Object.assign(document.createElement("button"), { type: "button", className: "as-link", textContent: ending.toUpperCase() });
    button.dataset.shown = ending;
    line.append(button, " ");
  }
  return line;
}

const remark = (text) => Object.assign(document.createElement("p"), { className: "soft", textContent: text });

/** Why a result is empty, as the service explains it. */
export function explained({ summary, steps, killer }, words) {
  const box = Object.assign(document.createElement("div"), { className: "why" });
  box.append(Object.assign(document.createElement("p"), { textContent: summary }));
  for (const { detail } of killer?.reasons?.slice(1) ?? []) box.append(Object.assign(document.createElement("p"), { className: "soft", textContent: detail }));
  if (!steps.length) return box;
  const whole = document.createElement("table");
  const head = whole.createTHead().insertRow();
  for (const name of [words.pattern, words.before, words.after]) {
    head.append(Object.assign(document.createElement("th"), { scope: "col", textContent: name, className: name === words.pattern ? "" : "number" }));
  }
  const body = whole.createTBody();
  for (const { text, before, after, line } of steps) {
    const row = body.insertRow();
    row.dataset.line = line;
    row.insertCell().append(Object.assign(document.createElement("code"), { textContent: text }));
    for (const count of [before, after]) Object.assign(row.insertCell(), { className: "number", textContent: count ?? "" });
    if (after === 0 && before) row.className = "killer";
  }
  const details = document.createElement("details");
  details.append(Object.assign(document.createElement("summary"), { textContent: words.solutions }), whole);
  box.append(details);
  return box;
}
