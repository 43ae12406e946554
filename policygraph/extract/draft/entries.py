"""The pieces that drafts are written of: evidence, confidence, what was inferred and why.

An entry is a mapping in the keys of `ontology/context.yaml`. Every statement of a draft has the `rule` that made it and
its `confidence`; below `REVIEW_BELOW` it is marked `needsReview`.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from policygraph.extract.structure.passages import Span

__all__ = ["REVIEW_BELOW", "Entry", "evidence", "fragment", "inferred", "insert", "settle", "sure"]

Entry = dict[str, Any]

#: Statements that are less sure than this are marked for review.
REVIEW_BELOW = 0.75

#: Why a property was inferred -> the reason in zh and en.
REASONS = {
    "plan": ("原文未写期限，取方案的终止年。", "The text gives no year; the plan's last year is taken."),
    "first": ("原文未写起始年，取方案的起始年。", "The text gives no first year; the plan's first year is taken."),
    "heading": ("年份印在标题中，不在句中。", "The year is printed in a heading, not in the sentence."),
    "above": ("年份印在上文，不在句中。", "The year is printed in the text above, not in the sentence."),
    "reckoned": ("年份由文件年份推算。", "The year is reckoned from that of the document."),
    "period": ("原文未写年份，取所述时期。", "The text gives no year; that of the period reported on is taken."),
    "sum": ("原文未印货币单位，取人民币元。", "The text prints no unit of money; yuan are taken."),
    "document": (
        "原文未写起止年，由文件年份和所列目标推定。",
        "No years are given; they are told by the document's year and its goals.",
    ),
    "date": ("原文未印日期，由文中年份推定。", "No date is printed; the year is told by those in the text."),
}


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
    pairs = [REASONS[why] for why in dict.fromkeys(reasons.values())]
    return {
        "isInferred": "true",
        "infers": list(reasons),
        "reason": {"zh": "".join(zh for zh, _ in pairs), "en": " ".join(en for _, en in pairs)},
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
