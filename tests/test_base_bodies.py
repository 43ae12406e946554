"""The base layer's kinds of bodies: a table whose names lead to one kind, and to the kind that documents mean."""

from __future__ import annotations

import csv
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
TABLE = ROOT / "data" / "base" / "bodies.csv"

COLUMNS = [
    "id",
    "branch",
    "organisation_kind",
    "zh",
    "national",
    "province",
    "prefecture",
    "county",
    "short",
    "ambiguous",
    "former",
    "former_national",
    "since",
    "until",
    "successor",
    "combines",
    "en",
    "en_national",
    "en_province",
    "en_prefecture",
    "en_county",
    "note",
]

BRANCHES = {"party", "government", "congress", "cppcc", "judiciary", "mass-organisation", "vertical", "institution"}

#: The columns that hold names in use, and what a level's English column goes with.
NAMES = ("national", "province", "prefecture", "county", "short")

_FORMER = re.compile(r"([^()|]+)\(until (\d{4}), (renamed|merged|split)\)")
_AMBIGUOUS = re.compile(r"([^()|]+)\((until|from) (\d{4})\)")


def _rows() -> list[dict[str, str]]:
    with TABLE.open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def _parts(cell: str) -> list[str]:
    return cell.split("|") if cell else []


def _former(row: dict[str, str]) -> list[str]:
    """The former names of a row, local and national, full and short, without their years."""
    entries = _parts(row["former"]) + _parts(row["former_national"])
    return [name for entry in entries for name in entry.partition("(")[0].split("、")]


def _kinds_by_name() -> dict[str, set[str]]:
    kinds: dict[str, set[str]] = {}
    for row in _rows():
        for name in [name for column in NAMES for name in _parts(row[column])] + _former(row):
            kinds.setdefault(name, set()).add(row["id"])
    return kinds


def test_the_table_has_its_columns_and_ids_of_their_own() -> None:
    with TABLE.open(encoding="utf-8", newline="") as stream:
        assert next(csv.reader(stream)) == COLUMNS
    ids = [row["id"] for row in _rows()]
    assert [slug for slug in ids if ids.count(slug) > 1 or not re.fullmatch(r"[a-z]+(-[a-z]+)*", slug)] == []
    assert len(ids) >= 150


def test_every_cell_is_of_its_column() -> None:
    ids = {row["id"] for row in _rows()}
    concepts = set(re.findall(r"organisation-kind/([a-z-]+)>", (ROOT / "ontology" / "concepts.ttl").read_text("utf-8")))
    faults = []
    for row in _rows():
        levels = [level for level in ("national", "province", "prefecture", "county") if row[level]]
        faults += [(row["id"], "no level")] * (not levels)
        faults += [(row["id"], "en_" + level) for level in levels if not row["en_" + level]]
        faults += [
            (row["id"], level) for level in levels if level != "national" and "{place}" not in row["en_" + level]
        ]
        faults += [(row["id"], column) for column in ("zh", "en") if not row[column]]
        faults += [(row["id"], "branch")] * (row["branch"] not in BRANCHES)
        faults += [(row["id"], "organisation_kind")] * (row["organisation_kind"] not in {*concepts, ""})
        faults += [(row["id"], slug) for slug in _parts(row["combines"]) + _parts(row["successor"]) if slug not in ids]
        faults += [(row["id"], year) for year in (row["since"], row["until"]) if not re.fullmatch(r"(20\d\d)?", year)]
        names = [name for column in NAMES for name in _parts(row[column])]
        faults += [(row["id"], name) for name in names if not name or name != name.strip()]
    assert faults == []


def test_a_name_stands_once_in_a_cell_and_short_forms_are_not_full_names() -> None:
    faults = []
    for row in _rows():
        full = [name for column in NAMES[:4] for name in set(_parts(row[column]))]
        cells = [_parts(row[column]) for column in NAMES]
        faults += [(row["id"], name) for cell in cells for name in set(cell) if cell.count(name) > 1]
        faults += [(row["id"], name) for name in _parts(row["short"]) if name in full]
        faults += [(row["id"], name) for name in _former(row) if name in full or name in _parts(row["short"])]
    assert faults == []


def test_a_name_of_two_kinds_is_listed_as_ambiguous_and_a_year_decides() -> None:
    stated: dict[str, dict[str, str]] = {}
    for row in _rows():
        for entry in _parts(row["ambiguous"]):
            match = _AMBIGUOUS.fullmatch(entry)
            assert match, (row["id"], entry)
            stated.setdefault(match[1], {})[f"{match[2]} {match[3]}"] = row["id"]
    assert stated == {
        "金融办": {"from 2023": "finance-commission-office", "until 2023": "local-financial-administration"},
        "金融监管局": {"from 2023": "financial-regulation", "until 2023": "local-financial-administration"},
    }
    shared = {name: kinds for name, kinds in _kinds_by_name().items() if len(kinds) > 1}
    assert shared == {name: set(years.values()) for name, years in stated.items()}


def test_every_former_name_has_a_year_and_what_became_of_it() -> None:
    faults = [
        (row["id"], entry)
        for row in _rows()
        for entry in _parts(row["former"]) + _parts(row["former_national"])
        if not (match := _FORMER.fullmatch(entry)) or not 2008 <= int(match[2]) <= 2026
    ]
    assert faults == []


def test_an_ended_kind_has_its_successor() -> None:
    assert [(row["id"], row["until"], row["successor"]) for row in _rows() if row["until"] or row["successor"]] == [
        ("rural-revitalisation", "2023", "agriculture-and-rural-affairs")
    ]


#: id: first full name at province, prefecture, county; the English of the prefecture or county; the former names.
SPOTS = {
    "development-and-reform": (
        "发展和改革委员会",
        "发展和改革委员会",
        "发展和改革局",
        "{place} Development and Reform Commission",
        "物价局、价格局(until 2018, merged)",
    ),
    "finance": (
        "财政厅",
        "财政局",
        "财政局",
        "{place} Finance Bureau",
        "",
    ),
    "education": (
        "教育厅",
        "教育局",
        "教育局",
        "{place} Education Bureau",
        "",
    ),
    "transport": (
        "交通运输厅",
        "交通运输局",
        "交通运输局",
        "{place} Transport Bureau",
        "",
    ),
    "health": (
        "卫生健康委员会",
        "卫生健康委员会",
        "卫生健康局",
        "{place} Health Commission",
        "卫生和计划生育委员会、卫生和计划生育局、卫生计生委、卫计委、卫计局、"
        "卫生计生局(until 2018, renamed)|卫生厅、卫生局(until 2014, merged)|人口和计划生育委员会、"
        "人口和计划生育局、人口计生委、计生委、计生局(until 2014, merged)",
    ),
    "ecology-and-environment": (
        "生态环境厅",
        "生态环境局",
        "生态环境局",
        "{place} Ecology and Environment Bureau",
        "环境保护厅、环境保护局、环保厅、环保局、环境保护委员会(until 2018, renamed)|人居环境委员会、"
        "人居环境委(until 2019, renamed)",
    ),
    "emergency-management": (
        "应急管理厅",
        "应急管理局",
        "应急管理局",
        "{place} Emergency Management Bureau",
        "安全生产监督管理局、安监局、安全监管局、安全生产监管局(until 2018, renamed)",
    ),
    "market-regulation": (
        "市场监督管理局",
        "市场监督管理局",
        "市场监督管理局",
        "{place} Administration for Market Regulation",
        "工商行政管理局、工商局、工商分局(until 2018, merged)|质量技术监督局、"
        "质监局(until 2018, merged)|食品药品监督管理局、食药监局、食品药品监管局(until 2018, merged)",
    ),
    "local-financial-administration": (
        "地方金融管理局",
        "地方金融管理局",
        "地方金融管理局",
        "{place} Local Financial Administration",
        "金融工作办公室、金融发展办公室、金融服务办公室、金融工作委员会办公室(until 2018, renamed)|"
        "地方金融监督管理局、地方金融监管局(until 2023, renamed)",
    ),
    "rural-revitalisation": (
        "乡村振兴局",
        "乡村振兴局",
        "乡村振兴局",
        "{place} Rural Revitalisation Bureau",
        "扶贫开发办公室、扶贫办、扶贫开发局、扶贫局、扶贫开发领导小组办公室、扶贫和移民工作局(until 2021, renamed)",
    ),
    "national-defence-mobilisation": (
        "国防动员办公室",
        "国防动员办公室",
        "国防动员办公室",
        "{place} National Defence Mobilisation Office",
        "人民防空办公室、人防办、民防局、民防办公室、民防办、人民防空局(until 2023, renamed)",
    ),
    "government": (
        "人民政府",
        "人民政府",
        "人民政府",
        "{place} People's Government",
        "",
    ),
    "government-office": (
        "人民政府办公厅",
        "人民政府办公厅",
        "人民政府办公室",
        "General Office of the {place} People's Government",
        "",
    ),
    "subdistrict-office": (
        "",
        "",
        "街道办事处",
        "{place} Subdistrict Office",
        "",
    ),
    "education-and-sports": (
        "",
        "教育和体育局",
        "教育和体育局",
        "{place} Education and Sports Bureau",
        "",
    ),
    "party-committee": (
        "中国共产党{place}委员会",
        "中国共产党{place}委员会",
        "中国共产党{place}委员会",
        "{place} Committee of the Communist Party of China",
        "",
    ),
    "publicity-department": (
        "委宣传部",
        "委宣传部",
        "委宣传部",
        "Publicity Department of the {place} Party Committee",
        "",
    ),
    "social-work-department": (
        "委社会工作部",
        "委社会工作部",
        "委社会工作部",
        "Society Work Department of the {place} Party Committee",
        "非公有制经济组织和社会组织工作委员会、两新工委、非公经济和社会组织工委(until 2024, merged)",
    ),
    "court": (
        "高级人民法院",
        "中级人民法院",
        "人民法院",
        "{place} Intermediate People's Court",
        "",
    ),
    "peoples-congress-standing-committee": (
        "人民代表大会常务委员会",
        "人民代表大会常务委员会",
        "人民代表大会常务委员会",
        "Standing Committee of the {place} People's Congress",
        "",
    ),
    "cppcc": (
        "中国人民政治协商会议{place}委员会",
        "中国人民政治协商会议{place}委员会",
        "中国人民政治协商会议{place}委员会",
        "{place} Committee of the Chinese People's Political Consultative Conference",
        "",
    ),
    "communist-youth-league": (
        "中国共产主义青年团{place}委员会",
        "中国共产主义青年团{place}委员会",
        "中国共产主义青年团{place}委员会",
        "{place} Committee of the Communist Youth League",
        "",
    ),
    "tax": (
        "国家税务总局{place}税务局",
        "国家税务总局{place}税务局",
        "国家税务总局{place}税务局",
        "{place} Tax Service, State Taxation Administration",
        "国家税务局、国税局(until 2018, merged)|地方税务局、地税局(until 2018, merged)",
    ),
    "mine-safety": (
        "国家矿山安全监察局{place}局",
        "矿山安全监察执法处",
        "",
        "{place} Bureau of the National Mine Safety Administration",
        "煤矿安全监察局、煤监局、煤矿安监局(until 2020, renamed)",
    ),
    "housing-provident-fund-centre": (
        "住房公积金管理中心",
        "住房公积金管理中心",
        "住房公积金管理部",
        "{place} Housing Provident Fund Management Centre",
        "",
    ),
}

#: The kind of body: the names that lists of responsible units, issuers and texts print for it.
PRINTED = {
    "area-office": ["地区办事处"],
    "artificial-intelligence-development": ["广州市海珠区人工智能发展局"],
    "big-data-centre": ["胶州市大数据和智慧城市建设中心"],
    "business-environment": ["市营商环境建设局", "海南省营商环境建设厅"],
    "central-bank-branch": ["中国人民银行广东省分行"],
    "city-operation-centre": ["数字城市运行管理中心"],
    "commerce": ["市商务局", "区商务局", "省商务厅"],
    "communications-administration": ["市通信管理局", "市通信发展办"],
    "communist-youth-league": ["团市委"],
    "cooperation-zone-executive-committee": ["横琴粤澳深度合作区执委会"],
    "copyright": ["市版权局"],
    "court": ["省法院", "市高院"],
    "culture-and-tourism": ["市文广旅游局", "省文化和旅游厅", "市文化广电新闻出版局"],
    "cyberspace-affairs": ["市委网信办"],
    "data": ["市数据局", "湖北省数据局", "徐汇区数据局"],
    "development-and-reform": ["市发改委", "市发展改革委", "省发展改革委", "广东省发展和改革委员会", "国家发展改革委"],
    "disease-control": ["省疾控局"],
    "earthquake-administration": ["市防震减灾服务中心"],
    "economic-development": ["经济发展局"],
    "education": ["市教育局", "省教育厅"],
    "emergency-committee": ["市应急委"],
    "emergency-management": ["安全生产监管局"],
    "employment-service-centre": ["市公共就业和人才服务中心"],
    "federation-of-industry-and-commerce": ["省工商联"],
    "finance": ["市财政局", "省财政厅", "徐汇区财政局", "胶州市财政局", "区财政局"],
    "finance-commission-office": ["市委金融办", "省委金融办"],
    "financial-regulation": ["广东金融监管局", "深圳金融监管局", "上海银保监局"],
    "forestry-and-grassland": ["省林草局"],
    "government": ["河南省人民政府", "深圳市政府", "各地级以上市人民政府"],
    "government-office": ["宁波市人民政府办公厅", "苏州市人民政府办公室", "苏府办"],
    "government-services": ["市审管办", "胶州市行政审批服务局", "市行政审批局"],
    "government-services-and-data": ["省政务和数据局"],
    "headquarters": ["市抗震救灾指挥部"],
    "headquarters-office": ["指挥部办公室"],
    "health": ["市卫生健康委", "省卫生健康委", "市卫生局"],
    "healthcare-security": ["医保局"],
    "housing-and-urban-rural-development": ["省住房城乡建设厅", "市住房城乡建设管理委"],
    "housing-security": ["市住保房管局"],
    "human-resources-and-social-security": [
        "市人力社保局",
        "省人力资源社会保障厅",
        "胶州市人力资源和社会保障局",
        "人社局",
        "市人力资源和社会保障局",
    ],
    "industry-and-information-technology": [
        "市经信局",
        "北京市经济和信息化局",
        "省工业和信息化厅",
        "工信局",
        "市工业和信息化局",
        "工业和信息化厅",
        "省经信厅",
    ],
    "investment-promotion": ["市投资促进局"],
    "justice": ["市司法局", "省司法厅", "市政府法制办公室"],
    "landscaping": ["市绿化市容局"],
    "leading-group": ["OPC发展工作领导小组"],
    "leading-group-office": ["领导小组办公室"],
    "market-regulation": [
        "市市场监管局",
        "省市场监管局",
        "区市场监督管理局",
        "北京市朝阳区市场监督管理局",
        "北京市市场监督管理局",
    ],
    "meteorology": ["市气象局"],
    "national-defence-mobilisation": ["市国动办"],
    "natural-resources": ["市规划资源局"],
    "organisation-department": ["省委组织部"],
    "party-committee": ["省委", "市委", "中共河南省委", "自治区党委"],
    "party-committee-office": ["市委办公室", "省委办公厅"],
    "party-mass-service-centre": ["社区党群服务中心"],
    "peoples-congress": ["河南省人民代表大会"],
    "private-economy": ["市民营经济局"],
    "public-security": ["公安厅"],
    "publicity-department": ["沈河区委宣传部"],
    "reform-commission-office": ["市委改革办"],
    "road-traffic-police": ["市交警总队"],
    "road-transport": ["市道运局"],
    "science-and-informatisation": ["北京市朝阳区科学技术和信息化局", "区科信局"],
    "science-and-technology": ["市科技局", "省科技厅", "上海市徐汇区科学技术委员会"],
    "science-industry-and-information-technology": ["胶州市科技和工业信息化局", "科技和工业信息化局"],
    "securities-regulation": ["广东证监局", "深圳证监局", "上海证监局"],
    "sme-service-centre": ["市中小企业公共服务中心"],
    "special-task-team": ["望花区OPC业态发展工作专班"],
    "special-task-team-office": ["青岛市人工智能产业专班办公室"],
    "state-owned-assets": ["市国资委"],
    "subdistrict-office": ["佛山市南海区桂城街道办事处", "各街道"],
    "talent-affairs": ["北京市朝阳区人才局"],
    "talent-work-office": ["市委人才办", "区委人才办"],
    "tax": ["市税务局", "省税务局"],
    "township-government": ["乡政府"],
    "transport": ["市交通局", "省交通运输厅", "市交通委"],
    "urban-management": ["市城管委"],
    "zone-administrative-committee": [
        "开发园区管委会",
        "太仓港口管委会",
        "青岛西海岸新区管委",
        "长沙经济技术开发区管理委员会",
        "中关村科技园区朝阳园管理委员会",
    ],
}


def test_spot_rows_read_as_they_should() -> None:
    rows = {row["id"]: row for row in _rows()}

    def facts(row: dict[str, str]) -> tuple[str, ...]:
        first = tuple(row[level].partition("|")[0] for level in ("province", "prefecture", "county"))
        return (*first, row["en_prefecture"] or row["en_county"], row["former"])

    assert {slug: facts(rows[slug]) for slug in SPOTS} == SPOTS
    assert len(SPOTS) == 25


def _kind_of(printed: str, patterns: list[tuple[int, re.Pattern[str], str]]) -> str:
    """The kind whose form ends the printed name; of several, the one with the most characters of its own."""
    matches = [(length, kind) for length, form, kind in patterns if form.fullmatch(printed)]
    return max(matches)[1] if matches else ""


def test_what_documents_print_leads_to_its_kind() -> None:
    patterns = []
    for name, kinds in _kinds_by_name().items():
        form = re.escape(name).replace(r"\{place\}", ".{2,12}").replace(r"\{level\}", "[省市区县州旗盟]")
        # the later of two kinds that share a form: these documents are of 2025 and 2026
        kind = {"金融监管局": "financial-regulation", "金融办": "finance-commission-office"}.get(name, min(kinds))
        patterns.append((len(re.sub(r"\{\w+\}", "", name)), re.compile(f".*{form}"), kind))
    expected = {printed: kind for kind, names in PRINTED.items() for printed in names}
    assert {printed: _kind_of(printed, patterns) for printed in expected} == expected


@pytest.mark.parametrize("level", ["province", "prefecture", "county"])
def test_most_kinds_of_departments_stand_at_every_level(level: str) -> None:
    core = [
        "finance",
        "education",
        "audit",
        "justice",
        "civil-affairs",
        "statistics",
        "health",
        "transport",
        "commerce",
        "water-resources",
    ]
    rows = {row["id"]: row for row in _rows()}
    assert [slug for slug in core if not rows[slug][level]] == []


def test_the_benchmark_of_names_is_well_formed_and_balanced() -> None:
    kinds = {"abbreviation", "level", "look-alike", "merged", "other-city", "renaming", "same-text"}
    with (ROOT / "benchmarks" / "names" / "bodies.csv").open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))
    assert {tuple(row) for row in rows} == {("a", "a_context", "b", "b_context", "same", "kind", "note")}
    assert [row for row in rows if row["same"] not in {"yes", "no"} or row["kind"] not in kinds] == []
    assert [row for row in rows if (row["a"] == row["b"]) != (row["kind"] == "same-text")] == []
    sides = [frozenset([(row["a"], row["a_context"]), (row["b"], row["b_context"])]) for row in rows]
    assert [side for side in sides if sides.count(side) > 1] == []
    assert (len(rows), sum(row["same"] == "yes" for row in rows)) == (558, 289)
