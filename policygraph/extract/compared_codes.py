"""Elements of a draft with those of a record that they are in, how well their instruments and themes agree out.

An element is compared where the record codes it under the scheme and the draft's element is matched. Its theme is its
own, else that of what stands nearest above it; its instruments are its own.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

__all__ = ["compared_codes"]

Thing = Mapping[str, Any]
#: An element with what it stands in, itself first.
Lineage = Sequence[Thing]


def compared_codes(pairs: Iterable[tuple[Lineage, Lineage]]) -> list[tuple[str, int, int, int]]:
    """Measure, how many codes agree, of how many drafted and how many recorded."""
    sums = {"instruments": [0, 0, 0], "themes": [0, 0, 0]}
    for drafted, recorded in pairs:
        for measure, codes_of in (("instruments", _instruments), ("themes", _theme)):
            mine, theirs = codes_of(drafted), codes_of(recorded)
            if theirs:
                for place, codes in enumerate((mine & theirs, mine, theirs)):
                    sums[measure][place] += len(codes)
    return [(measure, right, mine, theirs) for measure, (right, mine, theirs) in sums.items()]


def _instruments(lineage: Lineage) -> set[str]:
    return _codes(lineage[0], "instrument")


def _theme(lineage: Lineage) -> set[str]:
    return next((codes for each in lineage if (codes := _listed(each.get("theme")) or _codes(each, "theme"))), set())


def _codes(thing: Thing, key: str) -> set[str]:
    """What the classifications of an element put it under by a key."""
    listed = thing.get("classifications")
    things = [each for each in listed if isinstance(each, dict)] if isinstance(listed, list) else []
    return {code for each in things for code in _listed(each.get(key))}


def _listed(value: object) -> set[str]:
    return {value} if isinstance(value, str) else {str(each) for each in value} if isinstance(value, list) else set()
