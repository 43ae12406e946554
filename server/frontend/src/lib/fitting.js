/** Words in a space: a label whole where it fits, else what tells it from those beside it, else nothing. */
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
  const hasLetters = /^[\s\x21-\u024f…]+$/.test(label);
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

/** A line with an ellipsis at its end, as long as has room. */
function cut(line, broad, width) {
  let kept = line;
  while (kept && width(`${kept}…`) > broad) kept = kept.slice(0, -1);
  return `${kept.trimEnd()}…`;
}
