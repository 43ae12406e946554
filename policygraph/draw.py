"""A picture of a plan in, a file out: SVG, PNG, Graphviz or Mermaid, without a server."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from policygraph import _svg, diagrams, raster
from policygraph.marks import THEMES, Theme
from policygraph.picture import Picture, diagram

__all__ = ["ENDINGS", "TEXTS", "THEMES", "DrawError", "Theme", "svg", "text", "write"]

#: File ending -> what makes the text of such a file.
TEXTS: dict[str, Callable[[Picture, Theme], str]] = {
    ".svg": lambda picture, theme: _svg.write(picture, theme)[0],
    ".dot": lambda picture, theme: diagrams.dot(diagram(picture), theme),
    ".gv": lambda picture, theme: diagrams.dot(diagram(picture), theme),
    ".mmd": lambda picture, theme: diagrams.mermaid(diagram(picture), theme),
}
#: Every ending that a picture can be written under.
ENDINGS = (".svg", ".png", ".dot", ".gv", ".mmd")


class DrawError(Exception):
    """A picture that cannot be written as asked; the message says why and what to do."""


def svg(picture: Picture, theme: str = "light") -> str:
    """The picture as an SVG document, in one of THEMES: text as text, no script, no style sheet, nothing fetched."""
    return text(picture, ".svg", theme)


def text(picture: Picture, ending: str, theme: str = "light") -> str:
    """The picture as the text of a file with an ending of TEXTS."""
    return TEXTS[ending](picture, THEMES[theme])


def write(picture: Picture, path: Path, theme: str = "light") -> None:
    """Writes a picture in the format of the file's ending.

    Raises DrawError for an ending that is not in ENDINGS, and for a PNG where nothing is installed that draws one.
    """
    if path.suffix not in ENDINGS:
        raise DrawError(f"{path.name}: the ending is not one of {', '.join(ENDINGS)}")
    if path.suffix == ".png":
        drawn, size = _svg.write(picture, THEMES[theme])
        try:
            raster.write_png(drawn, size, path)
        except raster.RendererError as error:
            raise DrawError(str(error)) from None
    else:
        path.write_text(text(picture, path.suffix, theme), encoding="utf-8")
