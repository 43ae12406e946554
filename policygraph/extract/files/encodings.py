"""The bytes of a text in, its characters and the encoding they were in out.

UTF-8 is what texts are registered in. What else is met in Chinese texts, GB18030 (with GBK and GB2312 in it) and
UTF-16, is told by its byte order mark or by how much of it reads as ordinary Chinese; nothing is replaced or passed
over.

>>> decode("一、总体要求".encode("gbk"))
Decoded(text='一、总体要求', encoding='gb18030')
"""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass

from policygraph.errors import PolicygraphError

__all__ = ["Decoded", "EncodingError", "decode"]

#: Byte order mark -> encoding.
_MARKS = {
    codecs.BOM_UTF8: "utf-8-sig",
    codecs.BOM_UTF16_LE: "utf-16-le",
    codecs.BOM_UTF16_BE: "utf-16-be",
}
#: What a text without a mark may be in, where it is not UTF-8.
_CANDIDATES = ("gb18030", "utf-16-le", "utf-16-be")
#: Names in which pages declare an encoding -> what reads them all.
_DECLARED = {"gb2312": "gb18030", "gbk": "gb18030", "x-gbk": "gb18030", "utf8": "utf-8"}
_ORDINARY = re.compile(
    r"[\t\n\r -~\u00b7\u2010-\u203b\u2460-\u24ff\u2500-\u25ff\u3000-\u303f\u4e00-\u9fff\uff00-\uffef]"
)
#: The least share (0 to 1) of ordinary characters in a text for an encoding to be accepted.
_BELIEVED = 0.85
#: UTF-8 in which fewer than one character in twenty is broken is UTF-8 with a fault, not another encoding.
_FAULTS = 0.05
_SAMPLE = 100_000


class EncodingError(PolicygraphError, ValueError):
    """Bytes in no encoding that is known: the first byte (from 0) that is not UTF-8."""

    def __init__(self, place: int) -> None:
        super().__init__(f"byte {place} is not UTF-8")
        self.place = place


@dataclass(frozen=True, slots=True)
class Decoded:
    """A text and the encoding of its bytes; `utf-8` is the one that it may stay in."""

    text: str
    encoding: str


def decode(data: bytes, declared: str = "") -> Decoded:
    """The text of some bytes. `declared` is what a page says of itself; it is tried before what is guessed.

    Raises EncodingError, with the first byte that is not UTF-8, where no encoding fits.
    """
    for mark, encoding in _MARKS.items():
        if data.startswith(mark):
            bare = data[len(mark) :]
            return Decoded(_strict(bare, "utf-8" if encoding == "utf-8-sig" else encoding), encoding)
    if declared and (decoded := _declared(data, declared)):
        return decoded
    if b"\0" not in data and (_try(data, "utf-8") or not data or _is_broken_utf8(data)):
        return Decoded(_strict(data, "utf-8"), "utf-8")
    read = {encoding: text for encoding in _CANDIDATES if (text := _try(data, encoding))}
    best = max(read, key=lambda encoding: _ordinary(read[encoding]), default=None)
    if best is None or _ordinary(read[best]) < _BELIEVED:
        # a file of bytes between which NULs stand may be UTF-8 all the same; the reader will tell the NULs
        return Decoded(_strict(data, "utf-8"), "utf-8")
    return Decoded(read[best], best)


def _strict(data: bytes, encoding: str) -> str:
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as error:
        raise EncodingError(error.start) from None


def _declared(data: bytes, name: str) -> Decoded | None:
    encoding = _DECLARED.get(name.lower(), name.lower())
    try:
        return Decoded(data.decode(encoding), encoding)
    except (LookupError, UnicodeError, ValueError):
        return None


def _try(data: bytes, encoding: str) -> str:
    try:
        return data.decode(encoding)
    except UnicodeDecodeError:
        return ""


def _is_broken_utf8(data: bytes) -> bool:
    text = data.decode(errors="replace")[:_SAMPLE]
    beyond = sum(character > "\x7f" for character in text)
    return 0 < text.count("\ufffd") < max(1, beyond) * _FAULTS


def _ordinary(text: str) -> float:
    """How much of a text is ordinary characters, from 0 to 1."""
    sample = text[:_SAMPLE]
    return len(_ORDINARY.findall(sample)) / max(1, len(sample))
