"""A request to an operation: what a client may say of it, and never more than the operator allows."""

from __future__ import annotations

from urllib.parse import urlencode

import pytest
from werkzeug.test import EnvironBuilder
from werkzeug.wrappers import Request

from server.failures import RequestError
from server.settings import Settings
from server.web.protocol import Operation, read

SETTINGS = Settings(deadline=20.0)


def _read(**parameters: str) -> Operation:
    query = urlencode({"query": "ASK {}", **parameters})
    request = Request(EnvironBuilder(path="/sparql", query_string=query).get_environ())
    operation = read(request, SETTINGS)
    assert isinstance(operation, Operation)
    return operation


@pytest.mark.parametrize(
    ("asked", "seconds"),
    [(None, 20.0), ("1", 1.0), ("0.25", 0.25), ("20", 20.0), ("20.001", 20.0), ("21", 20.0), ("1e9", 20.0)],
)
def test_a_client_never_gets_more_time_than_the_operator_gives(asked: str | None, seconds: float) -> None:
    assert _read(**({} if asked is None else {"timeout": asked})).seconds == seconds


@pytest.mark.parametrize("asked", ["-1", "-0.1", "nan", "inf", "-inf", "soon"])
def test_what_is_no_number_of_seconds_is_refused(asked: str) -> None:
    with pytest.raises(RequestError) as refusal:
        _read(timeout=asked)
    assert (refusal.value.kind, refusal.value.said["name"], refusal.value.said["value"]) == (
        "bad-parameter",
        "timeout",
        asked,
    )


@pytest.mark.parametrize(("asked", "is_stream"), [("1", True), ("true", True), ("0", False), ("false", False)])
def test_a_switch_is_on_or_off(asked: str, is_stream: bool) -> None:
    assert _read(stream=asked).is_stream is is_stream


def test_an_operation_is_all_that_was_said_of_it() -> None:
    operation = _read(format="csv", snapshot="abc", explain="empty")
    assert (operation.text, operation.format, operation.snapshot, operation.is_explain, operation.is_stream) == (
        "ASK {}",
        "csv",
        "abc",
        True,
        False,
    )
    assert (operation.default, operation.named) == (None, None)
