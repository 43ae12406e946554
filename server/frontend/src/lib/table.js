/** A table of a page in: its rows sorted by a column, and chosen by the values of some, without asking the service. */

const MOST = 15;
const plain = (text) => text.normalize("NFKC").trim().toLowerCase();

/** What a cell is sorted by: a number where it is one. Nothing stands last, whichever way. */
function key(row, column) {
  const text = row.cells[column]?.textContent.trim() ?? "";
  const number = Number(text.replaceAll(",", ""));
  return text === "" ? null : Number.isNaN(number) ? text : number;
}

function compare(one, other, language) {
  if (typeof one === "number" && typeof other === "number") return one - other;
  if (typeof one !== typeof other) return typeof one === "number" ? -1 : 1;
  return one.localeCompare(other, language);
}

/** Lets the heads of a table sort it: words from the first, numbers from the largest, a second time the other way. */
export function sortable(table, changed, language = document.documentElement.lang) {
  const heads = [...table.tHead.rows[0].cells];
  const body = table.tBodies[0];
  const sort = (column, isFalling) => {
    const rows = [...body.rows];
    const valued = rows.filter((row) => key(row, column) !== null);
    valued.sort((one, other) => compare(key(one, column), key(other, column), language) * (isFalling ? -1 : 1));
    body.append(...valued, ...rows.filter((row) => key(row, column) === null));
    heads.forEach((head, at) => (at === column ? head.setAttribute("aria-sort", isFalling ? "descending" : "ascending") : head.removeAttribute("aria-sort")));
  };
  heads.forEach((head, column) => {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "as-link";
    button.textContent = head.textContent.trim();
    head.replaceChildren(button);
    button.addEventListener("click", () => {
      const state = head.getAttribute("aria-sort");
      const isFalling = state ? state === "ascending" : head.classList.contains("number");
      sort(column, isFalling);
      changed({ sort: `${isFalling ? "-" : ""}${column}` });
    });
  });
  return (order) => sort(Math.abs(parseInt(order, 10)), order.startsWith("-"));
}

/** The facets of a table: for each head that is one, its values with how many rows have them. */
export function facetsOf(table) {
  const rows = [...table.tBodies[0].rows];
  return [...table.tHead.rows[0].cells].flatMap((head, column) => {
    if (!("facet" in head.dataset)) return [];
    const value = (row) => {
      const text = row.cells[column]?.textContent.trim() ?? "";
      return "year" in head.dataset ? text.slice(0, 4) : text;
    };
    return [{ title: head.dataset.facet, isYear: "year" in head.dataset, values: new Map(rows.map((row) => [row, value(row)])) }];
  });
}

/** The values of a facet among some rows, the most frequent first, years in their order; the chosen one in any case. */
export function offered(values, chosen, isYear, most = MOST) {
  const counts = new Map();
  for (const value of values) if (value) counts.set(value, (counts.get(value) ?? 0) + 1);
  const frequent = [...counts].sort(([one, a], [other, b]) => b - a || (one < other ? -1 : 1)).filter(([value], at) => at < most || value === chosen);
  return isYear ? frequent.sort(([one], [other]) => (one < other ? -1 : 1)) : frequent;
}

/** A line of buttons, one for each value of a facet: `choose` is called with the value, or with nothing for all. */
export function line(title, values, chosen, all, choose) {
  const nav = document.createElement("nav");
  nav.className = "facets";
  nav.setAttribute("aria-label", title);
  const name = document.createElement("b");
  name.textContent = title;
  const button = (text, value, count) => {
    const made = document.createElement("button");
    made.type = "button";
    made.className = "as-link";
    made.setAttribute("aria-pressed", String(value === chosen));
    made.append(text);
    if (count) {
      const number = document.createElement("span");
      number.className = "count";
      number.textContent = count;
      made.append(" ", number);
    }
    made.addEventListener("click", () => choose(value === chosen ? "" : value));
    return made;
  };
  nav.append(name, " ", button(all, ""), ...values.flatMap(([value, count]) => [" ", button(value, value, count)]));
  return nav;
}

export { plain };
