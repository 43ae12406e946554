/** A picture that is on the page in, a file of just that out: SVG with its styles written out, or PNG. */
import { save } from "./picture.js";
import { palette } from "./palette.js";

const STYLES = ["fill", "fill-opacity", "stroke", "stroke-width", "stroke-dasharray", "stroke-opacity", "opacity", "font-family", "font-size", "font-style", "font-weight", "text-anchor", "dominant-baseline", "text-decoration-line"];
const MARGIN = 12;
const LONGEST = 16_000;

/** Saves an SVG element of the page as a file of its own, in the theme that is shown. */
export function saveSvg(picture, name, title) {
  const copy = picture.cloneNode(true);
  const [ours, theirs] = [picture, copy].map((root) => [root, ...root.querySelectorAll("*")]);
  ours.forEach((element, place) => {
    const style = getComputedStyle(element);
    for (const each of ["class", "role", "tabindex"]) theirs[place].removeAttribute(each);
    for (const each of STYLES) if (style[each] && style[each] !== "none" || each === "fill" || each === "stroke") theirs[place].setAttribute(each, style.getPropertyValue(each));
  });
  const { broad, high } = size(picture);
  copy.setAttribute("xmlns", "http://www.w3.org/2000/svg");
  copy.setAttribute("viewBox", `${-MARGIN} ${-MARGIN} ${broad + 2 * MARGIN} ${high + 2 * MARGIN}`);
  copy.setAttribute("width", broad + 2 * MARGIN);
  copy.setAttribute("height", high + 2 * MARGIN);
  const paper = document.createElementNS("http://www.w3.org/2000/svg", "rect");
  for (const [key, value] of Object.entries({ x: -MARGIN, y: -MARGIN, width: "100%", height: "100%", fill: palette().sheet })) paper.setAttribute(key, value);
  const words = document.createElementNS("http://www.w3.org/2000/svg", "title");
  words.textContent = title;
  copy.prepend(words, paper);
  save(new Blob([new XMLSerializer().serializeToString(copy)], { type: "image/svg+xml" }), name);
}

/** Draws an SVG element of the page, as far as we make such, on a canvas, and saves it as PNG of twice its size. */
export async function savePng(picture, name) {
  const { broad, high } = size(picture);
  const scale = Math.min(2, LONGEST / (Math.max(broad, high) + 2 * MARGIN));
  const canvas = Object.assign(document.createElement("canvas"), { width: (broad + 2 * MARGIN) * scale, height: (high + 2 * MARGIN) * scale });
  const pen = canvas.getContext("2d");
  pen.fillStyle = palette().sheet;
  pen.fillRect(0, 0, canvas.width, canvas.height);
  const back = picture.getScreenCTM().inverse();
  const whole = new DOMMatrix([scale, 0, 0, scale, MARGIN * scale, MARGIN * scale]);
  for (const element of picture.querySelectorAll("rect, circle, path, text")) {
    const matrix = whole.multiply(back).multiply(element.getScreenCTM());
    pen.setTransform(matrix);
    paint(pen, element, getComputedStyle(element));
  }
  const content = await new Promise((resolve) => canvas.toBlob(resolve, "image/png"));
  if (!content) throw new Error("the canvas is too large");
  save(content, name);
}

function size(picture) {
  const { width, height } = picture.viewBox.baseVal ?? {};
  return { broad: width || picture.clientWidth, high: height || picture.clientHeight };
}

function paint(pen, element, style) {
  pen.globalAlpha = Number(style.opacity);
  if (element.localName === "text") return write(pen, element, style);
  const path = element.localName === "path" ? new Path2D(element.getAttribute("d")) : element.localName === "circle" ? disc(element) : box(element);
  if (style.fill !== "none") {
    pen.fillStyle = style.fill;
    pen.fill(path, "evenodd");
  }
  if (style.stroke !== "none") {
    pen.strokeStyle = style.stroke;
    pen.lineWidth = parseFloat(style.strokeWidth);
    pen.setLineDash(style.strokeDasharray === "none" ? [] : style.strokeDasharray.split(/[\s,]+/).map(parseFloat));
    pen.stroke(path);
  }
}

function disc(element) {
  const path = new Path2D();
  const [x, y, r] = ["cx", "cy", "r"].map((name) => Number(element.getAttribute(name)));
  path.arc(x, y, r, 0, 2 * Math.PI);
  return path;
}

function box(element) {
  const path = new Path2D();
  const [x, y, width, height, rx] = ["x", "y", "width", "height", "rx"].map((name) => Number(element.getAttribute(name)));
  path.roundRect(x, y, width, height, rx);
  return path;
}

function write(pen, element, style) {
  pen.font = `${style.fontStyle} ${style.fontWeight} ${style.fontSize} ${style.fontFamily}`;
  pen.fillStyle = style.fill;
  pen.textBaseline = style.dominantBaseline === "central" ? "middle" : "alphabetic";
  pen.textAlign = { start: "left", middle: "center", end: "right" }[style.textAnchor];
  const lines = element.querySelectorAll("tspan");
  for (const line of lines.length ? lines : [element]) {
    const at = (name) => Number(line.getAttribute(name) ?? element.getAttribute(name));
    pen.fillText(line.textContent, at("x"), at("y"));
  }
}
