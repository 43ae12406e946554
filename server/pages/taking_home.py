"""`/export` for people: every file that other tools read, of the whole graph, a plan or a document."""

from __future__ import annotations

from collections.abc import Mapping
from importlib.util import find_spec
from typing import Any

import pyoxigraph as ox
from flask import Response, request
from flask_babel import lazy_gettext

from policygraph.export import EXPORTS, Export
from policygraph.vocab import pg

from ..graph.citations import row_label
from ..graph.labels import names
from ..web import preferences
from ..web.ask import part, rows
from ..web.names import expand, shorten
from ..web.request import RequestContext
from . import page
from .choosing import MOST, PLANS, chosen_thing, kinds_of

__all__ = ["view"]

#: Parameter -> what the files may be of, as classes.
_KINDS = {"plan": PLANS, "document": (pg("PolicyDocument").value,)}
#: Groups of exports: title, and the ends or beginnings of their names.
_GROUPS = (
    (lazy_gettext("Tables"), (".csv", ".tsv", ".xlsx", ".parquet", ".zip", "datapackage.json", "croissant.json")),
    (lazy_gettext("The graph as RDF"), (".ttl", ".nt", ".nq", ".trig", ".rdf", ".jelly", "graph.jsonld")),
    (lazy_gettext("One plan"), ("plan.jsonld", ".stratml.xml")),
    (lazy_gettext("Networks, for Gephi, yEd, Cytoscape and Graphviz"), (".graphml", ".gexf", ".cyjs", ".dot", ".mmd")),
)
#: Ending of a name -> the package that writes it, and the extra that brings it.
_PACKAGES = {".parquet": "pyarrow", ".xlsx": "openpyxl", ".jelly": "pyjelly", ".jsonld": "pyld"}


def view(context: RequestContext) -> Response:
    """The page; `plan` or `document` is what the files are of, `only` the language of the columns of tables."""
    chosen = {name: chosen_thing(context, name, kinds) for name, kinds in _KINDS.items()}
    chosen["only"] = request.args.get("only", "")

    def ask() -> Mapping[str, Any]:
        offered = {"plan": _plans(context), "document": _documents(context)}
        called = names(context, [expand(chosen[name]) for name in offered if chosen[name]])
        fields = {
            name: (called.label(expand(chosen[name]), preferences.language()), kinds_of(context, _KINDS[name]))
            for name, options in offered.items()
            if options is None
        }
        return {"offered": offered, "fields": fields}

    return page(context, "export.html", ask, chosen=chosen, groups=_groups(chosen))


def _plans(context: RequestContext) -> list[tuple[str, str]] | None:
    """The plans to choose from; None where they are too many for a list."""
    if part(context, "hierarchies", 0, 0)[1] > MOST:
        return None
    return [(shorten(row["plan"].value), row_label(row, "")) for row in rows(context, "hierarchies")]


def _documents(context: RequestContext) -> list[tuple[str, str]] | None:
    """As `_plans`, of the documents that the graph has something of."""
    if part(context, "list-documents", 0, 0)[1] > MOST:
        return None
    listed = [row for row in rows(context, "list-documents") if row.get("elements", ox.Literal("0")).value != "0"]
    called = names(context, [row["item"].value for row in listed])
    language = preferences.language()
    return [(shorten(row["item"].value), called.label(row["item"].value, language)) for row in listed]


def _groups(chosen: Mapping[str, str]) -> list[tuple[Any, list[dict[str, Any]]]]:
    options = {name: value for name, value in chosen.items() if value and name != "only"}
    only = {"only": chosen["only"]} if chosen["only"] in ("zh", "en") else {}
    groups = []
    for title, ends in _GROUPS:
        lines = [line for line in EXPORTS.values() if line.name.endswith(ends)]
        shown = [
            _line(line, options | (only if "only" in line.takes else {}))
            for line in lines
            if options.keys() <= line.takes and line.needs <= options.keys()
        ]
        groups.append((title, shown))
    return groups


def _line(line: Export, options: Mapping[str, str]) -> dict[str, Any]:
    package = next((name for end, name in _PACKAGES.items() if line.name.endswith(end)), "")
    return {
        "name": line.name,
        "about": line.about,
        "options": options,
        "missing": "" if not package or find_spec(package) else package,
    }
