"""The command line: one command for each act, each a few lines over the library; this is their list."""

from __future__ import annotations

import dataclasses
import os
import sys
from pathlib import Path
from typing import Any

import click

from policygraph import __version__, paths, project
from policygraph.cli.graph import (
    ask_command,
    build_command,
    check_command,
    cite_command,
    coverage_command,
    show_command,
)
from policygraph.cli.incoming import evaluate_command, extract_command, import_command, review_command
from policygraph.cli.outgoing import analyse_command, diff_command, draw_command, export_command
from policygraph.cli.projects import init_command
from policygraph.cli.terminal import Terminal
from policygraph.extract.files import Note

__all__ = ["main"]

#: Every command, beside those that stand here: of the graph, out of it, and into it.
_COMMANDS = (
    *(build_command, check_command, ask_command, cite_command, show_command, coverage_command),
    *(draw_command, analyse_command, export_command, diff_command),
    *(init_command, import_command, extract_command, review_command, evaluate_command),
)


#: Commands that tell what is wrong with the project's file beside all else; the others stop at it.
_CHECKING = frozenset({"build", "check"})
#: That a data folder is not read, in zh and en.
_UNREAD = (
    "{data} 不会被读取：此处及以上各级文件夹均无 policygraph.toml，现用随附图谱。请运行 `policygraph init {folder}`。",
    "{data} is not read: there is no policygraph.toml here or above, and the graph that is shipped is used. Run "
    "`policygraph init {folder}` to make a project of this folder.",
)


def _default_language() -> str:
    spoken = os.environ.get("LC_ALL") or os.environ.get("LC_MESSAGES") or os.environ.get("LANG") or ""
    return "zh" if spoken.startswith("zh") else "en"


@click.group(commands=_COMMANDS, context_settings={"help_option_names": ["-h", "--help"]})
@click.option("--language", type=click.Choice(["zh", "en"]), default=_default_language, help="Of labels and messages.")
@click.option(
    "--root",
    type=click.Path(path_type=Path, file_okay=False),
    help="The project's folder; else the nearest with a policygraph.toml, upward from here.",
)
@click.version_option(__version__)
@click.pass_context
def main(context: click.Context, language: str, root: Path | None) -> None:
    """Policy documents as a knowledge graph: build it, check it, ask it, look at it."""
    terminal = Terminal(language)
    if context.invoked_subcommand == init_command.name:
        context.obj = (root, terminal)
        return
    try:
        folders = paths.find(root)
    except FileNotFoundError as error:
        raise click.ClickException(str(error)) from None
    context.obj = (folders, terminal)
    if context.invoked_subcommand not in _CHECKING and project.is_faulty(folders.findings):
        terminal.findings(folders.findings)
        sys.exit(1)
    if root is None and (data := paths.unread(folders)):
        terminal.notes([Note(*(words.format(data=data, folder=data.parent) for words in _UNREAD))])


@main.command()
@click.option("--config", type=click.Path(path_type=Path, dir_okay=False), help="A TOML file with a table [server].")
@click.option("--host", help="Address to listen on; 127.0.0.1 where nothing is said.")
@click.option("--port", type=int, help="Port to listen on; 8000 where nothing is said.")
@click.option("-o", "--output", "build", type=click.Path(path_type=Path), help="The build to serve.")
@click.option("--store", help="memory, disk, or the address of a SPARQL endpoint that holds the build.")
@click.pass_obj
def serve(obj: tuple[paths.Folders, Terminal], /, config: Path | None, **options: Any) -> None:
    """Serve the last build as a SPARQL endpoint, until told to stop.

    A new build is taken up without a restart. All options: server/README.md.
    """
    service = paths.server()
    given = {name: value for name, value in options.items() if value is not None}
    try:
        settings = service.Settings.read(config, **given)
        if settings.build == Path("build"):
            settings = dataclasses.replace(settings, build=obj[0].build)
        service.serve(settings)
    except service.ServiceError as error:
        raise click.ClickException(str(error)) from None


@main.command()
@click.argument("name")
@click.option("--force", is_flag=True, help="Let its owner write in spite of violations.")
def token(name: str, force: bool) -> None:
    """Make a token that lets NAME write to the service, and the entry for its configuration.

    The token is shown this once; the service keeps its hash.
    """
    service = paths.server()
    try:
        made, entry = service.make_token(name, may_force=force)
    except service.ServiceError as error:
        raise click.ClickException(str(error)) from None
    click.echo(f"token: {made}")
    click.echo(f'curators = ["{entry}"]')
