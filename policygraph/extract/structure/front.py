"""Blocks in, the front of a document out: its title, and where the text behind it begins.

The front ends where the first paragraph or numbered item stands. The title is the line that ends as titles do (…方案,
…工作报告), with the lines that it was wrapped over; what a page prints above it is none of it, and what stands below it
(the occasion, the speaker, a period) is told from it. A letter brings a plan whose title stands farther down:
`plan_title` is that one.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from policygraph.extract.actors.unit_lists import is_person
from policygraph.extract.structure.block import Block, squeeze
from policygraph.extract.structure.labels import tidy
from policygraph.extract.structure.passages import Span

__all__ = ["ISSUER_LINE", "Front", "is_headline", "names_plan", "plan_title", "read_front"]

#: How a title ends.
_TITLES = re.compile(
    r"(?:通知|意见|方案|计划|规划|纲要|报告|清单|纪要|办法|要点|措施|决定|通报|行动|任务|台账|分工|建议|公报|细则"
    r"|规定|安排|政策|举措|指引|十条|条例|指南|目标|決定|計畫|計劃|規劃|綱要|報告|措施|辦法|要點|方針)"
    r"[》”]?(?:[（(].{1,24}[）)])?$"
)
_LONGEST_TITLE = 100
#: The name of a person behind a post, foreign names with their dots.
_NAME = r"[一-鿿](?:[\s　]?[一-鿿]{1,3}|[一-鿿]{1,5}(?:[·•・][一-鿿]{1,8}){1,2})"
#: What stands below a title and is no part of it, its period apart: the occasion, the speaker, the issuer.
_SPEAKER = re.compile(
    r"[^，。；：]{0,24}?(?:市长|省长|县长|区长|州长|旗长|盟长|镇长|乡长|主席|主任|书记|市長|縣長)"
    rf"[\s　]*(?:[：:]\s?)?{_NAME}"
)
#: Who issues a document, alone in a line.
_GOVERNING = r"[一-鿿]{1,20}?(?:人民政府|(?:省|市|区|县|州|旗)委(?:员会)?)(?:办公厅|办公室)?"
ISSUER_LINE = re.compile(rf"{_GOVERNING}(?:[\s　、]+{_GOVERNING})?")
_BESIDE_TITLE = re.compile(
    r"[（(].{2,60}[）)]|(?:[—－-]{1,2}|(?:19|20)\d\d年\d{1,2}月\d{1,2}日[，,]?在?).{4,60}(?:上|议|会|通过|批准)"
    rf"|{_SPEAKER.pattern}"
)
#: An occasion that goes on in the next line: ——2026年1月26日在东江省第十四届 ⏎ 人民代表大会第五次会议上.
_OCCASION_BEGINS = re.compile(r"[—－-]{1,2}.{4,60}")
_OCCASION_ENDS = re.compile(r".{2,40}(?:上|会议|大会)$")
#: When and where a report was given, in a bracket below its title.
_OCCASION_IN_BRACKETS = re.compile(
    r"[（(](?:19|20)\d\d年\d{1,2}月\d{1,2}日.{2,50}(?:会议|大会|会)(?:上|通过|批准)[）)]"
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
#: A line above a title that is no line of it: a rubric of the site, the medium.
_RUBRIC = re.compile(
    r"[^，。]{0,12}(?:日报|晚报|客户端|公众号|频道|要闻|新闻|动态|网|网站|公开|专栏|栏目|资讯|信息|文件|发布|解读)"
    r"(?:[\s　].*)?$"
)
_LONGEST_RUBRIC = 6
#: The end of a name of who issues a document: the first line of its title, however short.
_ISSUER = re.compile(r"(?:政府|委员会|办公室|办公厅|局|厅|委|院|会议|关于.*)$")


@dataclass(slots=True)
class Front:
    """The title and its words, the name of the plan that it promulgates, and how many blocks it takes."""

    title: Span | None = None
    label: str = ""
    promulgated: str = ""
    #: The index of the first block behind it.
    end: int = 0
    #: Blocks in it that say nothing of the plan, each with what it is.
    asides: list[tuple[str, Block]] = field(default_factory=list)


def read_front(text: str, blocks: Sequence[Block]) -> Front:
    """The title, from the first lines."""
    front = Front()
    _skip_rubrics(blocks, front)
    lines: list[Block] = []
    while front.end < len(blocks):
        block = blocks[front.end]
        if _is_in_front(block):
            if not _joins(text, blocks, front, lines):
                break
        elif block.kind in ("text", "marker", "table", "annex-titled"):
            break
        else:
            front.asides.append((block.kind, block))
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


def _skip_rubrics(blocks: Sequence[Block], front: Front) -> None:
    """Sets aside what a page prints above the title, where a line below it ends as titles do."""
    head = list(_head(blocks))
    complete = next((place for place, block in enumerate(head) if _is_title(block.words)), None)
    if complete is None:
        return
    first = complete
    while first and _is_line_of_title(head[first - 1], head[first]):
        first -= 1
    front.asides += [("furniture" if block.kind == "heading" else block.kind, block) for block in head[:first]]
    front.end = first


def _head(blocks: Sequence[Block]) -> Iterator[Block]:
    """The blocks up to the first paragraph or numbered item."""
    for block in blocks:
        if not _is_in_front(block) and block.kind in ("text", "marker", "table", "annex-titled"):
            return
        yield block


def _is_title(words: str) -> bool:
    return len(words) >= 6 and _TITLES.search(words) is not None and _RUBRIC.fullmatch(words) is None


def _is_line_of_title(above: Block, below: Block) -> bool:
    """Whether a line begins the title that goes on in the next."""
    if above.kind not in ("heading", "text") or below.spaced or above.depth != below.depth or _is_title(above.words):
        return False
    is_rubric = len(above.words) <= _LONGEST_RUBRIC or _RUBRIC.fullmatch(above.words) is not None
    return not is_rubric or _ISSUER.search(above.words) is not None


def _joins(text: str, blocks: Sequence[Block], front: Front, lines: list[Block]) -> bool:
    """Adds a line to those of the title where it is one; False where the front ends before it."""
    block = blocks[front.end]
    beside = _is_beside(blocks, front.end)
    if not (beside or _follows(block, lines)):
        return _is_title_again(block, blocks, front, lines)
    if lines and not beside:
        if block.depth != lines[0].depth:
            return False
        if block.kind == "heading" and is_headline(text, blocks, front.end):
            return False  # each line above a report is a headline of its own
    occasion = _OCCASION_IN_BRACKETS.fullmatch(block.words)
    if not beside or (lines and block.words[:1] in ("（", "(") and not occasion):
        lines.append(block)
    elif beside:
        is_speaker = _SPEAKER.fullmatch(block.words) or is_person(block.words, expected=True)
        front.asides.append(("speaker" if is_speaker else "occasion", block))
    return True


def _is_beside(blocks: Sequence[Block], index: int) -> bool:
    """Whether a line says the occasion or the speaker, or goes on with the occasion."""
    words = blocks[index].words
    if _BESIDE_TITLE.fullmatch(words) or (index and is_person(words, expected=True)):
        return True
    above = blocks[index - 1].words if index else ""
    if ISSUER_LINE.fullmatch(words) and _TITLES.search(above):  # above a title it is the title's first line
        return True
    following = blocks[index + 1].words if index + 1 < len(blocks) else ""
    return bool(
        (_OCCASION_BEGINS.fullmatch(words) and _OCCASION_ENDS.fullmatch(following))
        or (
            _OCCASION_BEGINS.fullmatch(above) and not _BESIDE_TITLE.fullmatch(above) and _OCCASION_ENDS.fullmatch(words)
        )
    )


def _is_title_again(block: Block, blocks: Sequence[Block], front: Front, lines: Sequence[Block]) -> bool:
    """Sets aside a second title in the front, and the medium between them; False where the line is none."""
    following = blocks[front.end + 1] if front.end + 1 < len(blocks) else None
    is_above_text = following is None or following.kind in ("text", "marker")
    title = squeeze("".join(line.words for line in lines))
    again = bool(block.words) and squeeze(block.words) in title and _is_title(block.words)
    if block.kind == "heading" and (again or (not is_above_text and _RUBRIC.fullmatch(block.words))):
        front.asides.append(("furniture", block))
        return True
    return False


def _follows(block: Block, lines: Sequence[Block]) -> bool:
    """Whether a line may go on with the title that the lines before it began."""
    if not lines:
        return True
    complete = _TITLES.search(lines[-1].words) is not None
    return not complete and (not block.spaced or _TITLES.search(block.words) is not None)


def _is_in_front(block: Block) -> bool:
    """Whether a block may be a line of the title, or stand below it."""
    if block.kind in ("heading", "signature"):
        return True
    line = block.words if len(block.words) <= _LONGEST_TITLE else ""
    if _BESIDE_TITLE.fullmatch(line) or (block.kind == "marker" and _OCCASION_BEGINS.fullmatch(line)):
        return True
    return block.kind == "text" and not block.depth and _TITLES.search(line) is not None and "。" not in line


def is_headline(text: str, blocks: Sequence[Block], index: int) -> bool:
    """Whether a heading stands above a report of a newspaper, others between them."""
    for block in blocks[index + 1 : index + 1 + _MOST_HEADLINES]:
        if block.kind != "heading":
            return block.kind == "text" and _DATELINE.match(text, block.start, block.end) is not None
    return False


def names_plan(block: Block, promulgated: str) -> bool:
    """Whether a line is the title of the plan that a letter promulgates, or its beginning."""
    line = re.sub("[《》]", "", squeeze(block.words))
    return len(line) >= 6 and (promulgated.startswith(line) or line.startswith(promulgated))


def plan_title(blocks: Sequence[Block], index: int, promulgated: str) -> tuple[Span, int]:
    """The title of a plan that begins at a block, with its further lines and period; the index of the block behind."""
    start, end = blocks[index].start, blocks[index].end
    line = squeeze(blocks[index].words)
    index += 1
    while index < len(blocks):
        block = blocks[index]
        goes_on = (
            block.kind == "heading" and len(line) < len(promulgated) and (line + squeeze(block.words)) in promulgated
        )
        if not goes_on and not (len(block.words) <= 40 and _PERIOD_LINE.fullmatch(block.words)):
            break
        line += squeeze(block.words)
        end, index = block.end, index + 1
    return (start, end), index
