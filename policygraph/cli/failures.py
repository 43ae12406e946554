"""Errors of commands in, what a person is told and the exit status out: in the language of the command line."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Mapping

import click

from policygraph.messages import SOURCE, languages, message, text_in

__all__ = ["INTERRUPTED", "default_language", "interruption", "misuse", "refusal", "show"]

#: The exit status of a command that was interrupted, as shells have it: 128 and the number of SIGINT.
INTERRUPTED = 130


def default_language() -> str:
    """The language of the locale, where there is a catalogue for it; else English."""
    locale = os.environ.get("LC_ALL") or os.environ.get("LC_MESSAGES") or os.environ.get("LANG") or ""
    names = (locale.partition(".")[0], locale.partition("_")[0].partition(".")[0])
    return next((name for name in names if name in languages()), SOURCE)


def _language(context: click.Context | None) -> str:
    root = context.find_root() if context else None
    return str(root.params.get("language") or SOURCE) if root else default_language()


def refusal(texts: Mapping[str, str]) -> click.ClickException:
    """The error of what a command cannot do, in the language of the call: exit status 1."""
    return click.ClickException(text_in(texts, _language(click.get_current_context(silent=True))))


def misuse(texts: Mapping[str, str]) -> click.UsageError:
    """The error of a call that cannot be meant: exit status 2."""
    context = click.get_current_context(silent=True)
    return click.UsageError(text_in(texts, _language(context)), context)


class _Interruption(click.ClickException):
    exit_code = INTERRUPTED


def interruption() -> click.ClickException:
    """The error of Ctrl-C: one line, and status 130."""
    return _Interruption(refusal(message("interrupted; what was there before stands")).message)


#: What click says of a wrong call, as a pattern, and the same as a message of ours.
_OF_CLICK = (
    (re.compile(r"No such option: (?P<name>[^ .]+)\.?(?: .*)?"), message("no such option: {name}")),
    (re.compile(r"No such option '(?P<name>.+?)'\..*"), message("no such option: {name}")),
    (re.compile(r"No such command '(?P<name>.+?)'\.(?: .*)?"), message("no such command: {name}")),
    (re.compile(r"Missing argument '(?P<name>.+)'\."), message("the argument {name} is missing")),
    (re.compile(r"Missing option '(?P<name>.+)'\."), message("the option {name} is missing")),
    (re.compile(r"Missing command\."), message("a command is missing")),
    (re.compile(r"Got unexpected extra arguments? \((?P<name>.+)\)"), message("too many arguments: {name}")),
    (re.compile(r"Option '(?P<name>.+)' requires an argument\."), message("the option {name} wants a value")),
    (
        re.compile(r"Invalid value for '(?P<name>.+?)': '(?P<value>.*)' is not one of (?P<choices>.+)\."),
        message("{name}: “{value}” is not one of {choices}"),
    ),
    (
        re.compile(r"Invalid value for '(?P<name>.+?)': (?:Path|File|Directory) '(?P<value>.*)' does not exist\."),
        message("{name}: “{value}” does not exist"),
    ),
    (
        re.compile(
            r"Invalid value for '(?P<name>.+?)': (?:Path|File|Directory) '(?P<value>.*)' is a (?:file|directory)\."
        ),
        message("{name}: “{value}” is of the wrong kind, file or folder"),
    ),
    (re.compile(r"Invalid value for '(?P<name>.+?)': (?P<value>.+)"), message("{name}: wrong value ({value})")),
)


def _words(error: click.ClickException, language: str) -> str:
    """What is wrong, in a language: click's own sentences by a table."""
    words = error.format_message()
    if language == SOURCE:
        return words
    for pattern, texts in _OF_CLICK:
        if match := pattern.fullmatch(words):
            return text_in(texts.format(**match.groupdict()), language)
    return words


def show(error: click.ClickException, language: str) -> None:
    """Tells an error on standard error: how the command is called where the call was wrong, and what is wrong."""
    context = error.ctx if isinstance(error, click.UsageError) else None
    if context is not None:
        command = context.command_path
        click.echo(context.get_usage(), file=sys.stderr)
        click.echo(
            text_in(message("Try “{command} --help” for help.", command=command), language) + "\n", file=sys.stderr
        )
    click.echo(text_in(message("Error: {words}", words=_words(error, language)), language), file=sys.stderr)
    sys.stderr.flush()
