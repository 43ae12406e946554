"""A text in, its lines as blocks out: headings, running text, and what is neither (contents, captions, by-lines).

A block is a line of the text as it is printed, or several where the text was wrapped at a fixed width; it never
changes a character, it only says where it starts and ends and what it looks like. `parser` makes the tree of it.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from itertools import pairwise

from policygraph.extract.structure.block import Block, squeeze
from policygraph.extract.structure.furniture import noise, skip_furniture
from policygraph.extract.structure.numbering import Marker, marker_at
from policygraph.extract.structure.passages import Span

__all__ = ["RULE", "Block", "blocks", "cells", "is_date", "squeeze"]


_DATE = re.compile(
    r"[（(]?(?:19|20|二〇|二○"
    r"|二0)[0-9〇○零一二三四五六七八九]{2}年\s?[0-9一二三四五六七八九十]{1,2}月(?:\s?[0-9一二三四五六七八九十]{1,3}日)?"
    r"(?:印发)?[）)]?"
)
_LEADERS = re.compile(r".{2,60}?(?:[.…·．]{3,}|\s{4,})\s?[（(]?[0-9]{1,4}[）)]?|[^\t]{2,60}\t[0-9]{1,4}")
_ANNEX = re.compile(r"附\s?[件表录图]\s?(?:[0-9]{1,2}|[一二三四五六七八九十]{1,3})?(?:-[0-9]{1,2})?\s?[：:]?")
_ANNEX_LIST = re.compile(r"附\s?[件表]\s?[：:]")
#: Cells of a table, between tabs or upright strokes.
_ROW = re.compile(r"\t[^\t\n]*\t|\|[^|\n]*\|")
_MARKDOWN = re.compile(r"(#{1,6})[ \t　]+")
_ENDS = "。；;！!？?：:，,、"
_STOPS = "。！!？?；;"
_NOT_A_HEADING = re.compile(r"^[”’」』》）)\]】，,。、；;：:]|^各位(?:代表|委员)")
#: 附件1：重点任务清单.
_ANNEX_TITLED = re.compile(
    r"(?:附\s?[件表录]\s?(?:[0-9]{1,2}|[一二三四五六七八九十]{1,3})?(?:-[0-9]{1,2})?"
    r"(?:\s?[：:．.、]\s?|[ \t　]+)|附\s?[：:]\s?)(?P<title>(?![0-9]{1,2}[.．、])[^：:]{4,50})"
)
#: An ordinal that a figure is glued to: 1.2026年, 3.100个.
_GLUED = re.compile(r"(?P<printed>(?P<number>[0-9]{1,2})[.．])(?=(?P<year>20[0-9]{2}年)|[0-9])")
#: A sentence of a few words, alone on its line.
_STOPPED = re.compile(r"[^，。；：,;:！？\s]{4,30}。")
#: The fewest characters below a heading with a full stop, and the fewest such headings in a document.
_LEAST_BELOW = 40
_LEAST_HEADS = 3
_LONGEST_LINE = 120
_LONGEST_HEADING = 36
_LONGEST_WITH_COMMA = 52


def is_date(text: str) -> bool:
    """Whether a line is a date and nothing else."""
    return _DATE.fullmatch(text) is not None


def blocks(text: str) -> list[Block]:
    """The blocks of a text in order, without what its table of contents says twice."""
    lines = _unbroken(text, _unwrapped(text, _lines(text)))
    _number_glued(text, lines)
    _head_stopped(text, lines)
    skip_furniture(text, lines)
    return lines


def _lines(text: str) -> list[Block]:
    lines: list[Block] = []
    spaced = False
    for match in re.finditer(r"[^\n\r\f\v\u2028\u2029]+", text):
        start, end = _trimmed(text, match.start(), match.end())
        # two line ends in a row are an empty line; \r\n is one
        gap = text[max(0, match.start() - 4) : match.start()]
        spaced = spaced or gap.count("\n") > 1 or gap.count("\r") > 1
        if start == end:
            spaced = True
            continue
        lines.append(_block(text, start, end, spaced=spaced))
        spaced = False
    return lines


def _trimmed(text: str, start: int, end: int) -> tuple[int, int]:
    while start < end and text[start].isspace():
        start += 1
    while start < end and text[end - 1].isspace():
        end -= 1
    return start, end


def _block(text: str, start: int, end: int, *, spaced: bool) -> Block:
    depth = 0
    if heading := _MARKDOWN.match(text, start, end):
        depth, start = len(heading[1]), heading.end()
    while start < end - 4 and text.startswith("**", start) and text.endswith("**", start, end):
        start, end = start + 2, end - 2
    marker = marker_at(text, start, end)
    if marker and marker.style == "spaced" and not _is_heading(text[marker.end : min(end, marker.end + 80)]):
        marker = None
    line = text[start:end] if end - start <= _LONGEST_LINE else ""
    block = Block(start, end, "text", marker, depth, spaced, words=line)
    block.kind = (line and _kind_of_line(line, block)) or _kind(text, block)
    return block


def _kind_of_line(line: str, block: Block) -> str | None:
    """The kind of a short line that its words alone tell."""
    if not block.depth:
        if kind := noise(line):
            return kind
        if _DATE.fullmatch(line):
            return "date"
        if _LEADERS.fullmatch(line):
            return "contents"
    if _ANNEX.fullmatch(line):
        return "annex"
    if (titled := _ANNEX_TITLED.fullmatch(line)) and _is_heading(titled["title"]):
        block.title = block.start + titled.start("title")
        return "annex-titled"
    return "annex-list" if _ANNEX_LIST.match(line) else None


def _kind(text: str, block: Block) -> str:
    if _ROW.search(text, block.start, block.end):
        return "table"
    if marker := block.marker:
        return "marker" if marker.end < block.end or marker.style == "box" else "text"
    return "heading" if block.depth or (block.words and _is_heading(block.words)) else "text"


def _number_glued(text: str, lines: Sequence[Block]) -> None:
    """Ordinals with a figure behind them (1.2026年底前…), where the ones beside it count on, or a year follows."""
    items: list[tuple[int, int, re.Match[str] | None]] = []
    for index, line in enumerate(lines):
        if line.marker and line.marker.style == "arabic":
            items.append((index, line.marker.number or 0, None))
        elif line.kind == "text" and (match := _GLUED.match(text, line.start, line.end)):
            items.append((index, int(match["number"]), match))
    for before, (index, number, match), behind in zip([None, *items], items, [*items[1:], None], strict=False):
        above = lines[index - 1] if index else None
        is_wrapped = above is not None and _is_cut(text, above)
        if match is None or is_wrapped:
            continue
        follows = number > 1 and before is not None and before[1] == number - 1
        begins = number == 1 and behind is not None and behind[1] == number + 1
        if match["year"] or follows or begins:
            lines[index].marker = Marker("arabic", number, match["printed"], match.start(), match.end())
            lines[index].kind = "marker"


def _is_cut(text: str, block: Block) -> bool:
    """Whether a line of running text ends within a sentence."""
    return text[block.end - 1] not in _ENDS and re.compile("[，。；,]").search(text, block.start, block.end) is not None


def _head_stopped(text: str, lines: Sequence[Block]) -> None:
    """Headings with a full stop (支持算力供给。), where each of several stands above a paragraph."""
    heads = [
        line
        for line, below in pairwise(lines)
        if line.kind == "text"
        and _STOPPED.fullmatch(text, line.start, line.end)
        and below.kind == "text"
        and below.end - below.start > _LEAST_BELOW
        and not _STOPPED.fullmatch(text, below.start, below.end)
    ]
    if len(heads) >= _LEAST_HEADS:
        for line in heads:
            line.kind = "heading"
            line.end -= 1
            line.pieces[-1] = (line.pieces[-1][0], line.end)


def _is_heading(line: str) -> bool:
    """A short line without a full stop, that is neither the beginning nor the end of a sentence cut in two."""
    if len(line) > _LONGEST_WITH_COMMA or line[-1] in _ENDS or line.endswith("——") or _NOT_A_HEADING.search(line):
        return False
    if any(stop in line for stop in _STOPS + "：:"):
        return False
    if re.search(r"[，,]", line):
        return False
    letters = sum("一" <= character <= "鿿" for character in line)
    return letters >= 2 and len(line) <= _LONGEST_HEADING and letters * 2 >= len(line)


def _unwrapped(text: str, lines: list[Block]) -> list[Block]:
    """Lines that were wrapped at a fixed width, put together again; other texts are left as they are."""
    width = _wrap_width(text, lines)
    if not width:
        return lines
    joined: list[Block] = []
    for line in lines:
        before = joined[-1] if joined else None
        if before and _runs_on(text, before, line, width):
            before.pieces.append((line.start, line.end))
            before.end = line.end
            if before.kind == "heading":
                before.kind = "text"
        else:
            joined.append(line)
    return joined


#: How a line begins that goes on with the sentence of a line above it.
_GOES_ON = re.compile(r"[，。、；：）”’》,;:)]|是[：:]|的(?!士)|为[：:]")


def _unbroken(text: str, lines: list[Block]) -> list[Block]:
    """Lines of one sentence that a page has set apart (a link, words in bold), put together again."""
    joined: list[Block] = []
    index = 0
    while index < len(lines):
        before, word = joined[-1] if joined else None, lines[index]
        behind = lines[index + 1] if index + 1 < len(lines) else None
        if before and behind and _is_set_apart(text, before, word, behind):
            for line in (word, behind):
                before.pieces += line.pieces
            before.end = behind.end
            index += 2
            continue
        joined.append(word)
        index += 1
    return joined


def _is_set_apart(text: str, before: Block, word: Block, behind: Block) -> bool:
    """Whether a short line stands between two halves of a sentence."""
    plain = word.kind in ("heading", "text") and not word.depth and not word.spaced and word.marker is None
    halves = before.kind in ("text", "marker") and behind.kind == "text" and not behind.spaced
    cut = text[before.end - 1] not in _ENDS + "”’）)》"
    return plain and halves and cut and word.end - word.start <= 20 and _GOES_ON.match(text, behind.start) is not None


def _runs_on(text: str, before: Block, line: Block, width: int) -> bool:
    last = before.pieces[-1]
    full = last[1] - last[0] >= width - 4
    plain = line.kind in ("text", "heading") and not line.depth and line.marker is None
    return (
        full
        and plain
        and not line.spaced
        and before.kind in ("text", "heading", "marker")
        and (text[last[1] - 1] not in _STOPS)
    )


def _wrap_width(text: str, lines: list[Block]) -> int:
    """The width at which most lines break in the middle of a sentence; 0 where they do not."""
    lengths = Counter(line.end - line.start for line in lines if line.kind in ("text", "heading", "marker"))
    if sum(lengths.values()) < 8:
        return 0
    longest = max((length for length, count in lengths.items() if count > 1), default=0)
    if not 15 <= longest <= 60 or max(lengths) > longest + 6:
        return 0
    full = [line for line in lines if line.end - line.start >= longest - 3]
    cut = sum(text[line.end - 1] not in _STOPS for line in full)
    return longest if cut * 2 > len(full) and len(full) * 4 > len(lines) else 0


#: The line under the head of a table.
RULE = re.compile(r"[\s|:：—–-]+")


def cells(text: str, span: Span) -> list[Span]:
    """The cells of a row, without white space."""
    start, end = span
    mark = "|" if "|" in text[start:end] else "\t"
    spans = []
    place = start
    for part in text[start:end].split(mark):
        left = place + len(part) - len(part.lstrip())
        spans.append((left, max(left, place + len(part.rstrip()))))
        place += len(part) + 1
    if mark == "|":
        spans = spans[1:] if text[start] == "|" else spans
        spans = spans[:-1] if spans and text[end - 1] == "|" else spans
    return spans
