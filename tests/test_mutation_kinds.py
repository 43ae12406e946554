"""Mistakes of a curator in the shipped records: which kinds are always told, and how many pass silently."""

from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks import mutations
from policygraph.findings import Severity

ROOT = Path(__file__).resolve().parents[1]
COUNT = 1000
#: The share of harmful mistakes that may pass without a warning or a violation; measured are 0.013 to 0.019, and with
#: those that only a second reading finds 0.08 to 0.093.
MOST = 0.02
MOST_WITH_JUDGEMENT = 0.10
#: Kinds of mistakes of which every one is a violation.
ALWAYS = {
    "id used twice",
    "invisible character in a label",
    "key misspelled",
    "label emptied",
    "reference to nothing",
    "unknown prefix",
}


@pytest.fixture(scope="module")
def tally(sources: Path) -> mutations.Tally:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("POLICYGRAPH_SOURCES", str(sources))
        return mutations.run(ROOT, COUNT, seed=1)


def test_some_kinds_are_always_told(tally: mutations.Tally) -> None:
    made = {kind.name: tally.made(kind) for kind in mutations.KINDS if kind.name in ALWAYS}
    assert {name: tally.counts[name, Severity.VIOLATION] for name in ALWAYS} == made
    assert all(number >= COUNT // len(mutations.KINDS) for number in made.values())


def test_no_more_harmful_mistakes_pass_than_are_known_to(tally: mutations.Tally) -> None:
    assert tally.share_of_harmful() <= MOST, mutations.table(tally)
    assert tally.share_of_harmful(with_judgement=True) <= MOST_WITH_JUDGEMENT, mutations.table(tally)


def test_a_change_that_passed_is_listed_with_its_file_and_thing() -> None:
    tally = mutations.Tally()
    kind = next(kind for kind in mutations.KINDS if kind.is_harmful)
    tally.add(mutations.Mistake(kind, "x.yaml", "x", frozenset({"x"}), "value: 1 -> 2", lambda: None))
    assert tally.silent_changes == [f"{kind.name}: x.yaml x: value: 1 -> 2"]
