"""An outline in, who issued the document and on which day out: from its title, its signature, its last lines, its page.

The date of the signature comes before that of the page (成文日期 before 发布日期), that before the line below the text
(…局2026年3月6日发布), and that before the day of the meeting at which a report was given.

>>> iso_date("二〇二六年三月六日"), iso_date("2026-03-06 09:30"), iso_date("2026年3月")
('2026-03-06', '2026-03-06', None)
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from policygraph.extract.actors.unit_lists import split_agents
from policygraph.extract.structure.front import ISSUER_LINE
from policygraph.extract.structure.furniture import COLOPHON
from policygraph.extract.structure.outline import Outline
from policygraph.extract.structure.passages import Span

__all__ = ["attachments", "iso_date", "issuers", "publication_date", "publication_month"]

_DATE = re.compile(r"(?P<year>(?:19|20)\d\d)\s?[年\-/.．]\s?(?P<month>\d{1,2})\s?[月\-/.．]\s?(?P<day>\d{1,2})(?!\d)")
_REPUBLICAN_DATE = re.compile(r"民国\s?(?P<year>\d{2,3})\s?年\s?(?P<month>\d{1,2})\s?月\s?(?P<day>\d{1,2})\s?日")
_BEFORE_REPUBLIC = 1911
_CHINESE_DATE = re.compile(
    r"(?P<year>[一二][〇○零Ｏ一二三四五六七八九]{3})年(?P<month>[一二三四五六七八九十]{1,2})月(?P<day>[一二三四五六七八九十]{1,3})日"
)
_DIGITS = str.maketrans("〇○零Ｏ一二三四五六七八九", "0000123456789")
#: The ends of names of those who issue documents.
_ISSUER = re.compile(
    r"(?:中共)?[一-鿿（）()]{2,24}?(?:人民政府|政府|委员会|市委|县委|区委|州委|省委|党委|委|局|厅|部|院|署|总社|中心|银行|专班|指挥部"
    r"|领导小组)(?:办公室|办公厅)?(?=[\s　、]|关于|印发|等|$)"
)
#: Who issues a document, on the page: 发布机构：….
_ISSUING = re.compile(r"(?:发文机[关构]|发布机构|公开主体|制发机关)[】\]]?\s?[：:]\s?(?P<name>[^\s　：:]{4,30})")
#: The dates of a page, the nearest to the document first.
_DATED = ("成文日期", "发文日期", "印发日期", "生成日期", "发布日期", "公开日期", "时间", "")
#: A line below the title that says when and where, not what: ——2024年1月16日在…会议上, （2024年1月16日…通过）.
_BELOW_TITLE = re.compile(r"(?m)^[ \t　]*(?:[—－-]{1,2}|[（(])?.{4,80}$")
_BELOW = 160
_MOST_ISSUERS = 12
_LINE = re.compile(r"[^\s　][^\n]*[^\s　]")


def iso_date(words: str) -> str | None:
    """The first day that some words name, as ISO 8601 writes it; None where they name none."""
    if match := _DATE.search(words):
        year, month, day = int(match["year"]), int(match["month"]), int(match["day"])
    elif match := _REPUBLICAN_DATE.search(words):
        year, month, day = _BEFORE_REPUBLIC + int(match["year"]), int(match["month"]), int(match["day"])
    elif match := _CHINESE_DATE.search(words):
        year = int(match["year"].translate(_DIGITS))
        month, day = _counted(match["month"]), _counted(match["day"])
    else:
        return None
    return f"{year}-{month:02d}-{day:02d}" if 1 <= month <= 12 and 1 <= day <= 31 else None


def _counted(words: str) -> int:
    """A number up to 31 in Chinese."""
    tens, ten, ones = words.rpartition("十")
    if not ten:
        return int(words.translate(_DIGITS))
    return (int(tens.translate(_DIGITS)) if tens else 1) * 10 + (int(ones.translate(_DIGITS)) if ones else 0)


def issuers(text: str, title: Span, outline: Outline) -> list[Span]:
    """The bodies named before the title's 关于, else below the letter, below the title, on the page, below the text."""
    front = text[slice(*title)]
    about = front.find("关于")
    named = [
        (title[0] + match.start(), title[0] + match.end())
        for match in _ISSUER.finditer(front[: about if about > 0 else 0])
    ]
    signed = [(start, end) for kind, start, end in outline.asides if kind == "signature"]
    return named or signed[:_MOST_ISSUERS] or list(_below(text, title)) or list(_imprinted(text, outline))


def _below(text: str, title: Span) -> Iterator[Span]:
    """The bodies whose names alone stand in the line below the title."""
    line = _LINE.search(text, title[1])
    if line and ISSUER_LINE.fullmatch(line.group()):
        yield from (match.span() for match in _ISSUER.finditer(text, line.start(), line.end()))


def _imprinted(text: str, outline: Outline) -> Iterator[Span]:
    """Who a property of the page or a line below the text says has issued the document."""
    for kind, start, end in outline.asides:
        if kind == "property" and (match := _ISSUING.search(text, start, end)):
            yield match.span("name")
        elif kind == "colophon" and (match := COLOPHON.fullmatch(text, start, end)):
            for group in ("who", "by"):
                begin = match.start(group)
                for _, left, right, _ in split_agents(match[group] or ""):
                    yield begin + left, begin + right


#: What stands in front of the title of an attached document: 附件：1., 附件2：, 3..
_ATTACHED = re.compile(
    r"(?:附\s?[件表录]?\s?(?:[0-9]{1,2}|[一二三四五六七八九十]{1,3})?(?:-[0-9]{1,2})?\s?[：:．.、]?\s*)?"
    r"(?:[（(]?[0-9]{1,2}[）)]?\s?[．.、]?\s*)?"
)
_LONGEST_TITLE = 100


def attachments(text: str, outline: Outline) -> list[str]:
    """The titles of the documents that are attached: those listed behind 附件：, and those that stand below it."""
    listed = [text[start:end] for kind, start, end in outline.asides if kind == "annex-list"]
    printed = [part.label for part in outline.root.walk() if part.style == "annex"]
    titles: dict[str, str] = {}
    for words in (*listed, *printed):
        title = re.sub(r"\s+", " ", words[_end_of_number(words) :]).strip(" 《》。；;")
        if 2 <= len(title) <= _LONGEST_TITLE:
            titles.setdefault(re.sub(r"[\s《》“”\"]", "", title), title)
    return list(titles.values())


def _end_of_number(words: str) -> int:
    match = _ATTACHED.match(words)
    return match.end() if match else 0


def publication_date(text: str, outline: Outline) -> str | None:
    """The day of the signature, of the page, of the line below the text, or of the meeting; None where none is."""
    dates = (iso_date(text[slice(*span)]) for span in _dated(text, outline))
    return next((date for date in dates if date), None)


def publication_month(text: str, outline: Outline) -> str | None:
    """The month of the signature or the line below the text, where no day is named: …2026年3月中旬印发; else None."""
    for kind, start, end in outline.asides:
        match = _MONTH.search(text, start, end) if kind in ("date", "signature", "colophon") else None
        if match and 1 <= int(match["month"]) <= _LAST_MONTH:
            return f"{match['year']}-{int(match['month']):02d}"
    return None


_LAST_MONTH = 12
_MONTH = re.compile(r"(?P<year>(?:19|20)\d\d)年(?P<month>\d{1,2})月(?!\d)")


def _dated(text: str, outline: Outline) -> Iterator[Span]:
    """The places that may name the day, the nearest to the document first."""
    asides = outline.asides
    yield from ((start, end) for kind, start, end in asides if kind == "date")
    properties = [(start, end) for kind, start, end in asides if kind == "property"]
    for word in _DATED:
        yield from (span for span in properties if word in text[slice(*span)])
    yield from ((start, end) for kind, start, end in asides if kind in ("colophon", "occasion"))
    if outline.title:
        end = outline.title[1]
        yield from (match.span() for match in _BELOW_TITLE.finditer(text, end, end + _BELOW) if "年" in match[0][:12])
