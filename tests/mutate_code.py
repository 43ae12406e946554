"""A module and the tests about it in, which mutants of its code survive out: a seeded sample, one process each.

    python -m tests.mutate_code policygraph/extract/figures/role.py 40 1 tests/test_figures.py

What stands behind the seed is handed to pytest, which loads no plugins: `--noconftest` and `-k 'not megabyte'` leave
out what is slow. A mutant whose tests use more processor time than `_LONGEST` is killed.

Mutants turn a comparison round or shift its bound, swap `and` and `or`, drop a `not`, swap plus and minus, turn a flag
round, or change a number by one. The source on disk is not touched: a child imports the mutant in its place.
"""

from __future__ import annotations

import ast
import contextlib
import copy
import importlib.util
import io
import os
import random
import signal
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

__all__ = ["mutants", "survivors"]

#: Seconds of processor time that the tests may take with one mutant.
_LONGEST = 20
_OPTIONS = ("-q", "-p", "no:cacheprovider")
ROOT = Path(__file__).resolve().parents[1]
_COMPARISONS = {
    ast.Eq: ast.NotEq, ast.NotEq: ast.Eq, ast.Lt: ast.LtE, ast.LtE: ast.Lt, ast.Gt: ast.GtE, ast.GtE: ast.Gt,
    ast.In: ast.NotIn, ast.NotIn: ast.In, ast.Is: ast.IsNot, ast.IsNot: ast.Is,
}  # fmt: skip
_SUMS = {ast.Add: ast.Sub, ast.Sub: ast.Add}


def _changed(node: ast.AST) -> Iterator[ast.AST]:
    """What may stand in the place of a node."""
    if isinstance(node, ast.Compare) and len(node.ops) == 1 and type(node.ops[0]) in _COMPARISONS:
        yield ast.Compare(node.left, [_COMPARISONS[type(node.ops[0])]()], node.comparators)
    elif isinstance(node, ast.BoolOp):
        yield ast.BoolOp(ast.Or() if isinstance(node.op, ast.And) else ast.And(), node.values)
    elif isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not):
        yield node.operand
    elif isinstance(node, ast.BinOp) and type(node.op) in _SUMS:
        yield ast.BinOp(node.left, _SUMS[type(node.op)](), node.right)
    elif isinstance(node, ast.Constant) and isinstance(node.value, bool):
        yield ast.Constant(not node.value)
    elif isinstance(node, ast.Constant) and isinstance(node.value, (int, float)):
        yield ast.Constant(node.value + 1)


class _Swap(ast.NodeTransformer):
    """Puts a node in the place of the one of a number, as ast.walk counts."""

    def __init__(self, old: ast.AST, new: ast.AST) -> None:
        self.old, self.new = old, new

    def visit(self, node: ast.AST) -> ast.AST:
        return ast.copy_location(self.new, node) if node is self.old else self.generic_visit(node)


def mutants(source: str) -> list[tuple[str, str]]:
    """What was changed (line, before, after) and the code, of every mutant; annotations and decorators are left."""
    tree = ast.parse(source)
    skipped = {
        id(inner)
        for node in ast.walk(tree)
        for part in (
            *getattr(node, "decorator_list", ()),
            *filter(None, (getattr(node, "annotation", None), getattr(node, "returns", None))),
        )
        for inner in ast.walk(part)
    }
    result = []
    for number, node in enumerate(ast.walk(tree)):
        if id(node) in skipped:
            continue
        for choice, new in enumerate(_changed(node)):
            fresh = copy.deepcopy(tree)
            old = next(each for at, each in enumerate(ast.walk(fresh)) if at == number)
            replaced = list(_changed(old))[choice]
            code = ast.unparse(ast.fix_missing_locations(_Swap(old, replaced).visit(fresh)))
            result.append((f"{getattr(node, 'lineno', 0)}: {ast.unparse(node)[:70]} -> {ast.unparse(new)[:70]}", code))
    return result


def survivors(path: Path, size: int, seed: int, tests: list[str]) -> tuple[int, list[str]]:
    """How many mutants were tried, and those that live. Raises ValueError where the module itself fails."""
    source = path.read_text(encoding="utf-8")
    _warm_up(tests)
    if not _passes(path, source, tests):
        raise ValueError(f"{path}: its tests fail as it is")
    every = mutants(source)
    sample = random.Random(seed).sample(every, min(size, len(every)))  # noqa: S311 - a sample to repeat
    alive = []
    for number, (about, code) in enumerate(sample, 1):
        if number % 25 == 0:
            sys.stderr.write(f"{number} of {len(sample)}\n")
        if _passes(path, code, tests):
            alive.append(about)
            sys.stdout.write(f"{about}\n")
            sys.stdout.flush()
    return len(sample), alive


def _warm_up(tests: list[str]) -> None:
    """Import once, for all children, what the tests import: they inherit other packages and compiled expressions."""
    os.environ["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] = "1"
    with contextlib.redirect_stdout(io.StringIO()):
        pytest.main(["--collect-only", *_OPTIONS, *tests])


def _forget_own_modules() -> None:
    """Take the modules of this repository out of those imported: they are to be imported with the mutant."""
    for name, module in list(sys.modules.items()):
        file = getattr(module, "__file__", None)
        if name != "__main__" and file and ".venv" not in file and Path(file).is_relative_to(ROOT):
            del sys.modules[name]


def _passes(path: Path, code: str, tests: list[str]) -> bool:
    """Whether the tests pass with this code in place of a module; a child runs them."""
    pid = os.fork()
    if not pid:
        status = 1
        try:
            signal.setitimer(signal.ITIMER_PROF, _LONGEST)  # a mutant may never end
            status = _tested(path, code, tests)
        finally:
            os._exit(status)
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) == 0


class _Finder:
    """Finds one module, whose code is the mutant's."""

    def __init__(self, name: str, path: Path, code: str) -> None:
        self.name, self.path, self.code = name, path, code

    def find_spec(self, name: str, *_: object) -> object:
        if name != self.name:
            return None
        places = [str(self.path.parent)] if self.path.name == "__init__.py" else None
        loader: Any = self
        return importlib.util.spec_from_file_location(name, self.path, loader=loader, submodule_search_locations=places)

    def create_module(self, _: object) -> None:
        return None

    def exec_module(self, module: object) -> None:
        exec(compile(self.code, str(self.path), "exec"), vars(module))  # noqa: S102 - the code is our own


def _tested(path: Path, code: str, tests: list[str]) -> int:
    """The exit status of the tests on a mutant; their output goes nowhere."""
    name = ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")
    _forget_own_modules()
    sys.meta_path.insert(0, _Finder(name, path, code))  # type: ignore[arg-type]
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 1)
    os.dup2(nowhere, 2)
    return int(pytest.main(["-x", *_OPTIONS, *tests]))


if __name__ == "__main__":
    tried, living = survivors((ROOT / sys.argv[1]).resolve(), int(sys.argv[2]), int(sys.argv[3]), sys.argv[4:])
    sys.stdout.write(f"{tried} tried, {len(living)} survived\n")
