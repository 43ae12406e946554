"""The folder of a build in, whether it is whole out: its files held to the sizes and hashes that its manifest gives.

    "checksums": {"policygraph.nq": {"bytes": 9876543, "sha256": "…"}, …}

A build of an earlier release has no checksums: of its quads the first `quads` lines must then hash to `snapshot`.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from itertools import islice
from pathlib import Path
from typing import IO, Any

from policygraph.errors import PolicygraphError

__all__ = [
    "MANIFEST",
    "QUADS",
    "DamagedError",
    "Hashed",
    "checksums",
    "is_as_written",
    "read_manifest",
    "require_whole",
]

MANIFEST = "manifest.json"
#: The file that everything reads: the others are other forms of it, and reports.
QUADS = "policygraph.nq"
_MEND = "run `policygraph build` again, or restore the folder"


class DamagedError(PolicygraphError, ValueError):
    """A build whose files are not those that were written; the message names the file and says what to do."""

    def __init__(self, folder: Path, reason: str) -> None:
        super().__init__(f"the build in {folder} is damaged: {reason}; {_MEND}")


def read_manifest(folder: Path) -> dict[str, Any]:
    """The manifest of a build; empty where it has none that can be read."""
    try:
        content = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return content if isinstance(content, dict) else {}


class Hashed:
    """A file that is written from its beginning, with the size and SHA-256 of what has been."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file
        self._digest = hashlib.sha256()
        self._size = 0

    def write(self, content: bytes) -> int:
        """Writes more."""
        self._digest.update(content)
        self._size += len(content)
        return self._file.write(content)

    def writelines(self, pieces: Iterable[bytes]) -> None:
        """Writes more, piece by piece."""
        for piece in pieces:
            self.write(piece)

    def tell(self) -> int:
        """The bytes that have been written."""
        return self._size

    @property
    def sha256(self) -> str:
        """The SHA-256 of what has been written so far."""
        return self._digest.copy().hexdigest()

    @property
    def checksum(self) -> dict[str, object]:
        """As `checksums` has it."""
        return {"bytes": self._size, "sha256": self.sha256}


def checksums(folder: Path, names: Iterable[str]) -> dict[str, dict[str, object]]:
    """Name -> size in bytes and SHA-256 of each of some files of a folder."""
    return {name: {"bytes": (folder / name).stat().st_size, "sha256": _sha256(folder / name)} for name in names}


def require_whole(folder: Path, *, is_thorough: bool = False) -> Mapping[str, Any]:
    """The manifest of a build, once the quads are those that it tells of; `is_thorough` compares every file.

    Raises DamagedError for what is not as it was written, and FileNotFoundError where there is no build at all.
    """
    manifest = _manifest(folder)
    expected = manifest.get("checksums")
    if not isinstance(expected, Mapping) or QUADS not in expected:
        _require_snapshot(folder, manifest)
        return manifest
    _require_all_same(folder, expected if is_thorough else {QUADS: expected[QUADS]})
    return manifest


def is_as_written(folder: Path, names: Iterable[str], manifest: Mapping[str, Any]) -> bool:
    """Whether files of a build are those that its manifest tells of."""
    try:
        _require_all_same(folder, {name: manifest["checksums"][name] for name in names})
    except (DamagedError, LookupError, OSError, TypeError):
        return False
    return True


def _require_all_same(folder: Path, expected: Mapping[str, Any]) -> None:
    """Raises DamagedError for a file that is not as it was written.

    Files are large, and hashing leaves other threads alone: so many at once as there are cores.
    """
    with ThreadPoolExecutor(os.cpu_count()) as threads:
        for _ in threads.map(lambda entry: _require_same(folder, *entry), expected.items()):
            pass


def _manifest(folder: Path) -> Mapping[str, Any]:
    path = folder / MANIFEST
    if not path.is_file() and not (folder / QUADS).is_file():
        raise FileNotFoundError(f"no build in {folder}: run `policygraph build` first")
    try:
        manifest = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise DamagedError(folder, f"it has no {MANIFEST}") from None
    except (OSError, ValueError) as error:
        raise DamagedError(folder, f"{MANIFEST} cannot be read ({error})") from None
    if not isinstance(manifest, Mapping) or not isinstance(manifest.get("snapshot"), str):
        raise DamagedError(folder, f"{MANIFEST} names no snapshot")
    return manifest


def _require_same(folder: Path, name: str, expected: object) -> None:
    path = folder / name
    entry = expected if isinstance(expected, Mapping) else {}
    if not path.is_file():
        raise DamagedError(folder, f"{name} is missing")
    size = path.stat().st_size
    if size != entry.get("bytes"):
        raise DamagedError(folder, f"{name} has {size} bytes where {MANIFEST} says {entry.get('bytes')}")
    if _sha256(path) != entry.get("sha256"):
        raise DamagedError(folder, f"{name} has another SHA-256 than {MANIFEST} says")


def _require_snapshot(folder: Path, manifest: Mapping[str, Any]) -> None:
    """For a build without checksums; one that does not say how many quads it has cannot be checked."""
    count = manifest.get("quads")
    if not isinstance(count, int) or not (folder / QUADS).is_file():
        return
    digest = hashlib.sha256()
    with (folder / QUADS).open("rb") as file:
        for line in islice(file, count):
            digest.update(line)
    if digest.hexdigest() != manifest["snapshot"]:
        raise DamagedError(folder, f"{QUADS} does not hold the snapshot that {MANIFEST} names")


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
