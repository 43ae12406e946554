/** Rows in, a table out that is sorted and paged without asking again: however many rows, a page of them is drawn. */
import { comparison, iris, isNumber } from "./terms.js";

const AT_ONCE = 50;

export function table(columns, rows, called, { words, language, titles = {} }) {
  const box = document.createElement("div");
  const wide = Object.assign(document.createElement("div"), { className: "wide", tabIndex: 0 });
  wide.setAttribute("role", "group");
  wide.setAttribute("aria-label", words.result);
  const whole = Object.assign(document.createElement("table"), { className: "rows" });
  const body = document.createElement("tbody");
  const pager = Object.assign(document.createElement("nav"), { className: "pager" });
  const number = new Intl.NumberFormat(language);
  let order = rows, first = 0, sorted = null, turn = 0;

  whole.append(heads(), body);
  wide.append(whole);
  pager.setAttribute("aria-label", words.pages);
  box.append(wide);
  if (rows.length > AT_ONCE) box.append(pager);
  draw();
  return box;

  function heads() {
    const head = document.createElement("thead");
    const line = document.createElement("tr");
    for (const column of columns) {
      const cell = Object.assign(document.createElement("th"), { scope: "col" });
      const button = Object.assign(document.createElement("button"), { type: "button", textContent: titles[column] ?? column, title: words.sort.replace("{column}", titles[column] ?? column) });
      if (rows.some((row) => row[column]) && rows.every((row) => !row[column] || isNumber(row[column]))) cell.className = "number";
      button.addEventListener("click", () => sort(column, cell, line));
      cell.append(button);
      line.append(cell);
    }
    head.append(line);
    return head;
  }

  /** Ascending, then descending, then as it came. IRIs are sorted by their labels, which have to be looked up first. */
  async function sort(column, cell, line) {
    const before = sorted?.column === column ? sorted.way : 0;
    const way = before === 0 ? 1 : before === 1 ? -1 : 0;
    sorted = way ? { column, way } : null;
    for (const other of line.children) other.removeAttribute("aria-sort");
    if (way) {
      cell.setAttribute("aria-sort", way > 0 ? "ascending" : "descending");
      await called.look(iris(rows.map((row) => ({ [column]: row[column] }))));
      const compare = comparison(language, called.text);
      order = rows.toSorted((one, other) => way * compare(one[column], other[column]));
    } else order = rows;
    first = 0;
    draw();
  }

  async function draw() {
    const shown = order.slice(first, first + AT_ONCE);
    const mine = (turn += 1);
    body.replaceChildren(...shown.map(row));
    page();
    await called.look(iris(shown));
    if (mine === turn) body.replaceChildren(...shown.map(row));
  }

  function row(solution) {
    const line = document.createElement("tr");
    line.append(...columns.map((column) => cell(solution[column])));
    return line;
  }

  function cell(term) {
    const made = document.createElement("td");
    if (!term) return made;
    if (term.type === "uri") made.append(...link(term.value));
    else if (term.type === "bnode") made.append(small(`_:${term.value}`));
    else {
      if (isNumber(term)) made.className = "number";
      const text = document.createElement("span");
      text.textContent = isNumber(term) && Number.isSafeInteger(Number(term.value)) ? number.format(term.value) : term.value;
      const spoken = term["xml:lang"];
      if (spoken) text.lang = spoken;
      made.append(text);
      if (spoken) made.append(" ", tag(spoken));
      else if (term.datatype && !isNumber(term)) made.append(" ", tag(term.datatype.replace(/^.*[#/]/, "")));
    }
    return made;
  }

  function link(iri) {
    const names = called.of(iri);
    const anchor = Object.assign(document.createElement("a"), { href: names?.href ?? iri, textContent: names?.label ?? names?.name ?? iri });
    if (!/^https?:|^\//.test(anchor.getAttribute("href"))) return [document.createTextNode(iri)];
    if (names?.href === iri || !names) anchor.rel = "noreferrer";
    if (names?.language && !document.documentElement.lang.startsWith(names.language)) anchor.lang = names.language;
    return names?.label ? [anchor, small(names.name)] : [anchor];
  }

  function page() {
    const last = Math.min(first + AT_ONCE, order.length);
    const status = document.createElement("span");
    status.setAttribute("role", "status");
    status.textContent = words.page.replace("{first}", number.format(first + 1)).replace("{last}", number.format(last)).replace("{rows}", number.format(order.length));
    pager.replaceChildren(turner(words.previous, first - AT_ONCE, first === 0), status, turner(words.next, last, last === order.length));
  }

  function turner(text, start, isOff) {
    const button = Object.assign(document.createElement("button"), { type: "button", textContent: text, disabled: isOff });
    button.addEventListener("click", () => {
      first = Math.max(0, start);
      draw();
      const again = [...pager.querySelectorAll("button")].find(({ textContent }) => textContent === text);
      (again.disabled ? pager.querySelector("button:enabled") : again)?.focus();
      wide.scrollTop = 0;
    });
    return button;
  }
}

const tag = (text) => Object.assign(document.createElement("span"), { className: "tag", textContent: text });
const small = (text) => Object.assign(document.createElement("span"), { className: "name", textContent: text });
