/**
 * Suggestions below a search box, as a combobox with a list (ARIA Authoring Practices, combobox with manual selection).
 *
 * The box names the address to ask (`data-suggest` or `data-fill`, answered like /api/search) and the words to say
 * (`data-none`, `data-found`). With `classes`, things of others are left out. What is chosen is gone to, or given to `take`. Arrow keys walk the list, Enter takes what
 * is chosen, Escape closes the list. While an input method composes Chinese, nothing is asked and no key is taken from it.
 */
const PAUSE = 150;

export function suggestBelow(box, take = ({ href }) => location.assign(href), classes = new Set()) {
  const list = document.createElement("ul");
  const status = document.createElement("p");
  const name = `suggestions-${box.name || box.dataset.choose}`;
  let timer, asking, hits = [], chosen = -1;

  list.id = name;
  list.className = "suggestions";
  list.setAttribute("role", "listbox");
  list.setAttribute("aria-label", box.getAttribute("aria-label"));
  list.hidden = true;
  status.className = "unseen";
  status.setAttribute("role", "status");
  box.after(list, status);
  box.setAttribute("role", "combobox");
  box.setAttribute("aria-autocomplete", "list");
  box.setAttribute("aria-controls", name);
  box.setAttribute("aria-expanded", "false");

  function close() {
    clearTimeout(timer);
    asking?.abort();
    list.hidden = true;
    chosen = -1;
    box.setAttribute("aria-expanded", "false");
    box.removeAttribute("aria-activedescendant");
  }

  function show(results) {
    hits = results;
    list.replaceChildren(...results.map(option));
    chosen = -1;
    list.hidden = results.length === 0;
    box.setAttribute("aria-expanded", String(!list.hidden));
    box.removeAttribute("aria-activedescendant");
    status.textContent = results.length ? box.dataset.found.replace("{count}", results.length) : box.dataset.none;
  }

  function option({ label, kind, matched }, index) {
    const item = document.createElement("li");
    item.id = `${name}-${index}`;
    item.setAttribute("role", "option");
    item.setAttribute("aria-selected", "false");
    for (const [className, text] of [["label", label], ["matched", matched === label ? "" : matched], ["kind", kind]]) {
      if (!text) continue;
      const part = document.createElement("span");
      part.className = className;
      part.textContent = text;
      item.append(part, " ");
    }
    return item;
  }

  function choose(index) {
    const items = [...list.children];
    items[chosen]?.setAttribute("aria-selected", "false");
    chosen = (index + items.length) % items.length;
    items[chosen].setAttribute("aria-selected", "true");
    items[chosen].scrollIntoView({ block: "nearest" });
    box.setAttribute("aria-activedescendant", items[chosen].id);
  }

  function pick(index) {
    const result = hits[index];
    close();
    take(result);
  }

  async function ask() {
    const wanted = box.value.trim();
    if (!wanted) return close();
    asking?.abort();
    asking = new AbortController();
    const address = new URL(box.dataset.suggest ?? box.dataset.fill ?? box.dataset.from, location);
    address.searchParams.set("q", wanted);
    address.searchParams.set("limit", classes.size ? "60" : "8");
    address.searchParams.set("lang", document.documentElement.lang.slice(0, 2));
    try {
      const answer = await fetch(address, { signal: asking.signal, headers: { Accept: "application/json" } });
      if (answer.ok) show((await answer.json()).results.filter((each) => !classes.size || classes.has(each.class)).slice(0, 8));
    } catch (error) {
      if (error.name !== "AbortError") close();
    }
  }

  box.addEventListener("input", (event) => {
    clearTimeout(timer);
    if (!event.isComposing) timer = setTimeout(ask, PAUSE);
  });
  box.addEventListener("compositionend", () => {
    timer = setTimeout(ask, PAUSE);
  });
  box.addEventListener("keydown", (event) => {
    if (event.isComposing || list.hidden) return;
    if (event.key === "ArrowDown") choose(chosen + 1);
    else if (event.key === "ArrowUp") choose(chosen < 0 ? -1 : chosen - 1);
    else if (event.key === "Escape") close();
    else if (event.key === "Enter" && chosen >= 0) pick(chosen);
    else return;
    event.preventDefault();
  });
  list.addEventListener("pointerdown", (event) => event.preventDefault());
  list.addEventListener("click", (event) => {
    const item = event.target.closest("[role=option]");
    if (item) pick([...list.children].indexOf(item));
  });
  box.addEventListener("blur", close);
}
