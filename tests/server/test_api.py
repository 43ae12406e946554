"""REST from the query files: the catalogue, answers page by page, values as terms, errors by name."""

from __future__ import annotations

import csv
import io
import json
from typing import TYPE_CHECKING, Any

import pyoxigraph as ox
import pytest
import serving
from serving import ID

from policygraph import paths, queries

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from flask.testing import FlaskClient
    from werkzeug.test import TestResponse

    from policygraph import build
    from server.service import Service

TASKS = "/api/queries/cq-01-tasks"
SHIPPED = queries.read_all(paths.find().queries / "competency")
VALUES = "/api/queries/cq-02-values"
PLAN = {"iri": ID + "plan/a", "label": {"zh": "甲方案", "en": "plan A"}}


def _task(number: int) -> dict[str, Any]:
    """A row of plain JSON."""
    task = {"iri": f"{ID}a/t{number}", "label": {"zh": None, "en": None}}
    return {"plan": PLAN, "task": task, "ordinal": number, "share": number / 4, "label": "甲方案", "none": None}


def _kind(response: TestResponse) -> tuple[int, str]:
    return response.status_code, response.get_json(force=True)["type"].rpartition("/")[2]


def test_the_catalogue_is_that_of_the_build(client: FlaskClient) -> None:
    response = client.get("/api/queries")
    listed = response.get_json()["queries"]
    assert listed[0] == {
        "name": "cq-01-tasks",
        "question": {"zh": "方案有哪些任务？", "en": "Which tasks does a plan have?"},
        "why": {"zh": "试验", "en": "For tests."},
        "chart": "table",
        "parameters": [
            {"name": "plan", "type": "iri", "default": "plan:a"},
            {"name": "task", "type": "iri", "default": None},
        ],
        "url": "http://localhost" + TASKS,
    }
    assert [query["name"] for query in listed] == ["cq-01-tasks", "cq-02-values"]


def test_an_answer_is_plain_json_with_labels_beside_iris(client: FlaskClient, running: Service) -> None:
    with running.current.use() as pool:
        snapshot = pool.snapshot
    response = client.get(TASKS)
    assert (response.mimetype, response.get_json()) == (
        "application/json",
        {
            "query": "cq-01-tasks",
            "question": {"zh": "方案有哪些任务？", "en": "Which tasks does a plan have?"},
            "parameters": {"plan": ["plan:a"]},
            "snapshot": snapshot,
            "total": 2,
            "limit": 1000,
            "offset": 0,
            "next": None,
            "columns": ["plan", "task", "ordinal", "share", "label", "none"],
            "rows": [_task(1), _task(2)],
        },
    )


def test_values_are_terms_of_their_type(client: FlaskClient) -> None:
    row = {"year": "2025", "words": "甲", "number": 3, "share": 1.5, "flag": True, "day": "2025-12-31"}
    assert client.get(VALUES).get_json()["rows"] == [row]
    given = {"year": "1999", "words": "\" } DROP ALL # '\\\n", "number": "-7", "share": "2.0", "flag": "false"}
    expected = {**row, **given, "number": -7, "share": 2, "flag": False}
    assert client.get(VALUES, query_string=given).get_json()["rows"] == [expected]
    terms = ox.parse_query_results(client.get(VALUES + "?format=srj").data, ox.QueryResultsFormat.JSON)
    assert isinstance(terms, ox.QuerySolutions)
    names = ["gYear", "string", "integer", "decimal", "boolean", "date"]
    found = [term.datatype.value.rpartition("#")[2] for row in terms for term in row if isinstance(term, ox.Literal)]
    assert found == names


def test_a_parameter_is_narrowed_repeated_or_left_free(client: FlaskClient) -> None:
    def tasks(query: str) -> list[int]:
        return [row["ordinal"] for row in client.get(TASKS + query).get_json()["rows"]]

    assert tasks("?task=id:a/t2") == [2]
    assert tasks("?task=a/t2&task=https://w3id.org/policygraph/id/a/t1") == [1, 2]
    assert tasks("?plan=id:a/t1") == []  # a thing of the graph that has no tasks
    assert tasks("?plan=") == [1, 2]


def test_pages_fit_together(client: FlaskClient) -> None:
    first = client.get(TASKS + "?plan=&limit=1")
    second = client.get(first.get_json()["next"])
    beyond = client.get(TASKS + "?offset=2")
    assert [page.get_json()["rows"] for page in (first, second, beyond)] == [[_task(1)], [_task(2)], []]
    assert [page.headers["Policygraph-Total"] for page in (first, second, beyond)] == ["2"] * 3
    at = "<http://localhost/api/queries/cq-01-tasks?"
    assert first.headers["Link"].startswith(f'{at}plan=&limit=1&offset=1>; rel="next", {at}')
    assert second.headers["Link"].startswith(f'{at}plan=&limit=1>; rel="prev", {at}')


def test_the_way_on_is_as_the_client_came(client: FlaskClient) -> None:
    """One answer is asked for in two ways: each is led on in its own."""
    ways = ["limit=1", "limit=1&format=json", "limit=1&plan=plan:a"]
    found = [client.get(f"{TASKS}?{way}").get_json()["next"] for way in ways]
    assert found == [f"http://localhost{TASKS}?{way.replace(':', '%3A')}&offset=1" for way in ways]


def test_csv_is_for_spreadsheets(client: FlaskClient) -> None:
    plain = client.get(TASKS, headers={"Accept": "text/csv"})
    marked = client.get(TASKS + "?format=csv&bom=1&labels=zh")
    assert plain.text == (
        "plan,task,ordinal,share,label,none\r\n"
        f"{ID}plan/a,{ID}a/t1,1,0.25,甲方案,\r\n{ID}plan/a,{ID}a/t2,2,0.5,甲方案,\r\n"
    )
    assert plain.headers["Content-Type"] == "text/csv; charset=utf-8"
    assert marked.data.startswith(b"\xef\xbb\xbfplan,plan_label,task,task_label,ordinal,")
    rows = list(csv.DictReader(io.StringIO(marked.data.decode("utf-8-sig"))))
    assert [(row["plan_label"], row["task_label"]) for row in rows] == [("甲方案", "")] * 2


def test_other_formats_hold_the_same_terms(client: FlaskClient) -> None:
    whole = client.get(TASKS + "?format=srj&labels=en")
    answers = [
        ox.parse_query_results(whole.data, ox.QueryResultsFormat.JSON),
        ox.parse_query_results(client.get(TASKS + "?format=tsv&labels=en").data, ox.QueryResultsFormat.TSV),
    ]
    label, decimal = ox.Literal("plan A", language="en"), ox.NamedNode("http://www.w3.org/2001/XMLSchema#decimal")
    expected = [
        [
            *(ox.NamedNode(ID + "plan/a"), label, ox.NamedNode(f"{ID}a/t{n}"), None, ox.Literal(n)),
            *(ox.Literal(str(n / 4), datatype=decimal), ox.Literal("甲方案", language="zh"), None),
        ]
        for n in (1, 2)
    ]
    assert [[list(row) for row in answer] for answer in answers if isinstance(answer, ox.QuerySolutions)] == [
        expected,
        expected,
    ]
    assert whole.mimetype == "application/sparql-results+json"


def test_an_answer_has_a_tag_and_is_kept(client: FlaskClient) -> None:
    first = client.get(TASKS + "?limit=1")
    other = client.get(TASKS + "?limit=2")
    again = client.get(TASKS + "?limit=1", headers={"If-None-Match": first.headers["ETag"]})
    packed = client.get(TASKS + "?limit=1", headers={"Accept-Encoding": "gzip"})
    assert (again.status_code, other.headers["ETag"] != first.headers["ETag"]) == (304, True)
    assert packed.headers["Content-Encoding"] == "gzip"
    assert packed.headers["ETag"] == f'"{first.headers["ETag"].strip(chr(34))}-gzip"'


def test_an_answer_that_changes_by_itself_is_not_kept(tmp_path: Path) -> None:
    """A question may ask what is overdue today."""
    text = "#+ question: 现在\n#+ question@en: Now?\nSELECT ?now WHERE { BIND (STRUUID() AS ?now) } ORDER BY ?now"
    graph = [ox.Quad(*[ox.NamedNode("urn:x")] * 3, ox.NamedNode("urn:g"))]
    serving.write_quads(tmp_path / "build", graph, [queries.parse("now", text)])
    with serving.served(tmp_path / "build") as client:
        answers = [client.get("/api/queries/now?format=csv") for _ in range(2)]
    assert answers[0].data != answers[1].data
    assert [(each.headers["Cache-Control"], "ETag" in each.headers) for each in answers] == [("no-store", False)] * 2


def test_a_permanent_link_names_the_snapshot(client: FlaskClient) -> None:
    link = client.get(TASKS).headers["Link"].split(", ")[0]
    url = link.removeprefix("<").partition(">")[0]
    pinned = client.get(url)
    assert (pinned.status_code, pinned.headers["Cache-Control"]) == (200, "public, max-age=86400")
    assert _kind(client.get(TASKS + "?snapshot=other")) == (410, "other-snapshot")


#: A request -> its problem, and the words that it must hold.
FAULTS = {
    "?lang=en": (400, "unknown-parameter", "The nearest is labels; these are known: plan, task, limit"),
    "?tusk=x": (400, "unknown-parameter", "The nearest is task; these are known: plan, task, limit"),
    "?plan=a%20b": (400, "bad-parameter", "`plan` cannot be “a b”; it must be an IRI or a short name such as plan:x."),
    "?plan=plan:nonsense": (404, "unknown-thing", "id/plan/nonsense. The nearest is"),
    "?limit=0": (400, "bad-parameter", "it must be a whole number from 1 to 10000."),
    "?limit=10001": (400, "bad-parameter", "from 1 to 10000"),
    "?offset=-1": (400, "bad-parameter", "from 0 to"),
    "?limit=%D9%A3": (400, "bad-parameter", "from 1 to"),
    "?labels=fr": (400, "bad-parameter", "it must be zh or en."),
    "?bom=yes": (400, "bad-parameter", "it must be 1 or 0."),
    "?limit=1&limit=2": (400, "repeated", "`limit` is given 2 times"),
    "?format=xlsx9": (406, "not-acceptable", "application/json, application/sparql-results+json, text/csv"),
    "?plan=%FF": (400, "not-utf8", "byte"),
}


@pytest.mark.parametrize("address", FAULTS)
def test_what_cannot_be_used_is_told_by_name(client: FlaskClient, address: str) -> None:
    response = client.get(TASKS + address)
    status, kind, words = FAULTS[address]
    assert (_kind(response), words in response.get_json(force=True)["detail"]) == ((status, kind), True)


@pytest.mark.parametrize(
    ("given", "wanted"),
    [
        ("year=25", "a year like 2025"),
        ("number=1.5", "a whole number"),
        ("share=much", "a number like 12.5"),
        ("flag=yes", "true or false"),
        ("day=2025", "a day like 2023-02-23"),
    ],
)
def test_a_value_of_another_type_is_told(client: FlaskClient, given: str, wanted: str) -> None:
    name, _, value = given.partition("=")
    content = client.get(f"{VALUES}?{given}").get_json(force=True)
    assert content["detail"] == f"`{name}` cannot be “{value}”; it must be {wanted}."


def test_an_unknown_query_is_told_with_the_nearest(client: FlaskClient) -> None:
    for name, near in (("cq-02", "cq-02-values"), ("cq-1-task", "cq-01-tasks")):
        response = client.get("/api/queries/" + name)
        assert (_kind(response), response.get_json(force=True)["near"]) == ((404, "unknown-query"), near)


def test_problems_speak_chinese(client: FlaskClient) -> None:
    response = client.get(VALUES + "?year=25", headers={"Accept-Language": "zh"})
    assert json.loads(response.data)["detail"] == "year 不能是“25”；应为形如 2025 的年份。"


@pytest.fixture(scope="module")
def shipped_client(built: build.Graph, tmp_path_factory: pytest.TempPathFactory) -> Iterator[FlaskClient]:
    """A client of a service over the shipped graph and its questions."""
    link = tmp_path_factory.mktemp("shipped") / "build"
    serving.write_quads(link, built.quads, SHIPPED)
    with serving.served(link) as client:
        yield client


@pytest.mark.parametrize("query", SHIPPED, ids=lambda query: query.name)
def test_every_shipped_question_is_answered_as_on_the_command_line(
    shipped_client: FlaskClient, shipped: ox.Store, query: queries.Query
) -> None:
    found = queries.run(query, shipped)
    expected = [[term.value if term else "" for term in row] for row in found.rows]
    columns, *rows = csv.reader(io.StringIO(shipped_client.get(f"/api/queries/{query.name}?format=csv").text))
    assert (columns, rows) == (found.variables, expected)


def test_pages_of_a_long_answer_are_the_whole(shipped_client: FlaskClient) -> None:
    url, rows = "/api/queries/cq-01-plan-tree?limit=50", []
    while url:
        page = shipped_client.get(url).get_json()
        rows, url = rows + page["rows"], page["next"]
    whole = shipped_client.get("/api/queries/cq-01-plan-tree").get_json()["rows"]
    assert (len(rows) > 100, rows) == (True, whole)
