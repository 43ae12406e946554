"""The commands that bring something in: import, extract, review, evaluate."""

from __future__ import annotations

import datetime
import sys
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

import click
import pyoxigraph as ox

from policygraph import build, diff, extract, importing, paths, queries, records, store, vocab
from policygraph.cli import review_dialogue
from policygraph.cli.common import answer_line, grave, json_too, run, the_one
from policygraph.cli.failures import misuse, refusal
from policygraph.cli.linking import join_documents
from policygraph.cli.terminal import Terminal
from policygraph.extract import batch, evaluate, review
from policygraph.extract import files as text_files
from policygraph.findings import Finding
from policygraph.formats import stratml
from policygraph.importing import sheets
from policygraph.messages import message
from policygraph.records.yaml import YamlError
from policygraph.records.yaml import read_file as read_yaml_file

__all__ = ["evaluate_command", "extract_command", "import_command", "review_command"]


@click.command("import")
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path, dir_okay=False))
@click.option("--write", is_flag=True, help="Write the records; without it, only tell what would change.")
@click.option("--draft", is_flag=True, help="Write them even where violations stand, to go on from there.")
@click.option("--plan", help="The files are the export of this plan: all else stays.")
@click.option("--document", help="The files are the export of this document: all else stays.")
@click.pass_obj
def import_command(
    obj: tuple[paths.Folders, Terminal],
    files: tuple[Path, ...],
    *,
    write: bool,
    draft: bool,
    plan: str | None,
    document: str | None,
) -> None:
    """Take what was edited elsewhere back into the records.

    RDF files in our vocabulary, tables as `export` writes them (.csv, .tsv, .xlsx, .zip), or a plan as StratML (.xml).
    Tells what would change, what no record can say, and what checks find. Exit status 1, and nothing written, where a
    violation stands. RDF that was exported with --plan or --document comes back with the same option.
    """
    folders, terminal = obj
    old = build.load(folders)
    build.infer(old)
    quads, findings, unread = _brought(files, folders, old)
    for words in unread:
        terminal.error(words)
    context, loaded = records.read_context(folders, old.ontology), records.Loaded(old.records)
    home = importing.Home(folders, loaded, context, old.ontology, [*old.asserted, *old.inferred])
    if plan or document:
        part = _exported(old, quads, {"plan": plan, "document": document}, terminal.language)
        quads = importing.of_part(quads, part, home)
    elif names := importing.in_part(quads, home):
        raise refusal(
            message(
                "the file speaks of {documents} in part, as the export of one plan or document does: "
                "say of which, with --plan or --document",
                documents=", ".join(folders.names.shorten(name) for name in names),
            )
        )
    proposal = importing.propose(quads, home)
    for left in proposal.left:
        terminal.left(left)
    with tempfile.TemporaryDirectory() as root, terminal.progress() as progress:
        graph = run(importing.stage(proposal, folders, Path(root)), "compiled", progress)
    labels = store.labels([*old.quads, *proposal.after, *graph.quads], terminal.language)
    click.echo(diff.text(diff.between(proposal.before, proposal.after), labels, terminal.language), nl=False)
    terminal.findings([*findings, *grave(graph)])
    if (findings or not graph.is_valid) and not draft:
        sys.exit(1)
    if write or draft:
        importing.apply(proposal, folders.root)
    terminal.proposed(list(proposal.texts), is_written=write or draft)


def _exported(
    graph: build.Graph, quads: list[ox.Quad], chosen: Mapping[str, str | None], language: str
) -> list[ox.Quad]:
    """What the export of a plan or a document has now; places in the text only where the file has such."""
    from policygraph import export  # noqa: PLC0415 - slow to import

    opened = ox.Store()
    opened.bulk_extend([*graph.ontology, *graph.quads])
    names = graph.folders.names
    plan, document = (
        the_one(opened, kind, name, names, language) if (name := chosen[key]) else ""
        for key, kind in (("plan", "Plan"), ("document", "PolicyDocument"))
    )
    has_places = any(quad.predicate == vocab.pg("hasEvidence") for quad in quads)
    wanted = export.Wanted(plan=plan, document=document, evidence=has_places)
    content = export.run("graph.nt", opened, graph.folders, wanted)
    return list(ox.parse(content, format=ox.RdfFormat.N_TRIPLES))


def _brought(
    files: tuple[Path, ...], folders: paths.Folders, old: build.Graph
) -> tuple[list[ox.Quad], list[Finding], list[str]]:
    """The statements of files, what is wrong with cells of tables, and what of StratML was not read."""
    quads: list[ox.Quad] = []
    left: list[str] = []
    tables: list[sheets.Sheet] = []
    for file in files:
        if file.suffix in sheets.ENDINGS:
            known_tables = {query.name: query for query in queries.read_all(folders.queries / "tables")}
            tables += sheets.read(file, known_tables)
        elif file.suffix == ".xml":
            read, unread = stratml.read(file.read_bytes(), file.stem, folders.names)
            quads += read
            left += unread
        else:
            quads += store.read_file(file)
    context = records.read_context(folders, old.ontology)
    applied = sheets.applied(tables, old.stated, old.inferred, context) if tables else sheets.Statements()
    return [*quads, *applied.quads], applied.findings, left


@click.command("extract")
@click.argument("text", type=click.Path(path_type=Path, exists=True))
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path),
    help="The draft record (.yaml); its stem is its slug. A folder: a record named after each text.",
)
@click.option("--clauses", is_flag=True, help="Down to the measures and goals that single clauses state.")
@click.option("--workers", type=click.IntRange(min=1), help="Of a folder: so many processes; else one for each core.")
@click.option("--scheduler", metavar="ADDRESS", help="Of a folder: over the Dask cluster at tcp://HOST:PORT.")
@click.option("--again", is_flag=True, help="Of a folder: those too that are done and unchanged.")
@click.option(
    "--link/--no-link", "linked", default=True, help="Of drafts in data/records: join the documents, as `link` does."
)
@click.pass_obj
def extract_command(
    obj: tuple[paths.Folders, Terminal],
    /,
    *,
    text: Path,
    output: Path | None,
    clauses: bool,
    again: bool,
    linked: bool,
    **how: Any,
) -> None:
    """Read the TEXT of a policy document by machine and write a draft of its record.

    The text is .txt or .md, one paragraph a line, headings of known depth with #; or .html, .docx, .pdf; or a picture
    of a page (.png, .jpg, .tif …), with the extra ocr. Without an output the draft is printed. Of a folder all such
    files are read, those that are done and unchanged left out; a file that cannot be read does not stop the others.
    Exit status 1 where there was one. Where drafts are written into the project's data/records, its documents are
    joined in the end, as `policygraph link` does it.
    """
    if text.is_dir():
        _extract_all(obj, text, output, clauses=clauses, again=again, linked=linked, **how)
        return
    if output and (output.is_dir() or not output.suffix):
        output /= f"{extract.slug_of(text.stem)}.yaml"
    folders, terminal = obj
    taken = text_files.read(text)
    terminal.notes(taken.notes)
    words = taken.text
    record = output or Path(f"{extract.slug_of(text.stem)}.yaml")
    gazetteer = extract.read_gazetteer(folders, (record.name, f"draft-{record.name}"))
    draft = extract.extract(words, record.stem, gazetteer, clauses=clauses, doubts=taken.doubts)
    written = extract.write(draft, words, output, folders) if output else None
    if written and review.log_of(written.record).is_file():
        terminal.replayed(*review.replay(written.record, folders, _keys(folders)))
    if written is None:
        click.echo(extract.as_yaml(draft), nl=False)
        return
    terminal.drafted(draft, written)
    if linked and written.is_at_home:
        join_documents(folders, extract.read_gazetteer(folders).resolver, terminal)


def _extract_all(
    obj: tuple[paths.Folders, Terminal],
    folder: Path,
    output: Path | None,
    *,
    clauses: bool,
    again: bool,
    workers: int | None,
    scheduler: str | None,
    linked: bool,
) -> None:
    """The drafts of all files below a folder, joined; ends the command where one failed."""
    folders, terminal = obj
    if output is None or output.is_file():
        raise misuse(
            message(
                "of a folder the drafts are written into a folder: say which with -o (of a project: -o data/records)"
            )
        )
    todo = batch.jobs(folder)
    if not todo:
        terminal.passed_over(batch.passed_over(folder))
        endings = ", ".join(sorted(text_files.ENDINGS))
        raise refusal(message("{folder} holds no file that can be read ({endings})", folder=folder, endings=endings))
    left = todo if again else batch.waiting(todo, output)
    own = [name for job in todo for name in (f"{job.slug}.yaml", f"draft-{job.slug}.yaml")]
    gazetteer = extract.read_gazetteer(folders, own)
    failures: list[str] = []
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
                failures.append(outcome.text(terminal.language))
            else:
                terminal.notes(outcome.notes, job.name)
    terminal.extracted(len(left) - len(failures), len(todo) - len(left), failures)
    terminal.passed_over(batch.passed_over(folder))
    if linked and output.resolve() == (folders.data / "records").resolve():
        # with what drafts have just proposed and decisions say: as a command of its own would read it
        join_documents(folders, extract.read_gazetteer(folders).resolver, terminal)
    sys.exit(1 if failures else 0)


@click.command("review")
@click.argument("draft", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option("--all", "everything", is_flag=True, help="Ask about every statement, not only what is flagged.")
@click.option("--check/--no-check", "checked", default=True, show_default=True, help="Check the draft in the end.")
@click.pass_obj
def review_command(obj: tuple[paths.Folders, Terminal], draft: Path, everything: bool, checked: bool) -> None:
    """Walk over what waits for review in a DRAFT: accept, correct, reject; and translate its labels.

    Answers are lines of standard input. Decisions are written into the draft, and kept beside it in
    NAME.decisions.jsonl, from where they are taken again when the text is extracted anew. Where another session has
    decided otherwise meanwhile, that stays, and yours is told. Exit status 1 then, or where the check finds a
    violation.
    """
    folders, terminal = obj
    review_ = review.Review(draft, folders, _keys(folders))
    names = extract.read_gazetteer(folders, (draft.name,)).labels
    names |= review_.names()
    tally = review_dialogue.Tally()
    refused: list[review.Decision] = []
    try:
        tally = review_dialogue.interview(review_, terminal, answer_line, names, everything=everything)
    finally:
        refused += review_.save()
        terminal.refused(refused)
    left = review_.waiting()
    flagged, labels = sum(not item.is_label for item in left), sum(item.is_label for item in left)
    terminal.reviewed(asdict(tally), flagged, labels, review_.needed())
    if not checked:
        sys.exit(1 if refused else 0)
    with tempfile.TemporaryDirectory() as root, terminal.progress() as progress:
        graph = run(_with_draft(review_, folders, Path(root)), "compiled", progress)
    own = {draft.name, review_.reference_path.name, f"draft-{draft.name}"}
    findings = [one for one in grave(graph) if one.position is None or Path(one.position.file).name in own]
    terminal.findings(findings)
    terminal.checked(graph, len(findings))
    sys.exit(0 if graph.is_valid and not refused else 1)


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


@click.command("evaluate")
@click.argument("draft", type=click.Path(path_type=Path, exists=True))
@click.option(
    "--against",
    "record",
    required=True,
    type=click.Path(path_type=Path, exists=True),
    help="The record that is right, or a gold JSONL; a folder of them for a folder of drafts.",
)
@click.option(
    "--text",
    type=click.Path(path_type=Path, exists=True),
    help="The source text, or the folder of them: headings are told apart.",
)
@click.option("--format", "form", type=click.Choice(["table", "json", "turtle"]), default="table", show_default=True)
@click.option("--misses", is_flag=True, help="List what disagrees, and what became of each number.")
@click.option("--history", type=click.Path(path_type=Path, dir_okay=False), help="Append a line to this table.")
@json_too
@click.pass_obj
def evaluate_command(
    obj: tuple[paths.Folders, Terminal],
    *,
    draft: Path,
    record: Path,
    text: Path | None,
    form: str,
    misses: bool,
    history: Path | None,
) -> None:
    """Measure a DRAFT against a record of the same text: precision, recall and F1 for each class.

    Two folders are compared file by file, by name (x.yaml with x.gold.jsonl, x.jsonl or x.yaml), and then all together.
    Turtle gives a dqv:QualityMeasurement for each number.
    """
    folders, terminal = obj
    shared = _names(folders)
    documents: list[list[evaluate.Score]] = []
    for name, drafted_file, recorded_file, text_file in _compared(draft, record, text):
        drafted, recorded = evaluate.read_record(drafted_file), evaluate.read_record(recorded_file)
        words = text_file.read_bytes().decode() if text_file else None
        names = shared | _proposed_names(drafted_file)
        scores = evaluate.evaluate(drafted, recorded, words, names)
        documents.append(scores)
        if form == "turtle":
            click.echo(evaluate.as_turtle(scores, str(recorded.get("id"))), nl=False)
        elif form == "table":
            if draft.is_dir():
                click.echo(name)
            terminal.scores(scores)
        if misses:
            _tell_misses(drafted, recorded, words, names)
    scores = evaluate.pooled(documents)
    if form == "json":
        click.echo(evaluate.as_json(scores), nl=False)
    elif form == "table" and len(documents) > 1:
        click.echo(f"{len(documents)} documents")
        terminal.scores(scores)
    if history:
        day = datetime.datetime.now(tz=datetime.UTC).date().isoformat()
        table = history.read_text(encoding="utf-8") if history.is_file() else ""
        row = evaluate.history_row(scores, day, record.name)
        history.write_text(evaluate.with_history_row(table, row), encoding="utf-8", newline="\n")


def _compared(draft: Path, record: Path, text: Path | None) -> Iterator[tuple[str, Path, Path, Path | None]]:
    """The pairs of files that are compared, each with its name and its text."""
    if not draft.is_dir():
        yield draft.stem, draft, record, text
        return
    if not record.is_dir():
        raise misuse(message("a folder of drafts is compared with a folder of records"))
    number = 0
    for drafted in sorted(draft.glob("*.yaml")):
        names = (f"{drafted.stem}{ending}" for ending in (".gold.jsonl", ".jsonl", ".yaml"))
        recorded = next((record / name for name in names if (record / name).is_file()), None)
        words = text / f"{drafted.stem}.txt" if text and (text / f"{drafted.stem}.txt").is_file() else None
        if recorded:
            number += 1
            yield drafted.stem, drafted, recorded, words
    if not number:
        raise refusal(message("{record}: no file has the name of a draft in {draft}", record=record, draft=draft))


def _names(folders: paths.Folders) -> dict[str, list[str]]:
    """The Chinese names of the things that the project's tables and reference data know, by id, the label first."""
    gazetteer = extract.read_gazetteer(folders)
    names = {each.identifier: [each.zh] for each in gazetteer.resolver.areas.places.values()}
    names |= {identifier: [label] for identifier, label in gazetteer.labels.items()}
    for name, identifier in gazetteer.names.get("indicator", {}).items():
        names.setdefault(identifier, []).append(name)
    for identifier, indicator in gazetteer.resolver.indicators.by_identifier.items():
        names.setdefault(identifier, []).extend((indicator.zh, *indicator.forms))
    return names


def _proposed_names(draft: Path) -> dict[str, list[str]]:
    """The names of the things that a draft proposes, beside it."""
    proposals = draft.with_name(f"{draft.stem}.reference.yaml")
    try:
        entries = read_yaml_file(proposals) if proposals.is_file() else ()
    except YamlError:
        return {}
    listed = [each for each in entries or () if isinstance(each, dict)]
    return {str(each.get("id")): evaluate.labels_of(each) for each in listed}


def _tell_misses(
    drafted: Mapping[str, Any], recorded: Mapping[str, Any], words: str | None, names: Mapping[str, list[str]]
) -> None:
    table = evaluate.confusion(dict(drafted), dict(recorded))
    click.echo("; ".join(f"{one} -> {other}: {number}" for (one, other), number in sorted(table.items())))
    for measure, what, quote in evaluate.misses(dict(drafted), dict(recorded), words, names):
        click.echo(f"{measure}: {what}: {quote}")
