"""Targets and elements of several plans in, suggested alignments out: what may answer to what, how surely, and why.

Three ways: the same indicator with a target in an area and in one that it lies in; the same or like wording of
elements; and one theme with wording that is somewhat alike. A suggestion is a machine's: it stands in a graph of its
own (`graph/suggested`), never with what is stated.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from heapq import nsmallest

from policygraph.linking.spelling import bare
from policygraph.messages import Message, message
from policygraph.text_reuse.shingles import candidates, hashes, jaccard, sketch

__all__ = ["Statement", "Suggestion", "suggest"]

#: The shortest labels, in characters, that are compared; shorter ones (保障措施) are alike by chance.
_SHORTEST = 8
_NEAR = 0.6
#: The least similarity (0 to 1) of labels of one theme for a suggestion.
_SOMEWHAT = 0.35
#: The most plans that may have a label; one that more have is a usual heading.
_MOST_PLANS = 12
#: The most targets, those of the same year first, that one target of a lower area is aligned with.
_MOST_ANSWERS = 12
_SURE = {"same-year": 0.85, "other-year": 0.65}


@dataclass(frozen=True, slots=True, order=True)
class Statement:
    """A target (with an indicator) or an element of a plan (with its themes), with what is compared of it."""

    iri: str
    plan: str
    area: str
    label: str = ""
    indicator: str = ""
    value_kind: str = ""
    year: str = ""
    themes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, order=True)
class Suggestion:
    """That one thing may answer to another: how, how surely, by which method, and why."""

    first: str
    second: str
    relation: str
    confidence: float
    method: str
    reason: Message = field(compare=False)


def suggest(statements: Iterable[Statement], lies_in: Callable[[str, str], bool]) -> list[Suggestion]:
    """The suggested alignments between statements of different plans, sorted; each pair once.

    `lies_in(a, b)` says whether area a lies in area b, or is it.
    """
    ordered = sorted(set(statements))
    targets = [each for each in ordered if each.indicator]
    elements = [each for each in ordered if not each.indicator]
    return sorted([*_by_indicator(targets, lies_in), *_by_wording(elements)])


def _by_indicator(targets: Sequence[Statement], lies_in: Callable[[str, str], bool]) -> Iterable[Suggestion]:
    areas = sorted({target.area for target in targets})
    above = {one: [other for other in areas if one != other and lies_in(one, other)] for one in areas}
    groups: dict[tuple[str, str, str], list[Statement]] = {}
    for target in targets:
        groups.setdefault((target.indicator, target.value_kind, target.area), []).append(target)
    for one in targets:
        answers = (
            other
            for area in above[one.area]
            for other in groups.get((one.indicator, one.value_kind, area), ())
            if other.plan != one.plan
        )
        for other in nsmallest(_MOST_ANSWERS, answers, key=lambda other: (one.year != other.year, other)):
            is_same_year = one.year == other.year
            yield Suggestion(
                one.iri,
                other.iri,
                "subset-of",
                _SURE["same-year" if is_same_year else "other-year"],
                "align/indicator",
                message("The same indicator; the first area lies in the second.")
                if is_same_year
                else message("The same indicator; the first area lies in the second. The years differ."),
            )


def _by_wording(elements: Iterable[Statement]) -> Iterable[Suggestion]:
    words = {each: bare(each.label) for each in elements}
    plans: dict[str, set[str]] = {}
    for each, label in words.items():
        plans.setdefault(label, set()).add(each.plan)
    kept = {
        each: frozenset(hashes(label, 2))
        for each, label in words.items()
        if len(label) >= _SHORTEST and len(plans[label]) <= _MOST_PLANS
    }
    for one, other in candidates({each: sketch(values) for each, values in kept.items()}):
        if one.plan == other.plan:
            continue
        like = round(jaccard(kept[one], kept[other]), 2)
        if words[one] == words[other]:
            yield Suggestion(
                one.iri,
                other.iri,
                "equal-to",
                0.9,
                "align/same-words",
                message("Both say the same in the same words."),
            )
        elif like >= _NEAR:
            yield Suggestion(
                one.iri,
                other.iri,
                "equivalent-to",
                like,
                "align/like-words",
                message("The wording is alike ({likeness:.0%}).", likeness=like),
            )
        elif like >= _SOMEWHAT and set(one.themes) & set(other.themes):
            yield Suggestion(
                one.iri,
                other.iri,
                "intersects-with",
                round(0.4 + like / 2, 2),
                "align/theme-and-words",
                message("One theme, and wording that is somewhat alike ({likeness:.0%}).", likeness=like),
            )
