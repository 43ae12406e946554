"""Pages of a running service in, the pictures of the README out, as PNG in docs/pictures/: `python -m tests.pictures`.

The reading room shows a text of ours, since source texts are not published here; everything else is the shipped graph
and the example of the provinces. `manifest.json` says of what each picture was made: a test holds it, so that a picture
is renewed when its records, its query or its page change.
"""

from __future__ import annotations

import hashlib
import io
import json
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from click.testing import CliRunner

from policygraph import cli

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

__all__ = ["FOLDER", "MOST", "PICTURES", "Picture", "inputs"]

ROOT = Path(__file__).resolve().parents[1]
FOLDER = ROOT / "docs" / "pictures"
#: Bytes of a picture, and its size in pixels.
MOST = 150_000
_SIZE = {"width": 1200, "height": 720}
_COLOURS = 128
_PAGES, _TEMPLATES = "server/frontend/src/pages", "server/templates"


@dataclass(frozen=True, slots=True)
class Picture:
    """One picture: the project that is served, the path of its page, what is waited for, the files it is made of."""

    project: str
    path: str
    sign: str
    made_of: tuple[str, ...]
    top: str = ".of"
    language: str = "en-GB"


#: What the picture of the query page asks.
QUERY = """\
# Who wants how many high-tech enterprises, and by when?
SELECT ?area ?year ?printed ?plan WHERE {
  ?target pg:ofIndicator indicator:high-tech-enterprises ;
    pg:ofArea ?area ; pg:hasPrintedValue ?printed ;
    pg:isSetWithin ?plan ; pg:hasDeadline ?year .
  ?plan a pg:Plan .
}
ORDER BY ?year ?area
"""
#: Name -> picture.
PICTURES: Mapping[str, Picture] = {
    "hierarchy": Picture(
        "shipped",
        "/hierarchy?of=plan:shenyang-three-year-action-2023&view=treemap",
        ".areas .words text",
        language="zh-CN",
        made_of=(
            "data/records/three-year-plan-2023.yaml",
            f"{_TEMPLATES}/hierarchy.html",
            "server/frontend/src/lib/areas.js",
        ),
    ),
    "ladder": Picture(
        "provinces",
        "/indicators/gdp",
        ".rungs tbody tr",
        ("examples/provinces-2026/main-targets.csv", f"{_TEMPLATES}/ladder.html", f"{_PAGES}/ladder.css"),
    ),
    "reading-room": Picture(
        "pioneer",
        "/document/pioneer",
        "mark",
        ("tests/pioneer.txt", f"{_TEMPLATES}/reading_room.html", f"{_PAGES}/reading_room.css"),
        top=".measure-of-text",
        language="zh-CN",
    ),
    "query": Picture(
        "shipped",
        f"/query?run=1&query={quote(QUERY)}",
        ".rows tbody tr",
        (f"{_TEMPLATES}/query.html", f"{_PAGES}/query.css"),
        top="label[for=query]",
    ),
}


def inputs() -> dict[str, dict[str, str]]:
    """Picture -> the files that it depends on, each with its SHA-256 as it is now."""
    return {
        name: {path: hashlib.sha256((ROOT / path).read_bytes()).hexdigest() for path in picture.made_of}
        for name, picture in PICTURES.items()
    }


def main() -> None:
    """Makes all pictures, or those that are named."""
    names = sys.argv[1:] or list(PICTURES)
    sys.path.insert(0, str(ROOT / "tests" / "browser"))
    from browsing import FLAGS, program
    from playwright.sync_api import sync_playwright

    FOLDER.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program(), args=FLAGS)
        for project in dict.fromkeys(PICTURES[name].project for name in names):
            with _served(_BUILDS[project](Path(folder) / project)) as root:
                for name in names:
                    if PICTURES[name].project == project:
                        _write(name, _shot(browser, root, PICTURES[name]))
        browser.close()
    (FOLDER / "manifest.json").write_text(json.dumps(inputs(), indent=1) + "\n", encoding="utf-8")


def _run(*arguments: str) -> None:
    result = CliRunner().invoke(cli.main, list(arguments), catch_exceptions=False)
    assert result.exit_code == 0, result.output


def _shipped(folder: Path) -> dict[str, Any]:
    _run("build", "-o", str(folder))
    return {"build": folder}


def _provinces(folder: Path) -> dict[str, Any]:
    project = ROOT / "examples" / "provinces-2026"
    _run("--root", str(project), "build", "-o", str(folder))
    return {"build": folder, "project": project}


def _pioneer(folder: Path) -> dict[str, Any]:
    """A project of one text, read by machine."""
    base = "https://example.org/pioneer/"
    _run("init", str(folder), "--name", "Pioneer City", "--base", base)
    text = folder / "data" / "sources" / "pioneer.txt"
    text.parent.mkdir(parents=True, exist_ok=True)
    text.write_bytes((ROOT / "tests" / "pioneer.txt").read_bytes())
    project = ("--root", str(folder))
    _run(*project, "extract", str(text), "-o", str(folder / "data" / "records" / "pioneer.yaml"), "--clauses")
    _run(*project, "build", "-o", str(folder / "build"))
    return {"build": folder / "build", "project": folder}


_BUILDS: Mapping[str, Callable[[Path], dict[str, Any]]] = {
    "shipped": _shipped,
    "provinces": _provinces,
    "pioneer": _pioneer,
}


@contextmanager
def _served(settings: dict[str, Any]) -> Iterator[str]:
    sys.path.insert(0, str(ROOT / "tests" / "server"))
    from tests.server.serving import live

    build = settings.pop("build")
    with live(build, client_queries=64, client_seconds=1e6, watch=0, **settings) as server:
        yield f"http://127.0.0.1:{server.port}"


def _shot(browser: Browser, root: str, picture: Picture) -> bytes:
    page: Page = browser.new_page(
        viewport=_SIZE, locale=picture.language, color_scheme="light", reduced_motion="reduce"
    )
    page.goto(root + picture.path)
    page.locator(picture.sign).nth(2).wait_for(state="attached")
    page.locator(picture.top).first.evaluate("element => element.scrollIntoView({ block: 'start' })")
    page.wait_for_timeout(500)
    shot = page.screenshot()
    page.close()
    return shot


def _write(name: str, shot: bytes) -> None:
    """The picture with as many colours as keep it below MOST bytes."""
    from PIL import Image

    image = Image.open(io.BytesIO(shot)).convert("RGB")
    for colours in (_COLOURS, 64, 32, 16):
        buffer = io.BytesIO()
        image.quantize(colours, dither=Image.Dither.NONE).save(buffer, "PNG", optimize=True)
        if buffer.tell() <= MOST:
            break
    (FOLDER / f"{name}.png").write_bytes(buffer.getvalue())


if __name__ == "__main__":
    main()
