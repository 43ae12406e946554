"""A record and its findings in, bytes out, and back: what a worker sends and a cache keeps.

The first line is JSON, what follows are the N-Quads of the record in the order in which it says them.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import pyoxigraph as ox

from policygraph.findings import Finding, Position, Severity
from policygraph.records.record import Record

__all__ = ["Extract", "dump", "extract", "findings_of", "listed", "restore"]


@dataclass(frozen=True, slots=True)
class Extract:
    """A summary of a record without its quads: the lines, the subjects, and the things mentioned."""

    lines: bytes
    subjects: list[str]
    mentions: list[str]


def extract(quads: Iterable[ox.Quad]) -> Extract:
    """The extract of the quads of a record."""
    statements = list(quads)
    subjects = sorted({quad.subject.value for quad in statements if isinstance(quad.subject, ox.NamedNode)})
    objects = {quad.object.value for quad in statements if isinstance(quad.object, ox.NamedNode)}
    lines = ox.serialize(statements, format=ox.RdfFormat.N_QUADS) or b""
    return Extract(lines, subjects, sorted(objects.difference(subjects)))


def dump(record: Record | None, findings: Iterable[Finding]) -> bytes:
    """A record, or None for a file that could not be read, and what is wrong with it."""
    head: dict[str, Any] = {"findings": listed(findings)}
    if record is None:
        return json.dumps(head, ensure_ascii=False).encode() + b"\n"
    content = extract(record.quads)
    places = (("positions", record.positions), ("defined", record.defined), ("referred", record.referred))
    head |= {
        "file": record.file,
        "graph": record.graph.value,
        "base": record.is_base,
        "subjects": content.subjects,
        "mentions": content.mentions,
        **{name: {iri: position.line for iri, position in each.items()} for name, each in places},
        "keys": [[iri, path, position.line] for (iri, path), position in record.keys.items()],
    }
    return json.dumps(head, ensure_ascii=False).encode() + b"\n" + content.lines


def restore(data: bytes) -> tuple[Record | None, list[Finding], Extract | None]:
    """What `dump` wrote. Raises ValueError or KeyError for what it did not write."""
    first, _, lines = data.partition(b"\n")
    head = json.loads(first)
    findings = findings_of(head["findings"])
    if "file" not in head:
        return None, findings, None
    places: Mapping[str, dict[str, Position]] = {
        name: {iri: Position(head["file"], line) for iri, line in head[name].items()}
        for name in ("positions", "defined", "referred")
    }
    record = Record(
        head["file"],
        ox.NamedNode(head["graph"]),
        list(ox.parse(lines, ox.RdfFormat.N_QUADS)),
        places["positions"],
        places["defined"],
        places["referred"],
        head["base"],
        {(iri, path): Position(head["file"], line) for iri, path, line in head["keys"]},
    )
    return record, findings, Extract(lines, head["subjects"], head["mentions"])


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
