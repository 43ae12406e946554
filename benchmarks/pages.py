"""Builds in, what the first request for each kind of page costs out: processor time of the service and its workers.

    python -m benchmarks.pages BUILD [BUILD …]

Each page is asked of a service that was started for it as `policygraph serve` starts one: templates and the index of
the search are loaded before the first request. Processor time is counted in steps of 10 ms. The source texts are not
looked for.
"""

from __future__ import annotations

import gc
import gzip
import os
from pathlib import Path

import click

from server import Settings, create_app, pages
from server.service import Service

__all__ = ["PAGES", "cost", "processes", "processor_time"]

#: Kind of page, or of answer of the REST interface -> its address. All but those of a project's drafts, which no build
#: has.
PAGES = {
    "home": "/",
    "page of a plan": "/id/plan/shenyang-three-year-action-2023",
    "page of an area": "/id/area/hunnan",
    "page of a concept": "/concept/theme/industry",
    "neighbours of a plan": "/neighbours?of=plan:shenyang-three-year-action-2023",
    "reading room": "/document/three-year-plan-2023",
    "hierarchies": "/hierarchy",
    "hierarchy of a plan": "/hierarchy?of=plan:shenyang-three-year-action-2023",
    "search": "/search?q=发展",
    "search, narrowed": "/search?q=发展&year=2025",
    "search, misspelt": "/search?q=developmant",
    "A to Z": "/index",
    "A to Z, a letter": "/index?letter=S",
    "counts": "/counts",
    "alignment": "/alignment",
    "positionings": "/positionings",
    "readings of initiatives": "/initiatives/readings",
    "trajectories": "/trajectory",
    "trajectory of an indicator": "/trajectory?indicator=indicator:high-tech-enterprises",
    "ladder of an indicator": "/indicators/high-tech-enterprises",
    "map of an indicator": "/map",
    "map of positionings": "/map?show=positioning",
    "documents": "/documents",
    "plans": "/plans",
    "plans, narrowed and sorted": "/plans?area=area:shenyang&sort=elements",
    "areas": "/areas",
    "indicators": "/indicators",
    "organisations": "/organisations",
    "initiatives": "/initiatives",
    "questions": "/questions",
    "a question": "/questions/cq-05-target-bounds",
    "a question of one plan": "/questions/cq-01-plan-tree?plan=plan:shenyang-three-year-action-2023",
    "a question of all plans": "/questions/cq-14-conflicting-values",
    "query": "/query",
    "ontology": "/ontology",
    "downloads": "/export",
    "interface": "/api",
    "REST: a question of one plan": "/api/queries/cq-01-plan-tree?plan=plan:shenyang-three-year-action-2023",
    "REST: a question of all plans": "/api/queries/cq-24-directive-to-district",
    "REST: search": "/api/search?q=发展",
    "REST: vocabulary": "/api/vocabulary",
    "REST: catalogue": "/api/queries",
}
_HTML = {"Accept": "text/html, */*;q=0.5"}


def processes(pid: int) -> list[int]:
    """A process and all that it started."""
    children = [
        int(child)
        for path in Path(f"/proc/{pid}/task").glob("*/children")
        for child in path.read_text(encoding="ascii").split()
    ]
    return [pid, *(each for child in children for each in processes(child))]


def processor_time(pids: list[int]) -> float:
    """Milliseconds of processor time that processes have used, with those of their children that have ended."""
    ticks = 0
    for pid in pids:
        path = Path(f"/proc/{pid}/stat")
        if path.exists():
            fields = path.read_text(encoding="utf-8", errors="replace").rpartition(")")[2].split()
            ticks += sum(map(int, fields[11:15]))
    return ticks * 1000 / os.sysconf("SC_CLK_TCK")


def cost(build: Path, address: str) -> tuple[float, int, int]:
    """Milliseconds of processor time of the first request, and the bytes of its answer, plain and compressed."""
    service = Service(Settings(build=build, workers=2, watch=0, client_seconds=1e6, client_errors=1e6, memory=2048))
    try:
        app = create_app(service=service)
        pages.prepare(app)
        client = app.test_client()
        client.get("/healthz")
        gc.collect()  # what an earlier service has left is not collected in the middle of this request
        gc.freeze()
        pids = processes(os.getpid())
        before = processor_time(pids)
        answer = client.get(address, headers=_HTML, follow_redirects=True)
        spent = processor_time(processes(os.getpid())) - before
        if answer.status_code != 200:
            raise click.ClickException(f"{address} answers {answer.status_code}")
        return spent, len(answer.data), len(gzip.compress(answer.data))
    finally:
        service.close()
        gc.unfreeze()


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
