"""Reconciliation: answers of both versions of the API, facts of a small graph, and bounds.

The shapes of answers are written here from the specification (W3C Entity Reconciliation Community Group). With a
checkout of its repository every answer is held against its own JSON Schemas, and its examples of queries are sent:

    git clone https://github.com/reconciliation-api/specs
    POLICYGRAPH_RECONCILIATION=specs pytest tests/server/test_reconciliation.py
"""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

import jsonschema
import pytest
import serving
from referencing import Registry, Resource

from policygraph import name_pairs, vocab
from server import Settings, create_app
from server.service import Service
from server.service.similar_names import SimilarNames

if TYPE_CHECKING:
    from collections.abc import Iterator

    from flask.testing import FlaskClient

LADDER = Path(__file__).with_name("ladder.trig")
MORE = """
GRAPH graph:ontology { pg:AdministrativeArea a owl:Class }
GRAPH <https://w3id.org/policygraph/graph/reference> {
  area:north skos:altLabel "北"@zh .
  plan:town pg:hasReviewDate "2026-03-01"^^xsd:date .
}
"""
NORTH, SOUTH, TOWN = (f"{vocab.ID}area/{name}" for name in ("north", "south", "town"))
EN = {"Accept-Language": "en"}
Json = dict[str, Any]


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[FlaskClient]:
    link = tmp_path_factory.mktemp("reconciliation") / "build"
    serving.write_build(link, LADDER.read_text(encoding="utf-8") + MORE)
    service = Service(Settings(build=link, workers=1, watch=0, client_seconds=1e6, client_errors=1e6))
    yield create_app(service=service).test_client(use_cookies=False)
    service.close()


def _batch(client: FlaskClient, queries: Json) -> Json:
    answer = client.post("/reconcile", data={"queries": json.dumps(queries)}, headers=EN)
    assert answer.status_code == 200, answer.text
    return dict(answer.get_json())


def _ids(client: FlaskClient, **query: Any) -> list[tuple[str, float, bool]]:
    """The candidates of one query: short name, score, whether it is the match."""
    result = _batch(client, {"q": query})["q"]["result"]
    return [(vocab.shorten(each["id"]), each["score"], each["match"]) for each in result]


def _kind(problem: Any) -> str:
    return str(problem.get_json(force=True)["type"]).rpartition("/")[2]


# ── candidates ───────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_candidate_has_its_name_its_classes_and_what_its_score_is_made_of(client: FlaskClient) -> None:
    assert _batch(client, {"q": {"query": "北省"}})["q"]["result"][0] == {
        "id": NORTH,
        "name": "North",
        "type": [{"id": "pg:Province", "name": "province"}],
        "score": 100.0,
        "match": True,
        "features": [
            {"id": "name", "value": 100.0},
            {"id": "type", "value": 1.0},
            {"id": "properties", "value": 1.0},
        ],
    }


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ({"query": "北省"}, ("area:north", 100.0, True)),
        ({"query": "北"}, ("area:north", 100.0, True)),
        ({"query": "ＮＯＲＴＨ"}, ("area:north", 100.0, True)),
        ({"query": "Norht"}, ("area:north", 80.0, False)),
        ({"query": "北省（省级）"}, ("area:north", 95.0, True)),
        ({"query": "plan:south"}, ("plan:south", 100.0, True)),
        ({"query": f"{vocab.ID}plan/south"}, ("plan:south", 100.0, True)),
        ({"query": "output", "type": "pg:Indicator"}, ("indicator:output", 100.0, True)),
        ({"query": "North", "type": ["pg:City", "pg:AdministrativeArea"]}, ("area:north", 100.0, True)),
    ],
    ids=str,
)
def test_the_first_candidate_is_the_one_that_is_meant(
    client: FlaskClient, query: Json, expected: tuple[str, float, bool]
) -> None:
    assert _ids(client, **query)[0] == expected


def test_a_class_with_its_narrower_classes_sifts_and_a_wish_only_weighs(client: FlaskClient) -> None:
    areas = _ids(client, query="North", type="pg:AdministrativeArea")
    assert {name.partition(":")[0] for name, _, _ in areas} == {"area"}
    assert _ids(client, query="North", type="pg:City", type_strict="any") == []
    assert _ids(client, query="North", type=["pg:City", "pg:Province"], type_strict="all") == []
    assert _ids(client, query="North", type="pg:City", type_strict="should")[0] == ("area:north", 80.0, False)
    assert _ids(client, query="North", type="pg:NoSuchClass") == []


@pytest.mark.parametrize(
    ("value", "score"),
    [({"id": "area:north"}, 100.0), ("North", 100.0), ("北省", 100.0), ({"id": "area:south"}, 70.0), ("10", 70.0)],
    ids=str,
)
def test_values_of_properties_weigh_in(client: FlaskClient, value: object, score: float) -> None:
    found = _ids(client, query="镇市", properties=[{"pid": "pg:isSubdivisionOf", "v": value}])
    assert found[0] == ("area:town", score, score == 100.0)


def test_numbers_are_compared_as_numbers(client: FlaskClient) -> None:
    for value in (45000, 45000.0, "45000.0", "4.5e4"):
        found = _ids(client, query="jobs of North", properties=[{"pid": "pg:hasValue", "v": value}])
        assert found[0] == ("id:n4", 100.0, True)


def test_a_table_without_names_is_matched_by_its_values(client: FlaskClient) -> None:
    by_thing = _ids(client, properties=[{"pid": "pg:isSubdivisionOf", "v": {"id": "area:north"}}])
    by_name = _ids(client, properties=[{"pid": "pg:isSubdivisionOf", "v": "North"}])
    by_code = _ids(client, properties=[{"pid": "skos:notation", "v": "1001"}])
    assert by_thing == by_name == by_code == [("area:town", 100.0, True)]


def test_namesakes_are_no_match(client: FlaskClient) -> None:
    found = _ids(client, query="plan of Nowth")
    assert (found[0][0], found[0][2]) == ("plan:north", False)


def test_each_query_is_answered_apart_and_under_its_key(client: FlaskClient) -> None:
    answer = _batch(client, {"a": {"query": "南省"}, "b": {"query": "北省", "limit": 1}, "": {"query": "龘"}})
    assert {key: [each["id"] for each in value["result"]][:1] for key, value in answer.items()} == {
        "a": [SOUTH],
        "b": [NORTH],
        "": [],
    }
    assert len(answer["b"]["result"]) == 1


def test_names_come_in_the_language_of_the_address_or_of_accept_language(client: FlaskClient) -> None:
    data = {"queries": json.dumps({"q": {"query": "North", "limit": 1}})}
    by_header = client.post("/reconcile", data=data, headers={"Accept-Language": "zh"}).get_json()
    by_address = client.post("/reconcile?lang=zh", data=data, headers=EN).get_json()
    assert by_header == by_address
    assert (by_header["q"]["result"][0]["name"], by_header["q"]["result"][0]["type"][0]["name"]) == ("北省", "省")


def test_conditions_of_1_0_bind_as_they_say(client: FlaskClient) -> None:
    def ids(*conditions: Json, **more: object) -> list[str]:
        body = {"queries": [{"conditions": list(conditions), **more}]}
        answer = client.post("/reconcile/1.0/match", json=body, headers=EN)
        assert answer.status_code == 200, answer.text
        return [vocab.shorten(each["id"]) for each in answer.get_json()["results"][0]["candidates"]]

    name = {"matchType": "name", "propertyValue": "镇市"}
    above: Json = {"matchType": "property", "propertyId": "pg:isSubdivisionOf", "required": True}
    assert ids({"matchType": "id", "propertyValue": "area:town"}) == ["area:town"]
    assert ids({"matchType": "id", "propertyValue": "镇市"}) == []
    assert ids(name, {**above, "propertyValue": "North"}) == ["area:town"]
    assert ids(name, {**above, "propertyValue": "South"}) == []
    assert ids(name, {**above, "propertyValue": ["South", {"id": "area:north"}]}) == ["area:town"]
    assert ids(name, {**above, "propertyValue": ["South", "North"], "matchQuantifier": "all"}) == []
    assert "area:town" not in ids(name, {**above, "propertyValue": "North", "matchQuantifier": "none"})
    assert "area:town" in ids(name, {**above, "propertyValue": "South", "matchQuantifier": "none"})
    assert ids(name, type="pg:City") == ["area:town"]


# ── suggestions, extension, preview ──────────────────────────────────────────────────────────────────────────────────


def test_what_is_typed_suggests_things_classes_and_properties(client: FlaskClient) -> None:
    def suggested(path: str) -> list[tuple[str, str]]:
        result = client.get(path, headers=EN).get_json()["result"]
        return [(each["id"], each["name"]) for each in result]

    assert suggested("/reconcile/suggest/entity?prefix=Nor&limit=1") == [(NORTH, "North")]
    assert suggested("/reconcile/suggest/entity?prefix=area:town") == [(TOWN, "Town")]
    first, second = (suggested(f"/reconcile/suggest/entity?prefix=North&limit=1&cursor={start}") for start in (0, 1))
    assert (first, len(second), first != second) == ([(NORTH, "North")], 1, True)
    assert suggested("/reconcile/1.0/suggest/type?prefix=PROV") == [("pg:Province", "province")]
    assert suggested("/reconcile/suggest/property?prefix=hasValue")[0] == ("pg:hasValue", "pg:hasValue")
    assert {name for name, _ in suggested("/reconcile/suggest/type?prefix=")} >= {"pg:City", "pg:Indicator", "pg:Plan"}


def test_values_come_as_the_kinds_of_the_api(client: FlaskClient) -> None:
    query = {
        "ids": [NORTH, "area:town", "id:n4", "plan:town", "area:none"],
        "properties": [
            *({"id": f"pg:{name}"} for name in ("isSubdivisionOf", "hasValue", "hasDeadline", "hasReviewDate")),
            {"id": "skos:prefLabel", "settings": {"limit": "1"}},
            {"id": "nothing"},
        ],
    }
    answer = client.post("/reconcile", data={"extend": json.dumps(query)}, headers=EN).get_json()
    empty: Json = {each["id"]: [{}] for each in query["properties"]}  # type: ignore[index]
    assert answer["rows"] == {
        NORTH: {**empty, "skos:prefLabel": [{"str": "North"}]},
        "area:town": {
            **empty,
            "pg:isSubdivisionOf": [{"id": NORTH, "name": "North"}],
            "skos:prefLabel": [{"str": "Town"}],
        },
        "id:n4": {
            **empty,
            "pg:hasValue": [{"int": 45000}],
            "pg:hasDeadline": [{"int": 2026}],
            "skos:prefLabel": [{"str": "jobs of North"}],
        },
        "plan:town": {
            **empty,
            "pg:hasReviewDate": [{"date": "2026-03-01T00:00:00Z"}],
            "skos:prefLabel": [{"str": "plan of Town"}],
        },
        "area:none": empty,
    }
    assert [each["id"] for each in answer["meta"]] == [each["id"] for each in query["properties"]]  # type: ignore[index]


def test_columns_are_proposed_that_things_of_the_class_have(client: FlaskClient) -> None:
    answer = client.get("/reconcile/extend/propose?type=pg:IndicatorTarget&limit=3", headers=EN).get_json()
    assert (answer["type"], answer["limit"], len(answer["properties"])) == ("pg:IndicatorTarget", 3, 3)
    assert all(each["id"].startswith("pg:") for each in answer["properties"])
    assert client.get("/reconcile/extend/propose?type=none").get_json()["properties"] == []


def test_a_preview_stands_in_a_frame_of_any_site_and_other_pages_do_not(client: FlaskClient) -> None:
    answer = client.get("/reconcile/preview?id=area%3Atown", headers=EN)
    assert (answer.status_code, "<h1>" in answer.text, "Town" in answer.text) == (200, True, True)
    assert "frame-ancestors *;" in answer.headers["Content-Security-Policy"]
    assert "X-Frame-Options" not in answer.headers
    other = client.get("/areas", headers={"Accept": "text/html"})
    assert other.headers["X-Frame-Options"] == "DENY"
    assert client.get("/reconcile/view?id=area%3Atown").headers["Location"] == "/id/area/town"


def test_the_manifest_leads_to_addresses_that_answer(client: FlaskClient) -> None:
    manifest = client.get("/reconcile?lang=zh").get_json()
    paths = [manifest["suggest"][sort]["service_path"] + "&prefix=x" for sort in ("entity", "property", "type")]
    paths.append(manifest["extend"]["propose_properties"]["service_path"] + "&type=pg:Plan")
    paths += [manifest[name]["url"].replace("{{id}}", "area%3Atown") for name in ("preview", "view")]
    assert [client.get(path.removeprefix("http://localhost")).status_code for path in paths] == [200] * 5 + [303]
    assert manifest["defaultTypes"][0] == {"id": "pg:Plan", "name": "pg:Plan"}


# ── clients, doors ───────────────────────────────────────────────────────────────────────────────────────────────────


def test_every_origin_may_ask(client: FlaskClient) -> None:
    asked = {"Origin": "https://example.org", "Access-Control-Request-Method": "POST"}
    for path in ("/reconcile", "/reconcile/1.0/match", "/reconcile/suggest/type", "/reconcile/preview"):
        headers = client.options(path, headers=asked).headers
        assert headers["Access-Control-Allow-Origin"] == "*"
        assert "Content-Type" in headers["Access-Control-Allow-Headers"]


def test_older_clients_get_a_script(client: FlaskClient) -> None:
    answer = client.get("/reconcile/suggest/type?prefix=province&callback=jQuery_1.take", headers=EN)
    head, body = answer.text[: len("/**/jQuery_1.take(")], answer.text[len("/**/jQuery_1.take(") : -3]
    assert (answer.mimetype, head, answer.text[-3:]) == ("application/javascript", "/**/jQuery_1.take(", ");\n")
    assert json.loads(body)["result"][0]["id"] == "pg:Province"


@pytest.mark.parametrize(
    ("queries", "kind"),
    [
        ("{", "bad-parameter"),
        ("[]", "bad-parameter"),
        ('{"q": []}', "bad-parameter"),
        ('{"q": {}}', "bad-parameter"),
        ('{"q": {"query": ""}}', "bad-parameter"),
        ('{"q": {"query": 1}}', "bad-parameter"),
        ('{"q": {"qeury": "x"}}', "unknown-parameter"),
        ('{"q": {"query": "\\ud800"}}', "bad-parameter"),
        ('{"q": {"query": "x", "limit": 0}}', "bad-parameter"),
        ('{"q": {"query": "x", "limit": NaN}}', "bad-parameter"),
        ('{"q": {"query": "x", "type_strict": "maybe"}}', "bad-parameter"),
        ('{"q": {"query": "x", "properties": [{"pid": "pg:hasValue"}]}}', "bad-parameter"),
        ("[" * 50_000, "bad-parameter"),
        (json.dumps({str(n): {"query": "x"} for n in range(51)}), "batch-too-large"),
        (json.dumps({"q": {"query": "x", "type": ["x"] * 21}}), "batch-too-large"),
    ],
    ids=lambda value: str(value)[:40],
)
def test_what_is_no_batch_is_refused(client: FlaskClient, queries: str, kind: str) -> None:
    answer = client.post("/reconcile", data={"queries": queries}, headers=EN)
    assert (answer.status_code, _kind(answer)) == ({"batch-too-large": 413}.get(kind, 400), kind)


@pytest.mark.parametrize(
    ("method", "path", "given", "kind"),
    [
        ("GET", "/reconcile?callback=alert(1)&queries=%7B%7D", {}, "bad-parameter"),
        ("POST", "/reconcile", {"data": {"queries": "{}", "callback": "f"}}, "bad-parameter"),
        ("POST", "/reconcile", {"data": {}}, "body-type"),
        ("POST", "/reconcile", {"json": {}}, "body-type"),
        ("POST", "/reconcile", {"data": {"other": "1"}}, "parameter-missing"),
        ("GET", "/reconcile?queries=%7B%7D&extend=%7B%7D", {}, "parameters-exclude"),
        ("GET", "/reconcile?queries=%7B%7D&queries=%7B%7D", {}, "repeated"),
        ("GET", "/reconcile?queries=%ff", {}, "not-utf8"),
        ("GET", "/reconcile/preview?id=none", {}, "bad-parameter"),
        ("GET", "/reconcile/preview?id=area%3Anone", {}, "unknown-thing"),
        ("GET", "/reconcile/suggest/type?limit=1000", {}, "bad-parameter"),
        ("POST", "/reconcile/1.0/match", {"data": {"queries": "{}"}}, "body-type"),
        ("POST", "/reconcile/1.0/match", {"data": b"\xff", "content_type": "application/json"}, "not-utf8"),
        (
            "POST",
            "/reconcile/1.0/match",
            {
                "json": {
                    "queries": [{"conditions": [{"matchType": "name", "propertyValue": "x", "matchQualifier": "y"}]}]
                }
            },
            "bad-parameter",
        ),
        ("POST", "/reconcile/1.0/extend", {"json": {"ids": ["a"] * 201, "properties": []}}, "batch-too-large"),
        (
            "POST",
            "/reconcile/1.0/extend",
            {"data": b" " * 300_000, "content_type": "application/json"},
            "body-too-large",
        ),
    ],
    ids=str,
)
def test_what_cannot_be_answered_is_told(client: FlaskClient, method: str, path: str, given: Json, kind: str) -> None:
    assert _kind(client.open(path, method=method, headers=EN, **given)) == kind


def test_reconciling_counts_against_the_budget_of_a_client(tmp_path: Path) -> None:
    link = tmp_path / "build"
    serving.write_build(link)
    service = Service(Settings(build=link, workers=1, watch=0, client_seconds=0.01, client_seconds_rate=0.001))
    try:
        asked = create_app(service=service).test_client()
        statuses = [
            asked.post("/reconcile", data={"queries": json.dumps({"q": {"query": f"方案{n}"}})}).status_code
            for n in range(50)
        ]
    finally:
        service.close()
    assert (statuses[0], statuses[-1], set(statuses)) == (200, 429, {200, 429})


def test_common_parts_of_names_do_not_hide_what_is_like() -> None:
    names = [f"{number}号重点发展规划方案" for number in range(30_000)] + ["沈阳重点发展规划方案"]
    text = "".join(f"{name}\n" for name in names)
    ends = [at for at, character in enumerate(text) if character == "\n"]
    similar = SimilarNames(text, ends, name_pairs.pairs_of(text))
    [(number, score), *_] = similar.near("沈阳重点发展规划方按", 3)
    assert (number, score) == (30_000, 90.0)
    assert similar.near("", 3) == []


def test_which_labels_have_which_pairs_is_read_from_the_build(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """To make the pairs anew took the first request of 50 documents 0.7 s."""
    serving.write_build(tmp_path / "build", LADDER.read_text(encoding="utf-8") + MORE)

    def made(text: str) -> name_pairs.Pairs:
        raise AssertionError(f"the pairs of {text[:20]!r} are made again")

    monkeypatch.setattr(name_pairs, "pairs_of", made)
    with serving.served(tmp_path / "build") as client:
        assert _ids(client, query="北省", limit=1) == [(vocab.shorten(NORTH), 100.0, True)]


# ── the shapes of the specification ──────────────────────────────────────────────────────────────────────────────────

_TEXT = {"type": "string", "minLength": 1}


def _obj(required: Json, optional: Json | None = None) -> Json:
    return {
        "type": "object",
        "properties": {**required, **(optional or {})},
        "required": list(required),
        "additionalProperties": False,
    }


def _each(items: Json) -> Json:
    return {"type": "array", "items": items}


def _map(values: Json) -> Json:
    return {"type": "object", "additionalProperties": values}


def _value(**more: Json) -> Json:
    forms = [_obj({}), _obj({"id": _TEXT, "name": _TEXT}, more), _obj({"str": {"type": "string"}}, more)]
    forms += [_obj({"float": {"type": "number"}}), _obj({"int": {"type": "integer"}})]
    return {"oneOf": [*forms, _obj({"date": {"type": "string", "pattern": r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d"}})]}


_NAMED = _obj({"id": _TEXT, "name": _TEXT})
_CANDIDATE = {
    "id": _TEXT,
    "name": _TEXT,
    "type": _each(_NAMED),
    "score": {"type": "number", "minimum": 0, "maximum": 100},
    "match": {"type": "boolean"},
}
_COMMON = {"name": _TEXT, **{key: {"type": "string", "pattern": "^http://"} for key in ("documentation", "logo")}}
_COMMON |= {"serviceVersion": _TEXT, "defaultTypes": _each(_NAMED), "batchSize": {"type": "integer"}}
_PATH = _obj({"service_url": _TEXT, "service_path": {"type": "string", "pattern": "^/"}})
_SIZE = {"width": {"type": "integer"}, "height": {"type": "integer"}}
_TEMPLATE = {"type": "string", "pattern": r"^http://.*\{\{id\}\}"}
_SETTING = {"name": _TEXT, "type": {"const": "number"}, "default": {"type": "number"}}
_SUGGESTED = _obj(
    {"result": _each(_obj({"id": _TEXT, "name": _TEXT}, {"description": _TEXT, "notable": _each(_NAMED)}))}
)
_PROPOSED = _obj(
    {
        "type": {"type": "string"},
        "limit": {"type": "integer"},
        "properties": _each(_obj({"id": _TEXT, "name": _TEXT, "description": _TEXT})),
    }
)
#: Version -> name of a schema in the repository of the specification -> the shape of our answers.
SHAPES: dict[str, Json] = {
    "0.2": {
        "manifest": _obj(
            {
                "versions": {"const": ["0.2"]},
                **_COMMON,
                **{key: {"type": "string", "pattern": "^https?://"} for key in ("identifierSpace", "schemaSpace")},
                "view": _obj({"url": _TEMPLATE}),
                "preview": _obj({"url": _TEMPLATE, **_SIZE}),
                "suggest": _obj(dict.fromkeys(("entity", "property", "type"), _PATH)),
                "extend": _obj(
                    {
                        "propose_properties": _PATH,
                        "property_settings": _each(_obj({**_SETTING, "label": _TEXT, "help_text": _TEXT})),
                    }
                ),
            }
        ),
        "reconciliation-result-batch": _map(
            _obj(
                {
                    "result": _each(
                        _obj({**_CANDIDATE, "features": _each(_obj({"id": _TEXT, "value": {"type": "number"}}))})
                    )
                }
            )
        ),
        "data-extension-response": _obj({"meta": _each(_NAMED), "rows": _map(_map(_each(_value())))}),
    },
    "1.0-draft": {
        "manifest": _obj(
            {
                "versions": {"const": ["1.0-draft"]},
                **_COMMON,
                "lang": {"enum": ["zh", "en"]},
                "view": _obj({"url": {"type": "string", "pattern": r"^http://.*\{\?id\}$"}}),
                "preview": _obj(_SIZE),
                "suggest": _obj({key: {"const": True} for key in ("entity", "property", "type")}),
                "extend": _obj(
                    {
                        "proposeProperties": {"const": True},
                        "propertySettings": _each(_obj({**_SETTING, "id": _TEXT, "helpText": _TEXT})),
                    }
                ),
                "standardizedScore": {"const": True},
            }
        ),
        "reconciliation-result-batch": _obj(
            {
                "results": _each(
                    _obj(
                        {
                            "candidates": _each(
                                _obj(
                                    {
                                        **_CANDIDATE,
                                        "features": _each(
                                            _obj({"id": _TEXT, "name": _TEXT, "value": {"type": "number"}})
                                        ),
                                    },
                                    {"lang": {"enum": ["zh", "en"]}},
                                )
                            )
                        }
                    )
                )
            }
        ),
        "data-extension-response": _obj(
            {
                "meta": _each(_NAMED),
                "rows": _each(
                    _obj(
                        {
                            "id": _TEXT,
                            "properties": _each(
                                _obj({"id": _TEXT, "values": _each(_value(lang={"enum": ["zh", "en"]}))})
                            ),
                        }
                    )
                ),
            }
        ),
    },
}
for _of_version in SHAPES.values():
    _of_version |= {f"suggest-{sorts}-response": _SUGGESTED for sorts in ("entities", "properties", "types")}
    _of_version["data-extension-property-proposal"] = _PROPOSED


def _shown(client: FlaskClient, version: str) -> dict[str, Any]:
    """An answer of every kind in a version, by the name of its schema."""
    root = {"0.2": "/reconcile", "1.0-draft": "/reconcile/1.0"}[version]
    suggestions = {"entities": "entity", "properties": "property", "types": "type"}
    extension = {
        "ids": ["area:town", "id:n1", "id:n4", "plan:north", "document:north", "area:none"],
        "properties": [{"id": name} for name in ("skos:prefLabel", "rdf:type", "pg:hasValue", "pg:hasPeriodStart")],
    }
    extension["properties"].append({"id": "pg:hasPublicationDate"})
    if version == "0.2":
        batch = {"a": {"query": "北"}, "b": {"query": "plan"}, "c": {"query": "龘"}}
        matched = client.post(root, data={"queries": json.dumps(batch)})
        extended = client.post(root, data={"extend": json.dumps(extension)})
    else:
        names = [[{"matchType": "name", "propertyValue": words}] for words in ("北", "plan", "龘")]
        matched = client.post(f"{root}/match", json={"queries": [{"conditions": each} for each in names]})
        extended = client.post(f"{root}/extend", json=extension)
    return {
        "manifest": client.get(root).get_json(),
        "reconciliation-result-batch": matched.get_json(),
        "data-extension-response": extended.get_json(),
        "data-extension-property-proposal": client.get(f"{root}/extend/propose?type=pg:Plan").get_json(),
        **{
            f"suggest-{sorts}-response": client.get(f"{root}/suggest/{sort}?prefix=p").get_json()
            for sorts, sort in suggestions.items()
        },
    }


@pytest.mark.parametrize("version", SHAPES)
def test_answers_have_the_shapes_of_the_api(client: FlaskClient, version: str) -> None:
    answers = _shown(client, version)
    assert answers.keys() == SHAPES[version].keys()
    for name, shape in SHAPES[version].items():
        jsonschema.validate(answers[name], shape, cls=jsonschema.Draft202012Validator)


CHECKOUT = os.environ.get("POLICYGRAPH_RECONCILIATION", "")


@pytest.mark.skipif(not CHECKOUT, reason="2026-11-30: no checkout of reconciliation-api/specs at hand")
@pytest.mark.parametrize("version", SHAPES)
def test_answers_are_valid_by_the_schemas_of_the_specification(client: FlaskClient, version: str) -> None:
    folder = Path(CHECKOUT) / version
    schemas = {path.stem: json.loads(path.read_text("utf-8")) for path in (folder / "schemas").glob("*.json")}
    dialect = "http://json-schema.org/draft-07/schema#"
    resources = [
        (schema["$id"], Resource.from_contents({**schema, "$schema": dialect}))
        for schema in schemas.values()
        if "$id" in schema
    ]
    registry: Registry[Any] = Registry().with_resources(resources)
    for name, answer in _shown(client, version).items():
        schema = {**schemas[name], "$schema": dialect}
        jsonschema.Draft7Validator(schema, registry=registry).validate(answer)
    for path in sorted((folder / "examples" / "reconciliation-query-batch").glob("*/*.json")):
        text = path.read_text("utf-8")
        answer = (
            client.post("/reconcile", data={"queries": text})
            if version == "0.2"
            else client.post("/reconcile/1.0/match", data=text, content_type="application/json")
        )
        status = 400 if path.parent.name == "invalid" or "matchQualifier" in text else 200
        assert (path.name, answer.status_code) == (path.name, status)
