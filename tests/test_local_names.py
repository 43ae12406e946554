"""Names are nouns of what they hold: `match`, `label`, `response`, never `found` or `said`.

Of variables and parameters, and of the functions, methods and attributes that modules and classes offer.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

import pytest
from layers import modules

#: Participles that say nothing of what a variable holds.
_PARTICIPLES = frozenset({"asked", "found", "known", "said", "told", "wished", "wishes"})
#: A noun where it is an instance of a class of that name; elsewhere it says as little as the others.
_NOUN_OF = {"reading": frozenset({"Reading", "_Reading"})}


def _bound(function: ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda) -> Iterator[str]:
    """The names that a function binds: its parameters, and what it assigns to, its inner functions included."""
    for node in ast.walk(function):
        if isinstance(node, ast.arg):
            yield node.arg
        elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            yield node.id


def _vague(tree: ast.Module) -> set[str]:
    """The names that say nothing, of the variables and parameters of a module's functions."""
    functions = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)
    names = {name for node in ast.walk(tree) if isinstance(node, functions) for name in _bound(node)}
    classes = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}
    classes |= {node.name for node in ast.walk(tree) if isinstance(node, ast.ClassDef)}
    return names & _PARTICIPLES | {name for name, nouns in _NOUN_OF.items() if name in names and not nouns & classes}


def _offered(tree: ast.Module) -> Iterator[str]:
    """What a module defines, and what its objects hold, in lower case and without an underscore in front."""
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            yield node.name.lstrip("_").lower()
        if isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Store):
            yield node.attr.lstrip("_")
        if isinstance(node, ast.ClassDef | ast.Module):
            targets = [part for part in node.body if isinstance(part, ast.Assign | ast.AnnAssign)]
            names = [name for part in targets for name in ast.walk(part) if isinstance(name, ast.Name)]
            yield from (name.id.lstrip("_").lower() for name in names if isinstance(name.ctx, ast.Store))


OFFERED = {
    "def said(self): pass": {"said"},
    "class Query:\n    def told(self): pass": {"told"},
    "class Query:\n    known: dict[str, str]": {"known"},
    "class Query:\n    def __init__(self, rows):\n        self.found = rows": {"found"},
    "class _Known: pass": {"known"},
    "def _asked(): pass": {"asked"},
    "_WISHES = {}": {"wishes"},
    "class KnownNames: pass\ndef is_known(name): return name.found": set(),
}


@pytest.mark.parametrize(("source", "names"), OFFERED.items())
def test_a_vague_attribute_is_seen(source: str, names: set[str]) -> None:
    assert _PARTICIPLES & set(_offered(ast.parse(source))) == names


@pytest.mark.parametrize("package", ["policygraph", "server"])
def test_functions_and_attributes_are_nouns_of_what_they_hold(package: str) -> None:
    sources = modules(package)
    assert len(sources) > 50
    vague = {module.name: names for module in sources if (names := _PARTICIPLES & set(_offered(module.tree)))}
    assert vague == {}


VAGUE = {
    "def f(found): return found": {"found"},
    "def f(text):\n    said = text.strip()": {"said"},
    "def f(rows): return [told for told in rows]": {"told"},
    "f = lambda known: known": {"known"},
    "def f(rows):\n    if asked := rows.get(1): pass": {"asked"},
    "def f(*, reading: int): pass": {"reading"},
    "class Reading: pass\ndef f(reading: Reading): pass": set(),
    "found = 1\ndef f(match): return match.found": set(),
}


@pytest.mark.parametrize(("source", "names"), VAGUE.items())
def test_a_vague_name_is_seen(source: str, names: set[str]) -> None:
    assert _vague(ast.parse(source)) == names


@pytest.mark.parametrize("package", ["policygraph", "server"])
def test_local_variables_are_nouns_of_what_they_hold(package: str) -> None:
    sources = modules(package)
    assert len(sources) > 50
    vague = {module.name: names for module in sources if (names := _vague(module.tree))}
    assert vague == {}
