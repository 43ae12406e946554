"""A graph's N-Quads in, runs for formats.blocks out: one for each document with what follows of it, and the rest.

A run is kept under the hash of its lines: a document of which nothing has changed is not serialised again.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

from policygraph.cache import Cache, key_of
from policygraph.formats import blocks, rdf

__all__ = ["runs_of"]

#: Lines below which a run is not worth a file of the cache.
_FEW = 200


def runs_of(
    documents: Sequence[bytes],
    others: Sequence[bytes],
    inferred: Iterable[bytes],
    names: Mapping[str, str],
    cache: Cache,
) -> list[blocks.Run]:
    """The runs of a dataset: `documents` and `others` are N-Quads, a part for each record; `names` are the prefixes.

    Of the inferred lines those go with a document that are about a thing of which it alone speaks.
    """
    loose: list[bytes] = []
    parts = [_without_blank(part, loose) for part in (*documents, *others)]
    owners: dict[bytes, int] = {}
    for number, part in enumerate(parts):
        subjects = {line[: line.index(b" ")] for line in part}
        for subject in subjects:
            owners[subject] = -1 if subject in owners else number
    following: dict[int, list[bytes]] = defaultdict(list)
    for chunk in inferred:
        for line in _without_blank(chunk, loose):
            following[owners.get(line[: line.index(b" ")], -1)].append(line)
    runs = [_kept([*part, *following[number]], names, cache) for number, part in enumerate(parts)]
    return [*runs, blocks.run([*following[-1], *rdf.canonical_lines(loose)], names)]


def _without_blank(part: bytes, loose: list[bytes]) -> list[bytes]:
    """The lines of a part; those with blank nodes, which get their names together, are put into `loose`."""
    lines = part.splitlines(keepends=True)
    if b"_:" not in part:
        return lines
    loose += (line for line in lines if b"_:" in line)
    return [line for line in lines if b"_:" not in line]


def _kept(lines: Sequence[bytes], names: Mapping[str, str], cache: Cache) -> blocks.Run:
    if len(lines) < _FEW:
        return blocks.run(lines, names)
    key = key_of("run", (repr(sorted(names.items())).encode(), b"".join(lines)))
    kept = cache.get(key)
    if kept is not None:
        return blocks.restore(kept)
    made = blocks.run(lines, names)
    cache.put(key, blocks.dump(made))
    return made
