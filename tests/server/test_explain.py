"""Why a query has no result: the pattern that leaves nothing is named, with its place, the counts and the reason."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

import pytest
import serving
from serving import ONE

from policygraph import paths, queries, vocab
from server import Settings, create_app
from server.failures import RequestError
from server.service import Service
from server.sparql import reasons
from server.sparql.explain import explain
from server.syntax.patterns import outline

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from flask.testing import FlaskClient

    from server.web.ask import Row

#: Two plans, a task and a target of one of them, a district; a class and a property that are declared and not used.
TRIG = """
GRAPH graph:ontology {
  pg:hasValue a owl:DatatypeProperty ; skos:prefLabel "数值"@zh , "has value"@en .
  pg:hasHedge a owl:DatatypeProperty .
  pg:Event a owl:Class .
  pg:IndicatorTarget a owl:Class ; skos:prefLabel "指标目标值"@zh , "indicator target"@en .
}
GRAPH graph:reference { area:hunnan a pg:District ; skos:prefLabel "浑南区"@zh , "Hunnan District"@en . }
GRAPH <https://w3id.org/policygraph/graph/document/one> {
  plan:a a pg:Plan ; skos:prefLabel "甲方案"@zh .
  plan:b a pg:Plan ; skos:prefLabel "乙方案"@zh .
  id:t a pg:Task ; pg:isPartOf plan:a ; pg:hasOrdinal 1 .
  id:g a pg:IndicatorTarget ; pg:isSetBy plan:a ; pg:hasValue 7 ; pg:ofArea area:hunnan .
  id:g pg:hasDeadline "2025"^^xsd:gYear .
}
"""

#: Query -> the pattern that leaves nothing, where it stands, solutions before it, and the reasons with what they name.
EMPTY: dict[str, tuple[str, int, int, int, list[tuple[Any, ...]]]] = {
    # names
    "SELECT * {\n  ?浑 a pg:Plan ;\n\tpg:hasValeu ?v }": (
        *("?浑 pg:hasValeu ?v", 3, 2, 2),
        [("unknown-property", "pg:hasValeu", ["pg:hasValue"])],
    ),
    "ASK { ?s pg:数值 ?v }": ("?s pg:数值 ?v", 1, 7, 1, [("unknown-property", "pg:数值", ["pg:hasValue"])]),
    "ASK { ?x pg:isPartOf/pg:hasValeu ?v }": (
        *("?x pg:isPartOf/pg:hasValeu ?v", 1, 7, 1),
        [("unknown-property", "pg:hasValeu", ["pg:hasValue"])],
    ),
    "ASK { ?t a pg:Target ; pg:hasValue ?v }": (
        *("?t a pg:Target", 1, 7, 1),
        [("unknown-class", "pg:Target", ["pg:IndicatorTarget"])],
    ),
    "PREFIX e: <https://w3id.org/policygraph/ontology#> ASK { ?e a e:Event }": (
        *("?e a e:Event", 1, 58, 1),
        [("unused-class", "e:Event", [])],
    ),
    "ASK { ?e pg:hasHedge ?h }": ("?e pg:hasHedge ?h", 1, 7, 1, [("unused-property", "pg:hasHedge", [])]),
    "ASK { area:hunan ?p ?o }": ("area:hunan ?p ?o", 1, 7, 1, [("unknown-thing", "area:hunan", ["area:hunnan"])]),
    "DESCRIBE <https://w3id.org/policygraph/id/area/hunan>": (
        *("<https://w3id.org/policygraph/id/area/hunan>", 0, 0, 0),
        [("unknown-thing", "<https://w3id.org/policygraph/id/area/hunan>", ["area:hunnan"])],
    ),
    # literals
    'ASK { ?d a pg:District ; skos:prefLabel "浑南区" }': (
        *('?d skos:prefLabel "浑南区"', 1, 26, 1),
        [("other-form", '"浑南区"', ['"浑南区"@zh'])],
    ),
    "ASK { ?t pg:hasDeadline '2025' }": (
        *("?t pg:hasDeadline '2025'", 1, 7, 1),
        [("other-form", "'2025'", ['"2025"^^xsd:gYear'])],
    ),
    "ASK { ?t pg:hasDeadline ?y FILTER (?y = 2025) }": (
        *("FILTER (?y = 2025)", 1, 28, 1),
        [("other-form", "2025", ['"2025"^^xsd:gYear']), ("no-number", "?y", ['"2025"^^xsd:gYear'])],
    ),
    "ASK { VALUES ?l { '浑南区' } ?d skos:prefLabel ?l }": (
        *("?d skos:prefLabel ?l", 1, 27, 1),
        [("same-text", "?l", ['"浑南区"@zh'])],
    ),
    "ASK { ?d skos:prefLabel ?l VALUES ?l { '浑南区' } }": (
        *("VALUES ?l { '浑南区' }", 1, 28, 12),
        [("other-form", "'浑南区'", ['"浑南区"@zh'])],
    ),
    "ASK { ?t pg:hasOrdinal 4 }": ("?t pg:hasOrdinal 4", 1, 7, 1, [("other-values", "4", ['"1"^^xsd:integer'])]),
    # how things hang together
    "ASK { plan:a pg:isPartOf ?t . ?t a pg:Task }": (
        *("plan:a pg:isPartOf ?t", 1, 7, 1),
        [("turned-round", "?t pg:isPartOf plan:a", [])],
    ),
    "ASK { ?p a pg:Plan ; skos:prefLabel ?l , [] ; pg:hasValue ?v }": (
        *("?p pg:hasValue ?v", 1, 47, 2),
        [("not-of-this-class", "?p", ["pg:IndicatorTarget"])],
    ),
    "ASK { ?t pg:hasOrdinal ?n . ?t a pg:Plan }": (
        *("?t a pg:Plan", 1, 29, 1),
        [("of-other-class", "?t", ["pg:Task"])],
    ),
    "ASK { ?t pg:isPartOf [ a pg:Plan ; skos:prefLabel '甲方案' ] }": (
        *("[ … ] skos:prefLabel '甲方案'", 1, 36, 1),
        [("other-form", "'甲方案'", ['"甲方案"@zh'])],
    ),
    "ASK { ?t pg:isPartOf plan:b }": ("?t pg:isPartOf plan:b", 1, 7, 1, [("other-values", "plan:b", ["plan:a"])]),
    # filters and their like
    "ASK { ?p a pg:Plan . FILTER (?label = 'x') ?p skos:prefLabel ?labels }": (
        *("FILTER (?label = 'x')", 1, 22, 2),
        [("unbound", "?label", "?labels")],
    ),
    "ASK { ?t pg:hasValue ?v FILTER (?v > 9) }": (
        *("FILTER (?v > 9)", 1, 25, 1),
        [("values", "?v", ['"7"^^xsd:integer'])],
    ),
    "ASK { ?p a pg:Plan FILTER NOT EXISTS { ?p skos:prefLabel ?l } }": (
        *("FILTER NOT EXISTS { ?p skos:prefLabel ?l }", 1, 20, 2),
        [("not-exists-leaves-none", None, [])],
    ),
    "ASK { ?p a pg:Plan FILTER EXISTS { ?p pg:isPartOf ?q } }": (
        *("FILTER EXISTS { ?p pg:isPartOf ?q }", 1, 20, 2),
        [("exists-leaves-none", None, [])],
    ),
    "ASK { ?p a pg:Plan FILTER EXISTS { ?p pg:isPart ?q } }": (
        *("?p pg:isPart ?q", 1, 36, 1),
        [("unknown-property", "pg:isPart", ["pg:isPartOf"])],
    ),
    "ASK { ?p a pg:Plan MINUS { ?p skos:prefLabel ?l } }": (
        *("MINUS { ?p skos:prefLabel ?l }", 1, 20, 2),
        [("minus-leaves-none", None, [])],
    ),
    # what holds others
    "ASK { ?p a pg:Plan OPTIONAL { ?p pg:hasFoo ?f } GRAPH ?g { ?t a pg:Task . ?t pg:hasOrdinal 2 } }": (
        *("?t pg:hasOrdinal 2", 1, 75, 1),
        [("other-values", "2", ['"1"^^xsd:integer'])],
    ),
    "ASK { ?p a pg:Plan { ?t a pg:Task { ?t pg:hasOrdinals 1 } } }": (
        *("?t pg:hasOrdinals 1", 1, 37, 1),
        [("unknown-property", "pg:hasOrdinals", ["pg:hasOrdinal"])],
    ),
    "ASK { ?p a pg:Plan { SELECT ?p { ?p a pg:Plan } GROUP BY ?p HAVING (COUNT(*) > 5) } }": (
        *("HAVING (COUNT(*) > 5)", 1, 61, 2),
        [("having-leaves-none", None, [])],
    ),
    "SELECT * { ?p a pg:Plan } LIMIT 0": ("LIMIT 0", 1, 27, 2, [("limit-leaves-none", None, [])]),
    "SELECT * { ?p a pg:Plan } OFFSET 9": ("OFFSET 9", 1, 27, 2, [("offset-leaves-none", None, [])]),
    "SELECT * { ?p a pg:Plan } VALUES ?p { plan:z }": (
        *("VALUES ?p { plan:z }", 1, 27, 2),
        [("values-leaves-none", None, [])],
    ),
    "SELECT * FROM graph:document\\/one { ?p a pg:Plan . ?d a pg:District }": (
        *("?d a pg:District", 1, 52, 2),
        [("unknown-class", "pg:District", [])],
    ),
    "CONSTRUCT WHERE { ?p a pg:Plan ; pg:hasOrdinal ?n }": (
        *("?p pg:hasOrdinal ?n", 1, 34, 2),
        [("not-of-this-class", "?p", ["pg:Task"])],
    ),
    "SELECT (COUNT(*) AS ?n) { ?t a pg:Task ; pg:hasOrdinal 3 }": (
        *("?t pg:hasOrdinal 3", 1, 42, 1),
        [("other-values", "3", ['"1"^^xsd:integer'])],
    ),
    "ASK { ?p skos:prefLabel ?l . ?t pg:isPartOf ?l }": (
        *("?t pg:isPartOf ?l", 1, 30, 12),
        [("no-common", None, [])],
    ),
}


@pytest.fixture(scope="module")
def asked(tmp_path_factory: pytest.TempPathFactory) -> Iterator[FlaskClient]:
    link = tmp_path_factory.mktemp("explained") / "build"
    serving.write_build(link, TRIG)
    service = Service(Settings(build=link, workers=2, watch=0, client_seconds=1e6, client_errors=1e6))
    yield create_app(service=service).test_client()
    service.close()


def _ask(client: FlaskClient, query: str, language: str = "en", **given: str) -> Any:
    pairs = {"query": query, "explain": "empty", **given}
    answer = client.get("/sparql?" + urlencode(pairs), headers={"Accept-Language": language})
    assert (answer.status_code, answer.mimetype) == (200, "application/json"), answer.text
    return answer.get_json()


def _named(reason: dict[str, Any]) -> tuple[Any, ...]:
    """A reason, the first thing that it names, and what it offers instead."""
    name = next((reason[key] for key in ("name", "variable", "subject", "given", "text") if key in reason), None)
    near = reason.get("nearest", reason.get("found", reason.get("used_of", reason.get("classes", []))))
    if reason["reason"] in ("of-other-class", "not-of-this-class"):
        near = [each for each in near if each.startswith("pg:")]
    near = [each["name"] if isinstance(each, dict) else each for each in near] if isinstance(near, list) else near
    return reason["reason"], name if reason["reason"] not in ("no-common", "no-match") else None, near


@pytest.mark.parametrize("query", EMPTY, ids=lambda query: query[:60])
def test_the_pattern_that_leaves_nothing_is_named_with_the_reason(asked: FlaskClient, query: str) -> None:
    told = _ask(asked, query)
    killer = told["killer"]
    place = [killer.get(name, 0) for name in ("line", "column", "before")]
    assert (killer["text"], *place, [_named(reason) for reason in killer["reasons"]]) == EMPTY[query]
    assert (told["empty"], killer.get("after", 0), "stopped" in told) == (True, 0, False)


def test_a_query_with_a_result_is_told_step_by_step(asked: FlaskClient) -> None:
    told = _ask(asked, "SELECT ?p { ?p a pg:Plan OPTIONAL { ?p pg:hasFoo ?f } { ?t a pg:Task } UNION { ?t a pg:Foo } }")
    steps = [(step["kind"], step["before"], step["after"]) for step in told.pop("steps")]
    assert (told, steps) == (
        {
            "summary": "This query has a result: there are solutions after every step.",
            "empty": False,
            "one_row": False,
            "killer": None,
            "most": 1000,
        },
        [("triple", 1, 2), ("optional", 2, 2), ("union", 2, 2)],
    )


def test_an_explanation_is_told_whole(asked: FlaskClient) -> None:
    query = 'SELECT * {\n\t?d a pg:District ; skos:prefLabel "浑南区" }'
    place = {"line": 2, "excerpt": '\t?d a pg:District ; skos:prefLabel "浑南区" }'}
    first = {
        "kind": "triple",
        "text": "?d a pg:District",
        **place,
        "column": 2,
        "caret": "\t^",
        "before": 1,
        "after": 1,
    }
    second = {
        "kind": "triple",
        "text": '?d skos:prefLabel "浑南区"',
        **place,
        "column": 21,
        "caret": "\t" + " " * 19 + "^",
        "before": 1,
        "after": 0,
    }
    detail = '没有 "浑南区"，但有写法相同的 "浑南区"@zh：语言标签和数据类型要一致，或用 STR() 比较。'
    reason = {"reason": "other-form", "detail": detail, "given": '"浑南区"', "found": ['"浑南区"@zh']}
    assert _ask(asked, query, "zh") == {
        "summary": f'第 2 行第 21 列的“?d skos:prefLabel "浑南区"”之前有 1 个解，之后一个也没有。{detail}',
        "empty": True,
        "one_row": False,
        "killer": {**second, "alone": False, "inside": [], "reasons": [reason]},
        "steps": [{**first, "depth": 0}, {**second, "depth": 0}],
        "most": 1000,
    }


def test_every_branch_of_a_union_is_told(asked: FlaskClient) -> None:
    told = _ask(asked, "ASK { { ?a a pg:Plans } UNION { ?b a pg:Task ; pg:hasOrdinal 5 } }")
    branches = [(reason["number"], reason["killer"]["text"]) for reason in told["killer"]["reasons"]]
    assert (told["killer"]["kind"], branches) == ("union", [(1, "?a a pg:Plans"), (2, "?b pg:hasOrdinal 5")])


def test_what_a_pattern_stands_in_is_told(asked: FlaskClient) -> None:
    told = _ask(asked, "ASK { GRAPH ?g { { ?t a pg:Tasks } } }")
    assert told["killer"]["inside"] == ["GRAPH ?g { { ?t a pg:Tasks } }", "{ ?t a pg:Tasks }"]


def test_an_aggregate_over_nothing_is_told_to_be_one_row(asked: FlaskClient) -> None:
    told = _ask(asked, "SELECT (COUNT(*) AS ?n) { ?x a pg:Plans }")
    assert told["one_row"]
    assert told["summary"].endswith(
        "An aggregate without GROUP BY gives one row even of nothing: a row of 0, or of no value."
    )


def test_the_dataset_of_the_protocol_holds(asked: FlaskClient) -> None:
    query = "ASK { ?p a pg:Plan . ?d a pg:District }"
    both = [_ask(asked, query, **given)["empty"] for given in ({}, {"default-graph-uri": ONE})]
    assert both == [False, True]


def test_what_takes_too_long_is_told_with_the_steps_that_were_done(asked: FlaskClient) -> None:
    every = "FILTER (?a + ?b + ?c + ?d + ?e + ?f < 0)"
    query = serving.CROSS_PRODUCT.removesuffix("}") + every + " }"
    started = time.monotonic()
    told = _ask(asked, query, timeout="1")
    assert time.monotonic() - started < 5
    assert (told["empty"], told["killer"], told["stopped"], len(told["steps"])) == (
        None,
        None,
        {"problem": "timeout", "text": every},
        6,
    )


@pytest.mark.parametrize(
    ("query", "given", "problem"),
    [
        ("SELCT * {}", {}, (400, "syntax")),
        ("ASK { ?s skoss:a ?o }", {}, (400, "syntax")),
        ("ASK {}", {"explain": "full"}, (400, "bad-parameter")),
        ("ASK { << ?s ?p ?o >> ?q ?r }", {}, (422, "unexplained")),
        ("ASK { SERVICE <http://127.0.0.1/> {} }", {}, (400, "service")),
    ],
)
def test_what_cannot_be_explained_is_a_problem(
    asked: FlaskClient, query: str, given: dict[str, str], problem: tuple[int, str]
) -> None:
    answer = asked.get("/sparql?" + urlencode({"query": query, "explain": "empty", **given}))
    assert (answer.status_code, answer.get_json(force=True)["type"].rpartition("/")[2]) == problem


def test_explaining_knows_no_store() -> None:
    """Steps are texts: whoever runs them may be any store. Here it has nothing, and stops at the second question."""
    asked: list[str] = []

    def ask(text: str) -> Sequence[Row]:
        asked.append(text)
        raise RequestError("timeout", seconds=1)

    drawn = outline("PREFIX e: <e:> ASK FROM <g:g> { ?s e:p 1 ; e:q 2 }", None, vocab.PREFIXES)
    questions = {query.name: query for query in queries.read_all(paths.find().queries / "service")}
    assert explain(drawn, ask, questions, "en")["stopped"] == {"problem": "timeout", "text": "?s e:p 1"}
    assert " ".join(asked[0].split()) == (
        "PREFIX e: <e:> SELECT (COUNT(*) AS ?solutions) FROM <g:g> WHERE { { SELECT (1 AS ?one) WHERE { "
        "?s e:p 1 . } LIMIT 1000 } }"
    )


def test_every_reason_is_met_and_speaks_both_languages() -> None:
    met = {reason[0] for *_, found in EMPTY.values() for reason in found} | {"branch"}
    assert reasons.REASONS.keys() - met == {"no-match"}
    assert [name for name, words in reasons.REASONS.items() if words.keys() != {"zh", "en"}] == []
