/** Words in a space: a label whole where it fits, else what tells it from those beside it, else nothing. */
import { wrap } from "./lettering.js";

const LINE = 15;
/** Narrower than two ideographs nothing can be read. */
const LEAST = 25;

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

/** The lines of a label, or of its short form, in a space of so many pixels; none where less than two signs have room. */
export function fit(label, short, { broad, high }, width, line = LINE) {
  const most = Math.floor(high / line);
  if (most < 1 || broad < LEAST) return [];
  const whole = wrap(label, broad, width);
  if (whole.length <= most && whole.every((text) => width(text) <= broad)) return whole;
  const lines = broken(short, broad, width);
  if (lines.length <= most) return lines.join("").length > 1 ? lines : [];
  const kept = lines.slice(0, most);
  let last = kept[most - 1];
  while (last && width(`${last}…`) > broad) last = last.slice(0, -1);
  kept[most - 1] = `${last}…`;
  return kept.join("").replaceAll("…", "").length > 1 ? kept : [];
}

/** Lines none of which is too wide: words that are wider than a line are broken. */
function broken(text, most, width) {
  return wrap(text, most, width).flatMap((line) => {
    const parts = [""];
    for (const sign of line) {
      if (parts.at(-1) && width(parts.at(-1) + sign) > most) parts.push("");
      parts[parts.length - 1] += sign;
    }
    return parts;
  });
}
