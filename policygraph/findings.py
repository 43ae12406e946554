"""The result of a check: severity, message and cure in each language, the thing, and the place in its file."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from enum import IntEnum
from typing import NamedTuple

from policygraph.messages import EMPTY, Message, text_in

__all__ = ["Fault", "Finding", "Position", "Severity", "listed", "located", "worst"]


class Severity(IntEnum):
    """How grave a finding is, in the three grades of SHACL (section 2.1.4); only a Violation stops a build."""

    INFO = 0
    WARNING = 1
    VIOLATION = 2

    @property
    def term(self) -> str:
        """The local name in the SHACL namespace."""
        return self.name.capitalize()


class Position(NamedTuple):
    """A line (from 1) of a file, whose path is relative to the project's root."""

    file: str
    line: int

    def __str__(self) -> str:
        return f"{self.file}:{self.line}"


@dataclass(frozen=True, slots=True)
class Finding:
    """One fault: which check found it, where, in which thing, what is wrong and what to do (language -> text).

    `path` is the IRI of the property at fault, where there is one (sh:resultPath; SHACL, section 3.6.2.2).
    """

    severity: Severity
    check: str
    message: Mapping[str, str]
    cure: Mapping[str, str]
    node: str | None = None
    label: str | None = None
    position: Position | None = None
    path: str | None = None

    def sentences(self, language: str = "en") -> str:
        """What is wrong and what to do, as one text in a language."""
        sentences = [part for part in (text_in(self.message, language), text_in(self.cure, language)) if part]
        return ("" if language == "zh" else " ").join(sentences)

    def text(self, language: str = "en") -> str:
        """The finding in words: `file:line: severity: label: what is wrong. What to do. [check]`."""
        where = f"{self.position}: " if self.position else ""
        who = f"{self.label or self.node}: " if self.label or self.node else ""
        return f"{where}{self.severity.term.lower()}: {who}{self.sentences(language)} [{self.check}]"


@dataclass(frozen=True, slots=True)
class Fault:
    """A kind of finding: its name, what is wrong and what to do, with `{placeholders}` for what differs."""

    check: str
    message: Message
    cure: Message = EMPTY
    severity: Severity = Severity.VIOLATION

    def finding(
        self,
        *,
        node: str | None = None,
        label: str | None = None,
        position: Position | None = None,
        path: str | None = None,
        **values: object,
    ) -> Finding:
        """The finding of this fault at a place, its placeholders filled.

        >>> Fault("too_long", Message("{n} is too long.")).finding(n=5).text()
        'violation: 5 is too long. [too_long]'
        """
        return Finding(
            self.severity,
            self.check,
            self.message.format(**values),
            self.cure.format(**values),
            node,
            label,
            position,
            path,
        )


def listed(findings: Iterable[Finding], language: str) -> list[dict[str, str | int | None]]:
    """Findings for programs, as JSON holds them: place, severity, check, thing, and the words in a language."""
    return [
        {
            "file": finding.position.file if finding.position else None,
            "line": finding.position.line if finding.position else None,
            "severity": finding.severity.term.lower(),
            "check": finding.check,
            "thing": finding.node,
            "label": finding.label,
            "message": finding.message.get(language, ""),
            "cure": finding.cure.get(language, ""),
        }
        for finding in findings
    ]


def located(
    findings: Iterable[Finding],
    positions: Mapping[str, Position],
    labels: Mapping[str, str],
    keys: Mapping[tuple[str, str], Position] | None = None,
) -> list[Finding]:
    """The findings with the positions and labels of their nodes, in the order a curator reads them.

    `keys` has the place of each property of each thing: a finding about one stands where its key is written.
    """
    keys = keys or {}
    pieces = [
        replace(
            finding,
            position=finding.position
            or keys.get((finding.node or "", finding.path or ""))
            or positions.get(finding.node or ""),
            label=finding.label or labels.get(finding.node or ""),
        )
        for finding in findings
    ]
    unplaced = Position("\uffff", 0)
    return sorted(
        pieces,
        key=lambda f: (-f.severity, f.position or unplaced, f.check, f.node or "", f.text()),
    )


def worst(findings: Iterable[Finding]) -> Severity | None:
    """The gravest severity among findings, None where there are none."""
    return max((finding.severity for finding in findings), default=None)
