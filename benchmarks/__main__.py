"""The benchmarks in, one table of them out, with ratios and goals: `make bench`, into benchmarks/RESULTS.md.

    python -m benchmarks [--only build --only serving …] [--keep] [--minutes 25] [--documents 50] [--build build]

Each part has a process of its own and a bound by the clock. One that fails, is killed or takes too long stands in the
table with the reason and with what it had measured by then; the others go on. The file is written after each part.
Ratios are to the peer that is named, in the same run; where processor time is compared, other work falls on both.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

import click

from benchmarks import build
from benchmarks.parts import PARTS, Scope
from benchmarks.table import Measure, lines_of, merged, table, whole_at
from policygraph.cli.terminal import Terminal

__all__ = ["measured"]

#: Seconds that a part has to end its servers and remove its folders.
_GRACE = 30.0


def measured(command: Sequence[str], folder: Path, seconds: float, bound: float) -> list[Measure]:
    """What a process has written into `measures` of a folder, as lines of JSON, and in the end whether it is whole.

    It is ended after `seconds`, with all that it started; `bound` is what it might have taken. What it writes for
    itself goes into the folder too, which is the caller's to remove.
    """
    output = folder / "measures"
    output.touch()
    started, environ = time.monotonic(), {**os.environ, "TMPDIR": str(folder)}
    process = subprocess.Popen(command, stdout=sys.stderr, start_new_session=True, env=environ)  # noqa: S603
    try:
        fault = _fault(process.wait(max(seconds, 0.1)))
    except subprocess.TimeoutExpired:
        fault = f"not done in {seconds:.0f} s"
    finally:
        _end(process)
    taken = time.monotonic() - started
    measures: list[Measure] = []
    for line in output.read_text(encoding="utf-8").splitlines():
        data = json.loads(line)
        if "fault" in data:
            fault = data["fault"]
        else:
            measures.append(Measure(**data))
    return [*measures, Measure.itself(taken, bound, fault)]


def _fault(status: int) -> str | None:
    if status < 0:
        return f"ended by {signal.Signals(-status).name}"
    return f"exit status {status}" if status else None


def _end(process: subprocess.Popen[bytes]) -> None:
    """Ends a process, which ends its servers; and by force what is left of them."""
    if process.poll() is None:
        process.terminate()
        try:
            process.wait(_GRACE)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
    try:
        os.killpg(process.pid, signal.SIGKILL)
    except ProcessLookupError:
        return


def _measure(name: str, scope: Scope, output: Path) -> None:
    """Measures a part in this process; writes each measure when it is taken, and the fault that ends it."""
    signal.signal(signal.SIGTERM, _stop)
    with output.open("a", encoding="utf-8", buffering=1) as file:
        try:
            for measure in PARTS[name].measure(scope):
                file.write(json.dumps(asdict(measure)) + "\n")
                click.echo(measure.line(name, ""), err=True)
        except Exception as error:
            file.write(json.dumps({"fault": f"{type(error).__name__}: {error}"[:300]}) + "\n")
            raise


def _stop(*_: object) -> None:
    sys.exit(128 + signal.SIGTERM)


@dataclass(frozen=True, slots=True)
class _Request:
    """Which parts are to be measured, of those in the table which stay, and until when."""

    parts: tuple[str, ...]
    before: dict[str, list[str]]
    until: float


def _request(only: tuple[str, ...], minutes: float, commit: str, *, keep: bool) -> _Request:
    before = lines_of(build.section("all") if keep else "", PARTS)
    done = whole_at(before, commit) if not only else set()
    return _Request(
        tuple(part for part in PARTS if part in (only or PARTS) and part not in done),
        before,
        time.monotonic() + 60 * minutes,
    )


def _run(request: _Request, options: Sequence[str], when: str, write: Callable[[str], None]) -> str:
    """Measures the parts one after another, and hands the table on after each; the last one is returned."""
    now: dict[str, list[str]] = {}
    text = table(merged(request.before, now))
    for name in request.parts:
        left, bound = request.until - time.monotonic(), PARTS[name].bound
        if left <= 0:
            measures = [Measure.itself(0, bound, "no time was left")]
        else:
            with TemporaryDirectory(ignore_cleanup_errors=True) as folder:
                command = [sys.executable, "-m", "benchmarks", "--part", name, f"{folder}/measures", *options]
                measures = measured(command, Path(folder), min(bound, left), bound)
        now[name] = [measure.line(name, when) for measure in measures]
        click.echo(now[name][-1], err=True)
        text = table(merged(request.before, now))
        write(text)
    return text


@click.command()
@click.option("--only", multiple=True, type=click.Choice(list(PARTS)), help="One part; the file is left as it is.")
@click.option(
    "--keep", is_flag=True, help="Write, and keep other parts of the table; alone: measure what is not whole."
)
@click.option("--minutes", default=25.0, show_default=True, help="When to end, with what has been measured by then.")
@click.option("--documents", default=50, show_default=True, type=click.IntRange(5), help="Size of the corpus.")
@click.option("--seconds", default=2.0, show_default=True, help="How long each figure of the endpoint is taken.")
@click.option("--build", "folder", type=click.Path(path_type=Path, exists=True), default=Path("build"))
@click.option("--quick", is_flag=True, help="A little of each part, to see that it runs; the file is left as it is.")
@click.option("--part", hidden=True, nargs=2, type=str)
def main(
    only: tuple[str, ...],
    minutes: float,
    folder: Path,
    part: tuple[str, str] | None,
    *,
    documents: int,
    seconds: float,
    keep: bool,
    quick: bool,
) -> None:
    """Measures everything, prints one table, and writes it into benchmarks/RESULTS.md.

    The exit status is 1 where a part is not whole.
    """
    scope = Scope(folder.absolute(), 10 if quick else documents, 0.3 if quick else seconds, quick)
    if part:
        _measure(part[0], scope, Path(part[1]))
        return
    options = [f"--documents={documents}", f"--seconds={seconds}", f"--build={scope.build}", *["--quick"] * quick]
    day, commit = datetime.now(UTC).date(), build.commit()
    introduction = f"`make bench`, {day}, commit {commit}. {build.machine()}."

    def write(text: str) -> None:
        if not quick and (keep or not only):
            build.write_section(f"# Results in one table\n\n{introduction}\n\n{text}", "all")

    request = _request(only, minutes, commit, keep=keep and not quick)
    text = _run(request, options, f"{day} {commit}", write)
    Terminal("en").print(text)
    whole = whole_at(lines_of(text, PARTS), commit)
    sys.exit(0 if whole >= set(request.parts) else 1)


if __name__ == "__main__":
    main()
