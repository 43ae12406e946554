"""A built graph in, the figures that `policygraph build` prints out."""

from __future__ import annotations

from dataclasses import dataclass

from policygraph import queries
from policygraph.build import Graph
from policygraph.findings import Severity

__all__ = ["CLASSES", "Line", "Summary", "summarise"]

#: Classes that the summary counts, in this order.
CLASSES = (
    *("PolicyDocument", "Plan", "Directive", "Principle", "Goal", "TaskGroup", "Task", "Measure", "Project"),
    *("Safeguard", "GovernanceMechanism", "Positioning", "IndicatorTarget", "IndicatorObservation", "Indicator"),
    *("CountClaim", "ResponsibilityAssignment", "Initiative", "InitiativeReading", "AdministrativeArea"),
    *("Organisation", "Person", "Place", "Event", "Honour", "Alignment", "ReadingIssue", "Evidence"),
)


@dataclass(frozen=True, slots=True)
class Line:
    """Two figures of one thing, under its labels: elements and targets of a plan, declared and enumerated parts."""

    label: dict[str, str]
    first: int
    second: int


@dataclass(frozen=True, slots=True)
class Summary:
    """What is in a graph, in numbers: things per class, plans, counts that do not add up, findings."""

    counts: dict[str, int]
    plans: list[Line]
    gaps: list[Line]
    severities: dict[Severity, int]
    triples: int


def summarise(graph: Graph) -> Summary:
    """The summary of a graph."""
    folder, counts = graph.folders.queries / "summary", graph.counts
    plans, gaps = queries.read(folder / "plans.rq"), queries.read(folder / "count_gaps.rq")
    store = graph.store_for((plans, gaps))
    return Summary(
        {name: counts.get(name, 0) for name in CLASSES},
        _lines(queries.run(plans, store)),
        _lines(queries.run(gaps, store)),
        {severity: sum(finding.severity is severity for finding in graph.findings) for severity in Severity},
        graph.size,
    )


def _lines(rows: queries.Rows) -> list[Line]:
    cells = ([term.value if term else "" for term in row] for row in rows.rows)
    return [Line({"zh": zh, "en": en}, int(first), int(second)) for zh, en, first, second in cells]
