"""A build in, what its web service answers to a path out, in this process: for commands that write what pages show."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlencode
from xml.etree import ElementTree

import pyoxigraph as ox

from policygraph import draw, paths, queries, vocab
from policygraph.cli.failures import refusal
from policygraph.manifest import read_manifest
from policygraph.site import Answer, Ask

__all__ = ["Asking", "asking", "at_home", "missing_texts", "write_picture"]


@dataclass(frozen=True, slots=True)
class Asking:
    """`ask` gives the answer to a path in a language; `is_here` says whether this process holds the graph."""

    ask: Ask
    is_here: bool


def at_home(settings: Any, folders: paths.Folders) -> Any:
    """The settings of a service for a project: its build and its texts, where nothing else is said."""
    build = folders.build if settings.build == Path("build") else settings.build
    project = settings.project or ("" if folders.is_fallback else str(folders.root))
    return dataclasses.replace(settings, build=build, project=project)


def asking(folders: paths.Folders, build: Path | None, *, base_url: str = "") -> Asking:
    """The service of a build, without a server: bounds of clients do not hold, nothing can be written."""
    service = paths.server()
    chosen = {"build": build} if build else {}
    settings = service.Settings.read(None, client_seconds=1e9, client_queries=64, watch=0, curators=(), **chosen)
    settings = at_home(settings, folders)
    base = read_manifest(settings.build).get("base", vocab.BASE)
    is_here = not settings.is_remote
    app = service.create_app(dataclasses.replace(settings, public_url=base_url or base), in_process=is_here)
    app.config["TODAY"] = ""

    def ask(path: str, language: str) -> Answer:
        headers = {"Accept": "text/html, */*;q=0.5", "Accept-Language": language or "en", "Accept-Encoding": "identity"}
        answer = app.test_client(use_cookies=False).get(path, headers=headers)
        content = Answer(answer.status_code, answer.mimetype, answer.get_data())
        answer.close()
        return content

    return Asking(ask, is_here)


def missing_texts(ask: Ask, folders: paths.Folders) -> list[str]:
    """File names of texts that the graph registers and no folder of the user holds; none where nothing answers."""
    query = queries.read(folders.queries / "service" / "sources.rq")
    answer = ask(f"/sparql?{urlencode({'query': query.text, 'format': 'json'})}", "")
    if answer.status != 200:
        return []
    texts = queries.received(answer.body, ox.QueryResultsFormat.JSON)
    files = [row[texts.variables.index("file")] for row in texts.rows]
    return sorted(name.value for name in files if isinstance(name, ox.Literal) and not folders.copies(name.value))


def write_picture(svg: str, target: Path) -> ElementTree.Element:
    """Writes a picture of the service, as PNG where the file ends so; its root element.

    Raises click's error for a PNG where no renderer is installed.
    """
    root = ElementTree.fromstring(svg)  # noqa: S314 - written by us
    if target.suffix != ".png":
        target.write_text(svg, encoding="utf-8")
        return root
    try:
        draw.png.write_png(svg, (float(root.attrib["width"]), float(root.attrib["height"])), target)
    except draw.png.RendererError as error:
        raise refusal({"zh": str(error), "en": str(error)}) from None
    return root
