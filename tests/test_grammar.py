"""Names of SPARQL 1.1 begin and go on with the characters that section 19.8 lists, to the edges of each range."""

from __future__ import annotations

import pytest

from policygraph.grammar import tokens

#: PN_CHARS_BASE, and what PN_CHARS has besides, beyond ASCII.
BASE = (
    *((0xC0, 0xD6), (0xD8, 0xF6), (0xF8, 0x2FF), (0x370, 0x37D), (0x37F, 0x1FFF)),
    *((0x200C, 0x200D), (0x2070, 0x218F), (0x2C00, 0x2FEF), (0x3001, 0xD7FF), (0xF900, 0xFDCF), (0xFDF0, 0xFFFD)),
    (0x10000, 0xEFFFF),
)
WITHIN = ((0xB7, 0xB7), (0x300, 0x36F), (0x203F, 0x2040))
#: Ranges, and a text with a place for a character that must be in them for it to be one token.
PLACES = {
    "start of a word": (BASE, "{}a"),
    "start of a variable": (BASE, "?{}"),
    "in a variable": ((*BASE, *WITHIN), "?a{}"),
    "in a word": ((*BASE, *WITHIN), "a{}"),
    "start of a local name": (BASE, "a:{}"),
    "in a local name": ((*BASE, *WITHIN), "a:b{}"),
    "in a label of a blank node": ((*BASE, *WITHIN), "_:a{}"),
}


@pytest.mark.parametrize("place", PLACES)
def test_names_have_the_characters_of_the_recommendation(place: str) -> None:
    ranges, text = PLACES[place]
    edges = {edge + step for pair in (*BASE, *WITHIN) for edge in pair for step in (-1, 0, 1)}
    beyond_ascii = {edge for edge in edges if edge > 0x7F}
    written = {edge: text.format(chr(edge)) for edge in beyond_ascii}
    whole = {edge for edge, name in written.items() if [token.text for token in tokens(name)] == [name, ""]}
    assert whole == {edge for edge in beyond_ascii if any(first <= edge <= last for first, last in ranges)}
