"""The things of the graph for people: the page of each, and the lists from which one finds it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import pyoxigraph as ox
from flask import Blueprint, Response, request
from flask_babel import gettext, lazy_gettext

from policygraph.vocab import pg

from ..formats import PAGE, SHEETS
from ..graph import quotations
from ..graph.answer_table import AnswerTable
from ..graph.labels import in_rows, names
from ..graph.profile import Profile, profile
from ..service import service
from ..web.ask import rows
from ..web.names import shorten
from ..web.request import RequestContext, request_context
from ..web.urls import document_path, place_address, room_of
from . import ontology, page, paging
from .citing import printed
from .narrowing import narrowed
from .take_home import Tables, can_write, documents, file_of, of_rows, offered, wanted_format
from .thing_tables import tables_of

__all__ = ["LISTINGS", "VIEWED", "blueprint", "view"]

blueprint = Blueprint("things", __name__)

#: What people may have of a thing beside its statements: its page, and the tables of it.
VIEWED = {**PAGE, **{name: form for name, form in SHEETS.items() if can_write(name)}}
#: The page of what stands in so few documents says how they are cited; what more of them share is cited as itself.
_CITED = 2
#: How many things of each property that points to a thing its page shows.
_POINTING = 60
#: How many things a page of a list shows.
_AT_ONCE = 400


@dataclass(frozen=True, slots=True)
class Listing:
    """One list: its title, what it is a list of, and its columns, each a variable of its query `list-<name>.rq`."""

    title: Any
    lead: Any
    columns: Mapping[str, Any]


#: Name, and path, of a list -> the list.
LISTINGS = {
    "documents": Listing(
        lazy_gettext("Documents"),
        lazy_gettext("Published texts from which the graph was read, and those that they name."),
        {
            "kind": lazy_gettext("Kind"),
            "publisher": lazy_gettext("Publisher"),
            "date": lazy_gettext("Date"),
            "plans": lazy_gettext("plans"),
            "elements": lazy_gettext("elements"),
        },
    ),
    "plans": Listing(
        lazy_gettext("Plans"),
        lazy_gettext("Action plans, special actions, outlines and task lists; also those that others only name."),
        {
            "kind": lazy_gettext("Kind"),
            "area": lazy_gettext("Area"),
            "start": lazy_gettext("from"),
            "end": lazy_gettext("to"),
            "elements": lazy_gettext("elements"),
            "targets": lazy_gettext("targets"),
        },
    ),
    "areas": Listing(
        lazy_gettext("Areas"),
        lazy_gettext("Territories that plans are made for or speak of."),
        {
            "kind": lazy_gettext("Kind"),
            "code": lazy_gettext("GB/T 2260"),
            "upper": lazy_gettext("Belongs to"),
            "plans": lazy_gettext("plans"),
            "targets": lazy_gettext("targets"),
            "positionings": lazy_gettext("positionings"),
        },
    ),
    "indicators": Listing(
        lazy_gettext("Indicators"),
        lazy_gettext("What is measured, the same across plans and years."),
        {
            "theme": lazy_gettext("Theme"),
            "dimension": lazy_gettext("Dimension"),
            "targets": lazy_gettext("targets"),
            "observations": lazy_gettext("observations"),
        },
    ),
    "organisations": Listing(
        lazy_gettext("Organisations"),
        lazy_gettext("Party, government, business, research and social bodies, and groups of them."),
        {"kind": lazy_gettext("Kind"), "upper": lazy_gettext("Belongs to"), "roles": lazy_gettext("roles")},
    ),
    "initiatives": Listing(
        lazy_gettext("Initiatives"),
        lazy_gettext("Named slogans and frameworks, and how many documents say what they consist of."),
        {"readings": lazy_gettext("readings"), "components": lazy_gettext("components")},
    ),
}

#: Column of a list -> its name in files, where other tables mean something else by it: an upper value.
_IN_FILES = {"upper": "belongsTo"}


def view(context: RequestContext, iri: str, form: str) -> Response:
    """A thing, a concept or the ontology, as its page or its tables, a format of VIEWED.

    Raises RequestError("unknown-thing") where there is nothing.
    """
    if iri == ontology.IRI:
        return ontology.view(context, form)
    if form not in PAGE:

        def tables() -> Tables:
            return tables_of(context, profile(context, iri))

        name = iri.rstrip("/").rpartition("/")[2]
        return file_of(context, name, shorten(iri), tables, also=quotations.state(), form=form)
    if (context.pool.names.path(iri) or "").startswith("id/source/") and "facts" not in request.args:
        # evidence is a place of a text, `…/id/source/x#char=a,b`: a browser keeps the fragment on its way
        for row in rows(context, "document-of-text", {"source": ox.NamedNode(iri)}):
            room = room_of(row["document"].value, iri)
            if room.startswith(f"{request.script_root}/document/"):
                return Response(status=303, headers={"Location": room})
    return _view(context, iri)


def _first_places(content: Profile) -> dict[str, str]:
    """Document -> the address of the first place of a thing in it; none where it stands in many."""
    places: dict[str, str] = {}
    for row in content.sections["evidence"]:
        if "document" in row:
            places.setdefault(row["document"].value, place_address(row["item"].value, row["document"].value))
    return places if len(places) <= _CITED else {}


def _view(context: RequestContext, iri: str) -> Response:
    def ask() -> Mapping[str, Any]:
        content = profile(context, iri, _POINTING)
        texts = [(gettext("The text, at its place"), each) for each in printed(context, _first_places(content))]
        return {"it": content, "names": content.names, "printed": texts}

    return page(
        context,
        "thing.html",
        ask,
        also=quotations.state(),
        document=document_path(iri),
        downloads=documents(),
        target=pg("IndicatorTarget").value,
        observation=pg("IndicatorObservation").value,
    )


@blueprint.get("/documents", endpoint="documents")
@blueprint.get("/plans", endpoint="plans")
@blueprint.get("/areas", endpoint="areas")
@blueprint.get("/indicators", endpoint="indicators")
@blueprint.get("/organisations", endpoint="organisations")
@blueprint.get("/initiatives", endpoint="initiatives")
def listing() -> Response:
    """A list of things of one kind, so many at once, narrowed down and sorted as the address says."""
    name = str(request.endpoint).rpartition(".")[2]
    start = paging.start()
    query, columns = f"list-{name}", LISTINGS[name].columns
    with request_context(service()) as context:
        if wanted_format():

            def table() -> AnswerTable:
                whole = of_rows(context, query, narrowed(context, rows(context, query), columns).rows)
                return replace(whole, columns=[_IN_FILES.get(each, each) for each in whole.columns])

            return file_of(context, name, str(LISTINGS[name].title), table)

        def ask() -> Mapping[str, Any]:
            members = rows(context, query)
            list_ = narrowed(context, members, columns)
            visible = list_.rows[start : start + _AT_ONCE]
            offered_ = {iri for values in list_.facets.values() for _, iri, _ in values if iri}
            return {
                "rows": visible,
                "list": list_,
                "names": names(context, in_rows(visible) | offered_),
                "total": len(members),
                **paging.turns(start, _AT_ONCE, len(list_.rows)),
            }

        return page(context, "list.html", ask, listing=LISTINGS[name], start=start, formats=offered())
