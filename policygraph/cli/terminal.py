"""Results in, what a person sees in the terminal out: the one module that knows how rich draws."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pyoxigraph as ox
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
from policygraph.extract import Draft, Written
from policygraph.extract.evaluate import Score
from policygraph.extract.files import Note
from policygraph.extract.review import Decision, Item
from policygraph.findings import Finding, Severity
from policygraph.importing.writer import Left
from policygraph.queries import Query, Rows
from policygraph.records.yaml import MAX_BYTES
from policygraph.things import Branch

__all__ = ["Terminal"]

_COLOURS = {Severity.VIOLATION: "bold red", Severity.WARNING: "yellow", Severity.INFO: "cyan"}
#: How deep a green stands for how many things a character is evidence for.
_SHADES = ["", "green", "bold green", "bold bright_green"]

_SAYS = {
    "load": {"zh": "读入本体和记录", "en": "loading ontology and records"},
    "infer": {"zh": "推理", "en": "inferring"},
    "check": {"zh": "核对证据、形状和卫生查询", "en": "checking evidence, shapes and hygiene"},
    "canonicalise": {"zh": "规范化", "en": "canonicalising"},
    "serialise": {"zh": "写出各种格式", "en": "writing the formats"},
    "store": {"zh": "写出存储", "en": "writing the store"},
    "report": {"zh": "写出报告", "en": "writing the report"},
    "things": {"zh": "图谱中有", "en": "In the graph"},
    "class": {"zh": "类", "en": "class"},
    "number": {"zh": "数量", "en": "number"},
    "plans": {"zh": "方案", "en": "Plans"},
    "plan": {"zh": "方案", "en": "plan"},
    "elements": {"zh": "要素", "en": "elements"},
    "targets": {"zh": "目标值", "en": "targets"},
    "gaps": {"zh": "声明与列出不符的计数", "en": "Counts that do not add up"},
    "claim": {"zh": "声明", "en": "claim"},
    "declared": {"zh": "声明数", "en": "declared"},
    "enumerated": {"zh": "列出数", "en": "enumerated"},
    "drafted": {"zh": "草稿中有", "en": "In the draft"},
    "observations": {"zh": "观测值", "en": "observations"},
    "roles": {"zh": "责任分工", "en": "responsibilities"},
    "counts": {"zh": "计数声明", "en": "count claims"},
    "mechanisms": {"zh": "推进机制", "en": "mechanisms"},
    "proposals": {"zh": "拟新增的参考条目", "en": "proposed reference entries"},
    "issues": {"zh": "读文疑点", "en": "reading issues"},
    "review": {"zh": "待复核", "en": "to be reviewed"},
    "scores": {"zh": "草稿与记录之比", "en": "The draft against the record"},
    "measure": {"zh": "所测", "en": "measure"},
    "precision": {"zh": "精确率", "en": "precision"},
    "recall": {"zh": "召回率", "en": "recall"},
    "f1": {"zh": "F1", "en": "F1"},
    "correct": {"zh": "相符", "en": "right"},
    "drafted number": {"zh": "草稿", "en": "drafted"},
    "recorded": {"zh": "记录", "en": "recorded"},
    "rows": {"zh": "行", "en": "rows"},
    "left": {"zh": "还有", "en": "left:"},
    "no text": {"zh": "（源文本不在手边）", "en": "(the source text is not at hand)"},
    "label": {"zh": "待译名称", "en": "label without English"},
    "parts": {"zh": "要素", "en": "element"},
    "responsibilities": {"zh": "责任分工", "en": "responsibility"},
    "reference": {"zh": "拟新增的参考条目", "en": "proposed reference entry"},
    "ask": {
        "zh": "a 接受  c 字段=值 更正  r 删除  s 跳过  u 撤销  q 退出  ? 帮助",
        "en": "a accept  c FIELD=VALUE correct  r reject  s skip  u undo  q quit  ? help",
    },
    "ask label": {
        "zh": "英文名称？（s 跳过  u 撤销  q 退出  ? 帮助）",
        "en": "English label? (s skip  u undo  q quit  ? help)",
    },
    "help review": {
        "zh": "更正写作 c deadline=2025、c label.en=…、c type=Measure、c evidence=#char=3,9、c parent=e2（改挂他处），"
        "可多次更正，再以 a 接受。r 连同其下内容一并删除。",
        "en": "Correct as in c deadline=2025, c label.en=…, c type=Measure, c evidence=#char=3,9, c parent=e2 (another "
        "part to hang on), as often as needed, then a to accept. r removes it with all that hangs on it.",
    },
    "help label": {
        "zh": "直接输入英文名称，所有同名之处一并写入。",
        "en": "Type the English label; it is written wherever the Chinese label is the same.",
    },
    "undone": {"zh": "已撤销", "en": "undone"},
    "nothing undone": {"zh": "没有可撤销的决定", "en": "there is nothing to undo"},
    "was accept": {"zh": "接受", "en": "accepted"},
    "was correct": {"zh": "更正", "en": "corrected"},
    "was reject": {"zh": "删除", "en": "rejected"},
    "was translate": {"zh": "译名", "en": "translated"},
    "needed": {"zh": "达到 95% 正确还需复核", "en": "to be reviewed for 95 % to be right:"},
    "still flagged": {"zh": "尚待复核", "en": "still to be reviewed"},
    "still untranslated": {"zh": "尚无英文名称", "en": "still without English"},
    "covered": {"zh": "已作为证据", "en": "is evidence"},
    "forgotten": {"zh": "未作为证据的数字", "en": "figures that are evidence for nothing"},
}


class Terminal:
    """Standard output for results and standard error for progress and findings, in one language."""

    def __init__(self, language: str) -> None:
        self.language = language
        self._out = Console(highlight=False)
        self._err = Console(stderr=True, highlight=False)

    def _says(self, key: str) -> str:
        return _SAYS.get(key, {}).get(self.language, key)

    @contextmanager
    def progress(self) -> Iterator[Step]:
        """A line on standard error with the current step and its time; nothing where standard error is no terminal."""
        columns = (SpinnerColumn(), TextColumn("{task.description}"), TimeElapsedColumn())
        with Progress(*columns, console=self._err, transient=True, disable=not self._err.is_terminal) as bar:
            task = bar.add_task("", total=None)
            yield lambda step: bar.update(task, description=self._says(step))

    def findings(self, findings: Iterable[Finding]) -> None:
        for finding in findings:
            text = Text(finding.text(self.language), style=_COLOURS[finding.severity])
            self._err.print(text, soft_wrap=True)

    def left(self, left: Left) -> None:
        """A statement that no record can hold, and why."""
        words = f"{left.quad.subject} {left.quad.predicate} {left.quad.object}"
        self._err.print(Text(f"{words}: {left.zh if self.language == 'zh' else left.en}", "yellow"), soft_wrap=True)

    def initialised(self, folder: Path, base: str) -> None:
        """Where a new project is, and what comes next."""
        lines = {
            "zh": (
                "项目已建立；各事物的 IRI 以 {base} 开头（见 policygraph.toml）。",
                "下一步：cd {folder}；policygraph extract 文本文件夹 -o data/records；policygraph build --leave-out",
            ),
            "en": (
                "A project; the IRIs of its things start with {base} (see policygraph.toml).",
                "Next: cd {folder}; policygraph extract FOLDER-OF-TEXTS -o data/records; policygraph build --leave-out",
            ),
        }[self.language]
        for line in lines:
            self.print(line.format(base=base, folder=folder))

    def left_out(self, documents: Mapping[str, list[Finding]]) -> None:
        """Which documents a build is without, and the first violation of each."""
        for slug, findings in sorted(documents.items()):
            words = {
                "zh": f"未收入 {slug}（{len(findings)} 处违规）",
                "en": f"left out: {slug} ({len(findings)} violations)",
            }
            self.error(f"{words[self.language]}: {findings[0].text(self.language)}")

    def proposed(self, files: list[str], *, is_written: bool) -> None:
        """Which files an import has written, or would write."""
        for file in files:
            self.print(file)
        said = {
            "zh": ("已写入 {} 个文件", "将改动 {} 个文件；加 --write 写入"),
            "en": ("{} files written", "{} files would change; --write writes them"),
        }[self.language]
        self.print(said[not is_written].format(len(files)))

    def notes(self, notes: Iterable[Note], name: str = "") -> None:
        """What was done to a file to read it; its name in front where there are several."""
        for note in notes:
            who = f"{name}: " if name else ""
            self._err.print(Text(f"{who}{note.said(self.language)}", "yellow"), soft_wrap=True)

    def error(self, message: str) -> None:
        self._err.print(Text(message, style="bold red"), soft_wrap=True)

    def checked(self, graph: Graph, number: int | None = None) -> None:
        """How many files were checked and how much was found (or the number of it that is told): a last line."""
        files = sum(record.file.endswith(".yaml") for record in graph.records)
        missing = len(graph.missing_texts)
        found = len(graph.findings) if number is None else number
        if self.language == "zh":
            absent = f"，缺 {missing} 个源文本" if missing else ""
            self.print(f"{files} 个文件，{found} 条发现{absent}")
        else:
            absent = f", {missing} source texts not at hand" if missing else ""
            self.print(f"{files} files, {found} findings{absent}")

    def print(self, text: str) -> None:
        """Plain text, as it is: for results that other programs read."""
        self._out.print(Text(text), soft_wrap=True)

    def summary(self, graph: Graph, summary: Summary, labels: dict[str, str], output: Path | None) -> None:
        """What is in a graph, which counts do not add up, what was found, and where the files are."""
        ours = vocab.PREFIXES["pg"]
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
        found = {severity: summary.severities[severity] for severity in Severity}
        checked, missing = len(graph.texts), len(graph.missing_texts)
        if self.language == "zh":
            evidence = f"证据已与 {checked} 个源文本核对" if checked else "证据未核对"
            absent = f"（缺 {missing} 个源文本，见 data/README.md）" if missing else ""
            return (
                f"{summary.triples:,} 个四元组；违规 {found[Severity.VIOLATION]}，警告 {found[Severity.WARNING]}，"
                f"提示 {found[Severity.INFO]}；{evidence}{absent}。"
            )
        evidence = f"evidence checked against {checked} source texts" if checked else "evidence not checked"
        absent = f" ({missing} source texts not at hand: see data/README.md)" if missing else ""
        return (
            f"{summary.triples:,} quads; {found[Severity.VIOLATION]} violations, {found[Severity.WARNING]} warnings, "
            f"{found[Severity.INFO]} notes; {evidence}{absent}."
        )

    def _lines(self, lines: list[Line], *keys: str) -> None:
        if not lines:
            return
        table = self._table(*keys)
        for line in lines:
            table.add_row(line.label[self.language], f"{line.first:,}", f"{line.second:,}")
        self._out.print(table)

    def _table(self, title: str, *columns: str) -> Table:
        table = Table(title=self._says(title), title_justify="left", title_style="bold", box=None, pad_edge=False)
        for place, column in enumerate(columns):
            table.add_column(self._says(column), justify="right" if place else "left", overflow="fold")
        return table

    def rows(self, query: Query, rows: Rows, labels: dict[str, str]) -> None:
        """The answer to a query as a table: things by their labels, columns of labels in the reader's language only."""
        other = "en" if self.language == "zh" else "zh"
        shown = [n for n, name in enumerate(rows.variables) if name != other and not name.endswith(other.title())]
        table = Table(title=query.said("question", self.language), title_justify="left", box=None, pad_edge=False)
        for place in shown:
            table.add_column(rows.variables[place], overflow="fold")
        for row in rows.rows:
            table.add_row(*(Text(_cell(row[place], labels)) for place in shown))
        self._out.print(table)
        self._err.print(f"{len(rows.rows)} {self._says('rows')}", style="dim")

    def queries(self, queries: Iterable[Query]) -> None:
        """The catalogue: each query's name, its question and its parameters."""
        table = Table(box=None, pad_edge=False, show_header=False)
        table.add_column(style="bold", no_wrap=True)
        table.add_column(overflow="fold")
        for query in queries:
            parameters = "  ".join(
                f"{parameter.name}={parameter.default or f'<{parameter.type}>'}" for parameter in query.parameters
            )
            table.add_row(query.name, Text(query.said("question", self.language)).append(f"  {parameters}", "dim"))
        self._out.print(table)

    def sections(self, sections: Iterable[Section], top: int) -> None:
        """Analyses, each as a table of its first lines, with the number of all below."""
        for section in sections:
            table = Table(box=None, pad_edge=False)
            measures = list(section.lines[0].values) if section.lines else []
            table.add_column("", overflow="fold")
            for name in measures:
                table.add_column(MEASURES[name][self.language], justify="right")
            for line in section.lines[:top]:
                table.add_row(Text(line.label[self.language]), *(f"{line.values[name]:,}" for name in measures))
            self._out.print(Text(section.title[self.language], "bold"))
            if section.lines:
                self._out.print(table)
            self._out.print(f"{len(section.lines)} {self._says('rows')}\n", style="dim")

    def exports(self, exports: Iterable[tuple[str, Mapping[str, str]]]) -> None:
        """The table of exports: names, and what they are."""
        table = Table(box=None, pad_edge=False, show_header=False)
        table.add_column(style="bold", no_wrap=True)
        table.add_column(overflow="fold")
        for names, about in exports:
            table.add_row(names, Text(about[self.language]))
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
        numbers = draft.counted()
        table = self._table("drafted", "class", "number")
        for name in ("elements", "targets", "observations", "roles", "counts", "mechanisms", "proposals", "issues"):
            table.add_row(self._says(name), str(numbers[name]))
        table.add_row(self._says("review"), str(numbers["review"]), style="yellow")
        self._out.print(table)
        for path in (written.record, written.reference, written.sources, written.text):
            if path:
                near = path.resolve().is_relative_to(Path.cwd())
                self.print(str(path.resolve().relative_to(Path.cwd()) if near else path))
        if (size := written.record.stat().st_size) > MAX_BYTES:
            zh = f"草稿有 {size:,} 字节，记录最多 {MAX_BYTES:,} 字节，无法构建：请将文本分成几份"
            en = f"the draft has {size:,} bytes, a record that builds at most {MAX_BYTES:,}: cut the text into parts"
            self.notes([Note(zh, en)])

    def question(self, item: Item, context: tuple[str, str, str] | None, names: Mapping[str, str], left: int) -> None:
        """What a person is asked about: the statement, its quotation, its rule, and what may be answered."""
        self._out.rule(Text(f"{self._says(item.section)} · {self._says('left')} {left}", "bold"))
        if item.is_label:
            self.print(f"{item.thing['label']['zh']}  ({item.thing.get('id', '')})")
        else:
            for key, said in item.thing.items():
                self._line(key, said, names)
        if context:
            before, words, behind = context
            quoted = Text.assemble(
                "  …", (before, "dim"), (f"【{words}】", "bold black on yellow"), (behind, "dim"), "…"
            )
            self._out.print(quoted, soft_wrap=True)
        elif item.spans:
            self.print(f"  {self._says('no text')}")
        self._out.print(Text(self._says("ask label" if item.is_label else "ask"), "cyan"), soft_wrap=True)

    def _line(self, key: str, said: Any, names: Mapping[str, str]) -> None:
        """One key of a statement; of things below it only how many there are."""
        if isinstance(said, dict):
            words = " | ".join(str(value) for value in said.values())
        elif isinstance(said, list):
            words = " ".join(map(str, said)) if all(isinstance(one, str) for one in said) else f"({len(said)})"
        else:
            words = f"{said}  {names[said]}" if said in names else str(said)
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

    def replayed(self, fitted: int, others: int) -> None:
        """How many decisions of an earlier review were taken again."""
        if fitted or others:
            self.notes(
                [
                    Note(
                        f"重用复核决定 {fitted} 条，不再适用 {others} 条",
                        f"{fitted} earlier decisions taken again, {others} fit nothing now",
                    )
                ]
            )

    def extracted(self, number: int, done: int, failures: list[str]) -> None:
        """How many files were drafted, how many had been before, and which could not be."""
        for failure in failures:
            self.error(failure)
        if self.language == "zh":
            self.print(f"已起草 {number} 个，此前已完成 {done} 个，失败 {len(failures)} 个")
        else:
            self.print(f"{number} drafted, {done} done before, {len(failures)} failed")

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


def _cell(term: ox.NamedNode | ox.BlankNode | ox.Literal | None, labels: dict[str, str]) -> str:
    if term is None:
        return ""
    if isinstance(term, ox.NamedNode):
        return labels.get(term.value) or vocab.shorten(term.value)
    return term.value
