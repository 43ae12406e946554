"""Records in (YAML below `data/`), asserted quads and findings out: one named graph for each document.

A record is YAML-LD: the context (`ontology/context.yaml`) gives every key its property and every scalar
its datatype. What is added to plain JSON-LD is said here once: `ordinal` is the place in `parts` and
`components`; a section gives its things their type (SECTION_TYPES); and nothing vanishes in silence: an
unknown key, a wrong datatype, an id that nobody defines or that two define is a finding.
"""

from __future__ import annotations

import difflib
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pyoxigraph as ox

from policygraph import vocab
from policygraph.findings import Fault, Finding, Position, Severity
from policygraph.paths import Folders
from policygraph.records.reader import SECTION_TYPES, Context, Reader
from policygraph.records.yaml import YamlError, read

__all__ = [
    "SECTION_TYPES",
    "Context",
    "Loaded",
    "Record",
    "as_jsonld",
    "files",
    "load",
    "load_file",
    "read_context",
]

_BROKEN = Fault("broken_yaml", "{en}.", "{zh}。", "Mend the line.", "请改正此行。")
_UNREADABLE = Fault("unreadable_file", "cannot be read: {reason}.", "无法读取：{reason}。")
_DEFINED_TWICE = Fault(
    "duplicate_id",
    "the id is already used at {first}.",
    "该 id 已用于 {first}。",
    "Define a thing once, and name it under `mentions:` elsewhere.",
    "事物只定义一次，他处列入 `mentions:`。",
)
_DANGLING = Fault(
    "dangling_id",
    "“{name}” is not defined anywhere.",
    "“{name}”没有定义。",
    "Define it, or mend the reference.{hint_en}",
    "请定义它，或改正引用。{hint_zh}",
)


@dataclass(frozen=True, slots=True)
class Record:
    """One YAML file as read: its quads, and where its things are defined and named."""

    file: str
    graph: ox.NamedNode
    quads: list[ox.Quad]
    positions: dict[str, Position]
    defined: dict[str, Position]
    referred: dict[str, Position]


@dataclass(slots=True)
class Loaded:
    """All records of a tree, and what is wrong with them."""

    records: list[Record] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)

    @property
    def quads(self) -> Iterator[ox.Quad]:
        for record in self.records:
            yield from record.quads

    @property
    def positions(self) -> dict[str, Position]:
        """IRI -> where it is defined, else where it first has an entry."""
        places: dict[str, Position] = {}
        for record in self.records:
            for iri, position in record.positions.items():
                places.setdefault(iri, position)
        for record in self.records:
            places.update(record.defined)
        return places


def read_context(folders: Folders, ontology: Iterable[ox.Quad]) -> Context:
    """The context of `ontology/context.yaml`, and the IRIs that the ontology's graphs describe."""
    terms = read((folders.ontology / "context.yaml").read_bytes())
    declared = (quad.subject for quad in ontology)
    return Context(terms, frozenset(s.value for s in declared if isinstance(s, ox.NamedNode)))


def load(folders: Folders, context: Context) -> Loaded:
    """Every record below `data/`: sources.yaml, reference/*.yaml, records/*.yaml, by name.

    One broken file does not hide the faults of the others; ids are compared across files.
    """
    loaded = Loaded()
    paths = files(folders.data)
    for path in paths:
        record, findings = load_file(path, folders, context)
        loaded.findings += findings
        if record:
            loaded.records.append(record)
    loaded.findings += _defined_twice(loaded.records)
    if len(loaded.records) == len(paths):  # else what an unread file defines would seem to be missing
        loaded.findings += _dangling(loaded.records, context)
    return loaded


def files(data: Path) -> list[Path]:
    """The YAML files of a data folder, in the order in which they are read."""
    shared, own = sorted((data / "reference").glob("*.yaml")), sorted((data / "records").glob("*.yaml"))
    return [data / "sources.yaml", *shared, *own]


def load_file(path: Path, folders: Folders, context: Context) -> tuple[Record | None, list[Finding]]:
    """One record and its findings; None in place of a file that cannot be read at all.

    A record with a Violation has no quads, but its ids count as defined.
    """
    is_below = path.is_relative_to(folders.root)
    file = path.relative_to(folders.root).as_posix() if is_below else path.name
    try:
        value = read(path.read_bytes())
    except YamlError as error:
        position = Position(file, error.line)
        return None, [_BROKEN.found(position=position, en=error.en, zh=error.zh)]
    except OSError as error:
        return None, [_UNREADABLE.found(position=Position(file, 1), reason=error.strerror)]
    slug = _slug(path)
    graph = vocab.document_graph(slug) if slug else vocab.GRAPH_REFERENCE
    reader = Reader(file, slug, context)
    (reader.document if slug else reader.reference)(value)
    faulty = any(finding.severity is Severity.VIOLATION for finding in reader.findings)
    quads = [] if faulty else _to_quads(value, slug, graph, context)
    referred = {} if faulty else reader.referred
    record = Record(file, graph, quads, reader.positions, reader.defined, referred)
    return record, reader.findings


def as_jsonld(path: Path, context: Context) -> dict[str, Any]:
    """A sound file as one JSON-LD document with its context inline, types and ordinals filled in."""
    value = read(path.read_bytes())
    slug = _slug(path)
    reader = Reader(path.name, slug, context)
    (reader.document if slug else reader.reference)(value)
    return _with_context(value, slug, context)


def _slug(path: Path) -> str | None:
    """The slug of a document's record; None for what documents share."""
    return path.stem if path.parent.name == "records" else None


def _with_context(value: Any, slug: str | None, context: Context) -> dict[str, Any]:
    own: dict[str, Any] = {"@base": f"{vocab.ID}{slug}/" if slug else vocab.ID}
    if slug:
        own["evidence"] = {**context.terms["evidence"], "@context": {"@base": f"{vocab.ID}source/{slug}"}}
    content = {"@graph": value} if isinstance(value, list) else value
    return {"@context": [context.terms, own], **content}


def _to_quads(value: Any, slug: str | None, graph: ox.NamedNode, context: Context) -> list[ox.Quad]:
    """The quads of a checked value: JSON-LD under the context and the file's own bases."""
    text = json.dumps(_with_context(value, slug, context), ensure_ascii=False).encode()
    parsed = ox.parse(text, ox.RdfFormat.JSON_LD)
    return [ox.Quad(quad.subject, quad.predicate, quad.object, graph) for quad in parsed]


def _defined_twice(records: list[Record]) -> Iterator[Finding]:
    """Ids that two files define."""
    defined: dict[str, Position] = {}
    for record in records:
        for iri, position in record.defined.items():
            first = defined.setdefault(iri, position)
            if first != position:
                name = vocab.shorten(iri)
                yield _DEFINED_TWICE.found(node=iri, label=name, position=position, first=first)


def _dangling(records: list[Record], context: Context) -> Iterator[Finding]:
    """References to ids of ours that no file and no concept scheme defines."""
    known = {iri for record in records for iri in record.defined}
    known |= {iri for iri in context.declared if iri.startswith(vocab.BASE)}
    for record in records:
        for iri, position in {**record.positions, **record.referred}.items():
            if not iri.startswith(vocab.BASE) or iri in known:
                continue
            name = vocab.shorten(iri)
            folder, _, last = iri.rpartition("/")
            siblings = sorted(other.rpartition("/")[2] for other in known if other.rpartition("/")[0] == folder)
            near = difflib.get_close_matches(last, siblings, n=1, cutoff=0.7)
            hint = vocab.shorten(f"{folder}/{near[0]}") if near else ""
            yield _DANGLING.found(
                node=iri,
                label=name,
                position=position,
                name=name,
                hint_en=f" Did you mean “{hint}”?" if hint else "",
                hint_zh=f"是否为“{hint}”？" if hint else "",
            )
