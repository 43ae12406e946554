"""Records in, the same with a curator's mistakes out; and a table of how many of each kind nothing tells of.

`python -m benchmarks.mutations [--count 1000] [--seed 1] [--silent] [--root DIR]`. A mistake is told where a finding is
new against the records as they are, and about what was changed. Many are made at once, in different things; those that
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
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from policygraph import build, paths, validate
from policygraph.findings import Finding, Severity
from policygraph.records.yaml import LineDict, LineList, read, write

__all__ = ["KINDS", "Kind", "Mistake", "Tally", "main", "run", "table"]

Item = dict[str, Any]


class _Chance(random.Random):
    """Chance, and what a mistake may put in place of something: the values that a key has anywhere in the project."""

    def __init__(self, seed: int) -> None:
        super().__init__(seed)
        self.values: dict[str, list[str]] = {}


Act = Callable[[Item, _Chance], bool]

#: Times that what keeps records from being read is taken back.
_MOST_ROUNDS = 5
_YEARS = ("deadline", "year", "baselineYear", "periodStart", "periodEnd", "publicationYear")
_UNITS = ("unit:CCY_CNY", "unit:PERCENT", "unit:NUM", "unit:KiloM", "unit:TON_Metric", "unit:HA")
_AREAS = ("area:dalian", "area:beijing", "area:anshan", "area:heilongjiang", "area:shanghai")
_TYPES = ("Task", "TaskGroup", "Plan", "IndicatorTarget", "Organisation", "Event", "Measure")
_SPAN = re.compile(r"#char=(\d+),(\d+)")


def _only(is_right: Callable[[Item], bool], act: Act) -> Act:
    """An act on some things alone."""
    return lambda item, chance: is_right(item) and act(item, chance)


def _is_issue(item: Item) -> bool:
    """Whether a thing is a reading issue, in a curator's own words about a place that is itself in doubt."""
    return "issueKind" in item


def _is_no_issue(item: Item) -> bool:
    return not _is_issue(item)


def _digit(key: str) -> Act:
    def act(item: Item, chance: _Chance) -> bool:
        text = str(item.get(key, ""))
        places = [place for place, sign in enumerate(text) if sign in "123456789"]
        if not places:
            return False
        place = chance.choice(places)
        item[key] = text[:place] + chance.choice(sorted(set("123456789") - {text[place]})) + text[place + 1 :]
        return True

    return act


def _year(step: Callable[[int, _Chance], int]) -> Act:
    def act(item: Item, chance: _Chance) -> bool:
        keys = [key for key in _YEARS if isinstance(item.get(key), str) and item[key].isdecimal()]
        if not keys:
            return False
        key = chance.choice(keys)
        item[key] = str(step(int(item[key]), chance))
        return True

    return act


def _another(key: str, values: Sequence[str]) -> Act:
    def act(item: Item, chance: _Chance) -> bool:
        if not isinstance(item.get(key), str):
            return False
        item[key] = chance.choice([value for value in values if value != item[key]])
        return True

    return act


def _of_project(key: str) -> Act:
    """Puts another value of the key in the project, that of some other thing, in place of its own."""

    def act(item: Item, chance: _Chance) -> bool:
        others = [value for value in chance.values.get(key, ()) if value != item.get(key)]
        if not isinstance(item.get(key), str) or not others:
            return False
        item[key] = chance.choice(others)
        return True

    return act


def _english_digit(item: Item, chance: _Chance) -> bool:
    label = item.get("label")
    return isinstance(label, dict) and isinstance(label.get("en"), str) and _digit("en")(label, chance)


def _english_of_another(item: Item, chance: _Chance) -> bool:
    label = item.get("label")
    if not isinstance(label, dict) or not isinstance(label.get("en"), str) or not chance.values.get("en"):
        return False
    label["en"] = chance.choice([value for value in chance.values["en"] if value != label["en"]])
    return True


def _evidence(first: int, last: int) -> Act:
    def act(item: Item, chance: _Chance) -> bool:
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
    def act(item: Item, _: _Chance) -> bool:
        if key in item or not only(item):
            return False
        item[key] = copy.deepcopy(value)
        return True

    return act


def _without(key: str) -> Act:
    return lambda item, _: item.pop(key, None) is not None


def _misspelled(item: Item, chance: _Chance) -> bool:
    keys = [key for key in item if key not in ("id", "ordinal") and len(key) > 4]
    if not keys:
        return False
    key = chance.choice(keys)
    place = chance.randrange(1, len(key) - 1)
    item[key[:place] + key[place + 1 :]] = item.pop(key)
    return True


def _label(change: Callable[[Item], None]) -> Act:
    def act(item: Item, _: _Chance) -> bool:
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


def _swap_parts(item: Item, chance: _Chance) -> bool:
    parts = item.get("parts")
    if not isinstance(parts, list) or len(parts) < 2:
        return False
    place = chance.randrange(len(parts) - 1)
    parts[place], parts[place + 1] = parts[place + 1], parts[place]
    return True


def _lose_part(item: Item, chance: _Chance) -> bool:
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


def _duplicate(item: Item, _: _Chance) -> bool:
    parts = item.get("parts")
    if not isinstance(parts, list) or not parts:
        return False
    parts[-1] = _copied(parts[-1])
    parts[-1]["id"] = item["id"]
    return True


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of mistake: what it is, whether the graph is wrong by it, and what is done to a thing of a record.

    A structural one shows in the parts of the thing, too. One of judgement is about what no text says: only somebody
    who reads the place again can tell.
    """

    name: str
    is_harmful: bool
    act: Act
    is_structural: bool = False
    is_judgement: bool = False


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
    Kind("evidence moved on by one", True, _only(_is_no_issue, _evidence(1, 1))),
    Kind("evidence moved back by one", True, _only(_is_no_issue, _evidence(-1, -1))),
    Kind("evidence moved by fifty", True, _only(_is_no_issue, _evidence(50, 50))),
    Kind("evidence one too short", True, _only(_is_no_issue, _evidence(0, -1))),
    Kind("evidence one too long", False, _evidence(0, 1)),
    Kind("key misspelled", True, _misspelled),
    Kind("key of another class", True, _put("value", "5", only=lambda item: "ofIndicator" not in item)),
    Kind("id used twice", True, _duplicate, is_structural=True),
    Kind("reference to nothing", True, _another("ofArea", tuple(f"area:nowhere-{number}" for number in range(999)))),
    Kind("unknown prefix", True, _another("ofArea", ("javascript:x", "foo:bar"))),
    Kind("label emptied", True, _label(_set_chinese(lambda _: ""))),
    Kind("languages of a label swapped", True, _label(_swap_languages)),
    Kind(
        "character of a label lost", True, _only(_is_no_issue, _label(_set_chinese(lambda text: text[:1] + text[2:])))
    ),
    Kind("invisible character in a label", True, _label(_set_chinese(lambda text: f"{text[:1]}\u200b{text[1:]}"))),
    Kind("type changed", True, _another("type", _TYPES), is_structural=True),
    Kind("parts swapped", True, _swap_parts, is_structural=True),
    Kind("part moved below another", True, _lose_part, is_structural=True),
    Kind("indicator dropped", True, _without("ofIndicator")),
    Kind("evidence dropped", True, _without("evidence")),
    Kind("printed value dropped", True, _without("printedValue")),
    Kind("indicator swapped", True, _of_project("ofIndicator")),
    Kind("agent swapped", True, _of_project("agent")),
    Kind("initiative swapped", True, _of_project("readsInitiative")),
    Kind("kind of a value swapped", True, _of_project("valueKind")),
    Kind("classifier swapped", True, _of_project("classifier")),
    Kind("hedge of nothing", True, _put("hedge", "strive", only=lambda item: "comparator" in item)),
    Kind("digit of an English label changed", True, _english_digit),
    Kind("English label of another thing", True, _english_of_another),
    Kind("evidence of an issue moved by one", True, _only(_is_issue, _evidence(1, 1)), is_judgement=True),
    Kind(
        "character of the label of an issue lost",
        True,
        _only(_is_issue, _label(_set_chinese(lambda text: text[:1] + text[2:]))),
        is_judgement=True,
    ),
    Kind("hedge dropped", True, _without("hedge"), is_judgement=True),
    Kind("role swapped", True, _of_project("role"), is_judgement=True),
    Kind("theme swapped", True, _of_project("theme"), is_judgement=True),
    Kind("instrument swapped", True, _of_project("instrument"), is_judgement=True),
    Kind("relation of an alignment swapped", True, _of_project("relation"), is_judgement=True),
    Kind("note added", False, _put("note", {"zh": "见原文。", "en": "See the text."})),
)


@dataclass(slots=True)
class Mistake:
    """A mistake that was made: in which file and thing, what is near it, what was written, and what is told of it."""

    kind: Kind
    file: str
    name: str
    near: frozenset[str]
    change: str
    undo: Callable[[], None]
    worst: Severity | None = None
    checks: set[str] = field(default_factory=set)


@dataclass(slots=True)
class Tally:
    """Kind -> how many were made, and of how many the gravest finding was of which severity; None for silence.

    `silent_changes` are those that passed without a warning or a violation: file, thing and what was changed.
    """

    counts: Counter[tuple[str, Severity | None]] = field(default_factory=Counter)
    silent_changes: list[str] = field(default_factory=list)

    def made(self, kind: Kind) -> int:
        return sum(count for (name, _), count in self.counts.items() if name == kind.name)

    def silent(self, kind: Kind) -> int:
        """How many passed without a warning or a violation."""
        return sum(self.counts[kind.name, severity] for severity in (None, Severity.INFO))

    def share_of_harmful(self, *, with_judgement: bool = False) -> float:
        """The share of harmful mistakes that passed silently; of those too that only a second reading finds."""
        harmful = [kind for kind in KINDS if kind.is_harmful and (with_judgement or not kind.is_judgement)]
        return sum(map(self.silent, harmful)) / max(1, sum(map(self.made, harmful)))

    def add(self, mistake: Mistake) -> None:
        self.counts[mistake.kind.name, mistake.worst] += 1
        if mistake.worst in (None, Severity.INFO) and mistake.kind.is_harmful:
            self.silent_changes.append(f"{mistake.kind.name}: {mistake.file} {mistake.name}: {mistake.change}")


def run(root: Path, count: int, seed: int, kinds: Sequence[Kind] = KINDS) -> Tally:
    """Makes `count` mistakes in the records of a project, the same for a seed. The project itself is left as it is."""
    chance = _Chance(seed)
    with tempfile.TemporaryDirectory() as folder:
        trial = _Trial(root, Path(folder) / "project")
        chance.values = trial.values
        tally = Tally()
        waiting = [kinds[number % len(kinds)] for number in range(count)]
        waiting.sort(key=lambda kind: not kind.is_structural)  # fewer things have room for those
        while waiting:
            mistakes, waiting = trial.run(waiting, chance)
            for mistake in mistakes:
                tally.add(mistake)
    return tally


class _Trial:
    """A copy of a project, in which mistakes are made and taken back."""

    def __init__(self, root: Path, copied: Path) -> None:
        for name in ("ontology", "queries", "shapes", "data"):
            shutil.copytree(root / name, copied / name) if (root / name).is_dir() else None
        shutil.copy(root / "policygraph.toml", copied)
        self._folders = paths.find(copied)
        self._files = sorted((copied / "data" / "records").glob("*.yaml"))
        self._originals = [path.read_bytes() for path in self._files]
        self._values = [read(content) for content in self._originals]
        self.values = _values_by_key(self._values)
        self._write()
        self._before = {_sign(finding) for finding in self._findings()}

    def run(self, kinds: Sequence[Kind], chance: _Chance) -> tuple[list[Mistake], list[Kind]]:
        """Makes as many mistakes as stay apart from each other, and says what was told of them, and which are left."""
        self._values = [read(content) for content in self._originals]
        mistakes, left = self._make(kinds, chance)
        if not mistakes:
            raise ValueError(f"no record has a place for a mistake of {sorted({kind.name for kind in kinds})}")
        for _ in range(_MOST_ROUNDS):
            self._write()
            findings = [each for each in self._findings() if _sign(each) not in self._before]
            self._attribute(findings, mistakes)
            if not any(each.check in _OF_READING for each in findings):
                return mistakes, left
            for mistake in reversed(mistakes):
                if mistake.worst is Severity.VIOLATION:
                    mistake.undo()  # what was told of it keeps the records from being checked
        unexplained = sorted(each.text() for each in findings if each.check in _OF_READING)
        raise RuntimeError(f"nothing accounts for {unexplained}")

    def _make(self, kinds: Sequence[Kind], chance: _Chance) -> tuple[list[Mistake], list[Kind]]:
        things = [
            (path.name, item) for path, value in zip(self._files, self._values, strict=True) for item in _things(value)
        ]
        chance.shuffle(things)
        used: set[tuple[str, str]] = set()
        as_read: dict[int, LineDict] = {}  # copies of things: an act that is not done leaves one as it was
        mistakes: list[Mistake] = []
        left: list[Kind] = []
        # where the search for a place of each kind goes on: what had none, or is used, is not asked again
        places = {kind.name: iter(things) for kind in kinds}
        for kind in kinds:
            for file, item in places[kind.name]:
                parts = [str(part.get("id")) for part in item.get("parts", ())] if kind.is_structural else []
                near = [item["id"], *parts]
                if any((file, name) in used for name in near):
                    continue
                if id(item) not in as_read:
                    as_read[id(item)] = _copied(item)
                before = as_read[id(item)]
                if kind.act(item, chance):
                    used |= {(file, name) for name in near}
                    change = _difference(before, item)
                    undo = _undo(item, before)
                    mistakes.append(Mistake(kind, file, str(before["id"]), frozenset(near), change, undo))
                    break
            else:
                left.append(kind)
        return mistakes, left

    def _write(self) -> None:
        for path, value in zip(self._files, self._values, strict=True):
            content = write(value).encode()
            if not path.exists() or path.read_bytes() != content:
                path.write_bytes(content)

    def _findings(self) -> list[Finding]:
        return build.run(self._folders).findings

    def _attribute(self, findings: Iterable[Finding], mistakes: Iterable[Mistake]) -> None:
        """Notes for each mistake the gravest finding about a thing that was changed, or on a line of one."""
        by_name: dict[tuple[str, str], list[Finding]] = defaultdict(list)
        at = {path.name: _things_by_line(path.read_text(encoding="utf-8")) for path in self._files}
        for finding in findings:
            if finding.node:
                by_name["", finding.node].append(finding)
            if finding.position and (file := finding.position.file.rpartition("/")[2]) in at:
                by_name[file, at[file][finding.position.line]].append(finding)
        names = self._folders.names
        for mistake in mistakes:
            for name in mistake.near:
                iri = names.expand(name) if ":" in name else f"{names.id}{Path(mistake.file).stem}/{name}"
                for finding in (*by_name["", iri], *by_name[mistake.file, name]):
                    mistake.worst = max(finding.severity, mistake.worst or Severity.INFO)
                    mistake.checks.add(finding.check)


def _things_by_line(text: str) -> list[str]:
    """For each line of a file, from 1, the id of the thing on whose lines it is."""
    ids = [""]
    for line in text.splitlines():
        match = re.match(r"\s*(?:- )?id: (\S+)", line)
        ids.append(match[1].strip('"') if match else ids[-1])
    return [*ids, ids[-1]]


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
    | {"unknown_prefix", "unknown_type", "wrong_datatype", "wrong_evidence", "wrong_form", validate.WRONG_TYPE}
)


def _things(value: Any) -> Iterator[LineDict]:
    if isinstance(value, LineDict) and isinstance(value.get("id"), str):
        yield value
    for below in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        yield from _things(below)


def _values_by_key(records: Iterable[Any]) -> dict[str, list[str]]:
    """Key -> the values that things of records have under it, and under `en` their English labels."""
    values: dict[str, set[str]] = defaultdict(set)
    for item in (item for record in records for item in _things(record)):
        for key, value in item.items():
            if isinstance(value, str):
                values[key].add(value)
        label = item.get("label")
        if isinstance(label, dict) and isinstance(label.get("en"), str):
            values["en"].add(label["en"])
    return {key: sorted(each) for key, each in values.items()}


def _undo(item: Item, before: Item) -> Callable[[], None]:
    def act() -> None:
        item.clear()
        item.update(_copied(before))

    return act


def _difference(before: Item, after: Item) -> str:
    """The keys in which two states of a thing differ, with what they held; of parts, the order of their ids."""
    shown = [
        f"{key}: {_shown(before.get(key))} -> {_shown(after.get(key))}"
        for key in sorted(before.keys() | after.keys())
        if before.get(key) != after.get(key)
    ]
    return "; ".join(shown)


def _shown(value: Any) -> str:
    if isinstance(value, list):
        return " ".join(_shown(each) for each in value)
    return str(value["id"]) if isinstance(value, dict) and "id" in value else str(value)


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
        harmful = "by judgement" if kind.is_judgement else "yes" if kind.is_harmful else "no"
        cells = [kind.name, harmful, tally.made(kind), *numbers]
        lines.append(f"| {' | '.join(map(str, cells))} |")
    return "\n".join(lines) + (
        f"\n\nOf the harmful ones, {tally.share_of_harmful():.1%} passed without a warning or a violation; "
        f"{tally.share_of_harmful(with_judgement=True):.1%} with those that only a second reading finds.\n"
    )


def main(words: Sequence[str] | None = None) -> None:
    """Prints the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--count", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--root", type=Path, default=Path(__file__).resolve().parents[1])
    parser.add_argument("--silent", action="store_true", help="list the changes that nothing told of")
    options = parser.parse_args(words)
    started = time.process_time()
    tally = run(options.root, options.count, options.seed)
    sys.stdout.write(table(tally))
    for change in sorted(tally.silent_changes) if options.silent else ():
        sys.stdout.write(f"{change}\n")
    sys.stdout.write(f"{time.process_time() - started:.0f} s of CPU time.\n")


if __name__ == "__main__":
    main()
