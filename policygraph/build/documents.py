"""Documents in, what each of them says and what is wrong with it out: kept, and shared out over processes or machines.

    documents = Documents(cache, hand_out)
    loaded = records.load(folders, context, documents.read)
    findings = documents.judge(loaded.records, types, texts, shapes)

The work on a document depends on its own file and on little else (the context; the classes of what it mentions; the
texts that it cites): that is its key. Whoever does it, and in whatever order, the bytes are the same.
"""

from __future__ import annotations

import hashlib
import json
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from functools import cached_property
from itertools import chain
from pathlib import Path
from typing import Any, NamedTuple

import pyoxigraph as ox

from policygraph import evidence, records, renderings, surroundings, validate
from policygraph.cache import Cache, key_of
from policygraph.findings import Finding
from policygraph.lines import AnyQuad, quads_of
from policygraph.paths import Folders
from policygraph.records import portable
from policygraph.spilled import Spill

__all__ = ["Documents", "HandOut", "Settled", "extract_of", "here", "identity_of"]

#: Bytes of N-Quads that follow from one byte of a record.
_BYTES_A_BYTE = 20
#: Calls a function with each of some arguments, anywhere, and gives the results in the order of the arguments. What is
#: shared by all calls comes first. Arguments are taken as they are needed: those of all calls are large.
HandOut = Callable[[Callable[..., bytes], Any, Iterable[tuple[Any, ...]]], Iterator[bytes]]


def here(act: Callable[..., bytes], shared: Any, jobs: Iterable[tuple[Any, ...]]) -> Iterator[bytes]:
    """Does work in this process, one piece after the other."""
    return (act(shared, *job) for job in jobs)


class Documents:
    """The work on the documents of one build. `cache` is where it is kept, `spill` takes what documents say."""

    def __init__(self, cache: Cache, hand_out: HandOut = here) -> None:
        self.cache = cache
        self.spill = Spill(cache.folder)
        self._hand_out = hand_out

    def read(self, paths: Sequence[Path], folders: Folders, context: records.Context) -> Iterator[records.Reading]:
        """As records.load_file, for many files."""
        if not self.cache.keeps and self._hand_out is here and self._fit(paths):  # no bytes are needed
            yield from (records.load_file(path, folders, context) for path in paths)
            return
        shared = _of_context(context)
        jobs: list[tuple[bytes, records.Place]] = []
        keys: list[str] = []
        unread: dict[int, records.Reading] = {}
        for number, path in enumerate(paths):
            try:
                data = path.read_bytes()
            except OSError:
                unread[number] = records.load_file(path, folders, context)
                continue
            place = records.place_of(path, folders)
            name = json.dumps([place.file, place.slug, place.is_base]).encode()
            keys.append(key_of("read", (shared, name, data)))
            jobs.append((data, place))
        results, names = self.all(_read, context, keys, jobs.__getitem__), iter(keys)
        for number in range(len(paths)):
            yield unread[number] if number in unread else portable.restore(next(results), next(names), self.spill.keep)

    def _fit(self, paths: Iterable[Path]) -> bool:
        """Whether what files say will stay in memory."""
        size = sum(path.stat().st_size for path in paths if path.is_file())
        return size * _BYTES_A_BYTE <= self.spill.free

    def judge(
        self,
        loaded: Sequence[records.Record],
        types: Mapping[str, Iterable[str]],
        texts: Mapping[str, str],
        shapes: tuple[bytes, ...],
        settled: Settled | None = None,
    ) -> list[Finding]:
        """What evidence.check and validate.check_shapes find in the records; `shapes` are files of Turtle.

        A thing of which several graphs speak is held to all that they say of it: its evidence is looked at last.
        `settled` says of which things it need not be told what `types` has of them, for a verdict to be kept.
        """
        graphs: dict[str, list[portable.Extract]] = defaultdict(list)
        for record in loaded:
            graphs[record.graph.value].append(extract_of(record))
        of_all = [extract for extracts in graphs.values() for extract in extracts]
        given = _Given(types, texts, surroundings.names_of(_naming(of_all)) if texts else {})
        named = sorted(graphs.items())
        of_shapes = hashlib.sha256(b"\0".join(shapes)).digest()
        keys = [_key(name, extracts, given, of_shapes, settled) if self.cache.keeps else "" for name, extracts in named]
        several = _of_several(graphs.values(), settled.several if settled else None)
        findings: list[Finding] = []
        for payload in self.all(_judge, shapes, keys, lambda number: _job(*named[number], given)):
            by_evidence, by_shapes = map(portable.findings_of, json.loads(payload))
            findings += [finding for finding in by_evidence if finding.node not in several]
            findings += by_shapes
        return [*findings, *self._judged_together(_about(several, of_all, self.cache), given)]

    def _judged_together(self, lines: bytes, given: _Given) -> list[Finding]:
        """What is found in the evidence and the labels of things of which several graphs speak; all names count."""
        if not lines:
            return []
        key = key_of("judge together", (lines, json.dumps(given.names).encode(), *given.of_texts(given.texts)))
        kept = self.cache.get(key)
        if kept is None:
            kept = json.dumps(portable.listed(_beside_shapes(quads_of(lines), given.texts, given.names))).encode()
            self.cache.put(key, kept)
        return portable.findings_of(json.loads(kept))

    def all(
        self, act: Callable[..., bytes], shared: Any, keys: Sequence[str], job_of: Callable[[int], Any]
    ) -> Iterator[bytes]:
        """The results of all jobs in order: those that are kept under their keys, and the others, which then are.

        `act` is called with what is shared and the parts of a job, which `job_of` makes of the number of its key: each
        when it is handed out, as each result is read when it is asked for.
        """
        are_kept = [self.cache.has(key) for key in keys]
        done = self._hand_out(act, shared, (job_of(number) for number, is_kept in enumerate(are_kept) if not is_kept))
        for number, (key, is_kept) in enumerate(zip(keys, are_kept, strict=True)):
            result = self.cache.get(key) if is_kept else None
            if result is None:  # one that has been damaged, or removed since, is not handed out
                result = act(shared, *job_of(number)) if is_kept else next(done)
                self.cache.put(key, result)
            yield result


def extract_of(record: records.Record) -> portable.Extract:
    """What was kept of a record when it was read; of one that was made since, what it says now."""
    if record.kept:
        return record.kept
    content = record.content or portable.extract(record.quads)
    return portable.with_evidence(content, *evidence.spelt(content.lines))


def identity_of(extracts: Iterable[portable.Extract]) -> bytes:
    """What is the same for extracts of the same lines only: the keys that they are kept under, else what they say.

    What a file says is so hashed once, when the file is read.
    """
    digest = hashlib.sha256()
    for each in extracts:
        for piece in (each.key.encode(),) if each.key else (b"", each.lines, each.spelt):
            digest.update(len(piece).to_bytes(8, "big"))
            digest.update(piece)
    return digest.digest()


class Settled(NamedTuple):
    """What settles of which classes things are: of each graph, by its name, the keys of its parts (parts.Part).

    Parts that have the same keys say the same of the classes of their things. `foreign` are the terms to which the
    parts of a graph refer and which they do not describe; `several` are things that others describe as well.
    """

    keys: Mapping[str, Sequence[str]]
    foreign: Mapping[str, AbstractSet[str]]
    several: frozenset[str]


@dataclass(frozen=True)
class _Given:
    """What checks look at besides a graph: classes and names by IRI, and texts by slug."""

    types: Mapping[str, Iterable[str]]
    texts: Mapping[str, str]
    names: Mapping[str, Sequence[str]]

    @cached_property
    def _digests(self) -> dict[str, bytes]:
        return {slug: slug.encode() + hashlib.sha256(text.encode()).digest() for slug, text in self.texts.items()}

    def of_texts(self, slugs: Iterable[str]) -> list[bytes]:
        """What is the same for the same texts only."""
        return [self._digests[slug] for slug in sorted(slugs)]


class _Job(NamedTuple):
    """The input of the check of a graph: its name and N-Quads, the types of its things, cited texts, their names."""

    name: str
    lines: bytes
    kinds: Mapping[str, Sequence[str]]
    cited: Mapping[str, str]
    names: Mapping[str, Sequence[str]]


def _job(name: str, extracts: Sequence[portable.Extract], given: _Given) -> _Job:
    terms = {term for extract in extracts for term in (*extract.subjects, *extract.mentions)}
    cited = _cited(terms, given.texts)
    return _Job(
        name,
        b"".join(extract.lines for extract in extracts),
        _kinds(terms, given.types),
        {slug: given.texts[slug] for slug in cited},
        _names(terms, given.names) if cited else {},
    )


def _key(name: str, extracts: Sequence[portable.Extract], given: _Given, shapes: bytes, settled: Settled | None) -> str:
    """The key under which the findings of a graph are kept: what `_job` has, or what that is made of."""
    listed = [each for extract in extracts for each in (extract.subjects, extract.mentions)]
    keys = settled.keys.get(name, ()) if settled else ()
    if settled and keys:
        kinds = _kinds(settled.several.intersection(chain(*listed)) | settled.foreign[name], given.types)
    else:
        kinds = _kinds(set(chain(*listed)), given.types)
    cited = _cited(chain(*listed), given.texts)
    names = _names(set(chain(*listed)), given.names) if cited else {}
    about = json.dumps([name, keys, kinds, names]).encode()
    return key_of("judge", (shapes, about, *given.of_texts(cited), identity_of(extracts)))


def _kinds(terms: AbstractSet[str], types: Mapping[str, Iterable[str]]) -> dict[str, list[str]]:
    """The classes of terms, in order."""
    return {term: sorted(types[term]) for term in sorted(types.keys() & terms)}


def _names(terms: AbstractSet[str], names: Mapping[str, Sequence[str]]) -> dict[str, Sequence[str]]:
    """The names of terms, in order."""
    return {term: names[term] for term in sorted(names.keys() & terms)}


def _cited(terms: Iterable[str], texts: Mapping[str, str]) -> list[str]:
    """The slugs of the texts in which some terms are places, in order; of each text one place is looked at."""
    cited: set[str] = set()
    for term in terms if texts else ():
        source, mark, _ = term.partition("#char=")
        slug = source.rpartition("/")[2]
        if mark and slug in texts and slug not in cited and evidence.span_of(term):
            cited.add(slug)
    return sorted(cited)


def _of_several(graphs: Iterable[Sequence[portable.Extract]], among: frozenset[str] | None) -> frozenset[str]:
    """The things of which more than one graph speaks; all of them are among some, where these are given."""
    described: set[str] = set()
    several: set[str] = set()
    for extracts in graphs:
        listed = chain.from_iterable(extract.subjects for extract in extracts)
        subjects = set(listed) if among is None else among.intersection(listed)
        several |= described & subjects
        described |= subjects
    return frozenset(several)


def _about(things: frozenset[str], extracts: Iterable[portable.Extract], cache: Cache) -> bytes:
    """The lines about some things, in whatever graph."""
    pieces: list[bytes] = []
    for extract in extracts:
        subjects = frozenset(f"<{iri}>".encode() for iri in things.intersection(extract.subjects))
        if subjects:
            pieces.append(_lines_about(subjects, extract, cache))
    return b"".join(pieces)


def _lines_about(subjects: frozenset[bytes], extract: portable.Extract, cache: Cache) -> bytes:
    key = key_of("lines about", (extract.key.encode(), *sorted(subjects))) if extract.key and cache.keeps else ""
    kept = cache.get(key) if key else None
    if kept is None:
        lines = extract.lines.splitlines(keepends=True)
        kept = b"".join([line for line in lines if line[: line.index(b" ")] in subjects])
        if key:
            cache.put(key, kept)
    return kept


def _naming(extracts: Iterable[portable.Extract]) -> Iterator[ox.Quad]:
    """What names things that texts print. Only these lines are parsed: there are few of them in many."""
    lines = (each.group() for extract in extracts for each in surroundings.LINES_OF_NAMES.finditer(extract.lines))
    return ox.parse(b"".join(lines), ox.RdfFormat.N_QUADS)


def _of_context(context: records.Context) -> bytes:
    """What a context says, as bytes: the same for the same."""
    names = context.names
    content = [context.terms, sorted(context.declared), names.base, sorted(names.shared), sorted(context.same.items())]
    return json.dumps(content, ensure_ascii=False, sort_keys=True).encode()


def _read(context: records.Context, data: bytes, place: records.Place) -> bytes:
    record, findings = records.load_bytes(data, place, context)
    return portable.dump(record, findings, extract_of(record) if record else None)


def _judge(  # noqa: PLR0917 – the parts of a _Job
    shapes: tuple[bytes, ...],
    name: str,
    lines: bytes,
    types: Mapping[str, Sequence[str]],
    texts: Mapping[str, str],
    names: Mapping[str, Sequence[str]],
) -> bytes:
    quads = quads_of(lines)
    of_evidence = _beside_shapes(quads, texts, names)
    of_shapes = validate.check_shapes({ox.NamedNode(name): quads}, types, validate.parse_shapes(shapes))
    return json.dumps([portable.listed(of_evidence), portable.listed(of_shapes)], ensure_ascii=False).encode()


def _beside_shapes(
    quads: Sequence[AnyQuad], texts: Mapping[str, str], names: Mapping[str, Sequence[str]]
) -> list[Finding]:
    """What is found in the evidence and the labels of things."""
    return [
        *evidence.check(quads, texts),
        *surroundings.check(quads, texts, names),
        *renderings.check(quads),
    ]
