"""What the front-end build has left in, the addresses that a page loads out.

The bundles are made by hatch_build.py and never committed; the service does not start without them,
since its pages would be broken.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from ..failures import ServiceError

__all__ = ["FOLDER", "Bundle", "Entry", "read"]

_SERVER = Path(__file__).resolve().parents[1]
FOLDER = _SERVER / "static" / "vendor"
_CURE = "run `make frontend` in a clone, or install the package again with pip"


@dataclass(frozen=True, slots=True)
class Entry:
    """The files of one entry of the front end, by name: what it runs, what that imports, how it looks."""

    scripts: tuple[str, ...] = ()
    chunks: tuple[str, ...] = ()
    styles: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Bundle:
    """All entries; `edition` changes with whatever a page is made of: bundles, templates, translations."""

    entries: Mapping[str, Entry]
    edition: str


def read(server: Path = _SERVER) -> Bundle:
    """The bundle of the service's folder. Raises ServiceError, with the cure, where it was not built."""
    built, catalogue = server / "static" / "vendor" / "built.json", server / "translations" / "zh" / "LC_MESSAGES"
    generated = [built, catalogue / "messages.mo"]
    try:
        content = hashlib.sha256(b"".join(path.read_bytes() for path in [*generated, *_templates(server)]))
        entries: Mapping[str, Mapping[str, Sequence[str]]] = json.loads(built.read_bytes())["entries"]
    except FileNotFoundError as error:
        raise ServiceError(f"the front end is not built: {error.filename} is missing; {_CURE}") from None
    except (ValueError, KeyError):
        raise ServiceError(f"the front end was not built whole: {built} cannot be read; {_CURE}") from None
    by_name = {name: Entry(**{kind: tuple(files) for kind, files in entry.items()}) for name, entry in entries.items()}
    return Bundle(by_name, content.hexdigest())


def _templates(server: Path) -> list[Path]:
    return sorted(path for path in (server / "templates").rglob("*") if path.is_file())
