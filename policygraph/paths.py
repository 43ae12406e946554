"""A starting folder in, the folders of its project and of the base layer out: in a clone, in a wheel, or elsewhere."""

from __future__ import annotations

import importlib
import os
from dataclasses import dataclass, field, replace
from functools import cached_property, lru_cache
from pathlib import Path
from types import ModuleType

from policygraph import project, vocab
from policygraph.base import Tables
from policygraph.findings import Finding

__all__ = ["CACHE", "SUGGESTED", "Folders", "base_layer", "find", "names_of", "server", "unread"]

#: The folder, beside the versions of a build, of what is known of its documents.
CACHE = "cache"
#: The file, below a project's data folder, of what `policygraph link` suggests.
SUGGESTED = "suggested.ttl"
_PACKAGE = Path(__file__).resolve().parent


@dataclass(frozen=True)
class Folders:
    """The folders that a build reads: a project's own below `root`, and those of the base layer below `layer`.

    In the clone and in the wheel the two are one, which is the project that is shipped.
    """

    root: Path
    layer: Path
    settings: project.Settings = field(default_factory=project.Settings)
    #: What is wrong with the project's file.
    findings: tuple[Finding, ...] = ()
    #: Whether it is the shipped project only because the user stands in none: builds go where the user is.
    is_fallback: bool = False

    @property
    def is_shipped(self) -> bool:
        """Whether the project is the one that the base layer is shipped with."""
        return self.root == self.layer

    @cached_property
    def names(self) -> vocab.Names:
        """What short names mean here."""
        return _names(self.settings.base, self.tables)

    @cached_property
    def tables(self) -> Tables:
        """The tables of the base layer."""
        return Tables(self.layer / "data" / "base", self.layer)

    @property
    def ontology(self) -> Path:
        """The ontology of the base layer."""
        return self.layer / "ontology"

    @property
    def data(self) -> Path:
        return self.root / "data"

    @property
    def shapes(self) -> tuple[Path, ...]:
        """The folders of shapes: the base layer's, and the project's own where it has one."""
        return self._layered("shapes")

    @property
    def queries(self) -> Path:
        """The queries of the base layer."""
        return self.layer / "queries"

    def queries_of(self, kind: str) -> tuple[Path, ...]:
        """The folders of a kind of queries (competency, hygiene): the base layer's, and the project's own."""
        return self._layered(f"queries/{kind}")

    @property
    def own_ontology(self) -> Path | None:
        """The project's own terms, where it has some."""
        own = self.root / "ontology"
        return None if self.is_shipped or not own.is_dir() else own

    def _layered(self, name: str) -> tuple[Path, ...]:
        own = self.root / name
        return (self.layer / name, *(() if self.is_shipped or not own.is_dir() else (own,)))

    @property
    def templates(self) -> Path:
        """The HTML templates of the commands and of notebooks, beside this module in a clone and in a wheel."""
        return _PACKAGE / "templates"

    @property
    def sources(self) -> Path:
        """The project's own folder of source texts: the only one that a text is written into."""
        return self.root / self.settings.sources

    @property
    def text_folders(self) -> tuple[Path, ...]:
        """Where source texts are read, in this order: `POLICYGRAPH_SOURCES`, which is never written to; `sources`."""
        shared = os.environ.get("POLICYGRAPH_SOURCES")
        return (*((Path(shared),) if shared else ()), self.sources)

    def copies(self, name: str) -> list[Path]:
        """The copies of a source text that are there, in the order of `text_folders`; `name` is its file's."""
        return [path for folder in self.text_folders if (path := folder / name).is_file()]

    @property
    def build(self) -> Path:
        """The folder that builds are written to, as seen from the working folder where it lies below."""
        path = self.root / self.settings.build
        here = Path.cwd()
        if self.is_fallback or self.root.is_relative_to(_PACKAGE):  # packages are read-only
            return Path(self.settings.build)
        return path.relative_to(here) if path.is_relative_to(here) else path

    @property
    def cache(self) -> Path | None:
        """Where the work on documents is kept; nowhere for the project inside an installed package."""
        if self.root.is_relative_to(_PACKAGE):
            return None
        build = self.root / self.settings.build
        return build.parent / f".{build.name}" / CACHE


def find(root: Path | None = None) -> Folders:
    """The project in the folder `root`; without one, that found upward from the working folder, else the shipped one.

    A folder that holds a whole base layer (a clone) stands on itself, any other on the clone or wheel this module is
    in. Raises FileNotFoundError, naming the folder, for a `root` that is no project.
    """
    given = root or project.find(Path.cwd())
    if given is None:
        return replace(_folders(_layer(), _layer()), is_fallback=True)
    given = given.resolve()
    if _has_layer(given):
        return _folders(given, given)
    if not (given / project.FILE).is_file():
        raise FileNotFoundError(f"no {project.FILE} in {given}: `policygraph init {root}` makes a project of it")
    return _folders(given, _layer())


def _folders(root: Path, layer: Path) -> Folders:
    settings, findings = project.read(root, has_layer=root == layer)
    return Folders(root, layer, settings, tuple(findings))


def _layer() -> Path:
    for candidate in (_PACKAGE.parent, _PACKAGE):
        if _has_layer(candidate):
            return candidate
    raise FileNotFoundError(f"no ontology/policy.ttl below {_PACKAGE.parent} or {_PACKAGE}")


def _has_layer(folder: Path) -> bool:
    return (folder / "ontology" / "policy.ttl").is_file()


def base_layer() -> Folders:
    """The folders of the base layer that this module is in, as the project that is shipped."""
    return _folders(_layer(), _layer())


@lru_cache(8)
def names_of(base: str) -> vocab.Names:
    """What short names mean in a build whose things stand under `base`, above the base layer of this program."""
    layer = _layer()
    return _names(base, Tables(layer / "data" / "base", layer))


def _names(base: str, tables: Tables) -> vocab.Names:
    return vocab.SHARED if base == vocab.BASE else vocab.Names(base, tables.names)


def unread(folders: Folders) -> Path | None:
    """The data folder at the working folder that no command reads, as it lies in no project; None without one."""
    here = Path.cwd() / "data"
    is_data = (here / "records").is_dir() or (here / "sources.yaml").is_file()
    return here if is_data and folders.is_shipped and here.resolve() != folders.data.resolve() else None


def server() -> ModuleType:
    """The web service's package: `server` in a clone, `policygraph.server` in a wheel."""
    return importlib.import_module("policygraph.server" if (_PACKAGE / "server").is_dir() else "server")
