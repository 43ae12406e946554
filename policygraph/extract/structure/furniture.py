"""Lines of a text in, those marked that belong to no plan: buttons of a page, contents, properties, repeats of a scan.

A line is furniture where all its words are those of buttons, or where it is a path through a site. Properties
(索引号：…) and what stands below the text (…局2026年3月6日发布) are told apart: they say who issued it and when.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise

from policygraph.extract.structure.block import Block, squeeze

__all__ = ["COLOPHON", "has_role_label", "noise", "skip_furniture"]

#: What a line that belongs to no plan looks like -> how it is told.
_NOISE = {
    "page": re.compile(
        r"[-—–－· ]*(?:第?\s?[0-9]{1,4}\s?页?(?:\s?/\s?[0-9]{1,4})?|共\s?[0-9]+\s?页)[-—–－· ]*"
        # of a newspaper: A03版, 第3版 综合, 03 要闻
        r"|第?\s?[A-Z]?[0-9]{1,3}\s?版(?:[\s　:：·|｜]*[一-鿿]{2,8})?"
        r"|[A-Z]?[0-9]{1,3}[\s　:：·|｜]*"
        r"(?:要闻|时政|综合|本地|城事|新闻|专版|专题|特刊|特别报道|民生|经济|社会|文体|理论|评论|国内|国际)"
    ),
    "byline": re.compile(
        r"(?:本报|本网|新华社|.{2,8}(?:晚报|日报|早报|快报|时报))?\s?(?:首席|全媒体|特约|实习|见习)?(?:记者|通讯员"
        r"|编辑|责编|作者)"
        r"[\s:：/　].{1,40}(?<![。；])|.{0,12}/(?:整理|制图|文|图|摄).{0,30}"
    ),
    "caption": re.compile(
        r"(?:图为|本版图片|本版照片|资料图|图片来源|图片由|上图|下图|左图|右图).{0,60}"
        r"|.{2,60}\s?(?:\S{2,4})?\s(?:摄|供图|制图)"
    ),
    "disclaimer": re.compile(r"[,，]?免责声明.*|本文来源[:：].*|责任编辑[:：].*"),
    "docket": re.compile(
        r"\S{1,12}[〔\[（(【]\s?(?:19|20)[0-9]{2}\s?[〕\]）)】]\s?(?:第\s?)?[0-9]{1,4}\s?号|〔20[0-9]{2}〕[0-9]+号"
        r"|[一-鿿]{2,10}[〔\[]\s?(?:19|20)[0-9]{2}\s?[〕\]]\s?[0-9]{1,4}"
    ),
    "notice": re.compile(
        r"[（(](?:此件|此页|联系人|联系电话|征求意见稿|送审稿|草案|审议稿).{0,40}[）)]|抄送[：:].*|印发$"
        r"|出席[：:].*|参会[：:].*"
    ),
    "property": re.compile(
        r"[【\[]?(?:索\s?引\s?号|信息索引|主题分类|分类号|发文机[关构]|发布机构|公开主体|成文日期|发布日期|发文日期|公开日期"
        r"|生成日期|生效日期|发文字号|文\s?号|主题词|信息来源|发布时间|有\s?效\s?性|统一编号|公开方式|公开范围|公开形式|公开类别"
        r"|浏览次数|浏览量|点击[数率量]|阅读次数|阅读量|访问量|信息分类|体裁分类|服务对象分类|关\s?键\s?词|内容概述)[】\]]?\s?[：:].{0,60}"
        r"|(?:文章)?来源\s?[：:]\s?.{0,30}(?<![。；])|(?:发布|发表|更新)?时间\s?[：:]\s?(?:20[0-9]{2}[-年./].{1,24})?"
        r"|20[0-9]{2}[-/.年][0-9]{1,2}[-/.月][0-9]{1,2}日?[\s　]+[0-9]{1,2}[:：时][0-9]{2}(?:[:：分](?:[0-9]{2}秒?)?)?"
        # the head of a newspaper's page: 03 要闻 2026年4月21日 星期二 某某日报
        r"|[^，。；：]{0,24}(?:19|20)[0-9]{2}年[0-9]{1,2}月[0-9]{1,2}日[\s　]*(?:星期|周)[一二三四五六日天]"
        r"[^，。；：]{0,40}"
    ),
}
#: The words of buttons and of paths through a site.
_BUTTONS = frozenset(
    re.findall(
        r"\S+",
        """
        下载 打印 打印本页 打印此页 全屏 收藏 收藏本页 分享 分享到 转发 字体 字号 字体大小 大 中 小 特大 较大 标准
        加大 还原 减小 放大 缩小 关闭 关闭窗口 关闭本页 返回 返回顶部 返回首页 回到顶部 首页 网站首页
        上一篇 下一篇 上一页 下一页 微信 微博 新浪微博 QQ空间 朗读 语音播报 无障碍 无障碍阅读 适老版 长者模式
        复制链接 扫一扫 点赞 评论 登录 注册 搜索 简体 繁体 繁體 English 相关报道 相关阅读 相关文件 相关链接
        分享到微信 分享到微博 分享到QQ 分享到朋友圈 相关文档 × ✕ X
        相关解读 相关附件 附件下载 分享至 打印页面 我要纠错 纠错 投稿 A+ A- A
        """,
    )
)
#: A line of signs alone is what is left of a button where it is no longer than this.
_LONGEST_SIGN = 2
_BETWEEN_BUTTONS = re.compile(r"[\s　|｜/／·:：【】\[\]（）()<>《》,，、。-]+")
_PATH = re.compile(
    r"(?:您?(?:的|当前|现在|所在)的?(?:位置|栏目)|位置)\s?(?:是|[：:]).{0,80}|[^。；，]{1,16}(?:\s?[>＞»›]\s?[^。；，]{1,24}){1,6}"
)
#: What a page bids its reader do: 扫一扫在手机打开当前页.
_PROMPT = re.compile(
    r"(?:微信|手机|用手机)?扫(?:一扫|码|描二维码)[^。；，]{0,8}(?:打开|查看|阅读|浏览|访问|关注|分享)[^。；，]{0,12}"
)
#: What stands below a text: who released it, when, and where: 东陵县商务局2026年3月6日发布，征求意见时间为…
COLOPHON = re.compile(
    r"(?P<who>[^，。；：:\s]{0,60}?)[\s　]?于?(?P<date>(?:19|20)\d\d年\d{1,2}月(?:\d{1,2}日|[上中下]旬)?)[\s　]?"
    r"(?:[，,]?(?:在|于)[^。；]{2,80}?|[，,]?由?(?P<by>[^，。；：:\s]{2,40}?(?:政府|局|委|办|厅|部|会|办公室|办事处)))?"
    r"(?:上)?(?:正式)?(?:联合)?(?:发布|印发|公布|下发|颁布|出台|，|$)(?P<rest>[^；]{0,80})"
)
#: What heads the links of a page, and how many lines of them are looked through.
_LINKS = re.compile("相关(?:报道|阅读|文件|链接|解读|附件)")
_LAST_LINKS = 40
#: The number of last lines that may be a colophon.
_LAST_LINES = 4
_CONTENTS = re.compile(r"目\s{0,6}[录次]")
#: Paragraphs are compared by this number of first characters, since a scan may garble the last ones.
_FINGERPRINT = 60
_LEAST_REPEAT = 30
#: A line that says who answers or by when: the same for several items, and no repeat.
_LABELLED = re.compile(
    r"[（(【\[〔]?[^，。；：:]{0,12}(?:单位|部门|领导|机[关關构構]|责任|責任|牵头|牽頭|主办|主辦|协办|協辦|配合|时限|时间|期限|完成)[^，。；：:]{0,8}[：:]"
)


def noise(line: str) -> str | None:
    """The kind of a line that belongs to no plan; None of any other."""
    words = [word for word in _BETWEEN_BUTTONS.split(line) if word]
    if all(word in _BUTTONS for word in words) and (words or len(line) <= _LONGEST_SIGN):
        return "furniture"
    if _PATH.fullmatch(line) or _PROMPT.fullmatch(line):
        return "furniture"
    return next((kind for kind, pattern in _NOISE.items() if pattern.fullmatch(line)), None)


def has_role_label(text: str, block: Block) -> bool:
    """Whether a line says who answers or by when."""
    return _LABELLED.match(text, block.start, block.end) is not None


def skip_furniture(text: str, lines: Sequence[Block]) -> None:
    """Marks what can only be told from the lines around it."""
    _skip_values(lines)
    _skip_links(text, lines)
    _skip_contents(text, lines)
    _skip_annex_list(text, lines)
    _skip_colophon(text, lines)
    _skip_signatures(lines)
    _skip_names(text, lines)
    _skip_repeats(text, lines)


def _skip_values(lines: Sequence[Block]) -> None:
    """What a property is, on the line below its name: 来源： ⏎ 云州日报."""
    for name, value in pairwise(lines):
        if name.kind == "property" and name.words[-1:] in ("：", ":") and value.kind == "heading" and not value.depth:
            value.kind = "property"


def _skip_links(text: str, lines: Sequence[Block]) -> None:
    """The titles of other pages below 相关链接, at the end of a page."""
    for place in range(max(0, len(lines) - _LAST_LINKS), len(lines)):
        if lines[place].kind == "furniture" and _LINKS.search(text, lines[place].start, lines[place].end):
            rest = lines[place:]
            if not any(line.kind in ("marker", "table", "annex") or line.depth for line in rest):
                for line in rest:
                    line.kind = "furniture"
                return


def _skip_contents(text: str, lines: Sequence[Block]) -> None:
    """The entries of a table of contents: from 目录 to where its first entry is printed again."""
    places: dict[str, list[int]] = {}
    for index, line in enumerate(lines):
        if line.end - line.start <= 80:
            places.setdefault(squeeze(text[line.start : line.end]), []).append(index)
    for index, line in enumerate(lines):
        if not _CONTENTS.fullmatch(text, line.start, line.end):
            continue
        line.kind = "contents"
        if index + 1 < len(lines):
            first = squeeze(text[lines[index + 1].start : lines[index + 1].end])
            again = [place for place in places.get(first, []) if place > index + 1]
            for entry in lines[index + 1 : again[0]] if again else ():
                entry.kind = "contents"


def _skip_annex_list(text: str, lines: Sequence[Block]) -> None:
    """附件：1.…, with the lines below it that go on counting; 附件1：… where its title is printed again as a head."""
    titles: dict[str, int] = {}
    for index, line in enumerate(lines):
        titles[squeeze(text[line.start : line.end])[:40]] = index
    listing = False
    for index, line in enumerate(lines):
        if line.kind == "annex-list":
            listing = True
        elif listing and line.marker and not line.spaced and (line.marker.number or 0) > 1:
            line.kind = "annex-list"
        elif line.kind == "annex-titled":
            title = squeeze(text[line.title : line.end])[:40]
            beside = [other for other in lines[max(0, index - 1) : index + 2] if other is not line]
            listing = titles.get(title, -1) > index or any(other.kind.startswith("annex-") for other in beside)
            listing = listing or not any(other.kind in ("text", "marker", "table") for other in lines[index + 1 :])
            line.kind = "annex-list" if listing else "annex"
        else:
            listing = False


def _skip_signatures(lines: Sequence[Block]) -> None:
    """The office and the date below a letter, and what is left of a heading where nothing follows."""
    for before, line in pairwise(lines):
        if line.kind == "date" and before.kind == "heading":
            before.kind = "signature"
    for place, line in enumerate(lines):
        # several offices sign one below the other
        if line.kind == "signature":
            for above in reversed(lines[max(0, place - 8) : place]):
                if above.kind != "heading" or above.depth or not _OFFICE.search(above.words):
                    break
                above.kind = "signature"
    for line in reversed(lines):
        if line.kind not in ("heading", "furniture", "page", "property", "notice", "date", "colophon"):
            break
        if line.kind == "heading":
            if line.depth:
                break
            line.kind = "signature"


_OFFICE = re.compile(r"(?:局|委|办|部|厅|院|处|署|会|中心|政府|公司|办公室|管委会|委员会|办公厅)$")


def _skip_colophon(text: str, lines: Sequence[Block]) -> None:
    """Marks the last lines that say who released a text and when."""
    for line in lines[-_LAST_LINES:]:
        if line.kind not in ("text", "heading") or line.depth or len(lines) <= _LAST_LINES:
            continue
        match = COLOPHON.fullmatch(text, line.start, line.end)
        if match and (not match["who"] or _OFFICE_INSIDE.search(match["who"])):
            line.kind = "colophon"


_OFFICE_INSIDE = re.compile(
    r"(?:局|委|办|部|厅|院|处|科|会|中心|政府|办公室|管委会|管理委员会|办事处|街道)(?:$|[、（(])"
)


def _skip_names(text: str, lines: Sequence[Block]) -> None:
    """A name alone on a line, where a by-line elsewhere has it too."""
    names = set[str]()
    for line in lines:
        if line.kind == "byline":
            names.update(re.split(r"[\s　:：/]+", text[line.start : line.end])[1:])
    for line in lines:
        if line.kind == "heading" and line.end - line.start <= 4 and text[line.start : line.end] in names:
            line.kind = "byline"


def _skip_repeats(text: str, lines: Sequence[Block]) -> None:
    """Paragraphs that a scan has printed before, and headings that stand with them; never who answers for an item."""
    paragraphs = set[str]()
    headings = set[str]()
    candidates = [line for line in lines if line.kind in ("text", "heading")]
    again = set[int]()
    for index, line in enumerate(candidates):
        words = text[line.start : line.end]
        if line.kind == "text" and len(words) >= _LEAST_REPEAT and not has_role_label(text, line):
            if words[:_FINGERPRINT] in paragraphs:
                again.add(index)
            paragraphs.add(words[:_FINGERPRINT])
        elif line.kind == "heading":
            if words in headings:
                again.add(index)
            headings.add(words)
    for index in sorted(again):
        neighbours = {index - 1, index + 1} & again
        if candidates[index].kind == "text" or neighbours:
            candidates[index].kind = "repeat"
