// The frame of a page: a cue where its sections go on to the side, and the contents of a page that is long.

/** How many screens a page may have without contents, and how many headings make some. */
const SCREENS = 3;
const HEADINGS = 3;

/** Marks a row of links while there is more of it to the right. */
export function showMore(row) {
  const list = row?.firstElementChild;
  if (!list) return;
  const mark = () => row.toggleAttribute("data-more", list.scrollWidth - list.scrollLeft - list.clientWidth > 4);
  list.addEventListener("scroll", mark, { passive: true });
  new ResizeObserver(mark).observe(list);
  list.querySelector("[aria-current]")?.scrollIntoView({ block: "nearest", inline: "center" });
}

/** Puts links to the headings of a long page below its lead. */
export function showContents(main) {
  if (!main || main.querySelector("nav.contents, nav.ways, nav.jump")) return;
  const headings = [...main.querySelectorAll("h2")].filter((each) => each.offsetParent);
  if (headings.length < HEADINGS || main.scrollHeight < SCREENS * window.innerHeight) return;
  const nav = document.createElement("nav");
  nav.className = "on-page no-print";
  nav.setAttribute("aria-label", main.dataset.contents);
  const title = document.createElement("b");
  title.textContent = main.dataset.contents;
  nav.append(title);
  headings.forEach((heading, at) => {
    heading.id ||= `section-${at + 1}`;
    const link = document.createElement("a");
    link.href = `#${heading.id}`;
    // a heading may hold a number beside its words
    const words = [...heading.childNodes].filter((node) => !node.classList?.contains("count"));
    link.textContent = words.map((node) => node.textContent).join("").trim();
    nav.append(link);
  });
  (main.querySelector("header, .lead") ?? main.querySelector("h1")).after(nav);
}
