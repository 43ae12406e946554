"""Records in, the N-Quads that follow from them out: worked out document by document, and kept.

    entailed = closure.of_records(documents, ontology, records)

What follows from a document depends on its own statements and on some of the reference data's: those that may continue
a chain of properties which one of the document's begins (its *context*). It is kept under the hash of both. A rule has
one premise, or it is a chain: what chains make of statements of several documents is then added (`_across`), so that
the whole is the closure of everything at once (infer.Materialiser), whatever was kept. That is kept as well, under the
hashes of the links that chains may hold: most changes of a document leave its links alone.
"""

from __future__ import annotations

import hashlib
import json
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import NamedTuple

import pyoxigraph as ox

from policygraph import infer, vocab
from policygraph.build.documents import Documents, extract_of, identity_of
from policygraph.build.places import SAMPLE_LINES, Pattern
from policygraph.build.places import things as things_of
from policygraph.cache import Bundle, Cache, key_of, pack, unpack
from policygraph.evidence import Place, places_in, written
from policygraph.findings import Finding
from policygraph.records import Record, portable
from policygraph.spilled import Bytes, content_of

__all__ = ["Entailed", "of_records"]


@dataclass(frozen=True, slots=True)
class Entailed:
    """What follows from records, as lines of graph/inferred, each once.

    `groups` are the records that were taken together: those of the reference data, and each other one alone. `own` has
    for each of them what follows about things that it alone describes, in order, and `keys` what is the same for the
    same records and the same lines only; `rest` is what follows about others. `clashes` are where the records
    contradict the ontology.
    """

    groups: list[list[Record]]
    own: list[Bytes]
    keys: list[str]
    rest: bytes
    clashes: list[Finding]


@dataclass(frozen=True)
class _Part:
    """What follows from a document, or from all reference data.

    `subjects` are the things that it describes, as N-Quads writes them. `own` are inferred lines about these, in order,
    or where they stand, and `foreign` those about others. `links` are the statements of it and of what follows that a
    chain may hold, as `linked` has them in lines with the hash `identity`, and `mutual` those that another document may
    contradict.
    """

    key: str
    subjects: frozenset[bytes]
    extracts: Sequence[portable.Extract]
    own: Bytes
    foreign: tuple[infer.Fact, ...]
    linked: bytes
    identity: str
    mutual: tuple[infer.Fact, ...]
    clashes: tuple[Finding, ...]

    @cached_property
    def links(self) -> tuple[infer.Fact, ...]:
        return _loaded(self.linked)


def of_records(documents: Documents, ontology: Sequence[ox.Quad], records: Sequence[Record]) -> Entailed:
    """What follows from the records. Raises infer.UnknownAxiomError."""
    schema = _schema(tuple(ontology))
    _rules(schema)  # an axiom that is not known is told here, and not by a worker
    apart = [record for record in records if record.graph != vocab.GRAPH_REFERENCE]
    together = [record for record in records if record.graph == vocab.GRAPH_REFERENCE]
    (shared,) = _parts(documents, schema, [together], lambda _: b"")
    reached = _Reached(documents.cache, shared)
    parts = [shared, *_parts(documents, schema, [[record] for record in apart], reached.by)]
    reached.keep()
    own, keys, rest, clashes = _joined(documents, schema, parts)
    return Entailed([together, *([record] for record in apart)], own, keys, rest, clashes)


def _parts(
    documents: Documents,
    schema: bytes,
    groups: Sequence[Sequence[Record]],
    context_of: Callable[[Sequence[Record]], bytes],
) -> Iterator[_Part]:
    axioms = _axioms(schema)
    extracts = [[extract_of(record) for record in group] for group in groups]
    contexts = list(map(context_of, groups))
    keys = [
        key_of("closure", (axioms, identity_of(each), context))
        for each, context in zip(extracts, contexts, strict=True)
    ]

    def job_of(number: int) -> tuple[bytes, ...]:
        return contexts[number], *_stated(extracts[number])

    for key, kept, payload in zip(keys, extracts, documents.all(_close, schema, keys, job_of), strict=True):
        (findings, identity), (subjects, own, foreign, links, mutual) = unpack(payload)
        yield _Part(
            key,
            frozenset(subjects.splitlines()),
            kept,
            documents.spill.keep(own),
            _loaded(foreign),
            links,
            identity,
            _loaded(mutual),
            tuple(portable.findings_of(findings)),
        )


def _stated(extracts: Iterable[portable.Extract]) -> Iterator[bytes]:
    """What records say, and the form of its evidence."""
    return (piece for each in extracts for piece in (each.lines, each.spelt))


def _dumped(facts: Iterable[infer.Fact]) -> bytes:
    return b"".join([b"%b %b %b\n" % fact for fact in sorted(facts)])


def _loaded(lines: bytes) -> tuple[infer.Fact, ...]:
    one = dict[bytes, bytes]().setdefault  # a term of many facts is one object
    facts = (line.split(b" ", 2) for line in lines.splitlines())
    return tuple((one(subject, subject), one(name, name), one(value, value)) for subject, name, value in facts)


@lru_cache(maxsize=2)
def _schema(ontology: tuple[ox.Quad, ...]) -> bytes:
    """The N-Quads of an ontology: the same object for the same statements, whose hash is made once."""
    return ox.serialize(ontology, format=ox.RdfFormat.N_QUADS) or b""


@lru_cache(maxsize=2)
def _axioms(schema: bytes) -> bytes:
    """What an ontology says, the same whenever it is read: lines without blank nodes, in order, and its lists."""
    rules = _rules(schema)
    chains = sorted([[*map(str, chain), str(whole)] for chain, whole in rules.chains])
    disjoint = sorted(sorted(map(str, pair)) for pair in rules.disjoint)
    lines = sorted(line for line in schema.splitlines(keepends=True) if b"_:" not in line)
    return b"".join([*lines, json.dumps([chains, disjoint]).encode()])


@lru_cache(maxsize=2)
def _rules(schema: bytes) -> infer.Rules:
    return infer.compile_rules(ox.parse(infer.axioms_in(schema), ox.RdfFormat.N_QUADS))


class _OfPlace(NamedTuple):
    """What the lines that spell out a place make: the lines that follow, and the statements that chains may hold."""

    following: Pattern
    links: Pattern


@lru_cache(maxsize=2)
def _of_place(schema: bytes) -> _OfPlace | None:
    """None where what follows from a place is not all about it, or may contradict what others say."""
    rules = _rules(schema)
    stated = set(infer.facts_of(SAMPLE_LINES))
    materialiser = infer.Materialiser(rules)
    entailed = set(materialiser.follow(stated)) - stated
    links = {fact for fact in materialiser.facts if fact[1] in infer.links_of(rules)}
    things, mutual = {fact[0] for fact in stated}, infer.mutual_of(rules)
    is_apart = links <= stated and all(fact[0] in things and fact[1] not in mutual for fact in materialiser.facts)
    if not is_apart or materialiser.clashes():
        return None
    return _OfPlace(Pattern(b"".join(infer.lines_of(entailed))), Pattern(_dumped(links)))


def _close(schema: bytes, context: bytes, *pieces: bytes) -> bytes:
    """The part of a document, as bytes; `pieces` are what each of its records says, and the form of its evidence."""
    rules = _rules(schema)
    materialiser = infer.Materialiser(rules)
    before = frozenset(materialiser.follow(_loaded(context)))
    stated = set[infer.Fact]().union(*map(infer.facts_of, pieces[::2]))
    materialiser.follow(stated)
    places, of_places = _follow_places(materialiser, _of_place(schema), pieces[1::2])
    stated |= of_places
    subjects = {fact[0] for fact in stated}
    own = materialiser.facts.difference(before) if before else materialiser.facts
    entailed = own.difference(stated)
    about_others = [fact for fact in entailed if fact[0] not in subjects]
    about_own = entailed.difference(about_others)
    links, mutual = infer.links_of(rules), infer.mutual_of(rules)
    linked_lines = _dumped([fact for fact in own if fact[1] in links])
    made = [
        b"".join(subject + b"\n" for subject in sorted(subjects.union(*map(things_of, places)))),
        b"".join(_with_places(infer.lines_of(about_own), _of_place(schema), places)),
        _dumped(about_others),
        linked_lines,
        _dumped([fact for fact in own if fact[1] in mutual]),
    ]
    findings = portable.listed(infer.clashes(rules, materialiser.facts))
    return pack([findings, hashlib.sha256(linked_lines).hexdigest()], made)


class _Reached:
    """The contexts of documents, kept in one entry under the links of the reference data."""

    def __init__(self, cache: Cache, shared: _Part) -> None:
        self._shared = shared
        self._keeps = cache.keeps
        self._kept = Bundle(cache, "reached", shared.identity.encode())

    @cached_property
    def _reach(self) -> _Reach:
        return _Reach(self._shared.links)

    def by(self, group: Sequence[Record]) -> bytes:
        """What of the reference data chains may come to that begin in a record."""
        (record,) = group
        identity = identity_of([extract_of(record)]).hex() if self._keeps else record.file
        context = self._kept.get(identity)
        if context is None:
            context = _dumped(self._reach.of(record))
            self._kept.put(identity, context)
        return context

    def keep(self) -> None:
        """Keeps the contexts, where they are others than before."""
        self._kept.keep()


def _follow_places(
    materialiser: infer.Materialiser, of_place: _OfPlace | None, spelt: Iterable[bytes]
) -> tuple[list[Place], set[infer.Fact]]:
    """Takes in what lines that spell out places say, and what follows from it together with the facts held.

    Of a place of which nothing else is said only the links are taken in, since all else is the same for each. These
    places, and what is stated of what is taken in.
    """
    places = list(dict.fromkeys(place for lines in spelt for place in places_in(lines)))
    alike = _undescribed(places, materialiser.facts) if of_place else []
    linked = set(_loaded(b"".join(map(of_place.links.of, alike)))) if of_place else set[infer.Fact]()
    new = materialiser.follow(linked)
    alike = _undescribed(alike, set(new) - linked)
    others = set(infer.facts_of(written(set(places).difference(alike))))
    materialiser.follow(others)
    return alike, linked | others


def _undescribed(places: Iterable[Place], facts: Iterable[infer.Fact]) -> list[Place]:
    """The places of which facts say nothing."""
    described = {fact[0] for fact in facts}
    return [place for place in places if described.isdisjoint(things_of(place))]


def _with_places(lines: list[bytes], of_place: _OfPlace | None, places: Sequence[Place]) -> list[bytes]:
    """Lines with those that follow from places, in order."""
    if of_place is None or not places:
        return lines
    return sorted({*lines, *b"".join(map(of_place.following.of, places)).splitlines(keepends=True)})


class _Reach:
    """The links of the reference data: which of them chains may come to that begin with a thing."""

    def __init__(self, links: Iterable[infer.Fact]) -> None:
        self._links: dict[bytes, list[infer.Fact]] = defaultdict(list)
        for fact in links:
            self._links[fact[0]].append(fact)

    def of(self, record: Record) -> list[infer.Fact]:
        """Those that things which a record mentions lead to, in order."""
        kept = extract_of(record)
        waiting = [f"<{iri}>".encode() for iri in (*kept.mentions, *kept.subjects, *kept.sources)]
        reached: set[bytes] = set()
        links: list[infer.Fact] = []
        while waiting:
            term = waiting.pop()
            if term in self._links and term not in reached:
                reached.add(term)
                links += self._links[term]
                waiting += (value for _, _, value in self._links[term])
        return sorted(links)


def _joined(
    documents: Documents, schema: bytes, parts: Sequence[_Part]
) -> tuple[list[Bytes], list[str], bytes, list[Finding]]:
    """All parts as one: what several documents speak of is put together, the rest stays in the pieces that it was."""
    several = _of_several(parts)
    across = _kept_across(documents.cache, schema, parts)
    several.update(fact[0] for part in parts for fact in part.foreign)
    several.update(fact[0] for fact in across)
    pieces: list[Bytes] = []
    keys: list[str] = []
    stated: set[infer.Fact] = set()
    entailed = {*across, *(fact for part in parts for fact in part.foreign)}
    for part in parts:
        things = sorted(several & part.subjects)
        keys.append(key_of("entailed", (part.key.encode(), *things)))
        if not things:
            pieces.append(part.own)
            continue
        shared, alone = _parted(things, content_of(part.own))
        entailed.update(infer.facts_of(shared))
        pieces.append(documents.spill.keep(alone) if shared else part.own)
        stated.update(infer.facts_of(_about(documents.cache, things, part)))
    return pieces, keys, b"".join(infer.lines_of(entailed - stated)), _clashes(_rules(schema), parts, entailed | stated)


def _of_several(parts: Iterable[_Part]) -> set[bytes]:
    """The things that more than one part describes."""
    described: set[bytes] = set()
    several: set[bytes] = set()
    for part in parts:
        several |= described & part.subjects
        described |= part.subjects
    return several


def _parted(things: Iterable[bytes], lines: bytes) -> tuple[bytes, bytes]:
    """The lines about some things, which are in order, and the others; lines that are in order stay so."""
    about: list[bytes] = []
    others: list[bytes] = []
    end = 0
    for thing in things:
        start = _first(lines, thing + b" ", end)
        others.append(lines[end:start])
        end = _first(lines, thing + b"!", start)
        about.append(lines[start:end])
    return b"".join(about), b"".join([*others, lines[end:]])


def _first(lines: bytes, prefix: bytes, least: int) -> int:
    """Where in lines that are in order the first begins, at or after a place, that does not stand before a prefix."""
    most, length = len(lines), len(prefix)
    while least < most:
        middle = lines.rfind(b"\n", least, (least + most) // 2) + 1 or least
        if lines[middle : middle + length] < prefix:
            least = lines.index(b"\n", middle) + 1
        else:
            most = middle
    return least


def _about(cache: Cache, things: Sequence[bytes], part: _Part) -> bytes:
    """The lines about some things, kept."""
    key = key_of("about", (b"\n".join(things), part.key.encode()))
    kept = cache.get(key)
    if kept is None:
        subjects = frozenset(things)
        lines = [line for piece in _stated(part.extracts) for line in piece.splitlines(keepends=True)]
        kept = b"".join([line for line in lines if line.partition(b" ")[0] in subjects])
        cache.put(key, kept)
    return kept


def _kept_across(cache: Cache, schema: bytes, parts: Sequence[_Part]) -> Sequence[infer.Fact]:
    """As `_across`, kept."""
    links = (part.identity.encode() for part in parts)
    key = key_of("across", (_axioms(schema), *links)) if cache.keeps else ""
    kept = cache.get(key)
    if kept is not None:
        return _loaded(kept)
    made = _across(_rules(schema), parts)
    cache.put(key, _dumped(made))
    return made


def _across(rules: infer.Rules, parts: Sequence[_Part]) -> list[infer.Fact]:
    """What follows from statements of several documents together, and in no document from its own.

    Such a chain goes through a thing of which two documents have links, or to which the reference data leads and from
    which a document does: what begins in a document and ends in the reference data has been followed there.
    """
    reference, documents = parts[0], parts[1:]
    ends = {fact[2] for fact in reference.links}
    terms: set[bytes] = set()
    meeting: set[bytes] = set()
    for part in documents:
        own = {term for fact in part.links for term in (fact[0], fact[2])}
        meeting |= terms & own
        terms |= own
        meeting.update(fact[0] for fact in part.links if fact[0] in ends)
    if not meeting:
        return []
    materialiser = infer.Materialiser(rules)
    materialiser.hold(fact for part in parts for fact in part.links)
    seeds = (fact for part in documents for fact in part.links if fact[0] in meeting or fact[2] in meeting)
    return materialiser.rejoin(seeds)


def _clashes(rules: infer.Rules, parts: Iterable[_Part], shared: AbstractSet[infer.Fact]) -> list[Finding]:
    """What is found in each part, and of `shared`: all that is said of things of which several parts speak."""
    mutual = {fact for part in parts for fact in part.mutual}
    findings = [*(finding for part in parts for finding in part.clashes), *infer.clashes(rules, shared | mutual)]
    by_text = {(finding.node or "", finding.text()): finding for finding in findings}
    return [finding for _, finding in sorted(by_text.items())]
