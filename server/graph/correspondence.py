"""Two plans in, what of each corresponds to what of the other out: as curators wrote it down, and by indicator."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from ..web.ask import Row, part, rows
from ..web.request import RequestContext
from .citations import Place, cited, row_label
from .hierarchy import Hierarchy, Part, described, node, pieces, unfold, ways

__all__ = ["Line", "Link", "Side", "compare", "pairs", "stated_between"]

#: How many parts of a plan are listed at most.
_MOST = 1500
#: Relations in which two things are the same; in every other they only meet.
_SAME = frozenset({"equal-to", "equivalent-to"})
#: The relation, not recorded as an alignment, of things that set targets for one indicator and area.
_SHARED = "shared-indicator"


@dataclass(frozen=True, slots=True)
class Link:
    """One correspondence, from a thing of the one plan to a thing of the other.

    `relation` is the last part of the concept's IRI, or `shared-indicator`; `iri` is the alignment's, empty where none
    was written down.
    """

    number: int
    iri: str
    relation: str
    relation_label: str
    ends: tuple[Part, Part]
    reason: str
    confidence: str
    places: Sequence[Place] = ()
    is_suggested: bool = False

    @property
    def state(self) -> str:
        """Whether the two are the same, or only meet."""
        return "matched" if self.relation in _SAME else "intersecting"


@dataclass(slots=True)
class Line:
    """A line of a plan's outline: its depth, its links, and how many parts below it are not listed."""

    part: Part
    depth: int
    links: list[Link] = field(default_factory=list)
    hidden: int = 0

    @property
    def state(self) -> str:
        """matched, intersecting or unmatched."""
        states = {link.state for link in self.links}
        return "matched" if "matched" in states else "intersecting" if states else "unmatched"


@dataclass(slots=True)
class Side:
    """One of the two plans, as an outline; and for each of its links the part at the top under which it stands.

    `unmatched` counts the parts that have no link, nor set anything that has one.
    """

    plan: Part
    lines: list[Line]
    tops: dict[int, Part]
    unmatched: int

    def count(self, state: str) -> int:
        """How many things of the plan are in a state."""
        return self.unmatched if state == "unmatched" else sum(line.state == state for line in self.lines)


def pairs(context: RequestContext, start: int, count: int) -> tuple[dict[tuple[str, str], int], int]:
    """Pairs of plans between which alignments are written down, each with how many, those with most first.

    So many from one on, and how many there are.
    """
    listed, total = part(context, "alignment-pairs", start, count)
    return {(row["one"].value, row["other"].value): int(row["number"].value) for row in listed}, total


def compare(context: RequestContext, one: str, other: str, *, is_whole: bool) -> tuple[Side, Side, list[Link]] | None:
    """Both plans with their links; outlines hold every part, or only the way to what is linked.

    None where one of the two is not known.
    """
    grown = unfold(context, (one, other), _MOST)
    if grown[0] is None or grown[1] is None:
        return None
    links = _links(context, one, other)
    sides = [
        _side(context, hierarchy, [(link, link.ends[place]) for link in links], is_whole=is_whole)
        for place, hierarchy in enumerate(grown)
        if hierarchy
    ]
    return sides[0], sides[1], links


def stated_between(context: RequestContext, one: Sequence[str], other: Sequence[str]) -> list[Link]:
    """The alignments between the plans of some areas and of others, by curators or suggested."""
    return _linked(context, _written(context, one, other, "alignments-of-areas"), [])


def _links(context: RequestContext, one: str, other: str) -> list[Link]:
    shared = rows(context, "shared_indicators", {"one": node(one), "other": node(other)})
    return _linked(context, _written(context, [one], [other], "alignments"), shared)


def _linked(
    context: RequestContext, stated: Sequence[tuple[tuple[str, str], Row]], shared: Sequence[Row]
) -> list[Link]:
    linked = {(ends[0], ends[1]) for ends, _ in stated}
    ends = [ends for ends, _ in stated] + [(row["from"].value, row["to"].value) for row in shared]
    parts = described(context, sorted({iri for pair in ends for iri in pair}), is_counted=False)
    places = cited(context, [row["alignment"].value for _, row in stated])
    links: list[Link] = []
    for pair, row in stated:
        iri = row["alignment"].value
        relation = row["relation"].value.rpartition("/")[2]
        confidence = row["confidence"].value if "confidence" in row else ""
        ends_ = (parts[pair[0]], parts[pair[1]])
        label = row_label(row, "relation") or relation
        links.append(
            Link(
                len(links),
                iri,
                relation,
                label,
                ends_,
                row_label(row, "reason"),
                confidence,
                places.get(iri, ()),
                is_suggested="suggested" in row,
            )
        )
    for row in shared:
        pair = (row["from"].value, row["to"].value)
        if pair not in linked:
            linked.add(pair)
            links.append(Link(len(links), "", _SHARED, "", (parts[pair[0]], parts[pair[1]]), row_label(row, ""), ""))
    return links


def _written(
    context: RequestContext, one: Sequence[str], other: Sequence[str], query: str
) -> list[tuple[tuple[str, str], Row]]:
    """The ends, as those of the one side and of the other, with the alignment's row, whichever way it was written."""
    alignments: dict[str, tuple[tuple[str, str], Row]] = {}
    for names, sides in ((("from", "to"), (one, other)), (("to", "from"), (other, one))):
        for row in rows(
            context, query, dict(zip(("one", "other"), ([*map(node, side)] for side in sides), strict=True))
        ):
            alignments.setdefault(row["alignment"].value, ((row[names[0]].value, row[names[1]].value), row))
    return list(alignments.values())


def _side(context: RequestContext, grown: Hierarchy, links: Iterable[tuple[Link, Part]], *, is_whole: bool) -> Side:
    linked: dict[str, list[Link]] = {}
    ends: dict[str, Part] = {}
    for link, end in links:
        linked.setdefault(end.iri, []).append(link)
        ends[end.iri] = end
    below = _set_things(context, [iri for iri in ends if iri not in grown.parts], ends)
    holders = {thing.iri: setter for setter, things in below.items() for thing in things}
    paths = ways(context, grown.root.iri, sorted({holders.get(iri, iri) for iri in ends}))
    open_parts = {step for way in paths.values() for step in way}
    lines = list(_lines(grown, linked, below, None if is_whole else open_parts))
    tops = {
        link.number: grown.parts.get(way[1] if len(way) > 1 else way[0], grown.root)
        for iri, those in linked.items()
        for link in those
        if (way := paths.get(holders.get(iri, iri)))
    }
    reached = {holders.get(iri, iri) for iri in ends} & grown.parts.keys() - {grown.root.iri}
    return Side(grown.root, lines, tops, len(grown.parts) - 1 - len(reached))


def _set_things(context: RequestContext, things: Sequence[str], parts: Mapping[str, Part]) -> dict[str, list[Part]]:
    """Element -> the linked targets and positionings that it sets."""
    by_holder: dict[str, list[Part]] = {}
    for some in pieces(things):
        for row in rows(context, "setters", {"thing": some}):
            by_holder.setdefault(row["setter"].value, []).append(parts[row["thing"].value])
    return by_holder


def _lines(
    grown: Hierarchy, linked: Mapping[str, list[Link]], below: Mapping[str, list[Part]], open_parts: set[str] | None
) -> Iterable[Line]:
    """The outline: the first level and, where `told` is given, below that only what it holds."""
    seen: set[str] = set()
    waiting = [(grown.root, 0)]
    while waiting:
        part, depth = waiting.pop()
        if part.iri in seen:
            continue
        seen.add(part.iri)
        line = Line(part, depth, linked.get(part.iri, []))
        children = grown.children.get(part.iri, [])
        visible = [child for child in children if open_parts is None or depth == 0 or child.iri in open_parts]
        line.hidden = len(children) - len(visible)
        yield line
        for thing in below.get(part.iri, ()):
            yield Line(thing, depth + 1, linked.get(thing.iri, []))
        waiting += [(child, depth + 1) for child in reversed(visible)]
