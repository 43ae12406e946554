"""A table in, an Apache Parquet file out: typed columns, each with its titles in zh and en as metadata."""

from __future__ import annotations

import io

import pyarrow as pa
from pyarrow import parquet

from policygraph.formats.tables import Table

__all__ = ["write"]

#: Type of a column -> Arrow's; whatever is not here is text.
_TYPES = {"integer": pa.int64(), "year": pa.int16(), "decimal": pa.float64(), "boolean": pa.bool_()}


def write(table: Table) -> bytes:
    """The file, compressed with zstd. A column of several IRIs (evidence) is a list."""
    schema = pa.schema(
        [
            pa.field(column.name, _type(column.type), nullable=column.type != "key", metadata=dict(column.title))
            for column in table.columns
        ],
        metadata={"title_zh": table.title["zh"], "title_en": table.title["en"]},
    )
    columns = list(zip(*table.values(), strict=True)) or [() for _ in table.columns]
    arrays = [
        pa.array([_parts(value) if column.type == "iris" else value for value in values], field.type)
        for column, values, field in zip(table.columns, columns, schema, strict=True)
    ]
    buffer = io.BytesIO()
    parquet.write_table(pa.Table.from_arrays(arrays, schema=schema), buffer, compression="zstd")
    return buffer.getvalue()


def _type(kind: str) -> pa.DataType:
    return pa.list_(pa.string()) if kind == "iris" else _TYPES.get(kind, pa.string())


def _parts(value: object) -> list[str]:
    return str(value).split() if value else []
