"""A whole build in, answers that pages begin with out: made once and kept beside it, so that no request waits for them.

What a page counts over the whole graph (how many elements has each plan?) costs the more the larger the graph is, and
is the same for everybody. Queries of the service whose header says `kept: build`, and the questions that the home page
shows, are answered when a build is written; the service takes an answer from its file where the query is, to the last
character, the one that was asked. Without the file, as over a remote store, it asks.

    answer = answer_of(folder, text)        # None where it was not prepared
    answer.part(0, 12), answer.total        # a page needs some rows and how many there are
    answer.about(iri)                       # where the query orders by its first variable: the rows of one thing

An answer is a file of SPARQL TSV, with a line for each row, so that a part is had without reading all of it.
"""

from __future__ import annotations

import hashlib
import json
import mmap
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import chain, islice
from pathlib import Path

import pyoxigraph as ox

from policygraph import name_pairs, queries, search_index, vocab

__all__ = ["FOLDER", "FORM", "Prepared", "answer", "answer_of", "extended", "texts", "write"]

#: The folder of a build that holds the answers, each named by the hash of its query, and the format of these files.
FOLDER, FORM = "answers", ox.QueryResultsFormat.TSV
#: The file beside them that says how many rows each has, by its name.
_TOTALS = "rows.json"
_DIGITS = 24
_Graph = ox.NamedNode | ox.BlankNode | ox.DefaultGraph


@dataclass(frozen=True, slots=True)
class Prepared:
    """One answer: its file, and how many rows it has. Its parts are answers too, with the line that names variables."""

    path: Path
    total: int

    def whole(self) -> bytes:
        """Every row."""
        return self.path.read_bytes()

    def part(self, start: int, count: int) -> bytes:
        """So many rows from one on; fewer where it ends before."""
        with self.path.open("rb") as file:
            return file.readline() + b"".join(islice(file, start, start + count))

    def about(self, iri: str) -> bytes:
        """The rows whose first variable is an IRI, of an answer that is in the order of that."""
        wanted = iri.encode()
        with self.path.open("rb") as file:
            head = file.readline()
            if not self.total:
                return head
            with mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as lines:
                low, high = len(head), len(lines)
                while low < high:
                    start = _line_start(lines, (low + high) // 2, low)
                    if _key(lines, start) < wanted:
                        low = lines.find(b"\n", start) + 1
                    else:
                        high = start
                end = low
                while end < len(lines) and _key(lines, end) == wanted:
                    end = lines.find(b"\n", end) + 1
                return head + lines[low:end]


def _line_start(lines: mmap.mmap, place: int, low: int) -> int:
    """Where the line begins that a place stands in; lines from `low` on count."""
    return max(lines.rfind(b"\n", low, place) + 1, low)


def _key(lines: mmap.mmap, start: int) -> bytes:
    """The IRI with which a line begins; nothing where it is no IRI."""
    end = lines.find(b">", start)
    return lines[start + 1 : end] if lines[start : start + 1] == b"<" else b""


def answer_of(folder: Path | None, text: str) -> Prepared | None:
    """The answer to a query's text as it was prepared; None where it was not."""
    if folder is None:
        return None
    path = folder / FOLDER / _name(text)
    if not path.is_file():  # most queries are not
        return None
    try:
        totals = json.loads((path.parent / _TOTALS).read_bytes())
        return Prepared(path, totals[path.name])
    except (OSError, ValueError, KeyError, TypeError):
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


def write(
    answers: Mapping[str, bytes],
    index: search_index.Columns,
    folder: Path,
    pairs: name_pairs.Pairs | None = None,
) -> list[str]:
    """Puts the answers to texts and the index of the search beside a build; the files written.

    `pairs` are those of the labels of the index, where they are known.
    """
    (folder / FOLDER).mkdir()
    totals: dict[str, int] = {}
    for text, answered in answers.items():
        (folder / FOLDER / _name(text)).write_bytes(answered)
        totals[_name(text)] = answered.count(b"\n") - 1  # a line break within a term is written as `\n`
    (folder / FOLDER / _TOTALS).write_text(json.dumps(totals, indent=1, sort_keys=True) + "\n", encoding="ascii")
    search_index.write(index, folder, pairs)
    return [*search_index.FILES, *sorted(f"{FOLDER}/{name}" for name in (*totals, _TOTALS))]


def _name(text: str) -> str:
    return f"{hashlib.sha256(text.encode()).hexdigest()[:_DIGITS]}.tsv"


def answer(store: ox.Store, text: str, names: vocab.Names) -> bytes:
    """The answer to a SELECT over the union of the graphs of a store, as its file has it."""
    solutions = queries.over_union(text, store, names)
    assert isinstance(solutions, ox.QuerySolutions)  # noqa: S101 - the question is a SELECT
    return solutions.serialize(format=FORM) or b""


@contextmanager
def extended(store: ox.Store, extra: Iterable[ox.Quad]) -> Iterator[ox.Store]:
    """The store with further quads, until the block is left; most are in graphs that it does not have yet."""
    by_graph: dict[_Graph, list[ox.Quad]] = {}
    for quad in extra:
        by_graph.setdefault(quad.graph_name, []).append(quad)
    new = [graph for graph in by_graph if next(store.quads_for_pattern(None, None, None, graph), None) is None]
    added = [quad for graph, quads in by_graph.items() if graph not in new for quad in quads if quad not in store]
    store.bulk_extend(chain(added, *(by_graph[graph] for graph in new)))
    try:
        yield store
    finally:
        for graph in new:
            store.remove_graph(graph)
        for quad in added:
            store.remove(quad)
