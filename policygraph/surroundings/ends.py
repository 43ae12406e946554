"""Spans of texts in, findings out: those that begin or end where no word, name or part of a sentence does."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence

from policygraph.evidence import Span
from policygraph.findings import Fault, Finding, Severity
from policygraph.messages import message
from policygraph.surroundings.context import Values, all_of
from policygraph.vocab import pg

__all__ = ["any_of", "ends", "printed_values"]

_CUT = Fault(
    "evidence_cut",
    message("{where} begins or ends inside “{word}”."),
    message("Cite the place anew with `policygraph cite`, whole words and numerals."),
)
_MOVED = Fault(
    "evidence_moved",
    message("{where} seems to be moved by one character: {other} begins and ends with whole words."),
    message("Cite the place anew with `policygraph cite`, whole words and numerals."),
    Severity.WARNING,
)
_AT_EDGE = Fault(
    "evidence_at_edge",
    message("{where} begins or ends with “{sign}”, which belongs to what is beside it."),
    message("Cite the place anew with `policygraph cite`, whole words and numerals."),
    Severity.WARNING,
)
_NAME_CUT = Fault(
    "evidence_cuts_name",
    message("{where} begins or ends inside the name “{name}”."),
    message("Cite the place anew with `policygraph cite`, whole words and numerals."),
    Severity.WARNING,
)
_SIGN_LEFT_OUT = Fault(
    "evidence_leaves_out_sign",
    message("{where} leaves out the “{sign}”, whose counterpart it has."),
    message("Cite the place anew with `policygraph cite`, with both signs or without."),
    Severity.WARNING,
)
_SHORT_OF_LABEL = Fault(
    "evidence_short_of_label",
    message("{where} is one character short of its label: “{words}” stands there."),
    message("Cite the place anew with `policygraph cite`, whole words and numerals."),
    Severity.WARNING,
)
_SHORT_OF_PART = Fault(
    "evidence_short_of_clause",
    message("{where} ends one character before its part of the sentence does: “{words}”."),
    message("Cite the place anew with `policygraph cite`, whole words and numerals."),
    Severity.WARNING,
)
_PRINTED_CUT = Fault(
    "printed_value_cut",
    message("“{printed}” is a piece of what is printed: “{whole}”."),
    message("Give the printed form whole, and the value that it says."),
)
_BOUND_LEFT_OUT = Fault(
    "printed_bound_left_out",
    message("“{printed}” leaves out a bound that is printed: “{whole}”."),
    message("Give the printed form with its bound, and the `comparator:` that it says."),
    Severity.WARNING,
)

#: What is not cut: a numeral with its points, a word in Latin letters.
_WHOLE = re.compile(r"[0-9]+(?:[.,][0-9]+)*|[A-Za-z]+")
#: Characters on either side of a position within which such a word lies.
_LONGEST_WORD = 24
#: What stands between sentences and their parts.
_STOPS = frozenset("，。；、：！？,;:!? \t\r\n\u3000")
#: What words begin or end with, too.
_EDGES = _STOPS | frozenset("（）()《》“”【】")
_OPENING = frozenset("（(《“【‘")
_CLOSING = frozenset("）)》”】’") | frozenset("，。；、：！？,;:!?")
#: Opening sign -> the closing one; and the other way round.
_CLOSED_BY = dict(zip("“‘（《【〔", "”’）》】〕", strict=True))
_OPENED_BY = {close: opening for opening, close in _CLOSED_BY.items()}
_THREE_IDEOGRAPHS = re.compile("[一-鿿]{3}")
#: The last character of a part of a sentence, and the stop behind it.
_LAST = re.compile(r"[一-鿿](?=[，。；\n])")
#: Characters behind what is cited that labels and citations leave out.
_LEFT_OUT = frozenset("等的了中内上下里前后外说者时是着称为多余县市区省年")
#: What names of areas end in, and are often without (沈阳, 沈阳市).
_SHORTEST_LABEL = 2
_GENERIC = frozenset("省市区县州旗盟镇乡村")
_BEGINNINGS = frozenset("，。；、：\n \u3000“‘")
_MORE_OF_NUMERAL = re.compile(r"[十百千万亿]*(?:[十百千万亿%‰]|个百分点)")
_BOUND = re.compile(r"(?:及|或)?(?:以上|以下|以内|左右)")
_ENDS_IN_NUMERAL = re.compile(r"[0-9十百千万亿]$")
_PRINTED = ("hasPrintedCount", "hasPrintedValue")


def any_of(words: Iterable[str]) -> re.Pattern[str] | None:
    """A pattern of any of some words, the longest first; None for none."""
    ordered = sorted(set(words), key=lambda word: (-len(word), word))
    return re.compile("|".join(map(re.escape, ordered))) if ordered else None


def ends(
    iri: str, spans: Iterable[Span], texts: Mapping[str, str], names: re.Pattern[str] | None, labels: Sequence[str] = ()
) -> Iterator[Finding]:
    """Spans that begin or end inside a word or a name, or with a sign of what is beside, or that are moved by one.

    `labels` are those of the thing: a span that is one character short of one is cut as well.
    """
    path = pg("hasEvidence").value
    for span in spans:
        text = texts[span.slug]
        where = f"#char={span.start},{span.end}"
        if word := _cut(text, span.start) or _cut(text, span.end):
            yield _CUT.finding(node=iri, path=path, where=where, word=word)
        elif step := _step(text, span) or _step_to_label(text, span, labels):
            other = f"#char={span.start + step},{span.end + step}"
            yield _MOVED.finding(node=iri, path=path, where=where, other=other)
        elif sign := _sign_at_edge(text, span):
            yield _AT_EDGE.finding(node=iri, path=path, where=where, sign=sign.replace("\n", "\\n"))
        elif name := _cut_name(text, span, names):
            yield _NAME_CUT.finding(node=iri, path=path, where=where, name=name)
        elif sign := _sign_left_out(text, span):
            yield _SIGN_LEFT_OUT.finding(node=iri, path=path, where=where, sign=sign)
        elif words := _short_of(text, span, labels):
            yield _SHORT_OF_LABEL.finding(node=iri, path=path, where=where, words=words)
        elif words := _short_of_part(text, span):
            yield _SHORT_OF_PART.finding(node=iri, path=path, where=where, words=words)


def _sign_left_out(text: str, span: Span) -> str | None:
    """A bracket or quotation mark right beside a span, of which the counterpart stands alone in it."""
    before, after = text[span.start - 1 : span.start], text[span.end : span.end + 1]
    for sign, counterpart in ((after, _OPENED_BY.get(after)), (before, _CLOSED_BY.get(before))):
        if counterpart and text.count(counterpart, span.start, span.end) > text.count(sign, span.start, span.end):
            return sign
    return None


def _short_of(text: str, span: Span, labels: Sequence[str]) -> str | None:
    """The words at an end of a span and the character beside it, where a label begins or ends with them."""
    head, tail = text[max(0, span.start - 1) : span.start + 2], text[span.end - 2 : span.end + 1]
    for words, fits in ((tail, str.endswith), (head, str.startswith)):
        if any(fits(label, words) for label in labels) and _THREE_IDEOGRAPHS.fullmatch(words):
            return words if words[-1] not in _GENERIC else None
    return None


def _short_of_part(text: str, span: Span) -> str | None:
    """The end of a part of a sentence that a span has from its beginning, but for the last character."""
    if span.start and text[span.start - 1] not in _BEGINNINGS:
        return None
    match = _LAST.match(text, span.end)
    if not match or match[0] in _LEFT_OUT or text[span.end - 1] in _EDGES:
        return None
    return text[max(span.start, span.end - 4) : span.end + 1]


def _sign_at_edge(text: str, span: Span) -> str | None:
    """A blank at either end, a closing sign at the start of what begins no line, an opening one at the end."""
    first, last = text[span.start], text[span.end - 1]
    begins_line = not text[text.rfind("\n", 0, span.start) + 1 : span.start].strip()
    if first.isspace() or (first in _CLOSING and not begins_line):
        return first
    return last if last.isspace() or last in _OPENING or last in "，、," else None


def _cut_name(text: str, span: Span, names: re.Pattern[str] | None) -> str | None:
    """The name of an area that evidence begins inside of, or of which it ends with the first character alone."""
    for match in names.finditer(text, max(0, span.start - _LONGEST_WORD), span.end + _LONGEST_WORD) if names else ():
        if match.start() < span.start < match.end() or span.end - match.start() == 1 < len(match[0]):
            return match[0]
    return None


def _cut(text: str, position: int) -> str | None:
    """The numeral or the Latin word that a position lies inside of."""
    matches = _WHOLE.finditer(text, max(0, position - _LONGEST_WORD), position + _LONGEST_WORD)
    return next((match[0] for match in matches if match.start() < position < match.end()), None)


def _step(text: str, span: Span) -> int:
    """By how much a span is to be moved to begin and end where a part of a sentence does; 0 where nothing says so."""
    before = text[max(0, span.start - 2) : span.start].rjust(2, "\n")
    after = text[span.end : span.end + 2].ljust(2, "\n")
    first, last = text[span.start], text[span.end - 1]
    if before[0] in _STOPS and before[1] not in _EDGES and first not in _EDGES and last in _STOPS:
        return -1
    if first in _STOPS and last not in _EDGES and after[0] not in _EDGES and after[1] in _STOPS:
        return 1
    return 0


def _step_to_label(text: str, span: Span, labels: Iterable[str]) -> int:
    """By how much a span is to be moved to be one of the labels of its thing; 0 where it is one, or never is."""
    words = text[max(0, span.start - 1) : span.end + 1]
    if span.end - span.start < _SHORTEST_LABEL or words[1:-1] in labels:
        return 0
    return -1 if words[:-2] in labels else 1 if words[2:] in labels else 0


def printed_values(iri: str, values: Values, spans: Iterable[Span], texts: Mapping[str, str]) -> Iterator[Finding]:
    """Printed values that are pieces of what is printed, wherever they stand in the evidence."""
    for name in _PRINTED:
        for printed in all_of(values, name):
            pattern = r"\s*".join(re.escape(character) for character in re.sub(r"\s+", "", printed))
            places = [
                (texts[span.slug], match.start() + span.start, match.end() + span.start)
                for span in spans
                for match in re.finditer(pattern, texts[span.slug][span.start : span.end])
            ]
            wholes = [_whole(*place) for place in places]
            bounded = [place for place in places if _BOUND.match(place[0], place[2])]
            path = pg(name).value
            if wholes and all(wholes):
                yield _PRINTED_CUT.finding(node=iri, path=path, printed=printed, whole=wholes[0])
            elif places and len(bounded) == len(places) and not _BOUND.search(printed):
                text, start, end = places[0]
                whole = _BOUND.match(text, end)
                yield _BOUND_LEFT_OUT.finding(
                    node=iri, path=path, printed=printed, whole=text[start : whole.end() if whole else end]
                )


def _whole(text: str, start: int, end: int) -> str | None:
    """What is printed, where a part of it from `start` to `end` begins or ends inside a numeral."""
    before, after = _cut(text, start), _cut(text, end)
    if before or after:
        return " … ".join(word for word in (before, after) if word)
    more = _MORE_OF_NUMERAL.match(text, end) if _ENDS_IN_NUMERAL.search(text[start:end]) else None
    return text[start : more.end()] if more else None
