"""One page of an answer in, what a client gets out: plain JSON, SPARQL JSON, CSV or TSV, with labels beside IRIs.

SPARQL 1.1 Query Results JSON Format; SPARQL 1.1 Query Results CSV and TSV Formats; RFC 4180.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pyoxigraph as ox

from policygraph import vocab
from policygraph.queries import Term

from ..routes import COUNT, LABEL, NAMES, TEXT, WORDS, Schema, obj
from ..web.ask import Row

__all__ = ["SCHEMAS", "WRITERS", "Page"]

_XSD = vocab.PREFIXES["xsd"]
#: The byte order mark, by which Excel recognises UTF-8.
_MARK = "\ufeff"


@dataclass(frozen=True, slots=True)
class Page:
    """Some rows of an answer, and what is said of them: `about` goes before the rows of plain JSON.

    `labels` is IRI -> language -> label. `labelled` are the columns that get a column of labels, in `language`.
    """

    columns: Sequence[str]
    rows: Sequence[Row]
    labels: Mapping[str, Mapping[str, str]]
    about: Mapping[str, Any]
    labelled: Sequence[str] = ()
    language: str | None = None
    has_mark: bool = False


def _plain(page: Page) -> str:
    rows = [{name: _cell(page, row.get(name)) for name in page.columns} for row in page.rows]
    return json.dumps({**page.about, "columns": list(page.columns), "rows": rows}, ensure_ascii=False, indent=1) + "\n"


def _cell(page: Page, term: Term | None) -> Any:
    """A term as JSON: an IRI with its labels, a number, a truth value, else its words; None where it is unbound."""
    if isinstance(term, ox.NamedNode):
        labels = page.labels.get(term.value, {})
        return {"iri": term.value, "label": {key: labels.get(key) for key in _languages(page)}}
    if isinstance(term, ox.Literal) and term.datatype.value in _JSON:
        return _JSON[term.datatype.value](term.value)
    return _words(term) if term else None


def _languages(page: Page) -> Sequence[str]:
    return (page.language,) if page.language else ("zh", "en")


def _number(text: str) -> int | float:
    """A decimal as the nearest number that JSON readers have."""
    whole, _, fraction = text.partition(".")
    return float(text) if fraction.strip("0") else int(whole)


#: Datatype -> what makes JSON of its words; all else stays words.
_JSON: Mapping[str, Callable[[str], Any]] = {
    _XSD + "integer": int,
    _XSD + "decimal": _number,
    _XSD + "boolean": lambda text: text in ("true", "1"),
}


def _sparql_json(page: Page) -> str:
    names = _names(page)
    bindings = [
        {name: _binding(term) for name, term in zip(names, _terms(page, row), strict=True) if term} for row in page.rows
    ]
    return json.dumps({"head": {"vars": names}, "results": {"bindings": bindings}}, ensure_ascii=False) + "\n"


def _binding(term: Term) -> dict[str, str]:
    if not isinstance(term, ox.Literal):
        return {"type": "uri" if isinstance(term, ox.NamedNode) else "bnode", "value": term.value}
    binding = {"type": "literal", "value": term.value}
    if term.language:
        binding["xml:lang"] = term.language
    elif term.datatype.value != _XSD + "string":
        binding["datatype"] = term.datatype.value
    return binding


def _csv(page: Page) -> str:
    output = io.StringIO()
    writer = csv.writer(output, lineterminator="\r\n")
    writer.writerow(_names(page))
    writer.writerows([_words(term) for term in _terms(page, row)] for row in page.rows)
    return _MARK * page.has_mark + output.getvalue()


def _words(term: Term | None) -> str:
    if term is None:
        return ""
    return str(term) if isinstance(term, ox.BlankNode) else term.value


def _tsv(page: Page) -> str:
    lines = ["\t".join(f"?{name}" for name in _names(page))]
    lines += ["\t".join(_encoded(term) for term in _terms(page, row)) for row in page.rows]
    return "".join(f"{line}\n" for line in lines)


def _encoded(term: Term | None) -> str:
    """A term as Turtle writes it, tabs and line ends escaped."""
    return str(term) if term else ""


def _names(page: Page) -> list[str]:
    """The columns, a column of labels behind the one that it names."""
    return [each for name in page.columns for each in (name, f"{name}_label")[: 1 + (name in page.labelled)]]


def _terms(page: Page, row: Row) -> list[Term | None]:
    """The row, column by column, with the labels of its IRIs."""
    cells: list[Term | None] = []
    for name in page.columns:
        term = row.get(name)
        cells.append(term)
        if name in page.labelled:
            label = page.labels.get(term.value, {}).get(page.language or "") if isinstance(term, ox.NamedNode) else None
            cells.append(ox.Literal(label, language=page.language) if label else None)
    return cells


#: Format of formats.ANSWERS -> what writes a page in it.
WRITERS: Mapping[str, Callable[[Page], str]] = {
    "json": _plain,
    "srj": _sparql_json,
    "csv": _csv,
    "tsv": _tsv,
}

_NAMED = obj({"iri": TEXT, "label": {"type": "object", "properties": {"zh": LABEL, "en": LABEL}}})
_ROW = {
    "type": "object",
    "additionalProperties": {"anyOf": [_NAMED, {"type": ["string", "number", "boolean", "null"]}]},
}
#: Format -> the JSON Schema of a page of an answer in it; pages in other formats are text.
SCHEMAS = {
    "json": Schema(
        "Answer",
        obj(
            {
                "query": TEXT,
                "question": WORDS,
                "parameters": {"type": "object", "additionalProperties": NAMES},
                "snapshot": TEXT,
                "total": COUNT,
                "limit": COUNT,
                "offset": COUNT,
                "next": LABEL,
                "columns": NAMES,
                "rows": {"type": "array", "items": _ROW},
            },
            optional=("question",),
        ),
    ),
    "srj": Schema(
        "Results",
        obj(
            {
                "head": {"type": "object", "properties": {"vars": NAMES}},
                "results": {
                    "type": "object",
                    "properties": {"bindings": {"type": "array", "items": {"type": "object"}}},
                },
            }
        ),
    ),
}
