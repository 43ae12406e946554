"""A graph in, findings out: what its shapes (SHACL) say is wrong.

Shapes look at one graph at a time, so that one changed record is one small validation. The compiled shapes go over all
things and pySHACL over those that break one (faulty.py), so that it speaks of faults and decides nothing alone.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

import pyoxigraph as ox

from policygraph import vocab
from policygraph.findings import Finding
from policygraph.lines import AnyQuad
from policygraph.store import turtle_of
from policygraph.validate.compiled import Data, Properties, Screen, Term, UnknownConstructError, compile_shapes

if TYPE_CHECKING:
    import rdflib

    from policygraph.validate.validator import Validator

__all__ = [
    "SHAPE",
    "WRONG_TYPE",
    "Form",
    "Part",
    "Shapes",
    "Triple",
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
_SHACL = vocab.PREFIXES["sh"]
#: The name of the check that finds things of the wrong type.
WRONG_TYPE = "wrong_type"


@dataclass(frozen=True, slots=True)
class Form:
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
        from policygraph.validate import faulty  # noqa: PLC0415 - slow to import, and needed only for faults

        return faulty.graph_of(self._quads, in_batches=self._in_batches)

    @cached_property
    def validator(self) -> Validator:
        """These shapes in pySHACL, which reads them once."""
        from policygraph.validate.validator import Validator  # noqa: PLC0415 - slow to import, and needed only for faults

        return Validator(self.graph)

    @cached_property
    def forms(self) -> tuple[Form, ...]:
        """The forms of the classes that have a closed shape, in order of their names."""
        statements: dict[str, dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
        for quad in self._quads:
            if isinstance(quad.subject, ox.NamedNode) and isinstance(quad.object, (ox.NamedNode, ox.Literal)):
                statements[quad.subject.value][quad.predicate.value.removeprefix(_SHACL)].append(quad.object.value)
        forms: list[Form] = []
        for shape in statements.values():
            if "true" not in shape.get("closed", ()):
                continue
            properties = [statements[name] for name in shape["property"]]
            allowed = frozenset(path for each in properties for path in each["path"])
            required = frozenset(path for each in properties if each["minCount"] > ["0"] for path in each["path"])
            forms += (Form(kind, allowed, required) for kind in shape["targetClass"])
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
    return Shapes(quad for file in files for quad in turtle_of(file, vocab.GRAPH_META))


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
    whole = [Part(Data(quads, types)) for _, quads in named]
    if compiled and shapes.unknown is None:
        broken = [part.cut(shapes.screen) for part in whole]
        runs = _runs(broken, one_by_one=shapes.screen.steps > 1)
    else:
        broken, runs = whole, [[number] for number in range(len(whole))]
    if not runs:
        return []
    from policygraph.validate import faulty  # noqa: PLC0415 - slow to import

    findings: dict[int, list[Finding]] = {}
    for run in runs:
        findings |= zip(run, faulty.of_parts([broken[number] for number in run], shapes), strict=True)
    return [finding for number in sorted(findings) for finding in findings[number]]


Triple = tuple[Term, str, Term]


@dataclass(slots=True)
class Part:
    """The data of one graph that pySHACL is to see: all of it, or what is said of some things."""

    data: Data
    properties: Mapping[Term, Properties] | None = None
    things: Sequence[Term] | None = None

    def cut(self, screen: Screen) -> Part:
        """What is needed to speak of the things that break a shape: what is said of them, or all of the graph."""
        broken = screen.broken(self.data)
        if broken and (screen.steps > 1 or self.data.has_classes):
            return self
        return Part(self.data, {thing: self.data.properties[thing] for thing in broken}, broken)

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


def _runs(parts: Sequence[Part], *, one_by_one: bool) -> list[list[int]]:
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
    part = Part(Data(ontology, {}))
    if compiled and shapes.unknown is None and not shapes.screen.broken(part.data):
        return ()
    from policygraph.validate import faulty  # noqa: PLC0415 - slow to import

    return tuple(faulty.of_ontology(part, shapes))
