"""Records in, the same with a curator's mistakes out; and a table of how many of each kind nothing tells of.

`python -m benchmarks.mutations [--count 1000] [--seed 1] [--root DIR]`. A mistake is told where a finding is new
against the records as they are, and about what was changed. Many are made at once, in different things; those that
keep records from being read are told first and taken back, so that the others are checked.
"""

from __future__ import annotations

import argparse
import copy
import random
import re
import shutil
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from policygraph import build, paths
from policygraph.findings import Finding, Severity
from policygraph.records.yaml import LineDict, LineList, read, write

__all__ = ["KINDS", "Kind", "Tally", "main", "run", "table"]

Item = dict[str, Any]
Act = Callable[[Item, random.Random], bool]

#: Mistakes that are made at once: with more, one could hide another.
_AT_ONCE = 120
#: Times that what keeps records from being read is taken back.
_MOST_ROUNDS = 5
_YEARS = ("deadline", "year", "baselineYear", "periodStart", "periodEnd", "publicationYear")
_UNITS = ("unit:CCY_CNY", "unit:PERCENT", "unit:NUM", "unit:KiloM", "unit:TON_Metric", "unit:HA")
_AREAS = ("area:dalian", "area:beijing", "area:anshan", "area:heilongjiang", "area:shanghai")
_TYPES = ("Task", "TaskGroup", "Plan", "IndicatorTarget", "Organisation", "Event", "Measure")
_SPAN = re.compile(r"#char=(\d+),(\d+)")


def _digit(key: str) -> Act:
    def act(item: Item, chance: random.Random) -> bool:
        text = str(item.get(key, ""))
        places = [place for place, sign in enumerate(text) if sign in "123456789"]
        if not places:
            return False
        place = chance.choice(places)
        item[key] = text[:place] + chance.choice(sorted(set("123456789") - {text[place]})) + text[place + 1 :]
        return True

    return act


def _year(step: Callable[[int, random.Random], int]) -> Act:
    def act(item: Item, chance: random.Random) -> bool:
        keys = [key for key in _YEARS if isinstance(item.get(key), str) and item[key].isdecimal()]
        if not keys:
            return False
        key = chance.choice(keys)
        item[key] = str(step(int(item[key]), chance))
        return True

    return act


def _another(key: str, values: Sequence[str]) -> Act:
    def act(item: Item, chance: random.Random) -> bool:
        if not isinstance(item.get(key), str):
            return False
        item[key] = chance.choice([value for value in values if value != item[key]])
        return True

    return act


def _evidence(first: int, last: int) -> Act:
    def act(item: Item, chance: random.Random) -> bool:
        spans = item.get("evidence")
        if not isinstance(spans, list) or not spans:
            return False
        place = chance.randrange(len(spans))
        match = _SPAN.fullmatch(spans[place])
        if not match or int(match[2]) + last <= int(match[1]) + first or int(match[1]) + first < 0:
            return False
        spans[place] = f"#char={int(match[1]) + first},{int(match[2]) + last}"
        return True

    return act


def _put(key: str, value: Any, *, only: Callable[[Item], bool] = lambda _: True) -> Act:
    def act(item: Item, _: random.Random) -> bool:
        if key in item or not only(item):
            return False
        item[key] = copy.deepcopy(value)
        return True

    return act


def _without(key: str) -> Act:
    return lambda item, _: item.pop(key, None) is not None


def _misspelled(item: Item, chance: random.Random) -> bool:
    keys = [key for key in item if key not in ("id", "ordinal") and len(key) > 4]
    if not keys:
        return False
    key = chance.choice(keys)
    place = chance.randrange(1, len(key) - 1)
    item[key[:place] + key[place + 1 :]] = item.pop(key)
    return True


def _label(change: Callable[[Item], None]) -> Act:
    def act(item: Item, _: random.Random) -> bool:
        label = item.get("label")
        if not isinstance(label, dict) or not all(isinstance(label.get(each), str) for each in ("zh", "en")):
            return False
        before = dict(label)
        change(label)
        return before != label

    return act


def _swap_languages(label: Item) -> None:
    label["zh"], label["en"] = label["en"], label["zh"]


def _set_chinese(change: Callable[[str], str]) -> Callable[[Item], None]:
    return lambda label: label.update(zh=change(label["zh"]))


def _swap_parts(item: Item, chance: random.Random) -> bool:
    parts = item.get("parts")
    if not isinstance(parts, list) or len(parts) < 2:
        return False
    place = chance.randrange(len(parts) - 1)
    parts[place], parts[place + 1] = parts[place + 1], parts[place]
    return True


def _lose_part(item: Item, chance: random.Random) -> bool:
    """Moves a part below the part before it, as a wrong indent does."""
    parts = item.get("parts")
    if not isinstance(parts, list) or len(parts) < 2:
        return False
    place = chance.randrange(1, len(parts))
    moved = parts.pop(place)
    parts[place - 1] = _copied(parts[place - 1])
    parts[place - 1].setdefault("parts", LineList(1)).append(moved)
    return True


def _copied(item: Item) -> LineDict:
    """A thing with lists and texts of its own, and the same things below it."""
    copied = LineDict(1)
    for key, value in item.items():
        copied[key] = _list(value) if isinstance(value, list) else dict(value) if key == "label" else value
    return copied


def _list(values: Iterable[Any]) -> LineList:
    copied = LineList(1)
    copied += values
    return copied


def _duplicate(item: Item, _: random.Random) -> bool:
    parts = item.get("parts")
    if not isinstance(parts, list) or not parts:
        return False
    parts[-1] = _copied(parts[-1])
    parts[-1]["id"] = item["id"]
    return True


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of mistake: what it is, whether the graph is wrong by it, and what is done to a thing of a record."""

    name: str
    is_harmful: bool
    act: Act


KINDS = (
    Kind("digit of a value changed", True, _digit("value")),
    Kind("digit of a printed value changed", True, _digit("printedValue")),
    Kind("digit of a declared count changed", True, _digit("declared")),
    Kind("year changed by one to three", True, _year(lambda year, chance: year + chance.choice((-3, -2, -1, 1, 2, 3)))),
    Kind("year of another century", True, _year(lambda year, chance: year + chance.choice((-1000, -200, 200, 1000)))),
    Kind("area swapped", True, _another("ofArea", _AREAS)),
    Kind("unit swapped", True, _another("inUnit", _UNITS)),
    Kind("comparator swapped", True, _another("comparator", ("gteq", "lteq", "eq", "approximately"))),
    Kind("comparator dropped", True, _without("comparator")),
    Kind("evidence moved on by one", True, _evidence(1, 1)),
    Kind("evidence moved back by one", True, _evidence(-1, -1)),
    Kind("evidence moved by fifty", True, _evidence(50, 50)),
    Kind("evidence one too short", True, _evidence(0, -1)),
    Kind("evidence one too long", False, _evidence(0, 1)),
    Kind("key misspelled", True, _misspelled),
    Kind("key of another class", True, _put("value", "5", only=lambda item: "ofIndicator" not in item)),
    Kind("id used twice", True, _duplicate),
    Kind("reference to nothing", True, _another("ofArea", tuple(f"area:nowhere-{number}" for number in range(999)))),
    Kind("unknown prefix", True, _another("ofArea", ("javascript:x", "foo:bar"))),
    Kind("label emptied", True, _label(_set_chinese(lambda _: ""))),
    Kind("languages of a label swapped", True, _label(_swap_languages)),
    Kind("character of a label lost", True, _label(_set_chinese(lambda text: text[:1] + text[2:]))),
    Kind("invisible character in a label", True, _label(_set_chinese(lambda text: f"{text[:1]}\u200b{text[1:]}"))),
    Kind("type changed", True, _another("type", _TYPES)),
    Kind("parts swapped", True, _swap_parts),
    Kind("part moved below another", True, _lose_part),
    Kind("indicator dropped", True, _without("ofIndicator")),
    Kind("evidence dropped", True, _without("evidence")),
    Kind("printed value dropped", True, _without("printedValue")),
    Kind("note added", False, _put("note", {"zh": "见原文。", "en": "See the text."})),
)


@dataclass(slots=True)
class _Mistake:
    """A mistake that was made: in which file and thing, with what is near it, and what it says of it."""

    kind: Kind
    file: str
    names: frozenset[str]
    undo: Callable[[], None]
    worst: Severity | None = None


@dataclass(slots=True)
class Tally:
    """Kind -> how many were made, and of how many the gravest finding was of which severity; None for silence."""

    counts: Counter[tuple[str, Severity | None]] = field(default_factory=Counter)

    def made(self, kind: Kind) -> int:
        return sum(count for (name, _), count in self.counts.items() if name == kind.name)

    def silent(self, kind: Kind) -> int:
        """How many passed without a warning or a violation."""
        return sum(self.counts[kind.name, severity] for severity in (None, Severity.INFO))

    def share_of_harmful(self) -> float:
        """The share of harmful mistakes that passed silently."""
        harmful = [kind for kind in KINDS if kind.is_harmful]
        return sum(map(self.silent, harmful)) / max(1, sum(map(self.made, harmful)))


def run(root: Path, count: int, seed: int) -> Tally:
    """Makes `count` mistakes in the records of a project, the same for a seed. The project itself is left as it is."""
    chance = random.Random(seed)  # noqa: S311 - the same for a seed is what is wanted
    with tempfile.TemporaryDirectory() as folder:
        trial = _Trial(root, Path(folder) / "project")
        tally = Tally()
        jobs = [KINDS[number % len(KINDS)] for number in range(count)]
        of_type = [kind for kind in jobs if kind.name == "type changed"]  # a wrong type keeps others from being told
        others = [kind for kind in jobs if kind.name != "type changed"]
        for group in (of_type, others):
            for start in range(0, len(group), _AT_ONCE):
                for mistake in trial.run(group[start : start + _AT_ONCE], chance):
                    tally.counts[mistake.kind.name, mistake.worst] += 1
    return tally


class _Trial:
    """A copy of a project, in which mistakes are made and taken back."""

    def __init__(self, root: Path, copied: Path) -> None:
        for name in ("ontology", "queries", "shapes", "data"):
            shutil.copytree(root / name, copied / name) if (root / name).is_dir() else None
        shutil.copy(root / "policygraph.toml", copied)
        self._folders = paths.find(copied)
        self._files = sorted((copied / "data" / "records").glob("*.yaml"))
        self._originals = [read(path.read_bytes()) for path in self._files]
        self._values = copy.deepcopy(self._originals)
        self._write()
        self._before = {_sign(finding) for finding in self._findings()}

    def run(self, kinds: Sequence[Kind], chance: random.Random) -> list[_Mistake]:
        """Makes a mistake of each kind, and says what was told of it."""
        self._values = copy.deepcopy(self._originals)
        mistakes = list(self._make(kinds, chance))
        for _ in range(_MOST_ROUNDS):  # records are read, then held against each other, then checked
            self._write()
            findings = [each for each in self._findings() if _sign(each) not in self._before]
            graph_is_whole = not any(each.check in _OF_READING for each in findings)
            for mistake in mistakes:
                severities = [finding.severity for finding in findings if self._is_about(finding, mistake)]
                mistake.worst = max(
                    [*severities, *([mistake.worst] if mistake.worst is not None else [])], default=None
                )
            if graph_is_whole:
                return mistakes
            for mistake in reversed(mistakes):
                if mistake.worst is Severity.VIOLATION:
                    mistake.undo()  # what was told of it keeps the records from being checked
        left = sorted(each.text() for each in findings if each.check in _OF_READING)
        raise RuntimeError(f"nothing accounts for {left}")

    def _make(self, kinds: Iterable[Kind], chance: random.Random) -> Iterator[_Mistake]:
        things = [
            (path, item, above)
            for path, value in zip(self._files, self._values, strict=True)
            for item, above in _things(value, ())
        ]
        chance.shuffle(things)
        used: set[str] = set()
        for kind in kinds:
            for path, item, above in things:
                name = f"{path.name} {item['id']}"
                before = _copied(item)
                if name in used or not kind.act(item, chance):
                    continue
                used.add(name)
                names = frozenset(
                    {str(before["id"]), *(str(part.get("id")) for part in before.get("parts", ())), *above[-1:]}
                )
                yield _Mistake(kind, path.name, names, _undo(item, before))
                break

    def _write(self) -> None:
        for path, value in zip(self._files, self._values, strict=True):
            path.write_text(write(value), encoding="utf-8")

    def _findings(self) -> list[Finding]:
        return build.run(self._folders).findings

    def _is_about(self, finding: Finding, mistake: _Mistake) -> bool:
        """Whether a finding is about a thing that was changed, or stands on a line of it."""
        names = {
            self._folders.names.expand(name)
            if ":" in name
            else f"{self._folders.names.id}{Path(mistake.file).stem}/{name}"
            for name in mistake.names
        }
        if finding.node in names:
            return True
        place = finding.position
        return bool(
            place
            and place.file.endswith(f"/{mistake.file}")
            and self._thing_at(mistake.file, place.line) in mistake.names
        )

    def _thing_at(self, file: str, line: int) -> str:
        """The id of the thing on whose lines a line is."""
        lines = (self._folders.data / "records" / file).read_text(encoding="utf-8").splitlines()
        for number in range(min(line, len(lines)), 0, -1):
            if match := re.match(r"\s*(?:- )?id: (\S+)", lines[number - 1]):
                return match[1].strip('"')
        return ""


#: Checks after which the others are not made.
_OF_READING = frozenset(
    {
        "broken_yaml",
        "dangling_id",
        "duplicate_id",
        "invisible_character",
        "missing_id",
        "unknown_key",
        "unknown_language",
    }
    | {"unknown_prefix", "unknown_type", "wrong_datatype", "wrong_evidence", "wrong_form"}
)


def _things(value: Any, above: tuple[str, ...]) -> Iterator[tuple[LineDict, tuple[str, ...]]]:
    if isinstance(value, LineDict) and isinstance(value.get("id"), str):
        yield value, above
        above = (*above, value["id"])
    for below in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        yield from _things(below, above)


def _undo(item: Item, before: Item) -> Callable[[], None]:
    def act() -> None:
        item.clear()
        item.update(_copied(before))

    return act


def _sign(finding: Finding) -> tuple[str, str | None, str]:
    return finding.check, finding.node, finding.text().partition(": ")[2]


def table(tally: Tally) -> str:
    """Kind by kind, what was told, as Markdown."""
    lines = [
        "| mistake | harmful | made | violation | warning | info | silent |",
        "| --- | --- | ---: | ---: | ---: | ---: | ---: |",
    ]
    for kind in KINDS:
        numbers = [
            tally.counts[kind.name, each] for each in (Severity.VIOLATION, Severity.WARNING, Severity.INFO, None)
        ]
        cells = [kind.name, "yes" if kind.is_harmful else "no", tally.made(kind), *numbers]
        lines.append(f"| {' | '.join(map(str, cells))} |")
    return (
        "\n".join(lines)
        + f"\n\nOf the harmful ones, {tally.share_of_harmful():.1%} passed without a warning or a violation.\n"
    )


def main(words: Sequence[str] | None = None) -> None:
    """Prints the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--count", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--root", type=Path, default=Path(__file__).resolve().parents[1])
    options = parser.parse_args(words)
    started = time.process_time()
    tally = run(options.root, options.count, options.seed)
    sys.stdout.write(table(tally))
    sys.stdout.write(f"{time.process_time() - started:.0f} s of CPU time.\n")


if __name__ == "__main__":
    main()
