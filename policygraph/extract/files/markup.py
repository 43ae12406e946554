r"""A plain text with HTML in it in, the text without out: its tables as rows, its line breaks as lines.

Programs that turn PDF into markdown write tables as HTML. Tags that only say what letters look like are left out; what
else is markup is no text, and is refused.

>>> plain("甲\n<tr><td>指标</td><td>2025年</td></tr><tr><td>粮食</td><td>120</td></tr>\n").strip().splitlines()
['甲', '', '指标\t2025年', '粮食\t120']
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import unescape
from html.parser import HTMLParser

from policygraph.errors import PolicygraphError
from policygraph.extract.files.table_rows import lines_of

__all__ = ["MarkupError", "has_markup", "plain"]

_TAG = re.compile(r"</?(?P<name>[A-Za-z][A-Za-z0-9]{0,15})(?:\s[^<>]{0,2000})?/?>")
#: Tags that say what letters look like, and those that end a line.
_LETTERS = frozenset(re.findall(r"\w+", "a abbr b big code em font i img ins kbd mark s small span strong sub sup u"))
_LINES = frozenset(
    re.findall(
        r"\w+",
        "blockquote br center dd details div dl dt figcaption figure h1 h2 h3 h4 h5 h6 hr li ol p pre summary ul",
    )
)
_TABLES = frozenset({"table", "tr", "td", "th", "tbody", "thead", "tfoot", "caption", "colgroup", "col"})
#: Tags that no document in markdown needs.
_REFUSED = frozenset(re.findall(r"\w+", "script style iframe form input object embed svg math html body head"))
_HEADING = re.compile(r"h(?P<depth>[1-6])")
_OPENS = re.compile(r"<(table|tr)\b")
_NEXT_ROW = re.compile(r"</tr\s{0,9}>\s{0,99}<tr\b")
#: The most columns or rows that one cell may span; a larger value is ignored.
_LONGEST_SPAN = 500


class MarkupError(PolicygraphError, ValueError):
    """Markup that holds no text of a document: the tag, and the place of its first character."""

    def __init__(self, tag: str, place: int) -> None:
        super().__init__(f"<{tag}>")
        self.tag = tag
        self.place = place


def has_markup(text: str) -> bool:
    """Whether a text has tags of HTML in it."""
    return "<" in text and any(_is_known(match["name"].lower()) for match in _TAG.finditer(text))


def _is_known(name: str) -> bool:
    return any(name in names for names in (_LETTERS, _LINES, _TABLES, _REFUSED))


def plain(text: str) -> str:
    """The text without its markup. Raises MarkupError for tags that no document in markdown needs."""
    parts: list[str] = []
    place = 0
    for start, stop in _tables(text):
        parts += [_untagged(text, place, start), "\n", *(f"{line}\n" for line in _rows(text[start:stop]))]
        place = stop
    parts.append(_untagged(text, place, len(text)))
    return re.sub(r"\n{3,}", "\n\n", "".join(parts))


def _tables(text: str) -> Iterator[tuple[int, int]]:
    """Where the tables of a text stand: from <table> to </table>, or rows one behind the other without either."""
    folded = text.casefold() if len(text.casefold()) == len(text) else text
    place = 0
    for match in _OPENS.finditer(folded):
        if match.start() < place:
            continue
        stop = folded.find(f"</{match[1]}", match.end())
        if stop < 0:
            return
        while match[1] == "tr" and (following := _NEXT_ROW.match(folded, stop)):
            stop = folded.find("</tr", following.end())
            if stop < 0:
                return
        place = folded.find(">", stop) + 1 or len(text)
        yield match.start(), place


def _untagged(text: str, start: int, stop: int) -> str:
    """A stretch without tables: tags of letters left out, those of lines as line ends, headings with their `#`."""
    parts: list[str] = []
    for match in _TAG.finditer(text, start, stop):
        name = match["name"].lower()
        if not _is_known(name):
            continue
        if name not in _LETTERS and name not in _LINES:
            raise MarkupError(name, match.start())
        parts.append(text[start : match.start()])
        heading = _HEADING.fullmatch(name)
        if heading and not match[0].startswith("</"):
            parts.append(f"\n{'#' * int(heading['depth'])} ")
        elif name in _LINES:
            parts.append("\n")
        start = match.end()
    parts.append(text[start:stop])
    return unescape("".join(parts)) if len(parts) > 1 else parts[0]


def _rows(table: str) -> list[str]:
    reader = _TableReader()
    reader.feed(table)
    reader.close()
    return lines_of(reader.spread())


class _TableReader(HTMLParser):
    """The cells of a table, each with how many columns and rows it spans."""

    def __init__(self) -> None:
        super().__init__()
        self._rows: list[list[tuple[str, int, int]]] = []
        self._span = (1, 1)
        self._words: list[str] | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "tr":
            self._close()
            self._rows.append([])
        elif tag in ("td", "th"):
            self._close()
            given = dict(attrs)
            self._span = _span(given.get("colspan")), _span(given.get("rowspan"))
            self._words = []
        elif tag in ("br", "p") and self._words:
            self._words.append("\n")

    def handle_endtag(self, tag: str) -> None:
        if tag in ("td", "th", "tr", "table"):
            self._close()

    def handle_data(self, data: str) -> None:
        if self._words is not None:
            self._words.append(data)

    def _close(self) -> None:
        if self._words is not None:
            if not self._rows:
                self._rows.append([])
            self._rows[-1].append(("".join(self._words).strip(), *self._span))
            self._words = None

    def spread(self) -> list[list[str]]:
        """The rows, a cell that spans several repeated in each."""
        self._close()
        grid: list[list[str]] = []
        pending: dict[tuple[int, int], str] = {}
        for number, row in enumerate(self._rows):
            cells: list[str] = []
            waiting = list(row)
            while waiting or (number, len(cells)) in pending:
                if (number, len(cells)) in pending:
                    cells.append(pending.pop((number, len(cells))))
                    continue
                words, columns, rows = waiting.pop(0)
                for below in range(1, min(rows, len(self._rows) - number)):
                    pending |= {(number + below, len(cells) + beside): words for beside in range(columns)}
                cells += [words] + [""] * (columns - 1)
            grid.append(cells)
        return grid


def _span(given: str | None) -> int:
    return min(int(given), _LONGEST_SPAN) if given and given.isdigit() and 0 < len(given) < 6 and int(given) else 1
