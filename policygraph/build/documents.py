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
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, NamedTuple

import pyoxigraph as ox

from policygraph import evidence, records, renderings, surroundings, validate
from policygraph.cache import Cache, key_of
from policygraph.findings import Finding
from policygraph.lines import quads_of
from policygraph.paths import Folders
from policygraph.records import portable

__all__ = ["Documents", "HandOut", "extract_of", "here", "identity_of"]

#: Calls a function with each of some arguments, anywhere, and gives the results in the order of the arguments. What is
#: shared by all calls comes first.
HandOut = Callable[[Callable[..., bytes], Any, Sequence[tuple[Any, ...]]], Iterator[bytes]]


def here(act: Callable[..., bytes], shared: Any, jobs: Sequence[tuple[Any, ...]]) -> Iterator[bytes]:
    """Does work in this process, one piece after the other."""
    return (act(shared, *job) for job in jobs)


class Documents:
    """The work on the documents of one build. `cache` is where it is kept."""

    def __init__(self, cache: Cache, hand_out: HandOut = here) -> None:
        self.cache = cache
        self._hand_out = hand_out

    def read(self, paths: Sequence[Path], folders: Folders, context: records.Context) -> Iterator[records.Reading]:
        """As records.load_file, for many files."""
        if not self.cache.keeps and self._hand_out is here:  # no bytes are needed
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
        results, names = self.all(_read, context, keys, jobs), iter(keys)
        for number in range(len(paths)):
            yield unread[number] if number in unread else _keyed(*portable.restore(next(results)), next(names))

    def judge(
        self,
        loaded: Sequence[records.Record],
        types: Mapping[str, Iterable[str]],
        texts: Mapping[str, str],
        shapes: tuple[bytes, ...],
    ) -> list[Finding]:
        """What evidence.check and validate.check_shapes find in the records; `shapes` are files of Turtle.

        A thing of which several graphs speak is held to all that they say of it: its evidence is looked at last.
        """
        graphs: dict[str, list[portable.Extract]] = defaultdict(list)
        for record in loaded:
            graphs[record.graph.value].append(extract_of(record))
        of_all = [extract for extracts in graphs.values() for extract in extracts]
        names = surroundings.names_of(_naming(of_all)) if texts else {}
        jobs = [_job(name, extracts, types, texts, names) for name, extracts in sorted(graphs.items())]
        digests = {slug: hashlib.sha256(text.encode()).digest() for slug, text in texts.items()}
        identities = [identity_of(extracts) for _, extracts in sorted(graphs.items())]
        of_shapes = hashlib.sha256(b"\0".join(shapes)).digest()
        keys = [_key(job, identity, of_shapes, digests) for job, identity in zip(jobs, identities, strict=True)]
        several = _of_several(graphs.values())
        findings: list[Finding] = []
        for payload in self.all(_judge, shapes, keys, jobs):
            by_evidence, by_shapes = map(portable.findings_of, json.loads(payload))
            findings += [finding for finding in by_evidence if finding.node not in several]
            findings += by_shapes
        shared = _about(several, of_all)
        return [
            *findings,
            *evidence.check(shared, texts),
            *surroundings.check(shared, texts, names),
            *renderings.check(shared),
        ]

    def all(self, act: Callable[..., bytes], shared: Any, keys: Sequence[str], jobs: Sequence[Any]) -> Iterator[bytes]:
        """The results of all jobs in order: those that are kept under their keys, and the others, which then are.

        `act` is called with what is shared and the parts of a job.
        """
        kept = [self.cache.get(key) for key in keys]
        done = self._hand_out(act, shared, [job for job, payload in zip(jobs, kept, strict=True) if payload is None])
        for key, payload in zip(keys, kept, strict=True):
            result = payload
            if result is None:
                result = next(done)
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


def _keyed(record: records.Record | None, findings: list[Finding], key: str) -> records.Reading:
    """A reading with the key that it is kept under."""
    if record is None or record.kept is None:
        return record, findings
    return replace(record, kept=replace(record.kept, key=key)), findings


class _Job(NamedTuple):
    """The input of the check of a graph: its name and N-Quads, the types of its things, cited texts, their names."""

    name: str
    lines: bytes
    kinds: Mapping[str, Sequence[str]]
    cited: Mapping[str, str]
    names: Mapping[str, Sequence[str]]


def _job(
    name: str,
    extracts: Sequence[portable.Extract],
    types: Mapping[str, Iterable[str]],
    texts: Mapping[str, str],
    names: Mapping[str, Sequence[str]],
) -> _Job:
    terms = sorted({term for extract in extracts for term in (*extract.subjects, *extract.mentions)})
    cited = sorted({span.slug for term in terms if (span := evidence.span_of(term)) and span.slug in texts})
    return _Job(
        name,
        b"".join(extract.lines for extract in extracts),
        {term: sorted(types[term]) for term in terms if term in types},
        {slug: texts[slug] for slug in cited},
        {term: names[term] for term in terms if term in names} if cited else {},
    )


def _key(job: _Job, identity: bytes, shapes: bytes, digests: Mapping[str, bytes]) -> str:
    """The key under which the findings of a graph of some identity are kept; `digests` are those of the texts."""
    sources = (slug.encode() + digests[slug] for slug in job.cited)
    about = json.dumps([job.name, job.kinds, job.names]).encode()
    return key_of("judge", (shapes, about, *sources, identity))


def _of_several(graphs: Iterable[Sequence[portable.Extract]]) -> frozenset[str]:
    """The things of which more than one graph speaks."""
    counts: Counter[str] = Counter()
    for extracts in graphs:
        counts.update({subject for extract in extracts for subject in extract.subjects})
    return frozenset(subject for subject, count in counts.items() if count > 1)


def _about(things: frozenset[str], extracts: Iterable[portable.Extract]) -> list[ox.Quad]:
    """What is said of some things, in whatever graph."""
    subjects = {f"<{iri}>".encode() for iri in things}
    lines = [
        line
        for extract in extracts
        if not things.isdisjoint(extract.subjects)
        for line in extract.lines.splitlines(keepends=True)
        if line[: line.index(b" ")] in subjects
    ]
    return list(ox.parse(b"".join(lines), ox.RdfFormat.N_QUADS))


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
    of_evidence = [
        *evidence.check(quads, texts),
        *surroundings.check(quads, texts, names),
        *renderings.check(quads),
    ]
    of_shapes = validate.check_shapes({ox.NamedNode(name): quads}, types, validate.parse_shapes(shapes))
    return json.dumps([portable.listed(of_evidence), portable.listed(of_shapes)], ensure_ascii=False).encode()
