"""A text in, whether it can be read out: Chinese in simplified characters, in traditional ones, or none.

Rules read simplified characters. A text in traditional ones is read as if it were in the others, character by
character, so that every place stays where it is; what a draft prints is put back as the text has it (`as_printed`).

>>> read_script("主辦機關：環境保護局").simplified
'主办机关：环境保护局'
>>> read_script("Reduce emissions by 45% by 2030.").refusal
'the text is not in Chinese, but in Latin letters'
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from dataclasses import dataclass
from typing import Any

__all__ = ["Script", "as_printed", "read_script"]

#: The number of characters from which the script of a text is determined.
_SAMPLE = 40_000
#: A text with so many times more letters of another script than Chinese characters is not in Chinese.
_OUTWEIGHED = {"LATIN": 6.0, "HIRAGANA": 0.2, "KATAKANA": 0.2, "HANGUL": 0.5}
_ANY_OTHER = 2.0
#: The fewest letters from which the script is determined.
_LEAST = 10
_CHINESE = "CJK"
_HAN = re.compile("[一-鿿]")
_OTHER_LETTERS = re.compile(r"[^\W\d_一-鿿]")
#: Usual characters that only traditional writing has; a text with enough of them is traditional.
_USUAL = re.compile(
    "[國發會區業產與實點應個體們這為從來對時將動機關員經濟資訊導標準總務單縣劃畫環護開東車長門問間學書電話語說請該"
    "頭風龍齊舉處補設計認證據變讓選還進運過達遠連種積穩農辦協廣場戶擴擇數條樓極構樣權歲減測滿灣無營獎獨當療盡監眾確]"
)
_TRADITIONAL = 6
_NAMES = {"LATIN": "Latin letters", "HIRAGANA": "Japanese", "KATAKANA": "Japanese", "HANGUL": "Korean"}
_EVIDENCE = re.compile(r"#char=(\d+),(\d+)")
#: Keys whose values are words of the text.
_PRINTED = re.compile(r"printed[A-Z]\w*|number")


@dataclass(frozen=True, slots=True)
class Script:
    """The text in simplified characters, whether it was in traditional ones, and why it cannot be read, if so."""

    simplified: str
    is_traditional: bool = False
    refusal: str = ""


def read_script(text: str) -> Script:
    """What a text is written in, by a sample of its letters."""
    sample = text[:_SAMPLE]
    chinese = len(_HAN.findall(sample))
    counts = Counter(_script_of(character) for character in _OTHER_LETTERS.findall(sample))
    chinese += counts.pop(_CHINESE, 0)
    for script, number in counts.most_common():
        if number >= _LEAST and number > _OUTWEIGHED.get(script, _ANY_OTHER) * chinese:
            return Script(text, refusal=f"the text is not in Chinese, but in {_NAMES.get(script, script.title())}")
    if len(_USUAL.findall(sample)) * 100 < _TRADITIONAL * chinese:
        return Script(text)
    return Script(_simplified(text), is_traditional=True)


def _script_of(character: str) -> str:
    """The first word of a character's name: CJK, LATIN, HANGUL, CYRILLIC."""
    return unicodedata.name(character, "UNKNOWN").partition(" ")[0].removesuffix("-UNIFIED")


def _simplified(text: str) -> str:
    """The text in simplified characters, each where it stood."""
    # 20 ms that no other command should pay for
    from opencc import OpenCC  # noqa: PLC0415

    converter = OpenCC("t2s")
    whole = converter.convert(text)
    if len(whole) == len(text):
        return str(whole)
    table = {character: converter.convert(character) for character in set(text) if "一" <= character <= "鿿"}
    return "".join(
        replacement if len(replacement := table.get(character, character)) == 1 else character for character in text
    )


def as_printed(entry: Any, simplified: str, text: str) -> None:
    """Puts labels and printed values of a draft, and of all in it, as the text has them at their evidence."""
    pending = [entry]
    while pending:
        thing = pending.pop()
        if isinstance(thing, dict):
            spans = [
                (int(match[1]), int(match[2]))
                for place in thing.get("evidence") or ()
                if (match := _EVIDENCE.search(place))
            ]
            for key, value in thing.items():
                if isinstance(value, str) and _PRINTED.fullmatch(key):
                    thing[key] = _printed(value, spans, simplified, text)
            label = thing.get("label")
            if isinstance(label, dict) and isinstance(label.get("zh"), str):
                label["zh"] = _printed(label["zh"], spans, simplified, text)
            pending += thing.values()
        elif isinstance(thing, list):
            pending += thing


def _printed(words: str, spans: list[tuple[int, int]], simplified: str, text: str) -> str:
    """The words as they are printed at one of the places, or in front of it (numbers stand before their label)."""
    for start, end in spans:
        begin = max(0, start - len(words) - 1)
        place = simplified.find(words, begin, end + len(words))
        if place >= 0:
            return text[place : place + len(words)]
    return words
