"""The printed name of an indicator, its dimension and kind of value in; the core indicator out, or a new one.

A name is looked up as it is printed; then in one spelling (规上 is 规模以上); then without the words for the area, for
the time and the aim (力争, 年均) and for the change (增速, 涨幅), which belong to the value and not to the indicator.
An indicator has one dimension: one name that is measured in two is two indicators.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from policygraph.linking.decision import Candidate, Decision, Scope
from policygraph.linking.identifiers import new_identifier
from policygraph.linking.spelling import bare
from policygraph.quantity.value_words import CHANGES, COUNTING, FALLING, GROWTH, MONEY, RATES, RISING

__all__ = ["Indicator", "Indicators", "base_name", "names_of"]

#: Words that are spelt in two ways -> the one that is compared.
_SPELLINGS: tuple[tuple[re.Pattern[str], str], ...] = (
    (re.compile("规上|规模(?=工业|企业|服务业)"), "规模以上"),
    (re.compile("地区GDP|本地GDP|GDP|国内生产总值", re.IGNORECASE), "地区生产总值"),
    (re.compile("(?<!地区)生产总值"), "地区生产总值"),
    (re.compile("比例|比率|占比"), "比重"),
    (re.compile("全社会研发|研究与试验发展|Ｒ＆Ｄ|R&D|RD", re.IGNORECASE), "研发"),
    (re.compile("PM2[.．]5|PM₂.₅", re.IGNORECASE), "细颗粒物"),
    (re.compile("水平$|的|、"), ""),
    (re.compile("(?<=产)总量$|(?<=产)量值$"), "量"),
    (re.compile("总值"), "总额"),
    (re.compile("地区生产总额"), "地区生产总值"),
)
#: Words in front of an indicator that say where, when, or how much it is wanted.
_LEADING = re.compile(
    r"^(?:其中|全[省市区县州域]|[本我][省市区县州]|(?:今|本|全|当)年|年[内均度末底]|每年|同期|累计|预[计期]|力争|争取|努力|确保|保持|实现|完成|推动|促进"
    r"|带动|使得?|到(?:20)?\d\d年底?|20\d\d年|“十[二三四五六]五”(?:期间|时期|末)?|期末|届时|主要(?:预期)?(?:目标|指标)是?|预期目标)"
)
#: Words behind an indicator that belong to its value.
_TRAILING = re.compile(
    r"(?:年均|同比|环比|按可比价(?:格)?(?:计算)?|名义|实际|按|约|将|要|要求|目标|分别|均|都|共|达到?|保持在?|稳定在?|控制在?|提高到?|增加到?|提升到?"
    rf"|增长到|增量|{'|'.join((*RISING, *FALLING, *RATES))}|突破|超过?|力争|确保)$"
)
#: How a name ends or what it holds -> the dimension that goes without saying; else it counts things.
_NATURAL = (
    (re.compile("率$|比重$|比例$|占比$|比率$|强度$|满意度$|覆盖面?$"), "ratio"),
    (re.compile("面积$"), "area"),
    (re.compile("里程$|长度$"), "length"),
    (re.compile("时间$|时长$"), "time"),
    (re.compile("浓度$"), "concentration"),
    (re.compile("装机(?:容量|规模)?$"), "energy"),
    (re.compile(f"{'|'.join(MONEY)}|值|额|外资|消费|进出口|税|资产"), "currency"),
)


@dataclass(frozen=True, slots=True)
class Indicator:
    """A core indicator, or one of the project's own: its id, label, dimension and printed forms."""

    identifier: str
    zh: str
    dimension: str
    forms: tuple[str, ...] = ()
    en: str = ""


@dataclass
class Indicators:
    """All indicators that names are looked up in; of two with one form and dimension, the first taken in."""

    by_identifier: dict[str, Indicator] = field(default_factory=dict)
    #: Dimension -> its labels by language: they tell two indicators of one name apart.
    dimensions: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    _printed: dict[str, list[str]] = field(default_factory=dict)
    _spelt: dict[str, list[str]] = field(default_factory=dict)

    @classmethod
    def of_table(cls, rows: Iterable[Mapping[str, str]]) -> Indicators:
        """The indicators of rows of `indicators.csv`."""
        table = cls()
        for row in rows:
            table.add_row(row)
        return table

    def add_row(self, row: Mapping[str, str]) -> None:
        """Takes in a row of `indicators.csv`; what the project says of the same id comes first."""
        forms = tuple(word for word in row["forms"].split("|") if word)
        self.add(Indicator(f"indicator:{row['id']}", row["zh"], row["dimension"], forms, row["en"]))

    def add(self, indicator: Indicator) -> None:
        """Takes in an indicator."""
        self.by_identifier[indicator.identifier] = indicator
        for name in (indicator.zh, *indicator.forms):
            for index, form in ((self._printed, bare(name)), (self._spelt, _spelt(bare(name)))):
                hits = index.setdefault(form, [])
                if indicator.identifier not in hits:
                    hits.append(indicator.identifier)

    def resolve(
        self,
        name: str,
        dimension: str = "",
        value_kind: str = "",
        scope: Scope = Scope(),  # noqa: B008 – a frozen value
        is_area: Callable[[str], bool] = lambda _: False,
    ) -> Decision:
        """The indicator that a name means for a value of a kind (`growth-rate`, `level` …) and dimension.

        `is_area` tells the names of areas, which are taken off in front. A new indicator is named by its base name
        and, where the value has its unit, its dimension.
        """
        printed = bare(name)
        wanted = "" if value_kind in CHANGES else dimension
        clash: tuple[str, ...] = ()
        for rule, confidence, words in names_of(printed, value_kind, is_area):
            index = self._printed if rule == "printed" else self._spelt
            hits = index.get(words if rule == "printed" else _spelt(words), ())
            fitting = [each for each in hits if not wanted or self._measures(each, wanted)]
            sure = round(confidence - (0.1 if len(fitting) > 1 else 0), 4)
            if fitting:
                best = self.by_identifier[fitting[0]]
                return Decision(
                    "indicator",
                    printed,
                    scope,
                    best.identifier,
                    f"indicator/{rule}",
                    sure,
                    best.zh,
                    concept=best.dimension,
                    candidates=tuple(Candidate(each, self.by_identifier[each].zh, sure) for each in fitting[:5]),
                )
            clash = clash or tuple(hits)
        return self._new(printed, wanted, scope, clash, base_name(printed, is_area) or printed)

    def _measures(self, identifier: str, dimension: str) -> bool:
        return self.by_identifier[identifier].dimension == dimension

    def _new(
        self,
        printed: str,
        dimension: str,
        scope: Scope,
        clash: tuple[str, ...],
        base: str,
    ) -> Decision:
        natural = next((each for pattern, each in _NATURAL if pattern.search(base)), "count")
        measured = dimension or natural
        word = self.dimensions.get(measured, {}).get("zh", measured)
        is_plain = not clash and (measured == natural or base.endswith(word))
        label = base if is_plain else f"{base}（{word}）"
        return Decision(
            "indicator",
            printed,
            scope,
            new_identifier("indicator", f"{_spelt(base)}|{measured}").replace(f"-{measured}-", "-"),
            "indicator/other-dimension" if clash else "indicator/new",
            0.8,
            label,
            is_new=True,
            concept=measured,
            candidates=tuple(Candidate(each, self.by_identifier[each].zh, 0.5) for each in clash[:5]),
        )


def base_name(name: str, is_area: Callable[[str], bool] = lambda _: False) -> str:
    """A name without the words for area, time, aim and change, and without a word for counting at its end."""
    return [words for _, _, words in names_of(bare(name), "", is_area)][-1]


def names_of(name: str, value_kind: str, is_area: Callable[[str], bool]) -> Iterator[tuple[str, float, str]]:
    """What a name is looked up as, one after the other: rule, confidence, words."""
    yield "printed", 0.98, name
    yield "spelling", 0.96, name
    if value_kind in GROWTH:
        yield "change-word", 0.92, f"{name}增长"
    front = _front(name, is_area)
    if front != name:
        yield "area-word", 0.94, front
    behind = _behind(front)
    if behind != front:
        yield "change-word", 0.92, behind
    if value_kind in GROWTH and behind != name:
        yield "change-word", 0.92, f"{behind}增长"
    counted = COUNTING.sub("", behind)
    if len(counted) > 1 and counted != behind:
        yield "counting-word", 0.9, counted
    else:
        yield "counting-word", 0.88, f"{behind}数量"
        counted = behind
    yield "base-name", 0.9, counted


def _front(name: str, is_area: Callable[[str], bool]) -> str:
    """A name without what stands in front of it for the area, the time and the aim."""
    while True:
        match = _LEADING.match(name)
        cut = (
            match.end()
            if match
            else next((end for end in range(min(len(name) - 2, 12), 1, -1) if is_area(name[:end])), 0)
        )
        if not cut or len(name) - cut < 2:
            return name
        name = name[cut:]


def _behind(name: str) -> str:
    """A name without what stands behind it for the change and the value."""
    while (match := _TRAILING.search(name)) and match.start() >= 2:
        name = name[: match.start()]
    return name


def _spelt(name: str) -> str:
    for pattern, spelling in _SPELLINGS:
        name = pattern.sub(spelling, name)
    return name
