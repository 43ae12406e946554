"""The ontology is in OWL 2 DL, and in OWL 2 RL but for the two datatypes that it declares: the OWL API says so."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pyoxigraph as ox
import pytest

from policygraph import paths, store, vocab

HERE = Path(__file__).resolve().parent
FOLDERS = paths.find(HERE.parent)
#: Files of the ontology. cube.ttl is not among them: it describes an export, and no term of ours.
FILES = ("policy", "concepts", "alignments", "external")
#: The datatypes of our own, which RL does not know.
DATATYPES = [
    f"RL Use of data range not in profile: <{vocab.PREFIXES['pg']}{name}>" for name in ("GB2260", "MonthInterval")
]

pytestmark = pytest.mark.skipif(
    shutil.which("javac") is None, reason="2026-11-29: the OWL API is run from Java source; CI installs a JDK"
)


def _violations(quads: list[ox.Quad], folder: Path) -> list[str]:
    """What the OWL API finds in statements, each violation up to the axiom that it quotes."""
    import owlready2

    path = folder / "ontology.ttl"
    path.write_bytes(ox.serialize((quad.triple for quad in quads), format=ox.RdfFormat.N_TRIPLES) or b"")
    jar = Path(owlready2.__file__).parent / "hermit" / "HermiT.jar"
    command = ["java", "-cp", str(jar), str(HERE / "owl" / "Profile.java"), str(path)]
    found = subprocess.run(command, check=True, capture_output=True, text=True, encoding="utf-8")
    return sorted({line.partition(">")[0] + ">" for line in found.stdout.splitlines()})


def _ontology(*names: str) -> list[ox.Quad]:
    return [quad for name in names for quad in store.turtle(FOLDERS.ontology / f"{name}.ttl", vocab.GRAPH_ONTOLOGY)]


def test_the_ontology_is_in_the_profiles_that_it_claims(tmp_path: Path) -> None:
    assert _violations(_ontology(*FILES), tmp_path) == DATATYPES


def test_a_term_that_nobody_declares_is_found(tmp_path: Path) -> None:
    names = (f"{vocab.PREFIXES['pg']}Plan", "http://www.w3.org/2000/01/rdf-schema#subClassOf", "https://e/Scheme")
    spoiled = ox.Quad(*(ox.NamedNode(name) for name in names), vocab.GRAPH_ONTOLOGY)
    expected = [f"{profile} Use of undeclared class: <https://e/Scheme>" for profile in ("DL", "RL")]
    assert _violations([*_ontology(*FILES), spoiled], tmp_path) == sorted([*expected, *DATATYPES])
