"""A span of a text and what a thing says in, what is beside the span out: its sentence, its paragraph; and values."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import cache

from policygraph.evidence import Span
from policygraph.vocab import pg

__all__ = ["AROUND", "Values", "all_of", "around", "is_inferred", "paragraph", "sentence"]

#: Property -> what a thing says by it, but for texts in English.
Values = Mapping[str, Sequence[str]]

#: Characters on either side of evidence that may say what is not in its sentence.
AROUND = 300
_ENDS_OF_SENTENCES = "。；\n"
#: The longest line that may be a heading.
_HEADING = 40


def all_of(values: Values, *properties: str) -> Iterator[str]:
    """What is said by properties of ours."""
    for name in properties:
        yield from values.get(_path(name), ())


@cache
def _path(name: str) -> str:
    return pg(name).value


def is_inferred(values: Values, path: str) -> bool:
    """Whether a property is marked as inferred: by name, or with all that its thing says."""
    inferred = list(all_of(values, "hasInferredProperty"))
    return path in inferred or (not inferred and "true" in all_of(values, "isInferred"))


def around(text: str, span: Span) -> str:
    """The evidence with some sentences on either side."""
    return text[max(0, span.start - AROUND) : span.end + AROUND]


def sentence(text: str, span: Span) -> str:
    """The evidence with the rest of the sentences that it begins and ends in."""
    start = max(text.rfind(stop, 0, span.start) for stop in _ENDS_OF_SENTENCES) + 1
    ends = [place for stop in _ENDS_OF_SENTENCES if (place := text.find(stop, span.end - 1)) >= 0]
    return text[start : max(span.end, min(ends, default=len(text)))]


def paragraph(text: str, span: Span) -> str:
    """The paragraph of evidence up to the end of its sentence, with the heading before it."""
    start = text.rfind("\n", 0, span.start) + 1
    rest = sentence(text, span)
    lines = text[:start].rstrip().rpartition("\n")
    heading = lines[2] if len(lines[2]) <= _HEADING else ""
    return f"{heading}\n{text[start : span.start]}{rest}"
