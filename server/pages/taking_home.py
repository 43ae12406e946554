"""`/export` for people: every file that other tools read, of the whole graph, a plan or a document."""

from __future__ import annotations

from collections.abc import Mapping
from importlib.util import find_spec
from typing import Any

from flask import Response, request
from flask_babel import lazy_gettext

from policygraph.export import EXPORTS, Export

from ..graph.citations import row_label
from ..graph.labels import names
from ..web.ask import rows
from ..web.names import shorten
from ..web.request import RequestContext
from . import page

__all__ = ["view"]

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
    chosen = {name: request.args.get(name, "") for name in ("plan", "document", "only")}

    def ask() -> Mapping[str, Any]:
        plans = [(shorten(row["plan"].value), row_label(row, "")) for row in rows(context, "hierarchies")]
        documents = [
            row["item"].value
            for row in rows(context, "list-documents")
            if "elements" in row and row["elements"].value != "0"
        ]
        return {"plans": plans, "documents": documents, "names": names(context, documents)}

    return page(context, "export.html", ask, chosen=chosen, groups=_groups(chosen))


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
