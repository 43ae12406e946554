"""A text in, the tree of its parts out: what is a heading, what stands under it, and where the numbers do not add up.

Parts nest by how they are numbered. A style of numbering that is open goes on; one that is not opens below what is
open, unless its rank (`_numbering.RANKS`) puts it above. So the order in which styles first appear decides where a
document has ways of its own, and the rank where it has not. Numbering may run on across chapters: where a number
stands is told by its style and by what is open, never by its value, but for boxes and lists in lists. Gaps and
repeats are reported, never mended.

A reader of another format (HTML, DOCX, PDF) hands over plain text: one paragraph a line, headings of known depth with
`#` in front, bold ones between `**`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import pairwise

from policygraph.extract.structure.blocks import RULE, Block, blocks, cells, squeeze
from policygraph.extract.structure.numbering import RANKS, Marker, enumerated, is_bullet, worded_at
from policygraph.extract.structure.outline import Gap, Outline, Part
from policygraph.extract.structure.passages import Passage, Span
from policygraph.extract.structure.run_in_headings import FRAMES, leading

__all__ = ["read_outline"]


_LONGEST_LABEL = 64
#: A sentence longer than this is no label: its first clause is.
_LONGEST_GLUED = 36
_LONGEST_SENTENCE = 120
_OPENING, _CLOSING = "（(〔[【“‘「《", "）)〕]】”’」》"
#: What ends a label that is glued to its text.
_LABEL_ENDS = re.compile(r"[。！？!?；;：:]|——")
#: A bracket at the end of a label that says who is responsible, or how many parts there are.
_TRAILING_BRACKET = re.compile(
    r"[（(【\[〔](?:[^（(【\[〔）)】\]〕]|[（(〔][^（(〔）)〕]{0,20}[）)〕]){0,200}"
    r"(?:单位|部门|负责|牵头|配合|领导|责任|局|委|办|院|中心|政府|公司)(?:[^（(【\[〔）)】\]〕]"
    r"|[（(〔][^（(〔）)〕]{0,20}[）)〕]){0,80}[）)】\]〕]。?$"
)
#: Names of sections that stand side by side at the top, and of those that stand in the first of them.
_SECTIONS = re.compile(
    r"总体要求|总体思路|工作思路|重点任务|主要任务|工作任务|重点工作|主要工作|重点举措|主要举措|工作举措|主要措施"
    r"|政策措施"
    r"|保障措施|保障机制|组织保障|组织实施|组织领导和保障|实施步骤|工作步骤|工作安排|进度安排|工作要求|有关要求"
    r"|附则|推进机制|实施保障"
)
_SUBSECTIONS = re.compile(
    r"指导思想|基本原则|工作原则|总体目标|主要目标|工作目标|发展目标|具体目标|战略目标|目标任务|发展定位|战略定位"
)
_GENERAL = re.compile(r"总体要求|总体思路|工作思路")
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
#: How a paragraph begins that reports of the whole again, behind items counted in words.
_REPORTED = re.compile(
    r"(?:此次|本次|该)?(?:方案|计划|规划|意见|纲要|会议|清单|措施)(?:还|同时|也|并)?(?:明确|要求|提出|指出|强调|规定)"
    r"|据(?:了解|悉|介绍)|(?:会上|会议|目前|下一步|此外)[，,]"
)
_PERIOD_LINE = re.compile(r"[（(].{2,24}[）)]")
_PROMULGATED = re.compile(r"(?:印发|发布|公布|下发)《?([^《》]{4,60}?)》?的(?:通知|决定|公告)")
_YEAR_AND_NUMBER = re.compile(r"20\d\d年(?:达到|为|累计|[：:])?\d")
#: Heads of the columns of a table of tasks: the task itself, and who is to do it by when.
_TASK_HEAD = re.compile(r"任务|工作内容|事项|措施|举措|项目名称|工作$|内容$")
_BESIDE_TASK = re.compile(r"单位|部门|领导|责任|牵头|配合|时限|时间|期限")
#: Styles of items too small to hold a box.
_WITHOUT_BOXES = frozenset({"circled", "arabic-bracketed", "half-bracketed"})
_PROBLEMS = re.compile(r"问题|困难|不足|短板|差距|挑战|矛盾")


def read_outline(text: str) -> Outline:
    """The outline of a text, in a time proportional to its length."""
    found = blocks(text)
    _number_with_words(text, found)
    builder = _Builder(text, found)
    builder.build()
    return Outline(builder.root, builder.title, builder.asides, builder.gaps)


def _number_with_words(text: str, found: list[Block]) -> None:
    """Makes items of paragraphs in a row that begin with 一是, 二是, …."""
    run: list[tuple[Block, Marker]] = []
    for block in [*found, None]:
        marker = worded_at(text, block.start, block.end) if block and block.kind == "text" else None
        if block and marker and run and marker.style == run[-1][1].style and marker.number == len(run) + 1:
            run.append((block, marker))
            continue
        if block and block.kind not in ("text", "marker", "heading", "annex"):
            continue  # a caption between them
        if len(run) > 1:
            for item, number in run:
                item.kind, item.marker = "marker", number
        run = [(block, marker)] if block and marker and marker.number == 1 else []


class _Builder:
    """The walk over the blocks with the parts that are open, from the whole to the innermost."""

    def __init__(self, text: str, found: list[Block]) -> None:
        self.text = text
        self.blocks = found
        self.title: Span | None = None
        self.asides: list[tuple[str, int, int]] = []
        self.gaps: list[Gap] = []
        self.root = Part(0, 0, "", "whole", "whole", 1.0)
        self._open: list[Part] = [self.root]
        self._last: dict[str, int] = {}
        self._next = _next_numbers(found)
        self._pairs = _recurring_pairs(text, found)
        self._leads = leading(text, found)
        self._annexed = ""
        self._cut: _Cut | None = None
        self._trials = _MOST_TRIALS

    def build(self) -> None:
        index = self._front()
        while index < len(self.blocks):
            index = self._take(index)
        for part in list(self.root.walk()):
            self._enumerate(part)
            self._tabulate(part)

    # ── the front: titles, and letters that bring a plan ──────────────────────────────────────────

    def _front(self) -> int:
        """The title, from the first lines; the index of the first block behind it."""
        index, lines = 0, list[Block]()
        while index < len(self.blocks):
            block = self.blocks[index]
            complete = lines and _TITLES.search(self._of(lines[-1]))
            if self._is_in_front(block):
                subtitle = _BESIDE_TITLE.fullmatch(self._of(block)) is not None
                follows = not lines or (not block.spaced and not complete) or (not complete and self._completes(block))
                if not (follows or subtitle) or (lines and block.depth != lines[0].depth and not subtitle):
                    break
                if lines and block.kind == "heading" and not subtitle and self._is_headline(index):
                    break  # each line above a report is a headline of its own
                if not subtitle or (lines and self._of(block)[0] in "（("):
                    lines.append(block)
            elif block.kind in ("text", "marker"):
                break
            else:
                self._aside(block)
            index += 1
        if not lines and (named := _FIRST_NAMED.search(self.text, 0, _HEAD)):
            self.title = named.span(1)
        if lines:
            self.title = (lines[0].start, lines[-1].end)
        if self.title:
            self.root.start, self.root.end = self.title
            self.root.label = self._words(*self.title)
            promulgated = _PROMULGATED.search(squeeze(self.root.label))
            self._annexed = squeeze(promulgated[1]) if promulgated else ""
        return index

    def _is_in_front(self, block: Block) -> bool:
        """Whether a block may be a line of the title, or stand below it."""
        if block.kind in ("heading", "signature"):
            return True
        line = self._of(block) if block.end - block.start <= _LONGEST_TITLE else ""
        if _BESIDE_TITLE.fullmatch(line):
            return True
        return block.kind == "text" and not block.depth and _TITLES.search(line) is not None and "。" not in line

    def _completes(self, block: Block) -> bool:
        return _TITLES.search(self._of(block)) is not None

    def _restart(self, block: Block, index: int) -> int:
        """The plan that a letter brings: its title becomes that of the whole, its parts take the letter's place."""
        self.asides += [("letter", part.start, part.end) for part in self.root.parts]
        self.root.parts, self.root.paragraphs, self.gaps, self._cut = [], [], [], None
        self._open, self._last = [self.root], {}
        self._annexed = ""
        end = block.end
        following = self.blocks[index + 1] if index + 1 < len(self.blocks) else None
        if following and following.end - following.start <= 40 and _PERIOD_LINE.fullmatch(self._of(following)):
            end, index = following.end, index + 1
        self.title = (block.start, end)
        self.root.start, self.root.end, self.root.label = block.start, end, self._words(block.start, end)
        return index + 1

    # ── one block after another ───────────────────────────────────────────────────────────────────

    def _take(self, index: int) -> int:
        block = self.blocks[index]
        if self._annexed and block.kind == "heading" and self._is_annexed(block):
            return self._restart(block, index)
        if block.kind in ("heading", "marker", "annex") and self._cut:
            self._cut.patience -= 1
        if block.kind == "annex":
            return self._annex(index)
        if block.kind == "table" or (block.kind in ("marker", "text") and self._is_indicator_row(block)):
            self._row(index)
        elif block.kind == "marker" and block.marker:
            self._numbered(block, block.marker)
        elif block.kind == "heading":
            return self._unnumbered(index)
        elif block.kind == "text":
            self._running(index)
        else:
            self._aside(block)
        return index + 1

    def _is_indicator_row(self, block: Block) -> bool:
        """Whether a line of a box or an annex of indicators is a row of it, and no part of the plan."""
        top = self._open[-1]
        listed = block.marker is None or RANKS.get(block.marker.style, 0) >= RANKS["arabic"]
        return listed and not block.spaced and top.style in ("box", "annex") and "指标" in top.label

    def _row(self, index: int) -> None:
        """A row of a table: of the one that the line before is in, or of a new one."""
        block, top = self.blocks[index], self._open[-1]
        span = (block.start, block.end)
        if block.kind != "table" and not _YEAR_AND_NUMBER.search(self.text, block.start, block.end):
            begin = block.marker.end - block.start if block.marker else 0
            top.paragraphs.append(Passage(self.text, block.pieces).spans(begin, 1 << 62))
            return
        above = self.blocks[index - 1] if index else None
        if top.tables and above and above.end == top.tables[-1][-1][1]:
            top.tables[-1].append(span)
        else:
            top.tables.append([span])

    def _is_annexed(self, block: Block) -> bool:
        line = squeeze(self._of(block))
        return len(line) >= 6 and (self._annexed.startswith(line) or line.startswith(self._annexed))

    def _annex(self, index: int) -> int:
        block = self.blocks[index]
        following = self.blocks[index + 1] if index + 1 < len(self.blocks) else None
        self._aside(block)
        self._open, self._last = [self.root], {}
        if following and self._annexed and self._is_annexed(following):
            return self._restart(following, index + 1)
        if following and following.kind in ("heading", "signature") and self.root.parts:
            self._push(
                self._part(
                    following, (following.start, following.end), style="annex", rule="annex-title", confidence=0.9
                )
            )
            return index + 2
        return index + 1

    def _numbered(self, block: Block, marker: Marker) -> None:
        style = marker.style + (marker.printed if is_bullet(marker.style) else "")
        passage = Passage(self.text, block.pieces)
        stop, bare = self._label_end(passage, marker.end - block.start)
        end = passage.span(0, stop)[1]
        part = self._part(
            block, (marker.end, end), style=style, rule=f"numbering/{marker.style}", confidence=0.95, marker=marker
        )
        part.label = _tidy(passage.text[marker.end - block.start : stop])
        part.bare = bare
        self._place(style, marker, block)
        self._check_number(part)
        self._push(part)

    def _place(self, style: str, marker: Marker, block: Block) -> None:
        """Closes what is not above a marker of this style."""
        at = self._open_at(style)
        if at and self._is_inner(at, marker):
            return
        if at:
            del self._open[at:]
            return
        rank = RANKS.get(style)
        while rank and rank <= RANKS["bracketed"] and self._open[-1].style.startswith("lead-"):
            self._open.pop()
        while rank and (above := RANKS.get(self._open[-1].style)) and above > rank:
            if marker.number == 1 and self._goes_on(self._open[-1], block):
                return
            self._open.pop()
        if style == "box":
            while (inner := self._open[-1].marker) and (is_bullet(inner.style) or inner.style in _WITHOUT_BOXES):
                self._open.pop()

    def _is_inner(self, at: int, marker: Marker) -> bool:
        """Whether a list begins anew in a box, a bullet or a heading of another kind inside the open one."""
        inside = self._open[at + 1 :]
        number = self._open[at].marker
        if not any(part.style == "box" for part in inside):
            return False
        return marker.number == 1 or not (number and marker.number == (number.number or 0) + 1)

    def _goes_on(self, part: Part, block: Block) -> bool:
        """Whether the numbering of an open part goes on behind a block that its rank would close it for."""
        following = self._next.get((part.style, block.start))
        return following is not None and part.marker is not None and following == (part.marker.number or 0) + 1

    def _open_at(self, style: str) -> int:
        return next((at for at in range(len(self._open) - 1, 0, -1) if self._open[at].style == style), 0)

    def _check_number(self, part: Part) -> None:
        """Notes a number that neither follows the one before it, here or anywhere, nor begins anew."""
        number = part.marker.number if part.marker else None
        if number is None:
            return
        siblings = reversed(self._open[-1].parts[-_MOST_BETWEEN:])
        last = next((other.marker for other in siblings if other.style == part.style and other.marker), None)
        here = last.number if last else None
        anywhere = self._last.get(part.style)
        follows = {(here or 0) + 1} | ({anywhere + 1} if anywhere else set())
        if number not in follows and not (number == 1 and here is None):
            expected = (here if here is not None else anywhere or 0) + 1
            self.gaps.append(Gap(part, expected, repeats=number == expected - 1))
        self._last[part.style] = number

    # ── headings without a number ─────────────────────────────────────────────────────────────────

    def _unnumbered(self, index: int) -> int:
        """A heading of one line or two; the index of the block behind it."""
        block, end = self.blocks[index], self.blocks[index].end
        style, following = "plain", index + 1
        if following < len(self.blocks) and self._is_second_line(block, self.blocks[following]):
            end, following = self.blocks[following].end, following + 1
            paired = (block.start in self._pairs) and "pair"
            style = paired or "plain"
        label = self._words(block.start, end)
        behind = self.blocks[following] if following < len(self.blocks) else None
        if behind and self._leads.get(behind.start, (0, 0, ""))[2] in FRAMES and not block.depth:
            self._aside(block)  # a headline: the paragraph below says what it is about
            return following
        if self._is_headline(index):
            del self._open[1:]
            self.root.paragraphs.append([(block.start, end)])
            return following
        if block.depth:
            style = f"markdown-{block.depth}"
        part = self._part(block, (block.start, end), style=style, rule="heading/short-line", confidence=0.8)
        self._place_unnumbered(part, label, index)
        self._push(part)
        return following

    def _is_headline(self, index: int) -> bool:
        """Whether a heading stands above a report of a newspaper, others between them."""
        for block in self.blocks[index + 1 : index + 1 + _MOST_HEADLINES]:
            if block.kind != "heading":
                return block.kind == "text" and _DATELINE.match(self.text, block.start, block.end) is not None
        return False

    def _is_second_line(self, block: Block, other: Block) -> bool:
        if other.kind != "heading" or other.spaced or block.depth or other.depth:
            return False
        short = block.end - block.start <= 6 and other.end - other.start <= 6
        named = _SECTIONS.search(self._of(block)) or _SUBSECTIONS.search(self._of(block))
        return not named and (short or block.start in self._pairs)

    def _place_unnumbered(self, part: Part, label: str, index: int) -> None:
        if part.style.startswith("markdown"):
            self._close_markdown(part)
            return
        alike = self._alike(label)
        if alike is not None:
            del self._open[alike + 1 :]
            part.style, part.rule = self._open[-1].parts[-1].style, "heading/like-its-neighbours"
            return
        if len(label) <= 24 and self._named_section(part, label):
            return
        at = self._open_at(part.style)
        top = self._open[-1]
        stacked = top is not self.root and top.bare and not top.paragraphs[1:] and not top.parts
        if at and not (stacked and self._open[-1].style == part.style and not self._is_run(index)):
            del self._open[at:]
        elif at == 0 and not stacked:
            self._close_to_headings()

    def _named_section(self, part: Part, label: str) -> bool:
        """Places a heading that has the name of a section: 总体要求, 指导思想, 保障措施."""
        sub = _SUBSECTIONS.search(label)
        if not sub and not _SECTIONS.search(label):
            return False
        part.rule, part.confidence = "heading/section-name", 0.9
        at = self._open_at("section-name")
        inner = self._open_at("subsection-name")
        if sub and at and _GENERAL.search(self._open[at].label):
            part.style = "subsection-name"
            del self._open[inner or at + 1 :]
            return True
        part.style = "section-name"
        del self._open[at or 1 :]
        return True

    def _close_markdown(self, part: Part) -> None:
        """Closes headings of this depth or deeper, and the lists that stand under them."""
        depth = int(part.style[-1])
        for at, other in enumerate(self._open[1:], start=1):
            if other.style.startswith("markdown") and int(other.style[-1]) >= depth:
                del self._open[at:]
                return
        last = [at for at, other in enumerate(self._open) if other.style.startswith("markdown")]
        del self._open[(last[-1] if last else 0) + 1 :]

    def _close_to_headings(self) -> None:
        """Closes lists and glued items: a heading of its own line stands under a heading of its own line."""
        while len(self._open) > 1 and not (
            self._open[-1].bare and RANKS.get(self._open[-1].style, 0) <= RANKS["bracketed"]
        ):
            self._open.pop()
        if len(self._open) > 1 and self._open[-1].parts and self._open[-1].parts[-1].style not in ("plain", "pair"):
            # it has numbered parts already: what follows without a number stands beside it
            self._open.pop()

    def _alike(self, label: str) -> int | None:
        """The open part whose last two parts end or begin like this label."""
        for at in range(len(self._open) - 1, -1, -1):
            parts = self._open[at].parts
            if len(parts) < 2 or not parts[-1].bare:
                continue
            if all(_same_end(label, other.label) for other in parts[-2:]):
                return at
        return None

    def _is_run(self, index: int) -> bool:
        """Whether several headings stand one below the other, as a list does."""
        neighbours = self.blocks[index - 2 : index] + self.blocks[index + 1 : index + 2]
        return sum(block.kind == "heading" for block in neighbours) >= 2

    # ── running text ──────────────────────────────────────────────────────────────────────────────

    def _running(self, index: int) -> None:
        block = self.blocks[index]
        if self._like_a_heading(block):
            self._unnumbered(index)
            return
        if lead := self._leads.get(block.start):
            start, end, rule = lead
            style = f"lead-{rule}"
            part = self._part(block, (start, end), style=style, rule=f"lead/{rule}", confidence=0.8)
            part.bare = False
            at = self._open_at(style)
            if at and self._is_empty_principles(self._open[at], part):
                part.style = f"{style}-inner"
                del self._open[self._open_at(part.style) or at + 1 :]
            elif at:
                del self._open[at:]
            elif rule in ("sentence", "colon"):
                self._leave_lists()
            self._push(part)
            self._note_cut(part, block)
            return
        if self._continues(block):
            return
        if block.spaced and (box := self._open_at("box")) and self._open[box].parts:
            del self._open[box:]
        worded = next((at for at, part in enumerate(self._open) if part.style.startswith("worded")), 0)
        if worded and _REPORTED.match(self.text, block.start, block.end):
            del self._open[worded:]
        top = self._open[-1]
        top.paragraphs.append(list(block.pieces))
        self._note_cut(top, block)

    def _is_empty_principles(self, above: Part, part: Part) -> bool:
        """Whether a lead without a text of its own (基本原则。) is what the leads behind it stand under."""
        alone = above.paragraphs[0][-1][1] - above.end <= 1
        return alone and _SUBSECTIONS.search(above.label) is not None and not _SUBSECTIONS.search(part.label)

    def _like_a_heading(self, block: Block) -> bool:
        """Whether a line with commas and no full stop ends as the headings before it do."""
        line = self._of(block) if block.end - block.start <= _LONGEST_LABEL else ""
        return len(line) >= 8 and not re.search(r"[。；;：:，,]$|。", line) and self._alike(line) is not None

    def _note_cut(self, part: Part, block: Block) -> None:
        """Remembers a paragraph that ends within a sentence, to find what goes on with it."""
        whole = self.text[block.end - 1] in "。！!？?；;：:”）)…—"
        self._cut = None if whole or block.end - block.start < 12 else _Cut(part, block.end, _PATIENCE)

    def _continues(self, block: Block) -> bool:
        """Appends a paragraph to one that was cut: the one just before, or one before something that came between."""
        cut = self._cut
        if cut is None:
            return False
        at_once = self._open[-1] is cut.part and cut.patience == _PATIENCE
        if not at_once and not self._fits(cut, block):
            cut.patience -= 1
            if cut.patience <= 0:
                self._cut = None
            return False
        if not at_once:
            self.asides.append(("displaced", block.start, block.end))
            self._open = [*reversed(list(cut.part.lineage()))]
        cut.part.paragraphs[-1] += block.pieces
        self._note_cut(cut.part, block)
        return True

    def _fits(self, cut: _Cut, block: Block) -> bool:
        """Whether the seam of two paragraphs makes words that the text has elsewhere."""
        if self._trials <= 0:
            return False
        self._trials -= 1
        seam = self.text[cut.end - 2 : cut.end] + self.text[block.start : block.start + 2]
        return any(words in self.text for words in (seam[:3], seam[1:]) if not words.isspace())

    def _leave_lists(self) -> None:
        while len(self._open) > 1 and not self._open[-1].bare:
            self._open.pop()

    def _enumerate(self, part: Part) -> None:
        """Makes parts of the items that its paragraphs count: 一是…二是…, or ①…②…."""
        items: list[Part] = []
        behind: list[list[Span]] = []
        for index, pieces in enumerate(part.paragraphs):
            passage = Passage(self.text, pieces)
            begin = passage.local(part.end) if index == 0 and part.parent else 0
            markers = enumerated(passage.text, begin, len(passage.text))
            if not markers or _PROBLEMS.search(passage.text, max(0, markers[0].start - 40), markers[0].start):
                continue
            part.paragraphs[index] = passage.spans(0, markers[0].start)
            whole = len(passage.text)
            if bracket := _TRAILING_BRACKET.search(passage.text, markers[-1].end, min(whole, markers[-1].end + 400)):
                whole = bracket.start()
                behind.append(passage.spans(whole, len(passage.text)))
            for marker, following in zip(markers, [*markers[1:], None], strict=True):
                stop = following.start if following else whole
                end = _sentence_end(passage.text, marker.end, stop)
                start, last = passage.span(marker.end, end)
                item = Part(
                    start,
                    last,
                    _tidy(passage.text[marker.end : end]),
                    marker.style,
                    f"enumeration/{marker.style}",
                    0.85,
                    Marker(marker.style, marker.number, marker.printed, *passage.span(marker.start, marker.end)),
                    part,
                    bare=False,
                )
                item.paragraphs = [passage.spans(marker.end, stop)]
                items.append(item)
        part.paragraphs += behind
        # a paragraph that begins with its first item has nothing in front of it
        part.paragraphs = [pieces for pieces in part.paragraphs if pieces]
        part.parts[:0] = items

    def _tabulate(self, part: Part) -> None:
        """The rows of tables of tasks: a part each, with what the other columns say of it."""
        left: list[list[Span]] = []
        for table in part.tables:
            rows = [cells(self.text, span) for span in table if not RULE.fullmatch(self.text, *span)]
            heads = [re.sub(r"\s+", "", self.text[slice(*cell)]) for cell in rows[0]] if rows else []
            names = [at for at, head in enumerate(heads) if _TASK_HEAD.search(head) and not _BESIDE_TASK.search(head)]
            if not names or not any(_BESIDE_TASK.search(head) for head in heads):
                left.append(table)
                continue
            for row in rows[1:]:
                self._task(part, heads, row, names[0])
        part.tables = left

    def _task(self, part: Part, heads: list[str], row: list[Span], name: int) -> None:
        """A row of a table of tasks as a part."""
        if name >= len(row) or row[name][0] == row[name][1]:
            return
        start, end = row[name]
        item = Part(start, end, self._words(start, end), "row", "table/row", 0.85, parent=part)
        item.paragraphs.append([row[name]])
        for at, (head, cell) in enumerate(zip(heads, row, strict=False)):
            if at == name or cell[0] == cell[1]:
                continue
            said = self.text[slice(*cell)]
            if re.fullmatch(r"[0-9]{1,3}", said) and re.search("序号|编号|^#$", head):
                item.marker = Marker("row", int(said), said, *cell)
            elif _BESIDE_TASK.search(head):
                item.cells.append((head, cell))
            else:
                item.paragraphs.append([cell])
        part.parts.append(item)

    # ── labels ────────────────────────────────────────────────────────────────────────────────────

    def _label_end(self, passage: Passage, start: int) -> tuple[int, bool]:
        """Where the label of a numbered item ends in its passage, and whether it has the line for itself."""
        text = passage.text
        bracket = _TRAILING_BRACKET.search(text, start, min(len(text), start + 400))
        stop = bracket.start() if bracket else len(text)
        while stop > start and text[stop - 1] in "。；;：:，, ":
            stop -= 1
        end = _sentence_end(text, start, stop)
        if end - start > _LONGEST_GLUED and text[-1] in "。；;" and (comma := _COMMA.search(text, start + 6, end)):
            end = comma.start()
        return end, end == stop and stop - start <= _LONGEST_LABEL and text[-1] not in "。；;"

    def _part(
        self, block: Block, span: Span, *, style: str, rule: str, confidence: float, marker: Marker | None = None
    ) -> Part:
        start, end = span
        part = Part(start, end, self._words(start, end), style, rule, confidence, marker)
        part.paragraphs.append(Passage(self.text, block.pieces).spans(start - block.start, 1 << 62))
        return part

    def _push(self, part: Part) -> None:
        del self._open[_DEEPEST:]
        part.parent = self._open[-1]
        self._open[-1].parts.append(part)
        self._open.append(part)

    def _aside(self, block: Block) -> None:
        self.asides.append((block.kind, block.start, block.end))

    def _of(self, block: Block) -> str:
        return self.text[block.start : block.end]

    def _words(self, start: int, end: int) -> str:
        return _tidy(self.text[start:end])


@dataclass(slots=True)
class _Cut:
    """A part whose last paragraph ends within a sentence, where, and how many paragraphs are still tried behind it."""

    part: Part
    end: int
    patience: int


#: How many parts of other kinds may stand between two that are counted on.
_MOST_BETWEEN = 200
#: No plan nests deeper; what would is put beside what is deepest.
_DEEPEST = 14
_PATIENCE = 16
_MOST_TRIALS = 400


def _tidy(words: str) -> str:
    """Words on one line, without markdown signs."""
    words = re.sub(r"\*\*|(?:^|\n)#+\s", "", words)
    return re.sub(r"\s+", " ", words).strip()


def _sentence_end(text: str, start: int, stop: int) -> int:
    """Where the first sentence ends; of a very long one, its first clause."""
    depth, end = 0, stop
    for place in range(start, min(stop, start + _LONGEST_SENTENCE)):
        character = text[place]
        if character in _OPENING:
            depth += 1
        elif character in _CLOSING:
            depth = max(0, depth - 1)
        elif depth == 0 and place > start and _LABEL_ENDS.match(text, place):
            end = place
            break
    if end - start > _LONGEST_SENTENCE:
        comma = _COMMA.search(text, start, start + _LONGEST_LABEL)
        end = comma.start() if comma else start + _LONGEST_LABEL
    return _trim_end(text, start, end)


_COMMA = re.compile("[，,]")


def _trim_end(text: str, start: int, end: int) -> int:
    while end > start and (text[end - 1].isspace() or text[end - 1] in "，,、"):
        end -= 1
    return end


def _same_end(label: str, other: str) -> bool:
    """Whether two labels end in the same four characters, or begin with the same four and end in one."""
    if len(label) < 6 or len(other) < 6:
        return False
    return label[-4:] == other[-4:] and label != other


def _next_numbers(found: list[Block]) -> dict[tuple[str, int], int]:
    """(style, start of a block) -> the number of the next item of that style behind the block."""
    following: dict[str, int] = {}
    table: dict[tuple[str, int], int] = {}
    for block in reversed(found):
        if block.kind != "marker" or not block.marker:
            continue
        for style, number in following.items():
            table[style, block.start] = number
        if block.marker.number is not None:
            following[block.marker.style] = block.marker.number
    return table


def _recurring_pairs(text: str, found: list[Block]) -> set[int]:
    """The starts of headings whose first line and second line begin as those of two other headings do."""
    pairs: dict[tuple[str, str], list[int]] = {}
    for block, other in pairwise(found):
        if block.kind == other.kind == "heading" and not other.spaced:
            key = text[block.start : block.start + 2], text[other.start : other.start + 2]
            pairs.setdefault(key, []).append(block.start)
    return {start for starts in pairs.values() if len(starts) > 2 for start in starts}
