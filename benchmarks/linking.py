"""Judged names and texts in, how well and how fast names are linked out: precision, recall, every miss, milliseconds.

    make bench            # or: python -m benchmarks.linking [--misses] [--texts FOLDER] [--targets FILE]

Two names of `benchmarks/names` are linked where each, read in its own context, resolves to the same thing. With
`--texts`, every `.txt` below a folder is read and its names are resolved: CPU time a document, and whether twice as
many documents take twice the time; then the folder is made a project, by `extract` and `link`, and the citations of
`benchmarks/names/plans.csv` are judged by whether those of one plan have one id. With `--targets` (lines of JSON:
file, start, end, and `same`, equal where two are one indicator), pairs of targets of these texts are judged by whether
they have one indicator.
"""

from __future__ import annotations

import argparse
import csv
import json
import re
import tempfile
import time
import warnings
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import combinations
from pathlib import Path

from click.testing import CliRunner

from policygraph import cli, extract
from policygraph.base import Tables
from policygraph.linking import Resolver
from policygraph.linking.areas import Areas
from policygraph.linking.bodies import Bodies
from policygraph.linking.decision import Decision, Scope
from policygraph.records.yaml import read as read_yaml

__all__ = ["Score", "citations", "context", "main", "score", "score_citations"]

_ROOT = Path(__file__).resolve().parents[1]
_FRAGMENT = re.compile(r"#char=(\d+),(\d+)")
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
            (result.wrong if linked else result.missed).append(
                {**pair, "means": f"{_summary(one)} | {_summary(other)}"}
            )
    return result


def _summary(decision: Decision) -> str:
    return f"{decision.identifier or '–'} ({decision.rule})"


def dimensions(folder: Path) -> dict[str, str]:
    """Unit -> its dimension, by the units of the base layer."""
    entries = read_yaml((folder / "units.yaml").read_bytes())
    return {entry["id"]: entry["dimension"] for entry in entries if "dimension" in entry}


def resolve_names(reading: extract.Reading, resolver: Resolver, units: Mapping[str, str]) -> int:
    """Resolves every name that a reading has; how many these are."""
    metadata, text = reading.metadata, reading.text
    issuers = [text[start:end] for start, end in metadata.issuers]
    own = resolver.own_area((metadata.title, metadata.plan), issuers, text, metadata.calendar.now)
    scope = Scope(own.identifier, metadata.calendar.now)
    names = len(resolver.areas.named_in(text, scope))
    for assignment in reading.assignments:
        resolver.body(assignment.agent.name, scope)
    for value in reading.statements.values:
        resolver.indicator(value.indicator, units.get(value.quantity.unit, "count"), value.kind, scope)
    for match in re.finditer(r"《([^《》]{4,80})》", text):
        resolver.plan(match[1], scope)
        names += 1
    return names + len(reading.assignments) + len(reading.statements.values)


def milliseconds(readings: Sequence[extract.Reading], tables: Tables, units: Mapping[str, str]) -> float:
    """CPU time that linking takes a document, with a resolver that has seen none of them."""
    resolver = Resolver.of(tables)
    begin = time.process_time()
    for reading in readings:
        resolve_names(reading, resolver, units)
    return (time.process_time() - begin) * 1000 / max(1, len(readings))


def score_targets(
    targets: Iterable[Mapping[str, str]],
    texts: Mapping[str, extract.Reading],
    resolver: Resolver,
    units: Mapping[str, str],
) -> Score:
    """How many pairs of targets that are one indicator have one id."""
    meanings = []
    for row in targets:
        reading = texts.get(row["file"])
        values = reading.statements.values if reading else ()
        value = next((each for each in values if each.start < int(row["end"]) and each.end > int(row["start"])), None)
        if row["same"]:
            dimension = units.get(value.quantity.unit, "count") if value else ""
            name = resolver.indicator(value.indicator, dimension, value.kind, Scope()) if value else None
            meanings.append((row, name.identifier if name else ""))
    result = Score()
    for (one, meaning), (other, other_meaning) in combinations(meanings, 2):
        same, linked = one["same"] == other["same"], meaning == other_meaning != ""
        pair = {"a": one["clause"], "a_context": one["area"], "b": other["clause"], "b_context": other["area"]}
        result.judged += 1
        result.right += linked and same
        if linked != same:
            (result.wrong if linked else result.missed).append({**pair, "means": f"{meaning} | {other_meaning}"})
    return result


def citations(folder: Path) -> dict[str, list[tuple[int, int, str]]]:
    """The plans that texts cite, as a project of them all says after `extract` and `link`: document -> places and ids.

    A document's own plan is named in its record's `plans`; the others under `mentions`, with their places.
    """
    with tempfile.TemporaryDirectory() as root:
        project = Path(root) / "project"
        runner = CliRunner()
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", ResourceWarning)
            runner.invoke(cli.main, ["init", str(project), "--base", "https://example.org/citations/"])
            records = project / "data" / "records"
            for arguments in (["extract", str(folder), "-o", str(records), "--workers", "1"], ["link"]):
                runner.invoke(cli.main, ["--root", str(project), *arguments])
        cited: dict[str, list[tuple[int, int, str]]] = {}
        for path in sorted(records.glob("*.yaml")):
            for thing in read_yaml(path.read_bytes()).get("mentions", ()):
                for match in map(_FRAGMENT.fullmatch, thing["evidence"]):
                    if match and thing["id"].startswith("plan:"):
                        cited.setdefault(path.stem, []).append((int(match[1]), int(match[2]), thing["id"]))
        return cited


def score_citations(
    judged: Iterable[Mapping[str, str]], cited: Mapping[str, Sequence[tuple[int, int, str]]]
) -> tuple[Score, list[Mapping[str, str]]]:
    """How many pairs of citations of different documents that are of one plan have one id; and those not read at all.

    A document that is a plan (`document:SLUG`) is one of its citations, in its own record.
    """
    meanings: list[tuple[Mapping[str, str], str]] = []
    unread: list[tuple[Mapping[str, str], str]] = []
    for row in judged:
        slug, own = row["document"], row["plan"] == f"document:{row['document']}"
        places = cited.get(slug, ())
        meaning = next((name for start, end, name in places if start < int(row["end"]) and end > int(row["start"])), "")
        if own:  # the document's own plan is no mention
            meaning = meaning or f"plan:{slug}"
        (meanings if meaning else unread).append((row, meaning))
    result = Score()
    for (one, meaning), (other, other_meaning) in combinations(meanings, 2):
        if one["document"] == other["document"]:
            continue
        same, linked = one["plan"] == other["plan"], meaning == other_meaning
        pair = {
            "a": one["printed"],
            "a_context": one["document"],
            "b": other["printed"],
            "b_context": other["document"],
        }
        result.judged += 1
        result.right += linked and same
        if linked != same:
            (result.wrong if linked else result.missed).append({**pair, "means": f"{meaning} | {other_meaning}"})
    return result, [row for row, _ in unread]


def _print(kind: str, result: Score, note: str, *, misses: bool) -> None:
    print(f"{kind}: {result.judged} pairs, precision {result.precision:.3f}, recall {result.recall:.3f}{note}")
    for title, pairs in (("wrongly linked", result.wrong), ("not linked", result.missed)):
        for pair in pairs if misses else ():
            print(f"  {title}: {pair['a']} ({pair['a_context']}) / {pair['b']} ({pair['b_context']}) {pair['means']}")


def main() -> None:
    """Print precision, recall and time of names, and of texts where a folder of them is given."""
    parser = argparse.ArgumentParser(description="How well and how fast names are linked.")
    parser.add_argument("--base", type=Path, default=_ROOT / "data" / "base")
    parser.add_argument("--names", type=Path, default=_ROOT / "benchmarks" / "names")
    parser.add_argument("--texts", type=Path, help="Folder of texts to be read.")
    parser.add_argument("--targets", type=Path, help="Lines of JSON: targets of these texts.")
    parser.add_argument("--misses", action="store_true", help="List every pair that is judged otherwise.")
    options = parser.parse_args()
    tables = Tables(options.base, options.base)
    resolver = Resolver.of(tables)
    for kind in ("areas", "bodies"):
        begin = time.process_time()
        result = score(kind, rows(options.names / f"{kind}.csv"), resolver.areas, resolver.bodies)
        spent = (time.process_time() - begin) * 1000 / max(1, 2 * result.judged)
        _print(kind, result, f", {spent:.2f} ms a name", misses=options.misses)
    if options.texts:
        _texts(options.texts, options.targets, tables, misses=options.misses)
        judged = rows(options.names / "plans.csv")
        result, unread = score_citations(judged, citations(options.texts))
        _print("plans cited", result, f", {len(judged) - len(unread)} of {len(judged)} read", misses=options.misses)
        for row in unread if options.misses else ():
            print(f"  not read: {row['printed']} ({row['document']})")


def _texts(folder: Path, targets: Path | None, tables: Tables, *, misses: bool) -> None:
    gazetteer, units = extract.Gazetteer(), dimensions(tables.folder)
    readings = {path.name: extract.read(path.read_text("utf-8"), gazetteer) for path in sorted(folder.rglob("*.txt"))}
    documents = list(readings.values())
    spent = [milliseconds(documents * times, tables, units) for times in (1, 12, 24)]
    for times, each in zip((1, 12, 24), spent, strict=True):
        print(f"{len(documents) * times} texts: {each:.1f} ms CPU a document")
    if targets:
        lines = [json.loads(line) for line in targets.read_text("utf-8").splitlines()]
        _print("targets", score_targets(lines, readings, Resolver.of(tables), units), "", misses=misses)


if __name__ == "__main__":
    main()
