/** The buttons beside a picture in, files of it out as it is shown: `data-shown` says which, svg or png. */
import { savePng, saveSvg } from "./shown.js";

const SAVES = { svg: saveSvg, png: savePng };

/** Shows the buttons of an element and lets them save what `picture` gives, an SVG element, under its title or a name. */
export function offer(files, picture, title, { name = plain(title), fail = console.error } = {}) {
  files.hidden = false;
  for (const button of files.querySelectorAll("[data-shown]")) {
    const { shown: ending } = button.dataset;
    button.addEventListener("click", () => Promise.resolve(SAVES[ending](picture(), `${name}.${ending}`, title)).catch(fail));
  }
}

const plain = (title) => title.replaceAll(/[^\p{L}\p{N}]+/gu, "-").replaceAll(/^-|-$/g, "");
