"""What a part says in numbers: values, comparisons without a number, terms of benefits, declared counts. Data only."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal

from policygraph.extract.figures.times import Time
from policygraph.extract.structure.outline import Part
from policygraph.extract.structure.passages import Span
from policygraph.quantity import Quantity

__all__ = ["Comparison", "Count", "Statements", "Term", "Value"]


@dataclass(slots=True)
class Value:
    """A value that a part sets or reports: what is measured, how much, by when, and how sure each of it is."""

    part: Part
    #: `target` or `observation`.
    role: str
    #: The evidence: from the words of the indicator to the end of the quantity.
    start: int
    end: int
    indicator: str
    quantity: Quantity
    kind: str
    rule: str
    confidence: float
    time: Time | None = None
    year: int | None = None
    first: int | None = None
    baseline: int | None = None
    #: The earlier end of a deadline that is a range: 三到五年内.
    earliest: int | None = None
    #: Where a time stands whose month or half-year the deadline cannot say: 2027年6月底前.
    when: Span | None = None
    #: What a change is measured from: 由98.6亿元增加到156.3亿元.
    before: Decimal | None = None
    #: Property -> why it was inferred, as a key of `draft.entries.REASONS`.
    inferred: dict[str, str] = field(default_factory=dict)
    #: The words of the clause in front of the quantity, for names of areas.
    words: str = ""
    alternative: Value | None = None
    #: The unit, where it is printed apart from the quantity.
    unit: str | None = None
    #: Whether it has to be met (约束性) or is expected (预期性), where the text says either.
    binding: bool | None = None
    #: Further places that print the same.
    also: list[Span] = field(default_factory=list)


@dataclass(slots=True)
class Comparison:
    """A value that has no number: above that of the nation or the province."""

    part: Part
    start: int
    end: int
    indicator: str
    comparator: str
    #: The areas it is compared with, as printed.
    areas: list[str]
    printed: str
    year: int | None
    role: str
    #: Why the year was inferred: a key of REASONS in draft.entries.
    why: str = "plan"
    #: The hedge in front of it in its clause.
    hedge: str | None = None


@dataclass(slots=True)
class Term:
    """A term of what a measure grants: how much, up to what, on which condition; to whom, for what, how often."""

    part: Part
    start: int
    end: int
    quantity: Quantity
    #: A concept of `concept/benefit-kind`.
    kind: str
    rule: str
    confidence: float
    #: The words that say to whom, where they stand, and the words that say what for; empty and None where none do.
    beneficiary: str = ""
    beneficiary_span: Span | None = None
    purpose: str = ""
    #: How often, as an ISO 8601 duration.
    frequency: str | None = None
    comparator: str = "eq"


@dataclass(slots=True)
class Count:
    """A count that the text declares: of what class, how many, and of which part."""

    part: Part
    start: int
    end: int
    counted: str
    number: int
    rule: str
    confidence: float


@dataclass(slots=True)
class Statements:
    """What an outline says in numbers."""

    values: list[Value] = field(default_factory=list)
    terms: list[Term] = field(default_factory=list)
    counts: list[Count] = field(default_factory=list)
    comparisons: list[Comparison] = field(default_factory=list)
