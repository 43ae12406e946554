"""The wheel: everything inside the package, and it works where there is no clone."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import venv
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--no-build-isolation", "-w", str(folder)]
    subprocess.run([*command, str(ROOT)], check=True, env={**os.environ, "PIP_DISABLE_PIP_VERSION_CHECK": "1"})
    (found,) = folder.glob("policygraph-*.whl")
    return found


def test_the_wheel_has_one_top_level_package(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        top = {name.split("/")[0] for name in archive.namelist()}
    assert {name for name in top if not name.endswith(".dist-info")} == {"policygraph"}


def test_the_wheel_holds_what_git_holds_and_no_source_text(wheel: Path) -> None:
    command = ["git", "ls-files", "ontology", "shapes", "queries", "server", "data", "policygraph"]
    listed = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True).stdout.split()
    kept = {name for name in listed if not name.startswith("data/sources/") and name != "data/README.md"}
    expected = {name if name.startswith("policygraph/") else f"policygraph/{name}" for name in kept}
    with zipfile.ZipFile(wheel) as archive:
        found = {name for name in archive.namelist() if ".dist-info/" not in name}
    assert expected - found == set()
    assert {name for name in found if name.endswith(".txt")} == set()


def test_the_wheel_holds_the_front_end_and_the_translations_that_were_built(wheel: Path) -> None:
    """Every file of the bundle, all that a page of it loads, and none of the packages that it was made of."""
    vendor = ROOT / "server" / "static" / "vendor"
    built = json.loads((vendor / "built.json").read_text(encoding="utf-8"))["entries"]
    loaded = {file for entry in built.values() for files in entry.values() for file in files}
    with zipfile.ZipFile(wheel) as archive:
        found = set(archive.namelist())
    kept = {name.rpartition("/")[2] for name in found if name.startswith("policygraph/server/static/vendor/")}
    assert kept == {path.name for path in vendor.iterdir()}
    assert loaded - kept == set()
    assert "policygraph/server/translations/zh/LC_MESSAGES/messages.mo" in found
    assert [name for name in found if "node_modules" in name or "__pycache__" in name] == []


def test_the_wheel_has_plain_names_only(wheel: Path) -> None:
    """Letters, digits, `-`, `_`, `.`, `+`, `@`: a picture of a `data:` address once was named after its base64."""
    with zipfile.ZipFile(wheel) as archive:
        names = archive.namelist()
    assert [name for name in names if not re.fullmatch(r"[A-Za-z0-9._+@/-]+", name)] == []
    vendor = "policygraph/server/static/vendor/"
    endings = {Path(name).suffix for name in names if name.startswith(vendor)}
    assert endings <= {".css", ".gz", ".jpeg", ".js", ".json", ".png", ".svg", ".wasm", ".woff2"}


def test_an_installed_wheel_builds_the_graph(wheel: Path, tmp_path: Path) -> None:
    """In an environment that sees this one's libraries, but not the clone."""
    builder = venv.EnvBuilder(with_pip=False, symlinks=True)
    builder.create(tmp_path / "env")
    site = next((tmp_path / "env" / "lib").glob("python*/site-packages"))
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(site)
    libraries = next(path for path in sys.path if path.endswith("site-packages"))
    clean = {key: value for key, value in os.environ.items() if not key.startswith("POLICYGRAPH_")}
    script = "import sys; sys.path.append(sys.argv.pop(1)); from policygraph.cli import main; main()"
    command = [str(tmp_path / "env" / "bin" / "python"), "-I", "-c", script, libraries, "--language", "en", "build"]
    result = subprocess.run(command, cwd=tmp_path, check=False, capture_output=True, text=True, env=clean)
    assert (result.returncode, "violation:" in result.stderr) == (0, False), result.stderr
    assert "evidence not checked (5 source texts not at hand: see data/README.md)." in " ".join(result.stdout.split())
    assert (tmp_path / "build" / "manifest.json").is_file()
