"""The records of a project and what they propose in, what is joined across documents out: ids to be replaced.

A draft is read without the others, so that any order and any number of processes give the same. What only all of them
tell is told here: a plan that one document cites and another is; a proposal that a decision, or a table renewed since,
gives a meaning; plans that succeed one another in a circle.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from policygraph.findings import Fault, Finding, Position, Severity
from policygraph.linking.areas import COUNTRY
from policygraph.linking.decision import Decision, Scope
from policygraph.linking.plans import Plan, Plans, read_title
from policygraph.linking.resolver import Resolver, names_of
from policygraph.messages import message

__all__ = ["Links", "link", "own_plans", "plans_of", "replaced", "scope_of", "succession_cycles"]

_CYCLE = Fault(
    "succession_in_a_circle",
    message("plans that succeed one another in a circle: {plans}."),
    message("Take one `succeeds:` out."),
    Severity.WARNING,
)
#: The code of its area in the id of a body.
_CODE = re.compile(r":cn-(\d{6})-")
_ID = re.compile(r"(?<![A-Za-z0-9:/.-])(?:area|indicator|initiative|organisation|person|plan):[A-Za-z0-9.-]+")


@dataclass
class Links:
    """What is joined, for all documents and for those about an area, and the decisions that wait for a person."""

    everywhere: dict[str, str] = field(default_factory=dict)
    by_document: dict[str, dict[str, str]] = field(default_factory=dict)
    #: What waits for a person -> the id under which the name is proposed until then.
    waiting: dict[Decision, str] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)

    def of(self, slug: str) -> dict[str, str]:
        """The ids to be replaced in one record: old -> new."""
        return {**self.everywhere, **self.by_document.get(slug, {})}


def link(records: Mapping[str, Mapping[str, Any]], proposed: Iterable[Mapping[str, Any]], resolver: Resolver) -> Links:
    """What is joined across the records (by slug) of a project, with the entries that drafts propose.

    The plans of the records are added to those that the resolver knows; the same whatever the order of the records.
    """
    proposed = list(proposed)
    links = Links(findings=succession_cycles(records))
    plans = Plans.of((plan for slug in sorted(records) for plan in own_plans(records[slug])), resolver.areas)
    cited = _cited_in(records)
    for entry in sorted(proposed, key=lambda each: str(each.get("id"))):
        identifier = str(entry.get("id", ""))
        kind = identifier.partition(":")[0]
        if kind == "plan":
            _join_plan(identifier, entry, [(slug, records[slug]) for slug in cited.get(identifier, ())], plans, links)
        elif names_of(entry):
            decision = _resolved(kind, entry, resolver)
            if decision and decision.identifier and decision.identifier != identifier and not decision.is_new:
                links.everywhere[identifier] = decision.identifier
            elif decision and decision.is_open:
                links.waiting[decision] = identifier
    links.everywhere |= _national(proposed, resolver)
    _apply_rulings(records, resolver, links)
    return links


def _national(proposed: Iterable[Mapping[str, Any]], resolver: Resolver) -> dict[str, str]:
    """Proposals of plans of no area that are called as one of the whole country is: “人工智能+”行动 is the State's."""
    by_title: dict[tuple[str, str, str], dict[str, str]] = {}
    for entry in sorted(proposed, key=lambda each: str(each.get("id"))):
        for name in names_of(entry)[:1] if str(entry.get("id", "")).startswith("plan:") else ():
            title = read_title(name, resolver.areas, Scope())
            area = str(entry.get("coversArea", title.area))
            if area in ("", COUNTRY):
                by_title.setdefault(title.key, {}).setdefault(area, str(entry["id"]))
    return {ids[""]: ids[COUNTRY] for ids in by_title.values() if len(ids) > 1}


def own_plans(record: Mapping[str, Any]) -> Iterator[Plan]:
    """The plan of a record that the document is, as a plan that others may cite."""
    for entry in record.get("plans", ())[:1]:
        yield from plans_of(entry, str(record.get("coversArea", "")))


def plans_of(entry: Mapping[str, Any], area: str = "") -> Iterator[Plan]:
    """A plan by each of its names; `area` is that of its document."""
    covered = entry.get("coversArea", area)
    years = (str(entry.get("periodStart", "")), str(entry.get("periodEnd", "")))
    for name in names_of(entry):
        yield Plan(str(entry["id"]), name, covered if isinstance(covered, str) else "", *years)


def scope_of(record: Mapping[str, Any]) -> Scope:
    """The scope of the names that a record's document prints: its area and year."""
    area = record.get("coversArea", "")
    year = re.match(r"\d{4}", str(record.get("publicationDate") or record.get("publicationYear") or ""))
    return Scope(area if isinstance(area, str) else "", int(year[0]) if year else None)


def replaced(text: str, ids: Mapping[str, str]) -> str:
    """The text of a record with ids replaced, whole ids only."""
    return _ID.sub(lambda match: ids.get(match[0].rstrip("."), match[0]), text) if ids else text


def succession_cycles(records: Mapping[str, Mapping[str, Any]]) -> list[Finding]:
    """A finding for each circle of plans that succeed one another."""
    follows: dict[str, list[str]] = {}
    for slug in sorted(records):
        for entry in records[slug].get("plans", ()):
            after = entry.get("succeeds", ())
            follows.setdefault(str(entry.get("id")), []).extend([after] if isinstance(after, str) else after)
    findings, done = [], set[str]()
    for start in sorted(follows):
        circle = _circle(start, follows)
        if circle and not done & set(circle):
            done |= set(circle)
            slug = next((slug for slug in sorted(records) if f"plan:{slug}" in circle), "")
            position = Position(f"data/records/{slug}.yaml", 1) if slug else None
            findings.append(
                _CYCLE.finding(label=min(circle), position=position, plans=" → ".join([*circle, circle[0]]))
            )
    return findings


def _circle(start: str, follows: Mapping[str, list[str]]) -> list[str]:
    """The way from a plan back to itself, empty where there is none."""
    ways: list[list[str]] = [[start]]
    seen = set[str]()
    while ways:
        way = ways.pop()
        for following in follows.get(way[-1], ()):
            if following == start:
                return way
            if following not in seen:
                seen.add(following)
                ways.append([*way, following])
    return []


def _cited_in(records: Mapping[str, Mapping[str, Any]]) -> dict[str, list[str]]:
    """Plan -> the slugs of the records that name it."""
    cited: dict[str, list[str]] = {}
    for slug in sorted(records):
        named = {str(each.get("id")) for each in records[slug].get("mentions", ()) if isinstance(each, Mapping)}
        for plan in records[slug].get("plans", ()):
            for key in ("implements", "cites", "succeeds"):
                value = plan.get(key, ())
                named |= {value} if isinstance(value, str) else set(value)
        for name in named:
            if name.startswith("plan:"):
                cited.setdefault(name, []).append(slug)
    return cited


def _join_plan(
    identifier: str,
    entry: Mapping[str, Any],
    citing: Iterable[tuple[str, Mapping[str, Any]]],
    plans: Plans,
    links: Links,
) -> None:
    """Joins a cited plan with the document that is it, in each document that cites it."""
    for name in names_of(entry)[:1]:
        for slug, record in citing:
            scope = scope_of(record)
            decision = plans.resolve(name, scope)
            if decision.identifier in {plan.identifier for plan in own_plans(record)}:
                continue
            if not decision.is_new and decision.identifier != identifier:
                links.by_document.setdefault(slug, {})[identifier] = decision.identifier
            elif decision.is_open:
                links.waiting[decision] = identifier


def _resolved(kind: str, entry: Mapping[str, Any], resolver: Resolver) -> Decision | None:
    """What the name of a proposal means now."""
    name = names_of(entry)[0]
    area = next((str(entry[key]) for key in ("locatedIn", "subdivisionOf", "governs") if key in entry), "")
    coded = _CODE.search(str(entry["id"]))
    place = resolver.areas.with_code(coded[1]) if coded and not area else None
    scope = Scope(place.identifier if place else area)
    if kind == "organisation" and "openEnded" not in entry:
        return resolver.body(name, scope)
    if kind == "indicator":
        return resolver.indicator(name, str(entry.get("dimension", "")), "level", scope)
    if kind == "initiative":
        return resolver.initiative(name, scope)
    return resolver.area(name, scope) if kind == "area" else None


def _apply_rulings(records: Mapping[str, Mapping[str, Any]], resolver: Resolver, links: Links) -> None:
    """Replaces the rules' outcome for a name by what a curator decided about it."""
    for rulings in resolver.rulings.rulings.values():
        for ruling in rulings:
            for slug in sorted(records):
                scope = scope_of(records[slug])
                if ruling.area and ruling.area != scope.area:
                    continue
                before = resolver.by_rules(ruling.kind, ruling.name, scope)
                after = resolver.rulings.apply(before) if before else None
                if before and after and after.identifier and before.identifier != after.identifier:
                    links.by_document.setdefault(slug, {})[before.identifier] = after.identifier
