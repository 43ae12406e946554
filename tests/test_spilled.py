"""What is looked at now and then is read from a file, and the same comes out of it."""

from __future__ import annotations

import errno
import gc
import os
import types
from typing import TYPE_CHECKING

from policygraph import build, paths
from policygraph.build.documents import Documents
from policygraph.cache import Cache
from policygraph.spilled import Spill, Stretch, content_of, cut, size_of

if TYPE_CHECKING:
    from pathlib import Path

    import pytest
    from conftest import Project


def test_what_there_is_no_room_for_is_read_from_the_file(tmp_path: Path) -> None:
    with Spill(tmp_path, most=5) as spill:
        kept = [spill.keep(content) for content in (b"abc", b"defg", b"", b"hi")]
        assert [type(each) for each in kept] == [bytes, Stretch, Stretch, Stretch]
        assert list(map(content_of, kept)) == [b"abc", b"defg", b"", b"hi"]
        assert list(map(size_of, kept)) == [3, 4, 0, 2]
        assert [content_of(cut(each, 1, 3)) for each in kept] == [b"bc", b"ef", b"", b"i"]
    assert list(tmp_path.iterdir()) == []


def test_a_file_is_open_as_long_as_what_stands_in_it_is_referred_to(tmp_path: Path) -> None:
    held = Spill(tmp_path, most=0).keep(b"abc")
    gc.collect()
    assert content_of(held) == b"abc"


def test_bytes_stay_in_memory_where_they_cannot_be_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    written = os.pwrite

    def full(descriptor: int, content: bytes, place: int) -> int:
        if place >= 3:
            raise OSError(errno.ENOSPC, "No space left on device")
        return written(descriptor, content[:2], place)

    monkeypatch.setattr(os, "pwrite", full)
    spill = Spill(tmp_path / "missing", most=0)
    kept = [spill.keep(content) for content in (b"abc", b"de", b"f")]
    assert [type(each) for each in kept] == [Stretch, bytes, bytes]
    assert list(map(content_of, kept)) == [b"abc", b"de", b"f"]


def _bytes_in(root: object) -> set[bytes]:
    """The bytes of at least a line that are alive because something is."""
    seen: dict[int, object] = {}
    waiting = [root]
    while waiting:
        each = waiting.pop()
        if id(each) not in seen and not isinstance(each, (type, types.ModuleType, types.FunctionType)):
            seen[id(each)] = each
            waiting += gc.get_referents(each)
    return {each for each in seen.values() if isinstance(each, bytes) and each.endswith(b" .\n")}


def test_a_large_graph_holds_nothing_of_what_its_documents_say(
    project: Project, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folders = paths.find(project.root)
    small = build.run(folders, documents=Documents(Cache(None)))
    documents = Documents(Cache(None))
    documents.spill = Spill(tmp_path, most=0)
    monkeypatch.setattr(build, "_LARGE", 0)
    large = build.run(folders, documents=documents)
    ((part, _),) = small.documents[0]
    said = set(part)
    assert sorted(map(len, said))[0] > 0 < len(said) == 3
    assert said <= _bytes_in(small)
    assert said.isdisjoint(_bytes_in(large))
    assert set(large.documents[0][0][0]) == said
    folders_of = [build.write(graph, tmp_path / name) for graph, name in ((small, "small"), (large, "large"))]
    files = [
        {path.relative_to(folder): path.read_bytes() for path in folder.rglob("*") if path.is_file()}
        for folder in folders_of
    ]
    assert files[0] == files[1]
