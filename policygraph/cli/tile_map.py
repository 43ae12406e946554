"""The options of `draw` that ask for a tile map in, the map of an area's subdivisions out as SVG or PNG.

The map is that of the page `/map`: its answer is asked for in this process.
"""

from __future__ import annotations

from collections.abc import Container, Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlencode

import pyoxigraph as ox

from policygraph import paths, things, vocab
from policygraph.cli.asking import asking, write_picture
from policygraph.cli.common import only
from policygraph.cli.failures import misuse, refusal
from policygraph.cli.terminal import Terminal
from policygraph.messages import message

__all__ = ["ENDINGS", "MapOptions", "draw_map"]

#: Endings under which a map can be written.
ENDINGS = (".svg", ".png")


@dataclass(frozen=True, slots=True)
class MapOptions:
    """What a map shows: an indicator by name, its silence, or positionings; and which of the values."""

    indicator: str = ""
    positionings: bool = False
    silence: bool = False
    words: str = ""
    year: int | None = None
    what: str | None = None
    scale: str = ""

    @property
    def is_map(self) -> bool:
        """Whether a map is asked for, and no hierarchy."""
        return self != MapOptions()

    def check(self, target: Path, *, has_hierarchy_options: bool) -> None:
        """Raises click's error for options that go not together, and for an ending that no map has."""
        if has_hierarchy_options:
            raise misuse(message("--colour and --depth are of a hierarchy, not of a map"))
        if self.positionings == bool(self.indicator):
            raise misuse(message("a map shows either --indicator NAME or --positionings"))
        for_values = (self.silence, self.year is not None, self.what, self.scale)
        if self.positionings and any(for_values):
            raise misuse(message("--silence, --year, --what and --scale are of an indicator"))
        if self.words and not self.positionings:
            raise misuse(message("--words are of positionings"))
        if target.suffix not in ENDINGS:
            raise misuse(message("{file}: a map is written as .svg or .png", file=target.name))


def draw_map(
    obj: tuple[paths.Folders, Terminal],
    opened: ox.Store,
    area: str,
    target: Path,
    options: MapOptions,
    *,
    theme: str,
    language: str,
    folder: Path,
) -> None:
    """Writes the map of an area's subdivisions and says what is on it. Raises click's error for one without values."""
    folders, terminal = obj
    names = folders.names
    whole = _one(opened, area, "AdministrativeArea", terminal, names)
    parts = {quad.subject for quad in opened.quads_for_pattern(None, vocab.pg("isSubdivisionOf"), whole)}
    query: dict[str, str] = {"of": names.shorten(whole.value), "paper": theme, "inline": "1", "lang": language}
    if options.positionings:
        things_ = opened.quads_for_pattern(None, vocab.rdf_type, vocab.pg("Positioning"))
        query |= {"show": "positioning", "words": options.words}
    else:
        indicator = _one(opened, options.indicator, "Indicator", terminal, names)
        things_ = opened.quads_for_pattern(None, vocab.pg("ofIndicator"), indicator)
        query |= {"show": "silence" if options.silence else "values", "indicator": names.shorten(indicator.value)}
        query |= {"year": str(options.year or ""), "what": options.what or "", "scale": options.scale}
    subjects = [quad.subject for quad in things_]
    if not any(_is_of(opened, subject, parts) for subject in subjects):
        raise refusal(_empty(area, options))
    svg = _svg_of(folders, folder, {name: value for name, value in query.items() if value}, language)
    root = write_picture(svg, target)
    terminal.print(f"{target}: {root.get('aria-label', '')}")


def _one(opened: ox.Store, name: str, kind: str, terminal: Terminal, names: vocab.Names) -> ox.NamedNode:
    """The one thing of a class that a name means; of several of the class, lists them and ends the command."""
    return only(opened, name, things.find(opened, name, kind, names), terminal, names)


def _is_of(opened: ox.Store, subject: ox.NamedNode | ox.BlankNode | ox.Triple, parts: Container[object]) -> bool:
    return any(quad.object in parts for quad in opened.quads_for_pattern(subject, vocab.pg("ofArea"), None))


def _empty(area: str, options: MapOptions) -> Mapping[str, str]:
    if options.positionings:
        return message("no subdivision of “{area}” has a positioning", area=area)
    return message("no subdivision of “{area}” has a value of “{indicator}”", area=area, indicator=options.indicator)


def _svg_of(folders: paths.Folders, folder: Path, query: Mapping[str, str], language: str) -> str:
    answer = asking(folders, folder).ask(f"/map.svg?{urlencode(query)}", language)
    if answer.status != 200:
        raise refusal(message("the map cannot be drawn: {status}", status=answer.status))
    return answer.body.decode()
