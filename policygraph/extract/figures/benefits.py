"""A quantity in its context in, whether it is a term of what a measure grants out: how much, on what terms.

What a plan wants to reach is a target; what it offers to those who take part is an instrument: a ceiling of a subsidy,
a rate of support, a price, how long the rent is free, what an enterprise has to have sold before. The frame of the
sentence tells (对…的，给予, 最高, 按…%, 享受, 单个), a document that is one of measures or policies makes it likelier,
and a year to reach, or a total of a whole budget, makes it a target.

>>> RULES["a ceiling"].example
'单店最高20万元。'
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

from policygraph.extract.figures.contexts import Context
from policygraph.extract.figures.words import TIME_UNITS
from policygraph.quantity.value_words import is_money

__all__ = [
    "RULES",
    "Frame",
    "Rule",
    "beneficiary_of",
    "comparator_of",
    "frame_of",
    "frequency_of",
    "kind_of",
    "purpose_of",
]


@dataclass(frozen=True)
class Frame:
    """The input of the rules: the context, whether the document grants measures, whether a term precedes."""

    context: Context
    granting: bool = False
    follows: bool = False
    #: The part, or the whole document, says what has to be met: 申报条件, 认定标准.
    requirement: bool = False

    @cached_property
    def grants(self) -> bool:
        """Whether the sentence has a word that grants."""
        return _GRANTS.search(self.context.sentence) is not None

    @cached_property
    def is_possible(self) -> bool:
        """Whether any rule for a term can apply."""
        if self.requirement or self.granting or self.follows:
            return True
        return self.grants or _CEILING.search(self.context.clause) is not None


class Rule(NamedTuple):
    """When a quantity is a term, how sure that is, and a sentence whose last quantity is one by this rule."""

    holds: Callable[[Frame], object]
    confidence: float
    example: str


#: Words that grant, in a verb or a noun.
_GRANTS = re.compile(
    r"给予|予以[^，。；]{0,6}(?:奖|补|支持|资助|扶持)|奖励|奖补|奖金|补助|补贴|补偿(?!机制)|资助|贴息|贴费|资金(?:支持|扶持)|经费支持"
    r"|配套支持|减免|免除|免征|免收|免租|免费|减征|减按|减半|返还|退还|退税|安家费|房租|租金|(?:担保|信用|创业|贴息)贷款"
    r"|可?申请[^，。；]{0,24}(?:贷款|补贴|补助|资助|资金|券)|享受|授信额度|贷款额度|[一-鿿](?<![债证])券(?!商|交易|市场)|投拨联动"
    r"|支持标准|报销|保费|费率|优惠|让利|入驻费|兑现奖"
)
#: The same, right beside the quantity.
_BESIDE_FRONT = re.compile(
    rf"(?:{_GRANTS.pattern}|标准为|标准按|最高(?:不超过|可|给|奖|补)?$|一次性|按[^，。；]{{0,20}}(?:比例|标准)$)"
)
_BESIDE_BEHIND = re.compile(
    r"(?:的|以内的?|左右的?|、|给予|予以|一次性|(?:分档|定额|专项|资金|创业|购房|安居|租房|住房|担保|财政|房租|免租金?|带动就业|基础)){0,4}"
    r"(?:的?(?:比例|标准)(?:给予|予以|进行|计算|发放)?)?(?:奖励|奖补|奖金|补助|补贴|资助|贴息|减免|资金支持|资金扶持|扶持|贷款|租金|房租|返还|的[^，。；]{0,6}支持|住宿保障"
    r"|投拨|免租|优惠|保费|[一-鿿]{2}券)"
)
#: What bounds a grant.
_CEILING = re.compile(
    r"(?:最高|最多|上限|封顶|最长|单个|单家|单项|单户|单店|单笔|单台|每(?:个|家|户|人|项|件|笔|单|店)[^，。；]{0,12}最高)"
)
_BOUND = re.compile(r"(?:不超过|不高于|不低于|不少于|以内|以下|上限|封顶|按)")
_PER_HEAD = re.compile(
    r"每(?:人|户|家|个|亩|吨|台|辆|平方米|千瓦|次|场|项|件|名|间|床|学年|年每人|人每[年月]|月)(?!口|年龄)|一次性|元/(?:人|户|亩|吨|台|月|年)"
)
#: A condition: a clause in 的 with the grant behind it, or 对…的 in front of it.
_CONDITION = re.compile(r"的[，,](?=[^。；;]{0,80}?(?:给予|予以|按|奖励|补助|补贴|资助|可|享受|一次性|每))")
_OBJECT = re.compile(r"(?:^|[，,：:。；;、])\s*对(?:(?!给予|予以|奖励|补贴|补助|资助|提供|实施|按)[^，,。；;]){0,60}$")
_PERSONAL = re.compile(
    r"(?:毕业|注册|成立|登记|设立|入驻|取得|认定|落户|创办|就业|参保|缴费|缴纳|工作|服务|投保|租赁|年龄)[^，,。；;]{0,8}$"
)
_GRANTED_FOR = re.compile(r"(?:最[长高多]|提供|给予|享受|免费|免租|连续|减免)[^，,。；;的]{0,6}$")
#: A whole budget, or what is raised: these are targets and results.
_TOTAL = re.compile(
    r"(?:发放|落实|安排|争取|投放|发行|筹集|统筹|兑现|拨付|下达|减免税费|降低|新增|总额|规模|余额|累计)[^，。；]{0,18}$"
)
_LARGE = 10**8
_RAISED = re.compile(
    r"(?:提高|提升|增加|上调|增长|增|调整|提)(?:到|至|为)\s*(?:每[^，,。；]{1,8})?$|(?:覆盖|参保|结算|兑现|发放)率[^，。；]{0,6}$"
)
_SHARED = re.compile(r"(?:按照?|以)[^，,。；;]{1,40}$")
_RAISED_FROM = re.compile(r"(?:从|由)[^，,。；;]*(?:提高|提升|增加|上调|提)(?:到|至)")
#: What is to be reached, in the clause of the quantity or at the head of its sentence.
_AIMS = re.compile(
    r"(?:到|至|力争|争取|确保)[^，。；]{0,4}(?:20\d\d年|“十[四五六]五”末)|目标|力争|新建|打造|建成|培育|引进|遴选|新增(?!贷款|授信)|集聚|建设|达产|完成"
)
#: What is granted beside money and time.
_GIVEN = frozenset({"unit:PERCENT", "unit:M2", "pgunit:petaflops", "pgunit:card-hour"})
_DURATION = re.compile(r"(?:最长|期限|累计|连续|为期|享受|减免|免租|免费|补贴|贴息|给予|满)[^，。；]{0,12}$")


def frame_of(frame: Frame) -> str | None:
    """The name of the first rule by which a quantity is a term; None where it is none."""
    if not frame.is_possible:
        return None
    return next((name for name, rule in RULES.items() if rule.holds(frame)), None)


def _near(context: Context) -> tuple[str, str]:
    return context.front[-24:], context.behind[:14]


def _is_total(context: Context) -> bool:
    """A whole budget, or a rate that is raised."""
    front = context.front[-24:]
    large = is_money(context.quantity.unit) and context.quantity.value >= _LARGE
    bounded = _CEILING.search(context.clause) or re.search("给予|每", context.clause)
    raised = _RAISED.search(front) or _RAISED_FROM.search(context.clause)
    return bool((large and not bounded) or raised or (large and _TOTAL.search(front)))


def _is_aim(context: Context) -> bool:
    return _AIMS.search(context.front) is not None


def _is_amount(unit: str) -> bool:
    """Whether what has a unit may be granted, durations aside."""
    return is_money(unit) or unit in _GIVEN


def _is_given(frame: Frame) -> bool:
    unit = frame.context.quantity.unit
    return (_is_amount(unit) or unit in TIME_UNITS) and not _is_total(frame.context)


def _ceiling(frame: Frame) -> bool:
    context = frame.context
    near = context.front[-10:] + context.quantity.printed
    paid = (frame.granting or is_money(context.quantity.unit)) and re.search(r"最高|最多|最长|封顶|上限", near)
    bounded = _CEILING.search(context.front) and (frame.grants or frame.granting)
    return _is_given(frame) and bool(paid or (bounded and context.quantity.unit not in TIME_UNITS))


def _granted(frame: Frame) -> bool:
    context = frame.context
    front, behind = _near(context)
    beside = _BESIDE_FRONT.search(front) or _BESIDE_BEHIND.match(behind)
    lasting = context.quantity.unit in TIME_UNITS and not _is_duration(frame)
    return _is_given(frame) and bool(beside) and not lasting and not _is_result(frame)


def _is_duration(frame: Frame) -> bool:
    """Whether a time is how long something is granted; 学前一年 and 满3岁 say who is meant."""
    front = frame.context.front
    strong = frame.granting or re.search(r"(?:最长|期限|给予|享受|申请|减免)[^，。；]{0,12}$", front)
    return bool(strong and _DURATION.search(front)) and not re.search(r"(?:学前|满)$", front)


def _is_result(frame: Frame) -> bool:
    """Money that was or is to be paid out in all: 发放育儿补贴1.8亿元."""
    context = frame.context
    bounded = _CEILING.search(context.clause) or context.quantity.comparator in ("lteq", "lt") or frame.granting
    return bool(_TOTAL.search(context.front)) and not bounded


def _share_of(frame: Frame) -> bool:
    """按实际投资额的10%, 以不高于市场价格的50%."""
    context = frame.context
    share = context.quantity.unit == "unit:PERCENT" and _SHARED.search(context.front)
    return bool(share) and (frame.grants or frame.granting)


def _required(frame: Frame) -> bool:
    context = frame.context
    bounded = context.quantity.comparator in ("gteq", "gt", "lteq", "lt") or _BOUND.search(context.front[-8:])
    return frame.requirement and bool(bounded) and not any(time.year for time in context.times)


def _per_head(frame: Frame) -> bool:
    context = frame.context
    near = _PER_HEAD.search(context.front[-12:] + context.quantity.printed)
    return _is_given(frame) and near is not None and (frame.grants or frame.follows or frame.granting)


def _condition(frame: Frame) -> bool:
    context = frame.context
    behind = context.text[context.quantity.end : context.stop]
    clause = re.match(r"[^，,。；;]{0,30}", behind)
    closes = _CONDITION.match(behind, clause.end() - 1) if clause and clause.end() else _CONDITION.match(behind)
    inside = _OBJECT.search(context.text[context.begin : context.quantity.start]) and re.match(
        r"[^，,。；;]{0,24}的[^，,。；;]{0,24}[，,]?[^。；;]{0,40}?(?:给予|予以|奖励|补助|补贴|资助|免征|减免|返还)",
        behind,
    )
    return bool((closes or inside) and frame.grants) and not re.search(r"20\d\d年", context.front)


def _personal(frame: Frame) -> bool:
    context = frame.context
    personal = _PERSONAL.search(context.front) and context.quantity.unit in TIME_UNITS
    granted = _GRANTED_FOR.search(context.front)  # 为入驻企业提供最长2年免租: how long, and not who
    return bool(personal) and not granted and (frame.grants or frame.granting)


def _lasting(frame: Frame) -> bool:
    context = frame.context
    return context.quantity.unit in TIME_UNITS and _is_duration(frame) and frame.grants


def _continued(frame: Frame) -> bool:
    return (
        frame.follows
        and _is_given(frame)
        and not _is_aim(frame.context)
        and frame.context.quantity.unit not in TIME_UNITS
    )


def _in_measures(frame: Frame) -> bool:
    context = frame.context
    bounded = _is_amount(context.quantity.unit)
    return frame.granting and bounded and frame.grants and not _is_aim(context) and not _is_total(context)


#: Name -> rule; the first that holds says why a quantity is a term.
RULES = {
    "a condition": Rule(_condition, 0.85, "对年销售额达到500万元的，给予奖励。"),
    "a personal condition": Rule(_personal, 0.85, "注册2年内的茶社可享受补贴。"),
    "a ceiling": Rule(_ceiling, 0.9, "单店最高20万元。"),
    "beside a word that grants": Rule(_granted, 0.9, "给予50万元补贴。"),
    "a share of something": Rule(_share_of, 0.85, "按实际投入的30%参与跟投并给予奖励。"),
    "for each": Rule(_per_head, 0.85, "符合条件的可申请补贴，其中学徒每人600元。"),
    "how long it is granted": Rule(_lasting, 0.85, "可享受补贴，期限最长3年。"),
    "after another term": Rule(_continued, 0.8, "给予50万元补贴，茶师15万元。"),
    "what has to be met": Rule(_required, 0.7, "场地面积不少于500平方米。"),
    "in a document of measures": Rule(_in_measures, 0.75, "开放场地40平方米并减免费用。"),
}

_CONDITIONS = frozenset({"a condition", "a personal condition", "what has to be met"})
#: Words near a term -> its kind; the first that fits.
_KINDS = (
    ("exemption", re.compile(r"免(?:征|收|租|除|费|缴)|零租|零费用|全免")),
    ("credit", re.compile(r"贷款|担保|贴息|授信")),
    ("relief", re.compile(r"减免|减半|减征|减按|缓缴|租金|房租|返还|退税|折")),
)
_FLOOR = re.compile(r"不低于|不少于|至少|最低")
_UNIT_AMOUNT = re.compile(r"每(?:人|户|家|个|亩|吨|台|辆|平方米|千瓦|次|场|项|件|名|间|床|学年|月|年每人)")


def kind_of(context: Context, rule: str) -> str:
    """Which kind of benefit a term is, a concept of `concept/benefit-kind`."""
    quantity = context.quantity
    if rule in _CONDITIONS:
        return "condition"
    near = context.front[-16:] + quantity.printed + context.behind[:12]
    kind = next((name for name, words in _KINDS if words.search(near)), None)
    if kind:
        return kind
    if quantity.unit == "unit:PERCENT":
        return "rate"
    if not is_money(quantity.unit):
        return "in-kind" if quantity.unit not in TIME_UNITS else "ceiling"
    if _UNIT_AMOUNT.search(near) and not _CEILING.search(context.front[-16:] + quantity.printed):
        return "unit-amount"
    if _CEILING.search(context.front[-16:] + quantity.printed) or quantity.comparator in ("lteq", "lt"):
        return "ceiling"
    return "floor" if _FLOOR.search(near) else "amount"


_UP_TO = re.compile(r"(?:不超过|不高于|最高|最多|最长|至多|以内)[^，,。；;]{0,30}$")


def comparator_of(context: Context, kind: str) -> str:
    """How a term is bounded, also where the bound stands apart from the number: 不超过投资额的30%."""
    if context.quantity.comparator:
        return context.quantity.comparator
    return "lteq" if kind == "ceiling" or (kind != "condition" and _UP_TO.search(context.front)) else "eq"


_FREQUENCIES = (
    (re.compile("每月|/月|月均"), "P1M"),
    (re.compile("每年|每学年|年度|/年"), "P1Y"),
    (re.compile("每季度?"), "P3M"),
)


def frequency_of(context: Context) -> str | None:
    """How often a term is granted: 每月500元, 年度最高2万元."""
    near = context.front[-14:] + context.quantity.printed
    return next((duration for words, duration in _FREQUENCIES if words.search(near)), None)


#: Ways of saying to whom.
_TO_WHOM = (
    re.compile(r"对(?P<who>[^，,。；;：:]{2,60}?)(?=的?[，,]|给予|予以|实施|提供|按|每|最高|开展)"),
    re.compile(r"给予(?P<who>[^，,。；;0-9的]{2,16}?)(?=最高|一次性|每|不超过|不低于|[0-9])"),
    re.compile(r"(?P<who>[^，,。；;：:]{2,28}?)[，,]?(?=可(?:按规定|依规)?(?:申请|享受|申领))"),
    re.compile(
        r"(?:支持|鼓励|引导)(?P<who>[^，,。；;：:]{2,24}?)(?=开展|申报|参与|参加|研发|建设|投保|使用|购买|入驻|举办|承办|设立|引进|申请|通过|利用|打造)"
    ),
    re.compile(r"为(?P<who>[^，,。；;：:]{2,36}?)(?=提供|给予|按|发放)"),
)


#: Words that are no name of a beneficiary, and those at which a name ends.
_NOBODY = re.compile(
    r"(?:最[高长多低]|每|一次性|分档|不超过|不低于|按|其中|符合条件|上述|以上|、|，|其|经?认定$|通过$)|.*[0-9%《》]"
    r"|.*(?:费用|成本|投入|金额|服务|经费)$"
)
#: Somebody who does something, in front of what is done: 茶企租用…的场地.
_WHO_DOES = re.compile(r"[^的，,。；;]{0,14}?(?:企业|机构|人才|者|主体|单位|团队|毕业生|公司|个人|社区|农户|合作社)")
_DOES = re.compile(
    r"基于|租用|租赁|符合|取得|接收|成效|年度(?!优秀|先进)|使用|采购|购买|投资(?!机构|者|人|主体)|入住|入驻|开展|创办|实现|发放|参与|获得|通过|在(?=[^，。]{1,6}(?:创办|购买|就业|创业))"
)

_TRAILS = re.compile(r"(?:分别|不高于|不超过|即|后|均|将|每年|定向[^，。]*)+$")


def beneficiary_of(context: Context) -> tuple[str, int]:
    """The words that say to whom a term is granted, and where they start; empty where none do."""
    at = context.end - context.begin
    for pattern in _TO_WHOM:
        for match in reversed(list(pattern.finditer(context.sentence, 0, at))):
            start = match.end("who") - len(match["who"].rpartition("的")[2].removeprefix("于"))
            doer = _WHO_DOES.match(match["who"])
            if doer and _DOES.match(match["who"], doer.end()) and not _DOES.match(match["who"]):
                start = match.start("who")
            words = _TRAILS.sub("", _DOES.split(context.sentence[start : match.end("who")])[0].rstrip())
            start, words = start + len(words) - len(words.lstrip()), words.strip()
            if len(words) >= 2 and not _NOBODY.match(words):
                return words, context.begin + start
    return "", 0


_PURPOSE = re.compile(r"(?:对|凡|对于)?(?P<for>[^，,。；;]{4,40})的[，,]")


def purpose_of(context: Context) -> str:
    """The condition that earns a term, in words: 对通过认定的，给予; of prizes, the rank that the amount goes to."""
    matches = list(_PURPOSE.finditer(context.text, context.begin, context.quantity.start))
    purpose = matches[-1]["for"].strip() if matches else ""
    rank = _prize_of(context)
    return purpose if rank in purpose and len(_prizes(purpose)) < 2 else rank


#: Ranks of prizes in a list, the last of which says what they are: 一、二、三等奖, 特等奖、一等奖, 金银铜奖.
_PRIZES = re.compile(
    r"(?:[特一二三四](?:等)?奖?[、和及与]){0,5}[特一二三四]等奖|(?:[金银铜]奖?[、和及与]?){0,3}[金银铜]奖|(?:优秀|优胜|入围|鼓励)奖"
)
_RANK = re.compile(r"[特一二三四金银铜]|优秀|优胜|入围|鼓励")


def _prizes(words: str) -> list[str]:
    """The ranks of prizes that some words name, each in full: 一、二等奖 are 一等奖 and 二等奖."""
    return [
        rank + ("等奖" if "等奖" in listed[0] and len(rank) == 1 else "奖")
        for listed in _PRIZES.finditer(words)
        for rank in _RANK.findall(listed[0])
    ]


def _prize_of(context: Context) -> str:
    """The rank of prize that an amount goes to: dealt out by 分别, else the last that is named in front of it."""
    front = context.text[context.begin : context.quantity.start]
    ranks = _prizes(front)
    if len(ranks) < 2 or "分别" not in front:
        return ranks[-1] if ranks else ""
    place = len(_BETWEEN_AMOUNTS.findall(front.rpartition("分别")[2]))
    return ranks[place] if place < len(ranks) else ""


#: What stands between the amounts that a list deals out.
_BETWEEN_AMOUNTS = re.compile(r"(?<=[元万亿%券])[、和及与，,]")
