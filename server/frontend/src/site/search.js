// The search of a site of files: words and choices in, links out. Every word has to stand in a name of a page, in either
// language, or in what it is of. The index comes as a script, as a page from a disk may fetch nothing; what was asked for
// stands behind the # of the address. This file is bundled as one plain script.
import { line, offered, plain } from "../lib/table.js";

const box = document.querySelector("input[type=search]");
const list = document.querySelector("ol");
const status = document.querySelector("[role=status]");
const choices = document.querySelector(".choices");
const { facets, pages } = window.POLICYGRAPH_INDEX;
/** How many links are shown; all are counted. */
const SHOWN = 100;
const state = new URLSearchParams(location.hash.slice(1) || location.search);
const entries = pages.map(([file, name, kind, also, ...values]) => ({ file, name, kind, values, head: plain(name), text: plain(`${name} ${kind} ${also}`) }));

/** The better a name fits, the less: the words themselves, their beginning, anything else; short names before long ones. */
const rank = ({ head }, words) => (head === words ? 0 : head.startsWith(words) ? 1 : 2) * 1000 + head.length;

const fits = (page, words, but) => words.every((word) => page.text.includes(word)) && facets.every(({ name }, at) => at === but || !state.get(name) || page.values[at] === state.get(name));

function search() {
  const words = plain(box.value).split(/\s+/).filter(Boolean);
  const isAsked = words.length || facets.some(({ name }) => state.get(name));
  const hits = isAsked ? entries.filter((page) => fits(page, words)) : [];
  hits.sort((one, other) => rank(one, words.join(" ")) - rank(other, words.join(" ")));
  list.replaceChildren(...hits.slice(0, SHOWN).map(row));
  status.textContent = isAsked ? status.dataset.words.replace("{count}", hits.length) : "";
  choices.replaceChildren(...facets.flatMap(({ name, title, isYear }, at) => {
    const values = offered(entries.filter((page) => fits(page, words, at)).map((page) => page.values[at]), state.get(name), isYear);
    return values.length > 1 || state.get(name) ? [line(title, values, state.get(name) ?? "", choices.dataset.all, (value) => choose(name, value))] : [];
  }));
}

function row({ file, name, kind }) {
  const item = document.createElement("li");
  const link = document.createElement("a");
  link.href = file;
  link.textContent = name;
  const of = document.createElement("span");
  of.className = "soft";
  of.textContent = kind;
  item.append(link, " ", of);
  return item;
}

function choose(name, value) {
  value ? state.set(name, value) : state.delete(name);
  history.replaceState(null, "", `#${state}`);
  search();
}

box.addEventListener("input", search);
box.addEventListener("change", () => choose("q", box.value.trim()));
box.value = state.get("q") ?? "";
search();
