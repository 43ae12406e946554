// What every page loads: the switch of themes, and suggestions below the search box.
import { suggestBelow } from "../lib/suggest.js";
import { switchInPlace } from "../lib/theme.js";

switchInPlace();
for (const box of document.querySelectorAll("input[data-suggest]")) {
  suggestBelow(box);
}
