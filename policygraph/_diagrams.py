"""A picture in, the text of a diagram out, for Graphviz (DOT) and for Mermaid.

Both lay it out themselves and know graphs, so a part of several wholes is one box with several lines to it, and a line
that closes a cycle is dashed.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator

from policygraph._svg import Theme, clean
from policygraph.lettering import wrap
from policygraph.marks import Mark
from policygraph.picture import Box, Picture

__all__ = ["dot", "mermaid"]

#: The longest line of a box in em; Mermaid breaks lines by itself.
_LONGEST = 20
#: How much of a mark's colour its box takes.
_TINT = 0.14
_FONT = "Noto Sans CJK SC"


def dot(picture: Picture, theme: Theme) -> str:
    """A digraph in DOT, from left to right, siblings in the order of the document."""
    lines = [
        "digraph plan {",
        _line("  graph", rankdir="LR", ordering="out", nodesep="0.1", ranksep="0.6", bgcolor=theme.paper),
        _line("  graph", label=picture.title, labelloc="t", fontsize="20", fontname=_FONT, fontcolor=theme.ink),
        _line("  node", shape="box", style="rounded,filled", fontsize="12", fontname=_FONT, margin="0.12,0.05"),
        _line("  edge", color=theme.line, arrowsize="0.6"),
    ]
    for box in _originals(picture):
        lines.append(
            _dot_box(f"p{box.place.number}", "\n".join(wrap(_label(box), _LONGEST)), box.told, box.mark, theme)
        )
    for whole, part, note in _edges(picture):
        style = {"style": "dashed", "constraint": "false"} if note == "cycle" else {}
        lines.append(_line(f"  p{whole} -> p{part}", **style))
    lines.append("  subgraph cluster_legend {")
    lines.append(_line("    graph", label="", style="rounded", color=theme.line))
    for place, entry in enumerate(picture.legend):
        text = f"{entry.text} {entry.count}"
        lines.append("  " + _dot_box(f"legend{place}", text, text, entry.mark, theme))
    return "\n".join([*lines, "  }", "}", ""])


def _dot_box(name: str, label: str, tooltip: str, mark: Mark, theme: Theme) -> str:
    colours = {"fillcolor": _tint(theme, mark), "color": theme.colour(mark), "fontcolor": theme.ink}
    return _line(f"  {name}", label=label, tooltip=tooltip, **colours)


def _line(name: str, **attributes: str) -> str:
    """A statement with its attributes as quoted strings, in which only the quote needs an escape (DOT language)."""
    said = ", ".join(f"{key}={_quoted(value)}" for key, value in attributes.items())
    return f"{name} [{said}]" if said else name


def _quoted(text: str) -> str:
    return '"' + clean(text).replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n") + '"'


def mermaid(picture: Picture, theme: Theme) -> str:
    """A flowchart in Mermaid, which draws at most 500 lines unless the page that shows it allows more."""
    lines = ["---", f"title: {json.dumps(clean(picture.title), ensure_ascii=False)}", "---", "flowchart LR"]
    classes = {entry.mark: f"k{place}" for place, entry in enumerate(picture.legend)}
    for box in _originals(picture):
        lines.append(f'  p{box.place.number}["{_escaped(_label(box))}"]:::{classes[box.mark]}')
    for whole, part, note in _edges(picture):
        lines.append(f"  p{whole} {'-.->' if note == 'cycle' else '-->'} p{part}")
    lines.append('  subgraph legend [" "]')
    lines.append("    direction LR")
    for place, entry in enumerate(picture.legend):
        lines.append(f'    l{place}["{_escaped(entry.text)} {entry.count}"]:::{classes[entry.mark]}')
    lines += ["  end", f"  style legend fill:none,stroke:{theme.line}"]
    for mark, name in classes.items():
        lines.append(f"  classDef {name} fill:{_tint(theme, mark)},stroke:{theme.colour(mark)},color:{theme.ink}")
    return "\n".join([*lines, ""])


def _escaped(text: str) -> str:
    """Words of a label: signs that Mermaid or Markdown might read as theirs ("1. ", "#") become references."""
    return re.sub(r"[!-,./:-@[-`{-~]", lambda match: f"#{ord(match[0])};", clean(text))


def _originals(picture: Picture) -> Iterator[Box]:
    return (box for box in picture.boxes if not box.place.is_repeated)


def _edges(picture: Picture) -> Iterator[tuple[int, int, str]]:
    """Whole and part, each by the place where it stands in full, and the note of the line between them."""
    return ((box.place.parent, box.place.first, box.note) for box in picture.boxes[1:])


def _label(box: Box) -> str:
    return f"{box.label} +{box.place.hidden}" if box.place.hidden else box.label


def _tint(theme: Theme, mark: Mark) -> str:
    """The paper with a breath of the mark's colour."""
    paper, colour = (bytes.fromhex(name[1:]) for name in (theme.paper, theme.colour(mark)))
    mixed = (round(one + (other - one) * _TINT) for one, other in zip(paper, colour, strict=True))
    return "#" + bytes(mixed).hex()
