"""Updates in, new builds out, one after another: the one process of the service that writes.

    python -P -m server.workers.update_process <descriptor of the socket> <folder of the build> <options (JSON)>

It holds the build ready and forks a child for each update. The child forks another, which shuts its doors and finds out
what the request changes (changes.py), and then infers, checks and writes the next build itself. A process may be
killed at any moment: the build is then the one before or the one after, since the link is replaced last. When the front
ends, all of them end.
"""

from __future__ import annotations

import gc
import json
import os
import resource
import signal
import socket
import sys
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any

import pyoxigraph as ox

from policygraph import build, queries, validate
from policygraph.build import edit
from policygraph.corrections import corrected
from policygraph.findings import Finding, Severity
from policygraph.formats import rdf
from policygraph.infer import UnknownAxiomError
from policygraph.messages import message
from policygraph.pinyin import pinyin
from policygraph.process_limits import limit, size

from ..formats import GRAPHS
from ..settings import Settings
from . import worker
from .changes import Scratch, evaluate
from .messages import DATA, END, FAIL, READY, Channel, send, send_json

__all__ = ["main"]

Job = Mapping[str, Any]


#: Findings that are told one by one; the manifest and the report of a build have them all.
_LISTED = 200
#: Exit status of a child: it has answered, or the build it was to change is another one by now.
_ANSWERED, _MOVED = 0, 75
#: How a child died -> the problem to tell.
_DEATHS = {signal.SIGALRM: "timeout", signal.SIGABRT: "memory", signal.SIGSEGV: "too-deep"}


def main(arguments: list[str]) -> None:
    """Loads the build, says so, and makes updates of what comes until the socket closes."""
    sock = socket.socket(fileno=int(arguments[0]))
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        editor = _Editor(sock, Settings(build=Path(arguments[1]), **json.loads(arguments[2])))
    except (build.BuildError, OSError, ValueError) as error:
        send_json(sock, READY, {"error": str(error)})
        sys.exit(1)
    send_json(sock, READY, {})
    channel = Channel(sock)
    while True:
        try:
            job = json.loads(channel.receive()[1])
            body = channel.receive()[1]
        except EOFError:
            return
        editor.answer(job, body)


@cache
def _prepare(checks: edit.Checks) -> None:
    """Does once what each child would do again: 0.2 s for how Chinese is read, and what queries are made of."""
    pinyin("")
    for query in (*checks.hygiene, *queries.read_all(*checks.folders.queries_of("derive"))):
        corrected(query.text)
    gc.freeze()


class _Editor:
    """The build as it was when it was read, ready to be changed in forked copies."""

    def __init__(self, sock: socket.socket, settings: Settings) -> None:
        self._sock = sock
        self._settings = settings
        self._checks = edit.Checks(self._settings.folders)
        dict(message("an IRI"))  # reads the catalogues: the children that say it cannot open a file
        self._read()

    def _read(self) -> None:
        """Reads the build where it is another one than before. Raises BuildError, OSError or ValueError."""
        self._base = edit.read(self._settings.build)
        self._scratch = Scratch(self._base)
        for name in ("asserted", "expanded", "findings", "types"):
            getattr(self._base, name)  # computed once here, not in each child
        gc.collect()
        gc.freeze()

    def _refresh(self) -> None:
        if self._settings.build.resolve() != self._base.folder:
            self._read()

    def answer(self, job: Job, body: bytes) -> None:
        """Answers one job by a child, and reads the build that has come of it before the next job does."""
        try:
            _prepare(self._checks)
            status = _MOVED
            while status == _MOVED:
                self._refresh()
                pid = os.fork()
                if not pid:
                    self._be_child(job, body)
                status = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
            if status != _ANSWERED:
                self._tell_of_death(status, job)
            self._refresh()
        except (build.BuildError, OSError, ValueError) as error:
            send_json(self._sock, FAIL, {"kind": "not-written", "message": str(error)})

    def _tell_of_death(self, status: int, job: Job) -> None:
        entry = edit.last_update(self._settings.build)  # the next update completes the journal
        if entry and entry["request"] == job["request"]:
            # it was killed after the link had been replaced, and before it could say so
            send_json(self._sock, END, _entry_json(entry))
        else:
            send_json(self._sock, FAIL, _death(status, self._settings))

    def _be_child(self, job: Job, body: bytes) -> None:
        """What a child does: one update, and nothing after it."""
        status = 1
        try:
            signal.setitimer(signal.ITIMER_REAL, self._settings.update_deadline)
            limit(resource.RLIMIT_AS, size() + self._settings.update_memory * 1024 * 1024)
            status = self._update(job, body)
        except _UnwrittenError as error:
            send_json(self._sock, FAIL, error.details)
            status = _ANSWERED
        except MemoryError:
            send_json(self._sock, FAIL, {"kind": "memory"})
            status = _ANSWERED
        except build.MovedError:
            status = _MOVED
        except (build.BuildError, UnknownAxiomError, queries.QueryError, OSError, ValueError) as error:
            send_json(self._sock, FAIL, {"kind": "not-written", "message": str(error)})
            status = _ANSWERED
        finally:
            os._exit(status)

    def _update(self, job: Job, body: bytes) -> int:
        """The update itself: what it changes, whether that may stand, and the build that has it."""
        base = self._base
        if job["before"] not in (None, base.snapshot):
            raise _UnwrittenError("precondition", current=base.snapshot)
        added, removed = self._change(job, body)
        if not added and not removed:
            outcome = {"before": base.snapshot, "after": base.snapshot, "forced": False, "added": 0, "removed": 0}
            send_json(self._sock, END, {**outcome, "findings": []})
            return _ANSWERED
        graph = edit.changed(base, self._checks, added, removed)
        listing = _listed(base, graph, job["language"])
        if job["report"]:
            form = GRAPHS[job["report"]].engine
            report = ox.serialize(validate.report(graph.findings), format=form, prefixes=rdf.PREFIXES)
            send(self._sock, DATA, report or b"")
        if not graph.is_valid and not job["force"]:
            count = sum(finding.severity is Severity.VIOLATION for finding in graph.findings)
            raise _UnwrittenError("invalid", count=count, findings=listing)
        entry = {
            "request": job["request"],
            "who": job["who"],
            "when": datetime.now(UTC).isoformat(timespec="milliseconds"),
            "what": job["what"],
            "forced": not graph.is_valid,
            "added": _lines(added),
            "removed": _lines(removed),
        }
        send_json(self._sock, END, {**_entry_json(edit.write(base, graph, entry)), "findings": listing})
        return _ANSWERED

    def _change(self, job: Job, body: bytes) -> tuple[list[ox.Quad], list[ox.Quad]]:
        """What the request adds and removes, found out behind shut doors. Raises _UnwrittenError."""
        ours, theirs = socket.socketpair()
        pid = os.fork()
        if not pid:
            try:
                os.dup2(theirs.fileno(), worker.SOCKET)
                os.closerange(worker.SOCKET + 1, os.sysconf("SC_OPEN_MAX"))
                worker.shut_doors(self._settings.memory * 1024 * 1024)
                evaluate(self._scratch, socket.socket(fileno=worker.SOCKET), job, body, self._settings)
            finally:
                os._exit(0)
        theirs.close()
        channel = Channel(ours)
        parts: list[list[ox.Quad]] = []
        try:
            while True:
                kind, payload = channel.receive()
                if kind == FAIL:
                    raise _UnwrittenError(**json.loads(payload))
                if kind == END:
                    added, removed = parts
                    return added, removed
                parts.append(list(ox.parse(payload, ox.RdfFormat.N_QUADS)))
        except EOFError:
            died = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
            raise _UnwrittenError(**_death(died, self._settings)) from None


class _UnwrittenError(Exception):
    """An update that is not made; `kind` names a problem of problems.py."""

    def __init__(self, kind: str, **details: object) -> None:
        super().__init__(kind)
        self.details = {"kind": kind, **details}


def _death(status: int, settings: Settings) -> dict[str, Any]:
    kind = _DEATHS.get(signal.Signals(-status), "crash") if status < 0 else "crash"
    return {"kind": kind, **({"seconds": settings.update_deadline} if kind == "timeout" else {})}


def _entry_json(entry: Mapping[str, Any]) -> dict[str, Any]:
    return {
        **{name: entry[name] for name in ("number", "before", "after", "forced")},
        **{name: len(entry[name]) for name in ("added", "removed")},
    }


def _lines(quads: Sequence[ox.Quad]) -> list[str]:
    return sorted(f"{quad} ." for quad in quads)


def _listed(base: edit.Base, graph: build.Graph, language: str) -> list[dict[str, Any]]:
    """What a curator is told one by one: all that is wrong, and notes that were not there before."""
    earlier = {_same(finding) for finding in base.findings}
    later = [f for f in graph.findings if f.severity is not Severity.INFO or _same(f) not in earlier]
    return [
        {
            "severity": finding.severity.term,
            "check": finding.check,
            "node": finding.node,
            "label": finding.label,
            "message": finding.sentences(language),
            "new": _same(finding) not in earlier,
        }
        for finding in later[:_LISTED]
    ]


def _same(finding: Finding) -> tuple[str, str | None, str]:
    return finding.check, finding.node, finding.sentences()


if __name__ == "__main__":
    main(sys.argv[1:])
