"""`data/reference/decisions.yaml` in, what people decided about names out; and the file written again, sorted.

An entry says what somebody decided about one name in the documents of one area: that it is a thing (`same`), that it is
not (`different`), that it is not known (`unsure`), or that the thing is called so since a year (`renamed`). It carries
the digest of what was compared, so that a decision whose evidence has changed is open again, and is said to be.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from policygraph.findings import Fault, Finding, Position, Severity
from policygraph.linking.decision import Decision
from policygraph.linking.spelling import bare
from policygraph.messages import message
from policygraph.records.yaml import LineList, YamlError, read, write

__all__ = ["FILE", "VERDICTS", "Ruling", "Rulings", "as_yaml", "ruling_of"]

#: Where decisions are kept, below a project's data folder.
FILE = "reference/decisions.yaml"
VERDICTS = ("same", "different", "unsure", "renamed")
_KINDS = ("area", "indicator", "initiative", "organisation", "plan")
_KEYS = ("kind", "name", "in", "verdict", "thing", "year", "reason", "quote", "digest", "since", "by")
_HEAD = """\
# What people decided about names: `same`, `different`, `unsure`, or `renamed` in a year. Sorted.
# `digest` is of what was compared: where that has changed, the decision is open again.
"""

_UNREADABLE = Fault(
    "decision_unreadable",
    message("the decision cannot be read: {reason}."),
    message("Give kind, name, in, verdict (same, different, unsure, renamed), thing, digest, since and by."),
)
_REOPENED = Fault(
    "decision_reopened",
    message("what was compared for “{name}” has changed since the decision of {since}."),
    message("Decide again: `policygraph link --explain {name}` shows what is compared now."),
    Severity.WARNING,
)
_GONE = Fault(
    "decision_without_name",
    message("“{name}” no longer occurs in any document."),
    message("Take the decision out, or leave it for when the name comes back."),
    Severity.WARNING,
)


@dataclass(frozen=True, slots=True)
class Ruling:
    """A curator's decision about a name in documents of an area (empty: in all)."""

    kind: str
    name: str
    area: str
    verdict: str
    thing: str = ""
    year: str = ""
    reason: str = ""
    quote: str = ""
    digest: str = ""
    since: str = ""
    by: str = ""
    position: Position = field(default=Position(FILE, 1), compare=False)

    @property
    def key(self) -> tuple[str, str, str]:
        return self.kind, bare(self.name), self.area


@dataclass
class Rulings:
    """The decisions of a project, what is wrong with them, and which of them were met."""

    rulings: dict[tuple[str, str, str], list[Ruling]] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)
    _met: set[tuple[str, str, str]] = field(default_factory=set)
    _reopened: set[Ruling] = field(default_factory=set)

    @classmethod
    def read(cls, data: Path) -> Rulings:
        """The decisions of a data folder; none where there is no file."""
        path = data / FILE
        return cls.of_bytes(path.read_bytes()) if path.is_file() else cls()

    @classmethod
    def of_bytes(cls, content: bytes, file: str = f"data/{FILE}") -> Rulings:
        """The decisions of a file's bytes; entries that cannot be read are findings, and the others count."""
        table = cls()
        try:
            entries = read(content) or []
        except YamlError as error:
            table.findings.append(_UNREADABLE.finding(position=Position(file, error.line), reason=error.texts))
            return table
        lines = entries.lines if isinstance(entries, LineList) else []
        for place, entry in enumerate(entries if isinstance(entries, list) else [entries]):
            position = Position(file, lines[place] if place < len(lines) else 1)
            wrong = _fault(entry)
            if wrong:
                table.findings.append(_UNREADABLE.finding(position=position, reason=wrong))
            else:
                table.add(_of_entry(entry, position))
        return table

    def add(self, ruling: Ruling) -> None:
        """Takes in a decision; an older one about the same name and thing is replaced."""
        others = self.rulings.setdefault(ruling.key, [])
        others[:] = [other for other in others if other.thing != ruling.thing] + [ruling]

    def apply(self, decision: Decision) -> Decision:
        """What a name means after what people decided about it."""
        for key in ((decision.kind, decision.name, decision.scope.area), (decision.kind, decision.name, "")):
            for ruling in self.rulings.get(key, ()):
                self._met.add(key)
                if ruling.digest and ruling.digest != decision.digest:
                    self._reopened.add(ruling)
                else:
                    decision = _ruled(decision, ruling)
        return decision

    def report(self, occurs: Callable[[str], bool] | None = None) -> list[Finding]:
        """What is wrong with the file, which decisions are open again, and which names no longer occur.

        `occurs` tells the names that documents print; without it, a name occurs that was met.
        """
        gone = [
            ruling
            for key, rulings in self.rulings.items()
            for ruling in rulings
            if not (occurs(ruling.name) if occurs else key in self._met)
        ]
        return [
            *self.findings,
            *(_finding(_REOPENED, ruling, since=ruling.since) for ruling in sorted(self._reopened, key=_order)),
            *(_finding(_GONE, ruling) for ruling in sorted(gone, key=_order)),
        ]


def _ruled(decision: Decision, ruling: Ruling) -> Decision:
    is_before = ruling.verdict == "renamed" and (decision.scope.year or 9999) < int(ruling.year or 0)
    if is_before and not decision.is_new:
        return decision
    if ruling.verdict in ("same", "renamed"):
        return replace(decision, identifier=ruling.thing, rule="decided/same", confidence=1.0, is_new=False)
    if ruling.verdict == "different" and decision.identifier == ruling.thing:
        others = [each for each in decision.candidates if each.identifier != ruling.thing]
        best = others[0] if others else None
        return replace(
            decision,
            identifier=best.identifier if best else "",
            label=best.label if best else decision.label,
            rule="decided/different",
            confidence=best.score if best else 0.5,
            is_new=False,
        )
    if ruling.verdict == "unsure":
        return replace(decision, rule="decided/unsure", confidence=min(decision.confidence, 0.5))
    return decision


def ruling_of(decision: Decision, verdict: str, *, since: str, by: str, reason: str = "", quote: str = "") -> Ruling:
    """A decision about what a name was taken for, with the digest of what was compared."""
    return Ruling(
        decision.kind,
        decision.name,
        decision.scope.area,
        verdict,
        decision.identifier,
        "",
        reason,
        quote,
        decision.digest,
        since,
        by,
    )


def as_yaml(rulings: Iterable[Ruling]) -> str:
    """The file of decisions, sorted by kind, name, area and thing."""
    entries = []
    for ruling in sorted(rulings, key=_order):
        values = (
            ruling.kind,
            ruling.name,
            ruling.area,
            ruling.verdict,
            ruling.thing,
            ruling.year,
            ruling.reason,
            ruling.quote,
            ruling.digest,
            ruling.since,
            ruling.by,
        )
        entries.append({key: value for key, value in zip(_KEYS, values, strict=True) if value})
    return _HEAD + (write(entries) if entries else "")


def _order(ruling: Ruling) -> tuple[str, str, str, str]:
    return (*ruling.key, ruling.thing)


def _finding(fault: Fault, ruling: Ruling, since: str = "") -> Finding:
    return fault.finding(position=ruling.position, label=ruling.name[:40], name=ruling.name[:40], since=since)


def _fault(entry: Any) -> str:
    """What is wrong with an entry, empty where nothing is."""
    if not isinstance(entry, Mapping):
        return "not a mapping"
    unknown = [key for key in entry if key not in _KEYS]
    if unknown:
        return f"unknown key “{unknown[0]}”"
    if any(not isinstance(value, str) for value in entry.values()):
        return "a value is no text"
    missing = [key for key in ("kind", "name", "verdict") if not entry.get(key)]
    if missing:
        return f"no {missing[0]}"
    if entry["kind"] not in _KINDS:
        return f"unknown kind “{entry['kind']}”"
    if entry["verdict"] not in VERDICTS:
        return f"unknown verdict “{entry['verdict']}”"
    if entry["verdict"] != "unsure" and not entry.get("thing"):
        return "no thing"
    if entry["verdict"] == "renamed" and not str(entry.get("year", "")).isdigit():
        return "no year of the renaming"
    return ""


def _of_entry(entry: Mapping[str, str], position: Position) -> Ruling:
    thing, year, reason, quote, digest, since, by = (entry.get(key, "") for key in _KEYS[4:])
    return Ruling(
        entry["kind"],
        entry["name"],
        entry.get("in", ""),
        entry["verdict"],
        thing,
        year,
        reason,
        quote,
        digest,
        since,
        by,
        position,
    )
