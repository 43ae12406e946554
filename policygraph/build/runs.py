"""A graph's N-Quads in, runs for formats.blocks out, each with its statistics: one for each document, and the rest.

With a document stands what follows about things that it alone describes; things of several are in the rest, so that
each thing is in one run. A run is kept under the hash of its lines: a document of which nothing has changed is neither
serialised nor counted again.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from policygraph import statistics
from policygraph.cache import Cache, key_of
from policygraph.formats import blocks, rdf

__all__ = ["Counted", "runs_of"]

#: Lines below which a run is not worth a file of the cache.
_FEW = 200


class Counted(NamedTuple):
    """A run, and the statistics of its lines."""

    run: blocks.Run
    statistics: statistics.Part


def runs_of(
    documents: Sequence[bytes],
    others: Sequence[bytes],
    inferred: Iterable[bytes],
    names: Mapping[str, str],
    cache: Cache,
) -> list[Counted]:
    """The runs of a dataset: `documents` and `others` are N-Quads, a part for each record; `names` are the prefixes."""
    loose: list[bytes] = []
    owners: dict[bytes, int] = {}
    for number, part in enumerate((*documents, *others)):  # lines are made twice: all of them at once are too much
        for subject in {line[: line.index(b" ")] for line in _without_blank(part, loose)}:
            owners[subject] = -1 if subject in owners else number
    owners.update((line[: line.index(b" ")], -1) for line in loose)  # what else is said of these goes with them
    following: dict[int, list[bytes]] = defaultdict(list)
    for chunk in inferred:
        for line in _without_blank(chunk, loose):
            following[owners.get(line[: line.index(b" ")], -1)].append(line)
    shared = {subject for subject, number in owners.items() if number < 0}
    del owners
    runs: list[Counted] = []
    for number, part in enumerate((*documents, *others)):
        lines = following.pop(number, [])
        for line in _without_blank(part, []):
            (following[-1] if line[: line.index(b" ")] in shared else lines).append(line)
        runs.append(_kept(lines, names, cache))
    return [*runs, _made([*following[-1], *rdf.canonical_lines(loose)], names)]


def _without_blank(part: bytes, loose: list[bytes]) -> list[bytes]:
    """The lines of a part; those with blank nodes, which get their names together, are put into `loose`."""
    lines = part.splitlines(keepends=True)
    if b"_:" not in part:
        return lines
    loose += (line for line in lines if b"_:" in line)
    return [line for line in lines if b"_:" not in line]


def _kept(lines: Sequence[bytes], names: Mapping[str, str], cache: Cache) -> Counted:
    if len(lines) < _FEW:
        return _made(lines, names)
    key = key_of("run", (repr(sorted(names.items())).encode(), b"".join(lines)))
    of_statistics = key_of("statistics", (key.encode(),))
    kept, counted = cache.get(key), cache.get(of_statistics)
    if kept is not None and counted is not None:
        return Counted(blocks.restore(kept), statistics.restore(counted))
    made = _made(lines, names)
    cache.put(key, blocks.dump(made.run))
    cache.put(of_statistics, statistics.dump(made.statistics))
    return made


def _made(lines: Sequence[bytes], names: Mapping[str, str]) -> Counted:
    made = blocks.run(lines, names)
    return Counted(made, statistics.part(made.all_lines()))
