/** What chart a query's header asks for (`#+ chart: bar` or `line`), and which columns of its answer that draws. */
import { isNumber, isTime } from "./terms.js";

/** The kind of chart that a query's text asks for, or nothing. */
export function wanted(text) {
  return /^#\+\s*chart:\s*(bar|line)\s*$/m.exec(text)?.[1] ?? null;
}

/** Columns for people in the reader's language: the project's own call a label zh or areaZh, en or areaEn. */
function readable(columns, rows, language) {
  const other = { zh: "en", en: "zh" }[language];
  const ends = (name, tag) => name === tag || name.endsWith(tag[0].toUpperCase() + tag.slice(1));
  const partner = (name) => (name === other ? language : name.replace(/(Zh|En)$/, language === "zh" ? "Zh" : "En"));
  return columns.filter((name) => !(ends(name, other) && columns.includes(partner(name))) && rows.some((row) => row[name]));
}

/**
 * What is drawn: kind, the column along, those that give a line or a bar its name, the columns of numbers, and the column
 * of units where there are several, which no axis can share; null where there is nothing to draw.
 */
export function plan(kind, columns, rows, language) {
  const shown = readable(columns, rows, language);
  const is = (test) => (name) => rows.every((row) => !row[name] || test(row[name]));
  const numbers = shown.filter(is(isNumber)).filter((name) => name !== "ordinal");
  const times = shown.filter(is((term) => isTime(term) || /^\d{4}(-\d\d){0,2}$/.test(term.value))).filter((name) => !numbers.includes(name));
  const texts = shown.filter((name) => !numbers.includes(name) && !times.includes(name) && rows.some((row) => row[name]?.type === "literal"));
  const telling = texts.filter((name) => new Set(rows.map((row) => row[name]?.value)).size > 1 && !/printed/i.test(name));
  const things = shown.filter((name) => rows.some((row) => row[name]?.type === "uri"));
  if (!numbers.length) return null;
  const apart = telling.find((name) => /^unit/i.test(name)) ?? null;
  const naming = telling.filter((name) => name !== apart);
  if (kind === "line" && times.length) {
    const value = numbers.includes("value") ? "value" : numbers[0];
    return { kind, along: times[0], by: naming.filter((name) => !/plan|document/i.test(name)).slice(0, 3), numbers: [value], apart };
  }
  const by = naming.length ? naming.slice(0, 2) : things.slice(0, 1);
  return by.length ? { kind: "bar", along: null, by, numbers: numbers.slice(0, 4), apart } : null;
}
