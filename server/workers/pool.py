"""A build in, worker processes out: a pool that replaces workers which die or are killed.

The front asks its zygote (zygote.py) for workers and keeps more of them alive than it lets work at once, so that a
worker that is killed has its successor standing by. Nothing of a query is parsed or run on this side.
"""

from __future__ import annotations

import json
import logging
import os
import queue
import socket
import struct
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from policygraph import paths, vocab
from policygraph.describe import SHIPPED, About

from ..failures import RequestError, ServiceError
from ..settings import Settings
from .fetching import Feed
from .messages import BURY, FORK, ORDER, SLOW, Channel
from .outbound import Errands
from .zygote import LARGE

__all__ = ["Pool", "Worker", "about", "greeting", "spawn"]

_LOG = logging.getLogger("policygraph.server")

#: glibc keeps the small pieces that a query has freed for the next one, up to 64 MiB of them, and does not join them
#: for each large one: the engine takes 40 % less time for a small query. Other C libraries do not know the variable,
#: and an operator's own value stays.
_ALLOCATOR = {"GLIBC_TUNABLES": "glibc.malloc.tcache_count=2000:glibc.malloc.mxfast=0"}
#: How long to wait before a fork that failed is tried again.
_PAUSE = 0.2


class Worker:
    """One worker process, from this side."""

    def __init__(self, pid: int, sock: socket.socket) -> None:
        self.pid = pid
        self.channel = Channel(sock)
        #: what is being fetched for it
        self.feed: Feed | None = None
        #: bytes of memory that it had made its own by the end of its last answer, which was shared before
        self.copied = 0

    @property
    def cpu_seconds(self) -> float:
        """Seconds of processor time that it has used in its life: what a busy machine takes from it does not count."""
        try:
            # the clock of another process, as the kernel numbers them (linux/posix-timers.h, CPUCLOCK_SCHED)
            return time.clock_gettime((~self.pid << 3) | 2)
        except OSError:
            return 0.0

    @property
    def is_dead(self) -> bool:
        """Whether it has ended: an idle worker sends nothing, so that readable data means the end of its socket."""
        return self.channel.wait(0)

    @property
    def is_fed(self) -> bool:
        """Whether nothing more is on its way to it: that would be taken for what the next job asked for."""
        return self.feed is None or self.feed.is_over


class Pool:
    """The workers of one build. `snapshot`, `graphs` and `quads` say what they hold.

    `edition` is the hash of all that can change an answer: the snapshot's quads, the meta graph, and our version.

    Raises ServiceError where the build cannot be loaded.
    """

    def __init__(self, folder: Path, settings: Settings) -> None:
        self._settings = settings
        #: the build's folder: its files are downloads
        self.folder: Path | None = folder
        self._errands = Errands(settings)
        self._orders = threading.Lock()
        self._slots = threading.Semaphore(settings.workers)
        self._queue = threading.Semaphore(settings.waiting)
        self._idle: queue.LifoQueue[Worker] = queue.LifoQueue()
        self._wanted: queue.SimpleQueue[bool] = queue.SimpleQueue()
        #: called where a worker may be free, in whatever thread it became so
        self.on_free: Callable[[], None] = _nothing
        memory = settings.memory * 1024 * 1024
        place = "elsewhere" if settings.is_remote else settings.store
        self._control, self._zygote = spawn("zygote", str(folder), str(memory), place)
        try:
            state = greeting(self._control)
        except ServiceError:
            self._control.close()
            self._zygote.wait()
            raise
        self.snapshot: str = state["snapshot"]
        self.edition: str = state["edition"]
        self.graphs: list[str] = state["graphs"]
        self.quads: int = state["quads"]
        if settings.store == "auto" and state["place"] == "memory" and self.quads > LARGE:
            _LOG.warning(
                "%s quads are held in memory: `policygraph build --store` makes a store that is opened at once",
                self.quads,
            )
        #: bytes that a worker may have copied of what all share before it is replaced: from disk nothing is shared
        self._share = (
            settings.copies * 2**20 // (settings.workers + settings.spares)
            if state.get("place") == "memory"
            else sys.maxsize
        )
        #: what the project says of itself
        self.about = about(state.get("base", vocab.BASE), state.get("project", {}))
        for _ in range(settings.workers + settings.spares):
            self._idle.put(self._fork())
        self._keeper = threading.Thread(target=self._keep, name="keeper", daemon=True)
        self._keeper.start()

    @property
    def names(self) -> vocab.Names:
        """What short names mean in it."""
        return self.about.names

    @property
    def is_alive(self) -> bool:
        """Whether dead workers can still be replaced."""
        return self._zygote.poll() is None

    @property
    def is_ready(self) -> bool:
        """Whether queries can be answered."""
        return self.is_alive

    @property
    def is_current(self) -> bool:
        """Whether this is the build that should be served."""
        return self.folder == self._settings.build.resolve()

    @property
    def idle(self) -> int:
        return self._idle.qsize()

    def is_worn(self, worker: Worker) -> bool:
        """Whether a worker has copied so much of the graph that it is to be replaced."""
        return worker.copied > self._share

    def take(self, patience: float) -> Worker:
        """A worker for one job. Raises RequestError("busy") where none becomes free within so many seconds."""
        until = time.monotonic() + patience
        if not self._slots.acquire(blocking=False) and not self._has_waited(patience):
            raise RequestError("busy", retry=1)
        while True:
            try:
                worker = self._idle.get(timeout=max(0.01, until - time.monotonic()))
            except queue.Empty:
                self._slots.release()
                raise RequestError("busy", retry=1) from None
            if not worker.is_dead:
                return worker
            self.bury(worker)

    def reserve(self) -> bool:
        """Whether one of the slots is had at once; who has it takes a worker by `hire`, or leaves it by `unreserve`."""
        return self._slots.acquire(blocking=False)

    def unreserve(self) -> None:
        self._slots.release()
        self.on_free()

    def hire(self) -> Worker | None:
        """The worker that has worked last, for one job of whoever has a slot; None where none stands by at once."""
        while True:
            try:
                worker = self._idle.get_nowait()
            except queue.Empty:
                return None
            if not worker.is_dead:
                return worker
            threading.Thread(target=self.bury, args=(worker,), daemon=True).start()

    def enqueue(self) -> bool:
        """Whether the queue has room for one more that waits; who has a place in it leaves it by `dequeue`."""
        return self._queue.acquire(blocking=False)

    def dequeue(self) -> None:
        self._queue.release()

    def _has_waited(self, patience: float) -> bool:
        """Whether a slot was had after waiting in the queue, where that had room."""
        if not self._queue.acquire(blocking=False):
            return False
        try:
            return self._slots.acquire(timeout=patience)
        finally:
            self._queue.release()

    def give_back(self, worker: Worker) -> None:
        """A worker whose job is done and that is as good as before."""
        worker.feed = None
        self._idle.put(worker)
        self._slots.release()
        self.on_free()

    def retire(self, worker: Worker) -> int:
        """Kills a worker and orders its successor; how it had ended (minus a signal) where it was dead already."""
        try:
            return self.bury(worker)
        finally:
            self._slots.release()
            self.on_free()

    def fetch(self, worker: Worker, order: Mapping[str, Any], job: Mapping[str, Any]) -> None:
        """Fetches for a worker what it asks for; the answer goes to it as it comes."""
        worker.feed = Feed(self._errands.errand(order, job), worker.channel.sock)

    def bury(self, worker: Worker) -> int:
        if worker.feed:
            worker.feed.call_off()
        worker.channel.sock.close()
        try:
            return self._order(BURY, worker.pid)
        finally:
            self._wanted.put(True)

    def slow(self, worker: Worker) -> None:
        """Lets a worker give way to the others, for the rest of its life."""
        self._order(SLOW, worker.pid)

    def close(self) -> None:
        """Ends the zygote and with it every worker."""
        self._wanted.put(False)
        self._keeper.join()
        with self._orders:
            self._control.close()
        try:
            self._zygote.wait(5)
        except subprocess.TimeoutExpired:
            self._zygote.kill()
            self._zygote.wait()
        while not self._idle.empty():
            self._idle.get().channel.sock.close()

    def _keep(self) -> None:
        """Replaces workers as they are ordered, in a thread of its own so that no client waits for it."""
        while self._wanted.get():
            if self.is_alive:
                try:
                    self._idle.put(self._fork())
                    self.on_free()
                except (ServiceError, OSError) as error:  # the last where there is no descriptor left for its socket
                    _LOG.error("a worker could not be replaced: %s", error)
                    time.sleep(_PAUSE)
                    self._wanted.put(True)

    def _fork(self) -> Worker:
        ours, theirs = socket.socketpair()
        with theirs:
            pid = self._order(FORK, 0, theirs)
        if not pid:
            ours.close()
            raise ServiceError("the system gave no new process for a query worker: lower `workers`, or raise its limit")
        return Worker(pid, ours)

    def _order(self, what: bytes, pid: int, sock: socket.socket | None = None) -> int:
        with self._orders:
            try:
                socket.send_fds(self._control, [ORDER.pack(what, pid)], [sock.fileno()] if sock else [])
                _, result = ORDER.unpack(self._control.recv(ORDER.size, socket.MSG_WAITALL))
            except (OSError, ValueError, struct.error) as error:  # the last where it died before its answer
                if what == FORK:
                    raise ServiceError(f"the process that holds the graph has gone: {error}") from None
                return 0
            return int(result)


def _nothing() -> None:
    """The default of `Pool.on_free`: does nothing, as no query waits."""


def about(base: str, manifest: Mapping[str, Any]) -> About:
    """What a project with a base says of itself; what it does not say is as in the shipped one."""
    title, licence = manifest.get("title") or SHIPPED.title, manifest.get("licence") or SHIPPED.licence
    return About(paths.names_of(base), title, licence, manifest.get("publisher", ""))


def spawn(program: str, *arguments: str) -> tuple[socket.socket, subprocess.Popen[bytes]]:
    """Starts a module of ours in a process that talks over a socket, whose descriptor is its first argument.

    It has a session of its own: a Ctrl-C in the terminal is the front's business.
    """
    package = __name__.rpartition(".")[0]
    # the folder that holds the top-level package, in a clone and in a wheel alike
    root = Path(__file__).resolve().parents[package.count(".") + 1]
    ours, theirs = socket.socketpair()
    with theirs:
        path = os.pathsep.join([str(root), *filter(None, [os.environ.get("PYTHONPATH")])])
        process = subprocess.Popen(  # noqa: S603 - our own interpreter and module
            [sys.executable, "-P", "-m", f"{package}.{program}", str(theirs.fileno()), *arguments],
            pass_fds=[theirs.fileno()],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            start_new_session=True,
            env={**_ALLOCATOR, **os.environ, "PYTHONPATH": path},
        )
    return ours, process


def greeting(control: socket.socket) -> dict[str, Any]:
    """What a process says once it is ready. Raises ServiceError where it says that it cannot be."""
    try:
        state: dict[str, Any] = json.loads(Channel(control).receive()[1])
    except EOFError:
        state = {"error": "the process that was to load the graph died; was there enough memory?"}
    if "error" in state:
        raise ServiceError(state["error"])
    return state
