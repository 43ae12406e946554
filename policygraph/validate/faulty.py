"""Parts of graphs that break a shape in, findings out: pySHACL validates them, and its results are put into words.

Imported only where something is wrong: rdflib and pySHACL are slow to import.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence, Set

import pyoxigraph as ox
import rdflib
from rdflib.collection import Collection

from policygraph import vocab
from policygraph.findings import Fault, Finding, Severity
from policygraph.messages import EMPTY, SOURCE, message, text_in
from policygraph.validate.compiled import Data
from policygraph.validate.shapes import SHAPE, WRONG_TYPE, Form, Part, Shapes, Triple
from policygraph.validate.terms import node, plain_graph, quietly, to_rdflib
from policygraph.validate.validator import Result, Validator

__all__ = ["graph_of", "of_ontology", "of_parts"]

_SHACL = rdflib.Namespace(vocab.PREFIXES["sh"])
#: How a shape names the nodes it is about.
_TARGETS = (_SHACL.targetClass, _SHACL.targetSubjectsOf)
_LANGUAGES = ("en", "zh")

#: Constraint component -> what it found, added to the shape's message; `{path}` and `{value}` are the result's, and
#: `{kinds}` the classes of the thing, since one closed shape may be that of several.
_ACTUAL = {
    "ClosedConstraintComponent": message(" Found in a {kinds}: {path} “{value}”."),
    "MaxCountConstraintComponent": message(" There are too many."),
    "UniqueLangConstraintComponent": message(" One language has several."),
}
_ACTUAL_VALUE = message(" Found: “{value}”.")
#: What is broken where a thing has the keys of another class: some are too many, others are missing.
_OF_A_TYPE = frozenset({"ClosedConstraintComponent", "MinCountConstraintComponent", "OrConstraintComponent"})
#: Classes that a finding of a wrong type names.
_MOST_OTHERS = 5
_MISTYPED = Fault(
    WRONG_TYPE,
    message("its type {kinds} has no {alien}; all its keys are those of {others}."),
    message("Mend the `type:`."),
)


def graph_of(quads: Iterable[ox.Quad], *, in_batches: bool) -> rdflib.Graph:
    """Shapes as pySHACL takes them; `in_batches`, so that it is quicker."""
    graph = to_rdflib(quads)
    return _in_batches(graph) if in_batches else graph


def _in_batches(shapes: rdflib.Graph) -> rdflib.Graph:
    """The same shapes, in a fifth of the time: pySHACL takes up a property shape anew for each node of a class.

    What a node shape with targets asks of its properties, each property shape asks of those targets itself; what a
    closed shape allows because of a property shape, it allows by name (SHACL, sections 2.1.3 and 4.8.1).
    """
    batched = plain_graph()
    batched += shapes
    for shape in set(shapes.subjects(_SHACL.property)):
        targets = [(key, target) for key in _TARGETS for target in shapes.objects(shape, key)]
        if not targets or (shape, _SHACL.deactivated, rdflib.Literal(True)) in shapes:
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


def of_parts(parts: Sequence[Part], shapes: Shapes) -> list[list[Finding]]:
    """What the shapes find in each of some parts, which are validated in one run: they speak of different things."""
    own = [_defined(part) for part in parts]
    defined = {thing: kinds for each in own for thing, kinds in each.items()}
    results = _validate([part.triples() for part in parts], shapes.validator)
    owners = {thing: number for number, each in enumerate(own) for thing in each}
    of_each: list[list[Result]] = [[] for _ in parts]
    for result in results:
        if result.node in owners:
            of_each[owners[result.node]].append(result)
    return [_of_part(each, defined, part.data, shapes) for each, part in zip(of_each, parts, strict=True)]


def of_ontology(part: Part, shapes: Shapes) -> list[Finding]:
    """What the shapes about the ontology find in it."""
    return _findings(_validate([part.triples()], shapes.validator), _defined(part), shapes.graph)


def _defined(part: Part) -> dict[rdflib.term.Node, set[rdflib.term.Node]]:
    """The things that are held to the shapes, with their types in this graph."""
    things = part.data.defined if part.things is None else part.things
    return {node(thing): set(map(rdflib.URIRef, part.data.defined[thing])) for thing in things}


def _validate(parts: Iterable[Iterable[Triple]], validator: Validator) -> list[Result]:
    data = rdflib.Graph(bind_namespaces="none")
    with quietly():
        for triples in parts:
            for subject, predicate, value in triples:
                data.add((node(subject), rdflib.URIRef(predicate), node(value)))
    return validator.results(data)


def _findings(
    results: Iterable[Result],
    defined: Mapping[rdflib.term.Node, Set[rdflib.term.Node]],
    shapes: rdflib.Graph,
) -> list[Finding]:
    """One finding for each fault of a defined thing, in the words of the shape nearest to its class."""

    def nearness(result: Result) -> tuple[bool, str, str]:
        targets = set(shapes.objects(result.shape, _SHACL.targetClass))
        return targets.isdisjoint(defined[result.node]), str(result.shape), result.component

    faults: dict[tuple[object, ...], Result] = {}
    for result in sorted((r for r in results if r.node in defined), key=nearness):
        faults.setdefault(result.fault, result)
    findings = [_finding(result, defined[result.node], shapes) for result in faults.values()]
    return sorted(findings, key=lambda finding: (finding.node or "", finding.check, finding.text()))


def _of_part(
    results: Sequence[Result],
    defined: Mapping[rdflib.term.Node, Set[rdflib.term.Node]],
    data: Data,
    shapes: Shapes,
) -> list[Finding]:
    """The findings of one graph; what follows from the wrong type of a thing is not told beside that."""
    mistyped = _mistyped(results, defined, data, shapes.forms)
    explained = mistyped.keys()
    others = [r for r in results if r.node not in explained and (r.value not in explained or r.node == r.value)]
    # in an order of their own: that of pySHACL's results changes with what else is validated
    of_types = sorted(mistyped.values(), key=lambda finding: finding.node or "")
    return [*of_types, *_findings(others, defined, shapes.graph)]


def _mistyped(
    results: Iterable[Result],
    defined: Mapping[rdflib.term.Node, Set[rdflib.term.Node]],
    data: Data,
    forms: Sequence[Form],
) -> dict[rdflib.term.Node, Finding]:
    """Things that break their own class and would be sound as another: one finding each, in place of all the others.

    So it is where properties are not of the class, or one is not and others are missing, where no value is wrong, and
    where some other class takes all that the thing has and asks for nothing more.
    """
    broken: dict[rdflib.term.Node, list[Result]] = defaultdict(list)
    for result in results:
        if result.node in defined and isinstance(result.node, rdflib.URIRef):
            broken[result.node].append(result)
    mistyped: dict[rdflib.term.Node, Finding] = {}
    for thing, faults in broken.items():
        alien = sorted({str(fault.path) for fault in faults if fault.component == "ClosedConstraintComponent"})
        if (
            not alien
            or len({fault.fault for fault in faults}) == 1
            or any(fault.component not in _OF_A_TYPE for fault in faults)
        ):
            continue
        kinds = sorted(map(str, defined[thing]))
        held = set(data.properties.get(ox.NamedNode(str(thing)), ())) - {vocab.rdf_type.value}
        others = [f.kind for f in forms if f.required <= held <= f.allowed and f.kind not in kinds]
        if others:
            mistyped[thing] = _MISTYPED.finding(
                node=str(thing),
                path=vocab.rdf_type.value,
                kinds=", ".join(map(vocab.shorten, kinds)),
                alien=", ".join(map(vocab.shorten, alien)),
                others=", ".join(map(vocab.shorten, others[:_MOST_OTHERS])),
            )
    return mistyped


def _finding(result: Result, kinds: Set[rdflib.term.Node], shapes: rdflib.Graph) -> Finding:
    constraint = result.component.removesuffix("ConstraintComponent")
    name = str(result.shape).removeprefix(SHAPE)
    texts, cure = (_texts(shapes, result.shape, key) for key in (_SHACL.message, _SHACL.description))
    template = _ACTUAL.get(result.component, _ACTUAL_VALUE if result.path and result.value else EMPTY)
    fault = template.format(
        path=_short(result.path), value=_short(result.value), kinds=", ".join(sorted(map(_short, kinds)))
    )
    return Finding(
        Severity[str(shapes.value(result.shape, _SHACL.severity) or "Violation").rpartition("#")[2].upper()],
        f"{name}/{constraint[:1].lower()}{constraint[1:]}",
        {language: text_in(texts, language) + text for language, text in fault.items()},
        cure,
        str(result.node) if isinstance(result.node, rdflib.URIRef) else None,
        path=str(result.path) if isinstance(result.path, rdflib.URIRef) else None,
    )


def _texts(shapes: rdflib.Graph, shape: rdflib.term.Node, key: rdflib.URIRef) -> dict[str, str]:
    texts = [text for text in shapes.objects(shape, key) if isinstance(text, rdflib.Literal)]
    return dict.fromkeys(_LANGUAGES, "") | {text.language or SOURCE: str(text) for text in texts}


def _short(node: rdflib.term.Node | None) -> str:
    return vocab.shorten(str(node)) if node is not None else ""
