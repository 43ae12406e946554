"""The changes of docs/how-to/change.md: as many files as promised, lines that stand there, imports that resolve."""

from __future__ import annotations

import ast
import importlib
import re
from dataclasses import dataclass, field
from importlib.util import find_spec
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
PAGE = (ROOT / "docs" / "how-to" / "change.md").read_text(encoding="utf-8")
CHINESE = (ROOT / "docs" / "zh" / "how-to" / "change.md").read_text(encoding="utf-8")
#: The packages of this repository, whose names a change may import.
PACKAGES = frozenset({"policygraph", "server"})
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


def _changed(file: _File) -> str:
    """The text of a file as the change leaves it."""
    text = "" if file.is_new else (ROOT / file.path).read_text(encoding="utf-8")
    for hunk in file.hunks:
        before, after = ("".join(line[1:] + "\n" for line in hunk if not line.startswith(sign)) for sign in ("+", "-"))
        text = text.replace(before, after, 1) if before else text + after
    return text


def _unresolved(path: str, text: str) -> list[str]:
    """What a module imports of this repository's packages although it is not there."""
    package = path.removesuffix(".py").split("/")
    names = []
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.ImportFrom):
            parents = package[: -node.level] if node.level else []
            names += [(".".join(filter(None, [*parents, node.module])), alias.name) for alias in node.names]
    return [f"{path}: {module}.{name}" for module, name in names if not _is_there(module, name)]


def _is_there(module: str, name: str) -> bool:
    """Whether a module of this repository has a name, or holds a module of that name; true for other packages."""
    if module.partition(".")[0] not in PACKAGES:
        return True
    loaded = importlib.import_module(module)
    return hasattr(loaded, name) or (hasattr(loaded, "__path__") and bool(find_spec(f"{module}.{name}")))


def test_what_a_change_imports_is_there() -> None:
    modules = {file.path: _changed(file) for files in CHANGES.values() for file in files if file.path.endswith(".py")}
    assert modules.keys() >= {"server/pages/honours.py", "server/api/parameters.py"}
    assert [fault for path, text in modules.items() for fault in _unresolved(path, text)] == []


def test_a_name_that_has_gone_would_be_found() -> None:
    text = "from ..web.ask import rows, nothing\nfrom . import page\nfrom policygraph import export, nowhere\n"
    assert _unresolved("server/pages/x.py", text) == [
        "server/pages/x.py: server.web.ask.nothing",
        "server/pages/x.py: policygraph.nowhere",
    ]


def test_a_line_that_has_gone_would_be_found() -> None:
    (file,) = _files("--- a/x\n+++ b/x\n@@ -1,2 +1,2 @@\n one\n-two\n+three\n")
    assert (_misplaced(file, "one\ntwo\n"), _misplaced(file, "one\n\ntwo\n")) == ([], ["one\ntwo\n"])


def test_the_chinese_page_shows_the_same_changes() -> None:
    assert _CHANGE.findall(CHINESE) == _CHANGE.findall(PAGE)
