"""A build that is not as it was written is named and not opened: by the library, the commands and the façade."""

from __future__ import annotations

import errno
import json
import os
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner

import policygraph as pg
from policygraph import build, manifest
from policygraph.build import edit
from policygraph.cli import main

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.conftest import LayBuild, Project


def _rewritten(path: Path, change: Callable[[bytes], bytes]) -> None:
    path.write_bytes(change(path.read_bytes()))


def _without(*keys: str) -> Callable[[bytes], bytes]:
    def change(content: bytes) -> bytes:
        return json.dumps({key: value for key, value in json.loads(content).items() if key not in keys}).encode()

    return change


#: Damage -> the file, what becomes of it (None: it goes), and how the error says it.
DAMAGE: dict[str, tuple[str, Callable[[bytes], bytes] | None, str]] = {
    "quads cut short": ("policygraph.nq", lambda content: content[:-100], "policygraph.nq has"),
    "quads changed": ("policygraph.nq", lambda content: content.replace(b"a", b"b", 1), "has another SHA-256"),
    "no manifest": ("manifest.json", None, "it has no manifest.json"),
    "a manifest cut short": ("manifest.json", lambda content: content[:40], "manifest.json cannot be read"),
    "a manifest of another kind": ("manifest.json", lambda _: b"[]", "manifest.json names no snapshot"),
}


@pytest.mark.parametrize("case", DAMAGE)
def test_a_damaged_build_is_named_and_not_opened(
    project: Project, tmp_path: Path, lay_build: LayBuild, case: str
) -> None:
    folder = lay_build(project, tmp_path / "build")
    name, change, words = DAMAGE[case]
    if change:
        _rewritten(folder / name, change)
    else:
        (folder / name).unlink()
    for opened in (build.open_build, pg.open):
        with pytest.raises(manifest.DamagedError, match=words):
            opened(folder)
    with pytest.raises(build.BuildError, match=words):
        edit.read(tmp_path / "build")
    result = CliRunner().invoke(main, ["--root", str(project.root), "ask", "--build", str(folder), "cq-01"])
    assert (result.exit_code, result.stderr.count("\n")) == (1, 1)
    assert f"the build in {folder} is damaged: " in result.stderr


def test_every_file_is_compared_before_a_build_is_served(project: Project, tmp_path: Path, lay_build: LayBuild) -> None:
    folder = lay_build(project, tmp_path / "build")
    held = manifest.require_whole(folder, is_thorough=True)
    files = sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())
    assert sorted([*held["checksums"], manifest.MANIFEST]) == files
    _rewritten(folder / "policygraph.ttl", lambda content: content + b"#")
    assert manifest.require_whole(folder) == held
    with pytest.raises(manifest.DamagedError, match=r"policygraph\.ttl has"):
        manifest.require_whole(folder, is_thorough=True)


def test_a_build_of_an_earlier_release_is_held_to_its_snapshot(
    project: Project, tmp_path: Path, lay_build: LayBuild
) -> None:
    folder = lay_build(project, tmp_path / "build")
    _rewritten(folder / "manifest.json", _without("checksums"))
    assert manifest.require_whole(folder)["snapshot"] == build.read_manifest(folder)["snapshot"]
    _rewritten(folder / "policygraph.nq", lambda content: content[:1000])
    with pytest.raises(manifest.DamagedError, match="does not hold the snapshot"):
        manifest.require_whole(folder)


def _update(project: Project, output: Path) -> str:
    """The request of an update that relabels a task."""
    from test_edit import BETTER, ENTRY, LABEL, _change

    graph = _change(project, output, [BETTER], [LABEL])
    entry = {**ENTRY, "request": "one", "added": [], "removed": []}
    return str(edit.write(edit.read(output), graph, entry)["request"])


def test_an_update_that_stands_is_told_as_made_on_a_full_disk(
    project: Project, tmp_path: Path, lay_build: LayBuild, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The link is replaced, then the journal cannot be written: the update stands, and the next one completes it."""
    output = tmp_path / "build"
    before = lay_build(project, output)
    completed = edit.mend_journal

    def full(path: Path) -> None:
        if path.resolve() != before:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    with monkeypatch.context() as patched:
        patched.setattr(edit, "mend_journal", full)
        assert _update(project, output) == "one"
    assert not edit.journal_of(output).exists()
    completed(output)
    assert json.loads(edit.journal_of(output).read_text(encoding="utf-8"))["request"] == "one"


def test_an_update_that_does_not_stand_fails(
    project: Project, tmp_path: Path, lay_build: LayBuild, monkeypatch: pytest.MonkeyPatch
) -> None:
    output = tmp_path / "build"
    before = lay_build(project, output)

    def full(*_: object, **__: object) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(build, "write", full)
    with pytest.raises(OSError, match="No space left"):
        _update(project, output)
    assert output.resolve() == before


def test_the_journal_is_no_more_open_than_the_build(project: Project, tmp_path: Path) -> None:
    output = tmp_path / "build"
    earlier = os.umask(0o027)
    try:
        build.write(project.run(), output)
        _update(project, output)
    finally:
        os.umask(earlier)
    modes = {path.stat().st_mode & 0o777 for path in (edit.journal_of(output), output / "policygraph.nq")}
    assert modes == {0o640}
