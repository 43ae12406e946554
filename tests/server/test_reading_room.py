"""The reading room: every character of a text once, the spans that cover it, and what is said where it is not shown."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

import pytest
import serving

from policygraph import vocab
from server import Settings, create_app
from server.graph.reading import Line, Segment, Span, coverage, lines, strip, tree
from server.graph.reading import Thing as _Thing
from server.service import Service
from tests.server import texts

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from flask.testing import FlaskClient

HTML = {"Accept": "text/html", "Accept-Language": "en"}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    root = tmp_path_factory.mktemp("awkward")
    (root / "sources").mkdir()
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("POLICYGRAPH_SOURCES", str(root / "sources"))
        serving.write_quads(root / "build", texts.awkward(root / "sources"), serving.CATALOGUE)
        yield root / "build"


@pytest.fixture(scope="module")
def room(folder: Path) -> Iterator[Service]:
    service = Service(Settings(build=folder, workers=2, watch=0, client_seconds=1e6, client_errors=1e6))
    yield service
    service.close()


@pytest.fixture
def client(room: Service) -> FlaskClient:
    return create_app(service=room).test_client(use_cookies=False)


def _html(client: FlaskClient, path: str) -> str:
    answer = client.get(path, headers=HTML)
    assert answer.status_code == 200
    return answer.text


def test_a_line_is_cut_where_spans_begin_and_end() -> None:
    spans = [Span(0, 4, 0), Span(1, 3, 1), Span(3, 7, 2)]
    assert lines("一二三四\n\n五六七", spans, ["part", "target", "issue"]) == [
        Line(
            0,
            [
                Segment(0, "一", ("part",), 1, ((0, 4),)),
                Segment(1, "二三", ("target", "part"), 2, ((1, 3),)),
                Segment(3, "四", ("part", "issue"), 2, ((3, 7),)),
            ],
        ),
        Line(6, [Segment(6, "五", ("issue",), 1, ()), Segment(7, "六七", (), 0, ())]),
    ]


def test_coverage_leaves_blanks_out() -> None:
    measured = coverage("一 二三\n四五六七八", 10, [Span(0, 1, 0), Span(2, 4, 0)])
    assert (measured.characters, measured.covered, measured.passages) == (8, 3, [(5, 10)])


def test_a_strip_joins_what_overlaps() -> None:
    things = [_Thing("a", "part", "", {}), _Thing("b", "issue", "", {})]
    spans = [Span(0, 10, 0), Span(5, 20, 0), Span(50, 51, 1)]
    assert strip(spans, things, 100) == {"part": [(0, 200)], "issue": [(500, 10)]}


def test_a_tree_tells_each_part_once_and_ends_in_a_circle() -> None:
    things = [
        _Thing("plan", "part", "", {}, [Span(0, 1, 0)], [1, 2]),
        _Thing("a", "part", "", {}, [Span(1, 2, 1)], [2], is_top=False),
        _Thing("b", "part", "", {}, [Span(2, 3, 2)], [], is_top=False),
        _Thing("x", "part", "", {}, [Span(3, 4, 3)], [4], is_top=False),
        _Thing("y", "part", "", {}, [Span(4, 5, 4)], [3], is_top=False),
    ]
    assert tree(things) == [(1, 0), (2, 1), (3, 2), (1, 3), (2, 4)]


def test_every_character_is_shown_once_whatever_the_labels_hold(client: FlaskClient) -> None:
    html = _html(client, "/document/odd")
    shown = re.findall(r'<(?:mark|span)[^>]* data-at="(\d+)"[^>]*>([^<]*)</', html)
    assert "".join(text for _, text in shown) == "甲😀乙丙丁，戊己庚。辛壬癸"
    assert ("<b onclick" in html, "&lt;b onclick=x&gt;&amp;amp;&lt;/b&gt;" in html) == (False, True)
    assert "1 place stands beyond the end of the text" in html


def test_two_documents_of_one_text_name_each_other(client: FlaskClient) -> None:
    assert '<a href="/document/twin">文献 twin</a>' in _html(client, "/document/odd")


@pytest.mark.parametrize(
    ("slug", "words"),
    [("changed", "its SHA-256 differs"), ("missing", "The text is not at hand here")],
)
def test_a_text_that_is_not_the_registered_one_is_not_shown(client: FlaskClient, slug: str, words: str) -> None:
    html = _html(client, f"/document/{slug}")
    assert (words in html, "data-at" in html, 'href="#char=0,2"' in html) == (True, False, True)


@pytest.mark.parametrize(("setting", "words"), [("passages", "甲😀乙"), ("off", None)])
def test_whole_texts_and_quotations_are_turned_off(folder: Path, setting: str, words: str | None) -> None:
    service = Service(Settings(build=folder, workers=1, watch=0, quotations=setting))
    try:
        client = create_app(service=service).test_client(use_cookies=False)
        html = _html(client, "/document/odd")
        answer = client.get("/quotation/odd?char=0,3").get_json()
    finally:
        service.close()
    assert ("data-at" in html, "戊己庚" in html, "does not show whole texts" in html) == (False, False, True)
    assert (answer["words"], answer["things"]) == (words, [{"kind": "part", "label": "长" * 500}])


@pytest.mark.parametrize("path", ["/document/none", "/document/odd/x", "/document/%3Cb%3E", "/quotation/none?char=1,2"])
def test_what_is_no_document_is_not_there(client: FlaskClient, path: str) -> None:
    assert client.get(path, headers=HTML).status_code == 404


@pytest.mark.parametrize("char", ["", "5", "a,b", "1,2,3", "9999999999,1"])
def test_a_place_is_two_numbers(client: FlaskClient, char: str) -> None:
    assert client.get(f"/quotation/odd?char={char}").status_code == 400


def test_the_iri_of_evidence_leads_to_the_room(client: FlaskClient) -> None:
    first = client.get("/id/source/odd", headers=HTML)
    second = client.get(first.location, headers=HTML)
    assert (first.status_code, second.status_code, second.location) == (303, 303, "/document/odd")
    assert client.get("/about/id/source/odd?facts=1", headers=HTML).status_code == 200
    assert client.get("/about/id/source/odd", headers={"Accept": "text/turtle"}).status_code == 200


def test_five_thousand_spans_are_all_marked(client: FlaskClient) -> None:
    html = _html(client, "/document/many")
    marked = sum(len(text) for text in re.findall(r"<mark [^>]*>([^<]*)</mark>", html))
    anchors = len(set(re.findall(r'<(?:mark|a) [^>]*id="char=(\d+,\d+)"', html)))
    page = texts.page()
    covered = {at for start, end in texts.many() for at in range(start, end) if page[at] != "\n"}
    assert (marked, anchors) == (len(covered), len(set(texts.many())))


def test_kinds_are_chosen_without_scripts(client: FlaskClient) -> None:
    html = _html(client, "/document/odd?kind=target&kind=none")
    assert re.findall(r'<mark class="([^"]+)"', html) == ["k-target"]


def test_a_thing_leads_to_its_places(client: FlaskClient) -> None:
    html = _html(client, f"/about/{vocab.ID.removeprefix(vocab.BASE)}odd/one")
    assert '<a href="/document/odd#char=1,3">' in html


#: Pages that name places of texts as the evidence of what they show.
_CITING = ("/counts", "/positionings", "/initiatives/readings", "/trajectory", "/alignment")


def test_every_evidence_link_of_the_pages_lands_in_the_room(shipped_build: Path) -> None:
    service = Service(Settings(build=shipped_build, workers=2, watch=0, client_seconds=1e6, client_errors=1e6))
    try:
        client = create_app(service=service).test_client(use_cookies=False)
        links = {
            link: page
            for page in _CITING
            for link in re.findall(r'<a class="place" href="([^"]+)"', _html(client, page))
        }
        rooms = {path: _html(client, path) for path in {link.partition("#")[0] for link in links}}
    finally:
        service.close()
    assert len(links) > 100
    places = {path: _places(html) for path, html in rooms.items()}
    assert [link for link in links if not link.startswith("/document/")] == []
    assert [link for link in links if link.partition("#")[2] not in places[link.partition("#")[0]]] == []


def _places(html: str) -> set[str]:
    """The places that the script of a room knows, as fragments."""
    data = json.loads(html.partition('id="data">')[2].partition("</script>")[0])
    return {f"char={start},{end}" for start, end, _ in data["spans"]}
