"""Weights of the features of confidence, fitted on gold; how well they are calibrated, each document left out in turn.

    python -m benchmarks.confidence --gold GOLD --texts TEXTS [--sources SOURCES] [--judged JUDGED] [--write]

GOLD has NAME.gold.jsonl, TEXTS NAME.txt; SOURCES are the texts of the project's own records, which are gold too. JUDGED
has NAME.judged.jsonl with NAME.txt beside it: statements of a draft that a reader judged, each a row of
what it says (`says`), where its evidence starts and ends, and whether it is `right`.
Logistic regression with a ridge, by gradient descent: a few hundred statements, some twenty features, no library.
"""

from __future__ import annotations

import csv
import json
import math
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any, NamedTuple

import click

from policygraph import extract, paths
from policygraph.extract import confidence, evaluate
from policygraph.records.yaml import read as read_yaml

_TABLE = Path(confidence.__file__).with_suffix(".csv")
_STEPS, _RATE = 400, 0.5
#: How firmly the weights of a class are drawn to what is expected; chosen by the error of calibration, left out.
_RIDGE = {"number": 5.0, "element": 1.0, "role": 6.0, "count": 0.5}
#: Classes of which gold has too few errors to say how often they are right without any feature: drawn to 95 %.
_BASE, _BASE_RIDGE = 3.0, {"role": 4.0, "plan": 12.0}
#: Below which those are flagged: a share of them would be flagged by chance.
_FEW_ERRORS = 0.75
#: The share of the statements of a class that may be flagged.
_FLAGGED = 0.25


class Example(NamedTuple):
    """A statement of a draft: its document, class, features, and whether gold agrees."""

    document: str
    kind: str
    features: frozenset[str]
    right: bool


def examples(name: str, draft: extract.Draft, text: str, gold: dict[str, Any]) -> Iterator[Example]:
    """The statements of a draft, each judged right or wrong by gold."""
    record = read_yaml(extract.as_yaml(draft).encode())
    names = {entry["id"]: entry["label"]["zh"] for entry in draft.reference}
    right = evaluate.judged(record, gold, text)
    for case, entry in confidence.cases(record, text, names):
        if id(entry) in right:
            yield Example(name, case.kind, confidence.features_of(case), right[id(entry)])


#: What a judged statement says: where one of these differs the judgement is of another reading.
_SAYS = ("value", "deadline", "year", "role", "declared")


def says(section: str, entry: Mapping[str, Any]) -> str:
    """What a statement says, in one line, by which a judgement is found again."""
    return " ".join([section, *(str(entry[key]) for key in _SAYS if key in entry)])


def judged_examples(folder: Path) -> Iterator[Example]:
    """The statements of drafts that a reader judged, as far as the drafts still have them."""
    gazetteer = extract.read_gazetteer(paths.find())
    for path in sorted(folder.glob("*.judged.jsonl")):
        name = path.name.removesuffix(".judged.jsonl")
        text = (folder / f"{name}.txt").read_bytes().decode()
        rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line]
        verdicts = {(row["says"], row["start"], row["end"]): bool(row["right"]) for row in rows}
        draft = extract.extract(text, name, gazetteer)
        record = read_yaml(extract.as_yaml(draft).encode())
        names = {entry["id"]: entry["label"]["zh"] for entry in draft.reference}
        for case, entry in confidence.cases(record, text, names):
            start, end = _FRAGMENT.findall(str(entry.get("evidence")))[0]
            verdict = verdicts.get((says(case.section, entry), int(start), int(end)))
            if verdict is not None:
                yield Example(name, case.kind, confidence.features_of(case), verdict)


_FRAGMENT = re.compile(r"#char=(\d+),(\d+)")


def _drafts(gold: Path, texts: Path, sources: Path | None) -> Iterator[tuple[str, extract.Draft, str, dict[str, Any]]]:
    folders = paths.find()
    for path in sorted(gold.glob("*.gold.jsonl")):
        name = path.name.removesuffix(".gold.jsonl")
        text = (texts / f"{name}.txt").read_bytes().decode()
        yield name, extract.extract(text, name, extract.read_gazetteer(folders)), text, evaluate.read_record(path)
    for path in sorted((folders.data / "records").glob("*.yaml")) if sources else ():
        entries = read_yaml((folders.data / "sources.yaml").read_bytes())
        file_name = next(entry["fileName"] for entry in entries if entry["textOf"] == f"document:{path.stem}")
        text = ((sources or path) / file_name).read_bytes().decode()
        gazetteer = extract.read_gazetteer(folders, (path.name,))
        yield path.stem, extract.extract(text, path.stem, gazetteer), text, evaluate.read_record(path)


#: What a reader of such documents would expect before any gold: the weights are drawn to these, and not to nothing.
_EXPECTED = {
    "year of the plan": -0.85,
    "no year": -0.85,
    "year of a heading": -0.26,
    "name of the sentence": -0.59,
    "name of the heading": -1.7,
    "odd name": -0.85,
    "words that report": -0.85,
    "small count": -0.85,
    "loose line": -1.27,
    "press": -0.42,
    "press without a year": -1.7,
    "press without a number": -1.27,
    "number in label": -0.85,
    "short line": -0.59,
    "worded": -0.85,
    "long label": -1.27,
    "without a number": -0.42,
    "long words": -0.59,
    "said in a sentence": -0.85,
    "a duty": -1.7,
    "bracket": -0.42,
    "open set": -0.42,
    "nobody named": -3.0,
    "no unit": -1.27,
    "told by a list": -0.42,
    "in a heading": -0.42,
    "projects": -0.85,
    "area of the sentence": -1.7,
    "no class of its own": -0.26,
    "no title": -0.42,
    "quoted": -0.42,
    "a slogan": -0.85,
    "strategy": -0.42,
}


def fit(rows: Sequence[Example], features: Sequence[str]) -> dict[str, float]:
    """The weights of the features of rows of one class; `base` is that of all."""
    total = len(rows)
    names = ["base", *features]
    weights = {name: _EXPECTED.get(name, 0.0) for name in names}
    right = sum(row.right for row in rows)
    weights["base"] = math.log((right + 1) / (total - right + 1)) + 1
    kind = rows[0].kind
    step = max(total / 4, 2 * _ridge(kind))  # so that a few rows under a strong ridge do not swing
    for _ in range(_STEPS):
        slopes = dict.fromkeys(names, 0.0)
        for row in rows:
            active = ["base", *(feature for feature in names[1:] if feature in row.features)]
            error = row.right - 1 / (1 + math.exp(-sum(weights[feature] for feature in active)))
            for feature in active:
                slopes[feature] += error
        for feature in names:
            expected = _BASE if feature == "base" else _EXPECTED.get(feature, 0.0)
            ridge = (_ridge(kind) if feature != "base" else _BASE_RIDGE.get(kind, 0.0)) * (weights[feature] - expected)
            weights[feature] += _RATE * (slopes[feature] - ridge) / step
    return weights


def _ridge(kind: str) -> float:
    return _RIDGE.get(kind, 2.0)


def common(rows: Sequence[Example]) -> list[str]:
    """The features that enough of the rows have."""
    numbers = Counter(feature for row in rows for feature in row.features)
    return sorted(feature for feature, number in numbers.items() if number >= _LEAST)


_LEAST = 3


def predicted(weights: dict[str, float], row: Example) -> float:
    """How likely a row is right."""
    return confidence.Weights(weights["base"], 0, weights).probability(row.features)


def left_out(rows: Sequence[Example]) -> list[tuple[float, Example]]:
    """The prediction of each row by weights that its own document did not take part in."""
    predictions: list[tuple[float, Example]] = []
    features = common(rows)
    for document in sorted({row.document for row in rows}):
        weights = fit([row for row in rows if row.document != document], features)
        predictions += ((predicted(weights, row), row) for row in rows if row.document == document)
    return predictions


def threshold(predictions: Sequence[tuple[float, Example]]) -> float:
    """The confidence below which no more than a quarter of the rows lie."""
    values = sorted(value for value, _ in predictions)
    return round(values[int(len(values) * _FLAGGED)] - 0.001, 3)


@click.command()
@click.option("--gold", required=True, type=click.Path(path_type=Path, exists=True, file_okay=False))
@click.option("--texts", required=True, type=click.Path(path_type=Path, exists=True, file_okay=False))
@click.option("--sources", type=click.Path(path_type=Path, exists=True, file_okay=False))
@click.option("--judged", type=click.Path(path_type=Path, exists=True, file_okay=False))
@click.option("--write", is_flag=True, help="Write the weights.")
def main(gold: Path, texts: Path, sources: Path | None, judged: Path | None, write: bool) -> None:
    """Fit the weights and tell how reliable they are."""
    rows = [row for given in _drafts(gold, texts, sources) for row in examples(*given)]
    rows += judged_examples(judged) if judged else ()
    table: list[tuple[str, str, float]] = []
    for kind in sorted({row.kind for row in rows}):
        mine = [row for row in rows if row.kind == kind]
        predictions = left_out(mine)
        limit = _FEW_ERRORS if kind in _BASE_RIDGE else threshold(predictions)
        _report(kind, predictions, limit)
        rare = {name: _EXPECTED[name] for name in confidence.FEATURES[kind] if name in _EXPECTED}
        weights = {**rare, **fit(mine, common(mine))}  # what gold has too seldom keeps what is expected of it
        table += ((kind, name, round(weights[name], 3)) for name in ("base", *sorted(weights.keys() - {"base"})))
        table.append((kind, "review below", limit))
    if write:
        _write(table)


def _report(kind: str, predictions: Sequence[tuple[float, Example]], limit: float) -> None:
    errors = [value for value, row in predictions if not row.right]
    flagged = [row for value, row in predictions if value < limit]
    kept = [row for value, row in predictions if value >= limit]
    gap = 0.0
    click.echo(
        f"\n{kind}: {len(predictions)} statements, {len(errors)} wrong; flagged {len(flagged) / len(predictions):.0%},"
        f" which find {sum(not row.right for row in flagged)} of {len(errors)};"
        f" right among the others {sum(row.right for row in kept) / max(1, len(kept)):.3f}"
    )
    click.echo("| confidence | statements | mean confidence | right |\n| --- | ---: | ---: | ---: |")
    bounds = (0, 0.5, 0.7, 0.8, 0.9, 0.95, 1.01)
    for low, high in pairwise(bounds):
        inside = [(value, row.right) for value, row in predictions if low <= value < high]
        if inside:
            mean = sum(value for value, _ in inside) / len(inside)
            right = sum(is_right for _, is_right in inside) / len(inside)
            gap += abs(mean - right) * len(inside) / len(predictions)
            click.echo(f"| {low:.2f} to {min(high, 1):.2f} | {len(inside)} | {mean:.2f} | {right:.2f} |")
    click.echo(f"expected calibration error {gap:.3f}")


def _write(table: Sequence[tuple[str, str, float]]) -> None:
    """Writes the weights; the reasons of rows that stand there are kept."""
    reasons: dict[tuple[str, str], str] = {}
    if _TABLE.is_file():
        with _TABLE.open(encoding="utf-8", newline="") as file:
            reasons = {(row["class"], row["feature"]): row["why"] for row in csv.DictReader(file)}
    with _TABLE.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(("class", "feature", "weight", "why"))
        writer.writerows((kind, name, weight, reasons.get((kind, name), "")) for kind, name, weight in table)


if __name__ == "__main__":
    main()
