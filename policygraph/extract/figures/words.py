"""What the words around a number say of it: kinds of values, verbs, cues of past and future, counts. Tables only.

Every pattern is bounded, so that a text is read in a time proportional to its length.
"""

from __future__ import annotations

import re

from policygraph.quantity import Quantity
from policygraph.quantity import value_words as values

__all__ = [
    "BUILT",
    "CHANGED",
    "CLASSES_COUNTED",
    "COMPARATORS_WITH",
    "COMPARED_WITH",
    "COUNTS",
    "DECLARING",
    "EMPTY_NOUNS",
    "FUTURE",
    "FUTURE_SECTIONS",
    "LEADING_VERBS",
    "MONEY",
    "PAST",
    "PAST_SECTIONS",
    "PLACES_IN_FRONT",
    "PREDICATES",
    "PREDICATES_OF_LEVEL",
    "SCOPES",
    "SUMS_UP",
    "TIME_UNITS",
    "TOTALS",
    "TRAILING_WORDS",
    "WORKED_ON",
    "value_kind",
]

_BUILDING = (
    "新（[改扩建、]{1,4}）建|改（扩）建|新改扩建|新改建|新建改扩建|新建改建|新建和改造|新建|改建|扩建|改扩建|新增|净增|新设立|新设|建成|建设|创建"
    "|打造|培育|培植|引进|引育|招引|组建"
    "|改造提升|更新改造|改造|硬化|安装|开挖疏浚|开挖|疏浚|栽植|培养|整治|治理|修复|新培育|新认定|认定|启动|开工|开通|投放|设立|布局|成立|选派|培训|建立"
    "|新签约|签约|落地|推动|推出|加装|铺设|敷设"
    "|筹集|征集|完成整治|再创建|争创|新发展|发展|新吸纳|吸纳|招聘|招募|新投放"
)
_DOING = (
    "巩固提升|巩固|选树|遴选|评选|推进|支持|更换|全面完成|力争完成|完成|实施|实现|抓好|开展|举办|发放|组织|安排|落实|保障|争取|举行|提供|集中"
    "|推行|谋划|储备"
    "|滚动|统筹安排|统筹|发行|受理|办理(?!时限|时间|环节|流程|事项|材料|机制)|查处|排查|消除|压减|淘汰|收储|盘活|出让|拥有|加快|确保|应用|动态保持"
)
#: The verbs in front of what is counted.
LEADING_VERBS = (
    rf"(?:(?:高标准|高质量|高水平|大力|积极|加快|累计|计划|继续|着力|深入|全面|要|将|已|共|再|先后|滚动|新|全年"
    rf"|力争|扎实|分批|有序|逐步|年均|每年|推动|推进|完成|支持)?(?:{_BUILDING}|{_DOING})了?)"
)

_UP = "|".join((*values.RISING, *values.RISING_RATES, "增收"))
_DOWN = "|".join((*values.FALLING, *values.FALLING_RATES, "降本", "降"))
_RATES = "|".join(values.RATES)
_REACH = (
    "迈上|跨上|跨过|跨越|越过|站上|攀上|迈过|目标设定为|目标定为|设定为|确定为|跃升至|跃升到|攀升至|攀升到|跃升为|升至|升到|提高到|提升到|提升至|提高至|增加到|增加至|增至|增长到|增长至|增长为|上升到|上升至|扩大到|扩大至|发展到|达到"
    "|达|突破|超过|完成|实现|为|是|有|到|至"
    "|保持在|保持|稳定在|稳定|控制在|控制|维持在|下降到|下降至|降至|降到|降低到|降低至|压缩到|压缩至|压减到"
    "|压减至|缩短到|缩短至|减少到|减少至|位居|位列|居|列|排名|跃居|稳居|迈入|跻身|进入|占|在|不少于|不低于"
)
_ADVERBS = (
    "均|都|将|要|应|须|需|争取|力争|预计|计划|进一步|稳步|基本|总体|全部|累计|共|同比|环比|平均|年均|每年|再|全年"
    "|分别|已|达|(?<![签合节集特履违])约|近|仍|也|可|力争全年|确保|实际|比上年|较上年|比去年|较去年|逐年|平稳|有望|各|要求|原则上"
)
#: 比2020年, 较上年: what a change is measured from; 占比 is another word.
_COMPARED = r"(?<!占)(?:比|较)(?=\s|[0-9上去同“二])[^，,。]{0,12}?"
#: The verb between the noun and the number, with what stands around it.
PREDICATES = re.compile(
    rf"(?:(?:{_ADVERBS}|{_COMPARED})\s*)*\s*(?:{_REACH}|(?:{_UP}|{_DOWN})(?:率|幅度?|速度)?"
    rf"|(?:{_ADVERBS}))?了?\s*(?:{_ADVERBS})?\s*"
    rf"(?:{_REACH})?\s*(?:{_ADVERBS})?(?:由|从)?$"
)
#: What stands in front of a noun and names nothing that is measured.
SCOPES = (
    r"(?:分别|其中|包括|包含|提出(?=[一-鿿]{3})(?!的|意见|建议|问题|要求)|另外|提前[一二两]年(?=实现|完成|达到)|同时|并且|并|且|以及|从而|目标是|目标为|预期目标是|力争|争取|确保|力求|努力|预计|计划|预期|到"
    r"|至|在(?![园校读建产营册岗职籍编途库线就京津沪渝冀晋辽吉黑苏浙皖闽赣鲁豫鄂湘粤桂琼川蜀黔贵滇云藏陕甘青宁新蒙港澳台华])"
    r"|于|使|让|把|将|对(?![口外内台标接公])|按照|通过|围绕|要|须|应|即|等(?![级次候])"
    r"|全市|全县|全区|全省|全州|全旗|全盟|全镇|全乡|我市|我县|我区|我省|我州|本市|本县|本区|本省|市域|县域内|全域"
    r"|全年|今年|本年度|年内|期间|时期|期末|末|底|底前|年底前?|前|之前|以来|内|以内"
    r"|上半年|下半年|前三季度|[一二三四]季度|每年|年度|累计|共计|合计|总计|共(?![建享同青富赢商治生])|首批|第一批|一批|各类|各级|实有|具备|有(?!效|机|意|线|色)|年|，|,|\s|“)"
)
#: Nouns that say nothing alone.
EMPTY_NOUNS = frozenset(
    {"其中", "分别", "每年", "累计", "共", "约", "近", "超", "不少于", "实现", "比重", "占比", "建设", "开展", "达到"}
    | {"比", "较", "再", "到", "至", "共计", "合计", "总计"}
)
#: What a counted noun may end in and is no part of its name.
TRAILING_WORDS = re.compile(r"(?:的)?(?:开工建设|建设任务|建设工作|改造任务|改造工作|建设|任务|工作|等)$")

#: What is done to things that are counted, behind their name: 28个排污口整治.
WORKED_ON = re.compile(r"的?(?:改造|整治|治理|建设|修复|提升|更新|(?:稳定)?(?:消除|脱贫))")

#: Sections that look back.
PAST_SECTIONS = re.compile(
    r"回顾|成就|成绩|工作成效|主要成效|发展基础|工作进展|进展情况|现状|取得的|完成情况|执行情况|基本情况|所做工作"
    r"|“?十三五”?(?:时期)?(?:的)?(?:发展|主要|规划|期间)|过去[一二三四五]年|去年|基础和|发展环境|主要工作情况"
    r"|工作总结|上半年工作"
)
#: Sections that look ahead, also where they stand in a chapter that looks back.
FUTURE_SECTIONS = re.compile(r"目标|任务|思路|总体要求|展望|远景|愿景|定位")
#: The name of a place or site in front of what is measured there, not 全市 or 本区, which is the text's own.
PLACES_IN_FRONT = re.compile(
    r"[一-鿿]{1,14}?(?<![全我本各该])(?:开发区|示范区|功能区|新区|片区|园区|产业园|科技园|新城|基地|街道"
    r"|(?<![社小校地])[园区县市镇乡])(?![区城场村内域级民林长企商])"
)
#: Words that report.
PAST = re.compile(
    r"去年|上年|截至|目前|已(?:经)?(?:有|建|完|实|达|成|累|形|开|投|引|获|拥|在|全|推|入|吸|汇|集|发|聚|带|服|覆|签|兑|帮|培|举|突|增|超|创|设|启|布)|累计(?:建成|开行|完成了)|过去"
    r"|以来|同比(?:增长|提高|下降|上升|增加)(?=.{0,16}[，。；])(?<=去年.{0})|原来的"
    r"|了[0-9一二三四五六七八九十百千万]|获评|荣获|先后(?!次序|顺序)|此次|被(?:授予|评为|认定|列入|纳入)"
    r"|正式(?:落地|启用|启动|投用|投运|上线|开通|运营)(?!后|前)"
)
#: Words that sum up what there is, for a whole sentence.
SUMS_UP = re.compile(
    r"今年以来|上半年以来|截至|截止|目前已|现已|累计已|已累计|同比(?:增长|提高|下降|上升|增加)|(?:较|比)[^，。；]{0,8}(?:年初|上年末|上年底|去年同期)"
)
#: Words that look ahead.
FUTURE = re.compile(
    r"目标|力争|争取|将|计划|预计|预期|确保|到20[2-9]\d年|到二〇|拟|努力|要(?!求|素|闻|点|务|害)|未来|今后|明年"
    r"|来年|年底前|底前|有望|规划"
)

#: What is measured in money, also where the text leaves the unit out.
MONEY = re.compile("|".join(values.MONEY))

#: The units of durations and ages.
TIME_UNITS = frozenset(f"pgunit:{unit}" for unit in ("year", "month", "week", "day", "working-day", "hour", "minute"))

_NUMBER = r"[0-9]{1,3}|[一二两三四五六七八九十百]{1,4}"
#: Noun that is counted -> the class of the ontology.
CLASSES_COUNTED = {
    "任务": "Task",
    "工作任务": "Task",
    "重点任务": "Task",
    "主要任务": "Task",
    "重点工作": "Task",
    "工作": "Task",
    "措施": "Measure",
    "举措": "Measure",
    "政策措施": "Measure",
    "具体措施": "Measure",
    "主要举措": "Measure",
    "条措施": "Measure",
    "政策": "Measure",
    "保障措施": "Safeguard",
    "原则": "Principle",
    "基本原则": "Principle",
    "目标": "Goal",
    "分项目标": "SubGoal",
    "总体目标": "OverallGoal",
    "具体目标": "SubGoal",
    "指标": "IndicatorTarget",
    "方面": "TaskGroup",
    "板块": "TaskGroup",
    "领域": "TaskGroup",
    "行动": "TaskGroup",
    "专项行动": "TaskGroup",
    "部分": "TaskGroup",
    "工程": "Project",
    "项目": "Project",
    "重点项目": "Project",
    "重大项目": "Project",
    "重大工程": "Project",
    "重点工程": "Project",
    "具体内容": "ContentItem",
    "内容": "ContentItem",
    "事项": "ContentItem",
    "实事": "Task",
    "机制": "GovernanceMechanism",
}
_COUNTED = "|".join(sorted((noun for noun in CLASSES_COUNTED if noun != "条措施"), key=len, reverse=True))
_MODIFIERS = (
    "(?:重点|主要|具体|重大|专项|基本|政策|工作|民生|改革|创新|攻坚|保障|量化|分项|总体|核心|约束性|预期性|标志性"
    "|系列|关键)*"
)
#: A count of parts: so many things of a class that parts have.
COUNTS = re.compile(
    rf"(?P<bracketed>[（(]共?)?(?P<printed>(?<![0-9.每])(?P<number>{_NUMBER})\s?(?:个|项|条|大类?|类|件)"
    rf"(?(bracketed)(?:{_MODIFIERS}(?P<inner>{_COUNTED}))?|{_MODIFIERS}(?P<noun>{_COUNTED})))"
    rf"(?(bracketed)[）)]|(?=(?:的?(?:重点|主要)?(?:工作|任务|措施|举措))?(?:[0-9，,。；;、：:”）)和及以等\s！—]|上"
    rf"|中|推|实现|取得|新突破|的任务|的清单|$)))"
)
#: A count whose noun is not said again: 重点工作共36项。
TOTALS = re.compile(rf"共(?:计|有)?(?P<printed>(?P<number>{_NUMBER})(?:项|条))(?=[，,。；;）)])")
#: What declares a count: a verb in front of it in its sentence, or 等 behind the parts that are named.
DECLARING = re.compile(
    r"提出|明确|包括|包含|共|部署|分为|确定|制定|列出|安排|以下|下列|形成了?$|涵盖|涉及|梳理|聚焦|抓好|抓实|围绕"
    r"|突出|出台|做好|办好|细化|分解|设置|实施$|推进$|开展$|第.部分|等$|打造$"
)
#: What makes a count a target of its own: 新建60个项目.
BUILT = re.compile(rf"(?:{_BUILDING})(?:不少于|超过|约|各|分别)?$")


#: Verb of a comparison with another area -> comparator.
COMPARATORS_WITH = {
    "高于": "gt",
    "快于": "gt",
    "优于": "gt",
    "超过": "gt",
    "大于": "gt",
    "好于": "gt",
    "低于": "lt",
    "小于": "lt",
    "不低于": "gteq",
    "不高于": "lteq",
}
_AREAS = r"(?:全国|全省|全市|全区|全州|省|市|国家|东部地区|西部地区|中西部|东北|[一-鿿]{2,3}省)"
#: 地区生产总值增速高于全国、全省平均水平
COMPARED_WITH = re.compile(
    rf"(?P<noun>[^，,。；;：:、\n]{{2,30}}?)(?:均|都|要|继续|持续|始终|力争|确保|保持|明显|大幅)*"
    rf"(?P<printed>(?P<verb>{'|'.join(sorted(COMPARATORS_WITH, key=len, reverse=True))})"
    rf"(?P<areas>{_AREAS}(?:[、和及与]{_AREAS})*)(?:平均)?(?:水平|增速|增幅|值)?)(?=[，,。；;、\n]|$|\d个百分点)"
)


def value_kind(quantity: Quantity, words: str, verb: str, noun: str) -> str:
    """The value kind of a quantity, from its unit and the words in front of it.

    `words` is the text between the quantity before and this one, `verb` what led its noun.
    """
    near = words[-14:]
    if quantity.unit == "pgunit:percentage-point":
        return "percentage-point-change"
    if quantity.classifier == "位":
        return "rank"
    if quantity.unit == "unit:NUM" and quantity.classifier == "倍":
        if quantity.printed.endswith(("番", "倍增")) or _TO_ONE.search(quantity.printed) or not _ENDS_UP.search(near):
            return "multiple"
        return "multiple-increase"
    if quantity.unit == "unit:PERCENT":
        return _rate_kind(words, near, noun)
    if "累计" in words[-16:] or verb.startswith("累计"):
        return "cumulative"
    if _YEARLY.search(words):
        return "per-year"
    rate = "人均" in noun or noun.startswith(("每千", "每万", "每百", "户均", "千人口", "万人口"))
    if (rate or "/人" in quantity.printed) and not quantity.unit.startswith("pgunit:year"):
        return "per-capita"
    return "increment" if _is_added(quantity, near, verb, noun) else "level"


#: So much to one: 2.1∶1左右.
_TO_ONE = re.compile(r"[∶:：]\s?1(?![0-9.])")
#: So many in each year: 每年资助50名.
_YEARLY = re.compile(r"每(?:年度?|学年)(?![^，。；]{0,12}(?:以上|增长|提高|递增|下降))")


def _is_added(quantity: Quantity, near: str, verb: str, noun: str) -> bool:
    """Whether an amount is added, and not how much there is."""
    if quantity.unit in _AREA_UNITS and noun.startswith(("造林", "植绿", "营造林", "植树", "绿化", "种植")):
        return True
    reached = _REACHED.search(near) or quantity.printed.startswith(("突破", "超"))
    if reached and "新增" not in noun:
        return False
    built = _INCREMENTS.search(verb) or "新增" in noun or "新增" in near or _BUILT.search(near[-8:])
    return bool(built or _ENDS_UP.search(near) or _ENDS_DOWN.search(near))


def _rate_kind(words: str, near: str, noun: str) -> str:
    if (
        _TO.search(near)
        and not re.search(rf"(?:{_RATES}|年均增长)$", noun)
        and not re.search("|".join(values.RISING_RATES), near)
    ):
        return "share"
    yearly = "年均" in words[-20:] or noun.endswith(("年均增长", "年均增速")) or "年均" in noun
    up = _ENDS_UP.search(near) or re.search(rf"(?:{_UP})$", noun)
    if near.endswith("改善"):  # 浓度改善5%
        return "reduction-rate" if noun.endswith(("浓度", "值", "指数")) else "growth-rate"
    down = _ENDS_DOWN.search(near) or re.search(rf"(?:{_DOWN})$", noun)
    if down:
        return "reduction-rate"
    if yearly and (up or "增" in near or "增" in noun):
        return "average-annual-growth"
    return "growth-rate" if up else "share"


_REACHED = re.compile(r"(?:达到|达|突破|超过|稳定在|稳定|保持在|保持|维持在)\s*$")
#: Words of change: what has none of them and no noun of its own is what stood before it.
CHANGED = re.compile(rf"{_UP}|{_DOWN}|占")
_AREA_UNITS = frozenset({"pgunit:mu", "unit:HA", "unit:M2", "unit:KiloM2"})
_TO = re.compile(rf"(?:{'|'.join((*values.RISING, *values.FALLING))}|降)[到至为]\s*$")
_LIGHT = (
    r"(?:率|幅度?|速度?)?(?:达到|达|为|在|保持在|控制在|稳定在|实现|不低于|不少于|超过|约|累计|分别|各|左右|要"
    r"|均)*\s*$"
)
#: Verbs that say how much there is, and not how much is added.
PREDICATES_OF_LEVEL = re.compile(rf"(?:{_REACH}|{_UP}|{_DOWN}|拥有|总数|总量)\s*$|^(?:惠及|覆盖|服务|涉及|带动)")
_ENDS_UP = re.compile(rf"(?:{_UP}){_LIGHT}")
_ENDS_DOWN = re.compile(rf"(?:{_DOWN}){_LIGHT}")
_INCREMENTS = re.compile(_BUILDING)
_BUILT = re.compile(rf"(?:{_BUILDING})\s*(?:不少于|不低于|分别|各|超过|约|近)*\s*$")
