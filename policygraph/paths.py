"""Where the project's folders are: beside the package in a clone, inside it in an installed wheel."""

from __future__ import annotations

import importlib
import os
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType

__all__ = ["Folders", "find", "server"]

_PACKAGE = Path(__file__).resolve().parent


@dataclass(frozen=True, slots=True)
class Folders:
    """The folders that a build reads, all below one root."""

    root: Path

    @property
    def ontology(self) -> Path:
        return self.root / "ontology"

    @property
    def data(self) -> Path:
        return self.root / "data"

    @property
    def shapes(self) -> Path:
        return self.root / "shapes"

    @property
    def queries(self) -> Path:
        return self.root / "queries"

    @property
    def templates(self) -> Path:
        """The HTML templates of the commands and of notebooks, beside this module in a clone and in a wheel."""
        return _PACKAGE / "templates"

    @property
    def sources(self) -> Path:
        """The user's own copies of the source texts: `POLICYGRAPH_SOURCES`, else `data/sources`."""
        return Path(os.environ.get("POLICYGRAPH_SOURCES") or self.data / "sources")


def find(root: Path | None = None) -> Folders:
    """The folders below `root`; without one, those of the clone or the wheel this module is in.

    Raises FileNotFoundError, naming the folder, where `ontology/` is not there.
    """
    candidates = [root] if root else [_PACKAGE.parent, _PACKAGE]
    for candidate in candidates:
        if (candidate / "ontology" / "policy.ttl").is_file():
            return Folders(candidate.resolve())
    raise FileNotFoundError(f"no ontology/policy.ttl below {' or '.join(map(str, candidates))}")


def server() -> ModuleType:
    """The web service's package: `server` in a clone, `policygraph.server` in a wheel."""
    return importlib.import_module("policygraph.server" if (_PACKAGE / "server").is_dir() else "server")
