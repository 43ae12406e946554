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
from functools import lru_cache
from itertools import accumulate, chain, pairwise

import pyoxigraph as ox

from policygraph import vocab
from policygraph.cache import NOTHING_KEPT, Cache, key_of, pack, unpack
from policygraph.spilled import Bytes, Spill, content_of, cut, size_of

__all__ = [
    "LABEL",
    "UNTYPED_LABEL",
    "Index",
    "NamesRead",
    "Part",
    "Selection",
    "about",
    "by_predicate",
    "digests_of",
    "dumped",
    "index_beside",
    "index_of",
    "is_read",
    "label_name",
    "restored",
    "types_in",
]

#: Bytes of a part of which something is kept: a smaller one is read as fast as a file of the cache.
_LEAST = 100_000
#: Bytes that are loaded into a store at once.
_AT_ONCE = 16_000_000
#: Bytes at the end of lines in which their last graph is looked for first.
_LONGEST_END = 1000
#: Bytes of a column that is kept in a file of its own.
_LONG = 20_000
#: The places of the form of evidence, and of what is stated and follows, among the pieces of a part.
_SPELT, _OTHERS = 1, (0, 2)
_TYPE = str(vocab.rdf_type).encode()
#: The predicate of labels.
LABEL = vocab.skos("prefLabel").value
_LABEL = f"<{LABEL}>".encode()
#: The name of the labels of things of which no class is known.
UNTYPED_LABEL = f"{LABEL} -"
_BRACKETS = str.maketrans("", "", "<>")


class Part:
    """What a record says, the form of its evidence, and what follows about the things that it alone describes.

    Each is N-Quads, or where they stand: they are read each time that they are asked for.
    """

    __slots__ = ("held",)

    def __init__(self, lines: Bytes, spelt: Bytes = b"", following: Bytes = b"") -> None:
        self.held = (lines, spelt, following)

    def __iter__(self) -> Iterator[bytes]:
        return map(content_of, self.held)

    @property
    def lines(self) -> bytes:
        """What the record says."""
        return content_of(self.held[0])

    @property
    def spelt(self) -> bytes:
        """The form of its evidence."""
        return content_of(self.held[1])

    @property
    def following(self) -> bytes:
        """What follows."""
        return content_of(self.held[2])

    @property
    def graph(self) -> bytes:
        """How the lines end that are stated: the blank before their graph, and what follows; nothing of no lines."""
        lines, size = self.held[0], size_of(self.held[0])
        end = content_of(cut(lines, max(0, size - _LONGEST_END), size))
        if b" <" not in end:
            end = self.lines
        return end[end.rfind(b" <") :]

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
    is_kept = cache.keeps and _is_large(part)
    key = key_of("index", (identity.encode(),) if identity else part) if is_kept else ""
    kept = cache.get(key) if is_kept else None
    if kept is not None:
        return replace(restored(kept), key=key)
    indexed, columns = _indexed(part)
    made = replace(indexed, key=key)
    if is_kept:
        cache.put(key, dumped(made))
        if identity:  # a part of records, of which each build asks something
            _keep_columns(made, columns, cache)
    return made


def index_beside(lines: bytes, kinds: Mapping[str, frozenset[str]]) -> Index:
    """The index of N-Quads about things whose classes are said elsewhere: `kinds` has them, of those that are known.

    Its things are in no list, and all objects are foreign.
    """
    none = frozenset[str]()
    grouped = _grouped(lines)
    classes = {kind for _, kind in _typed(lines)}
    values = {name: _iris_in(stated) for name, stated in grouped.items() if name != _TYPE}
    holders = {
        _iri(name): {kinds.get(_iri(line.partition(b" ")[0]), none) for line in stated}
        for name, stated in sorted(grouped.items())
    }
    return Index(
        {each: [] for sets in holders.values() for each in sets},
        frozenset(),
        _digests(_named(grouped, lambda subject: kinds.get(_iri(subject), none))),
        _foreign(values | {_TYPE + b" " + kind: {kind} for kind in classes}, frozenset()),
        holders,
        {},
        has_blank=b"_:" in lines,
    )


def dumped(index: Index) -> bytes:
    """An index as bytes, without the key of its part."""
    places = {kinds: place for place, kinds in enumerate(index.kinds)}
    used = [
        {name: sorted(places[kinds] for kinds in sets) for name, sets in each.items()}
        for each in (index.holders, index.values)
    ]
    head = [[sorted(kinds) for kinds in index.kinds], index.digests, index.foreign, used, index.has_blank]
    lists = [sorted(index.objects), *index.kinds.values()]
    return pack(head, ["\n".join(things).encode() for things in lists])


def restored(content: bytes) -> Index:
    """What `dumped` was given."""
    (kinds, digests, foreign, used, has_blank), pieces = unpack(content)
    objects, *things = (piece.decode().split("\n") if piece else [] for piece in pieces)
    sets: list[frozenset[str]] = list(map(frozenset, kinds))
    holders, values = ({name: {sets[place] for place in each} for name, each in of.items()} for of in used)
    of_kinds = dict(zip(sets, things, strict=True))
    return Index(of_kinds, frozenset(objects), digests, foreign, holders, values, has_blank)


def _is_large(part: Part) -> bool:
    return sum(map(size_of, part.held)) >= _LEAST


def _brief(part: Part) -> Index:
    pieces = list(part)
    typed: dict[bytes, list[bytes]] = defaultdict(list)
    for subject, kind in chain.from_iterable(map(_typed, pieces)):
        typed[subject].append(kind)
    subjects = dict.fromkeys([line.partition(b" ")[0] for piece in pieces for line in piece.splitlines()])
    kinds = _by_classes({subject: _kinds(typed.get(subject, ())) for subject in subjects})
    return Index(kinds, frozenset(), {}, {}, {}, {}, any(b"_:" in piece for piece in pieces))


def _typed(lines: bytes) -> Iterator[tuple[bytes, bytes]]:
    """Subjects and classes with names of the lines of types: no others are looked at."""
    before, *pieces = lines.split(b" " + _TYPE + b" ")
    for piece in pieces:
        subject, kind = before[before.rfind(b"\n") + 1 :], piece.partition(b" ")[0]
        if b" " not in subject and kind.startswith(b"<"):  # a blank before it: the words stand in a string
            yield subject, kind
        before = piece


#: Predicate -> lines without their ends.
_Grouped = Mapping[bytes, Sequence[bytes]]


def _grouped(*pieces: bytes) -> _Grouped:
    """The lines of each predicate."""
    lines: dict[bytes, list[bytes]] = defaultdict(list)
    for piece in pieces:
        for line in piece.splitlines():
            lines[line.split(b" ", 2)[1]].append(line)
    return lines


def _indexed(part: Part) -> tuple[Index, Mapping[str, Sequence[bytes]]]:
    """The index of a part, and its lines as `by_predicate` has them."""
    pieces = list(part)
    stated, spelt = _grouped(pieces[0], pieces[2]), _grouped(pieces[_SPELT])
    lines_of = {name: [*stated.get(name, ()), *spelt.get(name, ())] for name in {**stated, **spelt}}
    holding = {
        name: dict.fromkeys([line.partition(b" ")[0] for line in lines]).keys() for name, lines in lines_of.items()
    }
    kinds_of, classes = _classes(chain.from_iterable(holding.values()), lines_of.pop(_TYPE, ()))
    values = {name: _iris_in(lines) for name, lines in lines_of.items()}
    columns = _named(stated, kinds_of.__getitem__)
    index = Index(
        _by_classes(kinds_of),
        _objects(values, stated, spelt),
        _digests(columns),
        _foreign(values | {_TYPE + b" " + kind: {kind} for kind in classes}, kinds_of.keys()),
        _classes_of(holding, kinds_of),
        _classes_of(values, kinds_of),
        any(b"_:" in piece for piece in pieces),
    )
    of_evidence = _named(spelt, kinds_of.__getitem__)
    return index, columns | {name: [*columns.get(name, ()), *lines] for name, lines in of_evidence.items()}


def _classes(subjects: Iterable[bytes], lines: Iterable[bytes]) -> tuple[dict[bytes, frozenset[str]], set[bytes]]:
    """The classes of each subject, and all classes, as the lines of types say them."""
    typed: dict[bytes, list[bytes]] = {subject: [] for subject in subjects}
    classes: set[bytes] = set()
    for subject, kind in _typed(b"".join([line + b"\n" for line in lines])):
        typed[subject].append(kind)
        classes.add(kind)
    return {subject: _kinds(kinds) for subject, kinds in typed.items()}, classes


def _objects(values: Mapping[bytes, AbstractSet[bytes]], stated: _Grouped, spelt: _Grouped) -> frozenset[str]:
    """The IRIs that are values of properties beside the form of evidence."""
    of_names = (values[name] if name not in spelt else _iris_in(stated[name]) for name in values.keys() & stated.keys())
    return frozenset([iri[1:-1].decode() for iri in set[bytes]().union(*of_names)])


def _foreign(values: Mapping[bytes, AbstractSet[bytes]], subjects: AbstractSet[bytes]) -> dict[str, list[str]]:
    """Of the values of each predicate and class those that are no subjects, in order."""
    foreign = {name: sorted(iris - subjects) for name, iris in sorted(values.items())}
    return {_iri(name): list(map(_iri, iris)) for name, iris in foreign.items() if iris}


def _iris_in(lines: Iterable[bytes]) -> set[bytes]:
    """The IRIs that are values in lines."""
    return {value for line in lines if (value := line.split(b" ", 3)[2]).startswith(b"<")}


def _kinds(classes: Sequence[bytes]) -> frozenset[str]:
    """Classes by their IRIs; the same object for the same ones, in the same order."""
    return _kinds_of(tuple(classes))


@lru_cache(maxsize=4096)
def _kinds_of(classes: tuple[bytes, ...]) -> frozenset[str]:
    return frozenset(map(_iri, classes))


def _by_classes(kinds_of: Mapping[bytes, frozenset[str]]) -> dict[frozenset[str], list[str]]:
    """Classes -> the IRIs of the things that have just these; without blank nodes."""
    kinds: dict[frozenset[str], list[str]] = defaultdict(list)
    for subject, classes in kinds_of.items():
        if not subject.startswith(b"_:"):
            kinds[classes].append(subject[1:-1].decode())
    return kinds


def _classes_of(
    things: Mapping[bytes, AbstractSet[bytes]], kinds_of: Mapping[bytes, frozenset[str]]
) -> dict[str, AbstractSet[frozenset[str]]]:
    """Predicate -> the sets of classes that some things with names have, of those that are known."""
    named = {subject: kinds for subject, kinds in kinds_of.items() if not subject.startswith(b"_:")}
    held = {_iri(name): {named[thing] for thing in named.keys() & each} for name, each in sorted(things.items())}
    return {name: classes for name, classes in held.items() if classes}


def about(part: Part, index: Index, things: Collection[str], cache: Cache) -> tuple[Part, Index]:
    """What a part says of some things, in whatever piece, as a part of its own with its index."""
    own = sorted(f"<{iri}>".encode() for iri in things)
    key = _key("of things", index, own)
    kept = cache.get(key) if key and own else None
    if kept is not None:
        _, (of_lines, lines) = unpack(kept)
        return Part(lines), restored(of_lines)
    terms = frozenset(own)
    made = Part(b"".join(line for line in part.all_lines() if line[: line.index(b" ")] in terms) if own else b"")
    indexed = index_of(made, NOTHING_KEPT)
    if key and own:
        cache.put(key, pack(None, [dumped(indexed), made.lines]))
    return made, indexed


def _iri(term: bytes) -> str:
    return term.decode().translate(_BRACKETS)


def digests_of(*pieces: bytes, kinds: Callable[[str], Iterable[str]] | None = None) -> dict[str, str]:
    """Name -> the digest of its statements in N-Quads in any order, as `by_predicate` has them."""
    return _digests(by_predicate(pieces, kinds))


def _digests(lines_of: Mapping[str, Iterable[bytes]]) -> dict[str, str]:
    return {name: hashlib.sha256(b"\n".join(sorted(lines))).hexdigest() for name, lines in lines_of.items()}


def by_predicate(
    pieces: Iterable[bytes], kinds: Callable[[str], Iterable[str]] | None = None
) -> dict[str, Sequence[bytes]]:
    """The lines of each predicate, with the class where it is `rdf:type`, without their ends.

    Those of labels have a name for each set of classes of things (`label_name`): those that `kinds` gives for a thing,
    else those that the pieces say themselves.
    """
    grouped = _grouped(*pieces)
    if kinds is not None:
        return _named(grouped, lambda subject: kinds(_iri(subject)))
    typed: dict[bytes, list[bytes]] = defaultdict(list)
    for line in grouped.get(_TYPE, ()):
        subject, _, kind, _ = line.split(b" ", 3)
        typed[subject].append(kind)
    return _named(grouped, lambda subject: _kinds(typed.get(subject, ())))


def _named(grouped: _Grouped, kinds: Callable[[bytes], Iterable[str]]) -> dict[str, Sequence[bytes]]:
    """As `by_predicate`, of lines by predicate."""
    named = {_iri(name): lines for name, lines in grouped.items() if name not in (_TYPE, _LABEL)}
    by_class: dict[bytes, list[bytes]] = defaultdict(list)
    for line in grouped.get(_TYPE, ()):
        by_class[line.split(b" ", 3)[2]].append(line)
    labels: dict[str, list[bytes]] = defaultdict(list)
    for line in grouped.get(_LABEL, ()):
        labels[label_name(kinds(line.partition(b" ")[0]))].append(line)
    return named | {_iri(_TYPE + b" " + kind): lines for kind, lines in by_class.items()} | labels


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


class NamesRead:
    """Names that `digests_of` gives, looked up by the predicates and classes that are read (`is_read`)."""

    def __init__(self, names: Iterable[str]) -> None:
        self._by_word: dict[str, list[str]] = defaultdict(list)
        for name in names:
            predicate, _, kind = name.partition(" ")
            self._by_word[predicate].append(name)
            self._by_word[name if predicate == LABEL else kind].append(name)

    def by(self, names: Iterable[str]) -> list[str]:
        """The names of what is read by who reads some predicates and classes, each once, in order."""
        return sorted({name for word in names for name in self._by_word.get(word, ())})


def _key(kind: str, index: Index, more: Iterable[bytes] = ()) -> str:
    """The key of what is kept of a part; empty for one of which nothing is."""
    return key_of(kind, (index.key.encode(), *more)) if index.key else ""


def _keep_columns(index: Index, columns: Mapping[str, Sequence[bytes]], cache: Cache) -> Mapping[str, bytes]:
    """The N-Quads of a part by name, from lines without their ends; kept, those that are long apart."""
    made = {name: b"\n".join(lines) + b"\n" for name, lines in columns.items()}
    key = _key("columns", index)
    if key:
        long = [name for name, piece in made.items() if len(piece) >= _LONG]
        for name in long:
            cache.put(_column(key, name), made[name])
        others = [name for name in made if name not in long]
        cache.put(key, pack([others, long], [made[name] for name in others]))
    return made


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


def _ask_for_evidence(names: Iterable[str]) -> bool:
    """Whether who reads some predicates and classes may read the form of evidence."""
    return any(name == vocab.rdf_type.value or name.startswith(vocab.PREFIXES["oa"]) for name in names)


class Selection:
    """A store of a dataset that grows by what is asked of it: parts by predicate, the quads of `others` at once.

    Where nothing is kept, lines are not told apart by their predicates, but the form of evidence, of which few ask and
    which takes a third of the room, is loaded when it is asked for.
    """

    def __init__(self, indexed: Sequence[tuple[Part, Index]], others: Iterable[ox.Quad], cache: Cache) -> None:
        self._indexed = indexed
        self._cache = cache
        self._store = ox.Store()
        self._store.bulk_extend(others)
        self._names: set[str] = set()
        #: The pieces of parts that are not loaded yet as a whole.
        self._missing = {*_OTHERS, _SPELT} if indexed else set[int]()
        #: Number of a part -> its short columns by name, and the names of the long ones.
        self._short: dict[int, tuple[dict[str, Bytes], list[str]]] = {}
        self._spill = Spill(cache.folder)

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
        if not self._cache.keeps or names is None:
            wanted = self._missing if names is None or _ask_for_evidence(names) else self._missing.intersection(_OTHERS)
            self._load(b"".join(content_of(part.held[place]) for place in sorted(wanted)) for part, _ in self._indexed)
            self._missing = self._missing - wanted
        elif self._missing and not self._names.issuperset(names):
            missing = set(names) - self._names
            self._load(b"".join(self._columns(number, missing)) for number in range(len(self._indexed)))
            self._names |= missing
        return self._store

    def about(self, things: Collection[str]) -> None:
        """Adds all statements that have one of some things as their subject or object, but for forms of evidence."""
        things = frozenset(things)
        if not self._missing.isdisjoint(_OTHERS):
            self._load(self._lines_about(number, things) for number in range(len(self._indexed)))

    def digest_about(self, things: Collection[str]) -> bytes:
        """What is the same for the same statements only that `about` would add."""
        digest, things = hashlib.sha256(), frozenset(things)
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

    def _own(self, number: int, things: frozenset[str]) -> list[bytes]:
        """Those of some things that a part describes or refers to, in order."""
        index = self._indexed[number][1]
        own = things.intersection(index.objects).union(*map(things.intersection, index.kinds.values()))
        return sorted(f"<{iri}>".encode() for iri in own)

    def _columns(self, number: int, names: Collection[str]) -> list[bytes]:
        """The lines of a part of some predicates and classes. Long columns are kept apart: most are asked for once."""
        part, index = self._indexed[number]
        key = _key("columns", index)
        columns = self._kept_columns(number, key, names) if key else None
        if columns is not None:
            return columns
        made = _keep_columns(index, by_predicate(part), self._cache)
        return [lines for name, lines in made.items() if is_read(name, names)]

    def _kept_columns(self, number: int, key: str, names: Collection[str]) -> list[bytes] | None:
        """As `_columns`, of what is kept under a key; None where it is not all there."""
        if number not in self._short:
            kept = self._cache.get(key)
            if kept is None:
                return None
            (of_short, of_long), pieces = unpack(kept)
            held, ends = self._spill.keep(b"".join(pieces)), list(accumulate(map(len, pieces), initial=0))
            columns_of = {name: cut(held, *place) for name, place in zip(of_short, pairwise(ends), strict=True)}
            self._short[number] = columns_of, of_long
        short, long = self._short[number]
        wanted = [name for name in long if is_read(name, names)]
        columns = [piece for name in wanted if (piece := self._cache.get(_column(key, name))) is not None]
        if len(columns) < len(wanted):
            return None
        return [*columns, *(content_of(piece) for name, piece in short.items() if is_read(name, names))]

    def _lines_about(self, number: int, things: frozenset[str]) -> bytes:
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
