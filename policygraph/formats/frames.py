"""Columns of Python values in, pandas DataFrames out: every column of one type that knows what is missing.

A frame of the values of indicators draws itself: `frame.plot()` is their chart, which needs no other library. All else
of `frame.plot` is pandas' own, which needs matplotlib.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any

import pandas as pd
from pandas.plotting import PlotAccessor

from policygraph.formats.tables import Table

__all__ = ["Frame", "of_table", "of_values"]

#: What draws rows of values, given as column -> value.
Drawer = Callable[[Iterable[Mapping[str, Any]]], Any]

#: Type of a table's column -> pandas' nullable one; whatever is not here is text.
_TYPES = {"integer": "Int64", "year": "Int64", "decimal": "Float64", "boolean": "boolean"}
#: The Python types of a column's values -> pandas' type; a mixture stays as it is.
_MIXTURES: dict[frozenset[type], str] = {
    frozenset([bool]): "boolean",
    frozenset([int]): "Int64",
    frozenset([float]): "Float64",
    frozenset([int, float]): "Float64",
    frozenset([str]): "str",
}


#: Columns that a chart needs: what is measured, and how much; and one of those that say when.
_MEASURED, _DATED = {"ofIndicator", "value"}, ("deadline", "year")


class _Plots(PlotAccessor):  # type: ignore[misc]
    def __call__(self, *arguments: Any, **options: Any) -> Any:
        """The chart of the values; with any argument, pandas' own plot."""
        frame = self._parent
        if arguments or options or not frame.is_drawable:
            return super().__call__(*arguments, **options)
        return frame.drawer(frame.astype(object).where(frame.notna(), None).to_dict("records"))


class Frame(pd.DataFrame):  # type: ignore[misc]
    """A data frame that knows how its rows are drawn; so do the frames that are cut out of it."""

    _metadata = ["drawer"]  # noqa: RUF012 - pandas' way to keep an attribute
    drawer: Drawer | None = None

    @property
    def _constructor(self) -> type[Frame]:
        return Frame

    @property
    def plot(self) -> Any:
        """Its chart when called without arguments; else what pandas has there."""
        return _Plots(self)

    @property
    def is_drawable(self) -> bool:
        """Whether its rows are values of indicators by year."""
        columns = set(self.columns)
        return self.drawer is not None and columns >= _MEASURED and not columns.isdisjoint(_DATED)


def of_table(table: Table, *, is_exact: bool = False, drawer: Drawer | None = None) -> Frame:
    """The table with the types that its columns declare; years are integers.

    Decimals are Float64, or, where the frame `is_exact`, objects of Python's Decimal with the digits of the graph.
    """
    columns = zip(*table.values(), strict=True) if table.rows else ([] for _ in table.columns)
    frame = Frame(
        {
            column.name: pd.array(list(values), dtype=_TYPES.get(column.type, "str"))
            for column, values in zip(table.columns, columns, strict=True)
        }
    )
    for place, column in enumerate(table.columns) if is_exact else ():
        if column.type == "decimal":
            digits = [Decimal(term.value) if (term := row[place]) else None for row in table.rows]
            frame[column.name] = pd.Series(digits, dtype="object", index=frame.index)
    frame.drawer = drawer
    return frame


def of_values(names: Sequence[str], rows: Sequence[Sequence[object]]) -> Any:
    """A frame of what a query selects: the type of a column is that of its values."""
    columns = list(zip(*rows, strict=True)) if rows else [() for _ in names]
    return pd.DataFrame({name: _column(values) for name, values in zip(names, columns, strict=True)})


def _column(values: Sequence[object]) -> Any:
    kinds = frozenset(type(value) for value in values if value is not None)
    return pd.array(list(values), dtype=_MIXTURES.get(kinds, "object"))
