"""The tables of the base layer in (CSV below `data/base/`), entries in the keys of records out, with their rows.

Every project stands on the base layer: areas, functional zones, core indicators, kinds of bodies, words and units. Of
its areas and indicators only those become part of a graph that its records refer to, with what lies above them
(`Tables.with_above`); names are looked up in all of them. A table that is not there is empty.
"""

from __future__ import annotations

import csv
import hashlib
import io
import re
from collections.abc import Callable, Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from operator import itemgetter
from pathlib import Path
from typing import Any

import pyoxigraph as ox

from policygraph import vocab
from policygraph.findings import Fault, Finding, Position
from policygraph.messages import message

__all__ = ["AREA_CLASSES", "TABLES", "Entry", "Row", "Tables"]

#: Table -> the columns that every row must fill.
TABLES: Mapping[str, tuple[str, ...]] = {
    "areas": ("id", "level", "zh", "en"),
    "zones": ("id", "class", "zh", "en"),
    "indicators": ("id", "zh", "en", "dimension"),
    "bodies": ("id", "zh", "en"),
    "lexicon": ("zh", "en"),
    "tiles": ("id", "code", "within", "column", "row", "zh", "en"),
}
_DIMENSION = f"{vocab.CONCEPT}dimension/"
_LABEL = f"{vocab.PREFIXES['skos']}prefLabel"
#: Level of an area in the table -> its class.
AREA_CLASSES = {"country": "Country", "province": "Province", "prefecture": "City", "county": "District"}

_ROW_TWICE = Fault(
    "base_row_twice",
    message("“{id}” stands in the table already, at line {first}."),
    message("Take one of the two rows out, or give it another id."),
)
_ROW_UNUSABLE = Fault(
    "base_row_incomplete",
    message("the row “{id}” has no {column}."),
    message("Fill the cell in."),
)
_NO_COLUMN = Fault(
    "base_row_incomplete",
    message("the table has no column “{column}”."),
    message("Name it in the first line."),
)
_NOT_A_TABLE = Fault(
    "base_table_unreadable",
    message("cannot be read as a table: {reason}."),
    message("Write it as CSV (RFC 4180) in UTF-8."),
)


class Row:
    """One row of a table: its cells by column, and where it stands.

    `places` has the place of each column in the line. There are thousands of rows, and a project looks at few of them.
    """

    __slots__ = ("_file", "_line", "_number", "_places")

    def __init__(self, places: Mapping[str, int], line: Sequence[str], file: str, number: int) -> None:
        self._places = places
        self._line = line
        self._file = file
        self._number = number

    @property
    def cells(self) -> dict[str, str]:
        """Column -> cell, without columns that the line does not come to."""
        return {column: self._line[place] for column, place in self._places.items() if place < len(self._line)}

    @property
    def position(self) -> Position:
        """Where it stands."""
        return Position(self._file, self._number)

    def __getitem__(self, column: str) -> str:
        """The cell of a column, empty where the table has no such column."""
        place = self._places.get(column, len(self._line))
        return self._line[place] if place < len(self._line) else ""

    def words(self, column: str) -> list[str]:
        """The words of a cell of several, which stand between bars."""
        return [word for word in self[column].split("|") if word]


@dataclass(frozen=True, slots=True)
class Entry:
    """A thing of the base layer in the keys of a record, where it stands, and the short names of what lies above it."""

    value: Mapping[str, Any]
    position: Position
    above: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        """Its short name, `area:sichuan`."""
        return str(self.value["id"])

    @property
    def code(self) -> str:
        """Its code in GB/T 2260, empty where it has none."""
        return str(self.value.get("gbCode", ""))


class _Entries(Mapping[str, Entry]):
    """Name -> entry, which is made when it is first asked for: a project needs few of them.

    `places` has for each name the lines that it is in, and which of them it is; `former` those of the same place that
    an area is the successor of.
    """

    def __init__(self, places: Mapping[str, tuple[_Lines, int]], former: Mapping[str, Sequence[int]]) -> None:
        self._made: dict[str, Entry] = {}
        self._places = places
        self._former = former

    def __getitem__(self, name: str) -> Entry:
        entry = self._made.get(name)
        if entry is None:
            lines, place = self._places[name]
            row = lines.row(place)
            former = self._former.get(name)
            entry = _area(row, map(lines.row, former)) if former else _ENTRIES[lines.table](row)
            self._made[name] = entry
        return entry

    def __contains__(self, name: object) -> bool:
        return name in self._places

    def __iter__(self) -> Iterator[str]:
        return iter(self._places)

    def __len__(self) -> int:
        return len(self._places)


class _ByCode(Mapping[str, Entry]):
    """Code -> entry, by the names of entries."""

    def __init__(self, entries: Mapping[str, Entry], names: Mapping[str, str]) -> None:
        self._entries = entries
        self._names = names

    def __getitem__(self, code: str) -> Entry:
        return self._entries[self._names[code]]

    def __iter__(self) -> Iterator[str]:
        return iter(self._names)

    def __len__(self) -> int:
        return len(self._names)


@dataclass
class Tables:
    """The tables of one folder, each read when it is first asked for; positions name files below `root`."""

    folder: Path
    root: Path
    #: table -> its lines, and the faults of others
    _tables: dict[str, tuple[_Lines, list[Finding]]] = field(default_factory=dict, init=False, repr=False)
    _rows: dict[str, list[Row]] = field(default_factory=dict, init=False, repr=False)
    #: file -> what stood in it when it was first asked for, nothing where it is not there
    _contents: dict[Path, bytes | None] = field(default_factory=dict, init=False, repr=False)

    def rows(self, table: str) -> list[Row]:
        """The rows of a table of TABLES, each id once; faults of other rows are among `findings`."""
        if table not in self._rows:
            lines, _ = self._table(table)
            self._rows[table] = list(map(lines.row, range(len(lines.numbered))))
        return self._rows[table]

    @property
    def findings(self) -> list[Finding]:
        """The faults of all tables of TABLES, in their order; those that are not read yet are read for it."""
        return [finding for table in TABLES for finding in self._table(table)[1]]

    def _table(self, table: str) -> tuple[_Lines, list[Finding]]:
        if table not in self._tables:
            findings: list[Finding] = []
            self._tables[table] = self._read(table, TABLES[table], findings), findings
        return self._tables[table]

    @cached_property
    def digest(self) -> bytes:
        """The hash of all that is read: the same for the same tables."""
        digest = hashlib.sha256()
        for path in (*(self.folder / f"{table}.csv" for table in TABLES), self._units, self._concepts):
            content = self._content(path) or b""
            digest.update(f"{path.name} {len(content)}\n".encode())
            digest.update(content)
        return digest.digest()

    def _content(self, path: Path) -> bytes | None:
        if path not in self._contents:
            self._contents[path] = path.read_bytes() if path.is_file() else None
        return self._contents[path]

    @property
    def _units(self) -> Path:
        return self.folder / "units.yaml"

    @property
    def _concepts(self) -> Path:
        return self.root / "ontology" / "concepts.ttl"

    @cached_property
    def entries(self) -> Mapping[str, Entry]:
        """Short name -> area, zone or indicator."""
        places = {
            f"{_KINDS[table]}:{name}": (lines, place)
            for table in _ENTRIES
            for lines in (self._table(table)[0],)
            for place, name in enumerate(lines.column("id"))
        }
        return _Entries(places, self._former)

    @property
    def _former(self) -> dict[str, list[int]]:
        """Areas that are the successors of others of the same place, whose names and years are theirs too."""
        areas = self._table("areas")[0]
        names, parents, labels = map(areas.column, ("id", "parent", "zh"))
        place_of = {name: place for place, name in enumerate(names)}
        former: dict[str, list[int]] = {}
        for place, name in enumerate(areas.column("successor")):
            later = place_of.get(name)
            if later is not None and parents[place] == parents[later] and _stem(labels[place]) == _stem(labels[later]):
                former.setdefault(f"area:{name}", []).append(place)
        return former

    @cached_property
    def by_code(self) -> Mapping[str, Entry]:
        """Code of GB/T 2260 -> area; a code that was reassigned means the area that has it now."""
        areas = self._table("areas")[0]
        named = zip(*map(areas.column, ("until", "code", "level", "id")), strict=True)
        coded = [(until, code, name) for until, code, level, name in named if code and level != "country"]
        # the areas that are no more come first, so that the last of a code is the one that has it
        names = {code: f"area:{name}" for _, code, name in sorted(coded, key=lambda each: not each[0])}
        return _ByCode(self.entries, names)

    @cached_property
    def codes(self) -> dict[str, str]:
        """Short name of an area -> its code."""
        return {name: entry.code for name, entry in self.entries.items() if entry.code}

    @cached_property
    def names(self) -> frozenset[str]:
        """The short names of all entries, and of the units."""
        return frozenset([*self.entries, *self.units])

    @cached_property
    def units(self) -> dict[str, str]:
        """Short name of a unit -> the dimension of what is measured in it, empty where the file does not say."""
        blocks = re.split(r"(?m)^- id: ", (self._content(self._units) or b"").decode())[1:]
        dimensions = ((block.split()[0], re.search(r"(?m)^  dimension: (\S+)", block)) for block in blocks)
        return {name: match[1] if match else "" for name, match in dimensions}

    @cached_property
    def dimensions(self) -> dict[str, dict[str, str]]:
        """Dimension -> its label by language, as `ontology/concepts.ttl` has it; empty where there is no ontology."""
        labels: dict[str, dict[str, str]] = {}
        for triple in ox.parse(self._content(self._concepts) or b"", format=ox.RdfFormat.TURTLE):
            if triple.predicate.value == _LABEL and triple.subject.value.startswith(_DIMENSION):
                name = triple.subject.value.removeprefix(_DIMENSION)
                labels.setdefault(name, {})[triple.object.language] = triple.object.value
        return labels

    def with_above(self, names: Iterable[str], without: Container[str] = ()) -> list[Entry]:
        """The entries of short names, with all that lies above them, by name.

        Names that no table has are left out, and so are those of `without`, with what lies above only them.
        """
        chosen: dict[str, Entry] = {}
        waiting = list(names)
        while waiting:
            name = waiting.pop()
            entry = self.entries.get(name)
            if entry and name not in chosen and name not in without:
                chosen[name] = entry
                waiting += entry.above
        return [chosen[name] for name in sorted(chosen)]

    def _read(self, table: str, needed: tuple[str, ...], findings: list[Finding]) -> _Lines:
        path = self.folder / f"{table}.csv"
        file = path.relative_to(self.root).as_posix() if path.is_relative_to(self.root) else path.name
        content = self._content(path)
        if content is None:
            return _Lines(table, {}, [], file)
        try:
            lines = csv.reader(io.StringIO(content.decode("utf-8-sig"), newline=""), strict=True)
            numbered = [(lines.line_num, line) for line in lines]
        except (UnicodeDecodeError, csv.Error) as error:
            findings.append(_NOT_A_TABLE.finding(position=Position(file, 1), reason=error))
            return _Lines(table, {}, [], file)
        columns = numbered[0][1] if numbered else []
        missing = [column for column in needed if column not in columns]
        for column in missing:
            findings.append(_NO_COLUMN.finding(position=Position(file, 1), column=column))
        places = {column: place for place, column in enumerate(columns)}
        whole = _Lines(table, places, [] if missing else numbered[1:], file)
        return whole if missing or whole.are_sound(needed) else whole.sound(needed, findings)


@dataclass(frozen=True, slots=True)
class _Lines:
    """The lines of a table below its head with their numbers, and the place of each column in them."""

    table: str
    places: Mapping[str, int]
    numbered: list[tuple[int, list[str]]]
    file: str

    def row(self, place: int) -> Row:
        """One of the lines as a row."""
        number, line = self.numbered[place]
        return Row(self.places, line, self.file, number)

    def column(self, name: str) -> list[str]:
        """The cells of a column, empty where a line does not come to it or the table has none."""
        place = self.places.get(name, -1)
        if place < 0:
            return [""] * len(self.numbered)
        return [line[place] if place < len(line) else "" for _, line in self.numbered]

    def are_sound(self, needed: tuple[str, ...]) -> bool:
        """Whether all fill the columns that are needed, with no id twice: thousands are looked at together."""
        lines = [line for _, line in self.numbered]
        try:
            if not all(map(all, map(itemgetter(*map(self.places.__getitem__, needed)), lines))):
                return False
        except IndexError:
            return False
        return "id" not in needed or len(set(map(itemgetter(self.places["id"]), lines))) == len(lines)

    def sound(self, needed: tuple[str, ...], findings: list[Finding]) -> _Lines:
        """Those that fill the columns that are needed, each id once; the faults of the others are added to findings."""
        first: dict[str, int] = {}
        kept: list[tuple[int, list[str]]] = []
        for place, (number, line) in enumerate(self.numbered):
            row = self.row(place)
            key = row["id"] or row["zh"]
            empty = next((column for column in needed if not row[column]), None)
            if empty:
                findings.append(_ROW_UNUSABLE.finding(position=row.position, id=key, column=empty))
            elif "id" in needed and key in first:
                findings.append(_ROW_TWICE.finding(position=row.position, id=key, first=first[key]))
            else:
                first[key] = number
                kept.append((number, line))
        return replace(self, numbered=kept)


def _stem(name: str) -> str:
    """The name of an area without its class word: 沈阳 of 沈阳市."""
    return name[:-1] if len(name) > 2 and name[-1] in "省市县区旗" else name


def _labels(row: Row, *columns: str, more: Iterable[str] = ()) -> dict[str, Any]:
    others = dict.fromkeys([*(word for column in columns for word in row.words(column)), *more])
    others.pop(row["zh"], None)
    return {
        "label": {"zh": row["zh"], "en": row["en"]},
        **({"altLabel": {"zh": list(others)}} if others else {}),
    }


def _area(row: Row, former: Iterable[Row] = ()) -> Entry:
    kind = AREA_CLASSES.get(row["level"], "AdministrativeArea")
    former = list(former)
    names = [each["zh"] for each in former]
    value: dict[str, Any] = {
        "id": f"area:{row['id']}",
        "type": kind,
        **_labels(row, "short", "abbreviation", "alternatives", more=names),
    }
    notes = [(f"{row['until']} 年撤销。", f"Abolished in {row['until']}.")] if row["until"] else []
    for each in former:
        code = f"，代码 {each['code']}" if each["code"] != row["code"] else ""
        code_en = f", code {each['code']}" if each["code"] != row["code"] else ""
        notes.append((f"{each['until']} 年前为{each['zh']}{code}。", f"{each['en']} until {each['until']}{code_en}."))
    if notes:
        value["note"] = {"zh": "".join(zh for zh, _ in notes), "en": " ".join(en for _, en in notes)}
    above = (f"area:{row['parent']}",) if row["parent"] else ()
    if above and kind != "Country":
        value["subdivisionOf"] = above[0]
    if row["code"] and kind != "Country":  # the code of the whole country is one of the table's own
        value["gbCode"] = row["code"]
    return Entry(value, row.position, above)


def _zone(row: Row) -> Entry:
    above = tuple(f"area:{name}" for name in row.words("located_in"))
    value: dict[str, Any] = {"id": f"area:{row['id']}", "type": row["class"], **_labels(row, "short")}
    if above:
        value["locatedIn"] = list(above)
    return Entry(value, row.position, above)


def _indicator(row: Row) -> Entry:
    value: dict[str, Any] = {
        "id": f"indicator:{row['id']}",
        "type": "Indicator",
        **_labels(row, "forms"),
        "dimension": row["dimension"],
        **({"theme": row["theme"]} if row["theme"] else {}),
        **({"relatedMatch": [f"sdg:{goal}" for goal in row.words("sdg")]} if row["sdg"] else {}),
    }
    return Entry(value, row.position)


#: Table -> what makes an entry of its rows; kinds of bodies and words are for look-up only.
_ENTRIES: Mapping[str, Callable[[Row], Entry]] = {"areas": _area, "zones": _zone, "indicators": _indicator}
#: Table -> the prefix of its ids.
_KINDS = {"areas": "area", "zones": "area", "indicators": "indicator"}
