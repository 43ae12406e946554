"""Records in (YAML below `data/`), asserted quads and findings out: one named graph for each document.

A record is YAML-LD: the context (`ontology/context.yaml`) gives every key its property and every scalar
its datatype. It adds to plain JSON-LD: `ordinal` is the place in `parts` and
`components`; a section gives its things their type (SECTION_TYPES); and nothing vanishes in silence: an
unknown key, a wrong datatype, an id that nobody defines or that two define is a finding.
"""

from __future__ import annotations

import difflib
from collections.abc import Callable, Iterable, Iterator, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field, replace
from functools import lru_cache
from pathlib import Path
from typing import Any

import pyoxigraph as ox

from policygraph import vocab
from policygraph.base import Entry, Tables
from policygraph.findings import Fault, Finding, Position, Severity
from policygraph.messages import message
from policygraph.paths import Folders
from policygraph.records.quads import extract_of, with_context
from policygraph.records.reader import SECTION_TYPES, Context, Reader
from policygraph.records.record import Places, Record, Statements
from policygraph.records.yaml import LineDict, LineList, YamlError, bound, read

__all__ = [
    "SECTION_TYPES",
    "Context",
    "Loaded",
    "Place",
    "ReadFiles",
    "Reading",
    "Record",
    "Statements",
    "as_jsonld",
    "files",
    "load",
    "load_bytes",
    "load_file",
    "place_of",
    "read_context",
]

_BROKEN = Fault("broken_yaml", message("{fault}."), message("Mend the line."))
_UNREADABLE = Fault("unreadable_file", message("cannot be read: {reason}."))
_NOT_READ = Fault(
    "file_not_read",
    message("this is not read: records are the files {folder}/*.yaml."),
    message("Rename it or move it there, or take it out of the folder."),
    Severity.WARNING,
)
_DEFINED_TWICE = Fault(
    "duplicate_id",
    message("the id is already used at {first}."),
    message("Define a thing once, and name it under `mentions:` elsewhere."),
)
_DANGLING = Fault(
    "dangling_id",
    message("“{name}” is not defined anywhere."),
    message("Define it, or mend the reference.{hint}"),
)
_TERM_REPLACED = Fault(
    "base_replaced",
    message("the key “{key}” is one of the base layer's."),
    message("Choose another name: what the base layer says is extended, and not replaced."),
)
_CONTRADICTED = Fault(
    "base_replaced",
    message("its {key} is “{own}”; the base layer has “{base}” ({at})."),
    message("Give it an id of its own, or say what the base layer says."),
)


#: Endings of files in which somebody may have written a record.
_LIKE_RECORDS = frozenset({".json", ".jsonld", ".trig", ".ttl", ".yaml", ".yml"})
#: What reading a file gives: its record, or None where it cannot be read at all, and what is wrong with it.
Reading = tuple[Record | None, list[Finding]]
#: Reads files, in any order, and gives what it has read in theirs.
ReadFiles = Callable[[Sequence[Path], Folders, Context], Iterable[Reading]]


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
        return self.positions_of({iri for record in self.records for iri in (*record.positions, *record.defined)})

    def positions_of(self, things: AbstractSet[str]) -> dict[str, Position]:
        """As `positions`, of some things."""
        places: dict[str, Position] = {}
        for record in self.records:
            for iri in record.positions.keys() & things:
                places.setdefault(iri, record.positions[iri])
        for record in self.records:
            places |= {iri: record.defined[iri] for iri in record.defined.keys() & things}
        return places

    def keys_of(self, named: Iterable[tuple[str, str]]) -> dict[tuple[str, str], Position]:
        """(IRI of a thing, IRI of a property) -> where its key is first written, of those that have a place."""
        pairs: dict[str, list[tuple[str, str]]] = {}
        for iri, path in named:
            pairs.setdefault(iri, []).append((iri, path))
        places: dict[tuple[str, str], Position] = {}
        for record in self.records:
            for iri in record.positions.keys() & pairs.keys():
                for pair in pairs[iri]:
                    if pair not in places and (position := record.keys.get(pair)):
                        places[pair] = position
        return places


def read_context(folders: Folders, ontology: Iterable[ox.Quad]) -> Context:
    """The context of records: that of the base layer, the project's own keys, its prefixes, and what is declared.

    The prefixes of things (`area:`) stand for the project's; `own:` is the project's own ontology.
    """
    names = folders.names
    terms = dict(_terms((folders.ontology / "context.yaml").read_bytes()))
    terms |= {key: space for key in terms if (space := names.namespace(key)) and key != "id"}
    findings: list[Finding] = []
    if folders.own_ontology:
        terms["own"] = f"{names.base}ontology#"
        findings = _add_own_terms(terms, folders.own_ontology / "context.yaml", folders.root)
    return Context(terms, _declared(tuple(ontology)), names, _same_areas(folders, names), tuple(findings))


@lru_cache(maxsize=2)
def _terms(context: bytes) -> dict[str, Any]:
    """The keys of a context, read once a process; who changes one has a copy of it."""
    return dict(read(context))


@lru_cache(maxsize=2)
def _declared(ontology: tuple[ox.Quad, ...]) -> frozenset[str]:
    """The IRIs of which an ontology says something."""
    return frozenset(quad.subject.value for quad in ontology if isinstance(quad.subject, ox.NamedNode))


def _add_own_terms(terms: dict[str, Any], path: Path, root: Path) -> list[Finding]:
    """Adds the keys of the project's own context; what would replace one of the base layer's is told."""
    file = path.relative_to(root).as_posix()
    try:
        own = read(path.read_bytes()) if path.is_file() else LineDict(1)
    except YamlError as error:
        return [_BROKEN.finding(position=Position(file, error.line), fault=error.texts)]
    if not isinstance(own, LineDict):
        return [_BROKEN.finding(position=Position(file, 1), fault=message("a context is one mapping"))]
    twice = sorted(own.keys() & terms.keys())
    terms |= {key: value for key, value in own.items() if key not in terms}
    return [_TERM_REPLACED.finding(position=Position(file, own.lines[key]), key=key) for key in twice]


def _same_areas(folders: Folders, names: vocab.Names) -> dict[str, str]:
    """The areas of the base layer that the project's reference data has under another id, by their GB/T 2260 code."""
    same: dict[str, str] = {}
    for path in sorted((folders.data / "reference").glob("*.yaml")):
        data = path.read_bytes()
        if b"gbCode" not in data:
            continue
        try:
            things = read(data, bound(path))
        except YamlError:
            continue
        for thing in things if isinstance(things, list) else ():
            own = thing.get("id") if isinstance(thing, dict) else None
            entry = folders.tables.by_code.get(str(thing.get("gbCode"))) if isinstance(own, str) else None
            if entry and isinstance(own, str) and own != entry.name:
                same[entry.name] = names.expand(own)
    return same


def load(
    folders: Folders, context: Context, read_files: ReadFiles | None = None, without: AbstractSet[str] = frozenset()
) -> Loaded:
    """Every record of a project, and of the tables of the base layer what these refer to.

    Read are the base layer's units, then sources.yaml, reference/*.yaml and records/*.yaml, by name. One broken
    file does not hide the faults of the others; ids are compared across files. `read_files` reads the files where
    another way is wanted than one after the other, here. Documents whose slugs are in `without` are left out, and so
    are their texts in the registry.
    """
    read_files = read_files or _one_by_one
    loaded = Loaded(findings=list(context.findings))
    paths = [path for path in files(folders) if _slug(path) not in without]
    for record, findings in read_files(paths, folders, context):
        loaded.findings += findings
        if record:
            is_registry = bool(without) and record.file == "data/sources.yaml"
            loaded.records.append(_without(record, without, context.names) if is_registry else record)
    loaded.findings += _not_read(folders)
    loaded.findings += _defined_twice(loaded.records, context.names)
    loaded.findings += _contradictions(loaded.records, folders.tables, context)
    loaded.records += _of_base(loaded.records, folders.tables, context)
    loaded.findings += folders.tables.findings
    if len(loaded.records) >= len(paths):  # else what an unread file defines would seem to be missing
        loaded.findings += _dangling(loaded.records, folders.tables, context)
    return loaded


def _of_base(records: list[Record], tables: Tables, context: Context) -> list[Record]:
    """The entries of the base layer's tables that records refer to and do not define, with what lies above them."""
    defined = _defined(records).union(map(_base_iri, context.same))
    kinds = tuple({_base_iri(name.partition(":")[0] + ":") for name in tables.entries})
    referred = {iri for record in records for iri in _named(record) if iri.startswith(kinds)} - defined
    wanted = map(vocab.shorten, referred)
    chosen: dict[str, list[Entry]] = {}
    for entry in tables.with_above(wanted, without={vocab.shorten(iri) for iri in defined}):
        chosen.setdefault(entry.position.file, []).append(entry)
    return [_base_record(file, entries, context) for file, entries in sorted(chosen.items())]


def _defined(records: Iterable[Record]) -> set[str]:
    """What some records define."""
    return set[str]().union(*(record.defined for record in records))


def _named(record: Record) -> AbstractSet[str]:
    """What a record has an entry of, or refers to."""
    return record.positions.keys() | record.referred.keys()


def _base_iri(name: str) -> str:
    return vocab.expand(name)


def _base_record(file: str, entries: list[Entry], context: Context) -> Record:
    things = LineList(1)
    for entry in entries:
        thing = _with_lines(entry.value, entry.position.line)
        things.append(thing)
        things.lines.append(entry.position.line)
    reader = Reader(file, None, context)
    reader.reference(things)
    content = extract_of(things, None, vocab.GRAPH_REFERENCE, context)
    quads = Statements(content.lines)
    return Record(file, vocab.GRAPH_REFERENCE, quads, *reader.places, is_base=True, content=content)


def _with_lines(value: Any, line: int) -> Any:
    """A value of the base layer in the form that a reader walks: it all stands on the line of its row."""
    if isinstance(value, dict):
        mapping = LineDict(line)
        for key, item in value.items():
            mapping[key] = _with_lines(item, line)
            mapping.lines[key] = line
        return mapping
    if isinstance(value, list):
        items = LineList(line)
        items += [_with_lines(item, line) for item in value]
        items.lines = [line] * len(items)
        return items
    return value


def _contradictions(records: list[Record], tables: Tables, context: Context) -> Iterator[Finding]:
    """What the project says of a thing of the base layer otherwise than the base layer does."""
    own = {iri: _base_iri(name) for name, iri in context.same.items()}
    checked = {vocab.rdf_type.value: "type", vocab.skos("notation").value: "gbCode"}
    checked[vocab.pg("hasDimension").value] = "dimension"
    for record in records:
        if record.graph != vocab.GRAPH_REFERENCE:
            continue
        quads = (
            record.quads.having(*map(ox.NamedNode, checked)) if isinstance(record.quads, Statements) else record.quads
        )
        for quad in quads:
            key = checked.get(quad.predicate.value)
            if key is None or not isinstance(quad.subject, ox.NamedNode):
                continue
            iri = quad.subject.value
            base_iri = own.get(iri, iri)
            entry = tables.entries.get(vocab.shorten(base_iri)) if base_iri.startswith(vocab.ID) else None
            stated = quad.object.value if isinstance(quad.object, (ox.NamedNode, ox.Literal)) else ""
            value = stated if key == "gbCode" else stated.rpartition("/")[2].rpartition("#")[2]
            if entry and entry.value.get(key) and value != entry.value[key]:
                yield _CONTRADICTED.finding(
                    node=iri,
                    position=record.defined.get(iri) or record.positions.get(iri),
                    key=key,
                    own=value,
                    base=entry.value[key],
                    at=entry.position,
                )


def files(folders: Folders) -> list[Path]:
    """The YAML files of a project and of the base layer below it, in the order in which they are read."""
    base, shared, own = (
        sorted(folder.glob("*.yaml"))
        for folder in (folders.layer / "data" / "base", folders.data / "reference", folders.data / "records")
    )
    return [*base, folders.data / "sources.yaml", *shared, *own]


def _not_read(folders: Folders) -> Iterator[Finding]:
    """The files that look like records and that `files` does not have: other endings, folders below."""
    for folder in (folders.data / "reference", folders.data / "records"):
        name = folder.relative_to(folders.root).as_posix()
        for path in sorted(folder.rglob("*")):
            file = path.relative_to(folders.root).as_posix()
            inside = path.parent == folder and path.suffix == ".yaml"
            hidden = any(part.startswith(".") for part in path.relative_to(folder).parts)
            if path.suffix.lower() in _LIKE_RECORDS and not inside and not hidden and path.is_file():
                yield _NOT_READ.finding(position=Position(file, 1), folder=name)


def load_file(path: Path, folders: Folders, context: Context) -> tuple[Record | None, list[Finding]]:
    """One record and its findings; None in place of a file that cannot be read at all.

    A record with a Violation has no quads, but its ids count as defined.
    """
    place = place_of(path, folders)
    try:
        data = path.read_bytes()
    except OSError as error:
        return None, [_UNREADABLE.finding(position=Position(place.file, 1), reason=error.strerror)]
    return load_bytes(data, place, context)


@dataclass(frozen=True, slots=True)
class Place:
    """Where a file of records stands: its path in the project, its slug if it is a document, whether it is a table."""

    file: str
    slug: str | None
    is_base: bool


def place_of(path: Path, folders: Folders) -> Place:
    """The place of a file of records."""
    below = next((folder for folder in (folders.root, folders.layer) if path.is_relative_to(folder)), path.parent)
    is_base = path.parent == folders.layer / "data" / "base"
    return Place(path.relative_to(below).as_posix(), _slug(path), is_base)


def load_bytes(data: bytes, place: Place, context: Context) -> tuple[Record | None, list[Finding]]:
    """As `load_file`, for the bytes of a file: what it says depends on nothing else."""
    try:
        value = read(data, bound(place.file))
    except YamlError as error:
        return None, [_BROKEN.finding(position=Position(place.file, error.line), fault=error.texts)]
    slug = place.slug
    graph = context.names.document_graph(slug) if slug else vocab.GRAPH_REFERENCE
    reader = Reader(place.file, slug, context)
    (reader.document if slug else reader.reference)(value)
    faulty = any(finding.severity is Severity.VIOLATION for finding in reader.findings)
    content = None if faulty else extract_of(value, slug, graph, context)
    quads = Statements(content.lines) if content else []
    positions, defined, referred = reader.places
    return Record(
        place.file,
        graph,
        quads,
        positions,
        defined,
        Places(place.file, {}) if faulty else referred,
        place.is_base,
        Places(place.file, reader.keys),
        content=content,
    ), reader.findings


def _without(record: Record, slugs: AbstractSet[str], names: vocab.Names) -> Record:
    """A registry without the texts of some documents."""
    gone = {f"{names.id}{kind}/{slug}" for slug in slugs for kind in ("source", "document")}

    def left(places: Places[str]) -> Places[str]:
        return Places(record.file, {iri: line for iri, line in places.lines.items() if iri not in gone})

    return replace(
        record,
        quads=[quad for quad in record.quads if str(quad.subject)[1:-1] not in gone],
        positions=left(record.positions),
        defined=left(record.defined),
        referred=left(record.referred),
        kept=None,
        content=None,
    )


def _one_by_one(paths: Sequence[Path], folders: Folders, context: Context) -> Iterator[Reading]:
    return (load_file(path, folders, context) for path in paths)


def as_jsonld(path: Path, context: Context) -> dict[str, Any]:
    """A sound file as one JSON-LD document with its context inline, types and ordinals filled in."""
    value = read(path.read_bytes())
    slug = _slug(path)
    reader = Reader(path.name, slug, context)
    (reader.document if slug else reader.reference)(value)
    return with_context(value, slug, context)


def _slug(path: Path) -> str | None:
    """The slug of a document's record; None for what documents share."""
    return path.stem if path.parent.name == "records" else None


def _defined_twice(records: list[Record], names: vocab.Names) -> Iterator[Finding]:
    """Ids that two files define."""
    defined: set[str] = set()
    for record in records:
        twice = defined & record.defined.keys()
        defined |= record.defined.keys()
        for iri in record.defined if twice else ():
            if iri not in twice:
                continue
            first, position = next(other.defined[iri] for other in records if iri in other.defined), record.defined[iri]
            if first != position:
                yield _DEFINED_TWICE.finding(node=iri, label=names.shorten(iri), position=position, first=first)


def _dangling(records: list[Record], tables: Tables, context: Context) -> Iterator[Finding]:
    """References to ids of ours that no file, no table and no concept scheme defines."""
    names = context.names
    defined = _defined(records).union(filter(names.is_ours, context.declared))
    for record in records:
        missing = set(filter(names.is_ours, _named(record) - defined))
        for iri in dict.fromkeys((*record.positions, *record.referred)) if missing else ():
            if iri not in missing:
                continue
            position = record.referred.get(iri) or record.positions[iri]
            folder, _, last = iri.rpartition("/")
            siblings = {other.rpartition("/")[2] for other in defined if other.rpartition("/")[0] == folder}
            kind = names.shorten(iri).partition(":")[0]
            siblings |= {name.partition(":")[2] for name in tables.names if name.startswith(f"{kind}:")}
            near = difflib.get_close_matches(last, sorted(siblings), n=1, cutoff=0.7)
            hint = names.shorten(f"{folder}/{near[0]}") if near else ""
            name = names.shorten(iri)
            yield _DANGLING.finding(
                node=iri,
                label=name,
                position=position,
                name=name,
                hint=message(" Did you mean “{name}”?", name=hint) if hint else "",
            )
