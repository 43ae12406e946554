"""A table of commands in, a click group out that imports a command's module only when that command is run."""

from __future__ import annotations

import copy
import errno
import importlib
import inspect
import io
import os
import resource
import sys
from collections.abc import Mapping, MutableMapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NoReturn

import click

from policygraph.cli import failures
from policygraph.errors import PolicygraphError, exit_status
from policygraph.messages import SOURCE, Message, message, text_in

__all__ = ["LazyCommand", "LazyGroup", "translated"]


@dataclass(frozen=True, slots=True)
class LazyCommand:
    """Where a command stands, and the first sentence of its help, so that a list of commands needs no import."""

    module: str
    attribute: str
    help: str

    def load(self) -> click.Command:
        """The command itself."""
        command = getattr(importlib.import_module(self.module), self.attribute)
        assert isinstance(command, click.Command)  # noqa: S101 - the table names commands; a test loads them all
        return command


class _Failure(click.ClickException):
    """A PolicygraphError as click's exception: its message, and the exit status of the table of errors."""

    def __init__(self, error: PolicygraphError, language: str) -> None:
        super().__init__(error.message(language))
        self.status = exit_status(error)

    @property
    def exit_code(self) -> int:  # type: ignore[override]
        return self.status


#: What else a system does that has no memory left: words of its errors. Others of these classes are faults of ours.
_STARVED = (
    (ImportError, "failed to map segment"),
    (ImportError, "Cannot allocate memory"),
    (ImportError, "cannot apply additional memory protection"),
    (RuntimeError, "can't start new thread"),
    (RuntimeError, "Memory allocation"),
)
#: Bytes of address space below which the engine cannot even start; it aborts with a trace of its own then.
_LEAST_MEMORY = 400 * 1024 * 1024
_NO_MEMORY = "there is not enough memory for this: raise the limit (ulimit -v), or use a machine that has more"


def _is_starved(error: BaseException) -> bool:
    return isinstance(error, MemoryError) or any(
        isinstance(error, kind) and words in str(error) for kind, words in _STARVED
    )


def _is_confined() -> bool:
    """Whether the limit of this process's address space is too low for any command that opens a graph."""
    limit = resource.getrlimit(resource.RLIMIT_AS)[0]
    return limit != resource.RLIM_INFINITY and limit < _LEAST_MEMORY


def _end(words: str, language: str) -> NoReturn:
    """Ends the command with one line on standard error and status 1, even where standard output takes nothing."""
    with suppress(OSError):
        click.echo(text_in(message("Error: {words}", words=words), language), file=sys.stderr)
    _exit(1)


def _exit(status: int) -> NoReturn:
    """Ends the command without what cannot be written: the interpreter would tell of it again, with status 120."""
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except OSError:
            nowhere = os.open(os.devnull, os.O_WRONLY)
            os.dup2(nowhere, stream.fileno())
            os.close(nowhere)
    sys.exit(status)


def _open_streams() -> None:
    """Standard output and error lead somewhere: where they are closed, files of ours would take their place."""
    for name in ("stdout", "stderr"):
        if getattr(sys, name) is None:
            setattr(sys, name, Path(os.devnull).open("w", encoding="utf-8"))  # noqa: SIM115 - until the end
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper) and stream.errors in ("strict", "surrogateescape"):
            stream.reconfigure(errors="backslashreplace")  # a terminal that is ASCII gets escapes


def translated(text: str, language: str) -> str:
    """A text of the help in a language, paragraph by paragraph; what no catalogue has stays English."""
    paragraphs = (" ".join(paragraph.split()) for paragraph in inspect.cleandoc(text).split("\n\n"))
    return "\n\n".join(Message(paragraph)[language] for paragraph in paragraphs)


def copied(command: click.Command) -> click.Command:
    """A command with parameters of its own, whose help may be changed."""
    command = copy.copy(command)
    command.params = [copy.copy(parameter) for parameter in command.params]
    return command


def translate(command: click.Command, language: str) -> click.Command:
    """The same command, whose help is in a language."""
    if language != SOURCE:
        command.help = translated(command.help, language) if command.help else None
        for parameter in command.params:
            if isinstance(parameter, click.Option) and parameter.help:
                parameter.help = translated(parameter.help, language)
        words = text_in(message("Show this message and exit."), language)
        command.params.append(
            click.Option(
                ["-h", "--help"], is_flag=True, is_eager=True, expose_value=False, callback=_print_help, help=words
            )
        )
    return command


def _print_help(context: click.Context, _: click.Parameter, value: bool) -> None:
    if value and not context.resilient_parsing:
        click.echo(context.get_help(), file=sys.stdout, color=context.color)  # click would write UTF-8 on ASCII
        context.exit()


class LazyGroup(click.Group):
    """A group whose commands are named in a table; what an error of ours ends, ends with its message and its status."""

    def __init__(self, *arguments: Any, table: Mapping[str, LazyCommand], **options: Any) -> None:
        self.table = table
        #: The language of the call, once it is read.
        self.language: str | None = None
        super().__init__(*arguments, **options)

    @property
    def commands(self) -> MutableMapping[str, click.Command]:
        """Every command, imported: for documentation and tests."""
        return {name: entry.load() for name, entry in sorted(self.table.items())}

    @commands.setter
    def commands(self, value: Mapping[str, click.Command]) -> None:
        """Click assigns an empty mapping when the group is made; the table is what counts."""

    def get_help(self, ctx: click.Context) -> str:
        self.language = self._spoken(ctx)
        spoken = translate(copied(self), self.language)
        return click.Group.get_help(spoken, ctx) if isinstance(spoken, click.Group) else ""

    def get_help_option(self, ctx: click.Context) -> click.Option | None:
        option = super().get_help_option(ctx)
        if option:
            option.callback = _print_help
        return option

    @staticmethod
    def _spoken(ctx: click.Context) -> str:
        """The language of a call: what it says, else that of the locale."""
        return str(ctx.find_root().params.get("language") or failures.default_language())

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click passes it
        return sorted(self.table)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        entry = self.table.get(cmd_name)
        return translate(copied(entry.load()), self._spoken(ctx)) if entry else None

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        language = self._spoken(ctx)
        limit = formatter.width - 6 - max(map(len, self.table))
        rows = [
            (name, click.Command(name, help=translated(entry.help, language)).get_short_help_str(limit))
            for name, entry in sorted(self.table.items())
        ]
        with formatter.section("Commands"):
            formatter.write_dl(rows)

    def main(self, *arguments: Any, **options: Any) -> Any:
        """As click has it, with one line and no trace where the terminal, the disk or the memory falls short."""
        _open_streams()
        if not options.get("standalone_mode", True):
            return super().main(*arguments, **options)
        options["standalone_mode"] = False
        try:
            status = super().main(*arguments, **options)
            sys.stdout.flush()
        except click.ClickException as error:
            with suppress(OSError):
                failures.show(error, self.language or failures.default_language())
            _exit(error.exit_code)
        except click.Abort:
            _exit(failures.INTERRUPTED)
        except BrokenPipeError:  # who reads has had enough
            _exit(1)
        except OSError as error:
            _end(str(error), self.language or failures.default_language())
        except (MemoryError, ImportError, RuntimeError) as error:
            if not _is_starved(error):
                raise
            _end(_NO_MEMORY, SOURCE)
        sys.exit(status if isinstance(status, int) else 0)

    def invoke(self, ctx: click.Context) -> Any:
        self.language = ctx.params.get("language")
        if _is_confined():
            raise click.ClickException(_NO_MEMORY)
        try:
            return super().invoke(ctx)
        except KeyboardInterrupt:
            raise failures.interruption() from None
        except PolicygraphError as error:
            raise _Failure(error, ctx.params.get("language", "en")) from None
        except OSError as error:
            if error.errno == errno.EPIPE:  # click itself exits without a message when the reader closes the pipe
                raise
            raise click.ClickException(str(error)) from None
