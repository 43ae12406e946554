"""A hand-written answer to a question in, its parameters, columns and rows out; and what a graph answers in its terms.

An answer is a CSV file named `<query>.csv`, or `<query>@<what>.csv` where a query is asked more than once. Its first
lines, `# name: value`, are parameters; then comes the header, which names the columns that are compared, and the rows.
"""

from __future__ import annotations

import csv
from typing import TYPE_CHECKING

import pyoxigraph as ox

from policygraph import queries, vocab

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["given", "written"]


def written(path: Path) -> tuple[dict[str, str], list[str], list[list[str]]]:
    """The parameters, columns and rows of an answer."""
    lines = path.read_text(encoding="utf-8").splitlines()
    comments = [line for line in lines if line.startswith("# ")]
    parameters = dict(line.removeprefix("# ").split(": ", 1) for line in comments)
    columns, *rows = csv.reader(lines[len(comments) :])
    return parameters, columns, rows


def given(
    query: queries.Query,
    store: ox.Store,
    parameters: dict[str, str],
    columns: list[str],
    names: vocab.Names = vocab.SHARED,
) -> list[list[str]]:
    """What a graph answers, in the columns of a written answer."""
    answer = queries.run(query, store, parameters, names)
    places = [answer.variables.index(column) for column in columns]
    return [[_shown(row[place], names) for place in places] for row in answer.rows]


def _shown(term: object, names: vocab.Names) -> str:
    if isinstance(term, ox.NamedNode):
        return names.shorten(term.value)
    return term.value if isinstance(term, ox.Literal) else ""
