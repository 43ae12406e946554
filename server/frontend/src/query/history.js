/** The reader's own queries, kept in this browser alone: the last of them first, each once. */
const KEY = "policygraph-queries";
const MOST = 30, LONGEST = 20_000;

function read() {
  try {
    const entries = JSON.parse(localStorage.getItem(KEY) ?? "[]");
    return Array.isArray(entries) ? entries.filter(({ text }) => typeof text === "string") : [];
  } catch {
    return [];
  }
}

function write(entries) {
  try {
    localStorage.setItem(KEY, JSON.stringify(entries));
  } catch {
    // a browser that keeps nothing is no reason not to answer
  }
}

/** Keeps a query that was run. */
export function keep(text) {
  if (text.length > LONGEST) return;
  write([{ text, at: Date.now() }, ...read().filter((one) => one.text !== text)].slice(0, MOST));
}

/** Shows what is kept in an element; `choose` gets the text of what is chosen. */
export function list(element, { words, language }, choose) {
  const entries = read();
  if (!entries.length) {
    element.replaceChildren(Object.assign(document.createElement("p"), { className: "soft", textContent: words.noHistory }));
    return;
  }
  const items = document.createElement("ol");
  items.className = "plain";
  const time = new Intl.DateTimeFormat(language, { dateStyle: "medium", timeStyle: "short" });
  for (const { text, at } of entries) {
    const item = document.createElement("li");
    const button = Object.assign(document.createElement("button"), { type: "button", className: "kept" });
    button.append(Object.assign(document.createElement("code"), { textContent: gist(text) }));
    button.addEventListener("click", () => choose(text));
    item.append(button, " ", Object.assign(document.createElement("span"), { className: "soft", textContent: time.format(at) }));
    items.append(item);
  }
  const clear = Object.assign(document.createElement("button"), { type: "button", textContent: words.clear });
  clear.addEventListener("click", () => {
    write([]);
    list(element, { words, language }, choose);
  });
  element.replaceChildren(items, clear);
}

/** A question's own words, else the beginning of the query. */
function gist(text) {
  const question = /^#\+ question:\s*(.+)$/m.exec(text)?.[1];
  return question ?? text.replace(/^(?:#[^\n]*|\s*(?:PREFIX|BASE)\b[^\n]*)\n/gim, "").replace(/\s+/g, " ").trim().slice(0, 120);
}
