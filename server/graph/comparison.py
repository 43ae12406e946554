"""Two plans or areas in, what both set targets for and what only one does out, by indicator and by theme."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import product
from typing import NamedTuple

import pyoxigraph as ox

from ..web.ask import Row, rows
from ..web.names import shorten
from ..web.request import RequestContext
from .citations import Place, cited, row_label
from .silence import Document, documents_of, why_silent

__all__ = ["Comparison", "Silence", "Target", "Topic", "compare_targets"]


@dataclass(frozen=True, slots=True)
class Target:
    """A target of one side; `row` has its value as the template `amount` tells it."""

    iri: str
    label: str
    area: tuple[str, str]
    kind: str
    hedge: str
    printed: str
    time: str
    row: Row
    places: Sequence[Place]
    document: tuple[str, str]


class Silence(NamedTuple):
    """Why nothing is stated for a year (silence.REASONS), and by whom, where a side is of several."""

    year: int
    reason: str
    things: Sequence[str] = ()


@dataclass(slots=True)
class Topic:
    """An indicator, the targets of either side, and how their areas relate: `same`, `part`, `whole` or `elsewhere`.

    `part` says that the other side's area belongs to that of the first. Empty where only one side has targets:
    `silence` is then why the other has none, by year.
    """

    iri: str
    label: str
    sides: tuple[list[Target], list[Target]] = field(default_factory=lambda: ([], []))
    relation: str = ""
    silence: Sequence[Silence] = ()


@dataclass(frozen=True, slots=True)
class Comparison:
    """What both sides speak of, and what is one side's own; themes with the number of elements on either side."""

    shared: Sequence[Topic]
    own: tuple[Sequence[Topic], Sequence[Topic]]
    themes: Sequence[tuple[str, str, int, int]]

    @property
    def units(self) -> set[str]:
        """The units and comparators of all targets."""
        targets = [
            each for topics in (self.shared, *self.own) for topic in topics for side in topic.sides for each in side
        ]
        return {each.row[name].value for each in targets for name in ("unit", "comparator") if name in each.row}

    @property
    def silent(self) -> set[str]:
        """Who states nothing where others of the same side state nothing for another reason."""
        return {iri for topics in self.own for topic in topics for each in topic.silence for iri in each.things}

    @property
    def related(self) -> list[Topic]:
        """The shared indicators of one area, or of an area and what belongs to it."""
        return [topic for topic in self.shared if topic.relation != "elsewhere"]


#: How the areas of two targets relate, the closest first.
_RELATIONS = ("same", "part", "whole", "elsewhere")


def compare_targets(context: RequestContext, one: Sequence[str], other: Sequence[str]) -> Comparison:
    """The comparison of two sides, each of plans or areas, which may be several: the districts of a city."""
    topics = _topics(context, one, other)
    shared = [topic for topic in topics if all(topic.sides)]
    above = _above(context, shared)
    shared = [part for topic in shared for part in _related(topic, above)]
    shared.sort(key=lambda topic: (_RELATIONS.index(topic.relation), topic.label))
    own = ([topic for topic in topics if not topic.sides[1]], [topic for topic in topics if not topic.sides[0]])
    _add_silence(context, own, (other, one))
    return Comparison(shared, own, _themes(context, one, other))


def _topics(context: RequestContext, one: Sequence[str], other: Sequence[str]) -> list[Topic]:
    """The indicators of both sides with their targets."""
    answers = _by_setter(_of_sides(context, "compared-targets", (one, other)))
    places = cited(context, sorted({row["target"].value for answer in answers for row in answer}))
    topics: dict[str, Topic] = {}
    for at, answer in enumerate(answers):
        for row in answer:
            iri = row["indicator"].value
            topic = topics.setdefault(iri, Topic(iri, row_label(row, "") or shorten(iri)))
            if row["target"].value not in {each.iri for each in topic.sides[at]}:
                topic.sides[at].append(_target(row, places))
    return list(topics.values())


def _by_setter(answers: Sequence[Sequence[Row]]) -> list[list[Row]]:
    """The targets of both sides, without those that only the other side's plans set.

    A city's target for a district is the city's: the district takes it up, or is silent on it.
    """
    setters = [{row["target"].value for row in answer if "isSetBySide" in row} for answer in answers]
    return [
        [row for row in answer if row["target"].value not in setters[1 - at] - setters[at]]
        for at, answer in enumerate(answers)
    ]


def _of_sides(context: RequestContext, query: str, sides: Sequence[Sequence[str]]) -> list[list[Row]]:
    """The rows of a query about the scopes of all sides, for each side those about its own."""
    scopes = [ox.NamedNode(iri) for iri in sorted({iri for side in sides for iri in side})]
    answer = rows(context, query, {"scope": scopes}) if scopes else []
    return [[row for row in answer if row["scope"].value in side] for side in map(set, sides)]


def _related(topic: Topic, above: Mapping[str, set[str]]) -> Iterator[Topic]:
    """An indicator of both sides with how the areas of their targets relate: the closest relation.

    Where some targets of a side are for areas that have to do with none of the other's, they face it in a topic of
    their own: that of a city for one district says nothing of another district.
    """
    left, right = topic.sides
    near = {
        (one.iri, other.iri): relation
        for one in left
        for other in right
        if (relation := _relation(one.area[0], other.area[0], above)) != "elsewhere"
    }
    if not near:
        yield replace(topic, relation="elsewhere")
        return
    ones, others = ({pair[at] for pair in near} for at in (0, 1))
    sides = [each for each in left if each.iri in ones], [each for each in right if each.iri in others]
    yield replace(topic, sides=sides, relation=min(near.values(), key=_RELATIONS.index))
    far = [each for each in left if each.iri not in ones], [each for each in right if each.iri not in others]
    if any(far):
        yield replace(topic, sides=(far[0] or left, far[1] or right), relation="elsewhere")


def _add_silence(context: RequestContext, own: Sequence[Iterable[Topic]], silent: Sequence[Sequence[str]]) -> None:
    """Adds to the topics of either side why the other, at the same place of `silent`, has none."""
    things = sorted({iri for side in silent for iri in side})
    by_area = documents_of(context, things)
    by_plan = documents_of(context, [iri for iri in things if iri not in by_area], "document")
    for topics, side in zip(own, silent, strict=True):
        for topic in topics:
            topic.silence = _silence([*topic.sides[0], *topic.sides[1]], side, by_area, by_plan)


def _silence(
    targets: Sequence[Target],
    side: Sequence[str],
    by_area: Mapping[str, Sequence[Document]],
    by_plan: Mapping[str, Sequence[Document]],
) -> list[Silence]:
    """Why a side has no such targets, by their years; a plan that was read is silent whatever its own years."""
    years = sorted({int(each.time[:4]) for each in targets if each.time[:4].isdigit()})
    things: dict[tuple[int, str], list[str]] = {}
    for year, iri in product(years, side):
        is_plan = iri in by_plan
        reason = why_silent(by_plan[iri], None) if is_plan else why_silent(by_area.get(iri, ()), year)
        things.setdefault((year, reason), []).append(iri)
    return [Silence(year, reason, those if len(side) > 1 else ()) for (year, reason), those in things.items()]


def _target(row: Row, places: Mapping[str, Sequence[Place]]) -> Target:
    iri = row["target"].value
    return Target(
        iri,
        row_label(row, "target") or shorten(iri),
        (row["area"].value, row_label(row, "area")) if "area" in row else ("", ""),
        row_label(row, "kind"),
        row_label(row, "hedge"),
        row["printed"].value if "printed" in row else "",
        next((row[name].value for name in ("year", "period") if name in row), ""),
        row,
        places.get(iri, ()),
        (row["document"].value, row_label(row, "document")) if "document" in row else ("", ""),
    )


def _above(context: RequestContext, shared: Sequence[Topic]) -> dict[str, set[str]]:
    """Area -> the areas that it belongs to."""
    areas = sorted({each.area[0] for topic in shared for side in topic.sides for each in side if each.area[0]})
    above: dict[str, set[str]] = {}
    if areas:
        for row in rows(context, "compared-areas", {"area": [ox.NamedNode(iri) for iri in areas]}):
            above.setdefault(row["area"].value, set()).add(row["upper"].value)
    return above


def _relation(left: str, right: str, above: Mapping[str, set[str]]) -> str:
    if left == right:
        return "same"
    if left in above.get(right, ()):
        return "part"
    return "whole" if right in above.get(left, ()) else "elsewhere"


def _themes(context: RequestContext, one: Sequence[str], other: Sequence[str]) -> list[tuple[str, str, int, int]]:
    """Themes with elements on either side: IRI, label, how many on the one, how many on the other."""
    counts: dict[str, list[int]] = {}
    labels: dict[str, str] = {}
    for at, answer in enumerate(_of_sides(context, "compared-themes", (one, other))):
        for row in answer:
            theme = row["theme"].value
            labels[theme] = row_label(row, "") or shorten(theme)
            counts.setdefault(theme, [0, 0])[at] += int(row["elements"].value)
    themes = [(iri, labels[iri], left, right) for iri, (left, right) in counts.items()]
    return sorted(themes, key=lambda each: (-min(each[2], each[3]), each[1]))
