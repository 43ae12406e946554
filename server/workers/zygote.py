"""A build in, worker processes out: one process loads the graph and forks a worker whenever the front asks for one.

    python -P -m server.workers.zygote <control socket's descriptor> <folder of the build> <bytes for a worker> <place>

It has one thread, so forking is safe, and it never runs a query, so it cannot hang: whatever happens to a worker, the
zygote is there to end and replace it. Workers share its memory copy-on-write; where the graph stays on disk each opens
it for itself, since a store on disk has threads and must not cross a fork. The zygote alone waits for its children, so
a process id the front names is never another process. When the front goes, for whatever reason, all of them end.
"""

from __future__ import annotations

import gc
import hashlib
import json
import os
import signal
import socket
import sys
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path

import pyoxigraph as ox

from policygraph import __version__, grammar, paths, queries
from policygraph.manifest import QUADS, checksums, read_manifest, require_whole
from policygraph.store import on_disk, open_in_memory, open_whole

from . import worker
from .messages import BURY, FORK, ORDER, READY, SLOW, Channel, send_json
from .remote_store import Elsewhere, Store

__all__ = ["LARGE", "main", "opened"]

_NICENESS = 10
#: Quads of a large build: in memory it would take some 320 bytes and 3 microseconds for each.
LARGE = 3_000_000
#: Gives a new worker the store that it reads.
Open = Callable[[], Store]


def main(arguments: list[str]) -> None:
    """Loads the build, says so, and obeys orders until the control socket closes."""
    control = socket.socket(fileno=int(arguments[0]))
    folder, memory = Path(arguments[1]), int(arguments[2])
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        opener, state = _OPENERS[arguments[3]](folder)
    except (OSError, ValueError, KeyError, EOFError) as error:
        send_json(control, READY, {"error": str(error)})
        sys.exit(1)
    # loads what the first query would load, and keeps the collector away from memory that is to stay shared
    json.loads(json.dumps({"warm": True}))
    grammar.warm()
    gc.collect()
    gc.freeze()
    send_json(control, READY, state)
    _obey(control, opener, memory)


def _named(folder: Path) -> Mapping[str, object]:
    """Which build this is: its snapshot, its edition, and what else its manifest says that the front needs."""
    manifest = require_whole(folder, is_thorough=True)
    facts = {key: manifest[key] for key in ("base", "project") if key in manifest}
    # just compared, where the manifest has it; a build of an earlier release has it not
    quads = (manifest.get("checksums") or checksums(folder, [QUADS]))[QUADS]["sha256"]
    edition = hashlib.sha256(json.dumps([quads, __version__, facts], sort_keys=True).encode())
    return {"snapshot": manifest["snapshot"], "edition": edition.hexdigest(), **facts}


def opened(folder: Path) -> tuple[Open, Mapping[str, object]]:
    """A build in memory: what gives its store, and what is in it. Raises OSError and ValueError for one not whole."""
    names = _named(folder)
    store = open_in_memory(folder, is_whole=True)
    return lambda: store, {**names, **_contents(store), "place": "memory"}


def _where_it_fits(folder: Path) -> tuple[Open, Mapping[str, object]]:
    """A large build from the store beside its quads, where that was made with it; else in memory."""
    quads = read_manifest(folder).get("quads")
    is_large = isinstance(quads, int) and quads > LARGE
    return (_from_disk if is_large and (folder / "store" / "CURRENT").is_file() else opened)(folder)


def _from_disk(folder: Path) -> tuple[Open, Mapping[str, object]]:
    """The store is opened once in a child of its own, to see what is in it; this process stays free of its threads."""

    def opener() -> ox.Store:
        return open_whole(folder)

    names = _named(folder)  # before a store is made of quads that are not whole
    ours, theirs = socket.socketpair()
    pid = os.fork()
    if not pid:
        with suppress(BaseException):
            on_disk(folder)  # a build without one gets it when it is first served from
            send_json(theirs, READY, _contents(opener()))
        os._exit(0)
    theirs.close()
    with ours:
        try:
            state = json.loads(Channel(ours).receive()[1])
        except EOFError:
            raise OSError(
                f"the store in {folder / 'store'} cannot be read or made: run `policygraph build --store`"
            ) from None
        finally:
            os.waitpid(pid, 0)
    return opener, {**names, **state, "place": "disk"}


def _from_elsewhere(_: Path) -> tuple[Open, Mapping[str, object]]:
    """A remote store: what is in it the front finds out, by asking a worker."""
    whole = queries.read(paths.find().queries / "store" / "graph.rq")
    nothing: Mapping[str, object] = {"snapshot": "", "edition": "", "graphs": [], "quads": 0}
    return lambda: Elsewhere(socket.socket(fileno=worker.SOCKET), whole), nothing


def _contents(store: ox.Store) -> Mapping[str, object]:
    graphs = sorted(graph.value for graph in store.named_graphs() if isinstance(graph, ox.NamedNode))
    return {"graphs": graphs, "quads": len(store)}


#: Where workers read the graph -> what opens it for a worker, and what is in it.
_OPENERS: Mapping[str, Callable[[Path], tuple[Open, Mapping[str, object]]]] = {
    "auto": _where_it_fits,
    "memory": opened,
    "disk": _from_disk,
    "elsewhere": _from_elsewhere,
}


def _obey(control: socket.socket, opener: Open, memory: int) -> None:
    children: set[int] = set()
    try:
        while order := _receive(control):
            what, pid, sockets = order
            result = 0
            if what == FORK:
                with suppress(OSError):
                    result = _fork(opener, sockets[0], memory)
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


def _fork(opener: Open, descriptor: int, memory: int) -> int:
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
        worker.run(opener(), memory)
    finally:
        os._exit(1)


def _bury(pid: int) -> int:
    """Ends a child and waits for it; minus the signal it died of, or its exit status."""
    with suppress(ProcessLookupError):
        os.kill(pid, signal.SIGKILL)
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])


if __name__ == "__main__":
    main(sys.argv[1:])
