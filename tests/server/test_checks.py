"""Checks of one document by the service: as the command finds it, bounded, and from a process that is kept."""

from __future__ import annotations

import json
import os
import signal
import time
from contextlib import closing, suppress
from pathlib import Path
from typing import TYPE_CHECKING

import drafting
import pytest
from click.testing import CliRunner
from serving import children, meanwhile, own_children

from policygraph import cli
from server import Settings
from server.failures import RequestError
from server.workers.checks import Checks

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A project with one draft, a value of which is not what its evidence says."""
    folder = tmp_path_factory.mktemp("checks") / "project"
    with pytest.MonkeyPatch.context() as patch:
        patch.delenv("POLICYGRAPH_SOURCES", raising=False)
        record = drafting.make(folder)
        _spoil(record)
        yield folder


def _spoil(record: Path) -> None:
    words = record.read_text(encoding="utf-8")
    assert words.count("printedValue: 10%") == 1
    record.write_text(words.replace("printedValue: 10%", "printedValue: 11%"), encoding="utf-8")


def _of_command(root: Path, language: str) -> list[object]:
    command = ["--language", language, "--root", str(root), "check", "--document", "list", "--format", "json"]
    listed: list[object] = json.loads(CliRunner().invoke(cli.main, command).stdout)
    return listed


@pytest.fixture(scope="module")
def checks() -> Iterator[Checks]:
    with closing(Checks(Settings())) as made:
        yield made


def _kept() -> set[int]:
    """The processes that checks of this one come from."""
    return {pid for pid in own_children(os.getpid()) if b"\0check\0" in _command(pid)}


def _command(pid: int) -> bytes:
    with suppress(OSError):
        return Path(f"/proc/{pid}/cmdline").read_bytes()
    return b""


@pytest.mark.parametrize("language", ["zh", "en"])
def test_what_is_found_is_what_the_command_finds(checks: Checks, root: Path, language: str) -> None:
    listed = checks.findings(root, "list", language)
    assert {each["severity"] for each in listed} == {"violation"}
    assert listed == _of_command(root, language)


def test_a_check_knows_nothing_of_those_before_it(checks: Checks, root: Path) -> None:
    """Neither of the record as it was, nor of the project's own shapes: what is kept has checked nothing."""
    record, shapes = root / "data" / "records" / "list.yaml", root / "shapes"
    spoilt = record.read_bytes()
    first, before = checks.findings(root, "list", "en"), _kept()
    record.write_bytes(spoilt.replace(b"printedValue: 11%", b"printedValue: 10%"))
    sound = checks.findings(root, "list", "en")
    shapes.mkdir()
    (shapes / "own.ttl").write_text(
        "@prefix pg: <https://w3id.org/policygraph/ontology#> . @prefix sh: <http://www.w3.org/ns/shacl#> .\n"
        '<https://example.org/own> a sh:NodeShape ; sh:targetClass pg:Plan ; sh:message "Has no URL."@en ;\n'
        "  sh:property [ sh:path pg:hasNoSuchThing ; sh:minCount 1 ] .\n",
        encoding="utf-8",
    )
    strict = checks.findings(root, "list", "en"), _of_command(root, "en")
    (shapes / "own.ttl").unlink()
    shapes.rmdir()
    record.write_bytes(spoilt)
    again = checks.findings(root, "list", "en")
    assert (sound, again, strict[0]) == ([], first, strict[1])
    assert strict[0] not in ([], first)
    assert (len(before), _kept()) == (1, before)


def test_a_check_is_made_where_the_process_that_they_come_from_was_killed(checks: Checks, root: Path) -> None:
    first = checks.findings(root, "list", "en")
    (kept,) = _kept()
    os.kill(kept, signal.SIGKILL)
    # with its threads: until the last has gone, an order may still be put into its socket
    os.waitid(os.P_PID, kept, os.WEXITED | os.WNOWAIT)
    assert checks.findings(root, "list", "en") == first
    assert len(_kept()) == 1


def test_a_check_that_takes_too_long_is_killed(root: Path) -> None:
    others = _kept()

    def hold() -> None:
        """Stops what checks, so that it does not end by itself."""
        time.sleep(0.005)
        for watcher in [pid for kept in _kept() - others for pid in own_children(kept)]:
            for pid in own_children(watcher):
                with suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGSTOP)

    with closing(Checks(Settings(update_deadline=1.5))) as bounded:
        with meanwhile(hold), pytest.raises(RequestError) as caught:
            bounded.findings(root, "list", "en")
        (kept,) = _kept() - others
        until = time.monotonic() + 30
        while children(kept) and time.monotonic() < until:
            time.sleep(0.01)
        assert (caught.value.kind, caught.value.details, children(kept)) == ("not-checked", {"message": "1.5 s"}, [])
    assert _kept() == others


@pytest.mark.parametrize(
    ("memory", "slug", "message"),
    [(64, "list", "64 MiB"), (2048, "none", "[Errno 2] No such file or directory: '{root}/data/records/none.yaml'")],
)
def test_a_check_that_cannot_be_made_says_why(memory: int, slug: str, message: str, root: Path) -> None:
    with closing(Checks(Settings(update_memory=memory))) as bounded, pytest.raises(RequestError) as caught:
        bounded.findings(root, slug, "en")
    assert (caught.value.kind, caught.value.details) == ("not-checked", {"message": message.format(root=root)})
