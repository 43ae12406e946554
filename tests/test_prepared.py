"""A prepared answer gives parts of itself, and what it says of one thing, without being read whole."""

from __future__ import annotations

from pathlib import Path

import pyoxigraph as ox
import pytest
from hypothesis import given
from hypothesis import strategies as st

from policygraph import paths, prepared, queries, search_index
from policygraph.build import kept_rows
from policygraph.queries import received

ROOT = Path(__file__).resolve().parents[1]
HEAD = b"?thing\t?number\n"
INDEX = search_index.collect([], [])


def _rows(answered: bytes) -> list[tuple[str, str]]:
    return [(thing.value, number.value) for thing, number in received(answered, prepared.FORM).rows if thing and number]


def _written(folder: Path, numbers: list[tuple[str, int]]) -> prepared.Prepared:
    lines = b"".join(f"<urn:{thing}>\t{number}\n".encode() for thing, number in numbers)
    prepared.write({"SELECT": HEAD + lines}, INDEX, folder)
    answer = prepared.answer_of(folder, "SELECT")
    assert answer is not None
    return answer


def test_parts_are_so_many_rows_from_one_on(tmp_path: Path) -> None:
    answer = _written(tmp_path, [("a", 1), ("a", 2), ("b", 3)])
    assert (answer.total, _rows(answer.whole())) == (3, [("urn:a", "1"), ("urn:a", "2"), ("urn:b", "3")])
    assert [_rows(answer.part(*place)) for place in ((0, 2), (2, 5), (3, 1), (0, 0))] == [
        [("urn:a", "1"), ("urn:a", "2")],
        [("urn:b", "3")],
        [],
        [],
    ]


def test_a_line_break_within_a_term_is_no_row(tmp_path: Path) -> None:
    text = "SELECT ?text { VALUES ?text { 'one\\ntwo' 'three' } }"
    prepared.write({text: prepared.answer(ox.Store(), text, prepared.vocab.SHARED)}, INDEX, tmp_path)
    answer = prepared.answer_of(tmp_path, text)
    assert answer is not None
    part = received(answer.part(0, 1), prepared.FORM)
    assert (answer.total, [row[0].value for row in part.rows if row[0]]) == (2, ["one\ntwo"])


@given(
    st.lists(st.tuples(st.text("ab/-.~é", min_size=0, max_size=4), st.integers(0, 9)), max_size=12),
    st.text("ab/-.~é", max_size=4),
)
def test_what_is_said_of_one_thing_is_what_the_whole_says(
    tmp_path_factory: pytest.TempPathFactory, numbers: list[tuple[str, int]], wanted: str
) -> None:
    ordered = sorted(numbers, key=lambda each: each[0].encode())
    answer = _written(tmp_path_factory.mktemp("build"), ordered)
    assert _rows(answer.about(f"urn:{wanted}")) == [
        (f"urn:{thing}", str(number)) for thing, number in ordered if thing == wanted
    ]


@pytest.mark.parametrize("content", [None, b"", b"[]", b'{"other.tsv": 1}'])
def test_without_the_number_of_rows_there_is_no_answer(tmp_path: Path, content: bytes | None) -> None:
    _written(tmp_path, [("a", 1)])
    totals = tmp_path / prepared.FOLDER / "rows.json"
    totals.unlink() if content is None else totals.write_bytes(content)
    assert prepared.answer_of(tmp_path, "SELECT") is None


def test_each_query_reads_a_part_of_the_graph_that_can_be_told() -> None:
    """One of any predicate would have the whole graph loaded for it, in each build anew."""
    folders = paths.find(ROOT)
    service = queries.read_all(*folders.queries_of("service"))
    catalogue = queries.read_all(*folders.queries_of("competency"))
    answered = [queries.Query("", {}, (), text) for text in prepared.texts(service, catalogue, folders.names)]
    assert len(answered) > 20
    assert [query.text for query in answered if kept_rows.reads(query, folders.names) is None] == []
