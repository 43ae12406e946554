"""The commands that make a project and describe its records: init, schema."""

from __future__ import annotations

import re
from pathlib import Path

import click

from policygraph import paths, project, records, store, vocab
from policygraph.cli.terminal import Terminal
from policygraph.records.schema import record_schema

__all__ = ["init_command", "schema_command"]


@click.command("init")
@click.argument("folder", type=click.Path(path_type=Path, file_okay=False))
@click.option("--name", help="Name of the graph; of Latin letters it is the English one, else the Chinese.")
@click.option("--base", help="What the IRIs of its things start with: an address of your own, ending in a slash.")
@click.option("--publisher", default="", help="Who publishes it.")
@click.option("--licence", help="Address of the licence of the data; CC BY 4.0 where nothing is said.")
@click.option(
    "--repository", "is_repository", is_flag=True, help="Write a GitHub workflow, a pre-commit hook and a README too."
)
@click.pass_obj
def init_command(
    obj: tuple[Path | None, Terminal],
    *,
    folder: Path,
    name: str | None,
    base: str | None,
    publisher: str,
    licence: str | None,
    is_repository: bool,
) -> None:
    """Make a project in FOLDER: a policygraph.toml, empty registries, and settings for editors.

    What is in the folder stays as it is. Without a base things stand under https://example.org/, which says that it is
    nobody's: choose an address of your own before you publish.
    """
    _, terminal = obj
    title = name or folder.resolve().name
    defaults = project.Settings()
    settings = project.Settings(
        name=title,
        name_en=title,
        base=base or f"https://example.org/{_slug(folder.resolve().name)}/",
        publisher=publisher,
        licence=licence or defaults.licence,
    )
    written = project.init(folder, settings, _schema(paths.base_layer()), is_repository=is_repository)
    for path in written:
        terminal.print(str(path))
    terminal.initialised(folder, settings.base)


def _slug(name: str) -> str:
    """A folder's name as a part of an address."""
    return re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-") or "project"


@click.command("schema")
@click.pass_obj
def schema_command(obj: tuple[paths.Folders, Terminal]) -> None:
    """Print the JSON Schema of records, for editors that complete and check while one types.

    `policygraph init` writes it into a new project, with settings for VS Code and its kin.
    """
    click.echo(_schema(obj[0]), nl=False)


def _schema(folders: paths.Folders) -> str:
    ontology = [
        quad
        for name in ("policy", "concepts")
        for quad in store.turtle(folders.ontology / f"{name}.ttl", vocab.GRAPH_ONTOLOGY)
    ]
    return record_schema(records.read_context(folders, ontology), ontology)
