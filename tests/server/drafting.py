"""A project with drafts to review, for the tests of the service and of its pages."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import TYPE_CHECKING

from click.testing import CliRunner

from policygraph import cli

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["TEXT", "make", "many", "restore", "run"]

TEXT = Path(__file__).resolve().parents[1] / "extract" / "task-list.txt"


def run(root: Path, *arguments: str, answers: str = "") -> tuple[int, str]:
    """Exit status and output of a command of the project."""
    command = ["--language", "en", "--root", str(root), *arguments]
    result = CliRunner().invoke(cli.main, command, input=answers)
    return result.exit_code, result.output


def make(root: Path) -> Path:
    """A project with one draft, `list`, one target of which is in more doubt than all else; its record."""
    result = CliRunner().invoke(
        cli.main, ["init", str(root), "--base", "https://example.org/drafting/", "--name", "Try"]
    )
    assert result.exit_code == 0, result.output
    record = root / "data" / "records" / "list.yaml"
    status, output = run(root, "extract", str(TEXT), "-o", str(record))
    assert status == 0, output
    before, rule, behind = record.read_text(encoding="utf-8").partition("target/subject-of-the-sentence\n")
    head, _, indent = before.rpartition("confidence: ")[0].rpartition("\n")
    doubt = f"{head}\n{indent}confidence: 0.5\n{indent}rule: {rule}{indent}needsReview: true\n"
    record.write_text(doubt + behind, encoding="utf-8")
    return record


def many(root: Path, slug: str, text: str, spans: Sequence[tuple[int, int]], label: str) -> Path:
    """One more draft: a measure for each span, on a text that is registered with it."""
    (root / "data" / "sources" / f"{slug}.txt").write_bytes(text.encode())
    with (root / "data" / "sources.yaml").open("a", encoding="utf-8") as registry:
        registry.write(f"\n- id: source:{slug}\n  fileName: {slug}.txt\n  length: {len(text)}\n")
    record = root / "data" / "records" / f"{slug}.yaml"
    parts = "".join(
        f"      - {{id: m{number}, type: Measure, label: {{zh: '{label}{number}', en: x}}, confidence: 0.5, "
        f"rule: r, needsReview: true, evidence: ['#char={start},{end}']}}\n"
        for number, (start, end) in enumerate(spans)
    )
    record.write_text(
        f"id: document:{slug}\ntype: PolicyDocument\nlabel: {{zh: 多, en: many}}\nreviewStatus: machine-read\n"
        f"plans:\n  - id: plan:{slug}\n    label: {{zh: 多, en: many}}\n    parts:\n{parts}",
        encoding="utf-8",
    )
    return record


def restore(template: Path, root: Path) -> None:
    """The project as it was."""
    shutil.rmtree(root / "data", ignore_errors=True)
    shutil.copytree(template / "data", root / "data")
