"""The service's own layout: one home for each library, relative imports, a front that never runs a query."""

from __future__ import annotations

import ast
import subprocess
import sys

from layers import ROOT, Module, modules

MODULES = modules("server")
#: The pages, all of them: each has words to translate, and terms of the graph in its rows.
PAGES = "pages"
#: Third-party library -> the only modules of the service that import it.
HOMES = {
    "mcp": {"assistants.protocol"},
    "prometheus_client": {"service.journal"},
    "pyoxigraph": {
        "api.questions",
        "api.vocabulary",
        "api.writers",
        "assistants.tools",
        "formats",
        "graph.answer_table",
        "graph.comparison",
        "graph.hierarchy",
        "graph.inferences",
        "graph.labels",
        "graph.ladder",
        "graph.plan_names",
        "graph.profile",
        "graph.quotations",
        "graph.reading",
        "graph.search",
        "graph.silence",
        "graph.thing",
        "linked_data.description",
        "linked_data.documents",
        PAGES,
        "reconciliation.matching",
        "reconciliation.values",
        "sparql.explain",
        "web.ask",
        "workers.changes",
        "workers.remote_pool",
        "workers.remote_store",
        "workers.update_process",
        "workers.worker",
        "workers.zygote",
    },
    "babel": {"pages.wording", "web.preferences"},
    "flask_babel": {"graph.labels", "graph.tile_map", PAGES},
    "httptools": {"front.connection"},
    "rapidfuzz": {"reconciliation.values", "service.label_index", "service.similar_names"},
    "uvloop": {"run"},
}
#: The libraries that every page may import.
OF_PAGES = frozenset(library for library, homes in HOMES.items() if PAGES in homes)


def _short(module: Module) -> str:
    return module.name.removeprefix("server.")


def test_the_service_is_read() -> None:
    assert {"server", "server.workers.pool"} <= {module.name for module in MODULES}


def test_every_library_has_its_home() -> None:
    homes: dict[str, set[str]] = {}
    for module in MODULES:
        for name in module.libraries & HOMES.keys():
            homes.setdefault(name, set()).add(PAGES if module.room == PAGES and name in OF_PAGES else _short(module))
    assert homes == HOMES, (
        "modules that import a library (left) and HOMES (right) differ: use what these offer, else add yours"
    )


def test_nothing_imports_the_service_by_its_full_name() -> None:
    """In a wheel the package is policygraph.server: imports inside it are relative."""
    absolute = [
        module.name
        for module in MODULES
        for node in ast.walk(module.tree)
        if (isinstance(node, ast.ImportFrom) and not node.level and (node.module or "").startswith("server"))
        or (isinstance(node, ast.Import) and any(alias.name.startswith("server") for alias in node.names))
    ]
    assert absolute == []


def test_the_service_starts_without_what_few_requests_need() -> None:
    """What reads documents, builds and draws takes as long to import as all the rest."""
    slow = {
        "networkx",
        "owlrl",
        "policygraph.build",
        "policygraph.extract",
        "policygraph.validate",
        "pyshacl",
        "rdflib",
    }
    program = f"import sys, server; server.create_app; print(sorted({slow} & sys.modules.keys()))"
    process = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True)
    assert process.stdout == "[]\n"


def test_only_workers_evaluate_and_parse() -> None:
    """`remote_store` is a worker's side too."""

    def calls(module: Module) -> set[str]:
        nodes = [node.func for node in ast.walk(module.tree) if isinstance(node, ast.Call)]
        return {node.attr for node in nodes if isinstance(node, ast.Attribute)} & {"query", "parse"}

    both = {"query", "parse"}
    callers = {_short(module): calls(module) for module in MODULES if calls(module)}
    # what `ask` parses a worker has written
    assert callers == {
        "workers.remote_store": both,
        "workers.worker": both,
        "web.ask": {"parse"},
        "workers.changes": {"parse"},
        "workers.update_process": {"parse"},
    }
