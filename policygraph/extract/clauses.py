"""An outline in, the measures and goals that its sentences state out, clause by clause.

The finest grain of a record: 加快科技城建设 is a measure, 营商环境持续优化 a goal. A clause that begins with a verb
of doing is a measure; one that ends in a change for the better, or begins with what is to come of it, is a goal.
Clauses with figures are left to the targets. A record of tasks need not go so far: `clauses=True` asks for it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from policygraph.extract.structure.outline import Outline, Part
from policygraph.extract.structure.passages import Passage

__all__ = ["Clause", "read_clauses"]


@dataclass(frozen=True, slots=True)
class Clause:
    """A measure or a goal that a clause states."""

    part: Part
    start: int
    end: int
    label: str
    kind: str
    confidence: float


_SPLIT = re.compile(r"[，,；;。！!？?：:\n]")
_ADVERBS = (
    "(?:进一步|不断|持续|着力|大力|全面|深入|加快|积极|扎实|切实|努力|高标准|高质量|高水平|稳步|有序|统筹|科学"
    "|精准|严格|充分|主动|坚决|纵深|广泛|有效"
    "|创新|系统|全力|奋力|坚持|继续|梯次|集中|联动|协同|尽快|逐步|认真|优先|重点|强力|深度|一体|规范|合理|精心"
    "|全方位|旗帜鲜明地?|下大气力|实现)*"
)
_DOING = (
    "推进|推动|推广|推行|完善|健全|加强|加大|加快|建设|建立|构建|打造|培育|壮大|发展|优化|深化|强化|实施|开展"
    "|落实|提升|提高|提振|拓展|扩大|引导|支持|鼓励|促进"
    "|统筹|制定|编制|出台|创建|争创|组织|做好|做强|做优|做大|抓好|抓实|办好|保障|保护|防范|化解|整治|治理|改造"
    "|完成|启动|引进|引育|招引|吸引|集聚|布局|规划|谋划|搭建"
    "|畅通|激发|释放|发挥|利用|放大|巩固|补齐|夯实|筑牢|守住|聚焦|围绕|实行|探索|营造|增强|改善|解决|降低|减少"
    "|严控|严格|加密|形成|践行|贯彻|弘扬|传承|挖掘|盘活|整合"
    "|融入|服务|对接|承接|推出|举办|督促|压实|细化|明确|树立|学习|领会|选拔|织密|建强|养成|把|对|以|将|让|使|确保"
    "|力争|争取|防止|树牢|建成|新建|擦亮|叫响|讲好"
)
_MEASURE = re.compile(rf"{_ADVERBS}(?:{_DOING})")
_RESULT = re.compile(
    r"(?:显著|明显|持续|不断|大幅|进一步|更加|全面|基本|稳步|逐步)?(?:提升|提高|增强|优化|改善|完善|健全|增加|扩大"
    r"|缩小|凸显|形成|巩固|稳定|进展|成效|突破|发展|加快|壮大|牢固|协调|领先|和谐稳定|新台阶|见效|到位|升级|减少"
    r"|好转)$"
)
_AIM = re.compile(rf"{_ADVERBS}(?:形成|实现|让|使|建成|把|成为|确保|力争|争取|推动.{{2,20}}(?:取得|迈上)|不断提高)")
_GOALS = re.compile(r"目标|愿景|展望")
_NO_CLAUSE = re.compile(
    r"^(?:为|根据|按照|经|由|在|通过|依托|依据|随着|针对|对标|同时|其中|以下|如下|各|请|现|特|责任|牵头|配合|附件|制定本|结合)|[“\"]$|负责$|同志|任组长"
)
_SHORTEST, _LONGEST = 6, 60


def read_clauses(text: str, outline: Outline) -> list[Clause]:
    """The measures and goals of the parts that have running text and no items of their own."""
    return [clause for part in outline.root.walk() if part.parent for clause in _of(text, part)]


def _of(text: str, part: Part) -> Iterator[Clause]:
    in_goals = any(_GOALS.search(other.label) for other in part.lineage() if other.parent and len(other.label) < 14)
    for pieces in part.paragraphs:
        passage = Passage(text, pieces)
        begin = passage.local(part.end)
        place = begin
        for cut in [*_SPLIT.finditer(passage.text, begin), None]:
            end = cut.start() if cut else len(passage.text)
            start, place = place, cut.end() if cut else end
            label = _balanced(passage.text[start:end].strip(" 　"))
            start += passage.text[start:end].find(label) if label else 0
            kind = _kind(label, in_goals=in_goals)
            if kind:
                yield Clause(
                    part, *passage.span(start, start + len(label)), label, kind, 0.7 if kind == "Measure" else 0.6
                )


def _balanced(clause: str) -> str:
    """A clause without the quotation mark at either end whose counterpart stands in another."""
    while excess := clause.count("“") - clause.count("”"):
        sign = "“" if excess > 0 else "”"
        if clause.endswith(sign):
            clause = clause[:-1]
        elif clause.startswith(sign):
            clause = clause[1:]
        else:
            break
    return clause.strip(" 　")


def _kind(label: str, *, in_goals: bool) -> str | None:
    """Whether a clause is a measure, a goal, or neither."""
    if not _SHORTEST <= len(label) <= _LONGEST or _NO_CLAUSE.search(label) or re.search(r"[0-9％%]", label):
        return None
    if in_goals:
        return "Goal" if _RESULT.search(label) or _MEASURE.match(label) else None
    if _AIM.match(label) and not re.match(r"(?:力争|争取|确保)?(?:建成|把)", label):
        return "Goal"
    if _MEASURE.match(label):
        return "Measure"
    return "Goal" if _RESULT.search(label) else None
