/** An SVG element with its attributes and what it holds. */
export function svg(name, attributes = {}, ...children) {
  const element = document.createElementNS("http://www.w3.org/2000/svg", name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
  element.append(...children);
  return element;
}

/** A mark of the server's tables: an outline in a square of 12 by 12, with its colour in either theme. */
export function mark({ path, light, dark }, attributes = {}) {
  return svg("path", { d: path, fill: `light-dark(${light}, ${dark})`, "fill-rule": "evenodd", ...attributes });
}

/** A mark as a picture of its own, for a line of text. */
export function sign(of) {
  return svg("svg", { class: "sign", viewBox: "0 0 12 12", width: 12, height: 12, "aria-hidden": "true" }, mark(of));
}
