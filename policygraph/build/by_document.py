"""Queries with a root in (rooted.py), their answers out: asked of the documents that have changed, the others' kept.

    units = Units(documents, shared, rest=lines, cache=cache, names=names)
    rows_of_units = units.answers("derive", queries, fixed, ask=ask, ask_whole=ask_whole, common=ontology)

A row is of the document that alone describes its root; what else has rows is one more unit. What a row reads is said in
its own unit, in units of whose things that speaks, or in the shared part: of the reference data, and of things of
several documents. So the rows of a unit are kept under the digests of what the query reads in these, all of a query in
one entry. Where much has changed, the whole graph is asked, and its rows are dealt out.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence, Set
from dataclasses import dataclass, field
from itertools import chain

import pyoxigraph as ox

from policygraph import vocab
from policygraph.build.kept_rows import reads
from policygraph.build.parts import (
    Index,
    NamesRead,
    Part,
    about,
    by_predicate,
    dumped,
    index_beside,
    index_of,
    is_read,
    restored,
)
from policygraph.cache import Bundle, Cache, key_of, pack, unpack
from policygraph.queries import Query

__all__ = ["Row", "Units", "row_of"]

#: The IRI of a root, and a row of it, or a statement made of it, as bytes of one line.
Row = tuple[str, bytes]
#: One document of so many may have to be asked: of more, the whole graph is.
_ONE_OF = 2
#: The number of the unit of all things that no document alone describes.
_SHARED = -1


@dataclass(slots=True)
class _Unit:
    """What is read in a unit: the parts that it has, their digests by name, and the units that they lead to by name."""

    parts: list[Part]
    digests: dict[str, str]
    leads: dict[str, set[int]] = field(default_factory=dict)

    def digest(self, names: Iterable[str]) -> bytes:
        """The digest of what is said with some names, which are in order."""
        read = [f"{name} {digest}" for name in names if (digest := self.digests.get(name))]
        return hashlib.sha256("\n".join(read).encode()).digest()

    def leads_by(self, names: Collection[str]) -> set[int]:
        """The units to which statements with some names lead."""
        return {to for name in self.leads.keys() & names for to in self.leads[name]}


@dataclass(frozen=True, slots=True)
class _Entry:
    """The kept rows of a query: the key of its entry, the key of the rows of each unit, and rows by such keys."""

    key: str
    keys: Mapping[int, str]
    rows: Mapping[str, bytes]
    missing: frozenset[int]
    #: The units that those which are missing must be asked with.
    wanted: frozenset[int]


class Units:
    """The units of a graph. `documents` are the parts that records of documents make, none with blank nodes.

    `shared` are those of the reference data, and `rest` what follows about things of several parts. `elsewhere` are
    things that are described beside them all. `several` are those that no part alone describes, and `of_several` the
    indexes of what each part says of these.
    """

    def __init__(
        self,
        documents: Sequence[tuple[Part, Index]],
        shared: Sequence[tuple[Part, Index]],
        *,
        rest: bytes,
        elsewhere: Set[str] = frozenset(),
        cache: Cache,
        names: vocab.Names,
    ) -> None:
        self._cache = cache
        self._names = names
        self._indexes = {n: index for n, (_, index) in enumerate(documents)}
        self._things = [index.subjects() for _, index in documents]
        others = index_of(Part(rest), Cache(None))
        things_shared = [index.subjects() for _, index in shared]
        several = _of_several(self._things, [elsewhere, others.subjects(), *things_shared])
        also_shared = _of_several(things_shared, [elsewhere, others.subjects(), several])
        of_several = _about_each(documents, self._things, several, cache)
        self._things = [things - several for things in self._things]
        self.several = frozenset(several | also_shared)
        of_shared = _about_each(shared, things_shared, also_shared, cache)
        self.of_several = [index for _, index in (*of_several, *of_shared)]
        in_common = [*shared, (Part(rest), others), *of_several]
        self._units = {n: _Unit([part], dict(index.digests)) for n, (part, index) in enumerate(documents)}
        self._units[_SHARED] = _Unit(
            [part for part, _ in in_common], _together([index.digests for _, index in in_common])
        )
        foreign = {n: [index.foreign] for n, (_, index) in enumerate(documents)}
        foreign[_SHARED] = [index.foreign for _, index in in_common]
        self._lead(foreign)
        self._all_names = self._named()

    def add(self, made: Mapping[int, bytes]) -> list[Index]:
        """Adds N-Quads that queries have made of the graph, by unit, none with blank nodes; the indexes of them."""
        kept = Bundle(self._cache, "made")
        indexes = {number: self._index_of_made(number, lines, kept) for number, lines in made.items() if lines}
        kept.keep()
        for number, index in indexes.items():
            unit = self._units[number]
            unit.parts.append(Part(made[number]))
            unit.digests = _together([unit.digests, index.digests])
        self._lead({number: [index.foreign] for number, index in indexes.items()})
        self._all_names = self._named()
        return list(indexes.values())

    def _index_of_made(self, number: int, lines: bytes, kept: Bundle) -> Index:
        """The index of what is made of a unit, which has the classes of its things from the part of the unit."""
        part = self._indexes.get(number)
        key = f"{part.key} {hashlib.sha256(lines).hexdigest()}" if part and part.key else ""
        payload = kept.get(key) if key else None
        if payload is not None:
            return restored(payload)
        things = self._things[number] if part else set[str]()
        kinds = part.kinds.items() if part else ()
        made = index_beside(lines, {thing: each for each, own in kinds for thing in things.intersection(own)})
        if key:
            kept.put(key, dumped(made))
        return made

    def dealt(self, lines: bytes) -> dict[int, bytes]:
        """N-Quads without blank nodes, by the number of the unit that has their subject."""
        return self._dealt(map(row_of, lines.splitlines(keepends=True)))

    def _named(self) -> NamesRead:
        """The names that units have statements of."""
        return NamesRead({name for unit in self._units.values() for name in (*unit.digests, *unit.leads)})

    def _lead(self, foreign: Mapping[int, Iterable[Mapping[str, Sequence[str]]]]) -> None:
        """Notes for each unit to which others its statements of each name lead."""
        named = {iri for each in foreign.values() for by_name in each for iris in by_name.values() for iri in iris}
        owners = self._owners(named)
        for number, each in foreign.items():
            leads = self._units[number].leads
            for name, iris in chain.from_iterable(by_name.items() for by_name in each):
                to = {owners[iri] for iri in iris if iri in owners} - {number}
                if to:
                    leads.setdefault(name, set()).update(to)

    def _owners(self, things: set[str]) -> dict[str, int]:
        """Of some things those that one document alone describes, with its number."""
        return {iri: number for number, own in enumerate(self._things) for iri in own & things}

    def _dealt(self, rows: Iterable[Row]) -> dict[int, bytes]:
        """The rows of each unit that has any, in order."""
        listed = list(rows)
        owners = self._owners({root for root, _ in listed})
        dealt: dict[int, list[bytes]] = defaultdict(list)
        for root, row in listed:
            dealt[owners.get(root, _SHARED)].append(row)
        return {number: b"".join(sorted(each)) for number, each in dealt.items()}

    def answers(
        self,
        kind: str,
        queries: Iterable[Query],
        fixed: Sequence[bytes],
        *,
        ask: Callable[[Query, ox.Store], Iterable[Row]],
        ask_whole: Callable[[Sequence[Query]], Iterable[Iterable[Row]]],
        common: Iterable[ox.Quad],
    ) -> dict[str, dict[int, bytes]]:
        """Text of a query -> the rows of each unit, by its number.

        `fixed` is what each of them reads besides, `common` the quads of it. `ask` gives the rows of one over a store.
        """
        entries = [(query, self._entry(kind, query, fixed)) for query in queries]
        missing = [query for query, entry in entries if entry.missing]
        wanted = frozenset[int]().union(*(entry.wanted for _, entry in entries))
        if len(wanted - {_SHARED}) * _ONE_OF > len(self._things):
            answered = ask_whole(missing)
        else:
            store = self._store(wanted, missing, common)
            answered = (ask(query, store) for query in missing)
        made = dict(zip((query.text for query in missing), answered, strict=True))
        return {query.text: self._completed(entry, made.get(query.text)) for query, entry in entries}

    def _entry(self, kind: str, query: Query, fixed: Sequence[bytes]) -> _Entry:
        names = reads(query, self._names)
        assert names is not None  # noqa: S101 - a query that reads everything has no root
        read = self._all_names.by(names)
        digests = {number: unit.digest(read) for number, unit in self._units.items()}
        named = frozenset(read)
        leads = {number: unit.leads_by(named) for number, unit in self._units.items()}
        # what is read in common is looked at once for all units: much of the graph, where the reference data leads on
        in_common = _reached([_SHARED], leads)
        of_common = hashlib.sha256(b"".join(sorted(digests[n] for n in in_common))).digest()
        beyond = {number: _reached([number], leads, in_common) for number in self._units}
        keys = {
            number: key_of(
                "rows",
                (b"shared" * (number == _SHARED), digests[number], of_common, *sorted(digests[n] for n in each)),
            )
            for number, each in beyond.items()
        }
        key = key_of(kind, (query.text.encode(), *fixed))
        kept = self._cache.get(key)
        rows: dict[str, bytes] = {}
        if kept is not None:
            of_units, pieces = unpack(kept)
            rows = dict(zip(of_units, pieces, strict=True))
        missing = frozenset(number for number, each in keys.items() if each not in rows)
        wanted = (in_common if missing else set()).union(*(beyond[number] for number in missing))
        return _Entry(key, keys, rows, missing, frozenset(wanted))

    def _completed(self, entry: _Entry, made: Iterable[Row] | None) -> dict[int, bytes]:
        """The rows of a query: those of an entry, and those made, which are then kept."""
        rows = dict(entry.rows)
        if made is not None:
            dealt = self._dealt(made)
            rows.update((entry.keys[number], dealt.get(number, b"")) for number in entry.missing)
            current = {key: rows[key] for key in entry.keys.values()}
            self._cache.put(entry.key, pack(list(current), list(current.values())))
        return {number: rows[key] for number, key in entry.keys.items()}

    def _store(self, numbers: Iterable[int], queries: Sequence[Query], common: Iterable[ox.Quad]) -> ox.Store:
        """A store of all that queries read in some units, and of what is common to all."""
        store = ox.Store()
        if not queries:
            return store
        store.bulk_extend(common)
        named = [reads(query, self._names) for query in queries]
        names = frozenset[str]().union(*(each for each in named if each))
        columns = (
            lines
            for number in numbers
            for name, lines in by_predicate(chain.from_iterable(self._units[number].parts)).items()
            if is_read(name, names)
        )
        content = b"".join(line + b"\n" for line in chain.from_iterable(columns))
        store.bulk_load(content, format=ox.RdfFormat.N_QUADS, lenient=True)
        return store


def _about_each(
    parts: Iterable[tuple[Part, Index]], described: Iterable[set[str]], things: Set[str], cache: Cache
) -> list[tuple[Part, Index]]:
    """What each of some parts, which describe things, says of some of them."""
    pairs = zip(parts, described, strict=True)
    return [about(part, index, things & own, cache) for (part, index), own in pairs]


def _of_several(documents: Iterable[set[str]], shared: Iterable[Set[str]]) -> set[str]:
    """The things of documents that another one describes as well, or the shared part."""
    described = set[str]().union(*shared)
    several: set[str] = set()
    for things in documents:
        several |= described & things
        described |= things
    return several


def _together(digests: Sequence[Mapping[str, str]]) -> dict[str, str]:
    """The digests of several pieces as those of one."""
    by_name: dict[str, list[str]] = defaultdict(list)
    for each in digests:
        for name, digest in each.items():
            by_name[name].append(digest)
    return {name: "".join(each) for name, each in by_name.items()}


def _reached(numbers: Iterable[int], leads: Mapping[int, Iterable[int]], closed: Set[int] = frozenset()) -> set[int]:
    """Some units and those to which they lead, but for the closed ones, from which no others are reached."""
    reached: set[int] = set()
    waiting = list(numbers)
    while waiting:
        number = waiting.pop()
        if number not in reached and number not in closed:
            reached.add(number)
            waiting += leads[number]
    return reached


def row_of(line: bytes) -> Row:
    """A line of N-Quads as a row about its subject, which has a name."""
    return line[1 : line.index(b" ") - 1].decode(), line
