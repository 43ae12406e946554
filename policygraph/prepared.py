"""A whole build in, answers that pages begin with out: made once and kept beside it, so that no request waits for them.

What a page counts over the whole graph (how many elements has each plan?) costs the more the larger the graph is, and
is the same for everybody. Queries of the service whose header says `kept: build`, and the questions that the home page
shows, are answered when a build is written; the service takes an answer from its file where the query is, to the last
character, the one that was asked. Without the file, as over a remote store, it asks.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pyoxigraph as ox

from policygraph import queries, search_index, vocab
from policygraph.casts import FUNCTIONS
from policygraph.corrections import corrected

__all__ = ["FOLDER", "answer_of", "write"]

#: The folder of a build that holds the answers, each named by the hash of its query, in SPARQL JSON.
FOLDER = "answers"
_DIGITS = 24
#: The queries that the index of the search is made of.
_INDEXED = (search_index.LABELS, search_index.FACTS)


def answer_of(folder: Path | None, text: str) -> bytes | None:
    """The answer to a query's text (SPARQL 1.1 Query Results JSON) as it was prepared; None where it was not."""
    path = folder / FOLDER / _name(text) if folder else None
    try:
        return path.read_bytes() if path else None
    except OSError:
        return None


def write(
    store: ox.Store,
    extra: Iterable[ox.Quad],
    folder: Path,
    *,
    service: Iterable[queries.Query],
    catalogue: Iterable[queries.Query],
    names: vocab.Names,
) -> list[str]:
    """Answers what is prepared over a store and further quads, which it has only meanwhile; the files written."""
    by_name = {query.name: query for query in service}
    texts = [query.text for query in by_name.values() if query.header.get("kept") == "build"]
    texts += [
        queries.with_values(query, queries.defaults(query, names))
        for query in catalogue
        if query.header.get("home", "").isdigit()
    ]
    (folder / FOLDER).mkdir()
    with _with(store, extra):
        for text in texts:
            (folder / FOLDER / _name(text)).write_bytes(_answer(store, text, names))
        labels, facts = (queries.run(by_name[name], store, names=names).rows for name in _INDEXED)
        search_index.write(search_index.of_store(labels, facts), folder)
    return [search_index.FILE, *sorted(f"{FOLDER}/{_name(text)}" for text in texts)]


def _name(text: str) -> str:
    return f"{hashlib.sha256(text.encode()).hexdigest()[:_DIGITS]}.json"


def _answer(store: ox.Store, text: str, names: vocab.Names) -> bytes:
    solutions = store.query(
        corrected(text),
        prefixes=dict(names.prefixes),
        use_default_graph_as_union=True,
        custom_functions=dict(FUNCTIONS),
    )
    assert isinstance(solutions, ox.QuerySolutions)  # noqa: S101 - the question is a SELECT
    return solutions.serialize(format=ox.QueryResultsFormat.JSON) or b""


@contextmanager
def _with(store: ox.Store, extra: Iterable[ox.Quad]) -> Iterator[None]:
    """The store with further quads, until the block is left."""
    added = [quad for quad in extra if quad not in store]
    store.bulk_extend(added)
    try:
        yield
    finally:
        for quad in added:
            store.remove(quad)
