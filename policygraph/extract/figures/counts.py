"""A paragraph in, the counts of parts that it declares out: 提出65项重点任务, 共36项.

>>> [(count.printed, count.counted, count.number) for count in declared_counts("方案提出六大工程、20项任务。", 0)]
[('六大工程', 'Project', 6), ('20项任务', 'Task', 20)]
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from policygraph.extract.figures.words import BUILT, CLASSES_COUNTED, COUNTS, DECLARING, TOTALS
from policygraph.quantity import QuantityError, distribute

__all__ = ["Declared", "declared_counts"]

#: How far in front of a count its verb stands, and how far behind one count of a list the next may.
_REACH, _APART = 60, 4
_CLASSIFIER = re.compile("^ ?(?:个|项|条|大类?|类|件)")


class Declared(NamedTuple):
    """A count as printed, where it stands in the paragraph, the class it counts, and how it was told."""

    start: int
    end: int
    printed: str
    counted: str
    number: int
    rule: str
    confidence: float


def declared_counts(text: str, label_end: int) -> list[Declared]:
    """The counts of a paragraph, whose part's label ends at `label_end`; each place once."""
    claims = list(_claims(text, label_end))
    taken = {place for claim in claims for place in range(claim.start, claim.end)}
    return [*claims, *(total for total in _totals(text) if total.start not in taken)]


def _claims(text: str, label_end: int) -> Iterator[Declared]:
    last = -1 - 2 * _APART
    for match in COUNTS.finditer(text):
        front = text[max(0, match.start() - _REACH) : match.start()]
        front = front[max(front.rfind(stop) for stop in "。；;\n") + 1 :]
        declared = DECLARING.search(front) is not None
        if match["bracketed"] is not None:
            if match.end() > label_end + 1:
                continue
        elif not _is_claim(front, declared=declared or match.start() - last <= _APART):
            continue
        number = _whole_number(match["number"])
        if number is None:
            continue
        start, last = match.span("printed")
        yield Declared(
            start, last, match["printed"], _class_of(match), number, "count/declared", 0.85 if declared else 0.75
        )


def _is_claim(front: str, *, declared: bool) -> bool:
    """Whether the words in front of a count let it be one: declared, or in a list with one that is, and not built."""
    return declared and not BUILT.search(front) and not front.endswith(("“", "‘"))


def _class_of(match: re.Match[str]) -> str:
    noun = match["noun"] or match["inner"] or ""
    whole = _CLASSIFIER.sub("", match["printed"].removeprefix(match["number"]))
    return CLASSES_COUNTED.get(whole) or CLASSES_COUNTED.get(noun, "Task")


def _totals(text: str) -> Iterator[Declared]:
    for match in TOTALS.finditer(text):
        if number := _whole_number(match["number"]):
            yield Declared(*match.span("printed"), match["printed"], "Task", number, "count/total", 0.7)


def _whole_number(printed: str) -> int | None:
    try:
        return int(distribute(printed + "个")[0].value)
    except (QuantityError, ValueError):
        return None
