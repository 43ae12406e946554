"""Targets and elements of several plans in, suggested alignments out: what may answer to what, how surely, and why.

Three ways: the same indicator with a target in an area and in one that it lies in; the same or like wording of
elements; and one theme with wording that is somewhat alike. A suggestion is a machine's: it stands in a graph of its
own (`graph/suggested`), never with what is stated.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from policygraph.linking.shingles import candidates, hashes, jaccard, sketch
from policygraph.linking.spelling import bare

__all__ = ["Statement", "Suggestion", "suggest"]

#: Shorter labels (保障措施) say nothing by being alike.
_SHORTEST = 8
_NEAR = 0.6
#: What is less alike than this is alike by chance, even of one theme.
_SOMEWHAT = 0.35
#: A label that more plans than this print is a heading of the genre.
_MOST_PLANS = 12
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
    """That one thing may answer to another: how, how surely, by which method, and why in zh and en."""

    first: str
    second: str
    relation: str
    confidence: float
    method: str
    reason_zh: str
    reason_en: str


def suggest(statements: Iterable[Statement], lies_in: Callable[[str, str], bool]) -> list[Suggestion]:
    """The suggested alignments between statements of different plans, sorted; each pair once.

    `lies_in(a, b)` says whether area a lies in area b, or is it.
    """
    ordered = sorted(set(statements))
    targets = [each for each in ordered if each.indicator]
    elements = [each for each in ordered if not each.indicator]
    return sorted([*_by_indicator(targets, lies_in), *_by_wording(elements)])


def _by_indicator(targets: Iterable[Statement], lies_in: Callable[[str, str], bool]) -> Iterable[Suggestion]:
    groups: dict[tuple[str, str], list[Statement]] = {}
    for target in targets:
        groups.setdefault((target.indicator, target.value_kind), []).append(target)
    for group in groups.values():
        areas = sorted({target.area for target in group})
        inside = {(one, other) for one in areas for other in areas if one != other and lies_in(one, other)}
        for one in group:
            for other in group:
                if one.plan != other.plan and (one.area, other.area) in inside:
                    is_same_year = one.year == other.year
                    yield Suggestion(
                        one.iri,
                        other.iri,
                        "subset-of",
                        _SURE["same-year" if is_same_year else "other-year"],
                        "align/indicator",
                        "同一指标，前者所属区域在后者之内。" + ("" if is_same_year else "年份不同。"),
                        "The same indicator; the first area lies in the second."
                        + ("" if is_same_year else " The years differ."),
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
                "表述相同。",
                "Both say the same in the same words.",
            )
        elif like >= _NEAR:
            yield Suggestion(
                one.iri,
                other.iri,
                "equivalent-to",
                like,
                "align/like-words",
                f"表述相近（{like:.0%}）。",
                f"The wording is alike ({like:.0%}).",
            )
        elif like >= _SOMEWHAT and set(one.themes) & set(other.themes):
            yield Suggestion(
                one.iri,
                other.iri,
                "intersects-with",
                round(0.4 + like / 2, 2),
                "align/theme-and-words",
                f"主题相同，表述有相近之处（{like:.0%}）。",
                f"One theme, and wording that is somewhat alike ({like:.0%}).",
            )
