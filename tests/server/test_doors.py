"""Closed doors: each with the attack in it, through the whole app."""

from __future__ import annotations

import re
import socket
from typing import TYPE_CHECKING
from urllib.parse import urlencode

import pytest
from test_gate import ATTACKS

from server import create_app
from server.web import problems
from server.web.headers import SECURITY

if TYPE_CHECKING:
    from flask.testing import FlaskClient

    from server.service import Service


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
