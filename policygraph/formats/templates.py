"""A template's name and what it shows in, markup out: HTML or SVG in which every word of the graph is escaped."""

from __future__ import annotations

from pathlib import Path

import jinja2

from policygraph.messages import SOURCE, message, text_in

__all__ = ["render"]


def render(templates: Path, name: str, *, language: str = SOURCE, **values: object) -> str:
    """What a template of the folder makes of the things it is shown; `_("…")` is a message in the language."""

    def translated(msgid: str, /, **fields: object) -> str:
        return text_in(message(msgid, **fields), language)

    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(templates), autoescape=True, undefined=jinja2.StrictUndefined
    )
    return environment.get_template(name).render(values, language=language, _=translated)
