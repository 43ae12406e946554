"""The service's own layout: nothing happens on import, one home for each library, the front never runs a query."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

SERVER = Path(__file__).resolve().parents[2] / "server"
MODULES = sorted(SERVER.glob("*.py"))
#: Third-party library -> the only modules that import it.
HOMES = {
    "prometheus_client": {"journal"},
    "pyoxigraph": {
        *(
            "api",
            "branches",
            "explain",
            "changes",
            "description",
            "editor",
            "find",
            "formats",
            "inlet",
            "linked",
            "names",
            "profile",
            "query",
            "reading",
            "remote",
            "tables",
            "thing",
            "vocabulary",
            "why",
            "wording",
            "worker",
            "zygote",
        ),
    },
    "babel": {"wording"},
    "flask_babel": {"home", "names", "pages", "query", "things", "wording"},
    "waitress": {"run"},
}


def _tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def _libraries(path: Path) -> set[str]:
    found: set[str] = set()
    for node in ast.walk(_tree(path)):
        if isinstance(node, ast.Import):
            found |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            found.add(node.module.split(".")[0])
    return found


def test_every_library_has_its_home() -> None:
    homes: dict[str, set[str]] = {}
    for path in MODULES:
        for name in _libraries(path) & HOMES.keys():
            homes.setdefault(name, set()).add(path.stem)
    assert homes == HOMES


def test_nothing_imports_the_service_by_its_full_name() -> None:
    """In a wheel the package is policygraph.server: imports inside it are relative."""
    assert [path.stem for path in MODULES if "server" in _libraries(path)] == []


def test_only_workers_evaluate_and_parse() -> None:
    """`inlet` is a worker's side too."""

    def calls(path: Path) -> set[str]:
        nodes = [node.func for node in ast.walk(_tree(path)) if isinstance(node, ast.Call)]
        return {node.attr for node in nodes if isinstance(node, ast.Attribute)} & {"query", "parse"}

    both = {"query", "parse"}
    found = {path.stem: calls(path) for path in MODULES if calls(path)}
    # what `reading` parses a worker has written
    assert found == {"inlet": both, "worker": both, "reading": {"parse"}, "changes": {"parse"}, "editor": {"parse"}}


@pytest.mark.parametrize("path", MODULES, ids=lambda path: path.stem)
def test_nothing_happens_on_import_and_a_module_says_what_it_does(path: Path) -> None:
    allowed = (ast.Import, ast.ImportFrom, ast.FunctionDef, ast.ClassDef, ast.Assign, ast.AnnAssign)
    tree = _tree(path)
    body = tree.body[:-1] if path.stem in ("editor", "zygote") else tree.body  # its last statement runs it as a program
    loose = [node.lineno for node in body[1:] if not isinstance(node, allowed)]
    assigned = [node.targets[0] for node in tree.body if isinstance(node, ast.Assign)]
    public = [target for target in assigned if isinstance(target, ast.Name) and target.id == "__all__"]
    assert (loose, bool(ast.get_docstring(tree)), len(public)) == ([], True, 1)
