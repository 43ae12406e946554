"""A paragraph and its quantities in, the changes from one value to another out: 由98.6亿元增加到156.3亿元.

Such a change is one statement, of the second value; the first is what it is measured from. Either may be printed
without the unit that the other has (由98.6增加到156.3亿元, 由12.5%降至0).

>>> from policygraph.quantity import find
>>> text = "发生率由2015年的12.5%降至0，面积从98.6扩大到120万亩。"
>>> quantities, changes = read_changes(text, find(text))
>>> [(str(changes[each.start].before.value), str(each.value), changes[each.start].unit) for each in quantities
...  if each.start in changes]
[('12.5', '0', '%'), ('986000', '1200000', None)]
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from itertools import zip_longest

from policygraph.extract.structure.passages import Span
from policygraph.quantity import Quantity, QuantityError, parse_apart
from policygraph.quantity.value_words import FALLING, RISING

__all__ = ["Change", "read_changes"]


@dataclass(frozen=True, slots=True)
class Change:
    """What a value is measured from: the value before, and where the words stand that say when that was."""

    before: Quantity
    when: Span
    #: The unit of the second value, where only the first has it printed.
    unit: str | None = None


#: To whom and how often an amount goes: 从每人每月2000元.
_EACH = r"(?:每(?:人|户|亩|名|生|年|月|天)){0,2}"
#: 由2015年的, 从原来的不足: what stands in front of the first value.
_FROM = re.compile(rf"[由从](?P<when>(?:[^，,。；;：:、由从]{{0,14}}的)?){_EACH}(?:大约|约|近|不足|仅)?$")
_FROM_BARE = re.compile(r"[由从](?P<when>(?:[^，,。；;：:、由从]{0,14}的)?)(?P<number>[0-9]{1,9}(?:\.[0-9]{1,4})?)$")
#: 左右提高到: what stands between the two values, the time of the second aside.
_TO = re.compile(
    r"(?:左右|以上|以下)?[，,]?(?:再|将|大幅|大幅度|逐步|稳步|逐年|持续|明显|进一步|快速|迅速|平均|分别|上|提)*"
    rf"(?:{'|'.join((*RISING, *FALLING))}|增|升|扩|扩展|扩充|发展|拓展|攀升|跃升|壮大|延长|降|减|缩"
    r"|变|变化|调整|优化|改善)(?:到了?|至|为|成)"
)
#: The time of the second value.
_GAP = re.compile(r"[^，,。；;：:、]{0,14}")
_EACH_ALONE = re.compile(_EACH)
#: Values that 分别由, 分别从 begins to list, and what stands between two of them.
_LISTED_FROM = re.compile(rf"分别[由从](?:原来的)?{_EACH}(?:约|近)?$")
_NEXT = re.compile(rf"(?:[、和]|以及|及){_EACH}")
_MOST_LISTED = 6
#: A second value without a unit: 降至0.
_BARE = re.compile(r"(?:约)?(?P<number>[0-9]{1,9}(?:\.[0-9]{1,4})?)(?=[，,。；;、）)\s]|$)")
#: The unit of a quantity as printed, without what bounds it.
_UNIT = re.compile(r"[0-9][0-9.,]*\s?(?:余|多)?(?P<unit>[^0-9余多以左上下]+)")
#: A verb and a time in front of the second value, no longer than this.
_REACH = 48


def read_changes(text: str, quantities: list[Quantity]) -> tuple[list[Quantity], dict[int, Change]]:
    """The quantities of a paragraph, and the changes by the start of their second value.

    Second values without a unit are among the quantities, and first values are not.
    """
    changes, firsts = _changed_in_lists(text, quantities)
    quantities = [each for each in quantities if each.start not in firsts]
    kept: list[Quantity] = []
    taken = -1
    for quantity, following in zip_longest(quantities, quantities[1:]):
        if quantity.start == taken:
            kept.append(quantity)
            continue
        second = None if quantity.start in changes else _changed_from(text, quantity, following)
        if second is not None:
            changes[second[0].start] = second[1]
            taken = second[0].start
            if following is None or taken != following.start:
                kept.append(second[0])
            continue
        if quantity.start not in changes and (change := _changed_to(text, quantity)):
            changes[quantity.start] = change
        kept.append(quantity)
    return kept, changes


def _changed_in_lists(text: str, quantities: list[Quantity]) -> tuple[dict[int, Change], set[int]]:
    """The changes of lists, 分别由5%、8%提高到6%、9%: by the start of the second value; and the starts of the first."""
    changes: dict[int, Change] = {}
    firsts: set[int] = set()
    for place, first in enumerate(quantities):
        if not _LISTED_FROM.search(text, max(0, first.start - _REACH), first.start):
            continue
        before = _list_at(text, quantities[place : place + _MOST_LISTED])
        after = _list_at(text, quantities[place + len(before) :][: len(before)])
        verb = _TO.match(text, before[-1].end)
        is_list = len(before) > 1 and len(after) == len(before) and verb is not None
        if not is_list or not _EACH_ALONE.fullmatch(text, verb.end() if verb else 0, after[0].start):
            continue
        nowhere = (first.start, first.start)
        changes |= {new.start: Change(old, nowhere) for old, new in zip(before, after, strict=True)}
        firsts |= {each.start for each in before}
    return changes, firsts


def _list_at(text: str, quantities: list[Quantity]) -> list[Quantity]:
    """The first of some quantities, and those of its unit that stand in one list with it."""
    row = quantities[:1]
    for quantity in quantities[1:]:
        if quantity.unit != row[0].unit or not _NEXT.fullmatch(text, row[-1].end, quantity.start):
            break
        row.append(quantity)
    return row


def _changed_from(text: str, first: Quantity, following: Quantity | None) -> tuple[Quantity, Change] | None:
    """The value that a quantity changes to, and the change."""
    front = _FROM.search(text, max(0, first.start - _REACH), first.start)
    verb = _TO.match(text, first.end)
    if not front or not verb:
        return None
    if following and _GAP.fullmatch(text, verb.end(), following.start):
        if (following.unit, following.classifier) != (first.unit, first.classifier):
            return None
        return following, Change(first, front.span("when"))
    bare = _BARE.match(text, verb.end())
    unit = _UNIT.search(first.printed)
    if not bare or not unit:
        return None
    second = _with_unit(bare["number"], unit["unit"], bare.span("number"))
    return (second, Change(first, front.span("when"), unit["unit"])) if second else None


def _changed_to(text: str, second: Quantity) -> Change | None:
    """What a quantity has changed from, where that has no unit of its own."""
    verbs = list(_TO.finditer(text, max(0, second.start - _REACH), second.start))
    front = _FROM_BARE.search(text, max(0, verbs[-1].start() - _REACH), verbs[-1].start()) if verbs else None
    unit = _UNIT.search(second.printed)
    if not front or not unit or not _GAP.fullmatch(text, verbs[-1].end(), second.start):
        return None
    before = _with_unit(front["number"], unit["unit"], front.span("number"))
    return Change(before, front.span("when")) if before else None


def _with_unit(number: str, unit: str, span: Span) -> Quantity | None:
    try:
        quantity = parse_apart(number, unit)
    except QuantityError:
        return None
    return replace(quantity, start=span[0], end=span[1], printed=number)
