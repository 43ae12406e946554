"""Paragraphs in, the continuations of cut sentences out: cut at the end of a column, or by an insertion."""

from __future__ import annotations

from dataclasses import dataclass

from policygraph.extract.structure.block import Block
from policygraph.extract.structure.outline import Part

__all__ = ["CutParagraphs"]

#: The number of paragraphs and headings behind a cut one that are tried as its continuation.
_PATIENCE = 16
#: The most seams tried in a document, since each is a search over its whole text.
_MOST_TRIALS = 400
_ENDS = "。！!？?；;：:”）)…—"
#: The shortest line, in characters, that is taken for a cut paragraph.
_LEAST = 12


@dataclass(slots=True)
class _Cut:
    """A part whose last paragraph ends within a sentence, where, and how many paragraphs are still tried behind it."""

    part: Part
    end: int
    patience: int = _PATIENCE


class CutParagraphs:
    """The paragraph that was cut last, while it waits for what goes on with it."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._cut: _Cut | None = None
        self._trials = _MOST_TRIALS

    def forget(self) -> None:
        """Drops the cut paragraph, so that nothing continues it."""
        self._cut = None

    def pass_heading(self) -> None:
        """A heading came between."""
        if self._cut:
            self._cut.patience -= 1

    def note(self, part: Part, block: Block) -> None:
        """Remembers a paragraph that ends within a sentence."""
        is_whole = self._text[block.end - 1] in _ENDS or block.end - block.start < _LEAST
        self._cut = None if is_whole else _Cut(part, block.end)

    def continued(self, block: Block, top: Part) -> tuple[Part, bool] | None:
        """The part that a paragraph goes on in, and whether something stood between; None where it begins anew."""
        cut = self._cut
        if cut is None:
            return None
        if top is cut.part and cut.patience == _PATIENCE:
            return cut.part, False
        if self._fits(cut, block):
            return cut.part, True
        cut.patience -= 1
        if cut.patience <= 0:
            self._cut = None
        return None

    def _fits(self, cut: _Cut, block: Block) -> bool:
        """Whether the seam of two paragraphs makes words that the text has elsewhere."""
        if self._trials <= 0:
            return False
        self._trials -= 1
        seam = self._text[cut.end - 2 : cut.end] + self._text[block.start : block.start + 2]
        return any(words in self._text for words in (seam[:3], seam[1:]) if not words.isspace())
