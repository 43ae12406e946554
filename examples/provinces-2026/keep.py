"""The drafts of this project in, what the example keeps of them out: short names, numbers and places, no sentences.

    policygraph extract TEXTS -o data/records && python keep.py && policygraph link

Kept are documents, headings, counts, and the targets and observations of indicators that the base layer knows. A
heading that is a sentence is cut at its first stop; one that is still long, or that the machine was not sure of, is
left out, and what stands below it hangs on the part above. A document of which nothing unsure is left is reviewed.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from policygraph import extract, paths
from policygraph.extract.review import log_of
from policygraph.linking import Resolver
from policygraph.records.yaml import read, write

__all__ = ["LONGEST", "kept", "main"]

Thing = dict[str, Any]

#: The longest Chinese name that is kept, in characters, and the shortest that a heading is cut to.
LONGEST = 30
_SHORTEST = 4
_STOP = re.compile(r"[，。；：]")
#: Sections that are left out, wherever they stand: they hold what was read of sentences.
_LEFT_OUT = (
    "benefits",
    "events",
    "issues",
    "outcomes",
    "positionings",
    "readings",
    "responsibilities",
    "statusReports",
)
_VALUED = ("targets", "observations")


def kept(record: Thing, indicators: frozenset[str], resolver: Resolver) -> Thing:
    """A record without what the example leaves out. `indicators` are those of the base layer."""
    whole = {key: value for key, value in record.items() if key not in _LEFT_OUT}
    whole["observations"] = _valued(record.get("observations", []), indicators)
    whole["plans"] = [_part(plan, indicators, resolver) for plan in record["plans"]]
    whole = {key: value for key, value in whole.items() if value}
    gone = set(_ids(record)) - set(_ids(whole))
    return dict(_without(whole, gone))


def _part(thing: Thing, indicators: frozenset[str], resolver: Resolver) -> Thing:
    """A plan or a part with what is kept of what hangs on it, which may be what hung on a part below it."""
    part = {key: value for key, value in thing.items() if key not in (*_LEFT_OUT, "parts", "counts", "targets")}
    targets = _valued(thing.get("targets", []), indicators)
    parts: list[Thing] = []
    left = 0
    for below in thing.get("parts", []):
        other = _part(below, indicators, resolver)
        label = _short(below["label"]["zh"])
        if label and "needsReview" not in below:
            if label != below["label"]["zh"]:
                other["label"] = {"zh": label, "en": _english(label, resolver)}
            parts.append(other)
        else:
            left += 1
            parts += other.get("parts", [])
            targets += other.get("targets", [])
    # a count of parts holds only where all parts are kept
    counts = [] if left else [count for count in thing.get("counts", []) if "needsReview" not in count]
    return part | {key: value for key, value in (("counts", counts), ("targets", targets), ("parts", parts)) if value}


def _valued(things: list[Thing], indicators: frozenset[str]) -> list[Thing]:
    return [thing for thing in things if thing.get("ofIndicator") in indicators and "needsReview" not in thing]


def _short(label: str) -> str:
    """A heading, cut at its first stop where it is long; empty where it stays long."""
    words = label if len(label) <= LONGEST else _STOP.split(label)[0]
    return words if _SHORTEST <= len(words) <= LONGEST else ""


def _english(label: str, resolver: Resolver) -> str:
    composed = resolver.english(label)
    return f"{extract.COMPOSED}{composed}" if composed else f"{extract.UNTRANSLATED}{label}"


def _ids(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        if "id" in value:
            yield value["id"]
        for below in value.values():
            yield from _ids(below)
    elif isinstance(value, list):
        for below in value:
            yield from _ids(below)


def _without(thing: Thing, gone: set[str]) -> Iterator[tuple[str, Any]]:
    """The keys of a thing without references to what is left out."""
    for key, value in thing.items():
        if isinstance(value, str):
            if value not in gone or key == "id":
                yield key, value
        elif isinstance(value, list):
            rest = [dict(_without(each, gone)) if isinstance(each, dict) else each for each in value]
            if rest := [each for each in rest if not isinstance(each, str) or each not in gone]:
                yield key, rest
        else:
            yield key, value


def main() -> None:
    """Rewrites the records of the project that this file stands in."""
    folders = paths.find(Path(__file__).parent)
    indicators = frozenset(f"indicator:{row.cells['id']}" for row in folders.tables.rows("indicators"))
    resolver = extract.read_gazetteer(folders).resolver
    for path in sorted((folders.data / "records").glob("*.yaml")):
        record = kept(read(path.read_bytes()), indicators, resolver)
        if log_of(path).is_file():
            record["reviewStatus"] = "reviewed"
        path.write_text(write(record), encoding="utf-8")


if __name__ == "__main__":
    main()
