"""Pages that are drawn from texts, with noise, and how many of their characters the reader of scans gets right.

    python -m benchmarks.scans --font FONT TEXT...      # the first 900 characters of each, on three kinds of pages

The pages: one column, two columns, and a newspaper's (a headline over three columns). Each is turned by half a degree,
blurred, and given the noise of a scanner. Accuracy is 1 - edit distance / length, blanks aside, in reading order. Needs
the extra `ocr` and a font with Chinese characters (Noto Serif CJK was measured).
"""

from __future__ import annotations

import random
import re
import time
from collections.abc import Iterator, Sequence
from io import BytesIO
from pathlib import Path

import click
from PIL import Image, ImageDraw, ImageFilter, ImageFont

from policygraph.extract.files import scan

_WIDTH, _HEIGHT, _MARGIN, _GAP = 1654, 2339, 140, 60
_SIZE, _LEADING = 30, 46
_CHARACTERS = 900
#: Kind of page -> its columns, and whether a headline stands over them.
_PAGES = {"one column": (1, False), "two columns": (2, False), "newspaper, three columns": (3, True)}


def page(text: str, columns: int, *, headline: bool, font: str, seed: int) -> tuple[bytes, str]:
    """The picture of a page as PNG, and the characters that stand on it, in reading order."""
    image = Image.new("L", (_WIDTH, _HEIGHT), 250)
    draw = ImageDraw.Draw(image)
    paragraphs = [line.strip() for line in text.splitlines() if line.strip()]
    printed: list[str] = []
    top = _MARGIN
    if headline:
        draw.text((_MARGIN, top), paragraphs[0][:20], fill=20, font=ImageFont.truetype(font, 64))
        printed.append(paragraphs[0][:20])
        top += 150
        paragraphs = paragraphs[1:]
    width = (_WIDTH - 2 * _MARGIN - (columns - 1) * _GAP) // columns
    letters = ImageFont.truetype(font, _SIZE)
    rows = list(_rows(paragraphs, width // _SIZE))
    high = max(1, min(-(-len(rows) // columns), (_HEIGHT - top - _MARGIN) // _LEADING))
    for number, row in enumerate(rows[: high * columns]):
        column, place = divmod(number, high)
        draw.text((_MARGIN + column * (width + _GAP), top + place * _LEADING), row, fill=30, font=letters)
        printed.append(row)
    return _scanned(image, seed), "".join(printed)


def _rows(paragraphs: Sequence[str], letters: int) -> Iterator[str]:
    """Paragraphs in rows of so many letters, the first of each indented."""
    for paragraph in paragraphs:
        words = "　　" + paragraph
        yield from (words[start : start + letters] for start in range(0, len(words), letters))


def _scanned(image: Image.Image, seed: int) -> bytes:
    """A page as a scanner gives it: turned, blurred, with grains."""
    turned = image.rotate(0.5, expand=False, fillcolor=250).filter(ImageFilter.GaussianBlur(0.8))
    grains = random.Random(seed)  # noqa: S311 - noise, not a secret
    noise = Image.frombytes("L", turned.size, grains.randbytes(turned.width * turned.height))
    stream = BytesIO()
    Image.blend(turned, noise, 0.12).save(stream, "PNG")
    return stream.getvalue()


def accuracy(printed: str, read: str) -> float:
    """1 - edit distance / length, blanks aside."""
    one, other = (re.sub(r"\s+", "", words) for words in (printed, read))
    row = list(range(len(other) + 1))
    for place, letter in enumerate(one, start=1):
        before, row[0] = row[0], place
        for at, another in enumerate(other, start=1):
            before, row[at] = row[at], min(row[at] + 1, row[at - 1] + 1, before + (letter != another))
    return 1 - row[-1] / max(1, len(one))


@click.command()
@click.argument("texts", nargs=-1, required=True, type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option("--font", required=True, type=click.Path(exists=True))
def main(texts: tuple[Path, ...], font: str) -> None:
    """Draw pages of TEXTS, read them again, and tell how many characters are right."""
    engine = scan.reader()
    click.echo("| page | text | characters | right | CPU s |\n| --- | --- | ---: | ---: | ---: |")
    for number, path in enumerate(texts):
        text = path.read_bytes().decode()[:_CHARACTERS]
        for kind, (columns, headline) in _PAGES.items():
            picture, printed = page(text, columns, headline=headline, font=font, seed=number)
            started = time.process_time()
            lines = scan.lines_of_image(scan.image_of(picture), engine)
            spent = time.process_time() - started
            read = "".join(getattr(line, "text", "") for line in lines)
            click.echo(f"| {kind} | {path.stem} | {len(printed)} | {accuracy(printed, read):.3f} | {spent:.1f} |")


if __name__ == "__main__":
    main()
