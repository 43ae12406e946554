"""`make bench`: a part that fails, hangs or dies loses neither the other parts nor what it had measured."""

from __future__ import annotations

import json
import re
import socket
import sys
import threading
import time
from dataclasses import asdict
from pathlib import Path

import click
import pytest

from benchmarks import build, corpus, load
from benchmarks.__main__ import measured
from benchmarks.parts import PARTS
from benchmarks.table import Measure, lines_of, merged, table, whole_at

TAKEN = Measure("a page", "12.0 CPU ms", "", None, "≤ 200 CPU ms", is_met=True)
#: Writes one measure, and then does what a case says.
PART = f"import os, sys, time\nprint('''{json.dumps(asdict(TAKEN))}''', file=open(sys.argv[1], 'a'), flush=True)\n"
#: What a part does -> what stands in the line about it.
ENDS = {
    "": "some s",
    "sys.exit(3)": "failed: exit status 3",
    "os.kill(os.getpid(), 9)": "failed: ended by SIGKILL",
    "print('{\"fault\": \"OSError: gone\"}', file=open(sys.argv[1], 'a')); sys.exit(1)": "failed: OSError: gone",
    "time.sleep(60)": "failed: not done in 2 s",
}


@pytest.mark.parametrize("act", ENDS)
def test_a_part_that_fails_keeps_what_it_had_measured(act: str, tmp_path: Path) -> None:
    command = [sys.executable, "-S", "-c", PART + act, str(tmp_path / "measures")]
    taken, itself = measured(command, tmp_path, 2 if "sleep" in act else 60, 600)
    assert taken == TAKEN
    figure = re.sub(r"^\d+ s$", "some s", itself.figure)
    assert (figure, itself.goal, itself.is_met) == (ENDS[act], "≤ 600 s", not act)


def test_what_a_part_has_started_ends_with_it(tmp_path: Path) -> None:
    """A server of a part that was killed must not run beside the next part."""
    act = "import subprocess; child = subprocess.Popen(['sleep', '600'])\n"
    act += "open(sys.argv[1] + '.pid', 'w').write(str(child.pid))"
    command = [sys.executable, "-S", "-c", f"{PART}{act}\nos.kill(os.getpid(), 9)", str(tmp_path / "measures")]
    measured(command, tmp_path, 60, 600)
    child = Path("/proc") / (tmp_path / "measures.pid").read_text()
    until = time.monotonic() + 20
    while time.monotonic() < until and child.exists() and ") Z" not in (child / "stat").read_text():
        time.sleep(0.01)
    assert not child.exists() or ") Z" in (child / "stat").read_text()


def _lines(part: str, when: str, fault: str | None = None) -> list[str]:
    return [measure.line(part, when) for measure in (TAKEN, Measure.itself(7.2, 600, fault))]


def test_parts_of_two_commits_stand_in_one_table() -> None:
    parts = ("build", "pages", "growth")
    before = lines_of(table([*_lines("build", "2026-11-01 aaa"), *_lines("growth", "2026-11-01 aaa")]), parts)
    text = table(merged(before, {"pages": _lines("pages", "2026-11-02 bbb")}))
    assert text == (
        "| part | what | figure | beside | ratio | goal | met | measured |\n"
        "| --- | --- | ---: | --- | ---: | ---: | --- | --- |\n"
        "| build | a page | 12.0 CPU ms |  |  | ≤ 200 CPU ms | yes | 2026-11-01 aaa |\n"
        "| build | the part itself | 7 s |  |  | ≤ 600 s | yes | 2026-11-01 aaa |\n"
        "| pages | a page | 12.0 CPU ms |  |  | ≤ 200 CPU ms | yes | 2026-11-02 bbb |\n"
        "| pages | the part itself | 7 s |  |  | ≤ 600 s | yes | 2026-11-02 bbb |\n"
        "| growth | a page | 12.0 CPU ms |  |  | ≤ 200 CPU ms | yes | 2026-11-01 aaa |\n"
        "| growth | the part itself | 7 s |  |  | ≤ 600 s | yes | 2026-11-01 aaa |\n"
    )
    assert lines_of(text, parts) == {**before, "pages": _lines("pages", "2026-11-02 bbb")}


def test_what_is_not_whole_at_this_commit_is_measured_again() -> None:
    lines = {
        "build": _lines("build", "2026-11-01 aaa"),
        "serving": _lines("serving", "2026-11-02 bbb", "not done in 480 s"),
        "pages": _lines("pages", "2026-11-02 bbb"),
        "extract": [],
        "growth": _lines("growth", "2026-11-02 bbb")[:1],
    }
    assert whole_at(lines, "bbb") == {"pages"}


def test_a_reason_of_several_lines_stays_in_its_cell() -> None:
    assert Measure.failed("a | b", "RuntimeError:\n  1 | 2").line("pages", "") == (
        "| pages | a / b | failed: RuntimeError: 1 / 2 |  |  |  | no |  |"
    )


def test_the_kept_table_can_be_read_again() -> None:
    """Each part has lines in benchmarks/RESULTS.md that `--keep` reads; but for those that were never measured."""
    lines = lines_of(build.section("all"), PARTS)
    rows = [line for line in build.section("all").splitlines() if line.startswith("| ")][2:]
    assert [line for each in lines.values() for line in each] == rows


def test_a_section_is_put_in_its_place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    results = tmp_path / "RESULTS.md"
    results.write_text("<!-- all -->\nold\n<!-- /all -->\n\nothers\n", encoding="utf-8")
    monkeypatch.setattr(build, "RESULTS", results)
    build.write_section("new\n", "all")
    build.write_section("first\n", "more")
    assert results.read_text(encoding="utf-8") == (
        "<!-- more -->\nfirst\n<!-- /more -->\n\n<!-- all -->\nnew\n<!-- /all -->\n\nothers\n"
    )
    assert (build.section("all"), build.section("none")) == ("new\n", "")
    assert list(tmp_path.iterdir()) == [results]


def test_documents_that_refer_to_one_another_are_copied_together(tmp_path: Path) -> None:
    with pytest.raises(click.UsageError, match="6 documents are no whole copies of 5"):
        corpus.make(tmp_path / "corpus", 6)


def test_the_generator_waits_for_what_is_under_way() -> None:
    """A server that answers when the time is over has worked for it: its processor time is divided by all answers."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        thread = threading.Thread(target=_answer, args=(listener, 3))
        thread.start()
        figures = load.measure(listener.getsockname()[1], [b"GET / HTTP/1.1\r\n\r\n"], 3, 1e-9)
        thread.join()
    assert (figures["answered"], figures["rate"], figures["failed"]) == (3, 0, 1)


def _answer(listener: socket.socket, connections: int) -> None:
    """One answer for each connection; the first is an error."""
    for number in range(connections):
        sock, _ = listener.accept()
        with sock:
            sock.recv(65536)
            sock.sendall(b"HTTP/1.1 %d X\r\nContent-Length: 2\r\n\r\nok" % (200 if number else 503))
