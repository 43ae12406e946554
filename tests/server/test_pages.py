"""Pages: in the reader's language, kept and compared by their tag, with quotations where the texts are at hand."""

from __future__ import annotations

import html
import re
from typing import TYPE_CHECKING

import pyoxigraph as ox
import pytest
import serving

from policygraph import build, vocab
from policygraph.prepared import answer_of
from policygraph.vocab import pg
from server import Settings, create_app, pages
from server.graph import passages
from server.graph.inferences import Inference, Reason
from server.graph.labels import Names, in_rows, names
from server.graph.profile import Profile, profile
from server.graph.quotations import Quotation
from server.graph.search import known_names
from server.pages.ontology import described
from server.pages.things import LISTINGS
from server.service import Service
from server.web.ask import rows
from server.web.request import RequestContext, request_context
from tests.conftest import SOURCE, Project

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from flask.testing import FlaskClient

GROUP, TASK, TARGET = (f"{vocab.ID}pioneer/{name}" for name in ("g1", "g1-t1", "g1-output"))
PLAN = f"{vocab.ID}plan/pioneer"
HTML = {"Accept": "text/html,*/*;q=0.8"}


@pytest.fixture(scope="module")
def pioneer(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    """A service over the small project of one plan, whose text is at hand."""
    with pytest.MonkeyPatch.context() as patch:
        root = tmp_path_factory.mktemp("pioneer")
        patch.setenv("POLICYGRAPH_SOURCES", str(root / "project" / "data" / "sources"))
        project = Project(root / "project")
        build.write(project.run(), root / "build")
        service = Service(Settings(build=root / "build", workers=2, watch=0, client_seconds=1e6, client_errors=1e6))
        yield service
        service.close()


@pytest.fixture
def client(pioneer: Service) -> FlaskClient:
    return create_app(service=pioneer).test_client(use_cookies=False)


@pytest.fixture
def context(pioneer: Service) -> Iterator[RequestContext]:
    with create_app(service=pioneer).test_request_context("/"), request_context(pioneer) as admitted:
        yield admitted


@pytest.fixture
def group(context: RequestContext) -> Profile:
    return profile(context, GROUP)


def test_a_thing_knows_where_it_stands_and_what_belongs_to_it(group: Profile) -> None:
    parts = [(row["part"].value, row["number"].value, row["targets"].value) for row in group.sections["parts"]]
    values = [
        tuple(row[name].value for name in ("item", "indicator", "comparator", "value", "year", "printed"))
        for row in group.sections["values"]
    ]
    assert (group.kinds, group.crumbs, parts, values) == (
        (pg("TaskGroup").value,),
        [[PLAN]],
        [(TASK, "1.", "0")],
        [
            (
                TARGET,
                vocab.expand("indicator:output"),
                vocab.expand("odrl:gteq"),
                "1500000000000",
                "2025",
                "1.5万亿元以上",
            )
        ],
    )


def test_evidence_is_quoted_in_a_bounded_context(context: RequestContext) -> None:
    found = profile(context, TARGET)
    (quote,) = found.quotes.values()
    assert quote == Quotation(SOURCE[:32], SOURCE[32:46], SOURCE[46:].rstrip())


def test_a_statement_is_cited_by_the_text_that_makes_it(client: FlaskClient) -> None:
    page = client.get(f"/about/{TARGET.removeprefix(vocab.BASE)}", headers=HTML).text
    texts = [html.unescape(each) for each in re.findall(r'GB/T 7714</dt><dd lang="zh-Hans">(.*?)</dd>', page)]
    cited = [re.sub(r"快照 \w+\[\d{4}-\d\d-\d\d\]", "…", text) for text in texts]
    assert cited[0] == "policygraph. 先锋市行动方案[DB/OL]. …. http://localhost/document/pioneer#char=32,46."
    assert [text.rpartition("/")[2] for text in cited] == ["pioneer#char=32,46.", "g1-output."]


def test_what_follows_says_why(group: Profile) -> None:
    element, plan = ox.NamedNode(pg("PlanElement").value), ox.NamedNode(PLAN)
    assert Inference(vocab.rdf_type.value, element, (Reason("subclass", pg("TaskGroup").value),)) in group.inferred
    assert Inference(pg("isWithin").value, plan, (Reason("sub-property", pg("isPartOf").value),)) in group.inferred


def test_a_chain_names_the_thing_in_between(context: RequestContext) -> None:
    found = {(each.property, each.value): each.reasons for each in profile(context, TARGET).inferred}
    assert found[pg("isSetWithin").value, ox.NamedNode(PLAN)] == (Reason("chain", pg("isSetBy").value, GROUP),)


def test_quotations_can_be_switched_off(pioneer: Service, tmp_path: Path) -> None:
    service = Service(Settings(build=pioneer.settings.build, workers=1, watch=0, quotations="off"))
    with create_app(service=service).test_request_context("/"), request_context(service) as context:
        found = profile(context, TARGET)
    service.close()
    assert (dict(found.quotes), len(found.sections["evidence"])) == ({}, 1)


def test_a_text_that_has_changed_is_not_quoted(context: RequestContext, pioneer: Service) -> None:
    path = next((pioneer.settings.build.parent / "project" / "data" / "sources").iterdir())
    path.write_text(SOURCE.replace("先锋", "后卫"), encoding="utf-8")
    try:
        assert profile(context, TARGET).quotes == {}
    finally:
        path.write_text(SOURCE, encoding="utf-8")


@pytest.mark.parametrize(
    ("address", "headers", "expected"),
    [
        ("/plans", {"Accept-Language": "zh-CN,zh;q=0.9"}, "zh-Hans"),
        ("/plans", {"Accept-Language": "en-GB"}, "en"),
        ("/plans", {"Accept-Language": "fr"}, "en"),
        ("/plans?lang=zh", {"Accept-Language": "en"}, "zh-Hans"),
        ("/plans?lang=zh-Hans", {}, "zh-Hans"),
        ("/plans", {"Accept-Language": "en", "Cookie": "lang=zh"}, "zh-Hans"),
        ("/plans?lang=en", {"Cookie": "lang=zh"}, "en"),
        ("/plans?lang=xx", {"Cookie": "lang=zh"}, "en"),
    ],
)
def test_the_language_is_chosen_remembered_or_accepted(
    client: FlaskClient, address: str, headers: dict[str, str], expected: str
) -> None:
    answer = client.get(address, headers=headers)
    assert (answer.status_code, answer.headers["Content-Language"]) == (200, expected)
    assert f'<html lang="{expected}"'.encode() in answer.data


def test_a_choice_is_remembered_and_nothing_else_is(client: FlaskClient) -> None:
    answers = [client.get(address).headers.getlist("Set-Cookie") for address in ("/plans", "/plans?lang=zh&theme=dark")]
    assert [[cookie.split(";")[0] for cookie in cookies] for cookies in answers] == [[], ["lang=zh", "theme=dark"]]


def test_a_page_that_the_client_has_is_not_sent_again(client: FlaskClient) -> None:
    first = client.get("/plans?lang=en")
    tags = {first.headers["ETag"]} | {
        client.get(address).headers["ETag"] for address in ("/plans?lang=zh", "/plans?lang=en&theme=dark", "/areas")
    }
    again = client.get("/plans?lang=en", headers={"If-None-Match": first.headers["ETag"]})
    assert (len(tags), again.status_code, again.data) == (4, 304, b"")
    assert first.headers["Vary"] == "Accept, Accept-Encoding, Accept-Language, Cookie"


def test_a_thing_is_shown_to_people_and_described_to_programs(client: FlaskClient) -> None:
    kinds = [
        client.get(f"/id/pioneer/g1{suffix}", headers=headers, follow_redirects=True).mimetype
        for suffix, headers in (("", HTML), ("", {"Accept": "text/turtle"}), ("", {}), (".html", {}), (".jsonld", HTML))
    ]
    assert kinds == ["text/html", "text/turtle", "text/turtle", "text/html", "application/ld+json"]


def test_what_is_not_there_is_told_to_people_as_a_page_and_to_programs_as_a_document(client: FlaskClient) -> None:
    page, document = (client.get("/about/id/pioneer/g9", headers=headers) for headers in (HTML, {"Accept": "*/*"}))
    assert (page.status_code, page.mimetype) == (404, "text/html")
    assert (document.status_code, document.mimetype) == (404, "application/problem+json")
    assert f'<a href="{GROUP.removeprefix(vocab.BASE.rstrip("/"))}">id:pioneer/g1</a>' in page.text


@pytest.mark.parametrize("name", ["documents", "plans", "areas", "indicators", "organisations", "initiatives"])
def test_a_list_shows_all_that_there_is(client: FlaskClient, name: str) -> None:
    expected = {
        "documents": ["/id/document/pioneer"],
        "plans": ["/id/plan/pioneer"],
        "areas": ["/id/area/china", "/id/area/pioneer"],
        "indicators": ["/id/indicator/output"],
    }
    page = client.get(f"/{name}").text
    found = [part.split('"')[0] for part in page.partition("<tbody>")[2].split('<th scope="row"><a href="')[1:]]
    assert found == expected.get(name, [])


@pytest.mark.parametrize(
    ("address", "rows"),
    [
        ("/areas?q=先锋", ["/id/area/pioneer"]),
        ("/areas?kind=pg:Country", ["/id/area/china"]),
        ("/areas?q=country", ["/id/area/china"]),  # any name that a row shows
        ("/areas?kind=pg:City&q=country", []),
        ("/areas?sort=name", ["/id/area/china", "/id/area/pioneer"]),
        ("/areas?sort=-name", ["/id/area/pioneer", "/id/area/china"]),
        ("/areas?sort=-targets", ["/id/area/pioneer", "/id/area/china"]),
        ("/plans?year=2023", ["/id/plan/pioneer"]),
        ("/plans?year=2024", []),
    ],
)
def test_a_list_is_narrowed_down_and_sorted_by_the_address(client: FlaskClient, address: str, rows: list[str]) -> None:
    page = client.get(f"{address}{'&' if '?' in address else '?'}lang=en").text
    names = [part.split('"')[0] for part in page.partition("<tbody>")[2].split('<th scope="row"><a href="')[1:]]
    assert names == rows
    table = client.get(f"{address}&lang=en&format=json").get_json()
    assert len(table["rows"]) == len(rows)


@pytest.mark.parametrize(
    ("address", "rows"),
    [
        ("/areas?kind=pg:Country", ["中国"]),
        ("/areas?sort=kind", ["中国", "先锋市"]),  # by 国家 and 市, not by Country and City
        ("/areas?sort=-kind", ["先锋市", "中国"]),
    ],
)
def test_a_column_of_many_values_narrows_and_sorts_all_the_same(
    pioneer: Service, monkeypatch: pytest.MonkeyPatch, address: str, rows: list[str]
) -> None:
    """It is not offered; of 200 documents, `?area=` was passed over and every plan listed."""
    monkeypatch.setattr("server.pages.narrowing._MOST", 0)
    client = create_app(service=pioneer).test_client(use_cookies=False)
    table = client.get(f"{address}&lang=zh&theme=dark&format=json").get_json()["rows"]
    assert [next(iter(row.values())) for row in table] == rows


def test_of_each_property_that_points_to_a_thing_the_first_are_known_however_many_there_are(tmp_path: Path) -> None:
    """The answer to one query is bounded: what came late in the order was left out."""
    many = "".join(f"id:a{number:04} pg:addresses area:hub . " for number in range(1501))
    trig = f"GRAPH <{vocab.BASE}graph/one> {{ area:hub a pg:City . {many} id:b pg:usesInstrument area:hub }}"
    serving.write_build(tmp_path / "build", trig)
    service = Service(Settings(build=tmp_path / "build", workers=1, watch=0, client_seconds=1e6))
    try:
        with create_app(service=service).test_request_context("/"), request_context(service) as context:
            known = profile(context, f"{vocab.ID}area/hub", 2)
    finally:
        service.close()
    assert known.incoming == {
        pg("addresses").value: (1501, [f"{vocab.ID}a0000", f"{vocab.ID}a0001"]),
        pg("usesInstrument").value: (1, [f"{vocab.ID}b"]),
    }


@pytest.mark.parametrize(("language", "names"), [("zh", ["中国", "先锋市"]), ("en", ["China", "Pioneer City"])])
def test_a_list_is_in_one_language_and_filtered_by_both(client: FlaskClient, language: str, names: list[str]) -> None:
    rows = client.get(f"/areas?lang={language}").text.partition("<tbody>")[2].partition("</tbody>")[0]
    shown = [re.sub(r"<[^>]+>", "", cell) for cell in re.findall(r'<th scope="row">(.*?)</th>', rows)]
    others = re.findall(r'<tr data-also="([^"]*)">', rows)
    assert (sorted(shown), sorted({*shown, *others})) == (sorted(names), ["China", "Pioneer City", "中国", "先锋市"])


def test_things_are_found_by_their_letter(client: FlaskClient) -> None:
    page = client.get("/index?letter=X&lang=zh").text
    assert re.findall(r'<li><a href="([^"]+)">', page.partition('class="plain index"')[2].partition("</ul>")[0]) == [
        "/id/document/pioneer",
        "/id/plan/pioneer",
        "/id/area/pioneer",
    ]
    assert "industrial output" in client.get("/index?of=indicators&lang=en").text


def test_the_search_answers_programs_with_what_its_page_shows(client: FlaskClient) -> None:
    answer = client.get("/api/search?q=发展产业&lang=zh").get_json()
    assert [(hit["iri"], hit["label"], hit["kind"], hit["within"]) for hit in answer["results"]] == [
        (GROUP, "发展产业", "任务板块", {"iri": PLAN, "label": "先锋市行动方案"})
    ]
    assert "发展产业" in client.get("/search?q=发展产业").text


def test_a_misspelt_word_says_what_was_looked_for(client: FlaskClient) -> None:
    answer = client.get("/api/search?q=Poineer&lang=en").get_json()
    assert (answer["corrected"], answer["results"][0]["label"]) == ("pioneer", "Pioneer City")
    assert client.get("/api/search?q=Pioneer&lang=en").get_json()["corrected"] is None
    assert "These are for “pioneer”." in client.get("/search?q=Poineer&lang=en").text


def test_what_was_found_is_narrowed_down_by_the_address(client: FlaskClient) -> None:
    whole = client.get("/api/search?q=先锋市&lang=en").get_json()
    kinds = [(each["label"], each["total"]) for each in whole["facets"]["kind"]]
    names = ["city", "indicator target", "plan", "policy document", "source text"]
    assert sorted(kinds) == [(name, 1) for name in names]
    part = client.get("/api/search?q=先锋市&lang=en&kind=pg:Plan").get_json()
    assert [hit["iri"] for hit in part["results"]] == [PLAN]
    assert part["facets"]["kind"] == whole["facets"]["kind"]
    page = client.get("/search?q=先锋市&lang=en&kind=pg:Plan").text
    chosen = '<a href="/search?q=%E5%85%88%E9%94%8B%E5%B8%82&amp;lang=en&amp;kind=pg%3APlan" aria-current="true">plan'
    assert chosen in page


@pytest.mark.parametrize(
    ("words", "marked"),
    [
        ("装备制造", ["装备制造"]),
        ("1.5 万亿", ["1.5"]),  # of several words the place of the longest
        ("优良天数 工业产值 元", ["优良天数"]),
        ("没有的词", []),
    ],
)
def test_passages_of_the_texts_lead_into_the_reading_room(client: FlaskClient, words: str, marked: list[str]) -> None:
    page = client.get(f"/search?in=texts&q={words}&lang=en").text
    starts = [SOURCE.index(each) for each in marked]
    places = [f"/document/pioneer#char={at},{at + len(each)}" for at, each in zip(starts, marked, strict=True)]
    assert re.findall(r'<p class="hit"><a href="([^"]+)"', page) == places
    assert [html.unescape(each) for each in re.findall(r"<mark>(.*?)</mark>", page)] == marked


def test_line_ends_and_width_do_not_hide_a_passage(context: RequestContext) -> None:
    assert [each.quotation.words for each in passages.find(context, "方案（一）").shown] == ["方案\n（一）"]
    assert [each.quotation.words for each in passages.find(context, "２０２５年").shown] == [SOURCE[26:31]]


def test_texts_that_may_not_be_quoted_are_not_searched(pioneer: Service) -> None:
    service = Service(Settings(build=pioneer.settings.build, workers=1, watch=0, quotations="off"))
    page = create_app(service=service).test_client().get("/search?in=texts&q=装备制造&lang=en").text
    service.close()
    assert ("0 passages" in page, "<mark>" in page) == (True, False)


def test_what_was_prepared_with_the_build_is_what_a_worker_answers(pioneer: Service) -> None:
    """Every answer that is kept beside the build, asked again of the build that is served."""
    with create_app(service=pioneer).test_request_context("/"), request_context(pioneer) as context:
        kept = {name: query for name, query in pioneer.questions.items() if query.header.get("kept") == "build"}
        prepared = {name: rows(context, query) for name, query in kept.items()}
        assert all(answer_of(context.pool.folder, query.text) for query in kept.values())
        context.pool.folder = None
        try:
            asked = {name: rows(context, query) for name, query in kept.items()}
        finally:
            context.pool.folder = pioneer.settings.build.resolve()
    assert len(kept) > 15
    assert prepared == asked


def test_names_from_the_index_are_those_of_the_graph(pioneer: Service) -> None:
    """Of all that lists hold, of what has another name too, and of what has none."""
    with create_app(service=pioneer).test_request_context("/"), request_context(pioneer) as context:
        lists = {each for name in LISTINGS for each in in_rows(rows(context, f"list-{name}"))}
        things = {*lists, GROUP, TASK, TARGET, f"{vocab.ID}plan/unknown", vocab.expand("unit:PERCENT")}
        known, asked = known_names(context, things).by_iri, names(context, things).by_iri
    assert len(known) > 10
    assert known == asked


def test_a_limit_out_of_bounds_is_refused(client: FlaskClient) -> None:
    answers = [client.get(f"/api/search?q=x&{said}") for said in ("limit=0", "limit=101", "offset=-1", "limit=x")]
    assert [answer.status_code for answer in answers] == [400, 400, 400, 400]


def test_the_ontology_page_has_an_anchor_for_every_term(client: FlaskClient) -> None:
    """The IRI of a term is this page with the term's name as fragment."""
    page = client.get("/ontology", headers=HTML).text
    anchors = set(re.findall(r'<article class="term" id="(\w+)">', page))
    graph = ox.parse(client.get("/ontology.nt").data, ox.RdfFormat.N_TRIPLES)
    terms = {
        quad.subject.value.removeprefix(vocab.PREFIXES["pg"])
        for quad in graph
        if quad.predicate == vocab.rdf_type
        and isinstance(quad.object, ox.NamedNode)
        and vocab.shorten(quad.object.value) in ("owl:Class", "owl:ObjectProperty", "owl:DatatypeProperty")
    }
    assert (anchors, "TaskGroup" in anchors) == (terms, True)


def test_the_ontology_page_has_the_sections_of_a_reference(client: FlaskClient) -> None:
    """Those of pyLODE and WIDOCO: metadata with citation, namespaces, terms, axioms, what is new."""
    page = client.get("/ontology", headers={**HTML, "Accept-Language": "en"}).text
    sections = {
        name: html.unescape(re.sub(r"\s+", " ", re.sub("<[^>]+>", " ", content)))
        for name, content in re.findall(r'<section aria-labelledby="([\w-]+)">(.*?)</section>', page, re.DOTALL)
    }
    assert list(sections) == [
        *("metadata", "diagram", "part-classes", "part-between", "part-valued", "schemes"),
        *("namespaces", "axioms", "changes"),
    ]
    expected = {
        "metadata": ("Licence https://creativecommons.org/licenses/by/4.0/", "Cite as policygraph: Policy structure"),
        "part-valued": ("Of targets, observations and benefit terms.",),
        "namespaces": ("pg: https://w3id.org/policygraph/ontology#", "skos: http://www.w3.org/2004/02/skos/core#"),
        "axioms": ("is set within : is set by → is within", "Disjoint"),
        "changes": ("Since https://w3id.org/policygraph/ontology/0.1.0", "New terms"),
    }
    assert [words for name, each in expected.items() for words in each if words not in sections[name]] == []
    assert "benefit term" in sections["changes"]
    assert "task group" not in sections["changes"]


def test_a_term_says_what_it_is_a_kind_of_and_how_often_it_is_used(context: RequestContext) -> None:
    terms = described(rows(context, "ontology-statements"))
    used = {row["term"].value: row["number"].value for row in rows(context, "ontology-usage")}
    goal, assigned = terms[pg("Goal").value], terms[pg("ofIndicator").value]
    assert (goal.part, goal.iris("rdfs:subClassOf"), goal.below) == (
        "classes",
        [pg("PlanElement").value],
        [pg("OverallGoal").value, pg("SubGoal").value],
    )
    assert (assigned.part, assigned.iris("schema:rangeIncludes")) == ("between", [pg("Indicator").value])
    assert pg("ofIndicator").value in terms[pg("IndicatorTarget").value].properties
    assert (used[pg("TaskGroup").value], used[pg("ofIndicator").value]) == ("1", "1")


def test_a_class_without_a_label_in_the_readers_language_is_called_by_another(context: RequestContext) -> None:
    known = Names({"x:y": {"zh": "名"}})
    assert (known.label_with_language("x:y", "en"), known.label_with_language(pg("Plan").value, "en")) == (
        ("名", "zh"),
        ("pg:Plan", ""),
    )


def test_english_that_a_machine_composed_is_signed_and_the_page_says_so(
    context: RequestContext, monkeypatch: pytest.MonkeyPatch
) -> None:
    label = "[composed] Rural revitalisation"
    called = Names({"x:y": {"en": label, "zh": "乡村振兴"}, "x:z": {"en": "[untranslated] 东陵县", "zh": "东陵县"}})
    assert [called.label_with_language(iri, "en") for iri in ("x:y", "x:z")] == [
        ("†Rural revitalisation", "en"),
        ("东陵县", "zh"),
    ]
    monkeypatch.setattr(pages, "render_template", lambda *_, words, **__: f"<main>{words}</main>")
    written = [
        pages.page(context, "x.html", dict, also=words, words=words).get_data(as_text=True)
        for words in (label, "Rural")
    ]
    note = "† English composed of known words by a program; nobody has reviewed it yet."
    assert written == [f'<main>†Rural revitalisation<p class="soft">{note}</p></main>', "<main>Rural</main>"]
    data = pages.data(context, lambda: [label, "[untranslated] 东陵县"]).get_json()
    assert data == ["†Rural revitalisation", "东陵县"]
