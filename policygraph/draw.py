"""A picture of a plan in, a file out: SVG, PNG, Graphviz or Mermaid, without a server."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from policygraph import _svg, diagrams, raster
from policygraph.marks import THEMES, Theme
from policygraph.picture import Picture, diagram

__all__ = ["ENDINGS", "THEMES", "DrawError", "Theme", "svg", "write"]


class DrawError(Exception):
    """A picture that cannot be written as asked; the message says why and what to do."""


def svg(picture: Picture, theme: str = "light") -> str:
    """The picture as an SVG document, in one of THEMES: text as text, no script, no style sheet, nothing fetched."""
    return _svg.write(picture, THEMES[theme])[0]


def write(picture: Picture, path: Path, theme: str = "light") -> None:
    """Writes a picture in the format of the file's ending.

    Raises DrawError for an ending that is not in ENDINGS, and for a PNG where nothing is installed that draws one.
    """
    writer = ENDINGS.get(path.suffix)
    if writer is None:
        raise DrawError(f"{path.name}: the ending is not one of {', '.join(ENDINGS)}")
    writer(picture, path, theme)


def _write_svg(picture: Picture, path: Path, theme: str) -> None:
    path.write_text(svg(picture, theme), encoding="utf-8")


def _write_png(picture: Picture, path: Path, theme: str) -> None:
    text, size = _svg.write(picture, THEMES[theme])
    try:
        raster.write_png(text, size, path)
    except raster.RendererError as error:
        raise DrawError(str(error)) from None


def _write_dot(picture: Picture, path: Path, theme: str) -> None:
    path.write_text(diagrams.dot(diagram(picture), THEMES[theme]), encoding="utf-8")


def _write_mermaid(picture: Picture, path: Path, theme: str) -> None:
    path.write_text(diagrams.mermaid(diagram(picture), THEMES[theme]), encoding="utf-8")


#: File ending -> what writes it.
ENDINGS: dict[str, Callable[[Picture, Path, str], None]] = {
    ".svg": _write_svg,
    ".png": _write_png,
    ".dot": _write_dot,
    ".gv": _write_dot,
    ".mmd": _write_mermaid,
}
