"""The commands that make the graph and ask it: build, check, ask, cite, show, coverage."""

from __future__ import annotations

import csv
import difflib
import io
import json
import sys
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import click
import pyoxigraph as ox

from policygraph import build, coverage, evidence, paths, queries, records, store, things, vocab
from policygraph.build import one_document
from policygraph.cache import Cache
from policygraph.cli import answer_book, summary
from policygraph.cli.common import BUILD, OUTPUT, REASONER, grave, json_alone, json_too, only, run, work, write_json
from policygraph.cli.failures import misuse, refusal
from policygraph.cli.quoting import with_words
from policygraph.cli.terminal import Terminal
from policygraph.findings import Finding, Severity, listed
from policygraph.formats import tables
from policygraph.infer import UnknownAxiomError
from policygraph.messages import message

__all__ = ["ask_command", "build_command", "check_command", "cite_command", "coverage_command", "show_command"]


@click.command("build")
@OUTPUT
@REASONER
@click.option("--discard-edits", is_flag=True, help="Give up what was changed through the service and not in records.")
@click.option("--leave-out", is_flag=True, help="Build without the documents that have violations.")
@click.option("--store", "with_store", is_flag=True, help="Write the store on disk (store/) too.")
@work
@json_alone
@click.pass_obj
def build_command(
    obj: tuple[paths.Folders, Terminal],
    /,
    *,
    output: Path,
    reasoner: str,
    discard_edits: bool,
    with_store: bool,
    as_json: bool,
    **options: Any,
) -> None:
    """Build and validate the graph, write it to the output folder and print a summary.

    Exit status 1, and no new build, where a violation stands; 3 where documents were left out.
    """
    folders, terminal = obj
    with terminal.progress() as progress:
        graph = run(folders, reasoner, progress, **options)
        if graph.is_valid:
            build.write(graph, output, progress, discard_edits=discard_edits, with_store=with_store)
    terminal.findings(grave(graph), kept_in=output / "report.txt" if graph.is_valid else None)
    if not graph.is_valid:
        terminal.not_built(build.documents_at_fault(graph))
        sys.exit(1)
    if as_json:
        write_json(build.read_manifest(output))
    else:
        overview = summary.summarise(graph)
        terminal.summary(graph, overview, store.labels(graph.ontology, terminal.language), output)
    if graph.left_out:
        terminal.left_out(graph.left_out)
        sys.exit(3)


@click.command("check")
@click.option("--notes/--no-notes", default=False, help="Tell notes (severity Info) too.")
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", "json", "github"]),
    default="text",
    show_default=True,
    help="Of the findings: json and github go to standard output, for editors and for CI.",
)
@click.option("--document", "slug", metavar="SLUG", help="Check one document and what it refers to, and no other.")
@REASONER
@work
@json_too
@click.pass_obj
def check_command(
    obj: tuple[paths.Folders, Terminal], /, *, notes: bool, form: str, slug: str | None, reasoner: str, **options: Any
) -> None:
    """Check records, evidence, shapes and hygiene, and write no build.

    Findings come one a line: file:line, severity, thing, what is wrong, what to do. Exit status 1 for a violation.
    """
    folders, terminal = obj
    if slug is None:
        with terminal.progress() as progress:
            graph = run(folders, reasoner, progress, **options)
        findings = graph.findings
    else:
        graph, findings = _checked(folders, slug, is_fresh=options["fresh"])
    shown = [finding for finding in findings if notes or finding.severity is not Severity.INFO]
    if form == "text":
        terminal.findings(shown)
        terminal.checked(graph, None if slug is None else len(findings))
    else:
        click.echo(_FINDINGS[form](shown, terminal.language), nl=False)
    sys.exit(1 if any(finding.severity is Severity.VIOLATION for finding in findings) else 0)


def _checked(folders: paths.Folders, slug: str, *, is_fresh: bool) -> tuple[build.Graph, list[Finding]]:
    """The check of one document. Raises click's error where there is no such record."""
    documents = build.Documents(Cache(None if is_fresh else folders.cache))
    try:
        return one_document.check_document(folders, slug, documents)
    except (OSError, UnknownAxiomError, SyntaxError) as error:
        raise click.ClickException(str(error)) from None


def _as_json(findings: Sequence[Finding], language: str) -> str:
    """Findings as a JSON list, an object for each."""
    return json.dumps(listed(findings, language), ensure_ascii=False, indent=2) + "\n"


#: Severity -> the kind of annotation that GitHub Actions makes of it.
_ANNOTATIONS = {Severity.VIOLATION: "error", Severity.WARNING: "warning", Severity.INFO: "notice"}


def _as_annotations(findings: Sequence[Finding], language: str) -> str:
    """Findings as workflow commands of GitHub Actions, a line for each; what they use as signs is escaped."""
    lines = []
    for finding in findings:
        place = f" file={_property(finding.position.file)},line={finding.position.line}," if finding.position else " "
        who = f"{finding.label or finding.node}: " if finding.label or finding.node else ""
        words = f"{who}{finding.sentences(language)}".replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")
        lines.append(f"::{_ANNOTATIONS[finding.severity]}{place}title={_property(finding.check)}::{words}\n")
    return "".join(lines)


def _property(value: str) -> str:
    for sign, escape in (("%", "%25"), ("\r", "%0D"), ("\n", "%0A"), (":", "%3A"), (",", "%2C")):
        value = value.replace(sign, escape)
    return value


#: How many things that a name may mean are listed.
_LISTED = 12

#: Format of findings -> what writes it.
_FINDINGS = {"json": _as_json, "github": _as_annotations}


@click.command("ask")
@click.argument("name", required=False)
@click.argument("values", nargs=-1, metavar="[PARAMETER=VALUE]...")
@click.option(
    "--format", "form", type=click.Choice(["table", "csv", "tsv", "json"]), default="table", show_default=True
)
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path, dir_okay=False),
    help="File, of the format that its ending says: .csv, .tsv, .json, .xlsx; else standard output.",
)
@click.option("--only", type=click.Choice(["zh", "en"]), help=tables.ONLY["en"])
@BUILD
@json_too
@click.pass_obj
def ask_command(
    obj: tuple[paths.Folders, Terminal],
    *,
    name: str | None,
    values: tuple[str, ...],
    form: str,
    output: Path | None,
    only: str | None,
    folder: Path,
) -> None:
    """Answer a competency query from the last build; without a name, list them.

    NAME may be shortened as long as it is clear (cq-01). A thing is named by its id, its label or a part of one:
    indicator=indicator:gdp, area=浑南. A table that is wider than the terminal is written row by row.
    """
    folders, terminal = obj
    if output:
        form = _form_of(output, form)
    catalogue = queries.read_all(*folders.queries_of("competency"))
    if name is None and form == "json":
        write_json([_listed(query, terminal.language) for query in catalogue])
        return
    if name is None:
        terminal.queries(catalogue)
        return
    query = queries.named(catalogue, name)
    given = dict(value.partition("=")[::2] for value in values)
    opened = build.open_build(folder)
    if not folders.is_shipped:
        query = queries.at_home(query, opened, folders.names)
    rows = queries.run(query, opened, _meant(query, given, opened, folders, terminal.language), folders.names)
    rows = tables.rows_in_one_language(with_words(rows, opened, folders), only or "")
    if output and form == "xlsx":
        source = answer_book.Source(folders, folder, given)
        output.write_bytes(answer_book.written(query, rows, source, terminal.language))
    elif output:
        output.write_text(_written(rows, form), encoding="utf-8")
    elif form == "table":
        terminal.rows(query, rows, _labels(opened, rows, terminal.language, folders.names))
    else:
        click.echo(_written(rows, form), nl=False)
    if not rows.rows and (meaning := query.header_text("empty", terminal.language)):
        terminal.notice(meaning)


#: Ending of a file -> the format of an answer that is written into it.
_ENDINGS = {".csv": "csv", ".json": "json", ".tsv": "tsv", ".xlsx": "xlsx"}


def _form_of(output: Path, form: str) -> str:
    """The format of a file: what is asked for, else what its ending says. Raises click's error for another ending."""
    own = _ENDINGS.get(output.suffix.lower())
    if own == "xlsx" and form == "table":
        return own
    if form != "table":
        if own not in (None, form):
            raise misuse(message("{file}: its ending is not that of --format {form}", file=output.name, form=form))
        return form
    if own is None:
        endings = ", ".join(_ENDINGS)
        raise misuse(message("{file}: the ending is not one of {endings}", file=output.name, endings=endings))
    return own


def _listed(query: queries.Query, language: str) -> dict[str, Any]:
    """A query of the catalogue: its name, its question, and its parameters with their types and defaults."""
    parameters = {each.name: {"type": each.type, "default": each.default} for each in query.parameters}
    return {"name": query.name, "question": query.header_text("question", language), "parameters": parameters}


def _meant(
    query: queries.Query, given: dict[str, str], opened: ox.Store, folders: paths.Folders, language: str
) -> dict[str, str]:
    """The values of parameters with the IRI of every thing, which may be named by a label or a part of one.

    Raises UnknownThingError for one that is not there, ClickException where a label fits several.
    """
    things_of = {each.name: each for each in query.parameters if each.type == "iri"}
    return {
        name: _of_kind(things_of[name], value, opened, folders, language) if value and name in things_of else value
        for name, value in given.items()
    }


def _of_kind(parameter: queries.Parameter, value: str, opened: ox.Store, folders: paths.Folders, language: str) -> str:
    """The IRI that a value means: of the kind that the parameter is of, where there is such a thing, else of any."""
    try:
        node = parameter.term(value, folders.names)
    except queries.QueryError:
        node = None
    if isinstance(node, ox.NamedNode) and any(opened.quads_for_pattern(node, None, None)):
        return node.value
    return _thing(value, opened, folders, language).value


def _thing(name: str, opened: ox.Store, folders: paths.Folders, language: str) -> ox.NamedNode:
    """The thing that an id means, else the one that a label does."""
    codes = {} if folders.is_shipped else folders.tables.codes
    try:
        return things.resolve(opened, name, folders.names, codes)
    except things.UnknownThingError:
        nodes = things.find(opened, name, names=folders.names)
        if not nodes:
            raise
        if len(nodes) > 1:
            choices = [f"{folders.names.shorten(node.value)}  {things.label(opened, node, language)}" for node in nodes]
            more = ["…"] if len(choices) > _LISTED else []
            lines = "\n".join([*choices[:_LISTED], *more])
            raise refusal(
                message("“{name}” may be one of these: say which{lines}", name=name, lines=f"\n{lines}")
            ) from None
        return nodes[0]


def _labels(opened: ox.Store, rows: queries.Rows, language: str, names: vocab.Names) -> dict[str, str]:
    nodes = {term for row in rows.rows for term in row if isinstance(term, ox.NamedNode)}
    return {node.value: things.label(opened, node, language, names) for node in nodes}


def _written(rows: queries.Rows, form: str) -> str:
    table = [[term.value if term else "" for term in row] for row in rows.rows]
    if form == "json":
        records_ = [dict(zip(rows.variables, row, strict=True)) for row in table]
        return json.dumps(records_, ensure_ascii=False, indent=2) + "\n"
    buffer = io.StringIO()
    writer = csv.writer(buffer, delimiter="," if form == "csv" else "\t", lineterminator="\n")
    writer.writerows([rows.variables, *table])
    return buffer.getvalue()


@click.command("cite")
@click.argument("source")
@click.argument("quotation")
@click.pass_obj
def cite_command(obj: tuple[paths.Folders, Terminal], source: str, quotation: str) -> None:
    """Print the evidence fragment of a QUOTATION in a SOURCE, a registered slug or a text file.

    One line for each place, ready for a record: "#char=12,34". Exit status 1 where the words do not stand there.
    """
    folders, terminal = obj
    text = _text(folders, source, terminal.language)
    places = evidence.cite(text, quotation)
    for place in places:
        terminal.print(f'"{place}"')
    if not places:
        raise refusal(message("“{quotation}” does not stand in {source}", quotation=quotation, source=source))


def _text(folders: paths.Folders, source: str, language: str) -> str:
    path = Path(source)
    if path.is_file():
        try:
            return path.read_text(encoding="utf-8")
        except UnicodeDecodeError as error:
            raise refusal(message("{source}: byte {at} is not UTF-8", source=source, at=error.start)) from None
    ontology = store.turtle(folders.ontology / "policy.ttl", vocab.GRAPH_ONTOLOGY)
    registry = records.load_file(folders.data / "sources.yaml", folders, records.read_context(folders, ontology))[0]
    texts = evidence.read_texts(folders, registry.quads if registry else [])
    if source in texts.by_slug:
        return texts.by_slug[source]
    if texts.findings:
        raise click.ClickException("; ".join(each.text(language) for each in texts.findings))
    slugs = [iri.rpartition("/")[2] for iri in registry.defined] if registry else []
    near = difflib.get_close_matches(source, slugs, n=2, cutoff=0.5)
    if source not in slugs and near:
        raise things.UnknownThingError(source, near)
    where = folders.text_folders[0]
    raise refusal(
        message(
            "no text of “{source}” in {where}: put your copy there (see data/README.md)", source=source, where=where
        )
    )


@click.command("show")
@click.argument("thing")
@click.option("--depth", default=12, show_default=True, help="How deep parts are followed.")
@BUILD
@json_alone
@click.pass_obj
def show_command(obj: tuple[paths.Folders, Terminal], *, thing: str, depth: int, folder: Path, as_json: bool) -> None:
    """Show a THING of the last build as a tree.

    THING is a plan, a district, an indicator…: its id (area:hunnan), its label, or a part of it (浑南).
    """
    folders, terminal = obj
    opened = build.open_build(folder)
    nodes = things.find(opened, thing, names=folders.names)
    node = only(opened, thing, nodes, terminal, folders.names)
    tree = things.tree(opened, node, terminal.language, depth)
    if as_json:
        write_json(asdict(tree))
    else:
        terminal.tree(tree)


@click.command("coverage")
@click.argument("source")
@click.option(
    "-o", "--output", type=click.Path(path_type=Path, dir_okay=False), help="Also write an HTML page into this file."
)
@click.option("--html", "earlier", type=click.Path(path_type=Path, dir_okay=False), hidden=True)
@json_alone
@click.pass_obj
def coverage_command(
    obj: tuple[paths.Folders, Terminal], *, source: str, output: Path | None, earlier: Path | None, as_json: bool
) -> None:
    """Show what of a SOURCE (a registered slug) is evidence, and which figures are evidence for nothing."""
    folders, terminal = obj
    text = _text(folders, source, terminal.language)
    covered = coverage.cover(text, source, build.load(folders).asserted)
    if as_json:
        figures = [{"start": run.start, "end": run.end} for run in covered.uncovered_figures]
        write_json({"share": covered.share, "figuresWithoutEvidence": figures})
    else:
        terminal.coverage(covered)
    if target := output or earlier:
        target.write_text(coverage.page(covered, source), encoding="utf-8")
