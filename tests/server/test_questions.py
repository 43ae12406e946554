"""Questions for people: one language a table, links in place of IRIs, and the same table as a file."""

from __future__ import annotations

import csv
import io
import re
from typing import TYPE_CHECKING
from urllib.parse import urlencode

import pyoxigraph as ox
import pytest

from policygraph import paths, queries
from policygraph.formats import workbook
from server import Settings, create_app
from server.graph.answer_table import Answer, AnswerTable, Cell, answer_table, unlabelled
from server.graph.labels import Names
from server.pages.wording import HEADS
from server.service import Service
from server.web.ask import Row

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from flask.testing import FlaskClient

PLAN, AREA = (ox.NamedNode(f"https://example.org/{name}") for name in ("plan", "area"))
QUERIES = queries.read_all(paths.find().queries / "competency")


@pytest.fixture(scope="module")
def client(shipped_build: Path) -> Iterator[FlaskClient]:
    service = Service(Settings(build=shipped_build, workers=2, watch=0, client_seconds=1e6, client_errors=1e6))
    yield create_app(service=service).test_client(use_cookies=False)
    service.close()


def _row() -> Row:
    return {
        "plan": PLAN,
        "zh": ox.Literal("方案", language="zh"),
        "en": ox.Literal("plan", language="en"),
        "area": AREA,
        "areaZh": ox.Literal("区域", language="zh"),
        "value": ox.Literal("1500000000000.0", datatype=ox.NamedNode("http://www.w3.org/2001/XMLSchema#decimal")),
        "printed": ox.Literal("1.5万亿"),
    }


def test_a_table_is_in_one_language_and_links_its_things() -> None:
    table = answer_table(list(_row()), [_row(), _row()], Names({}), "en")
    assert table == AnswerTable(
        ["plan", "area", "value", "printed", "printedEn"],
        [
            [
                Cell("plan", "text", "en", PLAN.value),
                Cell("区域", "text", "zh", AREA.value),
                Cell("1500000000000.0", "decimal"),
                Cell("1.5万亿", "text", "zh"),
                Cell("1.5 trillion", "text", "en"),
            ]
        ],
    )
    assert answer_table(list(_row()), [_row()], Names({}), "zh").columns == ["plan", "area", "value", "printed"]


def test_a_parameter_with_a_value_is_no_column_and_unlabelled_things_are_looked_up() -> None:
    rows: list[Row] = [{"plan": PLAN, "area": AREA}]
    table = answer_table(["plan", "area"], rows, Names({AREA.value: {"en": "Area"}}), "en", ["plan"])
    assert (unlabelled(["plan", "area"], rows), table.rows) == (
        {PLAN.value, AREA.value},
        [(Cell("Area", "text", "en", AREA.value),)],
    )


def test_the_label_of_a_row_stands_beside_the_thing_that_the_query_reads_it_of() -> None:
    """Its thing may be selected behind it, and other things before it: cq-47 named plans after measures."""
    row: Row = {"plan": PLAN, "zh": ox.Literal("措施", language="zh"), "measure": AREA}
    text = "SELECT ?plan ?zh ?measure {\n  ?measure a pg:Measure ; pg:isWithin ?plan ; skos:prefLabel ?zh }"
    names = Names({PLAN.value: {"zh": "方案"}})
    table = answer_table(list(row), [row], names, "zh", text=text)
    without = answer_table(["plan", "zh"], [row], names, "zh", ["plan"], text=text)
    assert (table.columns, [(cell.text, cell.iri) for cell in table.rows[0] if cell]) == (
        ["plan", "measure"],
        [("方案", PLAN.value), ("措施", AREA.value)],
    )
    assert (without.columns, without.rows) == (["label"], [(Cell("措施", "text", "zh"),)])
    assert unlabelled(list(row), [row], text) == {PLAN.value}


def test_an_empty_answer_keeps_its_columns() -> None:
    content = b"?plan\t?planZh\t?planEn\t?theme\t?themeZh\t?themeEn\t?measures\n"
    text = "SELECT ?plan ?planZh ?planEn ?theme ?themeZh ?themeEn (COUNT(*) AS ?measures) WHERE {}"
    table = Answer(content, "en", text=text).table(lambda _: Names({}))
    assert table == AnswerTable(["plan", "theme", "measures"], [])


def test_an_answer_is_shown_in_parts_of_rows_that_read_alike_once() -> None:
    """Two plans of one Chinese name and other English ones, a row twice, an empty column, and a tab in a text."""
    rows = [
        '<urn:a>\t"甲"@zh\t"one"@en\t\t<urn:k>\t2',
        '<urn:a>\t"甲"@zh\t"uno"@en\t\t<urn:k>\t2',
        '<urn:b>\t"甲"@zh\t"one"@en\t\t<urn:k>\t"2\\t"',
        '<urn:b>\t\t"one"@en\t\t<urn:k>\t_:x',
    ]
    content = "\n".join(["?plan\t?zh\t?en\t?none\t?kind\t?value", *rows, ""]).encode()
    text = "SELECT ?plan ?zh ?en ?none ?kind ?value WHERE { ?plan skos:prefLabel ?zh, ?en }"
    wanted: list[set[str]] = []

    def named(things: set[str]) -> Names:
        wanted.append(things)
        return Names({"urn:k": {"en": "kind"}})

    chinese, english = (Answer(content, language, ["kind"], text=text) for language in ("zh", "en"))
    first = (Cell("甲", "text", "zh", "urn:a"), Cell("2", "integer"))
    assert (len(chinese), chinese.table(named, 0, 1)) == (3, AnswerTable(["plan", "value"], [list(first)]))
    assert chinese.table(named, 1).rows == [
        [Cell("甲", "text", "zh", "urn:b"), Cell("2\t")],
        [Cell("one", "text", "en", "urn:b"), None],
    ]
    assert len(english) == 4
    assert wanted == [set(), set()]
    kinds = Answer(content, "en", text=text).table(named, 2)
    assert ([row[1] for row in kinds.rows], wanted[2]) == ([Cell("kind", "text", "en", "urn:k")] * 2, {"urn:k"})


@pytest.mark.parametrize("query", QUERIES, ids=lambda query: query.name)
def test_every_question_is_answered_with_heads_for_people(client: FlaskClient, query: queries.Query) -> None:
    answer = client.get(f"/questions/{query.name}", headers={"Accept": "text/html", "Accept-Language": "en"})
    heads = [re.sub("<[^>]+>", "", each) for each in re.findall(r"<th [^>]*>(.*?)</th>", answer.text)]
    assert answer.status_code == 200
    assert [each for each in heads if re.search(r"Zh$|En$|[a-z][A-Z]", each)] == []
    chinese = client.get(f"/questions/{query.name}", headers={"Accept": "text/html", "Accept-Language": "zh"}).text
    for table in re.findall(r"<thead>(.*?)</thead>", chinese, re.DOTALL):
        heads = re.findall(r"<th [^>]*>(.*?)</th>", table)
        assert sorted(heads) == sorted(set(heads))


def test_questions_are_listed_by_group(client: FlaskClient) -> None:
    html = client.get("/questions", headers={"Accept": "text/html", "Accept-Language": "en"}).text
    listed = {
        re.search(r'id="(\w+)"', section)[1]: re.findall(r"/questions/(cq-\d+)", section)  # type: ignore[index]
        for section in html.split("<section>")[1:]
    }
    expected = {name: [query.name[:5] for query in members] for name, members in queries.grouped(QUERIES).items()}
    assert listed == expected
    assert listed["corpus"] == [f"cq-{number}" for number in range(48, 56)]


def test_every_variable_of_a_question_has_a_head() -> None:
    selects = [re.split(r"\nSELECT|\nWHERE", query.text)[1] for query in QUERIES]
    visible = [re.sub(r"\([\s\S]*?\bAS (?=\?)", "", select) for select in selects]
    selected = {re.sub(r"(Zh|En)$", "", name) for select in visible for name in re.findall(r"\?(\w+)", select)}
    assert sorted(selected - HEADS.keys() - {"zh", "en"}) == []


def test_the_table_is_taken_home_as_it_is_shown(client: FlaskClient) -> None:
    address = "/questions/cq-10-indicator-across-plans?indicator=indicator:high-tech-enterprises&lang=en&format="
    rows = list(csv.reader(io.StringIO(client.get(address + "csv").text.removeprefix("\ufeff"))))
    sheet = next(iter(workbook.read(client.get(address + "xlsx").data).values()))
    content = client.get(address + "json").get_json()
    assert rows[0][:4] == ["area", "by", "kind", "value"]
    assert (len(rows), sheet[0], len(sheet), list(content["rows"][0])) == (
        len(content["rows"]) + 1,
        rows[0],
        len(rows),
        rows[0],
    )


def test_a_format_that_is_not_there_is_refused(client: FlaskClient) -> None:
    assert client.get("/questions/cq-27-documents?format=docx").status_code == 400
    assert client.get("/questions/none").status_code == 404


def test_a_policy_field_is_no_theme_of_pages(client: FlaskClient) -> None:
    """`theme` is a parameter of this question and chooses how pages look: its value tells which is meant."""
    address, field = "/questions/cq-44-instruments-by-theme", "https://w3id.org/policygraph/concept/theme/ecology"
    rows = client.get(address, query_string={"theme": field, "format": "json"}).get_json()["rows"]
    answer = client.get(
        f"/api{address}".replace("questions", "queries"), query_string={"theme": field, "format": "csv"}
    )
    page = client.get(address, query_string={"theme": field}, headers={"Cookie": "theme=light"})
    dark = re.findall(r'href="([^"]*)"[^>]*data-theme-choice="dark"', page.text)
    both = client.get(address, query_string=[("theme", field), ("theme", "dark")])
    assert (len(rows), len(rows) > 0) == (len(answer.text.splitlines()) - 1, True)
    assert [re.findall(r'<html[^>]*data-theme="(\w+)"', each.text) for each in (page, both)] == [["light"], ["dark"]]
    assert page.headers.getlist("Set-Cookie") == []
    assert dark == [f"{address}?{urlencode([('theme', field), ('theme', 'dark')])}".replace("&", "&amp;")]
