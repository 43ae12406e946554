"""One document is checked by itself: what a whole check finds in it, whatever the others are like."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner

from policygraph import build, cli, paths
from policygraph.build import one_document
from tests.conftest import RECORD, Project

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Project:
    """A project of two documents, the second of which names a plan and an element of the first."""
    monkeypatch.delenv("POLICYGRAPH_SOURCES", raising=False)
    made = Project(tmp_path)
    other = RECORD.replace("document:pioneer", "document:second").replace("plan:pioneer", "plan:second")
    other = other.replace("    planKind:", "    implements: plan:pioneer\n    planKind:")
    other = "\n".join(line for line in other.splitlines() if "evidence" not in line) + "\n"
    (made.record.with_name("second.yaml")).write_text(other, encoding="utf-8")
    return made


def _violations(project: Project, slug: str) -> list[str]:
    findings = one_document.check_document(paths.find(project.root), slug)[1]
    return sorted(finding.text("en") for finding in findings if finding.severity.name == "VIOLATION")


def test_a_sound_document_has_no_findings_although_it_names_another(project: Project) -> None:
    whole = build.run(paths.find(project.root))
    own = [each.text("en") for each in whole.findings if each.severity.name == "VIOLATION"]
    assert [each for each in _violations(project, "pioneer") if each not in own] == []
    assert [each for each in _violations(project, "second") if "not defined" in each] == []


def test_what_is_wrong_is_found_here_and_nowhere_else(project: Project) -> None:
    project.edit("valueKind: level", "valueKind: nonsense")
    found = _violations(project, "pioneer")
    whole = build.run(paths.find(project.root))
    everything = [each.text("en") for each in whole.findings if each.severity.name == "VIOLATION"]
    assert len(found) == 1
    assert "nonsense" in found[0]
    assert found[0] in everything
    assert [each for each in _violations(project, "second") if "nonsense" in each] == []


def test_a_reference_to_what_is_nowhere_is_found(project: Project) -> None:
    project.record.unlink()
    assert [each for each in _violations(project, "second") if "plan:pioneer" in each] != []


def test_the_command_checks_one_document(project: Project) -> None:
    project.edit("valueKind: level", "valueKind: nonsense")
    command = ["--language", "en", "--root", str(project.root), "check", "--document"]
    wrong = CliRunner().invoke(cli.main, [*command, "pioneer", "--format", "json"])
    assert (wrong.exit_code, [each["severity"] for each in json.loads(wrong.stdout)]) == (1, ["violation"])
    none = CliRunner().invoke(cli.main, [*command, "no-such-document"])
    assert (none.exit_code, "no-such-document.yaml" in none.output) == (1, True)
