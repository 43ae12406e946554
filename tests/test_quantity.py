"""Quantities as Chinese policy documents print them: what is read, what is found, what is left alone."""

from __future__ import annotations

import re
from contextlib import suppress
from decimal import Decimal, localcontext

import pytest
from hypothesis import given
from hypothesis import strategies as st

from policygraph import quantity
from policygraph.quantity import Quantity, QuantityError, distribute, find, numerals, parse, phrases
from policygraph.quantity.english import english

CNY, USD, PERCENT, NUM = "unit:CCY_CNY", "unit:CCY_USD", "unit:PERCENT", "unit:NUM"
POINT, YEAR = "pgunit:percentage-point", "pgunit:year"


def q(
    printed: str,
    value: str,
    unit: str,
    classifier: str | None = None,
    *,
    to: str | None = None,
    comparator: str | None = None,
    hedge: str | None = None,
    at: int = 0,
) -> Quantity:
    """The whole quantity that is expected, its end counted from its printed form."""
    upper = Decimal(to) if to else None
    return Quantity(Decimal(value), unit, classifier, upper, comparator, hedge, at, at + len(printed), printed)


@pytest.mark.parametrize(
    ("printed", "meaning"),
    [
        ("5%左右", "about 5%"),
        ("4.5%—5%", "4.5–5%"),
        ("力争达到1.3万亿元以上", "strive for at least 1.3 trillion yuan"),
        ("超2.8万人次", "more than 28,000 person-times"),
        ("不高于23微克/立方米", "at most 23 micrograms per cubic metre"),
        ("第一", "number 1"),
        ("前十", "top 10"),
        ("百强", "top 100"),
        ("翻一番", "2 times"),
        ("1年", "1 year"),
        ("三分之一", "0.333"),
        ("基本建成", "basically completed"),
        ("力争全覆盖", "strive for full coverage"),
        ("高于全国、全省平均水平", "above the average of the country and the province"),
        ("与经济增长基本同步", "basically in step with the growth of the economy"),
        # what the table knows in part only has no English
        ("高于先锋市平均水平", ""),
        ("蒸蒸日上", ""),
    ],
)
def test_a_value_as_printed_has_its_english(printed: str, meaning: str) -> None:
    assert english(printed) == meaning


#: Text -> the one quantity it is: how numbers are written.
NUMERALS = [
    ("7000家", q("7000家", "7000", NUM, "家")),
    ("88.3%", q("88.3%", "88.3", PERCENT)),
    ("１２．５％", q("１２．５％", "12.5", PERCENT)),
    ("1,234,567元", q("1,234,567元", "1234567", CNY)),
    ("１，２３４，５６７元", q("１，２３４，５６７元", "1234567", CNY)),
    ("0.10%", q("0.10%", "0.1", PERCENT)),
    ("0户", q("0户", "0", NUM, "户")),
    ("－2.6％", q("－2.6％", "-2.6", PERCENT)),
    ("负3.2%", q("负3.2%", "-3.2", PERCENT)),
    ("+5.3%", q("+5.3%", "5.3", PERCENT)),
    ("-5%到3%", q("-5%到3%", "-5", PERCENT, to="3")),
    ("-5%至-3%", q("-5%至-3%", "-5", PERCENT, to="-3")),
    ("-5", q("-5", "-5", NUM)),
    ("十项", q("十项", "10", NUM, "项")),
    ("十二个", q("十二个", "12", NUM, "个")),
    ("一百二十三个", q("一百二十三个", "123", NUM, "个")),
    ("一百零五所", q("一百零五所", "105", NUM, "所")),
    ("一千二百三十四人", q("一千二百三十四人", "1234", NUM, "人")),
    ("三万五千亩", q("三万五千亩", "35000", "pgunit:mu")),
    ("一亿零三百万元", q("一亿零三百万元", "103000000", CNY)),
    ("二〇二五户", q("二〇二五户", "2025", NUM, "户")),
    ("两千家", q("两千家", "2000", NUM, "家")),
    # in digits and characters, in old ones, in those of cheques
    ("14万一千人", q("14万一千人", "141000", NUM, "人")),
    ("14万1千人", q("14万1千人", "141000", NUM, "人")),
    ("廿五项", q("廿五项", "25", NUM, "项")),
    ("卅个", q("卅个", "30", NUM, "个")),
    ("叁佰贰拾万元", q("叁佰贰拾万元", "3200000", CNY)),
    ("壹仟伍佰圆", q("壹仟伍佰圆", "1500", CNY)),
    ("十二萬户", q("十二萬户", "120000", NUM, "户")),
    # neighbours
    ("三四十家", q("三四十家", "30", NUM, "家", to="40")),
    ("十五六个", q("十五六个", "15", NUM, "个", to="16")),
    ("七八百万元", q("七八百万元", "7000000", CNY, to="8000000")),
    ("五六个", q("五六个", "5", NUM, "个", to="6")),
    # halves
    ("两个半小时", q("两个半小时", "2.5", "pgunit:hour")),
    ("一年半", q("一年半", "1.5", YEAR)),
    ("3个半月", q("3个半月", "3.5", "pgunit:month")),
    # fractions, below zero
    ("2/3以上", q("2/3以上", "0.6666666666666666666666666667", NUM, comparator="gteq")),
    ("零下5℃", q("零下5℃", "-5", "pgunit:degree-celsius")),
    ("80至100亿元", q("80至100亿元", "8000000000", CNY, to="10000000000")),
    ("三千户", q("三千户", "3000", NUM, "户")),
    ("三点五万亿元", q("三点五万亿元", "3500000000000", CNY)),
    ("千亿元", q("千亿元", "100000000000", CNY)),
    ("1.3万亿元", q("1.3万亿元", "1300000000000", CNY)),
    ("3百万元", q("3百万元", "3000000", CNY)),
    ("1亿2000万元", q("1亿2000万元", "120000000", CNY)),
    ("百分之十二", q("百分之十二", "12", PERCENT)),
    ("百分之3.5", q("百分之3.5", "3.5", PERCENT)),
    ("百分之百", q("百分之百", "100", PERCENT)),
    ("千分之三", q("千分之三", "0.3", PERCENT)),
    ("3‰", q("3‰", "0.3", PERCENT)),
    ("万分之五", q("万分之五", "0.05", PERCENT)),
    ("八成", q("八成", "80", PERCENT)),
    ("半数", q("半数", "50", PERCENT)),
    ("一半以上", q("一半以上", "50", PERCENT, comparator="gteq")),
    ("四分之三", q("四分之三", "0.75", NUM)),
    ("三分之一", q("三分之一", "0.3333333333333333333333333333", NUM)),
    ("475", q("475", "475", NUM)),
    ("2万", q("2万", "20000", NUM)),
    ("3 家", q("3 家", "3", NUM, "家")),
]

#: Text -> the one quantity it is: what is measured and counted.
MEASURES = [
    ("28.6亿元", q("28.6亿元", "2860000000", CNY)),
    ("1亿元人民币", q("1亿元人民币", "100000000", CNY)),
    ("50亿美元", q("50亿美元", "5000000000", USD)),
    ("51.16万亩", q("51.16万亩", "511600", "pgunit:mu")),
    ("80亿斤", q("80亿斤", "8000000000", "pgunit:jin")),
    ("100万平方米", q("100万平方米", "1000000", "unit:M2")),
    ("1.2平方公里", q("1.2平方公里", "1.2", "unit:KiloM2")),
    ("300公顷", q("300公顷", "300", "unit:HA")),
    ("20公里", q("20公里", "20", "unit:KiloM")),
    ("500米", q("500米", "0.5", "unit:KiloM")),
    ("5千米", q("5千米", "5", "unit:KiloM")),
    ("3万吨", q("3万吨", "30000", "unit:TON_Metric")),
    ("500公斤", q("500公斤", "0.5", "unit:TON_Metric")),
    ("10万吨标准煤", q("10万吨标准煤", "100000", "pgunit:tonne-of-standard-coal")),
    ("3亿立方米", q("3亿立方米", "300000000", "pgunit:cubic-metre")),
    ("35微克/立方米", q("35微克/立方米", "35", "pgunit:microgram-per-cubic-metre")),
    ("100万千瓦", q("100万千瓦", "1000000", "pgunit:kilowatt")),
    ("2吉瓦", q("2吉瓦", "2000000", "pgunit:kilowatt")),
    ("5千瓦时", q("5千瓦时", "5", "pgunit:kilowatt-hour")),
    ("1.5℃", q("1.5℃", "1.5", "pgunit:degree-celsius")),
    ("0.5个百分点", q("0.5个百分点", "0.5", POINT)),
    ("3百分点", q("3百分点", "3", POINT)),
    ("25个基点", q("25个基点", "0.25", POINT)),
    ("三年", q("三年", "3", YEAR)),
    ("80岁", q("80岁", "80", YEAR)),
    ("6个月", q("6个月", "6", "pgunit:month")),
    ("两周", q("两周", "2", "pgunit:week")),
    ("30天", q("30天", "30", "pgunit:day")),
    ("5个工作日", q("5个工作日", "5", "pgunit:working-day")),
    ("24小时", q("24小时", "24", "pgunit:hour")),
    ("15分钟", q("15分钟", "15", "pgunit:minute")),
    ("2万套", q("2万套", "20000", NUM, "套")),
    ("30万人次", q("30万人次", "300000", NUM, "人次")),
    ("50台(套)", q("50台(套)", "50", NUM, "台(套)")),
    ("6.8倍", q("6.8倍", "6.8", NUM, "倍")),
    ("翻一番", q("翻一番", "2", NUM, "倍")),
    ("翻两番", q("翻两番", "4", NUM, "倍")),
    ("倍增", q("倍增", "2", NUM, "倍")),
    ("第一", q("第一", "1", NUM, "位")),
    ("第六位", q("第六位", "6", NUM, "位")),
    ("第3名", q("第3名", "3", NUM, "位")),
    ("前十", q("前十", "10", NUM, "位")),
    ("前七位", q("前七位", "7", NUM, "位")),
    ("前七位次", q("前七位次", "7", NUM, "位")),
    ("前3—5位", q("前3—5位", "3", NUM, "位", to="5")),
    ("50强", q("50强", "50", NUM, "位")),
    ("百强", q("百强", "100", NUM, "位")),
    ("首位", q("首位", "1", NUM, "位")),
]

#: Text -> the one quantity it is: comparators, hedges and ranges.
WORDS = [
    ("不少于10万个", q("不少于10万个", "100000", NUM, "个", comparator="gteq")),
    ("不得低于80亿斤", q("不得低于80亿斤", "8000000000", "pgunit:jin", comparator="gteq")),
    ("至少1个", q("至少1个", "1", NUM, "个", comparator="gteq")),
    ("30项以上", q("30项以上", "30", NUM, "项", comparator="gteq")),
    ("65岁及以上", q("65岁及以上", "65", YEAR, comparator="gteq")),
    ("5人(含5人)以上", q("5人(含5人)以上", "5", NUM, "人", comparator="gteq")),
    ("≥3.2%", q("≥3.2%", "3.2", PERCENT, comparator="gteq")),
    ("3.7%以内", q("3.7%以内", "3.7", PERCENT, comparator="lteq")),
    ("控制在1.7万人以内", q("1.7万人以内", "17000", NUM, "人", comparator="lteq", at=3)),
    ("不超过5%", q("不超过5%", "5", PERCENT, comparator="lteq")),
    ("三年内", q("三年内", "3", YEAR, comparator="lteq")),
    ("超1800家", q("超1800家", "1800", NUM, "家", comparator="gt")),
    ("突破1000亿元", q("突破1000亿元", "100000000000", CNY, comparator="gt")),
    ("突破千亿元", q("突破千亿元", "100000000000", CNY, comparator="gt")),
    ("过百家", q("过百家", "100", NUM, "家", comparator="gt")),
    ("20余条", q("20余条", "20", NUM, "条", comparator="gt")),
    ("1.2万余名", q("1.2万余名", "12000", NUM, "名", comparator="gt")),
    ("万余名", q("万余名", "10000", NUM, "名", comparator="gt")),
    ("60多亿元", q("60多亿元", "6000000000", CNY, comparator="gt")),
    ("百分之六十多", q("百分之六十多", "60", PERCENT, comparator="gt")),
    ("两年多", q("两年多", "2", YEAR, comparator="gt")),
    ("不到三成", q("不到三成", "30", PERCENT, comparator="lt")),
    ("近90%", q("近90%", "90", PERCENT, comparator="approximately")),
    ("约20公里", q("约20公里", "20", "unit:KiloM", comparator="approximately")),
    ("25%左右", q("25%左右", "25", PERCENT, comparator="approximately")),
    ("等于3%", q("等于3%", "3", PERCENT, comparator="eq")),
    ("近三年", q("三年", "3", YEAR, at=1)),
    ("前10%", q("10%", "10", PERCENT, at=1)),
    ("达到1230家", q("1230家", "1230", NUM, "家", at=2)),
    (" 实现100% ", q("100%", "100", PERCENT, at=3)),
    ("力争达到3000亿元", q("3000亿元", "300000000000", CNY, hedge="力争", at=4)),
    ("预计新增9所", q("9所", "9", NUM, "所", hedge="预计", at=4)),
    ("力争至少1个", q("至少1个", "1", NUM, "个", comparator="gteq", hedge="力争", at=2)),
    ("3～5家", q("3～5家", "3", NUM, "家", to="5")),
    ("3-5个", q("3-5个", "3", NUM, "个", to="5")),
    ("3至5个", q("3至5个", "3", NUM, "个", to="5")),
    ("三到五年内", q("三到五年内", "3", YEAR, to="5", comparator="lteq")),
    ("10%至12%", q("10%至12%", "10", PERCENT, to="12")),
    ("10—12%", q("10—12%", "10", PERCENT, to="12")),
    ("百分之十至十五", q("百分之十至十五", "10", PERCENT, to="15")),
    ("3-5万元", q("3-5万元", "30000", CNY, to="50000")),
    ("3万-5万元", q("3万-5万元", "30000", CNY, to="50000")),
    ("500-1万元", q("500-1万元", "500", CNY, to="10000")),
    ("5-5万元", q("5-5万元", "5", CNY, to="50000")),
    ("500万元至1亿元", q("500万元至1亿元", "5000000", CNY, to="100000000")),
]


@pytest.mark.parametrize(("text", "expected"), NUMERALS + MEASURES + WORDS)
def test_a_printed_quantity_reads_as_its_value(text: str, expected: Quantity) -> None:
    assert parse(text) == expected


#: A phrase in the manner of the documents -> every quantity in it.
PHRASES = [
    ("总量达1.3万亿元,占全省47.2%", [q("1.3万亿元", "1300000000000", CNY, at=3), q("47.2%", "47.2", PERCENT, at=13)]),
    ("城镇化率近76%。", [q("近76%", "76", PERCENT, comparator="approximately", at=4)]),
    ("外资增长6.8倍", [q("6.8倍", "6.8", NUM, "倍", at=4)]),
    ("今年1月至9月482列", [q("482列", "482", NUM, "列", at=7)]),
    ("跃居全国第六位。", [q("第六位", "6", NUM, "位", at=4)]),
    ("总量突破1万亿元", [q("突破1万亿元", "1000000000000", CNY, comparator="gt", at=2)]),
    ("人口突破1000万人", [q("突破1000万人", "10000000", NUM, "人", comparator="gt", at=2)]),
    ("达到1000列以上", [q("1000列以上", "1000", NUM, "列", comparator="gteq", at=2)]),
    ("东北第一、全国前列", [q("第一", "1", NUM, "位", at=2)]),
    ("比重38%以上。", [q("38%以上", "38", PERCENT, comparator="gteq", at=2)]),
    ("企业达到3万家。", [q("3万家", "30000", NUM, "家", at=4)]),
    ("3个部分、24项任务", [q("3个", "3", NUM, "个"), q("24项", "24", NUM, "项", at=5)]),
    ("27家单位、13个县(市)区", [q("27家", "27", NUM, "家"), q("13个", "13", NUM, "个", at=6)]),
    ("覆盖率25%左右,到2025年", [q("25%左右", "25", PERCENT, comparator="approximately", at=3)]),
    ("65岁以上老人", [q("65岁以上", "65", YEAR, comparator="gteq")]),
    ("个党组织—8255个", [q("8255个", "8255", NUM, "个", at=5)]),
    ("重点抓好八方面", [q("八方面", "8", NUM, "方面", at=4)]),
    ("累计50亿美元以上", [q("50亿美元以上", "5000000000", USD, comparator="gteq", at=2)]),
    ("分别下降15%、18.5%", [q("15%", "15", PERCENT, at=4), q("18.5%", "18.5", PERCENT, at=8)]),
    ("“5+3+7+5”20条链", [q("20条", "20", NUM, "条", at=9)]),
    ("通过两轮改造", [q("两轮", "2", NUM, "轮", at=2)]),
    ("80岁的居民", [q("80岁", "80", YEAR)]),
    ("111名第一书记", [q("111名", "111", NUM, "名")]),
    ("800余名干部", [q("800余名", "800", NUM, "名", comparator="gt")]),
    ("1.2万余名党员", [q("1.2万余名", "12000", NUM, "名", comparator="gt")]),
    ("亿元以上项目", [q("亿元以上", "100000000", CNY, comparator="gteq")]),
    ("客流30万人次", [q("30万人次", "300000", NUM, "人次", at=2)]),
    ("24小时不间断", [q("24小时", "24", "pgunit:hour")]),
    ("是2013年的1.8倍", [q("1.8倍", "1.8", NUM, "倍", at=7)]),
    ("位居首位;", [q("首位", "1", NUM, "位", at=2)]),
    ("机构超1800家", [q("超1800家", "1800", NUM, "家", comparator="gt", at=2)]),
    ("力争提前一年", [q("一年", "1", YEAR, at=4)]),
    ("征集20余条", [q("20余条", "20", NUM, "条", comparator="gt", at=2)]),
    ("60多亿元", [q("60多亿元", "6000000000", CNY, comparator="gt")]),
    ("十项举措", [q("十项", "10", NUM, "项")]),
    ("三年内将完成", [q("三年内", "3", YEAR, comparator="lteq")]),
    ("预计新增9所,1980个", [q("9所", "9", NUM, "所", hedge="预计", at=4), q("1980个", "1980", NUM, "个", at=7)]),
    ("控制在1.7万人以内", [q("1.7万人以内", "17000", NUM, "人", comparator="lteq", at=3)]),
    ("每万拥有床位359张", [q("359张", "359", NUM, "张", at=6)]),
    (
        "约20公里的25条",
        [q("约20公里", "20", "unit:KiloM", comparator="approximately"), q("25条", "25", NUM, "条", at=6)],
    ),
    (
        "44处、97座、83所",
        [q("44处", "44", NUM, "处"), q("97座", "97", NUM, "座", at=4), q("83所", "83", NUM, "所", at=8)],
    ),
    ("11.35万人以上", [q("11.35万人以上", "113500", NUM, "人", comparator="gteq")]),
    ("三到五年内要突破", [q("三到五年内", "3", YEAR, to="5", comparator="lteq")]),
    ("力争三年进入50强。", [q("三年", "3", YEAR, hedge="力争", at=2), q("50强", "50", NUM, "位", at=6)]),
    ("工业百强区", [q("百强", "100", NUM, "位", at=2)]),
    ("实现经济倍增", [q("倍增", "2", NUM, "倍", at=4)]),
    ("全国前七位次；", [q("前七位次", "7", NUM, "位", at=2)]),
    ("全国前十行列", [q("前十", "10", NUM, "位", at=2)]),
    ("产量不低于80亿斤", [q("不低于80亿斤", "8000000000", "pgunit:jin", comparator="gteq", at=2)]),
    ("“3张图”", [q("3张", "3", NUM, "张", at=1)]),
    ("失业率3.7%以内；", [q("3.7%以内", "3.7", PERCENT, comparator="lteq", at=3)]),
    ("新建5G基站1.2万个", [q("1.2万个", "12000", NUM, "个", at=6)]),
    ("面积51.16万亩", [q("51.16万亩", "511600", "pgunit:mu", at=2)]),
    ("100万平方米或2万套", [q("100万平方米", "1000000", "unit:M2"), q("2万套", "20000", NUM, "套", at=8)]),
    (
        "超100亿元、超50亿元",
        [q("超100亿元", "10000000000", CNY, comparator="gt"), q("超50亿元", "5000000000", CNY, comparator="gt", at=7)],
    ),
    ("10座以上。", [q("10座以上", "10", NUM, "座", comparator="gteq")]),
    # of other documents
    ("同比+5.3%", [q("+5.3%", "5.3", PERCENT, at=2)]),
    ("增速-5.3%", [q("-5.3%", "-5.3", PERCENT, at=2)]),
    ("社区-5个", [q("5个", "5", NUM, "个", at=3)]),
    ("10亿元-5亿元", [q("10亿元", "1000000000", CNY), q("5亿元", "500000000", CNY, at=5)]),
    ("由65个到86个", [q("65个到86个", "65", NUM, "个", to="86", at=1)]),
    ("30%到2025年", [q("30%", "30", PERCENT)]),
    ("GDP5万亿元", [q("5万亿元", "5000000000000", CNY, at=3)]),
    ("3倍增长", [q("3倍", "3", NUM, "倍")]),
    ("10项目标", [q("10项", "10", NUM, "项")]),
    ("100个上下游企业", [q("100个", "100", NUM, "个")]),
    ("签约30亿元", [q("30亿元", "3000000000", CNY, at=2)]),
    ("榜单上第一，", [q("第一", "1", NUM, "位", at=3)]),
    ("最近3年", [q("3年", "3", YEAR, at=2)]),
    ("减负5亿元", [q("5亿元", "500000000", CNY, at=2)]),
    ("新突破12项", [q("12项", "12", NUM, "项", at=3)]),
    ("3项(以下简称", [q("3项", "3", NUM, "项")]),
    ("近万人参加", [q("近万人", "10000", NUM, "人", comparator="approximately")]),
    ("至少一个集群", [q("至少一个", "1", NUM, "个", comparator="gteq")]),
    ("约2000，", [q("约2000", "2000", NUM, comparator="approximately")]),
    ("20以上", [q("20以上", "20", NUM, comparator="gteq")]),
    ("不会超过5%", [q("不会超过5%", "5", PERCENT, comparator="lteq")]),
    ("有3 家", [q("3 家", "3", NUM, "家", at=1)]),
    # blanks that writers, Word and PDF leave
    (
        "力争达到6000 亿元，完成 1.5 万亿元。",
        [q("6000 亿元", "600000000000", CNY, hedge="力争", at=4), q("1.5 万亿元", "1500000000000", CNY, at=15)],
    ),
    ("增长 5. 5%左右", [q("5. 5%左右", "5.5", PERCENT, comparator="approximately", at=3)]),
    ("投资6000 亿 元", [q("6000 亿 元", "600000000000", CNY, at=2)]),
    ("约 1 万 亿元", [q("约 1 万 亿元", "1000000000000", CNY, comparator="approximately")]),
    ("产煤100 000 吨", [q("100 000 吨", "100000", "unit:TON_Metric", at=2)]),
    ("新增60 余家", [q("60 余家", "60", NUM, "家", comparator="gt", at=2)]),
    ("提高2 个 百分点", [q("2 个 百分点", "2", POINT, at=2)]),
    ("6000\n亿元", []),
    ("建成3 5 家", []),
    ("三 十家", []),
    ("1 . 5 万亿元", []),
    ("十五五 5家", [q("5家", "5", NUM, "家", at=4)]),
    ("打造5个千亿级集群", [q("5个", "5", NUM, "个", at=2)]),
    # currencies, and sums of money without a unit
    ("3亿欧元", [q("3亿欧元", "300000000", "unit:CCY_EUR")]),
    ("3亿人民币", [q("3亿人民币", "300000000", CNY)]),
    ("￥3亿", [q("￥3亿", "300000000", CNY)]),
    ("￥3-5亿元", [q("￥3-5亿元", "300000000", CNY, to="500000000")]),
    ("￥3亿美元", [q("￥3亿美元", "300000000", USD)]),
    ("付息金额4120亿", [q("4120亿", "412000000000", NUM, at=4)]),
    ("企业4120亿", []),
    ("总收入超1000万，", [q("超1000万", "10000000", NUM, comparator="gt", at=3)]),
    # other units
    ("建房30万m2", [q("30万m2", "300000", "unit:M2", at=2)]),
    ("吞吐量120万TEU", [q("120万TEU", "1200000", NUM, "TEU", at=3)]),
    ("浓度35微克每立方米", [q("35微克每立方米", "35", "pgunit:microgram-per-cubic-metre", at=2)]),
    ("算力达3000P。", [q("3000P", "3000", "pgunit:petaflops", at=3)]),
    ("算力达1.2EFLOPS。", [q("1.2EFLOPS", "1200", "pgunit:petaflops", at=3)]),
    ("10.36百亿亿次/秒", [q("10.36百亿亿次/秒", "10360", "pgunit:petaflops")]),
    ("发放100万卡时", [q("100万卡时", "1000000", "pgunit:card-hour", at=2)]),
    ("接待60家次", [q("60家次", "60", NUM, "家次", at=2)]),
    ("2023，500家", [q("500家", "500", NUM, "家", at=5)]),
    ("第一，要建3个", [q("3个", "3", NUM, "个", at=5)]),
]


@pytest.mark.parametrize(("text", "expected"), PHRASES)
def test_every_quantity_of_a_phrase_is_found(text: str, expected: list[Quantity]) -> None:
    assert find(text) == expected


#: What has digits or numerals and is no quantity.
NONE = {
    "years": "2022年 2023—2025年 2023-2025年 二〇二五年 2025年底 2025年5月 90年代 2022年度 超2025年",
    "dates": "12月30日 1月至9月 9月28日 2022-12-30 8:30个 24/7天",
    "periods": "“十四五” “十四五”时期 十四五 前三季度 上半年 半年 每季度",
    "list numbers": "1.加快建设 （十二）项目 (三)项目 三、项目 61.构建 1 项目 第一、要 第一，要",
    "names in digits": "5G基站 3.0版 新政3.0 A4张 T3座 116巷 PM2.5 1.2.3亿 COVID-19例",
    "formulas": "“1+5”制度 “12+1”个方面 12+1个方面 5+3+7+5 1-2-3个 5×3个",
    "names in numerals": "一枢纽、四中心 两邻 四零 一网通办 一体化 五工程一管理 一拆五改三增加 一核两极三组团五板块",
    "slogans": "打通最后一公里 “四个意识” “两个确立” “五个示范” 「六项工程」",
    "idioms": "万众一心 三位一体 千方百计 百人千企 千家万户 百年奋斗 千店计划 一带一路 十分重要 一分为二",
    "articles": "一批项目 一个脚印 一件事一次办 “一张网”",
    "ordinals": "第一书记 第一集团 “第一区” 第三条 第3—5条 第十四届 第五次 第一、第二产业 第三个 三级 二期 九号院",
    "compounds": "二元结构 三元素 一二三产业 三台子 三组团 二十大 10项目 3部门 5部分 8户型 万元户",
    "words that could be quantities": "倍增计划 成倍增长 首位度 放在首位 另一半",
    "vague counts": "数十家 几十个 好几家 两三个 两三年半 三五年 十之八九",
    "denominators": "每10万人 每万人 每3年",
    "prices and rates": "300元/平方米 120公里/小时 5元/吨",
    "set phrases": "两个翻番 三个提升 五个确保 信心倍增 干劲倍增 八项规定精神 八项规定及其实施细则 四项基本原则",
    "units alone": "万元 亿元 0.8吨/万元 单位：万元",
    "pictures and classes": "1080P 4K 一二批项目 二三类企业 三五年 两三个",
    "cut numerals": "1,2345元 1000,000元 0.8.5% 五六七个 十四五点六个",
    "numbers alone": "2022 一万亿 3.0万 一百五十 10个亿 5万3个 、 。 ％ 万 亿 百分点 分之",
}


@pytest.mark.parametrize("text", [text for row in NONE.values() for text in row.split()])
def test_what_is_no_quantity_is_not_found(text: str) -> None:
    assert find(text) == []


@pytest.mark.parametrize("text", ["1 项目建设", "\n1 家庭", "三、 五个", ""])
def test_numbers_of_list_items_are_not_found(text: str) -> None:
    assert [found.printed for found in find(text)] == (["五个"] if "五个" in text else [])


@pytest.mark.parametrize(
    ("text", "printed"),
    [
        # an item of a list has a whole number below a hundred, in digits, at the beginning of a line
        ("99 家企业", []),
        ("100 家企业", ["100 家"]),
        ("1.5 吨茶叶", ["1.5 吨"]),
        ("2万 家企业", ["2万 家"]),
        ("\n        9 家企业", []),
        ("\n         9 家企业", ["9 家"]),
        # a sum of money without its unit is one of ten thousands, behind what names it, from the first character on
        ("收入1万，", ["1万"]),
        ("收入9000，", []),
        ("收入比上年增长达1万，", ["1万"]),
        ("收入比去年同期增长1万，", []),
        # small numbers in characters are mostly parts of words, up to ten
        ("九元", []),
        ("十元", ["十元"]),
        ("十组", []),
        ("十一组", ["十一组"]),
        ("十个坚持", []),
        ("十一个坚持", ["十一个"]),
        ("最后一公里", []),
        ("最后两公里", ["两公里"]),
        # neighbours of what is numbered are no count; of what is counted they are
        ("十五六批企业", []),
        ("十五六家企业", ["十五六家"]),
        ("约三四十，", ["约三四十"]),
        # behind what is no numeral at once the next is looked for
        ("首3家", ["3家"]),
        ("半3家", ["3家"]),
        # a numeral that blanks cut in two is none; four blanks, or five characters with the point, are looked at
        ("1    5个", []),
        ("1     5个", ["5个"]),
        ("1  . 5个", []),
        ("1   . 5个", ["5个"]),
    ],
)
def test_bounds_of_what_is_no_quantity(text: str, printed: list[str]) -> None:
    assert [each.printed for each in find(text)] == printed


@pytest.mark.parametrize(
    ("text", "unit", "expected"),
    [
        ("7左右", "%", q("7%左右", "7", PERCENT, comparator="approximately")),
        ("1.2万", "元", q("1.2万元", "12000", CNY)),
        ("3-5", "家", q("3-5家", "3", NUM, "家", to="5")),
    ],
)
def test_a_unit_that_stands_apart_is_put_in(text: str, unit: str, expected: Quantity) -> None:
    assert quantity.parse_apart(text, unit) == expected


#: Text that is not one quantity -> what the error says.
UNREADABLE = [
    ("", "no numeral in '' at 0"),
    ("若干家", "no numeral in '若干家' at 0"),
    ("2022年", "a year, not a quantity: '2022年' at 0"),
    ("十四五", "cannot read the numeral '十四五' at 0"),
    ("一百五", "cannot read the numeral '一百五' at 0"),
    ("三万五", "cannot read the numeral '三万五' at 0"),
    ("五八个", "cannot read the numeral '五八' at 0"),
    ("十四五个", "cannot read the numeral '十四五' at 0"),
    ("3 5家", "part of a numeral: '3 5家' at 0"),
    ("2025 万人", "cannot read the numeral '2025 万' at 0"),
    ("14万一人", "cannot read the numeral '14万' at 0"),
    ("5万3000", "cannot read the numeral '5万3000' at 0"),
    ("9" * 40, f"cannot read the numeral '{'9' * 32}…' at 0"),
    ("5G", "cannot read 'G' at 1, behind the quantity"),
    ("3.0版", "cannot read '版' at 3, behind the quantity"),
    ("12+1个", "cannot read '+1个' at 2, behind the quantity"),
    ("3个、4个", "cannot read '、4个' at 2, behind the quantity"),
    ("10-5个", "cannot read '-5个' at 2, behind the quantity"),
    ("3个-5家", "cannot read '-5家' at 2, behind the quantity"),
    ("300元/平方米", "cannot read '元/平方米' at 3, behind the quantity"),
    ("10万吨级", "cannot read '吨级' at 3, behind the quantity"),
    ("第三条", "an ordinal, not a quantity, at 0"),
    ("数十家", "cannot read '数十家' at 0, in front of the quantity"),
    ("企业3家", "cannot read '企业3家' at 0, in front of the quantity"),
    ("签约3家", "cannot read '签约3家' at 0, in front of the quantity"),
    ("百分之百分之一", "no numeral at 3: '百分之一'"),
    ("零分之一", "cannot read the numeral '零分之' at 0"),
    # what is shown of a text, and the longest numeral
    ("5G基站建设工程项目一期二期三期四期", "cannot read 'G基站建设工程项目一期二期三期四' at 1, behind the quantity"),
    ("百分之百分之一个单位以上的企业", "no numeral at 3: '百分之一个单位以上的'"),
    ("9" * 33 + "个", f"cannot read the numeral '{'9' * 32}…' at 0"),
    ("9" * 33 + "分之一", f"cannot read the numeral '{'9' * 32}…' at 0"),
    ("九" * 32 + "个", f"cannot read the numeral '{'九' * 32}' at 0"),
    ("〇" * 33 + "个", f"cannot read the numeral '{'〇' * 32}…' at 0"),
    # no range, no fraction, no number
    ("百分之五家", "cannot read '家' at 4, behind the quantity"),
    ("3至3个", "cannot read '至3个' at 1, behind the quantity"),
    ("3/3以上", "cannot read '/3以上' at 1, behind the quantity"),
    ("一二个", "cannot read the numeral '一二' at 0"),
    ("十三五个", "cannot read the numeral '十三五' at 0"),
    ("一九九八七户", "cannot read the numeral '一九九八七' at 0"),
    ("千百家", "cannot read the numeral '千百' at 0"),
    ("1万1万元", "cannot read the numeral '1万1万' at 0"),
    ("一亿千万元", "cannot read the numeral '一亿千万' at 0"),
    ("一亿一万万元", "cannot read the numeral '一亿一万万' at 0"),
    ("14万一千点五人", "cannot read the numeral '14万' at 0"),
    ("一点" + "五" * 31 + "倍", f"cannot read the numeral '一点{'五' * 30}…' at 0"),
    ("百五家", "cannot read the numeral '百五' at 0"),
    ("5零零个", "cannot read the numeral '5' at 0"),
    ("14万一万人", "cannot read the numeral '14万' at 0"),
    ("三万五个", "cannot read the numeral '三万五' at 0"),
]


@pytest.mark.parametrize(("text", "message"), UNREADABLE)
def test_what_is_not_one_quantity_is_refused_with_its_place(text: str, message: str) -> None:
    with pytest.raises(QuantityError) as error:
        parse(text)
    assert str(error.value) == message


#: A list -> its quantities.
LISTS = [
    ("5%", [q("5%", "5", PERCENT)]),
    ("分别提高3.5%、15%", [q("3.5%", "3.5", PERCENT, at=4), q("15%", "15", PERCENT, at=9)]),
    ("60个、120个", [q("60个", "60", NUM, "个"), q("120个", "120", NUM, "个", at=4)]),
    ("10万、15万个", [q("10万", "100000", NUM, "个"), q("15万个", "150000", NUM, "个", at=4)]),
    ("10、15万个", [q("10", "100000", NUM, "个"), q("15万个", "150000", NUM, "个", at=3)]),
    (
        "60、10万、15万个",
        [q("60", "60", NUM, "个"), q("10万", "100000", NUM, "个", at=3), q("15万个", "150000", NUM, "个", at=7)],
    ),
    ("三、五万元", [q("三", "30000", CNY), q("五万元", "50000", CNY, at=2)]),
    ("3-5、6-8家", [q("3-5", "3", NUM, "家", to="5"), q("6-8家", "6", NUM, "家", to="8", at=4)]),
    (
        "分别不少于10万个、15万个",
        [
            q("不少于10万个", "100000", NUM, "个", comparator="gteq", at=2),
            q("15万个", "150000", NUM, "个", comparator="gteq", at=10),
        ],
    ),
    (
        "60、120个以上",
        [q("60", "60", NUM, "个", comparator="gteq"), q("120个以上", "120", NUM, "个", comparator="gteq", at=3)],
    ),
    ("60个、120个以上", [q("60个", "60", NUM, "个"), q("120个以上", "120", NUM, "个", comparator="gteq", at=4)]),
    (
        "超过60个和120个左右",
        [
            q("超过60个", "60", NUM, "个", comparator="gt"),
            q("120个左右", "120", NUM, "个", comparator="approximately", at=6),
        ],
    ),
    (
        "力争达到50%,100%",
        [q("50%", "50", PERCENT, hedge="力争", at=4), q("100%", "100", PERCENT, hedge="力争", at=8)],
    ),
    ("1、2", [q("1", "1", NUM), q("2", "2", NUM, at=2)]),
    ("800、5个", [q("800", "800", NUM, "个"), q("5个", "5", NUM, "个", at=4)]),
    ("119、1.2万个", [q("119", "1190000", NUM, "个"), q("1.2万个", "12000", NUM, "个", at=4)]),
]


@pytest.mark.parametrize(("text", "expected"), LISTS)
def test_a_list_shares_what_is_printed_once(text: str, expected: list[Quantity]) -> None:
    assert distribute(text) == expected


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("60个、120", "no unit behind the last number of the list, at 4"),
        ("800、1.2万个", "no telling which multiplier belongs to 800 at 0"),
        ("120、1.2万个", "no telling which multiplier belongs to 120 at 0"),
        ("3个4个", "cannot read '4个' at 2, as a list goes on"),
        ("3个、", "no numeral in '' at 3"),
        ("", "no numeral in '' at 0"),
    ],
)
def test_a_list_that_leaves_a_doubt_is_refused(text: str, message: str) -> None:
    with pytest.raises(QuantityError) as error:
        distribute(text)
    assert str(error.value) == message


def test_every_word_of_the_tables_is_read() -> None:
    units = {word: (parse(f"7{word}").unit, parse(f"7{word}").value) for word in quantity.UNITS}
    assert units == {word: (iri, 7 * Decimal(size)) for word, (iri, size, _) in quantity.UNITS.items()}
    classifiers = {word: parse(f"7{word}").classifier for word in quantity.CLASSIFIERS}
    assert classifiers == {word: word for word in quantity.CLASSIFIERS} | {"强": "位", ":1": "倍"}
    multipliers = {word: parse(f"7{word}元").value for word in quantity.MULTIPLIERS}
    assert multipliers == {word: 7 * factor for word, factor in quantity.MULTIPLIERS.items()}
    comparators = {word: parse(f"{word}百家").comparator for word in quantity.COMPARATORS}
    assert comparators == quantity.COMPARATORS
    behind = {word: parse(f"7家{word}").comparator for word in quantity.COMPARATORS_BEHIND}
    assert behind == {word: says for word, (says, _) in quantity.COMPARATORS_BEHIND.items()}
    behind_time = {word: parse(f"7年{word}").comparator for word in quantity.COMPARATORS_BEHIND_TIME}
    assert behind_time == {word: says for word, (says, _) in quantity.COMPARATORS_BEHIND_TIME.items()}
    hedges = {hedge: parse(f"{hedge}达到7家").hedge for hedge in quantity.HEDGES}
    assert hedges == {hedge: hedge for hedge in quantity.HEDGES}


def test_multipliers_and_digits_are_worth_what_their_characters_say() -> None:
    powers = {"十": 1, "百": 2, "千": 3, "万": 4, "亿": 8}
    expected = {word: Decimal(10) ** sum(powers[char] for char in word) for word in quantity.MULTIPLIERS}
    assert dict(quantity.MULTIPLIERS) == expected
    digits = [parse(f"{digit}户").value for digit in "零〇一二两三四五六七八九"]
    assert digits == [0, 0, 1, 2, 2, 3, 4, 5, 6, 7, 8, 9]
    assert [parse(f"{tens}一个").value for tens in ("廿", "卅", "卌", "十", "九十")] == [21, 31, 41, 11, 91]
    shares = [parse(f"{whole}分之五").value for whole in "百千万"]
    assert shares == [Decimal(5), Decimal("0.5"), Decimal("0.05")]


def test_the_normal_form_moves_no_character() -> None:
    assert numerals.normalise("！０～｟\u3000－萬") == "!0~｟ -万"


@pytest.mark.parametrize(
    ("text", "numeral"),
    [
        ("1.3万亿元", numerals.Numeral(Decimal("1.3"), Decimal(10**12), "1.3万亿", 5)),
        ("65个", numerals.Numeral(Decimal(65), Decimal(1), "65", 2)),
        ("14万一千人", numerals.Numeral(Decimal(141000), Decimal(1), "14万一千", 5)),
        ("1亿2000万元", numerals.Numeral(Decimal(120000000), Decimal(1), "1亿2000万", 7)),
        ("2/3以上", numerals.Numeral(Decimal("0.6666666666666666666666666667"), Decimal(1), "2/3", 3)),
        ("百分之3.5", numerals.Numeral(Decimal("3.5"), Decimal(1), "百分之3.5", 6, percent=True)),
        ("百分之十二", numerals.Numeral(Decimal(12), Decimal(1), "百分之十二", 5, chinese=True, percent=True)),
        ("四分之三", numerals.Numeral(Decimal("0.75"), Decimal(1), "四分之三", 4, chinese=True)),
        ("三点五万亿元", numerals.Numeral(Decimal("3.5"), Decimal(10**12), "三点五万亿", 5, chinese=True)),
        ("三十五万亿元", numerals.Numeral(Decimal(35), Decimal(10**12), "三十五万亿", 5, chinese=True)),
        ("一千零五十个", numerals.Numeral(Decimal(1050), Decimal(1), "一千零五十", 5, chinese=True)),
        ("二万〇五个", numerals.Numeral(Decimal(20005), Decimal(1), "二万〇五", 4, chinese=True)),
        ("一九九八户", numerals.Numeral(Decimal(1998), Decimal(1), "一九九八", 4, chinese=True)),
        ("一〇五户", numerals.Numeral(Decimal(105), Decimal(1), "一〇五", 3, chinese=True)),
        ("千亿元", numerals.Numeral(Decimal(10**11), Decimal(1), "千亿", 2, chinese=True, bare=True)),
        ("亿亿元", numerals.Numeral(Decimal(10**16), Decimal(1), "亿亿", 2, chinese=True, bare=True)),
        # neighbours
        ("三五个", numerals.Numeral(Decimal(3), Decimal(1), "三五", 2, chinese=True, upper=Decimal(5))),
        ("三五十家", numerals.Numeral(Decimal(30), Decimal(1), "三五十", 3, chinese=True, upper=Decimal(50))),
        ("一二十个", numerals.Numeral(Decimal(10), Decimal(1), "一二十", 3, chinese=True, upper=Decimal(20))),
        ("二十五六个", numerals.Numeral(Decimal(25), Decimal(1), "二十五六", 4, chinese=True, upper=Decimal(26))),
        ("三四千家", numerals.Numeral(Decimal(3000), Decimal(1), "三四千", 3, chinese=True, upper=Decimal(4000))),
        ("三点一四倍", numerals.Numeral(Decimal("3.14"), Decimal(1), "三点一四", 4, chinese=True)),
        ("七八百万元", numerals.Numeral(Decimal(700), Decimal(10**4), "七八百万", 4, chinese=True, upper=Decimal(800))),
        ("9" * 32 + "个", numerals.Numeral(Decimal("9" * 32), Decimal(1), "9" * 32, 32)),
        ("〇" * 32 + "个", numerals.Numeral(Decimal(0), Decimal(1), "〇" * 32, 32, chinese=True)),
        ("9" * 32 + "分之一", numerals.Numeral(Decimal("1E-32"), Decimal(1), "9" * 32 + "分之一", 35, chinese=True)),
    ],
)
def test_a_numeral_is_read_with_all_that_is_known_of_it(text: str, numeral: numerals.Numeral) -> None:
    assert numerals.read_numeral(text, 0) == numeral


@pytest.mark.parametrize(
    ("word", "value"), [("一半", 50), ("半数", 50), ("百分百", 100), ("首位", 1), ("翻一番", 2), ("倍增", 2)]
)
def test_a_word_that_is_a_quantity_is_a_numeral_in_characters(word: str, value: int) -> None:
    numeral = phrases.read_phrase(word, 0, 0).low.numeral
    assert numeral == numerals.Numeral(Decimal(value), Decimal(1), word, len(word), chinese=True)


def test_offsets_are_code_points() -> None:
    assert find("𠮷😀达12%") == [q("12%", "12", PERCENT, at=3)]


def test_the_decimal_context_of_the_caller_changes_nothing() -> None:
    with localcontext() as context:
        context.prec = 2
        assert parse("123456789012.345万元") == q("123456789012.345万元", "1234567890123450", CNY)
        assert parse("1亿2345万元") == q("1亿2345万元", "123450000", CNY)


@pytest.mark.parametrize(
    "unit",
    ["9", "999,", "九", "万", "一万", "1万", "9.", "百分之", "力争达到", "不", "(含", "翻了", "首", "-", "第", "前"],
)
def test_a_megabyte_of_anything_is_read_to_its_end(unit: str) -> None:
    text = (unit * (1_000_000 // len(unit)))[:1_000_000]
    assert [found for found in find(text) if text[found.start : found.end] != found.printed] == []
    with pytest.raises(QuantityError):
        parse(text)


def test_a_character_that_only_opens_a_word_is_not_read() -> None:
    """Reading fails with an exception, which costs a hundred times what it does to search on."""
    starts = [
        start.start() for start in phrases.START.finditer("首位 首先 翻了一番 翻新 榜首 榜样 半数 半径 倍增 倍率 零下5")
    ]
    assert starts == [0, 6, 8, 14, 20, 26, 34]


#: What texts that are nearly quantities are made of.
PIECES = [
    *"0123456789〇零一二两三五十百千万亿点.,，、-－—~+×:/ \n“”(（）)GA每几数第前负余多约近超",
    *(
        "年",
        "月",
        "个",
        "家",
        "%",
        "％",
        "元",
        "亿元",
        "个百分点",
        "倍",
        "位",
        "强",
        "分之",
        "百分之",
        "至",
        "到",
        "成",
        "万亿",
        "千瓦",
        "廿",
        "半",
        "百分百",
        "零下",
        "人民币",
        "金额",
        "P",
        "次/秒",
    ),
    *(
        "不少于",
        "不超过",
        "突破",
        "力争",
        "达到",
        "以上",
        "以内",
        "左右",
        "内",
        "翻两番",
        "一半",
        "首位",
        "倍增",
        "平方米",
    ),
]
NEARLY = st.lists(st.sampled_from(PIECES), max_size=14).map("".join)


@given(st.one_of(st.text(), NEARLY))
def test_any_text_can_be_searched_and_what_is_found_stands_where_it_says(text: str) -> None:
    found = find(text)
    assert [text[each.start : each.end] for each in found] == [each.printed for each in found]
    bounds = [bound for each in found for bound in (each.start, each.end)]
    assert bounds == sorted(bounds)


_NUMERAL = f"[{numerals.ANY_NUMERAL}]"


@given(st.one_of(NEARLY, st.text(alphabet=numerals.ANY_NUMERAL + " ., 元个%家")))
def test_no_quantity_begins_or_ends_inside_a_numeral(text: str) -> None:
    for each in find(text):
        before, behind = text[: each.start], text[each.end :]
        if re.match(_NUMERAL, each.printed):
            assert not re.search(rf"{_NUMERAL}\Z|[0-9][.,] ?\Z(?<!\n)|[0-9] +\Z", before) or re.search(
                r"(?:\A|\n) *[0-9]+\. ?\Z", before
            )
        if re.search(rf"{_NUMERAL}\Z", each.printed):
            assert not re.match(rf" *[0-9]|(?!百分[之点]|千[克瓦米]){_NUMERAL}", behind)


@given(NEARLY)
def test_what_is_found_reads_the_same_by_itself(text: str) -> None:
    found = find(text)
    alone = [(each, parse(each.printed)) for each in found]
    assert [(e.value, e.unit, e.classifier, e.upper, e.comparator, e.printed) for e, _ in alone] == [
        (a.value, a.unit, a.classifier, a.upper, a.comparator, a.printed) for _, a in alone
    ]


@given(st.one_of(st.text(), NEARLY))
def test_any_text_is_read_or_refused(text: str) -> None:
    for read in (parse, distribute):
        with suppress(QuantityError):
            read(text)


def in_chinese(number: int) -> str:
    """The number in Chinese characters, as primers teach it: 10203 is 一万零二百零三."""
    if number == 0:
        return "零"
    groups = [
        (number // 10 ** (4 * power) % 10000, step) for power, step in ((3, "万亿"), (2, "亿"), (1, "万"), (0, ""))
    ]
    words, gap = "", False
    for group, step in groups:
        if not group:
            gap = bool(words)
            continue
        words += "零" if words and (gap or group < 1000) else ""
        words += below_ten_thousand(group) + step
        gap = False
    return words


def below_ten_thousand(number: int) -> str:
    words, gap = "", False
    for digit, step in zip(f"{number:04}", "千百十 ", strict=True):
        if digit == "0":
            gap = bool(words)
            continue
        words += ("零" if gap else "") + "零一二三四五六七八九"[int(digit)] + step.strip()
        gap = False
    return words


@given(st.integers(min_value=0, max_value=10**12 - 1))
def test_an_integer_in_chinese_characters_reads_back(number: int) -> None:
    printed = in_chinese(number) + "户"
    assert parse(printed) == q(printed, str(number), NUM, "户")


@given(st.decimals(min_value=0, max_value=10**12, places=3), st.sampled_from(sorted(quantity.MULTIPLIERS)))
def test_a_decimal_reads_back_in_digits_of_any_width(number: Decimal, multiplier: str) -> None:
    wide = str.maketrans("0123456789.,", "０１２３４５６７８９．，")
    value = f"{number * quantity.MULTIPLIERS[multiplier]:f}"
    for digits in (f"{number:f}", f"{number:,f}", f"{number:f}".translate(wide), f"{number:,f}".translate(wide)):
        printed = f"{digits}{multiplier}元"
        assert parse(printed) == q(printed, value, CNY)


@given(st.integers(min_value=0, max_value=9999), st.integers(min_value=0, max_value=999))
def test_a_decimal_in_chinese_characters_reads_back(whole: int, thousandths: int) -> None:
    decimals = f"{thousandths:03}"
    words = in_chinese(whole) + "点" + "".join("零一二三四五六七八九"[int(digit)] for digit in decimals)
    assert parse(f"百分之{words}") == q(f"百分之{words}", f"{whole}.{decimals}", PERCENT)
    assert parse(f"{words}倍") == q(f"{words}倍", f"{whole}.{decimals}", NUM, "倍")
