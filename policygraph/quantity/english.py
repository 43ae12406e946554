"""The words of a value as printed in Chinese in, the same in English out, for readers who know no Chinese.

Numbers are read as `quantity` reads them, bounds, units and hedges come from the table `english.csv`; so do values
without a number (全覆盖, 高于全国平均水平). What no row of it says has no English: a part of a value would mislead.

>>> english("力争达到1.3万亿元以上"), english("3—5个百分点"), english("前十")
('strive for at least 1.3 trillion yuan', '3–5 percentage points', 'top 10')
>>> english("高于全国、全省平均水平"), english("基本建成"), english("蒸蒸日上")
('above the average of the country and the province', 'basically completed', '')
"""

from __future__ import annotations

import csv
import re
from collections.abc import Mapping
from decimal import Decimal
from functools import cache
from pathlib import Path

from policygraph.quantity import Quantity, parse
from policygraph.quantity.numerals import QuantityError, decimal_ratio, plain

__all__ = ["english"]

#: The words of powers of ten, the greatest first.
_POWERS = ((Decimal(10**12), " trillion"), (Decimal(10**9), " billion"), (Decimal(10**6), " million"))
#: What parts the areas or things of a comparison, and the slot of a template that takes them.
_AND, _SLOT = re.compile("[、和与及]"), "{}"
#: Classifiers of ranks and of multiples.
_RANK, _TIMES = "位", "倍"
#: A rank among the first so many, and not a single one.
_FOREMOST = re.compile("前|强|以内")
#: So many digits behind the point say as much as a reader needs of a fraction: 三分之一.
_DIGITS = 3


@cache
def _table() -> Mapping[str, Mapping[str, str]]:
    """Kind of row -> words in Chinese or a code -> English, as `english.csv` has them."""
    with Path(__file__).with_suffix(".csv").open(encoding="utf-8", newline="") as lines:
        rows = list(csv.DictReader(lines))
    return {kind: {row["words"]: row["english"] for row in rows if row["kind"] == kind} for kind in _KINDS}


_KINDS = ("unit", "classifier", "comparator", "hedge", "of", "template", "words")


@cache
def _templates() -> list[tuple[re.Pattern[str], str]]:
    """Patterns of values that name what they are compared with, the longest first, and their English."""
    ordered = sorted(_table()["template"].items(), key=lambda row: -len(row[0]))
    return [(re.compile(re.escape(words).replace(r"\{\}", "(.+)")), meaning) for words, meaning in ordered]


def english(printed: str) -> str:
    """The English of a value as printed; empty where the table does not know all of it."""
    words = "".join(printed.split())
    try:
        return _of_quantity(parse(printed))
    except QuantityError:
        return _of_words(words) or _hedged(words)


def _hedged(words: str) -> str:
    """The English of words behind a hedge."""
    for hedge, meaning in _table()["hedge"].items():
        if words.startswith(hedge) and (rest := _of_words(words.removeprefix(hedge))):
            return f"{meaning} {rest}"
    return ""


def _of_words(words: str) -> str:
    if meaning := _table()["words"].get(words):
        return meaning
    for pattern, template in _templates():
        match = pattern.fullmatch(words)
        if match and (things := _things(match[1])):
            return template.replace(_SLOT, things)
    return ""


def _things(words: str) -> str:
    """The areas or figures that a value is compared with; empty where one of them is not known."""
    names = _table()["of"]
    if words in names:
        return names[words]
    parts = [names.get(each, "") for each in _AND.split(words)]
    return " and ".join(parts) if all(parts) else ""


def _of_quantity(quantity: Quantity) -> str:
    hedge = _table()["hedge"].get(quantity.hedge or "", "")
    if quantity.classifier == _RANK:
        amount = f"{'top' if _FOREMOST.search(quantity.printed) else 'number'} {_number(quantity)}"
        return f"{hedge} {amount}".strip()
    bound = _table()["comparator"].get(quantity.comparator or "", "")
    return " ".join(filter(None, (hedge, bound, _number(quantity) + _unit(quantity))))


def _unit(quantity: Quantity) -> str:
    if quantity.unit == "unit:PERCENT":
        return "%"
    if quantity.classifier == _TIMES:
        return " times"
    words = _table()["unit"].get(quantity.unit, "") or _table()["classifier"].get(quantity.classifier or "", "")
    is_one = quantity.value == 1 and quantity.upper is None
    return f" {words.removesuffix('s') if is_one and ' ' not in words else words}" if words else ""


def _number(quantity: Quantity) -> str:
    """The number, or both ends of a range, which share the word of their power of ten."""
    ends = [quantity.value] if quantity.upper is None else [quantity.value, quantity.upper]
    scale, power = next((each for each in _POWERS if abs(max(ends)) >= each[0]), (Decimal(1), ""))
    shown = (f"{_short(decimal_ratio(end, scale)):,f}" for end in ends)
    return "–".join(shown) + power


def _short(number: Decimal) -> Decimal:
    """A number as it is, cut where its digits do not end."""
    exponent = number.as_tuple().exponent
    is_endless = isinstance(exponent, int) and exponent < -2 * _DIGITS
    return plain(round(number, _DIGITS) if is_endless else number)
