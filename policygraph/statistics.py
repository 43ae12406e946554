"""N-Quads of a dataset in, what VoID says of it out: counted part by part, so that parts can be kept.

    parts = [statistics.part(lines) for lines in ...]     # each subject in one of them
    counts = statistics.total(parts)

A part says of values that it does not describe which they are: their classes are looked up when parts are put together.
Terms are as N-Quads writes them.
"""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence, Set
from dataclasses import dataclass, field
from itertools import chain
from typing import Any

from policygraph import vocab
from policygraph.lines import Statement, repetitions, statements_of

__all__ = [
    "Counts",
    "Kinds",
    "Part",
    "Total",
    "dump",
    "joined",
    "of_lines",
    "part",
    "part_of",
    "repeated",
    "restore",
    "total",
]

_TYPE = str(vocab.rdf_type).encode()
_OURS = f"<{vocab.PREFIXES['pg']}".encode()
_STRING = f"<{vocab.PREFIXES['xsd']}string>".encode()
_LANGUAGE_STRING = f"<{vocab.PREFIXES['rdf']}langString>".encode()
_NONE = frozenset[bytes]()

#: Things with their classes.
Kinds = Mapping[bytes, frozenset[bytes]]


@dataclass(slots=True)
class Counts:
    """The statistics of a dataset."""

    triples: int = 0
    subjects: list[bytes] = field(default_factory=list)
    objects: set[bytes] = field(default_factory=set)
    #: Statements by property and by graph; one that stands in two graphs counts twice.
    properties: Counter[bytes] = field(default_factory=Counter)
    graphs: Counter[bytes] = field(default_factory=Counter)
    #: Things by class.
    classes: Counter[bytes] = field(default_factory=Counter)
    #: Triples of things of a class, by class and property; the classes and the datatypes of their values.
    uses: Counter[tuple[bytes, bytes]] = field(default_factory=Counter)
    targets: set[tuple[bytes, bytes, bytes]] = field(default_factory=set)
    datatypes: set[tuple[bytes, bytes, bytes]] = field(default_factory=set)


@dataclass(slots=True)
class _Use:
    """The triples of one property that things of the same classes have."""

    count: int = 0
    datatypes: set[bytes] = field(default_factory=set)
    #: The classes of values that the part describes, as `_ours` has them.
    targets: set[bytes] = field(default_factory=set)
    #: Other values that are no literals.
    values: set[bytes] = field(default_factory=set)


@dataclass(slots=True)
class Part:
    """The statistics of a part. `kinds` are the classes of each of its subjects that has any."""

    triples: int
    subjects: Collection[bytes]
    objects: Collection[bytes]
    properties: Mapping[bytes, int]
    graphs: Mapping[bytes, int]
    kinds: Mapping[bytes, frozenset[bytes]]
    uses: Mapping[tuple[frozenset[bytes], bytes], _Use]


def part(lines: Iterable[bytes]) -> Part:
    """The statistics of lines of N-Quads, each once."""
    return part_of(statements_of(sorted(lines)))


def part_of(statements: Sequence[Statement], beside: Kinds | None = None) -> Part:
    """As `part`, for the terms of lines in order; `beside` are things of one other part, with their classes."""
    subjects, properties, values, graphs = zip(*statements, strict=True) if statements else ((),) * 4
    again = set(repetitions(subjects, properties, values))
    triples = statements if not again else [each for place, each in enumerate(statements) if place not in again]
    classes: dict[bytes, set[bytes]] = defaultdict(set)
    for subject, _, value, _ in [each for each in triples if each[1] == _TYPE]:
        if value.startswith(b"<"):
            classes[subject].add(value)
    sets: dict[frozenset[bytes], frozenset[bytes]] = {}  # things of the same classes share one set
    kinds = {subject: sets.setdefault(frozenset(each), frozenset(each)) for subject, each in classes.items()}
    described = dict.fromkeys(subjects)
    all_kinds = {**beside, **kinds} if beside else kinds
    looked_up = described.keys() | beside.keys() if beside else described.keys()
    return Part(
        len(triples),
        list(described),
        set(values),
        Counter(properties),
        {graph[1:] + b" .\n": number for graph, number in Counter(graphs).items()},
        kinds,
        {
            (held, predicate): _use(own, looked_up, all_kinds)
            for held, by_property in _by_use(triples, kinds).items()
            for predicate, own in by_property.items()
        },
    )


def _by_use(triples: Iterable[Statement], kinds: Kinds) -> Mapping[frozenset[bytes], Mapping[bytes, list[bytes]]]:
    """Classes of things -> property -> the values, one for each triple; of triples in the order of their subjects."""
    values: defaultdict[frozenset[bytes], defaultdict[bytes, list[bytes]]]
    values = defaultdict(lambda: defaultdict(list))
    last: bytes | None = None
    own: defaultdict[bytes, list[bytes]] | None = None
    for subject, predicate, value, _ in triples:
        if subject != last:
            last, held = subject, kinds.get(subject)
            own = None if held is None else values[held]
        if own is not None:
            own[predicate].append(value)
    return values


def repeated(sample: Part, number: int, terms: Callable[[bytes], Collection[bytes]]) -> Part:
    """The statistics of a number of like parts: `terms` are what they have where the sample has a term.

    Subjects of the sample are different ones in each; its properties, classes and graphs are the same in all.
    """
    return Part(
        sample.triples * number,
        [term for subject in sample.subjects for term in terms(subject)],
        {term for value in sample.objects for term in terms(value)},
        {name: count * number for name, count in sample.properties.items()},
        {name: count * number for name, count in sample.graphs.items()},
        {term: kinds for subject, kinds in sample.kinds.items() for term in terms(subject)},
        {
            key: _Use(
                use.count * number,
                use.datatypes,
                use.targets,
                {term for value in use.values for term in terms(value)},
            )
            for key, use in sample.uses.items()
        },
    )


def joined(parts: Sequence[Part]) -> Part:
    """The statistics of several parts as those of one: none has a subject of another, or a value it describes."""
    if len(parts) == 1:
        return parts[0]
    uses: dict[tuple[frozenset[bytes], bytes], _Use] = {}
    for key, use in (item for each in parts for item in each.uses.items()):
        whole = uses.setdefault(key, _Use())
        whole.count += use.count
        whole.datatypes |= use.datatypes
        whole.targets |= use.targets
        whole.values |= use.values
    return Part(
        sum(each.triples for each in parts),
        list(chain.from_iterable(each.subjects for each in parts)),
        set().union(*(each.objects for each in parts)),
        sum((Counter(each.properties) for each in parts), Counter()),
        sum((Counter(each.graphs) for each in parts), Counter()),
        {thing: kinds for each in parts for thing, kinds in each.kinds.items()},
        uses,
    )


def _use(values: Sequence[bytes], described: Set[bytes], kinds: Kinds) -> _Use:
    """The use of a property that has some values, one for each triple; `kinds` are the classes of what is described."""
    distinct = set(values)
    literals = [value for value in distinct if value.startswith(b'"')]
    things = distinct.difference(literals)
    held = {kinds.get(thing, _NONE) for thing in things & described}
    return _Use(
        len(values),
        # what stands behind the last quotation mark
        {_datatype(ending) for ending in {value[value.rindex(b'"') :] for value in literals}},
        set().union(*map(_ours, held)),
        things - described,
    )


def _datatype(ending: bytes) -> bytes:
    """The datatype of a literal that ends so, from its last quotation mark, as N-Quads writes it."""
    if ending.endswith(b">"):
        return ending[len(b'"^^') :]
    return _STRING if ending == b'"' else _LANGUAGE_STRING


class Total:
    """The statistics of a dataset of parts, none of which has a subject of another, taken in one after the other."""

    def __init__(self) -> None:
        self._counts = Counts()
        self._kinds: list[Kinds] = []
        #: Values whose classes are to be looked up, by the classes of what has them and by property.
        self._values: dict[tuple[frozenset[bytes], bytes], set[bytes]] = defaultdict(set)

    def add(self, each: Part) -> None:
        """Adds a part."""
        counts = self._counts
        counts.triples += each.triples
        counts.subjects += each.subjects
        own = dict(zip(each.subjects, each.subjects, strict=True))  # one object for a thing that is both
        counts.objects.update(map(own.get, each.objects, each.objects))
        counts.properties.update(each.properties)
        counts.graphs.update(each.graphs)
        self._kinds.append(each.kinds)
        for kinds, number in Counter(each.kinds.values()).items():
            for kind in kinds:
                counts.classes[kind] += number
        for (kinds, predicate), use in each.uses.items():
            self._values[kinds, predicate] |= use.values
            for kind in _ours(kinds):
                counts.uses[kind, predicate] += use.count
                counts.datatypes.update((kind, predicate, datatype) for datatype in use.datatypes)
                counts.targets.update((kind, predicate, target) for target in use.targets)

    def counts(self) -> Counts:
        """The statistics, once there are no more parts."""
        wanted = set[bytes]().union(*self._values.values())
        of_values = {value: kinds[value] for kinds in self._kinds for value in wanted.intersection(kinds)}
        for (kinds, predicate), own in self._values.items():
            targets = {target for held in {of_values.get(value, _NONE) for value in own} for target in _ours(held)}
            self._counts.targets.update((kind, predicate, target) for kind in _ours(kinds) for target in targets)
        self._kinds.clear()
        self._values.clear()
        return self._counts


def total(parts: Iterable[Part]) -> Counts:
    """The statistics of a dataset of parts, none of which has a subject of another."""
    whole = Total()
    for each in parts:
        whole.add(each)
    return whole.counts()


def of_lines(lines: Iterable[bytes]) -> Counts:
    """The statistics of a whole dataset."""
    return total([part(lines)])


def _ours(kinds: frozenset[bytes]) -> frozenset[bytes]:
    """Of classes those of ours, else those of others: what is more general follows."""
    return frozenset(kind for kind in kinds if kind.startswith(_OURS)) or kinds


def dump(counted: Part) -> bytes:
    """A part as bytes."""
    sets = list(dict.fromkeys(counted.kinds.values()))
    places = {kinds: place for place, kinds in enumerate(sets)}
    content = [
        counted.triples,
        _joined(counted.subjects),
        _joined(counted.objects),
        _numbers(counted.properties),
        _numbers(counted.graphs),
        [_joined(sorted(kinds)) for kinds in sets],
        [_joined(counted.kinds), [places[kinds] for kinds in counted.kinds.values()]],
        [
            [
                places[kinds],
                predicate.decode(),
                use.count,
                *(_joined(sorted(each)) for each in (use.datatypes, use.targets, use.values)),
            ]
            for (kinds, predicate), use in counted.uses.items()
        ],
    ]
    return json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode()


def _joined(terms: Iterable[bytes]) -> str:
    return b"\n".join(terms).decode()


def _numbers(counter: Mapping[bytes, int]) -> dict[str, int]:
    return {name.decode(): number for name, number in counter.items()}


def restore(data: bytes) -> Part:
    """What `dump` wrote."""
    triples, subjects, objects, properties, graphs, sets, (things, of), uses = json.loads(data)
    kinds = [frozenset(_split(each)) for each in sets]
    return Part(
        triples,
        _split(subjects),
        _split(objects),
        _counter(properties),
        _counter(graphs),
        {thing: kinds[place] for thing, place in zip(_split(things), of, strict=True)},
        {
            (kinds[place], predicate.encode()): _Use(count, *(set(_split(each)) for each in terms))
            for place, predicate, count, *terms in uses
        },
    )


def _split(terms: str) -> list[bytes]:
    return terms.encode().split(b"\n") if terms else []


def _counter(numbers: Mapping[str, Any]) -> dict[bytes, int]:
    return {name.encode(): number for name, number in numbers.items()}
