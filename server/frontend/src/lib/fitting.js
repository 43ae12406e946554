/** Words in a space: a label whole where it fits, else what tells it from those beside it, else nothing; and a list of those. */
import { wrap } from "./lettering.js";

const LINE = 15;
/** Narrower than two ideographs, or some six letters, nothing can be read. */
const LEAST = 25;
const LEAST_OF_LETTERS = 44;

/** Labels of siblings -> for each what tells it apart: without a beginning that it shares with another of them. */
export function telling(labels) {
  const ordered = [...labels].sort();
  const shared = new Map();
  ordered.forEach((label, at) => {
    const beside = [ordered[at - 1], ordered[at + 1]].filter((other) => other !== undefined && other !== label);
    shared.set(label, Math.max(0, ...beside.map((other) => common(label, other))));
  });
  return labels.map((label) => {
    const rest = label.slice(shared.get(label));
    return shared.get(label) > 1 && rest.length > 1 ? `…${rest}` : label;
  });
}

/** How many characters two labels begin with together; whole words of letters. */
function common(one, other) {
  let length = 0;
  while (length < one.length && one[length] === other[length]) length += 1;
  while (length && /[A-Za-z]/.test(one[length - 1]) && /[A-Za-z]/.test(one[length] ?? "")) length -= 1;
  return length;
}

/**
 * The lines of a label, or of its short form, in a space of so many pixels; none where too little of it has room. Words of
 * letters are cut at their end and never broken, and need more room than ideographs to be read.
 */
export function fit(label, short, { broad, high }, width, line = LINE) {
  const most = Math.floor(high / line);
  const hasLetters = isOfLetters(label);
  if (most < 1 || broad < (hasLetters ? LEAST_OF_LETTERS : LEAST)) return [];
  const whole = wrap(label, broad, width);
  if (whole.length <= most && whole.every((text) => width(text) <= broad)) return whole;
  const lines = wrap(short, broad, width);
  const kept = lines.slice(0, most);
  const wide = kept.findIndex((text) => width(text) > broad);
  if (wide >= 0) kept.length = wide + 1;
  if (wide >= 0 || lines.length > most) kept[kept.length - 1] = cut(kept.at(-1), broad, width);
  const signs = kept.join("").replaceAll("…", "").length;
  return signs < (hasLetters ? 4 : 2) ? [] : kept;
}

/** Whether a label is written in letters, whose words are never broken, and not in ideographs. */
export const isOfLetters = (label) => /^[\s\x21-\u024f\u2010-\u2026]+$/.test(label);

/** The sizes of letters that are tried, the largest first: what `width` measures is the first of them. */
const SIZES = [12, 11, 10];
/** Fewer signs of a label that is cut say nothing: letters, ideographs. */
const LEAST_OF_CUT = { letters: 10, ideographs: 4 };

/**
 * A label in a box: `{ lines, size, isTurned }`. It stands whole where it can, smaller or turned to read upwards; else in
 * its short form, else cut while enough of it is left. Nothing where even that has no room.
 */
export function place(label, short, { broad, high }, width) {
  const ways = high > 1.6 * broad ? [false, true] : [false];
  for (const text of new Set([label, short])) {
    for (const isTurned of ways) {
      for (const size of SIZES) {
        const lines = whole(text, isTurned ? { broad: high, high: broad } : { broad, high }, width, size);
        if (lines) return { lines, size, isTurned };
      }
    }
  }
  const size = SIZES.at(-1);
  const least = LEAST_OF_CUT[isOfLetters(label) ? "letters" : "ideographs"];
  const kept = ways.map((isTurned) => ({ lines: fit(label, short, isTurned ? { broad: high, high: broad } : { broad, high }, scaled(width, size), lineOf(size)), size, isTurned }));
  const signs = ({ lines }) => lines.join("").replaceAll("…", "").length;
  const best = kept.sort((one, other) => signs(other) - signs(one))[0];
  return signs(best) < least ? null : best;
}

/** How far the lines of letters of a size stand apart. */
export const lineOf = (size) => Math.round(size * 1.2);

const scaled = (width, size) => (text) => (width(text) * size) / SIZES[0];

/** The lines of all of a text at a size, if they have room. */
function whole(text, { broad, high }, width, size) {
  const measured = scaled(width, size);
  if (measured(text) * lineOf(size) > broad * high) return null;
  const lines = wrap(text, broad, measured);
  return lines.length * lineOf(size) <= high && lines.every((line) => measured(line) <= broad) ? lines : null;
}

/** A line with an ellipsis at its end, as long as has room. */
function cut(line, broad, width) {
  let kept = line;
  while (kept && width(`${kept}…`) > broad) kept = kept.slice(0, -1);
  return `${kept.trimEnd()}…`;
}
