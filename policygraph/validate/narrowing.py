"""A hygiene query in, the same with the only terms out that one of its variables can stand for.

Some queries look through all statements, or compare each label with each word, for what is nearly never there. Their
patterns have a comment, `#among ?thing untyped`, which any other engine passes over. Here VALUES take its place: the
terms of a kind (`KINDS`), found at less cost, which are all that the query can have an answer for, and maybe more. The
answer is the query's all the same. `#about ?thing untyped` says besides that statements of any predicate are asked for
with these terms as their subject or object, and with no others.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Container, Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from functools import cached_property, lru_cache
from itertools import chain, combinations

import pyoxigraph as ox

from policygraph import vocab
from policygraph.queries import QueryError
from policygraph.vocab import pg, skos

__all__ = ["KINDS", "Narrowed", "Survey", "Terms", "is_of_statements", "is_place", "narrowed", "sources_of"]

_AMONG = re.compile(r"^ *#(among|about) \?(\w+) (\w+)$", re.MULTILINE)
_UNTRANSLATED = re.compile(r"\[(?:untranslated|composed)\]")
_SPAN = re.compile(r"#char=([0-9]+),([0-9]+)$", re.ASCII)
#: Chinese labels beside one English label that are compared, each with each.
_FEW = 20
_CHINESE = re.compile(r"[\u4e00-\u9fff]")


@dataclass(frozen=True)
class Survey:
    """What statements use, by IRI, beside the ontology's: nothing that an object or a predicate is may be missing.

    `typed` are the things whose class is stated or follows, `untyped` the subjects whose class some graph does not say
    that speaks of them. Of the objects that are places of evidence only those are there that may be none (`is_place`);
    `sources` are the texts of the others.
    """

    subjects: Set[str]
    objects: Set[str]
    sources: Set[str]
    untyped: Set[str]
    properties: Set[str]
    typed: Container[str]

    @classmethod
    def of(cls, quads: Iterable[ox.Quad], typed: Container[str]) -> Survey:
        """The survey of quads, of which no record has an extract."""
        subjects: set[tuple[str, object]] = set()
        types: set[tuple[str, object]] = set()
        objects: set[str] = set()
        properties: set[str] = set()
        for quad in quads:
            properties.add(quad.predicate.value)
            if isinstance(quad.object, ox.NamedNode):
                objects.add(quad.object.value)
            if isinstance(quad.subject, ox.NamedNode):
                place = (quad.subject.value, quad.graph_name)
                subjects.add(place)
                if quad.predicate == vocab.rdf_type:
                    types.add(place)
        untyped = {iri for iri, _ in subjects - types}
        places = frozenset(filter(is_place, objects))
        return cls({iri for iri, _ in subjects}, objects - places, sources_of(places), untyped, properties, typed)


def is_place(iri: str) -> bool:
    """Whether an IRI is that of a place of a text which has an end after its start."""
    match = _SPAN.search(iri) if "/source/" in iri else None
    return match is not None and int(match[1]) < int(match[2])


def sources_of(places: Iterable[str]) -> set[str]:
    """The texts of places, each once."""
    return {iri.partition("#")[0] for iri in places}


class Terms:
    """The terms of each kind in a graph, which are looked for when they are first needed.

    Without a survey, only labels are looked at: the queries about other statements stay as they are. `ontology` has the
    statements of the ontology, where they are at hand; else the graph is asked for them.
    """

    def __init__(
        self,
        whole: ox.Store,
        names: vocab.Names,
        survey: Survey | None = None,
        ontology: Iterable[ox.Quad] | None = None,
    ) -> None:
        self.whole = whole
        self.names = names
        self.survey = survey
        self._ontology = ontology

    @cached_property
    def ontology(self) -> Survey:
        quads = self._ontology
        if quads is None:
            quads = self.whole.quads_for_pattern(None, None, None, vocab.GRAPH_ONTOLOGY)
        return _of_ontology(tuple(quads))

    @cached_property
    def labels(self) -> _Labels:
        return _Labels(self.whole, self.names.prefixes["id"] + "glossary/")


@lru_cache(maxsize=2)
def _of_ontology(quads: tuple[ox.Quad, ...]) -> Survey:
    return Survey.of(quads, frozenset())


class _Labels:
    """Chinese and English labels of all things, in whatever graph they stand."""

    def __init__(self, whole: ox.Store, glossary: str) -> None:
        self.glossary = glossary
        self.chinese: dict[str, set[str]] = defaultdict(set)
        self.english: dict[str, set[str]] = defaultdict(set)
        #: Things with a label that is neither.
        self.others: set[str] = set()
        of_language = {"zh": self.chinese, "en": self.english}
        for quad in whole.quads_for_pattern(None, skos("prefLabel"), None):
            label = quad.object
            if isinstance(label, ox.Literal) and isinstance(quad.subject, ox.NamedNode):
                things = of_language.get(label.language or "")
                if things is None:
                    self.others.add(quad.subject.value)
                else:
                    things[label.value].add(quad.subject.value)
        self._whole = whole

    @cached_property
    def english_of(self) -> dict[str, list[str]]:
        """IRI -> its English labels."""
        return _by_thing(self.english)

    @cached_property
    def chinese_of(self) -> dict[str, list[str]]:
        """IRI -> its Chinese labels."""
        return _by_thing(self.chinese)

    @cached_property
    def terms(self) -> dict[str, set[str]]:
        """Chinese term of the glossary -> its entries."""
        return {
            label: entries
            for label, things in self.chinese.items()
            if (entries := {thing for thing in things if thing.startswith(self.glossary)})
        }

    def words(self, name: str) -> Iterator[tuple[str, str]]:
        """IRI and English text of each label of another property of SKOS."""
        for quad in self._whole.quads_for_pattern(None, skos(name), None):
            if isinstance(quad.object, ox.Literal) and quad.object.language == "en":
                yield str(quad.subject)[1:-1], quad.object.value


def _by_thing(things_of: Mapping[str, Iterable[str]]) -> dict[str, list[str]]:
    labels: dict[str, list[str]] = defaultdict(list)
    for label, things in things_of.items():
        for thing in things:
            labels[thing].append(label)
    return labels


def _untyped(terms: Terms, survey: Survey) -> Iterator[str]:
    """Things that something refers to and that have no class."""
    namespace, typed = terms.names.prefixes["id"], survey.typed
    for iri in chain(survey.objects, survey.sources, survey.untyped, terms.ontology.objects):
        # evidence names the source text that its form refers to
        if iri.startswith(namespace) and (thing := iri.partition("#")[0]) not in typed:
            yield thing


def _unreferenced(terms: Terms, survey: Survey) -> Iterable[str]:
    """Things of the reference data to which neither it nor a document refers."""
    quads = list(terms.whole.quads_for_pattern(None, None, None, vocab.GRAPH_REFERENCE))
    objects = {quad.object.value for quad in quads if isinstance(quad.object, ox.NamedNode)}
    subjects = {quad.subject.value for quad in quads if isinstance(quad.subject, ox.NamedNode)}
    return subjects - objects - survey.objects


def _inferable(terms: Terms, survey: Survey) -> Iterator[str]:
    """Properties of ours that something refers to."""
    namespace = terms.names.prefixes["pg"]
    return (iri for iri in survey.objects if iri.startswith(namespace) and iri[len(namespace) :][:1].islower())


def _undeclared(terms: Terms, survey: Survey) -> Iterator[str]:
    """Names of the ontology's namespaces that are used and that it does not declare."""
    ontology = terms.ontology
    declared = ontology.subjects - ontology.untyped
    namespaces = (terms.names.prefixes["pg"], terms.names.prefixes["concept"])
    stated = (survey.subjects, survey.objects, survey.properties, {pg("Evidence").value})
    for iri in chain(*stated, ontology.subjects, ontology.objects, ontology.properties):
        if iri.startswith(namespaces) and iri not in declared:
            yield iri


def _mentions(_: Terms, survey: Survey) -> Iterable[str]:
    """Things of which a document says something and not what they are."""
    return survey.untyped


def _empty(_: Terms, survey: Survey) -> Iterator[str]:
    """Evidence whose place has no end after its start."""
    return (iri for iri in chain(survey.objects, survey.subjects) if "#" in iri and not is_place(iri))


def _avoided(terms: Terms, _: Survey | None) -> Iterator[str]:
    """Things whose English label has a word that is not to be written."""
    words = {word.lower() for _, word in terms.labels.words("hiddenLabel")}
    if words:
        pattern = re.compile("|".join(map(re.escape, sorted(words))))
        for label, things in terms.labels.english.items():
            if pattern.search(label.lower()):
                yield from things


def _rendered(terms: Terms, _: Survey | None) -> Iterator[str]:
    """Things whose Chinese label has a term of the glossary, and whose English one has none of its renderings."""
    labels = terms.labels
    renderings: dict[str, set[str]] = {iri: set() for things in labels.terms.values() for iri in things}
    for iri, words in labels.words("altLabel"):
        if iri in renderings:
            renderings[iri].add(words)
    english = {
        term: {words.lower() for thing in things for words in (*renderings[thing], *labels.english_of.get(thing, ()))}
        for term, things in labels.terms.items()
    }
    if not english:
        return
    pattern = re.compile("|".join(map(re.escape, english)))
    for chinese, things in labels.chinese.items():
        if not pattern.search(chinese):
            continue
        expected = [english[term] for term in english if term in chinese]
        for thing in things:
            for label in labels.english_of.get(thing, ()):
                lower = label.lower()
                if not all(any(words in lower for words in each) for each in expected):
                    yield thing


def _unlike(terms: Terms, _: Survey | None) -> Iterator[ox.Literal]:
    """English labels beside which Chinese ones stand, of one thing or of several, that begin and end otherwise."""
    labels, chinese_of = terms.labels, terms.labels.chinese_of
    several = {thing for thing, chinese in chinese_of.items() if len(chinese) > 1}
    for english, things in labels.english.items():
        if len(things) == 1 and several.isdisjoint(things):  # as nearly all are
            continue
        beside = {chinese for thing in things for chinese in chinese_of.get(thing, ())}
        if len(beside) > _FEW or any(_are_unlike(one, other) for one, other in combinations(beside, 2)):
            yield ox.Literal(english, language="en")


def _are_unlike(one: str, other: str) -> bool:
    """Whether neither text has the first or the last two characters of the other."""
    return not any(end in text for text, ends in ((one, other), (other, one)) for end in (ends[:2], ends[-2:]))


def _monolingual(terms: Terms, _: Survey | None) -> Iterable[str]:
    """Things whose labels may all be in one language."""
    labels = terms.labels
    return (labels.chinese_of.keys() ^ labels.english_of.keys()) | labels.others


def _unused(terms: Terms, _: Survey | None) -> Iterator[str]:
    """Entries of the glossary whose term no label of another thing has."""
    labels = terms.labels
    others = "\n".join(label for label, things in labels.chinese.items() if label not in labels.terms)
    for term, entries in labels.terms.items():
        if term in others:
            continue
        for entry in entries:
            bearers = (things for label, things in labels.chinese.items() if term in label)
            if not any(things - {entry} for things in bearers):
                yield entry


def _chinese(terms: Terms, _: Survey | None) -> Iterator[str]:
    """Things whose English label has a Chinese character."""
    for label, things in terms.labels.english.items():
        if _CHINESE.search(label):
            yield from things


def _untranslated(terms: Terms, _: Survey | None) -> Iterator[str]:
    """Things whose English label says that it is none."""
    for label, things in terms.labels.english.items():
        if _UNTRANSLATED.match(label):
            yield from things


#: Kind of terms that are known from a survey -> those of a graph.
_OF_STATEMENTS: Mapping[str, Callable[[Terms, Survey], Iterable[str]]] = {
    "empty": _empty,
    "inferable": _inferable,
    "mentions": _mentions,
    "undeclared": _undeclared,
    "unreferenced": _unreferenced,
    "untyped": _untyped,
}
#: Kind of terms that are known from labels -> those of a graph.
_OF_LABELS: Mapping[str, Callable[[Terms, Survey | None], Iterable[str | ox.Literal]]] = {
    "avoided": _avoided,
    "chinese": _chinese,
    "monolingual": _monolingual,
    "rendered": _rendered,
    "untranslated": _untranslated,
    "unlike": _unlike,
    "unused": _unused,
}
#: The kinds that a query may name.
KINDS = frozenset({*_OF_STATEMENTS, *_OF_LABELS})


@dataclass(frozen=True, slots=True)
class Narrowed:
    """The text of a query with VALUES for what it looks for.

    `things` are the IRIs of which it asks for statements of any predicate; None for all there are.
    """

    text: str
    things: Sequence[str] | None = None


def narrowed(text: str, terms: Terms) -> Narrowed | None:
    """A query with VALUES for what it looks for; None where that is nothing, and so it has no answer.

    Raises QueryError for a kind that is not known.
    """
    match = _AMONG.search(text)
    if match is None:
        return Narrowed(text)
    word, variable, kind = match.groups()
    if kind in _OF_LABELS:
        members: Iterable[str | ox.Literal] = _OF_LABELS[kind](terms, terms.survey)
    elif kind not in KINDS:
        raise QueryError(f"`{match[0].strip()}`: a kind is one of {', '.join(sorted(KINDS))}")
    elif terms.survey is None:
        return Narrowed(text)
    else:
        members = _OF_STATEMENTS[kind](terms, terms.survey)
    written = {f"<{each}>" if isinstance(each, str) else str(each): each for each in members}
    if not written:
        return None
    values = f"  VALUES ?{variable} {{ {' '.join(sorted(written))} }}"
    things = sorted(each for each in written.values() if isinstance(each, str)) if word == "about" else None
    return Narrowed(f"{text[: match.start()]}{values}{text[match.end() :]}", things)


def is_of_statements(text: str) -> bool:
    """Whether a query is narrowed to terms that are known from a survey."""
    match = _AMONG.search(text)
    return match is not None and match[3] in _OF_STATEMENTS
