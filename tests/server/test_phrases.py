"""A phrase on a line of time: who is first as far as dates tell, what is shared, and what is not looked for."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any
from xml.etree import ElementTree

import pyoxigraph as ox
import pytest
import serving

from policygraph import vocab
from policygraph.vocab import pg
from server import Settings, create_app
from server.graph.phrases import standings
from server.service import Service
from server.web.urls import absolute
from server.workers.job_types import Bounds, PassagesJob, passages_job
from server.workers.jobs import Run
from tests.server import texts

if TYPE_CHECKING:
    from collections.abc import Iterator

    from flask.testing import FlaskClient

#: What two of the documents have in common, longer than the shortest passage that counts.
_SHARED = "为创业者提供免费工位和一站式登记服务并由专人全程帮办到底"
#: Slug -> its date and its text.
_DOCUMENTS = {
    "early": ("2016-04-10", f"早县措施\n一、推行“一码\n通办”。二、{_SHARED}。"),
    "late": ("2026-03", f"晚市方案\n支持一码通办、一码“通办”服务；{_SHARED}。"),
    "bare": ("", "无日期的通知\n推广一码通办"),
    "other": ("2020", "别的文献\n大厅里一码，通办。"),
    "gone": ("2010", "不在手边\n一码通办。"),
}
_ID, _DATE = vocab.ID, pg("hasPublicationDate")


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    root = tmp_path_factory.mktemp("phrases")
    (root / "sources").mkdir()
    quads = []
    for slug, (date, text) in _DOCUMENTS.items():
        quads += texts.document(slug, text, [], root / "sources")
        node, graph = ox.NamedNode(f"{_ID}document/{slug}"), ox.NamedNode(f"{vocab.BASE}graph/document/{slug}")
        if date:
            quads.append(ox.Quad(node, _DATE, ox.Literal(date), graph))
    for slug, issuer in (("early", "cited"), ("late", "own")):
        # a plan whose parts stand in another document is only cited there
        plan, part = ox.NamedNode(f"{_ID}plan/{issuer}"), ox.NamedNode(f"{_ID}{issuer}/part")
        graph, body = ox.NamedNode(f"{vocab.BASE}graph/document/{slug}"), ox.NamedNode(f"{_ID}organisation/{issuer}")
        quads += [
            ox.Quad(plan, pg("isDescribedIn"), ox.NamedNode(f"{_ID}document/{slug}"), graph),
            ox.Quad(plan, pg("isIssuedBy"), body, graph),
            ox.Quad(part, pg("isPartOf"), plan, graph),
            ox.Quad(part, pg("isDescribedIn"), ox.NamedNode(f"{_ID}document/late"), graph),
        ]
    (root / "sources" / "gone.txt").unlink()
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("POLICYGRAPH_SOURCES", str(root / "sources"))
        serving.write_quads(root / "build", quads, serving.CATALOGUE)
        running = Service(Settings(build=root / "build", workers=1, watch=0, client_seconds=1e6, client_errors=1e6))
        yield running
        running.close()


@pytest.fixture
def client(service: Service) -> FlaskClient:
    return create_app(service=service).test_client(use_cookies=False)


def _tables(client: FlaskClient, phrase: str) -> list[list[dict[str, Any]]]:
    answer = client.get("/phrases", query_string={"q": phrase, "format": "json", "lang": "en"})
    assert answer.status_code == 200, answer.text
    content = answer.get_json()
    return [table["rows"] for table in content.get("tables", [content])]


def test_documents_stand_by_date_with_the_sentence_and_its_place(client: FlaskClient) -> None:
    columns = ("date", "first to say it", "document", "issued by", "times printed", "sentence", "where in the text")
    rows = [tuple(row.get(column) for column in columns) for row in _tables(client, "一码通办")[0]]
    root = "http://localhost/document"
    assert rows == [
        ("2016-04-10", "prints it first", "文献 early", None, 1, "一、推行“一码\n通办”。", f"{root}/early#char=10,15"),
        (
            "2026-03",
            "prints it later",
            "文献 late",
            "organisation:own",
            2,
            "支持一码通办、一码“通办”服务；",
            f"{root}/late#char=7,11",
        ),
        (None, "no date known: perhaps earlier", "文献 bare", None, 1, "推广一码通办", f"{root}/bare#char=9,13"),
    ]


@pytest.mark.parametrize(
    ("prefix", "local"), [("", "/document/early#char=1,2"), ("/policy", "/policy/document/early#char=1,2")]
)
def test_a_place_stands_below_the_public_address(service: Service, prefix: str, local: str) -> None:
    """A project's base with a path, as the command `phrase` has it; and a proxy that tells the prefix."""
    app = create_app(service=service)
    with (
        pytest.MonkeyPatch.context() as patch,
        app.test_request_context("/phrases", base_url=f"http://localhost{prefix}"),
    ):
        patch.setattr("server.web.urls.root", lambda: "https://example.org/policy/")
        assert absolute(local) == "https://example.org/policy/document/early#char=1,2"


def test_punctuation_of_the_phrase_may_be_any_or_none(client: FlaskClient) -> None:
    documents = {
        phrase: [row["document"] for row in _tables(client, phrase)[0]] for phrase in ("一码，通办", "一 码通办 ")
    }
    assert documents == {
        "一码，通办": ["文献 early", "文献 other", "文献 late", "文献 bare"],
        "一 码通办 ": ["文献 early", "文献 late", "文献 bare"],
    }


def test_what_two_share_is_shown_with_both_sentences_the_earlier_first(client: FlaskClient) -> None:
    columns = ("one", "other", "order known", "characters", "likeness", "sentence", "sentence of the other")
    assert [tuple(row[column] for column in columns) for row in _tables(client, "一码通办")[1]] == [
        ("文献 early", "文献 late", True, 29, 1.0, f"二、{_SHARED}。", f"{_SHARED}。"),
    ]


def test_the_page_says_what_is_not_sure(client: FlaskClient) -> None:
    page = client.get("/phrases?q=一码通办&lang=en", headers={"Accept": "text/html"}).text
    assert re.findall(r'<p class="notice">(.*?)</p>', page) == [
        "1 registered text is not at hand and was not looked through.",
        "1 document that was not looked through may be earlier than the first.",
        "1 document has no date: it may be earlier than the first.",
        "The first is dated 10 years before the next: see whether that is its date.",
    ]
    assert re.findall(r"<mark>(.*?)</mark>", page, re.DOTALL)[:3] == ["一码\n通办", "一码通办", "一码通办"]
    # who takes the table home is told the same
    sentences = [row["reason"] for row in _tables(client, "一码通办")[-1]]
    assert (len(sentences), sentences[3]) == (
        4,
        "The first is dated 10 years before the next: see whether that is its date.",
    )


@pytest.mark.parametrize(
    ("phrase", "heading"),
    [("“一码通办”", "“一码通办”"), ("一码“通办”", "“一码“通办””"), ("「一码」「通办」", "“「一码」「通办」”")],
)
def test_a_phrase_in_quotation_marks_has_them_once(client: FlaskClient, phrase: str, heading: str) -> None:
    page = client.get("/phrases", query_string={"q": phrase}, headers={"Accept": "text/html"}).text
    assert re.findall(r"<h1><span[^>]*>(.*?)</span></h1>", page) == [heading]


def test_the_picture_has_an_arc_to_the_one_who_took_over(client: FlaskClient) -> None:
    answer = client.get("/phrases.svg?q=一码通办&lang=zh&paper=dark")
    words = [each.text for each in ElementTree.fromstring(answer.data).iter() if each.tag.endswith("}text")]  # noqa: S314 - ours
    assert ("1 处段落，29 字" in words, words[:2], answer.mimetype) == (
        True,
        ["“一码通办”", "有 3 份文献用到"],
        "image/svg+xml",
    )


def test_what_is_not_compared_is_told(client: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("server.graph.phrases._CHARACTERS", 60)
    page = client.get("/phrases?q=一码通办&lang=en&bound=60").text
    assert ("Documents compared for shared passages: the first 1." in page, "Passages that they share" in page) == (
        True,
        False,
    )


def test_what_was_not_looked_through_is_named(client: FlaskClient) -> None:
    page = client.get("/phrases?q=一码通办&lang=en", headers={"Accept": "text/html"}).text
    listed = re.search(r'<h2 id="missing">.*?</ul>', page, re.DOTALL)
    assert listed
    names = re.findall(
        r"<li><a [^>]*><span [^>]*>(.*?)</span></a> <span [^>]*>(.*?)</span> <span [^>]*>(.*?)<", listed[0]
    )
    assert names == [("文献 gone", "2010", "perhaps earlier")]
    assert _tables(client, "一码通办")[2] == [
        {"date": "2010", "document": "文献 gone", "document (IRI)": f"{_ID}document/gone", "perhaps earlier": True}
    ]


def test_texts_are_compared_once_in_a_worker(client: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    jobs = []
    monkeypatch.setattr("server.web.ask.Run", lambda pool, job, *more: jobs.append(job["do"]) or Run(pool, job, *more))
    addresses = [f"/phrases{end}?q=工位&lang={spoken}" for spoken in ("zh", "en") for end in ("", ".svg")]
    statuses = [client.get(address).status_code for address in addresses]
    assert (statuses, jobs.count("passages")) == ([200] * 4, 1)


def test_a_comparison_past_the_deadline_is_refused_and_the_next_is_not(
    client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    def costly(texts: list[tuple[str, str, str]], bounds: Bounds) -> PassagesJob:
        return passages_job([(source, words * 10_000, date) for source, words, date in texts], {**bounds, "seconds": 0})

    with monkeypatch.context() as patch:
        patch.setattr("server.graph.phrases.passages_job", costly)
        late = client.get("/phrases?q=推", headers={"Accept": "application/json"})
    with monkeypatch.context() as patch:
        patch.setattr("server.graph.phrases.bounds_of", lambda _: {"seconds": 30, "rows": 1, "bytes": 1})
        large = client.get("/phrases?q=推", headers={"Accept": "application/json"})
    answers = [(answer.status_code, answer.get_json()["type"].rpartition("/")[2]) for answer in (late, large)]
    assert answers == [(503, "timeout"), (422, "answer-too-large")]
    assert client.get("/phrases?q=推").status_code == 200


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/phrases", 200),
        ("/phrases?q=，。", 200),
        ("/phrases?q=没有的词", 200),
        ("/phrases.svg?q=没有的词", 200),
        ("/phrases?format=csv&q=没有的词", 200),
        (f"/phrases?q={'长' * 61}", 400),
        ("/phrases.svg?q=一&paper=pink", 400),
    ],
)
def test_what_nobody_prints_is_a_page_too(client: FlaskClient, path: str, status: int) -> None:
    answer = client.get(path, headers={"Accept": "text/html,*/*"})
    assert (answer.status_code, "<mark>" in answer.text) == (status, False)


@pytest.mark.parametrize(
    ("phrase", "lines"),
    [
        ("", []),
        ("，。", ["A phrase has a letter or a digit at least."]),
        (
            "没有的词",
            [
                "None of the 4 texts at hand prints it.",
                "1 registered text is not at hand and was not looked through.",
            ],
        ),
    ],
)
def test_the_page_says_why_there_is_nothing(client: FlaskClient, phrase: str, lines: list[str]) -> None:
    page = client.get("/phrases", query_string={"q": phrase, "lang": "en"}, headers={"Accept": "text/html"}).text
    assert re.findall(r'<p (?:role="status"|class="notice")>(.*?)</p>', page) == lines


def test_texts_that_may_not_be_quoted_are_not_looked_through(service: Service, monkeypatch: pytest.MonkeyPatch) -> None:
    closed = Service(Settings(build=service.settings.build, workers=1, watch=0, quotations="off"))
    monkeypatch.setattr("server.graph.quotations.registered", lambda *_: pytest.fail("a text was read"))
    client = create_app(service=closed).test_client(use_cookies=False)
    page = client.get("/phrases?q=一码通办&lang=en").text
    tables, picture = _tables(client, "一码通办"), client.get("/phrases.svg?q=一码通办&lang=en").text
    closed.close()
    words = "This service does not quote the source texts, so no phrase is looked for in them."
    assert (re.findall(r'<p class="notice">(.*?)</p>', page), "<mark>" in page) == ([words], False)
    assert (tables, picture.count("文献")) == ([[]], 0)


@pytest.mark.parametrize(
    ("dates", "stands"),
    [
        ({"a": "2026", "b": "2026-03-01", "c": "2026-04"}, {"a": "among-first", "b": "among-first", "c": "later"}),
        ({"a": "2026-03-01", "b": "2026-03-01"}, {"a": "among-first", "b": "among-first"}),
        ({"a": "", "b": ""}, {"a": "undated", "b": "undated"}),
        ({"a": "2025-12", "b": "2026"}, {"a": "first", "b": "later"}),
    ],
)
def test_a_coarse_date_is_not_earlier_than_a_fine_one(dates: dict[str, str], stands: dict[str, str]) -> None:
    assert standings(dates) == stands
