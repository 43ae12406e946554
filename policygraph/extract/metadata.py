"""An outline in, what kind of document it is out: its plan's name and kind, its period, area, issuers and dates."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from policygraph.extract.actors.areas import AREA_KINDS, KnownNames, covered_area, suffix_of
from policygraph.extract.figures.times import Calendar
from policygraph.extract.imprint import issuers, publication_date, publication_month
from policygraph.extract.period import read_period
from policygraph.extract.structure.outline import Outline
from policygraph.extract.structure.passages import Span

__all__ = ["Metadata", "plan_kind_of", "read_metadata"]


@dataclass(slots=True)
class Metadata:
    """What is said about a document as a whole; spans tell where, None where it was inferred."""

    title: str
    plan: str
    plan_span: Span
    plan_kind: str
    document_kind: str
    level: str | None
    calendar: Calendar
    period_printed: str | None
    period_inferred: bool
    area: str | None
    area_kind: str
    issuers: list[Span] = field(default_factory=list)
    date: str | None = None
    #: The month of publication, where no day is printed: 2026-03.
    month: str | None = None


#: How a title ends -> the kind of plan; the first that fits.
_PLAN_KINDS = (
    (r"三年行动|三年.{0,6}(?:计划|方案)", "three-year-action-plan"),
    (r"五年规划|“十[二三四五六]五”.{0,20}规划|五年.{0,4}规划", "five-year-plan"),
    (r"纲要", "outline"),
    (r"国土空间|空间.{0,4}规划", "spatial-plan"),
    (r"(?:区|县).{0,16}规划", "district-plan"),
    (r"规划", "five-year-plan"),
    (r"专项行动", "special-action"),
    (r"实施方案|工作方案", "implementation-plan"),
    (r"年度.{0,6}(?:计划|方案)|20\d\d年.{0,16}(?:计划|方案)", "annual-action-plan"),
    (r"行动(?:计划|方案)|行动", "action-plan"),
    (r"改革.{0,8}(?:方案|试点)", "reform-plan"),
    (r"清单|台账|任务分[工解]|分工", "task-list"),
    (r"意见", "implementation-opinion"),
    (r"(?:若干)?(?:政策)?措施|举措|[一-鿿]条$|条措施", "measure-package"),
    (r"政策", "policy-package"),
    (r"方案", "implementation-plan"),
    (r"工作要点|工作报告|重点工作|要点|纪要|通知", "annual-action-plan"),
    (r"计划", "programme"),
)
#: What stands in brackets behind a name and is no part of it: 征求意见稿, 试行, 第二批.
_STATE = re.compile(r"[（(][^（()）]{2,12}[）)]$")
#: A title that stands in 《》, with what is in brackets behind it.
_ENCLOSED = re.compile(r"^《([^《》]+)》((?:[（(][^（()）]{2,12}[）)])?)$")
_PROMULGATED = re.compile(r"(?:印发|发布|公布|下发)《?(?P<name>[^《》]{4,80}?)》?的(?:通知|决定|公告)")
_PLAN_NOUNS = "方案|计划|规划|纲要|意见|清单|措施|决定|办法"
#: What a headline says of a plan, and its name does not.
_HEADLINE = re.compile("出台|发布|推出|公布|解读|部署|审议|迎来")
_NAMED = rf"[^《》]{{4,60}}?(?:{_PLAN_NOUNS})(?:[（(][^（）()]{{2,24}}[）)])?"
#: A plan that is released: 发布《…行动方案（2024—2026年）》, 《…》正式出台.
_RELEASED = re.compile(
    rf"(?:发布|出台|印发|公布|推出|下发|通过|审议通过)(?:了|的)?[^，。；《》]{{0,8}}《(?P<name>{_NAMED})》"
    rf"|《(?P<released>{_NAMED})》[^，。；《》]{{0,12}}(?:发布|出台|印发|公布|审议通过)"
)
_HEAD = 600
_FIRST_PAGES = 4000


def read_metadata(text: str, outline: Outline, known_areas: KnownNames | None = None) -> Metadata:
    """What a text says about itself. `known_areas` are names of areas that need no suffix to be told."""
    title_span = outline.title or _first_line(text, outline)
    title = _ENCLOSED.sub(r"\1\2", re.sub(r"\s+", " ", text[slice(*title_span)]).strip(" #*"))
    press = sum(kind in ("byline", "caption") for kind, *_ in outline.asides) > 0 or "本报讯" in text[:_HEAD]
    plan, plan_span = (press and _announced(text, title)) or _plan_name(text, title_span)
    asides = {kind: (start, end) for kind, start, end in reversed(outline.asides)}
    period = read_period(text, title, plan if press else title, outline, asides)
    area, kind = covered_area(text, (title, plan), outline, known_areas or KnownNames({}))
    return Metadata(
        title=title,
        plan=plan,
        plan_span=plan_span,
        plan_kind=plan_kind_of(plan),
        document_kind="newspaper-page" if press else "official-document",
        level=AREA_KINDS[suffix_of(area)][1] if area else AREA_KINDS[kind][1] if kind in AREA_KINDS else None,
        calendar=period.calendar,
        period_printed=period.printed,
        period_inferred=period.inferred,
        area=area,
        area_kind=AREA_KINDS[kind][0] if kind in AREA_KINDS else kind,
        issuers=issuers(text, title_span, outline),
        date=publication_date(text, outline),
        month=publication_month(text, outline),
    )


def plan_kind_of(name: str) -> str:
    """The kind of a plan by its name; what is in brackets behind it says nothing of it (征求意见稿).

    >>> plan_kind_of("东陵县发展茶业若干措施（征求意见稿）"), plan_kind_of("茶业护航十条")
    ('measure-package', 'measure-package')
    """
    bare = _STATE.sub("", name)
    return next((kind for pattern, kind in _PLAN_KINDS if re.search(pattern, bare)), "action-plan")


def _first_line(text: str, outline: Outline) -> Span:
    if outline.root.parts:
        part = outline.root.parts[0]
        if outline.root.paragraphs and outline.root.paragraphs[0][0][0] < part.start:
            start = outline.root.paragraphs[0][0][0]
            end = re.compile(r"[。\n]|$").search(text, start, start + 60)
            return start, end.start() if end else min(start + 60, outline.root.paragraphs[0][0][1])
        return part.start, part.end
    if outline.root.paragraphs:
        start, stop = outline.root.paragraphs[0][0]
        end = re.compile(r"[。！？；，,\n]").search(text, start, min(stop, start + 60))
        return start, end.start() if end and end.start() > start else min(stop, start + 60)
    return 0, min(len(text), 40)


def _plan_name(text: str, title_span: Span) -> tuple[str, Span]:
    """The name of the plan: what a notice promulgates, else the title without its issuers."""
    title = text[slice(*title_span)]
    if match := _PROMULGATED.search(title):
        start, end = match.span("name")
    else:
        about = re.search(r"关于(?=.{4,}(?:意见|方案|通知|决定|报告|计划|措施)(?:[（(].*[）)])?\s*$)", title, re.DOTALL)
        start, end = (about.start() if about else 0), len(title)
    name = re.sub(r"\s+", " ", title[start:end]).strip(" #*")
    return _ENCLOSED.sub(r"\1\2", name).strip("《》"), (title_span[0] + start, title_span[0] + end)


def _announced(text: str, title: str) -> tuple[str, Span] | None:
    """The plan that a newspaper reports to be released, where its headline is not the plan's own name."""
    if re.search(rf"(?:{_PLAN_NOUNS})(?:[（(].*[）)])?$", title) and not _HEADLINE.search(title):
        return None
    match = _RELEASED.search(text, 0, _FIRST_PAGES)
    group = match and ("name" if match["name"] else "released")
    return (re.sub(r"\s+", "", match[group]), match.span(group)) if match and group else None
