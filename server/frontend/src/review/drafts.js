// The list of drafts: what is left of each.
import { ask, gate } from "./api.js";

const PAGE = 50;

/** Fills the table of drafts, a page at a time. */
export function drafts({ api, desk, words }) {
  const section = document.getElementById("drafts");
  const [earlier, later] = ["earlier", "later"].map((id) => document.getElementById(id));
  let start = 0;

  async function show() {
    const url = new URL(api, location.href);
    url.searchParams.set("offset", start);
    url.searchParams.set("limit", PAGE);
    const { content } = await ask(url);
    section.querySelector(".count").textContent = content.total;
    section.querySelector("tbody").replaceChildren(...content.drafts.map(row));
    section.querySelector(".none").hidden = content.total > 0;
    section.querySelector(".wide").hidden = content.total === 0;
    earlier.hidden = start === 0;
    later.hidden = start + PAGE >= content.total;
    section.hidden = false;
  }

  function row(draft) {
    const line = document.createElement("tr");
    const head = document.createElement("th");
    head.scope = "row";
    const link = document.createElement("a");
    link.href = desk.replace("SLUG", encodeURIComponent(draft.slug));
    link.textContent = draft.label;
    link.lang = "zh-Hans";
    link.dir = "auto";
    head.append(link);
    if (draft.problem) head.append(Object.assign(document.createElement("p"), { className: "error", textContent: draft.problem }));
    line.append(head);
    for (const key of ["flagged", "labels", "open", "needed"]) {
      const cell = document.createElement("td");
      cell.className = "number";
      cell.textContent = draft.problem ? "–" : draft[key].toLocaleString();
      line.append(cell);
    }
    return line;
  }

  earlier.addEventListener("click", () => ((start = Math.max(0, start - PAGE)), gate(show, words)));
  later.addEventListener("click", () => ((start += PAGE), gate(show, words)));
  gate(show, words);
}
