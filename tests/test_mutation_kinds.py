"""Mistakes of a curator in the shipped records: which kinds are always told, and how many pass silently."""

from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks import mutations
from policygraph.findings import Severity

ROOT = Path(__file__).resolve().parents[1]
#: The share of harmful mistakes that passes without a warning or a violation; the goal is 0.02.
KNOWN = 0.2
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
        return mutations.run(ROOT, 240, seed=1)


def test_some_kinds_are_always_told(tally: mutations.Tally) -> None:
    kinds = [kind for kind in mutations.KINDS if kind.name in ALWAYS]
    told = {kind.name: tally.counts[kind.name, Severity.VIOLATION] for kind in kinds}
    assert told == dict.fromkeys(ALWAYS, 240 // len(mutations.KINDS))


def test_a_note_is_no_mistake(tally: mutations.Tally) -> None:
    assert tally.counts["note added", None] == 240 // len(mutations.KINDS)


def test_no_more_harmful_mistakes_pass_than_are_known_to(tally: mutations.Tally) -> None:
    assert tally.share_of_harmful() < KNOWN, mutations.table(tally)
