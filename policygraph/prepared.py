"""A whole build in, answers that pages begin with out: made once and kept beside it, so that no request waits for them.

What a page counts over the whole graph (how many elements has each plan?) costs the more the larger the graph is, and
is the same for everybody. Queries of the service whose header says `kept: build`, and the questions that the home page
shows, are answered when a build is written; the service takes an answer from its file where the query is, to the last
character, the one that was asked. Without the file, as over a remote store, it asks.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import pyoxigraph as ox

from policygraph import queries, search_index, vocab

__all__ = ["FOLDER", "answer", "answer_of", "extended", "texts", "write"]

#: The folder of a build that holds the answers, each named by the hash of its query, in SPARQL JSON.
FOLDER = "answers"
_DIGITS = 24


def answer_of(folder: Path | None, text: str) -> bytes | None:
    """The answer to a query's text (SPARQL 1.1 Query Results JSON) as it was prepared; None where it was not."""
    path = folder / FOLDER / _name(text) if folder else None
    try:
        return path.read_bytes() if path else None
    except OSError:
        return None


def texts(service: Iterable[queries.Query], catalogue: Iterable[queries.Query], names: vocab.Names) -> list[str]:
    """The texts of what is answered: queries of the service, and questions of the home page with their defaults."""
    return [
        *(query.text for query in service if query.header.get("kept") == "build"),
        *(
            queries.with_values(query, queries.defaults(query, names))
            for query in catalogue
            if query.header.get("home", "").isdigit()
        ),
    ]


def write(answers: Mapping[str, bytes], index: search_index.Columns, folder: Path) -> list[str]:
    """Puts the answers to texts and the index of the search beside a build; the files written."""
    (folder / FOLDER).mkdir()
    for text, answered in answers.items():
        (folder / FOLDER / _name(text)).write_bytes(answered)
    search_index.write(index, folder)
    return [*search_index.FILES, *sorted(f"{FOLDER}/{_name(text)}" for text in answers)]


def _name(text: str) -> str:
    return f"{hashlib.sha256(text.encode()).hexdigest()[:_DIGITS]}.json"


def answer(store: ox.Store, text: str, names: vocab.Names) -> bytes:
    """The answer to a SELECT over the union of the graphs of a store, in SPARQL JSON."""
    solutions = queries.over_union(text, store, names)
    assert isinstance(solutions, ox.QuerySolutions)  # noqa: S101 - the question is a SELECT
    return solutions.serialize(format=ox.QueryResultsFormat.JSON) or b""


@contextmanager
def extended(store: ox.Store, extra: Iterable[ox.Quad]) -> Iterator[ox.Store]:
    """The store with further quads, until the block is left."""
    added = [quad for quad in extra if quad not in store]
    store.bulk_extend(added)
    try:
        yield store
    finally:
        for quad in added:
            store.remove(quad)
