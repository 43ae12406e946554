"""Errors: one tree, told whole in one docstring, and one table of what a command ends with."""

from __future__ import annotations

import importlib
import inspect
import re
import subprocess
import sys

import click
import pytest
from click.testing import CliRunner
from layers import modules

from policygraph import cli, errors
from policygraph.cli.lazy import LazyCommand, LazyGroup
from policygraph.things import UnknownThingError


@pytest.fixture(scope="module")
def public() -> set[type[Exception]]:
    """Every error that a module of either package hands out."""
    return {
        value
        for package in ("policygraph", "server")
        for module in modules(package)
        if not module.name.endswith("__main__")
        for name, value in vars(importlib.import_module(module.name)).items()
        if name in getattr(importlib.import_module(module.name), "__all__", ())
        and inspect.isclass(value)
        and issubclass(value, Exception)
    }


def test_every_error_that_callers_may_catch_has_one_base(public: set[type[Exception]]) -> None:
    assert len(public) > 20
    assert [cls.__name__ for cls in public if not issubclass(cls, errors.PolicygraphError)] == []


def test_the_tree_is_told_whole(public: set[type[Exception]]) -> None:
    told = set(re.findall(r"\b(\w+Error)\b", (errors.__doc__ or "").partition("```\n")[0]))
    assert told == {cls.__name__ for cls in public}


def test_the_table_names_classes_that_there_are(public: set[type[Exception]]) -> None:
    assert errors.EXIT_STATUS.keys() - {cls.__name__ for cls in public} == {"OSError"}


@pytest.mark.parametrize(
    ("error", "status", "message"),
    [
        (errors.SpokenError({"en": "Nothing there.", "zh": "没有内容。"}), 1, "错误：没有内容。\n"),
        (UnknownThingError("plan:x", []), 2, "错误：“plan:x”不在图谱中\n"),
        (PermissionError(13, "Permission denied", "x"), 1, "错误：[Errno 13] Permission denied: 'x'\n"),
    ],
)
def test_what_ends_a_command_is_one_line_and_a_status(error: Exception, status: int, message: str) -> None:
    @click.group(cls=LazyGroup, table={"fail": LazyCommand("policygraph.cli.service", "token_command", "Fail.")})
    @click.option("--language", default="zh")
    def group(language: str) -> None:
        raise error

    result = CliRunner().invoke(group, ["fail"])
    assert (result.exit_code, result.stderr) == (status, message)


def test_the_list_of_commands_tells_what_each_says_of_itself() -> None:
    assert {name: entry.help for name, entry in cli.COMMANDS.items()} == {
        name: " ".join((command.help or "").split("\n\n")[0].split()) for name, command in cli.main.commands.items()
    }


def test_help_imports_no_library_of_rdf() -> None:
    program = (
        "import sys; from policygraph.cli import main\n"
        "try: main(['--help'])\n"
        "except SystemExit: print(sorted({'rdflib', 'pyshacl', 'pyoxigraph', 'rich', 'yaml'} & sys.modules.keys()))"
    )
    result = subprocess.run([sys.executable, "-c", program], check=True, capture_output=True, text=True)
    assert result.stdout.splitlines()[-1] == "[]"
