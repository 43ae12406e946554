// A field of a form in which a thing is chosen by its name, and its IRI is what is sent.
import { suggestBelow } from "./suggest.js";

export function chooseThing(box) {
  const value = document.createElement("input");
  value.type = "hidden";
  value.name = box.name;
  value.value = box.value;
  box.after(value);
  box.removeAttribute("name");
  if (box.dataset.called) box.value = box.dataset.called;
  const classes = new Set((box.dataset.classes ?? "").split(" ").filter(Boolean));
  box.addEventListener("input", () => {
    value.value = box.value;
  });
  suggestBelow(
    box,
    ({ iri, label }) => {
      value.value = iri;
      box.value = label;
    },
    classes,
  );
}
