"""A decision in, why it was taken out: the rule in words, the scope, the candidates with their scores; zh and en."""

from __future__ import annotations

from policygraph.linking.decision import Decision

__all__ = ["RULES", "explain"]

#: Rule -> what it says, in zh and en.
RULES = {
    "area/whole-country": ("指全国", "it means the whole country"),
    "area/own": ("指文件自身的区域", "it means the document's own area"),
    "area/in-city": ("在文件所属的市、县之内", "it lies in the document's own city or county"),
    "area/below": ("在文件所属的区域之内", "it lies in the document's own area"),
    "area/province": ("省级或国家级名称，处处同义", "the name of a province means the same everywhere"),
    "area/city": ("与文件同属一市", "it lies in the document's city"),
    "area/in-province": ("与文件同属一省", "it lies in the document's province"),
    "area/prefecture": ("外省的市或功能区，仅此一处", "a city or zone of another province, the only one of the name"),
    "area/county": ("外省的县（区），仅此一处", "a county of another province, the only one of the name"),
    "area/level-word": (
        "“市”“全省”等，指文件自身或其上级",
        "a level word means the document's own area, or the one above it",
    ),
    "area/level-word-without-area": ("文件所属区域没有这一级", "the document's area has no area of this level"),
    "area/capital": ("省会即本省首府", "the capital of the document's province"),
    "area/own-zone": (
        "只称类别的功能区，是文件所属市的",
        "a zone called after its kind is that of the document's city",
    ),
    "area/new-own-zone": (
        "只称类别的功能区，本市未列，另立一个",
        "a zone called after its kind: a new one of the document's city",
    ),
    "area/zone-without-area": ("只称类别，而文件未写其区域", "called after its kind, and the document names no area"),
    "area/new-township": ("乡镇、街道不在表中，另立一个", "a town or subdistrict, which no table has: a new one"),
    "area/ambiguous": ("有几个同样近的同名区域", "several areas of the name are equally near"),
    "area/doubtful": ("最近的同名区域也不可靠", "even the nearest area of the name is doubtful"),
    "area/unknown": ("没有这个名称", "nothing has this name"),
    "body/national": ("国家机构的全称", "the name of a national body"),
    "body/place": ("区域加机构种类", "an area and a kind of body"),
    "body/template": ("名称中间含区域", "the area stands inside the name"),
    "body/alone": ("未写区域，是文件所属区域的机构", "without an area: the body of the document's own area"),
    "body/alone-above": ("该名称属于上一级", "a name of the level above: the body of the area above"),
    "body/new-of-place": ("该区域的机构，种类不在表中", "a body of this area, of no known kind"),
    "body/new-alone": ("文件所属区域的机构，种类不在表中", "a body of the document's area, of no known kind"),
    "body/place-unclear": ("区域不明", "it is not clear of which area"),
    "indicator/printed": ("表中有此写法", "printed so in the table"),
    "indicator/spelling": ("写法不同而同义", "the same in another spelling"),
    "indicator/area-word": (
        "去掉区域、时间、意愿等前缀后相同",
        "the same without the words for area, time and aim in front",
    ),
    "indicator/change-word": ("去掉增速、涨幅等变化词后相同", "the same without the words for the change"),
    "indicator/counting-word": ("去掉或补上“数量”后相同", "the same without or with a word for counting"),
    "indicator/base-name": ("基本名称相同", "the same base name"),
    "indicator/other-dimension": ("同名而量纲不同，另立一个", "the same name in another dimension: a new one"),
    "indicator/new": ("表中没有，另立一个", "no table has it: a new one"),
    "plan/own": ("指文件自身的方案", "it means the document's own plan"),
    "plan/title": ("标题、区域、年份相符", "title, area and years agree"),
    "plan/short-form": ("文件自己约定的简称", "a short form that the document itself gives"),
    "plan/several-of-this-title": ("有几个同题的方案", "several plans have this title"),
    "plan/new": ("手头没有这一方案", "no plan at hand has this title"),
    "initiative/printed": ("已有此提法", "a known formula"),
    "initiative/new": ("新的提法", "a new formula"),
    "decided/same": ("已有人决定为同一事物", "somebody decided that it is this"),
    "decided/different": ("已有人决定不是那一事物", "somebody decided that it is not that"),
    "decided/unsure": ("已有人判断无法确定", "somebody decided that nobody can tell"),
}
_PATH = ("区域写在前面，逐级而下", "the areas in front of it lead down to it")
_WORDS = {
    "zh": (
        "“{name}”（文件所属：{area}）",
        "→ {thing}  {label}",
        "未指任何事物",
        "理由：{rule}（{code}）",
        "把握：{confidence:.0%}",
        "待核对",
        "候选",
    ),
    "en": (
        "“{name}” (in a document of {area})",
        "→ {thing}  {label}",
        "it means nothing in particular",
        "because {rule} ({code})",
        "confidence {confidence:.0%}",
        "waits for review",
        "candidates",
    ),
}


def explain(decision: Decision, language: str = "en") -> list[str]:
    """Why a name was taken for what it was: lines of text."""
    head, meaning, nothing, because, sure, waits, candidates = _WORDS["zh" if language == "zh" else "en"]
    column = 0 if language == "zh" else 1
    rule = _PATH if decision.rule.startswith("area/path") else RULES.get(decision.rule, (decision.rule, decision.rule))
    lines = [
        head.format(name=decision.name[:60], area=decision.scope.area or "–"),
        meaning.format(thing=decision.identifier, label=decision.label) if decision.identifier else nothing,
        because.format(rule=rule[column], code=decision.rule),
        sure.format(confidence=decision.confidence) + (f" · {waits}" if decision.waits else ""),
    ]
    if len(decision.candidates) > 1 or (decision.candidates and not decision.identifier):
        lines.append(f"{candidates}:")
        lines += [f"  {each.score:.2f}  {each.identifier}  {each.label}" for each in decision.candidates]
    return [*lines, f"digest {decision.digest}"]
