"""The documentation is tested: what is made by machine is up to date, what is named exists."""

from __future__ import annotations

import re
from pathlib import Path

import pyoxigraph as ox
import pytest
from readme import README, ROOT, filled, sections

from policygraph import cli, vocab


def test_the_readme_is_up_to_date(shipped: ox.Store) -> None:
    readme = README.read_text(encoding="utf-8")
    assert readme == filled(readme, sections(shipped)), "run `python -m tests.readme`"


def test_every_command_is_in_the_readme() -> None:
    readme = README.read_text(encoding="utf-8")
    assert [name for name in cli.main.commands if not re.search(rf"\b{name}\b", readme)] == []


@pytest.mark.parametrize("command", ["extract", "review"])
def test_every_option_about_drafts_is_in_the_readme_of_the_data(command: str) -> None:
    page = (ROOT / "data" / "README.md").read_text(encoding="utf-8")
    options = [option for parameter in cli.main.commands[command].params for option in parameter.opts if "--" in option]
    assert ([option for option in options if option not in page], bool(options)) == ([], True)


def test_the_readme_of_the_queries_has_every_folder_key_and_type_of_column() -> None:
    folder = ROOT / "queries"
    page = (folder / "README.md").read_text(encoding="utf-8")
    cells = re.findall(r"^\| (`[^|]+) \|", page, re.MULTILINE)
    names = {name for cell in cells for name in re.findall(r"`([a-z]+)(?:/| NAME)?`", cell)}
    heads = [line for path in folder.rglob("*.rq") for line in path.read_text(encoding="utf-8").splitlines()]
    keys = {match[1] for line in heads if (match := re.match(r"#\+ ([a-z]+)", line))}
    types = {match[1] for line in heads if (match := re.match(r"#\+ column \w+: ([a-z]+)", line))}
    assert names == {path.name for path in folder.iterdir() if path.is_dir()} | keys | types


@pytest.mark.parametrize(
    "folder", [".ci", "examples", "ontology", "policygraph/templates", "server/templates", "shapes"]
)
def test_the_readme_of_a_folder_has_every_file(folder: str) -> None:
    page = (ROOT / folder / "README.md").read_text(encoding="utf-8")
    files = sorted(path.name for path in (ROOT / folder).iterdir() if path.name != "README.md")
    assert sorted(re.findall(r"^\| `([^`]+?)/?` \|", page, re.MULTILINE)) == files


@pytest.mark.parametrize("page", ["README.md", "CONTRIBUTING.md", "data/README.md"])
def test_every_link_and_path_leads_somewhere(page: str) -> None:
    text = (ROOT / page).read_text(encoding="utf-8")
    links = [link for link in re.findall(r"\]\(([^)#]+)\)", text) if "://" not in link]
    assert [link for link in links if not ((ROOT / page).parent / link).exists()] == []


def test_every_make_target_named_exists() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    targets = set(re.findall(r"^([a-z]+):", makefile, re.MULTILINE))
    named = set(re.findall(r"[`$] ?make ([a-z]+)", README.read_text(encoding="utf-8")))
    assert (named - targets, bool(named)) == (set(), True)


def test_every_key_of_a_record_is_a_term_that_is_declared(built) -> None:
    from policygraph import records
    from policygraph.paths import find

    context = records.read_context(find(ROOT), built.ontology)
    pg = vocab.PREFIXES["pg"]
    used = {value.get("@id") or value["@reverse"] for value in context.terms.values() if isinstance(value, dict)}
    ours = {pg + name.removeprefix("pg:") for name in used if name.startswith("pg:")}
    declared = {
        quad.subject.value
        for quad in built.ontology
        if quad.predicate == vocab.rdf_type
        and quad.object.value.endswith(("#ObjectProperty", "#DatatypeProperty"))
        and quad.subject.value.startswith(pg)
    }
    assert ours - declared == set()
    without_key = {pg + name for name in ("isWithin", "isSetWithin", "isDescribedIn", "isLeftOut", "requiresDimension")}
    assert declared - ours - without_key == set()


DOCS = ROOT / "docs"
ZH = DOCS / "zh"
#: Every page written by hand, below docs/ in English and below docs/zh/ in Chinese.
WRITTEN = sorted(path.relative_to(DOCS).as_posix() for path in DOCS.rglob("*.md") if not path.is_relative_to(ZH))


def _commands(page: Path) -> list[str]:
    """What a reader is told to type, without the comments beside it."""
    lines = [line.strip() for line in page.read_text(encoding="utf-8").splitlines()]
    return [re.sub(r"\s+#.*", "", line) for line in lines if line.startswith("$ ")]


def _headings(page: Path) -> list[int]:
    text = re.sub(r"(?ms)^```.*?^```", "", page.read_text(encoding="utf-8"))
    return [len(mark) for mark in re.findall(r"(?m)^(#+) ", text)]


def test_the_chinese_documentation_has_every_page_of_the_english() -> None:
    """A researcher who reads Chinese only misses nothing."""
    chinese = sorted(path.relative_to(ZH).as_posix() for path in ZH.rglob("*.md"))
    assert (chinese, len(WRITTEN) > 10) == (WRITTEN, True)


@pytest.mark.parametrize("page", WRITTEN)
def test_a_page_tells_the_same_in_both_languages(page: str) -> None:
    """The same commands in the same order, and the same headings: a page that is changed is changed in both."""
    assert _commands(ZH / page) == _commands(DOCS / page)
    assert _headings(ZH / page) == _headings(DOCS / page)


@pytest.mark.parametrize("page", WRITTEN)
def test_a_chinese_page_is_written_in_chinese(page: str) -> None:
    words = re.sub(r"(?ms)^ *```.*?^ *```|`[^`]*`|\([^)]*\)", "", (ZH / page).read_text(encoding="utf-8"))
    han, latin = len(re.findall(r"[\u4e00-\u9fff]", words)), len(re.findall(r"[A-Za-z]{2,}", words))
    assert han > 3 * latin


def _linked(page: str) -> list[str]:
    text = re.sub(r"(?ms)^ *```.*?^ *```", "", (DOCS / page).read_text(encoding="utf-8"))
    return [link for link in re.findall(r"\]\(([^)#]+)[^)]*\)", text) if "://" not in link]


@pytest.mark.parametrize("page", [*WRITTEN, *(f"zh/{page}" for page in WRITTEN)])
def test_every_link_of_a_page_leads_to_a_page(page: str) -> None:
    """To one that is written, or to one that docs/generated.py makes."""
    generated = set(
        re.findall(r'(?m)^    "((?:reference|depth)/[a-z]+\.md)"', (DOCS / "generated.py").read_text("utf-8"))
    )
    folder = (DOCS / page).parent
    targets = [((folder / link).resolve(), link) for link in _linked(page)]
    missing = [
        link for path, link in targets if not path.exists() and path.relative_to(DOCS).as_posix() not in generated
    ]
    assert (missing, bool(generated)) == ([], True)
