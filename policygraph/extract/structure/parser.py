"""A text in, the tree of its parts out: what is a heading, what stands under it, and where the numbers do not add up.

Parts nest by how they are numbered. A style of numbering that is open goes on; one that is not opens below what is
open, unless its rank (`numbering.RANKS`) puts it above. So the order in which styles first appear decides where a
document has ways of its own, and the rank where it has not. Numbering may run on across chapters: where a number
stands is told by its style and by what is open, never by its value, but for boxes and lists in lists. Gaps and
repeats are reported, never mended.

The passes: `blocks` (lines), `front` (the title), this walk with `open_parts` (what closes what) and `cut_paragraphs`,
then `enumerations` inside each part. A reader of another format (HTML, DOCX, PDF) hands over plain text: one paragraph
a line, headings of known depth with `#` in front, bold ones between `**`.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise

from policygraph.extract.structure.block import Block
from policygraph.extract.structure.blocks import blocks
from policygraph.extract.structure.cut_paragraphs import CutParagraphs
from policygraph.extract.structure.enumerations import enumerate_sentences, tabulate_tasks
from policygraph.extract.structure.front import is_headline, names_plan, plan_title, read_front
from policygraph.extract.structure.labels import LONGEST_LABEL, label_end, tidy
from policygraph.extract.structure.numbering import RANKS, Marker, is_bullet, worded_at
from policygraph.extract.structure.open_parts import SECTIONS, SUBSECTIONS, OpenParts, next_numbers
from policygraph.extract.structure.outline import Gap, Outline, Part
from policygraph.extract.structure.passages import Passage, Span
from policygraph.extract.structure.run_in_headings import FRAMES, Lead, read_leads

__all__ = ["read_outline"]

#: How a paragraph begins that reports of the whole again, behind items counted in words.
_REPORTED = re.compile(
    r"(?:此次|本次|该)?(?:方案|计划|规划|意见|纲要|会议|清单|措施)(?:还|同时|也|并)?(?:明确|要求|提出|指出|强调|规定)"
    r"|据(?:了解|悉|介绍)|(?:会上|会议|目前|下一步|此外)[，,]"
)
#: What heads the explanations of words: no part of a plan.
_GLOSSARY = re.compile(
    r"(?:《[^《》]{2,40}》|[^，。；：]{0,12})(?:名词|名詞|术语|词语)(?:解释|注释|解釋|说明)|注释|名词浅释"
)
_YEAR_AND_NUMBER = re.compile(r"20\d\d年(?:达到|为|累计|[：:])?\d")
#: How a line ends that goes on in the next.
_GOES_ON = re.compile(r"(?:的|和|与|及|、|暨)$")
#: The end of a passage, however long.
_TO_THE_END = 1 << 62


def read_outline(text: str) -> Outline:
    """The outline of a text, in a time proportional to its length."""
    lines = blocks(text)
    _number_with_words(text, lines)
    walk = _Walk(text, lines)
    walk.run()
    for part in list(walk.root.walk()):
        enumerate_sentences(text, part)
        tabulate_tasks(text, part)
    return Outline(walk.root, walk.title, walk.asides, walk.gaps)


def _number_with_words(text: str, lines: Sequence[Block]) -> None:
    """Makes items of paragraphs in a row that begin with 一是, 二是, …."""
    run: list[tuple[Block, Marker]] = []
    for block in [*lines, None]:
        marker = worded_at(text, block.start, block.end) if block and block.kind in ("text", "heading") else None
        if block and marker and run and marker.style == run[-1][1].style and marker.number == len(run) + 1:
            run.append((block, marker))
            continue
        if block and block.kind not in ("text", "marker", "heading", "annex"):
            continue  # a caption between them
        if block and block.kind == "text" and run and run[-1][0].kind == "heading":
            continue  # what stands below an item with a line of its own
        if len(run) > 1:
            for item, number in run:
                item.kind, item.marker = "marker", number
        run = [(block, marker)] if block and marker and marker.number == 1 else []


class _Walk:
    """The walk over the blocks; each is put into the innermost part that is open, or opens one."""

    def __init__(self, text: str, lines: Sequence[Block]) -> None:
        self.text = text
        self.blocks = lines
        self.title: Span | None = None
        self.asides: list[tuple[str, int, int]] = []
        self.gaps: list[Gap] = []
        self.root = Part(0, 0, "", "whole", "whole", 1.0)
        self._cut = CutParagraphs(text)
        self._pairs = _recurring_pairs(text, lines)
        self._leads = read_leads(text, lines)
        self._open = OpenParts(self.root, next_numbers(lines), self._leads.holding)
        self._promulgated = ""

    def run(self) -> None:
        front = read_front(self.text, self.blocks)
        self.asides += [(kind, block.start, block.end) for kind, block in front.asides]
        if front.title:
            self._entitle(front.title)
        self._promulgated = front.promulgated
        index = front.end
        while index < len(self.blocks):
            index = self._glossary(index) or self._take(index)

    def _glossary(self, index: int) -> int:
        """Sets aside a glossary from its head to the next annex or the end; the index behind it, 0 for other blocks."""
        block = self.blocks[index]
        head = self._block(index + 1) if block.kind == "annex" and not block.title else block
        words = self.text[head.title or head.start : head.end] if head and head.kind in ("heading", "annex") else ""
        if not _GLOSSARY.fullmatch(words):
            return 0
        end = next((at for at in range(index + 1, len(self.blocks)) if self._ends_glossary(at, head)), len(self.blocks))
        self.asides.append(("glossary", block.start, self.blocks[end - 1].end))
        return end

    def _ends_glossary(self, index: int, head: Block | None) -> bool:
        block = self.blocks[index]
        return block.kind == "annex" or (block.kind == "heading" and head is not None and 0 < block.depth <= head.depth)

    def _entitle(self, title: Span) -> None:
        self.title = title
        self.root.start, self.root.end = title
        self.root.label = tidy(self.text[slice(*title)])

    def _restart(self, index: int) -> int:
        """The plan that a letter brings: its title becomes that of the whole, its parts take the letter's place."""
        self.asides += [("letter", part.start, part.end) for part in self.root.parts]
        self.root.parts, self.root.paragraphs, self.gaps = [], [], []
        self._cut.forget()
        self._open.begin_anew()
        title, following = plan_title(self.blocks, index, self._promulgated)
        self._promulgated = ""
        self._entitle(title)
        return following

    # ── one block after another ───────────────────────────────────────────────────────────────────

    def _take(self, index: int) -> int:
        """Puts a block where it belongs; the index of the next."""
        block = self.blocks[index]
        if self._promulgated and block.kind == "heading" and names_plan(block, self._promulgated):
            return self._restart(index)
        if block.kind in ("heading", "marker", "annex"):
            self._cut.pass_heading()
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
        top = self._open.top
        listed = block.marker is None or RANKS.get(block.marker.style, 0) >= RANKS["arabic"]
        return listed and not block.spaced and top.style in ("box", "annex") and "指标" in top.label

    def _row(self, index: int) -> None:
        """A row of a table: of the one that the line before is in, or of a new one."""
        block, top = self.blocks[index], self._open.top
        span = (block.start, block.end)
        if block.kind != "table" and not _YEAR_AND_NUMBER.search(self.text, block.start, block.end):
            begin = block.marker.end - block.start if block.marker else 0
            top.paragraphs.append(Passage(self.text, block.pieces).spans(begin, _TO_THE_END))
            return
        above = self.blocks[index - 1] if index else None
        if top.tables and above and above.end == top.tables[-1][-1][1]:
            top.tables[-1].append(span)
        else:
            top.tables.append([span])

    def _annex(self, index: int) -> int:
        block = self.blocks[index]
        following = self._block(index + 1)
        self._aside(block)
        self._open.begin_anew()
        if block.title:
            span = block.title, block.end
            self._open.push(self._part(block, span, style="annex", rule="annex-title", confidence=0.9))
            return index + 1
        if following and self._promulgated and names_plan(following, self._promulgated):
            return self._restart(index + 1)
        if following and following.kind in ("heading", "signature") and self.root.parts:
            span = following.start, following.end
            self._open.push(self._part(following, span, style="annex", rule="annex-title", confidence=0.9))
            return index + 2
        return index + 1

    def _numbered(self, block: Block, marker: Marker) -> None:
        style = marker.style + (marker.printed if is_bullet(marker.style) else "")
        passage = Passage(self.text, block.pieces)
        stop, bare = label_end(passage, marker.end - block.start)
        span = marker.end, passage.span(0, stop)[1]
        part = self._part(block, span, style=style, rule=f"numbering/{marker.style}", confidence=0.95)
        part.marker = marker
        part.label = tidy(passage.text[marker.end - block.start : stop])
        part.bare = bare
        self._open.place_marker(style, marker, block)
        if gap := self._open.gap(part):
            self.gaps.append(gap)
        self._open.push(part)

    # ── headings without a number ─────────────────────────────────────────────────────────────────

    def _unnumbered(self, index: int) -> int:
        """A heading of one line or two; the index of the block behind it."""
        block = self.blocks[index]
        style, end, following = "plain", block.end, index + 1
        second = self._block(following)
        if second and self._is_second_line(block, second):
            style = "pair" if block.start in self._pairs else "plain"
            end, following = second.end, following + 1
        behind = self._block(following)
        lead = self._leads.of(behind)
        if lead and lead.rule in FRAMES and not block.depth:
            self._aside(block)  # a headline: the paragraph below says what it is about
            return following
        if is_headline(self.text, self.blocks, index):
            self._open.close_from(1)
            self.root.paragraphs.append([(block.start, end)])
            return following
        if block.depth:
            style = f"markdown-{block.depth}"
        part = self._part(block, (block.start, end), style=style, rule="heading/short-line", confidence=0.8)
        self._open.place_heading(part, in_run=self._is_run(index))
        self._open.push(part)
        return following

    def _is_second_line(self, block: Block, other: Block) -> bool:
        if other.kind != "heading" or other.spaced or block.depth or other.depth:
            return False
        short = block.end - block.start <= 6 and other.end - other.start <= 6
        named = SECTIONS.search(self._words(block)) or SUBSECTIONS.search(self._words(block))
        is_cut = _GOES_ON.search(self._words(block)) is not None
        return is_cut or (not named and (short or block.start in self._pairs))

    def _is_run(self, index: int) -> bool:
        """Whether several headings stand one below the other, as a list does."""
        neighbours = [*self.blocks[max(0, index - 2) : index], *self.blocks[index + 1 : index + 2]]
        return sum(block.kind == "heading" for block in neighbours) >= 2

    # ── running text ──────────────────────────────────────────────────────────────────────────────

    def _running(self, index: int) -> None:
        block = self.blocks[index]
        if self._like_a_heading(block):
            self._unnumbered(index)
        elif lead := self._leads.of(block):
            self._lead(block, lead)
        elif continued := self._cut.continued(block, self._open.top):
            self._continue(block, *continued)
        else:
            self._paragraph(block)

    def _like_a_heading(self, block: Block) -> bool:
        """Whether a line with commas and no full stop ends as the headings before it do."""
        line = self._words(block) if block.end - block.start <= LONGEST_LABEL else ""
        return len(line) >= 8 and not re.search(r"[。；;：:，,]$|。", line) and self._open.alike(line) is not None

    def _lead(self, block: Block, lead: Lead) -> None:
        """A paragraph that begins with its own heading."""
        style = "lead-time" if lead.is_time else f"lead-{lead.rule}"
        rule = "lead/time" if lead.is_time else f"lead/{lead.rule}"
        part = self._part(block, (lead.start, lead.end), style=style, rule=rule, confidence=0.8)
        part.bare, part.is_time = False, lead.is_time
        self._open.place_lead(part, lead.rule)
        self._open.push(part)
        self._cut.note(part, block)

    def _continue(self, block: Block, part: Part, displaced: bool) -> None:
        """A paragraph that goes on with one that was cut: the one just before, or one before what came between."""
        if displaced:
            self.asides.append(("displaced", block.start, block.end))
            self._open.reopen(part)
        part.paragraphs[-1] += block.pieces
        self._cut.note(part, block)

    def _paragraph(self, block: Block) -> None:
        """A paragraph of the part that is open; some end the list that they stand behind."""
        if block.spaced and (box := self._open.at("box")) and self._open.parts[box].parts:
            self._open.close_from(box)
        worded = next((at for at, part in enumerate(self._open.parts) if part.style.startswith("worded")), 0)
        if worded and _REPORTED.match(self.text, block.start, block.end):
            self._open.close_from(worded)
        self._open.top.paragraphs.append(list(block.pieces))
        self._cut.note(self._open.top, block)

    # ── parts ─────────────────────────────────────────────────────────────────────────────────────

    def _part(self, block: Block, span: Span, *, style: str, rule: str, confidence: float) -> Part:
        start, end = span
        part = Part(start, end, tidy(self.text[start:end]), style, rule, confidence)
        part.paragraphs.append(Passage(self.text, block.pieces).spans(start - block.start, _TO_THE_END))
        return part

    def _aside(self, block: Block) -> None:
        self.asides.append((block.kind, block.start, block.end))

    def _block(self, index: int) -> Block | None:
        return self.blocks[index] if index < len(self.blocks) else None

    def _words(self, block: Block) -> str:
        return self.text[block.start : block.end]


def _recurring_pairs(text: str, lines: Sequence[Block]) -> set[int]:
    """The starts of headings whose first line and second line begin as those of two other headings do."""
    pairs: dict[tuple[str, str], list[int]] = {}
    for block, other in pairwise(lines):
        if block.kind == other.kind == "heading" and not other.spaced:
            key = text[block.start : block.start + 2], text[other.start : other.start + 2]
            pairs.setdefault(key, []).append(block.start)
    return {start for starts in pairs.values() if len(starts) > 2 for start in starts}
