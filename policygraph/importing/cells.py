"""What a spreadsheet made of a table in, what was in it out: separators, quotation marks, numbers, what was cut.

Spreadsheets write tables in the manner of their country and their cells in a manner of their own. What says the same as
the graph is no change; what has lost something on the way is told and not read.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Sequence
from decimal import Decimal, InvalidOperation

from policygraph.formats.tables import unguarded

__all__ = ["is_cut", "is_same", "rows", "settled"]

#: Signs between the cells of a line, the usual one first.
_SEPARATORS = (",", ";", "\t")
_SEPARATOR_LINE = re.compile(r"sep=(.)\r?\n", re.IGNORECASE)
#: Quotation marks and apostrophes that programs put in place of straight ones.
_STRAIGHT = str.maketrans({"“": '"', "”": '"', "„": '"', "‟": '"', "＂": '"', "‘": "'", "’": "'", "‚": "'", "＇": "'"})
_DECIMAL_COMMA = re.compile(r"[+-]?[0-9]+,[0-9]+", re.ASCII)
_EXPONENT = re.compile(r"[+-]?[0-9]+([.,][0-9]+)?[Ee][+-]?[0-9]{1,4}", re.ASCII)
_TRUTH = {"true": "true", "false": "false", "1": "true", "0": "false"}
#: The characters that a cell of Excel holds, and the digits that a number of it has.
_LONGEST_CELL = 32_767
_MOST_DIGITS = 15


def rows(text: str, usual: str) -> list[list[str]]:
    """The lines of a table, by the sign that separates its cells: that of `sep=`, the usual, or what its head has.

    Raises csv.Error for quotation marks that do not close.
    """
    declared = _SEPARATOR_LINE.match(text)
    text = text[declared.end() :] if declared else text
    candidates = (declared[1],) if declared else (usual, *_SEPARATORS)
    head = text.partition("\n")[0]
    separator = next((each for each in candidates if "id" in _names(head, each)), candidates[0])
    lines = list(csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True))
    if separator == ";":
        lines = [
            [cell.replace(",", ".") if _DECIMAL_COMMA.fullmatch(cell) else cell for cell in line] for line in lines
        ]
    return [[_bare(name) for name in line] if number == 0 else line for number, line in enumerate(lines)]


def _names(head: str, separator: str) -> list[str]:
    return [_bare(name.strip().strip('"')) for name in head.split(separator)]


def _bare(name: str) -> str:
    """The name of a column without the typographic quotation marks around it."""
    straight = name.strip().translate(_STRAIGHT)
    return straight[1:-1] if len(straight) > 1 and straight[0] == straight[-1] == '"' else name


def settled(word: str, kind: str, now: Iterable[str]) -> str:
    """A word of a cell as records write it; `kind` is its datatype, `now` what the graph says in that place.

    A truth value in any case, a number with an exponent that is one of the graph's, a text whose quotation marks were
    made typographic or that was kept from being a formula: each is what it was.
    """
    if kind == "xsd:boolean":
        return _TRUTH.get(word.lower(), word)
    if _EXPONENT.fullmatch(word):
        return next((stated for stated in now if _number(stated) == _number(word)), word)
    return next((stated for stated in now if is_same(word, stated)), word)


def is_same(cell: str, stated: str) -> bool:
    """Whether a text says what the graph says, but for the form of its quotation marks and a guard before it."""
    return stated in (cell, unguarded(cell)) or cell.translate(_STRAIGHT) == stated.translate(_STRAIGHT)


def is_cut(cell: str, now: Sequence[str]) -> bool:
    """Whether a cell has lost a part of what the graph says: the end of a long text, or digits of a number."""
    if cell in now:
        return False
    if len(cell) >= _LONGEST_CELL:
        return any(stated.startswith(cell[:_LONGEST_CELL]) for stated in now)
    if _EXPONENT.fullmatch(cell):
        return any(_is_rounded(cell, stated) for stated in now)
    digits = cell.lstrip("+-")
    has_lost = digits.isdecimal() and len(digits) > _MOST_DIGITS and not digits[_MOST_DIGITS:].strip("0")
    return has_lost and any(
        len(stated.lstrip("+-")) == len(digits) and stated.lstrip("+-")[:_MOST_DIGITS] == digits[:_MOST_DIGITS]
        for stated in now
    )


def _is_rounded(cell: str, stated: str) -> bool:
    """Whether a number with an exponent is the stated one with fewer digits."""
    number, whole = _number(cell), _number(stated)
    if number is None or not whole or number == whole:
        return False
    digits = len(re.sub(r"[Ee].*|[^0-9]", "", cell))
    return f"{whole:.{digits - 1}e}" == f"{number:.{digits - 1}e}"


def _number(text: str) -> Decimal | None:
    try:
        return Decimal(text.replace(",", "."))
    except InvalidOperation:
        return None
