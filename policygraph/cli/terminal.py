"""Results in, their display in the terminal out; the only module that uses rich."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyoxigraph as ox
from rich.cells import cell_len
from rich.console import Console
from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn
from rich.table import Table
from rich.text import Text
from rich.tree import Tree

from policygraph import vocab
from policygraph.analyse import MEASURES, Section
from policygraph.build import Graph, Step
from policygraph.cli.summary import Line, Summary
from policygraph.coverage import Coverage
from policygraph.findings import Finding, Severity
from policygraph.messages import listed, message, pmessage, text_in
from policygraph.queries import GROUPS, Query, Rows, grouped
from policygraph.records.yaml import MAX_BYTES
from policygraph.things import Branch

# extraction takes 0.4 s to import, which most commands do without
if TYPE_CHECKING:
    from policygraph.extract import Draft, Written
    from policygraph.extract.evaluate import Score
    from policygraph.extract.files import Note
    from policygraph.extract.review import Decision, Item
    from policygraph.importing.writer import Left

__all__ = ["Terminal"]

_COLOURS = {Severity.VIOLATION: "bold red", Severity.WARNING: "yellow", Severity.INFO: "cyan"}
#: How many names of files are listed.
_FEW = 5
#: How many cells wide a column of an answer should be at least, where its values are that long.
_NARROWEST = 9
#: The width of tables where nothing says how wide the reader's lines are.
_UNBOUNDED = 100_000
#: How deep a green stands for how many things a character is evidence for.
_SHADES = ["", "green", "bold green", "bold bright_green"]

_SAYS = {
    "load": message("loading ontology and records"),
    "infer": message("inferring"),
    "check": message("checking evidence, shapes and hygiene"),
    "canonicalise": message("canonicalising"),
    "serialise": message("writing the formats"),
    "store": message("writing the store"),
    "report": message("writing the report"),
    "things": message("In the graph"),
    "class": message("class"),
    "number": message("number"),
    "plans": pmessage("terminal", "Plans"),
    "plan": message("plan"),
    "elements": message("elements"),
    "targets": message("targets"),
    "gaps": message("Counts that do not add up"),
    "claim": message("claim"),
    "declared": message("declared"),
    "enumerated": message("enumerated"),
    "drafted": message("In the draft"),
    "observations": message("observations"),
    "roles": message("responsibilities"),
    "counts": message("count claims"),
    "mechanisms": message("mechanisms"),
    "codings": message("codings"),
    "proposals": message("proposed reference entries"),
    "issues": message("reading issues"),
    "review": message("to be reviewed"),
    "scores": message("The draft against the record"),
    "measure": message("measure"),
    "precision": message("precision"),
    "recall": message("recall"),
    "f1": message("F1"),
    "correct": message("right"),
    "drafted number": message("drafted"),
    "recorded": message("recorded"),
    "rows": message("rows"),
    "left": message("left:"),
    "no text": message("(the source text is not at hand)"),
    "label": message("label without English"),
    "parts": message("element"),
    "responsibilities": message("responsibility"),
    "classifications": message("instrument or theme"),
    "reference": message("proposed reference entry"),
    "ask": message("a accept  c FIELD=VALUE correct  r reject  s skip  u undo  q quit  ? help"),
    "ask label": message("English label? (s skip  u undo  q quit  ? help)"),
    "help review": message(
        "Correct as in c deadline=2025, c label.en=…, c type=Measure, c evidence=#char=3,9, c parent=e2 (another "
        "part to hang on), as often as needed, then a to accept. r removes it with all that hangs on it."
    ),
    "help label": message("Type the English label; it is written wherever the Chinese label is the same."),
    "undone": message("undone"),
    "nothing undone": message("there is nothing to undo"),
    "was accept": message("accepted"),
    "was correct": message("corrected"),
    "was reject": message("rejected"),
    "was translate": message("translated"),
    "needed": message("to be reviewed for 95 % to be right:"),
    "still flagged": message("still to be reviewed"),
    "still untranslated": message("still without English"),
    "covered": message("is evidence"),
    "forgotten": message("figures that are evidence for nothing"),
}

#: What a draft is said to hold, in this order.
_DRAFTED = ("elements", "targets", "observations", "roles", "counts", "mechanisms", "codings", "proposals", "issues")
#: How many findings of one check a build shows, whose report has them all.
_SHOWN_OF_EACH = 3


class Terminal:
    """Standard output for results and standard error for progress and findings, in one language."""

    def __init__(self, language: str, *, is_quiet: bool = False) -> None:
        self.language = language
        self._is_quiet = is_quiet
        self._out = Console(highlight=False)
        self._err = Console(stderr=True, highlight=False)
        # what is read by a program, or kept, has a line for each row, however long, and no word is cut
        is_bounded = self._out.is_terminal or "COLUMNS" in os.environ
        self._tables = self._out if is_bounded else Console(highlight=False, width=_UNBOUNDED)

    def _says(self, key: str) -> str:
        return text_in(_SAYS[key], self.language) if key in _SAYS else key

    def say(self, texts: Mapping[str, str]) -> None:
        """A line of a result, in the reader's language."""
        self.print(text_in(texts, self.language))

    @contextmanager
    def progress(self) -> Iterator[Step]:
        """A line on standard error with the current step and its time; nothing where standard error is no terminal."""
        columns = (SpinnerColumn(), TextColumn("{task.description}"), TimeElapsedColumn())
        with Progress(
            *columns, console=self._err, transient=True, disable=self._is_quiet or not self._err.is_terminal
        ) as bar:
            task = bar.add_task("", total=None)
            yield lambda step: bar.update(task, description=self._says(step))

    def notice(self, words: str) -> None:
        """A line on standard error that is no fault; none where the call is quiet."""
        if not self._is_quiet:
            self._err.print(Text(words, "dim"), soft_wrap=True)

    def tell(self, texts: Mapping[str, str]) -> None:
        """A closing line for people; none where the call is quiet."""
        if not self._is_quiet:
            self.say(texts)

    def findings(self, findings: Iterable[Finding], kept_in: Path | None = None) -> None:
        """Findings, one a line. Of those that a file keeps, the first few of each kind, and how many more there are."""
        numbers: Counter[tuple[Severity, str]] = Counter()
        for finding in findings:
            numbers[finding.severity, finding.check] += 1
            if kept_in is None or numbers[finding.severity, finding.check] <= _SHOWN_OF_EACH:
                text = Text(finding.text(self.language), style=_COLOURS[finding.severity])
                self._err.print(text, soft_wrap=True)
        for (severity, check), number in numbers.items() if kept_in else ():
            if number > _SHOWN_OF_EACH:
                words = message(
                    "{number} more of [{check}]: see {file}", number=number - _SHOWN_OF_EACH, check=check, file=kept_in
                )
                self._err.print(Text(text_in(words, self.language), _COLOURS[severity]), soft_wrap=True)

    def left(self, left: Left) -> None:
        """A statement that no record can hold, and why."""
        words = f"{left.quad.subject} {left.quad.predicate} {left.quad.object}"
        self._err.print(Text(f"{words}: {text_in(left.why, self.language)}", "yellow"), soft_wrap=True)

    def initialised(self, folder: Path, base: str) -> None:
        """Where a new project is, and what comes next."""
        self.tell(message("A project; the IRIs of its things start with {base} (see policygraph.toml).", base=base))
        self.tell(
            message("Next: policygraph extract FOLDER-OF-TEXTS -o data/records; policygraph build --leave-out")
            if folder.resolve() == Path.cwd()
            else message(
                "Next: cd {folder}; policygraph extract FOLDER-OF-TEXTS -o data/records; policygraph build --leave-out",
                folder=folder,
            )
        )

    def not_built(self, documents: Iterable[str]) -> None:
        """That there is no new build, and which documents there could be one without."""
        words = message("no build was written")
        if slugs := sorted(documents):
            named = listed([*slugs[:_FEW], *(["…"] if len(slugs) > _FEW else [])])
            words = message("no build was written; --leave-out writes one without {slugs}", slugs=named)
        self.error(text_in(words, self.language))

    def left_out(self, documents: Mapping[str, list[Finding]]) -> None:
        """Which documents a build is without, and the first violation of each."""
        for slug, findings in sorted(documents.items()):
            words = message("left out: {slug} ({count} violations)", slug=slug, count=len(findings))
            self.error(f"{text_in(words, self.language)}: {findings[0].text(self.language)}")

    def proposed(self, files: list[str], *, is_written: bool) -> None:
        """Which files an import has written, or would write."""
        for file in files:
            self.print(file)
        if is_written:
            self.tell(message("{count} files written", count=len(files)))
        else:
            self.tell(message("{count} files would change; --write writes them", count=len(files)))

    def notes(self, notes: Iterable[Note], name: str = "") -> None:
        """What was done to a file to read it; its name in front where there are several."""
        for note in notes:
            self.note(note.texts, f"{name}: " if name else "")

    def note(self, texts: Mapping[str, str], who: str = "") -> None:
        """What a user should notice; of whom, in front."""
        if not self._is_quiet:
            self._err.print(Text(f"{who}{text_in(texts, self.language)}", "yellow"), soft_wrap=True)

    def error(self, message: str) -> None:
        self._err.print(Text(message, style="bold red"), soft_wrap=True)

    def checked(self, graph: Graph, number: int | None = None) -> None:
        """How many files were checked and how much was found (or the number of it that is told): a last line."""
        files = sum(record.file.endswith(".yaml") for record in graph.records)
        missing = len(graph.missing_texts)
        count = len(graph.findings) if number is None else number
        absent = message(", {missing} source texts not at hand", missing=missing) if missing else ""
        self.tell(message("{files} files, {findings} findings{absent}", files=files, findings=count, absent=absent))

    def print(self, text: str) -> None:
        """Plain text, as it is: for results that other programs read."""
        self._out.print(Text(text), soft_wrap=True)

    def summary(self, graph: Graph, summary: Summary, labels: dict[str, str], output: Path | None) -> None:
        """What is in a graph, which counts do not add up, what was found, and where the files are."""
        ours = vocab.PREFIXES["pg"]
        if self._is_quiet:
            return
        things = self._table("things", "class", "number")
        for name, count in summary.counts.items():
            if count:
                things.add_row(labels.get(ours + name, name), f"{count:,}")
        self._out.print(things)
        self._lines(summary.plans, "plans", "plan", "elements", "targets")
        self._lines(summary.gaps, "gaps", "claim", "declared", "enumerated")
        self._out.print(self._closing(graph, summary))
        if output:
            self.print(f"{output}/: policygraph.ttl .trig .nq .jsonld, report.txt, report.ttl, manifest.json")

    def _closing(self, graph: Graph, summary: Summary) -> str:
        counts = {severity: summary.severities[severity] for severity in Severity}
        checked, missing = len(graph.texts), len(graph.missing_texts)
        texts = message(
            "{quads:,} quads; {violations} violations, {warnings} warnings, {notes} notes; {evidence}{absent}.",
            quads=summary.triples,
            violations=counts[Severity.VIOLATION],
            warnings=counts[Severity.WARNING],
            notes=counts[Severity.INFO],
            evidence=message("evidence checked against {checked} source texts", checked=checked)
            if checked
            else message("evidence not checked"),
            absent=message(" ({missing} source texts not at hand: see data/README.md)", missing=missing)
            if missing
            else "",
        )
        return text_in(texts, self.language)

    def _lines(self, lines: list[Line], *keys: str) -> None:
        if not lines:
            return
        table = self._table(*keys)
        for line in lines:
            table.add_row(text_in(line.label, self.language), f"{line.first:,}", f"{line.second:,}")
        self._out.print(table)

    def _table(self, title: str, *columns: str) -> Table:
        table = Table(title=self._says(title), title_justify="left", title_style="bold", box=None, pad_edge=False)
        for place, column in enumerate(columns):
            table.add_column(self._says(column), justify="right" if place else "left", overflow="fold")
        return table

    def rows(self, query: Query, rows: Rows, labels: dict[str, str]) -> None:
        """The answer to a query as a table: things by their labels, columns of labels in the reader's language only.

        A column of labels that says what a column of things says already is left out. A table whose columns would be
        narrower than words is written row by row, a line for each value that there is.
        """
        columns = _columns(rows, labels, "en" if self.language == "zh" else "zh")
        title = query.header_text("question", self.language)
        if sum(min(_NARROWEST, max(map(cell_len, [name, *cells]))) + 1 for name, cells in columns) > self._tables.width:
            self._tables.print(Text(title, "italic"))
            self._row_by_row(columns)
        else:
            table = Table(title=title, title_justify="left", box=None, pad_edge=False)
            for name, _ in columns:
                table.add_column(name, overflow="fold")
            for cells in zip(*(cells for _, cells in columns), strict=True):
                table.add_row(*map(Text, cells))
            self._tables.print(table)
        self.notice(f"{len(rows.rows)} {self._says('rows')}")

    def _row_by_row(self, columns: Sequence[tuple[str, Sequence[str]]]) -> None:
        for row in zip(*(cells for _, cells in columns), strict=True):
            table = Table(box=None, pad_edge=False, show_header=False)
            table.add_column(style="bold", no_wrap=True, min_width=max(cell_len(name) for name, _ in columns))
            table.add_column(overflow="fold")
            for (name, _), cell in zip(columns, row, strict=True):
                if cell:
                    table.add_row(name, Text(cell))
            self._tables.print()
            self._tables.print(table)

    def queries(self, queries: Iterable[Query]) -> None:
        """The catalogue by group: each query's name, its question and its parameters."""
        table = Table(box=None, pad_edge=False, show_header=False)
        table.add_column(style="bold", no_wrap=True)
        table.add_column(overflow="fold")
        for group, members in grouped(queries).items():
            table.add_row("", Text(GROUPS[group][self.language], "bold"))
            for query in members:
                parameters = "  ".join(
                    f"{parameter.name}={parameter.default or f'<{parameter.type}>'}" for parameter in query.parameters
                )
                table.add_row(
                    query.name, Text(query.header_text("question", self.language)).append(f"  {parameters}", "dim")
                )
        self._tables.print(table)

    def sections(self, sections: Iterable[Section], top: int) -> None:
        """Analyses, each as a table of its first lines, with the number of all below."""
        for section in sections:
            table = Table(box=None, pad_edge=False)
            measures = list(section.lines[0].values) if section.lines else []
            table.add_column("", overflow="fold")
            for name in measures:
                table.add_column(text_in(MEASURES[name], self.language), justify="right")
            for line in section.lines[:top]:
                table.add_row(
                    Text(text_in(line.label, self.language)), *(f"{line.values[name]:,}" for name in measures)
                )
            self._out.print(Text(text_in(section.title, self.language), "bold"))
            if section.lines:
                self._out.print(table)
            self._out.print(f"{len(section.lines)} {self._says('rows')}\n", style="dim")

    def exports(self, exports: Iterable[tuple[str, Mapping[str, str]]]) -> None:
        """The table of exports: names, and what they are."""
        table = Table(box=None, pad_edge=False, show_header=False)
        table.add_column(style="bold", no_wrap=True)
        table.add_column(overflow="fold")
        for names, about in exports:
            table.add_row(names, Text(text_in(about, self.language)))
        self._out.print(table)

    def tree(self, branch: Branch) -> None:
        self._out.print(self._node(branch))

    def _node(self, branch: Branch) -> Tree:
        text = Text(branch.text)
        if branch.kind:
            text.append(f"  {branch.kind}", "dim")
        tree = Tree(text, guide_style="dim")
        tree.children = [self._node(child) for child in branch.children]
        return tree

    def drafted(self, draft: Draft, written: Written) -> None:
        """What a draft holds, how much of it waits for review, and where its files are."""
        if self._is_quiet:
            return
        numbers = draft.counted()
        table = self._table("drafted", "class", "number")
        for name in _DRAFTED:
            table.add_row(self._says(name), str(numbers[name]))
        table.add_row(self._says("review"), str(numbers["review"]), style="yellow")
        self._out.print(table)
        for path in (written.record, written.reference, written.sources, written.text):
            if path:
                near = path.resolve().is_relative_to(Path.cwd())
                self.print(str(path.resolve().relative_to(Path.cwd()) if near else path))
        if (size := written.record.stat().st_size) > MAX_BYTES:
            texts = message(
                "the draft has {size:,} bytes, a record that builds at most {limit:,}: cut the text into parts",
                size=size,
                limit=MAX_BYTES,
            )
            self.note(texts)

    def question(self, item: Item, context: tuple[str, str, str] | None, names: Mapping[str, str], left: int) -> None:
        """What a person is asked about: the statement, its quotation, its rule, and what may be answered."""
        self._out.rule(Text(f"{self._says(item.section)} · {self._says('left')} {left}", "bold"))
        if item.is_label:
            self.print(f"{item.thing['label']['zh']}  ({item.thing.get('id', '')})")
        else:
            for key, value in item.thing.items():
                self._line(key, value, names)
        if context:
            before, words, behind = context
            quoted = Text.assemble(
                "  …", (before, "dim"), (f"【{words}】", "bold black on yellow"), (behind, "dim"), "…"
            )
            self._out.print(quoted, soft_wrap=True)
        elif item.spans:
            self.print(f"  {self._says('no text')}")
        self._out.print(Text(self._says("ask label" if item.is_label else "ask"), "cyan"), soft_wrap=True)

    def _line(self, key: str, content: Any, names: Mapping[str, str]) -> None:
        """One key of a statement; of things below it only how many there are."""
        if isinstance(content, dict):
            words = " | ".join(str(value) for value in content.values())
        elif isinstance(content, list):
            words = " ".join(map(str, content)) if all(isinstance(one, str) for one in content) else f"({len(content)})"
        else:
            words = f"{content}  {names[content]}" if content in names else str(content)
        style = {"needsReview": "yellow", "confidence": "yellow", "rule": "yellow"}.get(key, "")
        self._out.print(Text(f"  {key}: {words}", style), soft_wrap=True)

    def undone(self, decision: Decision | None) -> None:
        """Which decision was taken back."""
        if decision is None:
            self.error(self._says("nothing undone"))
        else:
            self.print(f"{self._says('undone')}: {decision.act} {decision.about}")

    def help_review(self, *, is_label: bool) -> None:
        self.print(self._says("help label" if is_label else "help review"))

    def reviewed(self, numbers: Mapping[str, int], flagged: int, labels: int, needed: int) -> None:
        """What was decided, and what is left: the last lines of a review."""
        self.print(f"{self._says('needed')} {needed}")
        done = "  ".join(f"{self._says(f'was {act}')} {number}" for act, number in numbers.items())
        self.print(done)
        self.print(f"{self._says('still flagged')} {flagged}  {self._says('still untranslated')} {labels}")

    def refused(self, decisions: Iterable[Decision]) -> None:
        """Decisions that another session has gone against, and that were not written: each as it may be given again."""
        for decision in decisions:
            answer = message(
                "{about}: another session has changed this meanwhile, so that your decision was not written: {answer}. "
                "Open the draft again to take it.",
                about=decision.about,
                answer=f"{decision.act} {decision.field}{'=' if decision.field else ''}{decision.value}".strip(),
            )
            self.error(answer[self.language])

    def replayed(self, fitted: int, others: int) -> None:
        """How many decisions of an earlier review were taken again."""
        if fitted or others:
            self.note(
                message(
                    "{fitted} earlier decisions taken again, {others} fit nothing now", fitted=fitted, others=others
                )
            )

    def extracted(self, number: int, done: int, failures: list[str]) -> None:
        """How many files were drafted, how many had been before, and which could not be."""
        for failure in failures:
            self.error(failure)
        self.tell(
            message(
                "{number} drafted, {done} done before, {failed} failed", number=number, done=done, failed=len(failures)
            )
        )

    def passed_over(self, names: list[str]) -> None:
        """Which files were not read, for their endings; the first of them, on standard error."""
        if names:
            listed = ", ".join([*names[:_FEW], *(["…"] if len(names) > _FEW else [])])
            self.error(text_in(message("not read, for the kind of file: {names}", names=listed), self.language))

    def scores(self, scores: Iterable[Score]) -> None:
        """How well a draft agrees with a record: a line for each measure."""
        table = self._table("scores", "measure", "precision", "recall", "f1", "correct", "drafted number", "recorded")
        for score in scores:
            rates = (f"{rate:.3f}" for rate in (score.precision, score.recall, score.f1))
            table.add_row(
                score.measure, *rates, *(str(number) for number in (score.correct, score.drafted, score.recorded))
            )
        self._out.print(table)

    def coverage(self, coverage: Coverage) -> None:
        """The text, green where it is evidence, and below it the figures that are evidence for nothing."""
        text = Text()
        for run in coverage.runs:
            shade = _SHADES[min(run.things, len(_SHADES) - 1)]
            text.append(coverage.text[run.start : run.end], shade or "dim")
        for run in coverage.uncovered_figures:
            text.stylize("bold white on red", run.start, run.end)
        self._out.print(text, soft_wrap=True)
        self.print(f"{coverage.share:.1%} {self._says('covered')}")
        if coverage.uncovered_figures:
            self.print(f"{self._says('forgotten')}:")
            for run in coverage.uncovered_figures:
                self.print(f"  #char={run.start},{run.end}  {coverage.context(run)}")


def _columns(rows: Rows, labels: dict[str, str], other: str) -> list[tuple[str, list[str]]]:
    """The columns of an answer with their cells, without labels in the other language and labels said already."""
    columns: list[tuple[str, list[str]]] = []
    for place, name in enumerate(rows.variables):
        if name == other or name.endswith(other.title()):
            continue
        cells = [_cell(row[place], labels) for row in rows.rows]
        is_label = name in ("zh", "en") or name.endswith(("Zh", "En"))
        if not (is_label and any(cells) and any(cells == earlier for _, earlier in columns)):
            columns.append((name, cells))
    return columns


def _cell(term: ox.NamedNode | ox.BlankNode | ox.Literal | None, labels: dict[str, str]) -> str:
    if term is None:
        return ""
    if isinstance(term, ox.NamedNode):
        return labels.get(term.value) or vocab.shorten(term.value)
    return term.value
