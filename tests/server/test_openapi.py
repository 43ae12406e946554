"""The OpenAPI document: valid, whole, in two languages, and what the service really does."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import hypothesis
import openapi_spec_validator
import pytest
import schemathesis
import serving
from serving import CATALOGUE

from policygraph import paths, queries
from policygraph.datatypes import PARAMETER_TYPES
from server import ROUTES, create_app
from server.api.openapi import document
from server.api.parameters import RESERVED

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from flask.testing import FlaskClient

    from server.service import Service

#: Blueprints for programs; those for people have pages.
PROGRAMS = {
    *(
        "api",
        "downloads",
        "exports",
        "find",
        "linked",
        "openapi",
        "operations",
        "reconciliation",
        "sparql",
        "vocabulary",
        "well_known",
    )
}
SHIPPED = queries.read_all(paths.find().queries / "competency")


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_document_of_the_shipped_questions_is_valid(language: str) -> None:
    made = document(ROUTES, SHIPPED, "http://localhost/", language)
    openapi_spec_validator.validate(made)
    found = {name.rpartition("/")[2]: item["get"]["summary"] for name, item in made["paths"].items() if "cq-" in name}
    assert found == {query.name: query.header_text("question", language) for query in SHIPPED}


def test_the_validator_finds_a_fault() -> None:
    made = document(ROUTES, CATALOGUE, "http://localhost/", "en")
    del made["paths"]["/about/{kind}/{path}"]["get"]["parameters"][0]
    with pytest.raises(openapi_spec_validator.validation.exceptions.OpenAPIValidationError):
        openapi_spec_validator.validate(made)


def test_a_question_is_described_with_its_parameters() -> None:
    made = document(ROUTES, CATALOGUE, "http://localhost/", "en")["paths"]["/api/queries/cq-02-values"]["get"]
    own = made["parameters"][: -len(RESERVED)]
    assert own[0] == {
        "name": "year",
        "in": "query",
        "description": "a year like 2025",
        "schema": {"type": "array", "items": {"type": "string", "pattern": "^([0-9]{4})$"}, "default": ["2025"]},
        "example": ["2025"],
    }
    assert [each["name"] for each in own] == [each.name for each in CATALOGUE[1].parameters]
    shared = document(ROUTES, CATALOGUE, "http://localhost/", "en")["components"]["parameters"]
    rest = [shared[each["$ref"].rpartition("/")[2]]["name"] for each in made["parameters"][-len(RESERVED) :]]
    assert sorted(rest) == sorted(RESERVED)


def test_no_question_has_a_parameter_whose_name_is_taken() -> None:
    assert [each.name for query in SHIPPED for each in query.parameters if each.name in RESERVED] == []
    assert {each.type for query in SHIPPED for each in query.parameters} <= PARAMETER_TYPES.keys()


def test_every_address_is_in_the_document(running: Service) -> None:
    rules = [
        rule for rule in create_app(service=running).url_map.iter_rules() if rule.endpoint.split(".")[0] in PROGRAMS
    ]
    told = {re.sub(r"<(?:[^:>]*:)?(\w+)>", r"{\1}", rule.rule): rule.methods - {"HEAD", "OPTIONS"} for rule in rules}
    del told["/api/queries/{name}"]
    made = document(ROUTES, [], "http://localhost/", "en")["paths"]
    assert {path: {method.upper() for method in item} for path, item in made.items()} == told


def test_the_document_is_served_in_both_languages(client: FlaskClient) -> None:
    answers = {language: client.get(f"/openapi.json?lang={language}") for language in ("zh", "en")}
    titles = {language: answer.get_json()["info"]["title"] for language, answer in answers.items()}
    assert titles == {"zh": "政策结构知识图谱", "en": "Knowledge graph of policy structure"}
    assert answers["zh"].get_json() == document(ROUTES, CATALOGUE, "http://localhost/", "zh")


@pytest.fixture(scope="module")
def server(folder: Path) -> Iterator[serving.Live]:
    with serving.live(folder, workers=2, client_errors=1e6, client_seconds=1e6, client_queries=100) as started:
        yield started


@pytest.fixture(scope="module")
def schema(server: serving.Live) -> Any:
    return schemathesis.openapi.from_url(f"http://127.0.0.1:{server.port}/openapi.json")


CHECKS = ("not_a_server_error", "status_code_conformance", "content_type_conformance", "response_schema_conformance")
_PATHS = document(ROUTES, CATALOGUE, "", "en")["paths"]
#: Every operation with requests that the document allows, and those of questions and queries with others too.
OPERATIONS = [
    (method.upper(), path, mode)
    for path, item in _PATHS.items()
    for method in item
    for mode in schemathesis.GenerationMode
    if mode is schemathesis.GenerationMode.POSITIVE or path.startswith(("/api/queries/", "/sparql"))
]


@pytest.mark.parametrize(("method", "path", "mode"), OPERATIONS)
def test_the_service_does_what_the_document_says(
    schema: Any, method: str, path: str, mode: schemathesis.GenerationMode
) -> None:
    """Whatever is asked, the answer is one that the document knows."""
    checks = [schemathesis.checks.CHECKS.get_one(name) for name in CHECKS]

    @hypothesis.settings(
        max_examples=20,
        deadline=None,
        derandomize=True,
        database=None,
        suppress_health_check=list(hypothesis.HealthCheck),  # a loaded machine is slow
    )
    @hypothesis.given(case=schema[path][method].as_strategy(generation_mode=mode))
    def ask(case: schemathesis.Case) -> None:
        answer = case.call()
        # who gives a query no time is told so
        if not (answer.status_code == 503 and answer.json().get("type", "").endswith("/timeout")):
            case.validate_response(answer, checks=checks)

    ask()


def test_an_answer_that_the_document_does_not_know_would_be_found(schema: Any) -> None:
    case = schema["/api/queries"]["GET"].Case()
    answer = case.call()
    answer.status_code = 418
    with pytest.raises(schemathesis.core.failures.FailureGroup):
        case.validate_response(answer, checks=[schemathesis.checks.CHECKS.get_one("status_code_conformance")])
