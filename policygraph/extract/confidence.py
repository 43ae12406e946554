"""A draft record and its text in, the same record with calibrated confidences out, and what should be reviewed marked.

How likely a statement is right depends on how it was read: in which words of the document, with which year, in which
kind of document. Each of these is a feature with a weight (`confidence.csv`, with the reason beside it); the sum,
through the logistic function, is the confidence. The weights were fitted on gold by `python -m benchmarks.confidence`,
every document left out in turn; `data/README.md` has the table of reliability. A statement less sure than the threshold
of its class is marked `needsReview`: the threshold lets a quarter of the statements be marked at most.
"""

from __future__ import annotations

import csv
import math
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from policygraph.extract.actors.unit_lists import is_unit
from policygraph.extract.draft.entries import REASONS

__all__ = [
    "CLASSES",
    "FEATURES",
    "Case",
    "Weights",
    "calibrate",
    "cases",
    "features_of",
    "read_reasons",
    "read_weights",
]

Thing = dict[str, Any]

#: Section of a record -> the class whose weights its things have.
CLASSES = {
    "targets": "number",
    "observations": "number",
    "parts": "element",
    "responsibilities": "role",
    "counts": "count",
    "plans": "plan",
}


@dataclass(frozen=True, slots=True)
class Case:
    """A statement of a draft: class, section, entry; its words, those before, its line; indicator's name, document."""

    kind: str
    section: str
    entry: Mapping[str, Any]
    words: str
    before: str
    line: str
    name: str
    document: Mapping[str, Any]

    @property
    def rule(self) -> str:
        return str(self.entry.get("rule", "")).rpartition("/")[2]

    def infers(self, *reasons: str) -> bool:
        """Whether its year was inferred for one of these reasons, keys of `draft.entries.REASONS`."""
        given = str(self.entry.get("reason", {}).get("zh", ""))
        return any(REASONS[reason]["zh"] in given for reason in reasons)


_ODD = re.compile(r"[—+“”0-9（(]|^(?:率|和|其|将|以|对|该|各|让|把)|(?:的|等|和|与|了|共|在)$|一批|首期|.{13,}")
_REPORTS = re.compile(r"了|已|均|先后|成为|获|累计|跃居|圆满|全面完成|此次|出台")
_AIMS = re.compile(
    r"达到|力争|确保|建成|新建|打造|培育|引进|新增|完成|实现|不低于|不少于|超过|突破|以上|增长|提高|控制|左右"
)
_SMALL = re.compile(r"[一二三四五六七八九十两\d]{1,2}[个大项类方].?")


def _is_press(case: Case) -> bool:
    return case.document.get("documentKind") == "newspaper-page"


def _is_yearly(case: Case) -> bool:
    """Whether the plan is of one year: then what has no year is of that year."""
    plan: Mapping[str, Any] = next(iter(case.document.get("plans", ())), {})
    return "periodStart" in plan and plan["periodStart"] == plan.get("periodEnd")


def _is_loose(case: Case) -> bool:
    return len(case.line) < _LOOSE and not re.search("[。；;]", case.line)


def _is_long(case: Case) -> bool:
    return len(str(case.entry.get("label", {}).get("zh", ""))) > _LONG_LABEL


def _is_dated(case: Case) -> bool:
    return bool(case.entry.get("deadline") or case.entry.get("year"))


#: Rules of reading that take who answers from a sentence.
_OF_SENTENCES = frozenset({"by", "together", "verb", "divided", "named", "default", "office"})
#: Rules that take who answers from a list behind a label or in a bracket: 市财政局等相关部门.
_OF_LISTS = frozenset({"label", "bracket", "bracket-verb", "column"})
_NOBODY = re.compile("(?:有关|相关)(?:部门|单位|方面)")
_LONG_LABEL, _LOOSE, _LONG_WORDS = 40, 60, 22
#: Class -> its features and when a case has each; the weights are in `confidence.csv`.
FEATURES: dict[str, dict[str, Callable[[Case], object]]] = {
    "number": {
        "press": _is_press,
        "press without a year": lambda case: _is_press(case) and not _is_dated(case),
        "no year": lambda case: not _is_dated(case),
        "year of the plan": lambda case: case.infers("plan") and not _is_yearly(case),
        "year of a heading": lambda case: case.infers("heading", "above"),
        "year reckoned": lambda case: case.infers("reckoned", "period"),
        "year printed": lambda case: "isInferred" not in case.entry and "deadline" in case.entry,
        "observation": lambda case: case.section == "observations",
        "name of the sentence": lambda case: case.rule == "subject-of-the-sentence",
        "name of the heading": lambda case: case.rule == "heading",
        "name behind": lambda case: case.rule == "noun-behind",
        "odd name": lambda case: _ODD.search(case.name),
        "words that report": lambda case: case.section == "targets" and _REPORTS.search(case.before + case.words),
        "words that aim": lambda case: case.section == "targets" and _AIMS.search(case.before[-6:] + case.words),
        "small count": lambda case: _SMALL.fullmatch(str(case.entry.get("printedValue"))),
        "loose line": _is_loose,
        "area of the sentence": lambda case: "ofArea" in case.entry.get("infers", ()),
        "long words": lambda case: len(case.words) > _LONG_WORDS,
    },
    "role": {
        "said in a sentence": lambda case: case.rule in _OF_SENTENCES,
        "a duty": lambda case: case.rule == "duty",
        "bracket": lambda case: case.rule in ("bracket", "bracket-verb"),
        "open set": lambda case: re.search("各|等", case.words),
        "nobody named": lambda case: case.rule in _OF_LISTS and _NOBODY.search(case.words),
        "no unit": lambda case: not is_unit(case.words),
    },
    "count": {
        "told by a list": lambda case: case.rule == "listed",
        "in a heading": lambda case: case.rule == "heading",
        "a slogan": lambda case: case.before[-1:] in ("“", "‘", '"'),
        "projects": lambda case: case.entry.get("countsClass") == "Project",
        "no class of its own": lambda case: case.entry.get("countsClass") == "ContentItem",
    },
    "plan": {
        "no title": lambda case: case.rule == "named",
        "quoted": lambda case: case.words[:1] in ("“", '"'),
        "strategy": lambda case: case.words.endswith("战略"),
    },
    "element": {
        "press": _is_press,
        "press without a number": lambda case: _is_press(case) and "number" not in case.entry,
        "without a number": lambda case: "number" not in case.entry,
        "number in label": lambda case: re.search(r"\d|\S[ 　]\S", case.words),
        "lead": lambda case: case.rule in ("sentence", "colon"),
        "short line": lambda case: case.rule == "short-line",
        "worded": lambda case: case.rule.startswith("worded"),
        "long label": _is_long,
    },
}


_FRAGMENT = re.compile(r"#char=(\d+),(\d+)")
_AROUND, _LINE = 24, 200


@dataclass(frozen=True, slots=True)
class Weights:
    """The weights of one class by feature, with its base, and the confidence below which it is reviewed."""

    base: float
    threshold: float
    of: Mapping[str, float]

    def probability(self, features: frozenset[str]) -> float:
        """How likely a statement with these features is right."""
        return 1 / (1 + math.exp(-(self.base + sum(self.of.get(feature, 0.0) for feature in features))))


def _rows() -> list[dict[str, str]]:
    with Path(__file__).with_suffix(".csv").open(encoding="utf-8", newline="") as table:
        return list(csv.DictReader(table))


def read_reasons() -> Mapping[tuple[str, str], str]:
    """The reason recorded for each weight: (class, feature) -> text."""
    return {(row["class"], row["feature"]): row["why"] for row in _rows()}


@cache
def read_weights() -> Mapping[str, Weights]:
    """The weights of each class, as `confidence.csv` beside this module has them."""
    rows: dict[str, dict[str, float]] = {}
    for row in _rows():
        rows.setdefault(row["class"], {})[row["feature"]] = float(row["weight"])
    return {name: Weights(of.pop("base"), of.pop("review below"), of) for name, of in rows.items()}


def features_of(case: Case) -> frozenset[str]:
    """The features that a case has."""
    return frozenset(name for name, holds in FEATURES[case.kind].items() if holds(case))


def cases(record: Thing, text: str, names: Mapping[str, str]) -> Iterator[tuple[Case, Thing]]:
    """Every statement of a record that has weights, with its entry; `names` are those of indicators by id."""
    pending: list[tuple[str, Any]] = [("", record)]
    while pending:
        section, value = pending.pop()
        if isinstance(value, list):
            pending += ((section, each) for each in value)
        elif isinstance(value, dict):
            kind = CLASSES.get(section)
            if kind and "rule" in value and ("value" in value or kind != "number"):
                match = _FRAGMENT.search(str(value.get("evidence")))
                start, end = (int(match[1]), int(match[2])) if match else (0, 0)
                name = names.get(str(value.get("ofIndicator")), "")
                before = text[max(0, start - _AROUND) : start].rpartition("\n")[2]
                line = text[text.rfind("\n", 0, start) + 1 :][:_LINE].partition("\n")[0]
                yield Case(kind, section, value, text[start:end], before, line, name, record), value
            pending += ((key, each) for key, each in value.items() if isinstance(each, (list, dict)))


def calibrate(record: Thing, text: str, names: Mapping[str, str]) -> None:
    """Puts the calibrated confidence into every statement that has weights, and marks what should be reviewed."""
    weights = read_weights()
    for case, entry in cases(record, text, names):
        of = weights.get(case.kind)
        if of is None:  # not fitted yet: it keeps the confidence of its rule
            continue
        confidence = of.probability(features_of(case))
        marked = "needsReview" in entry
        if confidence < of.threshold and not marked:
            _put(entry, "needsReview", "true", after="rule")
        elif confidence >= of.threshold and marked:
            del entry["needsReview"]
        entry["confidence"] = f"{max(0.05, min(0.99, round(confidence, 2))):g}"


def _put(entry: Thing, key: str, value: str, *, after: str) -> None:
    """Puts a key behind another, so that drafts read alike."""
    items = list(entry.items())
    entry.clear()
    for name, each in items:
        entry[name] = each
        if name == after:
            entry[key] = value
