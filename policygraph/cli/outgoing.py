"""The commands that write the graph for other tools: draw, analyse, export, diff."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import click
import pyoxigraph as ox

from policygraph import analyse, build, diff, draw, export, network, paths, store, things, vocab
from policygraph.cli.common import BUILD, json_alone, json_too, only, the_one, write_json
from policygraph.cli.failures import misuse, refusal
from policygraph.cli.terminal import Terminal
from policygraph.cli.tile_map import MapOptions, draw_map
from policygraph.draw import picture
from policygraph.messages import message, text_in

__all__ = ["analyse_command", "diff_command", "draw_command", "export_command"]

#: How many plans a message names.
_NAMED = 6


#: The options of a tile map, as the address of the page has them.
_MAP = (
    click.option("--indicator", default="", metavar="NAME", help="A tile map: the values of an indicator."),
    click.option("--positionings", is_flag=True, help="A tile map: what areas are meant to become."),
    click.option("--silence", is_flag=True, help="With --indicator: who states it and who does not, and why."),
    click.option("--words", default="", help="With --positionings: only those that have these words."),
    click.option("--year", type=int, help="With --indicator: the year; else the latest of each area."),
    click.option(
        "--what",
        type=click.Choice(["target", "observation"]),
        default=None,
        help="With --indicator: targets or observations; else what there is, targets first.",
    ),
    click.option("--scale", default="", metavar="KIND", help="With --indicator: the kind of value, such as level."),
)


def _map_options(command: Callable[..., None]) -> Callable[..., None]:
    for option in reversed(_MAP):
        command = option(command)
    return command


@click.command("draw")
@click.argument("plan")
@click.option(
    "-o",
    "--output",
    "target",
    required=True,
    type=click.Path(path_type=Path, dir_okay=False),
    help=f"The file to write: {', '.join(draw.ENDINGS)}.",
)
@click.option(
    "--colour",
    type=click.Choice(list(picture.COLOURINGS)),
    show_default="type",
    help="What marks tell: the class of a part, or whether it sets targets.",
)
@click.option("--depth", type=click.IntRange(min=0), help="How deep parts are followed; to the end if not given.")
@_map_options
@click.option("--theme", type=click.Choice(list(draw.THEMES)), default="light", show_default=True)
@click.option("--language", type=click.Choice(["zh", "en"]), help="Of the picture; else that of messages.")
@BUILD
@click.pass_obj
def draw_command(
    obj: tuple[paths.Folders, Terminal],
    /,
    *,
    plan: str,
    target: Path,
    colour: str | None,
    depth: int | None,
    theme: str,
    language: str | None,
    folder: Path,
    **map_options: Any,
) -> None:
    """Draw the hierarchy of a PLAN of the last build, or of a part of one, as a picture.

    PLAN is an id, a label or a part of one, as for `show`; of several things with that name, the one that has parts.

    With --indicator or --positionings it is an area, and the picture a tile map of its subdivisions, as the page /map.
    """
    terminal = obj[1]
    wanted = MapOptions(**map_options)
    if wanted.is_map:
        wanted.check(target, has_hierarchy_options=colour is not None or depth is not None)
    opened = build.open_build(folder)
    spoken = language or terminal.language
    if wanted.is_map:
        draw_map(obj, opened, plan, target, wanted, theme=theme, language=spoken, folder=folder)
    else:
        shown = _hierarchy(obj, opened, plan, spoken, colour=colour or "type", depth=depth)
        draw.write(shown, target, theme)
        terminal.print(f"{target}: {shown.title}: {shown.description}")


def _hierarchy(
    obj: tuple[paths.Folders, Terminal],
    opened: ox.Store,
    plan: str,
    language: str,
    *,
    colour: str,
    depth: int | None,
) -> picture.Picture:
    """The picture of what is below a thing. Raises click's error for a thing without parts."""
    folders, terminal = obj
    matches = things.find(opened, plan, names=folders.names)
    whole = [node for node in matches if things.has_parts(opened, node)]
    node = only(opened, plan, whole if len(whole) == 1 else matches, terminal, folders.names)
    if not things.has_parts(opened, node):
        raise refusal(_not_drawable(opened, node, plan, folders))
    graph = network.hierarchy(opened, node.value)
    kinds = picture.class_labels(opened, graph, language)
    return picture.picture(graph, node.value, kinds, language=language, colouring=colour, depth=depth)


def _not_drawable(opened: ox.Store, node: ox.NamedNode, name: str, folders: paths.Folders) -> Mapping[str, str]:
    """What to name in place of a thing without parts: the plans that are for it, where it is an area that has some."""
    plans = {
        quad.subject.value
        for quad in opened.quads_for_pattern(None, vocab.pg("coversArea"), node)
        if isinstance(quad.subject, ox.NamedNode)
        and things.has_parts(opened, quad.subject)
        and any(opened.quads_for_pattern(quad.subject, vocab.rdf_type, vocab.pg("Plan")))
    }
    if not plans:
        return message("“{plan}” has no parts to draw: name a plan, or a part of one that has parts", plan=name)
    names = sorted(map(folders.names.shorten, plans))
    listed, more = ", ".join(names[:_NAMED]), len(names) - _NAMED
    if more > 0:
        return message(
            "“{plan}” has no parts to draw: name one of the plans for it: {plans} and {more} more",
            plan=name,
            plans=listed,
            more=more,
        )
    return message("“{plan}” has no parts to draw: name one of the plans for it: {plans}", plan=name, plans=listed)


@click.command("analyse")
@click.option("--plan", help="Of one plan only, by id or label.")
@click.option("--format", "form", type=click.Choice(["table", "json", "turtle"]), default="table", show_default=True)
@click.option("--top", type=click.IntRange(min=1), default=10, show_default=True, help="Lines of each table.")
@BUILD
@json_too
@click.pass_obj
def analyse_command(
    obj: tuple[paths.Folders, Terminal], *, plan: str | None, form: str, top: int, folder: Path
) -> None:
    """Analyse the plans of the last build as graphs: shape, coverage, what is central, overlap, cycles.

    JSON and Turtle hold every line, tables the first of each.
    """
    folders, terminal = obj
    opened = build.open_build(folder)
    chosen = the_one(opened, "Plan", plan, folders.names, terminal.language) if plan else ""
    try:
        sections = analyse.analyse(opened, folders, chosen)
    except KeyError:
        raise refusal(message("{plan} has no parts to analyse", plan=folders.names.shorten(chosen))) from None
    if form == "table":
        terminal.sections(sections, top)
    else:
        click.echo(analyse.as_json(sections) if form == "json" else analyse.as_turtle(sections), nl=False)


@click.command("export")
@click.argument("name", required=False)
@click.option("-o", "--output", type=click.Path(path_type=Path, dir_okay=False), help="File; else standard output.")
@click.option("--plan", help=export.OPTIONS["plan"]["en"])
@click.option("--document", help=export.OPTIONS["document"]["en"])
@click.option("--inferred/--asserted", default=True, help=export.OPTIONS["inferred"]["en"])
@click.option("--evidence/--no-evidence", default=True, help=export.OPTIONS["evidence"]["en"])
@click.option("--quotations/--no-quotations", default=True, help=export.OPTIONS["quotations"]["en"])
@click.option("--language", type=click.Choice(["zh", "en"]), help=export.OPTIONS["language"]["en"])
@click.option("--only", type=click.Choice(["zh", "en"]), help=export.OPTIONS["only"]["en"])
@click.option("--bom", is_flag=True, help=export.OPTIONS["bom"]["en"])
@BUILD
@json_alone
@click.pass_obj
def export_command(
    obj: tuple[paths.Folders, Terminal],
    /,
    name: str | None,
    output: Path | None,
    folder: Path,
    *,
    as_json: bool,
    **how: Any,
) -> None:
    """Write the last build, or a part of it, for other tools; without a NAME, list the exports.

    NAME is that of a file (graph.ttl). A plan and a document are named by id or label, or a part of one.
    """
    folders, terminal = obj
    if name is None and as_json:
        write_json([{"name": names, "about": text_in(about, terminal.language)} for names, about in export.listed()])
        return
    if name is None:
        terminal.exports(export.listed())
        return
    opened = build.open_build(folder)
    for key, kind in (("plan", "Plan"), ("document", "PolicyDocument")):
        how[key] = the_one(opened, kind, how[key], folders.names, terminal.language) if how[key] else ""
    how |= {"language": how["language"] or terminal.language, "only": how["only"] or ""}
    written = export.run(name, opened, folders, export.Wanted(**how))
    if output:
        output.write_bytes(written)
    else:
        click.echo(written, nl=False)


@click.command("diff")
@click.argument("first")
@click.argument("second")
@click.option(
    "--format", "form", type=click.Choice(["text", "html", "json", "patch"]), default="text", show_default=True
)
@click.option("--inferred", is_flag=True, help="Compare what was inferred too.")
@click.option("-o", "--output", type=click.Path(path_type=Path, dir_okay=False), help="File; else standard output.")
@click.option("--to", type=click.Path(path_type=Path, dir_okay=False), hidden=True)
@BUILD
@json_too
@click.pass_obj
def diff_command(
    obj: tuple[paths.Folders, Terminal],
    *,
    first: str,
    second: str,
    form: str,
    inferred: bool,
    to: Path | None,
    output: Path | None,
    folder: Path,
) -> None:
    """Show in what the graphs FIRST and SECOND differ: builds, RDF files, or two plans of the last build.

    Exit status 0 where they are equal, 1 where they differ.
    """
    folders, terminal = obj
    try:
        difference, quads = _compared(first, second, folder, obj, inferred=inferred)
    except (diff.DiffError, build.BuildError) as error:
        raise click.UsageError(error.message(terminal.language)) from None
    labels = store.labels(
        [*store.turtle(folders.ontology / "policy.ttl", vocab.GRAPH_ONTOLOGY), *quads], terminal.language
    )
    written = {
        "text": lambda: diff.text(difference, labels, terminal.language),
        "html": lambda: diff.page(difference, labels, folders.templates, (first, second), terminal.language),
        "json": lambda: diff.as_json(difference, labels),
        "patch": lambda: diff.patch(difference),
    }[form]()
    if target := output or to:
        target.write_text(written, encoding="utf-8")
    else:
        click.echo(written, nl=False)
    sys.exit(1 if difference.things else 0)


def _compared(
    first: str, second: str, folder: Path, obj: tuple[paths.Folders, Terminal], *, inferred: bool
) -> tuple[diff.Difference, list[ox.Quad]]:
    """The difference of two names from the command line, and the statements that their labels are taken from.

    Both are files or builds, or both are things. Raises UnknownThingError for the one that is neither.
    """
    folders, terminal = obj
    are_files = [Path(name).exists() for name in (first, second)]
    if all(are_files):
        sides = [diff.read(Path(name), with_inferred=inferred) for name in (first, second)]
        return diff.between(*sides), [*sides[0], *sides[1]]
    if any(are_files):
        other, file = (second, first) if are_files[0] else (first, second)
        raise misuse(
            message("“{file}” is a file or a build, and there is none called “{other}”", file=file, other=other)
        )
    opened = build.open_build(folder)
    nodes = []
    for name in (first, second):
        matches = things.find(opened, name, names=folders.names)
        if not matches:
            raise things.unknown(opened, name, names=folders.names, language=terminal.language)
        if len(matches) > 1:
            several = ", ".join(folders.names.shorten(node.value) for node in matches)
            raise misuse(message("“{name}” may be {several}: say which", name=name, several=several))
        nodes.append(matches[0])
    quads = list(opened)
    return diff.between(*diff.paired(quads, *nodes)), quads
