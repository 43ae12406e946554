"""Who may lean on whom: imports go down the layers and never up or sideways; each library has one home."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest
from layers import Module, Rules, modules, table
from readme import filled

ROOT = Path(__file__).resolve().parents[1]

LIBRARY = Rules(
    "policygraph",
    layers=(
        ("messages",),
        (
            "vocab",
            "findings",
            "text",
            "tokens",
            "lines",
            "datatypes",
            "errors",
            "cache",
            "spilled",
            "pinyin",
            "process_limits",
            "broken_pools",
        ),
        ("base", "casts", "coding", "grammar", "manifest", "project", "remembered", "statistics", "text_reuse"),
        ("bindings", "corrections", "name_pairs", "paths"),
        ("quantity", "queries", "store", "infer"),
        ("records", "evidence", "renderings", "formats", "validate", "things", "describe"),
        ("linking", "surroundings"),
        ("search_index",),
        ("prepared",),
        ("coverage", "extract", "network", "diff"),
        ("importing", "draw", "analyse"),
        ("export",),
        ("facade", "build", "site"),
        ("cli",),
    ),
    doors={
        "build": frozenset({"one_document"}),
        "draw": frozenset({"chart", "diagram_text", "picture", "symbols"}),
        "extract": frozenset({"batch", "cluster", "evaluate", "files", "joined", "review"}),
        "formats": frozenset(
            {
                "blocks",
                "data_cube",
                "frames",
                "graph_files",
                "jelly",
                "jsonld",
                "metadata",
                "parquet",
                "python_terms",
                "rdf",
                "rdflib_terms",
                "stratml",
                "tables",
                "templates",
                "workbook",
                "xml_text",
            }
        ),
        "importing": frozenset({"sheets", "writer"}),
        "quantity": frozenset({"english", "numerals", "value_words"}),
        "records": frozenset({"portable", "schema", "yaml"}),
        "text_reuse": frozenset({"shingles"}),
    },
)
SERVICE = Rules(
    "server",
    layers=(
        ("failures", "formats", "routes"),
        ("front",),
        ("settings",),
        ("syntax",),
        ("workers",),
        ("service",),
        ("web", "operations"),
        ("graph",),
        ("linked_data", "api"),
        ("sparql", "reconciliation"),
        ("pages", "run"),
        ("assistants",),
        ("app",),
    ),
    doors={
        "api": frozenset({"parameters"}),
        "graph": frozenset(
            {
                "answer_table",
                "axes",
                "catalogue",
                "citations",
                "comparison",
                "correspondence",
                "hierarchy",
                "labels",
                "ladder",
                "passages",
                "phrases",
                "profile",
                "quotations",
                "reading",
                "search",
                "silence",
                "thing",
                "tile_map",
            }
        ),
        "front": frozenset({"connection", "crowd", "exchange", "wsgi"}),
        "linked_data": frozenset({"description"}),
        "service": frozenset({"cache", "curators", "drafts", "editions", "journal", "label_index", "rate_limit"}),
        "sparql": frozenset({"direct", "jobs"}),
        "syntax": frozenset(
            {
                *("diagnose", "escapes", "excerpt", "gate", "messages", "patterns", "prologue", "service_prefixes"),
                "updates",
            }
        ),
        "web": frozenset(
            {
                "answers",
                "ask",
                "headers",
                "names",
                "negotiation",
                "preferences",
                "problems",
                "protocol",
                "request",
                "urls",
            }
        ),
        "workers": frozenset(
            {
                *("addresses", "checks", "current_build", "exporters", "in_process", "job_types", "jobs"),
                *("messages", "pool", "readers", "writer"),
            }
        ),
    },
)
#: Third-party library -> the only modules of the library that import it; pyoxigraph may stand anywhere.
HOMES = {
    "babel": {"messages"},
    "click": {
        "cli",
        "cli.common",
        "cli.failures",
        "cli.graph",
        "cli.incoming",
        "cli.lazy",
        "cli.linking",
        "cli.manual",
        "cli.outgoing",
        "cli.phrase",
        "cli.project",
        "cli.service",
    },
    "distributed": {"extract.cluster"},
    "docx": {"extract.files.word"},
    "jinja2": {"formats.templates"},
    "lxml": {"extract.files.html"},
    "networkx": {"formats.graph_files", "network"},
    "opencc": {"extract.scripts"},
    "openpyxl": {"formats.workbook"},
    "owlrl": {"infer"},
    "pandas": {"formats.frames"},
    "pyarrow": {"formats.parquet"},
    "pyjelly": {"formats.jelly"},
    "pyld": {"formats.jsonld"},
    "pypdfium2": {"extract.files.pdf"},
    "pypinyin": {"pinyin"},
    "pyshacl": {"validate.validator"},
    "rapidocr": {"extract.files.scan"},
    "rdflib": {
        "formats.rdflib_terms",
        "infer",
        "validate.faulty",
        "validate.shapes",
        "validate.terms",
        "validate.validator",
        "validate.well_typed",
    },
    "rich": {"cli.terminal"},
    "trafilatura": {"extract.files.html"},
    "yaml": {"records.yaml"},
}

#: What puts the parts of the service together, and its door: they alone know every blueprint.
APP = frozenset({"server", "server.app"})

LIBRARY_MODULES = modules("policygraph")
SERVICE_MODULES = modules("server")
EVERY = [*((LIBRARY, module) for module in LIBRARY_MODULES), *((SERVICE, module) for module in SERVICE_MODULES)]


def _module(name: str, *imports: str) -> Module:
    return Module(name, Path(), frozenset(imports))


def test_both_packages_are_read() -> None:
    assert {"policygraph", "policygraph.extract.figures.statements"} <= {module.name for module in LIBRARY_MODULES}
    assert {"server", "server.workers.pool"} <= {module.name for module in SERVICE_MODULES}


@pytest.mark.parametrize(("rules", "module"), EVERY, ids=[module.name for _, module in EVERY])
def test_a_module_imports_from_below(rules: Rules, module: Module) -> None:
    assert module.name in APP or rules.faults(module) == [], (
        "“not below”: the room stands beside or above this one in `layers`; "
        "“private”: import what the room's `__init__` offers, or name the module in `doors`"
    )


@pytest.mark.parametrize(
    ("rules", "module", "faults"),
    [
        (
            LIBRARY,
            _module("policygraph.evidence", "policygraph.vocab", "policygraph.validate", "policygraph.build"),
            ["policygraph.build: not below", "policygraph.validate: not below"],
        ),
        (
            LIBRARY,
            _module("policygraph.cli.graph", "policygraph.extract", "policygraph.extract.draft.places"),
            ["policygraph.extract.draft.places: private"],
        ),
        (
            SERVICE,
            _module("server.workers.pool", "server.syntax.gate", "server.syntax.tokens", "server.service"),
            ["server.service: not below", "server.syntax.tokens: private"],
        ),
        (SERVICE, _module("server.sparql.query", "server.pages.home"), ["server.pages.home: not below"]),
    ],
)
def test_a_forbidden_import_would_be_seen(rules: Rules, module: Module, faults: list[str]) -> None:
    assert rules.faults(module) == faults


@pytest.mark.parametrize("rules", [LIBRARY, SERVICE], ids=lambda rules: rules.package)
def test_the_layers_name_the_rooms_that_there_are(rules: Rules) -> None:
    rooms = {module.room for module in modules(rules.package) if not module.room.startswith("__")}
    assert {room for layer in rules.layers for room in layer} == rooms


@pytest.mark.parametrize("rules", [LIBRARY, SERVICE], ids=lambda rules: rules.package)
def test_a_door_is_a_module_that_others_use(rules: Rules) -> None:
    """What nobody outside imports is no door: the table stays as small as it can be."""
    used = {
        tuple(name.split(".")[1:])
        for module in modules(rules.package)
        for name in module.imports
        if module.name not in APP and name.startswith(f"{rules.package}.") and name.split(".")[1] != module.room
    }
    doors = {(room, *inside.split(".")) for room, names in rules.doors.items() for inside in names}
    assert doors == {name for name in used if len(name) > 1}, (
        "what other rooms import (right) and `doors` (left) differ"
    )


def test_blueprints_import_no_blueprints() -> None:
    blueprints = {module.name: module for module in SERVICE_MODULES if "Blueprint(" in module.path.read_text("utf-8")}
    assert len(blueprints) > 20
    assert {name: names for name, module in blueprints.items() if (names := module.imports & blueprints.keys())} == {}


def test_the_library_knows_nothing_of_the_service() -> None:
    assert [module.name for module in LIBRARY_MODULES if {"flask", "server"} & module.libraries] == []


def test_every_third_party_library_has_one_home() -> None:
    homes: dict[str, set[str]] = {}
    for module in LIBRARY_MODULES:
        for name in module.libraries & HOMES.keys():
            homes.setdefault(name, set()).add(module.name.removeprefix("policygraph."))
    assert homes == HOMES


@pytest.mark.parametrize(("_", "module"), EVERY, ids=[module.name for _, module in EVERY])
def test_nothing_happens_on_import(_: Rules, module: Module) -> None:
    """A module's top level only defines and names things: no loop, no branch but for typing, no bare call."""
    allowed = (ast.Import, ast.ImportFrom, ast.FunctionDef, ast.ClassDef, ast.Assign, ast.AnnAssign)
    lines = []
    for node in module.tree.body:
        is_docstring = isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
        is_program = isinstance(node, ast.If) and ast.unparse(node.test) in ("TYPE_CHECKING", "__name__ == '__main__'")
        if not isinstance(node, allowed) and not is_docstring and not is_program:
            lines.append(node.lineno)
    assert module.name.endswith("__main__") or lines == []


@pytest.mark.parametrize(("_", "module"), EVERY, ids=[module.name for _, module in EVERY])
def test_a_module_says_what_it_does_and_what_is_public(_: Rules, module: Module) -> None:
    tree = module.tree
    is_room = module.path.name == "__init__.py" and len(tree.body) == 1
    public = [
        node for node in tree.body if isinstance(node, ast.Assign) and getattr(node.targets[0], "id", "") == "__all__"
    ]
    is_program = module.name.endswith("__main__")
    assert (bool(ast.get_docstring(tree)), len(public)) == (True, 0 if is_room or is_program else 1)


@pytest.mark.parametrize("package", ["policygraph", "server"])
def test_the_readme_of_a_package_tells_every_module(package: str) -> None:
    readme = (ROOT / package / "README.md").read_text(encoding="utf-8")
    assert readme == filled(readme, {"modules": table(package)}), "run `python -m tests.readme`"


@pytest.mark.parametrize("rules", [LIBRARY, SERVICE], ids=lambda rules: rules.package)
def test_the_drawing_of_a_package_has_its_layers(rules: Rules) -> None:
    """A line of the drawing is a layer, the ground last: rooms with two blanks between, then what they are."""
    readme = (ROOT / rules.package / "README.md").read_text(encoding="utf-8")
    (lines,) = [block for block in re.findall(r"```text\n(.*?)```", readme, re.DOTALL) if "\n  ▲\n" in block]
    rooms = [set(re.split(r" {3,}", line.strip())[0].split()) for line in lines.splitlines() if "▲" not in line]
    assert rooms[::-1] == [set(layer) for layer in rules.layers]
