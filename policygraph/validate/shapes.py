"""A graph in, findings out: what its shapes (SHACL) say is wrong.

Shapes look at one graph at a time, so that one changed record is one small validation. The compiled shapes go over all
things and pySHACL over those that break one, so that it speaks of faults and decides nothing alone.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path

import pyoxigraph as ox
import rdflib
from rdflib.collection import Collection

from policygraph import vocab
from policygraph.findings import Fault, Finding, Severity
from policygraph.lines import AnyQuad
from policygraph.messages import EMPTY, SOURCE, message, text_in
from policygraph.validate.compiled import Data, Properties, Screen, Term, UnknownConstructError, compile_shapes
from policygraph.validate.terms import node, plain_graph, quietly, to_rdflib

__all__ = [
    "SHAPE",
    "WRONG_TYPE",
    "Shapes",
    "check_ontology",
    "check_shapes",
    "parse_shapes",
    "read_shapes",
    "shape_files",
]

#: The shapes of shapes/*.ttl are named below this; a finding's check is the rest of the name and the constraint.
SHAPE = vocab.PREFIXES["shape"]
#: The file of shapes about the ontology itself; all others are about the data.
_ABOUT_ONTOLOGY = "ontology.ttl"
_LANGUAGES = ("en", "zh")
_SHACL = rdflib.Namespace(vocab.PREFIXES["sh"])
#: How a shape names the nodes it is about.
_TARGETS = (_SHACL.targetClass, _SHACL.targetSubjectsOf)

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
#: The name of the check that finds things of the wrong type.
WRONG_TYPE = "wrong_type"
_MISTYPED = Fault(
    WRONG_TYPE,
    message("its type {kinds} has no {alien}; all its keys are those of {others}."),
    message("Mend the `type:`."),
)


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


@dataclass(frozen=True, slots=True)
class _Form:
    """What a closed shape lets things of a class have, and what they must: IRIs of properties."""

    kind: str
    allowed: frozenset[str]
    required: frozenset[str]


class Shapes:
    """Shapes as read from Turtle: compiled, and as pySHACL takes them, each when it is first needed."""

    def __init__(self, quads: Iterable[ox.Quad], *, in_batches: bool = True) -> None:
        self._quads = list(quads)
        self._in_batches = in_batches

    @cached_property
    def graph(self) -> rdflib.Graph:
        """The shapes for pySHACL."""
        graph = to_rdflib(self._quads)
        return _in_batches(graph) if self._in_batches else graph

    @cached_property
    def forms(self) -> tuple[_Form, ...]:
        """The forms of the classes that have a closed shape, in order of their names."""
        statements: dict[str, dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
        for quad in self._quads:
            if isinstance(quad.subject, ox.NamedNode) and isinstance(quad.object, (ox.NamedNode, ox.Literal)):
                statements[quad.subject.value][quad.predicate.value.removeprefix(str(_SHACL))].append(quad.object.value)
        forms: list[_Form] = []
        for shape in statements.values():
            if "true" not in shape.get("closed", ()):
                continue
            properties = [statements[name] for name in shape["property"]]
            allowed = frozenset(path for each in properties for path in each["path"])
            required = frozenset(path for each in properties if each["minCount"] > ["0"] for path in each["path"])
            forms += (_Form(kind, allowed, required) for kind in shape["targetClass"])
        return tuple(sorted(forms, key=lambda form: form.kind))

    @cached_property
    def screen(self) -> Screen:
        """The compiled shapes. Raises UnknownConstructError for a construct that the compiler does not know."""
        return compile_shapes(self._quads)

    @cached_property
    def unknown(self) -> str | None:
        """The construct of these shapes that the compiler does not know; pySHACL alone then checks them."""
        try:
            self.screen  # noqa: B018 - compiled here
        except UnknownConstructError as error:
            return str(error)
        return None


def read_shapes(*folders: Path) -> tuple[Shapes, Shapes]:
    """The shapes about the ontology, and those about the data, from the Turtle files of folders."""
    about_ontology, about_data = shape_files(*folders)
    return parse_shapes(about_ontology), parse_shapes(about_data)


def shape_files(*folders: Path) -> tuple[tuple[bytes, ...], tuple[bytes, ...]]:
    """The Turtle files with shapes about the ontology, and those about the data, in order of their names."""
    paths = sorted(path for folder in folders for path in folder.glob("*.ttl"))
    return (
        tuple(path.read_bytes() for path in paths if path.name == _ABOUT_ONTOLOGY),
        tuple(path.read_bytes() for path in paths if path.name != _ABOUT_ONTOLOGY),
    )


@lru_cache(maxsize=4)
def parse_shapes(files: tuple[bytes, ...]) -> Shapes:
    """Shapes from Turtle, compiled once a process; blank nodes of different files are different."""
    parsed = (ox.parse(file, ox.RdfFormat.TURTLE, rename_blank_nodes=True) for file in files)
    return Shapes(quad for file in parsed for quad in file)


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


def check_shapes(
    parts: Mapping[ox.NamedNode, Iterable[AnyQuad]],
    types: Mapping[str, Iterable[str]],
    shapes: Shapes,
    *,
    compiled: bool = True,
) -> list[Finding]:
    """What the shapes find in each graph, by its name; `types` are the asserted and inferred classes of all things.

    A graph is validated by itself, with the classes of whatever it mentions. Only what it defines (what has an
    asserted type in it) is held to the shapes: a shared thing is described, and validated, elsewhere. Without
    `compiled`, pySHACL does all of it: minutes for a corpus.
    """
    named = sorted(parts.items(), key=lambda part: part[0].value)
    whole = [_Part(Data(quads, types)) for _, quads in named]
    if compiled and shapes.unknown is None:
        faulty = [part.cut(shapes.screen) for part in whole]
        runs = _runs(faulty, one_by_one=shapes.screen.steps > 1)
    else:
        faulty, runs = whole, [[number] for number in range(len(whole))]
    findings: dict[int, list[Finding]] = {}
    for run in runs:
        defined = {thing: kinds for number in run for thing, kinds in faulty[number].defined.items()}
        results = _validate([faulty[number].triples() for number in run], shapes.graph)
        owners = {thing: number for number in run for thing in faulty[number].defined}
        for number in run:
            own = [result for result in results if owners.get(result.node) == number]
            findings[number] = _of_part(own, defined, faulty[number].data, shapes)
    return [finding for number in sorted(findings) for finding in findings[number]]


Triple = tuple[Term, str, Term]


@dataclass(slots=True)
class _Part:
    """The data of one graph that pySHACL is to see: all of it, or what is said of some things."""

    data: Data
    properties: Mapping[Term, Properties] | None = None
    things: Sequence[Term] | None = None

    def cut(self, screen: Screen) -> _Part:
        """What is needed to speak of the things that break a shape: what is said of them, or all of the graph."""
        broken = screen.broken(self.data)
        if broken and (screen.steps > 1 or self.data.has_classes):
            return self
        return _Part(self.data, {thing: self.data.properties[thing] for thing in broken}, broken)

    @property
    def defined(self) -> dict[rdflib.term.Node, set[rdflib.term.Node]]:
        """The things that are held to the shapes, with their types in this graph."""
        things = self.data.defined if self.things is None else self.things
        return {node(thing): set(map(rdflib.URIRef, self.data.defined[thing])) for thing in things}

    @property
    def names(self) -> set[Term]:
        """The things of which something is said, and blank nodes, whose names mean nothing elsewhere."""
        properties = self.data.properties if self.properties is None else self.properties
        values = (value for each in properties.values() for terms in each.values() for value in terms)
        return {*properties, *(value for value in values if isinstance(value, ox.BlankNode))}

    def triples(self) -> Iterator[Triple]:
        """What is said, and the types of everything that is mentioned."""
        properties = self.data.properties if self.properties is None else self.properties
        for thing, each in properties.items():
            for name, values in each.items():
                for value in values:
                    yield thing, name, value
                    if not isinstance(value, ox.Literal):
                        for kind in self.data.of(value).get(vocab.rdf_type.value, ()):
                            yield value, vocab.rdf_type.value, kind


def _runs(parts: Sequence[_Part], *, one_by_one: bool) -> list[list[int]]:
    """The parts that pySHACL can see in one run, by number: those that speak of different things."""
    runs: list[tuple[list[int], set[Term]]] = []
    for number, part in enumerate(parts):
        if not part.things and part.things is not None:
            continue
        names = part.names
        run = next((each for each in runs if not one_by_one and names.isdisjoint(each[1])), None)
        if run is None:
            runs.append(([number], names))
        else:
            run[0].append(number)
            run[1].update(names)
    return [numbers for numbers, _ in runs]


def check_ontology(ontology: Iterable[ox.Quad], shapes: Shapes, *, compiled: bool = True) -> list[Finding]:
    """What the shapes about the ontology find in it: its own style, term by term; once a process."""
    return list(_of_ontology(tuple(ontology), shapes, compiled=compiled))


@lru_cache(maxsize=4)
def _of_ontology(ontology: tuple[ox.Quad, ...], shapes: Shapes, *, compiled: bool) -> tuple[Finding, ...]:
    part = _Part(Data(ontology, {}))
    if compiled and shapes.unknown is None and not shapes.screen.broken(part.data):
        return ()
    return tuple(_findings(_validate([part.triples()], shapes.graph), part.defined, shapes.graph))


@quietly()
def _validate(parts: Iterable[Iterable[Triple]], shapes: rdflib.Graph) -> list[_Result]:
    import pyshacl  # noqa: PLC0415 - slow to import, and needed only where something is wrong

    data = rdflib.Graph(bind_namespaces="none")
    for triples in parts:
        for subject, predicate, value in triples:
            data.add((node(subject), rdflib.URIRef(predicate), node(value)))
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
    findings = [_finding(result, defined[result.node], shapes) for result in faults.values()]
    return sorted(findings, key=lambda finding: (finding.node or "", finding.check, finding.text()))


def _of_part(
    results: Sequence[_Result],
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
    results: Iterable[_Result],
    defined: Mapping[rdflib.term.Node, Set[rdflib.term.Node]],
    data: Data,
    forms: Sequence[_Form],
) -> dict[rdflib.term.Node, Finding]:
    """Things that break their own class and would be sound as another: one finding each, in place of all the others.

    So it is where properties are not of the class, or one is not and others are missing, where no value is wrong, and
    where some other class takes all that the thing has and asks for nothing more.
    """
    broken: dict[rdflib.term.Node, list[_Result]] = defaultdict(list)
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


def _finding(result: _Result, kinds: Set[rdflib.term.Node], shapes: rdflib.Graph) -> Finding:
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
