"""The commands of the web service: run it, and make a token for a curator."""

from __future__ import annotations

import os
import time
from pathlib import Path
from typing import Any, ClassVar

import click

from policygraph import paths
from policygraph.cli.asking import asking, at_home, missing_texts
from policygraph.cli.failures import misuse
from policygraph.cli.terminal import Terminal
from policygraph.messages import message, text_in

__all__ = ["mcp_command", "serve_command", "site_command", "token_command"]


@click.command("serve")
@click.option("--config", type=click.Path(path_type=Path, dir_okay=False), help="A TOML file with a table [server].")
@click.option("--host", help="Address to listen on; 127.0.0.1 where nothing is said.")
@click.option("--port", type=int, help="Port to listen on; 8000 where nothing is said.")
@click.option("--build", type=click.Path(path_type=Path), help="The build to serve.")
@click.option("--store", help="auto, memory, disk, or the address of a SPARQL endpoint that holds the build.")
@click.option("--options", "is_listing", is_flag=True, help="Print a file of all options with their defaults, and end.")
@click.pass_obj
def serve_command(
    obj: tuple[paths.Folders, Terminal],
    /,
    config: Path | None,
    is_listing: bool,
    build: Path | None,
    **options: Any,
) -> None:
    """Serve the last build as a SPARQL endpoint, until told to stop.

    A new build is taken up without a restart. All options: --options, or server/README.md.
    """
    service = paths.server()
    if is_listing:
        click.echo(service.settings.example(obj[1].language), nl=False)
        return
    given = {**options, "build": build}
    chosen = {name: value for name, value in given.items() if value is not None}
    settings = service.Settings.read(config, **chosen)
    service.serve(at_home(settings, obj[0]))


@click.command("mcp")
@click.option(
    "--transport",
    type=click.Choice(["stdio", "http"]),
    default="stdio",
    show_default=True,
    help="stdio: the assistant starts this command; http: at /mcp on the loopback.",
)
@click.option("--port", type=click.IntRange(1, 65535), default=8001, show_default=True, help="With http: the port.")
@click.option("--build", type=click.Path(path_type=Path), help="The build to answer from.")
@click.pass_obj
def mcp_command(obj: tuple[paths.Folders, Terminal], /, transport: str, port: int, build: Path | None) -> None:
    """Serve the last build to assistants over the Model Context Protocol, read-only.

    Needs the extra mcp: pip install policygraph[mcp]. Every answer carries its sources, snapshot, confidence and review
    status.
    """
    service = paths.server()
    chosen = {"build": build} if build else {}
    settings = at_home(service.Settings.read(None, watch=0, **chosen), obj[0])
    service.serve_assistants(settings, transport, port, obj[1].language)


@click.command("site")
@click.option("-o", "--output", type=click.Path(path_type=Path, file_okay=False), required=True, help="The folder.")
@click.option("--build", type=click.Path(path_type=Path), help="The build to write of.")
@click.option("--base-url", default="", help="Where the site will stand, for citations.")
@click.option("--everything", is_flag=True, help="A page of every thing, not only of what others refer to.")
@click.option("--workers", type=click.IntRange(min=1), help="Processes that write pages; as many as there are cores.")
@click.pass_obj
def site_command(
    obj: tuple[paths.Folders, Terminal],
    /,
    *,
    output: Path,
    build: Path | None,
    base_url: str,
    everything: bool,
    workers: int | None,
) -> None:
    """Write the pages of the last build as files that need no service: for a disk, or any host.

    Texts are shown as the setting `quotations` lets them be: POLICYGRAPH_SERVER_QUOTATIONS=off leaves them out.
    """
    from policygraph import site  # noqa: PLC0415

    pages = asking(obj[0], build, base_url=base_url)
    many = (workers or os.cpu_count() or 1) if pages.is_here else 1
    try:
        report = site.write(pages.ask, output, everything=everything, workers=many, tell=_Pace(obj[1]))
    except FileExistsError:
        raise misuse(
            message("{output} holds something else than a site; choose another folder", output=output)
        ) from None
    if missing := len(missing_texts(pages.ask, obj[0])):
        note = message(
            "{missing} source texts not at hand: nothing of them is shown (see data/README.md)", missing=missing
        )
        obj[1].notice(text_in(note, obj[1].language))
    if report.why_no_query:
        reason = message("no query page: {reason}", reason=report.why_no_query)
        obj[1].notice(text_in(reason, obj[1].language))
    obj[1].tell(
        message(
            "{output}: {pages:,} pages, {files:,} other files, {size:,.1f} MB",
            output=output,
            pages=report.pages,
            files=report.files,
            size=report.size / 1e6,
        )
    )


class _Pace:
    """Says on standard error how far the writing of a site is: at the end of a stage, and every few seconds."""

    _SECONDS = 5.0
    _STAGES: ClassVar = {
        "read": message("pages read: {done} of {total} known"),
        "write": message("files written: {done} of {total}"),
    }

    def __init__(self, terminal: Terminal) -> None:
        self._terminal = terminal
        self._last = time.monotonic()

    def __call__(self, stage: str, done: int, total: int) -> None:
        if done == total or time.monotonic() - self._last >= self._SECONDS:
            self._last = time.monotonic()
            words = self._STAGES[stage].format(done=done, total=total)
            self._terminal.notice(text_in(words, self._terminal.language))


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
