"""A build in, a pool out whose jobs are done in this process: for whoever writes the project's own pages, no strangers.

It has no worker, no deadline and no other thread, so a process that holds one may be forked: the children share the
graph. A query of somebody else belongs in a worker (pool.py), which can be killed.
"""

from __future__ import annotations

import socket
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, cast

from policygraph import vocab

from ..failures import RequestError, ServiceError
from ..settings import Settings
from . import worker, zygote
from .messages import DATA, FAIL, read_json, whole
from .pool import Pool, about

__all__ = ["InProcess", "answer"]


class InProcess(Pool):
    """A pool without workers. Raises ServiceError where the build cannot be loaded, or lies in another store."""

    def __init__(self, folder: Path, settings: Settings) -> None:  # it has none of what a pool of workers needs
        if settings.is_remote:
            raise ServiceError(f"the store at {settings.store} is not read in this process")
        self.folder = folder
        try:
            opener, state = zygote.opened(folder)
        except (OSError, ValueError, KeyError) as error:
            raise ServiceError(str(error)) from None
        self.store = opener()
        facts = cast("Mapping[str, Any]", state)
        self.snapshot, self.edition = facts["snapshot"], facts["edition"]
        self.graphs, self.quads = facts["graphs"], facts["quads"]
        self.about = about(facts.get("base", vocab.BASE), facts.get("project", {}))

    @property
    def is_alive(self) -> bool:
        return True

    @property
    def is_current(self) -> bool:
        """It stays with the build that it was made of."""
        return True

    @property
    def idle(self) -> int:
        return 1

    def close(self) -> None:
        """There is nothing to end."""


class _Line:
    """What a worker would write on its socket, kept."""

    def __init__(self) -> None:
        self.content = bytearray()

    def sendall(self, data: bytes) -> None:
        self.content += data


def answer(pool: InProcess, job: Mapping[str, Any], summary: dict[str, Any]) -> Iterator[bytes]:
    """The bytes of the answer to a job, and in `summary` what was counted. Raises RequestError."""
    line = _Line()
    worker.reply(pool.store, cast("socket.socket", line), job)
    for kind, payload in whole(line.content):
        if kind == DATA:
            yield payload
        elif kind == FAIL:
            details = read_json(payload)
            raise RequestError(details.pop("kind"), is_answered=True, **details)
        else:
            summary.update(read_json(payload))
