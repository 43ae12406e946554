"""A project with a base of its own, as its service, its exports and its site show it: nothing of it is elsewhere."""

from __future__ import annotations

import html
import json
import re
import zipfile
from collections import Counter
from io import BytesIO
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import pyoxigraph as ox
import pytest
import rdflib
import serving
from click.testing import CliRunner

from policygraph import cli, vocab
from policygraph.describe import DISTRIBUTIONS
from server import Settings, create_app
from server.service import Service

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from flask import Flask
    from flask.testing import FlaskClient

BASE = "https://example.org/tea/"
TEXTS = {
    "chengdu": (
        "成都市茶业发展行动计划（2026—2028年）\n一、工作目标\n到2028年，全市茶馆达到500家，地区生产总值增长5%。\n"
        "打造西部茶业中心。\n二、主要任务\n1.建设综保区茶叶市场。（责任单位：市财政局）\n"
        "2.推动茶馆高质量发展。（责任单位：市委宣传部）\n3.办好三项活动。（责任单位：市茶业协会）\n"
    ),
    "wuhou": (
        "成都市武侯区茶业若干措施\n为贯彻落实《成都市茶业发展行动计划（2026—2028年）》，制定本措施。\n"
        "一、主要任务\n1.推动茶馆高质量发展。到2028年，地区生产总值增长6%。（责任单位：区财政局、市财政局）\n"
    ),
}
#: Addresses of a kind that are looked at; links lead from kind to kind.
_OF_A_KIND = 3
#: Kinds of pages that a reader must come to from the home page.
KINDS = {
    *("", "about/concept", "about/id/area", "about/id/document", "about/id/indicator", "about/id/plan", "alignment"),
    *("about/id/chengdu", "about/id/wuhou", "about/id/organisation", "areas", "counts", "document", "documents"),
    *("export", "hierarchy", "indicators", "initiatives", "neighbours", "ontology", "organisations", "plans"),
    *("positionings", "query", "questions", "trajectory"),
}


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The project as a user makes it, in four commands."""
    folder = tmp_path_factory.mktemp("own")
    (folder / "texts").mkdir()
    for slug, text in TEXTS.items():
        (folder / "texts" / f"{slug}.txt").write_text(text, encoding="utf-8")
    home = folder / "tea"
    commands = (
        ("init", str(home), "--base", BASE, "--name", "茶业", "--licence", "https://example.org/licence"),
        ("--root", str(home), "extract", str(folder / "texts"), "-o", str(home / "data" / "records"), "--workers", "1"),
        ("--root", str(home), "link"),
        ("--root", str(home), "build"),
    )
    with pytest.MonkeyPatch.context() as patch:
        patch.delenv("POLICYGRAPH_SOURCES", raising=False)
        for command in commands:
            outcome = CliRunner().invoke(cli.main, ["--language", "en", *command])
            assert outcome.exit_code == 0, (command, outcome.output)
    return home


@pytest.fixture(scope="module")
def app(root: Path) -> Iterator[Flask]:
    """Its service, started from elsewhere."""
    bounds = {"client_seconds": 1e6, "client_errors": 1e6, "client_queries": 100, "workers": 3, "deadline": 60.0}
    with pytest.MonkeyPatch.context() as patch:
        patch.delenv("POLICYGRAPH_SOURCES", raising=False)
        service = Service(Settings(build=root / "build", project=str(root), watch=0, **bounds))  # type: ignore[arg-type]
        yield create_app(service=service)
        service.close()


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client(use_cookies=False)


def _kind(path: str) -> str:
    parts = urlsplit(path).path.strip("/").split("/")
    return "/".join(parts[: {"about": 3, "id": 2}.get(parts[0], 1)] if parts[1:2] != ["concept"] else parts[:2])


def _links(text: str, own: str) -> list[str]:
    found = [html.unescape(each).partition("#")[0] for each in re.findall(r'(?:href|src)="([^"]*)"', text)]
    return [own + each if each.startswith("?") else each for each in found if each]


def _crawled(client: FlaskClient) -> Iterator[tuple[str, str, int, str]]:
    """What is found from the home page on, so many of each kind: address, where it led, status, and the page."""
    waiting, seen, kinds = ["/"], {"/"}, Counter[str]()
    while waiting:
        address = waiting.pop(0)
        kinds[_kind(address)] += 1
        if kinds[_kind(address)] > _OF_A_KIND:
            continue
        answer = client.get(address, headers={"Accept": "text/html, */*;q=0.5"}, follow_redirects=True)
        text = answer.get_data(as_text=True) if answer.mimetype == "text/html" else ""
        yield address, answer.request.path, answer.status_code, text
        links = [each for each in _links(text, urlsplit(address).path) if each.startswith("/") and each not in seen]
        seen.update(links)
        waiting += dict.fromkeys(links)


@pytest.fixture(scope="module")
def pages(app: Flask) -> list[tuple[str, str, int, str]]:
    """What a reader comes to."""
    return list(_crawled(app.test_client(use_cookies=False)))


def test_every_page_links_inward_and_every_link_leads_to_a_page(pages: list[tuple[str, str, int, str]]) -> None:
    kinds, broken, outward = set(), [], []
    for address, place, status, text in pages:
        kinds.add(_kind(place))
        broken += [(address, status)] * (status != 200)
        own = urlsplit(address).path
        outward += [(address, each) for each in _links(text, own) if each.startswith((BASE, vocab.BASE))]
    assert (broken, outward, KINDS - kinds) == ([], [], set())


def test_no_page_gives_a_thing_of_the_project_an_address_of_ours(pages: list[tuple[str, str, int, str]]) -> None:
    """IRIs in texts of queries, in citations and beside links: those of the base layer and of the vocabulary alone."""
    ours = re.compile(
        re.escape(vocab.BASE) + r"(?!ontology|concept/|shape/|cube|graph/(?!document)|problem/)([^\s\"'<>&]*)"
    )
    shared = re.compile(r"id/(?:area|indicator|unit|query)/")
    wrong = [
        (address, path)
        for address, _, _, text in pages
        for path in ours.findall(text)
        if path and not shared.match(path)
    ]
    assert wrong == []


def _thing(path: str) -> str:
    return f"{BASE}id/{path}"


def test_a_thing_is_described_at_the_path_that_its_iri_has(client: FlaskClient) -> None:
    seen: dict[str, Any] = {}
    things = {
        "plan/chengdu": _thing("plan/chengdu"),
        "area/chengdu": f"{vocab.ID}area/chengdu",
        "organisation/cn-510100-finance": _thing("organisation/cn-510100-finance"),
    }
    for path, iri in things.items():
        there = client.get(f"/id/{path}", headers={"Accept": "text/turtle"})
        answer = client.get(f"/about/id/{path}.ttl")
        graph = rdflib.Graph().parse(data=answer.get_data(), format="turtle")
        document = rdflib.URIRef(f"http://localhost/about/id/{path}")
        topic = graph.value(document, rdflib.FOAF.primaryTopic)
        dataset = graph.value(document, rdflib.URIRef(vocab.expand("void:inDataset")))
        licence = graph.value(document, rdflib.DCTERMS.license)
        seen[path] = (there.status_code, str(topic) == iri, str(dataset), str(licence), len(graph) > 6)
    expected = (303, True, f"{BASE}graph/meta#dataset", "https://example.org/licence", True)
    assert seen == dict.fromkeys(things, expected)


def test_graphs_of_documents_and_of_the_layers_answer_at_their_paths(client: FlaskClient) -> None:
    paths = ("document/chengdu", "reference", "meta", "inferred", "ontology", "suggested", "document/none")
    assert [client.get(f"/graph/{path}", headers={"Accept": "text/turtle"}).status_code for path in paths] == [
        *([200] * 6),
        404,
    ]


def test_the_text_is_read_beside_its_graph(client: FlaskClient) -> None:
    room = client.get("/document/chengdu").get_data(as_text=True)
    place = client.get("/quotation/chengdu?char=0,7").get_json()
    source = client.get("/id/source/chengdu", headers={"Accept": "text/html"}, follow_redirects=True)
    assert ("西部茶业中心" in room, place["words"], source.request.path) == (
        True,
        "成都市茶业发展",
        "/document/chengdu",
    )


def test_queries_have_the_prefixes_of_the_project(client: FlaskClient) -> None:
    query = "SELECT ?x { VALUES ?x { plan:chengdu shared-area:chengdu } ?x skos:prefLabel ?label } ORDER BY ?x"
    rows = client.get("/sparql", query_string={"query": query}, headers={"Accept": "text/csv"}).get_data(as_text=True)
    prefixes = client.get("/api/vocabulary").get_json()["prefixes"]
    wrong = client.get("/sparql", query_string={"query": "SELECT * { ?s teas:x ?o }"}).get_json()
    turtle = client.get("/sparql", query_string={"query": "DESCRIBE plan:chengdu"}, headers={"Accept": "text/turtle"})
    assert (
        sorted(set(rows.split()[1:])),
        {name: prefixes[name] for name in ("plan", "shared-area", "pg", "graph")},
        wrong["type"].rpartition("/")[2],
        f"@prefix plan: <{BASE}id/plan/> ." in turtle.get_data(as_text=True),
    ) == (
        sorted([_thing("plan/chengdu"), f"{vocab.ID}area/chengdu"]),
        {"plan": _thing("plan/"), "shared-area": f"{vocab.ID}area/", "pg": vocab.PREFIXES["pg"], "graph": vocab.GRAPH},
        "syntax",
        True,
    )


def test_questions_take_short_names_of_both_layers(client: FlaskClient) -> None:
    answers = {
        path: client.get(path).get_json()
        for path in (
            "/api/queries/cq-01-plan-tree?plan=plan:chengdu",
            "/api/queries/cq-10-indicator-across-plans?indicator=indicator:gdp",
        )
    }
    found = client.get("/api/search?q=成都市").get_json()["results"]
    assert (
        [each.get("total", each) for each in answers.values()],
        [each["href"] for each in found if each["iri"] == f"{vocab.ID}area/chengdu"],
        any(each["iri"].startswith(BASE) for each in found),
    ) == ([5, 2], ["/id/area/chengdu"], True)


def test_the_service_describes_the_dataset_of_the_project(client: FlaskClient) -> None:
    description = client.get("/.well-known/void", headers={"Accept": "text/turtle"}).get_data()
    graph = rdflib.Graph().parse(data=description, format="turtle")
    dataset = rdflib.URIRef(f"{BASE}graph/meta#dataset")
    dumps = {str(each) for each in graph.objects(dataset, rdflib.VOID.dataDump)}
    files = {
        str(url)
        for each in graph.objects(dataset, rdflib.DCAT.distribution)
        for url in graph.objects(each, rdflib.DCAT.downloadURL)
    }
    api = client.get("/openapi.json").get_json()["info"]
    assert (
        str(graph.value(dataset, rdflib.VOID.uriSpace)),
        str(graph.value(dataset, rdflib.VOID.sparqlEndpoint)),
        dumps == files,
        len(files) == len(DISTRIBUTIONS),
        (api["title"], api["license"]["url"]),
    ) == (_thing(""), "http://localhost/sparql", True, True, ("茶业", "https://example.org/licence"))


def test_exports_have_the_prefixes_of_the_project(client: FlaskClient) -> None:
    """In every format the things of the project stand under its base, and are called by its prefixes."""
    files = {
        name: client.get(f"/export/{name}").get_data()
        for name in ("graph.ttl", "graph.trig", "graph.rdf", "graph.jsonld", "eli.ttl", "tables.zip", "plans.csv")
    }
    compact = json.loads(files["graph.jsonld"])
    nested = json.loads(client.get(f"/export/plan.jsonld?plan={_thing('plan/chengdu')}").get_data())
    with zipfile.ZipFile(BytesIO(files["tables.zip"])) as package:
        tables = b"".join(package.read(name) for name in package.namelist())
    ours = re.compile(
        rb"https://w3id\.org/policygraph/(?:id/(?!area/|indicator/|unit/|query/)[^/]*|graph/document)/[a-z0-9]+"
    )
    assert (
        {name: f"@prefix plan: <{BASE}id/plan/>".encode() in files[name] for name in ("graph.ttl", "graph.trig")},
        b'xmlns:plan="' + f"{BASE}id/plan/".encode() in files["graph.rdf"],
        (compact["@context"]["@base"], compact["@context"]["plan"], nested["id"]),
        {thing["id"] for thing in compact["@graph"] if thing["id"].startswith((".", "/"))},
        f"<{BASE}eli/plan/chengdu>".encode() in files["eli.ttl"],
        {name: ours.findall(body) for name, body in {**files, "tables.zip": tables}.items() if ours.search(body)},
    ) == (
        {"graph.ttl": True, "graph.trig": True},
        True,
        (f"{BASE}id/", f"{BASE}id/plan/", "plan:chengdu"),
        set(),
        True,
        {},
    )


def test_json_ld_says_the_same_as_turtle(client: FlaskClient) -> None:
    """Short names and relative ids lead back to the IRIs, of the project and of the base layer."""
    compact, turtle = (client.get(f"/export/graph.{name}").get_data() for name in ("jsonld", "ttl"))
    read = {
        form: {quad.subject.value for quad in ox.parse(body, form) if isinstance(quad.subject, ox.NamedNode)}
        for form, body in ((ox.RdfFormat.JSON_LD, compact), (ox.RdfFormat.TURTLE, turtle))
    }
    assert read[ox.RdfFormat.JSON_LD] == read[ox.RdfFormat.TURTLE]


def test_a_site_of_the_project_holds_its_own_pages_and_says_where_it_stands(root: Path, tmp_path: Path) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.delenv("POLICYGRAPH_SOURCES", raising=False)
        outcome = CliRunner().invoke(cli.main, ["--root", str(root), "--quiet", "site", "-o", str(tmp_path / "site")])
    pages = {str(path.relative_to(tmp_path / "site")) for path in (tmp_path / "site").rglob("*.html")}
    plan = (tmp_path / "site/en/about/id/plan/chengdu.html").read_text(encoding="utf-8")
    assert (outcome.exit_code, outcome.stderr) == (0, "")
    assert {"en/document/chengdu.html", "zh/about/id/area/chengdu.html", "en/about/id/indicator/gdp.html"} <= pages
    assert f'content="{BASE}id/plan/chengdu"' in plan
    assert [each for each in re.findall(r'href="([^"]*)"', plan) if each.startswith(vocab.BASE)] == []


def test_the_home_page_names_documents_that_are_left_out_and_why(tmp_path: Path) -> None:
    """The graph says it: what is not read is told apart from what is not stated."""
    left = """
      document:bad pg:isLeftOut true ; skos:prefLabel "乙市报告"@zh , "Report of Yi"@en ; pg:coversArea area:yi ;
        pg:hasReason "1 处违规：unknown_key (1)"@zh , "1 violation: unknown_key (1)"@en .
      area:yi a pg:City ; skos:prefLabel "乙市"@zh , "Yi City"@en .
    """
    serving.write_build(tmp_path / "build", f"{serving.TRIG} GRAPH graph:build {{ {left} }}")
    service = Service(Settings(build=tmp_path / "build", watch=0, workers=1, spares=0))
    try:
        client = create_app(service=service).test_client(use_cookies=False)
        answers = {
            name: client.get("/", headers={"Accept-Language": name}).get_data(as_text=True) for name in ("zh", "en")
        }
    finally:
        service.close()
    shown = {
        name: [
            " ".join(re.sub(r"<[^>]+>", "", line).split())
            for line in re.findall(r"<li>.*/id/document/bad.*</li>", text)
        ]
        for name, text in answers.items()
    }
    assert shown == {
        "zh": ["乙市报告 乙市：1 处违规：unknown_key (1)"],
        "en": ["Report of Yi Yi City: 1 violation: unknown_key (1)"],
    }
