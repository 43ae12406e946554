/** Terms of RDF: read from N-Triples, compared, and shown with what people call them. */

const LINE = /^(<[^>]*>|_:\S+)\s+(<[^>]*>)\s+(<[^>]*>|_:\S+|"(?:\\.|[^"\\])*"(?:@[\w-]+|\^\^<[^>]*>)?)\s*\.$/;
const ESCAPE = /\\(?:u([0-9A-Fa-f]{4})|U([0-9A-Fa-f]{8})|(.))/g;
const ESCAPED = { t: "\t", b: "\b", n: "\n", r: "\r", f: "\f" };
const XSD = "http://www.w3.org/2001/XMLSchema#";
const NUMBERS = new Set(["integer", "decimal", "double", "float", "int", "long", "short", "nonNegativeInteger", "positiveInteger"].map((name) => XSD + name));
const TIMES = new Set(["gYear", "gYearMonth", "date", "dateTime"].map((name) => XSD + name));

const unescaped = (text) =>
  text.replace(ESCAPE, (_, four, eight, one) => (one ? (ESCAPED[one] ?? one) : String.fromCodePoint(Number.parseInt(four ?? eight, 16))));

function term(text) {
  if (text.startsWith("<")) return { type: "uri", value: unescaped(text.slice(1, -1)) };
  if (text.startsWith("_:")) return { type: "bnode", value: text.slice(2) };
  const end = text.lastIndexOf('"');
  const rest = text.slice(end + 1);
  const literal = { type: "literal", value: unescaped(text.slice(1, end)) };
  if (rest.startsWith("@")) literal["xml:lang"] = rest.slice(1);
  else if (rest) literal.datatype = rest.slice(3, -1);
  return literal;
}

/** The triples of N-Triples, as rows like those of SPARQL's JSON. */
export function triples(text) {
  return text
    .split("\n")
    .map((line) => LINE.exec(line.trim()))
    .filter(Boolean)
    .map(([, subject, predicate, object]) => ({ subject: term(subject), predicate: term(predicate), object: term(object) }));
}

export const isNumber = (term) => NUMBERS.has(term?.datatype);
export const isTime = (term) => TIMES.has(term?.datatype);

/** Unbound first, then numbers by value, then all else as the reader's language sorts it; IRIs by what is shown. */
export function comparison(language, shown) {
  const words = new Intl.Collator(language, { numeric: true });
  return (one, other) => {
    if (!one || !other) return Number(Boolean(one)) - Number(Boolean(other));
    if (isNumber(one) && isNumber(other)) return Number(one.value) - Number(other.value);
    if (isNumber(one) !== isNumber(other)) return isNumber(one) ? -1 : 1;
    return words.compare(shown(one), shown(other));
  };
}

/** What people call IRIs, asked for as many at once as the service takes and kept. */
export function names(data) {
  const cache = new Map();

  async function ask(part) {
    const address = new URL(data.labels, location);
    address.searchParams.set("lang", data.language);
    for (const iri of part) address.searchParams.append("iri", iri);
    const answer = await fetch(address, { headers: { Accept: "application/json" } });
    if (!answer.ok) return;
    for (const [iri, names] of Object.entries((await answer.json()).things)) cache.set(iri, names);
  }

  return {
    of: (iri) => cache.get(iri),
    /** Looks up those that are not known yet. */
    async look(iris) {
      const wanted = [...new Set(iris)].filter((iri) => !cache.has(iri) && iri.length < 500);
      const parts = [];
      for (let start = 0; start < wanted.length; start += data.atOnce / 2) parts.push(wanted.slice(start, start + data.atOnce / 2));
      await Promise.all(parts.map(ask));
    },
    /** What is shown of a term, as plain text. */
    text(term) {
      if (!term) return "";
      if (term.type !== "uri") return term.type === "bnode" ? `_:${term.value}` : term.value;
      const named = cache.get(term.value);
      return named?.label ?? named?.name ?? term.value;
    },
  };
}

/** The IRIs of rows, in some columns or all. */
export function iris(rows) {
  return rows.flatMap((row) => Object.values(row).filter((term) => term?.type === "uri").map(({ value }) => value));
}
