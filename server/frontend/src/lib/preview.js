// A small box beside what is pointed at: what stands there, before one goes.
let box = null;

/** Shows names with their kinds below an element, and a last line where there are more. */
export function preview(anchor, things, more = "", words = null) {
  box ??= document.body.appendChild(Object.assign(document.createElement("div"), { className: "preview" }));
  box.setAttribute("aria-hidden", "true");
  box.replaceChildren();
  if (words) {
    const quotation = document.createElement("blockquote");
    const mark = document.createElement("mark");
    mark.textContent = words.words;
    quotation.lang = "zh-Hans";
    quotation.append(words.before, mark, words.after);
    box.append(quotation);
  }
  for (const { label, kind, group } of things) {
    const line = document.createElement("p");
    line.className = `k-${group}`;
    const sort = document.createElement("span");
    sort.className = "sort";
    sort.textContent = kind;
    line.append(label, " ", sort);
    box.append(line);
  }
  if (more) box.append(Object.assign(document.createElement("p"), { textContent: more }));
  box.hidden = !box.childElementCount;
  const at = anchor.getClientRects()[0];
  if (!at) return;
  const width = Math.min(420, innerWidth - 16);
  box.style.width = `${width}px`;
  box.style.left = `${Math.max(8, Math.min(at.left, innerWidth - width - 8))}px`;
  const below = at.bottom + 6;
  box.style.top = `${below + box.offsetHeight > innerHeight ? Math.max(8, at.top - box.offsetHeight - 6) : below}px`;
}

export function closePreview() {
  if (box) box.hidden = true;
}

const kept = new Map();

/** The words of a place for every link to one, fetched when it is pointed at. */
export function previewPlaces() {
  let waiting;
  function leave() {
    clearTimeout(waiting);
    closePreview();
  }
  function enter(event) {
    const link = event.target.closest?.("a[data-place]");
    if (!link || event.pointerType === "touch") return;
    clearTimeout(waiting);
    waiting = setTimeout(async () => {
      const char = /^#char=(\d+,\d+)$/.exec(decodeURIComponent(link.hash))?.[1];
      const url = new URL(link.href);
      if (!char || !url.pathname.includes("/document/")) return;
      url.pathname = url.pathname.replace("/document/", "/quotation/");
      url.searchParams.set("char", char);
      url.hash = "";
      if (!kept.has(url.href)) {
        const answer = await fetch(url);
        if (!answer.ok) return;
        kept.set(url.href, await answer.json());
      }
      const content = kept.get(url.href);
      if (!link.matches(":hover, :focus")) return;
      const words = content.words === null ? null : content;
      preview(link, words ? [] : content.things.map(({ label, kind }) => ({ label, kind: "", group: kind })), "", words);
    }, 180);
  }
  document.addEventListener("pointerover", enter);
  document.addEventListener("focusin", enter);
  document.addEventListener("pointerout", leave);
  document.addEventListener("focusout", leave);
  document.addEventListener("keydown", (event) => event.key === "Escape" && leave());
}
