"""The pool: a query that goes wrong is one failed query, whatever it does to its worker."""

from __future__ import annotations

import errno
import os
import shutil
import signal
import socket
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, suppress
from typing import TYPE_CHECKING, Any

import pyoxigraph as ox
import pytest
import serving

from policygraph import store
from policygraph.manifest import QUADS
from server import ServiceError, Settings
from server.failures import RequestError
from server.workers import zygote
from server.workers.jobs import Run
from server.workers.messages import BURY, FORK
from server.workers.pool import Pool

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

TASKS_CSV = f"task\r\n{serving.ID}a/t1\r\n{serving.ID}a/t2\r\n".encode()


@pytest.fixture(scope="module")
def pool(folder: Path) -> Iterator[Pool]:
    made = Pool(folder.resolve(), Settings(workers=2, spares=1, memory=128))
    yield made
    made.close()


def _job(text: str, **given: Any) -> dict[str, Any]:
    bounds = {"seconds": 10.0, "rows": 10_000, "bytes": 1_000_000}
    dataset = {"default": None, "named": None, "has_from": False, "base": "http://localhost/sparql"}
    return {"do": "query", "text": text, "format": "csv", **dataset, **bounds, **given}


def _ask(pool: Pool, text: str, is_gone: Callable[[], bool] = lambda: False, **given: Any) -> bytes | str:
    """The answer, or the kind of problem."""
    try:
        return b"".join(Run(pool, _job(text, **given), 5, is_gone))
    except RequestError as error:
        return error.kind


def _wait_for(condition: Callable[[], bool]) -> bool:
    until = time.monotonic() + 5
    while not condition() and time.monotonic() < until:
        time.sleep(0.01)
    return condition()


def test_a_worker_that_waited_for_a_processor_is_not_slow(pool: Pool) -> None:
    """It stands still for longer than a slow query takes, has worked for less, and goes on with the next job."""
    pid = b"".join(Run(pool, _job("ASK {}"), 5)) and pool._idle.queue[-1].pid
    os.kill(pid, signal.SIGSTOP)
    threading.Timer(0.8, os.kill, (pid, signal.SIGCONT)).start()
    run = Run(pool, _job("ASK {}"), 5)
    answer = b"".join(run)
    assert (answer, run.seconds > 0.5, pool._idle.queue[-1].pid) == (b"true", True, pid)


def test_an_answer_comes_with_what_was_counted(pool: Pool) -> None:
    run = Run(pool, _job(serving.TASKS), 5)
    answer = b"".join(run)
    summary = {key: run.summary[key] for key in ("rows", "bytes")}
    assert (answer, summary) == (TASKS_CSV, {"rows": 2, "bytes": len(TASKS_CSV)})


#: A query that hurts its worker -> what is told. Nested braces overflow the parser's stack: here no gate stands before.
HARMFUL = {
    "ASK " + "{" * 60_000 + "}" * 60_000: "too-deep",
    "ASK { FILTER(" + "str(" * 20_000 + "1" + ")" * 20_000 + " = 1) }": "too-deep",
    serving.ENDLESS + " ORDER BY DESC(?a + ?b)": "memory",
    "SELECT * { ?s ?p": "syntax",
    "INSERT DATA { <a:a> <b:b> 1 }": "syntax",
}


@pytest.mark.parametrize(("query", "kind"), HARMFUL.items(), ids=lambda value: value[:20])
def test_a_harmful_query_is_one_failed_query(pool: Pool, query: str, kind: str) -> None:
    assert (_ask(pool, query), _ask(pool, serving.TASKS)) == (kind, TASKS_CSV)


@pytest.mark.parametrize(("bound", "kind"), [("rows", "too-many-rows"), ("bytes", "answer-too-large")])
def test_an_answer_stops_at_its_bounds(pool: Pool, bound: str, kind: str) -> None:
    assert _ask(pool, serving.ENDLESS, **{bound: 5000}) == kind


@pytest.mark.parametrize("query", [serving.CROSS_PRODUCT, serving.ENDLESS], ids=["one row", "no end of rows"])
def test_a_query_is_killed_at_its_deadline(pool: Pool, query: str) -> None:
    started = time.monotonic()
    assert _ask(pool, query, seconds=0.3, bytes=2**40, rows=2**40) == "timeout"
    assert time.monotonic() - started < 10  # by itself it would take hours
    assert _wait_for(lambda: pool.idle == 3)


def test_a_query_that_takes_long_gives_way_to_others(pool: Pool) -> None:
    zygote = next(pid for pid in serving.children(os.getpid()) if len(serving.children(pid)) == 3)
    is_seen = threading.Event()
    own = os.getpriority(os.PRIO_PROCESS, os.getpid())
    niceness: list[int] = []
    with ThreadPoolExecutor(1) as client:
        slow = client.submit(_ask, pool, serving.CROSS_PRODUCT, is_seen.is_set, seconds=60.0)
        try:
            until = time.monotonic() + 50  # what counts is its processor time, and a loaded machine gives little
            while niceness != [own, own, 10] and time.monotonic() < until:
                time.sleep(0.05)
                niceness = sorted(os.getpriority(os.PRIO_PROCESS, pid) for pid in serving.children(zygote))
        finally:
            is_seen.set()
        slow.result()
    assert niceness == [own, own, 10]


def test_a_query_is_killed_when_its_client_has_left(pool: Pool) -> None:
    started = time.monotonic()
    assert _ask(pool, serving.CROSS_PRODUCT, lambda: True) == "gone"
    assert time.monotonic() - started < 10


@pytest.fixture(scope="module")
def on_disk(folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same build, with a store on disk beside its quads."""
    copy = tmp_path_factory.mktemp("disk") / "build"
    shutil.copytree(folder.resolve(), copy)
    store.on_disk(copy)
    return copy


@pytest.fixture(scope="module")
def disk_pool(on_disk: Path) -> Iterator[Pool]:
    made = Pool(on_disk, Settings(workers=2, spares=1, memory=128, store="disk"))
    yield made
    made.close()


def test_a_store_on_disk_holds_and_answers_what_memory_does(pool: Pool, disk_pool: Pool) -> None:
    both = [(each.snapshot, each.edition, each.graphs, each.quads) for each in (pool, disk_pool)]
    assert both[0] == both[1]
    assert _ask(disk_pool, serving.TASKS) == TASKS_CSV


@pytest.mark.parametrize(("query", "kind"), HARMFUL.items(), ids=lambda value: value[:20])
def test_a_harmful_query_of_a_store_on_disk_is_one_failed_query(disk_pool: Pool, query: str, kind: str) -> None:
    assert (_ask(disk_pool, query), _ask(disk_pool, serving.TASKS)) == (kind, TASKS_CSV)


def test_a_large_build_is_read_from_the_store_beside_it_and_else_from_memory(
    folder: Path, on_disk: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(zygote, "read_manifest", lambda _: {"quads": 10})
    places = [zygote._where_it_fits(build)[1]["place"] for build in (folder, on_disk)]
    monkeypatch.setattr(zygote, "LARGE", 9)
    places += [zygote._where_it_fits(build)[1]["place"] for build in (folder, on_disk)]
    assert places == ["memory", "memory", "memory", "disk"]


def test_a_large_build_in_memory_says_how_it_starts_faster(
    folder: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr("server.workers.pool.LARGE", 1)
    messages = []
    for place in ("memory", "auto"):
        caplog.clear()
        Pool(folder.resolve(), Settings(workers=1, spares=0, memory=128, store=place)).close()
        messages.append([record.getMessage().partition(" ")[2] for record in caplog.records])
    advice = "quads are held in memory: `policygraph build --store` makes a store that is opened at once"
    assert messages == [[], [advice]]


def test_a_store_of_many_files_is_read_whole_by_workers_that_can_open_none(folder: Path, tmp_path: Path) -> None:
    """RocksDB opens sixteen of them, and the others when they are first read; how many these are is its own affair."""
    build = tmp_path / "build"
    shutil.copytree(folder.resolve(), build)
    lines = (build / QUADS).read_bytes().splitlines(keepends=True)
    several = ox.Store(str(build / "store"))
    for start in range(3):
        several.bulk_load(b"".join(lines[start::3]), format=ox.RdfFormat.N_QUADS)
    several.flush()
    del several
    whole = store.open_whole(build)
    assert set((build / "store").resolve().glob("*.sst")) <= store._open_files()
    del whole
    made = Pool(build, Settings(workers=1, spares=0, memory=128, store="disk"))
    answers = [_ask(made, serving.TASKS), _ask(made, "SELECT (COUNT(*) AS ?n) { GRAPH ?g { ?s ?p ?o } }")]
    made.close()
    assert answers == [TASKS_CSV, f"n\r\n{len(lines)}\r\n".encode()]


def test_files_of_a_store_that_are_closed_are_opened_by_looking_quads_up(
    on_disk: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    files = set((on_disk / "store").resolve().glob("*.sst"))
    looked_up: list[ox.Quad] = []
    monkeypatch.setattr(store, "_look_up", lambda _, quad: looked_up.append(quad))
    monkeypatch.setattr(store, "_open_files", lambda: files)
    store.open_whole(on_disk)
    assert looked_up == []
    # a graph each, then 64 and 128 of all quads
    monkeypatch.setattr(store, "_open_files", lambda: files if len(looked_up) > 150 else set())
    opened = store.open_whole(on_disk)
    graphs = len([*opened.named_graphs()])
    assert (len(looked_up), {quad in opened for quad in looked_up}) == (graphs + 64 + 128, {True})
    monkeypatch.setattr(store, "_LOOKED_UP", 128)
    monkeypatch.setattr(store, "_open_files", set)
    with pytest.raises(OSError, match=f"files of the store stay closed: {sorted(files)[0]}"):
        store.open_whole(on_disk)


def test_a_store_on_disk_that_is_missing_is_made(pool: Pool, folder: Path, tmp_path: Path) -> None:
    shutil.copytree(folder.resolve(), tmp_path / "build")
    made = Pool(tmp_path / "build", Settings(workers=1, spares=0, memory=128, store="disk"))
    held = made.graphs, made.quads, _ask(made, serving.TASKS)
    made.close()
    assert held == (pool.graphs, pool.quads, TASKS_CSV)
    assert [path.name for path in (tmp_path / "build").iterdir() if path.name.startswith("store")] == ["store"]


def test_a_store_on_disk_that_cannot_be_made_is_told(folder: Path, tmp_path: Path) -> None:
    shutil.copytree(folder.resolve(), tmp_path / "build")
    (tmp_path / "build" / "store").write_text("in the way", encoding="utf-8")
    with pytest.raises(ServiceError) as caught:
        Pool(tmp_path / "build", Settings(store="disk"))
    missing = tmp_path / "build" / "store"
    assert str(caught.value) == f"the store in {missing} cannot be read or made: run `policygraph build --store`"


@pytest.mark.parametrize("place", ["memory", "disk"])
def test_service_cannot_connect_even_where_no_gate_stands_before(pool: Pool, disk_pool: Pool, place: str) -> None:
    asked = {"memory": pool, "disk": disk_pool}[place]
    with socket.create_server(("127.0.0.1", 0)) as listener:
        listener.settimeout(0.3)
        address = f"http://127.0.0.1:{listener.getsockname()[1]}/"
        assert _ask(asked, f"SELECT * {{ SERVICE <{address}> {{ ?s ?p ?o }} }}") == "evaluation"
        with pytest.raises(TimeoutError):
            listener.accept()


def test_from_is_a_graph_of_the_store_and_never_fetched(pool: Pool, tmp_path: Path) -> None:
    secret = tmp_path / "secret.ttl"
    secret.write_text("<a:secret> <a:is> <a:here> .")
    assert _ask(pool, f"ASK FROM <{secret.as_uri()}> {{ ?s ?p ?o }}", has_from=True) == b"false"


def test_no_more_queries_run_than_there_are_places(pool: Pool) -> None:
    runs = [iter(Run(pool, _job(serving.ENDLESS, bytes=2**40, rows=2**40), 1)) for _ in range(2)]
    for run in runs:
        next(run)
    with pytest.raises(RequestError) as caught:
        next(iter(Run(pool, _job(serving.TASKS), 0.1)))
    assert (caught.value.kind, caught.value.details) == ("busy", {"retry": 1})
    for run in runs:
        run.close()
    assert _ask(pool, serving.TASKS) == TASKS_CSV


def test_a_queue_that_is_full_takes_nobody(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pool = Pool(folder.resolve(), Settings(workers=1, waiting=1))
    run = iter(Run(pool, _job(serving.ENDLESS, bytes=2**40, rows=2**40), 1))
    next(run)
    is_waiting, acquire = threading.Event(), pool._slots.acquire
    waits: list[float] = []

    def noted(*, blocking: bool = True, timeout: float | None = None) -> bool:
        if timeout is not None:
            waits.append(timeout)
            is_waiting.set()
        return acquire(blocking, timeout)

    monkeypatch.setattr(pool._slots, "acquire", noted)
    with closing(pool), ThreadPoolExecutor(1) as client:
        try:
            waiting = client.submit(_ask, pool, serving.TASKS)
            assert is_waiting.wait(30)
            started = time.monotonic()
            assert _ask(pool, serving.TASKS) == "busy"
            # at once: not when the 5 s are over for which one waits that has a place
            assert (time.monotonic() - started < 4, waiting.done(), len(waits)) == (True, False, 1)
        finally:
            run.close()
        assert waiting.result() == TASKS_CSV


def test_what_goes_wrong_meanwhile_is_told() -> None:
    """By what starts threads for other tests: a thread that has died is not taken for one that had nothing to say."""
    with pytest.raises(ZeroDivisionError), serving.meanwhile(lambda: 1 / 0):
        pass
    with pytest.raises(KeyError), serving.meanwhile(lambda: None, threads=2):
        raise KeyError


def test_workers_killed_at_random_change_no_answer(folder: Path) -> None:
    """Every answer is whole or a problem, while workers are shot under it; afterwards all places are filled again."""
    pool = Pool(folder.resolve(), Settings(workers=2, spares=1))
    zygote = max(serving.children(os.getpid()), key=lambda pid: len(serving.children(pid)))

    def shoot() -> None:
        time.sleep(0.02)
        for pid in serving.children(zygote)[:1]:
            with suppress(ProcessLookupError):  # it may have gone meanwhile
                os.kill(pid, signal.SIGKILL)

    with serving.meanwhile(shoot):
        answers = [_ask(pool, serving.TASKS) for _ in range(200)]
    assert set(answers) <= {TASKS_CSV, "crash"}
    assert answers.count(TASKS_CSV) > 20
    assert _wait_for(lambda: pool.idle == 3)
    assert [_ask(pool, serving.TASKS) for _ in range(5)] == [TASKS_CSV] * 5
    pool.close()


def _workers(folder: Path, **options: int) -> list[int]:
    """The workers that answer ten queries one after another, of which one is at work at a time."""
    pool = Pool(folder.resolve(), Settings(workers=1, spares=0, **options))
    pids = []
    with closing(pool):
        for _ in range(10):
            assert _ask(pool, serving.TASKS) == TASKS_CSV
            assert _wait_for(lambda: pool.idle == 1)
            pids.append(pool._idle.queue[0].pid)
    return pids


def test_a_worker_that_has_copied_its_share_of_the_graph_is_replaced(folder: Path) -> None:
    """To read a quad is to write to it: of a graph that all share, each worker came to have a copy of its own."""
    assert (len(set(_workers(folder, copies=1))), len(set(_workers(folder)))) == (10, 1)


def test_from_disk_no_worker_copies_the_graph(on_disk: Path) -> None:
    pool = Pool(on_disk.resolve(), Settings(workers=1, spares=0, copies=1, store="disk"))
    with closing(pool):
        worker = pool.take(5)
        worker.copied = 2**40
        assert not pool.is_worn(worker)
        pool.give_back(worker)


def test_a_dead_worker_is_replaced_as_soon_as_there_is_a_descriptor_again(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pool = Pool(folder.resolve(), Settings(workers=1, spares=0))
    pairs = [OSError(errno.EMFILE, "Too many open files"), socket.socketpair()]

    def pair() -> tuple[socket.socket, socket.socket]:
        if isinstance(made := pairs.pop(0), OSError):
            raise made
        return made

    monkeypatch.setattr("socket.socketpair", pair)
    pool.retire(pool.take(5))
    assert (_wait_for(lambda: pool.idle == 1), pairs, _ask(pool, serving.TASKS)) == (True, [], TASKS_CSV)
    pool.close()


def test_closing_ends_every_process(folder: Path) -> None:
    before = set(serving.children(os.getpid()))
    pool = Pool(folder.resolve(), Settings(workers=2))
    started = set(serving.children(os.getpid())) - before
    pool.close()
    assert len(started) == 4
    assert _wait_for(lambda: not started & set(serving.children(os.getpid())))


def test_a_build_that_is_missing_is_told_with_the_command_that_makes_one(tmp_path: Path) -> None:
    with pytest.raises(ServiceError) as caught:
        Pool(tmp_path / "build", Settings())
    assert str(caught.value) == f"no build in {tmp_path}/build: run `policygraph build` first"


@pytest.mark.parametrize("is_read", [True, False])
def test_a_zygote_that_dies_over_an_order_leaves_nobody_waiting(is_read: bool) -> None:
    """Whoever waits for a worker to be buried is told so: else the request that it had would wait for ever."""
    outcomes = []
    for what in (BURY, FORK):
        pool = object.__new__(Pool)
        pool._orders = threading.Lock()
        pool._control, other = socket.socketpair()

        def die(other: socket.socket = other) -> None:
            if is_read:
                other.recv(100)
            other.close()

        with pool._control, ThreadPoolExecutor(1) as zygote:
            dying = zygote.submit(die)
            try:
                outcomes.append(str(pool._order(what, 1)))
            except ServiceError as error:
                outcomes.append(str(error).partition(":")[0])
            dying.result()
    assert outcomes == ["0", "the process that holds the graph has gone"]
