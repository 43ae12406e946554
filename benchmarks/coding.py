"""How right the codings of drafts are: precision and recall of each concept against the curated ones.

    python -m benchmarks.coding                    # the curated records of the project
    python -m benchmarks.coding --texts FOLDER     # words that no other text prints are left out, document by document

Each element that a curator has coded is coded by its label alone, as `extract` codes a part. With `--texts`, a document
is coded without the words that neither another document of the project nor a text of the folder prints, so that no word
is measured on the only document that could have taught it. `--write` puts the shares into `policygraph/coding.csv`:
what is right of what was proposed, in the records and among what was counted by hand (`benchmarks/coding.csv`), each
with one right and one wrong case added, so that few cases make no certainty. A theme that another one is near is marked
for review, and counted apart.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import click

from policygraph import coding, paths
from policygraph.coding import KINDS, SCHEMES, Concept, Lexicon
from policygraph.extract.draft import codings
from policygraph.extract.draft.codings import Words
from policygraph.extract.structure.passages import Passage
from policygraph.records.yaml import read_file

__all__ = ["Coded", "Score", "coded", "scores"]

#: What was counted by hand among proposals for texts outside the project: scheme, code, where, right, of.
_COUNTED = Path(__file__).with_suffix(".csv")
_TABLE = Path(coding.__file__).with_suffix(".csv")


@dataclass(frozen=True, slots=True)
class Coded:
    """An element that a curator has coded under a scheme: its document, its label, the codes."""

    document: str
    scheme: str
    label: str
    codes: frozenset[str]


@dataclass(slots=True)
class Score:
    """How many codings are right, of how many proposed and how many curated; those to be reviewed are no proposals."""

    right: int = 0
    proposed: int = 0
    curated: int = 0
    #: Of the proposals that are marked for review: how many are right, and how many there are.
    right_marked: int = 0
    marked: int = 0


def coded(folders: paths.Folders) -> Iterator[Coded]:
    """The elements of the reviewed records that have a concept of a scheme."""
    for path in sorted((folders.data / "records").glob("*.yaml")):
        record = read_file(path)
        if record.get("reviewStatus") != "machine-read":
            for plan in record.get("plans", ()):
                yield from _below(plan, path.stem)


def _below(thing: Mapping[str, Any], document: str) -> Iterator[Coded]:
    for part in thing.get("parts", ()):
        label = str(part.get("label", {}).get("zh", ""))
        of = {
            scheme: [code for each in part.get("classifications", ()) for code in _listed(each.get(scheme))]
            for scheme in SCHEMES
        } | {"theme": _listed(part.get("theme"))}
        for scheme, codes in of.items():
            if codes:
                yield Coded(document, scheme, label, frozenset(codes))
        yield from _below(part, document)


def _listed(value: object) -> list[str]:
    return [value] if isinstance(value, str) else [str(each) for each in value] if isinstance(value, list) else []


def scores(elements: Iterable[Coded], lexicons: Mapping[tuple[str, str], Lexicon]) -> dict[tuple[str, str], Score]:
    """The scores of each (scheme, code); `lexicons` are those to code with, by document and scheme."""
    table: dict[tuple[str, str], Score] = {}
    for each in elements:
        for code in each.codes:
            table.setdefault((each.scheme, code), Score()).curated += 1
        for entry in _proposed(each, lexicons[each.document, each.scheme]):
            code = entry[each.scheme]
            score = table.setdefault((each.scheme, code), Score())
            if "reason" in entry:
                score.marked += 1
                score.right_marked += code in each.codes
            else:
                score.proposed += 1
                score.right += code in each.codes
    return table


def _proposed(element: Coded, lexicon: Lexicon) -> list[dict[str, Any]]:
    words = Words(Passage(element.label, [(0, len(element.label))]))
    if element.scheme == "instrument":
        return list(codings.instruments(words, lexicon))
    if element.scheme in ("beneficiary", "funding"):
        return list(codings.named(element.scheme, words, lexicon))
    own = codings.theme(words, lexicon)
    return [own] if own else []


def _lexicons(elements: Sequence[Coded], texts: Path | None) -> dict[tuple[str, str], Lexicon]:
    """The words to code each document with: with a folder of texts, those that stand somewhere else too."""
    outside = "\n".join(path.read_text(encoding="utf-8") for path in sorted(texts.rglob("*.txt"))) if texts else ""
    made: dict[tuple[str, str], Lexicon] = {}
    for document in sorted({each.document for each in elements}):
        others = outside + "\n".join(each.label for each in elements if each.document != document)
        for scheme in SCHEMES:
            concepts = [replace(each, label=1.0, body=1.0) for each in coding.concepts(scheme).values()]
            if texts:
                concepts = [_standing(each, others) for each in concepts]
            made[document, scheme] = Lexicon(concepts)
    return made


def _standing(concept: Concept, text: str) -> Concept:
    """A concept with those of its words that stand in a text."""
    words = {kind: tuple(word for word in getattr(concept, kind) if _stands(word, text)) for kind in KINDS}
    return replace(concept, words=words["words"], broad=words["broad"], exceptions=words["exceptions"])


def _stands(word: str, text: str) -> bool:
    """Whether all pieces of a word stand in a text."""
    return all(piece in text for piece in word.split("…"))


def _put(table: Mapping[tuple[str, str], Score]) -> None:
    """Writes the shares of the records and of what was counted by hand into the table."""
    counted: dict[tuple[str, str, str], tuple[int, int]] = {}
    with _COUNTED.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            counted[row["scheme"], row["code"], row["where"]] = (int(row["right"]), int(row["of"]))
    with _TABLE.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    for row in rows:
        key = row["scheme"], row["code"]
        score = table.get(key, Score())
        right, of = counted.get((*key, "label"), (0, 0))
        row["label"] = _share(score.right + right, score.proposed + of)
        row["body"] = _share(*counted[*key, "body"]) if (*key, "body") in counted else ""
    with _TABLE.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


def _share(right: int, of: int) -> str:
    """The share of what is right as a text, with one doubtful case beside: 1 of 1 is no certainty."""
    return f"{(right + 1) / (of + 2):.2f}"


@click.command()
@click.option(
    "--texts", type=click.Path(exists=True, file_okay=False, path_type=Path), help="Texts outside the project."
)
@click.option("--write", is_flag=True, help="Put the shares into the table of words.")
def main(texts: Path | None, *, write: bool) -> None:
    """Code the labels of the curated records, and say how right that is."""
    elements = list(coded(paths.find()))
    table = scores(elements, _lexicons(elements, texts))
    click.echo(f"{'':28}{'right':>7}{'proposed':>10}{'curated':>9}{'precision':>11}{'recall':>8}{'marked, right':>15}")
    for scheme in SCHEMES:
        own = {code: score for (each, code), score in sorted(table.items()) if each == scheme}
        fields = ("right", "proposed", "curated", "right_marked", "marked")
        whole = Score(*(sum(getattr(score, name) for score in own.values()) for name in fields))
        for name, score in (*own.items(), ("all", whole)):
            precision = score.right / score.proposed if score.proposed else 1
            click.echo(
                f"{scheme + ' ' + name:28}{score.right:>7}{score.proposed:>10}{score.curated:>9}{precision:>11.2f}"
                f"{score.right / score.curated if score.curated else 1:>8.2f}{score.right_marked:>9} / {score.marked}"
            )
    if write:
        _put(table)


if __name__ == "__main__":
    main()
