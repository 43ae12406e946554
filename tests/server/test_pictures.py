"""The pages with pictures, as they are without scripts: tables, lists, and the data that their scripts read."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote
from xml.etree import ElementTree

import pyoxigraph as ox
import pytest
import serving

from server import Settings, create_app
from server.graph.hierarchy import grow, unfold
from server.pages import alignment, counts, hierarchy, initiatives
from server.service import Service
from server.web.names import expand
from server.web.request import request_context

if TYPE_CHECKING:
    from collections.abc import Iterator

    from flask.testing import FlaskClient

PICTURES = Path(__file__).with_name("pictures.trig")
_PARTS = ("href", "label", "number", "kind", "kindLabel", "targets", "targetCount", "parts", "wholes")


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[FlaskClient]:
    """A service over two small plans."""
    link = tmp_path_factory.mktemp("pictures") / "build"
    serving.write_build(link, PICTURES.read_text(encoding="utf-8"))
    service = Service(Settings(build=link, workers=2, memory=256, watch=0, client_queries=100, client_seconds=1e6))
    yield create_app(service=service).test_client()
    service.close()


class _Tables(HTMLParser):
    """The rows of the tables of a page, each as the words of its cells."""

    def __init__(self) -> None:
        super().__init__()
        self.rows: list[list[str]] = []
        self.is_cell = False

    def handle_starttag(self, tag: str, attrs: object) -> None:  # noqa: ARG002 - the parser's
        if tag == "tr":
            self.rows.append([])
        if tag in ("td", "th"):
            self.rows[-1].append("")
            self.is_cell = True

    def handle_endtag(self, tag: str) -> None:
        self.is_cell &= tag not in ("td", "th")

    def handle_data(self, data: str) -> None:
        if self.is_cell:
            self.rows[-1][-1] += f"{data} "


def _rows(site: FlaskClient, path: str, language: str = "en") -> list[list[str]]:
    answer = site.get(path, headers={"Accept-Language": language})
    assert answer.status_code == 200, answer.text
    tables = _Tables()
    tables.feed(answer.text)
    return [[" ".join(cell.split()) for cell in row] for row in tables.rows]


def _part(site: FlaskClient, name: str, language: str = "en") -> dict[str, Any]:
    found = site.get(f"/hierarchy/parts?of={name}&lang={language}").get_json()
    return {part["iri"].rpartition("/")[2]: tuple(part[key] for key in _PARTS) for part in found}


def test_the_parts_of_a_whole_are_told_in_order_with_what_is_below_them(site: FlaskClient) -> None:
    assert _part(site, "plan:city") == {
        "g1": ("/id/g1", "Develop industry", "（一）", "TaskGroup", "task group", "below", 0, 1, 1),
        "g2": ("/id/g2", "Improve lives", "", "TaskGroup", "task group", "below", 0, 2, 2),
    }
    assert _part(site, "id:g1", "zh") == {"t1": ("/id/t1", "做强装备", "", "Task", "任务", "own", 1, 0, 2)}


def test_a_plan_unfolds_to_the_parts_that_grow_below_it_also_where_they_go_round(site: FlaskClient) -> None:
    app, plan = site.application, expand("plan:city")
    with app.test_request_context("/"), request_context(app.extensions["policygraph"]) as context:
        roots = [plan, expand("plan:none"), expand("plan:east")]
        grown = [grow(context, root, 100) for root in roots]
        unfolded = unfold(context, roots, 100)
        bounded = unfold(context, [plan], 2)
    below = [
        [each and {whole: [part.iri for part in parts] for whole, parts in each.children.items()} for each in every]
        for every in (grown, unfolded)
    ]
    assert (below[0][1], below[1]) == (None, below[0])
    assert [each and (len(each.children), each.is_whole) for each in (*unfolded, *bounded)] == [
        (4, True),
        None,
        (1, True),
        (1, False),
    ]


def test_the_outline_ends_where_a_plan_goes_round_in_a_circle(site: FlaskClient) -> None:
    page = site.get("/hierarchy?of=plan:city", headers={"Accept-Language": "en"}).text
    outline = page[page.index('class="outline-tree"') :]
    notes = [words.split("<")[0] for words in outline.split('class="note" href="#place-')[1:]]
    assert notes == ['2">listed where it stands first', '3">cycle: a part of itself']


def test_a_part_is_found_with_every_step_to_it(site: FlaskClient) -> None:
    found = site.get("/hierarchy/named?of=plan:city&q=循环&lang=zh").get_json()
    assert [(match["iri"].rpartition("/")[2], match["labels"]) for match in found] == [
        ("t2", ["市方案", "改善民生", "循环任务"])
    ]


def test_the_whole_hierarchy_has_every_part_once(site: FlaskClient) -> None:
    told = site.get("/hierarchy/whole?of=plan:city&lang=en").get_json()

    def names(part: dict[str, Any]) -> list[Any]:
        return [part["label"], *map(names, part["children"])]

    assert (told["isWhole"], names(told["tree"])) == (
        True,
        ["city plan", ["Develop industry", ["Strengthen equipment"]], ["Improve lives", ["A task in a circle"]]],
    )


def test_turtle_holds_the_parts_and_what_belongs_to_them(site: FlaskClient) -> None:
    answer = site.get("/hierarchy/hierarchy.ttl?of=id:g1")
    graph = {triple.subject.value.rpartition("/")[2] for triple in ox.parse(answer.data, ox.RdfFormat.TURTLE)}
    assert (answer.headers["Content-Disposition"], answer.mimetype, graph) == (
        "attachment; filename=g1.ttl",
        "text/turtle",
        {"g1", "t1", "x1", "c2", "one#char=5,9", "one#char=5,9-position"},
    )


def test_graphml_and_svg_hold_the_same_parts(site: FlaskClient) -> None:
    graph = ElementTree.fromstring(site.get("/hierarchy/hierarchy.graphml?of=plan:city").data)  # noqa: S314 - our own
    picture = ElementTree.fromstring(site.get("/hierarchy/hierarchy.svg?of=plan:city").data)  # noqa: S314 - our own
    nodes = graph.findall(".//{*}node")
    edges = graph.findall(".//{*}edge")
    items = [element for element in picture.iter() if element.get("role") == "listitem"]
    assert (len(nodes), len(edges), len(items)) == (5, 6, 7)


@pytest.mark.parametrize(
    ("path", "status", "kind"),
    [
        ("/hierarchy?of=plan:none", 404, "not-found"),
        ("/hierarchy?of=no%20iri%20at%20all://", 400, "bad-parameter"),
        ("/hierarchy/parts", 400, "bad-parameter"),
        ("/hierarchy/hierarchy.pdf?of=plan:city", 404, "not-found"),
        ("/hierarchy/hierarchy.svg?of=plan:city&colour=red", 400, "bad-parameter"),
        ("/hierarchy/hierarchy.svg?of=plan:city&paper=blue", 400, "bad-parameter"),
        ("/trajectory?indicator=indicator:none", 404, "not-found"),
        ("/alignment?one=plan:none&other=plan:east", 404, "not-found"),
        ("/neighbours?of=plan:none", 404, "not-found"),
    ],
)
def test_what_is_not_there_is_a_problem(site: FlaskClient, path: str, status: int, kind: str) -> None:
    answer = site.get(path, headers={"Accept": "application/json"})
    assert (answer.status_code, answer.get_json()["type"].rpartition("/")[2].rpartition("#")[2]) == (status, kind)


def test_counts_are_told_beside_what_is_listed(site: FlaskClient) -> None:
    assert _rows(site, "/counts") == [
        ["Counted in", "What", "As printed", "Declared", "Listed", "Result", "Evidence"],
        ["Develop industry", "task", "一项", "1", "1", "agrees", ""],
        ["city plan", "task", "五项任务", "5", "2", "3 not listed", ""],
    ]
    assert [row[0] for row in _rows(site, "/counts?gaps=1", "zh")] == ["所属部分", "市方案"]


def test_of_more_plans_than_a_list_may_have_one_is_chosen_by_words(
    site: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(counts, "MOST", 0)
    page = site.get("/counts?plan=city+plan&lang=en").text
    assert re.findall(r'name="plan" value="([^"]*)".* data-called="([^"]*)"', page) == [("plan:city", "city plan")]
    assert _rows(site, "/counts?plan=city+plan&gaps=1&lang=en")[1:] == [
        ["city plan", "task", "五项任务", "5", "2", "3 not listed", ""]
    ]
    assert "No plan declares a count." in site.get("/counts?plan=none&lang=en").text


def test_values_stand_on_one_axis_only_where_they_compare(site: FlaskClient) -> None:
    head = ["Time", "What", "As printed", "Bound", "Plan or document", "Baseline", "Evidence"]
    page = site.get("/trajectory?indicator=id:gdp", headers={"Accept-Language": "en"}).text
    assert _rows(site, "/trajectory?indicator=id:gdp") == [
        head,
        ["2021", "product 80 CNY", "80元", "observed", "document one", "", ""],
        ["2025 inferred", "product ≥ 100 CNY", "100元以上", "at least", "city plan", "", "document one 5–9"],
    ]
    assert page.count("On an axis of its own, because of another kind of value, another unit.") == 1


def test_a_single_value_is_a_sentence_and_no_chart(site: FlaskClient) -> None:
    page = site.get("/trajectory?indicator=id:gdp", headers={"Accept-Language": "en"}).text
    sentences = re.findall(r'<p class="sentence">(.*?)</p>', page, re.DOTALL)
    assert [" ".join(re.sub(r"<[^>]+>", "", each).split()) for each in sentences] == [
        "the city: product of the city – plan of East. Details",
        "the city: 5% (2021) – document one. Details",
    ]
    assert page.count("data-chart") == 1


def test_a_range_is_told_with_its_baseline(site: FlaskClient) -> None:
    assert _rows(site, "/trajectory?indicator=id:trade&area=area:city")[1:] == [
        ["2024", "trade of 50 to 60 CNY", "50至60元", "from – to", "city plan", "2020 40", ""]
    ]


def test_districts_without_a_positioning_are_told_too(site: FlaskClient) -> None:
    page = site.get("/positionings", headers={"Accept-Language": "en"}).text
    cards = [card.split("</a>")[0].rpartition(">")[2] for card in page.split('class="card"')[1:]]
    assert (cards, page.count("First District"), page.count("No plan of this graph says")) == (["East", "West"], 1, 1)


def test_an_initiative_tells_what_was_added_and_dropped(site: FlaskClient) -> None:
    assert _rows(site, "/initiatives/readings") == [
        ["Component", "document one 2022-01-01", "document two 2023-01-01"],
        ["consult", "there", "not there − dropped"],
        ["build", "there", "there"],
        ["share", "not there", "there + added"],
        ["Evidence", "", ""],
    ]


@pytest.mark.parametrize("path", ["/initiatives/readings", "/id/six"])
def test_an_initiative_leads_to_who_prints_it_first(site: FlaskClient, path: str) -> None:
    page = site.get(path, headers={"Accept-Language": "en", "Accept": "text/html"}, follow_redirects=True).text
    links = re.findall(r'<a [^>]*href="(/phrases\?[^"]+)">([^<]+)<', page)
    assert links == [(f"/phrases?q={quote('两共')}", "Who prints it first")]


def test_plans_to_look_at_are_listed_so_many_at_once(site: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    everything = _rows(site, "/hierarchy")
    monkeypatch.setattr(hierarchy, "_PLANS", 1)
    pages = [_rows(site, f"/hierarchy?from={start}") for start in range(len(everything))]
    assert [each for page in pages for each in page[1:]] == everything[1:]
    page = site.get("/hierarchy?from=0&lang=en").text
    assert re.findall(r'<a href="([^"]*)" rel="(prev|next)"', page) == [("/hierarchy?lang=en&amp;from=1", "next")]


def test_two_plans_are_compared_whichever_way_the_alignment_was_written(site: FlaskClient) -> None:
    values = ("product ≥ 100 CNY indicator target", "product of the city indicator target")
    head = ["No.", "Relation", "city plan", "plan of East", "Reason", "Confidence", "Evidence"]
    shared = [
        ["Indicator", "city plan", "plan of East", "Areas"],
        ["product", "≥ 100 unit:CCY_CNY by 2025 · the city", "product of the city · the city", "the same area"],
    ]
    assert _rows(site, "/alignment?one=plan:city&other=plan:east") == [
        *shared,
        head,
        ["1", "equal-to", "First District Positioning", "Become the First District task", "the same words", "0.9", ""],
        ["2", "the same indicator", *values, "product", "", ""],
        ["Indicator", "Targets", "plan of East"],
        ["trade", "50–60 unit:CCY_CNY by 2024 · the city", "2024: no document"],
    ]
    mirrored = _rows(site, "/alignment?one=plan:east&other=plan:city")
    assert [row[2:4] for row in mirrored[3:5]] == [
        row[3:1:-1] for row in _rows(site, "/alignment?one=plan:city&other=plan:east")[3:5]
    ]


def test_of_more_plans_and_areas_than_a_list_may_have_sides_are_chosen_by_words(
    site: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    listed = _rows(site, "/alignment?one=plan:city&other=plan:east")
    default = _rows(site, "/alignment")
    monkeypatch.setattr(alignment, "MOST", 0)
    page = site.get("/alignment?one=city+plan&other=plan:east&lang=en").text
    assert re.findall(r'data-choose="(\w+)".* data-called="([^"]*)"', page) == [
        ("one", "city plan"),
        ("other", "plan of East"),
    ]
    assert _rows(site, "/alignment?one=city+plan&other=plan:east&theme=light") == listed
    assert _rows(site, "/alignment?theme=light") == default
    answer = site.get("/alignment?one=plan:none&other=plan:east&theme=light", headers={"Accept": "application/json"})
    assert (answer.status_code, site.get("/alignment?one=%3Cb&other=plan:east").status_code) == (404, 404)


def test_states_of_both_plans_are_counted(site: FlaskClient) -> None:
    page = site.get("/alignment?one=plan:city&other=plan:east&all=1", headers={"Accept-Language": "en"}).text
    counts = [words.split("<")[0] for words in page.split('<span class="state ')[1:]]
    assert counts == [
        'matched">matched 1',
        'intersecting">intersecting 1',
        'unmatched">unmatched 3',
        'matched">matched 1',
        'intersecting">intersecting 1',
        'unmatched">unmatched 0',
    ]


def test_neighbours_are_told_by_what_links_them(site: FlaskClient) -> None:
    found = site.get("/neighbours/around?of=id:t1&lang=en").get_json()
    edges = sorted((edge["source"][-2:], edge["label"], edge["target"][-2:]) for edge in found["edges"])
    assert edges == [("t1", "is part of", "g1"), ("t1", "is part of", "g2"), ("x1", "is set by", "t1")]


@pytest.mark.parametrize(
    "path",
    [
        "/hierarchy",
        "/hierarchy?of=plan:city",
        "/trajectory",
        "/trajectory?indicator=id:gdp",
        "/alignment",
        "/positionings",
        "/initiatives/readings",
        "/counts",
        "/neighbours?of=id:t1",
    ],
)
def test_a_page_is_kept_and_compared_by_its_tag(site: FlaskClient, path: str) -> None:
    first = site.get(path)
    again = site.get(path, headers={"If-None-Match": first.headers["ETag"]})
    assert (first.status_code, again.status_code, again.data) == (200, 304, b"")


@pytest.mark.parametrize(
    ("start", "part"),
    [(0, (None, (0, 2))), (1, (None, (0, 2))), (2, (0, (2, 3))), (3, (2, (3, 5))), (9, (2, (3, 5)))],
)
def test_a_part_of_the_initiatives_has_so_many_readings(start: int, part: tuple[int | None, tuple[int, int]]) -> None:
    assert initiatives._part([100, 20, 300, 1, 1], start) == part


def test_no_initiatives_are_one_empty_part() -> None:
    assert initiatives._part([], 0) == (None, (0, 0))


def test_initiatives_come_in_the_order_of_what_is_shown_of_them(shipped_build: Path) -> None:
    """What the query of all says of each is what its readings show: whether it changed, and how many there are."""
    service = Service(Settings(build=shipped_build, watch=0), in_process=True)
    with create_app(service=service).test_request_context("/?lang=en"), request_context(service) as context:
        summaries = initiatives._matches(context, None)
        details = initiatives._initiatives(context, list(summaries))
    service.close()
    assert {each.iri: len(each.component_readings) for each in details} == summaries
    assert [each.is_changed for each in details] == sorted((each.is_changed for each in details), reverse=True)
    assert [each.is_changed for each in details].count(True) == 2
