"""Names in, the ids of things that are known by them out; and entries proposed for those that are not.

The graph is the gazetteer: what the reference data and the records call areas, organisations, indicators, initiatives
and plans; behind it stand the tables of the base layer (`Gazetteer.resolver`). A name that nothing has becomes a
proposal whose id follows from its kind, its area and the name alone. Drafts and their proposals are no part of the
gazetteer: what a document is read as does not depend on which were read before it. An English label that no table has
is composed of known words and begins with `COMPOSED`; else it is the Chinese one behind `UNTRANSLATED`. So a curator,
`policygraph review` and a hygiene query find both.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Container, Iterable, Iterator, Mapping
from copy import copy
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import Any

from policygraph.extract.actors.areas import AREA_KINDS, KnownNames, suffix_of
from policygraph.linking import Decision, Resolver, Rulings, Scope, new_identifier, slug_of
from policygraph.paths import Folders
from policygraph.records.yaml import read
from policygraph.text import COMPOSED, UNTRANSLATED

__all__ = [
    "COMPOSED",
    "PROPOSED",
    "UNTRANSLATED",
    "Gazetteer",
    "Proposals",
    "area_class",
    "read_gazetteer",
    "slug_of",
]

#: The file, below a project's data folder, of what drafts name and nothing defines.
PROPOSED = "reference/proposed.yaml"
#: The line, at the outermost level, of a record that has not been reviewed.
_UNREVIEWED = b"\nreviewStatus: machine-read\n"

#: A label has 200 characters at most, and stands in labels that are derived from it.
_LONGEST_LABEL = 120

#: Class -> the kind of name it is looked up as.
_KINDS = {
    **dict.fromkeys(
        (
            "Country",
            "Region",
            "Province",
            "City",
            "District",
            "Subdistrict",
            "FunctionalZone",
            "UrbanRegion",
            "Community",
        ),
        "area",
    ),
    **dict.fromkeys(("Organisation", "LeadingGroup", "OrganisationGroup"), "organisation"),
    "Indicator": "indicator",
    "Initiative": "initiative",
    "Plan": "plan",
    "Person": "person",
}
_SECTION_KINDS = {"organisations": "organisation", "people": "person", "plans": "plan"}
#: Classes of areas that a document may be about.
_LOCAL = frozenset({"Province", "City", "District", "FunctionalZone"})
#: Names that mean another thing in each area.
_RELATIVE = re.compile(r"(?:市|省|县|区|州|旗|镇|乡|街道)(?!场|民|区)|[全我本各]|辖区|都市圈$|\d+个")
_QUOTES = re.compile(r"[“”‘’\"《》\s]")
_BRACKETS = str.maketrans("（）", "()")


@dataclass(slots=True)
class Gazetteer:
    """Kind of name -> name -> id, and what class each id has."""

    names: dict[str, dict[str, str]] = field(default_factory=dict)
    #: The same, as they are written, quotation marks and all.
    written: dict[str, dict[str, str]] = field(default_factory=dict)
    classes: dict[str, str] = field(default_factory=dict)
    labels: dict[str, str] = field(default_factory=dict)
    #: Indicator -> its dimension; unit -> the dimension of what is measured in it.
    dimensions: dict[str, str] = field(default_factory=dict)
    unit_dimensions: Mapping[str, str] = field(default_factory=dict)
    #: Where an area lies, or which area an organisation governs: id -> id.
    within: dict[str, str] = field(default_factory=dict)
    _areas: KnownNames | None = None
    #: The ids that the reference data defines: those a record may name under `mentions`.
    shared: set[str] = field(default_factory=set)
    #: What resolves names by the tables of the base layer.
    resolver: Resolver = field(default_factory=Resolver)

    def english(self, words: str, kind: str = "") -> str:
        """A machine-made English label: composed of words of the lexicon, else the Chinese words; marked as such."""
        if composed := self.resolver.english(words):
            return COMPOSED + _composed(kind, composed)
        label = re.sub(r"\s+", " ", words).strip() or "–"
        return UNTRANSLATED + (label if len(label) <= _LONGEST_LABEL else label[:_LONGEST_LABEL] + "…")

    def areas(self) -> KnownNames:
        """The names of areas that a document may be about, with their classes; made when first asked for."""
        if self._areas is None:
            listed = self.resolver.areas.unambiguous()
            official = {name: place.kind for name, place in listed.items() if place.kind in _LOCAL}
            own = {name: self.classes[identifier] for name, identifier in self.names.get("area", {}).items()}
            local = {name: kind for name, kind in own.items() if kind in _LOCAL and name[0] not in "全我本各"}
            self._areas = KnownNames(official | local)
        return self._areas

    def find(self, kind: str, name: str) -> str | None:
        """The id of what has this name, quotation marks aside."""
        return self.names.get(kind, {}).get(normal(name))

    def here(self, name: str, identifier: str, area: str) -> bool:
        """Whether a name means this thing in a document about an area: 市政府, 全省, 综保区 mean another in each."""
        if identifier.startswith("area:") and area in self.resolver.areas.places:
            return self.resolver.areas.resolve(name, Scope(area)).identifier == identifier
        place = identifier if identifier.startswith("area:") else self.within.get(identifier, identifier)
        country = self.classes.get(place) == "Country"
        return country or _RELATIVE.match(name) is None or self.lies_in(area, place)

    def lies_in(self, area: str, other: str) -> bool:
        """Whether an area is another or lies in it."""
        seen = set[str]()
        while area and area not in seen:
            if area == other:
                return True
            seen.add(area)
            area = self.within.get(area, "")
        return False

    def mentions(self, text: str, kinds: Iterable[str], area: str) -> dict[str, list[tuple[int, int]]]:
        """Where a text about an area names what the reference data defines: id -> spans; the longest name counts."""
        index: dict[str, list[tuple[str, str]]] = {}
        for kind in kinds:
            for name, identifier in self.written.get(kind, {}).items():
                if len(name) > 1 and identifier in self.shared and self.here(name, identifier, area):
                    index.setdefault(name[:2], []).append((name, identifier))
        for entries in index.values():
            entries.sort(key=lambda entry: (-len(entry[0]), entry))
        places: dict[str, list[tuple[int, int]]] = {}
        place = 0
        while place < len(text) - 1:
            for name, identifier in index.get(text[place : place + 2], ()):
                if text.startswith(name, place):
                    places.setdefault(identifier, []).append((place, place + len(name)))
                    place += len(name) - 1
                    break
            place += 1
        return places


def normal(name: str) -> str:
    """A name without quotation marks and white space, with narrow brackets."""
    return _QUOTES.sub("", name).translate(_BRACKETS)


def read_gazetteer(folders: Folders, without: Iterable[str] = ()) -> Gazetteer:
    """The names of the reference data and of the records, and the resolver of the project.

    Left out are what drafts propose, records that are not reviewed, and files called as in `without`. A file that
    cannot be read as YAML is passed over: `policygraph check` tells what is wrong with it.

    What was read last is kept under the hash of all files, as nothing changes it but for what people decide.
    """
    left_out = frozenset((*without, PROPOSED.rpartition("/")[2]))
    digest = hashlib.sha256(folders.tables.digest)
    for shared, data in _files(folders, left_out):
        digest.update(b"%d %d\n" % (shared, len(data)))
        digest.update(data)
    kept = _kept(digest.digest())
    if not kept:
        kept.append(_read(folders, left_out))
    resolver = copy(kept[0].resolver)
    resolver.rulings = Rulings.read(folders.data)
    return replace(kept[0], resolver=resolver)


@lru_cache(maxsize=2)
def _kept(_digest: bytes) -> list[Gazetteer]:
    """Where the gazetteer of files with this hash is put."""
    return []


def _files(folders: Folders, left_out: Container[str]) -> Iterator[tuple[bool, bytes]]:
    """The files that a gazetteer is made of, and whether they are reference data."""
    for shared, pattern in ((True, "reference/*.yaml"), (False, "records/*.yaml")):
        for path in sorted(folders.data.glob(pattern)):
            if path.name not in left_out and _UNREVIEWED not in (data := path.read_bytes()):
                yield shared, data


def _read(folders: Folders, left_out: Container[str]) -> Gazetteer:
    gazetteer = Gazetteer()
    entries: list[Mapping[str, Any]] = []
    for shared, data in _files(folders, left_out):
        try:
            value = read(data)
        except ValueError:
            continue
        if isinstance(value, dict) and value.get("reviewStatus") == "machine-read":
            continue
        for thing, kind in _things(value):
            _learn(gazetteer, thing, kind, shared=shared)
            entries.append({"type": _CLASS_OF.get(kind, ""), **thing})
    for name, entry in folders.tables.entries.items():
        gazetteer.labels.setdefault(name, str(entry.value["label"]["zh"]))
    gazetteer.unit_dimensions = folders.tables.units
    gazetteer.resolver = Resolver.of(folders.tables, entries)
    return gazetteer


#: Kind of name -> the class of things whose section says it.
_CLASS_OF = {"plan": "Plan", "person": "Person", "organisation": "Organisation"}


def _things(value: Any) -> Iterator[tuple[Mapping[str, Any], str]]:
    """The named things of a file with the kind of their names."""
    entries = value if isinstance(value, list) else []
    for thing in entries:
        if isinstance(thing, dict) and thing.get("type") in _KINDS:
            yield thing, _KINDS[thing["type"]]
    if isinstance(value, dict):
        for section, kind in _SECTION_KINDS.items():
            for thing in value.get(section) or ():
                if isinstance(thing, dict):
                    yield thing, kind


def _learn(gazetteer: Gazetteer, thing: Mapping[str, Any], kind: str, *, shared: bool) -> None:
    identifier = thing.get("id")
    if not isinstance(identifier, str) or ":" not in identifier:
        return
    label, other = thing.get("label"), thing.get("altLabel")
    names: list[str] = []
    for texts in (label, other):
        value = texts.get("zh") if isinstance(texts, dict) else None
        names += value if isinstance(value, list) else [value] if isinstance(value, str) else []
    table = gazetteer.names.setdefault(kind, {})
    for name in names:
        table.setdefault(normal(name), identifier)
        gazetteer.written.setdefault(kind, {}).setdefault(name, identifier)
    if names:
        gazetteer.labels.setdefault(identifier, names[0])
    gazetteer.classes.setdefault(identifier, str(thing.get("type", kind)))
    if isinstance(thing.get("dimension"), str):
        gazetteer.dimensions[identifier] = thing["dimension"]
    for key in ("subdivisionOf", "governs", "locatedIn"):
        if isinstance(thing.get(key), str):
            gazetteer.within.setdefault(identifier, thing[key])
    if shared:
        gazetteer.shared.add(identifier)


class Proposals:
    """New entries by kind and name, each with an id that follows from its kind, its area and its name."""

    def __init__(self, gazetteer: Gazetteer) -> None:
        self._gazetteer = gazetteer
        self._entries: dict[str, tuple[str, dict[str, Any]]] = {}

    def entry(self, kind: str, name: str, of: str = "") -> dict[str, Any]:
        """The proposal of a name of the area `of`, made where there is none; the caller adds what it knows."""
        return self._named(kind, new_identifier(kind, normal(name), of), name, "")

    def of_decision(self, decision: Decision) -> dict[str, Any]:
        """The proposal of what a name was resolved to, and no table has."""
        label = decision.label or decision.name
        return self._named(decision.kind, decision.identifier, label, self._gazetteer.resolver.english_of(decision))

    def _named(self, kind: str, identifier: str, name: str, english: str) -> dict[str, Any]:
        if identifier not in self._entries:
            english = english or self._gazetteer.english(name, kind)
            self._entries[identifier] = (kind, {"id": identifier, "label": {"zh": name, "en": english}})
        return self._entries[identifier][1]

    def label(self, identifier: str) -> str:
        """The Chinese label of a proposal; empty where there is none."""
        _, entry = self._entries.get(identifier, ("", {}))
        return str(entry.get("label", {}).get("zh", ""))

    def of(self, *kinds: str) -> list[dict[str, Any]]:
        """The proposals of some kinds, in the order they were made."""
        return [entry for kind, entry in self._entries.values() if kind in kinds]


def _composed(kind: str, english: str) -> str:
    """A composed English label in the case of its class: indicators begin with a small letter, acronyms apart."""
    is_acronym = len(english) < 2 or not english[1].islower()
    return english if kind != "indicator" or is_acronym else english[0].lower() + english[1:]


def area_class(name: str) -> str:
    """The class of an area by the end of its name."""
    return AREA_KINDS[suffix_of(name)][0]
