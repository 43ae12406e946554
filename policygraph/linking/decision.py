"""What a name was compared with in; what it was taken for out: a decision with candidates, rule and confidence."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass

__all__ = ["CONFIDENT", "Candidate", "Decision", "Scope", "digest_of"]

#: Decisions below this confidence wait for review; they block nothing.
CONFIDENT = 0.75


@dataclass(frozen=True, slots=True)
class Scope:
    """Where a name stands: the area of its document (a short name, empty where unknown) and the document's year."""

    area: str = ""
    year: int | None = None


@dataclass(frozen=True, slots=True)
class Candidate:
    """A thing that a name may mean: its short name, its label, and a score from 0 to 1."""

    identifier: str
    label: str
    score: float


@dataclass(frozen=True, slots=True)
class Decision:
    """What a name means in its scope.

    `identifier` is a short name, empty where the name means nothing in particular (a set, 各市); `is_new` says that no
    table has it, so that it is to be proposed; `area` is the area it lies in or belongs to, `concept` its kind
    (of a body), class (of an area) or dimension (of an indicator).
    """

    kind: str
    name: str
    scope: Scope
    identifier: str
    rule: str
    confidence: float
    label: str = ""
    is_new: bool = False
    area: str = ""
    concept: str = ""
    candidates: tuple[Candidate, ...] = ()

    @property
    def waits(self) -> bool:
        """Whether its confidence is too low to be used without review."""
        return self.confidence < CONFIDENT

    @property
    def is_open(self) -> bool:
        """Whether it waits for review and no curator has decided it."""
        return self.waits and not self.rule.startswith("decided/")

    @property
    def digest(self) -> str:
        """A hash of what was compared: it changes with the candidates, their labels and the rules' outcome."""
        compared = (f"{each.identifier}={each.label}" for each in self.candidates)
        return digest_of([self.kind, self.name, self.scope.area, self.identifier, *sorted(compared)])


def digest_of(parts: Iterable[str], length: int = 12) -> str:
    """Some hexadecimal digits of the SHA-256 of words, in their order."""
    return hashlib.sha256("\x1f".join(parts).encode()).hexdigest()[:length]
