"""What drafts propose in, one registry of the project out: each thing once, in a fixed order.

A draft names bodies, people, plans, areas and indicators that nothing defines yet. Other documents may name the same:
in a project they stand in one file (`data/reference/proposed.yaml`), sorted by id, and a draft mentions them. What no
record names any more is taken out; what a curator has written there stays.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from policygraph.extract.draft.entries import Entry, place
from policygraph.extract.draft.gazetteer import COMPOSED, PROPOSED, UNTRANSLATED
from policygraph.records.yaml import read_file, write

__all__ = ["settle", "shared"]

#: Section of a record -> the class of its things, which a reference file has to say.
_SECTIONS = {"organisations": "", "people": "Person", "plans": "Plan"}
#: What is said of one document's naming, and not of the thing.
_OF_ONE_DOCUMENT = frozenset({"evidence", "rule", "confidence", "needsReview"})
_NAME = re.compile(rb"\b(?:area|indicator|initiative|organisation|person|plan):[A-Za-z0-9.-]+")
_HEAD = """\
# What drafts name and nothing defines: proposals, one for each thing. Move those that you have checked into a file of
# your own; what no record names any more is taken out when a text is extracted.
"""


def shared(record: Entry, proposals: Iterable[Entry]) -> tuple[Entry, list[Entry]]:
    """A drafted record that only mentions what others may name too, and the entries of all that is proposed.

    The first of its plans is its own and stays.
    """
    mentions = {str(mention["id"]): set(mention["evidence"]) for mention in record.get("mentions", ())}
    entries = [dict(entry) for entry in proposals]
    for section, kind in _SECTIONS.items():
        own = 1 if section == "plans" else 0
        for thing in record.get(section, ())[own:]:
            mentions.setdefault(str(thing["id"]), set()).update(thing.get("evidence", ()))
            entries.append({**({"type": kind} if kind else {}), **thing})
    kept = {key: value for key, value in record.items() if key not in _SECTIONS}
    kept["plans"] = record["plans"][:1]
    kept["mentions"] = [
        {"id": name, "evidence": sorted(spans, key=place)} for name, spans in sorted(mentions.items()) if spans
    ]
    in_order = {key: kept[key] for key in (*record, "mentions") if kept.get(key)}
    return in_order, [_of_thing(entry) for entry in entries]


def _of_thing(entry: Entry) -> Entry:
    bare = {key: value for key, value in entry.items() if key not in _OF_ONE_DOCUMENT}
    return {key: bare[key] for key in dict.fromkeys(["id", "type", *bare]) if key in bare}


def settle(data: Path, proposals: Iterable[Entry]) -> None:
    """Adds proposals to the registry of a data folder, and takes out what no record and no other file names.

    Raises ValueError for a registry that cannot be read, and OSError.
    """
    path = data / PROPOSED
    entries: dict[str, Mapping[str, Any]] = {}
    existing = read_file(path) if path.is_file() else None
    for entry in [*(existing or ()), *proposals]:
        name = str(entry["id"])
        entries[name] = _one(entries[name], entry) if name in entries else entry
    used = _used(data, path, entries)
    kept = [entries[name] for name in sorted(entries) if name in used]
    if kept:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(_HEAD + "\n" + write(kept), encoding="utf-8")
    else:
        path.unlink(missing_ok=True)


def _used(data: Path, registry: Path, entries: Mapping[str, Mapping[str, Any]]) -> set[str]:
    """The ids that records and other reference files name, and those that used entries name."""
    others = [path for folder in ("records", "reference") for path in (data / folder).glob("*.yaml")]
    named = {name.decode() for path in others if path != registry for name in _NAME.findall(path.read_bytes())}
    waiting = list(named & entries.keys())
    used: set[str] = set()
    while waiting:
        name = waiting.pop()
        if name not in used:
            used.add(name)
            words = {each for value in entries[name].values() for each in _words(value)}
            waiting += words & entries.keys()
    return used


def _words(value: Any) -> list[str]:
    if isinstance(value, str):
        return [value]
    return [each for each in value if isinstance(each, str)] if isinstance(value, list) else []


def _one(first: Mapping[str, Any], second: Mapping[str, Any]) -> Mapping[str, Any]:
    """Two entries of one thing merged, in either order; labels that differ become alternative names."""
    entry: dict[str, Any] = _merged(dict(first), dict(second))
    names = {each["label"]["zh"] for each in (first, second)} | set(entry.get("altLabel", {}).get("zh", ()))
    if others := sorted(names - {entry["label"]["zh"]}):
        entry["altLabel"] = {**entry.get("altLabel", {}), "zh": others}
    return entry


def _merged(one: Any, other: Any) -> Any:
    """Two values as one, whichever comes first; a translation goes before a placeholder."""
    if isinstance(one, dict) and isinstance(other, dict):
        return {key: _merged(one.get(key), other.get(key)) for key in dict.fromkeys([*one, *other])}
    if one is None or other is None or one == other:
        return other if one is None else one
    if isinstance(one, list) or isinstance(other, list):
        return sorted({str(each) for value in (one, other) for each in (value if isinstance(value, list) else [value])})
    return min(str(one), str(other), key=lambda text: (text.startswith(UNTRANSLATED), text.startswith(COMPOSED), text))
