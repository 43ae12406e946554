"""Many files at once: all are read, with the same bytes over processes and a cluster; what fails is told."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from importlib.machinery import ModuleSpec
from io import BytesIO
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from click.testing import CliRunner, Result

from policygraph import cli, extract, paths
from policygraph.extract import batch, review

ROOT = Path(__file__).resolve().parents[1]
TEXTS = Path(__file__).parent / "extract"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Three texts, two of one name, and a file that is no text."""
    given = tmp_path / "given"
    (given / "b").mkdir(parents=True)
    for name, copy in (("task-list", "清单.txt"), ("action-plan", "b/清单.md"), ("work-report", "report.txt")):
        (given / copy).write_bytes((TEXTS / f"{name}.txt").read_bytes())
    (given / "scan.pdf").write_bytes(b"%PDF-1.7")
    (given / ".hidden.txt").write_bytes(b"\0")
    return given


def _extract(folder: Path, output: Path, *options: str) -> Result:
    asked = ["--language", "en", "--root", str(ROOT), "extract", str(folder), "-o", str(output), *options]
    return CliRunner().invoke(cli.main, asked)


def _contents(output: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in sorted(output.iterdir())}


_ENDINGS = (".txt", ".yaml", ".reference.yaml", ".sources.yaml")
_FILES = sorted([f"{slug}{end}" for slug in ("qing-dan", "qing-dan-2", "report") for end in _ENDINGS] + [batch.LOG])


@pytest.mark.parametrize(("cores", "threads"), [(None, None), (3, 3)])
def test_a_picture_is_read_on_so_many_cores_as_are_given(
    cores: int | None, threads: int | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """All, where one process reads; the engine would take all in each process of a pool."""
    pytest.importorskip("PIL", reason="2026-11-30: needs the extra ocr")
    from PIL import Image

    settings: list[dict[str, object]] = []

    def engine(params: dict[str, object]) -> Callable[..., object]:
        settings.append(params)
        return lambda *_, **__: SimpleNamespace()

    monkeypatch.setitem(
        sys.modules, "rapidocr", SimpleNamespace(RapidOCR=engine, __spec__=ModuleSpec("rapidocr", None))
    )
    page, stream = Image.new("L", (20, 20), 255), BytesIO()
    page.putpixel((3, 3), 0)
    page.save(stream, "PNG")
    outcome = batch.draft(stream.getvalue(), "x.png", "x", extract.Gazetteer(), cores=cores)
    assert isinstance(outcome, batch.Failure)
    assert [each.get("EngineConfig.onnxruntime.intra_op_num_threads") for each in settings] == [threads]


@pytest.mark.parametrize(("width", "share"), [(1, 8), (3, 2), (8, 1), (16, 1)])
def test_the_processes_of_a_pool_share_the_cores(width: int, share: int, monkeypatch: pytest.MonkeyPatch) -> None:
    pools: list[tuple[object, ...]] = []

    class Pool(ThreadPoolExecutor):
        def __init__(self, number: int, *settings: Any) -> None:
            super().__init__(number)
            pools.append((number, settings[-1][-1]))

    monkeypatch.setattr(batch, "ProcessPoolExecutor", Pool)
    monkeypatch.setattr(os, "cpu_count", lambda: 8)
    with batch._pool(extract.Gazetteer(), width, clauses=False):
        assert pools == [(width, share)]


def test_what_is_of_no_kind_that_is_read_is_named(folder: Path, tmp_path: Path) -> None:
    (folder / "scan.pdf").unlink()
    (folder / "scan.doc").write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(512))
    (folder / "draft.yaml").write_text("{}\n", encoding="utf-8")
    result = _extract(folder, tmp_path / "out", "--workers", "1")
    assert (result.exit_code, result.stdout, result.stderr) == (
        0,
        "3 drafted, 0 done before, 0 failed\n",
        "not read, for the kind of file: scan.doc\n",
    )


def test_a_text_under_a_second_name_is_not_drafted_again(folder: Path, tmp_path: Path) -> None:
    (folder / "scan.pdf").unlink()
    text = (folder / "report.txt").read_text(encoding="utf-8")
    (folder / "z 副本.txt").write_bytes(text.replace("\n", "\r\n").encode("utf-8-sig"))
    output = tmp_path / "out"
    told = "z 副本.txt: the same text as report.txt, and not drafted again\n"
    for numbers in ("3 drafted, 0 done before", "0 drafted, 3 done before"):
        result = _extract(folder, output, "--workers", "1")
        assert (result.exit_code, result.stdout, result.stderr.splitlines(keepends=True)[-1]) == (
            1,
            f"{numbers}, 1 failed\n",
            told,
        )
        assert list(_contents(output)) == _FILES


def test_what_fails_is_told_and_stops_nothing_and_what_is_done_is_left(folder: Path, tmp_path: Path) -> None:
    output = tmp_path / "out"
    first = _extract(folder, output, "--workers", "1")
    assert (first.exit_code, first.stdout, first.stderr) == (
        1,
        "3 drafted, 0 done before, 1 failed\n",
        "scan.pdf: this is not a PDF, or it is damaged\n",
    )
    written = _contents(output)
    assert list(written) == _FILES
    (folder / "scan.pdf").unlink()
    (folder / "report.txt").write_bytes((folder / "report.txt").read_bytes() + "四、保障措施\n".encode())
    second = _extract(folder, output, "--workers", "1")
    assert (second.exit_code, second.stdout) == (0, "1 drafted, 2 done before, 0 failed\n")
    changed = {name for name, data in _contents(output).items() if written[name] != data}
    assert changed == {"report.txt", "report.yaml", "report.reference.yaml", "report.sources.yaml", batch.LOG} & changed
    assert {"report.txt", "report.yaml", "report.sources.yaml", batch.LOG} <= changed


def test_processes_and_a_cluster_give_the_bytes_of_one_process(folder: Path, tmp_path: Path, cluster: str) -> None:
    ways = {"one": ["--workers", "1"], "two": ["--workers", "2"], "cluster": ["--scheduler", cluster]}
    results = {name: _extract(folder, tmp_path / name, *options) for name, options in ways.items()}
    assert {name: result.stdout for name, result in results.items()} == dict.fromkeys(
        ways, "3 drafted, 0 done before, 1 failed\n"
    )
    one, two, over_cluster = (_contents(tmp_path / name) for name in ways)
    assert (two, over_cluster) == (one, one)


@pytest.fixture
def cluster() -> Iterator[str]:
    """The address of a cluster of two workers on the loopback."""
    import distributed

    with distributed.LocalCluster(
        n_workers=2,
        threads_per_worker=1,
        processes=True,
        host="127.0.0.1",
        dashboard_address="127.0.0.1:0",
        silence_logs=50,
    ) as local:
        yield local.scheduler_address


def test_a_cluster_that_is_not_there_is_told(folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("policygraph.extract.cluster._PATIENCE", "100ms")
    result = _extract(folder, tmp_path / "out", "--scheduler", "tcp://127.0.0.1:9")
    assert (result.exit_code, result.stderr.partition(": no cluster answers there")[0]) == (
        1,
        "Error: tcp://127.0.0.1:9",
    )


def test_without_the_extra_a_cluster_names_it(folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda _: None)
    result = _extract(folder, tmp_path / "out", "--scheduler", "tcp://127.0.0.1:9")
    assert result.stderr.endswith(": no cluster answers there: pip install policygraph[scale]\n")


def _kill_at_the_word(data: bytes, name: str, slug: str, *given: object, **more: object) -> batch.Outcome:
    if b"kill" in data:
        os.kill(os.getpid(), signal.SIGKILL)
    return batch.Failure({"en": name})


def test_a_file_that_ends_its_process_does_not_stop_the_others(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(batch, "_work", _kill_at_the_word)
    given = tmp_path / "given"
    given.mkdir()
    for number in range(3):
        (given / f"{number}.txt").write_text("kill" if number == 1 else "一")
    found = batch.jobs(given)
    outcomes = batch.run(found, tmp_path / "out", paths.find(ROOT), extract.Gazetteer(), workers=2)
    assert [outcome.text("en") for _, outcome in outcomes if isinstance(outcome, batch.Failure)] == [
        f"{number}.txt" if number != 1 else "1.txt: the process that read it died" for number in range(3)
    ]


def test_a_draft_that_was_edited_is_not_written_over(folder: Path, tmp_path: Path) -> None:
    output = tmp_path / "out"
    (folder / "scan.pdf").unlink()
    _extract(folder, output, "--workers", "1")
    (output / "report.yaml").write_text("edited")
    again = _extract(folder, output, "--workers", "1", "--again")
    assert (again.exit_code, again.stdout, again.stderr) == (
        1,
        "2 drafted, 0 done before, 1 failed\n",
        "report.txt: report.yaml was edited since it was drafted: move it away to draft anew\n",
    )


def test_decisions_of_a_review_are_taken_again(folder: Path, tmp_path: Path) -> None:
    output = tmp_path / "out"
    (folder / "scan.pdf").unlink()
    _extract(folder, output, "--workers", "1")
    reviewed = review.Review(output / "qing-dan.yaml", paths.find(ROOT))
    statements = [item for item in reviewed.waiting(everything=True) if not item.is_label]
    reviewed.decide(review.Decision(statements[0].about, "accept"))
    reviewed.save()
    decided = (output / "qing-dan.yaml").read_bytes()
    again = _extract(folder, output, "--workers", "1", "--again")
    assert (again.exit_code, (output / "qing-dan.yaml").read_bytes()) == (0, decided)


def test_a_folder_needs_a_folder(folder: Path) -> None:
    asked = ["--root", str(ROOT), "extract", str(folder)]
    assert "say which with -o" in CliRunner().invoke(cli.main, asked).stderr
