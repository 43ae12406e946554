"""Quads of records in, the same with faults out: what a curator may get wrong, at random and the same for a seed."""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence

import pyoxigraph as ox

from policygraph import vocab

__all__ = ["mutated"]

_XSD = vocab.PREFIXES["xsd"]
Term = ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple
Statements = list[tuple[ox.NamedNode, Term]]

#: Values that are wrong nearly everywhere, or right for another property.
_ODD: Sequence[Term] = (
    ox.Literal(""),
    ox.Literal(" 首尾空白 ", language="zh"),
    ox.Literal("x" * 250, language="en"),
    ox.Literal("néerlandais", language="nl"),
    ox.Literal("-1", datatype=ox.NamedNode(_XSD + "integer")),
    ox.Literal("01", datatype=ox.NamedNode(_XSD + "integer")),
    ox.Literal("1e3", datatype=ox.NamedNode(_XSD + "decimal")),
    ox.Literal("140.5", datatype=ox.NamedNode(_XSD + "decimal")),
    ox.Literal("2023-02-30", datatype=ox.NamedNode(_XSD + "date")),
    ox.Literal("2023-13", datatype=ox.NamedNode(_XSD + "gYearMonth")),
    ox.Literal("20235", datatype=ox.NamedNode(_XSD + "gYear")),
    ox.Literal("TRUE", datatype=ox.NamedNode(_XSD + "boolean")),
    ox.Literal("1", datatype=ox.NamedNode(_XSD + "boolean")),
    ox.Literal("2023-01/2023-06", datatype=vocab.pg("MonthInterval")),
    ox.NamedNode(vocab.ID + "nobody"),
    ox.NamedNode(vocab.CONCEPT + "value-kind/rank"),
    ox.NamedNode(vocab.CONCEPT + "value-kind/relative"),
    ox.BlankNode("somebody"),
)


def _drop(statements: Statements, _: Sequence[tuple[ox.NamedNode, Term]], chance: random.Random) -> None:
    del statements[chance.randrange(len(statements))]


def _odd_value(statements: Statements, _: Sequence[tuple[ox.NamedNode, Term]], chance: random.Random) -> None:
    place = chance.randrange(len(statements))
    statements[place] = (statements[place][0], chance.choice(_ODD))


def _one_more(statements: Statements, others: Sequence[tuple[ox.NamedNode, Term]], chance: random.Random) -> None:
    statements.append(chance.choice(others))


def _of_another(statements: Statements, others: Sequence[tuple[ox.NamedNode, Term]], chance: random.Random) -> None:
    place = chance.randrange(len(statements))
    statements[place] = (statements[place][0], chance.choice(others)[1])


def _twice(statements: Statements, others: Sequence[tuple[ox.NamedNode, Term]], chance: random.Random) -> None:
    predicate = chance.choice(statements)[0]
    values = [value for name, value in others if name == predicate] or [chance.choice(_ODD)]
    statements.append((predicate, chance.choice(values)))


def _retyped(statements: Statements, others: Sequence[tuple[ox.NamedNode, Term]], chance: random.Random) -> None:
    kinds = [value for name, value in others if name == vocab.rdf_type]
    places = [place for place, (name, _) in enumerate(statements) if name == vocab.rdf_type]
    if places:
        statements[chance.choice(places)] = (vocab.rdf_type, chance.choice(kinds))


_ACTS: Sequence[Callable[[Statements, Sequence[tuple[ox.NamedNode, Term]], random.Random], None]] = (
    _drop,
    _odd_value,
    _one_more,
    _of_another,
    _twice,
    _retyped,
)


def mutated(quads: Sequence[ox.Quad], things: int, seed: int) -> list[ox.Quad]:
    """So many things of some quads, picked at random, each with one to three faults."""
    chance = random.Random(seed)  # noqa: S311 - the same for a seed is what is wanted
    by_thing: Mapping[ox.NamedNode, Statements] = defaultdict(list)
    for quad in quads:
        if isinstance(quad.subject, ox.NamedNode):
            by_thing[quad.subject].append((quad.predicate, quad.object))
    defined = sorted(
        (thing for thing, said in by_thing.items() if any(name == vocab.rdf_type for name, _ in said)), key=str
    )
    others = [statement for thing in defined for statement in by_thing[thing]]
    graph = vocab.document_graph("mutated")
    result: list[ox.Quad] = []
    for thing in chance.sample(defined, min(things, len(defined))):
        statements = list(by_thing[thing])
        for _ in range(chance.randint(1, 3)):
            if statements:
                chance.choice(_ACTS)(statements, others, chance)
        result += [ox.Quad(thing, predicate, value, graph) for predicate, value in statements]
    return result
