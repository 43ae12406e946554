"""Shared fixtures: the shipped graph, built once, and a small project that tests may spoil."""

from __future__ import annotations

import gc
import os
import re
import shutil
import tempfile
from collections.abc import Callable
from dataclasses import replace
from multiprocessing.util import Finalize
from pathlib import Path
from typing import TYPE_CHECKING

import hypothesis
import pyoxigraph as ox
import pytest
from small_plan import RECORD, SOURCES

from policygraph import build, extract, paths, store
from policygraph.linking import Resolver
from policygraph.linking.indicators import Indicators

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).resolve().parents[1]

# no example has a deadline: a loaded machine is slow
hypothesis.settings.register_profile("unhurried", deadline=None)
hypothesis.settings.load_profile("unhurried")

# tests start a few hundred processes of ours: the first of them leaves its bytecode for the others
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)

# the Java programs that tests start live for seconds: what compiles and collects for servers costs more than it gives
os.environ.setdefault("JDK_JAVA_OPTIONS", "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC")

#: Where tests write if it has room: a disk is waited for, forty times for each build, and keeps nothing that they need.
_MEMORY = Path("/dev/shm")  # noqa: S108 - pytest makes a folder of its own in it
#: Bytes that must be free in memory: a run of the suite writes 1.5 GB at most, and removes it.
_ROOM = 6 * 2**30


def _is_roomy(folder: Path) -> bool:
    """Whether programs may be run from a folder in memory (wheels are installed there), and there is room in both."""
    try:
        state = os.statvfs(folder)
        available = re.search(r"MemAvailable: +(\d+) kB", Path("/proc/meminfo").read_text(encoding="ascii"))
    except OSError:
        return False
    free = min(state.f_bavail * state.f_frsize, int(available[1]) * 1024 if available else 0)
    return not state.f_flag & os.ST_NOEXEC and free >= _ROOM


if "TMPDIR" not in os.environ and _is_roomy(_MEMORY):
    os.environ["PYTEST_DEBUG_TEMPROOT"] = str(_MEMORY)
    # what the processes leave that tests start; workers of this run have it from here
    tempfile.tempdir = os.environ["TMPDIR"] = tempfile.mkdtemp(prefix="policygraph-tests-", dir=_MEMORY)
    # after multiprocessing has removed what it put in there, which its exit does at -100
    Finalize(None, shutil.rmtree, [tempfile.tempdir], {"ignore_errors": True}, exitpriority=-200)

#: Objects that are made before garbage is looked for; Python's own 700 fit small programs.
_YOUNG = 50_000


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Iterator[None]:
    """Looks for no garbage while modules are imported, and never among what they and the tests are made of.

    Without this, a tenth of a run is the garbage collector's, which looks through the same million objects each time.
    """
    gc.disable()
    yield
    gc.freeze()
    gc.set_threshold(_YOUNG)
    gc.enable()


#: Where source texts may stand when the environment does not say: beside the checkout.
_BESIDE = ROOT.parent / "shared" / "sources"
#: The folder that the environment names, before any test changes it.
_NAMED = os.environ.get("POLICYGRAPH_SOURCES")


@pytest.fixture(scope="session")
def sources() -> Path:
    """The folder of the source texts; a test that needs them skips where they are not at hand."""
    folder = Path(_NAMED) if _NAMED else _BESIDE
    if not folder.is_dir():
        pytest.skip("2026-11-22: the source texts are not in the repository; set POLICYGRAPH_SOURCES")
    return folder


@pytest.fixture(scope="session")
def built() -> build.Graph:
    """The shipped graph, loaded and inferred, its evidence not checked."""
    graph = build.load(paths.find(ROOT))
    assert [finding.text() for finding in graph.findings] == []
    build.infer(graph)
    return graph


@pytest.fixture(scope="session")
def whole_gazetteer() -> extract.Gazetteer:
    """The shipped graph with the tables of the base layer, as the commands read it; nothing changes it."""
    return extract.read_gazetteer(paths.find(ROOT))


@pytest.fixture(scope="session")
def gazetteer(whole_gazetteer: extract.Gazetteer) -> extract.Gazetteer:
    """The shipped graph without the tables of the base layer: what is read, and not what it is linked to."""
    resolver = Resolver(indicators=Indicators(dimensions=paths.find(ROOT).tables.dimensions))
    return replace(whole_gazetteer, resolver=resolver)


@pytest.fixture(scope="session")
def shipped(built: build.Graph) -> ox.Store:
    """The shipped graph in a store."""
    return store.in_memory(built.quads)


@pytest.fixture(scope="session")
def shipped_build(built: build.Graph, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The shipped graph as a build on disk."""
    output = tmp_path_factory.mktemp("shipped") / "build"
    build.write(built, output)
    return output


SOURCE = "先锋市行动方案\n（一）发展产业\n1.做强装备制造\n到2025年，工业产值达到1.5万亿元以上，优良天数80%。\n"

REFERENCE = """\
- id: area:china
  type: Country
  label: {zh: 中国, en: China}
- id: area:pioneer
  type: City
  label: {zh: 先锋市, en: Pioneer City}
  locatedIn: area:china
- id: indicator:output
  type: Indicator
  label: {zh: 工业产值, en: industrial output}
  dimension: currency
- id: unit:CCY_CNY
  type: qudt:Unit
  label: {zh: 元, en: Chinese yuan}
  symbol: CNY
  dimension: currency
"""


class Project:
    """A small project of one plan: its files, to be spoiled and checked."""

    def __init__(self, root: Path) -> None:
        self.root = root
        for name in ("ontology", "shapes", "queries"):
            shutil.copytree(ROOT / name, root / name)
        (root / "data" / "reference").mkdir(parents=True)
        (root / "data" / "records").mkdir()
        (root / "data" / "sources").mkdir()
        self.text = root / "data" / "sources" / "pioneer.txt"
        self.record = root / "data" / "records" / "pioneer.yaml"
        self.registry = root / "data" / "sources.yaml"
        self.reference = root / "data" / "reference" / "shared.yaml"
        self.text.write_text(SOURCE, encoding="utf-8")
        self.record.write_text(RECORD, encoding="utf-8")
        self.reference.write_text(REFERENCE, encoding="utf-8")
        self.register()

    def register(self) -> None:
        """Writes the registry for the text as it is."""
        import hashlib

        data = self.text.read_bytes()
        entry = SOURCES.replace("7c8a4b7c4d3f3b0f", hashlib.sha256(data).hexdigest())
        self.registry.write_text(entry.replace('"61"', f'"{len(data.decode())}"'), encoding="utf-8")

    def edit(self, old: str, new: str) -> None:
        """Replaces words of the record that stand in it once."""
        content = self.record.read_text(encoding="utf-8")
        assert content.count(old) == 1, old
        self.record.write_text(content.replace(old, new), encoding="utf-8")

    def run(self) -> build.Graph:
        return build.run(paths.find(self.root))

    def violations(self, language: str = "en") -> list[str]:
        """The violations of a run, as a curator reads them."""
        graph = self.run()
        return [finding.text(language) for finding in graph.findings if finding.severity.name == "VIOLATION"]


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Project:
    monkeypatch.delenv("POLICYGRAPH_SOURCES", raising=False)
    return Project(tmp_path / "project")


#: Puts a copy of the small project's build at an output; the folder of its version comes back.
LayBuild = Callable[[Project, Path], Path]


@pytest.fixture(scope="session")
def _small(tmp_path_factory: pytest.TempPathFactory) -> tuple[Project, build.Graph]:
    """The small project, built in its folder; copies are made of it."""
    with pytest.MonkeyPatch.context() as patch:
        patch.delenv("POLICYGRAPH_SOURCES", raising=False)
        small = Project(tmp_path_factory.mktemp("small") / "project")
        graph = small.run()
        build.write(graph, small.root / "build")
    return small, graph


@pytest.fixture(scope="session")
def small_graph(_small: tuple[Project, build.Graph]) -> build.Graph:
    """The graph of the small project as it is, which no test changes."""
    return _small[1]


@pytest.fixture(scope="session")
def small_build(_small: tuple[Project, build.Graph]) -> Path:
    """The folder of a build of the small project, which no test changes."""
    return (_small[0].root / "build").resolve()


@pytest.fixture(scope="session")
def pioneer(small_graph: build.Graph) -> ox.Store:
    """The graph of the small project in a store, which no test changes."""
    return store.in_memory(small_graph.quads)


@pytest.fixture
def lay_build(_small: tuple[Project, build.Graph], small_build: Path) -> LayBuild:
    """Puts a build of the small project where a test wants one, and in its cache what building it has left.

    A build takes 0.3 s and a copy of one 0.03 s; that builds are alike is held by `test_build`.
    """

    def lay(project: Project, output: Path) -> Path:
        small, _ = _small
        cache = paths.find(small.root).cache
        if cache is not None:
            shutil.copytree(cache, project.root / cache.relative_to(small.root), dirs_exist_ok=True)
        folder = build.versions_of(output) / small_build.name
        shutil.copytree(small_build, folder)
        output.symlink_to(folder.relative_to(output.parent))
        return folder

    return lay


@pytest.fixture
def built_project(project: Project, lay_build: LayBuild) -> Project:
    """The small project with its build."""
    lay_build(project, project.root / "build")
    return project
