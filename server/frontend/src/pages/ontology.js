import { offer } from "../lib/shown_buttons.js";

// The diagram: while a class is pointed at or focused, its own arcs stand out.
const drawing = document.querySelector(".arcs");
const arcs = [...drawing.querySelectorAll(".arc")];

function show(name) {
  drawing.classList.toggle("choosing", Boolean(name));
  for (const arc of arcs) {
    arc.classList.toggle("own", Boolean(name) && (arc.dataset.start === name || arc.dataset.end === name));
  }
}

for (const line of drawing.querySelectorAll("[data-class]")) {
  line.addEventListener("pointerenter", () => show(line.dataset.class));
  line.addEventListener("focus", () => show(line.dataset.class));
  line.addEventListener("pointerleave", () => show(""));
  line.addEventListener("blur", () => show(""));
}

offer(document.querySelector(".shown-files"), () => drawing, document.querySelector("h1").textContent);

// On a narrow screen the contents stand above the terms: folded, they keep nobody from them.
if (matchMedia("(width < 60rem)").matches) {
  for (const part of document.querySelectorAll(".contents details")) part.open = false;
}
