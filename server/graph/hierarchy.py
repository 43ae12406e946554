"""Wholes in, their parts out: how the service knows a hierarchy, level by level, asking for what is opened and no more.

A part of several wholes is a part below each of them; callers that show a tree have to stop at cycles.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import pyoxigraph as ox

from policygraph import vocab
from policygraph.queries import Value

from ..web.ask import Row, rows
from ..web.names import shorten
from ..web.request import RequestContext
from .plan_names import PlanNames, plan_names

__all__ = ["Hierarchy", "Part", "described", "grow", "named", "node", "parts_of", "pieces", "unfold", "ways"]

#: The most things in one query, since other stores bound its length.
_AT_ONCE = 400
#: How many levels are shown at once by default: lists that are nested deeper are hard to read.
_DEEPEST = 24


@dataclass(slots=True)
class Part:
    """What a picture says of one thing: `kind` is its class without a prefix, labels are by language (zh, en).

    `number` is as printed, without signs that number nothing (■). `parts` and `wholes` count those next to it,
    `targets` what it sets itself, `targets_within` what its parts set too.
    """

    iri: str
    kind: str = ""
    kind_labels: dict[str, str] = field(default_factory=dict)
    labels: dict[str, str] = field(default_factory=dict)
    number: str = ""
    ordinal: int = 0
    parts: int = 0
    wholes: int = 0
    targets: int = 0
    targets_within: int = 0

    def label(self, language: str) -> str:
        """The label in a language, else in the other, else the short name."""
        return _first(self.labels, language) or shorten(self.iri)

    def kind_label(self, language: str) -> str:
        """What it is, in a language, else in the other, else the name of the class."""
        return _first(self.kind_labels, language) or self.kind


@dataclass(slots=True)
class Hierarchy:
    """A root, all that is known below it, and whether that is all there is."""

    root: Part
    parts: dict[str, Part]
    children: dict[str, list[Part]]
    is_whole: bool


def _first(labels: dict[str, str], language: str) -> str:
    return labels.get(language) or next((labels[key] for key in sorted(labels)), "")


def node(iri: str) -> Value:
    """An IRI as a term. Raises ValueError for what is none."""
    return ox.NamedNode(iri)


def pieces(things: Iterable[str]) -> Iterator[list[Value]]:
    """IRIs as terms, as many at once as one query may name."""
    listed = [node(thing) for thing in things]
    for start in range(0, len(listed), _AT_ONCE):
        yield listed[start : start + _AT_ONCE]


def described(context: RequestContext, things: Sequence[str], *, is_counted: bool = True) -> dict[str, Part]:
    """Those of the things that are anything of ours, each with what is said of it."""
    parts: dict[str, Part] = {}
    for some in pieces(things):
        for row in rows(context, "thing_in_short", {"thing": some}):
            parts.setdefault(row["thing"].value, _part(row, row["thing"].value, plan_names(context)))
    if is_counted:
        _count(context, parts)
    return parts


def parts_of(context: RequestContext, wholes: Sequence[str], *, is_counted: bool = True) -> dict[str, list[Part]]:
    """Whole -> its parts in the order of the document."""
    own = plan_names(context)
    children: dict[str, dict[str, Part]] = {whole: {} for whole in wholes}
    parts: dict[str, Part] = {}
    for some in pieces(wholes):
        for row in rows(context, "parts", {"whole": some}):
            iri = row["part"].value
            if isinstance(row["part"], ox.NamedNode):
                children[row["whole"].value].setdefault(iri, parts.setdefault(iri, _part(row, iri, own)))
    if is_counted:
        _count(context, parts)
    return {whole: list(below.values()) for whole, below in children.items()}


def _part(row: Row, iri: str, own: PlanNames) -> Part:
    values = {name: term.value for name, term in row.items()}
    kind = values.get("kind", "").removeprefix(vocab.PREFIXES["pg"])
    return Part(
        iri,
        kind,
        {language: values[name] for language, name in (("zh", "kindZh"), ("en", "kindEn")) if name in values},
        {language: own.label(iri, values[language]) for language in ("zh", "en") if language in values},
        values.get("number", "") if any(map(str.isalnum, values.get("number", ""))) else "",
        int(values.get("ordinal", 0)),
    )


def _count(context: RequestContext, parts: dict[str, Part]) -> None:
    for some in pieces(parts):
        for row in rows(context, "part_counts", {"part": some}):
            part = parts[row["part"].value]
            part.parts, part.wholes = int(row["parts"].value), int(row["wholes"].value)
            part.targets, part.targets_within = int(row["targets"].value), int(row["targetsWithin"].value)


def grow(context: RequestContext, root: str, most: int, deepest: int = _DEEPEST) -> Hierarchy | None:
    """What is below a root, as many whole levels as make no more than `most` parts, and always the first.

    None for a thing that is not known.
    """
    parts = described(context, [root])
    if root not in parts:
        return None
    children: dict[str, list[Part]] = {}
    level = [root]
    for depth in range(deepest):
        following = sum(parts[iri].parts for iri in level)
        if not following or (depth and len(parts) + following > most):
            break
        opened = parts_of(context, [iri for iri in level if parts[iri].parts])
        children |= opened
        level = []
        for below in opened.values():
            for part in below:
                if part.iri not in parts:
                    parts[part.iri] = part
                    level.append(part.iri)
    return Hierarchy(parts[root], parts, children, all(iri in children or not parts[iri].parts for iri in parts))


def unfold(context: RequestContext, roots: Sequence[str], most: int, deepest: int = _DEEPEST) -> list[Hierarchy | None]:
    """As `grow` has it, of parts that are not counted: a level is asked for before it is known to be too large.

    A level of all roots is asked for at once.
    """
    parts = described(context, roots, is_counted=False)
    grown = [_Growing(parts[root]) if root in parts else None for root in roots]
    open_ = [each for each in grown if each]
    for depth in range(deepest):
        open_ = [each for each in open_ if each.level]
        if not open_:
            break
        wholes = list(dict.fromkeys(whole for each in open_ for whole in each.level))
        opened = parts_of(context, wholes, is_counted=False)
        for each in open_:
            each.add(opened, most if depth else None)
    return [
        Hierarchy(each.root, each.parts, each.children, not each.is_cut and not each.level) if each else None
        for each in grown
    ]


class _Growing:
    """What is known so far below a root, and the parts on the last level, whose own parts are not known yet."""

    def __init__(self, root: Part) -> None:
        self.root = root
        self.parts = {root.iri: root}
        self.children: dict[str, list[Part]] = {}
        self.level = [root.iri]
        self.is_cut = False

    def add(self, opened: Mapping[str, list[Part]], most: int | None) -> None:
        """Adds the level below, unless that makes more than `most` parts."""
        below = {whole: opened[whole] for whole in self.level if opened[whole]}
        new = {part.iri: part for parts in below.values() for part in parts if part.iri not in self.parts}
        self.is_cut = most is not None and len(self.parts) + len(new) > most
        self.level = [] if self.is_cut else list(new)
        if not self.is_cut:
            self.children |= below
            self.parts |= new


def named(context: RequestContext, root: str, words: str) -> list[str]:
    """The parts below a root whose name holds some words."""
    matches = rows(context, "parts_named", {"whole": node(root), "words": ox.Literal(words)})
    return [row["part"].value for row in matches]


def ways(context: RequestContext, root: str, things: Sequence[str]) -> dict[str, list[str]]:
    """Thing -> the shortest way to it from a root: the root, what is between, itself. Without those not below it."""
    above: dict[str, list[str]] = {}
    for some in pieces(things):
        for row in rows(context, "wholes", {"part": some}):
            above.setdefault(row["step"].value, []).append(row["above"].value)
    paths = {thing: _way(above, root, thing) for thing in things}
    return {thing: way for thing, way in paths.items() if way}


def _way(above: dict[str, list[str]], root: str, thing: str) -> list[str]:
    """Upwards, level by level, until the root is met."""
    below: dict[str, str] = {thing: ""}
    level = [thing]
    while level and root not in below:
        following = []
        for step in level:
            for whole in above.get(step, ()):
                if whole not in below:
                    below[whole] = step
                    following.append(whole)
        level = following
    if root not in below:
        return []
    way = [root]
    while way[-1] != thing:
        way.append(below[way[-1]])
    return way
