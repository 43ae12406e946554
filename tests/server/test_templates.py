"""Templates: loaded before the first page, and their bytecode kept beside the program's, or not where it cannot be."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from server import pages
from server.pages import compiled


def _app(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Flask:
    """An app of one template, `a.html`, whose bytecode is kept in a folder."""
    templates = folder / "templates"
    templates.mkdir(exist_ok=True)
    (templates / "a.html").write_text("{% if true %}\nyes\n{% endif %}\n", encoding="utf-8")
    monkeypatch.setattr(compiled, "_FOLDER", folder / "kept")
    return Flask("app", root_path=str(folder))


def test_all_templates_are_loaded_before_the_first_page(client: FlaskClient) -> None:
    app = client.application
    pages.prepare(app)
    assert app.jinja_env.cache is not None
    loaded = {name for _, name in app.jinja_env.cache}
    assert loaded == set(app.jinja_env.list_templates())


def test_bytecode_is_kept_and_taken_under_the_same_settings_only(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "dont_write_bytecode", False)
    pages_: list[tuple[str, bool]] = []
    for trims in (False, False, True):
        app = _app(tmp_path, monkeypatch)
        app.jinja_env.trim_blocks = trims
        compiled.install(app)
        before = _state(tmp_path)
        page = app.jinja_env.get_template("a.html").render()
        pages_.append((page, _state(tmp_path) == before))
    assert pages_ == [("\nyes\n", False), ("\nyes\n", True), ("yes\n", False)]


def _state(folder: Path) -> list[tuple[str, int]]:
    """What is kept, with the time it was written."""
    return [(path.name, path.stat().st_mtime_ns) for path in (folder / "kept").iterdir()]


def test_a_folder_that_cannot_be_written_is_none(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "dont_write_bytecode", False)
    app = _app(tmp_path, monkeypatch)
    (tmp_path / "kept").write_text("a file in its place", encoding="utf-8")
    compiled.install(app)
    compiled.prepare(app)
    assert app.jinja_env.get_template("a.html").render() == "\nyes\n"
