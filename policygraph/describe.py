"""A graph in, its description out: VoID and DCAT, partitions, its shapes in short, and its queries as SHACL-AF terms.

Follows VoID (W3C note of 2011-03-03, sections 2 and 4), DCAT 3, and SHACL Advanced Features section 5 for queries:
this is what SPARQL editors look for when they offer completion and examples. Partitions nest as SIB's void-generator
writes them: of a class the properties, of a property the classes and datatypes (void-ext) of its values. Partitions say
what things of a class have, shapes what they may have.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import pyoxigraph as ox

from policygraph import store, vocab
from policygraph.queries import Query
from policygraph.statistics import Counts

__all__ = [
    "DATASET",
    "DISTRIBUTIONS",
    "LICENSE",
    "SHIPPED",
    "About",
    "allowed",
    "counts_per_class",
    "dataset",
    "describe",
]

_PREFIXES = ox.NamedNode(vocab.BASE + "graph/meta#prefixes")
_XSD = vocab.PREFIXES["xsd"]

_VOID_EXT = "http://ldf.fi/void-ext#"
#: Query form -> its class and the property of its text (SHACL Advanced Features 5).
_FORMS = {
    "SELECT": ("sh:SPARQLSelectExecutable", "sh:select"),
    "ASK": ("sh:SPARQLAskExecutable", "sh:ask"),
    "CONSTRUCT": ("sh:SPARQLConstructExecutable", "sh:construct"),
}

#: File of a build -> its media type.
DISTRIBUTIONS = {
    "policygraph.trig": "application/trig",
    "policygraph.ttl": "text/turtle",
    "policygraph.nq": "application/n-quads",
    "policygraph.jsonld": "application/ld+json",
    "asserted.ttl": "text/turtle",
    "shapes.ttl": "text/turtle",
}


@dataclass(frozen=True, slots=True)
class About:
    """What a project says of itself: its names of things, its own name in zh and en, its licence, who publishes it."""

    names: vocab.Names
    title: Mapping[str, str]
    licence: str
    publisher: str = ""

    def called(self, language: str) -> str:
        """What pages and citations call it: the shipped one as the program, others by their title."""
        return "policygraph" if self.names.base == vocab.BASE else self.title[language]

    @property
    def licence_name(self) -> str:
        """What people call the licence: its short name, or its address."""
        return "CC BY 4.0" if self.licence == LICENSE.value else self.licence


def dataset(base: str) -> ox.NamedNode:
    """The dataset of a project as a thing: what VoID and DCAT speak of."""
    return ox.NamedNode(base + "graph/meta#dataset")


def counts_per_class(quads: Iterable[ox.Quad]) -> dict[str, int]:
    """How many things of each class there are, by the class's IRI; a thing counts once for each of its classes."""
    things: dict[str, set[object]] = defaultdict(set)
    for quad in quads:
        if quad.predicate == vocab.rdf_type and isinstance(quad.object, ox.NamedNode):
            things[quad.object.value].add(quad.subject)
    return {kind: len(members) for kind, members in sorted(things.items())}


def allowed(*shapes: Path) -> list[tuple[str, str]]:
    """What things of a class may have, by the shapes of folders (SHACL 2.1.3.1, 2.3.1): class and property, sorted."""
    quads = [
        quad
        for folder in shapes
        for path in sorted(folder.glob("*.ttl"))
        for quad in store.turtle(path, vocab.GRAPH_META)
    ]
    values: dict[str, dict[Any, set[Any]]] = {name: defaultdict(set) for name in ("targetClass", "property", "path")}
    named = {vocab.PREFIXES["sh"] + name: each for name, each in values.items()}
    for quad in quads:
        value_of = named.get(quad.predicate.value)
        if value_of is not None:
            value_of[quad.subject].add(quad.object)
    pairs = {
        (kind.value, path.value)
        for shape, kinds in values["targetClass"].items()
        for kind in kinds
        for part in values["property"][shape]
        for path in values["path"][part]
        if isinstance(path, ox.NamedNode)
    }
    return sorted(pairs)


def describe(
    counts: Counts,
    queries: Mapping[str, list[Query]],
    snapshot: str,
    version: str,
    shapes: Iterable[tuple[str, str]] = (),
    *,
    about: About | None = None,
) -> list[ox.Quad]:
    """The quads of graph/meta for a dataset, the query files of its folders (by folder name), and what is `allowed`.

    `counts` are its statistics. `about` is what the project says of itself; without it, what the shipped one says.
    """
    about = about or SHIPPED
    node = dataset(about.names.base)
    facts = [
        *_dataset(node, counts, snapshot, version, about),
        *_partitions(node, counts),
        *_nested(counts),
        *_named_graphs(node, counts),
        *_prefixes(about.names.prefixes),
        *_shapes(tuple(shapes)),
        *(fact for folder, files in sorted(queries.items()) for query in files for fact in _query(folder, query)),
    ]
    return [ox.Quad(subject, predicate, value, vocab.GRAPH_META) for subject, predicate, value in dict.fromkeys(facts)]


def _iri(term: bytes) -> str:
    """The IRI that N-Quads writes in angle brackets."""
    return term.decode().strip("<>")


#: The dataset of the shipped project, its licence, and what it says of itself.
DATASET = dataset(vocab.BASE)
LICENSE = ox.NamedNode("https://creativecommons.org/licenses/by/4.0/")
SHIPPED = About(vocab.SHARED, {"zh": "政策结构知识图谱", "en": "Knowledge graph of policy structure"}, LICENSE.value)

Fact = tuple[ox.NamedNode, ox.NamedNode, ox.NamedNode | ox.Literal]


@lru_cache(maxsize=256)
def _term(name: str) -> ox.NamedNode:
    return ox.NamedNode(vocab.expand(name))


def _number(value: int) -> ox.Literal:
    return ox.Literal(str(value), datatype=ox.NamedNode(_XSD + "integer"))


def _dataset(node: ox.NamedNode, counts: Counts, snapshot: str, version: str, about: About) -> Iterable[Fact]:
    yield node, vocab.rdf_type, _term("void:Dataset")
    yield node, vocab.rdf_type, _term("dcat:Dataset")
    for language, title in about.title.items():
        yield node, _term("dcterms:title"), ox.Literal(title, language=language)
    yield node, _term("dcterms:license"), ox.NamedNode(about.licence)
    if about.publisher:
        yield node, _term("dcterms:publisher"), ox.Literal(about.publisher)
    yield node, _term("dcterms:identifier"), ox.Literal(snapshot)
    yield node, _term("dcat:version"), ox.Literal(version)
    yield node, _term("void:uriSpace"), ox.Literal(about.names.id)
    yield node, _term("void:vocabulary"), ox.NamedNode(vocab.PREFIXES["pg"].rstrip("#"))
    yield node, _term("void:triples"), _number(counts.triples)
    yield node, _term("void:distinctSubjects"), _number(len(counts.subjects))
    yield node, _term("void:distinctObjects"), _number(len(counts.objects))
    yield node, _term("void:properties"), _number(len(counts.properties))
    spaces = tuple(f"<{start}".encode() for start in about.names.of_things)
    things = sum(subject.startswith(spaces) for subject in counts.subjects)
    yield node, _term("void:entities"), _number(things)
    for name, media_type in DISTRIBUTIONS.items():
        distribution = ox.NamedNode(f"{about.names.base}graph/meta#{name}")
        yield node, _term("dcat:distribution"), distribution
        yield distribution, vocab.rdf_type, _term("dcat:Distribution")
        yield distribution, _term("dcterms:title"), ox.Literal(name)
        yield (
            distribution,
            _term("dcat:mediaType"),
            ox.NamedNode(f"https://www.iana.org/assignments/media-types/{media_type}"),
        )


def _meta(name: str) -> ox.NamedNode:
    """A node of the description; a name may be a whole IRI, and a fragment holds no `#`."""
    return ox.NamedNode(f"{vocab.GRAPH_META.value}#{name.replace('#', '%23')}")


def _partitions(dataset: ox.NamedNode, counts: Counts) -> Iterable[Fact]:
    for kind, count in sorted((_iri(kind), count) for kind, count in counts.classes.items()):
        node = _meta(f"class-{vocab.shorten(kind)}")
        yield dataset, _term("void:classPartition"), node
        yield node, _term("void:class"), ox.NamedNode(kind)
        yield node, _term("void:entities"), _number(count)
    for name, count in sorted((_iri(name), count) for name, count in counts.properties.items()):
        node = _meta(f"property-{vocab.shorten(name)}")
        yield dataset, _term("void:propertyPartition"), node
        yield node, _term("void:property"), ox.NamedNode(name)
        yield node, _term("void:triples"), _number(count)


def _nested(counts: Counts) -> Iterable[Fact]:
    """Of each class its properties, and of those the classes and datatypes of their values.

    A thing counts for its classes of ours, and only without any for those of others: what is more general follows.
    """
    terms = {term for key in (*counts.uses, *counts.targets, *counts.datatypes) for term in key}
    iris = {term: _iri(term) for term in terms}
    short = {iri: vocab.shorten(iri) for iri in iris.values()}
    for kind, name, count in sorted((iris[kind], iris[name], count) for (kind, name), count in counts.uses.items()):
        node = _meta(f"class-{short[kind]}-property-{short[name]}")
        yield _meta(f"class-{short[kind]}"), _term("void:propertyPartition"), node
        yield node, _term("void:property"), ox.NamedNode(name)
        yield node, _term("void:triples"), _number(count)
    for kind, name, target in sorted((iris[kind], iris[name], iris[each]) for kind, name, each in counts.targets):
        whole = f"class-{short[kind]}-property-{short[name]}"
        node = _meta(f"{whole}-class-{short[target]}")
        yield _meta(whole), _term("void:classPartition"), node
        yield node, _term("void:class"), ox.NamedNode(target)
    for kind, name, datatype in sorted((iris[kind], iris[name], iris[each]) for kind, name, each in counts.datatypes):
        whole = f"class-{short[kind]}-property-{short[name]}"
        node = _meta(f"{whole}-datatype-{short[datatype]}")
        yield _meta(whole), ox.NamedNode(_VOID_EXT + "datatypePartition"), node
        yield node, ox.NamedNode(_VOID_EXT + "datatype"), ox.NamedNode(datatype)


def _named_graphs(dataset: ox.NamedNode, counts: Counts) -> Iterable[Fact]:
    for name, size in sorted(counts.graphs.items()):
        graph = ox.NamedNode(name.decode().removesuffix("> .\n"))
        yield dataset, _term("void:subset"), graph
        yield graph, vocab.rdf_type, _term("void:Dataset")
        yield graph, _term("void:triples"), _number(size)


def _prefixes(prefixes: Mapping[str, str]) -> Iterable[Fact]:
    for prefix, namespace in prefixes.items():
        node = ox.NamedNode(f"{vocab.BASE}graph/meta#prefix-{prefix}")
        yield _PREFIXES, _term("sh:declare"), node
        yield node, _term("sh:prefix"), ox.Literal(prefix)
        any_uri = ox.NamedNode(_XSD + "anyURI")
        yield node, _term("sh:namespace"), ox.Literal(namespace, datatype=any_uri)


@lru_cache(maxsize=2)
def _shapes(pairs: tuple[tuple[str, str], ...]) -> tuple[Fact, ...]:
    """The shapes without what they ask of values: a node for each class, and one for each property."""
    facts: list[Fact] = []
    for kind, name in pairs:
        shape, part = (_meta(f"shape-{vocab.shorten(iri)}") for iri in (kind, name))
        facts += (
            (shape, vocab.rdf_type, _term("sh:NodeShape")),
            (shape, _term("sh:targetClass"), ox.NamedNode(kind)),
            (shape, _term("sh:property"), part),
            (part, _term("sh:path"), ox.NamedNode(name)),
        )
    return tuple(dict.fromkeys(facts))


def _query(folder: str, query: Query) -> Iterable[Fact]:
    node = ox.NamedNode(f"{vocab.ID}query/{folder}/{query.name}")
    kind, text = _FORMS[query.form]
    yield node, vocab.rdf_type, _term("sh:SPARQLExecutable")
    yield node, vocab.rdf_type, _term(kind)
    for language in ("zh", "en"):
        words = query.header_text("question", language) or query.header_text("fault", language)
        if words:
            yield node, vocab.skos("prefLabel"), ox.Literal(words, language=language)
    if "question" in query.header:
        # editors list an example once for each comment: the two languages share one
        words = " ".join(filter(None, [query.header_text("question"), query.header.get("question@en")]))
        yield node, _term("rdfs:comment"), ox.Literal(words)
    for parameter in query.parameters:
        yield node, _term("schema:keywords"), ox.Literal(parameter.name)
    yield node, _term(text), ox.Literal(query.text)
    yield node, _term("sh:prefixes"), _PREFIXES
