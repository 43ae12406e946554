"""A request to an operation: what a client may say of it, and never more than the operator allows."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

import pytest
from werkzeug.test import EnvironBuilder
from werkzeug.wrappers import Request

from policygraph.messages import message
from server.failures import RequestError
from server.service.curators import CHALLENGE
from server.settings import Settings
from server.web.protocol import Operation, Update, read, require_snapshot

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
    assert (refusal.value.kind, refusal.value.details["name"], refusal.value.details["value"]) == (
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


def _request(path: str = "/sparql", method: str = "GET", **environ: Any) -> Request:
    return Request(EnvironBuilder(path=path, method=method, **environ).get_environ())


def _refusal(
    request: Request, refusal: str | None = "update", settings: Settings = SETTINGS
) -> tuple[str, dict[str, object]]:
    with pytest.raises(RequestError) as caught:
        read(request, settings, refusal)
    return caught.value.kind, dict(caught.value.details)


FORM_TYPE, QUERY_TYPE, UPDATE_TYPE = (
    "application/x-www-form-urlencoded",
    "application/sparql-query",
    "application/sparql-update",
)


def _posted(data: bytes | str, content_type: str, query: str = "", **headers: str) -> Request:
    return _request(method="POST", query_string=query, data=data, content_type=content_type, headers=headers)


@pytest.mark.parametrize(
    ("request_", "text", "default", "named"),
    [
        (_posted("ASK {}", QUERY_TYPE), "ASK {}", None, None),
        (_posted("ASK {}", f"{QUERY_TYPE}; charset=UTF8"), "ASK {}", None, None),
        (_posted("ASK {}", f"{QUERY_TYPE}; charset=utf-8", **{"Content-Encoding": "identity"}), "ASK {}", None, None),
        (_posted(b"ASK { }", QUERY_TYPE, "default-graph-uri=a&default-graph-uri=b"), "ASK { }", ("a", "b"), ()),
        (_posted("query=ASK+%7B%7D&named-graph-uri=a&named-graph-uri=b", FORM_TYPE), "ASK {}", (), ("a", "b")),
        (_posted("query=ASK+%22%E7%9C%81%22&other=1&other=2", FORM_TYPE), 'ASK "省"', None, None),
        (_posted("query=", FORM_TYPE), "", None, None),
        (_request(query_string="query=ASK%7B%7D&zother=%20"), "ASK{}", None, None),
    ],
)
def test_a_query_is_read_from_address_and_body(
    request_: Request, text: str, default: tuple[str, ...] | None, named: tuple[str, ...] | None
) -> None:
    assert read(request_, SETTINGS) == Operation(text, default, named, None, False, 20.0, None, False)


def test_an_address_without_parameters_asks_what_the_endpoint_is() -> None:
    assert read(_request(), SETTINGS) is None


@pytest.mark.parametrize(
    ("request_", "update"),
    [
        (_posted("CLEAR ALL", UPDATE_TYPE), Update("CLEAR ALL", (), (), ())),
        (
            _posted("update=CLEAR+ALL&using-graph-uri=a&using-graph-uri=b&force=1&force=0", FORM_TYPE),
            Update("CLEAR ALL", ("a", "b"), (), ("1", "0")),
        ),
        (
            _posted("CLEAR ALL", UPDATE_TYPE, "using-named-graph-uri=a&using-named-graph-uri=b"),
            Update("CLEAR ALL", (), ("a", "b"), ()),
        ),
    ],
)
def test_an_update_is_read_where_it_may_be_made(request_: Request, update: Update) -> None:
    assert read(request_, SETTINGS, None) == update


_GZIP = {"Content-Encoding": "gzip"}


@pytest.mark.parametrize(
    ("request_", "refusal", "kind", "said"),
    [
        (_request(query_string="update=CLEAR+ALL"), "update", "update", {"word": "update"}),
        (_request(query_string="update=CLEAR+ALL"), "unauthorized", "update-get", {"word": "update"}),
        (_request(query_string="update=CLEAR+ALL"), "aaa", "update-get", {"word": "update"}),
        (_request(query_string="update=CLEAR+ALL"), None, "update-get", {"word": "update"}),
        (_posted("update=CLEAR+ALL", FORM_TYPE), "update", "update", {"word": "update"}),
        (_posted("update=CLEAR+ALL", FORM_TYPE), "updates-elsewhere", "updates-elsewhere", {"word": "update"}),
        (_posted("update=CLEAR+ALL", FORM_TYPE), "unauthorized", "unauthorized", {"challenge": CHALLENGE}),
        (_posted("CLEAR ALL", UPDATE_TYPE), "unauthorized", "unauthorized", {"challenge": CHALLENGE}),
        (_posted("CLEAR ALL", UPDATE_TYPE), "updates-elsewhere", "updates-elsewhere", {"word": "update"}),
        (_posted("CLEAR ALL", UPDATE_TYPE), "update", "media-type", {"given": UPDATE_TYPE}),
        (
            _posted("query=ASK&update=CLEAR", FORM_TYPE),
            None,
            "bad-request",
            {"message": "`query` and `update` exclude each other"},
        ),
        (_posted("ASK {}", "text/plain"), None, "media-type", {"given": "text/plain"}),
        (_posted("ASK {}", "application/a"), None, "media-type", {"given": "application/a"}),
        (_posted("ASK {}", ""), None, "media-type", {"given": ""}),
        (_posted("ASK {}", QUERY_TYPE, **_GZIP), None, "media-type", {"given": f"{QUERY_TYPE} (gzip)"}),
        (
            _posted("ASK {}", QUERY_TYPE, **{"Content-Encoding": "x"}),
            None,
            "media-type",
            {"given": f"{QUERY_TYPE} (x)"},
        ),
        (
            _posted("ASK {}", f"{QUERY_TYPE}; charset=gbk"),
            None,
            "media-type",
            {"given": f"{QUERY_TYPE}; charset=gbk"},
        ),
        (
            _posted("ASK {}", f"{QUERY_TYPE}; charset=utf-9"),
            None,
            "media-type",
            {"given": f"{QUERY_TYPE}; charset=utf-9"},
        ),
        (_posted(b"ASK \xff", QUERY_TYPE), None, "not-utf8", {"position": 4}),
        (_posted(b"query=ASK+%FF", FORM_TYPE), None, "not-utf8", {"position": 4}),
        (
            _posted(b"query=\xe7", FORM_TYPE),
            None,
            "bad-request",
            {"message": "byte 6 should have been percent-encoded"},
        ),
        (_posted("query=ASK&query=ASK&query=ASK", FORM_TYPE), None, "repeated", {"name": "query", "count": 3}),
        (_posted("update=A&update=B", FORM_TYPE), None, "repeated", {"name": "update", "count": 2}),
        *(
            (_posted("query=A", FORM_TYPE, f"{name}=1&{name}=1"), None, "repeated", {"name": name, "count": 2})
            for name in ("stream", "timeout", "snapshot", "explain")
        ),
        (_request(query_string="format=csv"), None, "no-query", {}),
        (
            _request(query_string="query=A&stream=yes"),
            None,
            "bad-parameter",
            {"name": "stream", "value": "yes", "wanted": message("1 or 0")},
        ),
        (
            _request(query_string="query=A&explain=all"),
            None,
            "bad-parameter",
            {"name": "explain", "value": "all", "wanted": message("empty")},
        ),
        (
            _request(query_string="query=A&timeout=-0.5"),
            None,
            "bad-parameter",
            {"name": "timeout", "value": "-0.5", "wanted": message("a number of seconds")},
        ),
    ],
)
def test_what_the_protocol_does_not_know_is_refused(
    request_: Request, refusal: str | None, kind: str, said: dict[str, object]
) -> None:
    assert _refusal(request_, refusal) == (kind, said)


def test_a_form_has_a_thousand_parameters_and_no_more() -> None:
    filler = "&a=1" * 999
    assert read(_posted(f"query=ASK{filler}", FORM_TYPE), SETTINGS) == read(_posted("ASK", QUERY_TYPE), SETTINGS)
    message = {"message": "there are more than 1000 parameters"}
    assert _refusal(_posted(f"query=ASK{filler}&a=1", FORM_TYPE)) == ("bad-request", message)


def test_the_bounds_of_addresses_and_bodies_are_reached_and_not_passed() -> None:
    settings = Settings(uri_bytes=20)
    at_bound, beyond = (_request(query_string="query=" + "A" * size) for size in (7, 8))
    assert isinstance(read(at_bound, settings), Operation)
    assert _refusal(beyond, settings=settings) == ("uri-too-long", {"limit": 20})
    large = _posted("ASK {}", QUERY_TYPE)
    large.max_content_length = 5
    assert _refusal(large) == ("body-too-large", {"limit": 5})


def test_snapshots_that_are_not_served_are_refused() -> None:
    require_snapshot(None, "abc")
    require_snapshot("abc", "abc")
    with pytest.raises(RequestError) as caught:
        require_snapshot("abd", "abc")
    assert (caught.value.kind, caught.value.details) == ("other-snapshot", {"wanted": "abd", "current": "abc"})
