"""The jobs of workers, as typed dictionaries, each with the function that builds it."""

from __future__ import annotations

import json
import struct
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Literal, NotRequired, TypedDict, cast

from policygraph import vocab

from ..settings import Settings

__all__ = [
    "Bounds",
    "GraphsJob",
    "Job",
    "PassagesJob",
    "QueryJob",
    "ServiceOrder",
    "bounds_of",
    "for_names",
    "graphs_job",
    "passages_job",
    "query_frame",
    "query_job",
    "query_message",
    "read_query",
]

_LENGTH = struct.Struct("!I")


class Bounds(TypedDict):
    """What an answer may cost: seconds of evaluation, rows, and bytes on the wire.

    `prefixes` are those that need no declaration, where they are not those of the shipped project.
    """

    seconds: float
    rows: int
    bytes: int
    prefixes: NotRequired[Mapping[str, str]]


class ServiceOrder(TypedDict):
    """One SERVICE clause: its place in the text (code points) and the query that its endpoint gets."""

    start: int
    end: int
    endpoint: str
    is_silent: bool
    query: str


class QueryJob(Bounds):
    """A query to evaluate, or, with `outline`, to take apart into patterns for the query `frame`.

    `is_eager` has each piece sent as soon as it is written. `default` and `named` are the graphs of the protocol, None
    where the request names none; `format` is a name of `server.formats`.
    """

    do: Literal["query", "outline"]
    text: str
    base: str | None
    default: Sequence[str] | None
    named: Sequence[str] | None
    has_from: bool
    services: Sequence[ServiceOrder]
    format: str
    frame: NotRequired[str]
    is_eager: NotRequired[bool]


class GraphsJob(Bounds):
    """Named graphs to serialise together with some triples (N-Triples)."""

    do: Literal["graphs"]
    graphs: Sequence[str]
    extra: str
    format: str


class PassagesJob(Bounds):
    """Texts to compare for the passages that they share: of each its key, its words, its date (empty where unknown)."""

    do: Literal["passages"]
    texts: Sequence[tuple[str, str, str]]


Job = QueryJob | GraphsJob | PassagesJob


def for_names(job: Job, names: vocab.Names) -> Job:
    """The job as it is for a build whose short names mean this."""
    if names.base == vocab.BASE:
        return job
    return cast("Job", {**job, "prefixes": dict(names.prefixes)})


def bounds_of(settings: Settings) -> Bounds:
    """What any answer may cost under the settings of the service."""
    return {"seconds": settings.deadline, "rows": settings.rows, "bytes": settings.answer_bytes}


def query_job(
    text: str,
    form: str,
    bounds: Bounds,
    *,
    base: str | None = None,
    default: Sequence[str] | None = None,
    named: Sequence[str] | None = None,
    has_from: bool = False,
    services: Sequence[ServiceOrder] = (),
    is_eager: bool = False,
) -> QueryJob:
    """The job of a query; without more it reads the union of all graphs."""
    return {
        "do": "query",
        "text": text,
        "base": base,
        "default": default,
        "named": named,
        "has_from": has_from,
        "services": services,
        "format": form,
        "is_eager": is_eager,
        "seconds": bounds["seconds"],
        "rows": bounds["rows"],
        "bytes": bounds["bytes"],
    }


def query_message(text: str, frame: bytes) -> bytes:
    """The payload of a QUESTION message: of one query to the next mostly only the text is another."""
    return _LENGTH.pack(len(frame)) + frame + text.encode()


def read_query(payload: bytes) -> QueryJob:
    """The job of a QUESTION message."""
    (length,) = _LENGTH.unpack_from(payload)
    end = _LENGTH.size + length
    return {**_read_frame(payload[_LENGTH.size : end]), "text": payload[end:].decode()}


@lru_cache(64)
def _read_frame(frame: bytes) -> QueryJob:
    content: QueryJob = json.loads(frame.decode())
    return content


@lru_cache(64)
def query_frame(
    form: str,
    bounds: tuple[float, int, int],
    names: vocab.Names,
    *,
    base: str,
    default: tuple[str, ...] | None,
    named: tuple[str, ...] | None,
    has_from: bool,
) -> bytes:
    """A query's job without its text, for `query_message`; `bounds` are seconds, rows and bytes, the rest as before."""
    seconds, rows, size = bounds
    costs: Bounds = {"seconds": seconds, "rows": rows, "bytes": size}
    job = query_job("", form, costs, base=base, default=default, named=named, has_from=has_from)
    return json.dumps(for_names(job, names)).encode()


def graphs_job(graphs: Sequence[str], extra: str, form: str, bounds: Bounds) -> GraphsJob:
    """The job of named graphs."""
    return {
        "do": "graphs",
        "graphs": graphs,
        "extra": extra,
        "format": form,
        "seconds": bounds["seconds"],
        "rows": bounds["rows"],
        "bytes": bounds["bytes"],
    }


def passages_job(texts: Sequence[tuple[str, str, str]], bounds: Bounds) -> PassagesJob:
    """The job of texts that are compared with each other."""
    return {
        "do": "passages",
        "texts": texts,
        "seconds": bounds["seconds"],
        "rows": bounds["rows"],
        "bytes": bounds["bytes"],
    }
