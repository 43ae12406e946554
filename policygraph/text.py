"""Text in, text that XML can hold out."""

from __future__ import annotations

import re

__all__ = ["clean"]

#: What XML 1.0 cannot hold (section 2.2).
_NOT_XML = re.compile("[^\t\n\r\\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def clean(text: str) -> str:
    """The text with U+FFFD in place of each character that XML cannot hold."""
    return _NOT_XML.sub("\ufffd", text)
