"""Fuseki as the store: every competency question gets the answer that the local store gives."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import TYPE_CHECKING

import pyoxigraph as ox
import pytest
import stores

from policygraph import paths, queries
from server import Settings
from server.workers.jobs import Run
from server.workers.remote_pool import RemotePool

if TYPE_CHECKING:
    from collections.abc import Iterator

JAR = stores.fuseki_jar()
pytestmark = pytest.mark.skipif(
    JAR is None or shutil.which("java") is None, reason="2026-11-29: Fuseki comes from Maven; CI fetches it"
)
SERVICE = {query.name: query for query in queries.read_all(paths.find().queries / "service")}
#: Plans whose targets are compared.
PLANS = {"one": "plan:shenyang-three-year-action-2023", "other": "plan:shenyang-special-action-2022"}
QUERIES = [
    *queries.read_all(paths.find().queries / "competency"),
    *(query for name, query in SERVICE.items() if name.startswith("list-") or name == "count_check"),
    queries.bound(SERVICE["shared_indicators"], PLANS),
]


@pytest.fixture(scope="module")
def pool(shipped_build: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[RemotePool]:
    assert JAR
    with stores.fuseki(JAR, shipped_build / "policygraph.nq", tmp_path_factory.mktemp("fuseki")) as url:
        options = {"store_graphs": "listed", "store_timeout": "seconds"}
        made = RemotePool(Path(), Settings(store=url, workers=1, spares=0, memory=256, **options))  # type: ignore[arg-type]
        yield made
        made.close()


@pytest.mark.parametrize("query", QUERIES, ids=lambda query: query.name)
def test_a_question_has_the_same_answer(pool: RemotePool, shipped: ox.Store, query: queries.Query) -> None:
    """In the same order too: every one of them ends in an ORDER BY that settles it."""
    text = queries.with_values(query, queries.defaults(query))
    dataset = {"base": None, "default": None, "named": None, "has_from": False}
    bounds = {"seconds": 60.0, "rows": 10**6, "bytes": 10**9}
    answer = b"".join(Run(pool, {"do": "query", "text": text, "format": "json", **dataset, **bounds}, 5))
    solutions = ox.parse_query_results(answer, ox.QueryResultsFormat.JSON)
    assert isinstance(solutions, ox.QuerySolutions)
    expected = queries.run(query, shipped)
    assert [variable.value for variable in solutions.variables] == expected.variables
    assert [list(row) for row in solutions] == expected.rows
