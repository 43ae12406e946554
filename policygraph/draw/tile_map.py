"""Areas with what is stated of them in, a tile map as SVG out: every area a square of one size, no border drawn.

A tile prints its value, so that nothing depends on colour; its shade comes from one hue that grows darker (on dark
paper lighter), which is told apart with every kind of colour vision. Words hold a contrast of 4.5 : 1 on each shade
(WCAG 2.2, 1.4.3). Three kinds of empty tile have a drawing of their own: plain, dashed, hatched.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from xml.etree.ElementTree import Element, SubElement, tostring

from policygraph.draw.svg import FAMILY, add_text, document
from policygraph.draw.symbols import THEMES, Theme
from policygraph.draw.text_width import cut, width, wrap
from policygraph.text import clean

__all__ = [
    "NARROW",
    "PAGE",
    "SHADES",
    "SHEET",
    "STATES",
    "Entry",
    "Sizes",
    "Tile",
    "TileMap",
    "in_rows",
    "shades",
    "write",
]

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
_NAME, _TITLE, _LINE, _LEGEND = 13, 19, 26, 22
_MARGIN = 16


@dataclass(frozen=True, slots=True)
class Sizes:
    """How large tiles are drawn, in CSS pixels: `SHEET` on paper and broad screens, `NARROW` on a telephone.

    Of `whole` as many tiles as stand in a row take their share, where it is not 0; a tile is as high as its words where
    `high` is 0. `values` are the sizes of a value on one line, the first that fits; `steps` lead from the top to the
    name, from there to the value or to the first line of words, and from line to line of these.
    """

    whole: int
    wide: int
    high: int
    gap: int
    name: float
    name_lines: int
    values: Sequence[float]
    words: float
    word_lines: int
    small: float
    steps: tuple[float, float, float, float]
    foot: float
    least: int
    pattern: str

    def of(self, columns: int) -> Sizes:
        """The same for a map of so many columns."""
        share = (self.whole + self.gap) // columns - self.gap
        return replace(self, wide=min(self.wide, share)) if self.whole else self

    @property
    def inside(self) -> int:
        """The room for a line of words."""
        return self.wide - (10 if self.wide > _SLIM else 4)


#: A tile that is not broader has hardly a margin.
_SLIM = 60
#: What all maps were drawn in before there were two sizes: to be printed, and for screens of some breadth.
SHEET = Sizes(0, 108, 78, 4, _NAME, 1, (17, 15, 13), 11, 3, 11, (19, 26, 16, 14), 10, 440, "hatched")
#: For a window of 390 pixels: eight tiles stand beside one another and none is smaller than a finger's tip.
NARROW = Sizes(354, 108, 0, 3, 10, 2, (13, 11.5, 10, 9), 9.5, 5, 9, (12, 14, 11, 11), 5, 354, "hatched-narrow")
#: How far lines of a name stand apart, and the smallest letters of one.
_NAME_LINE, _LEAST_NAME = 10.5, 8.5
#: Where a romanised word may be broken: before a consonant that begins a syllable.
_SYLLABLE = re.compile(r"(?<=[aeiouüngr])(?=[bcdfghjklmnpqrstwxyz]h?[aeiouü])")


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


def write(
    picture: TileMap, theme: Theme, *, is_alone: bool = True, sizes: Sizes = SHEET
) -> tuple[str, tuple[int, int]]:
    """The document, and its width and height in CSS pixels; alone it has its title, and paper behind it."""
    columns = picture.columns
    rows = max((tile.row for tile in picture.tiles), default=1)
    margin = _MARGIN if is_alone else 2
    sizes = sizes.of(columns)
    texts = {(tile.column, tile.row): _texts(tile, sizes) for tile in picture.tiles}
    sizes = replace(sizes, high=sizes.high or _height(texts.values(), sizes))
    wide = max(columns * (sizes.wide + sizes.gap) - sizes.gap, sizes.least) + 2 * margin
    title = wrap(clean(picture.title), (wide - 2 * margin) / _TITLE) if is_alone else []
    top = margin + (len(title) * _LINE + _LINE if is_alone else 0)
    legend, legend_high = _legend(picture, theme, wide - 2 * margin, sizes)
    bottom = top + rows * (sizes.high + sizes.gap)
    high = math.ceil(bottom + legend_high + margin)
    root = _root(picture, theme, (wide, high), sizes)
    if is_alone:
        SubElement(root, "rect", {"width": str(wide), "height": str(high), "fill": theme.paper})
        for place, line in enumerate(title):
            add_text(root, line, (margin, margin + _TITLE + place * _LINE), _TITLE, {"font-weight": "bold"})
        under = margin + len(title) * _LINE + 12
        add_text(root, clean(picture.description), (margin, under), _NAME, {"fill": theme.quiet})
    tiles = SubElement(root, "g", {"transform": f"translate({margin} {top})", "text-anchor": "middle"})
    for tile in sorted(picture.tiles, key=lambda tile: (tile.row, tile.column)):
        _tile(tiles, tile, theme, texts[tile.column, tile.row], sizes)
    legend.set("transform", f"translate({margin} {bottom + 10})")
    root.append(legend)
    return tostring(root, encoding="unicode") + "\n", (wide, high)


def _root(picture: TileMap, theme: Theme, size: tuple[int, int], sizes: Sizes) -> Element:
    called = {"aria-label": f"{clean(picture.title)}. {clean(picture.description)}"}
    root = document(picture.language, size, called, family=FAMILY, font=_NAME, ink=theme.ink)
    pattern = {"id": sizes.pattern, "width": "7", "height": "7", "patternUnits": "userSpaceOnUse"}
    lines = SubElement(SubElement(root, "defs"), "pattern", pattern | {"patternTransform": "rotate(45)"})
    SubElement(lines, "path", {"d": "M0 0V7", "stroke": theme.line, "stroke-opacity": "0.55"})
    return root


def _colour(theme: Theme, shade: int, part: int) -> str:
    light, dark = SHADES["light"][shade][part], SHADES["dark"][shade][part]
    return {"page": f"light-dark({light},{dark})", "dark": dark}.get(theme.name, light)


def _look(theme: Theme, state: str, shade: int | None, sizes: Sizes) -> dict[str, str]:
    """How the square of a tile is drawn."""
    if shade is not None:
        return {"fill": _colour(theme, shade, 0)}
    lines = {"fill": "none", "stroke": theme.line}
    looks = {
        "not-stated": lines,
        "not-read": lines | {"stroke-dasharray": "4 3"},
        "no-document": {"fill": f"url(#{sizes.pattern})"},
        "stated": lines | {"stroke": theme.ink, "stroke-width": "1.6"},
    }
    return looks[state]


@dataclass(frozen=True, slots=True)
class _Texts:
    """What is printed in a tile: its name in lines of a size, a value of a size or lines of words, and what is more."""

    name: list[str]
    name_size: float
    value: str
    value_size: float
    words: list[str]
    more: str


def _texts(tile: Tile, sizes: Sizes) -> _Texts:
    name, name_size = _name(clean(tile.name), sizes)
    value, more = clean(tile.value), clean(tile.more)
    size = next((size for size in sizes.values if width(value) * size <= sizes.inside), 0)
    lines = [] if size else _lines(value, sizes.word_lines - bool(more), sizes)
    return _Texts(name, name_size, value if size else "", size, lines, more)


def _name(name: str, sizes: Sizes) -> tuple[list[str], float]:
    """The lines of a name, and the size at which they fit: broken between words, else before a syllable."""
    lines = [name]
    if sizes.name_lines > 1 and width(name) * _LEAST_NAME > sizes.inside:
        middle = width(name) / 2
        breaks = [name.index(" ") + 1] if " " in name else [each.start() for each in _SYLLABLE.finditer(name)]
        at = min(breaks, key=lambda each: abs(width(name[:each]) - middle), default=0)
        hyphen = "" if name[:at].endswith(" ") else "-"
        lines = [name[:at].rstrip() + hyphen, name[at:]] if at else wrap(name, sizes.inside / _LEAST_NAME)[:2]
    widest = max(map(width, lines))
    return lines, min(sizes.name, sizes.name * sizes.inside / max(1.0, widest * sizes.name))


def _last_of_name(texts: _Texts, sizes: Sizes) -> float:
    """Where the last line of a name stands."""
    return sizes.steps[0] + (len(texts.name) - 1) * _NAME_LINE


def _height(texts: Iterable[_Texts], sizes: Sizes) -> int:
    """How high tiles are that hold the highest of these."""
    _, value, first, line = sizes.steps
    heights = [
        _last_of_name(each, sizes)
        + (value if each.value else first + (len(each.words) - 1) * line if each.words else 0)
        + (sizes.small + 2 if each.more else 0)
        for each in texts
    ]
    return math.ceil(max(heights, default=0) + sizes.foot)


def _tile(parent: Element, tile: Tile, theme: Theme, texts: _Texts, sizes: Sizes) -> None:
    left, top = (tile.column - 1) * (sizes.wide + sizes.gap), (tile.row - 1) * (sizes.high + sizes.gap)
    name, attributes = ("a", {"href": tile.href}) if tile.href else ("g", {})
    group = SubElement(parent, name, {**attributes, "transform": f"translate({left} {top})"})
    box = {"x": "0.8", "y": "0.8", "width": str(sizes.wide - 1.6), "height": str(sizes.high - 1.6), "rx": "4"}
    # the whole square is seized by the pointer, also one that is not filled
    look = _look(theme, tile.state, tile.shade, sizes)
    square = SubElement(group, "rect", {**box, **look, "pointer-events": "all"})
    if tile.tooltip:  # of the square: a title of the link would stand in the place of what is printed in it
        SubElement(square, "title").text = clean(f"{tile.name}: {tile.tooltip}")
    ink = theme.ink if tile.shade is None else _colour(theme, tile.shade, 1)
    middle = sizes.wide / 2
    quiet = {"fill": ink if tile.state == "stated" else theme.quiet}
    start, value, first, line = sizes.steps
    for place, each in enumerate(texts.name):
        add_text(group, each, (middle, start + place * _NAME_LINE), texts.name_size, quiet)
    below = _last_of_name(texts, sizes)
    style = {"fill": ink, "font-weight": "600"} if tile.shade is not None else quiet
    add_text(group, texts.value, (middle, below + value), texts.value_size, style)
    for place, each in enumerate(texts.words):
        add_text(group, each, (middle, below + first + place * line), sizes.words, {"fill": ink})
    add_text(group, texts.more, (middle, sizes.high - sizes.foot), sizes.small, quiet)


def _lines(words: str, most: int, sizes: Sizes) -> list[str]:
    """The words of a tile in as many lines as it has room for; what does not fit ends in an ellipsis."""
    lines = wrap(words, sizes.inside / sizes.words)
    if len(lines) <= most:
        return lines
    return [*lines[: most - 1], cut(lines[most - 1], sizes.inside / sizes.words)]


def _legend(picture: TileMap, theme: Theme, broad: int, sizes: Sizes) -> tuple[Element, float]:
    """The signs with what they mean, as many on a line as there is room for, and the notes; and how high they are."""
    group = Element("g")
    left, top = 0.0, 0.0
    for entry in picture.legend:
        wide = 26 + width(clean(entry.text)) * 12
        if left and left + wide > broad:
            left, top = 0.0, top + _LEGEND
        box = {"x": str(round(left + 1, 1)), "y": str(top + 1), "width": "18", "height": "14", "rx": "2"}
        SubElement(group, "rect", box | _look(theme, entry.state, entry.shade, sizes))
        add_text(
            group, entry.sign, (left + 10, top + 12.5), SHEET.small, {"fill": theme.quiet, "text-anchor": "middle"}
        )
        lines = wrap(clean(entry.text), (broad - 26) / 12)
        for place, line in enumerate(lines):
            add_text(group, line, (left + 24, top + 12.5 + place * 16), 12, {})
        top += (len(lines) - 1) * 16
        left += wide + 14
    top += _LEGEND if picture.legend else 0
    for note in picture.notes:
        for line in wrap(clean(note), broad / 12):
            add_text(group, line, (0, top + 13), 12, {"fill": theme.quiet})
            top += 17
    return group, top + 10
