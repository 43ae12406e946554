"""Statements in, records out: the YAML from which the graph could have been read.

It takes edits made in other tools back into records. A record made from a graph holds every statement that
the context can say, nests things as the document does, and reads as the same statements again (the tests hold it to
that). What a record cannot express is not dropped: `left` lists it.

A file with named graphs gives the document of each statement. Where it has none (Turtle, JSON-LD of other tools), what
is named after a document, its evidence and its mentions go to that document, and what is left to the shared reference.
"""

from __future__ import annotations

import sys
from collections import defaultdict
from collections.abc import Iterable, Mapping, Set
from dataclasses import dataclass, field
from typing import Any

import pyoxigraph as ox

from policygraph import evidence, vocab
from policygraph.messages import Message, message
from policygraph.records import SECTION_TYPES, Context
from policygraph.vocab import pg

__all__ = ["Index", "Left", "Recorded", "record", "sort_out"]

Term = ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple
Thing = dict[str, Any]

_TYPE = vocab.rdf_type
#: Graphs that a build makes.
_DERIVED = frozenset(
    [vocab.GRAPH_ONTOLOGY, vocab.GRAPH_INFERRED, vocab.GRAPH_SUGGESTED, vocab.GRAPH_BUILD, vocab.GRAPH_META]
)
_DESCRIBED = pg("isDescribedIn")
#: Keys that hold the parts of a thing, and how its place among several wholes is chosen: the first that fits.
_NESTING = (
    "articles",
    "parts",
    "targets",
    "positionings",
    "subTargets",
    "counts",
    "responsibilities",
    "benefits",
    "statusReports",
    "classifications",
)
#: Class -> section of the document, where the section gives its things no type.
_SECTIONS = {"Organisation": "organisations", "LeadingGroup": "organisations", "OrganisationGroup": "organisations"}
#: Keys that close a thing, behind all others and before what it holds.
_LAST = ("note", "isInferred", "infers", "confidence", "reason", "evidence")
_FIRST = ("id", "type", "number", "label", "altLabel", "printedLabel", "definition")
#: Vocabularies of what a build adds for machines: derived from evidence, and not for a record.
_MACHINERY = (vocab.PREFIXES["oa"], vocab.PREFIXES["rdf"] + "value", "http://www.w3.org/2002/07/owl#")
#: Why a statement cannot be said in a record (en, zh).
_UNSAYABLE = message("no key of a record says this")
_MISFIT = message("the value is not of a kind that a record takes")
_UNTYPED = message("the thing has no type, the record would give it this one")
_UNREACHED = message("nothing leads to this thing")
_NAMELESS = message("a thing without an id: give it an IRI")


@dataclass(frozen=True, slots=True)
class Left:
    """A statement that no record can hold, and why."""

    quad: ox.Quad
    why: Mapping[str, str]


@dataclass(slots=True)
class Recorded:
    """One file's value, ready for `_yaml.write`, and the statements that it cannot hold."""

    value: Any
    left: list[Left] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class _Key:
    """A key of the context, by what it stands for."""

    name: str
    definition: Mapping[str, Any]

    @property
    def kind(self) -> str:
        return str(self.definition.get("@type", ""))


@dataclass(frozen=True, slots=True)
class Index:
    """What there is already, against which a file without graphs is read.

    `derived` are statements that follow from others; `stated` says in which files (slug, None for shared) a statement
    stands, `defined` which file defines a thing; `supers` is class IRI -> the IRIs of all classes above it.
    """

    derived: Set[ox.Triple]
    stated: Mapping[ox.Triple, Set[str | None]]
    defined: Mapping[str, str | None]
    supers: Mapping[str, frozenset[str]]


def sort_out(
    quads: Iterable[ox.Quad], index: Index, names: vocab.Names = vocab.SHARED
) -> dict[str | None, list[ox.Quad]]:
    """Statements by the slug of the record that they belong to, None for what documents share; derived ones left out.

    Where no graph tells them apart, derived are those that are known to be, what is said of things that are not below
    `id/`, and of several types of a thing those above another. A statement that stands somewhere stays there; of the
    others, evidence and descriptions go to their document, and the rest to where the thing is defined.
    """
    plain = [quad for quad in quads if not _is_derived(quad)]
    slugs = {graph: slug for quad in plain if (slug := _slug_of_graph(graph := quad.graph_name, names)) is not None}
    if slugs:
        by_home: dict[str | None, list[ox.Quad]] = defaultdict(list)
        for quad in plain:
            by_home[slugs.get(quad.graph_name)].append(quad)
        return dict(by_home)
    own = [quad for quad in _of_things(plain, names) if quad.triple not in index.derived]
    return _by_subject(_lowest(own, index.supers), index, names)


def _is_derived(quad: ox.Quad) -> bool:
    """Whether a build has made the statement: in a graph of its own, or as the Web Annotation form of evidence."""
    if quad.graph_name in _DERIVED:
        return True
    terms = [quad.predicate.value]
    if quad.predicate == _TYPE and isinstance(quad.object, ox.NamedNode):
        terms.append(quad.object.value)
    is_evidence = isinstance(quad.subject, ox.NamedNode) and evidence.span_of(quad.subject.value) is not None
    return is_evidence or any(term.startswith(_MACHINERY) for term in terms)


def _of_things(quads: list[ox.Quad], names: vocab.Names) -> list[ox.Quad]:
    """Statements about what a record could define, and about blank nodes that hang on such things.

    Terms, concepts, graphs and the query catalogue stand elsewhere, and so do the blank nodes of the ontology.
    """
    about: dict[Term, list[ox.Quad]] = defaultdict(list)
    for quad in quads:
        about[quad.subject].append(quad)
    waiting: list[Term] = [
        subject for subject in about if isinstance(subject, ox.NamedNode) and _is_a_thing(subject.value, names)
    ]
    seen: set[Term] = set(waiting)
    collected: list[ox.Quad] = []
    while waiting:
        statements = about[waiting.pop()]
        collected += statements
        new = {quad.object for quad in statements if isinstance(quad.object, ox.BlankNode)} - seen
        seen |= new
        waiting += new
    return collected


def _is_a_thing(name: str, names: vocab.Names) -> bool:
    is_thing = names.is_thing(name) and not name.startswith(f"{vocab.ID}query/")
    return is_thing or not names.is_ours(name)


def _slug_of_graph(graph: object, names: vocab.Names) -> str | None:
    return names.document_slug(graph.value) if isinstance(graph, ox.NamedNode) else None


def _lowest(quads: list[ox.Quad], supers: Mapping[str, frozenset[str]]) -> list[ox.Quad]:
    """The statements without the types that follow from another type of the same thing."""
    kinds: dict[object, set[str]] = defaultdict(set)
    for quad in quads:
        if quad.predicate == _TYPE and isinstance(quad.object, ox.NamedNode):
            kinds[quad.subject].add(quad.object.value)
    follows = {
        (thing, upper) for thing, names in kinds.items() for name in names for upper in supers.get(name, frozenset())
    }
    return [
        quad
        for quad in quads
        if quad.predicate != _TYPE
        or not isinstance(quad.object, ox.NamedNode)
        or (quad.subject, quad.object.value) not in follows
    ]


def _by_subject(quads: list[ox.Quad], index: Index, names: vocab.Names) -> dict[str | None, list[ox.Quad]]:
    """Statements that name no graph, by where they stand, what their subjects are called, where those are described."""
    documents = {
        quad.subject.value: quad.subject.value.rpartition("/")[2]
        for quad in quads
        if quad.predicate == _TYPE and quad.object == pg("PolicyDocument") and isinstance(quad.subject, ox.NamedNode)
    }
    described: dict[object, set[str]] = defaultdict(set)
    for quad in quads:
        if quad.predicate == _DESCRIBED and isinstance(quad.object, ox.NamedNode) and quad.object.value in documents:
            described[quad.subject].add(documents[quad.object.value])
    by_home: dict[str | None, list[ox.Quad]] = defaultdict(list)
    for quad in quads:
        for slug in index.stated.get(quad.triple) or (_home(quad, index, documents, described, names),):
            by_home[slug].append(quad)
    return dict(by_home)


def _home(
    quad: ox.Quad,
    index: Index,
    documents: Mapping[str, str],
    described: Mapping[object, set[str]],
    names: vocab.Names,
) -> str | None:
    own = quad.object.value if isinstance(quad.object, ox.NamedNode) else ""
    if quad.predicate == _DESCRIBED and own in documents:
        return documents[own]
    span = evidence.span_of(own) if quad.predicate == pg("hasEvidence") else None
    if span and span.slug in documents.values():
        return span.slug
    name = quad.subject.value if isinstance(quad.subject, ox.NamedNode) else ""
    if name in index.defined:
        return index.defined[name]
    first = name.removeprefix(names.id).partition("/")[0]
    if name in documents or first in documents.values():
        return documents.get(name, first)
    homes = described.get(quad.subject, set())
    return next(iter(homes)) if len(homes) == 1 else None


def record(
    quads: Iterable[ox.Quad], slug: str | None, context: Context, lines: Mapping[str, int] | None = None
) -> Recorded:
    """The value of one file: a mapping for the record of a document, a list of things for what documents share.

    `lines` are where things stand now, by IRI: what neither the document nor an ordinal puts in order keeps it.
    """
    return _Recorder(quads, slug, context, lines or {}).run()


class _Recorder:
    """Builds the value of one file from its statements."""

    def __init__(self, quads: Iterable[ox.Quad], slug: str | None, context: Context, lines: Mapping[str, int]) -> None:
        self._lines = lines
        self._context = context
        self._things = context.names.id
        self._base = f"{self._things}{slug}/" if slug else self._things
        self._source = f"{self._things}source/{slug}#" if slug else ""
        self._of: dict[Term, dict[ox.NamedNode, list[Term]]] = defaultdict(lambda: defaultdict(list))
        self._to: dict[tuple[ox.NamedNode, Term], list[Term]] = defaultdict(list)
        self._left: list[Left] = []
        for quad in sorted(set(quads), key=str):
            self._of[quad.subject][quad.predicate].append(quad.object)
            self._to[quad.predicate, quad.object].append(quad.subject)
        self._keys: dict[str, list[_Key]] = defaultdict(list)
        self._reverse: dict[str, ox.NamedNode] = {}
        for name in sorted(context.keys - {"id", "type"}):
            definition = context.definition(name)
            if "@reverse" in definition:
                self._reverse[name] = ox.NamedNode(self._long(definition["@reverse"]))
            else:
                self._keys[self._long(definition["@id"])].append(_Key(name, definition))
        self._order = {name: place for place, name in enumerate(context.terms)}
        self._slug = slug
        self._written: set[Term] = set()

    def run(self) -> Recorded:
        document = self._document()
        if document is None:
            value: Any = [self._thing(node, None) for node in self._in_order(self._roots())]
        else:
            self._written.add(document)
            value = self._thing(document, None)
            value |= self._sections(document)
        for node in self._of.keys() - self._written:
            why = _NAMELESS if isinstance(node, ox.BlankNode) else _UNREACHED
            self._left += [
                self._lost(node, name, term, why) for name, terms in self._of[node].items() for term in terms
            ]
        self._left.sort(key=lambda left: str(left.quad))
        return Recorded(value, self._left)

    def _lost(self, node: Term, predicate: ox.NamedNode, term: Term, why: Message) -> Left:
        return Left(ox.Quad(node, predicate, term), why)  # type: ignore[arg-type]

    def _document(self) -> Term | None:
        if self._slug is None:
            return None
        nodes = self._to[_TYPE, pg("PolicyDocument")]
        return nodes[0] if len(nodes) == 1 else ox.NamedNode(f"{self._things}document/{self._slug}")

    def _roots(self) -> list[Term]:
        """What no other thing holds."""
        named = (node for node in self._of if isinstance(node, ox.NamedNode))
        return [node for node in named if self._whole(node) is None and not self._is_component(node)]

    def _is_component(self, node: Term) -> bool:
        return bool(self._to[pg("hasComponent"), node])

    def _whole(self, node: Term) -> tuple[str, Term] | None:
        """The key and the thing under which a thing stands; None for one that stands in a section of its own."""
        if self._of[node].get(_DESCRIBED):
            return None
        kinds = self._kinds(node)
        for key in _NESTING:
            wholes = [whole for whole in self._of[node].get(self._reverse[key], []) if whole in self._of]
            if wholes and SECTION_TYPES.get(key) in (None, *kinds):
                return key, wholes[0]
        return None

    def _kinds(self, node: Term) -> list[str]:
        names = (term.value for term in self._of[node].get(_TYPE, []) if isinstance(term, ox.NamedNode))
        return sorted(self._word(name, vocab.PREFIXES["pg"]) for name in names)

    def _sections(self, document: Term) -> Thing:
        by_section: dict[str, list[Term]] = defaultdict(list)
        for node in self._to[_DESCRIBED, document]:
            if isinstance(node, ox.BlankNode):
                continue
            by_section[self._section(node)].append(node)
        sections = sorted(by_section, key=lambda name: self._order[name])
        return {
            name: [self._thing(node, name, (_DESCRIBED, document)) for node in self._in_order(by_section[name])]
            for name in sections
        }

    def _section(self, node: Term) -> str:
        kinds = self._kinds(node)
        fitting = {kind: name for name, kind in SECTION_TYPES.items() if self._reverse.get(name) == _DESCRIBED}
        return next(((fitting | _SECTIONS)[kind] for kind in kinds if kind in fitting | _SECTIONS), "mentions")

    def _in_order(self, nodes: Iterable[Term]) -> list[Term]:
        """Things by ordinal, then by where the text has them, then as they stand, then by name."""

        def key(node: Term) -> tuple[int, int, int, str]:
            ordinals = [
                int(term.value)
                for term in self._of[node].get(pg("hasOrdinal"), [])
                if isinstance(term, ox.Literal) and term.value.lstrip("+-").isdigit()
            ]
            spans = [
                evidence.span_of(term.value)
                for term in self._of[node].get(pg("hasEvidence"), [])
                if isinstance(term, ox.NamedNode)
            ]
            starts = [span.start for span in spans if span]
            line = self._lines.get(node.value if isinstance(node, ox.NamedNode) else "", sys.maxsize)
            return min(ordinals, default=0), min(starts, default=0), line, str(node)

        return sorted(set(nodes), key=key)

    def _thing(self, node: Term, key: str | None, link: tuple[ox.NamedNode, Term] | None = None) -> Thing:
        """A thing with all that it says and holds; `said` is the statement that its place in the file makes."""
        self._written.add(node)
        item: Thing = {"id": self._name(node)}
        kinds = self._kinds(node)
        if kinds and kinds != [SECTION_TYPES.get(key or "")]:
            item["type"] = kinds[0] if len(kinds) == 1 else kinds
        elif not kinds and key in SECTION_TYPES:
            self._left.append(self._lost(node, _TYPE, pg(SECTION_TYPES[key]), _UNTYPED))
        for predicate, terms in self._of[node].items():
            rest = [term for term in terms if (predicate, term) != link]
            if rest and predicate != _TYPE:
                self._say(item, node, predicate, rest)
        item |= self._held(node)
        return dict(sorted(item.items(), key=lambda pair: self._place(pair[0])))

    def _place(self, key: str) -> tuple[int, int]:
        if key in _FIRST:
            return 0, _FIRST.index(key)
        if key in _LAST:
            return 2, _LAST.index(key)
        return (3 if self._context.definition(key).get("@reverse") or key == "components" else 1), self._order[key]

    def _held(self, node: Term) -> Thing:
        held: dict[str, list[Term]] = defaultdict(list)
        for key in _NESTING:
            for part in self._to[self._reverse[key], node]:
                if part not in self._written and self._whole(part) == (key, node):
                    held[key].append(part)
        entries: Thing = {}
        for key, parts in held.items():
            ordered = self._in_order(parts)
            entries[key] = [self._thing(part, key, (self._reverse[key], node)) for part in ordered]
            if key == "parts":
                _without_ordinals(entries[key])
        return entries

    def _say(self, item: Thing, node: Term, predicate: ox.NamedNode, terms: list[Term]) -> None:
        """Puts what a thing says by one property under the keys that can say it; tells what none can."""
        if predicate == pg("hasComponent"):
            item["components"] = [self._thing(part, "components") for part in self._in_order(terms)]
            _without_ordinals(item["components"])
            return
        for term in sorted(terms, key=_chinese_first):
            for key in self._keys.get(predicate.value, []):
                word = self._value(key, term)
                if word is not None:
                    _put(item, key, term, word)
                    break
            else:
                why = _MISFIT if predicate.value in self._keys else _UNSAYABLE
                self._left.append(self._lost(node, predicate, term, why))

    def _value(self, key: _Key, term: Term) -> str | None:
        """A term as the key writes it; None where the key cannot."""
        if isinstance(term, ox.Literal):
            if key.definition.get("@container") == "@language":
                return term.value if term.language in ("zh", "en") else None
            datatype = self._long(key.kind) if key.kind else vocab.PREFIXES["xsd"] + "string"
            return term.value if term.datatype.value == datatype and not term.language else None
        if not isinstance(term, ox.NamedNode) or key.kind not in ("@id", "@vocab"):
            return None
        scoped = key.definition.get("@context", {})
        names = {iri: word for word, iri in scoped.items() if not word.startswith("@")}
        if term.value in names:
            return str(names[term.value])
        if key.kind == "@vocab":
            return self._word(term.value, scoped.get("@vocab", vocab.PREFIXES["pg"]))
        if key.name == "evidence":
            return "#" + term.value.removeprefix(self._source) if term.value.startswith(self._source) else None
        return self._name(term, scoped.get("@base"))

    def _word(self, iri: str, namespace: str) -> str:
        return iri.removeprefix(namespace) if iri.startswith(namespace) else self._short(iri)

    def _name(self, term: Term, base: str | None = None) -> str:
        """A thing's id: relative to the key's base or to the record, else short, else whole."""
        iri = term.value if isinstance(term, ox.NamedNode) else str(term)
        if base and iri.startswith(base):
            return iri.removeprefix(base)
        short = self._short(iri)
        own = iri.removeprefix(self._base)
        if short != iri or base or ":" in own.removeprefix(self._things):
            return short
        return "../" + own.removeprefix(self._things) if own.startswith(self._things) else own

    def _short(self, iri: str) -> str:
        if (name := self._context.names.shorten(iri)) in self._context.names.shared:
            return name
        named = self._context.prefixes.items()
        fitting = [(prefix, space) for prefix, space in named if iri.startswith(space) and prefix != "@vocab"]
        if not fitting:
            return iri
        prefix, space = max(fitting, key=lambda pair: len(pair[1]))
        return f"{prefix}:{iri.removeprefix(space)}"

    def _long(self, name: str) -> str:
        prefix, colon, rest = name.partition(":")
        return self._context.prefixes[prefix] + rest if colon and prefix in self._context.prefixes else name


def _chinese_first(term: Term) -> bool:
    return not (isinstance(term, ox.Literal) and term.language == "zh")


def _put(item: Thing, key: _Key, term: Term, word: str) -> None:
    """Adds a word under a key: alone as it is, several as a list; by language where the key says so."""
    holder, name = item, key.name
    if key.definition.get("@container") == "@language" and isinstance(term, ox.Literal):
        holder, name = item.setdefault(key.name, {}), str(term.language)
    before = holder.get(name)
    if before is None:
        # what may be several is a list even where there is one, as in the records
        holder[name] = [word] if key.name in ("evidence", "altLabel", "infers") else word
    else:
        holder[name] = [*before, word] if isinstance(before, list) else [before, word]


def _without_ordinals(items: list[Thing]) -> None:
    """Takes out ordinals that the order of the list says anyway."""
    if [item.get("ordinal") for item in items] == [str(place) for place in range(1, len(items) + 1)]:
        for item in items:
            del item["ordinal"]
