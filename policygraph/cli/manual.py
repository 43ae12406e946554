"""The commands and their help in, a page of the manual (roff, man(7)) out: `python -m policygraph.cli.manual`."""

from __future__ import annotations

import inspect
import re
import sys
from collections.abc import Iterator

import click

from policygraph.cli import main

__all__ = ["manual"]

_PROGRAM = "policygraph"
#: What roff would read as a request or an escape.
_ESCAPES = (("\\", "\\e"), ("-", "\\-"))
#: Exit status -> what it says, of every command.
_STATUSES = (
    ("0", "All is well."),
    ("1", "A fault in what was read; diff: the two differ."),
    ("2", "A mistake in the call, or a name that means nothing."),
    ("3", "build \\-\\-leave\\-out: built without some documents."),
    ("130", "Interrupted (Ctrl\\-C); what was there before stands."),
)


def manual(group: click.Group) -> str:
    """The page of a group: its synopsis, options and commands, with what each takes, and the exit statuses."""
    lines = [
        f'.TH {_PROGRAM.upper()} 1 "" "{_PROGRAM}" "User Commands"',
        ".SH NAME",
        f"{_PROGRAM} \\- {_text(_paragraphs(group.help)[0]).rstrip('.')}",
        ".SH SYNOPSIS",
        f".B {_PROGRAM}",
        "[OPTIONS] COMMAND [ARGUMENTS]",
        ".SH OPTIONS",
        *_options(group),
        ".SH COMMANDS",
    ]
    for name, command in group.commands.items():
        lines += _command(name, command)
    lines += [".SH EXIT STATUS"]
    for status, words in _STATUSES:
        lines += [".TP", f".B {status}", words]
    return "\n".join(lines) + "\n"


def _command(name: str, command: click.Command) -> Iterator[str]:
    context = click.Context(command, info_name=name)
    yield f".SS {_text(f'{_PROGRAM} {name}')} {_text(' '.join(command.collect_usage_pieces(context)))}"
    for number, paragraph in enumerate(_paragraphs(command.help)):
        if number:
            yield ".PP"
        yield _text(paragraph)
    yield from _options(command)


def _options(command: click.Command) -> Iterator[str]:
    """Each option with its value and what it does, and help last."""
    context = click.Context(command)
    for parameter in command.params:
        record = parameter.get_help_record(context) if isinstance(parameter, click.Option) else None
        if record:
            # the folder of a build is that of the project: click writes it with brackets of its own
            yield from (".TP", f".B {_text(record[0])}", _text(record[1].replace("(build)", "build")))
    yield from (".TP", ".B \\-h, \\-\\-help", "Show this message and exit.")


def _paragraphs(text: str | None) -> list[str]:
    return [" ".join(each.split()) for each in inspect.cleandoc(text or "").split("\n\n")]


def _text(words: str) -> str:
    """A text as roff prints it: one line, nothing in it a request."""
    line = re.sub(r"\s+", " ", words)
    for sign, escape in _ESCAPES:
        line = line.replace(sign, escape)
    return f"\\&{line}" if line[:1] in {".", "'"} else line


if __name__ == "__main__":
    sys.stdout.write(manual(main))
