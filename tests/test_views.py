"""Views for graph tools: hierarchies, co-responsibility, alignments, initiatives; each format read by its reader."""

from __future__ import annotations

import io
import json
import os
import re
import shutil
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING, Any

import networkx as nx
import pyoxigraph as ox
import pytest

from policygraph import export, network, paths, queries, vocab
from policygraph.export import VIEWS, Wanted

if TYPE_CHECKING:
    from collections.abc import Callable


FOLDERS = paths.find()
ID = vocab.ID
PLAN, GROUP, TASK = f"{ID}plan/pioneer", f"{ID}pioneer/g1", f"{ID}pioneer/g1-t1"
READERS: dict[str, Callable[[bytes], nx.Graph]] = {
    "graphml": lambda data: nx.read_graphml(io.BytesIO(data)),
    "gexf": lambda data: nx.read_gexf(io.BytesIO(data)),
    "cyjs": lambda data: nx.cytoscape_graph(json.loads(data), name="label"),
}


@pytest.fixture(scope="module")
def graphs(shipped: ox.Store) -> dict[str, nx.Graph]:
    """Every view of the shipped graph."""

    def rows(name: str) -> queries.Rows:
        return queries.run(queries.read(FOLDERS.queries / "views" / f"{name}.rq"), shipped)

    return {
        name: network.of_rows(rows(f"{name}-nodes"), rows(f"{name}-edges"), is_directed=view.is_directed)
        for name, view in VIEWS.items()
    }


def _plain(said: dict[str, Any]) -> dict[str, Any]:
    """What a node says, without what readers add of their own."""
    return {name: value for name, value in said.items() if name not in ("id", "value", "name")}


@pytest.mark.parametrize("form", READERS)
def test_a_hierarchy_is_read_back_with_types_and_labels(pioneer: ox.Store, form: str) -> None:
    graph = READERS[form](export.run(f"hierarchy.{form}", pioneer, FOLDERS, Wanted(language="en")))
    task = {
        "label": "Strengthen equipment manufacturing",
        "label_en": "Strengthen equipment manufacturing",
        "label_zh": "做强装备制造",
        "kind": "Task",
        "kind_zh": "任务",
        "kind_en": "task",
        "number": "1.",
        "targets": 0,
    }
    edges = {(start, end): said["ordinal"] for start, end, said in graph.edges(data=True)}
    assert (graph.is_directed(), edges, graph.nodes[GROUP]["targets"]) == (
        True,
        {(PLAN, GROUP): 1, (GROUP, TASK): 1},
        1,
    )
    assert _plain(graph.nodes[TASK]) == task


@pytest.mark.parametrize("view", VIEWS)
@pytest.mark.parametrize("form", READERS)
def test_every_view_of_the_shipped_graph_is_read_back(shipped: ox.Store, graphs, view: str, form: str) -> None:
    graph = READERS[form](export.run(f"{view}.{form}", shipped, FOLDERS, Wanted()))
    expected = graphs[view]
    assert {node: said["kind"] for node, said in graph.nodes(data=True)} == dict(expected.nodes(data="kind"))
    assert {frozenset(edge) for edge in graph.edges} == {frozenset(edge) for edge in expected.edges}
    assert graph.is_directed() == expected.is_directed()


def test_views_hold_what_the_graph_says(graphs) -> None:
    assert {name: graph.is_directed() for name, graph in graphs.items()} == {
        name: name != "co-responsibility" for name in VIEWS
    }
    hierarchy = graphs["hierarchy"]
    assert [node for node, degree in hierarchy.in_degree() if degree > 1] == []
    assert nx.is_directed_acyclic_graph(hierarchy)
    assert {kind for _, kind in graphs["co-responsibility"].nodes(data="kind")} == {
        *("City", "District", "LeadingGroup", "Organisation", "OrganisationGroup", "UrbanRegion")
    }
    ends = {
        (graphs["initiatives"].nodes[start]["kind"], graphs["initiatives"].nodes[end]["kind"])
        for start, end in graphs["initiatives"].edges
    }
    assert ends == {("Plan", "Initiative")}
    plans = [graphs["alignment"].nodes[node].get("plan_zh") for node in graphs["alignment"]]
    assert None not in plans


def test_agents_of_one_element_are_joined_as_often_as_they_share_one() -> None:
    """Two elements of a plan and one of another: the whole graph, and the plan alone."""
    pairs = [("x", "a"), ("x", "b"), ("y", "a"), ("y", "b"), ("y", "c"), ("z", "a"), ("z", "d")]
    text = "".join(
        f"id:r{n} a pg:ResponsibilityAssignment ; pg:assignsElement id:{e} ; pg:assignsAgent id:{a} . "
        for n, (e, a) in enumerate(pairs)
    )
    text += "id:x pg:isWithin id:p . id:y pg:isWithin id:p . id:z pg:isWithin id:q . "
    text += "pg:Organisation skos:prefLabel '组织'@zh . " + "".join(f"id:{a} a pg:Organisation . " for a in "abcd")
    prefixes = "".join(f"PREFIX {name}: <{space}> " for name, space in vocab.PREFIXES.items())
    opened = ox.Store()
    opened.load(prefixes + text, ox.RdfFormat.TURTLE)

    def weights(**how: str) -> dict[str, int]:
        graph = READERS["graphml"](export.run("co-responsibility.graphml", opened, FOLDERS, Wanted(**how)))
        names = {node: node.removeprefix(ID) for node in graph}
        assert not graph.is_directed()
        return {"".join(sorted((names[s], names[e]))): said["weight"] for s, e, said in graph.edges(data=True)}

    assert weights() == {"ab": 2, "ac": 1, "bc": 1, "ad": 1}
    assert weights(plan=f"{ID}p") == {"ab": 2, "ac": 1, "bc": 1}


def test_graphviz_reads_every_view(shipped: ox.Store, graphs) -> None:
    program = shutil.which("dot")
    if program is None:
        pytest.skip("2026-11-25: Graphviz is not installed; on Debian: apt-get install graphviz")
    for name, graph in graphs.items():
        text = export.run(f"{name}.dot", shipped, FOLDERS, Wanted())
        # -Tcanon reads and writes, and lays nothing out
        done = subprocess.run([program, "-Tcanon"], input=text, capture_output=True, check=True)
        assert done.stderr == b""
        read = done.stdout.decode()
        arrow = "->" if graph.is_directed() else "--"
        assert len(re.findall(rf"^\s*n\d+ {arrow} n\d+", read, re.MULTILINE)) == graph.number_of_edges()


#: The part of Mermaid that is written: the lines of a flowchart.
_MERMAID = [
    r"---",
    r'title: ".*"',
    r"flowchart LR",
    r'  n\d+\["[^"\[\]{}<>|]*"\]:::k\d+',
    r'  n\d+ (-->|---|-\.->)(\|"[^"\[\]{}<>|]*"\|)? n\d+',
    r'  subgraph legend \[" "\]',
    r"    direction LR",
    r'    l\d+\["[^"\[\]{}<>|]*"\]:::k\d+',
    r"  end",
    r"  style legend fill:none,stroke:#[0-9a-f]{6}",
    r"  classDef k\d+ fill:#[0-9a-f]{6},stroke:#[0-9a-f]{6},color:#[0-9a-f]{6}",
]


def test_mermaid_is_the_part_of_it_that_is_meant(shipped: ox.Store) -> None:
    line = re.compile("|".join(f"(?:{each})" for each in _MERMAID))
    for name in VIEWS:
        text = export.run(f"{name}.mmd", shipped, FOLDERS, Wanted()).decode()
        assert [row for row in text.splitlines() if not line.fullmatch(row)] == []


def test_mermaid_reads_every_view(shipped: ox.Store, graphs, tmp_path: Path) -> None:
    folder, program = os.environ.get("POLICYGRAPH_MERMAID"), shutil.which("node")
    if not folder or not program:
        pytest.skip("2026-11-25: Mermaid's parser is 180 MB of npm packages; see tests/mermaid/README.md")
    files = [tmp_path / f"{name}.mmd" for name in VIEWS]
    for path in files:
        path.write_bytes(export.run(path.name, shipped, FOLDERS, Wanted(language="en")))
    script = (Path(__file__).parent / "mermaid" / "parse.mjs").read_bytes()
    command = [program, "--input-type=module", "-", *map(str, files)]
    done = subprocess.run(command, input=script, cwd=folder, capture_output=True, check=True)
    # beside its nodes a view has a legend: a box for each kind, and the box around them
    kinds = [len(set(dict(graph.nodes(data="kind")).values())) for graph in graphs.values()]
    expected = [
        [graph.number_of_nodes() + legend + 1, graph.number_of_edges()]
        for graph, legend in zip(graphs.values(), kinds, strict=True)
    ]
    assert json.loads(done.stdout) == expected


def test_a_diagram_speaks_one_language_and_tells_relations(shipped: ox.Store) -> None:
    plan = vocab.expand("plan:shenyang-14th-five-year-plan")
    told = {
        language: re.findall(r'label="([^"]+)", fontsize="10"', export.run(
            "alignment.dot", shipped, FOLDERS, Wanted(language=language)
        ).decode())
        for language in ("zh", "en")
    }  # fmt: skip
    assert (set(told["zh"]), set(told["en"]), len(told["zh"])) == (
        {"相等", "相交", "等价", "包含", "包含于"},
        {"equal to", "intersects with", "equivalent to", "superset of", "subset of"},
        66,
    )
    with pytest.raises(export.ExportError):
        export.run("alignment.dot", shipped, FOLDERS, Wanted(plan=plan))


@pytest.mark.parametrize("form", ["graphml", "gexf", "cyjs", "dot", "mmd"])
def test_the_same_view_is_the_same_bytes(pioneer: ox.Store, form: str) -> None:
    first = export.run(f"hierarchy.{form}", pioneer, FOLDERS, Wanted())
    assert first == export.run(f"hierarchy.{form}", pioneer, FOLDERS, Wanted())
    assert not re.search(rb"20\d\d-\d\d-\d\d", first)
