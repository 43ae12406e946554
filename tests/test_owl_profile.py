"""The ontology is in OWL 2 DL, and in RL but for the two datatypes that it declares; a reasoner finds errors by it.

The OWL API checks the profiles, HermiT the statements that ontology/restrictions.ttl rules out.
"""

from __future__ import annotations

import shutil
import subprocess
import warnings
from pathlib import Path

import pyoxigraph as ox
import pytest

from policygraph import paths, store, vocab

HERE = Path(__file__).resolve().parent
FOLDERS = paths.find(HERE.parent)
#: Files of the ontology. cube.ttl is not among them: it describes an export, and no term of ours.
FILES = ("policy", "concepts", "alignments", "external", "restrictions")
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


#: What a curator may have written -> statements that cannot all be true.
ERRORS = {
    "two indicators of one target": ":t pg:ofIndicator :a, :b . :a owl:differentFrom :b .",
    "two values of one kind of count": ":c pg:hasDeclaredCount 5, 6 .",
    "a part of a plan and of another": ":m pg:isPartOf :one, :two . :one owl:differentFrom :two .",
    "a part of an area": ":m a pg:Measure ; pg:isPartOf :city . :city a pg:City .",
    "one text of two documents": ":x pg:isTextOf :d1, :d2 . :d1 owl:differentFrom :d2 .",
    "two texts with one checksum": ':x a pg:SourceText ; pg:hasSha256 "0f" . :y a pg:SourceText ; pg:hasSha256 "0f" . '
    ":x owl:differentFrom :y .",
}
SOUND = ":t pg:ofIndicator :a . :m a pg:Measure ; pg:isPartOf :g . :g a pg:TaskGroup ; pg:isPartOf :p . :p a pg:Plan ."


def _is_consistent(statements: str, folder: Path) -> bool:
    """Whether HermiT finds a model of the ontology and statements."""
    import owlready2

    prefixes = (
        f"@prefix : <https://e/> . @prefix pg: <{vocab.PREFIXES['pg']}> . @prefix owl: <{vocab.PREFIXES['owl']}> . "
    )
    quads = [*_ontology("policy", "external", "restrictions"), *ox.parse(prefixes + statements, ox.RdfFormat.TURTLE)]
    path = folder / "ontology.nt"
    path.write_bytes(ox.serialize((quad.triple for quad in quads), format=ox.RdfFormat.N_TRIPLES) or b"")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it warns of properties that are punned
        world = owlready2.World()
        world.get_ontology(path.as_uri()).load()
        try:
            owlready2.sync_reasoner_hermit(world, debug=0)
        except owlready2.OwlReadyInconsistentOntologyError:
            return False
    return True


def test_a_reasoner_finds_a_model_of_what_can_be(tmp_path: Path) -> None:
    assert _is_consistent(SOUND, tmp_path)


@pytest.mark.parametrize("error", ERRORS)
def test_a_reasoner_finds_what_cannot_be(error: str, tmp_path: Path) -> None:
    assert not _is_consistent(f"{SOUND} {ERRORS[error]}", tmp_path)
