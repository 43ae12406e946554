"""A project's records in, the same joined across documents out: plans joined, decisions applied, alignments.

Drafts are read one by one; this is what `policygraph link` does afterwards, for one document as for a thousand, and to
the same bytes in any order: ids that mean another thing's are replaced, proposals that nothing names are taken out, and
the alignments that a machine suggests are written to a file of their own.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from policygraph.extract import batch
from policygraph.extract.draft.gazetteer import PROPOSED
from policygraph.extract.registry import settle
from policygraph.findings import Finding
from policygraph.formats import rdf
from policygraph.linking import (
    DECISIONS,
    SUGGESTED,
    Decision,
    Plan,
    Resolver,
    Ruling,
    Suggestion,
    as_quads,
    as_yaml,
    link,
    own_plans,
    plans_of,
    replaced,
    statements,
    successions,
    suggest,
)
from policygraph.paths import Folders
from policygraph.records.yaml import YamlError, read, read_file
from policygraph.text_reuse import Passage, Text, passages

__all__ = ["Joined", "join", "keep", "read_records", "reused", "suggestions"]

_HEAD = b"# Alignments that a machine suggests, for a person to judge; `policygraph link` writes this file anew.\n"


@dataclass(slots=True)
class Joined:
    """What was joined: old ids and new ones, the records rewritten, decisions that wait, suggestions, findings."""

    ids: dict[str, str] = field(default_factory=dict)
    records: list[str] = field(default_factory=list)
    waiting: dict[Decision, str] = field(default_factory=dict)
    suggested: int = 0
    findings: list[Finding] = field(default_factory=list)


def read_records(folders: Folders) -> dict[str, Mapping[str, Any]]:
    """The records of a project by slug; one that is not YAML is left out, and told by `check`."""
    records: dict[str, Mapping[str, Any]] = {}
    for path in sorted((folders.data / "records").glob("*.yaml")):
        try:
            value = read_file(path)
        except YamlError:
            continue
        if isinstance(value, dict):
            records[path.stem] = value
    return records


def join(folders: Folders, resolver: Resolver) -> Joined:
    """Joins the records of a project, and writes what changes. Raises OSError, and ValueError for a broken registry."""
    records = read_records(folders)
    registry = folders.data / PROPOSED
    proposed = read_file(registry) if registry.is_file() else None
    links = link(records, proposed or (), resolver)
    joined = Joined(waiting=links.waiting, findings=links.findings)
    for slug in records:
        path = folders.data / "records" / f"{slug}.yaml"
        before = path.read_text(encoding="utf-8")
        after = replaced(before, links.of(slug))
        if after != before:
            path.write_text(after, encoding="utf-8")
            batch.note_rewritten(path, _sha256(before))
            joined.records.append(slug)
            records[slug] = read(after.encode())
            joined.ids |= {old: new for old, new in links.of(slug).items() if old in before}
    if registry.is_file():
        registry.write_text(replaced(registry.read_text(encoding="utf-8"), links.everywhere), encoding="utf-8")
        settle(folders.data, ())
    joined.suggested = _write(folders, suggest(statements(records, folders.names), resolver.areas.lies_in))
    joined.findings += resolver.rulings.report(_occurring(folders, records))
    return joined


def keep(folders: Folders, resolver: Resolver, rulings: Iterable[Ruling]) -> None:
    """Writes decisions into the project's file of them, and has the resolver take them. Raises OSError."""
    for ruling in rulings:
        resolver.rulings.add(ruling)
    path = folders.data / DECISIONS
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(
        as_yaml(each for rulings in resolver.rulings.rulings.values() for each in rulings), encoding="utf-8"
    )


def suggestions(folders: Folders, resolver: Resolver, slugs: Iterable[str] = ()) -> list[Suggestion]:
    """The alignments suggested between the plans of some records, else of all."""
    chosen = set(slugs)
    records = {slug: record for slug, record in read_records(folders).items() if not chosen or slug in chosen}
    themes = {f"indicator:{row['id']}": row["theme"] for row in folders.tables.rows("indicators")}
    alignments = suggest(statements(records, folders.names, themes), resolver.areas.lies_in)
    return sorted([*alignments, *_successions(folders, records, resolver, cited=not chosen)])


def _successions(
    folders: Folders, records: Mapping[str, Mapping[str, Any]], resolver: Resolver, *, cited: bool
) -> list[Suggestion]:
    """Which of the plans of records, and of those that they cite, may take over from which."""
    plans = [plan for slug in sorted(records) for plan in own_plans(records[slug])]
    if cited:
        plans += list(_defined(folders))
    stated: dict[str, list[str]] = {}
    for record in records.values():
        for plan in record.get("plans", ()):
            before = plan.get("succeeds", ())
            names = [before] if isinstance(before, str) else before
            stated.setdefault(folders.names.expand(str(plan["id"])), []).extend(map(folders.names.expand, names))
    named = [replace(plan, identifier=folders.names.expand(plan.identifier)) for plan in plans]
    return successions(named, resolver.areas, stated)


def _defined(folders: Folders) -> Iterator[Plan]:
    """The plans that the reference data and the proposals of a project define."""
    for path in sorted((folders.data / "reference").glob("*.yaml")):
        try:
            entries = read(path.read_bytes())
        except YamlError:
            continue
        for entry in entries if isinstance(entries, list) else ():
            if isinstance(entry, Mapping) and entry.get("type") == "Plan":
                yield from plans_of(entry)


def reused(folders: Folders) -> tuple[list[Passage], dict[str, str]]:
    """The passages that stand in the texts of several records, where these are at hand; and the date of each record.

    Dates are in ISO 8601, a year at least, empty where unknown.
    """
    dates, texts = dict[str, str](), []
    for slug, record in read_records(folders).items():
        dates[slug] = str(record.get("publicationDate") or record.get("publicationYear") or "")
        for path in folders.copies(f"{slug}.txt")[:1]:
            texts.append(Text(slug, path.read_text(encoding="utf-8"), dates[slug]))
    return passages(texts), dates


def _write(folders: Folders, suggested: list[Suggestion]) -> int:
    path = folders.data / SUGGESTED
    if suggested:
        path.write_bytes(_HEAD + rdf.turtle(as_quads(suggested, folders.names), folders.names))
    else:
        path.unlink(missing_ok=True)
    return len(suggested)


def _occurring(folders: Folders, records: Mapping[str, Mapping[str, Any]]) -> Any:
    """Whether a text at hand prints a name; where a text is missing, every name may occur."""
    paths = [path for slug in records for path in folders.copies(f"{slug}.txt")[:1]]
    if len(paths) < len(records):
        return lambda _: True
    texts: list[str] = []

    def occurs(name: str) -> bool:
        if not texts:
            texts.extend(path.read_text(encoding="utf-8") for path in paths)
        return any(name in text for text in texts)

    return occurs


def _sha256(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
