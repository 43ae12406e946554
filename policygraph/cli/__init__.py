"""The command line: one command for each act, each a few lines over the library; this is their list."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import click

from policygraph import __version__, paths
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
from policygraph.cli.terminal import Terminal

__all__ = ["main"]

#: Every command, beside those that stand here: of the graph, out of it, and into it.
_COMMANDS = (
    *(build_command, check_command, ask_command, cite_command, show_command, coverage_command),
    *(draw_command, analyse_command, export_command, diff_command),
    *(import_command, extract_command, review_command, evaluate_command),
)


def _default_language() -> str:
    spoken = os.environ.get("LC_ALL") or os.environ.get("LC_MESSAGES") or os.environ.get("LANG") or ""
    return "zh" if spoken.startswith("zh") else "en"


@click.group(commands=_COMMANDS, context_settings={"help_option_names": ["-h", "--help"]})
@click.option("--language", type=click.Choice(["zh", "en"]), default=_default_language, help="Of labels and messages.")
@click.option(
    "--root", type=click.Path(path_type=Path, file_okay=False), help="Folder with ontology/ data/ shapes/ queries/."
)
@click.version_option(__version__)
@click.pass_context
def main(context: click.Context, language: str, root: Path | None) -> None:
    """Policy documents as a knowledge graph: build it, check it, ask it, look at it."""
    try:
        context.obj = (paths.find(root), Terminal(language))
    except FileNotFoundError as error:
        raise click.ClickException(str(error)) from None


@main.command()
@click.option("--config", type=click.Path(path_type=Path, dir_okay=False), help="A TOML file with a table [server].")
@click.option("--host", help="Address to listen on; 127.0.0.1 where nothing is said.")
@click.option("--port", type=int, help="Port to listen on; 8000 where nothing is said.")
@click.option("-o", "--output", "build", type=click.Path(path_type=Path), help="The build to serve.")
@click.option("--store", help="memory, disk, or the address of a SPARQL endpoint that holds the build.")
def serve(config: Path | None, **options: Any) -> None:
    """Serve the last build as a SPARQL endpoint, until told to stop.

    A new build is taken up without a restart. All options: server/README.md.
    """
    service = paths.server()
    given = {name: value for name, value in options.items() if value is not None}
    try:
        service.serve(service.Settings.read(config, **given))
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
