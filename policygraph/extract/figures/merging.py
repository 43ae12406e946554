"""Values in, the same without those that a heading and its text say twice out; the places of both stay."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal

from policygraph.extract.figures.values import Value
from policygraph.extract.figures.words import PLACES_IN_FRONT

__all__ = ["merged"]

#: A value is compared with so many others of the same figure, unit and kind, the last ones.
_MOST_COMPARED = 200

_Key = tuple[Decimal, str, str, str]


def merged(values: Iterable[Value]) -> list[Value]:
    """The values in order, each said once."""
    kept: dict[int, Value] = {}
    alike: dict[_Key, list[Value]] = {}
    for value in values:
        quantity = value.quantity
        key = (quantity.value, quantity.unit + str(quantity.classifier), value.kind, value.role)
        # the same figure again and again, as in a list of a thousand lines, is not compared with all of them
        others = alike.get(key, [])[-_MOST_COMPARED:]
        earlier = next((first for first in others if _repeats(value, first) and not _elsewhere(value, first)), None)
        if earlier is None:
            _tell_apart(value, [first for first in others if _repeats(value, first)])
            alike.setdefault(key, []).append(value)
            kept[id(value)] = value
        elif earlier.part is value.part and earlier.year == value.year:
            if earlier.quantity.printed == quantity.printed:  # evidence holds the printed value
                earlier.also.append((value.start, value.end))
        else:  # the text says it in full: it takes the place of its headline
            if earlier.quantity.printed == quantity.printed:
                value.also += [(earlier.start, earlier.end), *earlier.also]
            del kept[id(earlier)]
            alike[key].remove(earlier)
            alike[key].append(value)
            kept[id(value)] = value
    return list(kept.values())


def _repeats(value: Value, first: Value) -> bool:
    """Whether a value says what a first one says, in the same part, or in full below a headline."""
    if first.indicator not in value.indicator and value.indicator not in first.indicator:
        return False
    return (first.part is value.part and first.year == value.year) or _is_headline(first)


def _elsewhere(value: Value, first: Value) -> bool:
    """Whether two values of one part name different places: 浑南区新增企业30家，沈河区新增企业30家."""
    one, other = _place(value), _place(first)
    return value.part is first.part and bool(one and other) and one not in other and other not in one


def _place(value: Value) -> str:
    """The place that the clause of a value names in front of what is measured; empty where there is none."""
    front, _, _ = value.words.rpartition(value.indicator)
    return next((match[0] for match in reversed(list(PLACES_IN_FRONT.finditer(front)))), "")


def _tell_apart(value: Value, others: Iterable[Value]) -> None:
    """Puts the place into the indicator of a value and of those that are alike of other places.

    A place that is known becomes the area of the value later, and falls out of the name again; of another the name says
    which it is.
    """
    alike = list(others)
    for each in [value, *alike] if alike else ():
        if not each.indicator.startswith(place := _place(each)):
            each.indicator = place + each.indicator


def _is_headline(value: Value) -> bool:
    """Whether a value stands in a heading without a number, or in front of all parts, as in newspapers."""
    part = value.part
    if part.parent is None:
        return bool(part.parts)
    return part.marker is None and part.bare and value.end <= part.end
