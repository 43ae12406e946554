// The rows that are shown are filtered as one types, by any words of a row or of its names in other languages, in whatever
// order, width and case; the form filters the whole list.
const place = document.querySelector(".filter");
const box = document.querySelector("#filter");
const told = document.querySelector("#filtered");
const rows = [...document.querySelectorAll(".listing tbody tr")].map((row) => [row, plain(`${row.textContent} ${row.dataset.also ?? ""}`)]);

function plain(text) {
  return text.normalize("NFKC").toLowerCase();
}

function filter() {
  const words = plain(box.value).split(/\s+/).filter(Boolean);
  let count = 0;
  for (const [row, text] of rows) {
    row.hidden = !words.every((word) => text.includes(word));
    count += !row.hidden;
  }
  told.textContent = words.length ? told.dataset.words.replace("{count}", count).replace("{total}", rows.length) : "";
}

if (place) {
  box.addEventListener("input", filter);
}
