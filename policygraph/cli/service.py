"""Commands about the web service: run it, and let somebody write to it."""

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import Any

import click

from policygraph import paths
from policygraph.cli.terminal import Terminal

__all__ = ["serve_command", "token_command"]


@click.command("serve")
@click.option("--config", type=click.Path(path_type=Path, dir_okay=False), help="A TOML file with a table [server].")
@click.option("--host", help="Address to listen on; 127.0.0.1 where nothing is said.")
@click.option("--port", type=int, help="Port to listen on; 8000 where nothing is said.")
@click.option("-o", "--output", "build", type=click.Path(path_type=Path), help="The build to serve.")
@click.option("--store", help="memory, disk, or the address of a SPARQL endpoint that holds the build.")
@click.pass_obj
def serve_command(obj: tuple[paths.Folders, Terminal], /, config: Path | None, **options: Any) -> None:
    """Serve the last build as a SPARQL endpoint, until told to stop.

    A new build is taken up without a restart. All options: server/README.md.
    """
    service = paths.server()
    chosen = {name: value for name, value in options.items() if value is not None}
    settings = service.Settings.read(config, **chosen)
    if settings.build == Path("build"):
        settings = dataclasses.replace(settings, build=obj[0].build)
    service.serve(settings)


@click.command("token")
@click.argument("name")
@click.option("--force", is_flag=True, help="Let its owner write in spite of violations.")
def token_command(name: str, force: bool) -> None:
    """Make a token that lets NAME write to the service, and the entry for its configuration.

    The token is shown this once; the service keeps its hash.
    """
    service = paths.server()
    secret, entry = service.make_token(name, may_force=force)
    click.echo(f"token: {secret}")
    click.echo(f'curators = ["{entry}"]')
