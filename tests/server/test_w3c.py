"""The W3C's own tests of SPARQL 1.1: the protocol through the app, query evaluation through a worker's code.

They run where POLICYGRAPH_W3C names a checkout of github.com/w3c/rdf-tests; what they hold is in test_sparql.py too, so
that CI does not depend on them.
"""

from __future__ import annotations

import csv
import io
import os
import re
import socket
import threading
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import pyoxigraph as ox
import pytest
import serving

from policygraph import build, paths
from server import Settings, create_app
from server.formats import GRAPHS, TABLES
from server.service import Service
from server.syntax.gate import check
from server.workers import worker
from server.workers.messages import DATA, FAIL, Channel

if TYPE_CHECKING:
    from collections.abc import Iterator

    from flask.testing import FlaskClient
    from werkzeug.test import TestResponse

_GIVEN = os.environ.get("POLICYGRAPH_W3C")
FOLDER = Path(_GIVEN or ".") / "sparql"
SUITES = FOLDER / "sparql11"
pytestmark = pytest.mark.skipif(not _GIVEN, reason="2026-11-22: set POLICYGRAPH_W3C to a checkout of w3c/rdf-tests")

MF = "http://www.w3.org/2001/sw/DataAccess/tests/test-manifest#"
QT = "http://www.w3.org/2001/sw/DataAccess/tests/test-query#"
HT = "http://www.w3.org/2011/http#"
RS = "http://www.w3.org/2001/sw/DataAccess/tests/result-set#"
CNT = "http://www.w3.org/2011/content#"
RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"

#: Folders of evaluation tests; entailment is not ours, and SERVICE is refused.
EVALUATED = (
    *("aggregates", "bind", "bindings", "cast", "construct", "csv-tsv-res", "exists", "functions", "grouping"),
    *("json-res", "negation", "project-expression", "property-path", "subquery"),
)
#: Test -> why the engine, or this service, answers otherwise.
OTHERWISE = {
    "csv-tsv-res/csv03": "the store keeps 1.0E6 as 1000000",
    "construct/constructwhere04": "FROM names a stored graph here and is never fetched",
    "functions/bnode01": "the engine gives one blank node for one string in all solutions",
}


class Manifest:
    """A manifest file as a graph that is easy to walk."""

    def __init__(self, path: Path) -> None:
        self.path = path
        parsed = ox.parse(path=str(path), format=ox.RdfFormat.TURTLE, base_iri=path.as_uri())
        self.store = ox.Store()
        self.store.extend(parsed)

    def values(self, node: Any, name: str) -> list[Any]:
        return [quad.object for quad in self.store.quads_for_pattern(node, ox.NamedNode(name), None, None)]

    def value(self, node: Any, name: str) -> Any:
        return next(iter(self.values(node, name)), None)

    def items(self, node: Any) -> Iterator[Any]:
        while node != ox.NamedNode(RDF + "nil"):
            yield self.value(node, RDF + "first")
            node = self.value(node, RDF + "rest")

    def tests(self, kind: str) -> Iterator[Any]:
        quads = self.store.quads_for_pattern(None, ox.NamedNode(RDF + "type"), ox.NamedNode(MF + kind), None)
        yield from sorted((quad.subject for quad in quads), key=str)


def _local(node: Any) -> str:
    return str(node.value).rpartition("#")[2]


# the protocol


def _protocol_tests() -> list[Any]:
    if not _GIVEN:
        return []
    manifest = Manifest(SUITES / "protocol" / "manifest.ttl")
    return [
        pytest.param(manifest, test, id=_local(test))
        for test in manifest.tests("ProtocolTest")
        if not _local(test).startswith(("update", "bad_update", "bad_multiple_updates"))
        or _local(test) == "bad_update_get"
    ]


@pytest.fixture(scope="module")
def w3c(tmp_path_factory: pytest.TempPathFactory) -> Iterator[FlaskClient]:
    """A service over the protocol tests' data, each file in the graph that its address names."""
    base = "http://kasei.us/2009/09/sparql/data/"
    blocks = [f"GRAPH <{base}data0.rdf> {{ <{base}data0.rdf> a <{base}x> }}"]
    blocks += [
        f"GRAPH <{base}data{n}.rdf> {{ {(SUITES / 'protocol' / f'data{n}.nt').read_text()} }}" for n in (1, 2, 3)
    ]
    link = tmp_path_factory.mktemp("w3c") / "build"
    serving.write_build(link, "\n".join(blocks))
    service = Service(Settings(build=link, workers=1, watch=0))
    yield create_app(service=service).test_client()
    service.close()


#: Kind of result -> media types it may have.
KINDS = {
    "boolean": {form.media_types[0] for form in TABLES.values()},
    "tabular": {form.media_types[0] for form in TABLES.values()},
    "RDF": {form.media_types[0] for form in GRAPHS.values()},
}


@pytest.mark.parametrize(("manifest", "test"), _protocol_tests())
def test_the_protocol(w3c: FlaskClient, manifest: Manifest, test: Any) -> None:
    _converse(w3c, manifest, test)


def _converse(client: FlaskClient, manifest: Manifest, test: Any, path: str = "/sparql", **more: str) -> None:
    """The requests of a test one after another, each held to what is expected of its response."""
    location = ""
    for request in manifest.items(manifest.value(manifest.value(test, MF + "action"), HT + "requests")):
        body = manifest.value(request, HT + "body")
        coding = manifest.value(body, CNT + "characterEncoding") if body else None
        address = re.sub(r"^/(sparql/|gsp)", path, manifest.value(request, HT + "absolutePath").value)
        response = client.open(
            address.replace("$LOCATION$", quote(location, safe="")),
            method=manifest.value(request, HT + "methodName").value,
            headers={**_fields(manifest, request), **more},
            data=manifest.value(body, CNT + "chars").value.encode(coding.value if coding else "utf-8") if body else b"",
        )
        _compare(manifest, manifest.value(request, HT + "resp"), response)
        location = response.headers.get("Location", location)


def _fields(manifest: Manifest, message: Any) -> dict[str, str]:
    fields = manifest.value(message, HT + "headers")
    return {
        manifest.value(field, HT + "fieldName").value: manifest.value(field, HT + "fieldValue").value
        for field in (manifest.items(fields) if fields else ())
    }


def _compare(manifest: Manifest, expected: Any, response: TestResponse) -> None:
    names = {_local(node) for node in manifest.values(expected, MF + "expectedStatus")}
    classes = {name[len("StatusCode")] for name in names if name.startswith("StatusCode")}
    codes = {STATUSES[name] for name in names if name in STATUSES}
    assert response.status_code in codes or str(response.status_code)[0] in classes, response.text
    boolean, form = (manifest.value(expected, MF + name) for name in ("expectedBoolean", "expectedFormat"))
    if boolean:
        assert response.get_json(force=True)["boolean"] == (boolean.value == "true")
    if form:
        assert response.mimetype in KINDS[form.value]
    body = manifest.value(expected, HT + "body")
    if body:
        said, got = manifest.value(body, CNT + "chars").value, response.get_data(as_text=True)
        graphs = [[quad.triple for quad in ox.parse(text, ox.RdfFormat.TURTLE)] for text in (said, got)]
        assert _canonical(graphs[0]) == _canonical(graphs[1])
        assert response.headers["Content-Type"] == _fields(manifest, expected)["content-type"]


# updates and the Graph Store Protocol: the tests' data is no policy document, so it is written with force

#: Name of a status in the W3C's vocabulary -> its code.
STATUSES = {"OK": 200, "Created": 201, "NoContent": 204, "NotFound": 404}
#: Test -> why this service answers otherwise.
_WRITTEN_OTHERWISE = {
    "put_get_default": "the default graph is the union of all graphs, and what is written names its graph",
    "post_get_post_get_indirect": "multipart/form-data is not taken",
}


def _write_tests(kind: str, *path: str) -> list[Any]:
    if not _GIVEN:
        return []
    manifest = Manifest(SUITES.joinpath(*path))
    found = []
    for test in manifest.tests(kind):
        name = _local(test)
        if kind == "ProtocolTest" and not name.startswith(("update", "bad_update", "bad_multiple_updates")):
            continue
        reason = _WRITTEN_OTHERWISE.get(name)
        marks = [pytest.mark.xfail(reason=f"2026-11-25: {reason}")] if reason else []
        found.append(pytest.param(manifest, test, id=name, marks=marks))
    return found


@pytest.fixture
def written(tmp_path: Path) -> Iterator[FlaskClient]:
    """A service over an empty build that takes whatever is written."""
    graph = build.Graph(paths.find())
    build.write(graph, tmp_path / "build")
    service = Service(
        Settings(build=tmp_path / "build", workers=1, watch=0, curators=serving.CURATORS, client_errors=1e6)
    )
    yield create_app(service=service).test_client()
    service.close()


@pytest.mark.parametrize(("manifest", "test"), _write_tests("ProtocolTest", "protocol", "manifest.ttl"))
def test_the_update_protocol(written: FlaskClient, manifest: Manifest, test: Any) -> None:
    _converse(_forcing(written), manifest, test, **serving.BOB)


@pytest.mark.parametrize(
    ("manifest", "test"), _write_tests("GraphStoreProtocolTest", "graph-store-protocol", "manifest-indirect.ttl")
)
def test_the_graph_store_protocol(written: FlaskClient, manifest: Manifest, test: Any) -> None:
    _converse(_forcing(written), manifest, test, "/graph-store", **serving.BOB)


def _forcing(client: FlaskClient) -> FlaskClient:
    """The client, with `force` in the address of all that it writes."""
    opened = client.open

    def forced(address: str, **given: Any) -> TestResponse:
        is_write = given["method"] != "GET" and "query" not in given["headers"].get("content-type", "")
        return opened(address + ("&" if "?" in address else "?") * is_write + "force" * is_write, **given)

    client.open = forced  # type: ignore[method-assign,assignment]
    return client


# evaluation


def _evaluation_tests() -> list[Any]:
    if not _GIVEN:
        return []
    found = []
    for name in EVALUATED:
        manifest = Manifest(SUITES / name / "manifest.ttl")
        for kind in ("QueryEvaluationTest", "CSVResultFormatTest"):
            for test in manifest.tests(kind):
                reason = OTHERWISE.get(f"{name}/{_local(test)}")
                marks = [pytest.mark.xfail(reason=f"2026-11-22: {reason}")] if reason else []
                found.append(pytest.param(manifest, test, id=f"{name}/{_local(test)}", marks=marks))
    return found


def _path(node: Any) -> Path:
    return Path(node.value.removeprefix("file://"))


def _store(manifest: Manifest, action: Any) -> tuple[ox.Store, list[str]]:
    """The test's data: its default graph under a name of ours, and its named graphs under theirs."""
    store = ox.Store()
    for data in manifest.values(action, QT + "data"):
        store.load(path=str(_path(data)), base_iri=data.value, to_graph=ox.NamedNode("urn:default"))
    named = manifest.values(action, QT + "graphData")
    for data in named:
        store.load(path=str(_path(data)), base_iri=data.value, to_graph=data)
    return store, [data.value for data in named]


def _answer(store: ox.Store, job: dict[str, Any]) -> bytes:
    """What a worker writes, without the process around it."""
    ours, theirs = socket.socketpair()
    with ours, theirs:
        thread = threading.Thread(target=lambda: _collect(ours, pieces))
        pieces: list[tuple[bytes, bytes]] = []
        thread.start()
        worker.answer(store, theirs, job)
        thread.join()
    assert pieces[-1][0] != FAIL, pieces[-1][1]
    return b"".join(piece for kind, piece in pieces if kind == DATA)


def _collect(sock: socket.socket, pieces: list[tuple[bytes, bytes]]) -> None:
    channel = Channel(sock)
    while not pieces or pieces[-1][0] == DATA:
        pieces.append(channel.receive())


def _canonical(triples: list[ox.Triple]) -> list[str]:
    dataset = ox.Dataset(ox.Quad(t.subject, t.predicate, t.object) for t in triples)
    dataset.canonicalize(ox.CanonicalizationAlgorithm.RDFC_1_0)
    return sorted(str(quad) for quad in dataset)


def _solutions(data: bytes, form: ox.QueryResultsFormat) -> object:
    """A table as a graph of its rows, so that blank nodes and order do not count; or true, or false."""
    results = ox.parse_query_results(input=data, format=form)
    if isinstance(results, ox.QueryBoolean):
        return bool(results)
    names = [variable.value for variable in results.variables]
    return sorted(names), _table([{name: solution[name] for name in names} for solution in results])


def _result_set(path: Path) -> object:
    """A table from a file in the vocabulary of DAWG result sets."""
    manifest = Manifest(path)
    kind = ox.NamedNode(RS + "ResultSet")
    node = next(manifest.store.quads_for_pattern(None, ox.NamedNode(RDF + "type"), kind, None)).subject
    rows = [
        {
            manifest.value(binding, RS + "variable").value: manifest.value(binding, RS + "value")
            for binding in manifest.values(solution, RS + "binding")
        }
        for solution in manifest.values(node, RS + "solution")
    ]
    return sorted(name.value for name in manifest.values(node, RS + "resultVariable")), _table(rows)


def _table(rows: list[dict[str, Any]]) -> list[str]:
    triples = []
    for row in rows:
        node = ox.BlankNode()
        triples.append(ox.Triple(node, ox.NamedNode("x:row"), ox.Literal("")))
        for name, value in row.items():
            if value is not None:
                triples.append(ox.Triple(node, ox.NamedNode(f"x:{name}"), _plain(value)))
    return _canonical(triples)


def _rows(data: bytes) -> list[list[tuple[str, str]]]:
    """CSV without blank nodes' labels and the order of rows and columns: of `SELECT *` the engine sorts the columns."""
    text = re.sub(r"_:\w+", "_:b", data.decode())
    return sorted(sorted(row.items()) for row in csv.DictReader(io.StringIO(text)))


def _plain(value: Any) -> Any:
    """The value as a store keeps it: 1.10 as 1.1, "0"^^xsd:boolean as false."""
    store = ox.Store()
    store.add(ox.Quad(ox.NamedNode("x:s"), ox.NamedNode("x:p"), value))
    return next(iter(store)).object


#: Ending of a result file -> the format of a table.
ENDINGS = {".srx": "xml", ".srj": "json", ".csv": "csv", ".tsv": "tsv"}


@pytest.mark.parametrize(("manifest", "test"), _evaluation_tests())
def test_evaluation(manifest: Manifest, test: Any) -> None:
    action, result = manifest.value(test, MF + "action"), manifest.value(test, MF + "result")
    query = manifest.value(action, QT + "query")
    text = f"BASE <{query.value}>\n{_path(query).read_text()}"
    checked = check(text, Settings())
    store, named = _store(manifest, action)
    job = {"do": "query", "text": text, "default": ["urn:default"], "named": named, "has_from": checked.has_from}
    job["base"] = query.value
    bounds = {"seconds": 10, "rows": 10_000, "bytes": 1_000_000}
    ending = _path(result).suffix
    if ending in ENDINGS:
        form = TABLES[ENDINGS[ending]].engine
        got = _answer(store, {**job, **bounds, "format": ENDINGS[ending]})
        expected = _path(result).read_bytes()
        if ending == ".csv":
            assert _rows(got) == _rows(expected)
        else:
            assert _solutions(got, form) == _solutions(expected, form)
        return
    if checked.form == "SELECT":
        got = _answer(store, {**job, **bounds, "format": "xml"})
        assert _solutions(got, TABLES["xml"].engine) == _result_set(_path(result))
        return
    got = _answer(store, {**job, **bounds, "format": "ntriples"})
    expected = list(ox.parse(path=str(_path(result)), base_iri=result.value))
    triples = [quad.triple for quad in ox.parse(input=got, format=ox.RdfFormat.N_TRIPLES)]
    assert _canonical(triples) == _canonical([quad.triple for quad in expected])
