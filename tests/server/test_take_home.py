"""What people take home: tables as files, the list of exports, citations, and pages that stand in other pages."""

from __future__ import annotations

import csv
import html
import io
import json
import re
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import openpyxl
import pyoxigraph as ox
import pytest
import serving

from server import ServiceError, Settings, create_app
from server.graph.answer_table import AnswerTable, Cell, without_printed
from server.pages import take_home
from server.pages.citing import Citation
from server.service import Service

if TYPE_CHECKING:
    from collections.abc import Iterator

    from flask.testing import FlaskClient

TRIG = Path(__file__).with_name("ladder.trig")
HTML = {"Accept": "text/html", "Accept-Language": "en"}
_ADDRESS = "https://example.org/document/shenhe-2022"
ARTICLE = Citation("沈河区专版", _ADDRESS, "2026-11-29", "cbf122861bf28b9b", "沈阳日报", "2022-09-20", ["陶阳"], "N")
DATA = Citation("GDP & more", "https://example.org/indicators/gdp", "2026-11-29", "cbf122861bf28b9b")


@pytest.fixture(scope="module")
def link(tmp_path_factory: pytest.TempPathFactory) -> Path:
    link = tmp_path_factory.mktemp("home") / "build"
    serving.write_build(link, TRIG.read_text(encoding="utf-8"))
    return link


@pytest.fixture(scope="module")
def bare(link: Path) -> Iterator[FlaskClient]:
    """A service of its own, since answers are kept, for a Python that has no library for workbooks."""
    service = Service(Settings(build=link, workers=1, watch=0, client_seconds=1e6, client_errors=1e6))
    yield create_app(service=service).test_client(use_cookies=False)
    service.close()


def _without_library(name: str) -> None:
    """No library is installed."""


@pytest.mark.parametrize(
    "address", ["/indicators", "/positionings", "/about/id/plan/north", "/hierarchy?of=plan:north", "/ontology"]
)
def test_a_format_that_cannot_be_written_is_named_with_what_it_needs(
    address: str, client: FlaskClient, bare: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    pages = [client.get(address, headers=HTML).get_data(as_text=True)]
    monkeypatch.setattr(take_home, "find_spec", _without_library)
    pages.append(bare.get(address, headers=HTML).get_data(as_text=True))
    note = "Excel: needs the Python package openpyxl here"
    assert [note in re.sub("<[^>]*>", "", page) for page in pages] == [False, True]


def test_a_format_that_cannot_be_written_is_refused_with_what_it_needs(
    bare: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(take_home, "find_spec", _without_library)
    answer = bare.get("/indicators?format=xlsx&lang=en", headers={"Accept": "application/json"})
    assert (answer.status_code, answer.get_json()["detail"]) == (
        501,
        "The library that writes Excel is not installed: policygraph[export].",
    )


@pytest.fixture(scope="module")
def client(link: Path) -> Iterator[FlaskClient]:
    settings = Settings(
        build=link, workers=2, watch=0, client_seconds=1e6, client_errors=1e6, embedding=("https://a.example",)
    )
    service = Service(settings)
    yield create_app(service=service).test_client(use_cookies=False)
    service.close()


def test_a_document_and_a_page_are_cited_after_the_standard() -> None:
    assert replace(DATA, published="2023", authors=["关欣", "袁野"]).gbt == (
        "关欣, 袁野. GDP & more[DB/OL]. 快照 cbf122861bf2(2023)[2026-11-29]. https://example.org/indicators/gdp."
    )
    assert (ARTICLE.gbt, DATA.gbt) == (
        f"陶阳. 沈河区专版[N/OL]. 沈阳日报, 2022-09-20[2026-11-29]. {_ADDRESS}.",
        "policygraph. GDP & more[DB/OL]. 快照 cbf122861bf2[2026-11-29]. https://example.org/indicators/gdp.",
    )


def test_bibtex_and_csl_hold_the_same() -> None:
    assert DATA.bibtex == (
        "@misc{indicators-gdp-cbf122861bf2,\n  title = {{GDP \\& more}},\n  howpublished = {policygraph},\n"
        "  url = {https://example.org/indicators/gdp},\n  urldate = {2026-11-29},\n"
        "  note = {Snapshot cbf122861bf2}\n}\n"
    )
    (item,) = json.loads(ARTICLE.csl)
    assert (item["type"], item["container-title"], item["issued"], item["author"]) == (
        "article-newspaper",
        "沈阳日报",
        {"date-parts": [[2022, 9, 20]]},
        [{"literal": "陶阳"}],
    )


def test_a_reading_room_tells_zotero_what_it_is(client: FlaskClient) -> None:
    html = client.get("/document/north", headers=HTML).text
    metadata = dict(re.findall(r'<meta name="(citation_\w+)" content="([^"]*)">', html))
    assert metadata == {
        "citation_title": "北文",
        "citation_publisher": "policygraph",
        "citation_publication_date": "2024/01/20",
        "citation_public_url": "http://localhost/document/north",
    }


def test_the_values_of_an_indicator_are_a_file(client: FlaskClient) -> None:
    text = client.get("/indicators/output?format=csv&what=target&sort=-value&lang=en").text.removeprefix("\ufeff")
    rows = list(csv.DictReader(io.StringIO(text)))
    first = rows[0]
    names = ("area", "level", "bound", "value", "year", "inferred", "kind", "document", "evidence")
    assert [first[name] for name in names] == [
        "North",
        "province",
        "at least",
        "1500000000000",
        "2026",
        "false",
        "level",
        "plan of North",
        "https://w3id.org/policygraph/id/source/north#char=5,9",
    ]
    assert [(row["area"], row["role"], row["year"]) for row in rows] == [
        ("North", "target", "2026"),
        ("South", "target", "2025"),
        ("Town", "target", "2026"),
        ("North", "target", "2026"),
        ("North", "not stated", "2025"),
        ("Draft", "no document", "2025"),
        ("Omitted", "no document", "2025"),
        ("Draft", "not read", "2026"),
        ("Omitted", "not read", "2026"),
    ]


#: Pages that are no answers: without a table, or with tools alone.
NO_TABLES = frozenset({"/", "/query", "/search", "/api", "/reviews", "/export"})
LISTS = ("/areas", "/indicators", "/plans", "/documents", "/counts", "/positionings", "/initiatives/readings")
PAGES = (
    *(*LISTS, "/hierarchy", "/hierarchy?of=plan:north", "/trajectory", "/trajectory?indicator=indicator:output"),
    *("/organisations", "/initiatives", "/alignment", "/map", "/questions", "/index", "/neighbours?of=area:north"),
    *("/document/north", "/indicators/output", "/indicators/output?view=table", "/search?q=north"),
)


@pytest.mark.parametrize("path", PAGES)
def test_every_page_with_a_table_offers_it_as_files(client: FlaskClient, path: str) -> None:
    html = client.get(path, headers=HTML).text
    offered = set(re.findall(r'href="[^"]*\bformat=(csv|xlsx|json)[^"]*"[^>]*>', html))
    assert offered == {"csv", "xlsx", "json"}
    assert re.search(r'href="[^"]*(?:format=ttl|\.ttl\?)', html) or path == "/questions"


def test_no_page_is_without_its_table(client: FlaskClient) -> None:
    navigation = re.findall(r'<li><a href="(/[^"]*)"', client.get("/", headers=HTML).text.partition("<main")[0])
    assert {path for path in navigation if path not in (*PAGES, *NO_TABLES)} == {"/ontology"}
    assert {
        name
        for name, _ in re.findall(
            r'href="/ontology\.(csv|xlsx|ttl)"( type)', client.get("/ontology", headers=HTML).text
        )
    } == {"csv", "xlsx", "ttl"}


@pytest.mark.parametrize("path", PAGES)
@pytest.mark.parametrize("form", ["csv", "xlsx", "json"])
def test_every_list_and_table_is_a_file(client: FlaskClient, path: str, form: str) -> None:
    answer = client.get(f"{path}{'&' if '?' in path else '?'}format={form}")
    assert (answer.status_code, answer.headers["Content-Disposition"].endswith(f".{form}")) == (200, True)


def test_the_page_of_a_thing_is_tables(client: FlaskClient) -> None:
    text = client.get("/about/id/plan/north.csv?lang=en").text.removeprefix("\ufeff")
    rows = list(csv.DictReader(io.StringIO(text)))
    assert [(row["property"], row["value"], row["value (IRI)"]) for row in rows if row["section"] == "Statements"] == [
        ("is a", "pg:Plan", "https://w3id.org/policygraph/ontology#Plan"),
        ("label", "plan of North", ""),
        ("label", "北方案", ""),
        ("pg:coversArea", "North", "https://w3id.org/policygraph/id/area/north"),
        ("pg:hasPeriodEnd", "2026", ""),
        ("pg:hasPeriodStart", "2024", ""),
        ("pg:isDescribedIn", "text of North", "https://w3id.org/policygraph/id/document/north"),
    ]
    workbook = openpyxl.load_workbook(io.BytesIO(client.get("/about/id/plan/north.xlsx?lang=en").data))
    assert workbook.sheetnames == list(dict.fromkeys(row["section"] for row in rows))


def test_exports_are_a_page_for_people_and_json_for_programs(client: FlaskClient) -> None:
    page = client.get("/export?plan=plan:north", headers=HTML)
    links = re.findall(r'href="(/export/[^"]+)"', page.text)
    assert "/export/targets.csv?plan=plan:north" in links
    assert client.get("/export").get_json()["exports"][0]["name"] == "graph.ttl"
    english = re.findall(r'href="(/export/[^"]+)"', client.get("/export?only=en", headers=HTML).text)
    assert {"/export/targets.csv?only=en", "/export/graph.ttl"} <= set(english)
    head = client.get("/export/targets.csv?only=en").text.splitlines()[0].split(",")
    assert [name for name in head if name == "zh" or name.endswith("Zh") or name.startswith("printed")] == [
        "printedValueEn"
    ]


def test_of_more_plans_than_fit_a_list_one_is_chosen_by_its_name(
    client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    def chosen(address: str) -> list[tuple[str, str, str]]:
        """Each field where something is chosen by words: its name, its value, and what that is called."""
        pattern = r'<input name="(\w+)" value="([^"]*)" [^>]*data-choose="\w+"(?:[^>]* data-called="([^"]*)")?'
        return re.findall(pattern, client.get(address, headers=HTML).text)

    assert chosen("/export?lang=en") == []
    monkeypatch.setattr("server.pages.taking_home.MOST", 0)
    expected = [("plan", "plan:north", "plan of North"), ("document", "", "")]
    assert chosen("/export?plan=plan:north&lang=en&theme=dark") == expected
    assert chosen("/export?plan=plan+of+North&lang=en&theme=dark") == expected


def test_a_ladder_stands_in_pages_of_sites_that_are_named(client: FlaskClient) -> None:
    embedded = client.get("/indicators/output?embed=1", headers=HTML)
    plain = client.get("/indicators/output", headers=HTML)
    other = client.get("/areas?embed=1", headers=HTML)
    policies = [
        re.search("frame-ancestors [^;]*", each.headers["Content-Security-Policy"]) for each in (embedded, plain, other)
    ]
    assert [policy[0] for policy in policies if policy] == [
        "frame-ancestors https://a.example",
        "frame-ancestors 'none'",
        "frame-ancestors 'none'",
    ]
    assert ["X-Frame-Options" in each.headers for each in (embedded, plain, other)] == [False, True, True]
    assert ['class="masthead"' in each.text for each in (embedded, plain, other)] == [False, True, True]


def test_nobody_embeds_where_no_site_is_named(link: Path) -> None:
    service = Service(Settings(build=link, workers=1, watch=0))
    try:
        visitor = create_app(service=service).test_client()
        answer, page = (visitor.get(f"/indicators/output{end}", headers=HTML) for end in ("?embed=1", ""))
    finally:
        service.close()
    assert (answer.headers["X-Frame-Options"], "iframe" in page.text) == ("DENY", False)


def test_a_frame_to_copy_shows_the_page_in_the_language_of_its_reader(client: FlaskClient) -> None:
    page = client.get("/indicators/output?all=1&lang=zh", headers=HTML)
    frame = next(each for each in re.findall("<pre[^>]*>([^<]*)</pre>", page.text) if "iframe" in each)
    assert html.unescape(frame) == (
        '<iframe src="http://localhost/indicators/output?all=1&amp;lang=zh&amp;embed=1" width="100%" height="480" '
        'loading="lazy" title="产值 · 目标阶梯"></iframe>'
    )
    assert '<base target="_blank">' in client.get("/indicators/output?embed=1", headers=HTML).text


@pytest.mark.parametrize("origin", ["'self'; script-src *", "https://a.example/path", "javascript:"])
def test_an_origin_says_nothing_else(link: Path, origin: str) -> None:
    with pytest.raises(ServiceError):
        Settings(build=link, embedding=(origin,))


#: Page -> how many lines its table has, with its head.
TABLES = {
    "/alignment?one=area:north&other=area:town": 6,
    "/hierarchy?of=plan:north": 3,
    "/neighbours?of=plan:north": 5,
    "/map?indicator=indicator:output&of=area:north": 2,
    "/indicators/output?view=table": 11,
}


@pytest.mark.parametrize("path", TABLES)
def test_what_a_page_shows_is_taken_home_as_a_table_and_as_data(client: FlaskClient, path: str) -> None:
    page = client.get(path, headers=HTML)
    offered = re.findall(r'href="([^"]*format=\w+[^"]*)"', page.text)
    assert {re.search(r"format=(\w+)", each)[1] for each in offered} >= {"csv", "xlsx", "json"}  # type: ignore[index]
    answer = client.get(f"{path}&format=csv&lang=en")
    rows = list(csv.reader(io.StringIO(answer.text.removeprefix("\ufeff"))))
    assert (len(rows), {len(row) for row in rows}) == (TABLES[path], {len(rows[0])})
    data = client.get(f"{path}&format=ttl")
    subjects = {triple.subject.value for triple in ox.parse(data.get_data(), ox.RdfFormat.TURTLE)}
    named = {cell for row in rows for cell in row if cell.startswith("https://w3id.org/policygraph/id/")}
    evidence = {cell for cell in named if "#char=" in cell}
    assert (data.mimetype, subjects) == ("text/turtle", named - evidence)


def test_what_an_area_belongs_to_is_no_upper_value(client: FlaskClient) -> None:
    rows = csv.reader(io.StringIO(client.get("/areas?format=csv&lang=en").text.removeprefix("\ufeff")))
    assert [each for each in next(rows) if each in {"to at most", "Belongs to"}] == ["Belongs to"]


CITED = [*TABLES, "/positionings", "/counts", "/initiatives/readings", "/plans", "/organisations"]


@pytest.mark.parametrize("path", CITED)
def test_a_page_says_how_it_is_cited(client: FlaskClient, path: str) -> None:
    page = client.get(path, headers=HTML)
    assert ('id="cite"' in page.text, '<meta name="citation_title"' in page.text) == (True, True)


def test_a_file_in_english_only_leaves_out_what_the_texts_print(client: FlaskClient) -> None:
    english = {"Accept-Language": "en"}
    address = "/indicators/output?format=csv"
    whole, only = (client.get(address + more, headers=english).get_data(as_text=True) for more in ("", "&only=en"))
    heads = [next(csv.reader(io.StringIO(text.lstrip("\ufeff")))) for text in (whole, only)]
    assert [name for name in heads[0] if name not in heads[1]] == ["as printed"]
    assert (re.search("[\u4e00-\u9fff]", whole) is not None, re.search("[\u4e00-\u9fff]", only)) == (True, None)
    page = client.get("/indicators/output", headers=HTML).get_data(as_text=True)
    assert "/indicators/output?format=csv&amp;only=en" in page
    refusal = client.get(f"{address}&only=fr", headers={"Accept": "application/json"})
    assert (refusal.status_code, refusal.get_json()["name"]) == (400, "only")


def test_a_label_that_nobody_has_translated_stays_in_its_column() -> None:
    rows = [
        [Cell("Town", language="en"), Cell("4500家", language="zh"), Cell("4,500", language="en"), None],
        [Cell("[untranslated] 东陵县", language="en"), Cell("5%"), None, Cell("（一）")],
    ]
    table = without_printed(AnswerTable(["area", "printed", "printedEn", "number"], rows))
    assert (table.columns, [[cell and cell.text for cell in row] for row in table.rows]) == (
        ["area", "printedEn"],
        [["Town", "4,500"], ["[untranslated] 东陵县", None]],
    )
