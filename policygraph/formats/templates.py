"""A template's name and what it shows in, markup out: HTML or SVG in which every word of the graph is escaped."""

from __future__ import annotations

from pathlib import Path

import jinja2

__all__ = ["render"]


def render(templates: Path, name: str, **values: object) -> str:
    """What a template of the folder makes of the things it is shown."""
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(templates), autoescape=True, undefined=jinja2.StrictUndefined
    )
    return environment.get_template(name).render(values)
