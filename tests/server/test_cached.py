"""Answers before Flask: the same to the last header, counted and written down, and never of another build."""

from __future__ import annotations

import json
import logging
from typing import TYPE_CHECKING
from urllib.parse import urlencode

import pytest
import serving
from serving import TASKS

from server import Settings, create_app
from server.service import Service

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

PATH = "/sparql?" + urlencode({"query": TASKS, "format": "csv"})


@pytest.fixture
def own(tmp_path: Path) -> Iterator[Service]:
    link = tmp_path / "build"
    serving.write_build(link)
    service = Service(Settings(build=link, workers=1, watch=0, client_errors=1, client_errors_rate=0.01))
    yield service
    service.close()


def _outcomes(caplog: pytest.LogCaptureFixture) -> list[str]:
    return [json.loads(record.message)["outcome"] for record in caplog.records if record.name == "policygraph.query"]


@pytest.fixture
def journal(caplog: pytest.LogCaptureFixture) -> pytest.LogCaptureFixture:
    caplog.set_level(logging.INFO, "policygraph.query")
    return caplog


def test_it_gives_what_flask_gives_and_flask_is_not_asked(own: Service, journal: pytest.LogCaptureFixture) -> None:
    app = create_app(service=own)
    client = app.test_client()
    asked: list[str] = []
    app.before_request(lambda: asked.append("flask"))
    answers = [client.get(PATH) for _ in range(4)]
    assert {answer.data for answer in answers} == {answers[0].data}
    assert [dict(answer.headers) for answer in answers] == [dict(answers[0].headers)] * 4
    assert (asked, _outcomes(journal)) == (["flask"] * 2, ["ok", "cached", "cached", "cached"])
    lines = [json.loads(record.message) for record in journal.records if record.name == "policygraph.query"]
    unlike = ("time", "ms")
    assert len({json.dumps({k: v for k, v in line.items() if k not in unlike}) for line in lines[1:]}) == 1


#: Another request -> what makes it one.
OTHERS: dict[str, dict[str, str]] = {
    "another encoding": {"Accept-Encoding": "gzip"},
    "another host": {"Host": "example.org"},
    "a condition": {"If-None-Match": '"x"'},
}


@pytest.mark.parametrize("headers", OTHERS.values(), ids=OTHERS)
def test_another_request_is_flasks(own: Service, headers: dict[str, str]) -> None:
    app = create_app(service=own)
    asked: list[str] = []
    app.before_request(lambda: asked.append("flask"))
    client = app.test_client()
    for _ in range(3):
        client.get(PATH)
    asked.clear()
    client.get(PATH, headers=headers)
    client.head(PATH)
    client.set_cookie("lang", "zh")
    client.get(PATH)
    client.post("/sparql", data={"query": TASKS, "format": "csv"})
    assert asked == ["flask"] * 4


def test_who_has_overspent_gets_no_answer(own: Service) -> None:
    client = create_app(service=own).test_client()
    statuses = [client.get(PATH).status_code for _ in range(3)]
    statuses += [client.get("/sparql?query=x").status_code, client.get(PATH).status_code]
    assert statuses == [200, 200, 200, 400, 429]


def test_a_new_build_is_seen_at_once(own: Service) -> None:
    client = create_app(service=own).test_client()
    before = [client.get(PATH) for _ in range(3)][-1]
    more = serving.TRIG.replace("document/two> {", "document/two> { id:t3 a pg:Task . ")
    after = serving.write_build(own.settings.build, more)
    own.current._exchange(own.current._load())
    answers = [client.get(PATH) for _ in range(3)]
    assert [answer.headers["Policygraph-Snapshot"] for answer in answers] == [after] * 3
    assert before.data not in [answer.data for answer in answers]


def test_an_answer_that_the_cache_let_go_is_asked_for_again(own: Service, journal: pytest.LogCaptureFixture) -> None:
    client = create_app(service=own).test_client()
    for _ in range(3):
        client.get(PATH)
    for name in list(own.cache._entries):
        own.cache._drop(name)
    assert client.get(PATH).status_code == 200
    assert _outcomes(journal)[-1] == "ok"
