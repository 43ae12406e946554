"""The pieces that drafts are written of: evidence, confidence, what was inferred and why.

An entry is a mapping in the keys of `ontology/context.yaml`. Every statement of a draft has the `rule` that made it and
its `confidence`; below `REVIEW_BELOW` it is marked `needsReview`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from policygraph.extract.structure.passages import Span
from policygraph.messages import message

__all__ = ["REVIEW_BELOW", "Entry", "evidence", "fragment", "inferred", "insert", "recorded", "settle", "sure"]

Entry = dict[str, Any]

#: Statements that are less sure than this are marked for review.
REVIEW_BELOW = 0.75

#: Why a property was inferred -> the reason.
REASONS = {
    "plan": message("The text gives no year; the plan's last year is taken."),
    "first": message("The text gives no first year; the plan's first year is taken."),
    "heading": message("The year is printed in a heading, not in the sentence."),
    "above": message("The year is printed in the text above, not in the sentence."),
    "reckoned": message("The year is reckoned from that of the document."),
    "period": message("The text gives no year; that of the period reported on is taken."),
    "region": message("The sentence speaks of a region; the value is taken to be that of the region."),
    "named": message("The words name a region in front of what is measured; whose value it is, is to be checked."),
    "sum": message("The text prints no unit of money; yuan are taken."),
    "document": message("No years are given; they are told by the document's year and its goals."),
    "date": message("No date is printed; the year is told by those in the text."),
}


#: Language of the texts of records -> what stands between two sentences.
_BETWEEN = {"zh": "", "en": " "}


def recorded(texts: Mapping[str, str]) -> dict[str, str]:
    """A message in the languages of records."""
    return {language: texts[language] for language in _BETWEEN}


def fragment(span: Span) -> str:
    """A span as the evidence of a record."""
    return f"#char={span[0]},{span[1]}"


def sure(confidence: float, rule: str) -> Entry:
    """The keys that say how sure a statement is, and which rule made it."""
    share = max(0.1, min(1.0, round(confidence, 2)))
    entry: Entry = {"confidence": f"{share:g}", "rule": rule}
    return entry | ({"needsReview": "true"} if share < REVIEW_BELOW else {})


def inferred(reasons: dict[str, str]) -> Entry:
    """The keys that say what was inferred and why."""
    if not reasons:
        return {}
    reasons_given = [REASONS[why] for why in dict.fromkeys(reasons.values())]
    return {
        "isInferred": "true",
        "infers": list(reasons),
        "reason": {
            language: between.join(each[language] for each in reasons_given) for language, between in _BETWEEN.items()
        },
    }


def evidence(spans: Iterable[Span]) -> list[str]:
    """The places of spans, in the order of the text."""
    return [fragment(span) for span in sorted(set(spans)) if span[0] < span[1]]


def settle(record: Entry) -> None:
    """Puts the evidence of everything in the order of the text, each place once."""
    pending: list[Any] = [record]
    while pending:
        thing = pending.pop()
        if isinstance(thing, dict):
            if "evidence" in thing:
                thing["evidence"] = sorted(set(thing["evidence"]), key=place)
            pending += thing.values()
        elif isinstance(thing, list):
            pending += thing


def place(fragment: str) -> tuple[int, int]:
    start, _, end = fragment.partition("=")[2].partition(",")
    return int(start), int(end)


def insert(siblings: list[Entry], entry: Entry) -> None:
    """Puts a part among others in the order of the text; most come last."""
    at = len(siblings)
    while at and _start(siblings[at - 1]) > _start(entry):
        at -= 1
    siblings.insert(at, entry)


def _start(entry: Entry) -> int:
    return place(entry["evidence"][0])[0]
