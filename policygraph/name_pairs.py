"""Folded labels in, which of them have each pair of characters out: made once for a build, kept beside it.

    write(pairs_of(text), folder)
    pairs = read(folder, text) or pairs_of(text)
    pairs.having("规划")  # the numbers of the lines of the text that have it

The file is a line of JSON, the pairs one after another in UTF-8, and two arrays of 32-bit numbers: where the lines of
each pair start, and these lines. It is mapped into memory: nothing is parsed, and processes share it.
"""

from __future__ import annotations

import json
import mmap
import sys
from array import array
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate
from pathlib import Path
from typing import Final

__all__ = ["FILE", "LONGEST", "Pairs", "pairs_in", "pairs_of", "read", "write"]

FILE = "names.bin"
#: Characters of a label that count.
LONGEST = 200
#: What stands before and after a label, so that one of a single character has pairs too.
_START, _END = "\x02", "\x03"
_FORMAT = 1
_NUMBER: Final = "I"
_WIDTH = array(_NUMBER).itemsize


@dataclass(frozen=True, slots=True)
class Pairs:
    """Where each pair stands in `starts`, which says where its lines start in `numbers`, and, next to it, end."""

    places: Mapping[str, int]
    starts: Sequence[int]
    numbers: Sequence[int]

    def having(self, pair: str) -> Sequence[int]:
        """The numbers of the lines that have a pair, in order."""
        place = self.places.get(pair)
        return () if place is None else self.numbers[self.starts[place] : self.starts[place + 1]]


def pairs_in(label: str) -> set[str]:
    r"""The pairs of characters of a label.

    >>> sorted(pairs_in("规划")) == ["\x02规", "划\x03", "规划"]
    True
    """
    whole = _START + label[:LONGEST] + _END
    return set(map(str.__add__, whole, whole[1:]))


def pairs_of(text: str) -> Pairs:
    """The pairs of a text that has a line for each label; an empty label has none."""
    having: defaultdict[str, list[int]] = defaultdict(list)
    for number, label in enumerate(text.split("\n")[:-1]):
        for pair in pairs_in(label) if label else ():
            having[pair].append(number)
    numbers = array(_NUMBER)
    for pair in sorted(having):
        numbers.fromlist(having[pair])
    starts = array(_NUMBER, accumulate((len(having[pair]) for pair in sorted(having)), initial=0))
    return Pairs({pair: place for place, pair in enumerate(sorted(having))}, starts, numbers)


def write(pairs: Pairs, text: str, folder: Path) -> None:
    """Puts the pairs of a text beside the files of a build."""
    listed = "".join(pairs.places).encode()
    padding = b"\0" * (-len(listed) % _WIDTH)
    head = {**_head(text), "pairs": len(pairs.places), "bytes": len(listed) + len(padding)}
    line = json.dumps(head).encode()
    line += b" " * (-(len(line) + 1) % _WIDTH) + b"\n"
    with (folder / FILE).open("wb") as file:
        file.writelines([line, listed, padding, array(_NUMBER, pairs.starts), array(_NUMBER, pairs.numbers)])


def read(folder: Path | None, text: str) -> Pairs | None:
    """The pairs that stand in the folder of a build; None where it has none of this format that are of the text."""
    path = folder / FILE if folder else None
    if path is None or not path.is_file():
        return None
    with path.open("rb") as file:
        try:
            head = json.loads(file.readline())
            mapped = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
        except ValueError:
            return None
        place = file.tell()
    if not isinstance(head, dict) or not _head(text).items() <= head.items():
        return None
    listed = mapped[place : place + head["bytes"]].decode().rstrip("\0")
    arrays = memoryview(mapped)[place + head["bytes"] :].cast(_NUMBER)
    starts = arrays[: head["pairs"] + 1]
    numbers = arrays[len(starts) :]
    if len(numbers) != starts[-1] or len(listed) != 2 * head["pairs"]:
        return None
    names = map(str.__add__, listed[::2], listed[1::2])
    return Pairs({pair: number for number, pair in enumerate(names)}, starts, numbers)


def _head(text: str) -> dict[str, object]:
    """What tells a file that is not of this program or this text."""
    return {"format": _FORMAT, "order": sys.byteorder, "width": _WIDTH, "length": len(text), "lines": text.count("\n")}
