"""The command `phrase`: words in, who prints them first in the texts at hand out, as a table, a file or a picture.

The answer is that of the page `/phrases`, asked for in this process.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import click

from policygraph import draw, evidence, paths
from policygraph.cli.asking import asking, write_picture
from policygraph.cli.common import BUILD, json_alone
from policygraph.cli.failures import misuse, refusal
from policygraph.cli.terminal import Terminal
from policygraph.messages import message

__all__ = ["phrase_command"]

#: Endings of pictures, and of tables.
_PICTURES, _TABLES = (".svg", ".png"), (".csv", ".xlsx", ".json")


@click.command("phrase")
@click.argument("words")
@click.option(
    "-o",
    "--output",
    "target",
    type=click.Path(path_type=Path, dir_okay=False),
    help=f"The file to write: {', '.join((*_TABLES, *_PICTURES))}; else a table is printed.",
)
@click.option("--theme", type=click.Choice(list(draw.THEMES)), default="light", show_default=True)
@click.option("--language", type=click.Choice(["zh", "en"]), help="Of labels; else that of messages.")
@BUILD
@json_alone
@click.pass_obj
def phrase_command(
    obj: tuple[paths.Folders, Terminal],
    /,
    *,
    words: str,
    target: Path | None,
    theme: str,
    language: str | None,
    folder: Path,
    as_json: bool,
) -> None:
    """Say which texts print WORDS, who first and who later, and which passages they share.

    WORDS are one phrase, as it is printed; width, case, line ends, quotation marks and brackets do not matter.

    Files hold sentences of the texts. With the ending of a picture the file is a line of time.
    """
    folders, terminal = obj
    spoken = language or terminal.language
    if target and target.suffix not in (*_TABLES, *_PICTURES):
        endings = ", ".join((*_TABLES, *_PICTURES))
        raise misuse(message("{file}: the ending is not one of {endings}", file=target.name, endings=endings))
    if not evidence.may_be_quoted():
        raise refusal(message("source texts are not quoted (quotations = off), so no phrase is looked for in them"))
    service = asking(folders, folder)

    def ask(path: str, **query: str) -> bytes:
        answer = service.ask(f"{path}?{urlencode({'q': words, 'lang': spoken, **query})}", spoken)
        if answer.status != 200:
            raise refusal(message("“{words}” cannot be looked for: {status}", words=words, status=answer.status))
        return answer.body

    content = ask("/phrases", format="json")
    (_, rows), *others = _tables(json.loads(content))
    for title, some in others:
        for line in _summary(title, some):
            terminal.notice(line)
    if as_json:
        click.echo(content, nl=False)
    elif not rows:
        raise refusal(message("no text at hand prints “{words}”", words=words))
    elif target is None:
        for row in rows:
            terminal.print("  ".join(str(value) for name, value in row.items() if value and not name.endswith("(IRI)")))
    elif target.suffix in _TABLES:
        target.write_bytes(ask("/phrases", format=target.suffix[1:]))
    else:
        write_picture(ask("/phrases.svg", paper=theme, inline="1").decode(), target)
    if target and not as_json:
        terminal.say(message("{file}: {number} documents", file=target, number=len(rows)))


def _summary(title: str, rows: list[dict[str, Any]]) -> list[str]:
    """The lines about a table: how many rows it has, and of one of sentences alone these."""
    sentences = [" ".join(map(str, row.values())) for row in rows if len(row) == 1]
    return sentences or [f"{title}: {len(rows)}"]


def _tables(content: dict[str, Any]) -> list[tuple[str, list[dict[str, Any]]]]:
    """The title and the rows of each table of an answer: the documents, and what else there is."""
    return [(table["title"], table["rows"]) for table in content.get("tables", [content])]
