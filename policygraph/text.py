"""Text in, text that XML can hold, or that readers see, out."""

from __future__ import annotations

import re

__all__ = ["COMPOSED", "SIGN", "UNTRANSLATED", "clean", "signed"]

#: What the English label of a thing begins with that is the Chinese one still.
UNTRANSLATED = "[untranslated] "
#: What an English label begins with that a machine composed of the words of the lexicon.
COMPOSED = "[composed] "
#: What stands before such a label where people read it, as before words that a note belongs to.
SIGN = "†"

#: What XML 1.0 cannot hold (section 2.2).
_NOT_XML = re.compile("[^\t\n\r\\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def clean(text: str) -> str:
    """The text with U+FFFD in place of each character that XML cannot hold."""
    return _NOT_XML.sub("\ufffd", text)


def signed(text: str) -> str:
    """A label, or a text with labels, as people read it: `†` before English that a machine composed, Chinese bare.

    >>> signed("[composed] Rural revitalisation"), signed("[untranslated] 东陵县")
    ('†Rural revitalisation', '东陵县')
    """
    return text.replace(COMPOSED, SIGN).replace(UNTRANSLATED, "") if "[" in text else text
