"""A file in, the text of a policy document out, and what was done to get it.

    .txt .md ─ encodings, markup ──────────────────────┐
    .html    ─ html (trafilatura) ─────┐               │
    .docx    ─ word (python-docx) ─────┤               │
    .pdf     ─ pdf (pypdfium2) ─┐      ├─ table_rows ──┴─► text, one paragraph a line, headings with #, bold between **
    .png …   ─ scan (RapidOCR) ─┴ layout

The text is what evidence is counted in: it is registered, and kept beside the draft. A plain file in UTF-8 is taken as
it is; whatever else is done to a file is told. A Word file, a PDF or a picture is read as what it is, whatever the
ending of its name. Files are strangers': what would exhaust the reader is refused.
"""

from __future__ import annotations

import importlib.util
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from policygraph.errors import SpokenError
from policygraph.extract.files import html, markup, pdf, scan, word
from policygraph.extract.files.encodings import EncodingError, decode
from policygraph.messages import message, pmessage, text_in

__all__ = ["ENDINGS", "MAX_BYTES", "Intake", "IntakeError", "Note", "can_read", "read", "read_bytes"]

#: The largest file that is read, in bytes.
MAX_BYTES = 64 * 1024 * 1024

#: What a place in a text does not begin or end inside of.
_WORD = re.compile(r"[0-9]+(?:[.,][0-9]+)*|[A-Za-z]+")
#: What it does not begin with, and what it does not end with: signs that belong to what is beside.
_CLOSING, _OPENING = " ，。、,；", " ，、,“（(《【‘"


@dataclass(frozen=True, slots=True)
class Note:
    """What was done to a file."""

    texts: Mapping[str, str]

    def text(self, language: str) -> str:
        return text_in(self.texts, language)


class IntakeError(SpokenError):
    """A file that no text can be read from: why."""


@dataclass(frozen=True, slots=True)
class Intake:
    """The text of a file, and what was done to get it."""

    text: str
    notes: list[Note] = field(default_factory=list)
    #: Where a line stands that was read from a picture and not surely, and how surely.
    doubts: list[tuple[int, int, float]] = field(default_factory=list)


def read(path: Path) -> Intake:
    """The text of a file, read by what it holds, else by the ending of its name. Raises IntakeError for none."""
    try:
        with path.open("rb") as file:
            data = file.read(MAX_BYTES + 1)
    except OSError as error:
        raise IntakeError(message("{path}: {reason}", path=path, reason=error.strerror)) from None
    return read_bytes(data, path.name)


def read_bytes(data: bytes, name: str) -> Intake:
    """The text of the bytes of a file with this name. Raises IntakeError where there is none."""
    if len(data) > MAX_BYTES:
        raise IntakeError(message("{name}: the file has more than {limit} MiB", name=name, limit=MAX_BYTES // 2**20))
    ending = _kind(data) or Path(name).suffix.lower()
    if ending in _INSTEAD:
        raise IntakeError(
            message(
                "{name}: {ending} is not read; save it as {other}", name=name, ending=ending, other=_INSTEAD[ending]
            ),
        )
    reader = _READERS.get(ending, _plain)
    library, extra = _LIBRARIES.get(reader, ("", ""))
    if library and importlib.util.find_spec(library) is None:
        raise IntakeError(
            message(
                "{name}: {ending} is read with {library}: pip install policygraph[{extra}]",
                name=name,
                ending=ending,
                library=library,
                extra=extra,
            ),
        )
    try:
        intake = reader(data, name)
    except EncodingError as error:
        raise IntakeError(
            message(
                "{name}: byte {place} is not UTF-8, and the file is not GB18030 or UTF-16 either",
                name=name,
                place=error.place,
            ),
        ) from None
    except RecursionError:
        raise IntakeError(message("{name}: it is nested too deeply", name=name)) from None
    if (place := intake.text.find("\0")) >= 0:
        raise IntakeError(message("{name}: character {place} is NUL: this is not a text", name=name, place=place))
    if not re.search(r"\w", intake.text):
        raise IntakeError(message("{name}: the file has no words", name=name))
    if reader is not _READERS.get(Path(name).suffix.lower()):
        intake.notes.insert(0, Note(message("read as {ending}, which it is by its content", ending=ending)))
    return intake


def can_read(path: Path) -> bool:
    """Whether a text may be read from a file: by the ending of its name, else by what it holds."""
    if path.suffix.lower() in _READERS:
        return True
    try:
        with path.open("rb") as file:
            head = file.read(_HEAD)
            return _kind(head if head[:4] != _ZIP else head + file.read(MAX_BYTES)) in _READERS
    except OSError:
        return False


#: Enough of a file to know its kind by, but for an archive, whose names stand at its end.
_HEAD = 16
_ZIP = b"PK\3\4"
#: What files of a kind begin with -> the ending that they usually have; a Word document of old is not read.
_BEGINNINGS = {
    b"%PDF-": ".pdf",
    b"\x89PNG\r\n\x1a\n": ".png",
    b"\xff\xd8\xff": ".jpg",
    b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1": ".doc",
}
#: The part of an archive that makes it a Word document.
_WORD_PART = b"word/document.xml"


def _kind(data: bytes) -> str:
    """The ending that files of this content usually have; empty where the content does not tell."""
    if data.startswith(_ZIP):
        return ".docx" if _WORD_PART in data else ""
    return next((ending for beginning, ending in _BEGINNINGS.items() if data.startswith(beginning)), "")


def _plain(data: bytes, name: str) -> Intake:
    decoded = decode(data)
    notes = _converted(decoded.encoding)
    if not markup.has_markup(decoded.text):
        return Intake(decoded.text, notes)
    try:
        text = markup.plain(decoded.text)
    except markup.MarkupError as error:
        raise IntakeError(
            message(
                "{name}: character {place} is markup (<{tag}>): save the page as .html, or take it out",
                name=name,
                place=error.place,
                tag=error.tag,
            ),
        ) from None
    notes.append(Note(message("HTML in the text was turned into words and rows of tables")))
    return Intake(text, notes)


def _converted(encoding: str) -> list[Note]:
    if encoding == "utf-8":
        return []
    if encoding == "utf-8-sig":
        return [Note(message("the byte order mark was taken off"))]
    return [Note(message("converted from {encoding} to UTF-8", encoding=encoding.upper()))]


def _html(data: bytes, name: str) -> Intake:
    decoded = decode(data, html.declared_encoding(data))
    if re.search(r"<!ENTITY|<!DOCTYPE[^>]{0,200}\[", decoded.text[:65536], re.IGNORECASE):
        raise IntakeError(message("{name}: it declares entities, which no page needs", name=name))
    lines, around = html.lines_of_page(decoded.text)
    notes = _converted(decoded.encoding)
    if lines and (date := html.date_of_page(decoded.text)) and not any(map(_TELLS_A_DAY.match, lines)):
        is_title = len(lines[0]) <= _LONGEST_TITLE and not lines[0].endswith("。")
        lines.insert(int(is_title), f"发布时间：{date}")  # as pages print it, so that the text tells it too
        notes.append(Note(message("the page's own date, {date}, put at the head of its text", date=date)))
    text = _joined(lines)
    if around > len(text):
        notes.append(
            Note(
                message(
                    "{around} characters, most of the page, left out as standing around the text: is any of it "
                    "missing?",
                    around=around,
                ),
            )
        )
    elif around and lines:
        notes.append(Note(message("{around} characters around the main text left out", around=around)))
    return Intake(text, notes)


_LONGEST_TITLE = 80
#: A short line with a day in it: the date of a signature, of a page.
_TELLS_A_DAY = re.compile(r"(?=.{0,60}$).*(?:19|20)\d\d\s?[-/.年]\s?\d{1,2}\s?[-/.月]\s?\d{1,2}(?!\d)")


def _docx(data: bytes, name: str) -> Intake:
    try:
        document = word.read_document(data)
    except word.BombError as error:
        raise IntakeError(message("{name}: refused: {error}", name=name, error=error)) from None
    except ValueError:
        raise IntakeError(message("{name}: this is not a Word document, or it is damaged", name=name)) from None
    notes = []
    if document.counted:
        notes.append(Note(message("{count} automatic numbers were written out", count=document.counted)))
    if document.is_revised:
        notes.append(Note(message("changes are tracked: read as if all of them were accepted")))
    if document.beside:
        listed = " ".join(f"“{words[:40]}”" for words in document.beside[:5])
        count = len(document.beside)
        notes.append(Note(message("{count} headers, footers and notes left out: {listed}", count=count, listed=listed)))
    return Intake(_joined(document.lines), notes)


def _pages(data: bytes, name: str) -> Intake:
    try:
        pages = pdf.read_pages(data)
    except pdf.PasswordError:
        raise IntakeError(
            message("{name}: the PDF is encrypted: open it and save it without a password", name=name),
        ) from None
    except ValueError:
        raise IntakeError(message("{name}: this is not a PDF, or it is damaged", name=name)) from None
    scanned = bool(pages.empty) and scan.is_installed() and len(pages.empty) <= scan.MOST_PAGES
    if scanned:
        pages = pdf.read_pages(data, scan.reader())
    if not pages.lines:
        raise IntakeError(
            message(
                "{name}: its {count} pages have no text, and none is read from their pictures (pip install "
                "policygraph[ocr])",
                name=name,
                count=pages.number,
            ),
        )
    notes = []
    if pages.read:
        listed = ", ".join(map(str, pages.read[:20]))
        notes.append(Note(message("pages read from their pictures, to be checked: {listed}", listed=listed)))
    if pages.dropped:
        listed = " ".join(f"“{words}”" for words in pages.dropped[:5])
        notes.append(Note(message("page numbers and running heads dropped: {listed}", listed=listed)))
    if pages.empty:
        listed = ", ".join(map(str, pages.empty[:20]))
        notes.append(Note(message("pages without text: {listed}", listed=listed)))
    text = _joined(pages.lines)
    return Intake(text, notes, _doubts(text, pages.doubtful))


def _picture(data: bytes, name: str) -> Intake:
    try:
        items = scan.lines_of_image(scan.image_of(data), scan.reader())
    except scan.ScanError as error:
        raise IntakeError(pmessage("picture", "{name}: {error}", name=name, error=error)) from None
    pages = pdf.lines_of_pages([items])
    text = _joined(pages.lines)
    return Intake(
        text,
        [Note(message("read from a picture, to be checked"))],
        _doubts(text, pages.doubtful),
    )


def _doubts(text: str, lines: list[tuple[str, float]]) -> list[tuple[int, int, float]]:
    """Where lines that were not read surely stand in the text."""
    doubts = []
    place = 0
    for words, confidence in lines:
        start = text.find(words, place)
        if start >= 0:
            place = start + len(words)
            doubts.append((*_whole(text, start, place), confidence))
    return doubts


def _whole(text: str, start: int, end: int) -> tuple[int, int]:
    """The place of a line, with the whole of a number or Latin word that runs over its ends, and no sign at them."""
    for match in _WORD.finditer(text, text.rfind("\n", 0, start) + 1):
        if match.start() >= end:
            break
        start = match.start() if match.start() < start < match.end() else start
        end = max(end, match.end())
    line = text[start:end]
    first, last = len(line) - len(line.lstrip(_CLOSING)), len(line.rstrip(_OPENING))
    return (start + first, start + last) if first < last else (start, end)


def _joined(lines: list[str]) -> str:
    """Lines as a text; empty ones next to each other become one."""
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip("\n") + "\n" if lines else ""


#: Usual ending of a name -> what reads such files; others are read as plain text.
_READERS: dict[str, Callable[[bytes, str], Intake]] = {
    ".txt": _plain,
    ".md": _plain,
    ".html": _html,
    ".htm": _html,
    ".docx": _docx,
    ".pdf": _pages,
    **dict.fromkeys((".png", ".jpg", ".jpeg", ".tif", ".tiff", ".bmp", ".webp"), _picture),
}
#: Reader -> the library that it needs, and the extra that has it.
_LIBRARIES: dict[Callable[[bytes, str], Intake], tuple[str, str]] = {
    _html: ("trafilatura", "extract"),
    _docx: ("docx", "extract"),
    _pages: ("pypdfium2", "extract"),
    _picture: ("rapidocr", "ocr"),
}
#: Ending -> what to save such a file as.
_INSTEAD = {
    ".doc": ".docx",
    ".wps": ".docx",
    ".rtf": ".docx",
    ".odt": ".docx",
    ".xls": ".docx",
    ".xlsx": ".docx",
    ".ofd": ".pdf",
}

#: Endings of files that a text can be read from.
ENDINGS = tuple(_READERS)
