"""The rows of a table in, what its cells say out: an indicator, a value with its unit, a year, and which kind it is.

Two forms are read: tables with a head (cells between tabs or `|`), whose columns are told by their heads (2020年,
年均增长, 单位, 属性); and lists of indicators (1. 城镇化率（%），2020年58.1，2025年63，预期性). A unit stands in the
label, in a column of its own, or with the number.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from policygraph.extract.structure.blocks import RULE, cells
from policygraph.extract.structure.numbering import marker_at
from policygraph.extract.structure.passages import Span
from policygraph.quantity import Quantity, QuantityError, parse, parse_apart
from policygraph.quantity.value_words import FALLING, FALLING_RATES, RISING, RISING_RATES

__all__ = ["Cell", "read_table"]


@dataclass(frozen=True, slots=True)
class Cell:
    """A value of a table: what it is of, where both stand, the quantity, its unit where it stands apart, its year.

    `kind` is a value kind where the column or the label says one. A year of None is that of the plan. `binding` is
    whether the row says that it has to be met (约束性), or is expected (预期性); None where it says neither.
    """

    indicator: str
    start: int
    end: int
    printed: str
    unit: str | None
    quantity: Quantity
    year: int | None
    kind: str | None
    binding: bool | None = None


@dataclass(frozen=True, slots=True)
class _Column:
    """What the cells of a column are: `name`, `unit`, `value`, `binding`, or nothing that is read."""

    role: str
    year: int | None = None
    kind: str | None = None


_YEAR = re.compile(r"(?P<year>20[0-9]{2})\s?年?")
_GROWTH = re.compile(r"年均(?:增长|增速)|增长率")
_UNIT_IN_LABEL = re.compile(r"[（(](?P<unit>[^（）()]{1,12})[）)]\s*$")
_VALUE = re.compile(r"^[\[〔【]?\s?(?P<value>[^\[\]〔〕【】]{1,20}?)\s?[\]〕】]?$")
_LISTED = re.compile(
    r"(?P<year>20[0-9]{2})年(?:达到|为|：|:)?(?P<sum>累计)?(?P<value>[0-9０-９.,．]+[^，,；;。\s]{0,8})"
)
_BINDING = re.compile(r"(?P<binding>约束)|预期")


def read_table(text: str, rows: Sequence[Span]) -> list[Cell]:
    """The values of a table, row by row; rows and cells that hold none are passed over."""
    split = [cells(text, span) for span in rows if not RULE.fullmatch(text, *span)]
    if not split:
        return []
    if any(len(row) > 2 for row in split):
        return list(_gridded(text, split))
    return [cell for span in rows for cell in _listed(text, span)]


def _gridded(text: str, rows: list[list[Span]]) -> Iterator[Cell]:
    columns = [_column(text[start:end]) for start, end in rows[0]]
    if not any(column.role == "value" for column in columns):
        return
    if not any(column.role == "name" for column in columns):
        columns[0] = _Column("name")
    for row in rows[1:]:
        name: Span | None = None
        unit = ""
        binding: bool | None = None
        for column, cell in zip(columns, row, strict=False):
            words = text[slice(*cell)]
            if column.role == "name" and words and not words.isdigit():
                name = cell
            elif column.role == "unit":
                unit = words
            elif column.role == "binding":
                binding = _binding(words)
        if name is None:
            continue
        for column, cell in zip(columns, row, strict=False):
            if column.role == "value":
                yield from (replace(one, binding=binding) for one in _read(text, name, unit, cell, column))


def _column(head: str) -> _Column:
    """What a column holds, by its head."""
    plain = re.sub(r"\s+", "", head)
    if re.search(r"单位", plain):
        return _Column("unit")
    if _GROWTH.search(plain):
        return _Column("value", None, "average-annual-growth")
    if re.search(r"属性|性质", plain):
        return _Column("binding")
    if match := _YEAR.search(plain):
        return _Column("value", int(match["year"]))
    if re.fullmatch(r"目标值?|规划目标|规划值", plain):
        return _Column("value")
    if re.search(r"指标|名称|项目", plain) and not re.search(r"类别|属性|类型", plain):
        return _Column("name")
    return _Column("")


def _binding(words: str) -> bool | None:
    """What a cell or the end of a row says of whether a value has to be met."""
    match = _BINDING.search(words)
    return match["binding"] is not None if match else None


def _listed(text: str, span: Span) -> Iterator[Cell]:
    """The values of a row that is a sentence: its label, then years with values."""
    start, end = span
    marker = marker_at(text, start, end)
    begin = marker.end if marker else start
    first = re.compile(r"[，,：:；;]|(?=20[0-9]{2}年)|$").search(text, begin + 2, end)
    stop = first.start() if first else end
    for match in _LISTED.finditer(text, stop, end):
        column = _Column("value", int(match["year"]), "cumulative" if match["sum"] else None)
        binding = _binding(text[match.end() : end])
        yield from (
            replace(one, binding=binding) for one in _read(text, (begin, stop), "", match.span("value"), column)
        )


def _read(text: str, name: Span, unit: str, cell: Span, column: _Column) -> Iterator[Cell]:
    label = re.sub(r"\s+", "", text[slice(*name)])
    if inside := _UNIT_IN_LABEL.search(label):
        unit, label = unit or inside["unit"], label[: inside.start()]
    match = _VALUE.match(text[slice(*cell)])
    if not label or match is None or not re.search(r"[0-9０-９]", match["value"]):
        return
    if column.kind == "average-annual-growth":
        unit = "%"
    printed = match["value"]
    apart: str | None = None
    try:
        quantity = parse(printed)
        if quantity.unit == "unit:NUM" and quantity.classifier is None and unit:
            quantity, apart = parse_apart(printed, unit), unit
    except QuantityError:
        try:
            quantity, apart = parse_apart(printed, unit), unit or None
        except QuantityError:
            return
    start = cell[0] + match.start("value")
    yield Cell(
        label, name[0], start + len(printed), printed, apart, quantity, column.year, _kind(label, quantity, column)
    )


def _kind(label: str, quantity: Quantity, column: _Column) -> str | None:
    """The kind of a value, as far as the column or the label tells it."""
    if column.kind == "average-annual-growth":
        return column.kind
    if quantity.unit == "unit:PERCENT":
        if label.endswith((*FALLING, *FALLING_RATES)):
            return "reduction-rate"
        return "growth-rate" if label.endswith((*RISING, *RISING_RATES)) else "share"
    return column.kind
