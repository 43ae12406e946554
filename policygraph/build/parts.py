"""N-Quads of a document and of what follows from it in, what else is asked of them out, without reading them again.

    part = Part(lines, spelt, following)
    index_of(part, cache).digests
    selection = Selection(indexed, others, cache)
    store = selection.of({"https://w3id.org/policygraph/ontology#hasValue"})

An index is kept under the hash of its part, and so are its lines by predicate: of a document that has not changed, no
line is looked at. A store is made of the statements that queries read, and of no more.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace
from itertools import chain
from typing import NamedTuple

import pyoxigraph as ox

from policygraph import vocab
from policygraph.cache import Cache, key_of, pack, unpack

__all__ = [
    "LABEL",
    "UNTYPED_LABEL",
    "Index",
    "Part",
    "Selection",
    "about",
    "by_predicate",
    "digests_of",
    "index_of",
    "is_read",
    "label_name",
    "types_in",
]

#: Bytes of a part of which something is kept: a smaller one is read as fast as a file of the cache.
_LEAST = 100_000
#: Bytes that are loaded into a store at once.
_AT_ONCE = 16_000_000
#: Bytes of a column that is kept in a file of its own.
_LONG = 20_000
_TYPE = str(vocab.rdf_type).encode()
#: The predicate of labels.
LABEL = vocab.skos("prefLabel").value
_LABEL = f"<{LABEL}>".encode()
#: The name of the labels of things of which no class is known.
UNTYPED_LABEL = f"{LABEL} -"
_BRACKETS = str.maketrans("", "", "<>")


class Part(NamedTuple):
    """What a record says, the form of its evidence, and what follows about the things that it alone describes.

    Each is N-Quads.
    """

    lines: bytes
    spelt: bytes = b""
    following: bytes = b""

    def all_lines(self) -> list[bytes]:
        return [line for piece in self for line in piece.splitlines(keepends=True)]


@dataclass(frozen=True, slots=True)
class Index:
    """What is known of a part.

    `kinds` has the IRIs of its subjects by the set of their classes, which may be empty, and `objects` those of its
    objects. `digests` has for each predicate, with the class where it is `rdf:type`, that of its statements; labels are
    told apart by the classes of their things (`label_name`). Neither looks at the form of evidence. `foreign` has for
    each predicate and class the IRIs of objects that are no subjects of the part. `holders` has for each predicate the
    sets of classes that its subjects have, and `values` those of its objects here. What else is kept of a part is kept
    under `key`; empty for a part of which nothing is.
    """

    kinds: Mapping[frozenset[str], Sequence[str]]
    objects: frozenset[str]
    digests: Mapping[str, str]
    foreign: Mapping[str, Sequence[str]]
    holders: Mapping[str, AbstractSet[frozenset[str]]]
    values: Mapping[str, AbstractSet[frozenset[str]]]
    has_blank: bool
    key: str = ""

    def subjects(self) -> set[str]:
        return set(chain.from_iterable(self.kinds.values()))


def index_of(part: Part, cache: Cache, identity: str = "", *, is_brief: bool = False) -> Index:
    """The index of a part; `identity` is the same for the same parts only, where that is known.

    A brief one, which is not kept, has no more than the classes of things.
    """
    if is_brief:
        return _brief(part)
    if not cache.keeps or not _is_large(part):
        return _indexed(part)
    key = key_of("index", (identity.encode(),) if identity else part)
    kept = cache.get(key)
    if kept is not None:
        return replace(_restored(kept), key=key)
    made = replace(_indexed(part), key=key)
    cache.put(key, _dumped(made))
    return made


def _dumped(index: Index) -> bytes:
    places = {kinds: place for place, kinds in enumerate(index.kinds)}
    used = [
        {name: sorted(places[kinds] for kinds in sets) for name, sets in each.items()}
        for each in (index.holders, index.values)
    ]
    head = [[sorted(kinds) for kinds in index.kinds], index.digests, index.foreign, used, index.has_blank]
    lists = [sorted(index.objects), *index.kinds.values()]
    return pack(head, ["\n".join(things).encode() for things in lists])


def _restored(content: bytes) -> Index:
    (kinds, digests, foreign, used, has_blank), pieces = unpack(content)
    objects, *things = (piece.decode().split("\n") if piece else [] for piece in pieces)
    sets: list[frozenset[str]] = list(map(frozenset, kinds))
    holders, values = ({name: {sets[place] for place in each} for name, each in of.items()} for of in used)
    of_kinds = dict(zip(sets, things, strict=True))
    return Index(of_kinds, frozenset(objects), digests, foreign, holders, values, has_blank)


def _is_large(part: Part) -> bool:
    return sum(map(len, part)) >= _LEAST


def _brief(part: Part) -> Index:
    rows = [line.split(b" ", 2) for piece in part for line in piece.splitlines()]
    kinds_of: dict[bytes, list[bytes]] = {subject: [] for subject, _, _ in rows}
    for subject, _, kind in _with_iris([row for row in rows if row[1] == _TYPE]):
        kinds_of[subject].append(kind)
    kinds = {frozenset(map(_iri, classes)): things for classes, things in _by_classes(kinds_of).items()}
    return Index(kinds, frozenset(), {}, {}, {}, {}, any(b"_:" in piece for piece in part))


def _indexed(part: Part) -> Index:
    kinds_of: dict[bytes, list[bytes]] = {}
    objects: set[bytes] = set()
    by_name: dict[bytes, set[bytes]] = defaultdict(set)
    holding: dict[bytes, set[bytes]] = defaultdict(set)
    for piece in part:
        rows = [line.split(b" ", 2) for line in piece.splitlines()]
        kinds_of |= {subject: [] for subject, _, _ in rows if subject not in kinds_of}
        named = _with_iris(rows)
        for subject, _, kind in [row for row in named if row[1] == _TYPE]:
            kinds_of[subject].append(kind)
        if piece is not part.spelt:
            objects.update([value for _, name, value in named if name != _TYPE])
        _add_values(by_name, named)
        _add_subjects(holding, rows)
    kinds = _by_classes(kinds_of)
    foreign = {name: sorted(values.difference(kinds_of)) for name, values in by_name.items()}
    return Index(
        {frozenset(map(_iri, classes)): things for classes, things in kinds.items()},
        frozenset([value[1:-1].decode() for value in objects]),
        digests_of(part.lines, part.following),
        {_iri(name): list(map(_iri, values)) for name, values in sorted(foreign.items()) if values},
        _classes_of(holding, kinds_of),
        _classes_of(by_name, kinds_of),
        any(b"_:" in piece for piece in part),
    )


def _with_iris(rows: Iterable[list[bytes]]) -> list[tuple[bytes, bytes, bytes]]:
    """Subject, predicate and value of lines, split twice, whose values are IRIs."""
    return [(subject, name, rest[: rest.index(b" ")]) for subject, name, rest in rows if rest.startswith(b"<")]


def _by_classes(kinds_of: Mapping[bytes, Iterable[bytes]]) -> dict[frozenset[bytes], list[str]]:
    """Classes -> the IRIs of the things that have just these; without blank nodes."""
    kinds: dict[frozenset[bytes], list[str]] = defaultdict(list)
    for subject, classes in kinds_of.items():
        if not subject.startswith(b"_:"):
            kinds[frozenset(classes)].append(subject[1:-1].decode())
    return kinds


def _add_values(by_name: dict[bytes, set[bytes]], named: Iterable[tuple[bytes, bytes, bytes]]) -> None:
    """Adds the IRIs that are values to those of each predicate, with the class where it is `rdf:type`."""
    for _, name, value in named:
        by_name[name if name != _TYPE else name + b" " + value].add(value)


def _add_subjects(holding: dict[bytes, set[bytes]], rows: Iterable[list[bytes]]) -> None:
    """Adds the subjects of lines, split twice, to those of each predicate."""
    for subject, name, _ in rows:
        holding[name].add(subject)


def _classes_of(
    things: Mapping[bytes, Iterable[bytes]], kinds_of: Mapping[bytes, Iterable[bytes]]
) -> dict[str, AbstractSet[frozenset[str]]]:
    """Predicate -> the sets of classes that some things with names have, of those that are known."""
    named = {subject: frozenset(classes) for subject, classes in kinds_of.items() if not subject.startswith(b"_:")}
    sets = {classes: frozenset(map(_iri, classes)) for classes in set(named.values())}
    sorts = [(name, each) for name, each in sorted(things.items()) if b" " not in name]  # classes are no predicates
    held = {_iri(name): {named[thing] for thing in each if thing in named} for name, each in sorts}
    return {name: {sets[classes] for classes in each} for name, each in held.items() if each}


def about(part: Part, index: Index, things: Collection[str], cache: Cache) -> tuple[Part, Index]:
    """What a part says of some things, in whatever piece, as a part of its own with its index."""
    own = sorted(f"<{iri}>".encode() for iri in things)
    key = _key("of things", index, own)
    kept = cache.get(key) if key and own else None
    if kept is not None:
        _, (of_lines, lines) = unpack(kept)
        return Part(lines), _restored(of_lines)
    terms = frozenset(own)
    made = Part(b"".join(line for line in part.all_lines() if line[: line.index(b" ")] in terms) if own else b"")
    indexed = _indexed(made)
    if key and own:
        cache.put(key, pack(None, [_dumped(indexed), made.lines]))
    return made, indexed


def _iri(term: bytes) -> str:
    return term.decode().translate(_BRACKETS)


def digests_of(*pieces: bytes, kinds: Callable[[str], Iterable[str]] | None = None) -> dict[str, str]:
    """Name -> the digest of its statements in N-Quads in any order, as `by_predicate` has them."""
    lines_of = by_predicate(pieces, kinds)
    return {name: hashlib.sha256(b"\n".join(sorted(lines))).hexdigest() for name, lines in lines_of.items()}


def by_predicate(
    pieces: Iterable[bytes], kinds: Callable[[str], Iterable[str]] | None = None
) -> dict[str, list[bytes]]:
    """The lines of each predicate, with the class where it is `rdf:type`, without their ends.

    Those of labels have a name for each set of classes of things (`label_name`): those that `kinds` gives for a thing,
    else those that the pieces say themselves.
    """
    lines: dict[bytes, list[bytes]] = defaultdict(list)
    classes: dict[bytes, set[bytes]] = defaultdict(set)
    for piece in pieces:
        for line in piece.splitlines():
            subject, predicate, rest = line.split(b" ", 2)
            if predicate == _TYPE:
                kind = rest[: rest.index(b" ")]
                classes[subject].add(kind)
                predicate += b" " + kind
            lines[predicate].append(line)
    labels = lines.pop(_LABEL, [])
    named = {_iri(name): each for name, each in lines.items()}
    names: dict[frozenset[bytes], str] = {}
    none = frozenset[bytes]()
    for line in labels:
        subject = line[: line.index(b" ")]
        if kinds is not None:
            name = label_name(kinds(_iri(subject)))
        else:
            own = frozenset(classes.get(subject, none))
            name = names[own] if own in names else names.setdefault(own, label_name(map(_iri, own)))
        named.setdefault(name, []).append(line)
    return named


def label_name(kinds: Iterable[str]) -> str:
    """The name of the labels of things that have some classes and no others."""
    listed = sorted(kinds)
    return " ".join([LABEL, *listed]) if listed else UNTYPED_LABEL


def is_read(name: str, names: Collection[str]) -> bool:
    """Whether statements of a name that `digests_of` gives are read by who reads some predicates and classes.

    Of labels, who does not read all of them reads those of some names.
    """
    predicate, _, kind = name.partition(" ")
    return predicate in names or (name if predicate == LABEL else kind) in names


def _key(kind: str, index: Index, more: Iterable[bytes] = ()) -> str:
    """The key of what is kept of a part; empty for one of which nothing is."""
    return key_of(kind, (index.key.encode(), *more)) if index.key else ""


def _column(key: str, name: str) -> str:
    return key_of("column", (key.encode(), name.encode()))


def types_in(indexes: Iterable[Index]) -> dict[str, frozenset[str]]:
    """IRI -> the IRIs of its classes, for all things of some parts."""
    types: dict[str, frozenset[str]] = {}
    for each in indexes:
        for kinds, things in each.kinds.items():
            if kinds:
                before = {thing: types[thing] for thing in types.keys() & things}
                types.update(dict.fromkeys(things, kinds))
                types.update({thing: kinds | others for thing, others in before.items()})
    return types


def _batches(pieces: Iterable[bytes]) -> Iterator[bytes]:
    """Pieces joined to some megabytes each."""
    waiting: list[bytes] = []
    length = 0
    for piece in pieces:
        waiting.append(piece)
        length += len(piece)
        if length >= _AT_ONCE:
            yield b"".join(waiting)
            waiting, length = [], 0
    if length:
        yield b"".join(waiting)


class Selection:
    """A store of a dataset that grows by what is asked of it: parts by predicate, the quads of `others` at once."""

    def __init__(self, indexed: Sequence[tuple[Part, Index]], others: Iterable[ox.Quad], cache: Cache) -> None:
        self._indexed = indexed
        self._cache = cache
        self._store = ox.Store()
        self._store.bulk_extend(others)
        self._names: set[str] = set()
        self._is_whole = not indexed
        #: Number of a part -> its short columns by name, and the names of the long ones.
        self._short: dict[int, tuple[dict[str, bytes], list[str]]] = {}

    def add(self, *lines: bytes) -> None:
        """Adds N-Quads that are in no part."""
        self._load([b"".join(lines)])

    def _load(self, pieces: Iterable[bytes]) -> None:
        """Loads N-Quads, some megabytes at a time: the store needs room for several times what it loads at once.

        A blank node of two pieces may become two. They were written here: reading them without checks takes a third
        less.
        """
        for batch in _batches(pieces):
            self._store.bulk_load(batch, format=ox.RdfFormat.N_QUADS, lenient=True)

    def of(self, names: Collection[str] | None) -> ox.Store:
        """The store, with all statements of some predicates and classes, or with all there are."""
        if self._is_whole or (names is not None and self._names.issuperset(names)):
            return self._store
        if names is None or not self._cache.keeps:
            self._load(b"".join(part) for part, _ in self._indexed)
            self._is_whole = True
        else:
            missing = set(names) - self._names
            self._load(b"".join(self._columns(number, missing)) for number in range(len(self._indexed)))
            self._names |= missing
        return self._store

    def about(self, things: Collection[str]) -> None:
        """Adds all statements that have one of some things as their subject or object, but for forms of evidence."""
        if not self._is_whole:
            self._load(self._lines_about(number, things) for number in range(len(self._indexed)))

    def digest_about(self, things: Collection[str]) -> bytes:
        """What is the same for the same statements only that `about` would add."""
        digest = hashlib.sha256()
        for number in range(len(self._indexed)):
            own = self._own(number, things)
            key = _key("digest about", self._indexed[number][1], own) if own else ""
            made = self._cache.get(key) if key else None
            if made is None:
                made = hashlib.sha256(self._lines_about(number, things)).digest()
                if key:
                    self._cache.put(key, made)
            digest.update(made)
        return digest.digest()

    def _own(self, number: int, things: Collection[str]) -> list[bytes]:
        """Those of some things that a part describes or refers to, in order."""
        index = self._indexed[number][1]
        return sorted(f"<{iri}>".encode() for iri in (index.subjects() | index.objects).intersection(things))

    def _columns(self, number: int, names: Collection[str]) -> list[bytes]:
        """The lines of a part of some predicates and classes. Long columns are kept apart: most are asked for once."""
        part, index = self._indexed[number]
        key = _key("columns", index)
        columns = self._kept_columns(number, key, names) if key else None
        if columns is not None:
            return columns
        made = {name: b"\n".join(lines) + b"\n" for name, lines in by_predicate(part).items()}
        if key:
            long = [name for name, piece in made.items() if len(piece) >= _LONG]
            for name in long:
                self._cache.put(_column(key, name), made[name])
            others = [name for name in made if name not in long]
            self._cache.put(key, pack([others, long], [made[name] for name in others]))
        return [lines for name, lines in made.items() if is_read(name, names)]

    def _kept_columns(self, number: int, key: str, names: Collection[str]) -> list[bytes] | None:
        """As `_columns`, of what is kept under a key; None where it is not all there."""
        if number not in self._short:
            kept = self._cache.get(key)
            if kept is None:
                return None
            (of_short, of_long), pieces = unpack(kept)
            self._short[number] = dict(zip(of_short, pieces, strict=True)), of_long
        short, long = self._short[number]
        wanted = [name for name in long if is_read(name, names)]
        columns = [piece for name in wanted if (piece := self._cache.get(_column(key, name))) is not None]
        if len(columns) < len(wanted):
            return None
        return [*columns, *(piece for name, piece in short.items() if is_read(name, names))]

    def _lines_about(self, number: int, things: Collection[str]) -> bytes:
        part, index = self._indexed[number]
        own = self._own(number, things)
        if not own:
            return b""
        key = _key("lines about", index, own)
        kept = self._cache.get(key) if key else None
        if kept is None:
            terms = frozenset(own)
            kept = b"".join(
                line
                for line in Part(part.lines, following=part.following).all_lines()
                if not terms.isdisjoint((line[: line.index(b" ")], line.split(b" ", 3)[2]))
            )
            if key:
                self._cache.put(key, kept)
        return kept
