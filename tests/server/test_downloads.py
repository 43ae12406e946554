"""The build's files: whole, in ranges, compressed, and never two of them mixed."""

from __future__ import annotations

import gzip
import hashlib
from typing import TYPE_CHECKING, Any

import pytest
import rdflib

if TYPE_CHECKING:
    from pathlib import Path

    from flask.testing import FlaskClient

PATH = "/download/policygraph.nq"


@pytest.fixture
def content(folder: Path) -> bytes:
    return (folder / "policygraph.nq").read_bytes()


@pytest.fixture
def entity(content: bytes) -> str:
    return f'"{hashlib.sha256(content).hexdigest()[:32]}"'


def test_a_file_is_sent_whole(client: FlaskClient, content: bytes, entity: str) -> None:
    response = client.get(PATH, buffered=True)
    wanted = ("Accept-Ranges", "Content-Disposition", "Content-Length", "Content-Type", "ETag", "Vary")
    assert (response.status_code, response.data) == (200, content)
    assert {name: response.headers[name] for name in wanted} == {
        "Accept-Ranges": "bytes",
        "Content-Disposition": 'attachment; filename="policygraph.nq"',
        "Content-Length": str(len(content)),
        "Content-Type": "application/n-quads",
        "ETag": entity,
        "Vary": "Accept-Encoding",
    }
    head = client.head(PATH, buffered=True)
    assert (head.data, head.headers["Content-Length"]) == (b"", str(len(content)))


#: A Range header -> the slice that is sent.
RANGES = {
    "bytes=0-9": slice(0, 10),
    "bytes=10-": slice(10, None),
    "bytes=-7": slice(-7, None),
    "bytes=5-99999999": slice(5, None),
}


@pytest.mark.parametrize("wanted", RANGES)
def test_a_range_is_a_part_of_the_plain_bytes(client: FlaskClient, content: bytes, entity: str, wanted: str) -> None:
    response = client.get(PATH, headers={"Range": wanted, "Accept-Encoding": "gzip"}, buffered=True)
    first, last, _ = RANGES[wanted].indices(len(content))
    assert (response.status_code, response.data) == (206, content[RANGES[wanted]])
    assert (response.headers["Content-Range"], response.headers["ETag"], "Content-Encoding" in response.headers) == (
        f"bytes {first}-{last - 1}/{len(content)}",
        entity,
        False,
    )


@pytest.mark.parametrize("wanted", ["bytes=0-1,3-4", "lines=1-2", "bytes=9-1x", "bytes", "bytes=-"])
def test_other_ranges_are_passed_over(client: FlaskClient, content: bytes, wanted: str) -> None:
    response = client.get(PATH, headers={"Range": wanted}, buffered=True)
    assert (response.status_code, response.data) == (200, content)


def test_a_range_outside_the_file_is_told_its_length(client: FlaskClient, content: bytes) -> None:
    response = client.get(PATH, headers={"Range": "bytes=99999999-"}, buffered=True)
    assert (response.status_code, response.headers["Content-Range"]) == (416, f"bytes */{len(content)}")
    assert response.get_json(force=True)["complete"] == len(content)


@pytest.mark.parametrize(
    ("condition", "status"),
    [("same", 206), ('"another"', 200), ("weak", 200), ("Wed, 25 Nov 2026 10:00:00 GMT", 200)],
)
def test_a_part_is_only_added_to_the_same_file(client: FlaskClient, entity: str, condition: str, status: int) -> None:
    given = {"same": entity, "weak": "W/" + entity}.get(condition, condition)
    assert client.get(PATH, headers={"Range": "bytes=0-9", "If-Range": given}, buffered=True).status_code == status


def test_a_file_is_compressed_for_those_who_take_it(client: FlaskClient, content: bytes, entity: str) -> None:
    response = client.get(PATH, headers={"Accept-Encoding": "gzip"}, buffered=True)
    assert (response.headers["Content-Encoding"], response.headers["ETag"], gzip.decompress(response.data)) == (
        "gzip",
        f'{entity[:-1]}-gzip"',
        content,
    )


@pytest.mark.parametrize("headers", [{}, {"Range": "bytes=0-9"}])
def test_who_has_the_file_gets_304(client: FlaskClient, entity: str, headers: dict[str, Any]) -> None:
    for name in (entity, f'{entity[:-1]}-gzip"'):
        response = client.get(PATH, headers={"If-None-Match": name, **headers}, buffered=True)
        assert (response.status_code, response.data, response.headers["ETag"]) == (304, b"", name)


@pytest.mark.parametrize("name", ["manifest.json", "policygraph.ttl", "..%2Fmanifest.json", "policygraph.pdf"])
def test_only_the_graph_is_sent(client: FlaskClient, name: str) -> None:
    """The small build has no Turtle file, and a name with a slash is no address of ours."""
    assert client.get("/download/" + name).status_code == 404


def test_the_description_leads_to_the_files(client: FlaskClient) -> None:
    graph = rdflib.Graph().parse(data=client.get("/.well-known/void").data, format="turtle")
    dcat = rdflib.Namespace("http://www.w3.org/ns/dcat#")
    distribution = rdflib.URIRef("https://w3id.org/policygraph/graph/meta#policygraph.nq")
    assert list(graph.objects(distribution, dcat.downloadURL)) == [rdflib.URIRef("http://localhost" + PATH)]
