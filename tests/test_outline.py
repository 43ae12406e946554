"""Structure, each rule on a short text of its own: what is the title, what is a part, and what stands under what."""

from __future__ import annotations

import pytest

from policygraph import extract
from policygraph.extract.structure.outline import Outline, Part
from policygraph.extract.structure.parser import read_outline


def _tree(outline: Outline) -> list[str]:
    """The parts of an outline, a line each, indented by depth."""
    return [f"{'  ' * (part.depth - 1)}{_number(part)}{part.label}" for part in outline.root.walk() if part.parent]


def _number(part: Part) -> str:
    return part.marker.printed if part.marker else ""


def _title(text: str) -> str | None:
    outline = read_outline(text)
    return " ".join(text[slice(*outline.title)].split()) if outline.title else None


OUTLINES = {
    "leads below a glued number stand under it": (
        "二、主要任务\n（一）完善阅读设施。统筹布局，方便群众就近阅读。\n社区书屋：利用闲置房屋改造书屋。\n"
        "流动书车：每月到乡镇开展借阅服务。\n（二）丰富阅读活动。组织读书节。\n读书节：每年四月举办。\n"
        "名家讲座：邀请作家见面。\n",
        [
            "二、主要任务",
            "  （一）完善阅读设施",
            "    社区书屋",
            "    流动书车",
            "  （二）丰富阅读活动",
            "    读书节",
            "    名家讲座",
        ],
    ),
    "leads behind the last of a glued list stand beside it": (
        "二、主要任务\n1.新建书屋。每个社区一处。\n2.新建书车。每个乡镇一辆。\n组织保障：成立专班。\n资金保障：安排预算。\n",
        ["二、主要任务", "  1.新建书屋", "  2.新建书车", "  组织保障", "  资金保障"],
    ),
    "leads below a heading that ends with a stop stand under it": (
        "三、重点工作\n（一）深挖内需潜力，畅通高效循环。\n激活消费主引擎。发放消费券。\n增强投资带动力。推进项目。\n"
        "（二）壮大实体经济，推动产业升级。\n提升产业能级。建设园区。\n优化企业服务。设立专窗。\n",
        [
            "三、重点工作",
            "  （一）深挖内需潜力，畅通高效循环",
            "    激活消费主引擎",
            "    增强投资带动力",
            "  （二）壮大实体经济，推动产业升级",
            "    提升产业能级",
            "    优化企业服务",
        ],
    ),
    "an opening is no part": (
        "三、今年任务\n今年是新五年的第一年。我们要稳中求进。\n今年要做好以下工作。突出重点。\n（一）扩大内需\n"
        "大力提振消费。发放消费券。\n扩大有效投资。推进道路建设。\n",
        ["三、今年任务", "  （一）扩大内需", "    大力提振消费", "    扩大有效投资"],
    ),
    "sisters decide together, paragraph by paragraph": (
        "三、今年任务\n（一）扩大内需\n提振消费。发放消费券。\n扩大投资。推进道路。\n（二）做强产业\n建设园区。改造厂房。\n"
        "培育企业。设立基金。\n（三）防范风险\n加强监管。排查隐患。\n提高能力。建设队伍。\n完善制度。修订预案。\n"
        "健全机制，压实责任，严格考核问责，确保落实。\n切实做到早发现、早报告、早处置，牢牢守住底线。\n"
        "各部门、各单位协同配合，形成合力。\n同时，做好宣传工作，营造良好氛围。\n",
        [
            "三、今年任务",
            "  （一）扩大内需",
            "    提振消费",
            "    扩大投资",
            "  （二）做强产业",
            "    建设园区",
            "    培育企业",
            "  （三）防范风险",
            "    加强监管",
            "    提高能力",
            "    完善制度",
        ],
    ),
    "contact lines are no parts": (
        "一、创业空间\n1.建设创业驿站。免费入驻。\n政策咨询：市就业中心\n联系方式：55550001\n2.发放创业券。按季发放。\n"
        "政策咨询：市就业中心\n联系方式：55550002\n",
        ["一、创业空间", "  1.建设创业驿站", "  2.发放创业券"],
    ),
    "a speaker, a salutation and an occasion are no parts": (
        "2027年东江省政府工作报告\n——2027年1月20日在东江省第九届\n人民代表大会第三次会议上\n东江省省长 王小明\n"
        "各位代表：\n现在，我向大会报告工作。\n一、工作回顾\n经济平稳。\n",
        ["一、工作回顾"],
    ),
    "a time is no part, what it counts stands above it": (
        "（二）发展目标\n到2026年底：①载体建设：建成2个社区。②引育主体：引进30家。\n"
        "到2028年底：①载体建设：建成4个社区。②引育主体：引进90家。\n",
        [
            "（二）发展目标",
            "  到2026年底",
            "    ①载体建设",
            "    ②引育主体",
            "  到2028年底",
            "    ①载体建设",
            "    ②引育主体",
        ],
    ),
    "an ordinal may be glued to a figure": (
        "一、目标\n1.2026年底前建成2个园区。\n2.100家企业入驻。\n3.引进300人。\n",
        ["一、目标", "  1.2026年底前建成2个园区", "  2.100家企业入驻", "  3.引进300人"],
    ),
    "a figure that a line break cut off is no ordinal": (
        "一、目标\n1.改善空气。空气质量优良率提高，PM\n2.5浓度继续下降，达到先进水平。\n2.改善水质。治理河道。\n",
        ["一、目标", "  1.改善空气", "  2.改善水质"],
    ),
    "numbers in words go beyond ten and have lines of their own": (
        "二、重点\n"
        + "".join(f"{number}是办好实事\n具体内容见附表。\n" for number in "一二三四五六七八九十")
        + "十一是加强督查\n具体内容见附表。\n",
        ["二、重点", *(f"  {number}是办好实事" for number in "一二三四五六七八九十"), "  十一是加强督查"],
    ),
    "a list in words stands under the heading before it": (
        "（一）扩大内需。促进消费。\n一是发放消费券，每季一次。\n二是举办消费节，每年一次。\n三是完善设施。\n"
        "（二）稳定外贸。培育主体。\n一是办好展会。\n二是建设仓库。\n",
        [
            "（一）扩大内需",
            "  一是发放消费券，每季一次",
            "  二是举办消费节，每年一次",
            "  三是完善设施",
            "（二）稳定外贸",
            "  一是办好展会",
            "  二是建设仓库",
        ],
    ),
    "dashes with their text hold no chapters": (
        "三、今年工作\n——把握政策取向，提质增效。抢抓机遇。\n——坚定信心。应对挑战。\n具体抓好以下工作。\n"
        "（一）扩大内需。促进消费。\n（二）稳定外贸。培育主体。\n",
        ["三、今年工作", "  ——把握政策取向，提质增效", "  ——坚定信心", "  （一）扩大内需", "  （二）稳定外贸"],
    ),
    "headings without a number may end with a stop": (
        "甲川市支持茶馆发展的若干措施\n支持算力供给。\n对符合条件的企业使用算力服务的，按照合同金额给予适当补贴，每年评定一次，由区财政安排资金。\n"
        "支持场景示范。\n对入选的示范场景，按照项目投入给予适当奖励，每年评定一次，由区财政统筹安排专项资金。\n"
        "支持人才引进。\n对引进的人才，按照规定给予生活补贴和住房支持，每年评定一次，由区财政统筹安排专项资金。\n",
        ["支持算力供给", "支持场景示范", "支持人才引进"],
    ),
    "a sentence is the label of an item without a heading": (
        "一、政策\n1.对新认定的园区,给予分级奖励,鼓励各类主体参与建设运营并提供低成本的办公空间和配套服务。具体标准另行制定。\n",
        ["一、政策", "  1.对新认定的园区,给予分级奖励,鼓励各类主体参与建设运营并提供低成本的办公空间和配套服务"],
    ),
    "an annex with its title on its line": (
        "东陵县茶业发展方案\n一、总体要求\n做大产业。\n附件1：重点任务清单\n一、改造茶园\n改造1000亩。\n"
        "附件2：名词解释\n1.双改：指改品种、改方式。\n2.三品：指三种产品。\n",
        ["一、总体要求", "重点任务清单", "  一、改造茶园"],
    ),
    "a group of an annex stands in it, whatever section is called so": (
        "东陵县茶业发展方案\n一、总体要求\n做大产业。\n附件\n重点任务分工表\n"
        "**茶园建设**\n1. 改造茶园1000亩\n责任单位：县农业局\n"
        "**支持政策**\n2. 发放补贴120万元\n责任单位：县财政局\n**茶社建设**\n3. 新建茶社6家\n责任单位：县商务局\n",
        [
            "一、总体要求",
            "重点任务分工表",
            "  茶园建设",
            "    1.改造茶园1000亩",
            "  支持政策",
            "    2.发放补贴120万元",
            "  茶社建设",
            "    3.新建茶社6家",
        ],
    ),
    "a list of annexes is none": (
        "东陵县茶业发展方案\n一、总体要求\n做大产业。\n附件：1.重点任务清单\n2.责任分工表\n",
        ["一、总体要求"],
    ),
    "a section of goals stands in the chapter that is open": (
        "二、“十五五”时期任务\n坚持稳中求进。\n“十五五”时期经济社会发展的\n主要目标\n综合实力增强。\n三、今年安排\n抓好落实。\n",
        ["二、“十五五”时期任务", "  “十五五”时期经济社会发展的 主要目标", "三、今年安排"],
    ),
    "what closes a document stands at the top": (
        "一、建设园区\n（一）选址。靠近车站。\n（二）建设。分期实施。\n施行说明：本意见自2026年5月1日起施行。\n",
        ["一、建设园区", "  （一）选址", "  （二）建设", "施行说明"],
    ),
}


@pytest.mark.parametrize(("text", "tree"), OUTLINES.values(), ids=OUTLINES)
def test_parts_stand_where_they_belong(text: str, tree: list[str]) -> None:
    assert _tree(read_outline(text)) == tree


TITLES = {
    "buttons of the page": (
        "下载\n打印\n字体：\n大\n小\n甲川市人民政府关于加快发展托育服务的实施意见\n一、工作目标\n建成20家。\n",
        "甲川市人民政府关于加快发展托育服务的实施意见",
    ),
    "a path through the site": (
        "您的位置:\n首页\n>\n甲川要闻\n2027年政府工作报告\n来源：甲川日报\n2027-02-03 09:02:33\n【字体：\n大\n】\n"
        "——2027年1月28日在甲川市第十四届人民代表大会第四次会议上\n市长 李大明\n各位代表：\n一、工作回顾\n经济平稳。\n",
        "2027年政府工作报告",
    ),
    "properties": (
        "索 引 号：11220000/2026-00123\n发布机构：甲川市商务局\n成文日期：2026年3月6日\n甲川市茶馆发展行动方案\n"
        "一、目标\n新建9家。\n",
        "甲川市茶馆发展行动方案",
    ),
    "wrapped": (
        "甲川市人民政府办公室\n关于印发甲川市2026年\n重点工作实施方案的通知\n各县区人民政府：\n请认真落实。\n一、目标\n新建9家。\n",
        "甲川市人民政府办公室 关于印发甲川市2026年 重点工作实施方案的通知",
    ),
    "with its period on a line of its own": (
        "甲川市茶业发展规划\n（2026—2030年）\n一、目标\n新建9家。\n",
        "甲川市茶业发展规划 （2026—2030年）",
    ),
    "of the plan that a letter brings, in other brackets": (
        "甲川市商务局关于印发《支持茶馆创新发展行动方案（试行）》的通知\n各县区：\n现印发给你们，请遵照执行。\n甲川市商务局\n"
        "2026年6月17日\n《支持茶馆创新发展行动方案》（试行）\n一、支持开店\n给予补贴。\n",
        "《支持茶馆创新发展行动方案》（试行）",
    ),
}


@pytest.mark.parametrize(("text", "title"), TITLES.values(), ids=TITLES)
def test_the_title_is_the_line_that_is_one(text: str, title: str) -> None:
    assert _title(text) == title


def test_page_furniture_gives_no_parts() -> None:
    text = TITLES["buttons of the page"][0]
    assert _tree(read_outline(text)) == ["一、工作目标"]


@pytest.mark.parametrize(
    "head",
    [
        "03 要闻\n2026年4月21日 星期二 甲川日报\n",
        "03 要闻2026年4月21日星期二 甲川日报\n",
        "甲川日报 2026年4月21日 星期二\nA03版 综合\n",
    ],
)
def test_the_head_of_a_page_of_a_newspaper_is_no_title_and_dates_the_text(head: str) -> None:
    text = f"{head}甲川市托育行动方案\n一、工作目标\n建成托育园20家。\n二、工作任务\n建园。\n"
    assert (_title(text), _tree(read_outline(text))) == ("甲川市托育行动方案", ["一、工作目标", "二、工作任务"])
    assert extract.extract(text, "x", extract.Gazetteer()).record["publicationDate"] == "2026-04-21"


def test_what_a_page_bids_its_reader_is_no_signature() -> None:
    text = "甲川市托育行动方案\n一、工作目标\n建成20家。\n扫一扫在手机打开当前页\n【\n打印本页\n】\n"
    draft = extract.extract(text, "x", extract.Gazetteer())
    assert "issuedBy" not in extract.as_yaml(draft)


def test_a_repeated_line_is_dropped_unless_it_says_who_answers() -> None:
    units = "（责任单位：市发展和改革委员会、市工业和信息化局、市科学技术局、市财政局、市商务局）"
    scanned = "推动传统产业改造提升，培育新兴产业，加快建设具有区域影响力的产业集群和示范园区。"
    text = f"一、产业\n1.建园区\n{units}\n{scanned}\n2.建平台\n{units}\n{scanned}\n"
    outline = read_outline(text)
    paragraphs = [
        ["".join(text[slice(*piece)] for piece in pieces) for pieces in part.paragraphs]
        for part in outline.root.walk()
        if part.style == "arabic"
    ]
    assert paragraphs == [["建园区", units, scanned], ["建平台", units]]


def test_a_list_in_words_that_begins_anew_is_no_gap() -> None:
    text = "一、目标\n一是增收。\n二是稳岗。\n主要任务：\n一是建园区。\n二是建平台。\n"
    assert read_outline(text).gaps == []
