"""A graph in, its description out: VoID and DCAT, partitions, its shapes in short, and its queries as SHACL-AF terms.

Follows VoID (W3C note of 2011-03-03, sections 2 and 4), DCAT 3, and SHACL Advanced Features section 5 for queries:
this is what SPARQL editors look for when they offer completion and examples. Partitions nest as SIB's void-generator
writes them: of a class the properties, of a property the classes and datatypes (void-ext) of its values. Partitions say
what things of a class have, shapes what they may have.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyoxigraph as ox

from policygraph import store, vocab
from policygraph.queries import Query

__all__ = ["DATASET", "DISTRIBUTIONS", "LICENSE", "About", "allowed", "counts_per_class", "dataset", "describe"]

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
}


@dataclass(frozen=True, slots=True)
class About:
    """What a project says of itself: its names of things, its own name in zh and en, its licence, who publishes it."""

    names: vocab.Names
    title: Mapping[str, str]
    licence: str
    publisher: str = ""


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
    for quad in quads:
        name = quad.predicate.value.removeprefix(vocab.PREFIXES["sh"])
        if name in values:
            values[name][quad.subject].add(quad.object)
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
    quads: list[ox.Quad],
    queries: Mapping[str, list[Query]],
    snapshot: str,
    version: str,
    shapes: Iterable[tuple[str, str]] = (),
    *,
    about: About | None = None,
) -> list[ox.Quad]:
    """The quads of graph/meta for a dataset, the query files of its folders (by folder name), and what is `allowed`.

    `about` is what the project says of itself; without it, what the shipped one says.
    """
    about = about or SHIPPED
    node = dataset(about.names.base)
    union = {(quad.subject, quad.predicate, quad.object) for quad in quads}
    facts = [
        *_dataset(node, union, snapshot, version, about),
        *_partitions(node, quads),
        *_nested(union, _kinds(quads)),
        *_named_graphs(node, quads),
        *_prefixes(about.names.prefixes),
        *_shapes(shapes),
        *(fact for folder, files in sorted(queries.items()) for query in files for fact in _query(folder, query)),
    ]
    return [ox.Quad(subject, predicate, value, vocab.GRAPH_META) for subject, predicate, value in dict.fromkeys(facts)]


#: The dataset of the shipped project, its licence, and what it says of itself.
DATASET = dataset(vocab.BASE)
LICENSE = ox.NamedNode("https://creativecommons.org/licenses/by/4.0/")
SHIPPED = About(vocab.SHARED, {"zh": "政策结构知识图谱", "en": "Knowledge graph of policy structure"}, LICENSE.value)

Statement = tuple[Any, ox.NamedNode, Any]
Fact = tuple[ox.NamedNode, ox.NamedNode, ox.NamedNode | ox.Literal]


def _term(name: str) -> ox.NamedNode:
    return ox.NamedNode(vocab.expand(name))


def _number(value: int) -> ox.Literal:
    return ox.Literal(str(value), datatype=ox.NamedNode(_XSD + "integer"))


def _dataset(node: ox.NamedNode, union: set[Statement], snapshot: str, version: str, about: About) -> Iterable[Fact]:
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
    yield node, _term("void:triples"), _number(len(union))
    subjects = {subject for subject, _, _ in union}
    yield node, _term("void:distinctSubjects"), _number(len(subjects))
    yield node, _term("void:distinctObjects"), _number(len({value for _, _, value in union}))
    yield node, _term("void:properties"), _number(len({predicate for _, predicate, _ in union}))
    yield node, _term("void:entities"), _number(sum(about.names.is_thing(str(subject)[1:]) for subject in subjects))
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


def _partitions(dataset: ox.NamedNode, quads: list[ox.Quad]) -> Iterable[Fact]:
    for kind, count in counts_per_class(quads).items():
        node = _meta(f"class-{vocab.shorten(kind)}")
        yield dataset, _term("void:classPartition"), node
        yield node, _term("void:class"), ox.NamedNode(kind)
        yield node, _term("void:entities"), _number(count)
    for name, count in sorted(Counter(quad.predicate.value for quad in quads).items()):
        node = _meta(f"property-{vocab.shorten(name)}")
        yield dataset, _term("void:propertyPartition"), node
        yield node, _term("void:property"), ox.NamedNode(name)
        yield node, _term("void:triples"), _number(count)


def _nested(union: set[Statement], kinds: Mapping[object, set[str]]) -> Iterable[Fact]:
    """Of each class its properties, and of those the classes and datatypes of their values.

    A thing counts for its classes of ours, and only without any for those of others: what is more general follows.
    """
    uses: Counter[tuple[str, str]] = Counter()
    targets: set[tuple[str, str, str]] = set()
    datatypes: set[tuple[str, str, str]] = set()
    for subject, predicate, value in union:
        for kind in kinds.get(subject, ()):
            uses[kind, predicate.value] += 1
            if isinstance(value, ox.Literal):
                datatypes.add((kind, predicate.value, value.datatype.value))
            else:
                targets |= {(kind, predicate.value, each) for each in kinds.get(value, ())}
    for (kind, name), count in sorted(uses.items()):
        node = _nested_node(kind, name)
        yield _meta(f"class-{vocab.shorten(kind)}"), _term("void:propertyPartition"), node
        yield node, _term("void:property"), ox.NamedNode(name)
        yield node, _term("void:triples"), _number(count)
    for kind, name, target in sorted(targets):
        node = _meta(f"class-{vocab.shorten(kind)}-property-{vocab.shorten(name)}-class-{vocab.shorten(target)}")
        yield _nested_node(kind, name), _term("void:classPartition"), node
        yield node, _term("void:class"), ox.NamedNode(target)
    for kind, name, datatype in sorted(datatypes):
        node = _meta(f"class-{vocab.shorten(kind)}-property-{vocab.shorten(name)}-datatype-{vocab.shorten(datatype)}")
        yield _nested_node(kind, name), ox.NamedNode(_VOID_EXT + "datatypePartition"), node
        yield node, ox.NamedNode(_VOID_EXT + "datatype"), ox.NamedNode(datatype)


def _nested_node(kind: str, name: str) -> ox.NamedNode:
    return _meta(f"class-{vocab.shorten(kind)}-property-{vocab.shorten(name)}")


def _kinds(quads: list[ox.Quad]) -> Mapping[object, set[str]]:
    """Thing -> its classes of ours, else those of others."""
    ours: dict[object, set[str]] = defaultdict(set)
    others: dict[object, set[str]] = defaultdict(set)
    for quad in quads:
        if quad.predicate == vocab.rdf_type and isinstance(quad.object, ox.NamedNode):
            counts = ours if quad.object.value.startswith(vocab.PREFIXES["pg"]) else others
            counts[quad.subject].add(quad.object.value)
    return {**others, **ours}


def _named_graphs(dataset: ox.NamedNode, quads: list[ox.Quad]) -> Iterable[Fact]:
    sizes = Counter(quad.graph_name for quad in quads)
    for graph, size in sorted(sizes.items(), key=str):
        if isinstance(graph, ox.NamedNode):
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


def _shapes(pairs: Iterable[tuple[str, str]]) -> Iterable[Fact]:
    """The shapes without what they ask of values: a node for each class, and one for each property."""
    for kind, name in pairs:
        shape, part = (_meta(f"shape-{vocab.shorten(iri)}") for iri in (kind, name))
        yield shape, vocab.rdf_type, _term("sh:NodeShape")
        yield shape, _term("sh:targetClass"), ox.NamedNode(kind)
        yield shape, _term("sh:property"), part
        yield part, _term("sh:path"), ox.NamedNode(name)


def _query(folder: str, query: Query) -> Iterable[Fact]:
    node = ox.NamedNode(f"{vocab.ID}query/{folder}/{query.name}")
    kind, text = _FORMS[query.form]
    yield node, vocab.rdf_type, _term("sh:SPARQLExecutable")
    yield node, vocab.rdf_type, _term(kind)
    for language in ("zh", "en"):
        words = query.said("question", language) or query.said("fault", language)
        if words:
            yield node, vocab.skos("prefLabel"), ox.Literal(words, language=language)
    if "question" in query.header:
        # editors list an example once for each comment: the two languages share one
        words = " ".join(filter(None, [query.said("question"), query.header.get("question@en")]))
        yield node, _term("rdfs:comment"), ox.Literal(words)
    for parameter in query.parameters:
        yield node, _term("schema:keywords"), ox.Literal(parameter.name)
    yield node, _term(text), ox.Literal(query.text)
    yield node, _term("sh:prefixes"), _PREFIXES
