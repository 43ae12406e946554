"""The words of quantities, in tables: units, classifiers, comparators, hedges; `quantity` reads them.

A guard is a regular expression on the text behind a word, empty where nothing can go wrong: 项 counts
things, and 项 of 项目 does not.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

__all__ = [
    "BEFORE_BARE",
    "BOUNDARY",
    "CLASSIFIERS",
    "COMPARATORS",
    "COMPARATORS_BEHIND",
    "COMPARATORS_BEHIND_TIME",
    "COMPARATORS_WITHIN",
    "HEDGES",
    "HEDGE_WITH_TIME",
    "LEADS",
    "NOT_AFTER",
    "PEOPLE",
    "TIMES",
    "UNITS",
    "WITH_DIGITS_ONLY",
    "WORDS",
    "alternatives",
]

#: Where a number without a unit may end.
BOUNDARY = r"(?=[^\w%‰℃]|\Z)(?![.:/~—-] ?[0-9])"

#: Unit as printed -> its compact IRI, its size in that unit, guard.
UNITS = {
    "元": ("unit:CCY_CNY", "1", "(?!化|素|旦|宵|宇宙|器件|户|级|[/每])"),
    "元/人": ("unit:CCY_CNY", "1", "(?!次|均|[·•/每年月周天日])"),
    "圆": ("unit:CCY_CNY", "1", "(?=整|$)"),
    "元人民币": ("unit:CCY_CNY", "1", ""),
    "人民币": ("unit:CCY_CNY", "1", ""),
    "欧元": ("unit:CCY_EUR", "1", "(?![/每])"),
    "港元": ("unit:CCY_HKD", "1", "(?![/每])"),
    "港币": ("unit:CCY_HKD", "1", ""),
    "日元": ("unit:CCY_JPY", "1", "(?![/每])"),
    "英镑": ("unit:CCY_GBP", "1", "(?![/每])"),
    "美元": ("unit:CCY_USD", "1", "(?![/每])"),
    "美金": ("unit:CCY_USD", "1", ""),
    "%": ("unit:PERCENT", "1", ""),
    "‰": ("unit:PERCENT", "0.1", ""),
    "成": ("unit:PERCENT", "10", f"(?=[以左]|{BOUNDARY})"),
    "个百分点": ("pgunit:percentage-point", "1", ""),
    "百分点": ("pgunit:percentage-point", "1", ""),
    "个千分点": ("pgunit:percentage-point", "0.1", ""),
    "个基点": ("pgunit:percentage-point", "0.01", ""),
    "平方米": ("unit:M2", "1", ""),
    "平米": ("unit:M2", "1", ""),
    "㎡": ("unit:M2", "1", ""),
    "m²": ("unit:M2", "1", ""),
    "m2": ("unit:M2", "1", "(?![A-Za-z0-9/])"),
    "平方公里": ("unit:KiloM2", "1", ""),
    "平方千米": ("unit:KiloM2", "1", ""),
    "km²": ("unit:KiloM2", "1", ""),
    "km2": ("unit:KiloM2", "1", "(?![A-Za-z0-9/])"),
    "公顷": ("unit:HA", "1", ""),
    "亩": ("pgunit:mu", "1", "(?!均)"),
    "公里": ("unit:KiloM", "1", "(?![/每])"),
    "千米": ("unit:KiloM", "1", "(?![/每])"),
    "km": ("unit:KiloM", "1", "(?![A-Za-z/])"),
    "米": ("unit:KiloM", "0.001", "(?![/每])"),
    "吨": ("unit:TON_Metric", "1", "(?!级|位|标准煤|标煤|[/每])"),
    "公斤": ("unit:TON_Metric", "0.001", "(?![/每])"),
    "千克": ("unit:TON_Metric", "0.001", "(?![/每])"),
    "kg": ("unit:TON_Metric", "0.001", "(?![A-Za-z/])"),
    "斤": ("pgunit:jin", "1", "(?![/每])"),
    "吨标准煤": ("pgunit:tonne-of-standard-coal", "1", "(?![/每])"),
    "吨标煤": ("pgunit:tonne-of-standard-coal", "1", "(?![/每])"),
    "立方米": ("pgunit:cubic-metre", "1", "(?![/每])"),
    "m³": ("pgunit:cubic-metre", "1", "(?!/)"),
    "m3": ("pgunit:cubic-metre", "1", "(?![A-Za-z0-9/])"),
    "微克/立方米": ("pgunit:microgram-per-cubic-metre", "1", ""),
    "微克每立方米": ("pgunit:microgram-per-cubic-metre", "1", ""),
    "μg/m³": ("pgunit:microgram-per-cubic-metre", "1", ""),
    "μg/m3": ("pgunit:microgram-per-cubic-metre", "1", ""),
    "P": ("pgunit:petaflops", "1", "(?![A-Za-z0-9])"),
    "PFLOPS": ("pgunit:petaflops", "1", "(?![A-Za-z0-9])"),
    "PF": ("pgunit:petaflops", "1", "(?![A-Za-z0-9])"),
    "Pflops": ("pgunit:petaflops", "1", "(?![A-Za-z0-9])"),
    "EF": ("pgunit:petaflops", "1000", "(?![A-Za-z0-9])"),
    "Eflops": ("pgunit:petaflops", "1000", "(?![A-Za-z0-9])"),
    "PFlops": ("pgunit:petaflops", "1", "(?![A-Za-z0-9])"),
    "E": ("pgunit:petaflops", "1000", "(?![A-Za-z0-9])"),
    "EFLOPS": ("pgunit:petaflops", "1000", "(?![A-Za-z0-9])"),
    "EFlops": ("pgunit:petaflops", "1000", "(?![A-Za-z0-9])"),
    "TFLOPS": ("pgunit:petaflops", "0.001", "(?![A-Za-z0-9])"),
    "次/秒": ("pgunit:petaflops", "0.000000000000001", ""),
    "次每秒": ("pgunit:petaflops", "0.000000000000001", ""),
    "卡时": ("pgunit:card-hour", "1", ""),
    "千瓦": ("pgunit:kilowatt", "1", "(?!时|小时)"),
    "kW": ("pgunit:kilowatt", "1", "(?![A-Za-z])"),
    "兆瓦": ("pgunit:kilowatt", "1000", "(?!时|小时)"),
    "MW": ("pgunit:kilowatt", "1000", "(?![A-Za-z])"),
    "吉瓦": ("pgunit:kilowatt", "1000000", "(?!时|小时)"),
    "GW": ("pgunit:kilowatt", "1000000", "(?![A-Za-z])"),
    "千瓦时": ("pgunit:kilowatt-hour", "1", "(?!/)"),
    "千瓦小时": ("pgunit:kilowatt-hour", "1", "(?!/)"),
    "MWh": ("pgunit:kilowatt-hour", "1000", "(?![A-Za-z/])"),
    "GWh": ("pgunit:kilowatt-hour", "1000000", "(?![A-Za-z/])"),
    "kWh": ("pgunit:kilowatt-hour", "1", "(?![A-Za-z/])"),
    "兆瓦时": ("pgunit:kilowatt-hour", "1000", "(?!/)"),
    "吉瓦时": ("pgunit:kilowatt-hour", "1000000", "(?!/)"),
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

_UNGUARDED = (
    "人次 列次 户次 家次 辆次 车次 例次 班次 班列 台次 批次 场次 架次 台套 台(套) 标箱 标准箱 TEU 方面 册 笔 幢 辆 艘"
    " 株 棵 块 枚 盏 羽 款 人天 课时 学时"
)

#: Classifier, or what counts without one -> guard.
CLASSIFIERS = dict.fromkeys(_UNGUARDED.split(), "") | {
    "个": "(?![万亿]|多[月小]|半(?:小时|月|天|多|学期|钟))",
    "家": "(?!子)",
    "所": "(?!有|在|需|以|属|谓|示|得|述|列)",
    "座": "(?!谈|位|席)",
    "列": "(?!入|为|举|出|席|车)",
    "张": "(?!家口)",
    "条": "(?!件|款|例|文)",
    "项": "(?!目(?!标))",
    "处": "(?!理|于|置|级|罚|分)",
    "户": "(?!外|籍|口|型|均)",
    "人": "(?!均|民|大|机|工|制)",
    "名": "(?!列|录|称|单|片|牌|义|额)",
    "件": "(?!套)",
    "台": "(?!子|湾|阶|账|风)",
    "套": "(?!餐|利)",
    "批": "(?!复|发|准|评|示)",
    "次": "(?!元|产业|会议|方|全会|全体|集体|党代|代表大会|常委会|常务会)",
    "场": "(?!景|地|所|馆|域|均|站)",
    "类": "(?!别|型)",
    "种": "(?!植|类|业|子|养|质)",
    "轮": "(?!岗|换|流|训|值|胎|土地承包|土地延包|承包)",
    "篇": "(?!幅|章)",
    "部": "(?!分|门|委|队|长|署|级|位|件)",
    "份": "(?!额)",
    "宗": "(?!旨|教)",
    "例": "(?!如|外|会|行)",
    "起": "(?!步|点|草|飞|来|到|重)",
    "支": "(?!持|出|付|部|行|撑|线)",
    "组": "(?!团|织|合|建|长)",
    "层": "(?!次|级|面)",
    "栋": "(?!梁)",
    "间": "(?!隔|接|距)",
    "架": "(?!构)",
    "头": "(?!部|企|雁)",
    "门": "(?!户|槛|诊|类|票|店|市|头|面|口|道|窗)",
    "口": "(?!径|岸|味|腔|粮|碑|号|子|服)",
    "眼": "(?!光|科|镜|睛|界|前)",
    "对": "(?!外|接|于|应|比|标|口|象|策|照|话|内|上|下|点|方|等|手|赌|华)",
    "单": "(?!位|元|个|向|项|体|车|品|套|身|一|边|纯|选|独|价)",
    "只": "(?!要|能|有|是|为|需|剩)",
    "倍": "(?!率|数)",
    "强": "(?!化|调|国|市|省|军|度|烈)",
    ":1": "(?! ?[0-9.:])",
}

#: Classifiers that take digits only: after a Chinese numeral they are mostly part of another word.
WITH_DIGITS_ONLY = frozenset("起组层头只块架间部门口眼对单")

#: A word that is a quantity by itself (a regular expression) -> value, unit, classifier.
WORDS = {
    "(?<!另)一半(?!径)": ("50", "unit:PERCENT", None),
    "半数": ("50", "unit:PERCENT", None),
    "百分百": ("100", "unit:PERCENT", None),
    "(?<!个)翻一?番": ("2", "unit:NUM", "倍"),
    "翻了一?番": ("2", "unit:NUM", "倍"),
    "翻了?两番": ("4", "unit:NUM", "倍"),
    "翻了?三番": ("8", "unit:NUM", "倍"),
    "翻了?四番": ("16", "unit:NUM", "倍"),
    "翻了?一?倍": ("2", "unit:NUM", "倍"),
    "(?<![成加数几多个心力劲])倍增(?!计划|行动|工程|效应|器|信心|动力|干劲|活力)": ("2", "unit:NUM", "倍"),
    "(?<!在)首位(?!度|产业|城市|功能)": ("1", "unit:NUM", "位"),
    "榜首": ("1", "unit:NUM", "位"),
}

_MORE = ("超过", "突破", "高于", "大于", "多于", "超", "逾")
_LESS = ("低于", "小于", "少于")
_NOT = ("不", "不得", "不能", "不会", "不应", "不宜", "不可", "不再", "未", "未能", "没有")
_IN_FRONT = {
    "gt": [*_MORE, ">", "过"],
    "lt": [*_LESS, "不到", "不足", "不满", "未满", "未达到", "未达", "<"],
    "gteq": [*(no + word for no in _NOT for word in _LESS), "至少", "最少", "最低", "不下于", "≥"],
    "lteq": [*(no + word for no in _NOT for word in _MORE), "至多", "最多", "最高", "≤"],
    "approximately": ["约", "近", "大约", "将近", "接近", "大概", "上", "≈"],
    "eq": ["等于", "恰为"],
}

#: Comparator word in front -> comparator, named as in ODRL; `approximately` is ours.
COMPARATORS = {word: says for says, words in _IN_FRONT.items() for word in words}

#: Comparator word in front -> the characters in front of it that make it part of another word.
NOT_AFTER = {
    "约": "节签合契公条履预违集制邀特相誓纽",
    "近": "最附临邻靠亲新",
    "超": "赶反高出中",
    "突破": "新大性得",
    "上": "以迈登站跃升攀爬踏",
    "过": "通经超不透越度跨",
}

#: Comparator words that need a bare 百, 千, 万 or 亿 behind them: 过百家, 上千亿元.
BEFORE_BARE = frozenset({"过", "上"})

#: Comparator word behind -> comparator, guard.
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
    "多": ("gt", BOUNDARY),
}

#: The same, behind units of time only: 三年内, 两年多.
COMPARATORS_BEHIND_TIME = {
    "内": ("lteq", "(?!部|外|容|涵|生|在|需|陆)"),
    "多": ("gt", f"(?=[来时的]|{BOUNDARY})"),
}

#: Comparator word between numeral and unit: 60多亿元, 1.2万余名.
COMPARATORS_WITHIN = {"余": "gt", "多": "gt", "几": "gt"}

#: Who is counted by ten thousands without a classifier: 71.3万监测对象, 惠及50万群众.
PEOPLE = re.compile(
    r"(?:新|老|农村|城镇|城乡|在校|中小|大中小|高校|困难|基层|广大|适龄|残疾|失能|退役|脱贫|易地扶贫搬迁|新就业|受灾|各族|外来"
    r"|灵活就业|义务教育|流动|留守|进城){0,3}"
    r"(?:监测对象|群众|群体|学生|学子|毕业生|儿童|老人|老年人|职工|农民工|农民|居民|人口|家庭|用户|农户|牧民|旅客|游客|军人"
    r"|从业人员|劳动者|青年|妇女|残疾人|人才|经营主体|市场主体|考生|教师|师生|党员|干部)"
)

#: Hedges: how firmly the text means what follows.
HEDGES = ("力争", "争取", "预计", "确保", "有望", "力求", "预期", "努力", "保证", "原则上")
#: A clause of a hedge and a time alone, which governs all that follows in its sentence: 力争到2030年，…
HEDGE_WITH_TIME = re.compile(r"(力争|力求)(?:在|到|于)?20\d\d年[底末]?前?$")

#: Words that may stand between a hedge or the start and the quantity, and say nothing of it.
LEADS = (
    *("达到", "达", "高达", "多达", "到", "至", "为", "是", "实现", "完成", "控制在", "保持在"),
    *("稳定在", "保持", "分别", "均", "再", "全年", "累计", "共", "要", "将", "由", "从", "占"),
    *("增至", "增加到", "增长到", "提高到", "提升到", "降至", "下降到", "降到", "增长", "增加"),
    *("提高", "提升", "下降", "降低", "新增", "新建", "建成", "建设", "创建", "改造", "推进"),
    *("引进", "培育", "进入", "位居", "位列", "居", "列", "排名", "跃居", "稳居", "迈入", "跻身", "同比", "年均"),
)

#: The units of durations and ages.
TIMES = frozenset(f"pgunit:{unit}" for unit in ("year", "month", "week", "day", "working-day", "hour", "minute"))


def alternatives(words: Iterable[str], guards: Mapping[str, str] | None = None) -> str:
    """The regular expression of any of these words, the longest first, with a guard behind some.

    >>> alternatives(["年", "周年"], {"年": "(?!级)"})
    '周年|年(?!级)'
    """
    ordered = sorted(words, key=len, reverse=True)
    return "|".join(re.escape(word) + (guards or {}).get(word, "") for word in ordered)
