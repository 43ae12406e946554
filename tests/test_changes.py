"""The changes of docs/how-to/change.md: so many files as promised, and lines that stand where they are said to."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
PAGE = (ROOT / "docs" / "how-to" / "change.md").read_text(encoding="utf-8")
CHINESE = (ROOT / "docs" / "zh" / "how-to" / "change.md").read_text(encoding="utf-8")
#: Change -> the most files that it may take, its test included, and the lines that it adds outside tests, or None.
PROMISED: dict[str, tuple[int, int | None]] = {
    "page": (5, None),
    "parameter": (3, None),
    "property": (5, None),
    "export": (2, 1),
    "numbering": (2, 1),
}


@dataclass
class _File:
    """A file of a diff: its path, whether it is new, and each hunk as lines with their signs."""

    path: str
    is_new: bool
    hunks: list[list[str]] = field(default_factory=list)

    @property
    def added(self) -> int:
        return sum(line.startswith("+") for hunk in self.hunks for line in hunk)


def _files(diff: str) -> list[_File]:
    files: list[_File] = []
    lines = iter(diff.splitlines())
    for line in lines:
        if line.startswith("--- "):
            path = next(lines).removeprefix("+++ b/")
            files.append(_File(path, line == "--- /dev/null"))
        elif line.startswith("@@ "):
            files[-1].hunks.append([])
        else:
            files[-1].hunks[-1].append(line)
    return files


_CHANGE = re.compile(r"(?s)\n## [^\n]*\{#(\w+)\}\n.*?```diff\n(.*?)```\n")
CHANGES = {name: _files(diff) for name, diff in _CHANGE.findall(PAGE)}


def _misplaced(file: _File, text: str) -> list[str]:
    """The hunks whose lines before the change do not stand together in a text."""
    before = ["".join(line[1:] + "\n" for line in hunk if not line.startswith("+")) for hunk in file.hunks]
    return [lines for lines in before if f"\n{lines}" not in f"\n{text}"]


def test_every_change_that_is_promised_is_shown() -> None:
    assert CHANGES.keys() == PROMISED.keys()


@pytest.mark.parametrize("name", PROMISED)
def test_a_change_takes_no_more_than_is_promised(name: str) -> None:
    most, rows = PROMISED[name]
    files = CHANGES[name]
    assert 0 < len(files) <= most
    assert any(file.path.startswith("tests/") for file in files)
    added = sum(file.added for file in files if not file.path.startswith("tests/"))
    assert rows is None or added == rows


@pytest.mark.parametrize("name", PROMISED)
def test_what_is_changed_is_there(name: str) -> None:
    faults = []
    for file in CHANGES[name]:
        path = ROOT / file.path
        if file.is_new:
            faults += [f"{file.path}: no such folder"] * (not path.parent.is_dir())
        elif not path.is_file():
            faults.append(f"{file.path}: no such file")
        else:
            faults += [f"{file.path}: {lines}" for lines in _misplaced(file, path.read_text(encoding="utf-8"))]
    assert faults == []


def test_a_line_that_has_gone_would_be_found() -> None:
    (file,) = _files("--- a/x\n+++ b/x\n@@ -1,2 +1,2 @@\n one\n-two\n+three\n")
    assert (_misplaced(file, "one\ntwo\n"), _misplaced(file, "one\n\ntwo\n")) == ([], ["one\ntwo\n"])


def test_the_chinese_page_shows_the_same_changes() -> None:
    assert _CHANGE.findall(CHINESE) == _CHANGE.findall(PAGE)
