"""The parts that are open while a text is walked over: the whole, and inward to the one that text goes into.

What a new part closes is told by its style and what is open: the same style closes its sister; a style of a higher
rank (`numbering.RANKS`) closes what stands below it; a heading without a number goes by its name, or by its neighbours.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from policygraph.extract.structure.block import Block
from policygraph.extract.structure.labels import same_end
from policygraph.extract.structure.numbering import RANKS, Marker, is_bullet
from policygraph.extract.structure.outline import Gap, Part

__all__ = ["SECTIONS", "SUBSECTIONS", "OpenParts", "next_numbers"]

#: Names of sections that stand side by side at the top, and of those that stand in the first of them.
SECTIONS = re.compile(
    r"总体要求|总体思路|工作思路|重点任务|主要任务|工作任务|重点工作|主要工作|重点举措|主要举措|工作举措|主要措施"
    r"|政策措施"
    r"|保障措施|保障机制|组织保障|组织实施|组织领导和保障|实施步骤|工作步骤|工作安排|进度安排|工作要求|有关要求"
    r"|附则|推进机制|实施保障|支持对象|适用对象|适用范围|政策内容|支持措施|扶持政策|支持政策|其他事项|附加说明"
)
SUBSECTIONS = re.compile(
    r"指导思想|基本原则|工作原则|总体目标|主要目标|工作目标|发展目标|具体目标|战略目标|目标任务|发展定位|战略定位"
)
_GENERAL = re.compile(r"总体要求|总体思路|工作思路")
#: Styles of items too small to hold a box.
_WITHOUT_BOXES = frozenset({"circled", "arabic-bracketed", "half-bracketed"})
#: The most parts of other styles between two parts with consecutive numbers.
_MOST_BETWEEN = 200
#: The maximum depth; a deeper part becomes a sibling of the deepest one.
_DEEPEST = 14


class OpenParts:
    """From the whole to the innermost, with what the numbers of a style have reached."""

    def __init__(self, root: Part, following: dict[tuple[str, int], int], holding: set[str]) -> None:
        self.parts = [root]
        self._following = following
        self._holding = holding
        self._last: dict[str, int] = {}

    @property
    def root(self) -> Part:
        return self.parts[0]

    @property
    def top(self) -> Part:
        """The innermost."""
        return self.parts[-1]

    def push(self, part: Part) -> None:
        """Puts a part into the innermost one and opens it."""
        del self.parts[_DEEPEST:]
        part.parent = self.top
        self.top.parts.append(part)
        self.parts.append(part)

    def close_from(self, at: int) -> None:
        """Closes the part at a place and all inside it."""
        del self.parts[at:]

    def begin_anew(self) -> None:
        """Closes all but the whole; numbers begin again."""
        del self.parts[1:]
        self._last = {}

    def reopen(self, part: Part) -> None:
        """Opens a part that was closed, with what it stands in."""
        self.parts = [*reversed(list(part.lineage()))]

    def at(self, style: str) -> int:
        """The place of the innermost open part of a style; 0 where none is open."""
        return next((at for at in range(len(self.parts) - 1, 0, -1) if self.parts[at].style == style), 0)

    # ── numbers ───────────────────────────────────────────────────────────────────────────────────

    def place_marker(self, style: str, marker: Marker, block: Block) -> None:
        """Closes what is not above a marker of this style."""
        at = self.at(style)
        if at and self._is_inner(at, marker):
            return
        if at:
            self.close_from(at)
            return
        if self._continue_sisters(style, marker):
            return
        rank = RANKS.get(style)
        while rank and rank <= RANKS["bracketed"] and _is_small(self.top):
            self.parts.pop()
        while rank and (above := RANKS.get(self.top.style)) and above > rank:
            if marker.number == 1 and self._goes_on(self.top, block):
                return
            self.parts.pop()
        if style == "box":
            while (inner := self.top.marker) and (is_bullet(inner.style) or inner.style in _WITHOUT_BOXES):
                self.parts.pop()

    def _continue_sisters(self, style: str, marker: Marker) -> bool:
        """Closes down to the open part whose last numbered part of this style has the number before."""
        if marker.number is None or marker.number < 2:
            return False
        for at in range(len(self.parts) - 1, -1, -1):
            sisters = (part.marker for part in reversed(self.parts[at].parts) if part.style == style)
            last = next(sisters, None)
            if last and last.number == marker.number - 1:
                self.close_from(at + 1)
                return True
        return False

    def _is_inner(self, at: int, marker: Marker) -> bool:
        """Whether a list begins anew in a box, a bullet or a heading of another kind inside the open one."""
        inside = self.parts[at + 1 :]
        number = self.parts[at].marker
        if not any(part.style == "box" for part in inside):
            return False
        return marker.number == 1 or not (number and marker.number == (number.number or 0) + 1)

    def _goes_on(self, part: Part, block: Block) -> bool:
        """Whether the numbering of an open part goes on behind a block that its rank would close it for."""
        following = self._following.get((part.style, block.start))
        return following is not None and part.marker is not None and following == (part.marker.number or 0) + 1

    def gap(self, part: Part) -> Gap | None:
        """A number of a part to come that neither follows the one before it, here or anywhere, nor begins anew."""
        number = part.marker.number if part.marker else None
        if number is None:
            return None
        siblings = reversed(self.top.parts[-_MOST_BETWEEN:])
        last = next((other.marker for other in siblings if other.style == part.style and other.marker), None)
        here = last.number if last else None
        anywhere = self._last.get(part.style)
        self._last[part.style] = number
        follows = {(here or 0) + 1} | ({anywhere + 1} if anywhere else set())
        begins = number == 1 and (here is None or part.style.startswith("worded"))
        if number in follows or begins:
            return None
        expected = (here if here is not None else anywhere or 0) + 1
        return Gap(part, expected, repeats=number == expected - 1)

    # ── headings without a number ─────────────────────────────────────────────────────────────────

    def place_heading(self, part: Part, *, in_run: bool) -> None:
        """Closes what is not above a heading without a number; `in_run` where it stands among others like it."""
        if part.style.startswith("markdown"):
            self._close_markdown(int(part.style[-1]))
            return
        alike = self.alike(part.label)
        if alike is not None:
            self.close_from(alike + 1)
            part.style, part.rule = self.top.parts[-1].style, "heading/like-its-neighbours"
            return
        if len(part.label) <= 24 and self._named_section(part):
            return
        at = self.at(part.style)
        stacked = self.top is not self.root and self.top.bare and not self.top.paragraphs[1:] and not self.top.parts
        if at and not (stacked and self.top.style == part.style and not in_run):
            self.close_from(at)
        elif at == 0 and not stacked:
            self._close_to_headings()

    def _named_section(self, part: Part) -> bool:
        """Places a heading that has the name of a section: 总体要求, 指导思想, 保障措施."""
        sub = SUBSECTIONS.search(part.label)
        if not sub and not SECTIONS.search(part.label):
            return False
        part.rule, part.confidence = "heading/section-name", 0.9
        at = self.at("section-name")
        inner = self.at("subsection-name")
        chapter = self.parts[1] if len(self.parts) > 1 else None
        if sub and chapter and chapter.marker and chapter.style in RANKS:
            part.style = "subsection-name"
            self.close_from(inner or 2)
            return True
        if sub and at and _GENERAL.search(self.parts[at].label):
            part.style = "subsection-name"
            self.close_from(inner or at + 1)
            return True
        part.style = "section-name"
        in_annex = chapter is not None and chapter.style == "annex"  # what groups the rows of its table stands in it
        self.close_from(at or (2 if in_annex else 1))
        return True

    def _close_markdown(self, depth: int) -> None:
        """Closes headings of this depth or deeper, and the lists that stand under them."""
        for at, other in enumerate(self.parts[1:], start=1):
            if other.style.startswith("markdown") and int(other.style[-1]) >= depth:
                self.close_from(at)
                return
        last = [at for at, other in enumerate(self.parts) if other.style.startswith("markdown")]
        self.close_from((last[-1] if last else 0) + 1)

    def _close_to_headings(self) -> None:
        """Closes lists and glued items: a heading of its own line stands under a heading of its own line."""
        while len(self.parts) > 1 and not (self.top.bare and RANKS.get(self.top.style, 0) <= RANKS["bracketed"]):
            self.parts.pop()
        if len(self.parts) > 1 and self.top.parts and self.top.parts[-1].style not in ("plain", "pair"):
            # it has numbered parts already: what follows without a number stands beside it
            self.parts.pop()

    def alike(self, label: str) -> int | None:
        """The place of the open part whose last two parts end or begin like this label."""
        for at in range(len(self.parts) - 1, -1, -1):
            parts = self.parts[at].parts
            if len(parts) < 2 or not parts[-1].bare:
                continue
            if all(same_end(label, other.label) for other in parts[-2:]):
                return at
        return None

    # ── leads ─────────────────────────────────────────────────────────────────────────────────────

    def place_lead(self, part: Part, rule: str) -> None:
        """Closes what is not above a paragraph that begins with its own heading."""
        at = self.at(part.style)
        if rule == "closing":
            self.close_from(1)
        elif at and _is_empty_principles(self.parts[at], part):
            part.style += "-inner"
            self.close_from(self.at(part.style) or at + 1)
        elif at:
            self.close_from(at)
        elif rule in ("sentence", "colon"):
            while len(self.parts) > 1 and not self.top.bare and self.top.style not in self._holding:
                self.parts.pop()


def _is_small(part: Part) -> bool:
    """Whether a part is too small to hold chapters: a glued paragraph, a bullet with its text, an item in words."""
    is_item = part.style.startswith("worded") or (part.marker is not None and is_bullet(part.marker.style))
    return part.style.startswith("lead-") or (is_item and not part.bare)


def _is_empty_principles(above: Part, part: Part) -> bool:
    """Whether a lead without a text of its own (基本原则。) is what the leads behind it stand under."""
    alone = above.paragraphs[0][-1][1] - above.end <= 1
    return alone and SUBSECTIONS.search(above.label) is not None and not SUBSECTIONS.search(part.label)


def next_numbers(blocks: Sequence[Block]) -> dict[tuple[str, int], int]:
    """(style, start of a block) -> the number of the next item of that style behind the block."""
    following: dict[str, int] = {}
    table: dict[tuple[str, int], int] = {}
    for block in reversed(blocks):
        if block.kind != "marker" or not block.marker:
            continue
        for style, number in following.items():
            table[style, block.start] = number
        if block.marker.number is not None:
            following[block.marker.style] = block.marker.number
    return table
