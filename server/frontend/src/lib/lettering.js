/** Text as it will be drawn: how wide it is, and its lines. A line breaks between words and between ideographs. */

const IDEOGRAPHS = "\\u2e80-\\u9fff\\uf900-\\ufaff\\uff00-\\uffe0";
const OPENING = "（《〈「『【〔“‘(\\[{";
const CLOSING = "，。、；：？！…—～·）》〉」』】〕”’)\\]},.;:?!%";
const PIECE = new RegExp(`[${OPENING}]*(?:[^\\s${IDEOGRAPHS}${OPENING}]+|\\S)[${CLOSING}]*|\\s+`, "gu");

/** A measure of one font: a function from text to its width in CSS pixels. */
export function measure(font) {
  const context = document.createElement("canvas").getContext("2d");
  const widths = new Map();
  context.font = font;
  return (text) => {
    if (!widths.has(text)) widths.set(text, context.measureText(text).width);
    return widths.get(text);
  };
}

/** The lines of a text, none wider than `most` and all about as wide as the others; at least one. */
export function wrap(text, most, width) {
  const lines = fill(text, most, width);
  for (let narrow = width(text) / lines.length; narrow < most; narrow += 8) {
    const narrower = fill(text, narrow, width);
    if (narrower.length === lines.length) return narrower;
  }
  return lines;
}

/** The lines of a text, each as full as it can be; a word that is wider than a line has one for itself. */
function fill(text, most, width) {
  const lines = [];
  let line = "";
  for (const [piece] of text.trim().matchAll(PIECE)) {
    if (line && width(line + piece.trimEnd()) > most) {
      lines.push(line.trimEnd());
      line = "";
    }
    if (line || piece.trim()) line += piece;
  }
  return [...lines, line.trimEnd()];
}
