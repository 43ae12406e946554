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
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate, chain, count, pairwise
from pathlib import Path
from typing import Final

from policygraph.cache import pack, unpack

__all__ = ["FILE", "LONGEST", "Pairs", "dump", "merged", "pairs_in", "pairs_of", "read", "restore", "write"]

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
    _add(having, text.split("\n")[:-1], count())
    return _of(having)


def _add(having: defaultdict[str, list[int]], labels: Iterable[str], numbers: Iterable[int]) -> None:
    """Adds the numbers of labels to those of each of their pairs."""
    lines_of = having.__getitem__
    for number, label in zip(numbers, labels, strict=False):
        for lines in map(lines_of, pairs_in(label)) if label else ():
            lines.append(number)


def _of(having: Mapping[str, list[int]]) -> Pairs:
    """The pairs that lines have, each with the numbers of its lines."""
    pairs = sorted(having)
    lists = [having[pair] for pair in pairs]
    numbers, starts = array(_NUMBER), array(_NUMBER, accumulate(map(len, lists), initial=0))
    numbers.fromlist(list(chain.from_iterable(lists)))
    return Pairs(dict(zip(pairs, range(len(pairs)), strict=True)), starts, numbers)


def merged(parts: Iterable[tuple[Pairs | Sequence[str], Sequence[int]]]) -> Pairs:
    r"""The pairs of a text of which several texts have the lines, each with the numbers that its lines have in it.

    Of a text there are the pairs, or the labels.

    >>> whole = merged([(pairs_of("规划\n"), [1]), (pairs_of("计划\n"), [0])])
    >>> list(whole.having("划\x03"))
    [0, 1]
    """
    having: defaultdict[str, list[int]] = defaultdict(list)
    for pairs, lines in parts:
        if not isinstance(pairs, Pairs):
            _add(having, pairs, lines)
            continue
        numbers = list(map(lines.__getitem__, pairs.numbers))
        for pair, (first, end) in zip(pairs.places, pairwise(pairs.starts), strict=True):
            having[pair] += numbers[first:end]
    for each in having.values():
        each.sort()
    return _of(having)


def dump(pairs: Pairs) -> bytes:
    """Pairs as bytes, for this machine."""
    arrays = (array(_NUMBER, each).tobytes() for each in (pairs.starts, pairs.numbers))
    return pack(None, ["".join(pairs.places).encode(), *arrays])


def restore(content: bytes) -> Pairs:
    """What `dump` wrote."""
    _, (listed, *arrays) = unpack(content)
    starts, numbers = (array(_NUMBER, each) for each in arrays)
    return Pairs(_places(listed.decode()), starts, numbers)


def _places(listed: str) -> dict[str, int]:
    """Pairs that stand one after another, with their places."""
    return {pair: place for place, pair in enumerate(map(str.__add__, listed[::2], listed[1::2]))}


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
    return Pairs(_places(listed), starts, numbers)


def _head(text: str) -> dict[str, object]:
    """What tells a file that is not of this program or this text."""
    return {"format": _FORMAT, "order": sys.byteorder, "width": _WIDTH, "length": len(text), "lines": text.count("\n")}
