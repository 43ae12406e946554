/**
 * A query's text in, its words out, and what is meant at a place: enough to complete by, tolerant of what is unfinished.
 * The service alone says what is SPARQL and what is not.
 */
const WORD =
  /(?<space>\s+|#[^\n]*)|(?<string>"""[\s\S]*?(?:"""|$)|'''[\s\S]*?(?:'''|$)|"(?:\\.|[^"\\\n])*"?|'(?:\\.|[^'\\\n])*'?)|(?<iri><[^<>"{}|^`\\\s]*>)|(?<variable>[?$][\p{L}\p{N}_]*)|(?<tag>@[A-Za-z-]+|\^\^)|(?<number>[+-]?\d+(?:\.\d+)?)|(?<name>_?[\p{L}\p{N}_.-]*:(?:[\p{L}\p{N}_:-]|\.(?=[\p{L}\p{N}_:-])|\\.)*)|(?<word>[\p{L}_][\p{L}\p{N}_-]*)|(?<sign>[{}()[\].;,]|[^\s])/gu;

/** Kinds of words that can stand for a thing or a value. */
const TERMS = new Set(["string", "iri", "variable", "number", "name"]);
/** Keywords after which something else begins than what is said of a subject. */
const BREAKS = /^(?:where|optional|union|minus|graph|service|filter|bind|values|select|construct|ask|describe|order|group|having|limit|offset|from|prefix|base|exists|not|distinct|as|by|named|silent|reduced|asc|desc)$/i;

/** The words of a text with their kinds and places; white space and comments left out. */
export function tokens(text) {
  const sequence = [];
  for (const match of text.matchAll(WORD)) {
    const [kind] = Object.entries(match.groups).find(([, value]) => value !== undefined);
    if (kind !== "space") sequence.push({ kind, text: match[0], from: match.index, to: match.index + match[0].length });
  }
  return sequence;
}

const isType = ({ kind, text }) => (kind === "word" && text === "a") || (kind === "name" && text === "rdf:type");

/**
 * Walks the triples of a query. Calls back at every word with the role it has: "subject", "verb", "object" or "" where it
 * is none of these, and with the subject and the verb it belongs to.
 */
function walk(words, visit) {
  let role = "", subject = null, verb = null, inside = 0;
  const outer = [];
  for (const word of words) {
    const { kind, text } = word;
    visit(word, inside ? "" : role, subject, verb);
    if (text === "(") inside += role === "verb" ? 0 : 1;
    else if (text === ")") inside = Math.max(0, inside - 1);
    else if (inside) continue;
    else if (text === "{" || text === "}" || text === ".") [role, subject, verb] = ["subject", null, null];
    else if (text === "[") {
      outer.push([subject, verb]);
      [role, subject, verb] = ["verb", null, null];
    } else if (text === "]") {
      [subject, verb] = outer.pop() ?? [null, null];
      role = "verb";
    } else if (text === ";") [role, verb] = ["verb", null];
    else if (text === ",") role = "object";
    else if (kind === "word" && BREAKS.test(text)) [role, subject, verb] = ["", null, null];
    else if (role === "subject" && TERMS.has(kind)) [role, subject] = ["verb", text];
    else if (role === "verb" && (kind === "name" || kind === "iri" || kind === "variable" || isType(word))) {
      [role, verb] = ["object", word];
    } else if (role === "object" && (text === "/" || text === "|" || text === "^")) role = "verb";
    else if (role === "object" && TERMS.has(kind)) role = "end";
  }
  return { role: inside ? "" : role, subject, verb };
}

/**
 * What stands at a place: the role of the word there (`verb` that is a class's place has the role "class"), the classes
 * that the text gives its subject, and all variables of the text.
 */
export function place(text, position) {
  const words = tokens(text);
  const before = words.filter(({ to }) => to < position || (to === position && !isOpen(text, position)));
  const { role, subject, verb } = walk(before, () => {});
  const classes = new Map();
  walk(words, (word, at, of, by) => {
    if (at !== "object" || !by || !isType(by) || !of || !["name", "iri"].includes(word.kind)) return;
    if (word.from <= position && position <= word.to) return;
    classes.set(of, [...(classes.get(of) ?? []), word.text]);
  });
  const variables = new Set(words.filter(({ kind, text: name }) => kind === "variable" && name.length > 1).map(({ text: name }) => name));
  const isClass = role === "object" && verb && isType(verb);
  const within = words.find(({ from, to, kind }) => kind === "string" && from < position && position <= to);
  return { role: within ? "string" : isClass ? "class" : role, classes: classes.get(subject) ?? [], variables };
}

/** Whether the word that ends at a position is still being typed. */
function isOpen(text, position) {
  return /[\p{L}\p{N}_:?$-]/u.test(text[position - 1] ?? "");
}
