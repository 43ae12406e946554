"""Ladders and comparisons: what may stand beside what, why a cell is empty, and what two areas have in common."""

from __future__ import annotations

import csv
import io
import re
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING

import pyoxigraph as ox
import pytest
import serving

from policygraph.vocab import pg
from server import Settings, create_app
from server.graph.axes import value
from server.graph.comparison import Target, Topic, _by_setter, _related, _silence
from server.graph.labels import Names
from server.graph.silence import Document, why_silent
from server.pages.alignment import _whose
from server.pages.wording import exact, percent, quantity
from server.service import Service

if TYPE_CHECKING:
    from collections.abc import Iterator

    from flask.testing import FlaskClient

TRIG = Path(__file__).with_name("ladder.trig")
#: A target of nobody, for nothing.
TARGET = Target("x:t", "", ("", ""), "", "", "", "", {}, (), ("", ""))


#: A part of North for which nothing is set.
HAMLET = """
GRAPH <https://w3id.org/policygraph/graph/reference> {
  area:hamlet a pg:City , pg:AdministrativeArea ; skos:prefLabel "村市"@zh , "Hamlet"@en ; skos:notation "1002" ;
    pg:isSubdivisionOf area:north .
}
"""

#: Growth over several years, and in the last of them.
GROWTH = """
GRAPH <https://w3id.org/policygraph/graph/document/north> {
  area:bay a pg:Province , pg:AdministrativeArea ; skos:prefLabel "湾省"@zh , "Bay"@en .
  indicator:trade a pg:Indicator ; skos:prefLabel "进出口总额"@zh , "trade"@en .
  id:n20 a pg:IndicatorTarget ; pg:ofIndicator indicator:trade ; pg:ofArea area:bay ;
    pg:hasValueKind <https://w3id.org/policygraph/concept/value-kind/growth-rate> ; pg:hasUnit unit:PERCENT ;
    pg:hasValue 30 ; pg:hasPeriodStart "2024"^^xsd:gYear ; pg:hasDeadline "2026"^^xsd:gYear ;
    skos:prefLabel "北贸易"@zh , "trade of North"@en .
  id:n21 a pg:IndicatorTarget ; pg:ofIndicator indicator:trade ; pg:ofArea area:bay ;
    pg:hasValueKind <https://w3id.org/policygraph/concept/value-kind/growth-rate> ; pg:hasUnit unit:PERCENT ;
    pg:hasValue 9 ; pg:hasDeadline "2026"^^xsd:gYear ; skos:prefLabel "北贸易"@zh , "trade of North"@en .
  id:n22 a pg:IndicatorObservation ; pg:ofIndicator indicator:trade ; pg:ofArea area:bay ;
    pg:hasValueKind <https://w3id.org/policygraph/concept/value-kind/growth-rate> ; pg:hasUnit unit:PERCENT ;
    pg:hasValue 7 ; pg:inPeriod "2021/2025" ; skos:prefLabel "北贸易"@zh , "trade of North"@en .
  indicator:fund a pg:Indicator ; skos:prefLabel "基金"@zh , "fund"@en .
  id:n23 a pg:IndicatorTarget ; pg:ofIndicator indicator:fund ; pg:ofArea area:bay ;
    pg:hasValueKind <https://w3id.org/policygraph/concept/value-kind/cumulative> ; pg:hasUnit unit:NUM ;
    pg:hasValue 50 ; pg:hasComparator odrl:gteq ; pg:hasPeriodStart "2024"^^xsd:gYear ;
    pg:hasDeadline "2026"^^xsd:gYear ; skos:prefLabel "北基金"@zh , "fund of North"@en .
}
"""


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[FlaskClient]:
    link = tmp_path_factory.mktemp("ladder") / "build"
    serving.write_build(link, TRIG.read_text(encoding="utf-8") + HAMLET + GROWTH)
    service = Service(Settings(build=link, workers=2, watch=0, client_seconds=1e6, client_errors=1e6))
    yield create_app(service=service).test_client(use_cookies=False)
    service.close()


def _html(client: FlaskClient, path: str, language: str = "en") -> str:
    answer = client.get(path, headers={"Accept": "text/html", "Accept-Language": language})
    assert answer.status_code == 200, answer.text
    return answer.text


def _text(html: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", html).replace("&gt;", ">").split())


def _rows(html: str) -> list[list[str]]:
    """The rows of the tables, as words."""
    return [
        [_text(cell) for cell in re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", row, re.DOTALL)]
        for row in re.findall(r"<tr[^>]*>(.*?)</tr>", html, re.DOTALL)
    ]


def test_rows_are_areas_by_level_and_columns_years(client: FlaskClient) -> None:
    unstated = "a plan or document for this year was read and does not state it"
    unread = "a plan or document for this year is known and was not read"
    none = "no plan or document for this year is known"
    assert _rows(_html(client, "/indicators/output")) == [
        ["Area", "2024", "2025", "2026"],
        ["North province", "1.2 trillion CNY observed", f"– {unstated}", "1.5 trillion CNY at least"],
        ["South province", none, "900 billion CNY exactly, hollow: the year is inferred", f"? {unread}"],
        ["Town city", none, none, "80 billion CNY exactly"],
    ]


def test_what_is_of_several_years_has_a_column_of_these_years(client: FlaskClient) -> None:
    assert _rows(_html(client, "/indicators/trade")) == [
        ["Area", "2021–2025", "2026", "2024–2026"],
        ["Bay province", "7 observed", "9 exactly", "30 exactly"],
    ]
    assert "Bay: at least 50 (2024–2026)" in _text(_html(client, "/indicators/fund"))
    league = _rows(_html(client, "/indicators/trade?view=table&sort=-value"))
    assert [row[:3] for row in league[1:4]] == [
        ["Bay", "30", "2024–2026"],
        ["Bay", "9", "2026"],
        ["Bay", "7", "2021–2025"],
    ]
    file = client.get("/indicators/trade?format=csv&sort=-value", headers={"Accept-Language": "en"}).text
    rows = csv.DictReader(io.StringIO(file.lstrip("\ufeff")))
    assert [(row["value"], row["from"], row["year"]) for row in rows if row["value"]] == [
        ("30", "2024", "2026"),
        ("9", "", "2026"),
        ("7", "2021", "2025"),
    ]


def test_an_empty_cell_says_why_it_is_empty(client: FlaskClient) -> None:
    none = "no plan or document for this year is known"
    draft = "? for this year there is but a draft by machine that nobody has reviewed"
    assert _rows(_html(client, "/indicators/output?all=1"))[3:5] == [
        ["Draft province", none, draft, draft],
        ["Omitted province", none, none, "? a document for this year is left out of this build"],
    ]


def test_areas_without_a_target_stand_below_the_league_table(client: FlaskClient) -> None:
    html = _html(client, "/indicators/output?view=table&what=target&year=2026&level=2&kind=concept:value-kind/level")
    silent = html[html.index('id="silent"') :]
    assert _rows(silent) == [
        ["Area", "Level", "Year", "State", "Why"],
        [
            "Draft",
            "province",
            "2026",
            "? not read",
            "for this year there is but a draft by machine that nobody has reviewed",
        ],
        ["Omitted", "province", "2026", "? not read", "a document for this year is left out of this build"],
    ]
    file = client.get("/indicators/output?view=table&what=target&year=2026&lang=en&format=csv").text
    rows = csv.DictReader(io.StringIO(file.removeprefix("\ufeff")))
    assert [(row["area"], row["role"], row["year"]) for row in rows if row["area"] in ("Draft", "Omitted")] == [
        ("Draft", "not read", "2026"),
        ("Omitted", "not read", "2026"),
    ]


@pytest.mark.parametrize(
    ("kind", "comparator", "shown"),
    [
        ("Observation", "http://www.w3.org/ns/odrl/2/gt", True),  # 突破15万亿元
        ("Observation", "http://www.w3.org/ns/odrl/2/eq", False),
        ("Target", "http://www.w3.org/ns/odrl/2/eq", True),
    ],
)
def test_what_is_reached_keeps_its_bound(client: FlaskClient, kind: str, comparator: str, shown: bool) -> None:
    terms = {"value": "https://example.org/o", "class": pg(f"Indicator{kind}").value, "comparator": comparator}
    row = {name: ox.NamedNode(iri) for name, iri in terms.items()}
    with client.application.test_request_context("/"):
        assert value({**row, "amount": ox.Literal(15)}, {}).shows_bound is shown


def test_targets_of_one_side_say_why_the_other_has_none(client: FlaskClient) -> None:
    html = _html(client, "/alignment?one=area:north&other=area:town")
    own = html[html.index('id="own-1"') :]
    assert _rows(own)[1] == ["jobs", "45,000 by 2026 · North · level", "2026: no document"]


def test_what_a_person_has_read_settles_why_an_area_is_silent() -> None:
    documents = [
        Document(2024, 2026, "machine-read"),
        Document(2026, 2026, "not-stated"),
        Document(None, None, "left-out"),
    ]
    assert [why_silent(documents, year) for year in (2025, 2026, 2030, None)] == [
        "machine-read",
        "not-stated",
        "no-document",
        "not-stated",
    ]


def test_an_increment_stands_apart_and_one_value_is_a_sentence(client: FlaskClient) -> None:
    html = _html(client, "/indicators/output", "zh")
    sentences = [_text(each) for each in re.findall(r'<p class="sentence">(.*?)</p>', html, re.DOTALL)]
    assert sentences == ["北省: 3亿元 到 2026 年 – 北方案"]


def test_a_count_is_a_number_alone(client: FlaskClient) -> None:
    html = _html(client, "/indicators/jobs?view=table&what=target")
    assert [row[1] for row in _rows(html)[1:2]] == ["45,000"]


def test_the_table_is_sorted_and_filtered_by_its_address(client: FlaskClient) -> None:
    html = _html(client, "/indicators/output?view=table&kind=concept:value-kind/level&what=target&sort=-value")
    assert [[*row[:5], row[6]] for row in _rows(html[: html.index('id="silent"')])] == [
        ["Area", "Value ↓", "Year", "What", "Level", "Tone"],
        ["North", "≥ 1.5 trillion CNY", "2026", "target", "province", "at least"],
        ["South", "900 billion CNY", "2025 inferred", "target", "province", "exactly"],
        ["Town", "80 billion CNY", "2026", "target", "city", "exactly"],
    ]
    within = _html(client, "/indicators/output?view=table&within=area:north")
    assert [row[0] for row in _rows(within)] == ["Area", "Town"]


def test_two_areas_are_compared_by_indicator_and_by_what_is_suggested(client: FlaskClient) -> None:
    html = _html(client, "/alignment?one=area:north&other=area:town")
    findings = [_text(each) for each in re.findall(r'<li><a href="#[^"]+"><b>.*?</li>', html, re.DOTALL)]
    assert findings == [
        "0 alignments stated by curators",
        "1 alignments suggested by machine, not reviewed",
        "1 indicators with targets on both sides, for one area or an area and its part",
        "0 themes in common",
        "1 indicators with targets only in North",
        "0 indicators with targets only in Town",
    ]
    assert _rows(html)[1] == [
        "output",
        "1.5 trillion CNY by 2026 · North · level 300 million CNY by 2026 · North · increment".replace("1.5", "≥ 1.5"),
        "80 billion CNY by 2026 · Town · level",
        "an area and its part",
    ]


def test_a_target_belongs_to_the_side_whose_plan_sets_it() -> None:
    def row(name: str, *, is_set: bool) -> dict[str, ox.NamedNode | ox.BlankNode | ox.Literal]:
        terms: dict[str, ox.NamedNode | ox.BlankNode | ox.Literal] = {"target": ox.NamedNode(f"urn:{name}")}
        return terms | {"isSetBySide": ox.Literal(True)} if is_set else terms

    city = [row("of-city", is_set=True), row("by-city-for-district", is_set=True), row("by-both", is_set=True)]
    district = [
        row("by-city-for-district", is_set=False),
        row("by-both", is_set=True),
        row("by-province-for-district", is_set=False),
    ]
    assert [[each["target"].value.removeprefix("urn:") for each in side] for side in _by_setter([city, district])] == [
        ["of-city", "by-city-for-district", "by-both"],
        ["by-both", "by-province-for-district"],
    ]


def test_the_file_of_two_areas_has_values_units_and_correspondences(client: FlaskClient) -> None:
    file = client.get("/alignment?one=area:north&other=area:town&lang=en&format=csv").text
    rows = list(csv.DictReader(io.StringIO(file.removeprefix("\ufeff"))))
    columns = ("section", "side", "comparator", "value", "unit", "year", "relation")
    assert [tuple(row[name] for name in columns) for row in (rows[0], rows[-1])] == [
        ("Targets", "North", "at least", "1500000000000", "Chinese yuan", "2026", "an area and its part"),
        ("Correspondences", "", "", "", "", "", "superset-of"),
    ]


def test_what_an_area_is_divided_into_is_a_side(client: FlaskClient) -> None:
    html = _html(client, "/alignment?one=area:north&other=below-area:north")
    assert [row[0] for row in _rows(html)][:2] == ["Indicator", "output"]


def test_a_part_for_which_no_target_is_set_is_silent_too(client: FlaskClient) -> None:
    html = _html(client, "/alignment?one=area:north&other=below-area:north")
    assert "no document (Town, Hamlet)" in re.sub("<[^>]*>", "", html)


def test_targets_for_areas_that_have_nothing_to_do_with_each_other_face_each_other_apart() -> None:
    """A city's targets for its districts, beside those of one of them."""

    def target(name: str, area: str) -> Target:
        return replace(TARGET, iri=name, area=(area, ""))

    city, other, own, mine = target("1", "city"), target("2", "b"), target("3", "a"), target("4", "a")
    above = {"a": {"city"}, "b": {"city"}}
    topics = _related(Topic("x:i", "", ([city, other, own], [mine])), above)
    assert [(topic.sides, topic.relation) for topic in topics] == [
        (([city, own], [mine]), "same"),
        (([other], [mine]), "elsewhere"),
    ]
    [apart] = _related(Topic("x:i", "", ([other], [mine])), above)
    assert (apart.sides, apart.relation) == (([other], [mine]), "elsewhere")


def test_areas_that_are_silent_for_several_reasons_are_told_apart() -> None:
    """Else a year that one has no document of, and another a document that says nothing, has both and tells nothing."""
    by_area = {"a": [Document(2025, 2026, "not-stated")], "b": [Document(2025, 2025, "not-read")]}
    targets = [replace(TARGET, time=time) for time in ("2026", "2025", "")]
    assert _silence(targets, ["a", "b", "c"], by_area, {"p": []}) == [
        (2025, "not-stated", ["a"]),
        (2025, "not-read", ["b"]),
        (2025, "no-document", ["c"]),
        (2026, "not-stated", ["a"]),
        (2026, "no-document", ["b", "c"]),
    ]
    assert _silence(targets[:1], ["b"], by_area, {}) == [(2026, "no-document", ())]


@pytest.mark.parametrize(
    ("count", "words"),
    [
        (0, ""),
        (2, " (area 0, area 1)"),
        (4, " (area 0, area 1, area 2, area 3)"),
        (5, " (area 0, area 1, area 2, 2 more)"),
    ],
)
def test_a_few_of_those_who_are_silent_are_named(client: FlaskClient, count: int, words: str) -> None:
    labels = Names({f"x:{number}": {"en": f"area {number}"} for number in range(count)})
    with client.application.test_request_context("/?lang=en"):
        assert _whose(labels, [f"x:{number}" for number in range(count)]) == words


def test_correspondences_of_what_an_area_is_divided_into_are_counted(client: FlaskClient) -> None:
    counts = [
        re.findall(r"<b>(\d+)</b> (alignments \w+)", _html(client, f"/alignment?one=area:north&other={other}"))
        for other in ("area:town", "below-area:north")
    ]
    assert counts == [[("0", "alignments stated"), ("1", "alignments suggested")]] * 2


def test_between_a_plan_and_an_area_correspondences_are_not_counted(client: FlaskClient) -> None:
    assert "alignments stated" not in _html(client, "/alignment?one=plan:north&other=area:town")


@pytest.mark.parametrize("path", ["/indicators/none", "/indicators/%3Cb", "/alignment?one=area:none&other=area:town"])
def test_what_is_not_there_is_not_found(client: FlaskClient, path: str) -> None:
    assert client.get(path).status_code == 404


@pytest.mark.parametrize(
    ("number", "zh", "en"),
    [
        ("1000000000000", "1万亿", "1 trillion"),
        ("1555500000000", "1.5555万亿", "1.5555 trillion"),
        ("100000000", "1亿", "100 million"),
        ("45000", "4.5万", "45,000"),
        ("4500", "4,500", "4,500"),
        ("-20000", "-2万", "-20,000"),
        ("0.05", "0.05", "0.05"),
        ("0", "0", "0"),
    ],
)
def test_figures_are_written_as_people_write_them(number: str, zh: str, en: str) -> None:
    assert (quantity(Decimal(number), "zh"), quantity(Decimal(number), "en")) == (zh, en)


def test_the_exact_figure_is_kept(client: FlaskClient) -> None:
    assert exact(Decimal("1500000000000.0")) == "1,500,000,000,000.0"
    with client.application.test_request_context("/?lang=en"):
        assert (percent(0.99999), percent(1.0), percent(0.5)) == ("99.9%", "100%", "50.0%")


def test_a_comparison_begins_with_the_areas_that_set_most_targets(client: FlaskClient) -> None:
    page = _html(client, "/alignment")
    chosen = re.findall(r'<option value="([^"]*)" selected', page)
    assert (chosen[0], len(set(chosen[:2])), "Choose two plans or areas." in page) == ("area:north", 2, False)


def test_an_empty_plot_says_why_and_a_bound_is_told_alike_everywhere(client: FlaskClient) -> None:
    page = _html(client, "/trajectory?indicator=indicator:mood")
    assert page.count("Nothing is drawn: none of these values has both a number and a year.") == 1
    bounds = [(row[2], row[3]) for row in _rows(page) if len(row) == 7 and row[0].isdigit()]
    unstated = "target no number: not drawn"
    assert sorted(bounds) == [
        ("5以上", "observed, at least"),
        ("6", "observed"),
        ("根本好转", unstated),
        ("进一步好转", unstated),
    ]
    table = csv.DictReader(io.StringIO(client.get("/trajectory?indicator=indicator:mood&format=csv&lang=en").text))
    assert sorted((row["as printed"], row["role"], row["bound"]) for row in table) == [
        ("5以上", "observed", "at least"),
        ("6", "observed", ""),
        ("根本好转", "target", ""),
        ("进一步好转", "target", ""),
    ]
