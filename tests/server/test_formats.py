"""Which format a client gets: weights, ranges, and the words people write after `format=`."""

from __future__ import annotations

import pytest
from werkzeug.datastructures import MIMEAccept
from werkzeug.http import parse_accept_header

from server.formats import GRAPHS, TABLES, Choice, choose

TABLE_CASES = {
    "": ("json", "application/sparql-results+json"),
    "*/*": ("json", "application/sparql-results+json"),
    "text/csv": ("csv", "text/csv"),
    "text/*": ("xml", "text/xml"),
    "application/json": ("json", "application/json"),
    "text/csv;q=0.5, text/tab-separated-values;q=0.8": ("tsv", "text/tab-separated-values"),
    "application/sparql-results+json;q=0, */*": ("json", "application/json"),
    "application/*;q=0, */*;q=0.1": ("xml", "text/xml"),
    "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8": ("xml", "application/xml"),
    "TEXT/CSV; charset=utf-8": ("csv", "text/csv"),
    "image/png": None,
    "text/csv;q=0": None,
    "text/turtle": None,
}
GRAPH_CASES = {
    "": ("turtle", "text/turtle"),
    "application/ld+json": ("jsonld", "application/ld+json"),
    "application/json": ("jsonld", "application/json"),
    "application/rdf+xml, text/turtle;q=0.9": ("rdfxml", "application/rdf+xml"),
    "application/n-quads": ("nquads", "application/n-quads"),
    "application/sparql-results+json": None,
}
NAMES = {
    ("table", "csv"): ("csv", "text/csv"),
    ("table", "JSON"): ("json", "application/sparql-results+json"),
    ("table", "application/sparql-results+xml"): ("xml", "application/sparql-results+xml"),
    ("table", "turtle"): None,
    ("graph", "ttl"): ("turtle", "text/turtle"),
    ("graph", "json"): ("jsonld", "application/ld+json"),
    ("graph", "xml"): ("rdfxml", "application/rdf+xml"),
    ("graph", "nq"): ("nquads", "application/n-quads"),
    ("graph", "csv"): None,
}


def _choice(expected: tuple[str, str] | None) -> Choice | None:
    return Choice(*expected) if expected else None


@pytest.mark.parametrize(("header", "expected"), TABLE_CASES.items())
def test_a_table_is_negotiated(header: str, expected: tuple[str, str] | None) -> None:
    assert choose(TABLES, None, parse_accept_header(header, MIMEAccept)) == _choice(expected)


@pytest.mark.parametrize(("header", "expected"), GRAPH_CASES.items())
def test_a_graph_is_negotiated(header: str, expected: tuple[str, str] | None) -> None:
    assert choose(GRAPHS, None, parse_accept_header(header, MIMEAccept)) == _choice(expected)


@pytest.mark.parametrize(("asked", "expected"), NAMES.items())
def test_a_format_is_named(asked: tuple[str, str], expected: tuple[str, str] | None) -> None:
    formats = TABLES if asked[0] == "table" else GRAPHS
    assert choose(formats, asked[1], [("image/png", 1.0)]) == _choice(expected)
