"""A record and its findings in, bytes out, and back: what a worker sends and a cache keeps.

The first line is JSON; then come the lines of keys, the N-Quads of the record in the order in which it says them, and
those of the Web Annotation form of its evidence. What is large is read when it is first looked at.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Any

import pyoxigraph as ox

from policygraph import vocab
from policygraph.findings import Finding, Position, Severity
from policygraph.records.record import Extract, Places, Record, Statements
from policygraph.spilled import Bytes, content_of, cut

__all__ = ["Extract", "dump", "extract", "findings_of", "listed", "restore", "with_evidence"]


def extract(quads: Iterable[ox.Quad]) -> Extract:
    """The extract of the quads of a record, without the form of its evidence."""
    statements = list(quads)
    subjects = {quad.subject.value for quad in statements if isinstance(quad.subject, ox.NamedNode)}
    objects = {quad.object.value for quad in statements if isinstance(quad.object, ox.NamedNode)}
    typed = {
        quad.subject.value
        for quad in statements
        if quad.predicate == vocab.rdf_type and isinstance(quad.subject, ox.NamedNode)
    }
    return Extract(
        (ox.serialize(statements, format=ox.RdfFormat.N_QUADS) or b"", b""),
        sorted(subjects),
        sorted(objects - subjects),
        [],
        sorted(subjects - typed),
        sorted({quad.predicate.value for quad in statements}),
    )


def with_evidence(content: Extract, spelt: bytes, mentions: Iterable[str]) -> Extract:
    """The extract with the lines that spell out its evidence, and what these mention."""
    return replace(
        content,
        held=(content.lines, spelt),
        sources=sorted(set(mentions).difference(content.subjects, content.mentions)),
    )


def dump(record: Record | None, findings: Iterable[Finding], content: Extract | None = None) -> bytes:
    """A record with its extract, or None for a file that could not be read, and what is wrong with it."""
    head: dict[str, Any] = {"findings": listed(findings)}
    if record is None or content is None:
        return json.dumps(head, ensure_ascii=False).encode() + b"\n"
    places = (("positions", record.positions), ("defined", record.defined), ("referred", record.referred))
    head |= {
        "file": record.file,
        "graph": record.graph.value,
        "base": record.is_base,
        "subjects": content.subjects,
        "mentions": content.mentions,
        "sources": content.sources,
        "untyped": content.untyped,
        "properties": content.properties,
        **{name: each.lines for name, each in places},
        "spelt": len(content.spelt),
    }
    keys = "".join([f"\n{iri}\t{path}\t{position.line}" for (iri, path), position in record.keys.items()]) + "\n"
    encoded = keys.encode()
    head["keys"] = len(encoded)
    return b"".join([json.dumps(head, ensure_ascii=False).encode(), encoded, content.lines, content.spelt])


def restore(
    data: bytes, key: str = "", keep: Callable[[bytes], Bytes] = lambda content: content
) -> tuple[Record | None, list[Finding]]:
    """What `dump` wrote, kept under a key. Raises ValueError or KeyError for what it did not write.

    `keep` gives where bytes stand that are looked at now and then.
    """
    first = data.partition(b"\n")[0]
    head = json.loads(first)
    findings = findings_of(head["findings"])
    if "file" not in head:
        return None, findings
    held, size = keep(data[len(first) :]), len(data) - len(first)
    start, end = head["keys"], size - head["spelt"]
    lists = {name: head[name] for name in ("subjects", "mentions", "sources", "untyped", "properties")}
    kept = Extract((cut(held, start, end), cut(held, end, size)), **lists, key=key)
    positions, defined, referred = (Places(head["file"], head[name]) for name in ("positions", "defined", "referred"))
    graph = ox.NamedNode(head["graph"])
    keys = _Keys(head["file"], cut(held, 0, start))
    quads = Statements(kept.held[0])
    return Record(head["file"], graph, quads, positions, defined, referred, head["base"], keys, kept), findings


class _Keys(Mapping[tuple[str, str], Position]):
    """The places of keys, looked up in text: a line for each has the thing, the property and the number of the line."""

    def __init__(self, file: str, content: Bytes) -> None:
        self._file = file
        self._content = content

    def __getitem__(self, key: tuple[str, str]) -> Position:
        start = b"\n" + "\t".join((*key, "")).encode()
        content = content_of(self._content)
        place = content.find(start) + len(start)
        if place < len(start):
            raise KeyError(key)
        return Position(self._file, int(content[place : content.index(b"\n", place)]))

    def __iter__(self) -> Iterator[tuple[str, str]]:
        for line in content_of(self._content).decode().split("\n")[1:-1]:
            iri, path, _ = line.split("\t")
            yield iri, path

    def __len__(self) -> int:
        return content_of(self._content).count(b"\n") - 1


def listed(findings: Iterable[Finding]) -> list[list[Any]]:
    """Findings as JSON has them."""
    return [
        [
            int(finding.severity),
            finding.check,
            dict(finding.message),
            dict(finding.cure),
            finding.node,
            finding.label,
            [finding.position.file, finding.position.line] if finding.position else None,
            finding.path,
        ]
        for finding in findings
    ]


def findings_of(written: Iterable[list[Any]]) -> list[Finding]:
    """What `listed` wrote."""
    return [
        Finding(Severity(severity), check, message, cure, node, label, Position(*place) if place else None, path)
        for severity, check, message, cure, node, label, place, path in written
    ]
