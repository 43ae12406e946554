"""What real folders hold beside good texts: each is told in clear words, nothing is lost, and the others build."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from policygraph import build, cli
from policygraph.linking.alignment import Statement, suggest
from policygraph.records.yaml import read

_TASKS = "二、主要任务\n1.推动茶馆高质量发展。（责任单位：市财政局）\n"
TEXTS = {
    # no word says whose it is
    "nowhere": f"茶业发展行动计划\n一、工作目标\n到2028年，茶馆达到500家。\n{_TASKS}",
    # another city stands in a quotation, with bodies that each city has
    "quoting": (
        "成都市茶业发展行动计划（2026—2028年）\n一、工作目标\n"
        f"学习借鉴济南市“市财政局设立综保区茶叶基金”的做法，到2028年全市茶馆达到500家。\n{_TASKS}"
    ),
    # a title, an indicator, a body and a plan of ten thousand characters
    "endless": (
        f"成都市{'茶' * 10_000}行动计划\n一、工作目标\n到2028年，{'茶' * 10_000}达到500家。\n"
        f"1.推动发展。（责任单位：市{'茶' * 10_000}局）\n贯彻落实《{'茶' * 10_000}规划》。\n"
    ),
}


def _run(root: Path, *arguments: str) -> Result:
    return CliRunner().invoke(cli.main, ["--language", "en", "--root", str(root), *arguments])


@pytest.fixture(scope="module")
def drafted(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Result]:
    """A project of those texts, and what was said when they were extracted."""
    folder = tmp_path_factory.mktemp("bad")
    (folder / "texts").mkdir()
    for slug, text in TEXTS.items():
        (folder / "texts" / f"{slug}.txt").write_text(text, encoding="utf-8")
    root = folder / "project"
    with pytest.MonkeyPatch.context() as patch:
        patch.delenv("POLICYGRAPH_SOURCES", raising=False)
        CliRunner().invoke(cli.main, ["init", str(root), "--base", "https://example.org/bad/"])
        outcome = _run(root, "extract", str(folder / "texts"), "-o", str(root / "data" / "records"), "--workers", "1")
    return root, outcome


def test_all_of_them_are_drafted_and_build_together(
    drafted: tuple[Path, Result], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("POLICYGRAPH_SOURCES", raising=False)
    root, outcome = drafted
    built = _run(root, "build", "--leave-out")
    manifest = build.read_manifest(root / "build")
    assert (outcome.exit_code, outcome.stdout.splitlines()[0]) == (0, "3 drafted, 0 done before, 0 failed")
    assert (built.exit_code, manifest.get("leftOut"), manifest["evidenceChecked"]) == (0, None, sorted(TEXTS))
    kept = {slug: (root / "data" / "sources" / f"{slug}.txt").read_text(encoding="utf-8") for slug in TEXTS}
    assert kept == TEXTS


def test_a_document_without_any_place_is_told(drafted: tuple[Path, Result], monkeypatch: pytest.MonkeyPatch) -> None:
    """When it is extracted, and each time it is checked, until somebody says whose it is."""
    monkeypatch.delenv("POLICYGRAPH_SOURCES", raising=False)
    root, outcome = drafted
    waiting = [line for line in outcome.stdout.splitlines() if line.endswith("(area/unknown)")]
    assert waiting == ["0.50  本市（文中未写其名：nowhere）  –  (area/unknown)"]
    told = [line for line in _run(root, "check").output.splitlines() if line.endswith("[area_unnamed]")]
    assert told == [
        "data/records/nowhere.yaml:8: warning: 茶业发展行动计划: its text does not name the area that it is for, so "
        "an area without a name stands for it. Fill in the area as `coversArea:` of the document and its plan, or name "
        "it in the proposed entry. [area_unnamed]"
    ]


def test_another_city_in_a_quotation_is_not_that_of_the_document(drafted: tuple[Path, Result]) -> None:
    content = (drafted[0] / "data" / "records" / "quoting.yaml").read_text(encoding="utf-8")
    assert read(content.encode())["coversArea"] == "area:chengdu"
    assert ("organisation:cn-510100-finance" in content, "cn-370100" in content) == (True, False)


def test_a_name_without_an_end_becomes_no_id_without_an_end(drafted: tuple[Path, Result]) -> None:
    files = [*(drafted[0] / "data").rglob("*.yaml")]
    words = {word for path in files for word in path.read_text(encoding="utf-8").split()}
    assert max(len(word) for word in words) < 400


def test_plans_that_succeed_one_another_in_a_circle_are_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """By the check as by `link`."""
    monkeypatch.delenv("POLICYGRAPH_SOURCES", raising=False)
    CliRunner().invoke(cli.main, ["init", str(tmp_path / "p"), "--base", "https://example.org/circle/"])
    for slug, after in (("a", "b"), ("b", "a")):
        (tmp_path / "p" / "data" / "records" / f"{slug}.yaml").write_text(
            f"id: document:{slug}\ntype: PolicyDocument\nlabel: {{zh: 甲, en: Plan}}\ndocumentKind: plan-digest\n"
            f"plans:\n  - id: plan:{slug}\n    label: {{zh: 规划, en: Plan}}\n    succeeds: [plan:{after}]\n",
            encoding="utf-8",
        )
    rules = ("succession_cycle", "succession_in_a_circle")
    outcomes = {name: _run(tmp_path / "p", name).output for name in ("check", "link")}
    checks = {name: [rule for rule in rules if f"[{rule}]" in output] for name, output in outcomes.items()}
    assert checks == {"check": ["succession_cycle"], "link": ["succession_in_a_circle"]}


def test_a_thousand_documents_with_one_title_answer_to_few_of_each_other() -> None:
    """Half of them of a city, half of a district, each with one target of one indicator and one task in one wording."""
    areas = ("area:wuhou", "area:chengdu")
    targets = [
        Statement(f"t{n:04}", f"plan:{n}", areas[n % 2], indicator="indicator:gdp", year=str(2020 + n % 7))
        for n in range(1000)
    ]
    tasks = [Statement(f"e{n:04}", f"plan:{n}", areas[n % 2], "推动茶馆高质量发展建设市场") for n in range(1000)]
    suggestions = suggest([*targets, *tasks], lambda one, other: (one, other) == areas)
    assert ({each.relation for each in suggestions}, len(suggestions)) == ({"subset-of"}, 500 * 12)
    assert {each.confidence for each in suggestions} == {0.85}
    assert suggestions == suggest([*reversed(tasks), *reversed(targets)], lambda one, other: (one, other) == areas)
