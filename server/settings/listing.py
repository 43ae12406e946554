"""The options of a settings class in, their documentation out: a Markdown table, and a TOML file to begin with."""

from __future__ import annotations

import dataclasses
import json
from pathlib import Path
from typing import Any

from policygraph.messages import message, text_in

from .options import PREFIX, bounds

__all__ = ["example_of", "table_of"]

_HEADS = (message("option"), message("default"), message("may be"), message("what it is"))
_COMMENT = (
    message("Options of the service of policygraph: policygraph serve --config FILE."),
    message("Take the # away to set one; {prefix} and its name in capitals, in the environment, wins.", prefix=PREFIX),
)


def table_of(cls: Any, language: str) -> str:
    """Every option with its default, what it may be, and what it is."""
    lines = [f"| {' | '.join(text_in(head, language) for head in _HEADS)} |", "| --- | --- | --- | --- |"]
    for field in dataclasses.fields(cls):
        value = ", ".join(field.default) if isinstance(field.default, tuple) else str(field.default)
        cells = (f"`{field.name}`", f"`{value}`" if value else "", text_in(bounds(field), language))
        lines.append(f"| {' | '.join(cells)} | {text_in(field.metadata['words'], language)} |")
    return "\n".join(lines) + "\n"


def example_of(cls: Any, language: str) -> str:
    """Every option behind a `#`, with its default; a secret has the name of its variable instead."""
    lines = [f"# {text_in(line, language)}" for line in _COMMENT]
    lines.append("[server]")
    for field in dataclasses.fields(cls):
        limits = text_in(bounds(field), language)
        words = text_in(field.metadata["words"], language)
        lines += ["", f"# {words}{f' ({limits})' if limits else ''}"]
        secret = field.metadata["secret"]
        lines.append(f"# {PREFIX}{field.name.upper()}" if secret else f"# {field.name} = {_toml(field.default)}")
    return "\n".join(lines) + "\n"


def _toml(value: Any) -> str:
    """A value in TOML; a JSON string or list of such strings is TOML too."""
    if isinstance(value, (Path, tuple, str)):
        return json.dumps(str(value) if isinstance(value, Path) else value, ensure_ascii=False)
    return str(value)
