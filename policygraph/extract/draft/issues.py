"""An outline in, its reading issues out: numbers that do not follow, and what a scan repeated or displaced."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from itertools import count

from policygraph.extract.draft.entries import Entry, fragment, recorded, sure
from policygraph.extract.structure.outline import Gap, Outline
from policygraph.extract.structure.passages import Span
from policygraph.messages import SOURCE, message

__all__ = ["reading_issues"]

#: Kind of an aside -> the kind of its issue, and what was decided.
_ASIDES = {
    "repeat": ("repetition", message("The paragraph is printed before; it is recorded once.")),
    "displaced": (
        "displacement",
        message("The paragraph goes on with a sentence that was cut; they are read together."),
    ),
}

#: What was decided where a line of a picture was not read.
_UNREAD = message("In this line or behind it there is room for words not read from the picture; to be checked.")


#: What was decided where nothing tells the year of 今年 or 三年内.
_YEARLESS = message(
    "No date is printed that the year could be reckoned from: targets of such a time have no deadline, and what is "
    "reported of it is left out."
)


def reading_issues(
    outline: Outline,
    entries: Mapping[int, Entry],
    document: str,
    doubts: Iterable[tuple[int, int, float]] = (),
    yearless: Iterable[Span] = (),
) -> Iterator[Entry]:
    """The issues of an outline. `entries` has the id of a part -> its entry; `document` is what asides affect.

    `doubts` are places that were read from a picture, with how surely; 0 where a line behind them was not read.
    `yearless` are the places of values whose time depends on a year that nothing tells.
    """
    numbers = count(1)
    if places := [fragment(span) for span in yearless]:
        yield {
            "id": f"issue-{next(numbers)}",
            "issueKind": "omission",
            "decision": recorded(_YEARLESS),
            "affects": [document],
            **sure(0.8, "date/missing"),
            "evidence": places,
        }
    for gap in outline.gaps:
        if gap.part.marker:
            yield {"id": f"issue-{next(numbers)}", **_gap(gap, entries)}
    for kind, start, end in outline.asides:
        if kind in _ASIDES:
            issue, decision = _ASIDES[kind]
            yield {
                "id": f"issue-{next(numbers)}",
                "issueKind": issue,
                "decision": recorded(decision),
                "affects": [document],
                **sure(0.8, f"layout/{kind}"),
                "evidence": [fragment((start, end))],
            }
    for start, end, confidence in doubts:
        doubt = message(
            "The line was read from a picture, {confidence:.0%} surely; recorded as read, to be checked.",
            confidence=confidence,
        )
        yield {
            "id": f"issue-{next(numbers)}",
            "issueKind": "misreading" if confidence else "omission",
            "decision": recorded(doubt if confidence else _UNREAD),
            "affects": [document],
            **sure(min(confidence or 0.7, 0.7), "scan/line" if confidence else "scan/gap"),
            "evidence": [fragment((start, end))],
        }


def _gap(gap: Gap, entries: Mapping[int, Entry]) -> Entry:
    marker = gap.part.marker
    assert marker is not None  # noqa: S101 - only numbered parts have gaps
    number = "printed here" if marker.number is None else str(marker.number)
    decision = message(
        "The number {number} does not follow the number before it: {expected} was due. Recorded as printed.",
        number={SOURCE: number, "zh": marker.printed},
        expected=gap.expected,
    )
    return {
        "issueKind": "repetition" if gap.repeats else "omission",
        "decision": recorded(decision),
        "affects": [entries[id(gap.part)]["id"]],
        **sure(0.9, "numbering/gap"),
        "evidence": [fragment((marker.start, marker.start + len(marker.printed)))],
    }
