"""The parts of a graph in, runs for formats.blocks out, with statistics and index: one for each document, and the rest.

With a document stands what follows about things that it alone describes; things of several are in the rest, so that
each thing is in one run. A run is kept under the hash of what it is made of: a document of which nothing has changed is
neither read line by line nor serialised or counted again. Where it stands in the files of the build before (layout.py),
its bytes are copied from there in long pieces. That of the ontology, the same in all builds, is kept in the process as
well. Places in texts, which are all alike, are written from one (places.py).
"""

from __future__ import annotations

import json
from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache, partial
from itertools import chain
from typing import NamedTuple

import pyoxigraph as ox

from policygraph import search_index, statistics, vocab
from policygraph.build import layout, parts
from policygraph.build.places import run_of, things
from policygraph.cache import NOTHING_KEPT, Cache, key_of, pack, unpack
from policygraph.evidence import Place, places_in, written
from policygraph.formats import blocks, rdf
from policygraph.lines import in_order, statements_of
from policygraph.pinyin import pinyin
from policygraph.spilled import Bytes, content_of

__all__ = ["Counted", "of_description", "runs_of", "uncut"]

#: Lines below which a run is not worth a file of the cache.
_FEW = 200
#: Places below which they are written as all else.
_FEW_PLACES = 20
_NOTHING = statistics.part(())


@dataclass(frozen=True, slots=True)
class Counted:
    """A run, the statistics of its lines, and what a search finds in it (search_index.dump), or where that stands.

    It is kept under `key`; empty where it is not. One that stands in an earlier build is in long pieces, and `whole`
    gives it block by block.
    """

    run: blocks.Run
    statistics: statistics.Part
    piece: Bytes
    key: str = ""
    whole: Callable[[], blocks.Run] | None = None


#: What follows from a place beside what all places say: ends of lines about the evidence, and about its selector.
_Ends = tuple[tuple[bytes, ...], tuple[bytes, ...]]


class _Lines(NamedTuple):
    """The lines of a run, in any order, and places that have more of them: those of one graph, with what follows."""

    listed: list[bytes]
    alike: Mapping[tuple[bytes, _Ends], Sequence[Place]]


_Make = Callable[[_Lines, vocab.Names], Counted]


def runs_of(
    documents: Iterable[tuple[parts.Part, parts.Index]],
    beside: Iterable[bytes],
    others: Iterable[bytes],
    names: vocab.Names,
    cache: Cache,
    *,
    spill: blocks.Spill,
    standing: layout.Standing,
    total: statistics.Total,
) -> list[Counted]:
    """The runs of a dataset of some parts, of graphs beside them, and of other N-Quads.

    `spill` takes their bytes, but for those that are `standing` in an earlier build. Their statistics are added to
    `total` and let go: they are of the size of the lines.
    """
    loose: list[bytes] = []
    pairs = [(part, index) if not index.has_blank else _named(part, loose) for part, index in documents]
    records = len(pairs)
    pairs += [_named(parts.Part(lines), loose) for lines in beside]
    scattered = [line for piece in others for line in _without_blank(piece.splitlines(keepends=True), loose)]
    shared, owners = _owners([index for _, index in pairs], {_subject(line) for line in scattered})
    shared.update(map(_subject, loose))  # what else is said of these goes with them
    following: dict[int, list[bytes]] = defaultdict(list)
    for line in scattered:
        subject = _subject(line)
        following[-1 if subject in shared else owners.get(subject, -1)].append(line)
    runs: list[Counted] = []

    def take(counted: Counted) -> None:
        """Adds a run, without what is large of it."""
        total.add(counted.statistics)
        runs.append(replace(counted, statistics=_NOTHING, piece=spill.keep(content_of(counted.piece))))

    made_once = partial(_made_once, with_pairs=cache.keeps)
    kept = partial(_kept, names=names, cache=cache, spill=spill, standing=standing)
    for number, (part, index) in enumerate(pairs):
        own = sorted(shared.intersection(f"<{iri}>".encode() for iri in index.subjects()))
        identity = (index.key.encode(),) if index.key else part
        make = partial(_made_reading, cache, part.graph) if number < records else made_once
        counted, about = kept(part, identity, (own, following.pop(number, [])), make=make)
        following[-1] += about
        take(counted)
    rest = sorted([*following[-1], *rdf.canonical_lines(loose)])
    last = parts.Part(b"".join(rest))
    counted, _ = kept(last, last, ((), ()), make=partial(_made_reading, cache, b""))
    take(counted)
    return uncut(runs, sorted(subject for each in runs if each.whole is None for subject in each.run.subjects))


def of_description(
    lines: Iterable[bytes], dataset: ox.NamedNode, names: vocab.Names, cache: Cache
) -> list[tuple[blocks.Run, bytes]]:
    """The runs of the N-Quads that describe a build, and what a search finds in each (search_index.dump).

    What is said of the dataset itself is another in each build. The rest stays the same while things have the same
    classes and properties, and is kept.
    """
    parted: dict[bool, list[bytes]] = {True: [], False: []}
    start = f"{dataset} ".encode()
    for line in lines:
        parted[line.startswith(start)].append(line)
    key = key_of("description", (_prefixes(names), b"".join(parted[False]))) if cache.keeps else ""
    kept = cache.get(key)
    if kept is not None:
        _, (run, piece) = unpack(kept)
        rest = blocks.restore(run), piece
    else:
        rest = _described(parted[False], names, with_pairs=cache.keeps)
        if key:
            cache.put(key, pack(None, [blocks.dump(rest[0]), rest[1]]))
    return [_described(parted[True], names, with_pairs=cache.keeps), rest]


def _prefixes(names: vocab.Names) -> bytes:
    """The prefixes that runs are written with, for keys."""
    return repr(sorted(rdf.prefixes(names).items())).encode()


def _described(lines: Iterable[bytes], names: vocab.Names, *, with_pairs: bool) -> tuple[blocks.Run, bytes]:
    ordered = in_order(lines)
    statements = statements_of(ordered)
    piece = search_index.dump(search_index.piece_of(statements, names), with_pairs=with_pairs)
    return blocks.run_of(ordered, statements, rdf.prefixes(names)), piece


def uncut(runs: Iterable[Counted], subjects: Sequence[bytes]) -> list[Counted]:
    """The runs, block by block where one of some subjects, which are in order, is within one of their long pieces."""
    return [
        replace(each, run=each.whole(), whole=None) if each.whole and _is_cut(each.run, subjects) else each
        for each in runs
    ]


def _is_cut(run: blocks.Run, subjects: Sequence[bytes]) -> bool:
    """Whether one of some subjects is within a piece of a run."""
    for first, last in zip(run.subjects, run.lasts or run.subjects, strict=True):
        place = bisect_left(subjects, first)
        if place < len(subjects) and subjects[place] <= last:
            return True
    return False


def _named(part: parts.Part, loose: list[bytes]) -> tuple[parts.Part, parts.Index]:
    """A part without what has blank nodes, which is put into `loose`, and its index."""
    if any(b"_:" in piece for piece in part):
        part = parts.Part(b"".join(_without_blank(part.all_lines(), loose)))
    return part, parts.index_of(part, NOTHING_KEPT, is_brief=True)


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
    *,
    names: vocab.Names,
    cache: Cache,
    make: _Make,
    spill: blocks.Spill,
    standing: layout.Standing,
) -> tuple[Counted, list[bytes]]:
    """The run of a part and of more lines about its things; and its lines about things that are shared.

    `identity` is the same for the same parts only; `beside` are the things that are shared, and the lines.
    """
    shared, more = beside
    read = (_prefixes(names), *identity, b"\n".join(shared), b"".join(sorted(more)))
    key = key_of("run", read) if cache.keeps else ""
    key_of_counts = key_of("counted", (key.encode(),)) if key else ""
    counts = cache.get(key_of_counts)
    run = standing.run(key) if counts is not None else None
    whole: Callable[[], blocks.Run] | None = None
    if run is not None:

        def whole() -> blocks.Run:
            kept = cache.get(key)
            return spill.put(blocks.restore(kept) if kept is not None else make(_apart(part, *beside)[0], names).run)

    elif counts is not None and (kept := cache.get(key)) is not None:
        run = spill.put(blocks.restore(kept))
    if run is not None and counts is not None:
        _, (counted, indexed, lines) = unpack(counts)
        return Counted(run, statistics.restore(counted), indexed, key, whole), lines.splitlines(keepends=True)
    own, about = _apart(part, shared, more)
    made = make(own, names)
    if not key or len(own.listed) < _FEW:
        return replace(made, run=spill.put(made.run)), about
    cache.put(key, blocks.dump(made.run))
    cache.put(key_of_counts, pack(None, [statistics.dump(made.statistics), content_of(made.piece), b"".join(about)]))
    return replace(made, run=spill.put(made.run), key=key), about


def _apart(part: parts.Part, shared: Sequence[bytes], more: Sequence[bytes]) -> tuple[_Lines, list[bytes]]:
    """The lines of the run of a part with more about its things; and those about things that are shared."""
    places = places_in(part.spelt)
    if len(places) < _FEW_PLACES:
        alone, about = _parted(part.all_lines(), shared)
        return _Lines([*alone, *more], {}), about
    alike, others = _alike(part, places, frozenset([*shared, *map(_subject, more)]))
    alone, about = _parted(others, shared)
    return _Lines([*alone, *more], alike), about


def _alike(
    part: parts.Part, places: Sequence[Place], others: frozenset[bytes]
) -> tuple[Mapping[tuple[bytes, _Ends], list[Place]], list[bytes]]:
    """The places of which nothing is said but what follows, by their graph and by that; and all other lines.

    Of `others` something else is said.
    """
    lines = part.lines.splitlines(keepends=True)
    own = list(map(things, places))
    counts = Counter(chain.from_iterable(own))
    described = others.union([line[: line.index(b" ")] for line in lines])
    following: dict[bytes, list[bytes]] = {}
    for thing, selector in own:
        if counts[thing] == counts[selector] == 1 and thing not in described and selector not in described:
            following[thing], following[selector] = [], []
    for line in part.following.splitlines(keepends=True):
        subject = line[: line.index(b" ")]
        if subject in following:
            following[subject].append(line[len(subject) :])
        else:
            lines.append(line)
    alike: dict[tuple[bytes, _Ends], list[Place]] = defaultdict(list)
    for place, (thing, selector) in zip(places, own, strict=True):
        if thing in following:
            alike[place.graph, (tuple(following[thing]), tuple(following[selector]))].append(place)
        else:
            lines += written([place]).splitlines(keepends=True)
    return alike, lines


def _parted(lines: Iterable[bytes], things: Iterable[bytes]) -> tuple[list[bytes], list[bytes]]:
    """The lines about other things, and those about some, both in order; `things` are in order."""
    ordered = sorted(lines)
    alone: list[bytes] = []
    about: list[bytes] = []
    end = 0
    for thing in things:
        first = bisect_left(ordered, thing + b" ", end)
        alone += ordered[end:first]
        end = bisect_left(ordered, thing + b"!", first)  # what comes next after a space
        about += ordered[first:end]
    return alone + ordered[end:], about


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


def _made_reading(cache: Cache, name: bytes, lines: _Lines, names: vocab.Names) -> Counted:
    """As `_made`: labels that were read under a name before are not read again."""
    readings = _Readings(cache, name)
    made = _made(lines, names, readings.of, with_pairs=cache.keeps)
    readings.keep()
    return made


def _made_once(lines: _Lines, names: vocab.Names, *, with_pairs: bool) -> Counted:
    """As `_made`: what was made of the same lines before, in this process; graphs beside records have no places."""
    return _remembered(b"".join(lines.listed), names, with_pairs=with_pairs)


@lru_cache(maxsize=4)
def _remembered(lines: bytes, names: vocab.Names, *, with_pairs: bool) -> Counted:
    return _made(_Lines(lines.splitlines(keepends=True), {}), names, pinyin, with_pairs=with_pairs)


def _made(lines: _Lines, names: vocab.Names, read_as: Callable[[str], str], *, with_pairs: bool) -> Counted:
    """The run of lines. The pairs of its labels are known `with_pairs`: where it is kept, and put together again."""
    prefixes = rdf.prefixes(names)
    listed = lines.listed
    of_places: list[tuple[blocks.Run, statistics.Part]] = []
    for (_, ends), places in lines.alike.items():
        run = run_of(places, ends, prefixes) if len(places) >= _FEW_PLACES else None
        if run is not None:
            of_places.append(run)
        else:
            listed = [*listed, *_spelt_out(places, ends)]
    ordered = in_order(listed)
    statements = statements_of(ordered)
    kinds = {thing: kinds for _, counted in of_places for thing, kinds in counted.kinds.items()}
    return Counted(
        blocks.joined([blocks.run_of(ordered, statements, prefixes), *(run for run, _ in of_places)]),
        statistics.joined([statistics.part_of(statements, kinds), *(counted for _, counted in of_places)]),
        search_index.dump(search_index.piece_of(statements, names, read_as), with_pairs=with_pairs),
    )


def _spelt_out(places: Iterable[Place], ends: _Ends) -> list[bytes]:
    """The lines of places, with those that follow."""
    following = (thing + end for place in places for thing, own in zip(things(place), ends, strict=True) for end in own)
    return [*written(places).splitlines(keepends=True), *following]
