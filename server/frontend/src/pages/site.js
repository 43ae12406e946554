// What every page loads: the switch of themes, suggestions below the search box and where a thing is chosen, the words
// behind links to places, where sections go on to the side, and the contents of a long page.
import { chooseThing } from "../lib/choose.js";
import { showContents, showMore } from "../lib/frame.js";
import { previewPlaces } from "../lib/preview.js";
import { suggestBelow } from "../lib/suggest.js";
import { switchInPlace } from "../lib/theme.js";

switchInPlace();
previewPlaces();
showMore(document.querySelector(".sections"));
showContents(document.querySelector("main[data-contents]"));
for (const box of document.querySelectorAll("input[data-suggest]")) {
  suggestBelow(box);
}
for (const box of document.querySelectorAll("input[data-choose]")) {
  chooseThing(box);
}
