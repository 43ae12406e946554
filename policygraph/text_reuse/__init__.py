"""Texts in, what they have in common out: passages that stand in more than one, sketches by which like ones meet."""

from policygraph.text_reuse.matching import SHORTEST, Passage, Place, Text, passages

__all__ = ["SHORTEST", "Passage", "Place", "Text", "passages"]
