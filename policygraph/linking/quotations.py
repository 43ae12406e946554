"""A text about an area in, the quotations of another area's speakers in it out: 成都市介绍：“我市由市财政局牵头…”.

In such words 我市, 市财政局 and 综保区 are the speaker's, and what is to be reached is reached there.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from policygraph.linking.areas import Areas
from policygraph.linking.decision import Scope

__all__ = ["Quotation", "quotations_in"]

#: At least so many characters between quotation marks, and how far before them a speaker stands at most.
_QUOTED = re.compile("“[^“”\n]{6,}”")
_BEFORE = 64
#: A speaker, a verb of saying, and what is quoted.
_SPOKEN = re.compile(
    r"(?P<front>[^。！？；\n“”]{2,40}?(?:介绍|提出|表示|指出|强调|明确|规定|要求|写道|说|称|报道|宣布|公布|印发|做法|经验)"
    r"[^。！？；\n“”，,]{0,8})[：:，,]?[ 　]*“(?P<words>[^“”\n]{6,})”"
)


@dataclass(frozen=True, slots=True)
class Quotation:
    """A quotation: its start and end in code points, and the area whose speaker is quoted."""

    start: int
    end: int
    area: str


def quotations_in(text: str, areas: Areas, scope: Scope) -> Iterator[Quotation]:
    """The quotations of other areas than the document's own, in the order of the text."""
    end = 0
    for quoted in _QUOTED.finditer(text):
        # marks are few: to look for a speaker from every character of the text takes ten times as long
        match = _SPOKEN.search(text, max(end, quoted.start() - _BEFORE), quoted.end())
        end = quoted.end()
        if match is None:
            continue
        named = areas.named_in(match["front"], scope)
        if named and named[-1][2].identifier != scope.area:
            yield Quotation(*match.span("words"), named[-1][2].identifier)
