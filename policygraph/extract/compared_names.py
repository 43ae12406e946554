"""A draft and a record in, how well their names agree out: title, date, area, organisations, plans, indicators.

Two names are one where they are written alike, blanks, quotation marks and brackets aside, or where one is within the
other. The area of a gold file is the whole of its name (甲川省乙陵市); that of a draft is right where that ends in it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, NamedTuple

__all__ = ["Compared", "compared", "is_like", "labels_of", "squeezed"]

Thing = Mapping[str, Any]


class Compared(NamedTuple):
    """The names of one measure on both sides that have no match on the other, and how many have one."""

    measure: str
    correct: int
    extra: Sequence[str]
    missed: Sequence[str]


_SIGNS = re.compile(r"[\s“”‘’\"'《》〈〉（）()【】\[\]，。、：；·—–－-]")
#: What the name of an indicator may end in and is none the less the same.
_COUNTING = re.compile(r"(?:数量|总量|总数|规模|增速|数)$")


def squeezed(name: object) -> str:
    """A name without blanks and signs."""
    return _SIGNS.sub("", str(name))


def labels_of(thing: Thing) -> list[str]:
    """The Chinese names of a thing."""
    names: list[str] = []
    for key in ("label", "altLabel"):
        texts = thing.get(key)
        value = texts.get("zh") if isinstance(texts, dict) else None
        names += value if isinstance(value, list) else [str(value)] if value else []
    return names


def is_like(one: str, other: str) -> bool:
    """Whether two names of indicators have half of their pairs of characters in common.

    >>> is_like("茶园面积", "高标准茶园面积"), is_like("茶园面积", "茶社数量")
    (True, False)
    """
    left, right = (_pairs(_COUNTING.sub("", squeezed(name))) for name in (one, other))
    return bool(left and right) and 2 * len(left & right) >= min(len(left), len(right))


def _pairs(name: str) -> set[str]:
    return {name[place : place + 2] for place in range(len(name) - 1)} or {name}


def compared(draft: Thing, record: Thing, names: Mapping[str, Sequence[str]]) -> list[Compared]:
    """The names of documents compared; `names` are those of things that stand in neither, by id."""
    mine, theirs = _Names(draft, names), _Names(record, names)
    is_gold = "isGold" in record
    return [
        _alone("title", mine.title, theirs.title, _is_within),
        _alone("date", mine.date, theirs.date, _is_same),
        _alone("area", mine.area, theirs.area, _ends_in if is_gold else _is_same),
        _lists("organisations", mine.organisations, theirs.organisations),
        _lists("plans cited", mine.cited, theirs.cited),
        _lists("implements", mine.implemented, theirs.implemented),
    ]


class _Names:
    """The names of one side: of its document and of what it names."""

    def __init__(self, record: Thing, names: Mapping[str, Sequence[str]]) -> None:
        plans = _things(record, "plans")
        by_id = {
            str(thing["id"]): labels_of(thing) for thing in (*plans, *_things(record, "organisations")) if "id" in thing
        }
        self.title = next(iter(labels_of(record)), "")
        self.date = str(record.get("publicationDate") or "")
        area = str(record.get("coversArea") or "")
        self.area = str(record.get("printedPlace") or "") or names.get(area, [area])[0]
        #: Each agent once, by all of its names.
        self.organisations = _distinct(_agents(plans), by_id)
        #: The names of plans without parts: those that the document only cites.
        self.cited = [labels[:1] for plan in plans[1:] if not plan.get("parts") and (labels := labels_of(plan))]
        above = {str(each) for plan in plans for each in _list(plan.get("implements"))}
        self.implemented = [by_id.get(each) or list(names.get(each, [each])) for each in sorted(above)]


def _things(record: Thing, key: str) -> list[Thing]:
    return [each for each in _list(record.get(key)) if isinstance(each, dict)]


def _list(value: object) -> list[Any]:
    return value if isinstance(value, list) else [value] if value else []


def _agents(plans: Iterable[Thing]) -> list[tuple[str, list[str]]]:
    """The agents of labelled responsibilities, each with the names that stand beside it."""
    agents: list[tuple[str, list[str]]] = []
    pending: list[Any] = list(plans)
    while pending:
        part = pending.pop()
        for each in _things(part, "responsibilities"):
            if each.get("labelled", True) and str(each.get("rule", "role/label")).startswith(_LABELLED):
                agents.append((str(each.get("agent")), [str(name) for name in _list(each.get("names"))]))
        pending += _things(part, "parts")
    return agents


#: Rules of reading that take units from lists, and not from what a sentence says of somebody.
_LABELLED = ("role/label", "role/bracket", "role/column", "role/inherited")


def _distinct(agents: Iterable[tuple[str, list[str]]], by_id: Mapping[str, list[str]]) -> list[list[str]]:
    distinct: dict[str, list[str]] = {}
    for agent, names in agents:
        distinct.setdefault(agent, [*by_id.get(agent, ()), *names] or [agent])
    return list(distinct.values())


def _is_same(one: str, other: str) -> bool:
    return squeezed(one) == squeezed(other)


def _is_within(one: str, other: str) -> bool:
    left, right = squeezed(one), squeezed(other)
    return left in right or right in left


def _ends_in(one: str, other: str) -> bool:
    return squeezed(other).endswith(squeezed(one))


def _alone(measure: str, one: str, other: str, agrees: Callable[[str, str], bool]) -> Compared:
    """A name that a document has once."""
    right = bool(one and other) and agrees(one, other)
    return Compared(measure, int(right), [one] if one and not right else [], [other] if other and not right else [])


def _lists(measure: str, ones: list[list[str]], others: list[list[str]]) -> Compared:
    """Things by their names, each of one side matched once with one of the other: same names before like ones."""
    left, extra, correct = list(others), list[list[str]](), 0
    for names in sorted(
        ones, key=lambda names: not any(set(map(squeezed, names)) & set(map(squeezed, o)) for o in others)
    ):
        match = _match(names, left)
        if match is None:
            extra.append(names)
        else:
            left.remove(match)
            correct += 1
    return Compared(measure, correct, [names[0] for names in extra], [names[0] for names in left])


def _match(names: list[str], others: list[list[str]]) -> list[str] | None:
    mine = {squeezed(name) for name in names}
    same = next((other for other in others if mine & {squeezed(name) for name in other}), None)
    if same is not None:
        return same
    return next((other for other in others if any(_is_within(one, two) for one in names for two in other)), None)
