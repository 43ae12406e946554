// What every page loads: the switch of themes, suggestions below the search box, and the words behind links to places.
import { previewPlaces } from "../lib/preview.js";
import { suggestBelow } from "../lib/suggest.js";
import { switchInPlace } from "../lib/theme.js";

switchInPlace();
previewPlaces();
for (const box of document.querySelectorAll("input[data-suggest]")) {
  suggestBelow(box);
}
