"""A Word document in, its lines out: headings with `#`, bold leads between `**`, numbers that Word counts written out.

Read are the paragraphs and tables of the body in their order, those inside content controls too; of tracked changes
what was inserted, not what was deleted. Headers, footers and notes are left out, and told.
"""

from __future__ import annotations

import re
import zipfile
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from io import BytesIO
from typing import Any

from policygraph.errors import PolicygraphError
from policygraph.extract.files.table_rows import lines_of

__all__ = ["BombError", "Document", "read_document"]

#: The largest total size of the parts of a document, in bytes; a long plan with pictures has some ten megabytes.
_MOST_BYTES = 256 * 1024 * 1024
_MOST_PARTS = 20_000
#: The largest ratio of expanded to compressed size of a part.
_MOST_GROWTH = 400
_LEAST_SUSPECT = 4 * 1024 * 1024
_LONGEST_LEAD = 40
_LONGEST_HEADING = 64
#: Bold is taken for a heading or lead only where at most this share of the paragraphs is bold.
_MOST_BOLD = 0.5
#: Outline levels from here on are body text; deeper headings than six are not told.
_BODY_LEVEL = 6
_CIRCLED = "①②③④⑤⑥⑦⑧⑨⑩⑪⑫⑬⑭⑮⑯⑰⑱⑲⑳"
_HEADING = re.compile(r"(?:heading|标题)\s?(?P<depth>[1-6])", re.IGNORECASE)
_TITLE = re.compile(r"title|标题|公文标题", re.IGNORECASE)
#: Kinds of parts beside the body, and what they hold that is worth no word.
_BESIDE = frozenset({"header", "footer", "footnotes", "endnotes"})
_PAGE_NUMBER = re.compile(r"[-—–－·\s]*(?:第?\s?[0-9]{0,4}\s?页?(?:\s?/\s?[0-9]{1,4})?|共\s?[0-9]*\s?页)[-—–－·，,\s]*")


class BombError(PolicygraphError, ValueError):
    """A file that would exhaust memory when expanded (a zip bomb) or that declares XML entities."""


@dataclass(frozen=True, slots=True)
class Document:
    """The lines of a document, how many numbers Word had counted, and whether changes were tracked in it."""

    lines: list[str]
    counted: int
    is_revised: bool
    #: The words of its headers, footers and notes, each once, page numbers aside.
    beside: list[str]


def read_document(data: bytes) -> Document:
    """The text of a Word document (.docx).

    Raises BombError for a file that would not fit the memory or declares entities, another ValueError for one that is
    damaged or no Word document.
    """
    # 0.2 s that no other command should pay for
    import docx  # noqa: PLC0415

    try:
        _refuse_bombs(data)
        return _Reader(docx.Document(BytesIO(data))).read()
    except BombError:
        raise
    # a damaged file breaks zipfile, zlib, lxml or python-docx, each in ways of its own
    except Exception as error:
        raise ValueError(f"no Word document, or damaged: {error}") from None


def _refuse_bombs(data: bytes) -> None:
    with zipfile.ZipFile(BytesIO(data)) as archive:
        parts = archive.infolist()
        if len(parts) > _MOST_PARTS or sum(part.file_size for part in parts) > _MOST_BYTES:
            raise BombError(f"its parts would come to more than {_MOST_BYTES // 2**20} MiB")
        for part in parts:
            if part.flag_bits & 1:
                raise BombError("its parts are encrypted")
            grows = part.file_size > _LEAST_SUSPECT and part.file_size > _MOST_GROWTH * max(1, part.compress_size)
            if grows:
                raise BombError(f"{part.filename} would grow to {part.file_size:,} bytes")
            if part.filename.endswith((".xml", ".rels")) and b"<!DOCTYPE" in archive.read(part)[:4096].upper():
                raise BombError(f"{part.filename} declares a document type")


class _Reader:
    """The walk over a document: python-docx finds parts, styles and cells."""

    def __init__(self, document: Any) -> None:
        self._document = document
        self._counters = _counters(document)
        self._styles = {style.style_id: style for style in document.styles}
        self._has_title = False

    def read(self) -> Document:
        parts = list(self._walk(self._document.element.body))
        paragraphs = [lead for kind, lead, text in parts if kind == "text" and text]
        bold = sum(bool(lead) for lead in paragraphs)
        is_marking = bold <= len(paragraphs) * _MOST_BOLD
        lines = [_bold(text, lead) if lead and is_marking else text for _, lead, text in parts]
        body = self._document.element.body
        is_revised = any(True for _ in body.iter(_w("ins"), _w("del")))
        kept = [re.sub(r"[ \u00a0]+", " ", part).strip(" ") for line in lines for part in line.split("\n")]
        counted = sum(counter.used for counter in self._counters.values())
        return Document(kept, counted, is_revised, list(dict.fromkeys(self._beside())))

    def _beside(self) -> Iterator[str]:
        """The words of the parts that stand around the body or below its pages."""
        from docx.oxml import parse_xml  # noqa: PLC0415

        for relation in self._document.part.rels.values():
            if relation.is_external or relation.reltype.rpartition("/")[2] not in _BESIDE:
                continue
            for paragraph in parse_xml(relation.target_part.blob).iter(_w("p")):
                words = " ".join(_words(paragraph).split())
                if _PAGE_NUMBER.fullmatch(words) is None:
                    yield words

    def _walk(self, body: Any) -> Iterator[tuple[str, str, str]]:
        """Kind, bold lead and text of each paragraph, heading and row."""
        for element in body:
            if element.tag == _w("p"):
                yield from self._paragraph(element)
            elif element.tag == _w("tbl"):
                for line in lines_of(self._rows(element)):
                    yield "row", "", line
            elif element.tag in (_w("sdt"), _w("sdtContent"), _w("ins"), _w("smartTag"), _w("customXml")):
                yield from self._walk(element)

    def _rows(self, table: Any) -> list[list[str]]:
        from docx.table import Table  # noqa: PLC0415

        return [
            ["\n".join(_words(paragraph) for paragraph in cell._tc.iter(_w("p"))) for cell in row.cells]
            for row in Table(table, self._document).rows
        ]

    def _paragraph(self, element: Any) -> Iterator[tuple[str, str, str]]:
        words = _words(element)
        style = self._styles.get(_value(element, "pPr/pStyle") or "")
        number = self._number(element, style) if words.strip() else ""
        depth = self._depth(element, style)
        if words.strip() and depth:
            flat = " ".join(words.split())
            yield "heading", "", f"{'#' * min(6, depth)} {number}{flat}"
        else:
            yield "text", "" if number else _lead(element, words), number + words
        for box in element.iter(_w("txbxContent")):
            if not any(parent.tag.endswith("}Fallback") for parent in box.iterancestors()):
                yield from self._walk(box)

    def _depth(self, element: Any, style: Any) -> int:
        """How deep a heading is, by its style or its outline level; 0 for other paragraphs."""
        if style is not None and _TITLE.fullmatch(style.name or ""):
            self._has_title = True
            return 1
        # what a paragraph does not say its style does, and what that does not, the one it is based on (17.7.2)
        depth = _outline_depth(element)
        for above in _styles_of(style):
            match = _HEADING.fullmatch(above.name or "")
            depth = depth if depth is not None else int(match["depth"]) if match else _outline_depth(above.element)
        return depth + self._has_title if depth else 0

    def _number(self, element: Any, style: Any) -> str:
        """The number that Word counts in front of a paragraph, empty where there is none."""
        place = _value(element, "pPr/numPr/numId"), _value(element, "pPr/numPr/ilvl")
        for above in _styles_of(style):
            if place[0] is None:
                place = _value(above.element, "pPr/numPr/numId"), place[1] or _value(above.element, "pPr/numPr/ilvl")
        counter = self._counters.get(place[0] or "")
        return counter.next(int(place[1] or 0)) if counter else ""


def _outline_depth(element: Any) -> int | None:
    """How deep the outline level of a paragraph or a style is (ECMA-376 17.3.1.20); 0 for body text, None for none."""
    level = _value(element, "pPr/outlineLvl")
    if level is None or not level.isdigit():
        return None
    return int(level) + 1 if int(level) < _BODY_LEVEL else 0


def _styles_of(style: Any) -> Iterator[Any]:
    """A style and those it is based on; one that is based on itself ends."""
    seen: set[str] = set()
    while style is not None and style.style_id not in seen:
        seen.add(style.style_id)
        yield style
        style = style.base_style


def _bold(text: str, lead: str) -> str:
    return f"**{lead}**{text[len(lead) :]}"


def _lead(element: Any, words: str) -> str:
    """What is bold in front of a paragraph, or the whole of a short one; empty where nothing is."""
    lead = ""
    for run in element.iter(_w("r")):
        bold = run.find(f"{_w('rPr')}/{_w('b')}")
        if bold is None or bold.get(_w("val")) in ("0", "false", "off"):
            break
        lead += _words(run)
    lead = lead.strip()
    rest = words[len(lead) :].strip()
    is_lead = lead and words.startswith(lead) and len(lead) <= (_LONGEST_LEAD if rest else _LONGEST_HEADING)
    return lead if is_lead else ""


def _words(element: Any) -> str:
    """The words of a paragraph or a run as they stand after all changes were accepted, without those of text boxes."""
    parts: list[str] = []
    pending = [element]
    while pending:
        node = pending.pop()
        if node.tag in _SAYS:
            parts.append(_SAYS[node.tag] or node.text or "")
        elif node.tag not in _PASSED_OVER:
            pending += reversed(node)
    return "".join(parts)


def _w(name: str) -> str:
    return f"{{http://schemas.openxmlformats.org/wordprocessingml/2006/main}}{name}"


#: Element -> what it says; None is its own text.
_SAYS = {_w("t"): None, _w("tab"): " ", _w("br"): "\n", _w("cr"): "\n", _w("noBreakHyphen"): "-"}
_PASSED_OVER = frozenset(map(_w, ("del", "moveFrom", "txbxContent", "pPr", "rPr", "instrText", "footnoteReference")))


def _value(element: Any, path: str) -> str | None:
    child = element.find("/".join(map(_w, path.split("/"))))
    return None if child is None else child.get(_w("val"))


# ── numbers that Word counts ──────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class _Level:
    form: str
    text: str
    start: int


class _Counter:
    """The numbers of one list: a count for each level, begun anew below each number of a higher one."""

    def __init__(self, levels: dict[int, _Level]) -> None:
        self._levels = levels
        self._counts: dict[int, int] = {}
        self.used = 0

    def next(self, level: int) -> str:
        shown = self._levels.get(level)
        if shown is None or shown.form == "none":
            return ""
        self.used += 1
        self._counts = {other: count for other, count in self._counts.items() if other <= level}
        self._counts[level] = self._counts.get(level, shown.start - 1) + 1
        if shown.form == "bullet":
            return "● "
        text = re.sub(r"%([1-9])", lambda match: self._printed(int(match[1]) - 1), shown.text)
        return text if text[-1:] in "、）)．" else f"{text} "

    def _printed(self, level: int) -> str:
        shown = self._levels.get(level)
        if shown is None:
            return ""
        return _FORMS.get(shown.form, str)(self._counts.get(level, shown.start))


def _counters(document: Any) -> dict[str, _Counter]:
    """Id of a list -> its counter; lists of one kind share it, as Word does."""
    try:
        numbering = document.part.numbering_part.element
    except (KeyError, NotImplementedError):
        return {}
    kinds: dict[str, dict[int, _Level]] = defaultdict(dict)
    for kind in numbering.iter(_w("abstractNum")):
        for level in kind.iter(_w("lvl")):
            kinds[kind.get(_w("abstractNumId"))][int(level.get(_w("ilvl")))] = _Level(
                _value(level, "numFmt") or "decimal", _value(level, "lvlText") or "", int(_value(level, "start") or 1)
            )
    shared: dict[str, _Counter] = {}
    counters: dict[str, _Counter] = {}
    for number in numbering.iter(_w("num")):
        kind = _value(number, "abstractNumId") or ""
        begins_anew = number.find(f"{_w('lvlOverride')}/{_w('startOverride')}") is not None
        counter = _Counter(kinds[kind]) if begins_anew else shared.setdefault(kind, _Counter(kinds[kind]))
        counters[number.get(_w("numId"))] = counter
    return counters


def _chinese(number: int) -> str:
    """A number up to 99 in Chinese; a higher one in digits."""
    if not 0 < number < 100:
        return str(number)
    tens, ones = divmod(number, 10)
    digits = "〇一二三四五六七八九"
    front = ("" if tens == 1 else digits[tens]) + "十" if tens else ""
    return front + (digits[ones] if ones else "")


def _circled(number: int) -> str:
    return _CIRCLED[number - 1] if 0 < number <= len(_CIRCLED) else f"（{number}）"


#: Form of a number -> how it is printed; digits where it is not here.
_FORMS: dict[str, Callable[[int], str]] = {
    **dict.fromkeys(
        ("chineseCounting", "chineseCountingThousand", "japaneseCounting", "taiwaneseCountingThousand"), _chinese
    ),
    "decimalEnclosedCircle": _circled,
    "decimalEnclosedCircleChinese": _circled,
}
