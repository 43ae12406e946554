"""The commands that join documents: link, align."""

from __future__ import annotations

import csv
import datetime
import difflib
import io
import os
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path

import click

from policygraph import extract, paths, things
from policygraph.cli import link_dialogue
from policygraph.cli.common import answer_line, json_alone, write_json
from policygraph.cli.failures import misuse
from policygraph.cli.terminal import Terminal
from policygraph.extract import joined
from policygraph.linking import DECISIONS, Decision, Resolver, Scope, explain
from policygraph.messages import message, text_in
from policygraph.text_reuse import Passage

__all__ = ["align_command", "join_documents", "link_command"]

#: The most waiting decisions that are listed.
_LISTED = 20


@click.command("link")
@click.option("--explain", "name", help="Say what this name means, and why, instead of linking.")
@click.option("--in", "area", default="", help="With --explain: the area whose document prints it.")
@click.option("--year", type=int, help="With --explain: the year of that document.")
@click.option(
    "--reuse",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Also write a CSV table of the passages that several texts share: places, never words.",
)
@click.option("--review", is_flag=True, help="Ask about each name that waits, and keep what is answered.")
@click.option("--by", default=lambda: os.environ.get("USER", ""), help="With --review: who decides.")
@click.pass_obj
def link_command(
    obj: tuple[paths.Folders, Terminal],
    /,
    name: str | None,
    area: str,
    year: int | None,
    reuse: Path | None,
    *,
    review: bool,
    by: str,
) -> None:
    """Join the documents of the project: names that mean one thing get one id, plans that are cited are found.

    Takes the decisions of data/reference/decisions.yaml, and writes suggested alignments to data/suggested.ttl, which a
    build puts into a graph of its own. Doubtful decisions are listed and block nothing; with --review they are asked
    about one by one (answers are lines of standard input), and the answers are kept in that file.
    """
    folders, terminal = obj
    resolver = extract.read_gazetteer(folders).resolver
    if name is not None:
        home = area if area.startswith("area:") else resolver.area(area, Scope()).identifier if area else ""
        if area and not resolver.areas.chain(home):
            raise misuse(message("“{area}” is no area", area=area))
        for decision in resolver.explained(name, Scope(home, year)):
            terminal.print("\n".join(explain(decision, terminal.language)) + "\n")
        return
    outcome = join_documents(folders, resolver, terminal)
    if review and outcome.waiting:
        author = link_dialogue.Author(by, datetime.date.today().isoformat())
        rulings = link_dialogue.decide(outcome.waiting, terminal, answer_line, author)
        joined.keep(folders, resolver, rulings)
        terminal.say(message("{number} decisions kept in {file}", number=len(rulings), file=folders.data / DECISIONS))
        join_documents(folders, resolver, terminal)
    if reuse:
        passages, dates = joined.reused(folders)
        reuse.write_text(_table(passages, dates), encoding="utf-8")
        terminal.say(message("{number} passages of shared wording written to {file}", number=len(passages), file=reuse))


def join_documents(folders: paths.Folders, resolver: Resolver, terminal: Terminal) -> joined.Joined:
    """Joins the documents of a project and prints what was joined. Raises ClickException where it cannot."""
    try:
        outcome = joined.join(folders, resolver)
    except (OSError, ValueError) as error:
        raise click.ClickException(str(error)) from None
    terminal.findings(outcome.findings)
    _list(list(outcome.waiting), terminal)
    terminal.say(
        message(
            "{ids} ids replaced in {records} records, {suggested} alignments suggested, {waiting} decisions wait",
            ids=len(outcome.ids),
            records=len(outcome.records),
            suggested=outcome.suggested,
            waiting=len(outcome.waiting),
        )
    )
    return outcome


@click.command("align")
@click.argument("one", metavar="A")
@click.argument("other", metavar="B")
@click.option("--top", type=click.IntRange(min=1), default=30, show_default=True, help="So many, the surest first.")
@json_alone
@click.pass_obj
def align_command(obj: tuple[paths.Folders, Terminal], *, one: str, other: str, top: int, as_json: bool) -> None:
    """Suggest what answers to what in the plans A and B: the same indicator, the same or like wording.

    A and B are the slugs of two records (`shenhe-2022`). What is suggested is a machine's, and nothing is written.
    """
    folders, terminal = obj
    resolver = extract.read_gazetteer(folders).resolver
    records = joined.read_records(folders)
    for slug in (one, other):
        if slug.removeprefix("plan:").removeprefix("document:") not in records:
            raise things.UnknownThingError(slug, difflib.get_close_matches(slug, records, n=2, cutoff=0.4))
    slugs = [slug.removeprefix("plan:").removeprefix("document:") for slug in (one, other)]
    suggested = joined.suggestions(folders, resolver, slugs)
    surest = sorted(suggested, key=lambda each: (-each.confidence, each))[:top]
    if as_json:
        write_json([{**asdict(each), "reason": text_in(each.reason, terminal.language)} for each in surest])
        return
    for each in surest:
        first, second = folders.names.shorten(each.first), folders.names.shorten(each.second)
        reason = text_in(each.reason, terminal.language)
        terminal.print(f"{each.confidence:.2f}  {first}  {each.relation}  {second}  {reason}")


def _list(waiting: list[Decision], terminal: Terminal) -> None:
    if waiting:
        terminal.tell(message("names that wait for a decision: how sure, the name, what it may mean (the rule)"))
    for decision in waiting[:_LISTED]:
        meaning = decision.identifier or "–"
        terminal.print(f"{decision.confidence:.2f}  {decision.name[:40]}  {meaning}  ({decision.rule})")
    if len(waiting) > _LISTED:
        terminal.say(message("… and {more} more", more=len(waiting) - _LISTED))


#: The columns of passages: two places in code points, how long and how like, who printed it first, and when each did.
_COLUMNS = (
    *("one", "start", "end", "other", "other_start", "other_end"),
    *("characters", "likeness", "first", "date", "other_date"),
)


def _table(passages: list[Passage], dates: Mapping[str, str]) -> str:
    """Passages as CSV, with the dates of their documents: empty where unknown."""
    table = io.StringIO()
    writer = csv.writer(table, lineterminator="\n")
    writer.writerow(_COLUMNS)
    for each in passages:
        places = (value for place in (each.one, each.other) for value in (place.slug, place.start, place.end))
        when = (dates.get(place.slug, "") for place in (each.one, each.other))
        writer.writerow([*places, each.characters, f"{each.likeness:g}", each.first, *when])
    return table.getvalue()
