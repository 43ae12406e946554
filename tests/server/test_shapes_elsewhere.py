"""What a build gives to other engines of SHACL: Jena finds nothing in it, and the same things wrong as we do."""

from __future__ import annotations

import shutil
import subprocess
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import pyoxigraph as ox
import pytest
import stores

from policygraph import paths, validate, vocab
from tests import examples

if TYPE_CHECKING:
    from collections.abc import Mapping

HERE = Path(__file__).resolve().parents[1]
EXAMPLES = HERE / "shapes"
FOLDERS = paths.find(HERE.parent)

pytestmark = pytest.mark.skipif(
    stores.fuseki_jar() is None or shutil.which("javac") is None,
    reason="2026-11-29: Jena is run from Java source with the jar of Fuseki; CI installs both",
)


@dataclass(frozen=True)
class _Examples:
    """File of an example -> the nodes that we say break a shape, and the things that the example is about."""

    expected: Mapping[str, set[str]]
    own: Mapping[str, set[str]]  # what all of them refer to is cut short


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> _Examples:
    """Each bad example in a file, with the classes that are inferred, as `asserted.ttl` has them."""
    folder = tmp_path_factory.mktemp("examples")
    about_data = validate.read_shapes(*FOLDERS.shapes)[1]
    base = examples.read(EXAMPLES / "base.ttl", vocab.GRAPH_REFERENCE)
    expected: dict[str, set[str]] = {}
    own: dict[str, set[str]] = {}
    for path in sorted(EXAMPLES.glob("*/xfail.ttl")):
        quads = examples.read(path)
        around = [*base, *quads]
        closure = examples.closure(around)
        findings = validate.check_shapes(validate.by_graph(quads), validate.types_of([*around, *closure]), about_data)
        things = {quad.subject for quad in around}
        types = [quad for quad in closure if quad.predicate == vocab.rdf_type and quad.subject in things]
        file = folder / f"{path.parent.name}.nt"
        triples = {quad.triple for quad in [*around, *types]}
        ox.serialize(sorted(triples, key=str), str(file), ox.RdfFormat.N_TRIPLES)
        expected[str(file)] = {finding.node for finding in findings if finding.node}
        own[str(file)] = {quad.subject.value for quad in quads}
    return _Examples(expected, own)


@pytest.fixture(scope="module")
def focus_nodes(written: _Examples, shipped_build: Path) -> Mapping[str, set[str]]:
    """File -> the nodes that Jena says break a shape: of the build and of the examples, as its start takes 2 s."""
    source = HERE / "shacl" / "FocusNodes.java"
    data = [shipped_build / "asserted.ttl", *written.expected]
    command = ["java", "-Xmx1g", "-cp", str(stores.fuseki_jar()), str(source), str(shipped_build / "shapes.ttl")]
    process = subprocess.run([*command, *map(str, data)], check=True, capture_output=True, text=True, encoding="utf-8")
    nodes: dict[str, set[str]] = defaultdict(set)
    for file, node in (line.split("\t") for line in process.stdout.splitlines()):
        nodes[file].add(node)
    return nodes


def test_jena_finds_nothing_wrong_in_the_build(focus_nodes: Mapping[str, set[str]], shipped_build: Path) -> None:
    assert focus_nodes.get(str(shipped_build / "asserted.ttl")) is None


def test_jena_finds_in_every_example_what_we_find(focus_nodes: Mapping[str, set[str]], written: _Examples) -> None:
    """The same focus nodes in each bad example."""
    assert sum(map(bool, written.expected.values())) > 50
    seen = {file: focus_nodes.get(file, set()) & written.own[file] for file in written.expected}
    assert seen == written.expected
