// The rows that are shown are filtered as one types, by any words of a row or of its names in other languages, in whatever
// order, width and case; the form filters the whole list. In a site of files, where there is no service to ask, the heads
// sort the table and its columns offer their values; what is chosen stands behind the # of the address.
import { facetsOf, line, offered, plain, sortable } from "../lib/table.js";

const place = document.querySelector(".filter");
const box = document.querySelector("#filter");
const status = document.querySelector("#filtered");
const rows = [...document.querySelectorAll(".listing tbody tr")].map((row) => [row, plain(`${row.textContent} ${row.dataset.also ?? ""}`)]);
const table = document.querySelector(".listing[data-sortable]");
const isAlone = Boolean(table?.querySelector("th a[data-elsewhere]"));
const facets = isAlone ? facetsOf(table) : [];
const state = new URLSearchParams(isAlone ? location.hash.slice(1) : "");

function filter() {
  const words = plain(box?.value ?? "").split(/\s+/).filter(Boolean);
  const fits = ([row, text], but) => words.every((word) => text.includes(word)) && facets.every((facet) => facet === but || !state.get(facet.title) || facet.values.get(row) === state.get(facet.title));
  let count = 0;
  for (const each of rows) {
    each[0].hidden = !fits(each);
    count += !each[0].hidden;
  }
  const isNarrow = words.length || facets.some(({ title }) => state.get(title));
  if (status) status.textContent = isNarrow ? status.dataset.words.replace("{count}", count).replace("{total}", rows.length) : "";
  if (isAlone) show((but) => rows.filter((each) => fits(each, but)).map(([row]) => row));
}

/** The lines of facets above the table, each with what the other choices leave. */
function show(left) {
  for (const old of document.querySelectorAll("main > .facets")) old.remove();
  for (const facet of facets) {
    const values = offered(left(facet).map((row) => facet.values.get(row)), state.get(facet.title), facet.isYear);
    if (values.length > 1 || state.get(facet.title)) table.parentElement.before(line(facet.title, values, state.get(facet.title) ?? "", table.dataset.all, (value) => choose({ [facet.title]: value })));
  }
}

function choose(changes) {
  for (const [name, value] of Object.entries(changes)) value ? state.set(name, value) : state.delete(name);
  history.replaceState(null, "", `#${state}`);
  filter();
}

if (isAlone) {
  const sort = sortable(table, choose);
  if (state.get("sort")) sort(state.get("sort"));
  place?.addEventListener("submit", (event) => event.preventDefault());
  place?.querySelector("button")?.remove();
  if (box && state.get("q")) box.value = state.get("q");
  box?.addEventListener("change", () => choose({ q: box.value.trim() }));
  filter();
}
if (place) {
  // of a list without a form, which is the whole of it
  place.hidden = false;
  box.addEventListener("input", filter);
}
