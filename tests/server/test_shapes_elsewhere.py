"""What a build gives to other engines of SHACL: Jena finds nothing in it, and the same things wrong as we do."""

from __future__ import annotations

import shutil
import subprocess
from collections import defaultdict
from pathlib import Path
from typing import TYPE_CHECKING

import pyoxigraph as ox
import pytest
import stores

from policygraph import paths, validate, vocab
from tests import examples

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

HERE = Path(__file__).resolve().parents[1]
EXAMPLES = HERE / "shapes"
FOLDERS = paths.find(HERE.parent)

pytestmark = pytest.mark.skipif(
    stores.fuseki_jar() is None or shutil.which("javac") is None,
    reason="2026-11-29: Jena is run from Java source with the jar of Fuseki; CI installs both",
)


def _focus_nodes(shapes: Path, data: Sequence[Path]) -> Mapping[str, set[str]]:
    """File -> the nodes that Jena says break a shape."""
    source = HERE / "shacl" / "FocusNodes.java"
    command = ["java", "-Xmx1g", "-cp", str(stores.fuseki_jar()), str(source), str(shapes), *map(str, data)]
    lines = subprocess.run(command, check=True, capture_output=True, text=True, encoding="utf-8").stdout.splitlines()
    nodes: dict[str, set[str]] = defaultdict(set)
    for file, node in (line.split("\t") for line in lines):
        nodes[file].add(node)
    return nodes


def test_jena_finds_nothing_wrong_in_the_build(shipped_build: Path) -> None:
    assert _focus_nodes(shipped_build / "shapes.ttl", [shipped_build / "asserted.ttl"]) == {}


def test_jena_finds_in_every_example_what_we_find(shipped_build: Path, tmp_path: Path) -> None:
    """Each bad example, with the classes that are inferred, as `asserted.ttl` has them: the same focus nodes."""
    about_data = validate.read_shapes(*FOLDERS.shapes)[1]
    base = examples.read(EXAMPLES / "base.ttl", vocab.GRAPH_REFERENCE)
    expected: dict[str, set[str]] = {}
    own: dict[str, set[str]] = {}  # what an example says; what all of them refer to is cut short
    for path in sorted(EXAMPLES.glob("*/xfail.ttl")):
        quads = examples.read(path)
        around = [*base, *quads]
        closure = examples.closure(around)
        findings = validate.check_shapes(validate.by_graph(quads), validate.types_of([*around, *closure]), about_data)
        things = {quad.subject for quad in around}
        types = [quad for quad in closure if quad.predicate == vocab.rdf_type and quad.subject in things]
        file = tmp_path / f"{path.parent.name}.nt"
        triples = {quad.triple for quad in [*around, *types]}
        ox.serialize(sorted(triples, key=str), str(file), ox.RdfFormat.N_TRIPLES)
        expected[str(file)] = {finding.node for finding in findings if finding.node}
        own[str(file)] = {quad.subject.value for quad in quads}
    seen = _focus_nodes(shipped_build / "shapes.ttl", [Path(file) for file in expected])
    assert sum(map(bool, expected.values())) > 50
    assert {file: seen.get(file, set()) & own[file] for file in expected} == expected
