"""A text in, its lines as blocks out: headings, running text, and what is neither (contents, captions, by-lines).

A block is a line of the text as it is printed, or several where the text was wrapped at a fixed width; it never
changes a character, it only says where it starts and ends and what it looks like. `parser` makes the tree of it.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field
from itertools import pairwise

from policygraph.extract.structure.numbering import Marker, marker_at
from policygraph.extract.structure.passages import Span

__all__ = ["RULE", "Block", "blocks", "cells", "is_date", "squeeze"]


@dataclass(slots=True)
class Block:
    """A line or paragraph: where its text is, its number if it has one, and what it looks like.

    `kind` is text, heading (a short line without a full stop), marker (it begins with a printed number), annex,
    or one of the kinds of `_NOISE` and `contents`, which say nothing of the plan.
    """

    start: int
    end: int
    kind: str
    marker: Marker | None = None
    #: How many # a markdown heading has; 0 for any other.
    depth: int = 0
    #: Whether an empty line stands in front.
    spaced: bool = False
    #: The spans of its text: one a printed line.
    pieces: list[Span] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.pieces = self.pieces or [(self.start, self.end)]


#: What a line that belongs to no plan looks like -> how it is told.
_NOISE = {
    "page": re.compile(r"[-—–－· ]*(?:第?\s?[0-9]{1,4}\s?页?(?:\s?/\s?[0-9]{1,4})?|共\s?[0-9]+\s?页)[-—–－· ]*"),
    "byline": re.compile(
        r"(?:本报|本网|新华社|.{2,8}(?:晚报|日报|早报|快报|时报))?\s?(?:首席|全媒体|特约|实习|见习)?(?:记者|通讯员"
        r"|编辑|责编|作者)"
        r"[\s:：/　].{1,40}(?<![。；])|.{0,12}/(?:整理|制图|文|图|摄).{0,30}"
    ),
    "caption": re.compile(
        r"(?:图为|本版图片|本版照片|资料图|图片来源|图片由|上图|下图|左图|右图).{0,60}"
        r"|.{2,60}\s?(?:\S{2,4})?\s(?:摄|供图|制图)"
    ),
    "disclaimer": re.compile(r"[,，]?免责声明.*|本文来源[:：].*|责任编辑[:：].*"),
    "docket": re.compile(
        r"\S{1,12}[〔\[（(【]\s?(?:19|20)[0-9]{2}\s?[〕\]）)】]\s?(?:第\s?)?[0-9]{1,4}\s?号|〔20[0-9]{2}〕[0-9]+号"
    ),
    "notice": re.compile(
        r"[（(](?:此件|此页|联系人|联系电话|征求意见稿|送审稿|草案|审议稿).{0,40}[）)]|抄送[：:].*|印发$"
        r"|出席[：:].*|参会[：:].*"
    ),
}
_DATE = re.compile(
    r"[（(]?(?:19|20|二〇|二○"
    r"|二0)[0-9〇○零一二三四五六七八九]{2}年\s?[0-9一二三四五六七八九十]{1,2}月(?:\s?[0-9一二三四五六七八九十]{1,3}日)?"
    r"(?:印发)?[）)]?"
)
_CONTENTS = re.compile(r"目\s{0,6}[录次]")
_LEADERS = re.compile(r".{2,60}?(?:[.…·．]{3,}|\s{4,})\s?[（(]?[0-9]{1,4}[）)]?|[^\t]{2,60}\t[0-9]{1,4}")
_ANNEX = re.compile(r"附\s?[件表录图]\s?(?:[0-9]{1,2}|[一二三四五六七八九十]{1,3})?(?:-[0-9]{1,2})?\s?[：:]?")
_ANNEX_LIST = re.compile(r"附\s?[件表]\s?[：:]")
#: Cells of a table, between tabs or upright strokes.
_ROW = re.compile(r"\t[^\t\n]*\t|\|[^|\n]*\|")
_MARKDOWN = re.compile(r"(#{1,6})[ \t　]+")
_ENDS = "。；;！!？?：:，,、"
_STOPS = "。！!？?；;"
_NOT_A_HEADING = re.compile(r"^[”’」』》）)\]】，,。、；;：:]|^各位(?:代表|委员)")
#: Paragraphs are compared by their first characters: a scan may garble the last ones.
_FINGERPRINT = 60
_LEAST_REPEAT = 30
_LONGEST_HEADING = 36
_LONGEST_WITH_COMMA = 52


def squeeze(text: str) -> str:
    """The text without white space, markdown signs and leaders, for comparing lines."""
    return re.sub(r"[\s　#*.…·．]+[0-9]*$|[\s　#*]+", "", text)


def is_date(text: str) -> bool:
    """Whether a line is a date and nothing else."""
    return _DATE.fullmatch(text) is not None


def blocks(text: str) -> list[Block]:
    """The blocks of a text in order, without what its table of contents says twice."""
    lines = _unwrapped(text, _lines(text))
    _skip_contents(text, lines)
    _skip_annex_list(lines)
    _skip_signatures(lines)
    _skip_names(text, lines)
    _skip_repeats(text, lines)
    return lines


def _lines(text: str) -> list[Block]:
    found: list[Block] = []
    spaced = False
    for match in re.finditer(r"[^\n\r\f\v\u2028\u2029]+", text):
        start, end = _trimmed(text, match.start(), match.end())
        # two line ends in a row are an empty line; \r\n is one
        gap = text[max(0, match.start() - 4) : match.start()]
        spaced = spaced or gap.count("\n") > 1 or gap.count("\r") > 1
        if start == end:
            spaced = True
            continue
        found.append(_block(text, start, end, spaced=spaced))
        spaced = False
    return found


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
    return Block(start, end, _kind(text, start, end, marker, depth), marker, depth, spaced)


def _kind(text: str, start: int, end: int, marker: Marker | None, depth: int) -> str:
    line = text[start:end] if end - start <= 120 else ""
    if line and not depth:
        for kind, pattern in _NOISE.items():
            if pattern.fullmatch(line):
                return kind
        if _DATE.fullmatch(line):
            return "date"
        if _LEADERS.fullmatch(line):
            return "contents"
    if line and _ANNEX.fullmatch(line):
        return "annex"
    if line and _ANNEX_LIST.match(line):
        return "annex-list"
    if _ROW.search(text, start, end):
        return "table"
    if marker:
        return "marker" if marker.end < end or marker.style == "box" else "text"
    if depth or (line and _is_heading(line)):
        return "heading"
    return "text"


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


def _skip_contents(text: str, lines: list[Block]) -> None:
    """The entries of a table of contents: from 目录 to where its first entry is printed again."""
    places: dict[str, list[int]] = {}
    for index, line in enumerate(lines):
        if line.end - line.start <= 80:
            places.setdefault(squeeze(text[line.start : line.end]), []).append(index)
    for index, line in enumerate(lines):
        if not _CONTENTS.fullmatch(text, line.start, line.end):
            continue
        line.kind = "contents"
        if index + 1 < len(lines):
            first = squeeze(text[lines[index + 1].start : lines[index + 1].end])
            again = [place for place in places.get(first, []) if place > index + 1]
            for entry in lines[index + 1 : again[0]] if again else ():
                entry.kind = "contents"


def _skip_annex_list(lines: list[Block]) -> None:
    """附件：1.…, with the lines below it that go on counting."""
    listing = False
    for line in lines:
        if line.kind == "annex-list":
            listing = True
        elif listing and line.marker and not line.spaced and (line.marker.number or 0) > 1:
            line.kind = "annex-list"
        else:
            listing = False


def _skip_signatures(lines: list[Block]) -> None:
    """The office and the date below a letter, and what is left of a heading where nothing follows."""
    for before, line in pairwise(lines):
        if line.kind == "date" and before.kind == "heading":
            before.kind = "signature"
    for line in reversed(lines):
        if line.kind != "heading" or line.depth:
            break
        line.kind = "signature"


def _skip_names(text: str, lines: list[Block]) -> None:
    """A name alone on a line, where a by-line elsewhere has it too."""
    names = set[str]()
    for line in lines:
        if line.kind == "byline":
            names.update(re.split(r"[\s　:：/]+", text[line.start : line.end])[1:])
    for line in lines:
        if line.kind == "heading" and line.end - line.start <= 4 and text[line.start : line.end] in names:
            line.kind = "byline"


def _skip_repeats(text: str, lines: list[Block]) -> None:
    """Paragraphs that a scan has printed before, and the headings that stand with them."""
    seen = set[str]()
    headings = set[str]()
    said: list[Block] = [line for line in lines if line.kind in ("text", "heading")]
    again = set[int]()
    for index, line in enumerate(said):
        words = text[line.start : line.end]
        known = words[:_FINGERPRINT]
        if line.kind == "text" and len(words) >= _LEAST_REPEAT:
            if known in seen:
                again.add(index)
            seen.add(known)
        elif line.kind == "heading":
            if words in headings:
                again.add(index)
            headings.add(words)
    for index in sorted(again):
        neighbours = {index - 1, index + 1} & again
        if said[index].kind == "text" or neighbours:
            said[index].kind = "repeat"


#: The line under the head of a table.
RULE = re.compile(r"[\s|:：—–-]+")


def cells(text: str, span: Span) -> list[Span]:
    """The cells of a row, without white space."""
    start, end = span
    mark = "|" if "|" in text[start:end] else "\t"
    found = []
    place = start
    for part in text[start:end].split(mark):
        left = place + len(part) - len(part.lstrip())
        found.append((left, max(left, place + len(part.rstrip()))))
        place += len(part) + 1
    if mark == "|":
        found = found[1:] if text[start] == "|" else found
        found = found[:-1] if found and text[end - 1] == "|" else found
    return found
