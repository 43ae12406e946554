"""Columns of Python values in, pandas DataFrames out: every column of one type that knows what is missing."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pandas as pd

from policygraph.formats.tables import Table

__all__ = ["of_table", "of_values"]

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


def of_table(table: Table) -> Any:
    """The table with the types that its columns declare; years are integers."""
    columns = zip(*table.values(), strict=True) if table.rows else ([] for _ in table.columns)
    return pd.DataFrame(
        {
            column.name: pd.array(list(values), dtype=_TYPES.get(column.type, "str"))
            for column, values in zip(table.columns, columns, strict=True)
        }
    )


def of_values(names: Sequence[str], rows: Sequence[Sequence[object]]) -> Any:
    """A frame of what a query selects: the type of a column is that of its values."""
    columns = list(zip(*rows, strict=True)) if rows else [() for _ in names]
    return pd.DataFrame({name: _column(values) for name, values in zip(names, columns, strict=True)})


def _column(values: Sequence[object]) -> Any:
    kinds = frozenset(type(value) for value in values if value is not None)
    return pd.array(list(values), dtype=_MIXTURES.get(kinds, "object"))
