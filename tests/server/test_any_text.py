"""No text in an address is a fault of ours: every page and every parameter of it, with texts that break programs."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from urllib.parse import quote

import hypothesis
import pytest
from hypothesis import strategies as st

from policygraph import build
from server import Settings, create_app
from server.service import Service
from tests.conftest import Project

if TYPE_CHECKING:
    from collections.abc import Iterator

    from flask.testing import FlaskClient

#: Parameters of pages and of addresses for programs, whichever of them has them.
NAMES = (
    *("one", "other", "all", "thing", "whole", "q", "query", "plan", "document", "area", "indicator", "unit", "class"),
    *("lang", "language", "format", "limit", "offset", "snapshot", "bom", "evidence", "inferred", "depth", "colour"),
    *("type", "kind", "of", "part", "parts", "open", "show", "sort", "group", "year", "words", "view", "at", "iri"),
    *("id", "queries", "extend", "prefix", "cursor", "callback", "from", "embed", "graph", "char", "paper", "letter"),
    *("key", "in", "gaps", "example", "source", "initiative", "update", "facts"),
)
#: Texts that are a quotation mark, an IRI that is none, another encoding, a number that is none, …
TEXTS = (
    *(
        '"',
        "'",
        "<",
        ">",
        "<>",
        "\\",
        "{}",
        "{0}",
        "%",
        "%s",
        "`",
        "|",
        "^",
        "#",
        "?x",
        "\x00",
        "\x07",
        "\r\n",
        "\ufffe",
    ),
    *(
        "a b",
        "a:b",
        ":",
        "::",
        "plan:",
        "area:",
        'plan:"',
        "plan:<>",
        "below-",
        'below-"',
        "below-area:x",
        "http://",
        'http://"',
    ),
    *(
        "https://w3id.org/policygraph/id/",
        "pioneer/g1",
        "plan:pioneer",
        "indicator:output",
        "area:pioneer",
        "../..",
        "//",
    ),
    *(
        "-1",
        "0",
        "1e9",
        "١",
        "1_0",
        "99999999999999999999",
        "NaN",
        "true",
        "zh",
        "en",
        "json",
        "xml",
        "ttl",
        "rdf",
        "\u202e",
        "\ud800",
    ),
    *("a" * 2000, "（", "浑南", "😀", "&lt;", "<script>", "$1x", "(((", "[", "*"),
)
ANY = st.one_of(st.sampled_from(TEXTS), st.text(max_size=12))


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> Iterator[FlaskClient]:
    """A client of a service over the small project."""
    with pytest.MonkeyPatch.context() as patch:
        root = tmp_path_factory.mktemp("any-text")
        patch.setenv("POLICYGRAPH_SOURCES", str(root / "project" / "data" / "sources"))
        build.write(Project(root / "project").run(), root / "build")
        service = Service(
            Settings(build=root / "build", workers=2, watch=0, client_seconds=1e6, client_errors=1e6, client_queries=64)
        )
        yield create_app(service=service).test_client(use_cookies=False)
        service.close()


def _quoted(text: str) -> str:
    """Percent-encoded as a client may send it, lone surrogates and all."""
    return quote(text.encode("utf-8", "surrogatepass"), safe="")


def _paths(client: FlaskClient) -> list[str]:
    """Every address that is read, with its variables as `<…>`."""
    rules = client.application.url_map.iter_rules()
    return sorted(rule.rule for rule in rules if "GET" in (rule.methods or ()) and rule.rule != "/sparql")


@hypothesis.settings(
    max_examples=300,
    deadline=None,
    derandomize=True,
    suppress_health_check=list(hypothesis.HealthCheck),  # a loaded machine is slow
)
@hypothesis.given(data=st.data())
def test_no_text_is_a_fault_of_ours(pages: FlaskClient, data: st.DataObject) -> None:
    path = data.draw(st.sampled_from(_paths(pages)))
    address = re.sub(r"<[^>]*>", lambda _: _quoted(data.draw(ANY)), path)
    given = data.draw(st.lists(st.tuples(st.sampled_from(NAMES), ANY), max_size=3))
    query = "&".join(f"{name}={_quoted(text)}" for name, text in given)
    kind = data.draw(st.sampled_from(("text/html", "*/*", "application/json")))
    answer = pages.get(f"{address}?{query}", headers={"Accept": kind})
    assert answer.status_code != 500, (f"{address}?{query}", answer.text[:300])
