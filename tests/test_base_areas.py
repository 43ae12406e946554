"""The base layer's gazetteer: `data/base/areas.csv` and `zones.csv` in, whole values against hand-checked ones."""

from __future__ import annotations

import csv
import re
from collections import Counter
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).resolve().parent.parent
BASE = ROOT / "data" / "base"

AREA_COLUMNS = "id,code,parent,level,zh,en,short,abbreviation,alternatives,from,until,successor,note"
ZONE_COLUMNS = "id,class,located_in,zh,en,short,generic,note"

#: The 34 units of province level, by code.
PROVINCES = {
    "110000": "beijing",
    "120000": "tianjin",
    "130000": "hebei",
    "140000": "shanxi",
    "150000": "inner-mongolia",
    "210000": "liaoning",
    "220000": "jilin",
    "230000": "heilongjiang",
    "310000": "shanghai",
    "320000": "jiangsu",
    "330000": "zhejiang",
    "340000": "anhui",
    "350000": "fujian",
    "360000": "jiangxi",
    "370000": "shandong",
    "410000": "henan",
    "420000": "hubei",
    "430000": "hunan",
    "440000": "guangdong",
    "450000": "guangxi",
    "460000": "hainan",
    "500000": "chongqing",
    "510000": "sichuan",
    "520000": "guizhou",
    "530000": "yunnan",
    "540000": "xizang",
    "610000": "shaanxi",
    "620000": "gansu",
    "630000": "qinghai",
    "640000": "ningxia",
    "650000": "xinjiang",
    "710000": "taiwan",
    "810000": "hongkong",
    "820000": "macao",
}

#: Whole rows, as checked by hand.
ROWS = """\
china,100000,,country,中国,China,,,全国|中华人民共和国|我国|国家,,,,100000 is the code of the whole country here; GB/T 2260 has none
sichuan,510000,china,province,四川省,Sichuan Province,四川,川|蜀,,,,,
shaanxi,610000,china,province,陕西省,Shaanxi Province,陕西,陕|秦,,,,,
inner-mongolia,150000,china,province,内蒙古自治区,Inner Mongolia Autonomous Region,内蒙古,蒙,内蒙,,,,
guangxi,450000,china,province,广西壮族自治区,Guangxi Zhuang Autonomous Region,广西,桂,广西自治区,,,,
chongqing,500000,china,province,重庆市,Chongqing,重庆,渝,,,,,
chengdu,510100,sichuan,prefecture,成都市,Chengdu,成都,蓉,蓉城,,,,
harbin,230100,heilongjiang,prefecture,哈尔滨市,Harbin,哈尔滨,哈,冰城,,,,
jilin-220200,220200,jilin,prefecture,吉林市,Jilin,,,,,,,
xiamen,350200,fujian,prefecture,厦门市,Xiamen,厦门,厦|鹭,鹭岛,,,,
bengbu,340300,anhui,prefecture,蚌埠市,Bengbu,蚌埠,,,,,,
luan,341500,anhui,prefecture,六安市,Lu'an,六安,,,,,,
bozhou-341600,341600,anhui,prefecture,亳州市,Bozhou,亳州,,,2000,,,
taizhou-331000,331000,zhejiang,prefecture,台州市,Taizhou,台州,,,,,,
lishui-331100,331100,zhejiang,prefecture,丽水市,Lishui,丽水,,,2000,,,
liangshan-513400,513400,sichuan,prefecture,凉山彝族自治州,Liangshan Yi Autonomous Prefecture,凉山|凉山州,,,,,,
enshi-422800,422800,hubei,prefecture,恩施土家族苗族自治州,Enshi Tujia and Miao Autonomous Prefecture,恩施|恩施州,,,,,,
bayingolin,652800,xinjiang,prefecture,巴音郭楞蒙古自治州,Bayingolin Mongol Autonomous Prefecture,巴音郭楞|巴音郭楞州,,巴州|Bayingol,,,,
kizilsu,653000,xinjiang,prefecture,克孜勒苏柯尔克孜自治州,Kizilsu Kirgiz Autonomous Prefecture,克孜勒苏|克孜勒苏州,,克州,,,,
yuli,652823,bayingolin,county,尉犁县,Yuli County,尉犁,,Lopnur,,,,
yueqing,330382,wenzhou,county,乐清市,Yueqing City,乐清,,,,,,
shanxian-371722,371722,heze-371700,county,单县,Shanxian County,,,,2000,,,
fanshi,140924,xinzhou-140900,county,繁峙县,Fanshi County,繁峙,,,2000,,,
hongtong,141024,linfen-141000,county,洪洞县,Hongtong County,洪洞,,,2000,,,
yanshan-361124,361124,shangrao-361100,county,铅山县,Yanshan County,铅山,,,2000,,,
xingyang,410182,zhengzhou,county,荥阳市,Xingyang City,荥阳,,,,,,
xunxian,410621,hebi,county,浚县,Xunxian County,,,,,,,
minhang,310112,shanghai,county,闵行区,Minhang District,闵行,,,,,,
pudong,310115,shanghai,county,浦东新区,Pudong New Area,浦东,,,,,,
gulou-320106,320106,nanjing-320100,county,鼓楼区,Gulou District,,,,,,,
jiyuan,419001,henan,county,济源市,Jiyuan City,济源,,,,,,directly under the province
xiantao,429004,hubei,county,仙桃市,Xiantao City,仙桃,,,,,,directly under the province
wujiaqu,659004,xinjiang,county,五家渠市,Wujiaqu City,五家渠,,,2002,,,directly under the province
wenchuan,513221,aba-513200,county,汶川县,Wenchuan County,汶川,,,,,,
hunnan,210112,shenyang,county,浑南区,Hunnan District,浑南,,,2014,,,
xiangfan,420600,hubei,prefecture,襄樊市,Xiangfan,襄樊,,,,2010,xiangyang-420600,renamed
simao-530800,530800,yunnan,prefecture,思茅市,Simao,思茅,,,2003,2007,puer-530800,renamed
nanhui-310119,310119,shanghai,county,南汇区,Nanhui District,南汇,,,2001,2009,pudong,merged; 国函〔2009〕52号
zhabei,310108,shanghai,county,闸北区,Zhabei District,闸北,,,,2015,jingan-310106,merged
hami-652200,652200,xinjiang,prefecture,哈密地区,Hami Prefecture,哈密,,,,2016,hami-650500,class changed
"""  # noqa: E501 -- rows of the table are kept unbroken


def table(name: str, columns: str) -> list[dict[str, str]]:
    """The rows of a table of the base layer; the header must be the one documented."""
    with (BASE / name).open(encoding="utf-8", newline="") as file:
        reader = csv.DictReader(file)
        rows = list(reader)
    assert reader.fieldnames == columns.split(",")
    return rows


def county_class(zh: str) -> str:
    """The class word of a county-level name; 北林区, 碑林区 and 金林区 are districts."""
    if zh == "神农架林区":
        return "林区"
    return next(word for word in ("自治县", "自治旗", "特区", "区", "市", "县", "旗") if zh.endswith(word))


@pytest.fixture(scope="module")
def areas() -> list[dict[str, str]]:
    return table("areas.csv", AREA_COLUMNS)


@pytest.fixture(scope="module")
def zones() -> list[dict[str, str]]:
    return table("zones.csv", ZONE_COLUMNS)


def test_hand_checked_rows_are_in_the_table_whole(areas: list[dict[str, str]]) -> None:
    by_id = {row["id"]: ",".join(row.values()) for row in areas}
    expected = ROWS.splitlines()
    assert [by_id.get(line.split(",")[0]) for line in expected] == expected


def test_ids_and_codes_are_unique(areas: list[dict[str, str]], zones: list[dict[str, str]]) -> None:
    ids = Counter(row["id"] for row in areas + zones)
    assert [key for key, number in ids.items() if number > 1] == []
    assert [key for key in ids if not re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", key)] == []
    codes = Counter(row["code"] for row in areas if not row["until"])
    assert [code for code, number in codes.items() if number > 1] == []
    named = Counter((row["code"], row["zh"]) for row in areas)
    assert [key for key, number in named.items() if number > 1] == []


def test_a_coded_id_ends_in_the_code_of_its_row(areas: list[dict[str, str]]) -> None:
    coded = [row for row in areas if re.search(r"-\d{6}$", row["id"])]
    assert [row["id"] for row in coded if not row["id"].endswith("-" + row["code"])] == []


def test_levels_follow_the_codes(areas: list[dict[str, str]]) -> None:
    def level(code: str) -> str:
        if code == "100000":
            return "country"
        return "province" if code.endswith("0000") else "prefecture" if code.endswith("00") else "county"

    assert [row["id"] for row in areas if not re.fullmatch(r"\d{6}", row["code"])] == []
    assert [row["id"] for row in areas if row["level"] != level(row["code"])] == []


def test_each_parent_is_the_area_that_the_code_names(areas: list[dict[str, str]]) -> None:
    """A county's parent has its first four digits, or is the province where no such prefecture exists."""
    by_id = {row["id"]: row for row in areas}
    current = {row["code"] for row in areas if not row["until"]}
    wrong = []
    for row in areas:
        parent = by_id.get(row["parent"], {"code": ""})["code"]
        wanted = {
            "country": {""},
            "province": {"100000"},
            "prefecture": {row["code"][:2] + "0000"},
            "county": {row["code"][:4] + "00", row["code"][:2] + "0000"},
        }[row["level"]]
        if row["level"] == "county" and not row["until"] and row["code"][:4] + "00" in current:
            wanted = {row["code"][:4] + "00"}
        if parent not in wanted or (not row["until"] and row["parent"] and by_id[row["parent"]]["until"]):
            wrong.append(row["id"])
    assert wrong == []


def test_current_areas_are_as_many_as_the_list_says(areas: list[dict[str, str]]) -> None:
    """2,846 counties at the end of 2024; less 江北区 and 渝北区, plus 两江新区 (2025), 岑岭县 and 草湖市 (2026)."""
    current = [row for row in areas if not row["until"]]
    assert {row["code"]: row["id"] for row in current if row["level"] == "province"} == PROVINCES
    assert Counter(row["level"] for row in current) == {
        "country": 1,
        "province": 34,
        "prefecture": 333,
        "county": 2846 - 2 + 1 + 2,
    }
    counties = [row["zh"] for row in current if row["level"] == "county"]
    assert Counter(county_class(zh) for zh in counties) == {
        "区": 976,
        "市": 398,
        "县": 1302,
        "自治县": 117,
        "旗": 49,
        "自治旗": 3,
        "特区": 1,
        "林区": 1,
    }


def test_a_former_row_has_an_end_and_a_successor_that_is_there(areas: list[dict[str, str]]) -> None:
    by_id = {row["id"]: row for row in areas}
    wrong = []
    for row in areas:
        successors = [by_id.get(key) for key in row["successor"].split("|") if key]
        if bool(row["until"]) != bool(successors) or None in successors:
            wrong.append(row["id"])
        if row["until"] and not (row["from"] or "1999") < row["until"] <= "2026":
            wrong.append(row["id"])
    assert wrong == []


def test_every_chain_of_successors_ends_in_current_areas(areas: list[dict[str, str]]) -> None:
    """A successor is current or ends in a later year, so that no chain can turn back."""
    until = {row["id"]: row["until"] for row in areas}
    pairs = [(row["id"], key) for row in areas for key in row["successor"].split("|") if key]
    assert [pair for pair in pairs if until[pair[1]] and until[pair[1]] <= until[pair[0]]] == []


def test_codes_agree_with_the_curated_areas_of_shenyang(areas: list[dict[str, str]]) -> None:
    """The codes of `data/reference/areas.yaml` (NBS 2023; MCA 2019-04) are those of the table, under the same ids."""
    entries = yaml.safe_load((ROOT / "data" / "reference" / "areas.yaml").read_text(encoding="utf-8"))
    curated = {
        e["id"].removeprefix("area:"): (e["gbCode"], e["label"]["zh"], e["label"]["en"])
        for e in entries
        if "gbCode" in e
    }
    by_id = {row["id"]: (row["code"], row["zh"], row["en"]) for row in areas}
    assert len(curated) == 15
    assert {key: by_id.get(key) for key in curated} == curated
    former = {(row["code"], row["zh"]): (row["until"], row["successor"]) for row in areas if row["until"]}
    assert former["210112", "东陵区"] == ("2014", "hunnan")
    assert former["210113", "新城子区"] == ("2006", "shenbei")
    assert former["210122", "辽中县"] == ("2016", "liaozhong")


def test_an_abbreviation_is_one_character_and_a_short_form_is_no_full_name(areas: list[dict[str, str]]) -> None:
    current = [row for row in areas if not row["until"]]
    signs = {row["zh"]: row["abbreviation"].split("|") for row in current if row["abbreviation"]}
    assert {zh: s for zh, s in signs.items() if any(len(x) != 1 for x in s)} == {}
    provinces = [row["zh"] for row in current if row["level"] == "province"]
    assert [zh for zh in provinces if zh not in signs] == []
    names = {row["zh"] for row in current}
    shorts = [(row["zh"], s) for row in current for s in row["short"].split("|") if s]
    assert [pair for pair in shorts if pair[1] in names or len(pair[1]) < 2] == []


def test_zones_name_their_class_and_their_place(areas: list[dict[str, str]], zones: list[dict[str, str]]) -> None:
    current = {row["id"] for row in areas if not row["until"]}
    assert [row["id"] for row in zones if [x for x in row["located_in"].split("|") if x and x not in current]] == []
    assert [row["id"] for row in zones if not (row["zh"] and row["en"])] == []
    assert [zh for zh, number in Counter(row["zh"] for row in zones).items() if number > 1] == []
    assert Counter(row["class"] for row in zones) == {"FunctionalZone": 282, "UrbanRegion": 55, "Region": 115}


def test_a_generic_form_names_one_zone_of_its_place(zones: list[dict[str, str]]) -> None:
    """综保区 is one in Shenyang and another in Chengdu; 都市圈 is that of the core city."""
    forms: dict[tuple[str, str], list[str]] = {}
    for row in zones:
        place = row["note"].removeprefix("core city: ") if row["note"].startswith("core city: ") else row["located_in"]
        for form in filter(None, row["generic"].split("|")):
            forms.setdefault((form, place), []).append(row["id"])
    assert {key: ids for key, ids in forms.items() if len(ids) > 1} == {}
    places = ("shenyang", "chengdu", "zhengzhou", "fuzhou-350100")
    assert {
        key: forms[key] for key in ((f, p) for f in ("综保区", "自贸区", "都市圈") for p in places) if key in forms
    } == {
        ("综保区", "shenyang"): ["shenyang-comprehensive-bonded-zone"],
        ("综保区", "chengdu"): ["chengdu-high-tech-comprehensive-bonded-zone"],
        ("综保区", "zhengzhou"): ["zhengzhou-xinzheng-comprehensive-bonded-zone"],
        ("综保区", "fuzhou-350100"): ["fuzhou-comprehensive-bonded-zone"],
        ("自贸区", "shenyang"): ["shenyang-pilot-free-trade-zone"],
        ("自贸区", "zhengzhou"): ["zhengzhou-area-of-henan-pilot-free-trade-zone"],
        ("自贸区", "fuzhou-350100"): ["fuzhou-area-of-fujian-pilot-free-trade-zone"],
        ("都市圈", "shenyang"): ["shenyang-metropolitan-area"],
        ("都市圈", "chengdu"): ["chengdu-metropolitan-area"],
        ("都市圈", "zhengzhou"): ["zhengzhou-metropolitan-area"],
        ("都市圈", "fuzhou-350100"): ["fuzhou-metropolitan-area"],
    }


def test_all_national_new_areas_and_pilot_free_trade_zones_are_there(
    areas: list[dict[str, str]], zones: list[dict[str, str]]
) -> None:
    new_areas = {row["id"] for row in zones if row["note"].startswith("national new area")}
    districts = {row["id"] for row in areas if row["id"] in ("pudong", "binhai-120116")}
    assert (len(new_areas), len(districts)) == (17, 2)
    free_trade = {row["located_in"] for row in zones if row["note"].startswith("pilot free trade zone")}
    without = {"shanxi", "inner-mongolia", "jilin", "jiangxi", "guizhou", "xizang", "gansu", "qinghai", "ningxia"}
    assert set(PROVINCES.values()) - free_trade == without | {"hongkong", "macao", "taiwan"}


def test_zones_keep_the_ids_of_the_curated_areas(zones: list[dict[str, str]]) -> None:
    entries = yaml.safe_load((ROOT / "data" / "reference" / "areas.yaml").read_text(encoding="utf-8"))
    curated = {e["id"].removeprefix("area:"): (e["type"], e["label"]["zh"], e["label"]["en"]) for e in entries}
    shared = {row["id"]: (row["class"], row["zh"], row["en"]) for row in zones if row["id"] in curated}
    assert {key: curated[key] for key in shared} == shared
    regions = {key for key, (kind, _, _) in curated.items() if kind in ("Region", "UrbanRegion")}
    assert regions - set(shared) == set()
    by_name = {row["zh"]: row["id"] for row in zones}
    assert {zh: by_name[zh] for key, (_, zh, _) in curated.items() if zh in by_name and by_name[zh] != key} == {}


def test_the_pairs_of_area_names_are_well_formed() -> None:
    """Both answers to every kind of pair, no pair twice, and the counts that the README gives."""
    with (ROOT / "benchmarks" / "names" / "areas.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert list(rows[0]) == ["a", "a_context", "b", "b_context", "same", "kind", "note"]
    kinds = ("abbreviation", "level", "renaming", "look-alike", "same-text", "deictic")
    assert {(row["kind"], row["same"]) for row in rows} == {(kind, same) for kind in kinds for same in ("yes", "no")}
    pairs = Counter(frozenset([(row["a"], row["a_context"]), (row["b"], row["b_context"])]) for row in rows)
    assert [sorted(pair) for pair, number in pairs.items() if number > 1] == []
    assert [row for row in rows if None in row.values() or not (row["a"] and row["b"] and row["a_context"])] == []
    assert Counter(row["same"] for row in rows) == {"no": 214, "yes": 173}
