"""The media types of answers: what each is called, and which of them a client gets.

SPARQL 1.1 Protocol 2.1.5 (accepted formats), RFC 9110 12.5.1 (Accept with weights).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

import pyoxigraph as ox

__all__ = [
    "ANSWERS",
    "GRAPHS",
    "NAMES",
    "PAGE",
    "SHEETS",
    "TABLES",
    "TRIPLES",
    "Choice",
    "Format",
    "Formats",
    "choose",
    "family",
    "is_known",
    "media_types",
]


Engine = TypeVar("Engine", ox.QueryResultsFormat, ox.RdfFormat, None)


@dataclass(frozen=True, slots=True)
class Format(Generic[Engine]):
    """One serialisation: the engine's name of it, its media type first and others it goes by after that."""

    engine: Engine
    media_types: tuple[str, ...]


#: Formats of SELECT and ASK, the preferred one first.
TABLES: Mapping[str, Format[ox.QueryResultsFormat]] = {
    "json": Format(ox.QueryResultsFormat.JSON, ("application/sparql-results+json", "application/json")),
    "xml": Format(ox.QueryResultsFormat.XML, ("application/sparql-results+xml", "application/xml", "text/xml")),
    "csv": Format(ox.QueryResultsFormat.CSV, ("text/csv",)),
    "tsv": Format(ox.QueryResultsFormat.TSV, ("text/tab-separated-values",)),
}
#: Formats of CONSTRUCT and DESCRIBE, the preferred one first.
GRAPHS: Mapping[str, Format[ox.RdfFormat]] = {
    "turtle": Format(ox.RdfFormat.TURTLE, ("text/turtle", "application/x-turtle", "text/n3")),
    "ntriples": Format(ox.RdfFormat.N_TRIPLES, ("application/n-triples", "text/plain")),
    "jsonld": Format(ox.RdfFormat.JSON_LD, ("application/ld+json", "application/json")),
    "rdfxml": Format(ox.RdfFormat.RDF_XML, ("application/rdf+xml", "application/xml", "text/xml")),
    "trig": Format(ox.RdfFormat.TRIG, ("application/trig",)),
    "nquads": Format(ox.RdfFormat.N_QUADS, ("application/n-quads",)),
}
#: Those of them that hold one graph and no names of graphs.
TRIPLES: Mapping[str, Format[ox.RdfFormat]] = {
    name: form for name, form in GRAPHS.items() if not form.engine.supports_datasets or name == "jsonld"
}
#: What people read, where there is a page: templates write it.
PAGE: Mapping[str, Format[None]] = {"html": Format(None, ("text/html", "application/xhtml+xml"))}
#: What a page shows as tables, for spreadsheets: pages write them.
SHEETS: Mapping[str, Format[None]] = {
    "csv": Format(None, ("text/csv",)),
    "xlsx": Format(None, ("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",)),
}
#: Formats of a competency query's answer: plain JSON for programs that know no RDF comes first.
ANSWERS: Mapping[str, Format[ox.QueryResultsFormat]] = {
    "json": Format(ox.QueryResultsFormat.JSON, ("application/json",)),
    "srj": Format(ox.QueryResultsFormat.JSON, ("application/sparql-results+json",)),
    "csv": TABLES["csv"],
    "tsv": TABLES["tsv"],
}
#: What people may write after `format=` beside the names and media types themselves.
NAMES: Mapping[str, str] = {
    "srj": "json",
    "srx": "xml",
    "ttl": "turtle",
    "n3": "turtle",
    "nt": "ntriples",
    "n-triples": "ntriples",
    "rdf": "rdfxml",
    "rdf/xml": "rdfxml",
    "rdf+xml": "rdfxml",
    "json-ld": "jsonld",
    "nq": "nquads",
    "n-quads": "nquads",
}
#: The same word for the nearest thing of the other family: a link that ends in `format=json` works for both.
_ACROSS: Mapping[str, str] = {"json": "jsonld", "xml": "rdfxml"}
Formats = Mapping[str, Format[Any]]
_CHARSET = "; charset=utf-8"


@dataclass(frozen=True, slots=True)
class Choice:
    """A format that a client gets, under the media type it asked for."""

    name: str
    media_type: str

    @property
    def content_type(self) -> str:
        """The header's value: text says that it is UTF-8, application types say so by their definition."""
        return self.media_type + (_CHARSET if self.media_type.startswith("text/") else "")


def media_types(*families: Formats) -> tuple[str, ...]:
    """The media type of each format of some families, once."""
    return tuple(dict.fromkeys(form.media_types[0] for formats in families for form in formats.values()))


def family(form: str | None) -> Formats:
    """The formats of a query form (SELECT, ASK, CONSTRUCT, DESCRIBE); of a table where the form is not known."""
    return GRAPHS if form in ("CONSTRUCT", "DESCRIBE") else TABLES


def choose(formats: Formats, requested: str | None, accept: Iterable[tuple[str, float]]) -> Choice | None:
    """The format for `format=` where it is known, else for the Accept header as (range, weight); None if none fits.

    An unknown `format=` is ignored where Accept names a format; one of the other family does.

    The best weight wins, then the order of the table; a range that says more overrules one that says less, so that
    `text/csv;q=0, */*` is everything but CSV.
    """
    ranges = [(value.partition(";")[0].strip().lower(), weight) for value, weight in accept] or [("*/*", 1.0)]
    if requested is not None:
        if is_known(requested):
            return _named(formats, _word(requested))
        ranges = [(value, weight) for value, weight in ranges if value != "*/*"]
    offers = [Choice(name, kind) for name, form in formats.items() for kind in form.media_types]
    weighed = [(_weight(offer.media_type, ranges), offer) for offer in offers]
    best = max(weight for weight, _ in weighed)
    return next((offer for weight, offer in weighed if weight == best), None) if best > 0 else None


def is_known(requested: str) -> bool:
    """Whether `format=` names a format of any family."""
    return any(_named(formats, _word(requested)) for formats in (TABLES, GRAPHS, ANSWERS, PAGE, SHEETS))


def _word(requested: str) -> str:
    """What is meant: the `+` of a media type, written as it is into an address, comes as a blank."""
    return requested.strip().lower().replace(" ", "+")


def _named(formats: Formats, media_type: str) -> Choice | None:
    name = media_type if media_type in formats else NAMES.get(media_type, media_type)
    for candidate in (name, _ACROSS.get(name, "")):
        if candidate in formats:
            return Choice(candidate, formats[candidate].media_types[0])
    return next((Choice(key, media_type) for key, form in formats.items() if media_type in form.media_types), None)


def _weight(media_type: str, ranges: Iterable[tuple[str, float]]) -> float:
    fitting = (media_type, media_type.partition("/")[0] + "/*", "*/*")
    for pattern in fitting:
        weights = [weight for value, weight in ranges if value == pattern]
        if weights:
            return max(weights)
    return 0.0
