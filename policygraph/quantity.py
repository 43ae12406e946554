"""Text in, the quantities it prints out: value, unit, comparator, hedge and where they stand.

`parse` reads a text that is one quantity, `distribute` one that lists several, `find` all that a
running text holds. The rule of `find`: a numeral is a quantity where a unit, a classifier, a per
cent sign or a comparator goes with it; rows that are no number (十四五), years and dates, ordinals
(第三条), denominators (每10万人), vague counts (数十家) and names ("1+5", 一件事, 百人千企) are none.
What one misses can be added by hand; what one invents is believed: in doubt `find` is silent.

>>> find("力争新建5G基站1.2万余个，失业率控制在3.7%以内。")[0]
Quantity(value=Decimal('12000'), unit='unit:NUM', classifier='个', upper=None, comparator='gt', \
hedge=None, start=8, end=14, printed='1.2万余个')
>>> [quantity.printed for quantity in find("到2025年，占比3—5个百分点，一网通办，百强县，稳居全省第一。")]
['3—5个百分点', '百强', '第一']
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import NamedTuple

from policygraph._numerals import (
    ANY_NUMERAL,
    MULTIPLIERS,
    Numeral,
    QuantityError,
    alternatives,
    decimal_product,
    normalise,
    read_numeral,
    skip_numeral,
)

__all__ = [
    "CLASSIFIERS",
    "COMPARATORS",
    "COMPARATORS_BEHIND",
    "HEDGES",
    "MULTIPLIERS",
    "UNITS",
    "WORDS",
    "Quantity",
    "QuantityError",
    "distribute",
    "find",
    "parse",
]

_BOUNDARY = r"(?=[^\w%‰℃]|\Z)"

#: Unit as printed -> its compact IRI, its size in that unit, and what must hold of the text behind.
UNITS = {
    "元": ("unit:CCY_CNY", "1", "(?!化|素|旦|宵|宇宙|器件|[/每])"),
    "元人民币": ("unit:CCY_CNY", "1", ""),
    "美元": ("unit:CCY_USD", "1", "(?![/每])"),
    "美金": ("unit:CCY_USD", "1", ""),
    "%": ("unit:PERCENT", "1", ""),
    "‰": ("unit:PERCENT", "0.1", ""),
    "成": ("unit:PERCENT", "10", f"(?=[以左]|{_BOUNDARY})"),
    "个百分点": ("pgunit:percentage-point", "1", ""),
    "百分点": ("pgunit:percentage-point", "1", ""),
    "个千分点": ("pgunit:percentage-point", "0.1", ""),
    "个基点": ("pgunit:percentage-point", "0.01", ""),
    "平方米": ("unit:M2", "1", ""),
    "平米": ("unit:M2", "1", ""),
    "㎡": ("unit:M2", "1", ""),
    "m²": ("unit:M2", "1", ""),
    "平方公里": ("unit:M2", "1000000", ""),
    "平方千米": ("unit:M2", "1000000", ""),
    "km²": ("unit:M2", "1000000", ""),
    "公顷": ("unit:HA", "1", ""),
    "亩": ("pgunit:mu", "1", "(?!均)"),
    "公里": ("unit:KiloM", "1", "(?![/每])"),
    "千米": ("unit:KiloM", "1", "(?![/每])"),
    "km": ("unit:KiloM", "1", "(?![A-Za-z/])"),
    "米": ("unit:KiloM", "0.001", "(?![/每])"),
    "吨": ("unit:TON_Metric", "1", "(?!级|位|[/每])"),
    "公斤": ("unit:TON_Metric", "0.001", "(?![/每])"),
    "千克": ("unit:TON_Metric", "0.001", "(?![/每])"),
    "kg": ("unit:TON_Metric", "0.001", "(?![A-Za-z/])"),
    "斤": ("pgunit:jin", "1", "(?![/每])"),
    "吨标准煤": ("pgunit:tonne-of-standard-coal", "1", "(?![/每])"),
    "吨标煤": ("pgunit:tonne-of-standard-coal", "1", "(?![/每])"),
    "立方米": ("pgunit:cubic-metre", "1", "(?![/每])"),
    "m³": ("pgunit:cubic-metre", "1", "(?!/)"),
    "微克/立方米": ("pgunit:microgram-per-cubic-metre", "1", ""),
    "千瓦": ("pgunit:kilowatt", "1", "(?!时|小时)"),
    "kW": ("pgunit:kilowatt", "1", "(?![A-Za-z])"),
    "兆瓦": ("pgunit:kilowatt", "1000", "(?!时|小时)"),
    "MW": ("pgunit:kilowatt", "1000", "(?![A-Za-z])"),
    "吉瓦": ("pgunit:kilowatt", "1000000", "(?!时|小时)"),
    "GW": ("pgunit:kilowatt", "1000000", "(?![A-Za-z])"),
    "千瓦时": ("pgunit:kilowatt-hour", "1", "(?!/)"),
    "千瓦小时": ("pgunit:kilowatt-hour", "1", "(?!/)"),
    "度电": ("pgunit:kilowatt-hour", "1", ""),
    "℃": ("pgunit:degree-celsius", "1", ""),
    "摄氏度": ("pgunit:degree-celsius", "1", ""),
    "年": ("pgunit:year", "1", r"(?!级|度|代|龄|均|检|报|份| ?[0-9]{1,2} ?月)"),
    "岁": ("pgunit:year", "1", "(?!末|月)"),
    "周岁": ("pgunit:year", "1", ""),
    "个月": ("pgunit:month", "1", ""),
    "周": ("pgunit:week", "1", "(?!年|边|期|岁|末|围|转|报)"),
    "星期": ("pgunit:week", "1", ""),
    "天": ("pgunit:day", "1", "(?!然|津|河|桥|气|线|下)"),
    "个工作日": ("pgunit:working-day", "1", ""),
    "工作日": ("pgunit:working-day", "1", ""),
    "小时": ("pgunit:hour", "1", ""),
    "个小时": ("pgunit:hour", "1", ""),
    "分钟": ("pgunit:minute", "1", ""),
}

#: Classifier, or what counts without one -> what must hold of the text behind.
CLASSIFIERS = {
    "个": "(?![万亿]|多[月小]|半月)",
    "家": "(?!子)",
    "所": "(?!有|在|需|以|属|谓|示|得|述|列)",
    "座": "(?!谈|位|席)",
    "列": "(?!入|为|举|出|席|车)",
    "列次": "",
    "张": "(?!家口)",
    "条": "(?!件|款|例|文)",
    "项": "(?!目(?!标))",
    "处": "(?!理|于|置|级|罚|分)",
    "户": "(?!外|籍|口|型|均)",
    "户次": "",
    "人": "(?!均|民|大|机|工)",
    "人次": "",
    "名": "(?!列|录|称|单|片|牌|义|额)",
    "件": "(?!套)",
    "台": "(?!子|湾|阶|账|风)",
    "台次": "",
    "台套": "",
    "台(套)": "",
    "套": "(?!餐|利)",
    "批": "(?!次|复|发|准|评|示)",
    "批次": "",
    "次": "(?!元|产业|会议|方)",
    "场": "(?!景|地|所|馆|域|均|站)",
    "场次": "",
    "类": "(?!别|型)",
    "种": "(?!植|类|业|子|养|质)",
    "轮": "(?!岗|换|流|训|值|胎)",
    "篇": "(?!幅|章)",
    "册": "",
    "部": "(?!分|门|委|队|长|署|级|位|件)",
    "份": "(?!额)",
    "宗": "(?!旨|教)",
    "笔": "",
    "例": "(?!如|外|会|行)",
    "起": "(?!步|点|草|飞|来|到|重)",
    "支": "(?!持|出|付|部|行|撑|线)",
    "组": "(?!团|织|合|建|长)",
    "层": "(?!次|级|面)",
    "栋": "(?!梁)",
    "幢": "",
    "间": "(?!隔|接|距)",
    "辆": "",
    "艘": "",
    "架": "(?!构)",
    "架次": "",
    "头": "(?!部|企|雁)",
    "只": "(?!要|能|有|是|为|需|剩)",
    "株": "",
    "棵": "",
    "块": "",
    "枚": "",
    "标箱": "",
    "方面": "",
    "倍": "(?!增|率|数)",
    "强": "(?!化|调|国|市|省|军|度|烈)",
}

#: Classifiers that take digits only: after a Chinese numeral they are mostly part of another word.
_WITH_DIGITS_ONLY = frozenset("起组层头只块架间部")

#: Classifiers of ranks, told apart in `Quantity.classifier` from the things that are ranked.
_RANKS = frozenset({"位", "位次", "名", "强"})

#: A word that is a quantity by itself (a regular expression) -> value, unit, classifier.
WORDS = {
    "(?<!另)一半": ("50", "unit:PERCENT", None),
    "半数": ("50", "unit:PERCENT", None),
    "百分百": ("100", "unit:PERCENT", None),
    "翻一?番": ("2", "unit:NUM", "倍"),
    "翻了一?番": ("2", "unit:NUM", "倍"),
    "翻了?两番": ("4", "unit:NUM", "倍"),
    "翻了?三番": ("8", "unit:NUM", "倍"),
    "翻了?四番": ("16", "unit:NUM", "倍"),
    "翻了?一?倍": ("2", "unit:NUM", "倍"),
    "(?<![成加数几多])倍增(?!计划|行动|工程|效应|器)": ("2", "unit:NUM", "倍"),
    "(?<!在)首位(?!度)": ("1", "unit:NUM", "位"),
    "榜首": ("1", "unit:NUM", "位"),
}

_MORE = ("超过", "超出", "突破", "高于", "大于", "多于", "超", "逾")
_LESS = ("低于", "小于", "少于")
_NOT = ("不", "不得", "不能", "不会", "不应", "不宜", "不可", "不再", "未", "未能", "没有")

#: Comparator word in front -> comparator, named as in ODRL; `approximately` is ours.
COMPARATORS = (
    {word: "gt" for word in (*_MORE, ">", "过")}
    | {word: "lt" for word in (*_LESS, "不到", "不足", "不满", "未满", "未达到", "未达", "<")}
    | {no + word: "lteq" for no in _NOT for word in _MORE}
    | {no + word: "gteq" for no in _NOT for word in _LESS}
    | {word: "gteq" for word in ("至少", "最少", "最低", "不下于", "≥")}
    | {word: "lteq" for word in ("至多", "最多", "最高", "≤")}
    | {word: "approximately" for word in ("约", "近", "大约", "将近", "接近", "大概", "上", "≈")}
    | {"等于": "eq", "恰为": "eq"}
)

#: Comparator word in front -> the characters in front of it that make it part of another word.
_COMPARATOR_NOT_AFTER = {
    "约": "节签合契公条履预违集制邀特相誓纽",
    "近": "最附临邻靠亲新",
    "超": "赶反高出入中",
    "突破": "新大性得",
    "上": "以",
    "过": "通经超不透越度跨",
}

#: Comparator words that need a bare 百, 千, 万 or 亿 behind them: 过百家, 上千亿元.
_BEFORE_BARE = frozenset({"过", "上"})

#: Comparator word behind -> comparator, and what must hold of the text behind the word.
COMPARATORS_BEHIND = {
    "以上": ("gteq", ""),
    "及以上": ("gteq", ""),
    "以内": ("lteq", ""),
    "之内": ("lteq", ""),
    "以下": ("lteq", "(?!简称|统称|几|方面)"),
    "及以下": ("lteq", "(?!简称|统称|几|方面)"),
    "左右": ("approximately", "(?!岸|两|手)"),
    "上下": ("approximately", "(?!游|级|联|功|同|贯|齐|左|班|车|各)"),
    "有余": ("gt", ""),
}

#: The same, behind units of time only: 三年内, 两年多.
_BEHIND_TIME = {
    "内": ("lteq", "(?!部|外|容|涵|生|在|需|陆)"),
    "多": ("gt", f"(?=[来时的]|{_BOUNDARY})"),
}

#: Comparator word between numeral and unit: 60多亿元, 1.2万余名.
_WITHIN = {"余": "gt", "多": "gt", "几": "gt"}

#: Hedges: how firmly the text means what follows.
HEDGES = ("力争", "争取", "预计", "确保", "有望", "力求", "预期", "努力", "保证", "原则上")

#: Words that may stand between a hedge or the start and the quantity, and say nothing of it.
_LEADS = (
    *("达到", "达", "高达", "多达", "到", "至", "为", "是", "实现", "完成", "控制在", "保持在"),
    *("稳定在", "保持", "分别", "均", "再", "全年", "累计", "共", "要", "将", "由", "从", "占"),
    *("增至", "增加到", "增长到", "提高到", "提升到", "降至", "下降到", "降到", "增长", "增加"),
    *("提高", "提升", "下降", "降低", "新增", "新建", "建成", "建设", "创建", "改造", "推进"),
    *("引进", "培育", "进入", "位居", "位列", "居", "列", "同比", "年均"),
)

_TIME = frozenset(f"pgunit:{unit}" for unit in ("year", "month", "week", "day", "hour", "minute"))
