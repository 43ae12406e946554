"""The parts of a graph in, runs for formats.blocks out, with statistics and index: one for each document, and the rest.

With a document stands what follows about things that it alone describes; things of several are in the rest, so that
each thing is in one run. A run is kept under the hash of what it is made of: a document of which nothing has changed is
neither read line by line nor serialised or counted again. That of the ontology, the same in all builds, is kept in the
process as well.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from functools import lru_cache, partial
from typing import NamedTuple

from policygraph import search_index, statistics, vocab
from policygraph.build import parts
from policygraph.cache import Cache, key_of, pack, unpack
from policygraph.formats import blocks, rdf
from policygraph.lines import statements_of
from policygraph.pinyin import pinyin

__all__ = ["Counted", "runs_of"]

#: Lines below which a run is not worth a file of the cache.
_FEW = 200


class Counted(NamedTuple):
    """A run, the statistics of its lines, and what a search finds in it (search_index.dump)."""

    run: blocks.Run
    statistics: statistics.Part
    piece: bytes


def runs_of(
    documents: Iterable[tuple[parts.Part, parts.Index]],
    beside: Iterable[bytes],
    others: Iterable[bytes],
    names: vocab.Names,
    cache: Cache,
    *,
    spill: blocks.Spill,
) -> list[Counted]:
    """The runs of a dataset of some parts, of graphs beside them, and of other N-Quads; `spill` takes their bytes."""
    loose: list[bytes] = []
    pairs = [(part, index) if not index.has_blank else _named(part, loose, cache) for part, index in documents]
    records = len(pairs)
    pairs += [_named(parts.Part(lines), loose, cache) for lines in beside]
    scattered = [line for piece in others for line in _without_blank(piece.splitlines(keepends=True), loose)]
    shared, owners = _owners([index for _, index in pairs], {_subject(line) for line in scattered})
    shared.update(map(_subject, loose))  # what else is said of these goes with them
    following: dict[int, list[bytes]] = defaultdict(list)
    for line in scattered:
        subject = _subject(line)
        following[-1 if subject in shared else owners.get(subject, -1)].append(line)
    runs: list[Counted] = []
    for number, (part, index) in enumerate(pairs):
        own = sorted(shared.intersection(f"<{iri}>".encode() for iri in index.subjects()))
        identity = (index.key.encode(),) if index.key else part
        make = partial(_made_reading, cache, _graph_of(part)) if number < records else _made_once
        counted, about = _kept(part, identity, (own, following.pop(number, [])), names, cache, make=make)
        following[-1] += about
        runs.append(counted._replace(run=spill.put(counted.run)))
    rest = sorted([*following[-1], *rdf.canonical_lines(loose)])
    last = parts.Part(b"".join(rest))
    return [*runs, _kept(last, last, ((), ()), names, cache, make=partial(_made_reading, cache, b""))[0]]


def _named(part: parts.Part, loose: list[bytes], cache: Cache) -> tuple[parts.Part, parts.Index]:
    """A part without what has blank nodes, which is put into `loose`, and its index."""
    part = parts.Part(b"".join(_without_blank(part.all_lines(), loose)))
    return part, parts.index_of(part, cache)


def _graph_of(part: parts.Part) -> bytes:
    """The graph of the first line of a part, as it ends."""
    end = part.lines.find(b"\n")
    return part.lines[part.lines.rfind(b" <", 0, end) : end]


def _owners(indexes: Iterable[parts.Index], wanted: Iterable[bytes]) -> tuple[set[bytes], dict[bytes, int]]:
    """The things that several parts describe, and of some things the numbers of the parts that do."""
    described: set[str] = set()
    several: set[str] = set()
    owners: dict[bytes, int] = {}
    names = {term[1:-1].decode() for term in wanted}
    for number, index in enumerate(indexes):
        subjects = index.subjects()
        several |= described & subjects
        described |= subjects
        owners.update((f"<{iri}>".encode(), number) for iri in names & subjects)
    return {f"<{iri}>".encode() for iri in several}, owners


def _subject(line: bytes) -> bytes:
    return line[: line.index(b" ")]


def _without_blank(lines: list[bytes], loose: list[bytes]) -> list[bytes]:
    """The lines; those with blank nodes, which get their names together, are put into `loose`."""
    blank = [line for line in lines if b"_:" in line]
    loose += blank
    return [line for line in lines if b"_:" not in line] if blank else lines


def _kept(
    part: parts.Part,
    identity: Iterable[bytes],
    beside: tuple[Sequence[bytes], Sequence[bytes]],
    names: vocab.Names,
    cache: Cache,
    *,
    make: Callable[[Iterable[bytes], vocab.Names], Counted],
) -> tuple[Counted, list[bytes]]:
    """The run of a part and of more lines about its things; and its lines about things that are shared.

    `identity` is the same for the same parts only; `beside` are the things that are shared, and the lines.
    """
    shared, more = beside
    prefixes = repr(sorted(rdf.prefixes(names).items())).encode()
    key = key_of("run", (prefixes, *identity, b"\n".join(shared), b"".join(sorted(more)))) if cache.keeps else ""
    kept = cache.get(key)
    if kept is not None:
        _, (run, counted, indexed, lines) = unpack(kept)
        restored = Counted(blocks.restore(run), statistics.restore(counted), indexed)
        return restored, lines.splitlines(keepends=True)
    alone, about = _parted(part.all_lines(), frozenset(shared))
    made = make([*alone, *more], names)
    if cache.keeps and len(alone) >= _FEW:
        dumped = [blocks.dump(made.run), statistics.dump(made.statistics), made.piece]
        cache.put(key, pack(None, [*dumped, b"".join(about)]))
    return made, about


def _parted(lines: list[bytes], things: frozenset[bytes]) -> tuple[list[bytes], list[bytes]]:
    """The lines about other things, and those about some."""
    if not things:
        return lines, []
    parted: tuple[list[bytes], list[bytes]] = ([], [])
    for line in lines:
        parted[line[: line.index(b" ")] in things].append(line)
    return parted


class _Readings:
    """How labels are read, kept under a name: to load what reads a new one takes longer than to make a run."""

    def __init__(self, cache: Cache, name: bytes) -> None:
        self._cache = cache
        self._key = key_of("readings", (name,)) if cache.keeps else ""
        kept = cache.get(self._key)
        self._before: dict[str, str] = json.loads(kept) if kept is not None else {}
        self._now: dict[str, str] = {}

    def of(self, label: str) -> str:
        """As pinyin."""
        if label not in self._now:
            self._now[label] = self._before[label] if label in self._before else pinyin(label)
        return self._now[label]

    def keep(self) -> None:
        """Keeps the readings of the labels that were asked for, where some were not kept."""
        if not self._now.keys() <= self._before.keys():
            self._cache.put(self._key, json.dumps(self._now, ensure_ascii=False, sort_keys=True).encode())


def _made_reading(cache: Cache, name: bytes, lines: Iterable[bytes], names: vocab.Names) -> Counted:
    """As `_made`: labels that were read under a name before are not read again."""
    readings = _Readings(cache, name)
    made = _made(lines, names, readings.of)
    readings.keep()
    return made


def _made_once(lines: Iterable[bytes], names: vocab.Names) -> Counted:
    """As `_made`: what was made of the same lines before, in this process."""
    return _remembered(b"".join(lines), names)


@lru_cache(maxsize=4)
def _remembered(lines: bytes, names: vocab.Names) -> Counted:
    return _made(lines.splitlines(keepends=True), names, pinyin)


def _made(lines: Iterable[bytes], names: vocab.Names, read_as: Callable[[str], str]) -> Counted:
    ordered = sorted(set(lines))
    statements = statements_of(ordered)
    return Counted(
        blocks.run_of(ordered, statements, rdf.prefixes(names)),
        statistics.part_of(statements),
        search_index.dump(search_index.piece_of(statements, names, read_as)),
    )
