"""The tables of the base layer, a project's own things and its decisions in; a resolver of names out.

    tables, things ─► Areas ─┬─ Bodies ───┐
                             ├─ Plans ────┼─► decision ─ decisions.yaml ─► decision
             Indicators ─────┴────────────┘

A resolver is made once and not changed while documents are read, so that what a name means does not depend on which
documents were read before.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from policygraph.base import Tables
from policygraph.linking.areas import COUNTRY, LEVEL_OF_CLASS, Areas, Place, stem_of, zone_type
from policygraph.linking.bodies import Bodies
from policygraph.linking.decision import Decision, Scope
from policygraph.linking.decisions import Rulings
from policygraph.linking.identifiers import new_identifier
from policygraph.linking.indicators import Indicator, Indicators
from policygraph.linking.labels import Lexicon
from policygraph.linking.own_area import own_area
from policygraph.linking.plans import Plan, Plans
from policygraph.linking.spelling import bare

__all__ = ["Resolver", "names_of"]

#: Words that mean another thing in each area: no names that are looked up everywhere.
_RELATIVE_ENDINGS = frozenset("省市县区州旗")
#: What a name is explained as, in this order.
_KINDS = ("area", "organisation", "indicator", "plan", "initiative")
_ORGANISATIONS = frozenset({"Organisation", "LeadingGroup", "OrganisationGroup"})


@dataclass
class Resolver:
    """What names are resolved with."""

    areas: Areas = field(default_factory=Areas)
    indicators: Indicators = field(default_factory=Indicators)
    rulings: Rulings = field(default_factory=Rulings)
    lexicon: Lexicon = field(default_factory=Lexicon)
    bodies: Bodies = field(init=False)
    plans: Plans = field(init=False)
    _initiatives: dict[str, str] = field(default_factory=dict)
    _waiting: list[Plan] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.bodies = Bodies(self.areas)
        self.plans = Plans(self.areas)
        self.lexicon.name_of = self._english_name

    @classmethod
    def of(cls, tables: Tables, things: Iterable[Mapping[str, Any]] = (), rulings: Rulings | None = None) -> Resolver:
        """The resolver of a project: `things` are the entries of its reference data and records, in their keys."""
        own = sorted((dict(thing) for thing in things), key=lambda thing: str(thing.get("id", "")))
        resolver = cls(indicators=Indicators(dimensions=tables.dimensions), rulings=rulings or Rulings())
        for row in tables.rows("areas"):
            resolver.areas.add_area(row.cells)
        for row in tables.rows("zones"):
            resolver.areas.add_zone(row.cells)
        for row in tables.rows("bodies"):
            resolver.bodies.add(row.cells)
        for learn in (
            resolver._area,
            resolver._indicator,
            resolver._organisation,
            resolver._plan,
            resolver._initiative,
        ):
            for thing in own:
                learn(thing)
        for row in tables.rows("indicators"):
            resolver.indicators.add_row(row.cells)
        for row in tables.rows("lexicon"):
            resolver.lexicon.add_row(row.cells)
        for labels in tables.dimensions.values():
            resolver.lexicon.add(f"（{labels['zh']}）", f"({labels['en']})", "mark")
        for indicator in sorted(resolver.indicators.by_identifier.values(), key=lambda each: each.identifier):
            for form in (indicator.zh, *indicator.forms) if indicator.en else ():
                resolver.lexicon.add(form, indicator.en)
        return resolver

    # ── what names mean ───────────────────────────────────────────────────────────────────────────

    def own_area(self, titles: Sequence[str], issuers: Iterable[str], text: str, year: int | None) -> Decision:
        """The area that a document is about."""
        return self.rulings.apply(own_area(self.areas, titles, issuers, text, year))

    def area(self, name: str, scope: Scope) -> Decision:
        """The area that a name means."""
        return self.rulings.apply(self.areas.resolve(name, scope))

    def body(self, name: str, scope: Scope) -> Decision:
        """The body that a name means."""
        return self.rulings.apply(self.bodies.resolve(name, scope))

    def indicator(self, name: str, dimension: str, value_kind: str, scope: Scope) -> Decision:
        """The indicator that a name means for a value of a kind and dimension."""
        return self.rulings.apply(self.indicators.resolve(name, dimension, value_kind, scope, self.areas.is_place))

    def plan(
        self, title: str, scope: Scope, own: Plan | None = None, shorts: Mapping[str, str] | None = None
    ) -> Decision:
        """The plan that a title means in a document with a plan of its own and short forms of titles."""
        return self.rulings.apply(self.plans.resolve(title, scope, own, tuple((shorts or {}).items())))

    def initiative(self, name: str, scope: Scope) -> Decision:
        """The initiative that a formula means: one that is known, else a new one of the document's area."""
        return self.rulings.apply(self._by_formula(name, scope))

    def _by_formula(self, name: str, scope: Scope) -> Decision:
        printed = bare(name)
        identifier = self._initiatives.get(printed, "")
        is_common = printed in self.lexicon.words  # 一带一路 is one everywhere, 三大工程 is each city's own
        of = self.areas.places[scope.area].slug if scope.area in self.areas.places and not is_common else ""
        return Decision(
            "initiative",
            printed,
            scope,
            identifier or new_identifier("initiative", printed, of),
            "initiative/printed" if identifier else "initiative/new",
            0.95 if identifier else 0.8,
            name,
            is_new=not identifier,
            area=scope.area,
        )

    def by_rules(self, kind: str, name: str, scope: Scope) -> Decision | None:
        """What the rules alone take a name of a kind for, whatever people decided; None for an unknown kind."""
        rules = {
            "area": lambda: self.areas.resolve(name, scope),
            "organisation": lambda: self.bodies.resolve(name, scope),
            "indicator": lambda: self.indicators.resolve(name, "", "growth-rate", scope, self.areas.is_place),
            "plan": lambda: self.plans.resolve(name, scope),
            "initiative": lambda: self._by_formula(name, scope),
        }
        return rules[kind]() if kind in rules else None

    def explained(self, name: str, scope: Scope) -> list[Decision]:
        """What a name would be taken for as an area, a body, an indicator and a plan: all that mean something known.

        Where nothing is known by the name, all four are given, each with the new thing that would be proposed.
        """
        decisions = [self.rulings.apply(each) for kind in _KINDS if (each := self.by_rules(kind, name, scope))]
        meanings = [each for each in decisions if (each.identifier and not each.is_new) or each.candidates]
        return meanings or decisions

    def english(self, zh: str) -> str:
        """A draft of the English of a label, composed of words that are known; empty where one is not."""
        return self._english_name(zh) or self.lexicon.compose(zh)

    def english_of(self, decision: Decision) -> str:
        """The English of what a name was taken for, from the tables; empty where they have none."""
        place = self.areas.places.get(decision.identifier)
        if place:
            return place.en
        if decision.kind == "organisation":
            return self.bodies.english(decision)
        indicator = self.indicators.by_identifier.get(decision.identifier)
        return indicator.en if indicator else ""

    def _english_name(self, words: str) -> str:
        """The English of the name of an area, full or short; empty for any other words."""
        if not self.areas.is_name(words):
            return ""
        decision = self.areas.resolve(words, Scope())
        place = self.areas.places.get(decision.identifier)
        if not place or place.identifier == COUNTRY:
            return ""
        return place.en if words == place.zh or not place.code else _english_stem(place)

    # ── what the project has of its own ───────────────────────────────────────────────────────────

    def _area(self, thing: Mapping[str, Any]) -> None:
        level = LEVEL_OF_CLASS.get(str(thing.get("type")))
        names = names_of(thing)
        if level is None or not names:
            return
        identifier = str(thing["id"])
        above = tuple(each for key in ("subdivisionOf", "locatedIn") for each in _list(thing.get(key)))
        code = str(thing.get("gbCode", ""))
        listed = self.areas.places.get(identifier) or self.areas.with_code(code)
        generic = tuple(name for name in names if _is_relative(name))
        short = tuple(name for name in names[1:] if not _is_relative(name))
        if listed:
            place = replace(
                listed,
                identifier=identifier,
                short=_joined(listed.short, (*short, names[0]) if names[0] != listed.zh else short),
                generic=_joined(listed.generic, generic),
            )
            if listed.identifier != identifier:
                self.areas.replace(listed.identifier, place)
                return
        else:
            english = thing.get("label", {}).get("en", "")
            place = Place(identifier, names[0], level, code, above, short, (), generic, (), english)
        self.areas.add(place)

    def _organisation(self, thing: Mapping[str, Any]) -> None:
        if thing.get("type") not in _ORGANISATIONS or "openEnded" in thing:
            return
        area = self._area_of(thing)
        for name in names_of(thing):
            decision = self.bodies.resolve(name, Scope(area))
            if decision.identifier:
                self.bodies.own.setdefault(decision.identifier, str(thing["id"]))

    def _area_of(self, thing: Mapping[str, Any]) -> str:
        for key in ("governs", "locatedIn", "coversArea"):
            for area in _list(thing.get(key)):
                return area
        return ""

    def _indicator(self, thing: Mapping[str, Any]) -> None:
        if thing.get("type") == "Indicator" and (names := names_of(thing)):
            english = thing.get("label", {}).get("en", "")
            self.indicators.add(
                Indicator(str(thing["id"]), names[0], str(thing.get("dimension", "")), tuple(names[1:]), english)
            )

    def _plan(self, thing: Mapping[str, Any]) -> None:
        if thing.get("type") == "Plan":
            years = (str(thing.get("periodStart", "")), str(thing.get("periodEnd", "")))
            for name in names_of(thing):
                self.plans.add(Plan(str(thing["id"]), name, self._area_of(thing), *years))

    def _initiative(self, thing: Mapping[str, Any]) -> None:
        if thing.get("type") == "Initiative":
            for name in names_of(thing):
                self._initiatives.setdefault(bare(name), str(thing["id"]))


def names_of(thing: Mapping[str, Any]) -> list[str]:
    """The Chinese label of a thing and its other Chinese names."""
    names: list[str] = []
    for key in ("label", "altLabel"):
        texts = thing.get(key)
        value = texts.get("zh") if isinstance(texts, Mapping) else None
        names += [name for name in _list(value) if name]
    return names if isinstance(thing.get("id"), str) else []


def _list(value: Any) -> list[str]:
    return (
        [each for each in value if isinstance(each, str)]
        if isinstance(value, list)
        else [value]
        if isinstance(value, str)
        else []
    )


def _is_relative(name: str) -> bool:
    """Whether a name means another area in each document: 全市, 本区, 综保区, 综保区东园."""
    is_level = len(name) == 2 and name[0] in "全我本各" and name[1] in _RELATIVE_ENDINGS
    return is_level or any(zone_type(name[:length]) for length in range(2, len(name) + 1))


def _joined(one: tuple[str, ...], other: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys([*one, *other]))


def _english_stem(place: Place) -> str:
    """The English of the short form of an area: Sichuan of Sichuan Province."""
    for ending in (" Province", " City", " County", " District", " Municipality", " Banner", " Prefecture", " League"):
        if place.en.endswith(ending) and stem_of(place.zh) != place.zh:
            return place.en.removesuffix(ending)
    return place.en
