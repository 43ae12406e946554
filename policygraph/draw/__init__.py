"""A picture of a plan in, a file out: SVG, PNG, Graphviz or Mermaid, without a server."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from policygraph.draw import diagram_text, png
from policygraph.draw import svg as svg_writer
from policygraph.draw.picture import Picture, diagram
from policygraph.draw.symbols import THEMES, Theme
from policygraph.errors import PolicygraphError

__all__ = ["ENDINGS", "TEXTS", "THEMES", "DrawError", "Theme", "svg", "text", "write"]

#: File ending -> what makes the text of such a file.
TEXTS: dict[str, Callable[[Picture, Theme], str]] = {
    ".svg": lambda picture, theme: svg_writer.write(picture, theme)[0],
    ".dot": lambda picture, theme: diagram_text.dot(diagram(picture), theme),
    ".gv": lambda picture, theme: diagram_text.dot(diagram(picture), theme),
    ".mmd": lambda picture, theme: diagram_text.mermaid(diagram(picture), theme),
}
#: Every ending that a picture can be written under.
ENDINGS = (".svg", ".png", ".dot", ".gv", ".mmd")


class DrawError(PolicygraphError):
    """A picture that cannot be written as asked; the message says why and what to do."""


def svg(picture: Picture, theme: str = "light") -> str:
    """The picture as an SVG document, in one of THEMES: text as text, no script, no style sheet, nothing fetched."""
    return text(picture, ".svg", theme)


def text(picture: Picture, ending: str, theme: str = "light") -> str:
    """The picture as the text of a file with an ending of TEXTS."""
    return TEXTS[ending](picture, THEMES[theme])


def write(picture: Picture, path: Path, theme: str = "light") -> None:
    """Writes a picture in the format of the file's ending.

    Raises DrawError for an ending that is not in ENDINGS, and for a PNG where no renderer is installed.
    """
    if path.suffix not in ENDINGS:
        raise DrawError(f"{path.name}: the ending is not one of {', '.join(ENDINGS)}")
    if path.suffix == ".png":
        drawn, size = svg_writer.write(picture, THEMES[theme])
        try:
            png.write_png(drawn, size, path)
        except png.RendererError as error:
            raise DrawError(str(error)) from None
    else:
        path.write_text(text(picture, path.suffix, theme), encoding="utf-8")
