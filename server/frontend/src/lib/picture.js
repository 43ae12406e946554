/** Pictures to take home: an SVG of ours as a PNG, twice as large or as large as a canvas may be. */
const LONGEST = 16_000;

/** Draws the SVG at an address of this site and saves it under a name. */
export async function savePng(address, name) {
  const image = new Image();
  image.src = address;
  await image.decode();
  const scale = Math.min(2, LONGEST / Math.max(image.naturalWidth, image.naturalHeight));
  const canvas = document.createElement("canvas");
  canvas.width = Math.round(image.naturalWidth * scale);
  canvas.height = Math.round(image.naturalHeight * scale);
  canvas.getContext("2d").drawImage(image, 0, 0, canvas.width, canvas.height);
  const content = await new Promise((resolve) => canvas.toBlob(resolve, "image/png"));
  if (!content) throw new Error("the canvas is too large");
  save(content, name);
}

/** Saves what was made here as a file. */
export function save(content, name) {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(content);
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}
