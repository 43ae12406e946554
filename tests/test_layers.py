"""Who may lean on whom: imports go down the layers and never up or sideways; each library has one home."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]

#: The layers, from the ground up; a module imports from those below it, and its private helpers' owner.
LAYERS = (
    (
        "findings",
        "layout",
        "lettering",
        "marks",
        "markup",
        "paths",
        "raster",
        "vocab",
    ),
    (
        "quantity",
        "queries",
        "rdf",
        "records",
        "store",
    ),
    (
        "cube",
        "diagrams",
        "diff",
        "evaluate",
        "evidence",
        "extract",
        "infer",
        "jsonld",
        "network",
        "stratml",
        "tables",
        "things",
        "validate",
    ),
    ("intake", "recording", "review", "sheets"),
    (
        "analyse",
        "batch",
        "coverage",
        "describe",
        "export",
        "importing",
        "picture",
    ),
    (
        "build",
        "draw",
        "scribe",
    ),
    ("edit", "facade"),
    ("summary",),
    ("terminal",),
    ("interview",),
    ("cli",),
)
#: A module whose name starts with an underscore belongs to the public one above it.
OWNERS = {
    "_cli_common": "cli",
    "_cli_graph": "cli",
    "_cli_in": "cli",
    "_cli_out": "cli",
    "_agents": "extract",
    "_areas": "extract",
    "_changes": "extract",
    "_blocks": "extract",
    "_cluster": "batch",
    "_clauses": "extract",
    "_concepts": "extract",
    "_draft": "extract",
    "_entries": "extract",
    "_leads": "extract",
    "_measured": "extract",
    "_encodings": "intake",
    "_pdf": "intake",
    "_rows": "intake",
    "_web": "intake",
    "_word": "intake",
    "_metadata": "extract",
    "_names": "extract",
    "_numbering": "extract",
    "_outline": "extract",
    "_passages": "extract",
    "_places": "extract",
    "_roles": "extract",
    "_statements": "extract",
    "_structure": "extract",
    "_tables": "extract",
    "_times": "extract",
    "_values": "extract",
    "_svg": "draw",
    "_export_lines": "export",
    "_export_profiles": "export",
    "_export_statements": "export",
    "_export_tables": "export",
    "_export_views": "export",
    "_chart": "facade",
    "_frames": "facade",
    "_rdflib": "facade",
    "_terms": "facade",
    "_graph_files": "network",
    "_jelly": "rdf",
    "_parquet": "tables",
    "_workbook": "tables",
    "_yaml": "records",
    "_reader": "records",
    "_numerals": "quantity",
    "_measures": "quantity",
    "_phrases": "quantity",
}

#: Third-party library -> the only modules that import it; pyoxigraph may stand anywhere.
HOMES = {
    "click": {"_cli_common", "_cli_graph", "_cli_in", "_cli_out", "cli"},
    "distributed": {"_cluster"},
    "docx": {"_word"},
    "jinja2": {"markup"},
    "lxml": {"_web"},
    "networkx": {"_graph_files", "network"},
    "openpyxl": {"_workbook"},
    "owlrl": {"infer"},
    "pandas": {"_frames"},
    "pyarrow": {"_parquet"},
    "pyjelly": {"_jelly"},
    "pyld": {"jsonld"},
    "pypdfium2": {"_pdf"},
    "pypinyin": {"_names"},
    "pyshacl": {"validate"},
    "rdflib": {"_rdflib", "infer", "validate"},
    "rich": {"terminal"},
    "trafilatura": {"_web"},
    "yaml": {"_yaml"},
}


def _imports(path: Path) -> set[str]:
    """The top-level modules, and the modules of ours, that a file imports."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module == "policygraph":
            found |= {f"policygraph.{alias.name}" for alias in node.names if not alias.name.startswith("__")}
        elif isinstance(node, ast.ImportFrom) and node.module:
            ours = node.module.startswith("policygraph.")
            found.add(node.module if ours else node.module.split(".")[0])
    return found


MODULES = sorted(path for path in (ROOT / "policygraph").glob("*.py") if not path.stem.startswith("__"))
LEVEL = {name: level for level, names in enumerate(LAYERS) for name in names}


def _level(name: str) -> int:
    return LEVEL[OWNERS.get(name, name)]


def _faults(module: str, imported: set[str]) -> list[str]:
    ours = {name.removeprefix("policygraph.") for name in imported if name.startswith("policygraph.")}
    family = {module, OWNERS.get(module, module)} | {name for name, owner in OWNERS.items() if owner == module}
    siblings = {name for name, owner in OWNERS.items() if owner == OWNERS.get(module)}
    return sorted(name for name in ours - family - siblings if _level(name) >= _level(module))


@pytest.mark.parametrize("path", MODULES, ids=lambda path: path.stem)
def test_a_module_imports_from_below(path: Path) -> None:
    assert _faults(path.stem, _imports(path)) == []


def test_an_import_from_above_or_beside_would_be_found() -> None:
    assert _faults("evidence", {"policygraph.infer", "policygraph.build", "policygraph.vocab"}) == ["build", "infer"]


def test_every_third_party_library_has_one_home() -> None:
    homes: dict[str, set[str]] = {}
    for path in MODULES:
        for name in _imports(path) & HOMES.keys():
            homes.setdefault(name, set()).add(path.stem)
    assert homes == HOMES


def test_flask_stays_in_the_server() -> None:
    assert [path.stem for path in MODULES if "flask" in _imports(path)] == []


def test_nothing_happens_on_import() -> None:
    """A module's top level only defines and names things: no loop, no branch but for typing, no bare call."""
    allowed = (ast.Import, ast.ImportFrom, ast.FunctionDef, ast.ClassDef, ast.Assign, ast.AnnAssign)
    found = []
    for path in MODULES:
        for node in ast.parse(path.read_text(encoding="utf-8")).body:
            is_docstring = isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
            if not isinstance(node, allowed) and not is_docstring:
                found.append(f"{path.name}:{node.lineno}")
    assert found == []


@pytest.mark.parametrize("path", MODULES, ids=lambda path: path.stem)
def test_a_module_says_what_it_does_and_what_is_public(path: Path) -> None:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    docstring = ast.get_docstring(tree)
    public = [
        node for node in tree.body if isinstance(node, ast.Assign) and getattr(node.targets[0], "id", "") == "__all__"
    ]
    assert (bool(docstring), len(public)) == (True, 1)


def test_the_readme_names_every_module() -> None:
    readme = (ROOT / "policygraph" / "README.md").read_text(encoding="utf-8")
    named = set(re.findall(r"`(\w+)`", readme.partition("| to |")[2]))
    assert named == {path.stem for path in MODULES}
