"""Areas with what is stated of them in, a tile map as SVG out: every area a square of one size, no border drawn.

A tile prints its value, so that nothing depends on colour; its shade comes from one hue that grows darker (on dark
paper lighter), which is told apart with every kind of colour vision. Words hold a contrast of 4.5 : 1 on each shade
(WCAG 2.2, 1.4.3). Three kinds of empty tile have a drawing of their own: plain, dashed, hatched.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from xml.etree.ElementTree import Element, SubElement, tostring

from policygraph.draw.svg import document
from policygraph.draw.symbols import THEMES, Theme
from policygraph.draw.text_width import width, wrap
from policygraph.text import clean

__all__ = ["PAGE", "SHADES", "STATES", "Entry", "Tile", "TileMap", "in_rows", "shades", "write"]

#: Light shades and dark ones, from little to much: the ground of a tile, and the ink upon it.
SHADES: Mapping[str, Sequence[tuple[str, str]]] = {
    "light": (
        ("#e3ecf6", "#1c2126"),
        ("#b9d0e8", "#1c2126"),
        ("#86aed6", "#101418"),
        ("#346ca3", "#ffffff"),
        ("#163f6f", "#ffffff"),
    ),
    "dark": (
        ("#1f2f42", "#e8ecf0"),
        ("#2c4a6b", "#f2f5f8"),
        ("#3c638c", "#ffffff"),
        ("#86b4e0", "#101418"),
        ("#cfe3f7", "#101418"),
    ),
}
#: What a tile may be, as its drawing says it: a value with a shade or without one, or why there is none.
STATES = ("stated", "not-stated", "not-read", "no-document")
#: The themes of the pages of a browser that knows `light-dark()`: it takes the colours of either.
PAGE = Theme(
    "page",
    *(
        f"light-dark({getattr(THEMES['light'], name)},{getattr(THEMES['dark'], name)})"
        for name in ("paper", "ink", "quiet", "line")
    ),
)
_WIDE, _HIGH, _GAP, _MARGIN = 108, 78, 4, 16
_NAME, _WORDS, _SMALL = 13, 11, 11
#: Sizes of a value that is printed on one line, the first that fits.
_SIZES = (17, 15, 13)
_TITLE, _LINE, _LEGEND = 19, 26, 22
_INSIDE = _WIDE - 10
#: Lines of words that a tile has room for.
_MOST_LINES = 3
_CHINESE = "'Noto Sans CJK SC','Source Han Sans SC','PingFang SC','Microsoft YaHei'"
_FONT = f"'Noto Sans','Helvetica Neue',Arial,{_CHINESE},sans-serif"


@dataclass(frozen=True, slots=True)
class Tile:
    """One area: its short name, its place (column and row from 1), and what is printed in it.

    `value` is printed large where it is short, else as words; `more` is small beneath it. `shade` is a place in SHADES,
    or None. `tooltip` says all of it, `href` leads to the statement; both may be empty.
    """

    name: str
    column: int
    row: int
    state: str = "stated"
    value: str = ""
    more: str = ""
    shade: int | None = None
    tooltip: str = ""
    href: str = ""


@dataclass(frozen=True, slots=True)
class Entry:
    """A line of the legend: how a tile is drawn, what that means, and the sign that such a tile has, if any."""

    state: str
    text: str
    shade: int | None = None
    sign: str = ""


@dataclass(frozen=True, slots=True)
class TileMap:
    """A map: its title, what is seen in a few words, its tiles, its legend, and what stands at its foot."""

    title: str
    description: str
    tiles: Sequence[Tile]
    legend: Sequence[Entry] = ()
    notes: Sequence[str] = field(default=())
    language: str = "en"

    @property
    def columns(self) -> int:
        """How many tiles the map is broad."""
        return max((tile.column for tile in self.tiles), default=1)


def in_rows(count: int) -> list[tuple[int, int]]:
    """Places for areas that nobody has laid out, by columns and rows from 1: in rows, a little broader than high.

    >>> in_rows(5)
    [(1, 1), (2, 1), (3, 1), (1, 2), (2, 2)]
    """
    columns = max(1, min(7, math.ceil(math.sqrt(count * 1.4))))
    return [(place % columns + 1, place // columns + 1) for place in range(count)]


def shades(amounts: Iterable[float], most: int = 5) -> tuple[dict[float, int], list[tuple[float, float]]]:
    """Amount -> its shade, and the least and the most of each shade that is used, in order.

    As many amounts as shades have one each, spread over the scale; more are put into ranges of equal length.

    >>> shades([4.5, 5, 6])
    ({4.5: 0, 5: 2, 6: 4}, [(4.5, 4.5), (5, 5), (6, 6)])
    """
    ordered = sorted(set(amounts))
    if not ordered:
        return {}, []
    if len(ordered) <= most:
        step = (most - 1) / max(1, len(ordered) - 1)
        shade_of = {
            amount: round(place * step) if len(ordered) > 1 else most // 2 for place, amount in enumerate(ordered)
        }
    else:
        low, span = ordered[0], ordered[-1] - ordered[0]
        shade_of = {amount: min(most - 1, int((amount - low) / span * most)) for amount in ordered}
    members: dict[int, list[float]] = {}
    for amount in ordered:
        members.setdefault(shade_of[amount], []).append(amount)
    return shade_of, [(group[0], group[-1]) for group in members.values()]


def write(picture: TileMap, theme: Theme, *, is_alone: bool = True) -> tuple[str, tuple[int, int]]:
    """The document, and its width and height in CSS pixels; alone it has its title, and paper behind it."""
    columns = picture.columns
    rows = max((tile.row for tile in picture.tiles), default=1)
    margin = _MARGIN if is_alone else 2
    wide = max(columns * (_WIDE + _GAP) - _GAP, 440) + 2 * margin
    title = wrap(clean(picture.title), (wide - 2 * margin) / _TITLE) if is_alone else []
    top = margin + (len(title) * _LINE + _LINE if is_alone else 0)
    legend, legend_high = _legend(picture, theme, wide - 2 * margin)
    bottom = top + rows * (_HIGH + _GAP)
    high = math.ceil(bottom + legend_high + margin)
    root = _root(picture, theme, (wide, high))
    if is_alone:
        SubElement(root, "rect", {"width": str(wide), "height": str(high), "fill": theme.paper})
        for place, line in enumerate(title):
            _text(root, line, (margin, margin + _TITLE + place * _LINE), _TITLE, {"font-weight": "bold"})
        under = margin + len(title) * _LINE + 12
        _text(root, clean(picture.description), (margin, under), _NAME, {"fill": theme.quiet})
    tiles = SubElement(root, "g", {"transform": f"translate({margin} {top})", "text-anchor": "middle"})
    for tile in sorted(picture.tiles, key=lambda tile: (tile.row, tile.column)):
        _tile(tiles, tile, theme)
    legend.set("transform", f"translate({margin} {bottom + 10})")
    root.append(legend)
    return tostring(root, encoding="unicode") + "\n", (wide, high)


def _root(picture: TileMap, theme: Theme, size: tuple[int, int]) -> Element:
    called = {"aria-label": f"{clean(picture.title)}. {clean(picture.description)}"}
    root = document(picture.language, size, called, family=_FONT, font=_NAME, ink=theme.ink)
    pattern = {"id": "hatched", "width": "7", "height": "7", "patternUnits": "userSpaceOnUse"}
    lines = SubElement(SubElement(root, "defs"), "pattern", pattern | {"patternTransform": "rotate(45)"})
    SubElement(lines, "path", {"d": "M0 0V7", "stroke": theme.line, "stroke-opacity": "0.55"})
    return root


def _colour(theme: Theme, shade: int, part: int) -> str:
    light, dark = SHADES["light"][shade][part], SHADES["dark"][shade][part]
    return {"page": f"light-dark({light},{dark})", "dark": dark}.get(theme.name, light)


def _look(theme: Theme, state: str, shade: int | None) -> dict[str, str]:
    """How the square of a tile is drawn."""
    if shade is not None:
        return {"fill": _colour(theme, shade, 0)}
    lines = {"fill": "none", "stroke": theme.line}
    looks = {
        "not-stated": lines,
        "not-read": lines | {"stroke-dasharray": "4 3"},
        "no-document": {"fill": "url(#hatched)"},
        "stated": lines | {"stroke": theme.ink, "stroke-width": "1.6"},
    }
    return looks[state]


def _tile(parent: Element, tile: Tile, theme: Theme) -> None:
    left, top = (tile.column - 1) * (_WIDE + _GAP), (tile.row - 1) * (_HIGH + _GAP)
    name, attributes = ("a", {"href": tile.href}) if tile.href else ("g", {})
    group = SubElement(parent, name, {**attributes, "transform": f"translate({left} {top})"})
    box = {"x": "0.8", "y": "0.8", "width": str(_WIDE - 1.6), "height": str(_HIGH - 1.6), "rx": "4"}
    # the whole square is seized by the pointer, also one that is not filled
    square = SubElement(group, "rect", {**box, **_look(theme, tile.state, tile.shade), "pointer-events": "all"})
    if tile.tooltip:  # of the square: a title of the link would stand in the place of what is printed in it
        SubElement(square, "title").text = clean(f"{tile.name}: {tile.tooltip}")
    ink = theme.ink if tile.shade is None else _colour(theme, tile.shade, 1)
    middle = _WIDE / 2
    small = min(_NAME, _NAME * _INSIDE / max(1.0, width(tile.name) * _NAME))
    quiet = {"fill": ink if tile.state == "stated" else theme.quiet}
    _text(group, clean(tile.name), (middle, 19), small, quiet)
    value = clean(tile.value)
    size = next((size for size in _SIZES if width(value) * size <= _INSIDE), 0)
    if size:
        style = {"fill": ink, "font-weight": "600"} if tile.shade is not None else quiet
        _text(group, value, (middle, 45), size, style)
    else:
        for place, line in enumerate(_lines(value, bool(tile.more))):
            _text(group, line, (middle, 35 + place * 14), _WORDS, {"fill": ink})
    _text(group, clean(tile.more), (middle, _HIGH - 10), _SMALL, quiet)


def _lines(words: str, with_more: bool) -> list[str]:
    """The words of a tile in as many lines as it has room for; what does not fit ends in an ellipsis."""
    most = _MOST_LINES - with_more
    lines = wrap(words, _INSIDE / _WORDS)
    if len(lines) <= most:
        return lines
    last = lines[most - 1]
    while last and width(last + "…") * _WORDS > _INSIDE:
        last = last[:-1]
    return [*lines[: most - 1], last.rstrip() + "…"]


def _legend(picture: TileMap, theme: Theme, broad: int) -> tuple[Element, float]:
    """The signs with what they mean, as many on a line as there is room for, and the notes; and how high they are."""
    group = Element("g")
    left, top = 0.0, 0.0
    for entry in picture.legend:
        wide = 26 + width(clean(entry.text)) * 12
        if left and left + wide > broad:
            left, top = 0.0, top + _LEGEND
        box = {"x": str(round(left + 1, 1)), "y": str(top + 1), "width": "18", "height": "14", "rx": "2"}
        SubElement(group, "rect", box | _look(theme, entry.state, entry.shade))
        _text(group, entry.sign, (left + 10, top + 12.5), _SMALL, {"fill": theme.quiet, "text-anchor": "middle"})
        _text(group, clean(entry.text), (left + 24, top + 12.5), 12, {})
        left += wide + 14
    top += _LEGEND if picture.legend else 0
    for note in picture.notes:
        for line in wrap(clean(note), broad / 12):
            _text(group, line, (0, top + 13), 12, {"fill": theme.quiet})
            top += 17
    return group, top + 10


def _text(parent: Element, words: str, at: tuple[float, float], size: float, style: Mapping[str, str]) -> None:
    if words:
        place = {"x": f"{round(at[0], 1):g}", "y": f"{round(at[1], 1):g}"}
        style = {"pointer-events": "none", "font-size": f"{size:.3g}", **style}
        SubElement(parent, "text", {**place, **style}).text = words
