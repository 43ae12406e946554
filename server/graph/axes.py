"""Values of indicators in, what may be drawn on one axis out, and why the rest may not."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from ..web.ask import Row
from ..web.names import shorten
from .citations import Place, row_label

__all__ = ["Chart", "Span", "Value", "charts", "differences", "unit_label", "value"]

_ODRL = "http://www.w3.org/ns/odrl/2/"
#: Comparator -> what it makes of a target.
_BOUNDS = {
    f"{_ODRL}gteq": "floor",
    f"{_ODRL}gt": "floor",
    f"{_ODRL}lteq": "ceiling",
    f"{_ODRL}lt": "ceiling",
    "https://w3id.org/policygraph/ontology#approximately": "about",
}
#: Kinds of value that say how much there is; the others say how it changes, from a baseline that counts.
_STANDING = frozenset({"level", "share", "rank", "per-capita", "cumulative"})


#: The first and the last of several years, the same for one.
Span = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Value:
    """One target or observation.

    `at` is its year, with a fraction where months are told; `bound` is floor, ceiling, point, about or range; a thing
    is a pair of IRI and label, both empty where there is none.
    """

    iri: str
    label: str
    is_target: bool
    indicator: str
    area: tuple[str, str]
    kind: tuple[str, str]
    unit: tuple[str, str]
    among: tuple[str, str]
    amount: float | None
    upper: float | None
    printed: str
    bound: str
    time: str
    at: float | None
    base_year: str
    base_value: float | None
    hedge: str
    is_inferred: bool
    plan: tuple[str, str]
    document: tuple[str, str]
    places: Sequence[Place] = ()
    symbol: str = ""
    classifier: str = ""
    start: str = ""

    @property
    def axis(self) -> tuple[str, ...]:
        """What has to be the same for two values to stand on one axis."""
        kind = self.kind[0].rpartition("/")[2]
        return (self.area[0], self.kind[0], self.unit[0], self.among[0], "" if kind in _STANDING else self.base_year)

    @property
    def year(self) -> int | None:
        """The year that it is of; None where there is none."""
        text = self.time.rpartition("/")[2][:4]
        return int(text) if text.isdigit() else None

    @property
    def span(self) -> Span | None:
        """The first and the last year that it is of, the same for one year; None where there is none."""
        if self.year is None:
            return None
        first = self.start[:4] or self.time[:4]
        return (min(int(first), self.year) if first.isdigit() else self.year, self.year)

    @property
    def can_be_written(self) -> bool:
        """Whether the number and its unit can be put into words; else what is printed says it."""
        return self.amount is not None and (not self.unit[0] or bool(self.symbol or self.unit[1]))

    @property
    def shows_bound(self) -> bool:
        """Whether its bound is told: of a target always, of what is reached where it is no bare figure."""
        return self.amount is not None and (self.is_target or self.bound != "point")

    @property
    def shown_bound(self) -> str:
        """Its bound where that is told, else nothing."""
        return self.bound if self.shows_bound else ""

    @property
    def can_be_drawn(self) -> bool:
        """Whether there is a number and a year."""
        return self.amount is not None and self.at is not None


@dataclass(slots=True)
class Chart:
    """Values of one area that share an axis, and those indicators whose values they are."""

    values: list[Value] = field(default_factory=list)

    @property
    def drawn(self) -> list[Value]:
        """Those that can be drawn, by time."""
        return sorted((each for each in self.values if each.can_be_drawn), key=lambda each: (each.at or 0, each.iri))


def value(row: Row, places: Mapping[str, Sequence[Place]]) -> Value:
    """A value from a row of the query `trajectory`."""

    def text(name: str) -> str:
        return row[name].value if name in row else ""

    def thing(name: str) -> tuple[str, str]:
        return text(name), row_label(row, name)

    def number(name: str) -> float | None:
        return float(text(name)) if name in row else None

    iri = row["value"].value
    bound = "range" if "upper" in row else _BOUNDS.get(text("comparator"), "point")
    return Value(
        iri,
        row_label(row, ""),
        text("class").endswith("#IndicatorTarget"),
        text("indicator"),
        thing("area"),
        thing("kind"),
        thing("unit"),
        thing("among"),
        number("amount"),
        number("upper"),
        text("printed"),
        bound,
        text("year"),
        _at(text("year")),
        text("baseYear"),
        number("baseValue"),
        row_label(row, "hedge"),
        "inferred" in row,
        thing("plan"),
        thing("document"),
        places.get(iri, ()),
        text("symbol"),
        text("classifier"),
        text("start"),
    )


def unit_label(values: Sequence[Value], language: str) -> str:
    """What the values of an axis are measured in, as their heading says it in a language.

    Things that are counted have no unit: of these it is, in Chinese, the classifier that all of them are printed with
    (家 of enterprises), and nothing where they are printed with several, or in another language.
    """
    iri, label = values[0].unit
    if not iri.endswith("/unit/NUM"):
        return label or (shorten(iri) if iri else "")
    classifiers = {each.classifier for each in values}
    return classifiers.pop() if len(classifiers) == 1 and language == "zh" else ""


def _at(time: str) -> float | None:
    """A year, a month (2022-09) or the last of several (2022-01/2022-06), as a number of years.

    A year stands for its end; its months lie before it and nearer to it than to the year before.
    """
    year, _, month = time.rpartition("/")[2].partition("-")
    if not year.isdigit():
        return None
    return int(year) + (int(month[:2]) - 12) / 24 if month[:2].isdigit() else float(year)


def charts(values: Iterable[Value]) -> list[Chart]:
    """The values in charts, each with an axis of its own, in the order of what was given."""
    by_axis: dict[tuple[str, ...], Chart] = {}
    for each in values:
        by_axis.setdefault(each.axis, Chart()).values.append(each)
    return list(by_axis.values())


#: Part of an axis, in its order -> how it is called.
_PARTS = ("area", "kind", "unit", "among", "baseline")


def differences(one: Value, other: Value) -> list[str]:
    """Why two values may not stand on one axis: the parts of it in which they differ."""
    return [part for part, mine, yours in zip(_PARTS, one.axis, other.axis, strict=True) if mine != yours]
