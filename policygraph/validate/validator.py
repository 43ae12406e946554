"""Shapes and data in, results of pySHACL out: what pySHACL makes of shapes is made once for all data that they judge.

Of pySHACL's time over a few things, most goes into reading the shapes anew and looking for those that are about none of
them. What a graph of shapes answers is kept here, so that it must not change once it is a validator's.
"""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import dataclass
from functools import cached_property

import rdflib
from pyshacl.constraints import CONSTRAINT_PARAMETERS_MAP
from pyshacl.graph_abstraction import DataGraph
from pyshacl.shape import Shape
from pyshacl.shapes_graph import ShapesGraph
from pyshacl.validator import Validator as Run
from rdflib.paths import Path
from rdflib.term import Node

from policygraph import vocab
from policygraph.validate.terms import quietly

__all__ = ["Result", "Validator"]

_SHACL = rdflib.Namespace(vocab.PREFIXES["sh"])


@dataclass(frozen=True, slots=True)
class Result:
    """One result of a SHACL report."""

    node: Node
    shape: Node
    component: str
    path: Node | None
    value: Node | None

    @property
    def fault(self) -> tuple[object, ...]:
        """What tells two faults apart, however many shapes and constraints find one and the same."""
        about_shape = self.path is None or self.value is None
        return self.node, self.path, self.shape if about_shape else self.value


class _Answered(rdflib.Graph):
    """A graph that does not change, and so answers what it was asked before without looking again."""

    def __init__(self, graph: rdflib.Graph) -> None:
        super().__init__("SimpleMemory", bind_namespaces="none")
        self += graph
        self._objects: dict[tuple[Node, Node], tuple[Node, ...]] = {}

    def objects(
        self,
        subject: Node | list[Node] | None = None,
        predicate: Path | Node | None = None,
        unique: bool = False,
    ) -> Generator[Node, None, None]:
        """The objects of statements, as rdflib has them."""
        if not isinstance(subject, Node) or not isinstance(predicate, Node):
            yield from super().objects(subject, predicate, unique)
            return
        key = subject, predicate
        objects = self._objects.get(key)
        if objects is None:
            objects = self._objects[key] = tuple(super().objects(subject, predicate, unique))
        yield from objects


class _Compiled(ShapesGraph):
    """Shapes as pySHACL has them, without what it would look for in vain for each graph of data."""

    @cached_property
    def shapes(self) -> list[Shape]:
        """The shapes that have targets: no others start a validation (SHACL, section 2.1.3)."""
        return [shape for shape in super().shapes if any(list(targets) for targets in shape.target())]

    @cached_property
    def _parameters(self) -> dict[Node, list[tuple[Node, Node]]]:
        return {}

    def predicate_objects(self, node: Node) -> list[tuple[Node, Node]]:
        """What a shape asks, for which alone pySHACL goes through its statements."""
        pairs = self._parameters.get(node)
        if pairs is None:
            every = self.graph.predicate_objects(node)
            pairs = self._parameters[node] = [pair for pair in every if pair[0] in CONSTRAINT_PARAMETERS_MAP]
        return pairs


class Validator:
    """Validates graphs of data by some shapes, with pySHACL."""

    def __init__(self, shapes: rdflib.Graph) -> None:
        self._graph = _Answered(shapes)
        self._shapes = _Compiled(self._graph)

    @quietly()
    def results(self, data: rdflib.Graph) -> list[Result]:
        """What is wrong with a graph. Raises pyshacl.errors.ValidationFailure for shapes that are none."""
        run = Run(DataGraph.from_rdflib(data), shacl_graph=self._graph, options={"inplace": True})
        run.shacl_graph = self._shapes
        _, report, _ = run.run()  # type: ignore[no-untyped-call]
        return [
            Result(
                report.value(result, _SHACL.focusNode),
                report.value(result, _SHACL.sourceShape),
                str(report.value(result, _SHACL.sourceConstraintComponent)).removeprefix(str(_SHACL)),
                report.value(result, _SHACL.resultPath),
                report.value(result, _SHACL.value),
            )
            for result in report.subjects(rdflib.RDF.type, _SHACL.ValidationResult)
        ]
