"""A build in, worker processes out: one process loads the graph and forks a worker whenever the front asks for one.

    python -P -m server.zygote <descriptor of the control socket> <folder of the build> <bytes of memory for a worker>

It has one thread, so forking is safe, and it never runs a query, so it cannot hang: whatever happens to a worker, the
zygote is there to end and replace it. Workers share its memory copy-on-write. It alone waits for its children, so a
process id the front names is never another process. When the front goes, for whatever reason, all of them end.
"""

from __future__ import annotations

import gc
import hashlib
import json
import os
import signal
import socket
import sys
from contextlib import suppress
from pathlib import Path

import pyoxigraph as ox

from policygraph import __version__, build

from . import worker
from .wire import BURY, FORK, ORDER, READY, SLOW, send_json

__all__ = ["main"]

_NICENESS = 10


def main(arguments: list[str]) -> None:
    """Loads the build, says so, and obeys orders until the control socket closes."""
    control = socket.socket(fileno=int(arguments[0]))
    folder, memory = Path(arguments[1]), int(arguments[2])
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        store = build.open_build(folder)
        manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
        edition = hashlib.sha256((folder / "policygraph.nq").read_bytes() + __version__.encode()).hexdigest()
        graphs = sorted(graph.value for graph in store.named_graphs() if isinstance(graph, ox.NamedNode))
    except (OSError, ValueError, KeyError, build.BuildError) as error:
        send_json(control, READY, {"error": str(error)})
        sys.exit(1)
    _warm(store)
    said = {"snapshot": manifest["snapshot"], "edition": edition, "graphs": graphs, "quads": len(store)}
    send_json(control, READY, said)
    _obey(control, store, memory)


def _warm(store: ox.Store) -> None:
    """Loads what the first query would load, and keeps the collector away from memory that is to stay shared."""
    json.loads(json.dumps({"warm": True}))
    next(iter(store), None)
    gc.collect()
    gc.freeze()


def _obey(control: socket.socket, store: ox.Store, memory: int) -> None:
    children: set[int] = set()
    try:
        while order := _receive(control):
            what, pid, sockets = order
            result = 0
            if what == FORK:
                with suppress(OSError):
                    result = _fork(store, sockets[0], memory)
                    children.add(result)
            elif pid in children and what == BURY:
                result = _bury(pid)
                children.discard(pid)
            elif pid in children and what == SLOW:
                os.setpriority(os.PRIO_PROCESS, pid, _NICENESS)
            control.sendall(ORDER.pack(what, result))
    finally:
        for pid in children:
            _bury(pid)


def _receive(control: socket.socket) -> tuple[bytes, int, list[int]] | None:
    try:
        data, descriptors, _, _ = socket.recv_fds(control, ORDER.size, 1)
    except ConnectionError:
        return None
    return (*ORDER.unpack(data), descriptors) if data else None


def _fork(store: ox.Store, descriptor: int, memory: int) -> int:
    pid = os.fork()
    if pid:
        os.close(descriptor)
        return pid
    try:
        nowhere = os.open(os.devnull, os.O_RDWR)
        for standard in range(3):
            os.dup2(nowhere, standard)
        os.dup2(descriptor, worker.SOCKET)
        os.closerange(worker.SOCKET + 1, os.sysconf("SC_OPEN_MAX"))
        worker.run(store, memory)
    finally:
        os._exit(1)


def _bury(pid: int) -> int:
    """Ends a child and waits for it; minus the signal it died of, or its exit status."""
    with suppress(ProcessLookupError):
        os.kill(pid, signal.SIGKILL)
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])


if __name__ == "__main__":
    main(sys.argv[1:])
