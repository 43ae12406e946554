// Words in, links out: every word has to stand in the name or the kind of a page.
(() => {
  const box = document.querySelector("input[type=search]");
  const list = document.querySelector("ol");
  const state = document.querySelector("[role=status]");
  const plain = (text) => text.normalize("NFKC").toLowerCase();
  const pages = window.POLICYGRAPH_INDEX.map(([file, name, kind]) => ({ file, name, kind, text: plain(`${name} ${kind}`) }));

  function search() {
    const words = plain(box.value).split(/\s+/).filter(Boolean);
    const hits = words.length ? pages.filter(({ text }) => words.every((word) => text.includes(word))) : [];
    hits.sort((one, other) => one.name.length - other.name.length);
    list.replaceChildren(...hits.slice(0, 100).map(({ file, name, kind }) => {
      const line = document.createElement("li");
      const link = document.createElement("a");
      link.href = file;
      link.textContent = name;
      line.append(link, ` ${kind}`);
      return line;
    }));
    state.textContent = words.length ? state.dataset.words.replace("{count}", hits.length) : "";
  }

  box.addEventListener("input", search);
  box.value = new URLSearchParams(location.search).get("q") ?? "";
  search();
})();
