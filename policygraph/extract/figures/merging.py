"""Values in, the same without those that a heading and its text say twice out; the places of both stay."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal

from policygraph.extract.figures.values import Value

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
        earlier = next((first for first in alike.get(key, [])[-_MOST_COMPARED:] if _repeats(value, first)), None)
        if earlier is None:
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


def _is_headline(value: Value) -> bool:
    """Whether a value stands in a heading without a number, or in front of all parts, as in newspapers."""
    part = value.part
    if part.parent is None:
        return bool(part.parts)
    return part.marker is None and part.bare and value.end <= part.end
