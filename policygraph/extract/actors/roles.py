"""An outline in, who answers for its parts out: leads, responsible and cooperating units, offices, and mechanisms.

Four forms are read: labels with a colon (牵头单位：…；配合单位：…), in a bracket, on lines of their own or in running
text; brackets that name units and a verb (…牵头，…配合); sentences (由…牵头, …按职责分工负责); and a default that holds
for all parts (以上任务均需各乡镇落实). Lists are split at their separators, but not inside brackets and not within the
name of one unit (各区、县（市）人民政府).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from policygraph.extract.actors.unit_lists import is_list, is_person, is_unit, split_agents
from policygraph.extract.structure.outline import Outline, Part
from policygraph.extract.structure.passages import Passage, Span

__all__ = ["Agent", "Assignment", "Group", "Mechanism", "read_roles"]


@dataclass(frozen=True, slots=True)
class Agent:
    """Who is named: the words, where they stand, whether it is a person, and whether it stands for an open set."""

    name: str
    start: int
    end: int
    person: bool = False
    open_ended: bool = False


@dataclass(frozen=True, slots=True)
class Assignment:
    """An agent with a role in a part."""

    part: Part
    agent: Agent
    role: str
    printed_role: str
    evidence: Span
    rule: str
    confidence: float


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
    """What is done again and again: a label, how often (ISO 8601), and where it stands."""

    part: Part
    label: str
    frequency: str
    printed: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class _Case:
    """A way of saying who answers: the role, the words that say so, the rule and how sure it is."""

    role: str
    printed: str
    rule: str
    confidence: float


_LONGEST_NAME = 40
#: 列第一位的为牵头单位: the first of a list leads.
_FIRST_LEADS = re.compile(r"[，,；;、（(]?\s?(?:列|排|排名|名列)(?:名|位|在)?第一(?:位|名)?的?(?:单位|部门)?[为是]牵头")
#: What closes a list of units and is no name.
_CLOSING = re.compile(
    r"(?:等)?(?:按照?(?:各自)?(?:职责|职能)(?:分工)?|分别|共同|具体)?(?:负责|落实|抓好落实)?$(?<=[责实工])"
)
#: What a person is, and not who.
_POST = re.compile(r"常委|书记|[市县区州镇乡]长|主任|局长|主席|部长|委员$")
#: Rules that take nothing for an agent that is not named like one.
_WITH_UNITS_ONLY = frozenset({"role/divided", "role/by", "role/default", "role/duty"})

#: Word of a label -> role; the longest that fits decides.
_ROLES = {
    "牵头": "lead",
    "会同": "lead",
    "主办": "lead",
    "总牵头": "lead",
    "主责": "lead",
    "牵头责任": "lead",
    "责任": "responsible",
    "主要责任": "responsible",
    "落实": "responsible",
    "负责": "responsible",
    "承担": "responsible",
    "主体责任": "responsible",
    "属地责任": "responsible",
    "监管责任": "supervising",
    "主管": "responsible",
    "包抓": "responsible",
    "包保": "responsible",
    "分管": "responsible",
    "实施": "implementing",
    "组织实施": "implementing",
    "责任主体": "responsible",
    "实施主体": "implementing",
    "建设": "implementing",
    "配合": "cooperating",
    "协办": "cooperating",
    "协同": "cooperating",
    "协作": "cooperating",
    "协助": "cooperating",
    "配合责任": "cooperating",
    "协同责任": "cooperating",
    "参与": "participating",
    "参加": "participating",
    "参与配合": "cooperating",
    "承办": "hosting",
    "督办": "supervising",
    "督导": "supervising",
    "监督": "supervising",
    "督查": "supervising",
    "考核": "evaluating",
    "指导": "coordinating",
    "统筹": "coordinating",
    "协调": "coordinating",
}
_WORDS = "|".join(sorted(_ROLES, key=len, reverse=True))
_BEARERS = "单位|部门|领导|市领导|县领导|区领导|州领导|人|科室|处室|主体|机构|方|责任单位|责任部门|责任人"
#: 牵头单位：, 责任领导:, 牵头市领导：, 牵头单位及责任人：
_LABEL = re.compile(rf"(?P<word>{_WORDS})(?P<bearer>{_BEARERS})?(?:及(?:{_BEARERS}|责任人))?\s?[：:]\s?")
#: The head of a column that names agents.
_HEAD = re.compile(rf"(?P<word>{_WORDS})")
#: Words that are a label without 单位 or the like behind them.
_LABELS_ALONE = frozenset({"牵头", "配合", "责任", "主办", "协办", "主体责任", "监管责任", "属地责任"})
#: Within such a list, units with a verb of their own.
_OWN_VERB = re.compile(
    r"(?:(?<=[，,；;])|(?<=[：:]))(?P<agents>[^，,；;。：:]{2,80}?)(?P<verb>牵头|配合|参与|协助|协办)(?=[，,；;。）)】]|$)"
)
#: What ends the list behind a label, besides the next label.
_LIST_END = re.compile(r"[。；;\n】\]〕]|完成时[限间]|时间[：:节]|进度|[（(]?[0-9]{4}年|联系人")
#: Brackets that may say who is responsible, with at most one bracket inside another.
_BRACKET = re.compile(
    r"[（(【\[〔](?P<inner>(?:[^（()）【】\[\]〔〕。]|[（(〔][^（()）〕]{0,24}[)）〕]){2,300})[)）】\]〕]"
)
#: Verbs that close a list of units: …牵头，…配合.
_CLOSED = re.compile(
    rf"(?P<agents>[^，,；;。：:]{{2,200}}?)(?:分别|共同|具体|按照?各?(?:自)?职责(?:分工)?(?:抓好|做好"
    rf"|分别)?(?:共同)?)?(?P<verb>{_WORDS})(?:落实|实施)?(?=[，,；;。、\s]|$)"
)
_BY = re.compile(
    r"由(?P<agents>[^，,。；;由]{2,120}?)(?:同志)?(?:共同|负责|具体|总)?(?P<verb>牵头|会同|负责|主办|承担|承办"
    r"|组织实施)"
)
#: Who helps, behind who leads.
_HELPED = re.compile(r"[，,](?P<agents>[^，,。；;]{2,160}?)(?P<verb>配合|参与|协助|协同)")
_LEADING = re.compile(r"(?P<agents>[^，,]{2,80}?)牵头(?:抓总|总抓)?[，,]")
_LED = re.compile(
    r"(?:^|[。；;\n])(?P<agents>[^，,。；;：:]{2,60}?)牵头(?:抓总|总抓)?[，,](?P<others>[^，,。；;：:]{2,120}?)"
    r"(?:(?P<help>配合|参与|协助)|按)"
)
#: X会同Y等部门…
_TOGETHER = re.compile(
    r"(?:^|[。；;，,\n])(?P<agents>[^，,。；;：:由]{2,40}?)(?:要|应)?会同(?P<others>[^，,。；;：:]{2,60}?)"
    r"(?=等|[，,于]|研究|制定|开展|负责|加强|做好|推进|分解|抓|联合|组织|按照|尽快|认真)"
)
_DIVIDED = re.compile(
    r"(?:^|[。；;，,：:\s])(?P<agents>[^。；;：:]{2,200}?)(?:要|应|须)?按照?(?:各自?)?(?:职责|分工|职能)(?:分工"
    r"|职责)?[，,]?(?:分别|共同|认真|切实|具体|协同)?(?P<verb>负责|抓好落实|组织实施|做好|落实|抓好|配合|推进)"
)
_DEFAULT = re.compile(
    r"(?P<scope>以上|以下|上述|下列|所有|各项|本方案|本清单)[^。；;，,]{0,24}?(?:均需|均由|均须|均要|需由|须由"
    r"|都由|均应|由|均涉及)(?P<agents>[^。；;]{2,120}?)(?:负责|落实|组织实施|配合|承担|分别落实|具体落实|抓好落实"
    r"|按)"
)
_GROUP = re.compile(
    r"(?:成立|组建|设立|建立)(?:了|由[^，。；]{1,30}?(?:任|为|担任)(?:双?组长|主任|总指挥|双?主任|召集人)的"
    r"|以[^，。；]{1,30}?为(?:组长|主任|总指挥)的)?(?P<name>[^，。；、：“”]{2,36}?(?:领导小组|工作领导小组|指挥部"
    r"|委员会|工作专班|专班|联席会议|协调小组|推进组|工作组))"
)
_HOST = re.compile(
    r"(?:办公室|秘书处|指挥部办公室|联席会议办公室)(?:日常工作)?(?:设在|设于|设立在"
    r"|挂靠在?)(?P<host>[^，。；、：]{2,20})"
)
#: X负责…, X要…: at the beginning of a sentence.
_DUTY = re.compile(
    r"(?:^|[。；;\n]|[，,](?=各)|会议(?:要求|强调|明确|指出"
    r"|决定)[，,])\s*(?P<agents>[^，,。；;：:“]{2,60}?)(?P<verb>负责"
    r"|要(?!求|素|点)|应当|应(?!急|用|对|届|收|保|付)|须)(?P<act>[^。；;]{2,24})"
)
#: What is done -> the role of who does it.
_DUTIES = (
    ("履行牵头|^牵头", "lead"),
    ("^(?:制定|编制|拟定|起草)|(?:制定|编制).{0,8}(?:方案|细则|计划|清单)", "drafting"),
    ("^(?:加强)?(?:跟踪)?(?:督查|督导|督办|监督|检查|督促)", "supervising"),
    ("^(?:统筹|综合)?协调|^统筹", "coordinating"),
    ("^(?:密切|积极|主动|各司其职、密切)?配合|^协助|^支持", "cooperating"),
    ("^考核|^评估", "evaluating"),
)
_NO_AGENT = re.compile(r"一[是要]|问题|工作$|企业$|主体$|^[全我]|(?<!各)(?<!各乡)(?:区|县|市|镇|乡|村|社区)$")
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
    rf"(?<![0-9一二三四五六七八九十每上下本全])(?P<often>{_OFTEN})(?P<act>调度|通报|考核|讲评|观摩|排名|会商|例会"
    rf"|研判|报告|督查|点评|督导|评估|晾晒|总结|巡查|检查|报送|清零)(?!结果|指标|办法|体系|对象|评价)"
)
_EVERY = re.compile(
    rf"(?:每(?:个)?(?P<often>{_OFTEN})|实行(?P<once>{_OFTEN}))(?:至少|定期|都|要|应|须"
    rf"|不少于)?(?P<act>[^，,。；;、]{{0,16}}?(?:{_ACTS})(?:(?:一次|1次|两次)[^，,。；;、]{{0,8}}"
    rf"|[^，,。；;、]{{0,12}}))"
)


def read_roles(text: str, outline: Outline) -> tuple[list[Assignment], list[Group], list[Mechanism]]:
    """The assignments, leading groups and mechanisms of an outline, in the order of the text."""
    assignments: list[Assignment] = []
    groups: list[Group] = []
    mechanisms: list[Mechanism] = []
    for part in outline.root.walk():
        assignments += _celled(part, text)
        for pieces in part.paragraphs:
            passage = Passage(text, pieces)
            assignments += _once(_assigned(part, passage))
            groups += _grouped(part, passage)
            mechanisms += _repeated(part, passage)
    return assignments, groups, mechanisms


def _celled(part: Part, text: str) -> Iterator[Assignment]:
    """The agents in the cells of a row: the head of the column says their role."""
    for head, cell in part.cells:
        word = _HEAD.match(head)
        if word:
            person = head.endswith(("领导", "人"))
            case = _Case(_ROLES[word["word"]], head, "role/column", 0.9)
            yield from _agents(part, Passage(text, [cell]), (0, cell[1] - cell[0]), case, person=person)


def _once(found: Iterator[Assignment]) -> Iterator[Assignment]:
    """Of readings that meet in the same words, the first."""
    taken: list[Span] = []
    for assignment in found:
        start, end = assignment.agent.start, assignment.agent.end
        mine = (start, end)
        if any(left < end and start < right and (left, right) != mine for left, right in taken[-24:]):
            continue
        if mine not in taken[-24:]:
            taken.append(mine)
            yield assignment


def _assigned(part: Part, passage: Passage) -> Iterator[Assignment]:
    text = passage.text
    labels = list(_LABEL.finditer(text))
    labelled = False
    for index, label in enumerate(labels):
        stop = labels[index + 1].start() if index + 1 < len(labels) else len(text)
        end = _LIST_END.search(text, label.end(), stop)
        stop = min(stop, end.start() if end else stop)
        stop = _balanced(text, label.end(), stop)
        bearer = label["bearer"] or ""
        if not bearer and label["word"] not in _LABELS_ALONE:
            continue
        labelled = True
        role = _ROLES[label["word"]]
        person = bearer.endswith(("领导", "人")) or label["word"] in ("分管", "包抓", "包保")
        case = _Case(role, label[0].rstrip("：: "), "role/label", 0.95)
        yield from _listed_agents(part, passage, (label.end(), stop), case, person=person)
    for bracket in _BRACKET.finditer(text):
        if not _LABEL.search(bracket["inner"]):
            yield from _bracketed(part, passage, bracket, last=not text[bracket.end() :].strip("。；; \n"))
    if not labelled:
        yield from _sentences(part, passage)
        yield from _duties(part, passage)


def _listed_agents(part: Part, passage: Passage, span: Span, case: _Case, *, person: bool) -> Iterator[Assignment]:
    """The agents behind a label; those whose own verb stands behind them (…，市财政局配合) have its role."""
    place = span[0]
    for own in _OWN_VERB.finditer(passage.text, *span):
        yield from _agents(part, passage, (place, own.start()), case, person=person)
        verb = own["verb"]
        yield from _agents(part, passage, own.span("agents"), replace(case, role=_ROLES[verb], printed=verb))
        place = own.end()
    yield from _agents(part, passage, (place, span[1]), case, person=person)


def _balanced(text: str, start: int, stop: int) -> int:
    """The list without the bracket that closes around it."""
    depth = 0
    for place in range(start, stop):
        if text[place] in "（(【[〔":
            depth += 1
        elif text[place] in "）)】]〕":
            depth -= 1
            if depth < 0:
                return place
    return stop


def _bracketed(part: Part, passage: Passage, bracket: re.Match[str], *, last: bool) -> Iterator[Assignment]:
    """A bracket without labels: verbs behind units, or units alone where a paragraph ends."""
    inner, offset = bracket["inner"], bracket.start("inner")
    closed = list(_CLOSED.finditer(inner))
    if closed and all(is_list(match["agents"]) for match in closed):
        for match in closed:
            start = offset + match.start("agents")
            verb = match["verb"]
            yield from _agents(
                part,
                passage,
                (start, offset + match.end("agents")),
                _Case(_ROLES[verb], verb, "role/bracket-verb", 0.9),
            )
    elif last and is_list(inner) and all(is_unit(name) for name, *_ in split_agents(inner)):
        yield from _agents(
            part, passage, (offset, bracket.end("inner")), _Case("responsible", inner, "role/bracket", 0.7)
        )


def _sentences(part: Part, passage: Passage) -> Iterator[Assignment]:
    """Who answers for a part as its sentences say it."""
    for match in _DEFAULT.finditer(passage.text):
        holder = part.parent if match["scope"] in ("以下", "下列") and part.parent else _whole(part, match["scope"])
        yield from _agents(holder, passage, match.span("agents"), _Case("responsible", "落实", "role/default", 0.7))
    yield from _by(part, passage)
    for pattern, rule in ((_TOGETHER, "role/together"), (_LED, "role/verb")):
        for match in pattern.finditer(passage.text):
            if is_list(match["agents"]) and is_list(match["others"]):
                yield from _agents(part, passage, match.span("agents"), _Case("lead", "牵头", rule, 0.85))
                role = _ROLES.get(match["help"] or "", "") if rule == "role/verb" else "cooperating"
                if role:
                    yield from _agents(part, passage, match.span("others"), _Case(role, match[0][-2:], rule, 0.85))
    yield from _divided(part, passage)


def _by(part: Part, passage: Passage) -> Iterator[Assignment]:
    """由…牵头，…配合."""
    for match in _BY.finditer(passage.text):
        if not is_list(match["agents"]):
            continue
        role = _ROLES.get(match["verb"], "responsible")
        yield from _agents(part, passage, match.span("agents"), _Case(role, match["verb"], "role/by", 0.85))
        following = _HELPED.match(passage.text, _clause_end(passage.text, match.end()))
        if following and is_list(following["agents"]):
            verb = following["verb"]
            yield from _agents(part, passage, following.span("agents"), _Case(_ROLES[verb], verb, "role/by", 0.85))


def _divided(part: Part, passage: Passage) -> Iterator[Assignment]:
    """…牵头，…按职责分工负责."""
    text = passage.text
    for match in _DIVIDED.finditer(text):
        start, end = match.span("agents")
        if not is_list(match["agents"]):
            start += max(match["agents"].rfind(mark) for mark in ("，由", "：", "：由")) + 1
        for lead in _LEADING.finditer(text[start:end]):
            if is_list(lead["agents"]):
                span = start + lead.start("agents"), start + lead.end("agents")
                yield from _agents(part, passage, span, _Case("lead", "牵头", "role/divided", 0.85))
                start += lead.end()
        if is_list(text[start:end]):
            role = "cooperating" if match["verb"] == "配合" else "responsible"
            yield from _agents(part, passage, (start, end), _Case(role, match["verb"], "role/divided", 0.8))


def _duties(part: Part, passage: Passage) -> Iterator[Assignment]:
    """What a sentence says that a unit does or must do, and where an office is."""
    text = passage.text
    for match in _HOST.finditer(text):
        yield from _agents(part, passage, match.span("host"), _Case("hosting", match[0][:12], "role/office", 0.85))
    for match in _DUTY.finditer(text):
        if is_list(match["agents"]) and not _NO_AGENT.search(match["agents"]):
            verb = match["verb"]
            role = next((role for words, role in _DUTIES if re.search(words, match["act"])), "responsible")
            sure = 0.8 if verb == "负责" else 0.65
            yield from _agents(part, passage, match.span("agents"), _Case(role, verb, "role/duty", sure))


def _clause_end(text: str, place: int) -> int:
    found = re.compile("[，,。；;]").search(text, place)
    return found.start() if found else len(text)


def _whole(part: Part, scope: str) -> Part:
    """The part whose parts a default is for: the chapter it stands in, or the whole plan."""
    parts = list(part.lineage())
    return parts[-1] if scope in ("以上", "上述", "所有", "各项", "本方案", "本清单") else parts[min(1, len(parts) - 1)]


def _agents(part: Part, passage: Passage, span: Span, case: _Case, *, person: bool = False) -> Iterator[Assignment]:
    """The assignments of the agents that a span of a passage lists."""
    start, end = span
    if first := _FIRST_LEADS.search(passage.text, start, end):
        end = first.start()
    if closing := _CLOSING.search(passage.text, start, end):
        end = closing.start()
    for place, (printed, left, right, is_open) in enumerate(split_agents(passage.text[start:end])):
        name = printed.strip("。 ")
        if not name or len(name) > _LONGEST_NAME or (person and _POST.search(name)):
            continue
        if first and place == 0:
            case = replace(case, role="lead")
        elif first:
            case = replace(case, role="responsible")
        where = passage.span(start + left, start + right)
        human = is_person(name, expected=person)
        is_known = human or is_open or is_unit(name)
        if not is_known and case.rule in _WITH_UNITS_ONLY:
            continue
        sure = case.confidence if is_known else case.confidence - 0.25
        agent = Agent(name, *where, human, is_open)
        yield Assignment(part, agent, case.role, case.printed, where, case.rule, sure)


def _grouped(part: Part, passage: Passage) -> Iterator[Group]:
    text = passage.text
    for match in _GROUP.finditer(text):
        start, end = match.span("name")
        host = _HOST.search(text, match.end(), min(len(text), match.end() + 80))
        agent = Agent(host["host"], *passage.span(*host.span("host"))) if host else None
        kind = "headquarters" if match["name"].endswith("指挥部") else "leading-group"
        yield Group(part, match["name"], *passage.span(start, end), agent, kind)


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
