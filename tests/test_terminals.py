"""Commands on terminals, disks and machines that fall short: one line, an exit status, and no trace."""

from __future__ import annotations

import os
import resource
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from policygraph.cli.terminal import Terminal
from policygraph.findings import Fault, Severity
from policygraph.messages import message

if TYPE_CHECKING:
    from conftest import Project

#: Main commands, with what they are asked.
COMMANDS = {
    "help": ("--help",),
    "ask": ("ask",),
    "an answer": ("ask", "cq-01"),
    "show": ("show", "plan:pioneer"),
    "export": ("export", "graph.ttl"),
    "check": ("check",),
}
#: Where it is set, nothing waits to be written when a command ends, and less goes wrong.
BUFFERED = {name: value for name, value in os.environ.items() if name != "PYTHONUNBUFFERED"}
ASCII = {"LC_ALL": "C", "LANG": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}


def _run(root: Path, arguments: tuple[str, ...], **given: object) -> subprocess.CompletedProcess[bytes]:
    command = [sys.executable, "-m", "policygraph", "--language", "zh", "--root", str(root), *arguments]
    given = {"env": BUFFERED, **given}
    return subprocess.run(command, stderr=subprocess.PIPE, timeout=120, check=False, **given)  # type: ignore[call-overload,no-any-return]


@pytest.fixture
def root(built_project: Project) -> Path:
    return built_project.root


@pytest.mark.parametrize("case", COMMANDS)
def test_a_full_disk_is_one_line(root: Path, case: str) -> None:
    with Path("/dev/full").open("wb") as full:
        ended = _run(root, COMMANDS[case], stdout=full)
    assert (ended.returncode, ended.stderr) == (1, "错误：[Errno 28] No space left on device\n".encode())


@pytest.mark.parametrize("redirection", ["2>/dev/full", "2>&-", ">&- 2>&-"])
def test_where_nothing_can_be_told_the_status_tells(root: Path, redirection: str) -> None:
    command = f"{sys.executable} -m policygraph --root {root} show plan:none {redirection}"
    ended = subprocess.run(command, shell=True, capture_output=True, timeout=120, check=False, env=BUFFERED)  # noqa: S602
    assert (ended.returncode, ended.stdout, ended.stderr) == (2, b"", b"")


@pytest.mark.parametrize("case", COMMANDS)
def test_nobody_who_reads_on_is_no_trace(root: Path, case: str) -> None:
    reading, writing = os.pipe()
    os.close(reading)
    ended = _run(root, COMMANDS[case], stdout=writing)
    os.close(writing)
    assert (ended.returncode, b"Traceback" in ended.stderr, b"Exception" in ended.stderr) == (1, False, False)


@pytest.mark.parametrize("case", COMMANDS)
def test_a_terminal_of_ascii_gets_escapes(root: Path, case: str) -> None:
    ended = _run(root, COMMANDS[case], stdout=subprocess.PIPE, env={**BUFFERED, **ASCII})
    assert (ended.returncode, b"Traceback" in ended.stderr) == (0, False)
    # an export is bytes of a format that is UTF-8, whatever the terminal
    assert ended.stdout.isascii() == (case != "export")
    if case == "show":
        assert "先锋".encode("ascii", "backslashreplace") in ended.stdout


@pytest.mark.parametrize("limit", [150_000_000, 300_000_000])
def test_too_little_memory_is_one_line(root: Path, limit: int) -> None:
    def confine() -> None:
        resource.setrlimit(resource.RLIMIT_AS, (limit, limit))

    ended = _run(root, COMMANDS["check"], stdout=subprocess.PIPE, preexec_fn=confine)
    assert (ended.returncode, ended.stdout, ended.stderr.count(b"\n")) == (1, b"", 1)
    assert b"not enough memory" in ended.stderr


def test_of_many_findings_that_a_file_keeps_the_first_of_each_kind_are_shown(
    capsys: pytest.CaptureFixture[str],
) -> None:
    often = [Fault("often", message("{n} is wrong."), severity=Severity.WARNING).finding(n=n) for n in range(5)]
    once = Fault("once", message("it is wrong."), severity=Severity.WARNING).finding()
    Terminal("en").findings([*often, once], kept_in=Path("build/report.txt"))
    assert capsys.readouterr().err.splitlines() == [
        *(f"warning: {n} is wrong. [often]" for n in range(3)),
        "warning: it is wrong. [once]",
        "2 more of [often]: see build/report.txt",
    ]
    Terminal("en").findings([*often, once])
    assert len(capsys.readouterr().err.splitlines()) == 6
