"""A document in, its text cut at every span that is evidence out, and beside it what the spans are evidence of.

Positions are code points of the registered text, start inclusive, end exclusive, as in the evidence itself. Everything
is asked for by the text, so a page costs what its document costs, whatever else the graph holds.
"""

from __future__ import annotations

import re
from bisect import bisect_left, insort
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, field

import pyoxigraph as ox

from policygraph.vocab import pg

from ..web.ask import Row, rows
from ..web.names import shorten
from ..web.request import RequestContext
from . import quotations
from .labels import Names, in_rows, names
from .plan_names import PlanNames, plan_names

__all__ = [
    "GROUPS",
    "Coverage",
    "Line",
    "Reading",
    "Segment",
    "Span",
    "Thing",
    "coverage",
    "lines",
    "reading",
    "strip",
    "tree",
]

#: Kind of evidence, as the reading room tells them apart -> the class of what it is evidence of, the closest first.
GROUPS: Mapping[str, tuple[str, ...]] = {
    "target": (pg("IndicatorTarget").value,),
    "observation": (pg("IndicatorObservation").value,),
    "count": (pg("CountClaim").value,),
    "role": (pg("ResponsibilityAssignment").value,),
    "positioning": (pg("Positioning").value,),
    "coding": (pg("Classification").value,),
    "issue": (pg("ReadingIssue").value,),
    "part": (pg("PlanElement").value, pg("Plan").value),
    "other": (),
}
_GROUP_OF = {iri: (rank, group) for rank, (group, iris) in enumerate(GROUPS.items()) for iri in iris}
_OTHER = (len(GROUPS), "other")
#: How many kinds one place is coloured by.
_COLOURS = 3
#: Into how many steps a strip divides a text.
_STEPS = 1000
#: An uncovered passage shorter than this (code points without blanks) is not listed: a comma between two spans.
_SHORTEST = 4
_INK = re.compile(r"\S")
_EMPTY_LINES = re.compile(r"(?:[^\S\n]*\n)+")


@dataclass(frozen=True, slots=True)
class Span:
    """One place of the text, and the number of what it is evidence of in `Reading.things`."""

    start: int
    end: int
    thing: int


@dataclass(slots=True)
class Thing:
    """What a text is evidence of: its group, its narrowest class, its spans, and its parts among the other things."""

    iri: str
    group: str
    kind: str
    labels: Mapping[str, str]
    spans: list[Span] = field(default_factory=list)
    parts: list[int] = field(default_factory=list)
    is_top: bool = True

    def label(self, language: str) -> str:
        """The label in a language, else in the other, else the short name."""
        return self.labels.get(language) or next(iter(self.labels.values()), "") or shorten(self.iri)


@dataclass(frozen=True, slots=True)
class Segment:
    """A run of text between two ends of spans: the kinds that cover it, innermost first, and how many spans do.

    `anchors` are the spans that begin here, each once.
    """

    start: int
    text: str
    groups: tuple[str, ...]
    depth: int
    anchors: tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the text; its segments say every character of it."""

    start: int
    segments: Sequence[Segment]


@dataclass(frozen=True, slots=True)
class Coverage:
    """How much of the text is evidence of anything: characters that are not blank, and the passages that are not."""

    characters: int
    covered: int
    passages: Sequence[tuple[int, int]]

    @property
    def share(self) -> float:
        """The covered part, from 0 to 1."""
        return self.covered / self.characters if self.characters else 0.0


@dataclass(frozen=True, slots=True)
class Reading:
    """A document, one of its texts, and what is known from it; `state` says whether the text is shown, or why not."""

    document: str
    about: Row
    heads: Sequence[Row]
    plans: Sequence[str]
    sources: Sequence[str]
    source: str
    length: int
    twins: Sequence[str]
    text: str | None
    state: str
    spans: Sequence[Span]
    beyond: Sequence[Span]
    things: Sequence[Thing]
    values: Mapping[str, Row]
    roles: Mapping[str, Sequence[Row]]
    issues: Mapping[str, Sequence[Row]]
    names: Names

    def of_group(self, *groups: str) -> list[tuple[int, Thing]]:
        """The things of some groups with their numbers, in the order of the text."""
        chosen = [(number, each) for number, each in enumerate(self.things) if each.group in groups]
        return sorted(chosen, key=lambda pair: (pair[1].spans[0].start, -pair[1].spans[0].end, pair[0]))

    @property
    def authors(self) -> list[str]:
        """Those whom the document prints as its authors."""
        return list(dict.fromkeys(row["author"].value for row in self.heads if "author" in row))

    @property
    def counts(self) -> dict[str, int]:
        """Group -> how many spans it has."""
        numbers = dict.fromkeys(GROUPS, 0)
        for span in self.spans:
            numbers[self.things[span.thing].group] += 1
        return numbers


def reading(context: RequestContext, document: str, source: str = "") -> Reading | None:
    """A document and one of its texts, the first where none of it is named; None for what is no document."""
    node = ox.NamedNode(document)
    about = rows(context, "reading-document", {"document": node})
    if not about:
        return None
    texts = rows(context, "reading-texts", {"document": node})
    sources = list(dict.fromkeys(row["source"].value for row in texts))
    chosen = source if source in sources else next(iter(sources), "")
    of_text = [row for row in texts if row["source"].value == chosen]
    text, state = _text(context, of_text)
    length = int(of_text[0]["length"].value) if of_text else 0
    solutions = {name: _solutions(context, name, chosen) for name in ("things", "spans", "values", "roles", "issues")}
    things, number = _things(solutions["things"], plan_names(context))
    spans, beyond = _spans(solutions["spans"], number, length)
    for span in [*spans, *beyond]:
        things[span.thing].spans.append(span)
    values = {row["item"].value: row for row in solutions["values"]}
    roles, issues = _by_item(solutions["roles"]), _by_item(solutions["issues"])
    twins = sorted({row["other"].value for row in of_text if "other" in row})
    plans = list(dict.fromkeys(row["plan"].value for row in about if "plan" in row))
    beside = [*about, *solutions["values"], *solutions["roles"], *solutions["issues"]]
    labels = _labels(context, things, {*twins, *in_rows(beside)})
    return Reading(
        document,
        about[0],
        about,
        plans,
        sources,
        chosen,
        length,
        twins,
        text,
        state,
        spans,
        beyond,
        things,
        values,
        roles,
        issues,
        labels,
    )


def _solutions(context: RequestContext, name: str, source: str) -> Sequence[Row]:
    """The rows of a query of the reading room about a text; none where the document has no text."""
    return rows(context, f"reading-{name}", {"source": ox.NamedNode(source)}) if source else []


def _labels(context: RequestContext, things: Sequence[Thing], others: Set[str]) -> Names:
    """The labels of the things of a text, which their own rows have, of their kinds, and of other IRIs."""
    own = {each.iri: each.labels for each in things if each.labels}
    labels = names(context, {*(others - {each.iri for each in things}), *(each.kind for each in things)})
    return Names({**labels.by_iri, **own})


def _text(context: RequestContext, of_text: Sequence[Row]) -> tuple[str | None, str]:
    if not of_text:
        return None, "unregistered"
    return quotations.whole_text(context, of_text[0]["file"].value, of_text[0]["sha256"].value)


def _things(solutions: Sequence[Row], own: PlanNames) -> tuple[list[Thing], dict[str, int]]:
    """The things of a text with what each is part of, and their numbers."""
    by_thing: dict[str, list[Row]] = {}
    for row in solutions:
        if isinstance(row["thing"], ox.NamedNode):
            by_thing.setdefault(row["thing"].value, []).append(row)
    number = {iri: at for at, iri in enumerate(by_thing)}
    things = []
    for iri, some in by_thing.items():
        group = min((_GROUP_OF[row["group"].value] for row in some if "group" in row), default=_OTHER)[1]
        labels: dict[str, str] = {
            language: own.label(iri, row[language].value)
            for row in some
            for language in ("zh", "en")
            if language in row
        }
        things.append(Thing(iri, group, next((row["kind"].value for row in some if "kind" in row), ""), labels))
    for iri, wholes, _ in sorted(_wholes(by_thing), key=lambda each: each[2]):
        for whole in wholes:
            if whole in number and whole != iri and number[iri] not in things[number[whole]].parts:
                things[number[whole]].parts.append(number[iri])
                things[number[iri]].is_top = False
    return things, number


def _wholes(by_thing: Mapping[str, Sequence[Row]]) -> Iterator[tuple[str, list[str], int]]:
    """Thing -> its wholes and its ordinal."""
    for iri, some in by_thing.items():
        ordinal = next((int(row["ordinal"].value) for row in some if "ordinal" in row), 0)
        yield iri, list(dict.fromkeys(row["whole"].value for row in some if "whole" in row)), ordinal


def _spans(solutions: Sequence[Row], number: Mapping[str, int], length: int) -> tuple[list[Span], list[Span]]:
    """Those within the text, and those that are no places of it."""
    within: dict[Span, None] = {}
    beyond: dict[Span, None] = {}
    for row in solutions:
        start, end = int(row["start"].value), int(row["end"].value)
        if row["thing"].value in number:
            kept = within if 0 <= start < end <= length else beyond
            kept[Span(start, end, number[row["thing"].value])] = None
    return sorted(within, key=lambda span: (span.start, -span.end, span.thing)), list(beyond)


def _by_item(solutions: Iterable[Row]) -> dict[str, list[Row]]:
    grouped: dict[str, list[Row]] = {}
    for row in solutions:
        grouped.setdefault(row["item"].value, []).append(row)
    return grouped


def tree(things: Sequence[Thing]) -> list[tuple[int, int]]:
    """The plans and their elements as lines: level from 1, and number; each stands once, circles too."""
    placed: set[int] = set()
    content: list[tuple[int, int]] = []
    first = [number for number, each in enumerate(things) if each.group == "part" and each.is_top]
    for root in [*sorted(first, key=lambda number: things[number].spans[0].start), *range(len(things))]:
        waiting = [(1, root)]
        while waiting:
            level, number = waiting.pop()
            if number in placed or things[number].group != "part":
                continue
            placed.add(number)
            content.append((level, number))
            waiting += [(level + 1, part) for part in reversed(things[number].parts)]
    return content


def lines(text: str, spans: Sequence[Span], groups: Sequence[str]) -> list[Line]:
    """The text line by line, cut wherever a span begins or ends; `groups` has the group of each thing.

    Blank lines are left out. The time is that of sorting, with a small factor for the depth.
    """
    cutter = _Cutter(spans, groups)
    return [
        Line(match.start(), segments)
        for match in re.finditer(r"[^\n]+", text)
        if (segments := list(cutter.segments(text, match.start(), match.end()))) and _INK.search(match[0])
    ]


class _Cutter:
    """Walks once through a text and knows which spans are open."""

    def __init__(self, spans: Sequence[Span], groups: Sequence[str]) -> None:
        self._starts: dict[int, list[Span]] = {}
        self._ends: dict[int, list[Span]] = {}
        for span in spans:
            self._starts.setdefault(span.start, []).append(span)
            self._ends.setdefault(span.end, []).append(span)
        self._cuts = sorted(self._starts.keys() | self._ends.keys())
        self._next = 0
        self._open: list[tuple[int, int, int, int]] = []
        self._groups = groups

    def segments(self, text: str, start: int, end: int) -> Iterator[Segment]:
        at = start
        while at < end:
            anchors = self._advance(at)
            until = min(end, self._cuts[self._next]) if self._next < len(self._cuts) else end
            innermost = (self._groups[thing] for *_, thing in self._open[: 4 * _COLOURS])
            yield Segment(at, text[at:until], tuple(dict.fromkeys(innermost))[:_COLOURS], len(self._open), anchors)
            at = until

    def _advance(self, at: int) -> tuple[tuple[int, int], ...]:
        """Opens and closes what begins and ends up to a position; the places that begin."""
        anchors: dict[tuple[int, int], None] = {}
        while self._next < len(self._cuts) and self._cuts[self._next] <= at:
            cut = self._cuts[self._next]
            for span in self._ends.get(cut, ()):
                del self._open[bisect_left(self._open, _depth_key(span))]
            for span in self._starts.get(cut, ()):
                insort(self._open, _depth_key(span))
                anchors[span.start, span.end] = None
            self._next += 1
        return tuple(anchors)


def _depth_key(span: Span) -> tuple[int, int, int, int]:
    """The shortest span is the innermost."""
    return span.end - span.start, span.start, span.end, span.thing


def coverage(text: str | None, length: int, spans: Sequence[Span]) -> Coverage:
    """How much of a text its spans cover; without the text, blanks count as any character."""
    gaps: list[tuple[int, int]] = []
    reached = 0
    for span in [*spans, Span(length, length, -1)]:
        if span.start > reached:
            gaps.append((reached, span.start))
        reached = max(reached, span.end)
    ink = [len(_INK.findall(text[start:end])) if text is not None else end - start for start, end in gaps]
    characters = len(_INK.findall(text)) if text is not None else length
    passages = [_trimmed(text, *gap) for gap, size in zip(gaps, ink, strict=True) if size >= _SHORTEST]
    return Coverage(characters, characters - sum(ink), passages)


def _trimmed(text: str | None, start: int, end: int) -> tuple[int, int]:
    """A passage without the empty lines before it and the blanks after it."""
    if text is None:
        return start, end
    lead = _EMPTY_LINES.match(text, start, end)
    return (lead.end() if lead else start), start + len(text[start:end].rstrip())


def strip(spans: Sequence[Span], things: Sequence[Thing], length: int) -> dict[str, list[tuple[int, int]]]:
    """Group -> where it stands in the text, start and width in thousandths, overlaps joined: at most 1,000 of each."""
    by_group: dict[str, list[tuple[int, int]]] = {group: [] for group in GROUPS}
    for span in spans:
        start = span.start * _STEPS // max(1, length)
        end = max(start + 1, -(-span.end * _STEPS // max(1, length)))
        bars = by_group[things[span.thing].group]
        if bars and start <= bars[-1][0] + bars[-1][1]:
            bars[-1] = (bars[-1][0], max(bars[-1][1], end - bars[-1][0]))
        else:
            bars.append((start, end - start))
    return {group: bars for group, bars in by_group.items() if bars}
