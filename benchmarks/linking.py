"""Judged pairs of names in, how well names are linked out: precision, recall and every miss; and the time it takes.

    python -m benchmarks.linking [--base FOLDER] [--names FOLDER] [--misses]

Two names are linked where each, read in its own context, resolves to the same thing. `--base` is the folder of the
tables (`data/base`), `--names` that of the pairs (`benchmarks/names`).
"""

from __future__ import annotations

import argparse
import csv
import re
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from policygraph.linking.areas import Areas
from policygraph.linking.bodies import Bodies
from policygraph.linking.decision import Decision, Scope

__all__ = ["Score", "context", "main", "score"]

_ROOT = Path(__file__).resolve().parents[1]
_YEAR = re.compile(r"\s*((?:19|20)\d\d)年?$")


@dataclass
class Score:
    """Pairs rightly linked, wrongly linked and wrongly not linked, with the rows of the last two."""

    right: int = 0
    judged: int = 0
    wrong: list[Mapping[str, str]] = field(default_factory=list)
    missed: list[Mapping[str, str]] = field(default_factory=list)

    @property
    def precision(self) -> float:
        return self.right / max(1, self.right + len(self.wrong))

    @property
    def recall(self) -> float:
        return self.right / max(1, self.right + len(self.missed))


def rows(path: Path) -> list[dict[str, str]]:
    """The rows of a table."""
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def context(words: str, areas: Areas) -> Scope:
    """The scope of a document whose area is given from the province down, with a year behind it."""
    match = _YEAR.search(words)
    year = int(match[1]) if match else None
    name = words[: match.start()] if match else words
    if not name:
        return Scope("", year)
    return Scope(areas.resolve("全国" if name == "国家" else name.strip(), Scope("", year)).identifier, year)


def score(kind: str, pairs: Iterable[Mapping[str, str]], areas: Areas, bodies: Bodies) -> Score:
    """How many pairs of names of a kind (`areas`, `bodies`) are judged as a reader did."""
    result = Score()
    resolve = areas.resolve if kind == "areas" else bodies.resolve
    for pair in pairs:
        one, other = (resolve(pair[side], context(pair[f"{side}_context"], areas)) for side in "ab")
        linked = bool(one.identifier) and one.identifier == other.identifier
        same = pair["same"] == "yes"
        result.judged += 1
        result.right += linked and same
        if linked != same:
            (result.wrong if linked else result.missed).append({**pair, "means": f"{_told(one)} | {_told(other)}"})
    return result


def _told(decision: Decision) -> str:
    return f"{decision.identifier or '–'} ({decision.rule})"


def main() -> None:
    """Print precision, recall and time of both kinds of names."""
    parser = argparse.ArgumentParser(description="How well names are linked.")
    parser.add_argument("--base", type=Path, default=_ROOT / "data" / "base")
    parser.add_argument("--names", type=Path, default=_ROOT / "benchmarks" / "names")
    parser.add_argument("--misses", action="store_true", help="List every pair that is judged otherwise.")
    options = parser.parse_args()
    areas = Areas.of_tables(rows(options.base / "areas.csv"), rows(options.base / "zones.csv"))
    bodies = Bodies.of_table(rows(options.base / "bodies.csv"), areas)
    for kind in ("areas", "bodies"):
        begin = time.process_time()
        result = score(kind, rows(options.names / f"{kind}.csv"), areas, bodies)
        spent = (time.process_time() - begin) * 1000 / max(1, 2 * result.judged)
        print(
            f"{kind}: {result.judged} pairs, precision {result.precision:.3f}, recall {result.recall:.3f}, "
            f"{spent:.2f} ms a name"
        )
        for title, pairs in (("wrongly linked", result.wrong), ("not linked", result.missed)):
            for pair in pairs if options.misses else ():
                print(
                    f"  {title}: {pair['a']} ({pair['a_context']}) / {pair['b']} ({pair['b_context']}) {pair['means']}"
                )


if __name__ == "__main__":
    main()
