"""An answer in, a table for people out: in one language, labels with links in place of IRIs, and no types.

A query calls the labels of `area` `areaZh` and `areaEn`, and those of the thing that a row is about `zh` and `en`:
the one whose label the query reads into `?zh`, else the last one without labels before them.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

import pyoxigraph as ox

from policygraph import vocab
from policygraph.formats.tables import PRINTED
from policygraph.quantity.english import english
from policygraph.queries import Term

from ..web.ask import Row, solutions
from ..web.names import shorten
from .labels import Names

__all__ = [
    "VARIABLE",
    "Answer",
    "AnswerTable",
    "Cell",
    "answer_table",
    "cell_of",
    "named_cell",
    "number_cell",
    "text_cell",
    "truth_cell",
    "unlabelled",
    "without_printed",
]

#: A variable of a query's text.
VARIABLE = re.compile(r"[?$](\w+)")

_XSD = vocab.PREFIXES["xsd"]
#: Datatype -> the type of a cell: integer, decimal, year, boolean; all else is text.
_TYPES = {
    _XSD + name: kind
    for name, kind in (
        ("integer", "integer"),
        ("nonNegativeInteger", "integer"),
        ("int", "integer"),
        ("long", "integer"),
        ("decimal", "decimal"),
        ("double", "decimal"),
        ("gYear", "year"),
        ("boolean", "boolean"),
    )
}
#: Words as they are printed have no language tag.
_CHINESE = re.compile(r"[\u4e00-\u9fff]")
_OTHER = {"zh": "en", "en": "zh"}
#: The subject of a pattern that reads a label into ?zh, and / where it is that of a thing at the end of a path; what
#: stands in brackets is no part of a pattern.
_ABOUT = re.compile(r"(?:^|[.{])\s*\?(\w+)\s[^.{}()]*?(/?)skos:prefLabel \?zh\b", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Cell:
    """A value: its words, or the digits of a number, its type, the language of its words, and the thing it names."""

    text: str
    type: str = "text"
    language: str = ""
    iri: str = ""


@dataclass(frozen=True, slots=True)
class AnswerTable:
    """Columns by the variable they come from, and rows with None where there is nothing."""

    columns: Sequence[str]
    rows: Sequence[Sequence[Cell | None]]

    def type(self, place: int) -> str:
        """The type of a column: that of its cells where they agree, else text."""
        kinds = {row[place].type for row in self.rows if row[place]}  # type: ignore[union-attr]
        return kinds.pop() if len(kinds) == 1 else "decimal" if kinds == {"integer", "decimal"} else "text"


@dataclass(frozen=True, slots=True)
class _Column:
    """A column as it is made: the variable of the thing or value, and those of its labels by language."""

    name: str
    variable: str
    labels: Mapping[str, str]


class Answer:
    """An answer in SPARQL's TSV, of which a part is shown at once: only what is shown is read term by term.

    Rows that read alike in the language are one; columns that are empty, or `fixed`, fall away. `text` is that of the
    query.
    """

    def __init__(self, content: bytes, language: str, fixed: Sequence[str] = (), *, text: str) -> None:
        self._head, *lines = content.split(b"\n")[:-1]
        self._language = language
        names = [name.removeprefix("?") for name in self._head.decode().split("\t")]
        rows = [line.split(b"\t") for line in lines]
        columns = [column for column in _columns_of(names, rows, text) if column.variable not in fixed]
        places = [_places(column, names, language) for column in columns]
        unique: dict[tuple[bytes, ...], bytes] = {}
        for row, line in zip(rows, lines, strict=True):
            unique.setdefault(tuple(_shown(row, *place) for place in places), line)
        used = [any(key[place] for key in unique) for place in range(len(columns))]
        self._columns = [column for column, is_used in zip(columns, used, strict=True) if is_used or not rows]
        self._lines = list(unique.values())

    def __len__(self) -> int:
        return len(self._lines)

    def table(self, named: Callable[[set[str]], Names], start: int = 0, count: int | None = None) -> AnswerTable:
        """The table of so many rows from one on; `named` gives the labels of things that the answer has none of."""
        lines = self._lines[start : None if count is None else start + count]
        rows = solutions(b"\n".join([self._head, *lines, b""]), ox.QueryResultsFormat.TSV)
        names = named(_unlabelled(self._columns, rows))
        cells = [[_cell(row, column, names, self._language) for column in self._columns] for row in rows]
        return _with_english([column.name for column in self._columns], cells, self._language)


def _columns_of(names: Sequence[str], rows: Sequence[Sequence[bytes]], text: str) -> list[_Column]:
    """The columns of an answer that have a value in some row, in the order of the query's text."""
    filled, things = _filled(dict(zip(names, zip(*rows, strict=True), strict=True))) if rows else _declared(names)
    return _columns([name for name in dict.fromkeys(VARIABLE.findall(text)) if name in filled], things, text)


def _filled(values: Mapping[str, Sequence[bytes]]) -> tuple[set[str], set[str]]:
    """The variables that have a value anywhere, and those that have a thing."""
    filled = {name for name, cells in values.items() if any(cells)}
    return filled, {name for name in filled if any(cell[:1] in (b"<", b"_") for cell in values[name])}


def _declared(names: Sequence[str]) -> tuple[set[str], set[str]]:
    """The same of an empty answer, which keeps its columns: what has labels is a thing."""
    return set(names), {name for name in names if f"{name}Zh" in names}


def _places(column: _Column, names: Sequence[str], language: str) -> tuple[int, Sequence[int]]:
    """Where the term of a column stands in a row, and where its labels do, the first choice first."""
    spoken = dict.fromkeys((language, _OTHER.get(language, "en"), "zh"))
    labels = [column.labels[each] for each in spoken if each in column.labels]
    at = {name: place for place, name in enumerate(names)}
    return at.get(column.variable, -1), [at[name] for name in labels if name in at]


def _shown(row: Sequence[bytes], place: int, labels: Sequence[int]) -> bytes:
    """What of a row a cell shows, as it stands in the answer: its label and the IRI, or the term by itself."""
    term = row[place] if place >= 0 else b""
    label = next((row[at] for at in labels if row[at]), b"")
    return label + term if label and term[:1] == b"<" else label or (b"" if term[:1] == b"_" else term)


def unlabelled(variables: Sequence[str], solutions: Sequence[Row], text: str = "") -> set[str]:
    """The IRIs of an answer that it has no label for; `text` is that of the query."""
    return _unlabelled(_columns(variables, _things(variables, solutions), text), solutions)


def _unlabelled(columns: Sequence[_Column], solutions: Sequence[Row]) -> set[str]:
    plain = [column.variable for column in columns if not column.labels]
    return {
        term.value for row in solutions for name in plain if isinstance(term := row.get(name), ox.NamedNode)
    }  # fmt: skip


def _things(variables: Sequence[str], solutions: Sequence[Row]) -> set[str]:
    """The variables that have things for values."""
    return {name for name in variables for row in solutions if isinstance(row.get(name), (ox.NamedNode, ox.BlankNode))}


def answer_table(
    variables: Sequence[str],
    solutions: Sequence[Row],
    names: Names,
    language: str,
    fixed: Sequence[str] = (),
    *,
    text: str = "",
) -> AnswerTable:
    """The table of an answer in a language; `fixed` are parameters with a value, which are no news in every row.

    `text` is that of the query, by which it is known whose labels `zh` and `en` are.
    """
    things = _things(variables, solutions)
    columns = [column for column in _columns(variables, things, text) if column.variable not in fixed]
    rows = [[_cell(row, column, names, language) for column in columns] for row in solutions]
    used = [place for place in range(len(columns)) if not rows or any(row[place] for row in rows)]
    unique = list(dict.fromkeys(tuple(row[place] for place in used) for row in rows))
    return _with_english([columns[place].name for place in used], unique, language)


def _with_english(columns: Sequence[str], rows: Sequence[Sequence[Cell | None]], language: str) -> AnswerTable:
    """The table; for readers of English with a column of the English of values as printed, behind each such column."""
    at = [place for place, name in enumerate(columns) if language == "en" and PRINTED.search(name)]
    meanings = {place: [_in_english(row[place]) for row in rows] for place in at}
    behind = [place for place in at if any(meanings[place])]
    if not behind:
        return AnswerTable(columns, rows)
    heads = [name for place, one in enumerate(columns) for name in (one, *([f"{one}En"] if place in behind else ()))]
    cells = [
        [
            each
            for place, one in enumerate(row)
            for each in (one, *([meanings[place][number]] if place in behind else ()))
        ]
        for number, row in enumerate(rows)
    ]
    return AnswerTable(heads, cells)


def without_printed(table: AnswerTable) -> AnswerTable:
    """The table for readers of English without the columns of words that stand there as the texts print them.

    A label that nobody has translated stays, in a column of English labels.
    """
    columns = list(zip(*table.rows, strict=True)) if table.rows else [() for _ in table.columns]
    kept = [place for place, cells in enumerate(columns) if not _is_printed(cells)]
    return AnswerTable([table.columns[at] for at in kept], [[row[at] for at in kept] for row in table.rows])


def _is_printed(cells: Sequence[Cell | None]) -> bool:
    """Whether cells hold Chinese, and neither English nor things."""
    filled = [cell for cell in cells if cell]
    is_labelled = any(cell.iri or cell.language == "en" for cell in filled)
    return not is_labelled and any(_CHINESE.search(cell.text) for cell in filled)


def _in_english(cell: Cell | None) -> Cell | None:
    """The English of a value as printed; None where there is none, or nothing is printed in Chinese."""
    words = english(cell.text) if cell and _CHINESE.search(cell.text) else ""
    return Cell(words, language="en") if words else None


def _columns(variables: Sequence[str], things: set[str], text: str) -> list[_Column]:
    labels: dict[str, dict[str, str]] = {}
    own: list[str] = []
    for at, name in enumerate(variables):
        stem, language = _stem(name)
        if language:
            thing = stem or _about(text, variables, at, things)
            labels.setdefault(thing, {})[language] = name
            if thing in own or stem in variables:
                continue
            own.append(thing)
        elif name not in own:
            own.append(name)
    return [_Column(name or "label", name, labels.get(name, {})) for name in own]


def _about(text: str, variables: Sequence[str], at: int, things: set[str]) -> str:
    """The variable of the thing that `zh` and `en`, the variables at a place, label; empty where none is selected."""
    subjects = {"" if path else subject for subject, path in _ABOUT.findall(text)}
    if len(subjects) == 1:
        return next(iter(subjects & things), "")
    bare = [each for each in variables[:at] if each in things and not _labels_of(each, variables)]
    return bare[-1] if bare else ""


def _stem(name: str) -> tuple[str, str]:
    """What a variable labels, and in which language: `areaZh` is `area` in zh, `zh` whatever the row is about."""
    for language in ("zh", "en"):
        if name == language:
            return "", language
        if name.endswith(language.title()) and len(name) > len(language):
            return name.removesuffix(language.title()), language
    return name, ""


def _labels_of(name: str, variables: Sequence[str]) -> bool:
    return f"{name}Zh" in variables or f"{name}En" in variables


def _cell(row: Row, column: _Column, names: Names, language: str) -> Cell | None:
    term: Term | None = row.get(column.variable)
    iri = term.value if isinstance(term, ox.NamedNode) else ""
    for spoken in dict.fromkeys((language, _OTHER.get(language, "en"), "zh")):
        label = row.get(column.labels.get(spoken, ""))
        if label is not None:
            return Cell(label.value, "text", spoken, iri)
    return None if term is None else cell_of(term, names, language)


def cell_of(term: Term, names: Names, language: str) -> Cell | None:
    """The cell of a term by itself; None for a blank node."""
    if isinstance(term, ox.BlankNode):
        return None
    if isinstance(term, ox.NamedNode):
        text, spoken = names.label_with_language(term.value, language)
        return Cell(text, "text", spoken, term.value)
    spoken = term.language or ("zh" if _CHINESE.search(term.value) else "")
    return Cell(term.value, _TYPES.get(term.datatype.value, "text"), spoken)


def named_cell(thing: tuple[str, str]) -> Cell | None:
    """The cell of an IRI and its label, which may be empty; None where there is no thing."""
    iri, label = thing
    return Cell(label or shorten(iri), iri=iri) if iri else None


def number_cell(amount: float | None) -> Cell | None:
    """The cell of a number, its digits without an exponent."""
    return None if amount is None else Cell(f"{Decimal(str(amount)).normalize():f}", "decimal")


def text_cell(text: str) -> Cell | None:
    """The cell of a text; None for an empty one."""
    return Cell(text) if text else None


def truth_cell(*, is_true: bool) -> Cell:
    """The cell of a truth value."""
    return Cell("true" if is_true else "false", "boolean")
