"""The base layer's words: `data/base/indicators.csv` and `lexicon.csv` in, whole values against hand-checked ones."""

from __future__ import annotations

import csv
import re
from collections import Counter, defaultdict
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).resolve().parent.parent
BASE = ROOT / "data" / "base"
CONCEPTS = (ROOT / "ontology" / "concepts.ttl").read_text(encoding="utf-8")

COLUMNS = "id,zh,en,forms,dimension,unit,rise,numerator,denominator,theme,sdg,base_of,note"
LEXICON_COLUMNS = "zh,en,kind,note"
KINDS = {"hedge", "heading", "verb", "noun", "modifier", "plan-kind", "unit", "connective"}

#: A Chinese character.
HAN = re.compile(r"[\u4e00-\u9fff]")

#: Dimension -> its printed units, without 万 and 亿 in front; every other unit is a classifier of counts. Sums per head
#: have the dimension of what is above the line; other quotients of two units are ratios.
UNITS = {
    "currency": "元 美元 元/月 元/人 元/亩 元/平方公里",
    "ratio": "% ‰ 倍 1/10万 吨标准煤/万元 吨/万元 立方米/万元 人/亿元",
    "length": "公里",
    "area": "亩 平方米 平方公里 公顷",
    "mass": "吨 斤 公斤/亩",
    "time": "年 岁 天 小时 分钟 工作日",
    "energy": "千瓦 千瓦时 吨标准煤",
    "volume": "立方米 立方米/日",
    "concentration": "微克/立方米 毫克/升",
    "computing-power": "EFLOPS",
    "data-size": "EB",
    "data-rate": "Tbps",
}

#: Words of change, which belong to the value kind: no form ends in one, but for those that name an indicator by it.
CHANGE = ("增速", "增长", "增幅", "涨幅", "降幅", "降低", "下降", "提高")
NAMED_BY_CHANGE = {
    "经济增长",
    "经济增速",
    "经济年均增速",
    "居民消费价格涨幅",
    "居民消费价格指数涨幅",
    "物价涨幅",
}

#: Words of area, with which no form begins.
AREA = ("全省", "全市", "全区", "全县", "我省", "我市", "我区")

#: Indices, interest rates and probabilities: ratios that are no share of one named sum in another.
WITHOUT_PARTS = {
    "agricultural-science-contribution",
    "ai-application-rate",
    "cpi",
    "ease-of-doing-business",
    "ecological-quality-index",
    "enterprise-loan-rate",
    "inclusive-loan-rate",
    "integrated-innovation-index",
    "ppi",
    "premature-mortality",
    "scientific-progress-contribution",
}

#: Whole rows, as checked by hand.
ROWS = """\
gdp,地区生产总值,gross regional product,地区生产总值|生产总值|GDP|国内生产总值|经济总量|经济增长|经济增速|经济年均增速|地区GDP,currency,亿元,better,,,economy,8.1,construction-value-added|county-gdp|economic-density|financial-value-added|gdp-per-capita|gdp-ranking|industrial-value-added|marine-gdp|primary-value-added|private-economy-value-added|secondary-value-added|service-value-added|tertiary-value-added|three-new-economy,main indicator of the 14th Five-Year Plan (expected) and of the 15th; 国内生产总值 is the same measure of the whole country; 经济增长 and 经济增速 name its growth
gdp-per-capita,人均地区生产总值,gross regional product per capita,人均地区生产总值|人均生产总值|人均GDP|人均国内生产总值|人均经济总量,currency,元,better,地区生产总值,常住人口,economy,8.1,regional-development-gap,
above-scale-industrial-value-added,规模以上工业增加值,value added of industry above designated size,规模以上工业增加值|规上工业增加值|规模工业增加值|规模以上工业|规上工业|规模以上工业企业增加值|规工增加值|规模以上工业生产,currency,亿元,better,,,industry,9.2,advanced-manufacturing-value-added|equipment-manufacturing-value-added|high-tech-manufacturing-value-added,
total-fixed-asset-investment,全社会固定资产投资,total investment in fixed assets by all of society,全社会固定资产投资|全社会固定资产投资额|全社会固定资产投资完成额|全社会投资,currency,亿元,better,,,economy,,fixed-asset-investment,"with rural households: the National Bureau of Statistics prints both totals every year, with different values"
imports-exports,进出口总额,total imports and exports,进出口总额|外贸进出口总额|外贸进出口|货物进出口|货物进出口总额|进出口总值|外贸进出口总值|货物贸易进出口|进出口|外贸总额|货物贸易进出口总额|对外贸易总额|货物进出口总值|外贸进出口额|进出口额|进出口规模|外贸进出口规模|货物贸易,currency,亿元,better,,,opening-up,17.11,belt-and-road-trade|bonded-trade|border-trade|cross-border-e-commerce|exports|general-trade|imports|market-procurement-trade|private-trade|processing-trade|trade-dependence,goods; 服务进出口 has a row of its own
exports,出口总额,total exports,出口总额|出口额|外贸出口|货物出口|出口总值|出口|外贸出口额|货物出口总额|出口规模|外贸出口总额,currency,亿元,better,,,opening-up,17.11,high-tech-exports|mechanical-electrical-exports|new-three-exports,
urban-disposable-income,城镇居民人均可支配收入,disposable income per urban resident,城镇居民人均可支配收入|城镇常住居民人均可支配收入|城镇居民收入|城镇居民可支配收入|城镇居民人均收入|城镇常住居民收入|城市居民人均可支配收入|城镇常住居民可支配收入,currency,元,better,城镇居民可支配收入,城镇常住人口,livelihood,10,,
urban-surveyed-unemployment-rate,城镇调查失业率,surveyed urban unemployment rate,城镇调查失业率|城镇平均调查失业率|调查失业率|城镇调查失业率平均值,ratio,%,worse,城镇失业人口,城镇劳动力,employment,8.5,,main indicator of the 14th Five-Year Plan (expected) and of the 15th
new-urban-employment,城镇新增就业,new urban jobs,城镇新增就业|新增城镇就业|新增就业|城镇新增就业人数|城镇新增就业人员|城镇新增就业岗位|新增就业人数|城镇新增就业目标|城镇就业新增,count,万人,better,,,employment,8.5,,
grain-production-capacity,粮食综合生产能力,overall grain production capacity,粮食综合生产能力|粮食产能|粮食生产能力|粮食综合产能,mass,亿斤,better,,,rural,2.4,,main indicator of the 14th Five-Year Plan (binding) and of the 15th
pm25,PM2.5浓度,PM2.5 concentration,PM2.5浓度|细颗粒物浓度|PM2.5平均浓度|细颗粒物年均浓度|PM2.5年均浓度|PM2.5|细颗粒物|细颗粒物（PM2.5）浓度|细颗粒物（PM2.5）平均浓度|细颗粒物平均浓度|PM2.5年平均浓度|细颗粒物（PM2.5）年均浓度|细颗粒物（PM2.5）|PM₂.₅浓度|PM₂.₅,concentration,微克/立方米,worse,,,ecology,11.6,,
good-air-day-count,空气质量优良天数,days with good air quality,空气质量优良天数|优良天数|空气优良天数|全年优良天数,time,天,better,,,ecology,11.6,,the same names in per cent are good-air-days: the dimension tells them apart
forest-coverage,森林覆盖率,forest coverage,森林覆盖率|森林覆盖,ratio,%,better,森林面积,土地面积,ecology,15.1,tree-coverage,main indicator of the 14th Five-Year Plan (binding)
tree-coverage,林木覆盖率,tree coverage,林木覆盖率,ratio,%,better,林木覆盖面积,土地面积,ecology,15.1,,"counts trees in rows and shrubs too, therefore not 森林覆盖率"
high-speed-railway-length,高铁里程,length of high-speed railways,高铁里程|高速铁路里程|高铁运营里程|高铁营业里程|高铁通车里程|高铁总里程|高速铁路营业里程|高铁|高速铁路|高铁营运里程|高速铁路运营里程|高铁运营总里程|高铁（动车）里程,length,公里,better,,,transport,9.1,,
high-speed-railway-lines,高铁线路数,high-speed railway lines,高铁线路数|高铁线路|高铁|高速铁路|高铁项目|在建高铁|高铁条数|开通高铁,count,条,better,,,transport,9.1,,高铁 in kilometres is high-speed-railway-length: the dimension tells them apart
core-digital-share,数字经济核心产业增加值占地区生产总值比重,share of the core industries of the digital economy in gross regional product,数字经济核心产业增加值占地区生产总值比重|数字经济核心产业增加值占GDP比重|数字经济核心产业增加值占比|数字经济核心产业占GDP比重|数字经济核心产业占比|数字经济核心产业增加值占生产总值比重|数字经济核心产业占地区生产总值比重,ratio,%,better,数字经济核心产业增加值,地区生产总值,digital,,,main indicator of the 14th Five-Year Plan (expected) and of the 15th
intelligent-computing-power,智能算力规模,intelligent computing capacity,智能算力规模|智能算力|智算规模|智能算力总规模|智能算力总量|智算算力|智能计算规模,computing-power,EFLOPS,better,,,digital,,,
high-value-patents-per-ten-thousand,每万人口高价值发明专利拥有量,high-value invention patents per ten thousand people,每万人口高价值发明专利拥有量|万人高价值发明专利拥有量|每万人高价值发明专利拥有量|每万人口高价值发明专利|人口高价值发明专利拥有量|每万人高价值发明专利|万人均高价值发明专利拥有量,count,件,better,高价值发明专利,常住人口,innovation,9.5,,main indicator of the 14th Five-Year Plan (expected)
years-of-schooling,劳动年龄人口平均受教育年限,average years of schooling of the working-age population,劳动年龄人口平均受教育年限|平均受教育年限|新增劳动力平均受教育年限|主要劳动年龄人口平均受教育年限|人均受教育年限|人口平均受教育年限|新增劳动力受教育年限,time,年,better,受教育年数,劳动年龄人口,education,4.1,,main indicator of the 14th Five-Year Plan (binding) and of the 15th
life-expectancy,人均预期寿命,life expectancy,人均预期寿命|居民人均预期寿命|平均预期寿命|人均期望寿命|居民平均预期寿命|人口平均预期寿命|人均寿命,time,岁,better,,,health,3.8,,main indicator of the 14th Five-Year Plan (expected) and of the 15th
childcare-places-per-thousand,每千人口拥有3岁以下婴幼儿托位数,nursery places per thousand people,每千人口拥有3岁以下婴幼儿托位数|每千人口托位数|每千人口拥有托位数|千人口托位数|每千人口3岁以下婴幼儿托位数|每千人托位数|千人托位数|每千常住人口托位数|每千人口拥有3岁以下婴幼儿托位,count,个,better,托位,常住人口,education,4.2,,main indicator of the 14th Five-Year Plan (expected)
nursing-bed-share,养老机构护理型床位占比,share of nursing beds in elderly care institutions,养老机构护理型床位占比|护理型床位占比|养老机构护理型床位比例|护理型养老床位占比|护理型床位比例|护理型床位|护理型养老床位,ratio,%,better,护理型床位,养老机构床位,elderly-care,,,main indicator of the 15th Five-Year Plan
strategic-emerging-share-of-gdp,战略性新兴产业增加值占地区生产总值比重,share of strategic emerging industries in gross regional product,战略性新兴产业增加值占地区生产总值比重|战略性新兴产业增加值占GDP比重|战略性新兴产业占GDP比重|战新产业增加值占GDP比重|战略性新兴产业增加值占地区生产总值的比重|战略性新兴产业占比|战新产业占比|战略性新兴产业增加值占比,ratio,%,better,战略性新兴产业增加值,地区生产总值,industry,9.b,,"a bare 占比 means the share in GDP, as in the national outline; the share in industry prints its whole"
strategic-emerging-share-of-industry,战略性新兴产业增加值占规模以上工业增加值比重,share of strategic emerging industries in value added of industry above designated size,战略性新兴产业增加值占规模以上工业增加值比重|战略性新兴产业占规上工业增加值比重|战略性新兴产业增加值占规上工业比重|战略性新兴产业占规上工业比重|战新产业占规上工业比重|战略性新兴产业增加值占规模以上工业比重|战略性新兴产业占规模以上工业增加值比重|战略性新兴产业增加值占规上工业增加值比重|战略性新兴产业占规模以上工业比重,ratio,%,better,战略性新兴产业增加值,规模以上工业增加值,industry,9.b,,
new-energy-capacity,新能源发电装机容量,installed wind and solar power capacity,新能源发电装机容量|新能源装机|新能源装机规模|新能源发电装机|新能源并网装机|新能源装机容量|新能源装机总规模|风光装机|新增新能源装机|风电光伏装机|风电、光伏发电装机|风电光伏发电装机|风光新能源装机,energy,万千瓦,better,,,ecology,7.2,new-energy-capacity-share,wind and sun; 可再生能源 has water and biomass too
urbanisation-rate,城镇化率,urbanisation rate,城镇化率|常住人口城镇化率|常住人口城镇化水平|常住人口城镇化|新型城镇化率|城市化率|城镇化水平,ratio,%,better,城镇常住人口,常住人口,region,,,main indicator of the 14th Five-Year Plan (expected); of the resident population; the registered one has a row of its own
registered-urbanisation-rate,户籍人口城镇化率,urbanisation rate of registered population,户籍人口城镇化率|户籍人口城镇化水平|户籍人口城镇化,ratio,%,better,城镇户籍人口,户籍人口,region,,,
"""  # noqa: E501 whole rows of a table

#: Entries of the lexicon, as checked by hand.
ENTRIES = """\
力争,strive to,hedge,
左右,around,hedge,
不低于,no less than,hedge,
总体要求,General requirements,heading,
保障措施,Safeguards,heading,
组织实施,Organisation and implementation,heading,
行动方案,action plan,plan-kind,
若干措施,several measures,plan-kind,
的,of,connective,A的B is B of A
等,and others,connective,
推进,advance,verb,as a noun: advancement
建设,build,verb,as a noun: building
发展,development,noun,as a verb: develop; of what stands in front
高质量,high-quality,modifier,
营商环境,business environment,noun,
新质生产力,new quality productive forces,noun,
揭榜挂帅,open competition mechanism to select the best candidates,noun,
包保,assigned leader responsibility,noun,
规模以上,above designated size,noun,
乡村振兴,rural revitalisation,noun,
中欧班列,China–Europe freight trains,noun,
亿元,hundred million yuan,unit,
个,item,unit,classifier: after a numeral only
省,province,noun,attributive: provincial; whole word only
突破,break through,verb,before a figure: exceed; as a noun: breakthrough
高地,high ground,noun,
城市,city,modifier,attributive: urban
“十五五”时期,15th Five-Year Plan period,noun,
"""

#: Printed name -> the ids it may mean, in the order of the table; several only where dimension or denominator tell.
NAMES = {
    "地区生产总值": ["gdp"],
    "GDP": ["gdp"],
    "规上工业增加值": ["above-scale-industrial-value-added"],
    "规模工业增加值": ["above-scale-industrial-value-added"],
    "CPI": ["cpi"],
    "居民消费价格涨幅": ["cpi"],
    "社零总额": ["retail-sales"],
    "外贸进出口": ["imports-exports"],
    "地方一般公共预算收入": ["general-public-budget-revenue"],
    "财政总收入": ["total-fiscal-revenue"],
    "固定资产投资": ["fixed-asset-investment"],
    "全社会固定资产投资": ["total-fixed-asset-investment"],
    "全社会研发投入强度": ["rd-intensity"],
    "粮食总产量": ["grain-output"],
    "优良天数": ["good-air-days", "good-air-day-count"],
    "高铁": ["high-speed-railway-length", "high-speed-railway-lines"],
    "高速公路": ["expressway-length", "expressways"],
    "保障性租赁住房": ["affordable-rental-housing-units", "affordable-rental-housing-area"],
    "居民人均可支配收入": ["disposable-income"],
    "农村居民人均可支配收入": ["rural-disposable-income"],
    "万元地区生产总值能耗": ["energy-per-gdp"],
    "单位地区生产总值二氧化碳排放": ["co2-per-gdp"],
    "战略性新兴产业占规上工业增加值比重": ["strategic-emerging-share-of-industry"],
    "战略性新兴产业增加值占GDP比重": ["strategic-emerging-share-of-gdp"],
    "常住人口城镇化率": ["urbanisation-rate"],
    "户籍人口城镇化率": ["registered-urbanisation-rate"],
    "新能源装机": ["new-energy-capacity"],
    "可再生能源装机": ["renewable-capacity"],
    "专精特新“小巨人”企业": ["little-giants"],
    "独角兽企业": ["unicorn-enterprises"],
}


def _read(name: str, columns: str) -> list[dict[str, str]]:
    with (BASE / name).open(encoding="utf-8", newline="") as file:
        reader = csv.DictReader(file)
        rows = list(reader)
    assert reader.fieldnames == columns.split(",")
    assert [row for row in rows if None in row or None in row.values()] == []
    return rows


INDICATORS = _read("indicators.csv", COLUMNS)
LEXICON = _read("lexicon.csv", LEXICON_COLUMNS)
BY_ID = {row["id"]: row for row in INDICATORS}


def _forms() -> dict[str, list[dict[str, str]]]:
    rows = defaultdict(list)
    for row in INDICATORS:
        for form in row["forms"].split("|"):
            rows[form].append(row)
    return rows


def _concepts(scheme: str) -> set[str]:
    """The last parts of the IRIs of a scheme's concepts."""
    return set(
        re.findall(rf"^<https://w3id\.org/policygraph/concept/{scheme}/([\w-]+)> a skos:Concept", CONCEPTS, re.M)
    )


def test_there_is_what_plans_measure() -> None:
    assert (len(INDICATORS), len(_forms())) == (959, 4832)
    assert [name for name, count in Counter(row["id"] for row in INDICATORS).items() if count > 1] == []
    assert [name for name, count in Counter(row["en"] for row in INDICATORS).items() if count > 1] == []
    assert [row["id"] for row in INDICATORS if not re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", row["id"])] == []


def test_dimensions_and_themes_are_concepts() -> None:
    assert {row["dimension"] for row in INDICATORS} - _concepts("dimension") == set()
    assert {row["theme"] for row in INDICATORS} == _concepts("theme")
    assert {row["rise"] for row in INDICATORS} == {"better", "neutral", "worse"}


def test_units_are_of_the_dimension() -> None:
    dimension_of = {unit: name for name, units in UNITS.items() for unit in units.split()}
    assert [
        (row["id"], row["unit"])
        for row in INDICATORS
        if row["unit"]
        and dimension_of.get(re.sub("^[万亿]+(?!元/)|^[万亿]+(?=元/)", "", row["unit"]), "count") != row["dimension"]
    ] == []


def test_forms_begin_with_the_name_and_are_bare() -> None:
    assert [row["id"] for row in INDICATORS if row["forms"].split("|")[0] != row["zh"]] == []
    assert [row["id"] for row in INDICATORS if len(set(row["forms"].split("|"))) < len(row["forms"].split("|"))] == []
    assert {form for form in _forms() if form.endswith(CHANGE)} == NAMED_BY_CHANGE
    assert [form for form in _forms() if form.startswith(AREA)] == []
    assert [form for form in _forms() if form != form.strip() or not form or re.search(r"[()\t\n,;]|  ", form)] == []


def test_a_form_of_two_rows_is_told_apart() -> None:
    shared = {form: rows for form, rows in _forms().items() if len(rows) > 1}
    assert {
        form: [row["id"] for row in rows]
        for form, rows in shared.items()
        if len({(row["dimension"], row["denominator"]) for row in rows}) < len(rows)
    } == {}
    # The one or the other of the two rows says so in its note.
    assert [form for form, rows in shared.items() if not any(a["id"] in b["note"] for a in rows for b in rows)] == []


@pytest.mark.parametrize("name", NAMES)
def test_a_printed_name_means_an_indicator(name: str) -> None:
    assert [row["id"] for row in _forms()[name]] == NAMES[name]


@pytest.mark.parametrize("line", ROWS.splitlines(), ids=lambda line: line.partition(",")[0])
def test_a_row_is_as_checked(line: str) -> None:
    (values,) = csv.reader([line])
    assert list(BY_ID[values[0]].values()) == values


def test_ratios_say_what_is_in_what() -> None:
    assert {row["id"] for row in INDICATORS if bool(row["numerator"]) != bool(row["denominator"])} == set()
    assert {row["id"] for row in INDICATORS if row["dimension"] == "ratio" and not row["numerator"]} == WITHOUT_PARTS


def test_goals_and_targets_are_numbers_of_the_sdg() -> None:
    goals = {row["sdg"] for row in INDICATORS} - {""}
    assert {goal for goal in goals if not re.fullmatch(r"(1[0-7]|[1-9])(\.(1?\d|[a-d]))?", goal)} == set()


def test_base_of_names_other_rows_and_makes_no_cycle() -> None:
    base = [(child, row["id"]) for row in INDICATORS for child in row["base_of"].split("|") if child]
    assert [pair for pair in base if pair[0] not in BY_ID] == []
    assert [child for child, count in Counter(child for child, _ in base).items() if count > 1] == []
    above = dict(base)
    for row in INDICATORS:
        chain = [row["id"]]
        while chain[-1] in above:
            chain.append(above[chain[-1]])
            assert len(chain) == len(set(chain)), chain


def test_the_main_indicators_of_the_14th_plan_are_twenty() -> None:
    marked = [row for row in INDICATORS if "14th Five-Year Plan" in row["note"]]
    assert len(marked) == 20
    assert {row["id"] for row in marked if "(binding)" in row["note"]} == {
        "years-of-schooling",
        "energy-per-gdp",
        "co2-per-gdp",
        "good-air-days",
        "surface-water-quality",
        "forest-coverage",
        "grain-production-capacity",
        "energy-production-capacity",
    }


def test_ids_of_the_reference_data_are_the_same_indicators() -> None:
    reference = yaml.safe_load((ROOT / "data" / "reference" / "indicators.yaml").read_text(encoding="utf-8"))
    shared = {entry["id"].partition(":")[2]: entry for entry in reference if entry["id"].partition(":")[2] in BY_ID}
    assert len(shared) == 102
    assert [
        name
        for name, entry in shared.items()
        for row in [BY_ID[name]]
        if (entry["dimension"], entry["theme"], entry["label"]["zh"], entry["label"]["en"])
        != (row["dimension"], row["theme"], row["zh"], row["en"])
    ] == []


def test_the_lexicon_has_each_word_once_in_both_languages() -> None:
    assert len(LEXICON) == 6355
    assert [zh for zh, count in Counter(entry["zh"] for entry in LEXICON).items() if count > 1] == []
    assert {entry["kind"] for entry in LEXICON} == KINDS
    assert [entry["zh"] for entry in LEXICON if not entry["en"].strip() or HAN.search(entry["en"])] == []
    assert [entry["zh"] for entry in LEXICON if entry["en"] != entry["en"].strip() or "  " in entry["en"]] == []
    assert [entry["zh"] for entry in LEXICON if not entry["zh"].strip()] == []


def test_one_character_is_a_whole_word_or_says_where_it_stands() -> None:
    free = set("的和与及或并等对在为以从由向之其各于到至万亿千百十一二三四五六七八九两元吨斤亩年月日天")
    assert [
        entry["zh"]
        for entry in LEXICON
        if len(entry["zh"]) == 1
        and entry["zh"] not in free
        and not re.search("whole word only|classifier: after a numeral only", entry["note"])
    ] == []


def test_headings_are_in_sentence_case() -> None:
    capitals = {"Party", "Party's", "Five-Year", "Plan", "Plan:"}
    assert [
        entry["en"]
        for entry in LEXICON
        if entry["kind"] == "heading"
        and [word for word in entry["en"].split()[1:] if word[0].isupper() and word not in capitals]
    ] == []


@pytest.mark.parametrize("line", ENTRIES.splitlines(), ids=lambda line: line.partition(",")[0])
def test_an_entry_is_as_checked(line: str) -> None:
    (values,) = csv.reader([line])
    entries = {entry["zh"]: list(entry.values()) for entry in LEXICON}
    assert entries[values[0]] == values


def test_the_lexicon_agrees_with_the_glossary() -> None:
    glossary = yaml.safe_load((ROOT / "data" / "reference" / "glossary.yaml").read_text(encoding="utf-8"))
    english = {entry["zh"]: f"{entry['en']} {entry['note']}".casefold() for entry in LEXICON}
    assert [
        term["label"]["zh"]
        for term in glossary
        if term["label"]["zh"] in english
        and not any(
            word.casefold() in english[term["label"]["zh"]]
            for word in [term["label"]["en"], *term.get("altLabel", {}).get("en", [])]
        )
    ] == []
