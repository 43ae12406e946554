"""Blocks in, the front of a document out: its title, and where the text behind it begins.

The front ends where the first paragraph or numbered item stands. A title may be wrapped over lines; what stands below
it (the occasion, the speaker, a period) is told from it. A letter brings a plan whose title stands farther down:
`plan_title` is that one.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from policygraph.extract.structure.blocks import Block, squeeze
from policygraph.extract.structure.labels import tidy
from policygraph.extract.structure.passages import Span

__all__ = ["Front", "is_headline", "names_plan", "plan_title", "read_front"]

_TITLES = re.compile(
    r"(?:通知|意见|方案|计划|规划|纲要|报告|清单|纪要|办法|要点|措施|决定|通报|行动|任务|台账|分工|建议|公报|细则"
    r"|规定|安排)"
    r"(?:[（(].{1,24}[）)])?$"
)
_LONGEST_TITLE = 100
#: What stands below a title and is no part of it, its period apart: the occasion, the speaker.
_BESIDE_TITLE = re.compile(
    r"[（(].{2,60}[）)]|[—－-]{1,2}.{4,60}(?:上|议|会)|.{0,20}"
    r"(?:市|省|县|区|州|旗|盟|镇|乡|主)(?:长|任|席)[\s　]+\S[\s　]?\S{1,3}"
)
#: A plan that a text without a title names first.
_FIRST_NAMED = re.compile(r"《([^《》]{4,60}(?:方案|计划|规划|纲要|意见|清单|措施|报告)[^《》]{0,20})》")
_HEAD = 400
#: How a report of a newspaper begins.
_DATELINE = re.compile(r"(?:本报|本网|新华社|[一-鿿]{2,6}(?:日报|晚报|网))?[^，。：]{0,16}(?:讯|电)(?:[\s　（(]|$)")
#: A headline, and those below it.
_MOST_HEADLINES = 4
_PERIOD_LINE = re.compile(r"[（(].{2,24}[）)]")
_PROMULGATED = re.compile(r"(?:印发|发布|公布|下发)《?([^《》]{4,60}?)》?的(?:通知|决定|公告)")


@dataclass(slots=True)
class Front:
    """The title and its words, the name of the plan that it promulgates, and how many blocks it takes."""

    title: Span | None = None
    label: str = ""
    promulgated: str = ""
    #: The index of the first block behind it.
    end: int = 0
    #: Blocks in it that say nothing of the plan.
    asides: list[Block] = field(default_factory=list)


def read_front(text: str, blocks: Sequence[Block]) -> Front:
    """The title, from the first lines."""
    front = Front()
    lines: list[Block] = []
    for block in blocks:
        if _is_in_front(text, block):
            if not _joins(text, blocks, front.end, lines):
                break
        elif block.kind in ("text", "marker"):
            break
        else:
            front.asides.append(block)
        front.end += 1
    if lines:
        front.title = (lines[0].start, lines[-1].end)
    elif named := _FIRST_NAMED.search(text, 0, _HEAD):
        front.title = named.span(1)
    if front.title:
        front.label = tidy(text[slice(*front.title)])
        promulgated = _PROMULGATED.search(squeeze(front.label))
        front.promulgated = squeeze(promulgated[1]) if promulgated else ""
    return front


def _joins(text: str, blocks: Sequence[Block], index: int, lines: list[Block]) -> bool:
    """Adds a line to those of the title where it is one; False where the front ends before it."""
    block = blocks[index]
    subtitle = _BESIDE_TITLE.fullmatch(_words(text, block)) is not None
    if not (subtitle or _follows(text, block, lines)):
        return False
    if lines and not subtitle:
        if block.depth != lines[0].depth:
            return False
        if block.kind == "heading" and is_headline(text, blocks, index):
            return False  # each line above a report is a headline of its own
    if not subtitle or (lines and _words(text, block)[0] in "（("):
        lines.append(block)
    return True


def _follows(text: str, block: Block, lines: Sequence[Block]) -> bool:
    """Whether a line may go on with the title that the lines before it began."""
    if not lines:
        return True
    complete = _TITLES.search(_words(text, lines[-1])) is not None
    return not complete and (not block.spaced or _TITLES.search(_words(text, block)) is not None)


def _is_in_front(text: str, block: Block) -> bool:
    """Whether a block may be a line of the title, or stand below it."""
    if block.kind in ("heading", "signature"):
        return True
    line = _words(text, block) if block.end - block.start <= _LONGEST_TITLE else ""
    if _BESIDE_TITLE.fullmatch(line):
        return True
    return block.kind == "text" and not block.depth and _TITLES.search(line) is not None and "。" not in line


def is_headline(text: str, blocks: Sequence[Block], index: int) -> bool:
    """Whether a heading stands above a report of a newspaper, others between them."""
    for block in blocks[index + 1 : index + 1 + _MOST_HEADLINES]:
        if block.kind != "heading":
            return block.kind == "text" and _DATELINE.match(text, block.start, block.end) is not None
    return False


def names_plan(text: str, block: Block, promulgated: str) -> bool:
    """Whether a line is the title of the plan that a letter promulgates, or its beginning."""
    line = squeeze(_words(text, block))
    return len(line) >= 6 and (promulgated.startswith(line) or line.startswith(promulgated))


def plan_title(text: str, blocks: Sequence[Block], index: int) -> tuple[Span, int]:
    """The title of a plan that begins at a block, with its period, and the index of the block behind it."""
    start, end = blocks[index].start, blocks[index].end
    following = blocks[index + 1] if index + 1 < len(blocks) else None
    if following and following.end - following.start <= 40 and _PERIOD_LINE.fullmatch(_words(text, following)):
        return (start, following.end), index + 2
    return (start, end), index + 1


def _words(text: str, block: Block) -> str:
    return text[block.start : block.end]
