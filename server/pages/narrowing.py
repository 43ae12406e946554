"""The rows of a list and an address in, those that a reader asked for out: by values of columns, by words, in an order.

`?kind=…&year=…` chooses by columns, `q` by words of the name, `sort` names a column (`-elements` from the largest). The
choices stand in the address alone, so that what is seen can be sent to others.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any

import pyoxigraph as ox
from flask import request

from policygraph.search_index import fold

from ..graph.labels import Names, in_rows
from ..graph.search import known_names
from ..web import preferences
from ..web.ask import Row
from ..web.names import expand, shorten
from ..web.request import RequestContext

__all__ = ["Narrowed", "narrowed"]

#: Columns with a point in time, by whose year a list can be narrowed down: the first that a list has.
_TIMES = ("start", "date")
#: How many values of a column are offered; a column with more than so many tells nothing apart, and is offered only
#: where one of them is chosen.
_OFFERED, _MOST = 15, 400
#: What a list is sorted by where the address says nothing: as the query has it.
_NAME = "name"


@dataclass(frozen=True, slots=True)
class Narrowed:
    """The rows that are left, with the names of what they hold; by what they can be narrowed down, what is chosen.

    `facets` has for each column its values as an address has them, each with its IRI (empty for a year) and how many
    rows it would leave.
    """

    rows: Sequence[Row]
    names: Names
    facets: Mapping[str, Sequence[tuple[str, str, int]]]
    chosen: Mapping[str, str]
    words: str
    sort: str


def narrowed(context: RequestContext, members: Sequence[Row], columns: Iterable[str]) -> Narrowed:
    """What the address of this request asks for of the rows of a list, whose things stand in the column `item`."""
    columns = list(columns)
    named = [column for column in columns if any(isinstance(row.get(column), ox.NamedNode) for row in members)]
    values = {column: [_value(row, column) for row in members] for column in _facets_of(members, columns, named)}
    chosen = {column: _chosen_value(column) for column in values if request.args.get(column)}
    words, sort = request.args.get("q", "").strip(), request.args.get("sort", "")
    needs_names = bool(words) or sort.removeprefix("-") in (_NAME, *named)
    things = in_rows(members) if needs_names else set()
    labels = known_names(context, things) if things else Names({})
    matching = _having(fold(words), members, labels) if words else [True] * len(members)

    def left(but: str = "") -> list[int]:
        others = {column: value for column, value in chosen.items() if column != but}
        return [
            at
            for at in range(len(members))
            if matching[at] and all(values[column][at] == value for column, value in others.items())
        ]

    facets = {column: _counted(column, [values[column][at] for at in left(column)], chosen) for column in values}
    rows = _sorted([members[at] for at in left()], sort, labels)
    return Narrowed(
        rows, labels, {column: each for column, each in facets.items() if len(each) > 1}, chosen, words, sort
    )


def _facets_of(members: Sequence[Row], columns: Sequence[str], named: Sequence[str]) -> list[str]:
    """The columns that name things and tell rows apart, or are chosen by; and the year where there is a time."""

    def is_facet(column: str) -> bool:
        return bool(request.args.get(column)) or len({row[column] for row in members if column in row}) <= _MOST

    return [*filter(is_facet, named), *(["year"] if any(column in _TIMES for column in columns) else [])]


def _value(row: Row, column: str) -> str:
    """What a row has in a column, as facets count it; empty for nothing."""
    if column == "year":
        return next((row[each].value[:4] for each in _TIMES if each in row), "")
    return row[column].value if column in row else ""


def _chosen_value(column: str) -> str:
    value = request.args.get(column, "")
    return value if column == "year" else expand(value)


def _counted(column: str, values: Sequence[str], chosen: Mapping[str, str]) -> list[tuple[str, str, int]]:
    """The most frequent values of a column, years in their order, the chosen one in any case."""
    counts = Counter(value for value in values if value)
    frequent = sorted(counts.items(), key=lambda each: (-each[1], each[0]))
    offered = [each for at, each in enumerate(frequent) if at < _OFFERED or each[0] == chosen.get(column)]
    if column == "year":
        return [(value, "", count) for value, count in sorted(offered)]
    return [(shorten(value), value, count) for value, count in offered]


def _having(words: str, members: Sequence[Row], labels: Names) -> list[bool]:
    """Of each row, whether a label of what it names has the words, in whatever language, or a value such as a code."""
    named = {iri for iri, texts in labels.by_iri.items() if any(words in fold(text) for text in texts.values())}
    values = {term for row in members for term in row.values() if isinstance(term, ox.Literal)}
    fitting = {*map(ox.NamedNode, named), *(term for term in values if words in fold(term.value))}
    return [not fitting.isdisjoint(row.values()) for row in members]


def _sorted(rows: list[Row], sort: str, labels: Names) -> list[Row]:
    """The rows by a column; those without a value come last either way."""
    column, is_falling = sort.removeprefix("-"), sort.startswith("-")
    if not column:
        return rows
    language = preferences.language()

    def key(row: Row) -> Any:
        term = row.get(variable)
        if isinstance(term, ox.NamedNode):
            return labels.label(term.value, language).casefold()
        return _number(term.value) if isinstance(term, ox.Literal) else ""

    variable = "item" if column == _NAME else column
    with_value = [row for row in rows if variable in row]
    keys = [key(row) for row in with_value]
    # numbers before words, should a column hold both
    order = sorted(range(len(keys)), key=lambda at: (isinstance(keys[at], str), keys[at]), reverse=is_falling)
    return [with_value[at] for at in order] + [row for row in rows if variable not in row]


def _number(text: str) -> Decimal | str:
    try:
        return Decimal(text)
    except InvalidOperation:
        return text
