"""Blocks in, the paragraphs that begin with their own heading out: where the label is, and the rule that told it.

A heading may be glued to its text in four ways: a frame (围绕“…”，, 在…方面，), a dash, bold type, or a first sentence
or a word before a colon that several paragraphs in a row have alike. Rows under headings of one kind decide together:
where most rows under （一）, （二）, … are of such paragraphs, each that begins so is one, also in a row of few. What
opens a row (今年要做好以下工作。) is none, nor is a line of contacts.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from policygraph.extract.structure.block import Block
from policygraph.extract.structure.numbering import RANKS

__all__ = ["FRAMES", "Lead", "Leads", "read_leads"]

_BOLD = re.compile(r"[“\"]?\*\*(.{2,40}?)[：:。]?\*\*")
#: How a paragraph that is a part of its own may begin -> how its label is told; each must be met several times.
_LEADS = {
    "around": (re.compile(r"围绕“([^”]{6,40})”[，,]"), 3),
    "aspect": (re.compile(r"在([^，。；,;]{2,30})方面[，,]"), 3),
    "dash": (re.compile(r"([^，。；：,;:（(\s]{4,30}(?:[（(][^（）()]{1,40}[）)])?)——(?=\S)"), 2),
    "bold": (_BOLD, 1),
}
#: Rules whose paragraphs a headline above says nothing new of.
FRAMES = frozenset({"around", "aspect"})
_SENTENCE = re.compile(r"([^，。；：,;:！？\s0-9]{3,20})。(?=\S)")
_COLON = re.compile(r"([^，。；：,;:！？\s]{2,24})[：:](?=\S)")
#: Words in front of a colon that are no label of a part.
_NO_LABEL = re.compile(
    r"单位|领导|时限|部门|责任|牵头|配合|附件|出席|电话|时间|记者|摄影|图为|要求$|如下$|目标$|指出$|强调$|包括$|代表$|同志$|是$|为$"
    r"|机关$|機關$|单位$"
)
#: A line that says whom to ask: 政策咨询：…, 联系方式：….
_CONTACT = re.compile(
    r"(?:政策|业务|申报|办理|服务|技术|监督|投诉|举报)?(?:咨询|联系|受理|申报|办理|监督|投诉|举报)?(?:单位|部门|机构|科室|处室|方式|电话|热线|人员?|邮箱|地址"
    r"|地点|时间|渠道|网址|平台|入口)?$"
)
_CONTACT_WORD = re.compile(r"咨询|联系|电话|邮箱|热线|传真|地址|邮编|网址|受理|二维码|微信")
#: Sentences at the beginning of a row that are not headings.
_OPENING = re.compile(
    r"^(?:今年|明年|去年|过去|回顾|展望|当前|目前|未来|新的一年|一年来|五年来|几年来|下一步|我们|这|各位|同志|面对|总的|综上|同时|此外|成绩|在此"
    r"|为此|为了|对此|因此|但是|其中|本(?:方案|措施|意见|计划|办法|通知|年|届)|现将|现就|特此|以上|以下|全[省市县区州]上下)"
    r"|.是.|.则.|我们|以下|如下|来之不易|极不|不平凡|不寻常|必须|第一年|开局之年|收官之年|关键之年|[了吗呢吧]$|的$"
)
#: A label that is nothing but a time: what stands below it belongs to the heading above it.
#: What closes a document, alone as it is: 施行说明：….
_CLOSING = re.compile(r"((?:施行|实施|政策|其他|有关|附加)?说明|附则|附注|备注|解释权)[：:](?=\S)")
_LAST_BLOCKS = 4
_TIME = re.compile(
    r"(?:到|至|截至|力争到)?(?:20\d\d年(?:\d{1,2}月)?(?:年?底|年?末|年?中|上半年|下半年)?(?:前|之前)?|近期|中期|远期|第[一二三四]阶段)(?:[（(][^）)]*[）)])?"
)
_LEAST_ROW = 2
#: The fewest of ten paragraphs that begin with a label in a row of parts.
_MOST_OF_TEN = 6
#: An opening of a heading that has numbered parts too has fewer leads than this.
_LEAST_BEFORE_NUMBERS = 3


@dataclass(frozen=True, slots=True)
class Lead:
    """The label that a paragraph begins with: where it stands, the rule, and whether it is only a time."""

    start: int
    end: int
    rule: str
    is_time: bool = False


@dataclass(slots=True)
class Leads:
    """The start of a block -> its lead; the styles of numbered items that leads stand below, not beside."""

    by_block: dict[int, Lead] = field(default_factory=dict)
    holding: set[str] = field(default_factory=set)

    def of(self, block: Block | None) -> Lead | None:
        return self.by_block.get(block.start) if block else None


@dataclass(slots=True)
class _Row:
    """Paragraphs between two headings: what is in front of them, what behind, and those that begin with a label."""

    head: Block | None
    blocks: list[Block]
    behind: Block | None = None
    #: How many chapters are before it: rows of different chapters do not decide together.
    chapter: int = 0
    #: Rule -> start of a block -> its lead.
    labels: dict[str, dict[int, Lead]] = field(default_factory=dict)

    @property
    def style(self) -> str:
        """Of what kind the heading above is."""
        if self.head is None:
            return ""
        return self.head.marker.style if self.head.marker else f"{self.head.kind}-{self.head.depth}"

    def has_numbers_behind(self) -> bool:
        """Whether numbered parts of the same heading follow the row."""
        above, below = self.head, self.behind
        if below is None or below.marker is None:
            return False
        if above is None or above.marker is None:
            return above is not None and above.kind == "heading" and below.marker.number == 1
        rank, lower = RANKS.get(above.marker.style), RANKS.get(below.marker.style)
        return below.marker.number == 1 and above.marker.style != below.marker.style and (lower or 99) > (rank or 0)

    def is_listed(self, rule: str) -> bool:
        """Whether so many of its paragraphs begin with a label that each does so on purpose."""
        number = len(self.labels[rule])
        least = _LEAST_BEFORE_NUMBERS if self.has_numbers_behind() else _LEAST_ROW
        return number >= least and number * 10 >= _MOST_OF_TEN * (len(self.blocks) - 1)


def read_leads(text: str, blocks: Sequence[Block]) -> Leads:
    """The paragraphs of a text that begin with their label."""
    leads = Leads()
    for rule, (pattern, least) in _LEADS.items():
        places = {}
        for block in blocks:
            if block.kind == "text" and block.start not in leads.by_block:
                match = pattern.match(text, block.start, block.end)
                if match and not _OPENING.search(match[1]):
                    places[block.start] = Lead(match.start(1), match.end(1), rule)
        if len(places) >= least:
            leads.by_block |= places
    rows = list(_rows(blocks, leads))
    for row in rows:
        row.labels = {rule: dict(_labelled(text, row, pattern, rule)) for rule, pattern in _RULES.items()}
    leads.by_block |= _of_rows(rows)
    for block in blocks[-_LAST_BLOCKS:]:
        if block.kind == "text" and (match := _CLOSING.match(text, block.start, block.end)):
            leads.by_block[block.start] = Lead(match.start(1), match.end(1), "closing")
    leads.holding = _holding(blocks, leads)
    return leads


_RULES = {"sentence": _SENTENCE, "colon": _COLON}


def _rows(blocks: Sequence[Block], leads: Leads) -> Iterator[_Row]:
    """The rows of paragraphs without a lead; captions and pages between them are passed over."""
    row = _Row(None, [])
    chapter = 0
    for block in blocks:
        if block.kind == "text" and block.start not in leads.by_block:
            row.blocks.append(block)
        elif block.kind in ("text", "marker", "heading", "annex", "table"):
            if row.blocks:
                row.behind = block
                yield row
            chapter += _is_chapter(block)
            row = _Row(block, [], chapter=0 if _is_chapter(block) else chapter)
    if row.blocks:
        yield row


def _is_chapter(block: Block) -> bool:
    return block.kind == "annex" or (block.marker is not None and RANKS.get(block.marker.style, 99) <= RANKS["chinese"])


def _labelled(text: str, row: _Row, pattern: re.Pattern[str], rule: str) -> Iterator[tuple[int, Lead]]:
    for block in row.blocks:
        match = pattern.match(text, block.start, block.end)
        if match is None or _OPENING.search(match[1]):
            continue
        is_time = _TIME.fullmatch(match[1]) is not None
        if rule == "colon" and not is_time and (_is_no_label(match[1]) or _is_open(match[1])):
            continue
        yield block.start, Lead(match.start(1), match.end(1), rule, is_time)


def _is_no_label(words: str) -> bool:
    is_contact = _CONTACT_WORD.search(words) is not None and _CONTACT.fullmatch(words) is not None
    return is_contact or _NO_LABEL.search(words) is not None


def _is_open(words: str) -> bool:
    """Whether a bracket opens in some words and does not close."""
    return sum(words.count(sign) for sign in "（(") != sum(words.count(sign) for sign in "）)")


def _of_rows(rows: Sequence[_Row]) -> dict[int, Lead]:
    """The leads of all rows: of those that are lists, and paragraph by paragraph of those whose sisters are."""
    sisters: dict[tuple[str, int, str], int] = defaultdict(int)
    for row in rows:
        if rule := _rule_of(row):
            sisters[row.style, row.chapter, rule] += 1
    leads: dict[int, Lead] = {}
    for row in rows:
        rule = _rule_of(row)
        if rule is None and not row.has_numbers_behind():
            rule = max(_RULES, key=lambda rule: (sisters[row.style, row.chapter, rule], rule))
            if sisters[row.style, row.chapter, rule] < _LEAST_ROW or not row.style:
                continue
        if rule:
            leads |= row.labels[rule]
    return leads


def _rule_of(row: _Row) -> str | None:
    return next((rule for rule in _RULES if row.is_listed(rule)), None)


def _holding(blocks: Sequence[Block], leads: Leads) -> set[str]:
    """The styles of numbered items of which one with leads behind it is followed by its sister."""
    holding = set[str]()
    style, has_leads = "", False
    for block in blocks:
        if block.kind == "text":
            has_leads = has_leads or block.start in leads.by_block
        elif block.kind == "marker" and block.marker:
            if has_leads and block.marker.style == style:
                holding.add(style)
            style, has_leads = block.marker.style, False
        elif block.kind in ("heading", "annex"):
            style, has_leads = "", False
    return holding
