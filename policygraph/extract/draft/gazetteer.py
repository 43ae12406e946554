"""Names in, the ids of things that are known by them out; and entries proposed for those that are not.

The graph is the gazetteer: what the reference data and the records call areas, organisations, indicators, initiatives
and plans. A name that nothing has becomes a proposal with an id in pinyin; its English label is a placeholder that
begins with `UNTRANSLATED`, so that a curator, `policygraph review` and a hygiene query find it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from policygraph.base import AREA_CLASSES
from policygraph.extract.actors.areas import AREA_KINDS, suffix_of
from policygraph.paths import Folders
from policygraph.records.yaml import read

__all__ = ["UNTRANSLATED", "Gazetteer", "Proposals", "pinyin", "placeholder", "read_gazetteer", "slug_of"]

#: What the English label of a thing begins with until somebody has translated it.
UNTRANSLATED = "[untranslated] "

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
#: Names that mean another thing in each area.
_RELATIVE = re.compile(r"(?:市|省|县|区|州|旗|镇|乡|街道)(?!场|民|区)|[全我本各]|辖区|都市圈$")
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
    dimensions: dict[str, str] = field(default_factory=dict)
    #: Where an area lies, or which area an organisation governs: id -> id.
    within: dict[str, str] = field(default_factory=dict)
    #: Names of areas that the tables of the base layer have once -> id and class.
    official: dict[str, tuple[str, str]] = field(default_factory=dict)
    #: The ids that the reference data defines: those a record may name under `mentions`.
    shared: set[str] = field(default_factory=set)

    def find(self, kind: str, name: str) -> str | None:
        """The id of what has this name, quotation marks aside."""
        return self.names.get(kind, {}).get(normal(name))

    def here(self, name: str, identifier: str, area: str) -> bool:
        """Whether a name means this thing in a document about an area: 市政府 and 全省 mean another in each city."""
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
        found: dict[str, list[tuple[int, int]]] = {}
        place = 0
        while place < len(text) - 1:
            for name, identifier in index.get(text[place : place + 2], ()):
                if text.startswith(name, place):
                    found.setdefault(identifier, []).append((place, place + len(name)))
                    place += len(name) - 1
                    break
            place += 1
        return found


def normal(name: str) -> str:
    """A name without quotation marks and white space, with narrow brackets."""
    return _QUOTES.sub("", name).translate(_BRACKETS)


def read_gazetteer(folders: Folders, without: Iterable[str] = ()) -> Gazetteer:
    """The names of the reference data and of the records; `without` are file names to leave out.

    A file that cannot be read as YAML is passed over: `policygraph check` tells what is wrong with it.
    """
    gazetteer = Gazetteer()
    left_out = set(without)
    for shared, pattern in ((True, "reference/*.yaml"), (False, "records/*.yaml")):
        for path in sorted(folders.data.glob(pattern)):
            if path.name in left_out:
                continue
            try:
                value = read(path.read_bytes())
            except ValueError:
                continue
            for thing, kind in _things(value):
                _learn(gazetteer, thing, kind, shared=shared)
    gazetteer.official = _official(folders)
    return gazetteer


def _official(folders: Folders) -> dict[str, tuple[str, str]]:
    """The names of areas and zones that the base layer has once, with the short ones of provinces and prefectures."""
    named: dict[str, set[tuple[str, str]]] = {}
    for row in folders.tables.rows("areas"):
        short = row.words("short") if row["level"] in ("province", "prefecture") else []
        if row["level"] in AREA_CLASSES and row["level"] != "country" and not row["until"]:
            for name in (row["zh"], *short):
                named.setdefault(name, set()).add((f"area:{row['id']}", AREA_CLASSES[row["level"]]))
    for row in folders.tables.rows("zones"):
        named.setdefault(row["zh"], set()).add((f"area:{row['id']}", row["class"]))
    return {name: next(iter(entries)) for name, entries in named.items() if len(entries) == 1 and len(name) > 1}


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
        said = texts.get("zh") if isinstance(texts, dict) else None
        names += said if isinstance(said, list) else [said] if isinstance(said, str) else []
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


def pinyin(words: str) -> str:
    """The words in pinyin without tones, hyphens between syllables; what is not Chinese stays."""
    # 0.2 s and 30 MB that no other command should pay for
    from pypinyin import lazy_pinyin  # noqa: PLC0415

    syllables = lazy_pinyin(words, errors=lambda rest: rest)
    return re.sub(r"-+", "-", re.sub(r"[^a-z0-9]+", "-", "-".join(syllables).lower())).strip("-")


def slug_of(words: str, longest: int = 60) -> str:
    """A name that an id may have: pinyin, cut between syllables."""
    whole = pinyin(words)
    cut = whole[:longest]
    return (cut if len(whole) <= longest else cut.rpartition("-")[0] or cut) or "unnamed"


def placeholder(words: str) -> str:
    """The English label of what nobody has translated yet."""
    said = pinyin(words).replace("-", " ") or "no words"
    return UNTRANSLATED + (said if len(said) <= _LONGEST_SAID else said[:_LONGEST_SAID].rpartition(" ")[0] + " …")


#: A label has 200 characters at most, and stands in labels that are derived from it.
_LONGEST_SAID = 150


class Proposals:
    """New entries by kind and name, each with an id that neither the graph nor another proposal has."""

    def __init__(self, gazetteer: Gazetteer) -> None:
        self._taken = set(gazetteer.classes)
        self._entries: dict[tuple[str, str], dict[str, Any]] = {}

    def entry(self, kind: str, name: str, of: str = "") -> dict[str, Any]:
        """The proposal of a name, made where there is none: its id and labels; the caller adds what it knows."""
        key = (kind, normal(name))
        if key not in self._entries:
            base = "-".join(filter(None, (of, slug_of(name))))
            identifier, number = f"{kind}:{base}", 2
            while identifier in self._taken:
                identifier, number = f"{kind}:{base}-{number}", number + 1
            self._taken.add(identifier)
            self._entries[key] = {"id": identifier, "label": {"zh": name, "en": placeholder(name)}}
        return self._entries[key]

    def of(self, *kinds: str) -> list[dict[str, Any]]:
        """The proposals of some kinds, in the order they were made."""
        return [entry for (kind, _), entry in self._entries.items() if kind in kinds]


def area_class(name: str) -> str:
    """The class of an area by the end of its name."""
    return AREA_KINDS[suffix_of(name)][0]
