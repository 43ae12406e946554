"""Messages for people: all are in the catalogues and nothing else is, and another language needs no Python."""

from __future__ import annotations

import ast
import os
import pickle
import re
import subprocess
import sys
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import click
import pytest
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po

from policygraph import cli, messages
from policygraph.cli.lazy import translated
from policygraph.findings import Fault
from policygraph.messages import message, pmessage

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).resolve().parents[1]
LIBRARY, SERVICE = ROOT / "policygraph", ROOT / "server"
_HAN = re.compile("[\u3400-\u9fff]")
_FIELD = re.compile(r"(?<!{){(\w+)[^{}]*}(?!})")
#: Module or folder -> why Chinese stands in it that is no message.
DATA = {
    "policygraph/base.py": "the notes of areas, which are statements of the graph in the languages of its labels",
    "policygraph/cli/link_dialogue.py": "what a person may type",
    "policygraph/cli/review_dialogue.py": "what a person may type",
    "policygraph/draw/chart.py": "the units in which large numbers are written",
    "policygraph/draw/text_width.py": "characters by which widths are measured",
    "policygraph/extract/__init__.py": "words of texts",
    "policygraph/extract/actors/": "words of texts",
    "policygraph/extract/clauses.py": "words of texts",
    "policygraph/extract/compared_names.py": "words that names of indicators end in",
    "policygraph/extract/concepts.py": "words of texts",
    "policygraph/extract/confidence.py": "words of texts",
    "policygraph/extract/draft/": "words of texts, and labels of drafts in the languages of records",
    "policygraph/extract/figures/": "words of texts",
    "policygraph/extract/files/": "words of texts: heads of tables, numbers of pages",
    "policygraph/extract/gold.py": "units as readers write them",
    "policygraph/extract/imprint.py": "words of texts",
    "policygraph/extract/metadata.py": "words of texts",
    "policygraph/extract/period.py": "words of texts",
    "policygraph/extract/plans_cited.py": "words of texts",
    "policygraph/extract/scripts.py": "characters by which a script is known",
    "policygraph/extract/structure/": "words of texts",
    "policygraph/linking/": "names of areas and bodies, and the words that they are made of",
    "policygraph/project.py": "the name of the graph where a project gives none",
    "policygraph/describe.py": "the name of the graph that is shipped",
    "policygraph/quantity/": "numerals, units and the words around them",
    "policygraph/renderings.py": "the names of five-year plans",
    "policygraph/records/yaml.py": "characters that stand in YAML without quotation marks",
    "server/assistants/phrases.py": "what only asks or joins in a question",
    "server/graph/plan_names.py": "what the names of areas end in, and years",
    "server/pages/citing.py": "a citation in the form of GB/T 7714, which is Chinese",
    "server/pages/wording.py": "the units in which large numbers are written",
    "policygraph/surroundings/": "the words of Chinese texts that are read",
}
#: Modules with labels in zh and en that are made of what a text prints: they go into records, which have no others.
LABELS = {"policygraph/describe.py", "policygraph/extract/draft/composer.py", "policygraph/extract/draft/places.py"}
#: English sentences that say more than their Chinese: the detail is itself in English.
LESS = {"“{printed}” cannot be read as a quantity: {error}."}
#: Modules that pass on what others say.
_PASSING = {"policygraph/messages.py", "policygraph/formats/templates.py"}

Key = tuple[str | None, str]


def _modules(*folders: Path) -> list[Path]:
    return [path for each in folders for path in sorted(each.rglob("*.py")) if "node_modules" not in path.parts]


def _name(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


@dataclass(frozen=True)
class _Facts:
    """What a module says, each with its line."""

    #: String literals with Chinese in them, but for docstrings.
    chinese: list[int]
    #: Dicts that have a Chinese text under zh and one under en.
    bilingual: list[int]
    #: Messages; None for one whose text is no literal.
    calls: list[tuple[int, Key | None]]


@cache
def _facts(path: Path) -> _Facts:
    """What stands in a module, which is read once for all tests."""
    nodes = list(ast.walk(ast.parse(path.read_text(encoding="utf-8"))))
    return _Facts(_chinese(nodes), _bilingual(nodes), list(_calls(nodes)))


def _chinese(nodes: list[ast.AST]) -> list[int]:
    docstrings = {
        id(node.body[0].value)
        for node in nodes
        if isinstance(node, (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef))
        and isinstance(node.body[0], ast.Expr)
    }
    return sorted(
        node.lineno
        for node in nodes
        if isinstance(node, ast.Constant)
        and isinstance(node.value, str)
        and id(node) not in docstrings
        and _HAN.search(node.value)
    )


def _bilingual(nodes: list[ast.AST]) -> list[int]:
    lines = []
    for node in nodes:
        if isinstance(node, ast.Dict):
            keys = (key.value if isinstance(key, ast.Constant) else None for key in node.keys)
            texts = dict(zip(keys, node.values, strict=True))
            is_text = isinstance(texts.get("zh"), (ast.Constant, ast.JoinedStr))
            if is_text and "en" in texts and _HAN.search(ast.unparse(texts["zh"])):
                lines.append(node.lineno)
    return lines


def _calls(nodes: list[ast.AST]) -> Iterator[tuple[int, Key | None]]:
    for node in nodes:
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in ("message", "pmessage"):
            words = [each.value if isinstance(each, ast.Constant) else None for each in node.args]
            context = words.pop(0) if node.func.id == "pmessage" else None
            yield node.lineno, (context, words[0]) if len(words) == 1 and isinstance(words[0], str) else None


def _templates() -> set[Key]:
    methods = [("templates/**", "jinja2")]
    options = {"templates/**": {"trimmed": "true"}}
    return {(None, str(found[2])) for found in extract_from_dir(LIBRARY, methods, options, {"_": None})}


def _catalogue(folder: Path) -> dict[Key, str]:
    texts: dict[Key, str] = {}
    for path in sorted(folder.glob("*.po")):
        with path.open("rb") as file:
            for entry in read_po(file, abort_invalid=True):
                if entry.id and isinstance(entry.id, str):
                    assert (entry.context, entry.id) not in texts, f"{path.name}: {entry.id} is there twice"
                    assert (bool(entry.string), entry.fuzzy) == (True, False), f"{path.name}: {entry.id} says nothing"
                    texts[entry.context, entry.id] = str(entry.string)
    return texts


def _helps() -> set[Key]:
    """The paragraphs of the help of every command and option, and of the group."""
    commands = [cli.main, *cli.main.commands.values()]
    options = (each for command in commands for each in command.params if isinstance(each, click.Option))
    texts = [*(command.help for command in commands), *(option.help for option in options if not option.hidden)]
    return {(None, part) for text in texts if text for part in translated(text, "en").split("\n\n")}


def _used(*folders: Path) -> set[Key]:
    return {key for path in _modules(*folders) if _name(path) not in _PASSING for _, key in _facts(path).calls if key}


LANGUAGES = sorted(path.name for path in (LIBRARY / "translations").iterdir())


def test_chinese_stands_in_catalogues_and_not_in_python() -> None:
    lines = {_name(path): _facts(path).chinese for path in _modules(LIBRARY, SERVICE)}
    faults = {name: each for name, each in lines.items() if each and not name.startswith(tuple(DATA))}
    assert faults == {}


def test_every_exception_is_needed() -> None:
    names = [_name(path) for path in _modules(LIBRARY, SERVICE) if _facts(path).chinese]
    assert [each for each in DATA if not any(name.startswith(each) for name in names)] == []


def test_no_module_says_the_same_twice() -> None:
    """Not those with Chinese of their own either."""
    assert {_name(path) for path in _modules(LIBRARY, SERVICE) if _facts(path).bilingual} == LABELS


def test_a_chinese_literal_would_be_seen(tmp_path: Path) -> None:
    path = tmp_path / "x.py"
    path.write_text('"""中文"""\nA = {"zh": "中文", "en": "Chinese"}\nB = f"{A}中"\n', encoding="utf-8")
    assert (_facts(path).chinese, _facts(path).bilingual) == ([2, 3], [2])


def test_the_sentence_of_a_message_is_a_literal() -> None:
    calls = {_name(path): _facts(path).calls for path in _modules(LIBRARY, SERVICE) if _name(path) not in _PASSING}
    assert sum(map(len, calls.values())) > 500
    assert [(name, line) for name, each in calls.items() for line, key in each if key is None] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_the_library_says_is_what_is_translated(language: str) -> None:
    known, used = _catalogue(LIBRARY / "translations" / language).keys(), _used(LIBRARY) | _templates() | _helps()
    assert {(None, "There is no difference."), (None, "it has no id.")} <= used, "templates and modules are read"
    assert (sorted(used - known, key=str), sorted(known - used, key=str)) == ([], []), (
        f"left: to be added to a file of policygraph/translations/{language}/; right: to be removed there"
    )


@pytest.mark.parametrize("folder", [LIBRARY, SERVICE], ids=lambda folder: folder.name)
@pytest.mark.parametrize("language", LANGUAGES)
def test_a_translation_has_the_fields_of_its_sentence(folder: Path, language: str) -> None:
    faults = [
        sentence
        for (_, sentence), text in _catalogue(folder / "translations" / language).items()
        if set(_FIELD.findall(text)) != set(_FIELD.findall(sentence)) and sentence not in LESS
    ]
    assert faults == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_library_does_not_hide_what_the_service_says(language: str) -> None:
    """A message is looked up in the catalogues of the library first."""
    library, service = (_catalogue(each / "translations" / language) for each in (LIBRARY, SERVICE))
    assert [key for key in _used(SERVICE) & service.keys() if library.get(key, service[key]) != service[key]] == []


def test_a_message_is_a_mapping_that_can_be_sent() -> None:
    filled = message(
        "its {key} is “{own}”; the base layer has “{base}” ({at}).", key="a", own=1, base=2.5, at=Path("b")
    )
    texts = {
        "en": "its a is “1”; the base layer has “2.5” (b).",
        "zh": "其 a 为“1”，基础层为“2.5”（b）。",
    }
    assert (filled, dict(filled), pickle.loads(pickle.dumps(filled))) == (texts, texts, texts)  # noqa: S301 - our own
    assert hash(filled) == hash(message(texts["en"]))
    assert (str(filled), filled.get("xx")) == (texts["en"], None)


def test_a_text_within_a_text_is_in_its_language() -> None:
    fault = message("{fault}.", fault=message("a key must be a word"))
    assert fault == {"en": "a key must be a word.", "zh": "键必须是词。"}


def test_one_word_has_several_translations_by_its_context() -> None:
    assert (pmessage("expected", "end")["zh"], message("no such sentence")["zh"]) == ("查询结束", "no such sentence")


GERMAN = """\
msgid ""
msgstr "Content-Type: text/plain; charset=UTF-8\\n"

msgid "the id is already used at {first}."
msgstr "Die Kennung ist schon vergeben: {first}."

msgid "{root} is a project already: edit {file}"
msgstr "{root} ist bereits ein Projekt: siehe {file}"

msgid "it has no id."
msgstr "Es hat keine {kennung}."
"""


@pytest.fixture
def german(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of translations with one language more."""
    folder = tmp_path / "translations" / "de"
    folder.mkdir(parents=True)
    (folder / "all.po").write_text(GERMAN, encoding="utf-8")
    monkeypatch.setenv("POLICYGRAPH_TRANSLATIONS", str(folder.parent))
    return folder.parent


@pytest.mark.usefixtures("german")
def test_a_finding_speaks_a_language_that_only_has_a_catalogue() -> None:
    finding = Fault("duplicate_id", message("the id is already used at {first}."), message("no such sentence")).finding(
        first="x.yaml:3"
    )
    assert messages.languages() == ("en", "de", "zh")
    assert finding.sentences("de") == "Die Kennung ist schon vergeben: x.yaml:3. no such sentence"


@pytest.mark.usefixtures("german")
def test_a_translation_with_a_field_of_its_own_is_none() -> None:
    assert message("it has no id.").format()["de"] == "it has no id."


def test_a_command_speaks_a_language_that_only_has_a_catalogue(german: Path, tmp_path: Path) -> None:
    (tmp_path / "policygraph.toml").write_text('[project]\nbase = "https://example.org/x/"\n', encoding="utf-8")
    run = subprocess.run(
        [sys.executable, "-m", "policygraph", "init", str(tmp_path), "--base", "https://example.org/y/"],
        capture_output=True,
        text=True,
        check=False,
        cwd=tmp_path,
        env={**os.environ, "LANG": "de_DE.UTF-8", "LC_ALL": "", "PYTHONPATH": str(ROOT), "PYTHONUTF8": "1"},
    )
    words = f"Error: {tmp_path} ist bereits ein Projekt: siehe {tmp_path / 'policygraph.toml'}\n"
    assert (run.returncode, run.stderr) == (1, words)
