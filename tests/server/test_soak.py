"""A short soak: many clients at once while workers are killed. `make soak` is the long one."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
import serving

from benchmarks.soak import judge, soak

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
