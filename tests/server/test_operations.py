"""What those who run the service are told."""

from __future__ import annotations

import json
import logging
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import serving

from server.service.journal import digest

if TYPE_CHECKING:
    import pytest
    from flask.testing import FlaskClient


def test_the_service_is_alive_and_ready(client: FlaskClient) -> None:
    assert [client.get(path).text for path in ("/healthz", "/readyz")] == ["ok\n", "ready\n"]


def test_counters_are_open_to_their_networks_only(client: FlaskClient) -> None:
    client.get("/sparql?query=ASK%7B%7D")
    near = client.get("/metrics")
    far = client.get("/metrics", environ_base={"REMOTE_ADDR": "192.0.2.1"})
    names = {line.split()[2] for line in near.text.splitlines() if line.startswith("# TYPE")}
    assert names >= {
        "policygraph_queries_total",
        "policygraph_query_seconds",
        "policygraph_answer_bytes_total",
        "policygraph_workers_idle",
        "policygraph_cache_bytes",
    }
    assert far.status_code == 403


def test_every_query_is_one_line(client: FlaskClient, caplog: pytest.LogCaptureFixture) -> None:
    query = serving.TASKS + " # one line"
    with caplog.at_level(logging.INFO, "policygraph.query"):
        first = client.get("/sparql", query_string={"query": query, "format": "tsv"})
        client.get("/sparql", query_string={"query": query, "format": "tsv"})
        client.get("/sparql", query_string={"query": "SELECT"})
    lines = [json.loads(record.message) for record in caplog.records]
    snapshot = first.headers["Policygraph-Snapshot"]
    same = {"query": digest(serving.TASKS), "form": "SELECT", "format": "tsv", "snapshot": snapshot}
    assert [line.pop("ms") < 5000 for line in lines] == [True] * 3
    assert all(datetime.fromisoformat(line.pop("time")) <= datetime.now(UTC) for line in lines)
    assert lines == [
        {**same, "outcome": "ok", "rows": 2, "bytes": len(first.data)},
        {**same, "outcome": "cached", "rows": 2, "bytes": len(first.data)},
        {
            "query": digest("SELECT"),
            "form": "SELECT",
            "format": "json",
            "snapshot": snapshot,
            "outcome": "syntax",
            "rows": 0,
            "bytes": 0,
        },
    ]
