"""A short soak: many clients at once while workers are killed. `make soak` is the long one."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest
import serving

from benchmarks.soak import judge, soak
from benchmarks.storms import WallClock

if TYPE_CHECKING:
    from pathlib import Path


def _problem(kind: str) -> bytes:
    return json.dumps({"type": f"https://w3id.org/policygraph/problem/{kind}"}).encode()


#: Answers that are wrong: a part, a result where there can be none, a problem of another kind, no document.
WRONG = [
    ("light", 200, b"a\r\n", "light: 200 with 3 bytes that are not the answer"),
    ("heavy", 200, b"n\r\n1\r\n", "heavy: 200 with 6 bytes that are not the answer"),
    ("light", 400, _problem("syntax"), "light: the problem syntax"),
    ("broken", 502, b"<html>", "broken: 502 without a problem document: b'<html>'"),
]


@pytest.mark.parametrize(("kind", "status", "body", "fault"), WRONG)
def test_a_wrong_answer_would_be_seen(kind: str, status: int, body: bytes, fault: str) -> None:
    assert judge(kind, status, body, b"a\r\nb\r\n")[1] == fault


def test_nothing_wrong_is_returned_in_a_crowd_whose_workers_are_killed(tmp_path: Path) -> None:
    link = tmp_path / "build"
    serving.write_build(link)
    found = soak(link, 2, 20)
    assert found.wrong == []
    assert (found.killed > 0, found.outcomes["light", "ok"] > 0, found.outcomes["broken", "syntax"] > 0) == (True,) * 3


#: Reads both clocks, waits by the wall clock and by the other, and reads the clocks again when the wall clock was set.
PROGRAM = """
import ctypes, sys, threading, time
libc = ctypes.CDLL(None)
class Time(ctypes.Structure):
    _fields_ = [("seconds", ctypes.c_long), ("nanoseconds", ctypes.c_long)]
before = time.time(), time.monotonic()
print(flush=True); input()
threading.Lock().acquire(timeout=0.01); time.sleep(0.01)
semaphore = ctypes.create_string_buffer(32)
libc.sem_init(semaphore, 0, 0)
libc.sem_timedwait(semaphore, ctypes.byref(Time(1, 0)))
after = time.time(), time.monotonic()
print(*(round((one - other) / 3600) for one, other in zip(after, before)))
"""


@pytest.mark.skipif(not WallClock.is_possible(), reason="2026-11-30: no C compiler is here")
def test_only_the_wall_clock_jumps_and_waits_for_it_are_counted(tmp_path: Path) -> None:
    clock = WallClock(tmp_path)
    command, environ = [sys.executable, "-c", PROGRAM], {**os.environ, **clock.environ}
    with subprocess.Popen(command, env=environ, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        process.stdout.readline()
        clock.set(-36000)
        hours = process.communicate("\n")[0]
    assert (hours, clock.waits) == ("-10 0\n", 1)
