"""A quantity in its context in, the rule by which it is no value of the plan out: named rules, first match wins.

A number that is part of a date or a name, that says which thing is meant (亿元以上项目) or how long something takes, is
a mention and makes no statement. What somebody is given is a term of a benefit: `benefits` is asked first.

>>> RULES["in a time"].example
'三年内建成。'
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import NamedTuple

from policygraph.extract.figures.contexts import Context
from policygraph.extract.figures.nouns import noun_behind
from policygraph.extract.figures.words import LEADING_VERBS, TIME_UNITS
from policygraph.quantity.value_words import is_money

__all__ = ["RULES", "Rule", "mention"]


class Rule(NamedTuple):
    """When a quantity is a mention, and a sentence whose first quantity is one by this rule."""

    holds: Callable[[Context], object]
    example: str


def mention(context: Context) -> str | None:
    """The name of the first rule by which a quantity measures nothing; None where none does."""
    return next((name for name, rule in RULES.items() if rule.holds(context)), None)


#: How far in front of a quantity the words stand that say what it is for.
_NEAR = 24
#: Those who attend a meeting.
_ATTENDING = re.compile(r"出席|列席|参加会议|应到|实到")
#: Above another area's value: the comparison is read, not the points.
_ABOVE = re.compile(r"(?:高于|快于|低于|优于|超过)[^，,。；;]{1,12}?(?:水平|增速|增幅|均值)?$")
#: Verbs in front of a length of time that is a target.
_LASTING = re.compile(r"(?:到|至|在|压缩|缩短|提高|达|不超过|为|减少|降低)$")
_LONGER = re.compile(r"(?:增加|增长|提前|延长|缩减|下降)$")
_ENDS = re.compile(r"(?:以上|左右)?(?:[，,。；;、\n]|$)")
_SMALL = re.compile(r"[一二两三四五六七八九十][个大项类种支条层级次轮批部份名者点路]")
#: 年出栏10万头养殖基地2个: the first number is part of a name; in 30家孵化器和10家平台 it counts.
_COUNTED_BEHIND = re.compile(r"[一-鿿]{2,14}(?:(?<![和及与])|(?<=[级类型][和及与]))[0-9]+[个家座处所条项]")
_PER_HEAD = re.compile(r"\s*(?:原则上)?每(?:名|个|位|户|家|人|县|乡|镇|村|支)")
_TYPICAL = re.compile(r"(?:(?:一般|通常)(?:为|在|是)?|可?放宽[到至]?)$")
_PER_ONE = re.compile(r"每[^，,。；;0-9]{0,8}$")
#: What is meant is said by a quantity in front of it.
_SPECIFIED = re.compile(
    r"(?:以上|级)?(?!支持|推进|推动|建设|用于|带动|撬动|投向|保障|实施|完成|支撑)[一-鿿]{0,4}?(?:项目|企业|产业|集群|工程|园区|单位|老年?人|老人|人口|以上|人群|面板|生产线"
    r"|GDP|地区生产"
    r"|产值能耗|增加值能耗|规模)"
)

#: A noun behind a bound: 10万千瓦及以下机组.
_BOUNDED_NOUN = re.compile(r"(?!的|为|且|并|其中|目标|水平|左右|建成|完成|达到|增长|用于)[一-鿿]{2}")
#: 全球最高10米支架.
_AMONG = re.compile(r"(?:全球|世界|全国|国内|亚洲|全省)$")
#: 百亿斤产能提升工程: a name.
_NAMED = re.compile(
    r"[一-鿿]{2,12}?(?:工程|行动|计划|专项)|(?![左以为多余])[一-鿿]{1,8}?(?:高产|示范|连片|集中|方|片|带|基地|园)"
)
#: How a list of what is done in sums up its items: 国内国际两个大局, 能力和需求两张清单, 五个方面.
_SUMMING_UP = re.compile(
    r"的?(?:方面|大局|底线|红线|确立|维护|毫不动摇|轮子|抓手|清单|市场|资源|环节|关键|维度|层面|文明|循环|阶段|渠道|领域|抓|提升|转变)"
    r"|[一-鿿]{0,4}?(?:举措|大文章)"
)
#: What describes things of which no number is told: 一批营收超百亿元企业.
_DESCRIBED = re.compile(
    r"(?:一批|一些|部分)[^，。；]{0,12}?(?:营收|营业收入|年?产值|规模|收入|投资额?|销售额|估值)[^，。；]{0,4}$"
)
#: 百强县, 500强企业: a name of a kind, not a rank.
_RANKED_KIND = re.compile(r"[县镇区企市村园街校院]|高校|中心|品牌|景区|乡镇|开发区|榜|名单|（|总部|投资|项目")
#: Kinds in a list, none of them a rank of somebody: 世界500强、中国500强等企业.
_LISTED_KIND = re.compile(r"、|等[^，。；]{0,6}(?:企业|单位|机构|总部)")
#: Classifiers of what enters a list: 3家企业, 2所高校.
_RANKED_THINGS = frozenset("家个所座户")
_RANKING = re.compile(r"进入|入选|跻身|入围|上榜|位列|位居|居|列|迈入|入榜|名列")
#: Steps that a sum has passed, and how much each is.
_STEP = re.compile(r"(?:[0-9]|[一二两三四五六七八九])个$")
_STEPPED = re.compile(r"[级]?(?:台阶|大关|关口|省份|俱乐部|城市)")
#: What is made, where its names stand in front of the count.
_MADE = re.compile(r"(?:建成|新建|打造|创建|建设|培育|引进|新增|落地|组建|设立|实现|完成|获评|入选|认定|签约)")
#: What is done to what there is already.
_ACTED_ON = re.compile(
    r"(?:壮大|联动|依托|利用|围绕|聚焦|立足|针对|发挥|做大做强|做优做强)(?:(?!新建|建成|打造|培育|引进|新增|建设|开展|实施|达)[^，。；])*"
)
_OF_PLACES = re.compile(r"(?:推进|支持|在|推动|促进)$")
_PLACES = re.compile(r"(?:[县市村]|(?<!先导)(?<!示范)(?<!试验)区|乡镇|街道|流域|片区|城市|省份)$")


def _in_a_time(context: Context) -> bool:
    quantity = context.quantity
    return any(time.start < quantity.end and quantity.start < time.end for time in context.times)


def _of_a_meeting(context: Context) -> object:
    start = context.quantity.start
    return _ATTENDING.search(context.text[max(0, start - 40) : start])


def _above_others(context: Context) -> object:
    return context.quantity.unit == "pgunit:percentage-point" and _ABOVE.search(context.front[-_NEAR:])


def _quoted(context: Context) -> bool:
    """In a short quotation, as a name is."""
    text, quantity = context.text, context.quantity
    if text[max(0, quantity.start - 1) : quantity.start] in ("《", "〔"):
        return True
    if context.front.count('"') % 2 and '"' in context.behind[:16]:
        return True
    opened = max(text.rfind(mark, context.start, quantity.start) for mark in "“《")
    if opened < 0 or quantity.start - opened > 16:
        return False
    closed = min((at for at in (text.find("”", opened), text.find("》", opened)) if at >= 0), default=-1)
    return quantity.end <= closed <= opened + 24 and not re.search(r"[，,]", text[opened:closed])


def _lasting(context: Context) -> bool:
    if context.quantity.unit not in TIME_UNITS:
        return False
    changed = _LONGER.search(context.front[-4:]) and _ENDS.match(context.behind)
    return not (changed or _LASTING.search(context.front[-6:]))


def _small(context: Context) -> bool:
    made = re.search(LEADING_VERBS, context.front[-6:]) or (
        context.front.endswith("等") and _MADE.search(context.front)
    )
    return bool(_SMALL.fullmatch(context.quantity.printed)) and not made


def _counted_behind(context: Context) -> object:
    return _COUNTED_BEHIND.match(context.behind)


def _per_head(context: Context) -> object:
    return _PER_HEAD.match(context.text[context.start : context.end])


def _typical(context: Context) -> object:
    return _TYPICAL.search(context.front[-6:])


def _per_one(context: Context) -> object:
    return context.quantity.value == 1 and _PER_ONE.search(context.front[-12:])


def _with_a_head(context: Context) -> bool:
    behind = context.behind
    headed = context.quantity.unit == "unit:PERCENT" or is_money(context.quantity.unit)
    if headed and noun_behind(context.text, context.quantity, context.end):
        return False
    return (
        behind.startswith("的")
        and len(behind) > 2
        and not re.match(r"的(?:目标|水平|速度|增速|比例|规模|要求)", behind)
    )


def _specifying(context: Context) -> object:
    bounded = context.quantity.printed.endswith(("以上", "以下")) and _BOUNDED_NOUN.match(context.behind)
    return context.quantity.classifier is None and (_SPECIFIED.match(context.behind) or bounded)


def _rating(context: Context) -> bool:
    return context.quantity.unit != "unit:NUM" and context.behind.startswith("级")


def _superlative(context: Context) -> object:
    return context.quantity.printed.startswith("最") and _AMONG.search(context.front[-4:])


def _named(context: Context) -> object:
    bare = not re.search(r"[0-9一二两三四五六七八九]", context.quantity.printed)
    return bare and context.quantity.comparator is None and _NAMED.match(context.behind)


def _listed_before(context: Context) -> bool:
    """The names stand in front, and what is done is done to them: 甲、乙等10个枢纽."""
    listed = context.quantity.classifier is not None and context.front.endswith("等")
    return listed and not _MADE.search(context.front)


def _acted_on(context: Context) -> object:
    if context.quantity.classifier in (None, "倍", "位") or not context.behind.strip("，,。；;、"):
        return False
    places = _OF_PLACES.search(context.words) and _PLACES.search(
        noun_behind(context.text, context.quantity, context.end)
    )
    return places or _ACTED_ON.fullmatch(context.front.lstrip(" 　"))


def _formula(context: Context) -> object:
    """The number that sums up a list of aspects, spelt in characters: 国内国际两个大局."""
    if context.behind.startswith("方面") or context.quantity.classifier == "方面":
        return True
    spelt = re.fullmatch(r"[一二两三四五六七八九十][个条张种大项篇]", context.quantity.printed)
    return spelt and _SUMMING_UP.match(context.behind)


def _described(context: Context) -> object:
    return _DESCRIBED.search(context.front)


def _kind_by_rank(context: Context) -> object:
    if not context.quantity.printed.endswith("强"):
        return False
    if context.previous and context.previous.classifier in _RANKED_THINGS and _RANKING.search(context.between):
        return True  # 3家企业进入全国500强: what they have entered
    return _RANKED_KIND.match(context.behind) or (
        _LISTED_KIND.match(context.behind) and not _RANKING.search(context.front)
    )


def _step(context: Context) -> object:
    """How much a step is that a sum has passed several of, or how much makes one of a class: 第三个过10万亿元省份."""
    counted = _STEP.search(context.front) and not re.search(r"[0-9一二两三四五六七八九]", context.quantity.printed)
    of_class = re.search(r"第[一二三四五六七八九十]个[^，。；]{0,12}$", context.front)
    return (counted or of_class) and _STEPPED.match(context.behind)


def _from_aspects(context: Context) -> object:
    """从13个领域细化, 分5个方面: where something is looked at from; 从600条规定中选出: what is chosen from."""
    aspects = re.search(r"(?:从|在|围绕|聚焦|针对|分)$", context.front) and re.match(
        r"(?:重点|主要)?(?:方面|领域|维度|层面|环节)", context.behind
    )
    return aspects or (context.front.endswith(("从", "在")) and _CHOSEN_FROM.match(context.behind))


#: Behind what something is chosen from: 从600条规定中.
_CHOSEN_FROM = re.compile(r"[^，,。；;、]{1,16}?(?<![其集])中(?![心国小央等医])")
#: How deep, high or wide a thing of a kind is: 5米水深航道.
_DIMENSION = re.compile(r"(?:水深|深水|净空|净高|净宽|口径|孔径|直径|跨度|跨径|轨距|车道宽)")
#: What is around something as far as a length says, and words behind such a length.
_AROUND = re.compile(r"(?:沿线|沿岸|沿江|沿河|沿海|周边|半径|方圆)$")
_WITHIN = re.compile(r"内(?![部外环圈])[一-鿿]|范围|半径")
#: The whole that a share is of: 60项任务的40%.
_SHARE_BEHIND = re.compile(r"[^，,。；;、：:占]{1,16}的(?:约|近|超过?)?[0-9]{1,3}(?:\.[0-9]{1,2})?[%％]")
#: A formula in front of its sum: “2+3+5”10条.
_SUMMANDS = re.compile(r'(?<![0-9])(?P<summands>[0-9]{1,3}(?:\+[0-9]{1,3})+)[”"’]?$')
#: Those whose duties a text tells, and the word for them: 明确了20家单位的责任.
_MADE_RESPONSIBLE = re.compile(r"(?:明确|压实|落实|细化)了?(?:[^，,。；;责]{0,24}、)?$")
_DUTY_OF = re.compile(r"[^，,。；;]{2,40}?(?:责任|职责|分工)")
#: What exists and is kept going: 推进6个中心高效运行.
_KEPT_RUNNING = re.compile(r"[^，,。；;]{2,24}?(?:高效|规范|有序|平稳|稳定|正常|安全|良好|常态化)运[行营转]")


def _dimension(context: Context) -> object:
    return context.quantity.unit == "unit:KiloM" and _DIMENSION.match(context.behind)


def _distance(context: Context) -> object:
    """How far what is meant reaches: 茶社500米内覆盖率, 沿线1公里茶园."""
    if context.quantity.unit != "unit:KiloM":
        return False
    around = _AROUND.search(context.front[-4:]) and re.match("[一-鿿]", context.behind)
    return around or _WITHIN.match(context.behind)


def _whole_of_a_share(context: Context) -> object:
    return context.quantity.classifier is not None and _SHARE_BEHIND.match(context.behind)


def _sum_of_a_formula(context: Context) -> bool:
    summands = _SUMMANDS.search(context.text, max(0, context.quantity.start - 24), context.quantity.start)
    return summands is not None and sum(map(int, summands["summands"].split("+"))) == context.quantity.value


def _made_responsible(context: Context) -> object:
    return _MADE_RESPONSIBLE.search(context.front) and _DUTY_OF.match(context.behind)


#: A prize, in front of how many of it there are, and what is paid for one.
_PRIZE_AT_END = re.compile(r"(?:[特一二三四]等|[金银铜]|优秀|优胜|入围|鼓励)奖\s*$")
_PAID = re.compile(r"奖金|奖励|奖补|奖品|奖牌|给予")


def _number_of_prizes(context: Context) -> object:
    is_counted = context.quantity.classifier in ("名", "个", "项", "件")
    return is_counted and _PRIZE_AT_END.search(context.front) and _PAID.search(context.sentence)


def _kept_running(context: Context) -> object:
    is_counted = context.quantity.classifier not in (None, "倍", "位")
    return is_counted and _KEPT_RUNNING.match(context.behind)


def _number_of_classes(context: Context) -> bool:
    """Of how many classes the things are that are counted right behind it: 3类12件实事."""
    counted = context.quantity.classifier in ("类", "大类", "个方面", "方面")
    return counted and context.text[context.quantity.end : context.quantity.end + 1].isdigit()


#: Name -> rule; the first that holds is why a quantity is no value.
RULES = {
    "in a time": Rule(_in_a_time, "三年内建成。"),
    "of a meeting": Rule(_of_a_meeting, "出席会议的代表共120名。"),
    "above others": Rule(_above_others, "工业增速高于全县平均2个百分点。"),
    "quoted": Rule(_quoted, "实施“5个茶园”行动。"),
    "lasting": Rule(_lasting, "试用3个月。"),
    "formula": Rule(_formula, "统筹国内国际两个大局。"),
    "described": Rule(_described, "培育一批营收超5亿元茶企。"),
    "kind by rank": Rule(_kind_by_rank, "建设全国百强县。"),
    "step": Rule(_step, "总产值跨过3个万亿元大关。"),
    "from aspects": Rule(_from_aspects, "从13个领域细化任务。"),
    "small": Rule(_small, "茶园有三类。"),
    "counted behind": Rule(_counted_behind, "年产20万吨茶饮基地3个。"),
    "per head": Rule(_per_head, "每户补种20株。"),
    "typical": Rule(_typical, "茶社人员一般10人。"),
    "per one": Rule(_per_one, "每引进1家茶企奖励茶师。"),
    "with a head": Rule(_with_a_head, "面积5公顷的茶园全部改造。"),
    "rating": Rule(_rating, "研制20兆瓦级风机。"),
    "superlative": Rule(_superlative, "造出全国最高30米支架。"),
    "part of a name": Rule(_named, "实施百亿斤产能提升工程。"),
    "listed before": Rule(_listed_before, "加快甲地、乙地等10个枢纽升级。"),
    "acted on": Rule(_acted_on, "联动40家茶企开展服务。"),
    "specifying": Rule(_specifying, "推进20亿元以上项目。"),
    "dimension": Rule(_dimension, "贯通5米水深航道。"),
    "distance": Rule(_distance, "治理沿线1公里茶园。"),
    "whole of a share": Rule(_whole_of_a_share, "完成60项工作的40%。"),
    "sum of a formula": Rule(_sum_of_a_formula, "发展“2+3+5”10条茶链。"),
    "made responsible": Rule(_made_responsible, "明确了20家单位的责任。"),
    "number of prizes": Rule(_number_of_prizes, "一等奖2名，每名奖励20万元。"),
    "number of classes": Rule(_number_of_classes, "办好3类12件茶事。"),
    "kept running": Rule(_kept_running, "推进6个中心高效运行。"),
}
