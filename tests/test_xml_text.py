"""What XML cannot hold ends an answer or an export with an error, whatever the pieces it is written in."""

from __future__ import annotations

import io
import xml.etree.ElementTree as ET

import pyoxigraph as ox
import pytest

from policygraph.formats import rdf, xml_text

GRAPH = ox.NamedNode("urn:g")


def _quads(text: str, predicate: str = "http://example.org/p") -> list[ox.Quad]:
    return [ox.Quad(ox.NamedNode("urn:s"), ox.NamedNode(predicate), ox.Literal(text), GRAPH)]


#: Content -> why RDF/XML cannot hold it.
UNSAYABLE = {
    "U+0000": (_quads("a\x00"), "the character U\\+0000"),
    "U+0007": (_quads("a\x07"), "the character U\\+0007"),
    "U+000B": (_quads("a\x0bb"), "the character U\\+000B"),
    "U+FFFE": (_quads("a\ufffe"), "the character U\\+FFFE"),
    "a property that ends in a number": (_quads("a", "http://example.org/b#1"), "ends in no name"),
    "a property that ends in a slash": (_quads("a", "http://example.org/b/"), "ends in no name"),
    "a property of an urn": (_quads("a", "urn:123"), "ends in no name"),
}


@pytest.mark.parametrize("case", UNSAYABLE)
def test_what_xml_cannot_hold_is_refused(case: str) -> None:
    quads, words = UNSAYABLE[case]
    with pytest.raises(xml_text.UnsayableError, match=words):
        rdf.rdf_xml(quads)


def test_a_carriage_return_comes_back_as_one() -> None:
    text = "l1\rl2\r\nl3\t< & >"
    written = rdf.rdf_xml(_quads(text))
    document = ET.fromstring(written)  # noqa: S314 - what was written two lines above
    assert [element.text for element in document.iter("{http://example.org/}p")] == [text]


@pytest.mark.parametrize("size", [1, 2, 3, 5, 1000])
def test_pieces_are_as_good_as_the_whole(size: int) -> None:
    def write(document: bytes) -> bytes:
        output = io.BytesIO()
        writer = xml_text.Writer(output)
        for start in range(0, len(document), size):
            writer.write(document[start : start + size])
        writer.finish()
        return output.getvalue()

    good = "<a:b c='d'>浑南\r￿</a:b>".replace("￿", "\ufffd").encode()
    assert write(good) == good.replace(b"\r", b"&#13;")
    for bad in ("<a>\ufffe</a>", "<a:b><oxprefix: x='y'>1</oxprefix:></a:b>", "<a>\x0c</a>"):
        with pytest.raises(xml_text.UnsayableError):
            write(bad.encode())
