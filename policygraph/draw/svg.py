"""A picture in, an SVG document out: root at the left, every layer a column, words as text.

Nothing but presentation attributes, so that a page under a strict Content-Security-Policy, a word processor and a
drawing program all show the same. To a screen reader the boxes are a list with levels: elements nested as deep as a
plan may be would be more than readers of XML bear.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from xml.etree.ElementTree import Element, SubElement, indent, tostring

from policygraph.draw.layout import tidy
from policygraph.draw.picture import Box, Picture
from policygraph.draw.symbols import Mark, Theme
from policygraph.draw.text_width import width, wrap
from policygraph.text import clean

__all__ = ["FAMILY", "add_text", "document", "number", "write"]

_LATIN = "'Noto Sans','Helvetica Neue',Arial"
_USUAL = "'Noto Sans CJK SC','Source Han Sans SC','PingFang SC','Microsoft YaHei'"
#: The font of pictures whose words are short: maps, lines of time.
FAMILY = f"{_LATIN},{_USUAL},sans-serif"
_CHINESE = f"{_USUAL},'Heiti SC'"
#: Quotation marks are as wide in a Chinese font as ideographs: English takes them from another where there is one.
_FONTS = {
    "zh": f"{_CHINESE},sans-serif",
    "en": f"{_LATIN},{_CHINESE},sans-serif",
}
_LANGUAGES = {"zh": "zh-Hans"}
#: Sizes in CSS pixels; the longest line of a box, and of the title, in em.
_FONT, _LINE, _BASELINE, _LONGEST = 13, 17, 13, 24
_TITLE, _TITLE_LINE = 20, 27
_MARK, _AFTER_MARK, _AFTER_WORDS = 12, 6, 8
_BOLDER = 1.06  # bold Latin letters are wider
_GAP, _WIDE_GAP, _BETWEEN_COLUMNS, _MARGIN = 5, 11, 40, 24
_LEAST_WIDTH = 640
#: Note of a box -> how the line to it is dashed.
_DASHES = {"again": "6 3", "cycle": "2 3"}


@dataclass(frozen=True, slots=True)
class _Spot:
    """A box with its lines, where its left edge and its middle are, how wide it is, and where its column ends."""

    box: Box
    lines: list[str]
    left: float
    middle: float
    width: float
    column_end: float

    @property
    def bottom(self) -> float:
        return self.middle + len(self.lines) * _LINE / 2


def write(picture: Picture, theme: Theme) -> tuple[str, tuple[int, int]]:
    """The document, and its width and height in CSS pixels."""
    lines = [wrap(clean(box.label), _LONGEST) for box in picture.boxes]
    widths = [_width(box, box_lines) for box, box_lines in zip(picture.boxes, lines, strict=True)]
    columns = _columns(picture.boxes, widths)
    broad = max(columns[-1] - _BETWEEN_COLUMNS - _MARGIN, _LEAST_WIDTH)
    heading = _Heading(picture, theme, broad)
    middles = tidy(
        [box.place.children for box in picture.boxes], [len(box_lines) * _LINE for box_lines in lines], _GAP, _WIDE_GAP
    )
    spots = [
        _Spot(box, box_lines, columns[box.place.depth], heading.bottom + middle, wide, columns[box.place.depth + 1])
        for box, box_lines, middle, wide in zip(picture.boxes, lines, middles, widths, strict=True)
    ]
    size = (round(broad + 2 * _MARGIN), round(max(spot.bottom for spot in spots) + _MARGIN))
    parts = [*heading.parts, _edges(spots, theme), _boxes(spots, theme)]
    return _document(picture, theme, size, parts), size


def _width(box: Box, lines: list[str]) -> float:
    return _MARK + _AFTER_MARK + _FONT * max(map(width, lines)) * (_BOLDER if _is_bold(box) else 1)


def _is_bold(box: Box) -> bool:
    """Whether a box has parts, drawn or not."""
    return bool(box.place.children or box.place.hidden)


def _columns(boxes: list[Box], widths: list[float]) -> list[float]:
    """The left edge of each column, and where one more would begin."""
    widest = [0.0] * (max(box.place.depth for box in boxes) + 1)
    for box, wide in zip(boxes, widths, strict=True):
        widest[box.place.depth] = max(widest[box.place.depth], wide + _more_width(box))
    lefts = [float(_MARGIN)]
    for wide in widest:
        lefts.append(lefts[-1] + wide + _BETWEEN_COLUMNS)
    return lefts


def _more(box: Box) -> str:
    """The sign after the label of a box whose parts are not drawn."""
    return f"+{box.place.hidden}" if box.place.hidden else ""


def _more_width(box: Box) -> float:
    return _AFTER_WORDS + width(_more(box)) * _FONT if box.place.hidden else 0


class _Heading:
    """What stands above the boxes, added from the top down: title, description, legend, notes."""

    def __init__(self, picture: Picture, theme: Theme, broad: float) -> None:
        self.theme, self.broad, self.bottom = theme, broad, float(_MARGIN)
        self.parts: list[Element] = []
        title = wrap(clean(picture.title), broad / _TITLE)
        style = {"font-size": str(_TITLE), "font-weight": "bold"}
        self.parts.append(_text(title, (_MARGIN, self.bottom + _TITLE), _TITLE_LINE, style))
        self.bottom += len(title) * _TITLE_LINE + _GAP
        attributes = {"fill": theme.quiet}
        self.parts.append(_text([picture.description], (_MARGIN, self.bottom + _BASELINE), _LINE, attributes))
        self.bottom += _LINE + _GAP
        self._row([(_mark(entry.mark, theme), f"{entry.text} {entry.count}") for entry in picture.legend])
        self._row([(_dashes(note, theme), text) for note, text in picture.notes.items()])
        self.bottom += _MARGIN

    def _row(self, entries: list[tuple[Element, str]]) -> None:
        """Signs with what they mean, one after the other, as many on a line as there is room for."""
        left = float(_MARGIN)
        for sign, text in entries:
            wide = _MARK + _AFTER_MARK + width(text) * _FONT
            if left > _MARGIN and left + wide > _MARGIN + self.broad:
                left = float(_MARGIN)
                self.bottom += _LINE + _GAP
            sign.set("transform", f"translate({number(left)} {number(self.bottom + (_LINE - _MARK) / 2)})")
            words = _text([text], (left + _MARK + _AFTER_MARK, self.bottom + _BASELINE), _LINE, {})
            self.parts += [sign, words]
            left += wide + 2 * _AFTER_WORDS
        if entries:
            self.bottom += _LINE + _GAP


def _edges(spots: list[_Spot], theme: Theme) -> Element:
    """Each from behind the words of the whole, level to the end of its column, then in a curve to the part."""
    group = Element("g", {"fill": "none", "stroke": theme.line, "stroke-width": "1.2", "aria-hidden": "true"})
    for spot in spots[1:]:
        above = spots[spot.box.place.parent]
        start, end = above.left + above.width + _AFTER_WORDS, spot.left - _AFTER_MARK
        turn = max(start, above.column_end - _BETWEEN_COLUMNS)
        bend = (turn + end) / 2
        curve = (_at(bend, above.middle), _at(bend, spot.middle), _at(end, spot.middle))
        path = f"M{_at(start, above.middle)}H{number(turn)}C{' '.join(curve)}"
        SubElement(group, "path", {"d": path, **_dash(spot.box.note)})
    return group


def _boxes(spots: list[_Spot], theme: Theme) -> Element:
    group = Element("g", {"role": "list"})
    repeated = {spot.box.place.first for spot in spots if spot.box.note}
    for spot in spots:
        place = spot.box.place
        box = SubElement(group, "g", {"role": "listitem", "aria-level": str(place.depth + 1)})
        if place.number in repeated:
            box.set("id", f"place-{place.number}")
        _element(box, "title", spot.box.details)
        inner = SubElement(box, "a", {"href": f"#place-{place.first}"}) if spot.box.note else box
        mark = _mark(spot.box.mark, theme, is_hollow=bool(spot.box.note))
        mark.set("transform", f"translate({number(spot.left)} {number(spot.middle - _MARK / 2)})")
        inner.append(mark)
        inner.append(_words(spot, theme))
    return group


def _words(spot: _Spot, theme: Theme) -> Element:
    where = (spot.left + _MARK + _AFTER_MARK, spot.middle - len(spot.lines) * _LINE / 2 + _BASELINE)
    style = {"font-weight": "bold"} if _is_bold(spot.box) else {}
    if spot.box.note:
        style = {"fill": theme.quiet, "font-style": "italic", "text-decoration": "underline"}
    words = _text(spot.lines, where, _LINE, style)
    if spot.box.place.hidden:
        _element(words, "tspan", _more(spot.box), dx=str(_AFTER_WORDS), fill=theme.quiet)
    return words


def _mark(mark: Mark, theme: Theme, *, is_hollow: bool = False) -> Element:
    colour = theme.colour(mark)
    style = {"fill": theme.paper, "stroke": colour} if is_hollow else {"fill": colour, "fill-rule": "evenodd"}
    return Element("path", {"d": mark.path, **style})


def _dashes(note: str, theme: Theme) -> Element:
    return Element("path", {"d": f"M0 6h{_MARK}", "stroke": theme.line, "stroke-width": "2", **_dash(note)})


def _dash(note: str) -> dict[str, str]:
    return {"stroke-dasharray": _DASHES[note]} if note else {}


def _text(lines: list[str], where: tuple[float, float], step: int, style: dict[str, str]) -> Element:
    """Lines of text; the baseline of the first is at the position given."""
    left, baseline = where
    text = Element("text", {"x": number(left), "y": number(baseline), **style})
    if len(lines) == 1:
        text.text = lines[0]
        return text
    for place, line in enumerate(lines):
        # a space between lines is not visible; it separates words for screen readers and when text is copied
        words = line + " " * (place < len(lines) - 1 and line[-1:].isascii())
        _element(text, "tspan", words, x=number(left), y=number(baseline + place * step))
    return text


def _element(parent: Element, name: str, words: str, **attributes: str) -> None:
    SubElement(parent, name, attributes).text = words


def add_text(parent: Element, words: str, at: tuple[float, float], size: float, style: Mapping[str, str]) -> None:
    """Puts a line of text, where there is any, with its baseline at a place; clicks go through to what is below it."""
    if words:
        place = {"x": number(at[0]), "y": number(at[1]), "font-size": f"{size:.3g}", "pointer-events": "none"}
        SubElement(parent, "text", {**place, **style}).text = words


def number(value: float) -> str:
    """A length or place in pixels, to a tenth."""
    return f"{value:.1f}".removesuffix(".0")


def _at(left: float, top: float) -> str:
    return f"{number(left)} {number(top)}"


def document(
    language: str, size: tuple[int, int], called: Mapping[str, str], *, family: str, font: int, ink: str
) -> Element:
    """The root of a picture of a width and height in CSS pixels; `called`: attributes that name and describe it."""
    wide, high = map(str, size)
    return Element(
        "svg",
        {
            "xmlns": "http://www.w3.org/2000/svg",
            "width": wide,
            "height": high,
            "viewBox": f"0 0 {wide} {high}",
            "xml:lang": _LANGUAGES.get(language, language),
            "role": "graphics-document",
            **called,
            "font-family": family,
            "font-size": str(font),
            "fill": ink,
        },
    )


def _document(picture: Picture, theme: Theme, size: tuple[int, int], parts: list[Element]) -> str:
    called = {"aria-labelledby": "picture-title", "aria-describedby": "picture-description"}
    family = _FONTS.get(picture.language, _FONTS["en"])
    root = document(picture.language, size, called, family=family, font=_FONT, ink=theme.ink)
    wide, high = map(str, size)
    _element(root, "title", clean(picture.title), id="picture-title")
    _element(root, "desc", picture.description, id="picture-description")
    SubElement(root, "rect", {"width": wide, "height": high, "fill": theme.paper})
    root.extend(parts)
    indent(root)
    for text in root.iter("text"):  # `indent` adds white space, which would be rendered
        text.text = (text.text or "").rstrip("\n ") or None
        for line in text:
            line.tail = None
    return tostring(root, encoding="unicode") + "\n"
