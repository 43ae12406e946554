"""The site of the documentation: built strictly, whole, from nowhere else, and its commands and examples run."""

from __future__ import annotations

import ast
import contextlib
import json
import os
import re
import shlex
import subprocess
import sys
from collections.abc import Callable
from functools import cache
from html.parser import HTMLParser
from pathlib import Path

import pyoxigraph as ox
import pytest
from click.testing import CliRunner

from policygraph import cli, export, facade, vocab
from server.settings import Settings

ROOT = Path(__file__).resolve().parents[1]
PAGES = sorted((ROOT / "docs").rglob("*.md"))
#: Commands that only read the last build; the others have tests of their own.
RUN = ("ask", "draw", "export", "show")


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("site")
    command = [sys.executable, "-m", "mkdocs", "build", "--strict", "--quiet", "--site-dir", str(folder)]
    environ = {**os.environ, "PYTHONPATH": str(ROOT), "NO_MKDOCS_2_WARNING": "1"}
    done = subprocess.run(command, cwd=ROOT, env=environ, check=False, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return folder


def test_a_link_to_nowhere_would_stop_the_build(tmp_path: Path) -> None:
    (tmp_path / "docs").mkdir()
    (tmp_path / "docs" / "index.md").write_text("[nowhere](gone.md) [neither](#gone)\n")
    checked = (ROOT / "mkdocs.yml").read_text(encoding="utf-8").partition("\nvalidation:")[2].partition("\nnav:")[0]
    (tmp_path / "mkdocs.yml").write_text(f"site_name: x\nstrict: true\ntheme: mkdocs\nvalidation:{checked}\n")
    done = subprocess.run(
        [sys.executable, "-m", "mkdocs", "build", "-f", str(tmp_path / "mkdocs.yml")],
        check=False,
        capture_output=True,
        text=True,
    )
    assert (done.returncode, done.stderr.count("WARNING -  Doc file")) == (1, 2), done.stderr


class _Addresses(HTMLParser):
    """What a page loads: the addresses of its scripts, styles and pictures."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        said = dict(attrs)
        if tag in ("script", "img", "iframe"):
            self.found.append(said.get("src") or "")
        elif tag == "link":
            self.found.append(said.get("href") or "")


def test_pages_load_nothing_from_elsewhere(site: Path) -> None:
    loaded = _Addresses()
    for page in site.rglob("*.html"):
        loaded.feed(page.read_text(encoding="utf-8"))
    styles = " ".join(path.read_text(encoding="utf-8") for path in site.rglob("*.css"))
    assert [address for address in loaded.found if "//" in address] == []
    assert (len(loaded.found) > 20, re.findall(r"url\([\"']?(?:https?:)?//[^)]*\)", styles)) == (True, [])


def test_reference_pages_hold_all_that_there_is(site: Path, built: object) -> None:
    kinds = ("#Class", "#ObjectProperty", "#DatatypeProperty")
    terms = {
        quad.subject.value
        for quad in built.ontology  # type: ignore[attr-defined]
        if quad.predicate == vocab.rdf_type
        and isinstance(quad.object, ox.NamedNode)
        and quad.object.value.endswith(kinds)
        and quad.subject.value.startswith(vocab.PREFIXES["pg"])
    }
    expected = {
        "vocabulary": {f'id="{term.removeprefix(vocab.PREFIXES["pg"])}"' for term in terms},
        "queries": {path.stem for path in (ROOT / "queries").glob("[ch][oy]*/*.rq")},
        "commands": {f'id="{name}"' for name in cli.main.commands},
        "exports": {name.partition(".")[0] for name in export.EXPORTS},
        "settings": set(Settings.__dataclass_fields__),
        "python": {f'id="{name.lower()}"' for name in facade.__all__ if name not in ("QueryError", "UnclearNameError")},
        "rest": {"/sparql", "/api/queries/cq-10-indicator-across-plans", "/openapi.json"},
    }
    texts = {name: (site / "reference" / f"{name}.html").read_text(encoding="utf-8") for name in expected}
    missing = {name: {each for each in wanted if each not in texts[name]} for name, wanted in expected.items()}
    assert missing == {name: set() for name in expected}


def test_chinese_words_can_be_searched(site: Path) -> None:
    index = json.loads((site / "search" / "search_index.json").read_text(encoding="utf-8"))
    separator = re.compile(index["config"]["separator"])
    words = {word for page in index["docs"] for word in separator.split(page["title"] + " " + page["text"])}
    assert {"规划", "方案", "目标值", "责任", "观测"} - words == set()


def _blocks(page: Path, language: str) -> list[str]:
    text = page.read_text(encoding="utf-8")
    return [
        re.sub(rf"(?m)^{indent}", "", body)
        for indent, body in re.findall(rf"(?ms)^( *)```{language}\n(.*?)^ *```", text)
    ]


def _commands(page: Path) -> list[list[str]]:
    lines = [line for block in _blocks(page, "console") for line in block.splitlines() if line.startswith("$ ")]
    asked = [shlex.split(line[2:], comments=True) for line in lines if "policygraph " in line and "$ curl" not in line]
    return [words[1:] for words in asked if words[0].endswith("policygraph")]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_the_commands_of_a_page_are_commands(page: Path) -> None:
    unknown = [words for words in _commands(page) if not set(words) & cli.main.commands.keys()]
    assert unknown == []


#: What a command was, its exit status, and what it wrote if it failed.
Ran = tuple[list[str], int, str]


@pytest.fixture(scope="module")
def commands_run(shipped_build: Path, tmp_path_factory: pytest.TempPathFactory) -> Callable[..., list[Ran]]:
    """Runs commands one after the other beside a build; those of a page are run once for both of its languages."""

    @cache
    def run(*commands: tuple[str, ...]) -> list[Ran]:
        folder = tmp_path_factory.mktemp("commands")
        (folder / "build").symlink_to(shipped_build)
        with contextlib.chdir(folder):
            results = [CliRunner().invoke(cli.main, words) for words in commands]
        return [
            (list(words), result.exit_code, result.output if result.exit_code else "")
            for words, result in zip(commands, results, strict=True)
        ]

    return run


@pytest.mark.parametrize("page", [page for page in PAGES if _commands(page)], ids=lambda page: page.stem)
def test_the_commands_of_a_page_run(page: Path, commands_run: Callable[..., list[Ran]]) -> None:
    commands = [words for words in _commands(page) if set(words) & set(RUN)]
    assert commands_run(*map(tuple, commands)) == [(words, 0, "") for words in commands]


@pytest.fixture(scope="module")
def blocks_run(shipped_build: Path, tmp_path_factory: pytest.TempPathFactory) -> Callable[..., dict[str, object]]:
    """The names that blocks of Python leave, run beside a build; those of a page are run once for both languages."""

    @cache
    def run(*blocks: str) -> dict[str, object]:
        folder = tmp_path_factory.mktemp("blocks")
        (folder / "build").symlink_to(shipped_build)
        names: dict[str, object] = {}
        with contextlib.chdir(folder):
            for block in blocks:
                exec(compile(block, "a page", "exec"), names)  # noqa: S102 - our own pages
        return names

    return run


@pytest.mark.parametrize("page", [page for page in PAGES if _blocks(page, "python")], ids=lambda page: page.stem)
def test_the_python_of_a_page_runs(page: Path, blocks_run: Callable[..., dict[str, object]]) -> None:
    # the comments of a page are in its language
    blocks = [ast.unparse(ast.parse(block)) for block in _blocks(page, "python")]
    assert isinstance(blocks_run(*blocks)["g"], facade.Graph)
