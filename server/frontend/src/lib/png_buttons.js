/** Buttons that save a picture of this site as PNG: `data-png` is the address of its SVG. */
import { savePng } from "./picture.js";

for (const button of document.querySelectorAll("button[data-png]")) {
  button.hidden = false;
  button.addEventListener("click", () => {
    const address = new URL(button.dataset.png, location);
    const name = address.pathname.split("/").at(-1).replace(/svg$/, "png");
    address.searchParams.set("inline", "1");
    savePng(address, name).catch(() => (button.disabled = true));
  });
}
