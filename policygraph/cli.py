"""The command line: one command for each act, each a few lines over the library."""

from __future__ import annotations

import csv
import io
import json
import os
import sys
import tempfile
from dataclasses import asdict
from pathlib import Path
from typing import Any

import click
import pyoxigraph as ox

from policygraph import (
    __version__,
    analyse,
    batch,
    build,
    coverage,
    diff,
    draw,
    evaluate,
    evidence,
    export,
    extract,
    importing,
    intake,
    interview,
    network,
    paths,
    picture,
    queries,
    records,
    review,
    sheets,
    store,
    stratml,
    summary,
    things,
    vocab,
)
from policygraph.findings import Finding, Severity
from policygraph.infer import UnknownAxiomError
from policygraph.terminal import Terminal

__all__ = ["main"]

_OUTPUT = click.option(
    "-o", "--output", default="build", show_default=True, type=click.Path(path_type=Path), help="The build's folder."
)
_REASONER = click.option(
    "--reasoner",
    type=click.Choice(build.REASONERS),
    default="compiled",
    show_default=True,
    help="How the closure is computed: by the compiled rules, or by owlrl (slow, the oracle).",
)


def _default_language() -> str:
    spoken = os.environ.get("LC_ALL") or os.environ.get("LC_MESSAGES") or os.environ.get("LANG") or ""
    return "zh" if spoken.startswith("zh") else "en"


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
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


@main.command("build")
@_OUTPUT
@_REASONER
@click.option("--discard-edits", is_flag=True, help="Give up what was changed through the service and not in records.")
@click.pass_obj
def _build(obj: tuple[paths.Folders, Terminal], *, output: Path, reasoner: str, discard_edits: bool) -> None:
    """Build and validate the graph, write it to the output folder and print a summary.

    Exit status 1, and no new build, where a violation stands.
    """
    folders, terminal = obj
    with terminal.progress() as progress:
        graph = _run(folders, reasoner, progress)
        if graph.is_valid:
            try:
                build.write(graph, output, progress, discard_edits=discard_edits)
            except (build.BuildError, OSError) as error:
                raise click.ClickException(str(error)) from None
    terminal.findings(_grave(graph))
    if not graph.is_valid:
        sys.exit(1)
    told = summary.summarise(graph, store.in_memory(graph.quads))
    terminal.summary(graph, told, store.labels(graph.ontology, terminal.language), output)


def _run(folders: paths.Folders, reasoner: str, progress: build.Step) -> build.Graph:
    try:
        return build.run(folders, reasoner, progress)
    except (UnknownAxiomError, queries.QueryError, OSError, SyntaxError) as error:
        raise click.ClickException(str(error)) from None


def _grave(graph: build.Graph) -> list[Finding]:
    return [finding for finding in graph.findings if finding.severity is not Severity.INFO]


@main.command()
@click.option("--notes/--no-notes", default=False, help="Tell notes (severity Info) too.")
@_REASONER
@click.pass_obj
def check(obj: tuple[paths.Folders, Terminal], notes: bool, reasoner: str) -> None:
    """Check records, evidence, shapes and hygiene, and write nothing.

    Findings come one a line: file:line, severity, thing, what is wrong, what to do. Exit status 1 for a violation.
    """
    folders, terminal = obj
    with terminal.progress() as progress:
        graph = _run(folders, reasoner, progress)
    terminal.findings(graph.findings if notes else _grave(graph))
    terminal.checked(graph)
    sys.exit(0 if graph.is_valid else 1)


@main.command()
@click.argument("name", required=False)
@click.argument("values", nargs=-1, metavar="[PARAMETER=VALUE]...")
@click.option("--format", "form", type=click.Choice(["table", "csv", "tsv", "json"]), default="table")
@_OUTPUT
@click.pass_obj
def ask(
    obj: tuple[paths.Folders, Terminal], name: str | None, values: tuple[str, ...], form: str, output: Path
) -> None:
    """Answer a competency query from the last build; without a name, list them.

    NAME may be shortened as long as it is clear (cq-01).
    """
    folders, terminal = obj
    catalogue = queries.read_all(folders.queries / "competency")
    if name is None:
        terminal.queries(catalogue)
        return
    query = _chosen(name, catalogue)
    given = dict(value.partition("=")[::2] for value in values)
    try:
        opened = build.open_build(output)
        rows = queries.run(query, opened, given)
    except (build.BuildError, queries.QueryError) as error:
        raise click.ClickException(str(error)) from None
    if form == "table":
        terminal.rows(query, rows, _labels(opened, rows, terminal.language))
    else:
        click.echo(_written(rows, form), nl=False)


def _chosen(name: str, catalogue: list[queries.Query]) -> queries.Query:
    fitting = [query for query in catalogue if query.name == name] or [
        query for query in catalogue if name.casefold() in query.name
    ]
    if len(fitting) == 1:
        return fitting[0]
    names = ", ".join(query.name for query in fitting) or "none; `policygraph ask` lists them"
    raise click.ClickException(f"“{name}” fits: {names}")


def _labels(opened: ox.Store, rows: queries.Rows, language: str) -> dict[str, str]:
    nodes = {term for row in rows.rows for term in row if isinstance(term, ox.NamedNode)}
    return {node.value: things.label(opened, node, language) for node in nodes}


def _written(rows: queries.Rows, form: str) -> str:
    table = [[term.value if term else "" for term in row] for row in rows.rows]
    if form == "json":
        records_ = [dict(zip(rows.variables, row, strict=True)) for row in table]
        return json.dumps(records_, ensure_ascii=False, indent=2) + "\n"
    buffer = io.StringIO()
    writer = csv.writer(buffer, delimiter="," if form == "csv" else "\t", lineterminator="\n")
    writer.writerows([rows.variables, *table])
    return buffer.getvalue()


@main.command()
@click.argument("source")
@click.argument("quotation")
@click.pass_obj
def cite(obj: tuple[paths.Folders, Terminal], source: str, quotation: str) -> None:
    """Print the evidence fragment of a QUOTATION in a SOURCE, a registered slug or a text file.

    One line for each place, ready for a record: "#char=12,34". Exit status 1 where the words do not stand there.
    """
    folders, terminal = obj
    text = _text(folders, source)
    places = evidence.cite(text, quotation)
    for place in places:
        terminal.print(f'"{place}"')
    if not places:
        raise click.ClickException(f"“{quotation}” does not stand in {source}")


def _text(folders: paths.Folders, source: str) -> str:
    path = Path(source)
    if path.is_file():
        try:
            return path.read_text(encoding="utf-8")
        except UnicodeDecodeError as error:
            raise click.ClickException(f"{source}: byte {error.start} is not UTF-8") from None
    ontology = store.turtle(folders.ontology / "policy.ttl", vocab.GRAPH_ONTOLOGY)
    registry = records.load_file(folders.data / "sources.yaml", folders, records.read_context(folders, ontology))[0]
    texts = evidence.read_texts(folders, registry.quads if registry else [])
    if source in texts.by_slug:
        return texts.by_slug[source]
    problems = "; ".join(finding.text() for finding in texts.findings)
    raise click.ClickException(
        problems or f"no text of “{source}” in {folders.sources}: put your copy there (see data/README.md)"
    )


@main.command()
@click.argument("thing")
@click.option("--depth", default=12, show_default=True, help="How deep parts are followed.")
@_OUTPUT
@click.pass_obj
def show(obj: tuple[paths.Folders, Terminal], thing: str, depth: int, output: Path) -> None:
    """Show a THING of the last build as a tree.

    THING is a plan, a district, an indicator…: its id (area:hunnan), its label, or a part of it (浑南).
    """
    _, terminal = obj
    opened = _opened(output)
    node = _only(opened, thing, things.find(opened, thing), terminal)
    terminal.tree(things.tree(opened, node, terminal.language, depth))


def _opened(folder: Path) -> ox.Store:
    try:
        return build.open_build(folder)
    except build.BuildError as error:
        raise click.ClickException(str(error)) from None


def _only(opened: ox.Store, name: str, found: list[ox.NamedNode], terminal: Terminal) -> ox.NamedNode:
    """The one thing that a name means; where it may mean several, they are told and the command ends."""
    if not found:
        raise click.ClickException(f"nothing is called “{name}”")
    if len(found) > 1:
        for node in found:
            terminal.print(f"{vocab.shorten(node.value)}  {things.label(opened, node, terminal.language)}")
        sys.exit(0)
    return found[0]


@main.command("draw")
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
    default="type",
    show_default=True,
    help="What marks tell: the class of a part, or whether it sets targets.",
)
@click.option("--depth", type=click.IntRange(min=0), help="How deep parts are followed; to the end if not given.")
@click.option("--theme", type=click.Choice(list(draw.THEMES)), default="light", show_default=True)
@click.option("--language", type=click.Choice(["zh", "en"]), help="Of the picture; else that of messages.")
@click.option(
    "--build", "folder", default="build", show_default=True, type=click.Path(path_type=Path), help="The build's folder."
)
@click.pass_obj
def _draw(
    obj: tuple[paths.Folders, Terminal],
    *,
    plan: str,
    target: Path,
    colour: str,
    depth: int | None,
    theme: str,
    language: str | None,
    folder: Path,
) -> None:
    """Draw the hierarchy of a PLAN of the last build, or of a part of one, as a picture.

    PLAN is an id, a label or a part of one, as for `show`; of several things with that name, the one that has parts.
    """
    _, terminal = obj
    opened = _opened(folder)
    found = things.find(opened, plan)
    whole = [node for node in found if things.has_parts(opened, node)]
    node = _only(opened, plan, whole if len(whole) == 1 else found, terminal)
    graph, spoken = network.hierarchy(opened, node.value), language or terminal.language
    kinds = picture.class_labels(opened, graph, spoken)
    shown = picture.picture(graph, node.value, kinds, language=spoken, colouring=colour, depth=depth)
    try:
        draw.write(shown, target, theme)
    except (draw.DrawError, OSError) as error:
        raise click.ClickException(str(error)) from None
    terminal.print(f"{target}: {shown.title}: {shown.description}")


@main.command("analyse")
@click.option("--plan", help="Of one plan only, by id or label.")
@click.option("--format", "form", type=click.Choice(["table", "json", "turtle"]), default="table", show_default=True)
@click.option("--top", type=click.IntRange(min=1), default=10, show_default=True, help="Lines of each table.")
@click.option("--build", "folder", default="build", type=click.Path(path_type=Path), help="The build's folder.")
@click.pass_obj
def _analyse(obj: tuple[paths.Folders, Terminal], plan: str | None, form: str, top: int, folder: Path) -> None:
    """Analyse the plans of the last build as graphs: shape, coverage, what is central, overlap, cycles.

    JSON and Turtle hold every line, tables the first of each.
    """
    folders, terminal = obj
    opened = _opened(folder)
    chosen = _one(opened, "Plan", plan) if plan else ""
    try:
        sections = analyse.analyse(opened, folders, chosen)
    except KeyError:
        raise click.ClickException(f"{vocab.shorten(chosen)} has no parts to analyse") from None
    if form == "table":
        terminal.sections(sections, top)
    else:
        click.echo(analyse.as_json(sections) if form == "json" else analyse.as_turtle(sections), nl=False)


@main.command("export")
@click.argument("name", required=False)
@click.option("-o", "--output", type=click.Path(path_type=Path, dir_okay=False), help="File; else standard output.")
@click.option("--plan", help=export.OPTIONS["plan"]["en"])
@click.option("--document", help=export.OPTIONS["document"]["en"])
@click.option("--inferred/--asserted", default=True, help=export.OPTIONS["inferred"]["en"])
@click.option("--evidence/--no-evidence", default=True, help=export.OPTIONS["evidence"]["en"])
@click.option("--language", type=click.Choice(["zh", "en"]), help=export.OPTIONS["language"]["en"])
@click.option("--bom", is_flag=True, help=export.OPTIONS["bom"]["en"])
@click.option("--build", "folder", default="build", type=click.Path(path_type=Path), help="The build's folder.")
@click.pass_obj
def _export(
    obj: tuple[paths.Folders, Terminal], /, name: str | None, output: Path | None, folder: Path, **how: Any
) -> None:
    """Write the last build, or a part of it, for other tools; without a NAME, list the exports.

    NAME is that of a file (graph.ttl). A plan and a document are named by id or label, or a part of one.
    """
    folders, terminal = obj
    if name is None:
        terminal.exports(export.listed())
        return
    try:
        opened = build.open_build(folder)
        for key, kind in (("plan", "Plan"), ("document", "PolicyDocument")):
            how[key] = _one(opened, kind, how[key]) if how[key] else ""
        how["language"] = how["language"] or terminal.language
        written = export.run(name, opened, folders, export.Wanted(**how))
    except (build.BuildError, export.ExportError, queries.QueryError) as error:
        raise click.ClickException(str(error)) from None
    if output:
        output.write_bytes(written)
    else:
        click.echo(written, nl=False)


def _one(opened: ox.Store, kind: str, name: str) -> str:
    """The IRI of the one thing of a class that a person means. Raises click.ClickException for none and for several."""
    found = things.find(opened, name, kind)
    if len(found) == 1:
        return found[0].value
    several = ", ".join(vocab.shorten(node.value) for node in found)
    raise click.ClickException(f"“{name}” may be {several}: say which" if found else f"no {kind} is called “{name}”")


@main.command("coverage")
@click.argument("source")
@click.option("--html", type=click.Path(path_type=Path, dir_okay=False), help="Also write an HTML page.")
@click.pass_obj
def _coverage(obj: tuple[paths.Folders, Terminal], source: str, html: Path | None) -> None:
    """Show what of a SOURCE (a registered slug) is evidence, and which figures are evidence for nothing."""
    folders, terminal = obj
    text = _text(folders, source)
    covered = coverage.cover(text, source, build.load(folders).asserted)
    terminal.coverage(covered)
    if html:
        html.write_text(coverage.page(covered, source), encoding="utf-8")


@main.command("import")
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path, dir_okay=False))
@click.option("--write", is_flag=True, help="Write the records; without it, only tell what would change.")
@click.option("--draft", is_flag=True, help="Write them even where violations stand, to go on from there.")
@click.pass_obj
def _import(obj: tuple[paths.Folders, Terminal], files: tuple[Path, ...], write: bool, draft: bool) -> None:
    """Take what was edited elsewhere back into the records.

    RDF files in our vocabulary, tables as `export` writes them (.csv, .tsv, .xlsx, .zip), or a plan as StratML (.xml).
    Tells what would change, what no record can say, and what checks find. Exit status 1, and nothing written, where a
    violation stands.
    """
    folders, terminal = obj
    old = build.load(folders)
    build.infer(old)
    try:
        quads, findings, unread = _brought(files, folders, old)
    except (store.UnreadableError, sheets.SheetError, stratml.StratmlError, OSError) as error:
        raise click.ClickException(str(error)) from None
    for words in unread:
        terminal.error(words)
    context, loaded = records.read_context(folders, old.ontology), records.Loaded(old.records)
    home = importing.Home(folders, loaded, context, old.ontology, [*old.asserted, *old.inferred])
    proposal = importing.propose(quads, home)
    for left in proposal.left:
        terminal.left(left)
    with tempfile.TemporaryDirectory() as root, terminal.progress() as progress:
        graph = _run(importing.stage(proposal, folders, Path(root)), "compiled", progress)
    labels = store.labels([*old.quads, *proposal.after, *graph.quads], terminal.language)
    click.echo(diff.text(diff.between(proposal.before, proposal.after), labels, terminal.language), nl=False)
    terminal.findings([*findings, *_grave(graph)])
    if (findings or not graph.is_valid) and not draft:
        sys.exit(1)
    if write or draft:
        importing.apply(proposal, folders.root)
    terminal.proposed(list(proposal.texts), is_written=write or draft)


def _brought(
    files: tuple[Path, ...], folders: paths.Folders, old: build.Graph
) -> tuple[list[ox.Quad], list[Finding], list[str]]:
    """The statements of files, what is wrong with cells of tables, and what of StratML was not read."""
    quads: list[ox.Quad] = []
    left: list[str] = []
    tables: list[sheets.Sheet] = []
    for file in files:
        if file.suffix in sheets.ENDINGS:
            known = {query.name: query for query in queries.read_all(folders.queries / "tables")}
            tables += sheets.read(file, known)
        elif file.suffix == ".xml":
            read, unread = stratml.read(file.read_bytes(), file.stem)
            quads += read
            left += unread
        else:
            quads += store.read_file(file)
    context = records.read_context(folders, old.ontology)
    applied = sheets.applied(tables, old.stated, old.inferred, context) if tables else sheets.Statements()
    return [*quads, *applied.quads], applied.findings, left


@main.command("diff")
@click.argument("first")
@click.argument("second")
@click.option(
    "--format", "form", type=click.Choice(["text", "html", "json", "patch"]), default="text", show_default=True
)
@click.option("--inferred", is_flag=True, help="Compare what was inferred too.")
@click.option("--to", type=click.Path(path_type=Path, dir_okay=False), help="Write to a file.")
@_OUTPUT
@click.pass_obj
def _diff(
    obj: tuple[paths.Folders, Terminal],
    *,
    first: str,
    second: str,
    form: str,
    inferred: bool,
    to: Path | None,
    output: Path,
) -> None:
    """Show in what the graphs FIRST and SECOND differ: builds, RDF files, or two plans of the last build.

    Exit status 0 where they are equal, 1 where they differ.
    """
    folders, terminal = obj
    try:
        difference, quads = _compared(first, second, output, inferred=inferred)
    except (diff.DiffError, build.BuildError) as error:
        raise click.UsageError(str(error)) from None
    labels = store.labels(
        [*store.turtle(folders.ontology / "policy.ttl", vocab.GRAPH_ONTOLOGY), *quads], terminal.language
    )
    written = {
        "text": lambda: diff.text(difference, labels, terminal.language),
        "html": lambda: diff.page(difference, labels, folders.templates, (first, second), terminal.language),
        "json": lambda: diff.as_json(difference, labels),
        "patch": lambda: diff.patch(difference),
    }[form]()
    if to:
        to.write_text(written, encoding="utf-8")
    else:
        click.echo(written, nl=False)
    sys.exit(1 if difference.things else 0)


def _compared(first: str, second: str, output: Path, *, inferred: bool) -> tuple[diff.Difference, list[ox.Quad]]:
    """The difference of two names from the command line, and the statements that their labels are taken from."""
    if Path(first).exists() and Path(second).exists():
        sides = [diff.read(Path(name), with_inferred=inferred) for name in (first, second)]
        return diff.between(*sides), [*sides[0], *sides[1]]
    opened = build.open_build(output)
    found = [things.find(opened, name) for name in (first, second)]
    for name, nodes in zip((first, second), found, strict=True):
        if len(nodes) != 1:
            raise diff.DiffError(f"“{name}” is not a file, not a build, and fits {len(nodes)} things of {output}")
    quads = list(opened)
    return diff.between(*diff.paired(quads, found[0][0], found[1][0])), quads


@main.command("extract")
@click.argument("text", type=click.Path(path_type=Path, exists=True))
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path),
    help="The draft record; its stem is its slug. Of a folder: a folder.",
)
@click.option("--clauses", is_flag=True, help="Down to the measures and goals that single clauses state.")
@click.option("--workers", type=click.IntRange(min=1), help="Of a folder: so many processes; else one for each core.")
@click.option("--scheduler", metavar="ADDRESS", help="Of a folder: over the Dask cluster at tcp://HOST:PORT.")
@click.option("--again", is_flag=True, help="Of a folder: those too that are done and unchanged.")
@click.pass_obj
def _extract(
    obj: tuple[paths.Folders, Terminal], /, *, text: Path, output: Path | None, clauses: bool, again: bool, **how: Any
) -> None:
    """Read the TEXT of a policy document by machine and write a draft of its record.

    The text is .txt or .md, one paragraph a line, headings of known depth with #; or .html, .docx, .pdf. Without an
    output the draft is printed. Of a folder all such files are read, those that are done and unchanged left out; a file
    that cannot be read does not stop the others. Exit status 1 where there was one.
    """
    if text.is_dir():
        _extract_all(obj, text, output, clauses=clauses, again=again, **how)
        return
    if output and output.is_dir():
        raise click.UsageError(f"{output} is a folder: of one text a file is written")
    folders, terminal = obj
    try:
        taken = intake.read(text)
    except intake.IntakeError as error:
        raise click.ClickException(error.said(terminal.language)) from None
    terminal.notes(taken.notes)
    words = taken.text
    record = output or Path(f"{extract.slug_of(text.stem)}.yaml")
    try:
        gazetteer = extract.read_gazetteer(folders, (record.name, f"draft-{record.name}"))
        draft = extract.extract(words, record.stem, gazetteer, clauses=clauses)
        written = extract.write(draft, words, output, folders) if output else None
        if written and review.log_of(written.record).is_file():
            terminal.replayed(*review.replay(written.record, folders, _keys(folders)))
    except extract.ExtractError as error:
        raise click.ClickException(str(error)) from None
    except review.ReviewError as error:
        raise click.ClickException(error.said(terminal.language)) from None
    if written is None:
        click.echo(extract.as_yaml(draft), nl=False)
    else:
        terminal.drafted(draft, written)


def _extract_all(
    obj: tuple[paths.Folders, Terminal],
    folder: Path,
    output: Path | None,
    *,
    clauses: bool,
    again: bool,
    workers: int | None,
    scheduler: str | None,
) -> None:
    """The drafts of all files below a folder; ends the command where one failed."""
    folders, terminal = obj
    if output is None or output.is_file():
        raise click.UsageError("of a folder the drafts are written into a folder: say which with -o")
    found = batch.jobs(folder)
    left = found if again else batch.waiting(found, output)
    own = [name for job in found for name in (f"{job.slug}.yaml", f"draft-{job.slug}.yaml")]
    gazetteer = extract.read_gazetteer(folders, own)
    failures: list[str] = []
    try:
        with terminal.progress() as progress:
            outcomes = batch.run(
                left,
                output,
                folders,
                gazetteer,
                workers=workers,
                scheduler=scheduler,
                clauses=clauses,
                fields=_keys(folders),
            )
            for number, (job, outcome) in enumerate(outcomes, start=1):
                progress(f"{number}/{len(left)} {job.name}")
                if isinstance(outcome, batch.Failure):
                    failures.append(outcome.said(terminal.language))
                else:
                    terminal.notes(outcome.notes, job.name)
    except batch.BatchError as error:
        raise click.ClickException(error.said(terminal.language)) from None
    terminal.extracted(len(left) - len(failures), len(found) - len(left), failures)
    sys.exit(1 if failures else 0)


@main.command("review")
@click.argument("draft", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option("--all", "everything", is_flag=True, help="Ask about every statement, not only what is flagged.")
@click.option("--check/--no-check", "checked", default=True, show_default=True, help="Check the draft in the end.")
@click.pass_obj
def _review(obj: tuple[paths.Folders, Terminal], draft: Path, everything: bool, checked: bool) -> None:
    """Walk over what waits for review in a DRAFT: accept, correct, reject; and translate its labels.

    Answers are lines of standard input. Decisions are written into the draft, and kept beside it in
    NAME.decisions.jsonl, from where they are taken again when the text is extracted anew. Exit status 1 where the check
    finds a violation.
    """
    folders, terminal = obj
    try:
        review_ = review.Review(draft, folders, _keys(folders))
    except review.ReviewError as error:
        raise click.ClickException(error.said(terminal.language)) from None
    names = extract.read_gazetteer(folders, (draft.name,)).labels
    names |= review_.names()
    told = interview.Told()
    try:
        told = interview.interview(review_, terminal, _answer, names, everything=everything)
    finally:
        review_.save()
    left = review_.waiting()
    terminal.reviewed(asdict(told), sum(not item.is_label for item in left), sum(item.is_label for item in left))
    if not checked:
        return
    with tempfile.TemporaryDirectory() as root, terminal.progress() as progress:
        graph = _run(_with_draft(review_, folders, Path(root)), "compiled", progress)
    own = {draft.name, review_.reference_path.name, f"draft-{draft.name}"}
    found = [one for one in _grave(graph) if one.position is None or Path(one.position.file).name in own]
    terminal.findings(found)
    terminal.checked(graph, len(found))
    sys.exit(0 if graph.is_valid else 1)


def _answer() -> str | None:
    """A line of standard input, None at its end."""
    return sys.stdin.buffer.readline().decode(errors="replace") or None


def _keys(folders: paths.Folders) -> frozenset[str]:
    ontology = store.turtle(folders.ontology / "policy.ttl", vocab.GRAPH_ONTOLOGY)
    return frozenset(records.read_context(folders, ontology).keys)


def _with_draft(reviewed: review.Review, folders: paths.Folders, root: Path) -> paths.Folders:
    """The project with a draft in it: as it is where the draft is at home, else a copy below `root`."""
    name = reviewed.path.name
    if (folders.data / "records" / name).resolve() == reviewed.path.resolve():
        return folders
    texts = {f"data/records/{name}": reviewed.path.read_text(encoding="utf-8")}
    if reviewed.reference_path.is_file():
        texts[f"data/reference/draft-{name}"] = reviewed.reference_path.read_text(encoding="utf-8")
    registry = reviewed.path.with_name(f"{reviewed.path.stem}.sources.yaml")
    if registry.is_file():
        others = (folders.data / "sources.yaml").read_text(encoding="utf-8")
        texts["data/sources.yaml"] = others.rstrip() + "\n\n" + registry.read_text(encoding="utf-8")
    return importing.stage(importing.Proposal(texts), folders, root)


@main.command("evaluate")
@click.argument("draft", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option(
    "--against",
    "record",
    required=True,
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    help="The record that is right.",
)
@click.option(
    "--text",
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    help="The source text: headings are told apart.",
)
@click.option("--format", "form", type=click.Choice(["table", "json", "turtle"]), default="table", show_default=True)
@click.pass_obj
def _evaluate(obj: tuple[paths.Folders, Terminal], draft: Path, record: Path, text: Path | None, form: str) -> None:
    """Measure a DRAFT against a record of the same text: precision, recall and F1 for each class.

    Turtle gives a dqv:QualityMeasurement for each number.
    """
    _, terminal = obj
    try:
        drafted, recorded = evaluate.read_record(draft), evaluate.read_record(record)
    except evaluate.EvaluationError as error:
        raise click.ClickException(str(error)) from None
    words = text.read_bytes().decode() if text else None
    scores = evaluate.evaluate(drafted, recorded, words)
    if form == "table":
        terminal.scores(scores)
    elif form == "json":
        click.echo(evaluate.as_json(scores), nl=False)
    else:
        click.echo(evaluate.as_turtle(scores, str(recorded.get("id"))), nl=False)


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
