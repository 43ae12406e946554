"""An outline in, the leading groups that it sets up and its recurring mechanisms out."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from policygraph.extract.actors.agent import Agent
from policygraph.extract.structure.outline import Outline, Part
from policygraph.extract.structure.passages import Passage, Span

__all__ = ["OFFICE", "Group", "Mechanism", "read_mechanisms"]


@dataclass(frozen=True, slots=True)
class Group:
    """A leading group that a part sets up, its words and where it has its office."""

    part: Part
    name: str
    start: int
    end: int
    host: Agent | None
    kind: str


@dataclass(frozen=True, slots=True)
class Mechanism:
    """A recurring mechanism: its label, its period (an ISO 8601 duration), and where it stands."""

    part: Part
    label: str
    frequency: str
    printed: str
    start: int
    end: int


_GROUP = re.compile(
    r"(?:成立|组建|设立|建立)(?:了|由[^，。；]{1,30}?(?:任|为|担任)(?:双?组长|主任|总指挥|双?主任|召集人)的"
    r"|以[^，。；]{1,30}?为(?:组长|主任|总指挥)的)?(?P<name>[^，。；、：“”]{2,36}?(?:领导小组|工作领导小组|指挥部"
    r"|委员会|工作专班|专班|联席会议|协调小组|推进组|工作组))"
)
#: Who is at its head, in front of the name of a group: 主要负责人担任主任的….
_CHAIRED = re.compile(r"^.*(?:任|担任)(?:双?组长|主任|总指挥|召集人)的")
OFFICE = re.compile(
    r"(?:办公室|秘书处|指挥部办公室|联席会议办公室)(?:日常工作)?(?:设在|设于|设立在"
    r"|挂靠在?)(?P<host>[^，。；、：]{2,20})"
)
#: How often, as printed -> ISO 8601.
_FREQUENCIES = {
    "日": "P1D",
    "天": "P1D",
    "周": "P7D",
    "旬": "P10D",
    "双周": "P14D",
    "半月": "P15D",
    "月": "P1M",
    "双月": "P2M",
    "季": "P3M",
    "季度": "P3M",
    "半年": "P6M",
    "学期": "P6M",
    "年": "P1Y",
    "年度": "P1Y",
}
_OFTEN = "|".join(sorted(_FREQUENCIES, key=len, reverse=True))
_ACTS = (
    "调度|通报|考核|督查|讲评|观摩|排名|会商|例会|研判|报告|报送|督导|总结|评估|评议|点评|会议|听取|检查|巡查"
    "|推进会|晾晒|公布|复盘|走访|调度会|专题会|协调会|述职|进行调度|召开"
)
_COMPACT = re.compile(
    rf"(?<![0-9一二三四五六七八九十每上下本全次首当近去今明前后两几半整满])(?P<often>{_OFTEN})(?P<act>调度|通报|考核|讲评|观摩|排名|会商|例会"
    rf"|研判|报告|督查|点评|督导|评估|晾晒|总结|巡查|检查|报送|清零)(?!结果|指标|办法|体系|对象|评价)"
)
_EVERY = re.compile(
    rf"(?:每(?:个)?(?P<often>{_OFTEN})|实行(?P<once>{_OFTEN}))(?:至少|定期|都|要|应|须"
    rf"|不少于)?(?P<act>[^，,。；;、]{{0,16}}?(?:{_ACTS})(?:(?:一次|1次|两次)[^，,。；;、]{{0,8}}"
    rf"|[^，,。；;、]{{0,12}}))"
)


def read_mechanisms(text: str, outline: Outline) -> tuple[list[Group], list[Mechanism]]:
    """The leading groups and mechanisms of an outline, in the order of the text."""
    groups: list[Group] = []
    mechanisms: list[Mechanism] = []
    for part in outline.root.walk():
        for pieces in part.paragraphs:
            passage = Passage(text, pieces)
            groups += _grouped(part, passage)
            mechanisms += _repeated(part, passage)
    return [group for group in groups if not _is_named_in_full(group, groups)], mechanisms


#: A group without a name of its own: 成立工作专班.
_NAMELESS = re.compile(r"(?:工作)?(?:领导小组|专班|指挥部|委员会|联席会议|协调小组|推进组|工作组)")


def _is_named_in_full(group: Group, groups: list[Group]) -> bool:
    """Whether the text of the same part gives the name of a group that its heading leaves out."""
    if not _NAMELESS.fullmatch(group.name):
        return False
    return any(
        each.part is group.part and each.name != group.name and each.name.endswith(group.name[-2:]) for each in groups
    )


def _grouped(part: Part, passage: Passage) -> Iterator[Group]:
    text = passage.text
    for match in _GROUP.finditer(text):
        start, end = match.span("name")
        start = end - len(_CHAIRED.sub("", match["name"]))
        host = OFFICE.search(text, match.end(), min(len(text), match.end() + 80))
        agent = Agent(host["host"], *passage.span(*host.span("host"))) if host else None
        kind = "headquarters" if match["name"].endswith("指挥部") else "leading-group"
        yield Group(part, text[start:end], *passage.span(start, end), agent, kind)


def _repeated(part: Part, passage: Passage) -> Iterator[Mechanism]:
    text = passage.text
    taken: list[Span] = []
    for pattern in (_EVERY, _COMPACT):
        for match in pattern.finditer(text):
            groups = match.groupdict()
            often = groups.get("often") or groups.get("once") or ""
            if any(left < match.end() and match.start() < right for left, right in taken):
                continue
            taken.append(match.span())
            label = match[0]
            yield Mechanism(part, label, _FREQUENCIES[often], often, *passage.span(*match.span()))
