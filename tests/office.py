"""Files of other programs for tests: a PDF of lines at places, without a font in it; a Word document as bytes."""

from __future__ import annotations

from collections.abc import Sequence
from io import BytesIO
from typing import Any

#: A line of a page: its words, how far from the left and from the bottom, the size of its letters.
Line = tuple[str, float, float, float]


def pdf(pages: Sequence[Sequence[Line]], trailer: str = "") -> bytes:
    """A PDF with these pages. `trailer` is put into its trailer (an /Encrypt, say)."""
    count = len(pages)
    font = 3 + 2 * count
    kids = " ".join(f"{3 + 2 * number} 0 R" for number in range(count))
    objects = ["<< /Type /Catalog /Pages 2 0 R >>", f"<< /Type /Pages /Kids [{kids}] /Count {count} >>"]
    for number, lines in enumerate(pages):
        drawn = "".join(
            f"BT /F1 {size} Tf {left} {bottom} Td <{words.encode('utf-16-be').hex()}> Tj ET\n"
            for words, left, bottom, size in lines
        )
        objects += [
            f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents {4 + 2 * number} 0 R"
            f" /Resources << /Font << /F1 {font} 0 R >> >> >>",
            f"<< /Length {len(drawn)} >>\nstream\n{drawn}endstream",
        ]
    objects += [
        f"<< /Type /Font /Subtype /Type0 /BaseFont /STSong-Light /Encoding /UniGB-UCS2-H"
        f" /DescendantFonts [{font + 1} 0 R] >>",
        "<< /Type /Font /Subtype /CIDFontType0 /BaseFont /STSong-Light /DW 1000"
        f" /CIDSystemInfo << /Registry (Adobe) /Ordering (GB1) /Supplement 2 >> /FontDescriptor {font + 2} 0 R >>",
        "<< /Type /FontDescriptor /FontName /STSong-Light /Flags 4 /FontBBox [0 -200 1000 900] /ItalicAngle 0"
        " /Ascent 880 /Descent -120 /CapHeight 880 /StemV 80 >>",
    ]
    written = b"%PDF-1.5\n"
    places = []
    for number, body in enumerate(objects, start=1):
        places.append(len(written))
        written += f"{number} 0 obj\n{body}\nendobj\n".encode()
    table = "".join(f"{place:010} 00000 n \n" for place in places)
    return (
        written
        + (
            f"xref\n0 {len(objects) + 1}\n0000000000 65535 f \n{table}"
            f"trailer\n<< /Size {len(objects) + 1} /Root 1 0 R {trailer} >>\nstartxref\n{len(written)}\n%%EOF\n"
        ).encode()
    )


def saved(document: Any) -> bytes:
    """The bytes of a python-docx document."""
    stream = BytesIO()
    document.save(stream)
    return stream.getvalue()
