"""How fast the service answers, against others over the same quads in the same run, and what its isolation costs.

    make bench            # or: python -m benchmarks.serving [--seconds 2] [--build build]

Each server is asked four queries under eight connections over the loopback: each request another text (cold: no cache
can help), and the same one over and over (repeated). The generator has a process of its own (load.py). Figures are
taken in turn, so that a machine that changes its mood changes it for all.
"""

from __future__ import annotations

import itertools
import json
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from pathlib import Path
from urllib.parse import quote

import click
import pyoxigraph as ox

from benchmarks import load, peers
from benchmarks.pages import processes, processor_time
from policygraph import build as builds
from policygraph import vocab
from policygraph.cli.terminal import Terminal
from server.settings import Settings
from server.workers.jobs import Run
from server.workers.pool import Pool

__all__ = ["QUERIES", "TARGETS", "beside_a_runaway", "figures_of"]

_QUERIES = Path(__file__).parent / "queries"
_CONNECTIONS = 8
#: How many different texts a cold run has: more than any server here answers in the time.
_TEXTS = 20_000
#: Queries that all are asked.
QUERIES = ("rows", "hierarchy", "aggregate", "construct")
#: Server -> how many times as fast to be, cold and repeated.
TARGETS = {"oxigraph": (1.0, 10.0), "rdflib-endpoint": (5.0, 20.0)}


def _text(name: str, run: int | None = None) -> str:
    """A query with its prefixes declared, and where it is to be another one each time, with a number bound in it."""
    text = (_QUERIES / f"{name}.rq").read_text(encoding="utf-8")
    used = [f"PREFIX {prefix}: <{space}>" for prefix, space in vocab.PREFIXES.items() if f"{prefix}:" in text]
    mark = "" if run is None else (_QUERIES / "run.txt").read_text(encoding="utf-8").strip().replace("0", str(run))
    return "\n".join([*used, text.replace("#run", mark)])


def _request(peer: peers.Peer, text: str, accept: str) -> bytes:
    return (f"GET {peer.path}?query={quote(text)} HTTP/1.1\r\nHost: 127.0.0.1\r\nAccept: {accept}\r\n\r\n").encode()


def _requests(peer: peers.Peer, name: str, *, is_cold: bool) -> list[bytes]:
    accept = "text/turtle" if name == "construct" else "application/sparql-results+json"
    if not is_cold:
        return [_request(peer, _text(name), accept)]
    first, last = _request(peer, _text(name, 10**6), accept).split(b"1000000")
    return [first + str(10**6 + run).encode() + last for run in range(_TEXTS)]


def _measured(
    peer: peers.Peer, requests: Sequence[bytes], seconds: float, connections: int = _CONNECTIONS
) -> dict[str, float]:
    command = [sys.executable, "-m", "benchmarks.load", str(peer.port), str(connections), str(seconds)]
    done = subprocess.run(command, input=load.pack(requests), capture_output=True, check=True)  # noqa: S603
    figures: dict[str, float] = json.loads(done.stdout)
    return figures


def _median(act: Callable[[], object], times: int = 200) -> float:
    taken = []
    for _ in range(times):
        started = time.perf_counter()
        act()
        taken.append(time.perf_counter() - started)
    return statistics.median(taken) * 1000


def _isolation(folder: Path, terminal: Terminal) -> None:
    """The same query in process, through a worker, and through HTTP over one connection."""
    opened = builds.open_build(folder)
    pool = Pool(folder.resolve(), Settings(workers=1))
    try:
        for name in ("rows", "hierarchy"):
            text = _text(name)
            job: dict[str, object] = {
                "do": "query",
                "text": text,
                "base": None,
                "default": None,
                "named": None,
                "has_from": False,
            }
            job |= {"services": [], "format": "json", "seconds": 30.0, "rows": 10**6, "bytes": 10**8}
            inside = _median(lambda text=text: _evaluate(opened, text))  # type: ignore[misc]
            worker = _median(lambda job=job: b"".join(Run(pool, job, 5)))  # type: ignore[misc]
            terminal.print(f"{name}: in process {inside:.2f} ms, through a worker {worker:.2f} ms")
    finally:
        pool.close()


def _evaluate(opened: ox.Store, text: str) -> bytes | None:
    solutions = opened.query(text, use_default_graph_as_union=True)
    return solutions.serialize(format=ox.QueryResultsFormat.JSON) if isinstance(solutions, ox.QuerySolutions) else None


def figures_of(
    names: Sequence[str], folder: Path, seconds: float, terminal: Terminal, servers: Sequence[str] = peers.NAMES
) -> dict[tuple[str, str, bool], dict[str, float]]:
    """Server, query and whether it is cold -> rate, p50, p95, p99, and `cpu`, milliseconds of processor time a request.

    All servers stand ready at once and are asked in turn, so that other work on the machine falls on all of them.
    """
    taken: dict[tuple[str, str, bool], dict[str, float]] = {}
    with tempfile.TemporaryDirectory() as place, ExitStack() as stack:
        started = _started(servers, folder, Path(place), stack, terminal)
        for name, is_cold, (server, peer) in itertools.product(names, (True, False), started.items()):
            try:
                figures = _figures(peer, _requests(peer, name, is_cold=is_cold), seconds)
            except subprocess.CalledProcessError as error:
                reason = error.stderr.decode(errors="replace").strip().rpartition("\n")[2]
                terminal.print(f"{server}, {name}: no figures: {reason}")
                figures = dict.fromkeys(("rate", "answered", "p50", "p95", "p99", "failed", "cpu"), 0.0)
            taken[server, name, is_cold] = figures
            line = f"{server:<16} {name:<10} {'cold' if is_cold else 'repeated':<9} {figures['rate']:8,.0f}/s"
            line += f"  p50 {figures['p50']:7.2f} ms  p99 {figures['p99']:7.2f} ms  CPU {figures['cpu']:7.3f} ms"
            terminal.print(line + (f"  {figures['failed']:.0f} failed" if figures["failed"] else ""))
    return taken


def _started(
    servers: Sequence[str], folder: Path, place: Path, stack: ExitStack, terminal: Terminal
) -> dict[str, peers.Peer]:
    """The servers that are installed and come up; ours must, and a peer that does not is told of and left out."""
    started: dict[str, peers.Peer] = {}
    for server in servers:
        if not peers.is_installed(server):
            terminal.print(f"{server} is not installed and left out")
            continue
        try:
            started[server] = stack.enter_context(peers.serving(server, folder, place))
        except (OSError, RuntimeError, subprocess.CalledProcessError) as error:
            if server == "policygraph":
                raise
            terminal.print(f"{server} does not start and is left out: {error}")
    return started


def _figures(peer: peers.Peer, requests: Sequence[bytes], seconds: float) -> dict[str, float]:
    """What one server does with one query. Raises CalledProcessError where it ends a connection."""
    _measured(peer, requests[-50:], max(seconds, 0.5))  # warms up, with texts of its own
    before = processor_time(processes(peer.pid))
    figures = _measured(peer, requests, seconds)
    spent = processor_time(processes(peer.pid)) - before
    return {**figures, "cpu": spent / max(1.0, figures["answered"])}


def beside_a_runaway(folder: Path, seconds: float, rounds: int = 3) -> tuple[float, float]:
    """The p95 of light answers over one connection in milliseconds, quiet and beside a query that does not end.

    Both are medians of several rounds in turn. The runaway has used up its first half second by then.
    """
    light: dict[bool, list[float]] = {False: [], True: []}
    with tempfile.TemporaryDirectory() as place, peers.serving("policygraph", folder, Path(place)) as peer:
        requests = iter(_requests(peer, "rows", is_cold=True))
        _measured(peer, list(itertools.islice(requests, 500)), seconds, 1)
        share = (_TEXTS - 500) // (2 * rounds)
        for is_beside in (False, True) * rounds:
            with ExitStack() as stack:
                if is_beside:
                    runaway = stack.enter_context(socket.create_connection(("127.0.0.1", peer.port)))
                    runaway.sendall(_request(peer, _text("runaway"), "application/sparql-results+json"))
                    time.sleep(1.5)
                texts = list(itertools.islice(requests, share))
                light[is_beside].append(_measured(peer, texts, seconds, 1)["p95"])
    return statistics.median(light[False]), statistics.median(light[True])


@click.command()
@click.option("--seconds", default=2.0, show_default=True, help="How long each figure is taken.")
@click.option("--build", "folder", type=click.Path(path_type=Path, exists=True), default=Path("build"))
@click.option("--only", help="One query by name.")
def main(seconds: float, folder: Path, only: str | None) -> None:
    """Measures the service and the peers that are installed; prints figures and ratios."""
    terminal = Terminal("en")
    names = [only] if only else list(QUERIES)
    with peers.constant() as peer:
        ceiling = _measured(peer, _requests(peer, "rows", is_cold=False), seconds)["rate"]
    terminal.print(f"the generator's own ceiling: {ceiling:,.0f} requests/s")
    figures = figures_of(names, folder, seconds, terminal)
    for peer_name, targets in TARGETS.items():
        for name, (is_cold, target) in itertools.product(names, zip((True, False), targets, strict=True)):
            theirs = figures.get((peer_name, name, is_cold))
            if theirs and theirs["rate"]:  # one that answered nothing in the time has no ratio
                ratio = figures["policygraph", name, is_cold]["rate"] / theirs["rate"]
                line = f"to {peer_name:<16} {name:<10} {'cold' if is_cold else 'repeated':<9} {ratio:6.1f}"
                terminal.print(line + ("" if ratio >= target else f"  below the target of {target:g}"))
    quiet, beside = beside_a_runaway(folder, seconds)
    terminal.print(f"light answers, p95: {quiet:.2f} ms quiet, {beside:.2f} ms beside a runaway")
    _isolation(folder, terminal)


if __name__ == "__main__":
    main()
