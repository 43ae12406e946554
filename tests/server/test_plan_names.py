"""Plans and documents of one name are told apart by their area, on pages, in tables, in the search and by programs."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from serving import served, write_build

from server.graph.plan_names import PlanNames

if TYPE_CHECKING:
    from collections.abc import Iterator

    from flask.testing import FlaskClient

#: Reports of four provinces: two of one name, one with a year, one that names it; and two plans of two years each.
TRIG = """
GRAPH graph:ontology { pg:Plan a owl:Class ; skos:prefLabel "方案"@zh , "plan"@en . }
GRAPH <https://w3id.org/policygraph/graph/reference> {
  area:guangdong a pg:AdministrativeArea ; skos:prefLabel "广东省"@zh , "Guangdong Province"@en .
  area:hainan a pg:AdministrativeArea ; skos:prefLabel "海南省"@zh , "Hainan Province"@en .
  area:yunnan a pg:AdministrativeArea ; skos:prefLabel "云南省"@zh , "Yunnan Province"@en .
  area:guizhou a pg:AdministrativeArea ; skos:prefLabel "贵州省"@zh , "Guizhou Province"@en .
}
GRAPH <https://w3id.org/policygraph/graph/document/one> {
  plan:a a pg:Plan ; pg:coversArea area:guangdong ; pg:hasPeriodStart "2026"^^xsd:gYear ;
    skos:prefLabel "政府工作报告"@zh , "Report on the work of the government"@en .
  plan:b a pg:Plan ; pg:coversArea area:hainan ;
    skos:prefLabel "政府工作报告"@zh , "Report on the work of the government of Hainan"@en .
  plan:c a pg:Plan ; pg:coversArea area:yunnan ;
    skos:prefLabel "2026年政府工作报告"@zh , "Report on the work of the government, 2026"@en .
  plan:d a pg:Plan ; pg:coversArea area:guizhou ;
    skos:prefLabel "政府工作报告（在贵州省第十四届人民代表大会上）"@zh , "Report of Guizhou"@en .
  plan:e a pg:Plan ; pg:coversArea area:yunnan ; skos:prefLabel "2025年水利计划"@zh , "Plan of waters 2025"@en .
  plan:f a pg:Plan ; pg:coversArea area:yunnan ; skos:prefLabel "2026年水利计划"@zh , "Plan of waters 2026"@en .
  document:a a pg:PolicyDocument ; pg:coversArea area:guangdong ; skos:prefLabel "工作报告"@zh , "Work report"@en ;
    pg:hasEvidence <https://w3id.org/policygraph/id/source/a#char=0,5> .
  document:b a pg:PolicyDocument ; pg:coversArea area:hainan ; skos:prefLabel "工作报告"@zh , "Work report"@en .
  <https://w3id.org/policygraph/id/source/a> pg:isTextOf document:a ; pg:hasFileName "a.txt" ; pg:hasSha256 "0" ;
    pg:hasLength 9 .
  <https://w3id.org/policygraph/id/source/a#char=0,5> oa:hasSource <https://w3id.org/policygraph/id/source/a> ;
    oa:hasSelector <https://w3id.org/policygraph/id/selector/a/0-5> .
  <https://w3id.org/policygraph/id/selector/a/0-5> oa:start 0 ; oa:end 5 .
  plan:g a pg:Plan ; pg:coversArea area:yunnan ; pg:hasPeriodStart "2021"^^xsd:gYear ; skos:prefLabel "治水方案"@zh .
  plan:h a pg:Plan ; pg:coversArea area:yunnan ; pg:hasPeriodStart "2024"^^xsd:gYear ; skos:prefLabel "治水方案"@zh .
  <https://w3id.org/policygraph/id/a/t1> a pg:Task , pg:PlanElement ; pg:isPartOf plan:a ; pg:isWithin plan:a ;
    skos:prefLabel "任务"@zh , "task"@en .
}
"""
#: Short name of a plan -> what it is called.
ZH = {
    "a": "政府工作报告（广东省）",
    "b": "政府工作报告（海南省）",
    "c": "2026年政府工作报告（云南省）",
    "d": "政府工作报告（在贵州省第十四届人民代表大会上）",
    "e": "2025年水利计划",
    "f": "2026年水利计划",
    "g": "治水方案（2021）",
    "h": "治水方案（2024）",
}
EN = {
    "a": "Report on the work of the government (Guangdong Province)",
    "b": "Report on the work of the government of Hainan",
    "c": "Report on the work of the government, 2026 (Yunnan Province)",
}


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[FlaskClient]:
    link = tmp_path_factory.mktemp("names") / "build"
    write_build(link, TRIG)
    with served(link) as client:
        yield client


def test_lists_and_the_search_call_plans_by_their_area(client: FlaskClient) -> None:
    listed = client.get("/plans?format=json&lang=zh").get_json()["rows"]
    assert sorted(next(iter(row.values())) for row in listed) == sorted(ZH.values())
    hits = client.get("/api/search?q=政府工作报告&lang=zh").get_json()["results"]
    assert {hit["iri"].rpartition("/")[2]: hit["label"] for hit in hits} == {key: ZH[key] for key in "abcd"}
    english = client.get("/api/search?q=work government&lang=en").get_json()["results"]
    assert {hit["iri"].rpartition("/")[2]: hit["label"] for hit in english} == EN


@pytest.mark.parametrize("path", ["/", "/hierarchy", "/hierarchy?of=plan:a", "/id/plan/a"])
def test_pages_call_a_plan_by_its_area(client: FlaskClient, path: str) -> None:
    page = client.get(path, headers={"Accept": "text/html", "Accept-Language": "zh"}, follow_redirects=True)
    assert (page.status_code, ZH["a"] in page.text) == (200, True)


def test_the_reading_room_calls_a_document_by_its_area(client: FlaskClient) -> None:
    page = client.get("/document/a", headers={"Accept": "text/html", "Accept-Language": "en"})
    assert "<h1>Work report (Guangdong Province)</h1>" in page.text


def test_what_is_stated_stays_as_it_is(client: FlaskClient) -> None:
    description = client.get("/id/plan/a", headers={"Accept": "text/turtle"}, follow_redirects=True).text
    assert ("政府工作报告" in description, "（广东省）" in description) == (True, False)


def test_a_label_that_needs_no_area_is_left_alone() -> None:
    names = PlanNames({("plan:a", "甲"): "甲（乙）"})
    assert [names.label("plan:a", "甲"), names.label("plan:b", "甲"), names.label("plan:a", "丙")] == [
        "甲（乙）",
        "甲",
        "丙",
    ]
