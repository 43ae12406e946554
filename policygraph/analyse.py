"""A store in, graph measures of its plans out: shape, coverage, centrality, overlap, cycles.

Every analysis is a section of lines; a line is about one thing or two and holds numbers. As RDF each number is a
dqv:QualityMeasurement (W3C Data Quality Vocabulary) of the things it is about.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import pyoxigraph as ox

from policygraph import network, queries, vocab
from policygraph.formats import rdf
from policygraph.messages import message
from policygraph.paths import Folders

__all__ = ["MEASURES", "Line", "Section", "analyse", "as_json", "as_turtle"]

#: Measure -> its titles.
MEASURES = {
    "elements": message("elements"),
    "leaves": message("leaves"),
    "depth": message("depth"),
    "breadth": message("breadth"),
    "tasks": message("tasks"),
    "withoutTargets": message("without targets"),
    "withoutResponsible": message("without responsible"),
    "targets": message("targets"),
    "responsibilities": message("responsibilities"),
    "assignments": message("assignments"),
    "degree": message("degree"),
    "betweenness": message("betweenness"),
    "readings": message("readings"),
    "mentions": message("elements that concern it"),
    "indicators": message("shared indicators"),
    "initiatives": message("shared initiatives"),
    "alignments": message("alignments"),
    "length": message("length"),
}
_DQV = "http://www.w3.org/ns/dqv#"
_XSD = vocab.PREFIXES["xsd"]
_LANGUAGES = ("zh", "en")


@dataclass(frozen=True, slots=True)
class Line:
    """The things that it is about (IRIs), what they are called, and its measures."""

    things: tuple[str, ...]
    label: Mapping[str, str]
    values: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Section:
    """One analysis: its name, its titles, and its lines in order."""

    name: str
    title: Mapping[str, str]
    lines: list[Line] = field(default_factory=list)


Ask = Callable[[str], queries.Rows]


def analyse(store: ox.Store, folders: Folders, plan: str = "") -> list[Section]:
    """Every analysis, of the whole graph or of one plan (an IRI). Raises KeyError for a plan without parts."""

    def ask(name: str) -> queries.Rows:
        query = queries.read(folders.queries / f"{name}.rq")
        return queries.run(queries.bound(query, {"plan": plan} if plan else {}), store)

    def view(name: str, *, is_directed: bool) -> Any:
        return network.of_rows(ask(f"views/{name}-nodes"), ask(f"views/{name}-edges"), is_directed=is_directed)

    hierarchy = view("hierarchy", is_directed=True)
    if plan and plan not in hierarchy:
        raise KeyError(plan)
    tasks = [_task_row(row) for row in _dicts(ask("analysis/tasks"))]
    return [
        Section("plans", message("Plans"), _plans(hierarchy, tasks)),
        Section(
            "tasks",
            message("Tasks without targets or anybody responsible"),
            _open(tasks),
        ),
        Section(
            "units",
            message("Units"),
            _central(view("co-responsibility", is_directed=False), "assignments"),
        ),
        Section("initiatives", message("Initiatives"), _initiatives(view("initiatives", is_directed=True))),
        Section(
            "overlap",
            message("Overlap between plans"),
            _overlap(_dicts(ask("analysis/overlap"))),
        ),
        Section("cycles", message("Cycles"), _cycles(hierarchy)),
    ]


def _dicts(rows: queries.Rows) -> list[dict[str, str]]:
    return [
        {name: term.value for name, term in zip(rows.variables, row, strict=True) if term is not None}
        for row in rows.rows
    ]


def _task_row(row: Mapping[str, str]) -> dict[str, Any]:
    """A row of tasks, its counts as numbers."""
    return {**row, **{name: int(row[name]) for name in ("targets", "responsibilities")}}


def _label(attributes: Mapping[str, Any], zh: str, en: str, otherwise: str) -> dict[str, str]:
    return {
        "zh": attributes.get(zh) or attributes.get(en) or otherwise,
        "en": attributes.get(en) or attributes.get(zh) or otherwise,
    }


def _of_node(graph: Any, node: str) -> dict[str, str]:
    return _label(graph.nodes[node], "label_zh", "label_en", vocab.shorten(node))


def _plans(hierarchy: Any, tasks: Sequence[Mapping[str, Any]]) -> list[Line]:
    """The shape of each plan, and the share of its tasks with targets and with responsible agents."""
    lines = []
    for node, kind in hierarchy.nodes(data="kind"):
        if kind != "Plan":
            continue
        own = [task for task in tasks if task["withinPlan"] == node]
        covered = {
            "tasks": len(own),
            "withoutTargets": sum(not task["targets"] for task in own),
            "withoutResponsible": sum(not task["responsibilities"] for task in own),
        }
        lines.append(Line((node,), _of_node(hierarchy, node), {**network.measures(hierarchy, node), **covered}))
    return sorted(lines, key=lambda line: (-line.values["elements"], line.things))


def _open(tasks: Iterable[Mapping[str, Any]]) -> list[Line]:
    return [
        Line((task["id"],), _label(task, "zh", "en", vocab.shorten(task["id"])), {
            "targets": task["targets"], "responsibilities": task["responsibilities"],
        })
        for task in tasks
        if not task["targets"] or not task["responsibilities"]
    ]  # fmt: skip


def _central(graph: Any, counted: str) -> list[Line]:
    """Nodes by centrality: betweenness, then degree, then an attribute."""
    lines = [
        Line((node,), _of_node(graph, node), {**measures, counted: graph.nodes[node][counted]})
        for node, measures in network.centrality(graph).items()
    ]
    return _ranked(lines)


def _initiatives(graph: Any) -> list[Line]:
    lines = []
    for node, measures in network.centrality(graph).items():
        if graph.nodes[node]["kind"] == "Initiative":
            edges = [attributes for _, _, attributes in graph.in_edges(node, data=True)]
            counts = {name: sum(attributes[name] for attributes in edges) for name in ("readings", "mentions")}
            lines.append(Line((node,), _of_node(graph, node), {**measures, **counts}))
    return _ranked(lines)


def _ranked(lines: Iterable[Line]) -> list[Line]:
    return sorted(lines, key=lambda line: (-line.values["betweenness"], -line.values["degree"], line.things))


def _overlap(rows: Iterable[Mapping[str, str]]) -> list[Line]:
    """Pairs of plans by how much they share."""
    lines = [
        Line(
            (row["one"], row["other"]),
            {
                language: f"{_label(row, 'oneZh', 'oneEn', vocab.shorten(row['one']))[language]} ↔ "
                f"{_label(row, 'otherZh', 'otherEn', vocab.shorten(row['other']))[language]}"
                for language in _LANGUAGES
            },
            {name: int(row[name]) for name in ("indicators", "initiatives", "alignments")},
        )
        for row in rows
    ]
    return sorted(lines, key=lambda line: (-sum(line.values.values()), line.things))


def _cycles(hierarchy: Any) -> list[Line]:
    return [
        Line(
            tuple(cycle),
            {language: " → ".join(_of_node(hierarchy, node)[language] for node in cycle) for language in _LANGUAGES},
            {"length": len(cycle)},
        )
        for cycle in network.cycles(hierarchy)
    ]


def as_json(sections: Iterable[Section]) -> str:
    """The sections as one object: section -> its lines, each with things, labels and measures."""
    content = {
        section.name: [{"things": line.things, "label": line.label, **line.values} for line in section.lines]
        for section in sections
    }
    return json.dumps(content, ensure_ascii=False, indent=1) + "\n"


def as_turtle(sections: Iterable[Section]) -> bytes:
    """The sections as measurements; every metric is described, and all nodes have IRIs."""
    facts = [fact for section in sections for fact in _facts(section)]
    return rdf.turtle(ox.Quad(*fact) for fact in dict.fromkeys(facts))


Fact = tuple[ox.NamedNode, ox.NamedNode, ox.NamedNode | ox.Literal]


def _facts(section: Section) -> Iterable[Fact]:
    dimension = ox.NamedNode(f"{vocab.BASE}analysis/{section.name}")
    for place, line in enumerate(section.lines):
        for name, value in line.values.items():
            metric = ox.NamedNode(f"{dimension.value}/{name}")
            yield metric, vocab.rdf_type, ox.NamedNode(_DQV + "Metric")
            yield metric, ox.NamedNode(_DQV + "inDimension"), dimension
            for language in _LANGUAGES:
                yield dimension, vocab.skos("prefLabel"), ox.Literal(section.title[language], language=language)
                yield metric, vocab.skos("prefLabel"), ox.Literal(MEASURES[name][language], language=language)
            observation = ox.NamedNode(f"{metric.value}/{place}")
            kind = "integer" if isinstance(value, int) else "decimal"
            yield observation, vocab.rdf_type, ox.NamedNode(_DQV + "QualityMeasurement")
            yield observation, ox.NamedNode(_DQV + "isMeasurementOf"), metric
            yield observation, ox.NamedNode(_DQV + "value"), ox.Literal(str(value), datatype=ox.NamedNode(_XSD + kind))
            for thing in line.things:
                yield observation, ox.NamedNode(_DQV + "computedOn"), ox.NamedNode(thing)
