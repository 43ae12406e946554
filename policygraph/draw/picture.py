"""A hierarchy in, what a picture of it shows out: boxes with their words and marks, and a legend."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import pyoxigraph as ox

from policygraph import network, things
from policygraph.draw import diagram_text
from policygraph.draw.diagram_text import Diagram
from policygraph.draw.symbols import KINDS, OTHER, TARGETS, Mark, of_kind
from policygraph.messages import message, text_in
from policygraph.network import Place
from policygraph.text import COMPOSED, signed
from policygraph.vocab import pg, shorten

__all__ = ["COLOURINGS", "Box", "Entry", "Picture", "class_labels", "diagram", "picture"]

_SAYS = {
    "parts": message("{parts} parts on {levels} levels"),
    "targets": message("targets: {count}"),
    "hidden": message("parts not drawn: {count}"),
    "again": message("also a part of something else, drawn in full there"),
    "cycle": message("a cycle: it is a part of itself"),
    "own": message("sets targets"),
    "below": message("parts of it set targets"),
    "none": message("no targets"),
    "composed": message("† English composed by a program, not reviewed"),
}


@dataclass(frozen=True, slots=True)
class Box:
    """One node of the picture: its label, the details printed beside it, and its mark.

    `note` is what it stands for beside itself: `again` or `cycle`, or empty.
    """

    place: Place
    label: str
    details: str
    mark: Mark
    note: str


@dataclass(frozen=True, slots=True)
class Entry:
    """A line of the legend: what a mark means, and how many parts have it."""

    mark: Mark
    text: str
    count: int


@dataclass(frozen=True, slots=True)
class Picture:
    """Boxes in reading order, the root first; what is seen in a few words; the legend, and what the notes mean."""

    title: str
    description: str
    boxes: list[Box]
    legend: list[Entry]
    notes: dict[str, str]
    language: str


def class_labels(store: ox.Store, graph: Any, language: str) -> dict[str, str]:
    """Kind of a hierarchy's nodes -> its label, as `picture` wants it."""
    return {kind: things.label(store, pg(kind), language) for _, kind in graph.nodes(data="kind")}


def picture(
    graph: Any,  # networkx has no types
    root: str,
    kinds: Mapping[str, str],
    *,
    language: str = "zh",
    colouring: str = "type",
    depth: int | None = None,
) -> Picture:
    """What a picture of a hierarchy (see `network.hierarchy`) shows of a root and all below it.

    `kinds` are the labels of classes, `colouring` is one of COLOURINGS, and the picture goes down to a depth (0 is the
    root alone).
    """
    places = network.unfold(graph, root, depth)
    nodes: Mapping[str, Mapping[str, Any]] = graph.nodes
    meanings = COLOURINGS[colouring](graph, kinds, language)
    boxes = [
        Box(
            place,
            _label(nodes[place.node], place.node, language),
            _tooltip(nodes[place.node], kinds[nodes[place.node]["kind"]], place, language),
            meanings[place.node][0],
            _note(place),
        )
        for place in places
    ]
    counts = Counter(meanings[place.node] for place in places if not place.is_repeated)
    seen = _say("parts", language, parts=sum(counts.values()) - 1, levels=max(place.depth for place in places) + 1)
    if language == "en" and any(COMPOSED in str(nodes[place.node].get("label_en")) for place in places):
        seen = f"{seen}; {_say('composed', language)}"
    order = [*KINDS.values(), OTHER, *TARGETS.values()]
    # a root that is no plan, such as an area, has a mark of its own: it stands last
    places_of = {mark: place for place, mark in reversed(list(enumerate(order)))}
    legend = sorted(counts.items(), key=lambda item: (places_of.get(item[0][0], len(order)), item[0][1]))
    return Picture(
        boxes[0].label,
        seen,
        boxes,
        [Entry(mark, text, count) for (mark, text), count in legend],
        {note: _say(note, language) for note in sorted({_note(place) for place in places} - {""})},
        language,
    )


def diagram(picture: Picture) -> Diagram:
    """The picture for tools that lay it out themselves: each part is one box; what closes a cycle is a dashed line."""
    originals = [box for box in picture.boxes if not box.place.is_repeated]
    return Diagram(
        picture.title,
        [diagram_text.Box(f"p{box.place.number}", _shown(box), box.details, box.mark) for box in originals],
        [
            diagram_text.Line(f"p{box.place.parent}", f"p{box.place.first}", is_dashed=box.note == "cycle")
            for box in picture.boxes[1:]
        ],
        [(entry.mark, f"{entry.text} {entry.count}") for entry in picture.legend],
    )


def _shown(box: Box) -> str:
    return f"{box.label} +{box.place.hidden}" if box.place.hidden else box.label


def _note(place: Place) -> str:
    return "cycle" if place.is_cycle else "again" if place.is_repeated else ""


def _say(key: str, language: str, **values: object) -> str:
    return text_in(_SAYS[key].format(**values), language)


def _label(node: Mapping[str, Any], iri: str, language: str) -> str:
    labels = (node.get(f"label_{each}") for each in (language, "en", "zh"))
    words = next(filter(None, labels), None) or shorten(iri)
    number = node["number"] if any(map(str.isalnum, node["number"])) else ""  # a bullet (■) is not a number
    between = "" if language == "zh" and not number.isascii() else " "
    return f"{number}{between}{signed(words)}" if number else signed(words)


def _tooltip(node: Mapping[str, Any], kind: str, place: Place, language: str) -> str:
    """The text of the tooltip, also for screen readers: the class, the targets, and the parts not drawn."""
    lines = [kind]
    if node["targets"]:
        lines.append(_say("targets", language, count=node["targets"]))
    if place.hidden:
        lines.append(_say("hidden", language, count=place.hidden))
    if note := _note(place):
        lines.append(_say(note, language))
    return text_in(message("; "), language).join(lines)


_Meanings = dict[str, tuple[Mark, str]]


def _by_type(graph: Any, kinds: Mapping[str, str], _: str) -> _Meanings:
    return {node: (of_kind(kind), kinds[kind]) for node, kind in graph.nodes(data="kind")}


def _by_targets(graph: Any, _: Mapping[str, str], language: str) -> _Meanings:
    own = {node for node, targets in graph.nodes(data="targets") if targets}
    above, waiting = set(own), list(own)
    while waiting:
        for whole in graph.predecessors(waiting.pop()):
            if whole not in above:
                above.add(whole)
                waiting.append(whole)
    states = {node: "own" if node in own else "below" if node in above else "none" for node in graph}
    return {node: (TARGETS[state], _say(state, language)) for node, state in states.items()}


#: What marks and colours may tell -> node, its mark and what the mark means, from a hierarchy and the classes' labels.
COLOURINGS: dict[str, Callable[[Any, Mapping[str, str], str], _Meanings]] = {
    "type": _by_type,
    "targets": _by_targets,
}
