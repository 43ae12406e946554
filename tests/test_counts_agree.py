"""All pages count alike: documents, plans, and a plan's elements and targets are the same wherever they are told."""

from __future__ import annotations

from pathlib import Path

import pyoxigraph as ox
import pytest

from policygraph import prepared, queries, search_index, vocab

SERVICE = Path(__file__).resolve().parents[1] / "queries" / "service"


def _rows(store: ox.Store, name: str) -> list[dict[str, str]]:
    """The answer to one of the service's questions, as text."""
    answer = queries.run(queries.read(SERVICE / f"{name}.rq"), store)
    return [
        {name: term.value for name, term in zip(answer.variables, row, strict=True) if term is not None}
        for row in answer.rows
    ]


@pytest.fixture(scope="module")
def columns(shipped: ox.Store) -> search_index.Columns:
    labels, facts = (
        queries.run(queries.read(SERVICE / f"{name}.rq"), shipped).rows
        for name in (search_index.LABELS, search_index.FACTS)
    )
    return search_index.of_store(labels, facts)


def test_home_lists_and_index_hold_as_many_things(shipped: ox.Store, columns: search_index.Columns) -> None:
    home = {row["class"].rpartition("#")[2]: int(row["number"]) for row in _rows(shipped, "home-counts")}
    for name, kind in search_index.LISTS.items():
        listed = {row["item"] for row in _rows(shipped, f"list-{name}")}
        things = columns.things.splitlines()
        assert {things[number] for number in columns.lists[name]} == listed
        assert home[kind.rpartition("#")[2]] == len(listed)


def test_five_documents_have_elements(shipped: ox.Store) -> None:
    read = [row for row in _rows(shipped, "list-documents") if int(row.get("elements", 0))]
    texts = {row["document"] for row in _rows(shipped, "texts")}
    assert len(read) == 5
    assert {row["item"] for row in read} <= texts


def test_a_plan_has_the_same_elements_and_targets_everywhere(shipped: ox.Store) -> None:
    listed = {row["item"]: (row.get("elements", "0"), row.get("targets", "0")) for row in _rows(shipped, "list-plans")}
    hierarchies = {row["plan"]: (row["elements"], row["targets"]) for row in _rows(shipped, "hierarchies")}
    assert len(hierarchies) > 5
    assert hierarchies == {plan: counts for plan, counts in listed.items() if counts[0] != "0"}
    home = {row["plan"]: row["elements"] for row in _rows(shipped, "home-plans")}
    assert home == {plan: listed[plan][0] for plan in home}
    summary = queries.run(queries.read(SERVICE.parent / "summary" / "plans.rq"), shipped)
    places = [summary.variables.index(name) for name in ("elements", "targets")]
    summarised = [tuple(str(getattr(row[place], "value", "")) for place in places) for row in summary.rows]
    assert sorted(summarised) == sorted(hierarchies.values())


def test_a_count_tells_in_what_kind_of_document_it_is_printed(shipped: ox.Store) -> None:
    """Which tells an excerpt, that may list less than its plan, from a plan that contradicts itself."""
    kinds = {
        (row["claim"].split("/")[-2], row["printedIn"].rpartition("/")[2]) for row in _rows(shipped, "count_check")
    }
    assert kinds == {
        ("one-centre-2022", "special-report"),
        ("shenhe-2022", "newspaper-page"),
        ("special-action-2022", "newspaper-page"),
        ("three-year-plan-2023", "plan-digest"),
    }


def test_an_answer_is_prepared_for_each_query_that_says_so(shipped_build: Path) -> None:
    kept = [query for query in queries.read_all(SERVICE) if query.header.get("kept") == "build"]
    missing = [query.name for query in kept if prepared.answer_of(shipped_build, query.text) is None]
    assert (len(kept) > 15, missing) == (True, [])
    assert prepared.answer_of(shipped_build, "SELECT * { }") is None
    assert prepared.answer_of(None, kept[0].text) is None
    assert vocab.expand("plan:shenyang-three-year-action-2023") in search_index.read(shipped_build).things
