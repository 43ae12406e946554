"""What was inferred of a thing in, what each statement follows from out.

The reasons are looked up again in the axioms of the ontology, one step deep: a sub-property or a subclass of which the
premise is stated, two steps that a transitive property or a chain joins, a symmetric or inverse statement.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import pyoxigraph as ox

from policygraph import vocab

from ..web.ask import Row, rows
from ..web.request import RequestContext

__all__ = ["Inference", "Reason", "inferences"]

_TYPE = vocab.rdf_type.value
_INFERRED = vocab.GRAPH_INFERRED.value


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a statement holds: the rule's name, the property or class of the premise, and the thing in between."""

    rule: str
    premise: str = ""
    by: str = ""


@dataclass(frozen=True, slots=True)
class Inference:
    """An inferred statement and its reasons; none where the axioms of one step do not give it."""

    property: str
    value: ox.NamedNode | ox.Literal
    reasons: tuple[Reason, ...]


def inferences(context: RequestContext, thing: str, statements: Sequence[Row]) -> list[Inference]:
    """What follows of a thing beyond what is written; `statements` are the rows of page-statements.rq."""
    graphs_of: dict[tuple[str, ox.NamedNode | ox.Literal], set[str]] = {}
    for row in statements:
        graphs_of.setdefault((row["property"].value, row["value"]), set()).add(row["graph"].value)  # type: ignore[arg-type]
    inferred = [key for key, graphs in graphs_of.items() if graphs == {_INFERRED}]
    if not inferred:
        return []
    axioms = rows(context, "axioms")
    steps = _steps(context, thing, axioms)
    return [Inference(name, value, tuple(_reasons(name, value, graphs_of, axioms, steps))) for name, value in inferred]


def _steps(context: RequestContext, thing: str, axioms: Iterable[Row]) -> list[Row]:
    """The pairs of statements that some axiom joins."""
    pairs = {(row["first"], row["second"]) for row in axioms if "second" in row}
    ends = [sorted({pair[end] for pair in pairs}, key=str) for end in (0, 1)]
    values = {"thing": ox.NamedNode(thing), "first": ends[0], "second": ends[1]}
    solutions = rows(context, "page-steps", values)  # type: ignore[arg-type]
    return [row for row in solutions if (row["first"], row["second"]) in pairs]


def _reasons(
    name: str,
    value: ox.NamedNode | ox.Literal,
    graphs_of: Mapping[tuple[str, ox.NamedNode | ox.Literal], set[str]],
    axioms: Iterable[Row],
    steps: Iterable[Row],
) -> Iterable[Reason]:
    for row in axioms:
        rule, first, whole = row["rule"].value, row["first"].value, row["whole"].value
        if rule == "subclass":
            holds = name == _TYPE and whole == value.value and (_TYPE, ox.NamedNode(first)) in graphs_of
        else:
            holds = rule == "sub-property" and whole == name and (first, value) in graphs_of
        if holds or (rule in ("symmetric", "inverse") and whole == name):
            yield Reason(rule, first)
        elif rule in ("chain", "transitive") and whole == name:
            for step in steps:
                is_joined = (step["first"].value, step["second"].value) == (first, row["second"].value)
                if is_joined and step["value"] == value:
                    yield Reason(rule, first, step["by"].value)
