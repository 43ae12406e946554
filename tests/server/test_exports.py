"""Exports as downloads of the service."""

from __future__ import annotations

import csv
import gzip
import io
import json
import os
import signal
import time
from contextlib import closing, suppress
from pathlib import Path
from typing import TYPE_CHECKING

import openpyxl
import pyoxigraph as ox
import pytest
from serving import children, own_children

from policygraph import build, export, paths, vocab
from policygraph.export import EXPORTS, Wanted
from server import Settings
from server.failures import RequestError
from server.workers.exporters import Scribes

if TYPE_CHECKING:
    from flask.testing import FlaskClient

PLAN = vocab.expand("plan:a")


@pytest.fixture(scope="module")
def opened(folder: Path) -> ox.Store:
    return build.open_build(folder)


@pytest.mark.parametrize(
    "name", ["graph.nq", "graph.jsonld", "plans.csv", "tables.xlsx", "hierarchy.graphml", "skos.ttl", "graph.jelly"]
)
def test_a_download_is_what_the_command_writes(client: FlaskClient, opened: ox.Store, name: str) -> None:
    response = client.get(f"/export/{name}?language=zh")
    line = EXPORTS[name]
    assert (response.status_code, response.mimetype) == (200, line.media_type)
    assert response.headers["Content-Disposition"] == f'attachment; filename="{name}"'
    assert response.data == export.run(name, opened, paths.find(), Wanted())


def test_a_plan_is_named_short_or_in_full_and_names_the_file(client: FlaskClient, opened: ox.Store) -> None:
    short = client.get("/export/graph.nt?plan=plan:a&inferred=0&evidence=0")
    full = client.get("/export/graph.nt", query_string={"plan": PLAN, "inferred": "0", "evidence": "0"})
    assert short.data == full.data == export.run("graph.nt", opened, paths.find(), Wanted(plan=PLAN))
    assert short.headers["Content-Disposition"] == 'attachment; filename="a-graph.nt"'
    assert b"/plan/a>" in short.data


def test_a_byte_order_mark_comes_when_wanted(client: FlaskClient) -> None:
    assert client.get("/export/plans.csv?bom=1").data[:3] == b"\xef\xbb\xbf"
    assert client.get("/export/plans.csv?bom=0").data[:3] == b"id,"


def test_what_a_client_holds_is_not_sent_again(client: FlaskClient) -> None:
    first = client.get("/export/plans.csv")
    again = client.get("/export/plans.csv", headers={"If-None-Match": first.headers["ETag"]})
    other = client.get("/export/plans.csv?evidence=0", headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.data, other.status_code) == (304, b"", 200)
    assert again.headers["Policygraph-Snapshot"] == first.headers["Policygraph-Snapshot"]
    packed = client.get("/export/graph.nq", headers={"Accept-Encoding": "gzip"})
    assert gzip.decompress(packed.data) == client.get("/export/graph.nq").data


def test_the_language_is_as_asked_and_one_address_is_one_file(client: FlaskClient) -> None:
    def sheets(query: str, accept: str) -> str:
        data = client.get(f"/export/tables.xlsx{query}", headers={"Accept-Language": accept}).data
        return openpyxl.load_workbook(io.BytesIO(data)).sheetnames[1]

    assert [sheets("", "zh-CN"), sheets("", "en"), sheets("?language=zh", "en")] == ["Plans", "Plans", "规划方案"]


def test_the_list_names_every_export_with_its_options(client: FlaskClient) -> None:
    found = {line["name"]: line for line in client.get("/export").json["exports"]}
    assert list(found) == list(EXPORTS)
    assert found["targets.csv"] == {
        "name": "targets.csv",
        "mediaType": "text/csv",
        "about": dict(EXPORTS["targets.csv"].about),
        "options": ["bom", "document", "evidence", "language", "only", "plan", "quotations"],
        "requires": [],
        "href": "http://localhost/export/targets.csv",
    }
    assert found["plan.jsonld"]["requires"] == ["plan"]


@pytest.mark.parametrize(
    ("path", "status", "kind", "detail"),
    [
        ("plans.cvs", 404, "no-export", "There is no export plans.cvs. The nearest is plans.csv; /export lists all."),
        ("plan.jsonld", 400, "parameter-missing", "`plan` must be given."),
        ("graph.ttl?plan=x&document=y", 400, "parameters-exclude", "Give `plan` or `document`, not both."),
        (
            "graph.ttl?plan=plan:none",
            404,
            "export-empty",
            "The graph holds nothing of that plan or document for graph.ttl.",
        ),
        ("graph.ttl?plan=a&plan=b", 400, "repeated", "`plan` is given 2 times; it may be given once."),
        ("plans.csv?bom=yes", 400, "bad-parameter", "`bom` cannot be “yes”; it must be 0 or 1."),
        (
            "plans.csv?plan=a b",
            400,
            "bad-parameter",
            "`plan` cannot be “a b”; it must be an IRI or a short name such as plan:x.",
        ),
        (
            "graph.ttl?bom=1",
            400,
            "unknown-parameter",
            "There is no parameter `bom`. The nearest is document; these are known: document, evidence, inferred, "
            "language, plan.",
        ),
    ],
)
def test_what_cannot_be_exported_is_a_problem(
    client: FlaskClient, path: str, status: int, kind: str, detail: str
) -> None:
    response = client.get(f"/export/{path}", headers={"Accept-Language": "en"})
    problem = response.json
    assert (response.status_code, problem["type"].rpartition("/")[2].rpartition("#")[2], problem["detail"]) == (
        status,
        kind,
        detail,
    )


@pytest.mark.parametrize("name", {line.media_type: line.name for line in EXPORTS.values()}.values())
def test_every_format_is_a_download(client: FlaskClient, name: str) -> None:
    query = "?plan=plan:a" if EXPORTS[name].needs else ""
    response = client.get(f"/export/{name}{query}")
    assert response.status_code == 200, response.data


def test_a_value_never_becomes_a_part_of_a_query(client: FlaskClient) -> None:
    evil = "https://example.org/> } DROP ALL #"
    assert client.get("/export/plans.csv", query_string={"plan": evil}).status_code == 400
    assert client.get("/export/plans.csv", query_string={"plan": "https://example.org/x"}).status_code == 404


def _answers(count: int, size: int = 1) -> list[bytes]:
    """So many rows for a table of plans, each with a label of so many letters."""
    columns = [column.name for column in export.questions(EXPORTS["plans.csv"], paths.find(), Wanted())[0].columns]
    row = "\t".join(["<https://example.org/x>", f'"{"x" * size}"', *[""] * (len(columns) - 2)])
    return [("\t".join(f"?{name}" for name in columns) + "\n" + (row + "\n") * count).encode()]


def test_a_writer_is_bounded_in_time_size_and_number() -> None:
    line = EXPORTS["plans.csv"]
    small = Scribes(Settings(answer_bytes=1000, exports=1, queue=0.01))
    with pytest.raises(RequestError) as caught:
        small.write(line, Wanted(), _answers(100), lambda: False)
    assert caught.value.kind == "answer-too-large"
    hurried = Scribes(Settings(deadline=0.05))
    with pytest.raises(RequestError) as caught:
        hurried.write(line, Wanted(), _answers(10), lambda: False)
    assert caught.value.kind == "timeout"
    with pytest.raises(RequestError) as caught:
        Scribes(Settings()).write(line, Wanted(), _answers(10), lambda: True)
    assert caught.value.kind == "gone"
    assert small._slots.acquire(timeout=0)
    with pytest.raises(RequestError) as caught:
        small.write(line, Wanted(), _answers(1), lambda: False)
    assert caught.value.kind == "busy"


def test_a_writer_that_wants_too_much_memory_is_one_failed_export() -> None:
    writing = Scribes(Settings(memory=16, deadline=60.0))
    with pytest.raises(RequestError) as caught:
        writing.write(EXPORTS["plans.csv"], Wanted(), _answers(40, 5_000_000), lambda: False)
    assert caught.value.kind == "memory"


def _zygotes() -> set[int]:
    """The processes that exports of this one come from, without what these have forked."""
    return {pid for pid in own_children(os.getpid()) if _is_zygote(pid)}


def _is_zygote(pid: int) -> bool:
    try:
        return b"task_zygote" in (command := Path(f"/proc/{pid}/cmdline").read_bytes()) and b"\0export\0" in command
    except OSError:  # it has ended meanwhile
        return False


def test_an_export_is_written_where_the_process_that_they_come_from_was_killed() -> None:
    others = _zygotes()
    with closing(Scribes(Settings())) as writing:
        first = writing.write(EXPORTS["plans.csv"], Wanted(), _answers(10), lambda: False)
        (zygote,) = _zygotes() - others
        os.kill(zygote, signal.SIGKILL)
        assert writing.write(EXPORTS["plans.csv"], Wanted(), _answers(10), lambda: False) == first
        assert len(_zygotes() - others) == 1
    assert _zygotes() == others


def test_an_export_is_written_where_that_process_is_killed_before_it_reads_the_order() -> None:
    others = _zygotes()
    looks = []
    with closing(Scribes(Settings())) as writing:
        first = writing.write(EXPORTS["plans.csv"], Wanted(), _answers(10), lambda: False)
        (zygote,) = _zygotes() - others
        os.kill(zygote, signal.SIGSTOP)

        def kill_once() -> bool:
            """Kills it at the first look, which comes once the order is sent; the client stays."""
            if not looks:
                os.kill(zygote, signal.SIGKILL)
            looks.append(True)
            return False

        assert writing.write(EXPORTS["plans.csv"], Wanted(), _answers(10), kill_once) == first
        assert (bool(looks), len(_zygotes() - others)) == (True, 1)


def test_an_export_whose_own_processes_are_all_killed_is_not_tried_again() -> None:
    others = _zygotes()
    killed = []

    def kill() -> bool:
        for watcher in [pid for zygote in _zygotes() - others for pid in own_children(zygote)]:
            killed.extend((watcher, *own_children(watcher)))
            for pid in (watcher, *own_children(watcher)):
                with suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)
        return False

    with closing(Scribes(Settings())) as writing:
        with pytest.raises(RequestError) as caught:
            writing.write(EXPORTS["plans.csv"], Wanted(), _answers(50_000), kill)
        assert (caught.value.kind, bool(killed)) == ("crash", True)


def test_an_export_whose_client_has_gone_is_killed() -> None:
    others = _zygotes()

    def leave() -> bool:
        """Goes once the export is at work, which is stopped so that it does not end by itself."""
        watchers = [pid for zygote in _zygotes() - others for pid in own_children(zygote)]
        at_work = [pid for watcher in watchers for pid in own_children(watcher)]
        for pid in at_work:
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGSTOP)
        return bool(at_work)

    with closing(Scribes(Settings())) as writing:
        with pytest.raises(RequestError) as caught:
            writing.write(EXPORTS["plans.csv"], Wanted(), _answers(50_000), leave)
        (zygote,) = _zygotes() - others
        until = time.monotonic() + 30
        while children(zygote) and time.monotonic() < until:
            time.sleep(0.01)
        assert (caught.value.kind, children(zygote)) == ("gone", [])


def test_a_large_table_goes_through_whole(client: FlaskClient) -> None:
    data = Scribes(Settings()).write(EXPORTS["plans.csv"], Wanted(), _answers(5000), lambda: False)
    assert len(list(csv.reader(io.StringIO(data.decode())))) == 5001
    assert json.loads(client.get("/export").data)
