"""A picture of a page in, its printed lines out, each with how surely it was read: optical character recognition.

RapidOCR finds the lines and reads them, with models that come in its wheel (extra `ocr`); what stands side by side on a
row is put together, and columns are read one after the other, as on other pages.
"""

from __future__ import annotations

import functools
import importlib.util
import logging
import math
import statistics
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from io import BytesIO
from typing import Any

from policygraph.errors import PolicygraphError
from policygraph.extract.files.layout import Item, Line, Table, cuts, ordered

__all__ = ["DOUBTFUL", "MOST_PAGES", "UNREAD", "ScanError", "image_of", "is_installed", "lines_of_image", "reader"]

#: The recognition score (0 to 1) below which a line becomes a reading issue.
DOUBTFUL = 0.9
#: The score that stands for a line with room behind it for one that was not read at all.
UNREAD = 0.0
#: The most pages without text that are recognised in one document.
MOST_PAGES = 300
#: The largest picture, in pixels; an A3 page at 300 dpi has 17 million.
_MOST_DOTS = 60_000_000
#: Boxes whose middles are so near, in heights of a letter, stand on one row.
_ONE_ROW = 0.5
#: A box so many times as long as it is high tells how far a page is turned.
_LONG = 5


class ScanError(PolicygraphError, ValueError):
    """A picture that cannot be read: no picture, or too large a one."""


def is_installed() -> bool:
    """Whether the optional library for character recognition (extra `ocr`) is installed."""
    return all(importlib.util.find_spec(name) is not None for name in ("rapidocr", "onnxruntime", "PIL"))


def reader(**settings: object) -> Callable[[Any], Any]:
    """The engine, used for all pages of a document: it takes seconds to start, and does so with the first of them.

    `settings` are RapidOCR's own (`EngineConfig.onnxruntime.intra_op_num_threads`).
    """

    @functools.cache
    def engine() -> Any:
        from rapidocr import RapidOCR  # noqa: PLC0415 - seconds that no other command should pay for

        # the library logs each model that it opens
        logging.getLogger("RapidOCR").setLevel(logging.ERROR)
        return RapidOCR(params={"Global.log_level": "error", **settings})

    def read(picture: Any) -> Any:
        return engine()(picture)

    return read


def image_of(data: bytes) -> Any:
    """The picture in the bytes of a file. Raises ScanError for what is none."""
    from PIL import Image  # noqa: PLC0415

    try:
        image = Image.open(BytesIO(data))
        if image.width * image.height > _MOST_DOTS:
            raise ScanError(f"it has {image.width} x {image.height} dots, {_MOST_DOTS:,} are read at most")
        return image.convert("RGB")
    except ScanError:
        raise
    # a damaged picture breaks each of its decoders in a way of its own
    except Exception as error:
        raise ScanError(f"this is not a picture, or it is damaged: {error}") from None


def lines_of_image(image: Any, engine: Callable[[Any], Any]) -> list[Item]:
    """The lines of a picture in reading order; none where it has no writing.

    The engine is not asked about one of a single colour, a page with nothing on it: it takes seconds to say so.
    """
    if all(low == high for low, high in image.getextrema()):
        return []
    import numpy  # noqa: PLC0415

    result = engine(numpy.asarray(image))
    texts, boxes, scores = (getattr(result, name, None) for name in ("txts", "boxes", "scores"))
    if not texts or boxes is None or scores is None:
        return []
    lines = [
        _line(text, box, score, image.height)
        for text, box, score in zip(texts, _straightened(boxes), scores, strict=True)
        if text.strip()
    ]
    return [line for region in ordered(lines) for line in _marked(list(_rows(region)))]


def _straightened(boxes: Sequence[Sequence[Sequence[float]]]) -> list[list[tuple[float, float]]]:
    """The boxes turned about the corner of the page so that most long ones lie level.

    A page that is turned by half a degree moves the foot of a gutter by the width of a letter, and the end of a row by
    half a row.
    """
    slopes = []
    for (x, y), (right, end), _, (foot_x, foot_y) in boxes:
        length, height = math.hypot(right - x, end - y), math.hypot(foot_x - x, foot_y - y)
        if length > _LONG * height:
            slopes.append(math.atan2(end - y, right - x))
    turn = statistics.median(slopes) if slopes else 0.0
    cosine, sine = math.cos(turn), math.sin(turn)
    return [[(x * cosine + y * sine, y * cosine - x * sine) for x, y in box] for box in boxes]


def _line(text: str, box: Sequence[Sequence[float]], score: float, height: int) -> Line:
    """A line by the corners of its box; places count upwards, as in a PDF."""
    across = [float(x) for x, _ in box]
    down = [float(y) for _, y in box]
    top = height - min(down)
    return Line(text.strip(), min(across), max(across), top, max(down) - min(down), float(score))


def _rows(region: Iterable[Item]) -> Iterator[Line]:
    """The lines of a stretch from top to bottom, what stands side by side put together."""
    lines = sorted(
        (item for item in region if not isinstance(item, Table)), key=lambda line: -(line.top - line.size / 2)
    )
    row: list[Line] = []
    for line in lines:
        middle = line.top - line.size / 2
        if row and abs(row[-1].top - row[-1].size / 2 - middle) > _ONE_ROW * min(row[-1].size, line.size):
            yield _joined(row)
            row = []
        row.append(line)
    if row:
        yield _joined(row)


def _marked(rows: list[Line]) -> list[Line]:
    """The rows of a stretch; those are marked that a row was lost behind, in a fold or under a stain."""
    lost = set(cuts(rows))
    return [replace(row, is_cut=True) if place in lost else row for place, row in enumerate(rows)]


def _joined(row: Sequence[Line]) -> Line:
    parts = sorted(row, key=lambda line: line.left)
    return Line(
        " ".join(line.text for line in parts),
        parts[0].left,
        max(line.right for line in parts),
        max(line.top for line in parts),
        max(line.size for line in parts),
        min(line.confidence for line in parts),
    )
