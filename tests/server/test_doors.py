"""Closed doors: each with the attack in it, through the whole app."""

from __future__ import annotations

import re
import socket
from typing import TYPE_CHECKING
from urllib.parse import urlencode

import pytest
from test_gate import ATTACKS

from policygraph import vocab
from server import create_app
from server.web import problems
from server.web.headers import SECURITY

if TYPE_CHECKING:
    from flask.testing import FlaskClient

    from server.service import Service


ID, PG = vocab.ID, vocab.PREFIXES["pg"]


@pytest.mark.parametrize(("attack", "kind"), ATTACKS.items(), ids=lambda value: value[:40])
def test_an_attack_is_told_as_a_problem_and_costs_no_worker(
    client: FlaskClient, running: Service, attack: str, kind: str
) -> None:
    answer = client.post("/sparql", data=attack.encode(), content_type="application/sparql-query")
    assert answer.get_json(force=True)["type"].rpartition("/")[2] == kind
    with running.current.use() as pool:
        assert pool.idle == 4


def test_service_reaches_nobody(client: FlaskClient) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        listener.settimeout(0.2)
        address = f"http://127.0.0.1:{listener.getsockname()[1]}/"
        for query in (f"SELECT * {{ SERVICE <{address}> {{}} }}", f"DESCRIBE <{address}> FROM <{address}>"):
            client.get("/sparql?" + urlencode({"query": query}))
        with pytest.raises(TimeoutError):
            listener.accept()


def test_a_prefix_may_be_called_service_and_reaches_nobody(client: FlaskClient) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        listener.settimeout(0.2)
        address = f"http://127.0.0.1:{listener.getsockname()[1]}/"

        def asked(prologue: str, pattern: str) -> tuple[int, object]:
            answer = client.post("/sparql", data={"query": f"{prologue} SELECT * {{ {pattern} }}", "format": "json"})
            content = answer.get_json(force=True)
            return answer.status_code, content.get("results") or content["type"].rpartition("/")[2]

        things = f"PREFIX SERVICE: <{ID}plan/> PREFIX service: <{PG}>"
        label = {"label": {"type": "literal", "value": "甲方案", "xml:lang": "zh"}}
        wanted = "SERVICE:a a service:Plan ; skos:prefLabel ?label . # SERVICE:a\n FILTER(LANG(?label) = 'zh')"
        assert asked(things, wanted) == (200, {"bindings": [label]})
        # what the engine alone would read as the keyword and a shorter name
        for prologue in (f"PREFIX : <{address}> PREFIX service: <{address}>", f"PREFIX : <{address}>"):
            for pattern in ("service:x { ?s ?p ?o }", "SERVICE:x {}", "?s ?p 1 . service:x {}", "service: {}"):
                assert asked(prologue, pattern)[0] == 400
        with pytest.raises(TimeoutError):
            listener.accept()


@pytest.mark.parametrize("path", ["/sparql", "/sparql?query=ASK%7B%7D", "/sparql?query=x", "/none", "/healthz"])
def test_every_response_has_the_security_headers(client: FlaskClient, path: str) -> None:
    headers = client.get(path).headers
    assert {name: headers.get(name) for name in SECURITY} == {
        "Content-Security-Policy": "default-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'; "
        "object-src 'none'",
        "Cross-Origin-Resource-Policy": "cross-origin",
        "Referrer-Policy": "no-referrer",
        "X-Content-Type-Options": "nosniff",
        "X-Frame-Options": "DENY",
    }
    assert headers["Content-Security-Policy"].startswith("default-src 'self';")


def test_every_origin_may_read_and_none_with_credentials(client: FlaskClient) -> None:
    given = {"Origin": "https://example.org", "Access-Control-Request-Method": "POST"}
    answers = [client.options("/sparql", headers=given), client.get("/sparql?query=ASK%7B%7D", headers=given)]
    answers.append(client.get("/sparql?query=x", headers=given))
    assert [answer.headers.get("Access-Control-Allow-Origin") for answer in answers] == ["*"] * 3
    assert [answer.headers.get("Access-Control-Allow-Credentials") for answer in answers] == [None] * 3
    assert answers[0].headers["Access-Control-Allow-Methods"] == "GET, HEAD, POST, OPTIONS"


def test_operations_are_not_shared_with_other_origins(client: FlaskClient) -> None:
    assert "Access-Control-Allow-Origin" not in client.get("/metrics").headers


def test_a_bug_of_ours_is_told_without_its_trace(running: Service, caplog: pytest.LogCaptureFixture) -> None:
    app = create_app(service=running)

    @app.get("/bug")
    def bug() -> str:
        raise ZeroDivisionError("secret")

    answer = app.test_client().get("/bug", headers={"Accept-Language": "en"})
    assert answer.get_json(force=True) == {
        "type": "https://w3id.org/policygraph/problem/internal",
        "title": "The service failed",
        "status": 500,
        "detail": "The service failed; it has been logged.",
    }
    assert [record.message for record in caplog.records] == ["a request failed"]


def test_every_problem_speaks_both_languages_about_the_same() -> None:
    """Each kind has the same blanks to fill in zh and en."""

    def blanks(text: str) -> set[str]:
        return set(re.findall(r"{(\w+)}", text))

    uneven = [
        kind
        for kind, problem in problems.PROBLEMS.items()
        if blanks(problem.detail["zh"]) != blanks(problem.detail["en"])
        or not problem.title.keys() >= {"zh", "en"}
        or not 400 <= problem.status < 600
    ]
    assert uneven == []
