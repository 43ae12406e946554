// The query page of a site of files: a query and the graph in, its answer out, in the browser itself.
//
// A page that was opened from a disk may fetch nothing and load no module, so engine and graph come as scripts that set
// a name: gzip in base64. They are loaded when the reader first runs a query. This file is bundled as one plain script.
import init, { Store } from "oxigraph/web.js";

const data = JSON.parse(document.querySelector("#data").textContent);
const [editor, button, state, result] = ["textarea", "[data-run]", "[role=status]", ".result"].map((each) => document.querySelector(each));
/** Rows that are drawn; all are counted. */
const SHOWN = 500;
const csv = document.querySelector("[data-csv]");
let opening = null;
let table = null;

/** Loads a plain script and gives what it has set. */
function loaded(file, name) {
  return new Promise((resolve, reject) => {
    const script = document.createElement("script");
    script.src = file;
    script.addEventListener("load", () => resolve(window[name]));
    script.addEventListener("error", () => reject(new Error(file)));
    document.head.append(script);
  });
}

async function unpacked(text) {
  const bytes = Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"));
  return new Uint8Array(await new Response(stream).arrayBuffer());
}

async function open() {
  state.textContent = data.words.loading;
  const [engine, graph] = await Promise.all([
    loaded(data.engine, "POLICYGRAPH_ENGINE").then(unpacked),
    loaded(data.graph, "POLICYGRAPH_GRAPH").then(unpacked),
  ]);
  await init({ module_or_path: engine });
  const store = new Store();
  store.load(graph, { format: data.format, no_transaction: true, lenient: true });
  return store;
}

async function run() {
  button.disabled = true;
  result.replaceChildren();
  csv.hidden = true;
  try {
    opening ??= open();
    const store = await opening;
    state.textContent = data.words.running;
    await new Promise((resolve) => setTimeout(resolve)); // lets the words be seen
    const started = performance.now();
    const answer = store.query(withPrefixes(editor.value), { use_default_graph_as_union: true });
    const seconds = ((performance.now() - started) / 1000).toFixed(2);
    state.textContent = data.words.done.replace("{rows}", show(answer)).replace("{seconds}", seconds);
  } catch (error) {
    if (!(await opening?.catch(() => null))) opening = null;
    state.textContent = data.words.failed;
    result.append(Object.assign(document.createElement("pre"), { textContent: String(error.message ?? error) }));
  }
  button.disabled = false;
}

/** The prefixes of the project need no declaration; one that is declared stays as it is. */
function withPrefixes(text) {
  const own = Object.entries(data.prefixes).filter(([name]) => text.includes(`${name}:`) && !new RegExp(`PREFIX\\s+${name}:`, "i").test(text));
  return own.map(([name, space]) => `PREFIX ${name}: <${space}> `).join("") + text;
}

/** Draws an answer, and gives how many rows it has. */
function show(answer) {
  if (typeof answer === "boolean") {
    result.append(Object.assign(document.createElement("p"), { textContent: answer ? data.words.yes : data.words.no }));
    return 1;
  }
  const isGraph = answer.length > 0 && !(answer[0] instanceof Map);
  const names = isGraph ? ["subject", "predicate", "object"] : [...new Set(answer.flatMap((row) => [...row.keys()]))];
  const whole = answer.map((row) => names.map((name) => (isGraph ? row[name] : row.get(name))));
  const rows = whole.slice(0, SHOWN);
  table = [names, ...whole.map((row) => row.map((term) => term?.value ?? ""))];
  csv.hidden = !answer.length;
  const drawn = document.createElement("table");
  const head = drawn.createTHead().insertRow();
  for (const name of names) head.append(Object.assign(document.createElement("th"), { scope: "col", textContent: name }));
  const body = drawn.createTBody();
  for (const row of rows) {
    const line = body.insertRow();
    for (const term of row) cell(line.insertCell(), term);
  }
  const wide = Object.assign(document.createElement("div"), { className: "wide", tabIndex: 0 });
  drawn.className = "rows";
  wide.append(drawn);
  if (answer.length) result.append(wide);
  if (answer.length > SHOWN) result.append(Object.assign(document.createElement("p"), { textContent: data.words.more.replace("{count}", SHOWN) }));
  return answer.length;
}

function cell(place, term) {
  if (!term) return;
  place.textContent = short(term);
  if (term.termType === "NamedNode") place.title = term.value;
  if (term.language) place.lang = term.language;
}

/** An IRI with the longest prefix that fits; all else as it is. */
function short(term) {
  if (term.termType !== "NamedNode") return term.value;
  const [name, space] = Object.entries(data.prefixes).reduce((best, each) => (term.value.startsWith(each[1]) && each[1].length > best[1].length ? each : best), ["", ""]);
  return space ? `${name}:${term.value.slice(space.length)}` : term.value;
}

function choose() {
  const line = location.hash.startsWith("#example=") && document.getElementById(decodeURIComponent(location.hash.slice(1)));
  if (line) editor.value = plain(line.dataset.query);
}

/** A question without its header, which is the catalogue's own. */
const plain = (text) => text.replace(/^(#\+[^\n]*\n)+/, "");

/** All rows of the answer as CSV (RFC 4180), marked as UTF-8 for Excel. */
function saveCsv() {
  const quoted = (text) => (/[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);
  const content = `\ufeff${table.map((row) => row.map(quoted).join(",")).join("\r\n")}\r\n`;
  const link = Object.assign(document.createElement("a"), { href: URL.createObjectURL(new Blob([content], { type: "text/csv" })), download: "answer.csv" });
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}

button.disabled = false;
editor.value = plain(editor.value);
button.addEventListener("click", run);
csv.addEventListener("click", saveCsv);
editor.addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey) || button.disabled) return;
  event.preventDefault();
  run();
});
for (const prefix of document.querySelectorAll("[data-prefix]")) {
  prefix.addEventListener("click", () => {
    editor.setRangeText(`${prefix.dataset.prefix}:`, editor.selectionStart, editor.selectionEnd, "end");
    editor.focus();
  });
}
document.querySelector("[data-filter]").addEventListener("input", ({ target }) => {
  const words = target.value.toLowerCase().split(/\s+/);
  for (const line of document.querySelectorAll("[data-query]")) line.hidden = !words.every((word) => line.textContent.toLowerCase().includes(word));
});
window.addEventListener("hashchange", choose);
choose();
