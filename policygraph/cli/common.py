"""What commands share: options, a run of the build, a build that is opened, a thing that is meant."""

from __future__ import annotations

import functools
import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click
import pyoxigraph as ox

from policygraph import build, paths, things, vocab
from policygraph.cache import Cache
from policygraph.cli.failures import refusal
from policygraph.cli.terminal import Terminal
from policygraph.findings import Finding, Severity
from policygraph.messages import message

__all__ = [
    "BUILD",
    "OUTPUT",
    "REASONER",
    "answer_line",
    "grave",
    "json_alone",
    "json_too",
    "only",
    "run",
    "the_one",
    "work",
    "write_json",
]


def _of_project(context: click.Context, _: click.Parameter, value: Path | None) -> Path | None:
    """The build's folder: as given, else that of the project."""
    return context.obj[0].build if value is None and context.obj else value


#: The build that a command writes.
OUTPUT = click.option(
    "-o",
    "--output",
    show_default="build",
    callback=_of_project,
    type=click.Path(path_type=Path),
    help="The folder to write.",
)
#: The build that a command reads.
BUILD = click.option(
    "--build",
    "folder",
    show_default="build",
    callback=_of_project,
    type=click.Path(path_type=Path),
    help="The build's folder.",
)
_JSON = click.option("--json", "as_json", is_flag=True, help="As JSON, for other programs: the same as --format json.")
_ONLY_JSON = click.option("--json", "as_json", is_flag=True, help="As JSON, for other programs.")


def json_too(command: Callable[..., None]) -> Callable[..., None]:
    """Adds --json to a command that has a --format."""

    @functools.wraps(command)
    def spoken(*arguments: Any, as_json: bool, **options: Any) -> None:
        command(*arguments, **{**options, "form": "json"} if as_json else options)

    return _JSON(spoken)


def json_alone(command: Callable[..., None]) -> Callable[..., None]:
    """Adds --json to a command that has no other format: it takes the flag `as_json`."""
    return _ONLY_JSON(command)


def write_json(value: Any) -> None:
    """A value as JSON on standard output."""
    click.echo(json.dumps(value, ensure_ascii=False, indent=2))


REASONER = click.option(
    "--reasoner",
    type=click.Choice(build.REASONERS),
    default="compiled",
    show_default=True,
    help="How the closure is computed: by the compiled rules, or by owlrl (slow, the oracle).",
)

_WORK = (
    click.option(
        "--workers",
        type=click.IntRange(min=1),
        default=1,
        show_default=True,
        help="Read and check the documents in so many processes.",
    ),
    click.option("--scheduler", metavar="ADDRESS", help="Do so over the Dask cluster at tcp://HOST:PORT."),
    click.option("--fresh", is_flag=True, help="Use nothing that earlier runs have kept of the documents."),
)


def work(command: Callable[..., None]) -> Callable[..., None]:
    """Adds the options that say who does the work on the documents; `run` takes them as they are."""
    for option in reversed(_WORK):
        command = option(command)
    return command


def run(
    folders: paths.Folders,
    reasoner: str,
    progress: build.Step,
    *,
    workers: int = 1,
    scheduler: str | None = None,
    fresh: bool = False,
    leave_out: bool = False,
) -> build.Graph:
    """The graph of a build. Raises click's error where its RDF cannot be read, and those of `build.run`.

    `workers` and `scheduler` say who works on the documents, `fresh` that nothing known of them is used.
    """
    try:
        with build.workers(workers, scheduler) as hand_out:
            documents = build.Documents(Cache(None if fresh else folders.cache), hand_out)
            return build.run(folders, reasoner, progress, documents, leave_out=leave_out)
    except SyntaxError as error:
        raise click.ClickException(str(error)) from None


def grave(graph: build.Graph) -> list[Finding]:
    """The findings that are more than notes."""
    return [finding for finding in graph.findings if finding.severity is not Severity.INFO]


def answer_line() -> str | None:
    """A line of standard input, None at its end."""
    return sys.stdin.buffer.readline().decode(errors="replace") or None


def only(
    opened: ox.Store, name: str, nodes: list[ox.NamedNode], terminal: Terminal, names: vocab.Names
) -> ox.NamedNode:
    """The one thing that a name means. Raises ClickException for none; of several, lists them and ends the command."""
    if not nodes:
        raise things.unknown(opened, name, names=names, language=terminal.language)
    if len(nodes) > 1:
        for node in nodes:
            terminal.print(f"{names.shorten(node.value)}  {things.label(opened, node, terminal.language)}")
        sys.exit(0)
    return nodes[0]


def the_one(opened: ox.Store, kind: str, name: str, names: vocab.Names, language: str) -> str:
    """The IRI of the one thing of a class that is meant. Raises an error for none and for several."""
    nodes = things.find(opened, name, kind, names)
    if not nodes:
        raise things.unknown(opened, name, kind, names, language)
    if len(nodes) > 1:
        several = ", ".join(names.shorten(node.value) for node in nodes)
        raise refusal(message("“{name}” may be {several}: say which", name=name, several=several))
    return nodes[0].value
