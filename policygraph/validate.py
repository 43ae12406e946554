"""A graph in, findings out: what its shapes (SHACL) and its hygiene queries (SPARQL) say is wrong.

Shapes look at one graph at a time, so that one changed record is one small validation; what looks across things or
documents is a query of `queries/hygiene/`, where a row is a fault. Both speak as findings, and `report` writes them
all as one validation report (SHACL, section 3.6).
"""

from __future__ import annotations

import logging
import re
import warnings
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pyoxigraph as ox
import pyshacl
import rdflib
from rdflib.collection import Collection

from policygraph import queries, store, vocab
from policygraph.findings import Finding, Severity
from policygraph.paths import Folders

__all__ = [
    "SHAPE",
    "by_graph",
    "check",
    "check_hygiene",
    "check_ontology",
    "check_shapes",
    "in_batches",
    "read_report",
    "read_shapes",
    "report",
    "types_of",
]

#: The shapes of shapes/*.ttl are named below this; a finding's check is the rest of the name and the constraint.
SHAPE = vocab.PREFIXES["shape"]
#: The file of shapes about the ontology itself; all others are about the data.
_ABOUT_ONTOLOGY = "ontology.ttl"
_LANGUAGES = ("en", "zh")
_SHACL = rdflib.Namespace(vocab.PREFIXES["sh"])
#: How a shape names the nodes it is about.
_TARGETS = (_SHACL.targetClass, _SHACL.targetSubjectsOf)
_REPORT = vocab.GRAPH + "report"

#: Constraint component -> what it found, added to the shape's message; `{path}` and `{value}` are the result's.
_FOUND = {
    "ClosedConstraintComponent": {"en": " Found: {path} “{value}”.", "zh": "实际有 {path}“{value}”。"},
    "MaxCountConstraintComponent": {"en": " There are too many.", "zh": "数量过多。"},
    "UniqueLangConstraintComponent": {"en": " One language has several.", "zh": "同一语言有多个。"},
}
_FOUND_VALUE = {"en": " Found: “{value}”.", "zh": "实际为“{value}”。"}
_PLACEHOLDER = re.compile(r"{(\w+)}")
#: Severity as a hygiene query's header writes it.
_SEVERITIES = {severity.name.lower(): severity for severity in Severity}


@dataclass(frozen=True, slots=True)
class _Result:
    """One result of a SHACL report."""

    node: rdflib.term.Node
    shape: rdflib.term.Node
    component: str
    path: rdflib.term.Node | None
    value: rdflib.term.Node | None

    @property
    def fault(self) -> tuple[object, ...]:
        """What tells two faults apart, however many shapes and constraints find one and the same."""
        about_shape = self.path is None or self.value is None
        return self.node, self.path, self.shape if about_shape else self.value


def check(
    folders: Folders,
    ontology: Sequence[ox.Quad],
    asserted: Sequence[ox.Quad],
    inferred: Sequence[ox.Quad],
) -> list[Finding]:
    """All findings of shapes and hygiene queries about the ontology and the data, the inferred quads included."""
    about_ontology, about_data = read_shapes(*folders.shapes)
    whole = store.in_memory([*ontology, *asserted, *inferred])
    return [
        *check_ontology([quad for quad in ontology if not _is_own(quad, folders)], about_ontology),
        *check_shapes(by_graph(asserted), types_of([*asserted, *inferred]), about_data),
        *check_hygiene(whole, queries.read_all(*folders.queries_of("hygiene")), folders.names),
    ]


def _is_own(quad: ox.Quad, folders: Folders) -> bool:
    """Whether a statement of the ontology is about a term of the project, whose style is its own affair."""
    return not folders.is_shipped and isinstance(quad.subject, ox.NamedNode) and _is_of(quad.subject, folders)


def _is_of(node: ox.NamedNode, folders: Folders) -> bool:
    return node.value.startswith(folders.names.base) and not node.value.startswith(vocab.BASE)


def read_shapes(*folders: Path) -> tuple[rdflib.Graph, rdflib.Graph]:
    """The shapes about the ontology, and those about the data, from the Turtle files of folders; in batches."""
    about_ontology, about_data = rdflib.Graph(), rdflib.Graph()
    for path in sorted(path for folder in folders for path in folder.glob("*.ttl")):
        graph = about_ontology if path.name == _ABOUT_ONTOLOGY else about_data
        graph.parse(path, format="turtle")
    return in_batches(about_ontology), in_batches(about_data)


def in_batches(shapes: rdflib.Graph) -> rdflib.Graph:
    """The same shapes, in a fifth of the time: pySHACL takes up a property shape anew for each node of a class.

    What a node shape with targets asks of its properties, each property shape asks of those targets itself; what a
    closed shape allows because of a property shape, it allows by name (SHACL, sections 2.1.3 and 4.8.1).
    """
    batched = rdflib.Graph()
    batched += shapes
    for shape in set(shapes.subjects(_SHACL.property)):
        targets = [(key, target) for key in _TARGETS for target in shapes.objects(shape, key)]
        if not targets:
            continue
        properties = list(shapes.objects(shape, _SHACL.property))
        batched.remove((shape, _SHACL.property, None))
        for property_shape in properties:
            for key, target in targets:
                batched.add((property_shape, key, target))
        if (shape, _SHACL.closed, rdflib.Literal(True)) in shapes:
            ignored = [p for head in shapes.objects(shape, _SHACL.ignoredProperties) for p in Collection(shapes, head)]
            paths = {path for name in properties for path in shapes.objects(name, _SHACL.path)}
            batched.set((shape, _SHACL.ignoredProperties, Collection(batched, rdflib.BNode(), [*ignored, *paths]).uri))
    return batched


def by_graph(quads: Iterable[ox.Quad]) -> dict[ox.NamedNode, list[ox.Quad]]:
    """The quads of each named graph, by its name."""
    parts: dict[ox.NamedNode, list[ox.Quad]] = defaultdict(list)
    for quad in quads:
        if isinstance(quad.graph_name, ox.NamedNode):
            parts[quad.graph_name].append(quad)
    return dict(parts)


def types_of(quads: Iterable[ox.Quad]) -> dict[str, set[str]]:
    """IRI -> the IRIs of its classes."""
    types: dict[str, set[str]] = defaultdict(set)
    for quad in quads:
        is_type = quad.predicate == vocab.rdf_type
        if is_type and isinstance(quad.subject, ox.NamedNode) and isinstance(quad.object, ox.NamedNode):
            types[quad.subject.value].add(quad.object.value)
    return dict(types)


def check_shapes(
    parts: Mapping[ox.NamedNode, Iterable[ox.Quad]],
    types: Mapping[str, Iterable[str]],
    shapes: rdflib.Graph,
) -> list[Finding]:
    """What the shapes find in each graph, by its name; `types` are the asserted and inferred classes of all things.

    A graph is validated by itself, with the classes of whatever it mentions. Only what it defines (what has an
    asserted type in it) is held to the shapes: a shared thing is described, and validated, elsewhere.
    """
    findings: list[Finding] = []
    for _, quads in sorted(parts.items(), key=lambda part: part[0].value):
        data = _to_rdflib(quads)
        defined = _types(data)
        for node in {term for triple in data for term in triple if isinstance(term, rdflib.URIRef)}:
            for kind in types.get(str(node), ()):
                data.add((node, rdflib.RDF.type, rdflib.URIRef(kind)))
        findings += _findings(_validate(data, shapes), defined, shapes)
    return findings


def _types(data: rdflib.Graph) -> dict[rdflib.term.Node, set[rdflib.term.Node]]:
    """Each thing that has a type, with its types."""
    return {node: set(data.objects(node, rdflib.RDF.type)) for node in data.subjects(rdflib.RDF.type, unique=True)}


def check_ontology(ontology: Iterable[ox.Quad], shapes: rdflib.Graph) -> list[Finding]:
    """What the shapes about the ontology find in it: its own style, term by term."""
    data = _to_rdflib(ontology)
    return _findings(_validate(data, shapes), _types(data), shapes)


@contextmanager
def _quietly() -> Iterator[None]:
    """Keeps rdflib from telling of ill-typed literals by itself: the shapes tell of them."""
    log = logging.getLogger("rdflib.term")
    was_disabled, log.disabled = log.disabled, True
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    finally:
        log.disabled = was_disabled


@_quietly()
def _to_rdflib(quads: Iterable[ox.Quad]) -> rdflib.Graph:
    """A graph of rdflib's own: pySHACL is many times slower on one that wraps another store."""
    graph = rdflib.Graph(bind_namespaces="none")
    for quad in quads:
        graph.add((_node(quad.subject), rdflib.URIRef(quad.predicate.value), _node(quad.object)))
    return graph


def _node(term: ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple) -> rdflib.term.Node:
    if isinstance(term, ox.NamedNode):
        return rdflib.URIRef(term.value)
    if isinstance(term, ox.BlankNode):
        return rdflib.BNode(term.value)
    if isinstance(term, ox.Triple):
        raise ValueError(f"shapes cannot look into a quoted triple: {term}")
    if term.language:
        return rdflib.Literal(term.value, lang=term.language)
    datatype = rdflib.URIRef(term.datatype.value)
    plain = datatype == rdflib.XSD.string
    return rdflib.Literal(term.value, datatype=None if plain else datatype, normalize=False)


@_quietly()
def _validate(data: rdflib.Graph, shapes: rdflib.Graph) -> list[_Result]:
    _, report_graph, _ = pyshacl.validate(data, shacl_graph=shapes, inplace=True)
    return [
        _Result(
            report_graph.value(result, _SHACL.focusNode),
            report_graph.value(result, _SHACL.sourceShape),
            str(report_graph.value(result, _SHACL.sourceConstraintComponent)).removeprefix(str(_SHACL)),
            report_graph.value(result, _SHACL.resultPath),
            report_graph.value(result, _SHACL.value),
        )
        for result in report_graph.subjects(rdflib.RDF.type, _SHACL.ValidationResult)
    ]


def _findings(
    results: Iterable[_Result],
    defined: Mapping[rdflib.term.Node, Set[rdflib.term.Node]],
    shapes: rdflib.Graph,
) -> list[Finding]:
    """One finding for each fault of a defined thing, in the words of the shape nearest to its class."""

    def nearness(result: _Result) -> tuple[bool, str, str]:
        targets = set(shapes.objects(result.shape, _SHACL.targetClass))
        return targets.isdisjoint(defined[result.node]), str(result.shape), result.component

    faults: dict[tuple[object, ...], _Result] = {}
    for result in sorted((r for r in results if r.node in defined), key=nearness):
        faults.setdefault(result.fault, result)
    findings = [_finding(result, shapes) for result in faults.values()]
    return sorted(findings, key=lambda finding: (finding.node or "", finding.check, finding.text()))


def _finding(result: _Result, shapes: rdflib.Graph) -> Finding:
    constraint = result.component.removesuffix("ConstraintComponent")
    name = str(result.shape).removeprefix(SHAPE)
    message, cure = (_texts(shapes, result.shape, key) for key in (_SHACL.message, _SHACL.description))
    template = _FOUND.get(result.component, _FOUND_VALUE if result.path and result.value else {})
    details = {"path": _short(result.path), "value": _short(result.value)}
    return Finding(
        Severity[str(shapes.value(result.shape, _SHACL.severity) or "Violation").rpartition("#")[2].upper()],
        f"{name}/{constraint[:1].lower()}{constraint[1:]}",
        {language: message[language] + template.get(language, "").format(**details) for language in _LANGUAGES},
        cure,
        str(result.node) if isinstance(result.node, rdflib.URIRef) else None,
    )


def _texts(shapes: rdflib.Graph, shape: rdflib.term.Node, key: rdflib.URIRef) -> dict[str, str]:
    texts = {text.language: str(text) for text in shapes.objects(shape, key) if isinstance(text, rdflib.Literal)}
    return {language: texts.get(language, "") for language in _LANGUAGES}


def _short(node: rdflib.term.Node | None) -> str:
    return vocab.shorten(str(node)) if node is not None else ""


def check_hygiene(
    whole: ox.Store, catalogue: Iterable[queries.Query], names: vocab.Names = vocab.SHARED
) -> list[Finding]:
    """A finding for each row of the hygiene queries over the union of all graphs.

    A query's first variable is the node at fault. The others fill the `{name}` placeholders of its header's fault and
    cure: a thing by its label in the text's language, else its short name. Raises queries.QueryError for a query
    without a severity, or whose first variable is not `node`, or that does not select what its texts name.
    """
    return [finding for query in catalogue for finding in _rows(whole, query, names)]


def _rows(whole: ox.Store, query: queries.Query, names: vocab.Names) -> list[Finding]:
    severity = _SEVERITIES.get(query.said("severity"))
    if severity is None:
        raise queries.QueryError(f"{query.name}: `#+ severity:` is one of {', '.join(_SEVERITIES)}")
    rows = queries.run(query, whole, names=names)
    texts = {key: {language: query.said(key, language) for language in _LANGUAGES} for key in ("fault", "cure")}
    named = {name for words in texts.values() for text in words.values() for name in _PLACEHOLDER.findall(text)}
    if rows.variables[:1] != ["node"] or not named <= set(rows.variables):
        raise queries.QueryError(f"{query.name} selects ?node first, and ?{', ?'.join(sorted(named))}")
    findings = []
    for row in rows.rows:
        filled = {
            key: {
                language: _filled(text, _words(whole, rows.variables, row, language, names))
                for language, text in words.items()
            }
            for key, words in texts.items()
        }
        node = row[0].value if isinstance(row[0], ox.NamedNode) else None
        findings.append(Finding(severity, query.name, filled["fault"], filled["cure"], node))
    return sorted(findings, key=lambda finding: (finding.node or "", finding.text()))


def _filled(text: str, words: Mapping[str, str]) -> str:
    return _PLACEHOLDER.sub(lambda match: words[match[1]], text)


def _words(
    whole: ox.Store,
    variables: Iterable[str],
    row: Iterable[queries.Term | None],
    language: str,
    names: vocab.Names,
) -> dict[str, str]:
    return {
        name: _label(whole, term, language) or names.shorten(term.value) if term is not None else "–"
        for name, term in zip(variables, row, strict=True)
    }


def _label(whole: ox.Store, term: queries.Term, language: str) -> str | None:
    return store.labels_of(whole, term).get(language) if isinstance(term, ox.NamedNode) else None


def report(findings: Iterable[Finding]) -> list[ox.Quad]:
    """The findings as a sh:ValidationReport of numbered results, in the order given, without blank nodes."""
    listed = list(findings)
    whole = ox.NamedNode(_REPORT)
    is_valid = all(finding.severity is not Severity.VIOLATION for finding in listed)
    quads = [
        ox.Quad(whole, vocab.rdf_type, _sh("ValidationReport")),
        ox.Quad(whole, _sh("conforms"), ox.Literal(is_valid)),
    ]
    for number, finding in enumerate(listed, start=1):
        result = ox.NamedNode(f"{_REPORT}#{number}")
        quads.append(ox.Quad(whole, _sh("result"), result))
        quads += [ox.Quad(result, predicate, value) for predicate, value in _result(finding)]
    return quads


def _result(finding: Finding) -> Iterator[tuple[ox.NamedNode, ox.NamedNode | ox.Literal]]:
    """What a validation result says; the check is a shape and its constraint, or the name of a query."""
    shape, slash, constraint = finding.check.partition("/")
    component = f"{constraint[:1].upper()}{constraint[1:]}" if slash else "SPARQL"
    yield vocab.rdf_type, _sh("ValidationResult")
    yield _sh("focusNode"), ox.NamedNode(finding.node) if finding.node else ox.Literal(str(finding.position))
    yield _sh("resultSeverity"), _sh(finding.severity.term)
    yield _sh("sourceConstraintComponent"), _sh(f"{component}ConstraintComponent")
    if slash:
        yield _sh("sourceShape"), ox.NamedNode(SHAPE + shape)
    for language in _LANGUAGES:
        yield _sh("resultMessage"), ox.Literal(finding.said(language), language=language)
    yield ox.NamedNode(vocab.PREFIXES["dcterms"] + "identifier"), ox.Literal(finding.check)
    if finding.position:
        yield ox.NamedNode(vocab.PREFIXES["dcterms"] + "source"), ox.Literal(str(finding.position))


def read_report(triples: Iterable[ox.Triple | ox.Quad]) -> list[Finding]:
    """The findings of a report as `report` writes it; what is wrong and what to do are one text, without labels."""
    results: dict[str, dict[ox.NamedNode, list[ox.NamedNode | ox.Literal]]] = defaultdict(lambda: defaultdict(list))
    for triple in triples:
        if isinstance(triple.subject, ox.NamedNode) and isinstance(triple.object, ox.NamedNode | ox.Literal):
            results[triple.subject.value][triple.predicate].append(triple.object)
    identifier = ox.NamedNode(vocab.PREFIXES["dcterms"] + "identifier")
    return [
        Finding(
            Severity[messages[_sh("resultSeverity")][0].value.rpartition("#")[2].upper()],
            messages[identifier][0].value,
            {
                text.language or "": text.value
                for text in messages[_sh("resultMessage")]
                if isinstance(text, ox.Literal)
            },
            {},
            next((node.value for node in messages[_sh("focusNode")] if isinstance(node, ox.NamedNode)), None),
        )
        for messages in results.values()
        if identifier in messages
    ]


def _sh(name: str) -> ox.NamedNode:
    return ox.NamedNode(vocab.PREFIXES["sh"] + name)
