"""An HTTP request in, the SPARQL operation it asks for out: SPARQL 1.1 Protocol section 2.1.

The raw bytes of the address or the body are decoded here, once and strictly: Flask's own reading would replace what is
not UTF-8, and a form that is decoded twice is another query.
"""

from __future__ import annotations

import binascii
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple
from urllib.parse import parse_qsl

from flask import Request
from werkzeug.exceptions import RequestEntityTooLarge

from policygraph.messages import message

from ..failures import RequestError
from ..formats import is_known
from ..service.curators import CHALLENGE
from ..settings import Settings
from ..syntax.escapes import decoded

__all__ = [
    "FORM",
    "PARAMETERS",
    "QUERY",
    "UPDATE",
    "Operation",
    "Update",
    "in_address",
    "operation",
    "pairs",
    "plain",
    "read",
    "require_snapshot",
]

QUERY = "application/sparql-query"
UPDATE = "application/sparql-update"
FORM = "application/x-www-form-urlencoded"

#: Parameter -> whether it may be given more than once. Others are passed over: clients send what other stores know.
#: An empty one is ignored: forms of other stores send all their fields.
PARAMETERS = {
    "query": False,
    "default-graph-uri": True,
    "named-graph-uri": True,
    "format": True,
    "stream": False,
    "timeout": False,
    "snapshot": False,
    "explain": False,
}
#: Those of an update (2.2), in the same form.
_OF_UPDATES = {"update": False, "using-graph-uri": True, "using-named-graph-uri": True, "force": True}
_PARAMETERS = {**PARAMETERS, **_OF_UPDATES}
_OPTIONAL = PARAMETERS.keys() - {"query"}
_MOST_PAIRS = 1000
#: A number as JSON and SPARQL write it: Python takes `1_0` and digits of other scripts too.
_NUMBER = re.compile(r"(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?")
#: What stands in no address or form whose percent-encoding is whole; `a2b_qp` would take white space for its own.
_UNSOUND = re.compile(rb"%(?![0-9A-Fa-f]{2})")
_VISIBLE = bytes(range(0x21, 0x7F))
_SWITCH = {"1": True, "true": True, "0": False, "false": False}


class Operation(NamedTuple):
    """One query operation. `default` and `named` are the graphs of its dataset; None where it names none.

    `is_explain` asks for why the query has no result instead of for its result.
    """

    text: str
    default: tuple[str, ...] | None
    named: tuple[str, ...] | None
    format: str | None
    is_stream: bool
    seconds: float
    snapshot: str | None
    is_explain: bool


@dataclass(frozen=True, slots=True)
class Update:
    """One update operation (2.2): its text, the graphs that its WHERE reads, and the values of `force`."""

    text: str
    using: tuple[str, ...]
    using_named: tuple[str, ...]
    force: tuple[str, ...]


def read(request: Request, settings: Settings, refusal: str | None = "update") -> Operation | Update | None:
    """The operation of a request to the endpoint; None for a plain GET, which asks for the service's description.

    `refusal` is the kind of problem that an update is, None where it may be made.
    Raises RequestError for what the protocol does not know, with the status that the protocol and RFC 9110 give it.
    """
    given = in_address(request, settings)
    if request.method == "POST":
        given += _body(request, refusal)
    elif not given:
        return None
    elif any(name == "update" for name, _ in given):
        raise RequestError("update-get" if refusal != "update" else "update", word="update")
    arguments = _collected(given)
    if "update" not in arguments:
        return _operation(arguments, settings)
    if refusal:
        raise _refused(refusal)
    if "query" in arguments:
        raise RequestError("bad-request", message="`query` and `update` exclude each other")
    return Update(
        arguments["update"][0],
        *(tuple(arguments.get(name, ())) for name in ("using-graph-uri", "using-named-graph-uri", "force")),
    )


def _refused(kind: str) -> RequestError:
    if kind == "unauthorized":
        return RequestError(kind, challenge=CHALLENGE)
    return RequestError(kind, word="update")


def plain(text: str, settings: Settings) -> Operation:
    """The operation of a query's text and nothing else."""
    return _operation({"query": [text]}, settings)


def operation(given: Sequence[tuple[str, str]], settings: Settings) -> Operation | None:
    """The query operation of some parameters; None where they are of an update. Raises RequestError."""
    if len(given) == 1 and given[0][0] == "query":  # as _operation gives it, of nothing else
        return Operation(decoded(given[0][1]), None, None, None, False, settings.deadline, None, False)
    arguments = _collected(given)
    return None if "update" in arguments else _operation(arguments, settings)


def in_address(request: Request, settings: Settings) -> list[tuple[str, str]]:
    """The parameters of an address. Raises RequestError for one that is too long or not UTF-8."""
    raw = request.environ.get("QUERY_STRING", "")
    if len(raw) + len(request.environ.get("PATH_INFO", "")) > settings.uri_bytes:
        raise RequestError("uri-too-long", limit=settings.uri_bytes)
    return pairs(raw.encode("latin-1"))


def _body(request: Request, refusal: str | None) -> list[tuple[str, str]]:
    """The body's parameters, by its media type (2.1.2, 2.1.3): in UTF-8 and no other charset, and not compressed."""
    charset = request.mimetype_params.get("charset", "utf-8").lower().replace("utf8", "utf-8")
    coding = request.headers.get("Content-Encoding", "identity")
    accepted = (QUERY, FORM) if refusal == "update" else (QUERY, UPDATE, FORM)
    if request.mimetype not in accepted or charset != "utf-8" or coding != "identity":
        media_type = request.headers.get("Content-Type", "") + f" ({coding})" * (coding != "identity")
        raise RequestError("media-type", given=media_type)
    if request.mimetype == UPDATE and refusal:
        raise _refused(refusal)
    try:
        data = request.get_data(cache=False)
    except RequestEntityTooLarge:
        raise RequestError("body-too-large", limit=request.max_content_length) from None
    if request.mimetype == FORM:
        return pairs(data)
    return [("update" if request.mimetype == UPDATE else "query", _text(data))]


def pairs(data: bytes) -> list[tuple[str, str]]:
    """The parameters of an address or a form, decoded once and strictly. Raises RequestError."""
    usual = _usual_pairs(data)
    if usual is not None:
        return usual
    try:
        text = data.decode("ascii")
    except UnicodeDecodeError as error:
        raise RequestError("bad-request", message=f"byte {error.start} should have been percent-encoded") from None
    try:
        return parse_qsl(text, keep_blank_values=True, errors="strict", max_num_fields=_MOST_PAIRS)
    except UnicodeDecodeError as error:
        raise RequestError("not-utf8", position=error.start) from None
    except ValueError:
        raise RequestError("bad-request", message=f"there are more than {_MOST_PAIRS} parameters") from None


def _usual_pairs(data: bytes) -> list[tuple[str, str]] | None:
    """The parameters of a sound address, several times as fast as `parse_qsl`; None where that has to look closer.

    Percent-encoding is quoted-printable (RFC 2045 6.7) with another sign, for which Python has a decoder in C.
    """
    if data.translate(None, _VISIBLE) or _UNSOUND.search(data) or data.count(b"&") >= _MOST_PAIRS:
        return None
    parts = [part.partition(b"=") for part in data.replace(b"+", b" ").split(b"&") if part]
    try:
        return [(_unquoted(name), _unquoted(value)) for name, _, value in parts]
    except UnicodeDecodeError:
        return None


def _unquoted(data: bytes) -> str:
    return binascii.a2b_qp(data.replace(b"=", b"=3D").replace(b"%", b"=")).decode("utf-8")


def _text(data: bytes) -> str:
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        raise RequestError("not-utf8", position=error.start) from None


def _collected(pairs: Sequence[tuple[str, str]]) -> dict[str, list[str]]:
    arguments: dict[str, list[str]] = {}
    for name, value in pairs:
        if name in _PARAMETERS and (value or name not in _OPTIONAL):
            arguments.setdefault(name, []).append(value)
    for name, values in arguments.items():
        if len(values) > 1 and not _PARAMETERS[name]:
            raise RequestError("repeated", name=name, count=len(values))
    return arguments


def _operation(arguments: Mapping[str, list[str]], settings: Settings) -> Operation:
    if "query" not in arguments:
        raise RequestError("no-query")
    has_dataset = "default-graph-uri" in arguments or "named-graph-uri" in arguments
    single = {name: values[0] for name, values in arguments.items()}
    return Operation(
        text=decoded(single["query"]),
        default=tuple(arguments.get("default-graph-uri", ())) if has_dataset else None,
        named=tuple(arguments.get("named-graph-uri", ())) if has_dataset else None,
        format=_format(arguments.get("format", ())),
        is_stream=_switch(single.get("stream", "0")),
        seconds=_seconds(single.get("timeout"), settings),
        snapshot=single.get("snapshot"),
        is_explain=_explain(single.get("explain")),
    )


def _format(names: Sequence[str]) -> str | None:
    """The first format that is known: clients say it several times, in words of several stores."""
    return next((name for name in names if is_known(name)), names[0] if names else None)


def _switch(value: str) -> bool:
    if value.lower() not in _SWITCH:
        raise RequestError("bad-parameter", name="stream", value=value, wanted=message("1 or 0"))
    return _SWITCH[value.lower()]


def _explain(value: str | None) -> bool:
    if value not in (None, "empty"):
        raise RequestError("bad-parameter", name="explain", value=value, wanted=message("empty"))
    return value is not None


def _seconds(value: str | None, settings: Settings) -> float:
    """The deadline that a client asks for, in seconds, at most that of the service."""
    if value is None:
        return settings.deadline
    seconds = float(value) if _NUMBER.fullmatch(value) else -1.0
    if not 0 <= seconds < float("inf"):
        raise RequestError("bad-parameter", name="timeout", value=value, wanted=message("a number of seconds"))
    return min(seconds, settings.deadline) or settings.deadline  # clients of Virtuoso send 0 for no limit


def require_snapshot(snapshot: str | None, current: str) -> None:
    """Raises RequestError for a snapshot that is not served."""
    if snapshot not in (None, current):
        raise RequestError("other-snapshot", wanted=snapshot, current=current)
