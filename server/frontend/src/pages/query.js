// The query page: an editor over the form, answers in place, a link that brings all of it back.
import { pageData } from "../lib/data.js";
import { suggestBelow } from "../lib/suggest.js";
import { download, Problem, send } from "../query/asking.js";
import { editor, isMendable } from "../query/editor.js";
import { keep, list } from "../query/history.js";
import { explained, show } from "../query/results.js";
import { snippets } from "../query/snippets.js";
import { names } from "../query/terms.js";

const data = pageData("data");
const { words } = data;
/** Addresses longer than this are no links: proxies and mail programs cut them. */
const LONGEST = 8000;
const TICK = 100;

const $ = (selector) => document.querySelector(selector);
const [state, result, shown] = [$(".state"), $(".result"), $(".result .shown")];
const [runButton, cancelButton, linkButton] = ["[data-run]", "[data-cancel]", "[data-link]"].map($);
const called = names(data);
const here = new URL(location);
const write = editor($("#query"), data, run);
let asking = null;

for (const element of document.querySelectorAll(".scripted, #keys")) element.hidden = false;
$(".plainly").hidden = true;
$("form.ask").addEventListener("submit", (event) => {
  event.preventDefault();
  run();
});
runButton.addEventListener("click", run);
cancelButton.addEventListener("click", () => asking?.abort());
linkButton.addEventListener("click", copyLink);
$(".history").addEventListener("toggle", remember);
$(".snippets").addEventListener("toggle", programs);
for (const link of document.querySelectorAll("a[hreflang][rel=nofollow], [data-theme-choice]")) link.addEventListener("click", keepText);
filterQuestions();
for (const box of document.querySelectorAll("input[data-fill]")) suggestBelow(box, fill(box));

const wanted = here.searchParams.get("snapshot");
if (wanted && wanted !== data.snapshot) {
  tell(words.otherSnapshot.replace("{wanted}", wanted.slice(0, 12)).replace("{current}", data.snapshot.slice(0, 12)));
}
if (here.searchParams.has("run") || data.example) run();

/** Runs what stands in the editor, unless it runs already. */
async function run() {
  if (asking) return;
  const text = write.text();
  const started = performance.now();
  const mine = (asking = new AbortController());
  const seconds = (digits = 2) => ((performance.now() - started) / 1000).toFixed(digits);
  const clock = setInterval(() => (state.dataset.running = words.running.replace("{seconds}", seconds(1))), TICK);
  state.dataset.running = words.running.replace("{seconds}", "0");
  state.textContent = "";
  [runButton.disabled, cancelButton.disabled] = [true, false];
  if (document.activeElement === runButton) cancelButton.focus();
  result.setAttribute("aria-busy", "true");
  write.tell(null);
  try {
    const answer = await send(data, text, mine.signal);
    const kind = answer.headers.get("Content-Type").includes("json") ? "table" : "graph";
    const body = await answer.text();
    const took = seconds();
    const outcome = show(open(), { kind, body, text }, called, data);
    finish(outcome, text, took);
    keep(text);
    remember();
  } catch (error) {
    fail(error, seconds());
  } finally {
    clearInterval(clock);
    asking = null;
    delete state.dataset.running;
    const isWaiting = document.activeElement === cancelButton;
    [runButton.disabled, cancelButton.disabled] = [false, true];
    if (isWaiting) runButton.focus();
    result.removeAttribute("aria-busy");
    if (location.href !== link().href && link().href.length <= LONGEST) history.replaceState(null, "", link());
    programs();
  }
}

/** The place of the result, empty. */
function open() {
  result.hidden = false;
  shown.replaceChildren();
  return shown;
}

function tell(text) {
  state.textContent = text;
}

function finish({ kind, rows }, text, seconds) {
  const phrase = { verdict: words.answered, graph: words.triples }[kind] ?? (rows === 1 ? words.one : words.done);
  tell(phrase.replace("{rows}", rows.toLocaleString(document.documentElement.lang)).replace("{seconds}", seconds));
  if (!rows) shown.append(whyButton(text));
  else shown.append(downloads(kind === "graph" ? "graph" : "table", text));
}

function fail(error, seconds) {
  if (error.name === "AbortError") {
    // what stood there answered another question
    shown.replaceChildren();
    tell(words.cancelled.replace("{seconds}", seconds));
    return;
  }
  const problem = error instanceof Problem ? error.details : { title: words.failed, detail: error.message };
  tell(problem.title);
  write.tell(problem);
  open().replaceChildren(notice(problem));
}

/** A problem with its place, and what was probably meant as a button. */
function notice(problem) {
  const box = Object.assign(document.createElement("div"), { className: "fault" });
  box.setAttribute("role", "alert");
  box.append(
    Object.assign(document.createElement("p"), { className: "label", textContent: problem.title }),
    Object.assign(document.createElement("p"), { textContent: problem.detail }),
  );
  if (problem.excerpt) box.append(Object.assign(document.createElement("pre"), { textContent: `${problem.excerpt}\n${problem.caret}`, tabIndex: 0 }));
  if (isMendable(problem)) {
    const button = Object.assign(document.createElement("button"), { type: "button", textContent: words.fix.replace("{word}", problem.nearest) });
    button.addEventListener("click", () => {
      write.mend(problem);
      box.remove();
      tell("");
    });
    box.append(button);
  }
  return box;
}

function whyButton(text) {
  const button = Object.assign(document.createElement("button"), { type: "button", className: "first", textContent: words.why });
  button.addEventListener("click", async () => {
    button.disabled = true;
    try {
      const answer = await send(data, text, undefined, { accept: "application/json, application/problem+json", explain: "empty" });
      const why = explained(await answer.json(), words);
      button.replaceWith(why);
      why.tabIndex = -1;
      why.focus();
    } catch (error) {
      button.replaceWith(notice(error instanceof Problem ? error.details : { title: words.failed, detail: error.message }));
    }
  });
  return button;
}

function downloads(kind, text) {
  const bar = Object.assign(document.createElement("p"), { className: "downloads" });
  for (const [format, name, ending, mediaType] of data.downloads[kind]) {
    const button = Object.assign(document.createElement("button"), { type: "button", textContent: name });
    button.dataset.format = format;
    button.addEventListener("click", async () => {
      const before = state.textContent;
      tell(words.downloading);
      try {
        const content = await download(data, text, format, mediaType);
        const { save } = await import("../lib/picture.js");
        save(content, `${data.example ?? "query"}.${ending}`);
        tell(before);
      } catch (error) {
        fail(error, "");
      }
    });
    bar.append(button);
  }
  return bar;
}

/** The address that brings back the query, its answer, and says of which snapshot it was. */
function link() {
  const address = new URL(data.page, location);
  if (data.example && write.text() === data.text) {
    for (const [name, value] of here.searchParams) if (!["snapshot", "run", "lang", "theme"].includes(name)) address.searchParams.append(name, value);
  } else address.searchParams.set("query", write.text());
  address.searchParams.set("run", "1");
  address.searchParams.set("snapshot", data.snapshot);
  return address;
}

async function copyLink() {
  const address = link();
  if (address.href.length > LONGEST) return tell(words.tooLong);
  history.replaceState(null, "", address);
  try {
    await navigator.clipboard.writeText(address.href);
    tell(words.copied);
  } catch {
    tell(words.notCopied);
  }
}

/** The switch of languages takes what was typed along. */
function keepText(event) {
  const anchor = event.currentTarget;
  if (anchor.dataset.themeChoice || link().href.length > LONGEST) return;
  const address = link();
  if (result.hidden) address.searchParams.delete("run");
  address.searchParams.set("lang", anchor.lang.slice(0, 2));
  anchor.href = address;
}

function remember() {
  if ($(".history").open) {
    list($(".history > div"), data, (text) => {
      write.write(text);
      write.view.focus();
    });
  }
}

function programs() {
  if ($(".snippets").open) $(".snippets > div").replaceChildren(...snippets(write.text(), data.public, words));
}

/** What is chosen for a parameter is written into its box as an IRI, with its name beside it. */
function fill(box) {
  const name = document.querySelector(`[data-called="${box.name}"]`);
  box.addEventListener("input", () => (name.textContent = ""));
  return ({ iri, label }) => {
    box.value = iri;
    name.textContent = label;
  };
}

function filterQuestions() {
  const plain = (text) => text.normalize("NFKC").toLowerCase();
  const [box, items] = [$(".questions input"), [...document.querySelectorAll(".questions li")]];
  $(".questions .filter").hidden = items.length < 8;
  box.addEventListener("input", () => {
    const typed = plain(box.value).split(/\s+/).filter(Boolean);
    for (const item of items) item.hidden = !typed.every((word) => plain(item.textContent).includes(word));
  });
}
