/** Completion from the graph's own terms: classes after `a`, what fits the subject's class, prefixes, things by label. */
import { place } from "./tokens.js";

const WORD = /[?$]?[\p{L}\p{N}_-]*(?::[\p{L}\p{N}_-]*)?$/u;
const KEYWORDS =
  "SELECT DISTINCT WHERE OPTIONAL UNION MINUS FILTER BIND VALUES GRAPH CONSTRUCT DESCRIBE ASK COUNT SUM AVG MIN MAX SAMPLE GROUP_CONCAT LANG STR CONTAINS STRSTARTS REGEX BOUND COALESCE EXISTS NOT YEAR".split(" ");
const AFTER = ["ORDER BY", "GROUP BY", "HAVING", "LIMIT", "OFFSET"];
/** Things that are asked for at once. */
const MOST = 12;
/** Roles in which a class, a property or a thing may stand. */
const THINGS = new Set(["subject", "object"]);

/** A source of completions for CodeMirror; `data` is what the page says. */
export function source(data) {
  let vocabulary;
  const load = () => (vocabulary ??= fetchJson(data.vocabulary).then(prepared).catch(() => (vocabulary = undefined)));
  return Object.assign(
    async (context) => {
      const { from, text: typed } = context.matchBefore(WORD);
      const here = place(context.state.doc.toString(), context.pos);
      if (here.role === "string" || (!typed && !context.explicit)) return null;
      const lexicon = await load();
      if (!lexicon || context.aborted) return null;
      const options = typed.startsWith("?") || typed.startsWith("$") ? variables(here, typed, data) : [...terms(lexicon, here, typed, data)];
      if (THINGS.has(here.role) && typed && !typed.startsWith("?")) options.push(...(await things(lexicon, typed, data, context)));
      return context.aborted || !options.length ? null : { from, options, filter: false };
    },
    { load },
  );
}

async function fetchJson(address, signal) {
  const answer = await fetch(address, { signal, headers: { Accept: "application/json" } });
  if (!answer.ok) throw new Error(answer.statusText);
  return answer.json();
}

function prepared(vocabulary) {
  return { ...vocabulary, spaces: Object.entries(vocabulary.prefixes).sort(([, one], [, other]) => other.length - one.length) };
}

const plain = (text) => text.normalize("NFKC").toLowerCase();

/** How well a name or one of its labels fits what is typed: smaller is better, null is not at all. */
function fit(typed, name, labels) {
  const wanted = plain(typed);
  const local = plain(name.slice(name.indexOf(":") + 1));
  const plainLabels = Object.values(labels).map(plain);
  if (!wanted || plain(name).startsWith(wanted)) return 0;
  if (!wanted.includes(":") && (local.startsWith(wanted) || plainLabels.some((label) => label.startsWith(wanted)))) return 1;
  const part = wanted.slice(wanted.indexOf(":") + 1);
  if (wanted.includes(":") && !plain(name).startsWith(wanted.slice(0, wanted.indexOf(":") + 1))) return null;
  return part && (local.includes(part) || plainLabels.some((label) => label.includes(part))) ? 2 : null;
}

function* terms(lexicon, { role, classes }, typed, data) {
  if (role === "class") yield* ranked(lexicon, lexicon.classes, typed, data.words.class, data);
  else if (role === "verb") {
    const fitting = new Set(classes.flatMap((name) => lexicon.of[short(lexicon, name)] ?? []));
    const detail = data.words.fits.replace("{class}", classes.map((name) => called(lexicon, short(lexicon, name), data)).join(", "));
    const first = lexicon.properties.filter((name) => fitting.has(name));
    yield* ranked(lexicon, first, typed, detail, data, 50);
    if ("a".startsWith(typed)) yield { label: "a", detail: data.words.class, type: "keyword", boost: 40 };
    yield* ranked(lexicon, lexicon.properties.filter((name) => !fitting.has(name)), typed, data.words.property, data, fitting.size ? -50 : 0);
  } else if (typed) {
    for (const word of [...KEYWORDS, ...AFTER]) {
      if (word.startsWith(typed.toUpperCase())) yield { label: word, type: "keyword", detail: data.words.keyword };
    }
  }
  if (typed && !typed.includes(":")) {
    for (const [prefix, space] of Object.entries(lexicon.prefixes)) {
      if (prefix.startsWith(typed)) yield { label: `${prefix}:`, type: "namespace", detail: space, boost: -60 };
    }
  }
}

function ranked(lexicon, names, typed, detail, data, boost = 0) {
  return names
    .map((name) => [fit(typed, name, lexicon.labels[name] ?? {}), name])
    .filter(([rank]) => rank !== null)
    .slice(0, 200)
    .map(([rank, name], index) => ({ label: name, detail, summary: summary(lexicon.labels[name] ?? {}, data), type: "type", boost: boost - rank * 10 - index / 100 }));
}

/** The labels beside a name: the reader's language first. */
function summary(labels, { language }) {
  return Object.entries(labels)
    .sort(([one], [other]) => (other === language) - (one === language))
    .map(([, label]) => label)
    .join(" · ");
}

const called = (lexicon, name, data) => lexicon.labels[name]?.[data.language] ?? name;

function variables({ variables: names }, typed, { words }) {
  return [...names].filter((name) => name.startsWith(typed) && name !== typed).map((label) => ({ label, type: "variable", detail: words.variable }));
}

async function things(lexicon, typed, data, context) {
  const asking = new AbortController();
  context.addEventListener("abort", () => asking.abort(), { onDocChange: true });
  const words = typed.slice(typed.indexOf(":") + 1).replaceAll("-", " ");
  if (!words.trim()) return [];
  const address = new URL(data.search, location);
  for (const [key, value] of Object.entries({ q: words, limit: MOST, lang: data.language })) address.searchParams.set(key, value);
  const { results } = await fetchJson(address, asking.signal).catch(() => ({ results: [] }));
  return results.map(({ iri, labels, kind }, index) => ({
    label: short(lexicon, iri),
    summary: summary(labels, data),
    detail: kind ?? "",
    type: "constant",
    boost: 20 - index,
  }));
}

/** An IRI, or a name in angle brackets, as it is written in a query: by its prefix where that needs no escapes. */
export function short(lexicon, text) {
  const iri = text.replace(/^<(.*)>$/, "$1");
  if (text === iri && !iri.includes("://")) return text;
  for (const [prefix, space] of lexicon.spaces) {
    const local = iri.startsWith(space) ? iri.slice(space.length) : "";
    if (/^[\p{L}\p{N}_](?:[\p{L}\p{N}_-]*)$/u.test(local)) return `${prefix}:${local}`;
  }
  return `<${iri}>`;
}
