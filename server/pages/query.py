"""The query page: a question of the catalogue, or a query of the reader's, in; an editor, and an answer, out.

The page stands without scripts: `show` has the server ask and write the answer into it. With scripts the same query is
sent to `/sparql` by the page itself. Values of a question's parameters are written into its text here, as terms.
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pyoxigraph as ox
from flask import Blueprint, Response, request, url_for
from flask_babel import gettext

from policygraph.queries import Query, Value, with_values

from ..api.parameters import LABELS_AT_ONCE, read
from ..formats import GRAPHS, TABLES, Formats, family
from ..graph.catalogue import catalogue, competency_query
from ..graph.labels import in_rows, names
from ..service import service
from ..sparql.jobs import admitted, job_of
from ..web import preferences
from ..web.ask import Row, run, solutions
from ..web.names import shorten
from ..web.protocol import plain
from ..web.request import RequestContext, request_context
from ..web.urls import root
from . import page

__all__ = ["blueprint"]

blueprint = Blueprint("query", __name__)

#: Rows that the server writes into the page, and how large an answer it reads for that; downloads have all.
_SHOWN, _ROWS, _BYTES = 200, 10_000, 8 * 1024 * 1024
#: Formats of downloads: those that people open, what they are called, and how their files end.
_DOWNLOADS = {
    "table": {"csv": ("CSV", "csv"), "tsv": ("TSV", "tsv"), "json": ("JSON", "json"), "xml": ("XML", "srx")},
    "graph": {
        "turtle": ("Turtle", "ttl"),
        "ntriples": ("N-Triples", "nt"),
        "jsonld": ("JSON-LD", "jsonld"),
        "rdfxml": ("RDF/XML", "rdf"),
    },
}


@dataclass(frozen=True, slots=True)
class Result:
    """What a query answers: rows of columns, or yes or no, or triples as Turtle."""

    columns: Sequence[str]
    rows: Sequence[Row]
    total: int
    is_true: bool | None = None
    turtle: str | None = None


@blueprint.get("/query")
def query() -> Response:
    """The page; `example` is a question of the catalogue, `query` a text, `show` asks for the answer in the page."""
    with request_context(service()) as context:
        name, query_text = request.args.get("example"), request.args.get("query")
        example = competency_query(context, name) if name else None
        values = _values(example) if example else {}
        text = _text(context, example, values) if query_text is None else query_text.replace("\r\n", "\n")
        is_shown = bool(request.args.get("show")) and bool(text.strip())
        is_volatile = is_shown and context.service.check(text).is_volatile

        def ask() -> Mapping[str, Any]:
            result = _result(context, text) if is_shown else None
            return {
                "catalogue": catalogue(context),
                "values": {key: [_typed(term) for term in terms] for key, terms in values.items()},
                "names": names(context, [*_iris(values), *(in_rows(result.rows) if result else ())]),
                "result": result,
                "data": _data(context, example, text),
            }

        return page(
            context,
            "query.html",
            ask,
            also=os.urandom(8).hex() if is_volatile else "",
            example=example,
            text=text,
            downloads=_DOWNLOADS,
        )


def _values(example: Query) -> Mapping[str, Sequence[Value]]:
    """The values of its parameters: of the address, else its defaults. Raises RequestError for one of another type."""
    own = {each.name for each in example.parameters}
    return read(example, [pair for pair in request.args.items(multi=True) if pair[0] in own]).values


def _text(context: RequestContext, example: Query | None, values: Mapping[str, Sequence[Value]]) -> str:
    """A question's text with its values in it, and of its header what a reader needs; else something to start with."""
    chosen = example or context.service.questions["first-query"]
    body = "\n".join(line for line in with_values(chosen, values).splitlines() if not line.startswith("#+"))
    if example is None:
        return body
    header = {key: example.header_text(key, preferences.language()) for key in ("question", "chart")}
    return "".join(f"#+ {key}: {words}\n" for key, words in header.items() if words) + body


def _typed(term: Value) -> str:
    """A value as people type it."""
    return shorten(term.value) if isinstance(term, ox.NamedNode) else term.value


def _iris(values: Mapping[str, Sequence[Value]]) -> list[str]:
    return [term.value for terms in values.values() for term in terms if isinstance(term, ox.NamedNode)]


def _result(context: RequestContext, text: str) -> Result:
    """What the page shows of an answer. Raises RequestError where there is none."""
    operation = plain(text, context.service.settings)
    checked = admitted(context, operation)
    is_table = family(checked.form) is TABLES
    job = job_of(context, operation, checked, "json" if is_table else "turtle")
    body, metadata = run(context, {**job, "rows": _ROWS, "bytes": _BYTES})
    if not is_table:
        return Result([], [], metadata["rows"], turtle=body.decode())
    content = json.loads(body)
    if "boolean" in content:
        return Result([], [], 1, is_true=content["boolean"])
    visible = solutions(body, TABLES["json"].engine)[:_SHOWN]
    return Result(content["head"]["vars"], visible, metadata["rows"])


def _data(context: RequestContext, example: Query | None, text: str) -> Mapping[str, Any]:
    """What the page says to its script: addresses, the query as it was served, formats, and words."""
    forms: Formats = {**TABLES, **GRAPHS}
    return {
        "text": text,
        "example": example.name if example else None,
        "snapshot": context.pool.snapshot,
        "endpoint": url_for("sparql.sparql"),
        "public": root() + "sparql",
        "page": url_for("query.query"),
        "search": url_for("find.search"),
        "labels": url_for("vocabulary.labels"),
        "vocabulary": url_for("vocabulary.vocabulary"),
        "atOnce": LABELS_AT_ONCE,
        "language": preferences.language(),
        "downloads": {
            kind: [[name, *words, forms[name].media_types[0]] for name, words in formats.items()]
            for kind, formats in _DOWNLOADS.items()
        },
        "words": _words(),
    }


def _words() -> Mapping[str, str]:
    """What the script says, with places for numbers and names in braces."""
    return {
        "running": gettext("Running … {seconds} s"),
        "cancelled": gettext("Cancelled after {seconds} s. The server has stopped working on it."),
        "done": gettext("{rows} rows in {seconds} s"),
        "one": gettext("1 row in {seconds} s"),
        "triples": gettext("{rows} triples in {seconds} s"),
        "answered": gettext("Answered in {seconds} s"),
        "yes": gettext("Yes"),
        "no": gettext("No"),
        "yesWhy": gettext("The graph holds what the query asks for."),
        "noWhy": gettext("The graph holds nothing like that."),
        "failed": gettext("The service could not be reached."),
        "empty": gettext("The result is empty."),
        "why": gettext("Why is it empty?"),
        "solutions": gettext("Solutions after each pattern"),
        "pattern": gettext("Pattern"),
        "before": gettext("Before"),
        "after": gettext("After"),
        "fix": gettext("Replace with “{word}”"),
        "table": gettext("Table"),
        "chart": gettext("Chart"),
        "graph": gettext("Graph"),
        "turtle": gettext("Turtle"),
        "views": gettext("Views of the result"),
        "noChart": gettext("The answer has no column of numbers to draw."),
        "tooMany": gettext("The first {shown} of {rows} are drawn."),
        "chartOf": gettext("Chart of the result"),
        "asShown": gettext("As it is shown:"),
        "moved": gettext("It is larger than its frame: drag it."),
        "graphOf": gettext("The result as a graph: a table of the same triples is in the view beside it."),
        "pages": gettext("Pages of the result"),
        "page": gettext("{first}–{last} of {rows}"),
        "previous": gettext("Previous page"),
        "next": gettext("Next page"),
        "sort": gettext("sort by {column}"),
        "subject": gettext("Subject"),
        "predicate": gettext("Predicate"),
        "object": gettext("Object"),
        "result": gettext("Result"),
        "copied": gettext("The link is in the clipboard."),
        "notCopied": gettext("The link is in the address bar."),
        "tooLong": gettext("The query is too long for a link."),
        "otherSnapshot": gettext("This link was made over snapshot {wanted}; {current} is served now."),
        "downloading": gettext("Downloading …"),
        "copy": gettext("Copy"),
        "copyDone": gettext("Copied"),
        "editor": gettext("SPARQL query"),
        "none": gettext("Nothing found"),
        "prefix": gettext("prefix"),
        "class": gettext("class"),
        "property": gettext("property"),
        "fits": gettext("fits {class}"),
        "variable": gettext("variable"),
        "keyword": gettext("keyword"),
        "noHistory": gettext("Queries that you run are kept here, in this browser alone."),
        "clear": gettext("Clear the history"),
    }
