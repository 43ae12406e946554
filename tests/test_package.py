"""The wheel: everything inside the package, and it works where there is no clone."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import venv
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
#: Runs the installed program in a folder.
Run = Callable[..., "subprocess.CompletedProcess[str]"]
_TEXTS = {
    "chengdu": "成都市茶业发展行动计划（2026—2028年）\n一、工作目标\n到2028年，全市茶馆达到500家。\n",
    "wuhou": (
        "成都市武侯区茶业若干措施\n为贯彻落实《成都市茶业发展行动计划（2026—2028年）》，制定本措施。\n"
        "一、主要任务\n1.推动茶馆高质量发展。（责任单位：区财政局）\n"
    ),
}


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
    assert {name for name in top if not name.endswith((".dist-info", ".data"))} == {"policygraph"}


def test_the_wheel_puts_the_manual_page_where_man_looks(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        beside = [name for name in archive.namelist() if ".data/" in name]
        assert [name.partition(".data/")[2] for name in beside] == ["data/share/man/man1/policygraph.1"]
        assert archive.read(beside[0]) == (ROOT / "docs" / "policygraph.1").read_bytes()


def test_the_wheel_holds_what_git_holds_and_no_source_text(wheel: Path) -> None:
    command = ["git", "ls-files", "ontology", "shapes", "queries", "server", "data", "policygraph"]
    listed = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True).stdout.split()
    kept = {name for name in listed if not name.startswith("data/sources/") and name != "data/README.md"}
    expected = {name if name.startswith("policygraph/") else f"policygraph/{name}" for name in kept}
    with zipfile.ZipFile(wheel) as archive:
        found = {name for name in archive.namelist() if ".dist-info/" not in name}
    assert expected - found == set()
    # the one text is a template: what a repository of data installs
    assert {name for name in found if name.endswith(".txt")} == {"policygraph/templates/repository/requirements.txt"}


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


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Run:
    """The program of an environment that sees this one's libraries, but not the clone, with an empty home."""
    folder = tmp_path_factory.mktemp("installed")
    (folder / "home").mkdir()
    venv.EnvBuilder(with_pip=False, symlinks=True).create(folder / "env")
    site = next((folder / "env" / "lib").glob("python*/site-packages"))
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(site)
    libraries = next(path for path in sys.path if path.endswith("site-packages"))
    clean = {key: value for key, value in os.environ.items() if not key.startswith(("POLICYGRAPH_", "PYTHON"))}
    script = "import sys; sys.path.append(sys.argv.pop(1)); from policygraph.cli import main; main()"
    program = [str(folder / "env" / "bin" / "python"), "-I", "-c", script, libraries, "--language", "en"]

    def run(where: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
        environ = {**clean, "HOME": str(folder / "home")}
        return subprocess.run(
            [*program, *arguments], cwd=where, check=False, capture_output=True, text=True, env=environ
        )

    return run


def test_an_installed_wheel_builds_the_graph(installed: Run, tmp_path: Path) -> None:
    result = installed(tmp_path, "build")
    assert (result.returncode, "violation:" in result.stderr) == (0, False), result.stderr
    assert "evidence not checked (5 source texts not at hand: see data/README.md)." in " ".join(result.stdout.split())
    assert (tmp_path / "build" / "manifest.json").is_file()


def test_an_installed_wheel_makes_a_project_from_nothing(installed: Run, tmp_path: Path) -> None:
    """From an empty folder to an answer, as the first page of the documentation has it; from folders below as well."""
    (tmp_path / "texts").mkdir()
    for slug, text in _TEXTS.items():
        (tmp_path / "texts" / f"{slug}.txt").write_text(text, encoding="utf-8")
    root, below = tmp_path / "tea", tmp_path / "tea" / "data" / "records"
    steps = [
        installed(tmp_path, "init", "tea", "--base", "https://example.org/tea/", "--name", "茶业"),
        installed(root, "extract", "../texts", "-o", "data/records", "--workers", "1"),
        installed(below, "build"),
        installed(below, "ask", "cq-17", "--format", "csv"),
        installed(root, "ask", "cq-01", "plan=plan:nowhere"),
    ]
    assert [step.returncode for step in steps] == [0, 0, 0, 0, 2], [step.stderr for step in steps]
    assert steps[1].stdout.splitlines()[0] == "2 drafted, 0 done before, 0 failed"
    manifest = json.loads((root / "build" / "manifest.json").read_text(encoding="utf-8"))
    assert (manifest["base"], sorted(path.name for path in tmp_path.iterdir())) == (
        "https://example.org/tea/",
        ["tea", "texts"],
    )
    assert "https://example.org/tea/id/plan/chengdu" in steps[3].stdout
    assert "“plan:nowhere” is not in the graph; did you mean" in steps[4].stderr


def test_an_installed_wheel_tells_by_its_exit_status_what_a_build_has_left_out(installed: Run, tmp_path: Path) -> None:
    statuses = [installed(tmp_path, "init", "tea", "--base", "https://example.org/tea/").returncode]
    (tmp_path / "tea" / "data" / "records" / "bad.yaml").write_text("id: document:bad\ntypo: 1\n", encoding="utf-8")
    statuses += [installed(tmp_path / "tea", *command).returncode for command in (["build"], ["build", "--leave-out"])]
    assert statuses == [0, 1, 3]
