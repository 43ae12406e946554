"""Every command alike: the names of options, help in both languages, exit statuses, unknown names, interruption."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click
import pytest
from click.testing import CliRunner, Result

from policygraph import build, cli
from policygraph.cli import lazy, manual

if TYPE_CHECKING:
    from conftest import Project

ROOT = Path(__file__).resolve().parents[1]
COMMANDS = dict(cli.main.commands)
#: Commands that read a build, and take it from --build.
READ = {"analyse", "ask", "diff", "draw", "export", "mcp", "phrase", "serve", "show", "site"}
#: Commands that write a file or a folder, and take it from -o and --output.
WRITE = {"ask", "build", "coverage", "diff", "draw", "export", "extract", "phrase", "site"}
#: Commands that print a table, and have --json.
TABLES = {
    "align",
    "analyse",
    "ask",
    "build",
    "check",
    "coverage",
    "diff",
    "evaluate",
    "export",
    "phrase",
    "show",
}
#: Commands with the argument that names a thing of a build.
NAMING = {
    "analyse": ("--plan", "plan:pionner"),
    "ask": ("cq-01", "plan=plan:pionner"),
    "diff": ("plan:pionner", "plan:pioneer"),
    "draw": ("plan:pionner", "-o", "x.svg"),
    "export": ("graph.ttl", "--plan", "plan:pionner"),
    "show": ("plan:pionner",),
}


@pytest.fixture
def run(project: Project, monkeypatch: pytest.MonkeyPatch) -> object:
    monkeypatch.chdir(project.root)

    def invoke(*words: str, language: str = "en") -> Result:
        return CliRunner().invoke(cli.main, ["--language", language, "--root", str(project.root), *words])

    return invoke


def _options(command: click.Command) -> dict[str, click.Option]:
    options = [each for each in command.params if isinstance(each, click.Option) and not each.hidden]
    return {name: option for option in options for name in option.opts}


def test_a_build_that_is_read_is_named_by_build() -> None:
    assert {name for name, command in COMMANDS.items() if "--build" in _options(command)} == READ


def test_what_is_written_is_named_by_output() -> None:
    options = {name: _options(command) for name, command in COMMANDS.items()}
    assert {name for name, each in options.items() if "--output" in each} == WRITE
    assert {name for name, each in options.items() if "-o" in each} == WRITE
    assert all(each["-o"] is each["--output"] for name, each in options.items() if name in WRITE)


def test_a_table_has_its_json() -> None:
    assert {name for name, command in COMMANDS.items() if "--json" in _options(command)} == TABLES


@pytest.mark.parametrize("name", COMMANDS)
def test_every_option_has_its_help_in_both_languages(name: str) -> None:
    command = COMMANDS[name]
    texts = [command.help, *(option.help for option in _options(command).values())]
    assert [text for text in texts if not text and text is not None] == []
    silent = sorted(opt for opt, option in _options(command).items() if not option.help)
    assert set(silent) <= {"--format", "--theme"}, "choices that say for themselves what they are"
    english = [paragraph for text in texts if text for paragraph in lazy.translated(text, "en").split("\n\n")]
    chinese = [paragraph for text in texts if text for paragraph in lazy.translated(text, "zh").split("\n\n")]
    assert [one for one, other in zip(english, chinese, strict=True) if one == other] == []


@pytest.mark.parametrize("name", COMMANDS)
def test_help_is_spoken_in_the_language_of_the_call(run, name: str) -> None:
    first = {language: lazy.translated(cli.COMMANDS[name].help, language) for language in ("en", "zh")}
    for language, sentence in first.items():
        result = run(name, "--help", language=language)
        assert result.exit_code == 0
        assert "".join(sentence.split())[:20] in "".join(result.stdout.split())


@pytest.mark.parametrize("name", COMMANDS)
def test_a_wrong_option_is_a_wrong_call(run, name: str) -> None:
    english, chinese = run(name, "--nope"), run(name, "--nope", language="zh")
    assert (english.exit_code, chinese.exit_code) == (2, 2)
    assert english.stderr.splitlines()[-1].startswith("Error: No such option")
    assert chinese.stderr.splitlines()[-1] == "错误：没有这个选项：--nope"


def test_an_unknown_name_is_an_error_with_the_nearest(run) -> None:
    run("build")
    for name, words in NAMING.items():
        result = run(name, *words)
        expected = "Error: “plan:pionner” is not in the graph; did you mean plan:pioneer?"
        assert (result.exit_code, result.stderr.splitlines()[-1]) == (2, expected), name
        chinese = run(name, *words, language="zh")
        assert chinese.stderr.splitlines()[-1] == "错误：“plan:pionner”不在图谱中；是否指 plan:pioneer？", name


def test_other_wrong_names_are_answered_with_what_is_there(run, project: Project) -> None:
    run("build")
    label = run("show", "先锋市行动方桉")
    assert label.stderr == (
        "Error: “先锋市行动方桉” is not in the graph; did you mean plan:pioneer (Action plan of Pioneer City), "
        "id:source/pioneer (Text of the action plan)?\n"
    )
    folder = str(project.root / "build")
    pair = run("diff", folder, "nope")
    expected = f"Error: “{folder}” is a file or a build, and there is none called “nope”"
    assert (pair.exit_code, pair.stderr.splitlines()[-1]) == (2, expected)


def test_a_folder_without_texts_is_an_error(run, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    result = run("extract", str(tmp_path / "empty"), "-o", str(tmp_path / "drafts"))
    assert (result.exit_code, result.stderr.startswith(f"Error: {tmp_path}/empty holds no file that can be read")) == (
        1,
        True,
    )


def test_an_output_without_an_ending_is_a_folder(run, tmp_path: Path) -> None:
    text = tmp_path / "tea.txt"
    text.write_text("东陵县茶业发展行动计划\n\n一、建设茶园\n到2026年新建茶园3万亩。\n", encoding="utf-8")
    result = run("extract", str(text), "-o", str(tmp_path / "drafts" / "records"))
    assert (result.exit_code, (tmp_path / "drafts" / "records" / "tea.yaml").is_file()) == (0, True), result.output


def test_a_quiet_build_prints_nothing(run) -> None:
    result = run("--quiet", "build")
    assert (result.exit_code, result.output) == (0, "")


#: What takes tenths of a second to import, for a few commands.
SLOW = ("networkx", "numpy", "policygraph.extract", "policygraph.importing", "pypinyin", "rdflib", "server")


def test_a_check_imports_nothing_that_it_does_not_need(project: Project) -> None:
    script = (
        "import sys\nfrom policygraph.cli import main\n"
        f"try: main(['--root', {str(project.root)!r}, '-q', 'check'])\n"
        f"except SystemExit as end: print(end.code, [name for name in {SLOW} if name in sys.modules])\n"
    )
    for _ in range(2):  # the first keeps what it has found
        done = subprocess.run([sys.executable, "-c", script], check=True, capture_output=True, text=True)
    assert done.stdout == "0 []\n"


def test_the_manual_is_made_of_the_help() -> None:
    page = (ROOT / "docs" / "policygraph.1").read_text(encoding="utf-8")
    assert page == manual.manual(cli.main), "python -m policygraph.cli.manual > docs/policygraph.1"


@pytest.mark.parametrize("words", [("build",), ("check",), ("import", "x.ttl"), ("coverage", "pioneer"), ("link",)])
def test_an_interrupted_command_says_so_in_one_line(
    run, project: Project, monkeypatch: pytest.MonkeyPatch, words: tuple[str, ...]
) -> None:
    def interrupted(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    for module, name in (("build", "run"), ("build", "load"), ("extract", "read_gazetteer")):
        monkeypatch.setattr(f"policygraph.{module}.{name}", interrupted)
    before = sorted(project.root.rglob("*"))
    result = run(*words)
    assert (result.exit_code, result.stderr) == (130, "Error: interrupted; what was there before stands\n")
    assert sorted(project.root.rglob("*")) == before


_INTERRUPTED = """
import os, signal, sys

signal.signal(signal.SIGINT, signal.default_int_handler)  # shells start what runs in the background without it
from policygraph import build
from policygraph.cli import main

def interrupt(*paths):
    os.kill(os.getpid(), signal.SIGINT)

build.sync = interrupt  # all files are written by then, and nothing is swapped in
main(["--language", "en", "--root", sys.argv[1], "build", "-o", sys.argv[2]])
"""


def test_a_build_that_is_interrupted_while_it_writes_leaves_nothing(project: Project, tmp_path: Path) -> None:
    output = tmp_path / "build"
    done = subprocess.run(
        [sys.executable, "-c", _INTERRUPTED, str(project.root), str(output)],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
    )
    assert (done.returncode, done.stderr) == (130, "Error: interrupted; what was there before stands\n")
    assert not output.exists()
    assert sorted(path.name for path in build.versions_of(output).iterdir() if path.name != "lock") == []
