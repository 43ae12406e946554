"""The tools for assistants: what they answer, what they refuse, and the protocol's own client at the other end."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

import anyio
import pytest

from policygraph import paths, vocab
from server import Settings, create_app
from server.assistants import RefusalError, Tools, protocol_server
from server.assistants.phrases import terms
from server.assistants.protocol import TOOLS
from server.assistants.terms import Undeclared, undeclared
from server.service import Service

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine, Iterator
    from pathlib import Path

ROOT = paths.find().root
OUTPUT = "id:pioneer/g1-output"


@pytest.fixture(scope="module")
def tools(curated: Path) -> Iterator[Tools]:
    settings = Settings(
        build=curated / "build", workers=1, deadline=60.0, client_seconds=1e6, client_errors=1e6, watch=0
    )
    running = Service(settings)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("POLICYGRAPH_SOURCES", str(curated / "project" / "data" / "sources"))
        yield Tools(create_app(service=running))
    running.close()


@pytest.fixture(scope="module")
def snapshot(tools: Tools) -> str:
    return str(tools.questions()["snapshot"])


def test_words_find_things_with_their_kind(tools: Tools, snapshot: str) -> None:
    found = tools.find("industrial output", "Indicator")
    assert (found["answer"], found["snapshot"]) == (
        {"total": 1, "things": [{"id": "indicator:output", "label": "industrial output", "kind": "Indicator"}]},
        snapshot,
    )


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("沈阳2025年GDP目标是多少？", ["沈阳", "2025", "GDP", "目标"]),
        ("和平区 与 青年 的 2023 年度 指标", ["和平区", "青年", "2023", "指标"]),
        ("What is the year-on-year growth of GDP in Shenyang?", ["year-on-year", "growth", "GDP", "Shenyang"]),
        ("的 is 年", []),
    ],
)
def test_a_question_has_terms(words: str, expected: list[str]) -> None:
    assert terms(words) == expected


def test_a_question_finds_what_its_terms_do(tools: Tools) -> None:
    question = tools.find("What is the industrial output of it?", "Indicator")
    words = tools.find("industrial output", "Indicator")
    assert question["answer"] == words["answer"]
    assert (question["note"], "note" in words) == ("nothing is called so; these are for “industrial output”", False)
    assert tools.find("火星基地是什么？")["answer"] == {"total": 0, "things": []}


def test_a_class_means_those_below_it_too(tools: Tools) -> None:
    things = tools.find("Pioneer City", "AdministrativeArea")["answer"]["things"]
    assert [(each["id"], each["kind"]) for each in things] == [("area:pioneer", "City")]


def test_a_thing_is_named_by_its_label_where_it_alone_has_it(tools: Tools) -> None:
    by_label, by_id = (
        tools.compare(name, [area])["answer"]
        for name, area in (("Industrial output", "先锋市"), ("indicator:output", "area:pioneer"))
    )
    assert (by_label["total"], by_label) == (1, by_id)
    asked = [tools.ask("cq-10", {"indicator": name})["answer"] for name in ("工业产值", "indicator:output")]
    assert (asked[0]["total"] > 0, asked[0]) == (True, asked[1])


def test_what_an_answer_leaves_out_is_counted(tools: Tools, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("server.assistants.tools._MOST_ROWS", 2)
    monkeypatch.setattr("server.assistants.tools._MOST_THINGS", 1)
    answer = tools.sparql("SELECT ?thing { ?thing pg:hasEvidence ?place } ORDER BY ?thing")
    total = answer["answer"]["total"]
    assert (len(answer["answer"]["rows"]), len(answer["sources"]), answer["note"]) == (
        2,
        1,
        f"the first 2 of {total} rows; sources are given for the first 1 of 2 things; "
        "`evidence` gives those of the others",
    )


def test_nothing_found_is_an_answer(tools: Tools) -> None:
    found = tools.find("火星基地", language="zh")
    assert (found["answer"], found["note"]) == ({"total": 0, "things": []}, "图谱中没有这样称呼的事物")


def test_evidence_quotes_and_cites(tools: Tools, snapshot: str) -> None:
    """The words, the document, the place, and a citation that names the snapshot."""
    answer = tools.evidence(OUTPUT)
    assert answer["sources"][OUTPUT] == [
        {
            "evidence": "https://w3id.org/policygraph/id/source/pioneer#char=32,46",
            "document": {"zh": "先锋市行动方案", "en": "Action plan of Pioneer City"},
            "characters": [32, 46],
            "quotation": "工业产值达到1.5万亿元以上",
            "citation": f"先锋市行动方案, characters 32–46; policygraph snapshot {snapshot[:12]}",
        }
    ]
    assert answer["standing"][OUTPUT] == {"review": "not recorded"}


def test_a_chinese_answer_has_a_chinese_citation(tools: Tools, snapshot: str) -> None:
    [place] = tools.evidence(OUTPUT, language="zh")["sources"][OUTPUT]
    assert place["citation"] == f"《先锋市行动方案》，第 32–46 字符；policygraph 快照 {snapshot[:12]}"


def test_an_answer_without_rows_says_what_that_means(tools: Tools) -> None:
    answer = tools.ask("cq-52", language="en")
    assert (answer["answer"]["total"], answer["note"].partition(",")[0]) == (0, "No document spells out an initiative")


def test_what_is_stated_is_told_from_what_is_inferred(tools: Tools) -> None:
    answer = tools.show(OUTPUT)["answer"]
    assert answer["stated"]["pg:ofIndicator"] == [{"id": "indicator:output", "label": "industrial output"}]
    assert answer["stated"]["pg:hasValue"] == [1.5e12]
    assert answer["inferred"]["pg:isSetWithin"] == [
        {"id": "id:pioneer/g1", "label": "Develop industry"},
        {"id": "plan:pioneer", "label": "Action plan of Pioneer City"},
    ]
    assert "pg:isSetWithin" not in answer["stated"]


def test_areas_are_compared_and_silence_is_told(tools: Tools) -> None:
    answer = tools.compare("indicator:output", ["area:pioneer", "area:china"])
    assert answer["answer"] == {
        "indicator": "indicator:output",
        "values": [
            {
                "id": OUTPUT,
                "role": "target",
                "area": {"id": "area:pioneer", "label": "Pioneer City"},
                "value": 1.5e12,
                "unit": "CNY",
                "bound": "floor",
                "printed": "1.5万亿元以上",
                "year": "2025",
                "kind": "level",
                "isInferred": False,
                "plan": "Action plan of Pioneer City",
                "document": "Action plan of Pioneer City",
            }
        ],
        "total": 1,
        "absent": {"area:china": "no document of this area is in the graph"},
    }
    assert list(answer["sources"]) == [OUTPUT]


def test_a_ready_question_is_answered_by_the_beginning_of_its_name(tools: Tools) -> None:
    answer = tools.ask("cq-10", {"indicator": "indicator:output"})
    assert [row["printed"] for row in answer["answer"]["rows"]] == ["1.5万亿元以上"]
    assert answer["answer"]["total"] == 1
    assert OUTPUT in answer["sources"]


def test_a_query_of_ones_own_is_answered_with_sources(tools: Tools, snapshot: str) -> None:
    answer = tools.sparql("SELECT ?t ?v { ?t a pg:IndicatorTarget ; pg:hasValue ?v }")
    assert (answer["answer"], list(answer["sources"]), answer["snapshot"]) == (
        {"rows": [{"t": OUTPUT, "v": 1.5e12}], "total": 1},
        [OUTPUT],
        snapshot,
    )
    assert tools.sparql("ASK { ?p a pg:Plan }")["answer"] == {"boolean": True}
    assert tools.sparql("SELECT ?p { ?p a pg:Honour }")["note"] == "the graph states nothing of this kind"


REFUSED = {
    "undeclared": (
        lambda tools: tools.sparql("SELECT ?p { ?p a pg:Plann ; pg:hasValeu ?v }"),
        "the query was not run; these terms are not declared: pg:Plann (the nearest: pg:Plan, pg:hasPlanKind, "
        "pg:PlanElement); pg:hasValeu (the nearest: pg:hasValue, pg:hasValueKind, pg:hasUpperValue)",
    ),
    "in Chinese": (
        lambda tools: tools.sparql("SELECT ?p { ?p a pg:Qqqqqqqqqqqqqq }", "zh"),
        "查询未执行，以下词语没有声明：pg:Qqqqqqqqqqqqqq",
    ),
    "no query": (
        lambda tools: tools.sparql("SELECT * {"),
        "The query is not SPARQL: Line 1, column 11: A } is missing here: the { at line 1, column 10 is not closed.",
    ),
    "an update": (
        lambda tools: tools.sparql("DELETE WHERE { ?s ?p ?o }"),
        "Only queries are answered: DELETE belongs to SPARQL Update; this endpoint answers queries only.",
    ),
    "unknown thing": (
        lambda tools: tools.show("plan:pionier"),
        "the graph does not know plan:pionier; the nearest: area:pioneer, document:pioneer, plan:pioneer",
    ),
    "no id": (
        lambda tools: tools.show("<>"),
        "“<>” is no id: ids read plan:…, indicator:…, area:…, id:…; `find` gives them",
    ),
    "a label of several things": (
        lambda tools: tools.show("先锋市行动方案"),
        "several things are called “先锋市行动方案”: document:pioneer, plan:pioneer",
    ),
    "unknown question": (
        lambda tools: tools.ask("cq-999"),
        "no question is called “cq-999”: `policygraph ask`, or `questions` of a graph, lists them",
    ),
    "unknown parameter": (
        lambda tools: tools.ask("cq-10", {"place": "area:pioneer"}),
        "cq-10-indicator-across-plans has no parameter place; it takes: indicator",
    ),
    "unknown thing of a question": (
        lambda tools: tools.ask("cq-10", {"indicator": "indicator:outputt"}),
        "the graph does not know indicator:outputt; the nearest: indicator:output, id:pioneer/g1-output",
    ),
    "unknown area": (
        lambda tools: tools.compare("indicator:output", ["Pioneer"]),
        "the graph does not know Pioneer; the nearest: area:pioneer, document:pioneer, plan:pioneer",
    ),
    "unknown class": (
        lambda tools: tools.find("Pioneer", "Citty"),
        "“Citty” is no class; the nearest: pg:City, pg:Community, pg:Country",
    ),
    "another language": (lambda tools: tools.find("x", language="fr"), "language is “fr”; it must be one of en, zh"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_what_is_refused_says_why(tools: Tools, case: str) -> None:
    call, words = REFUSED[case]
    with pytest.raises(RefusalError) as raised:
        call(tools)
    assert str(raised.value) == words


def test_an_update_changes_nothing(tools: Tools, snapshot: str) -> None:
    with pytest.raises(RefusalError):
        tools.sparql("INSERT DATA { id:x a pg:Plan }")
    assert tools.questions()["snapshot"] == snapshot


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("SELECT ?p { ?p a pg:Plan }", []),
        ("SELECT ?p { ?p a pg:Plane }", [Undeclared("pg:Plane", ("pg:Plan",))]),
        ("SELECT ?p { ?p a <https://w3id.org/policygraph/ontology#Plane> }",
         [Undeclared("<https://w3id.org/policygraph/ontology#Plane>", ("pg:Plan",))]),
        ("PREFIX x: <https://w3id.org/policygraph/ontology#> SELECT ?p { ?p a x:Plane }",
         [Undeclared("x:Plane", ("pg:Plan",))]),
        ("SELECT ?p { ?p skos:prefLabel 'pg:Plane' } # pg:Plane", []),
        ("PREFIX pg: <https://other.example/> SELECT ?p { ?p a pg:Plane }", []),
        ("SELECT ?p { ?p ex:any ?o }", []),
    ],
)  # fmt: skip
def test_terms_are_looked_up_where_syntax_has_them(query: str, expected: list[Undeclared]) -> None:
    namespace = vocab.PREFIXES["pg"]
    declared = [f"{namespace}Plan", f"{namespace}hasValue"]
    assert undeclared(query, declared, vocab.PREFIXES, [namespace]) == expected


def _run(session: Callable[[], Coroutine[Any, Any, Any]]) -> Any:
    """What a session gives, in a thread of its own: that of the tests may have the loop of a browser."""
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(anyio.run, session).result()


def _in_session(server: Any, *calls: tuple[str, dict[str, Any]]) -> tuple[list[str], list[Any]]:
    """The tools that the protocol's client sees, and the results of calls."""
    from mcp import Client

    async def session() -> tuple[list[str], list[Any]]:
        async with Client(server, read_timeout_seconds=120) as client:
            listed = await client.list_tools()
            results = [await client.call_tool(name, arguments) for name, arguments in calls]
            return [tool.name for tool in listed.tools], results

    return _run(session)


def test_the_client_of_the_protocol_calls_every_tool(tools: Tools) -> None:
    """In one process: names, answers as text and as structure, and a refusal that is an error of the call."""
    calls = [
        ("find", {"words": "output"}),
        ("show", {"thing": OUTPUT}),
        ("evidence", {"thing": OUTPUT}),
        ("questions", {}),
        ("ask", {"question": "cq-10", "parameters": {"indicator": "indicator:output"}}),
        ("sparql", {"query": "ASK { ?p a pg:Plan }"}),
        ("compare", {"indicator": "indicator:output", "areas": ["area:china"]}),
        ("sparql", {"query": "SELECT ?p { ?p a pg:Plann }"}),
    ]
    names, results = _in_session(protocol_server(tools), *calls)
    assert names == list(TOOLS)
    assert [result.is_error for result in results] == [False] * 7 + [True]
    assert all(json.loads(result.content[0].text)["snapshot"] for result in results[:7])
    assert "these terms are not declared: pg:Plann" in results[7].content[0].text


def test_every_tool_says_that_it_only_reads(tools: Tools) -> None:
    from mcp import Client

    async def annotations() -> list[tuple[bool, bool]]:
        async with Client(protocol_server(tools)) as client:
            listed = await client.list_tools()
            return [(bool(tool.annotations.read_only_hint), bool(tool.description)) for tool in listed.tools]

    assert _run(annotations) == [(True, True)] * len(TOOLS)


def test_the_command_serves_over_standard_input_and_output(curated: Path) -> None:
    """As an assistant starts it: `policygraph mcp`, found tools, one answer, and an end when it goes."""
    from mcp import StdioServerParameters

    command = StdioServerParameters(
        command=sys.executable,
        args=["-m", "policygraph", "--language", "en", "mcp", "--build", str(curated / "build")],
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        cwd=str(ROOT),
    )
    names, results = _in_session(command, ("find", {"words": "industrial output", "kind": "Indicator"}))
    assert names == list(TOOLS)
    answer = json.loads(results[0].content[0].text)["answer"]
    assert [thing["id"] for thing in answer["things"]] == ["indicator:output"]


@pytest.fixture(scope="module")
def over_http(curated: Path) -> Iterator[int]:
    """The port of a `policygraph mcp --transport http`, which ends with the tests of this module."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-m", "policygraph", "mcp", "--transport", "http", "--port", str(port)]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    process = subprocess.Popen([*command, "--build", str(curated / "build")], env=environment, cwd=ROOT)
    try:
        while process.poll() is None:
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", port)) == 0:
                    break
            time.sleep(0.05)
        assert process.poll() is None
        yield port
    finally:
        process.terminate()
        process.wait()


def test_the_command_serves_over_http(over_http: int) -> None:
    address = f"http://127.0.0.1:{over_http}/mcp"
    names, results = _in_session(address, ("sparql", {"query": "ASK { ?p a pg:Plan }"}))
    assert names == list(TOOLS)
    assert json.loads(results[0].content[0].text)["answer"] == {"boolean": True}


def test_a_page_of_another_site_reaches_no_tool(over_http: int) -> None:
    """A name that leads to the loopback (DNS rebinding) is refused."""
    request = urllib.request.Request(f"http://127.0.0.1:{over_http}/mcp", data=b"{}", method="POST")
    for name, text in {"Host": "evil.example", "Content-Type": "application/json"}.items():
        request.add_header(name, text)
    with pytest.raises(urllib.error.HTTPError) as raised:
        urllib.request.urlopen(request, timeout=60)  # noqa: S310 - our own server
    assert raised.value.code == 421
    raised.value.close()
