"""A text and a place in, the number of an item that is printed there out: 第一章, 一、, （一）, 1., ①, ■, 一是, 首先.

Every way of numbering is a row of one table. `parser` decides what is above and below what; this module only
reads the marker at a place, at most sixteen characters.

>>> marker_at("（十二）改善民生", 0)
Marker(style='bracketed', number=12, printed='（十二）', start=0, end=4)
>>> marker_at("1.5万个", 0) is None
True
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from policygraph.quantity.numerals import QuantityError, read_numeral

__all__ = ["RANKS", "Marker", "enumerated", "is_bullet", "marker_at", "worded_at"]

_CHINESE = "[〇零一二两三四五六七八九十百]{1,5}"
_DIGITS = "[0-9０-９]{1,3}"
#: Formal characters of numbers, as headings of plans in traditional writing have them: 壹、, 貳、.
_FORMAL = str.maketrans("壹贰叁参肆伍陆柒捌玖拾", "一二三三四五六七八九十")
_ANY = f"(?:{_CHINESE}|{_DIGITS})"
_CIRCLED = "①②③④⑤⑥⑦⑧⑨⑩⑪⑫⑬⑭⑮⑯⑰⑱⑲⑳"
_NEGATIVE_CIRCLED = "❶❷❸❹❺❻❼❽❾❿"
#: What is printed in front of an item that has no number.
_BULLETS = "■□◆◇●○◎★☆▲△▶▪▫•·※➢◼⚫"

#: Style -> how it is printed, the number as the group `n`. Tried in this order.
_PRINTED = {
    "part": rf"第(?P<n>{_ANY})(?:编|篇|部分)(?=[\s　：:、．.]|$|[一-鿿“《])",
    "chapter": rf"第(?P<n>{_ANY})章(?!程)[、：:．.]?",
    "section": rf"第(?P<n>{_ANY})节(?!目|约|能)[、：:．.]?",
    "article": rf"第(?P<n>{_ANY})条(?!例)[、：:．.]?",
    "formal": r"(?P<n>[壹贰叁参肆伍陆柒捌玖拾]{1,3})、",
    "chinese": rf"(?P<n>{_CHINESE})(?:、|[．.](?![0-9]))",
    "bracketed": rf"[（(〔](?P<n>{_CHINESE})[）)〕][、．.]?",
    "box": r"(?:专栏|表)\s?(?P<n>[0-9０-９]{1,2}|[一二三四五六七八九十]{1,3})(?![0-9个项年月])[：:、．.]?",
    "decimal": r"[0-9]{1,2}[.．](?P<n>[0-9]{1,2})(?:[.．](?P<m>[0-9]{1,2}))?(?=[\s　、])[、]?",
    "arabic": rf"(?P<n>{_DIGITS})(?:[．、]|\.(?![0-9]))",
    "spaced": r"(?P<n>[0-9]{1,2})[ 　\t]+(?=[一-鿿“])",
    "arabic-bracketed": rf"[（(〔](?P<n>{_DIGITS})[）)〕][、．.]?",
    "half-bracketed": rf"(?P<n>{_DIGITS})[）)]",
    "circled": rf"(?P<n>[{_CIRCLED}{_NEGATIVE_CIRCLED}])[、．.]?",
    "named": rf"(?P<w>任务|工程|行动|举措|措施|项目|目标)(?P<n>{_ANY})[：:、．.]",
    "bullet": rf"[{_BULLETS}]",
    "dash": r"[—－–-]{2}(?![—－–-])",
    "hyphen": r"[-*+] (?=\S)",
}
_MARKERS = [(style, re.compile(rf"{pattern}[ \t　]*")) for style, pattern in _PRINTED.items()]

#: Style -> how high it stands where the text itself does not tell; styles without a rank stand below what is open.
RANKS = {
    "part": 10,
    "chapter": 20,
    "section": 30,
    "article": 35,
    "formal": 38,
    "chinese": 40,
    "bracketed": 50,
    "arabic": 60,
    "spaced": 62,
    "decimal": 65,
    "arabic-bracketed": 70,
    "half-bracketed": 75,
    "circled": 80,
}

_LONGEST_WORDED = 8
_FIRST_THEN = ("首先", "其次", "再次", "最后")
#: The items that a sentence numbers with words: 一是…二是…, 一要…, 首先…其次…, 第一，…
_WORDED = re.compile(
    rf"(?:(?<=[。；;：:，,！!？?\s　])|^)(?:(?P<n>[一二三四五六七八九十]{{1,3}})(?P<w>是|要(?!是)|个是)"
    rf"|(?P<f>{'|'.join(_FIRST_THEN)})(?=[，,])"
    r"|第(?P<o>[一二三四五六七八九十]{1,3})[，,、])[，,]?"
)
#: The items that a paragraph numbers with signs.
_SIGNED = re.compile(
    rf"(?<=[。；;：:，,！!？?\s　])(?:(?P<circled>[{_CIRCLED}])|[（(](?P<bracketed>[0-9]{{1,2}})[）)]"
    r"|(?P<half>[0-9]{1,2})[）)])"
)


@dataclass(frozen=True, slots=True)
class Marker:
    """The printed number of an item: its style, its value where it has one, where it stands with the space behind."""

    style: str
    number: int | None
    printed: str
    start: int
    end: int


def marker_at(text: str, start: int, stop: int | None = None) -> Marker | None:
    """The marker that begins at `start`, None where none does."""
    stop = len(text) if stop is None else stop
    for style, pattern in _MARKERS:
        match = pattern.match(text, start, stop)
        if match:
            groups = match.groupdict()
            kind = style if not groups.get("w") else f"{style}-{groups['w']}"
            if groups.get("m"):
                kind, number = "decimal-3", _number(groups["m"])
            else:
                number = _number(groups.get("n"))
            return Marker(kind, number, match[0].rstrip(" \t　"), match.start(), match.end())
    return None


def worded_at(text: str, start: int, stop: int) -> Marker | None:
    """The words that number an item (一是, 首先) where a text begins with them, None where it does not."""
    first = next(_worded(text, start, min(stop, start + _LONGEST_WORDED)), None)
    return first if first and first.start == start else None


def is_bullet(style: str) -> bool:
    """Whether items of the style have no number of their own."""
    return style in ("bullet", "dash", "hyphen")


def enumerated(text: str, start: int, stop: int) -> list[Marker]:
    """The markers inside a paragraph that count from one without a gap, in the first style that has two of them."""
    for markers in (_worded(text, start, stop), _signed(text, start, stop)):
        runs = list(_runs(markers))
        if runs:
            return runs[0]
    return []


def _worded(text: str, start: int, stop: int) -> Iterator[Marker]:
    for match in _WORDED.finditer(text, start, stop):
        if match["f"]:
            style, number = "worded-first", _FIRST_THEN.index(match["f"]) + 1
        else:
            style, number = f"worded-{match['w'] or 'ordinal'}", _number(match["n"] or match["o"]) or 0
        yield Marker(style, number, match[0].rstrip("，,、"), match.start(), match.end())


def _signed(text: str, start: int, stop: int) -> Iterator[Marker]:
    for match in _SIGNED.finditer(text, start, stop):
        kind = match.lastgroup or ""
        style = {"circled": "circled", "bracketed": "arabic-bracketed", "half": "half-bracketed"}[kind]
        yield Marker(style, _number(match[kind]), match[0], match.start(), match.end())


def _runs(markers: Iterator[Marker]) -> Iterator[list[Marker]]:
    """Of each style the markers that count 1, 2, …, where there are two at least; 最后 may come early."""
    open_runs: dict[str, list[Marker]] = {}
    for marker in markers:
        run = open_runs.setdefault(marker.style, [])
        follows = marker.number == len(run) + 1 or (marker.printed == "最后" and run)
        if follows:
            run.append(marker)
    yield from (run for run in open_runs.values() if len(run) > 1)


def _number(printed: str | None) -> int | None:
    if not printed:
        return None
    for row in (_CIRCLED, _NEGATIVE_CIRCLED):
        if printed in row:
            return row.index(printed) + 1
    if printed.isdigit():
        return int(printed)
    printed = printed.translate(_FORMAL)
    try:
        return int(read_numeral(printed, 0).total)
    except QuantityError:
        return None
