/** What the page says to its scripts: the content of `<script type="application/json" id="…">`. */
export function pageData(id) {
  return JSON.parse(document.getElementById(id).textContent);
}
