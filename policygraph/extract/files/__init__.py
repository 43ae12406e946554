"""A file in, the text of a policy document out, and what was done to get it.

    .txt .md ─ encodings, markup ──────────────────────┐
    .html    ─ html (trafilatura) ─────┐               │
    .docx    ─ word (python-docx) ─────┤               │
    .pdf     ─ pdf (pypdfium2) ─┐      ├─ table_rows ──┴─► text, one paragraph a line, headings with #, bold between **
    .png …   ─ scan (RapidOCR) ─┴ layout

The text is what evidence is counted in: it is registered, and kept beside the draft. A plain file in UTF-8 is taken as
it is; whatever else is done to a file is told. Files are strangers': what would exhaust the reader is refused.
"""

from __future__ import annotations

import importlib.util
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from policygraph.errors import SpokenError
from policygraph.extract.files import html, markup, pdf, scan, word
from policygraph.extract.files.encodings import EncodingError, decode

__all__ = ["ENDINGS", "MAX_BYTES", "Intake", "IntakeError", "Note", "read", "read_bytes"]

#: A longer file is no policy document.
MAX_BYTES = 64 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Note:
    """What was done to a file, in zh and en."""

    zh: str
    en: str

    def said(self, language: str) -> str:
        return self.zh if language == "zh" else self.en


class IntakeError(SpokenError):
    """A file that no text can be read from: why, in en and zh."""


@dataclass(frozen=True, slots=True)
class Intake:
    """The text of a file, and what was done to get it."""

    text: str
    notes: list[Note] = field(default_factory=list)
    #: Where a line stands that was read from a picture and not surely, and how surely.
    doubts: list[tuple[int, int, float]] = field(default_factory=list)


def read(path: Path) -> Intake:
    """The text of a file, read by the ending of its name. Raises IntakeError where there is none."""
    try:
        with path.open("rb") as file:
            data = file.read(MAX_BYTES + 1)
    except OSError as error:
        raise IntakeError(f"{path}: {error.strerror}", f"{path}：{error.strerror}") from None
    return read_bytes(data, path.name)


def read_bytes(data: bytes, name: str) -> Intake:
    """The text of the bytes of a file with this name. Raises IntakeError where there is none."""
    if len(data) > MAX_BYTES:
        raise IntakeError(
            f"{name}: the file has more than {MAX_BYTES // 2**20} MiB", f"{name}：文件超过 {MAX_BYTES // 2**20} MiB"
        )
    ending = Path(name).suffix.lower()
    if ending in _INSTEAD:
        raise IntakeError(
            f"{name}: {ending} is not read; save it as {_INSTEAD[ending]}",
            f"{name}：不支持 {ending}，请另存为 {_INSTEAD[ending]}",
        )
    reader = _READERS.get(ending, _plain)
    library, extra = _LIBRARIES.get(reader, ("", ""))
    if library and importlib.util.find_spec(library) is None:
        raise IntakeError(
            f"{name}: {ending} is read with {library}: pip install policygraph[{extra}]",
            f"{name}：读取 {ending} 需要 {library}：pip install policygraph[{extra}]",
        )
    try:
        intake = reader(data, name)
    except EncodingError as error:
        raise IntakeError(
            f"{name}: byte {error.place} is not UTF-8, and the file is not GB18030 or UTF-16 either",
            f"{name}：第 {error.place} 字节不是 UTF-8，文件也不是 GB18030 或 UTF-16",
        ) from None
    except RecursionError:
        raise IntakeError(f"{name}: it is nested too deeply", f"{name}：嵌套过深") from None
    if (place := intake.text.find("\0")) >= 0:
        raise IntakeError(
            f"{name}: character {place} is NUL: this is not a text", f"{name}：第 {place} 个字符为 NUL，不是文本"
        )
    if not re.search(r"\w", intake.text):
        raise IntakeError(f"{name}: the file has no words", f"{name}：文件中没有文字")
    return intake


def _plain(data: bytes, name: str) -> Intake:
    decoded = decode(data)
    notes = _converted(decoded.encoding)
    if not markup.has_markup(decoded.text):
        return Intake(decoded.text, notes)
    try:
        text = markup.plain(decoded.text)
    except markup.MarkupError as error:
        raise IntakeError(
            f"{name}: character {error.place} is markup (<{error.tag}>): save the page as .html, or take it out",
            f"{name}：第 {error.place} 个字符为标记（<{error.tag}>），请存为 .html 或去掉标记",
        ) from None
    notes.append(
        Note("文中的 HTML 标记已转为文字和表格行", "HTML in the text was turned into words and rows of tables")
    )
    return Intake(text, notes)


def _converted(encoding: str) -> list[Note]:
    if encoding == "utf-8":
        return []
    if encoding == "utf-8-sig":
        return [Note("已去掉字节序标记（BOM）", "the byte order mark was taken off")]
    return [Note(f"已由 {encoding.upper()} 转为 UTF-8", f"converted from {encoding.upper()} to UTF-8")]


def _html(data: bytes, name: str) -> Intake:
    decoded = decode(data, html.declared_encoding(data))
    if re.search(r"<!ENTITY|<!DOCTYPE[^>]{0,200}\[", decoded.text[:65536], re.IGNORECASE):
        raise IntakeError(f"{name}: it declares entities, which no page needs", f"{name}：文件声明了实体，予以拒绝")
    lines, around = html.lines_of_page(decoded.text)
    notes = _converted(decoded.encoding)
    text = _joined(lines)
    if around > len(text):
        notes.append(
            Note(
                f"页面大部分（{around} 个字符）被视为正文之外而略去，请核对正文是否完整",
                f"{around} characters, most of the page, left out as standing around the text: is any of it missing?",
            )
        )
    elif around and lines:
        notes.append(Note(f"略去正文之外的 {around} 个字符", f"{around} characters around the main text left out"))
    return Intake(text, notes)


def _docx(data: bytes, name: str) -> Intake:
    try:
        document = word.read_document(data)
    except word.BombError as error:
        raise IntakeError(f"{name}: refused: {error}", f"{name}：予以拒绝：{error}") from None
    except ValueError:
        raise IntakeError(
            f"{name}: this is not a Word document, or it is damaged", f"{name}：不是 Word 文档或已损坏"
        ) from None
    notes = []
    if document.counted:
        notes.append(
            Note(f"已写出 {document.counted} 个自动编号", f"{document.counted} automatic numbers were written out")
        )
    if document.is_revised:
        notes.append(
            Note("含修订：按接受全部修订后的文字读取", "changes are tracked: read as if all of them were accepted")
        )
    return Intake(_joined(document.lines), notes)


def _pages(data: bytes, name: str) -> Intake:
    try:
        pages = pdf.read_pages(data)
    except pdf.PasswordError:
        raise IntakeError(
            f"{name}: the PDF is encrypted: open it and save it without a password",
            f"{name}：PDF 已加密，请打开后去掉密码另存",
        ) from None
    except ValueError:
        raise IntakeError(f"{name}: this is not a PDF, or it is damaged", f"{name}：不是 PDF 或已损坏") from None
    scanned = bool(pages.empty) and scan.is_installed() and len(pages.empty) <= scan.MOST_PAGES
    if scanned:
        pages = pdf.read_pages(data, scan.reader())
    if not pages.lines:
        raise IntakeError(
            f"{name}: its {pages.number} pages have no text, and none is read from their pictures "
            "(pip install policygraph[ocr])",
            f"{name}：{pages.number} 页均无文字，图像中也未识别出文字（pip install policygraph[ocr]）",
        )
    notes = []
    if pages.read:
        listed = ", ".join(map(str, pages.read[:20]))
        notes.append(
            Note(f"以下页由图像识别文字，请核对：{listed}", f"pages read from their pictures, to be checked: {listed}")
        )
    if pages.dropped:
        listed = " ".join(f"“{words}”" for words in pages.dropped[:5])
        notes.append(Note(f"已去掉页码和页眉页脚：{listed}", f"page numbers and running heads dropped: {listed}"))
    if pages.empty:
        listed = ", ".join(map(str, pages.empty[:20]))
        notes.append(Note(f"以下页没有文字：{listed}", f"pages without text: {listed}"))
    text = _joined(pages.lines)
    return Intake(text, notes, _doubts(text, pages.doubtful))


def _picture(data: bytes, name: str) -> Intake:
    try:
        items = scan.lines_of_image(scan.image_of(data), scan.reader())
    except scan.ScanError as error:
        raise IntakeError(f"{name}: {error}", f"{name}：图像无法读取（{error}）") from None
    pages = pdf.lines_of_pages([items])
    text = _joined(pages.lines)
    return Intake(
        text,
        [Note("文字由图像识别，请核对", "read from a picture, to be checked")],
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
            doubts.append((start, place, confidence))
    return doubts


def _joined(lines: list[str]) -> str:
    """Lines as a text; empty ones next to each other become one."""
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip("\n") + "\n" if lines else ""


#: Ending of a name -> what reads such files; others are read as plain text.
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
