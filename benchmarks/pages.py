"""Builds in, what the first request for each kind of page costs out: processor time of the service and its workers.

    python -m benchmarks.pages BUILD [BUILD …]

Each page is asked of a service that was started for it, so that what a service does once is in each figure: reading the
index of the search, compiling templates (50 to 150 ms). Processor time is counted in steps of 10 ms. The source texts
are not looked for.
"""

from __future__ import annotations

import gzip
import os
from pathlib import Path

import click

from server import Settings, create_app
from server.service import Service

__all__ = ["PAGES", "cost"]

#: Kind of page -> its address.
PAGES = {
    "home": "/",
    "page of a plan": "/id/plan/shenyang-three-year-action-2023",
    "hierarchy of a plan": "/hierarchy?of=plan:shenyang-three-year-action-2023",
    "search": "/search?q=发展",
    "search, misspelt": "/search?q=developmant",
    "A to Z": "/index",
    "counts": "/counts",
    "alignment": "/alignment",
    "positionings": "/positionings",
    "readings of initiatives": "/initiatives/readings",
    "plans": "/plans",
    "organisations": "/organisations",
}
_HTML = {"Accept": "text/html"}


def _processes(pid: int) -> list[int]:
    """A process and all that it started."""
    children = [
        int(child)
        for path in Path(f"/proc/{pid}/task").glob("*/children")
        for child in path.read_text(encoding="ascii").split()
    ]
    return [pid, *(each for child in children for each in _processes(child))]


def _milliseconds(pids: list[int]) -> float:
    """The processor time that processes have used, those that have ended aside."""
    ticks = 0
    for pid in pids:
        path = Path(f"/proc/{pid}/stat")
        if path.exists():
            fields = path.read_text(encoding="utf-8", errors="replace").rpartition(")")[2].split()
            ticks += int(fields[11]) + int(fields[12])
    return ticks * 1000 / os.sysconf("SC_CLK_TCK")


def cost(build: Path, address: str) -> tuple[float, int, int]:
    """Milliseconds of processor time of the first request, and the bytes of its answer, plain and compressed."""
    service = Service(Settings(build=build, workers=2, watch=0, client_seconds=1e6, client_errors=1e6, memory=2048))
    try:
        client = create_app(service=service).test_client()
        client.get("/healthz")
        pids = _processes(os.getpid())
        before = _milliseconds(pids)
        answer = client.get(address, headers=_HTML, follow_redirects=True)
        spent = _milliseconds(_processes(os.getpid())) - before
        if answer.status_code != 200:
            raise click.ClickException(f"{address} answers {answer.status_code}")
        return spent, len(answer.data), len(gzip.compress(answer.data))
    finally:
        service.close()


@click.command()
@click.argument("builds", type=click.Path(exists=True, path_type=Path), nargs=-1, required=True)
def main(builds: tuple[Path, ...]) -> None:
    """Prints a table of what the first request for each kind of page costs over BUILDS."""
    os.environ.pop("POLICYGRAPH_SOURCES", None)
    click.echo("| page | " + " | ".join(f"{build.name}: CPU ms, kB, kB sent" for build in builds) + " |")
    click.echo("| --- | " + " | ".join("---:" for _ in builds) + " |")
    for name, address in PAGES.items():
        cells = [cost(build, address) for build in builds]
        shown = [f"{spent:.0f}, {size // 1024}, {sent // 1024}" for spent, size, sent in cells]
        click.echo(f"| {name} | {' | '.join(shown)} |")


if __name__ == "__main__":
    main()
