"""Tables edited in a spreadsheet in, the statements that they now make out; unreadable values are named by cell.

A table comes back as it was exported (`targets.csv`, `tables.xlsx`, `tables.zip`). Columns named by a key of the
records are read; those that the export derived (labels of other things, counts) are only compared. A cell that says
what the graph says changes nothing; an empty one takes a value away; a row with a new id is a new thing; a row that is
missing changes nothing.
"""

from __future__ import annotations

import csv
import io
import re
import zipfile
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pyoxigraph as ox

from policygraph import vocab
from policygraph.datatypes import DATATYPES
from policygraph.errors import PolicygraphError
from policygraph.findings import Fault, Finding, Position
from policygraph.formats.tables import WORDS, unguarded
from policygraph.importing import cells
from policygraph.messages import message
from policygraph.queries import Column, Query
from policygraph.records import Context
from policygraph.vocab import pg

__all__ = ["ENDINGS", "Sheet", "SheetError", "Statements", "applied", "read"]

Subject = ox.NamedNode | ox.BlankNode
Term = ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple

#: File endings that are tables.
ENDINGS = (".csv", ".tsv", ".xlsx", ".zip")
_BOM = "\N{ZERO WIDTH NO-BREAK SPACE}"
#: Table -> the class of its things, where no column says it.
_CLASSES = {
    "targets": "IndicatorTarget",
    "observations": "IndicatorObservation",
    "roles": "ResponsibilityAssignment",
    "counts": "CountClaim",
    "indicators": "Indicator",
    "plans": "Plan",
}
#: Table -> column -> the key that it is read as; None for one that says something of another thing.
_READ_AS: Mapping[str, Mapping[str, str | None]] = {
    "documents": {"fileName": None, "length": None, "sha256": None},
    "observations": {"period": "year", "year": None},
}
#: Columns of labels of the thing itself -> language.
_LABELS = {"zh": "zh", "en": "en"}
#: Type of a column -> what stands between several values of a cell; else white space does.
_BETWEEN = {"text": "; ", "word": "; "}
#: Keys that place a thing under another, so that it need not be described in a document of its own.
_PLACING = ("partOf", "setBy", "element", "countsPartsOf", "supportsPositioning")
_CELL = Fault(
    "unreadable_cell",
    message("the column “{column}” cannot be “{value}”."),
    message("Write it like {like}."),
)
_CUT = Fault(
    "cut_cell",
    message("the column “{column}” has lost a part of what was in it; “{value}” is not read."),
    message("Excel keeps 32,767 characters and 15 digits: mend the cell in the record."),
)
_DERIVED = Fault(
    "derived_cell",
    message("the column “{column}” is derived; “{value}” is not read."),
    message("Change it where it comes from."),
)
_HOMELESS = Fault(
    "row_without_document",
    message("the row is new and names no document that is known."),
    message("Fill in `describedIn`."),
)
_CLASSLESS = Fault(
    "row_without_type",
    message("the row is new and has no type."),
    message("Fill in `type`."),
)
_COLUMN = Fault(
    "unknown_column",
    message("there is no column “{column}” in the table {table}."),
    message("These there are: {known}."),
)


class SheetError(PolicygraphError, ValueError):
    """A file that is not a table as `export` writes them; the message says why."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """A table as it came back: its query's columns, the file it stands in, and its rows by column name."""

    table: Query
    file: str
    header: Sequence[str]
    rows: Sequence[Mapping[str, str]]


@dataclass(slots=True)
class Statements:
    """What the tables make of the graph: all statements of the named graphs that they touch, and what is wrong."""

    quads: list[ox.Quad] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)


def read(path: Path, tables: Mapping[str, Query]) -> list[Sheet]:
    """The tables of a file, by the names of their queries. Raises SheetError."""
    try:
        data = path.read_bytes()
        if path.suffix == ".xlsx":
            return _workbook(path, data, tables)
        if path.suffix == ".zip":
            with zipfile.ZipFile(io.BytesIO(data)) as archive:
                names = [name for name in archive.namelist() if name.endswith(".csv")]
                return [_delimited(name, archive.read(name), tables) for name in names]
        return [_delimited(path.name, data, tables)]
    except OSError as error:
        raise SheetError(f"{path}: {error.strerror}") from None
    except zipfile.BadZipFile:
        raise SheetError(f"{path}: this is not a file of that kind") from None


def _delimited(name: str, data: bytes, tables: Mapping[str, Query]) -> Sheet:
    table = tables.get(Path(name).stem)
    if table is None:
        raise SheetError(f"{name}: a table is named by its file; there are {', '.join(tables)}")
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        raise SheetError(f"{name}: byte {error.start} is not UTF-8; save it as “CSV UTF-8”") from None
    try:
        lines = cells.rows(text.removeprefix(_BOM), "\t" if name.endswith(".tsv") else ",")
    except csv.Error as error:
        raise SheetError(f"{name}: {error}") from None
    if text.startswith(_BOM):
        lines = [[unguarded(cell) for cell in line] for line in lines]
    return _sheet(table, name, lines)


def _workbook(path: Path, data: bytes, tables: Mapping[str, Query]) -> list[Sheet]:
    try:
        from policygraph.formats import workbook  # noqa: PLC0415 - its library is optional
    except ModuleNotFoundError:
        raise SheetError("openpyxl is not installed: pip install policygraph[export]") from None
    titles = {table.header_text("title", language): table for table in tables.values() for language in ("zh", "en")}
    sheets = []
    for name, lines in workbook.read(data).items():
        if name not in titles:
            raise SheetError(f"{path}: there is no table “{name}”; there are {', '.join(titles)}")
        sheets.append(_sheet(titles[name], f"{path.name}[{name}]", lines))
    return sheets


def _sheet(table: Query, file: str, lines: Sequence[Sequence[str]]) -> Sheet:
    if not lines:
        raise SheetError(f"{file}: the file is empty")
    readable = [*table.columns, WORDS]
    names = {title: column.name for column in readable for title in (*column.title.values(), column.name)}
    header = [names.get(title.strip(), title.strip()) for title in lines[0]]
    if "id" not in header:
        raise SheetError(f"{file}: there is no column “id”")
    rows = [dict(zip(header, (cell.strip() for cell in line), strict=False)) for line in lines[1:]]
    return Sheet(table, file, header, rows)


def applied(
    sheets: Iterable[Sheet], stated: Sequence[ox.Quad], derived: Iterable[ox.Quad], context: Context
) -> Statements:
    """The statements of every graph that the tables touch, with what the tables say in place of what was said."""
    return _Applier(stated, derived, context).run(sheets)


@dataclass(frozen=True, slots=True)
class _Place:
    """The thing of a row, the graph in which it is stated, and where the row stands."""

    node: str
    graph: ox.NamedNode
    position: Position


class _Applier:
    """The graph as it is, while tables are laid over it."""

    def __init__(self, stated: Sequence[ox.Quad], derived: Iterable[ox.Quad], context: Context) -> None:
        self._context = context
        self._stated = set(stated)
        self._now: dict[tuple[str, str], set[Term]] = defaultdict(set)
        self._graphs: dict[str, ox.NamedNode] = {}
        self._documents: dict[str, ox.NamedNode] = {}
        for quad in (*stated, *derived):
            self._now[_name(quad.subject), quad.predicate.value].add(quad.object)
        for quad in stated:
            if isinstance(quad.graph_name, ox.NamedNode):
                if quad.predicate == vocab.rdf_type:
                    self._graphs[_name(quad.subject)] = quad.graph_name
                if quad.object == pg("PolicyDocument"):
                    self._documents[_name(quad.subject)] = quad.graph_name
        self._touched: set[object] = set()
        self._findings: list[Finding] = []
        keys = ((name, context.definition(name)) for name in sorted(context.keys - {"id", "type"}))
        self._keys = {name: definition for name, definition in keys if "@id" in definition}

    def run(self, sheets: Iterable[Sheet]) -> Statements:
        for sheet in sheets:
            columns = {column.name: column for column in sheet.table.columns}
            for name in sheet.header:
                if name and name not in columns and name != WORDS.name:
                    place = Position(sheet.file, 1)
                    names = ", ".join(columns)
                    self._findings.append(
                        _COLUMN.finding(position=place, column=name, table=sheet.table.name, known=names)
                    )
            for number, row in enumerate(sheet.rows, start=2):
                if row.get("id"):
                    self._row(sheet.table.name, columns, row, Position(sheet.file, number))
        quads = [quad for quad in self._stated if quad.graph_name in self._touched]
        return Statements(sorted(quads, key=str), self._findings)

    def _row(self, table: str, columns: Mapping[str, Column], row: Mapping[str, str], place: Position) -> None:
        node = self._context.names.expand(row["id"])
        graph = self._graphs.get(node)
        if graph is None:
            graph = self._new(table, node, row, place)
            if graph is None:
                return
        here = _Place(node, graph, place)
        for name, column in columns.items():
            if name not in row or name in ("id", "type", "describedIn"):
                continue
            key = _READ_AS.get(table, {}).get(name, name)
            if name in _LABELS:
                self._label(here, row[name], _LABELS[name])
            elif key in self._keys and not column.name.endswith(("Zh", "En")):
                self._cell(here, key, column, row[name])
            elif base := next((name.removesuffix(end) for end in ("Zh", "En") if name.endswith(end)), None):
                self._compared(row.get(base, ""), name, row[name], place)

    def _new(self, table: str, node: str, row: Mapping[str, str], place: Position) -> ox.NamedNode | None:
        """The graph of a thing that is not there yet; it gets its type, and its document where nothing else has it."""
        kind = row.get("type") or _CLASSES.get(table, "")
        document = self._context.names.expand(row["describedIn"].split()[0]) if row.get("describedIn") else ""
        is_shared = table in ("indicators", "areas", "organisations") and not document
        graph = vocab.GRAPH_REFERENCE if is_shared else self._documents.get(document)
        if graph is None or not kind:
            fault = _CLASSLESS if graph else _HOMELESS
            self._findings.append(fault.finding(node=node, label=row["id"], position=place))
            return None
        self._put(node, graph, vocab.rdf_type.value, [pg(kind)])
        if not is_shared and not any(row.get(key) for key in _PLACING):
            self._put(node, graph, pg("isDescribedIn").value, [ox.NamedNode(document)])
        self._graphs[node] = graph
        return graph

    def _label(self, here: _Place, cell: str, language: str) -> None:
        predicate = vocab.skos("prefLabel").value
        now = {term for term in self._now[here.node, predicate] if getattr(term, "language", None) == language}
        stated = [term.value for term in now if isinstance(term, ox.Literal)]
        if cells.is_cut(cell, stated):
            name = f"label {language}"
            self._findings.append(_CUT.finding(node=here.node, position=here.position, column=name, value=_shown(cell)))
        elif cell and not any(cells.is_same(cell, each) for each in stated):
            self._put(here.node, here.graph, predicate, [ox.Literal(cell, language=language)], now)

    def _cell(self, here: _Place, key: str, column: Column, cell: str) -> None:
        predicate = self._long(self._keys[key]["@id"])
        words = [word for word in cell.split(_BETWEEN.get(column.type)) if word] if cell else []
        now = self._now[here.node, predicate]
        stated = [term.value for term in now if isinstance(term, ox.Literal)]
        if lost := next((word for word in (cell, *words) if cells.is_cut(word, stated)), None):
            fault = _CUT.finding(node=here.node, position=here.position, column=column.name, value=_shown(lost))
            self._findings.append(fault)
            return
        kind = self._kind(predicate)
        words = [cells.settled(word, kind, stated) for word in words]
        terms = [self._term(predicate, word) for word in words]
        for word, term in zip(words, terms, strict=True):
            if term is None:
                like = self._like(predicate)
                self._findings.append(
                    _CELL.finding(node=here.node, position=here.position, column=column.name, value=word, like=like)
                )
                return
        new = [term for term in terms if term is not None]
        if not _says_the_same(column, new, now):
            self._put(here.node, here.graph, predicate, new, now)

    def _kind(self, predicate: str) -> str:
        """The datatype that the first key of a property asks for."""
        definitions = (each for each in self._keys.values() if self._long(each["@id"]) == predicate)
        return str(next(definitions, {}).get("@type", ""))

    def _put(
        self, node: str, graph: ox.NamedNode, predicate: str, new: Iterable[Term], old: Iterable[Term] = ()
    ) -> None:
        """Says something new of a thing instead of what was stated of it."""
        subject, name = ox.NamedNode(node), ox.NamedNode(predicate)
        for term in list(old):
            self._stated.discard(ox.Quad(subject, name, term, graph))
            self._now[node, predicate].discard(term)
        for term in new:
            self._stated.add(ox.Quad(subject, name, term, graph))
            self._now[node, predicate].add(term)
        self._touched.add(graph)

    def _compared(self, base: str, name: str, cell: str, place: Position) -> None:
        """Tells a label of another thing that was changed here: it is not read."""
        language = name[-2:].lower()
        labels = self._now[self._context.names.expand(base) if base else "", vocab.skos("prefLabel").value]
        if labels and cell and ox.Literal(cell, language=language) not in labels:
            self._findings.append(_DERIVED.finding(position=place, column=name, value=cell))

    def _term(self, predicate: str, word: str) -> ox.NamedNode | ox.Literal | None:
        """The term that a cell means, by the first key of the property that takes it; None where none does."""
        for definition in self._keys.values():
            if self._long(definition["@id"]) != predicate:
                continue
            kind = str(definition.get("@type", ""))
            if kind in ("@id", "@vocab"):
                return self._named(definition, word)
            if not kind:
                return ox.Literal(word)
            if DATATYPES[kind].accepts(word):
                return ox.Literal(word, datatype=ox.NamedNode(self._long(kind)))
        return None

    def _named(self, definition: Mapping[str, object], word: str) -> ox.NamedNode | None:
        scoped = definition.get("@context", {})
        own = scoped if isinstance(scoped, dict) else {}
        usual = vocab.PREFIXES["pg"] if definition["@type"] == "@vocab" else ""
        space = own.get("@vocab") or own.get("@base") or usual
        if word in own:
            iri = str(own[word])
        elif "://" in word or ":" in word or not space:
            iri = self._context.names.expand(word)
        else:
            iri = f"{space}{word}"
        return ox.NamedNode(iri) if not re.search(r"[\s<>\"{}|\\^`]", iri) else None

    def _like(self, predicate: str) -> str:
        kinds = [str(d.get("@type", "")) for d in self._keys.values() if self._long(d["@id"]) == predicate]
        rendered = {
            "xsd:decimal": "12.5",
            "xsd:gYear": "2025",
            "xsd:integer": "12",
            "xsd:boolean": "true",
            "xsd:gYearMonth": "2022-09",
            "xsd:date": "2023-02-23",
            "pg:MonthInterval": "2022-01/2022-09",
            "pg:GB2260": "210100",
            "@id": "area:shenyang",
            "@vocab": "Task",
        }
        return ", ".join(dict.fromkeys(rendered[kind] for kind in kinds if kind in rendered))

    def _long(self, name: str) -> str:
        prefix, colon, rest = name.partition(":")
        return self._context.prefixes[prefix] + rest if colon and prefix in self._context.prefixes else name


def _says_the_same(column: Column, new: Sequence[Term], now: Iterable[Term]) -> bool:
    """Whether a cell says what is said: a column of one value shows one of several, and false where nothing is."""
    stated = set(map(_plain, now))
    if set(map(_plain, new)) == stated:
        return True
    if column.type in ("iris", "text") or len(new) != 1:
        return False
    return _plain(new[0]) in stated or (not stated and isinstance(new[0], ox.Literal) and new[0].value == "false")


#: Characters of a cell that a finding shows.
_MOST_SHOWN = 40


def _shown(cell: str) -> str:
    return cell if len(cell) <= _MOST_SHOWN else f"{cell[:_MOST_SHOWN]}…"


def _name(subject: Term) -> str:
    return subject.value if isinstance(subject, ox.NamedNode) else str(subject)


def _plain(term: Term) -> tuple[str, str]:
    """A term as cells can tell it apart: numbers by value, whatever their idle zeros and datatype."""
    if isinstance(term, ox.Literal):
        number = re.fullmatch(r"([+-]?)0*(\d+?)(?:\.(\d*?)0*)?", term.value, re.ASCII)
        return (
            "literal",
            "".join(part or "" for part in (number[1], number[2], f".{number[3]}" if number[3] else ""))
            if number
            else term.value,
        )
    return "iri", str(term)
