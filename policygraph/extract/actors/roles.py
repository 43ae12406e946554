"""An outline in, the responsibilities for its parts out: leads, responsible and cooperating units, offices.

Five forms are read: labels with a colon (牵头单位：…；配合单位：…), in a bracket, on lines of their own or in running
text; brackets that name units and a verb (…牵头，…配合); sentences (由…牵头，会同…; …为责任单位; …按职责分工负责);
what a text states once (`standing_rules`); and a default that holds for all parts (以上任务均需各乡镇落实). Lists are
split at their separators, but not inside brackets and not within the name of one unit (各区、县（市）人民政府).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

from policygraph.extract.actors.agent import Agent
from policygraph.extract.actors.mechanisms import OFFICE
from policygraph.extract.actors.role_words import COLUMN, LABEL, LABELS_ALONE, ROLES, WORDS, is_of_persons
from policygraph.extract.actors.standing_rules import (
    Default,
    LeadingRules,
    leading_rule,
    read_defaults,
    read_leading_rules,
)
from policygraph.extract.actors.unit_lists import is_list, is_person, is_unit, split_agents
from policygraph.extract.structure.outline import Outline, Part
from policygraph.extract.structure.passages import Passage, Span

__all__ = ["Assignment", "read_roles"]


@dataclass(frozen=True, slots=True)
class Assignment:
    """An agent with a role in a part, and in other parts where one statement holds for several."""

    part: Part
    agent: Agent
    role: str
    printed_role: str
    evidence: Span
    rule: str
    confidence: float
    others: tuple[Part, ...] = ()


@dataclass(frozen=True, slots=True)
class _Case:
    """A way of saying who answers: the role, the words that say so, the rule and how sure it is.

    `leading` is how the text says which of the units lead: the first, those before a comma, those with a sign.
    """

    role: str
    printed: str
    rule: str
    confidence: float
    leading: str | None = None


_LONGEST_NAME = 40
#: What closes a list of units and is no name.
_CLOSING = re.compile(
    r"(?:等)?(?:按照?(?:各自)?(?:职责|职能)(?:分工)?|分别|共同|具体)?(?:负责|落实|抓好落实)?$(?<=[责实工])"
)
#: What refers to the list itself, in the list.
_REFERENCE = re.compile(r"以?下同|下列同|余同|同上|不再列出.*")
#: What a person is, and not who.
_POST = re.compile(r"常委|书记|[市县区州镇乡]长|主任|局长|主席|部长|委员$")
#: Rules that take nothing for an agent that is not named like one.
_WITH_UNITS_ONLY = frozenset({"role/divided", "role/by", "role/default", "role/duty", "role/named", "role/inherited"})
#: A list behind a label whose names are not those of units is a sentence where one is longer than this.
_LONGEST_UNKNOWN = 14

#: Within such a list, units with a verb of their own.
_OWN_VERB = re.compile(
    r"(?:(?<=[，,；;])|(?<=[：:]))(?P<agents>[^，,；;。：:]{2,80}?)(?P<verb>牵头|配合|参与|协助|协办)(?=[，,；;。）)】]|$)"
)
#: What ends the list behind a label, outside brackets, besides the next label.
_LIST_END = re.compile(
    r"[。\n]|[；;](?=[^；;]*(?:[：:]|时限|期限))|完成时[限间]|时间[：:节]|进度|[（(]?[0-9]{4}年|联系人|联系方式"
)
_OPENING, _BRACKETS_CLOSE = "（(【[〔〈<", "）)】]〕〉>"
#: Brackets that may say who is responsible, with at most one bracket inside another.
_BRACKET = re.compile(
    r"[（(【\[〔](?P<inner>(?:[^（()）【】\[\]〔〕。]|[（(〔\[][^（()）〕\]]{0,24}[)）〕\]]){2,300})[)）】\]〕]"
)
#: Verbs that close a list of units: …牵头，…配合.
_CLOSED = re.compile(
    r"(?:分别|共同|具体|按照?各?(?:自)?职责(?:分工)?(?:抓好|做好|分别)?(?:共同)?)?"
    rf"(?P<verb>{WORDS})(?:落实|实施|负责|抓总|推进|完成)?(?=[，,；;。、\s]|$)"
)
_BY = re.compile(
    r"由(?P<agents>[^，,。；;由]{2,120}?)(?:同志)?(?:共同|负责|具体|总)?(?P<verb>牵头|会同|负责|主办|承担|承办"
    r"|组织实施)(?:(?P<with>[^，,。；;]{2,80}?)(?=等|研究(?!院|所|中心)|制定|开展|负责|组织(?!部)|共同|联合(?!会)|按照|抓|推进(?!办|组|中心|局|处|委)|落实|[，,。；;]|$))?"
)
#: What the last article says of a body: 由…负责解释, 由…会同…等部门负责解释.
_INTERPRETS = re.compile(
    r"(?:等)?(?:有关|相关)?(?:部门|单位)?(?:共同)?(?:负责)?(?:具体|统一|最终|政策)*的?解释(?!工作|说明)"
)
#: The members of a group: …，各局、各镇负责人为成员; a label 成员单位： is read as any other.
_MEMBERS = re.compile(
    r"(?:^|[。；;，,])(?P<agents>[^。；;，,：:]{2,80}?)(?:(?:主要|分管|有关|相关)?(?:负责人|负责同志|领导))?(?:为|任|担任)成员(?!单位)"
)
#: Who helps, behind who leads.
_HELPED = re.compile(r"[，,](?P<agents>[^，,。；;]{2,160}?)(?P<verb>配合|参与|协助|协同)")
#: Who is joined, behind who leads: ，会同市财政局制定….
_JOINED = re.compile(
    r"[，,]会同(?P<agents>[^，,。；;]{2,80}?)"
    r"(?=等|研究(?!院|所|中心)|制定|开展|负责|组织(?!部)|共同|联合(?!会)|按照|抓|推进(?!办|组|中心|局|处|委)|落实|[，,。；;]|$)"
)
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
#: A label as a sentence: 牵头单位为市教育局, 市财政局为配合单位, 以市教育局为牵头单位.
_NAMED = re.compile(
    rf"(?P<word>{WORDS})(?:单位|部门)[为是](?P<agents>[^，,。；;：:]{{2,80}})(?=[，,。；;]|$)"
    rf"|(?:^|[，,。；;以]|明确|确定)(?P<named>[^，,。；;：:以]{{2,60}}?)[为是](?P<role>{WORDS})(?:单位|部门)(?=[，,。；;]|$)"
)
_DIVIDED = re.compile(
    r"(?:^|[。；;，,：:\s])(?P<agents>[^。；;：:]{2,200}?)(?:要|应|须)?按照?(?:各自?)?(?:职责|分工|职能)(?:分工"
    r"|职责)?[，,]?(?:分别|共同|认真|切实|具体|协同)?(?P<verb>负责|抓好落实|组织实施|做好|落实|抓好|配合|推进)"
)
_DEFAULT = re.compile(
    r"(?P<scope>以上|以下|上述|下列|所有|各项|本方案|本清单)[^。；;，,]{0,24}?(?:均需|均由|均须|均要|需由|须由"
    r"|都由|均应|由|均涉及)(?P<agents>[^。；;]{2,120}?)(?:负责|落实|组织实施|配合|承担|分别落实|具体落实|抓好落实"
    r"|按)(?![^。；;]{0,8}[，,]均?不再)"
)
#: X负责…, X要…: at the beginning of a sentence.
_DUTY = re.compile(
    r"(?:^|[。；;\n]|[，,](?=各)|会议(?:要求|强调|明确|指出"
    r"|决定)[，,])\s*(?P<agents>[^，,。；;：:“]{2,60}?)(?P<verb>负责(?!人|同志)"
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


def read_roles(text: str, outline: Outline) -> list[Assignment]:
    """The assignments of an outline, in the order of the text."""
    rules = read_leading_rules(text, outline)
    assignments: list[Assignment] = []
    for part in outline.root.walk():
        assignments += _celled(part, text)
        for pieces in part.paragraphs:
            assignments += _once(_assigned(part, Passage(text, pieces), rules))
    parts = list(outline.root.walk())
    for default in read_defaults(text, outline):
        assignments += _inherited(default, parts)
    return assignments


def _celled(part: Part, text: str) -> Iterator[Assignment]:
    """The agents in the cells of a row: the head of the column says their role."""
    for head, cell in part.cells:
        word = COLUMN.match(head)
        if word:
            person = head.endswith(("领导", "人"))
            case = _Case(ROLES[word["word"]], head, "role/column", 0.9)
            yield from _agents(part, Passage(text, [cell]), (0, cell[1] - cell[0]), case, person=person)


def _inherited(default: Default, parts: list[Part]) -> Iterator[Assignment]:
    """The agents that answer for every item behind the one that says so, each in one assignment."""
    place = next((at for at, part in enumerate(parts) if part is default.part), len(parts))
    behind = parts[place + 1 :]
    style = default.part.style if default.part.parent else behind[0].style if behind else ""
    items = [part for part in behind if part.style == style]
    if not items:
        return
    case = _Case(ROLES.get(default.verb, "responsible"), default.verb, "role/inherited", 0.85)
    if case.role == "implementing":
        case = replace(case, role="responsible")
    for assignment in _agents(items[0], default.passage, (default.start, default.end), case):
        yield replace(assignment, others=tuple(items[1:]))


def _once(candidates: Iterator[Assignment]) -> Iterator[Assignment]:
    """Of readings that meet in the same words, the first."""
    taken: list[Span] = []
    for assignment in candidates:
        start, end = assignment.agent.start, assignment.agent.end
        mine = (start, end)
        if any(left < end and start < right and (left, right) != mine for left, right in taken[-24:]):
            continue
        if mine not in taken[-24:]:
            taken.append(mine)
            yield assignment


def _assigned(part: Part, passage: Passage, rules: LeadingRules) -> Iterator[Assignment]:
    text = passage.text
    labels = list(LABEL.finditer(text))
    labelled = False
    for index, label in enumerate(labels):
        stop = _list_end(text, label.end(), labels[index + 1].start() if index + 1 < len(labels) else len(text))
        word = label["word"] or label["headed"]
        bearer = label["bearer"] or label["borne"] or ""
        person = is_of_persons(word, bearer)
        if not _names_agents(text[label.end() : stop], word, bearer, person=person):
            continue
        labelled = True
        role = ROLES[word]
        own = leading_rule(text[label.end() : label.end() + 400].partition("）")[0]) if role == "responsible" else None
        leading = (own[0] if own else rules.at(passage.at(label.start()))) if role == "responsible" else None
        case = _Case(role, label[0].strip("：: 【】[]"), "role/label", 0.95, leading)
        yield from _listed_agents(part, passage, (label.end(), stop), case, person=person)
    for bracket in _BRACKET.finditer(text):
        if not LABEL.search(bracket["inner"]):
            yield from _bracketed(part, passage, bracket, rules, last=not text[bracket.end() :].strip("。；; \n"))
    if not labelled:
        yield from _sentences(part, passage)
    yield from _offices(part, passage)
    if not labelled:
        yield from _duties(part, passage)


def _names_agents(listed: str, word: str, bearer: str, *, person: bool) -> bool:
    """Whether a list behind a label names agents, and is no sentence (主体责任：落实企业责任)."""
    if not bearer and word not in LABELS_ALONE:
        return False
    if person or is_list(listed):
        return True
    return bool(bearer) and all(len(name) <= _LONGEST_UNKNOWN for name, *_ in split_agents(listed))


def _list_end(text: str, start: int, stop: int) -> int:
    """Where the list behind a label ends: at a sign or the bracket that closes around it, not inside brackets of it."""
    depth = 0
    for place in range(start, stop):
        if text[place] in _OPENING:
            if depth == 0 and _LIST_END.match(text, place, stop):
                return place
            depth += 1
        elif text[place] in _BRACKETS_CLOSE:
            depth -= 1
            if depth < 0:
                return place
        elif depth == 0 and _LIST_END.match(text, place, stop):
            return place
    return stop


def _listed_agents(part: Part, passage: Passage, span: Span, case: _Case, *, person: bool) -> Iterator[Assignment]:
    """The agents behind a label; those whose own verb stands behind them (…，市财政局配合) have its role."""
    place = span[0]
    for own in _OWN_VERB.finditer(passage.text, *span):
        yield from _agents(part, passage, (place, own.start()), case, person=person)
        verb = own["verb"]
        yield from _agents(
            part, passage, own.span("agents"), replace(case, role=ROLES[verb], printed=verb, leading=None)
        )
        place = own.end()
    yield from _agents(part, passage, (place, span[1]), case, person=person)


def _bracketed(
    part: Part, passage: Passage, bracket: re.Match[str], rules: LeadingRules, *, last: bool
) -> Iterator[Assignment]:
    """A bracket without labels: verbs behind units, or units alone where a paragraph ends."""
    inner, offset = bracket["inner"], bracket.start("inner")
    closed: list[tuple[int, int, str]] = []
    place = 0
    for match in _CLOSED.finditer(inner):
        begin = place + len(inner[place : match.start()]) - len(inner[place : match.start()].lstrip("，,；;。、由 "))
        closed.append((begin, match.start(), match["verb"]))
        place = match.end()
    if closed and all(is_list(inner[start:end]) for start, end, _ in closed):
        for start, end, verb in closed:
            case = _Case(ROLES[verb], verb, "role/bracket-verb", 0.9)
            yield from _agents(part, passage, (offset + start, offset + end), case)
    elif last and is_list(inner) and _are_units(inner) and not _is_other(inner, bracket[0]):
        own = leading_rule(inner)
        leading = own[0] if own else rules.at(passage.at(bracket.start()))
        case = _Case("responsible", inner, "role/bracket", 0.7, leading)
        yield from _agents(part, passage, (offset, bracket.end("inner")), case)


#: A place or a thing alone in a bracket, which says where or what: （槐荫区）, （数字产业园）.
_PLACE_OR_THING = re.compile(
    r"(?:区|县|市|州|旗|镇|乡|村|园|园区|中心|平台|校|大学|学院|医院|企业|公司|集团|社区|站|所|社|港|组|团|会|院)$"
)


def _is_other(inner: str, bracket: str) -> bool:
    """Whether a bracket heads what follows (【适用范围】), or names one place or thing and nobody who answers."""
    alone = len(split_agents(inner)) == 1
    return bracket.startswith("【") or (
        alone and _PLACE_OR_THING.search(inner) is not None and inner[:1] not in "各市县区省"
    )


def _are_units(listed: str) -> bool:
    """Whether all names of a list are those of units, what says how to read it aside."""
    return all(is_unit(name) for name, *_ in split_agents(listed) if _is_name(name))


def _sentences(part: Part, passage: Passage) -> Iterator[Assignment]:
    """Who answers for a part as its sentences say it."""
    text = passage.text
    for match in _DEFAULT.finditer(text):
        if _INTERPRETS.match(text, match.end()):
            continue  # who interprets a document answers for none of its parts
        holder = part.parent if match["scope"] in ("以下", "下列") and part.parent else _whole(part, match["scope"])
        yield from _agents(holder, passage, match.span("agents"), _Case("responsible", "落实", "role/default", 0.7))
    yield from _named(part, passage)
    yield from _by(part, passage)
    for match in _TOGETHER.finditer(text):
        if is_list(match["agents"]) and is_list(match["others"]):
            yield from _agents(part, passage, match.span("agents"), _Case("lead", "牵头", "role/together", 0.85))
            case = _Case("cooperating", "会同", "role/together", 0.85)
            yield from _agents(part, passage, match.span("others"), case)
    for match in _LED.finditer(text):
        if is_list(match["agents"]) and is_list(match["others"]):
            yield from _agents(part, passage, match.span("agents"), _Case("lead", "牵头", "role/verb", 0.85))
            if help_ := match["help"]:
                yield from _agents(part, passage, match.span("others"), _Case(ROLES[help_], help_, "role/verb", 0.85))
    yield from _divided(part, passage)


def _named(part: Part, passage: Passage) -> Iterator[Assignment]:
    """牵头单位为…, …为配合单位."""
    for match in _NAMED.finditer(passage.text):
        group, word = ("agents", match["word"]) if match["word"] else ("named", match["role"])
        if is_list(match[group]):
            yield from _agents(part, passage, match.span(group), _Case(ROLES[word], word, "role/named", 0.9))


def _by(part: Part, passage: Passage) -> Iterator[Assignment]:
    """由…牵头，…配合; 由…牵头，会同…; 由…会同…."""
    text = passage.text
    for match in _BY.finditer(text):
        if not is_list(match["agents"]):
            continue
        role = ROLES.get(match["verb"], "responsible")
        if _INTERPRETS.match(text, match.end() if match["verb"] == "会同" else match.end("verb")):
            # below the last of the numbered parts it is said of the whole
            inside = part.marker is None or passage.at(match.start()) < part.end
            holder = part if inside else _whole(part, "本方案")
            for group in ("agents", "with"):
                if match[group] and is_list(match[group]):
                    yield from _agents(
                        holder, passage, match.span(group), _Case("interpreting", "解释", "role/by", 0.9)
                    )
            continue
        yield from _agents(part, passage, match.span("agents"), _Case(role, match["verb"], "role/by", 0.85))
        if match["verb"] == "会同" and match["with"] and is_list(match["with"]):
            case = _Case("cooperating", "会同", "role/by", 0.85)
            yield from _agents(part, passage, match.span("with"), case)
        end = _clause_end(text, match.end("verb"))
        for pattern, verb in ((_HELPED, ""), (_JOINED, "会同")):
            following = pattern.match(text, end)
            if following and is_list(following["agents"]) and not following["agents"].startswith("会同"):
                helping = verb or following["verb"]
                case = _Case("cooperating" if verb else ROLES[helping], helping, "role/by", 0.85)
                yield from _agents(part, passage, following.span("agents"), case)


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


def _offices(part: Part, passage: Passage) -> Iterator[Assignment]:
    """Where an office is."""
    for match in OFFICE.finditer(passage.text):
        yield from _agents(part, passage, match.span("host"), _Case("hosting", match[0][:12], "role/office", 0.85))


def _duties(part: Part, passage: Passage) -> Iterator[Assignment]:
    """What a sentence says that a unit does or must do, and who belongs to a group."""
    text = passage.text
    for match in _MEMBERS.finditer(text):
        if is_list(match["agents"]):
            yield from _agents(part, passage, match.span("agents"), _Case("participating", "成员", "role/named", 0.85))
    for match in _DUTY.finditer(text):
        if _INTERPRETS.match(text, match.end("verb")):
            continue
        if is_list(match["agents"]) and not _NO_AGENT.search(match["agents"]):
            verb = match["verb"]
            role = next((role for words, role in _DUTIES if re.search(words, match["act"])), "responsible")
            sure = 0.8 if verb == "负责" else 0.65
            yield from _agents(part, passage, match.span("agents"), _Case(role, verb, "role/duty", sure))


def _clause_end(text: str, place: int) -> int:
    match = re.compile("[，,。；;]").search(text, place)
    return match.start() if match else len(text)


def _whole(part: Part, scope: str) -> Part:
    """The part whose parts a default is for: the chapter it stands in, or the whole plan."""
    parts = list(part.lineage())
    return parts[-1] if scope in ("以上", "上述", "所有", "各项", "本方案", "本清单") else parts[min(1, len(parts) - 1)]


def _agents(part: Part, passage: Passage, span: Span, case: _Case, *, person: bool = False) -> Iterator[Assignment]:
    """The assignments of the agents that a span of a passage lists."""
    start, end = span
    if closing := _CLOSING.search(passage.text, start, end):
        end = closing.start()
    listed = passage.text[start:end]
    leads = _leads(listed, case.leading)
    for place, (printed, left, right, is_open) in enumerate(split_agents(listed)):
        name = printed.strip("。 *＊★☆▲△●")
        if not _is_name(name) or (person and _POST.search(name)):
            continue
        where = passage.span(start + left, start + right)
        human = is_person(name, expected=person)
        is_known = human or is_open or is_unit(name)
        if not is_known and case.rule in _WITH_UNITS_ONLY:
            continue
        role = case.role
        if leads is not None:
            role = "lead" if leads(place, left, printed) else "responsible"
        sure = case.confidence if is_known else case.confidence - 0.25
        yield Assignment(part, Agent(name, *where, human, is_open), role, case.printed, where, case.rule, sure)


def _is_name(name: str) -> bool:
    return 0 < len(name) <= _LONGEST_NAME and not _REFERENCE.fullmatch(name) and leading_rule(name) is None


def _leads(listed: str, leading: str | None) -> Callable[[int, int, str], bool] | None:
    """Whether a name of a list leads, by its number, where it begins and what is printed; None where no rule says."""
    if leading == "first":
        return lambda number, _, __: number == 0
    if leading == "comma":
        comma = next((at for at, sign in enumerate(listed) if sign in "，,；;"), len(listed))
        return lambda _, begin, __: begin < comma
    if leading == "starred":
        return lambda _, __, printed: any(sign in printed for sign in "*＊★☆▲△●")
    return None
