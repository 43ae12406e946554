"""Writing to a real server: killed at any moment, it has lost nothing that was acknowledged and left nothing half."""

from __future__ import annotations

import itertools
import json
import os
import random
import shutil
import signal
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from http.client import HTTPException
from pathlib import Path

import pytest
from serving import ALICE, CROSS_PRODUCT, CURATORS, Live, children, live, meanwhile

from policygraph import build, vocab
from policygraph.build import edit

DOCUMENT, REFERENCE = vocab.document_graph("pioneer").value, vocab.GRAPH_REFERENCE.value
TASK, AREA = vocab.ID + "pioneer/g1-t1", vocab.ID + "area/pioneer"
#: How often the service is killed, and its writing process; more by hand.
KILLS = int(os.environ.get("POLICYGRAPH_KILLS", "1"))
CHANCE = random.SystemRandom()
OPTIONS = {"curators": ",".join(CURATORS), "workers": 2, "client_queries": 100, "client_errors": 1e6}

#: Gives two things in two graphs another label at once.
BOTH = f"""
DELETE {{ GRAPH ?g {{ ?s skos:prefLabel ?old }} }} INSERT {{ GRAPH ?g {{ ?s skos:prefLabel "%s"@en }} }}
WHERE {{ VALUES ?s {{ <{TASK}> <{AREA}> }} GRAPH ?g {{ ?s skos:prefLabel ?old }} FILTER (LANG(?old) = "en")
  FILTER (?g IN (<{DOCUMENT}>, <{REFERENCE}>)) }}
"""  # noqa: S608 - it is no SQL
LABELS = f"SELECT DISTINCT ?l {{ VALUES ?s {{ <{TASK}> <{AREA}> }} ?s skos:prefLabel ?l FILTER (LANG(?l) = 'en') }}"


@pytest.fixture
def own(curated: Path, tmp_path: Path) -> Path:
    shutil.copytree(curated, tmp_path / "copy", symlinks=True)
    return tmp_path / "copy" / "build"


def _send(server: Live, text: str, **headers: str) -> int:
    """The status of an update; 0 where there was no answer."""
    connection = server.connect()
    try:
        connection.request(
            "POST", "/sparql", text.encode(), {"Content-Type": "application/sparql-update", **ALICE, **headers}
        )
        return connection.getresponse().status
    except (OSError, HTTPException):
        return 0
    finally:
        connection.close()


def _labels(server: Live) -> list[str]:
    return server.ask(LABELS, format="csv")[2].decode().split()[1:]


def _journal(output: Path) -> list[dict[str, str]]:
    return [json.loads(line) for line in edit.journal_of(output).read_text(encoding="utf-8").splitlines()]


def _editors(server: Live) -> list[int]:
    """The process that writes and its children, the youngest last."""
    found = []
    for pid in children(server.process.pid):
        # it may have gone meanwhile
        with suppress(FileNotFoundError, ProcessLookupError):
            found += [pid] if "update_process" in Path(f"/proc/{pid}/cmdline").read_text(encoding="utf-8") else []
    return sorted(found)


def _loads(server: Live) -> int:
    """How often the service has taken up a build."""
    return server.errors.read_text().count("serving the build in")


def _check(output: Path, server: Live, before: str, sent: str, status: int) -> str:
    """That all of an update stands, or nothing of it, and all where it was acknowledged; the label that stands now."""
    (label,) = _labels(server)
    assert label in {before, sent}
    assert label == sent or status != 200
    if edit.journal_of(output).exists():
        edit.mend_journal(output)
        journal = _journal(output)
        assert [entry["number"] for entry in journal] == list(range(1, len(journal) + 1))
        assert journal[-1]["after"] == build.read_manifest(output)["snapshot"]
        assert all(one["after"] == other["before"] for one, other in itertools.pairwise(journal))
    return label


def test_a_service_that_is_killed_loses_no_update_and_leaves_no_half(own: Path) -> None:
    with live(own, **OPTIONS) as server:
        assert _send(server, BOTH % "start") == 200
    before, sent, status = "start", "start", 200
    for number in range(KILLS + 1):
        with live(own, **OPTIONS) as server, ThreadPoolExecutor(1) as curator:
            before = _check(own, server, before, sent, status)
            sent = f"label-{number}"
            asked = curator.submit(_send, server, BOTH % sent)
            time.sleep(CHANCE.uniform(0.0, 1.2))
            for pid in [server.process.pid, *_editors(server)] if number < KILLS else []:
                os.kill(pid, signal.SIGKILL)
            status = asked.result()
    assert status == 200


def test_a_writer_that_is_killed_is_one_update_less_and_the_next_is_made(own: Path) -> None:
    with live(own, **OPTIONS) as server, ThreadPoolExecutor(1) as curator:
        assert _send(server, BOTH % "start") == 200
        label = "start"
        for number in range(KILLS):
            sent = curator.submit(_send, server, BOTH % f"label-{number}")
            time.sleep(CHANCE.uniform(0.0, 0.8))
            os.kill(CHANCE.choice(_editors(server)), signal.SIGKILL)
            status = sent.result()
            assert status in (200, 500)
            # one that was written and not acknowledged is served as any new build is
            loads = _loads(server)
            server.process.send_signal(signal.SIGHUP)
            until = time.monotonic() + 30
            while _loads(server) == loads and time.monotonic() < until:
                time.sleep(0.02)
            label = _check(own, server, label, f"label-{number}", status)
        assert _send(server, BOTH % "end") == 200
        assert _labels(server) == ["end"]


def test_an_update_that_takes_too_long_is_ended_and_the_next_is_taken(own: Path) -> None:
    with live(own, **OPTIONS, update_deadline=1.0) as server:
        slow = f"INSERT {{ GRAPH <{DOCUMENT}> {{ <a:a> <b:b> ?n }} }} WHERE {{ {CROSS_PRODUCT} }}"
        assert [_send(server, slow), _send(server, "LOAD <a:a>"), len(_editors(server))] == [503, 400, 1]


def test_of_two_who_have_seen_the_same_one_wins(own: Path) -> None:
    """With If-Match the other is told; without it both are made, one after the other."""
    with live(own, **OPTIONS) as server, ThreadPoolExecutor(2) as curators:
        seen = server.ask("ASK {}")[1]["Policygraph-Snapshot"]
        sent = [curators.submit(_send, server, BOTH % name, **{"If-Match": f'"{seen}"'}) for name in ("a", "b")]
        assert sorted(each.result() for each in sent) == [200, 412]
        both = [curators.submit(_send, server, BOTH % name) for name in ("c", "d")]
        assert [each.result() for each in both] == [200, 200]
        assert [entry["number"] for entry in _journal(own)] == [1, 2, 3]


def test_readers_see_the_old_graph_or_the_new_and_writers_what_they_wrote(own: Path) -> None:
    """No request is dropped while builds are exchanged, and no token is in a log."""
    with live(own, **OPTIONS) as server:
        assert _send(server, BOTH % "start") == 200
        seen: set[tuple[int, int]] = set()

        def read() -> None:
            status, _, body = server.ask(LABELS, format="csv")
            seen.add((status, body.count(b"\n") - 1))

        with meanwhile(read, threads=3):
            for name in ("a", "b"):
                assert _send(server, BOTH % name) == 200
                assert _labels(server) == [name]
        assert seen == {(200, 1)}
        logs = server.log.read_text() + server.errors.read_text()
        assert ("secret" in logs, "prefLabel" in logs) == (False, False)
