"""A question in, an HTTP response out: from the cache, or from a worker; whole with its length, or visibly broken.

An answer is kept here until its last byte is known, so that what cannot be completed is a problem document and never a
200 that stops early. Only `stream=1` sends while the worker writes; its failure breaks the connection.
"""

from __future__ import annotations

import time
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from tempfile import SpooledTemporaryFile
from typing import IO, cast

from flask import Response, request
from werkzeug.wsgi import wrap_file

from ..failures import RequestError
from ..formats import Choice
from ..service.cache import Entry, compress, tag
from ..service.journal import digest
from ..workers.job_types import Job
from .ask import start
from .cached import mark
from .request import RequestContext, note

__all__ = ["ASK_AGAIN", "IN_MEMORY", "LASTING", "Question", "compose", "deliver", "packed", "takes_gzip", "unchanged"]

#: Bytes of an answer that stay in memory; what is larger waits on disk.
IN_MEMORY = 1024 * 1024
_PIECE = 64 * 1024
#: What lasts: an answer of a named snapshot changes at most in what the meta graph says; others with the next build.
LASTING = "public, max-age=86400"
ASK_AGAIN = "public, no-cache"


@dataclass(frozen=True, slots=True)
class Question:
    """A job for a worker, and what its answer is called: `key` is the settled text that the entity tag names."""

    job: Job
    key: str
    dataset: tuple[tuple[str, ...] | None, ...]
    choice: Choice
    is_volatile: bool = False
    is_stream: bool = False
    is_pinned: bool = False


def deliver(context: RequestContext, question: Question) -> Response:
    """The response to a question. Raises RequestError where there is no whole answer."""
    entity = tag(context.pool.edition, question.key, question.dataset, question.choice.media_type)
    context.record.query, context.record.format = digest(question.key), question.choice.name
    if question.is_stream and request.environ.get("SERVER_PROTOCOL") == "HTTP/1.1":
        response = _stream(context, question)
    elif question.is_volatile:
        response = _whole(context, question, None)
    else:
        response = unchanged(context, entity) or _kept(context, entity) or _whole(context, question, entity)
    _head(response, context, question.choice, is_pinned=question.is_pinned, is_volatile=question.is_volatile)
    return response


def compose(
    context: RequestContext,
    key: str,
    choice: Choice,
    write: Callable[[], tuple[bytes, int]],
    *,
    is_pinned: bool = False,
    is_volatile: bool = False,
) -> Response:
    """The response that the front writes itself of what it has read: body and rows, unless it is known already.

    `key` settles the answer for one edition of the graph, unless it `is_volatile`. Raises RequestError where `write`
    does.
    """
    entity = None if is_volatile else tag(context.pool.edition, key, (), choice.media_type)
    context.record.query, context.record.format = digest(key), choice.name
    response = (unchanged(context, entity) or _kept(context, entity)) if entity else None
    if response is None:
        started = time.thread_time()
        entry = Entry(*write())
        sent = compress(entry) if takes_gzip() else entry
        # the time that the front spends for a client is charged like a worker's
        context.visit.seconds += time.thread_time() - started
        if entity:
            context.service.cache.put(entity + "-gzip" * takes_gzip(), sent)
        response = _plain(context, sent, entity)
    _head(response, context, choice, is_pinned=is_pinned, is_volatile=is_volatile)
    return response


def _head(response: Response, context: RequestContext, choice: Choice, *, is_pinned: bool, is_volatile: bool) -> None:
    response.headers["Content-Type"] = choice.content_type
    response.headers["Policygraph-Snapshot"] = context.pool.snapshot
    response.headers["Cache-Control"] = "no-store" if is_volatile else LASTING if is_pinned else ASK_AGAIN
    response.vary.update(("Accept", "Accept-Encoding"))


def takes_gzip() -> bool:
    """Whether the client takes gzip (RFC 9110 12.5.3); without the header answers are sent plain."""
    return request.accept_encodings.quality("gzip") > 0


def unchanged(context: RequestContext, entity: str) -> Response | None:
    """304 where the client holds the answer already, compressed or not (RFC 9110 13.1.2)."""
    if request.method not in ("GET", "HEAD"):
        return None
    for name in (entity, entity + "-gzip"):
        if request.if_none_match.contains(name):
            context.record.outcome = "unchanged"
            response = Response(status=304)
            response.set_etag(name)
            return response
    return None


def _kept(context: RequestContext, entity: str) -> Response | None:
    name = entity + "-gzip" * takes_gzip()
    entry = context.service.cache.get(name)
    if entry is None:
        return None
    context.record.outcome = "cached"
    mark(request, name, context.pool.edition, context.record)
    return _plain(context, entry, entity)


def _whole(context: RequestContext, question: Question, entity: str | None) -> Response:
    """The answer, complete before its first byte is sent."""
    run = start(context, question.job)
    spool = SpooledTemporaryFile(IN_MEMORY)  # noqa: SIM115 - the response closes it
    try:
        size = sum(spool.write(piece) for piece in run)
    except BaseException:
        spool.close()
        raise
    finally:
        context.visit.seconds += run.seconds
    context.record.rows = run.summary["rows"]
    spool.seek(0)
    if size > IN_MEMORY:
        return _large(context, spool, size, entity)
    entry = Entry(spool.read(), context.record.rows)
    spool.close()
    sent = compress(entry) if takes_gzip() else entry
    if entity:
        context.service.cache.put(entity + "-gzip" * takes_gzip(), sent)
    return _plain(context, sent, entity)


def _plain(context: RequestContext, entry: Entry, entity: str | None) -> Response:
    context.record.rows, context.record.bytes = entry.rows, len(entry.body)
    response = Response(entry.body)
    if entry.is_compressed:
        response.headers["Content-Encoding"] = "gzip"
    if entity:
        response.set_etag(entity + "-gzip" * entry.is_compressed)
    return response


def _large(context: RequestContext, spool: SpooledTemporaryFile[bytes], size: int, entity: str | None) -> Response:
    """An answer from disk. It is sent with its length, compressed or not."""
    is_compressed = takes_gzip()
    if is_compressed:
        smaller = SpooledTemporaryFile(IN_MEMORY)  # noqa: SIM115 - the response closes it
        size = sum(smaller.write(piece) for piece in packed(iter(lambda: spool.read(_PIECE), b"")))
        spool.close()
        smaller.seek(0)
        spool = smaller
    context.record.bytes = size
    # the server sends a file by itself, so that no slow reader keeps a thread; it closes it too
    response = Response(wrap_file(request.environ, cast("IO[bytes]", spool), _PIECE), direct_passthrough=True)
    response.content_length = size
    if is_compressed:
        response.headers["Content-Encoding"] = "gzip"
    if entity:
        response.set_etag(entity + "-gzip" * is_compressed)
    return response


def _stream(context: RequestContext, question: Question) -> Response:
    """The answer while it is being written. What fails before its first byte is a problem document as always."""
    run = start(context, question.job)
    pieces = run.__iter__()
    first = next(pieces, b"")
    rest = context.stack.pop_all()

    def sent() -> Iterator[bytes]:
        try:
            yield first
            yield from pieces
            context.record.rows, context.record.bytes = run.summary["rows"], run.summary["bytes"]
        except RequestError as failure:
            note(context, failure)
            raise
        except GeneratorExit:
            note(context, RequestError("gone"))
            raise

    def end() -> None:
        pieces.close()
        context.visit.seconds += run.seconds
        rest.close()

    is_compressed = takes_gzip()
    response = Response(packed(sent()) if is_compressed else sent())
    response.call_on_close(end)
    if is_compressed:
        response.headers["Content-Encoding"] = "gzip"
    return response


def packed(pieces: Iterator[bytes]) -> Iterator[bytes]:
    """The pieces compressed; the trailer is written only after the last of them."""
    packer = zlib.compressobj(5, wbits=31)
    for piece in pieces:
        if done := packer.compress(piece):
            yield done
    yield packer.flush()
