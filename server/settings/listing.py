"""The options of a settings class in, their documentation out: a Markdown table, and a TOML file to begin with."""

from __future__ import annotations

import dataclasses
import json
from pathlib import Path
from typing import Any

from .options import PREFIX, bounds

__all__ = ["example_of", "table_of"]

_HEADS = {"zh": ("选项", "默认值", "取值", "含义"), "en": ("option", "default", "may be", "what it is")}
_IN_BRACKETS = {"zh": "（{}）", "en": " ({})"}
_COMMENT = {
    "zh": (
        "policygraph 服务的选项：policygraph serve --config 本文件。",
        "去掉 # 即生效；环境变量 {prefix}加大写的选项名优先于本文件。",
    ),
    "en": (
        "Options of the service of policygraph: policygraph serve --config FILE.",
        "Take the # away to set one; {prefix} and its name in capitals, in the environment, wins.",
    ),
}


def table_of(cls: Any, language: str) -> str:
    """Every option with its default, what it may be, and what it is."""
    lines = [f"| {' | '.join(_HEADS[language])} |", "| --- | --- | --- | --- |"]
    for field in dataclasses.fields(cls):
        value = ", ".join(field.default) if isinstance(field.default, tuple) else str(field.default)
        cells = (f"`{field.name}`", f"`{value}`" if value else "", bounds(field, language))
        lines.append(f"| {' | '.join(cells)} | {field.metadata['words'][language]} |")
    return "\n".join(lines) + "\n"


def example_of(cls: Any, language: str) -> str:
    """Every option behind a `#`, with its default; a secret has the name of its variable instead."""
    lines = [f"# {line.format(prefix=PREFIX)}" for line in _COMMENT[language]]
    lines.append("[server]")
    for field in dataclasses.fields(cls):
        limits = bounds(field, language)
        words = field.metadata["words"][language]
        lines += ["", f"# {words}{_IN_BRACKETS[language].format(limits) if limits else ''}"]
        secret = field.metadata["secret"]
        lines.append(f"# {PREFIX}{field.name.upper()}" if secret else f"# {field.name} = {_toml(field.default)}")
    return "\n".join(lines) + "\n"


def _toml(value: Any) -> str:
    """A value in TOML; a JSON string or list of such strings is TOML too."""
    if isinstance(value, (Path, tuple, str)):
        return json.dumps(str(value) if isinstance(value, Path) else value, ensure_ascii=False)
    return str(value)
