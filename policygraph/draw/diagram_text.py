"""A diagram in, its text out for tools that lay it out themselves: Graphviz (DOT) and Mermaid.

Both know graphs, so what has several lines to it is one box; a line of another kind is dashed.
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass

from policygraph.draw.symbols import Mark, Theme
from policygraph.draw.text_width import wrap
from policygraph.text import clean

__all__ = ["Box", "Diagram", "Line", "dot", "mermaid"]

#: The longest line of a box in em; Mermaid breaks lines by itself.
_LONGEST = 20
#: How much of a mark's colour its box takes.
_TINT = 0.14
_FONT = "Noto Sans CJK SC"


@dataclass(frozen=True, slots=True)
class Box:
    """A box: its identifier in the text (letters and digits), its label, its tooltip, and its mark."""

    name: str
    label: str
    tooltip: str
    mark: Mark


@dataclass(frozen=True, slots=True)
class Line:
    """A line between two boxes, by their names, with words on it or none."""

    start: str
    end: str
    label: str = ""
    is_dashed: bool = False


@dataclass(frozen=True, slots=True)
class Diagram:
    """Boxes in reading order, lines, and what marks mean; `is_directed` gives the lines heads and the boxes ranks."""

    title: str
    boxes: Sequence[Box]
    lines: Sequence[Line]
    legend: Sequence[tuple[Mark, str]]
    is_directed: bool = True


def dot(diagram: Diagram, theme: Theme) -> str:
    """A graph in DOT: from left to right, in the order of the boxes, where it is directed, else as springs pull it."""
    layout = {"rankdir": "LR", "ordering": "out", "nodesep": "0.1", "ranksep": "0.6"}
    if not diagram.is_directed:
        layout = {"layout": "fdp", "overlap": "false", "splines": "true", "K": "1.2"}
    lines = [
        "digraph plan {" if diagram.is_directed else "graph plan {",
        _statement("  graph", **layout, bgcolor=theme.paper),
        _statement("  graph", label=diagram.title, labelloc="t", fontsize="20", fontname=_FONT, fontcolor=theme.ink),
        _statement("  node", shape="box", style="rounded,filled", fontsize="12", fontname=_FONT, margin="0.12,0.05"),
        _statement("  edge", color=theme.line, arrowsize="0.6"),
    ]
    for box in diagram.boxes:
        lines.append(_dot_box(box.name, "\n".join(wrap(box.label, _LONGEST)), box.tooltip, box.mark, theme))
    for line in diagram.lines:
        style = {"style": "dashed", "constraint": "false"} if line.is_dashed else {}
        words = {"label": line.label, "fontsize": "10", "fontname": _FONT, "fontcolor": theme.ink} if line.label else {}
        arrow = "->" if diagram.is_directed else "--"
        lines.append(_statement(f"  {line.start} {arrow} {line.end}", **style, **words))
    lines.append("  subgraph cluster_legend {")
    lines.append(_statement("    graph", label="", style="rounded", color=theme.line))
    for place, (mark, text) in enumerate(diagram.legend):
        lines.append("  " + _dot_box(f"legend{place}", text, text, mark, theme))
    return "\n".join([*lines, "  }", "}", ""])


def _dot_box(name: str, label: str, tooltip: str, mark: Mark, theme: Theme) -> str:
    colours = {"fillcolor": _tint(theme, mark), "color": theme.colour(mark), "fontcolor": theme.ink}
    return _statement(f"  {name}", label=label, tooltip=tooltip, **colours)


def _statement(name: str, **attributes: str) -> str:
    """A statement with its attributes as quoted strings, in which only the quote needs an escape (DOT language)."""
    attribute_list = ", ".join(f"{key}={_quoted(value)}" for key, value in attributes.items())
    return f"{name} [{attribute_list}]" if attribute_list else name


def _quoted(text: str) -> str:
    return '"' + clean(text).replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n") + '"'


def mermaid(diagram: Diagram, theme: Theme) -> str:
    """A flowchart in Mermaid, which draws at most 500 lines unless the page that shows it allows more."""
    lines = ["---", f"title: {json.dumps(clean(diagram.title), ensure_ascii=False)}", "---", "flowchart LR"]
    classes = {mark: f"k{place}" for place, (mark, _) in enumerate(diagram.legend)}
    for box in diagram.boxes:
        lines.append(f'  {box.name}["{_escaped(box.label)}"]:::{classes[box.mark]}')
    solid = "-->" if diagram.is_directed else "---"
    for line in diagram.lines:
        arrow = "-.->" if line.is_dashed else solid
        words = f'|"{_escaped(line.label)}"|' if line.label else ""
        lines.append(f"  {line.start} {arrow}{words} {line.end}")
    lines.append('  subgraph legend [" "]')
    lines.append("    direction LR")
    for place, (mark, text) in enumerate(diagram.legend):
        lines.append(f'    l{place}["{_escaped(text)}"]:::{classes[mark]}')
    lines += ["  end", f"  style legend fill:none,stroke:{theme.line}"]
    for mark, name in classes.items():
        lines.append(f"  classDef {name} fill:{_tint(theme, mark)},stroke:{theme.colour(mark)},color:{theme.ink}")
    return "\n".join([*lines, ""])


def _escaped(text: str) -> str:
    """Words of a label: signs that Mermaid or Markdown might read as theirs ("1. ", "#") become references."""
    return re.sub(r"[!-,./:-@[-`{-~]", lambda match: f"#{ord(match[0])};", clean(text))


def _tint(theme: Theme, mark: Mark) -> str:
    """The fill of a box: the mark's colour mixed into the background."""
    paper, colour = (bytes.fromhex(name[1:]) for name in (theme.paper, theme.colour(mark)))
    mixed = (round(one + (other - one) * _TINT) for one, other in zip(paper, colour, strict=True))
    return "#" + bytes(mixed).hex()
