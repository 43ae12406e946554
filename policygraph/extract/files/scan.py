"""A picture of a page in, its printed lines out, each with how surely it was read: optical character recognition.

RapidOCR finds the lines and reads them, with models that come in its wheel (extra `ocr`); what stands side by side on a
row is put together, and columns are read one after the other, as on other pages.
"""

from __future__ import annotations

import functools
import importlib.util
import logging
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from io import BytesIO
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from policygraph.errors import PolicygraphError
from policygraph.extract.files.lacunae import marked
from policygraph.extract.files.layout import Item, Line, Table, ordered
from policygraph.extract.files.perspective import Box, flattened

if TYPE_CHECKING:
    from numpy import float64
    from numpy.typing import NDArray

__all__ = [
    "DOUBTFUL",
    "MOST_PAGES",
    "UNREAD",
    "ScanError",
    "image_of",
    "is_installed",
    "lines_of_image",
    "on_cores",
    "reader",
]

#: The recognition score (0 to 1) below which a line becomes a reading issue.
DOUBTFUL = 0.9
#: The score that stands for a line in or behind which there is room for words that were not read at all.
UNREAD = 0.0
#: The most pages without text that are recognised in one document.
MOST_PAGES = 300
#: The largest picture, in pixels; an A3 page at 300 dpi has 17 million.
_MOST_DOTS = 60_000_000
#: Boxes whose middles are so near, in heights of a letter, stand on one row.
_ONE_ROW = 0.5
#: How far apart pieces of one line are at most, in heights of a letter.
_BREAK = 0.8
#: Room between pieces of a line, in heights of a letter, that has words in it.
_HOLE = 1.5
#: An engine for pictures of pages (see `reader`).
Engine = Callable[..., Any]
#: A box so many times as long as it is wide tells whether lines run across or up the page.
_TALL = 1.5
#: How many lines are read both ways up.
_SAMPLES = 3
#: What a box has around its letters on each side, in parts of its height.
_MARGIN = 0.12


class ScanError(PolicygraphError, ValueError):
    """A picture that cannot be read: no picture, or too large a one."""


def is_installed() -> bool:
    """Whether the optional library for character recognition (extra `ocr`) is installed."""
    return all(importlib.util.find_spec(name) is not None for name in ("rapidocr", "onnxruntime", "PIL"))


#: How many cores recognition may use in this task; None: all.
_CORES: ContextVar[int | None] = ContextVar("_CORES", default=None)


@contextmanager
def on_cores(number: int | None) -> Iterator[None]:
    """Bounds the cores that recognition uses: several processes that each use all hinder one another."""
    token = _CORES.set(number)
    try:
        yield
    finally:
        _CORES.reset(token)


def reader(**settings: object) -> Engine:
    """The engine, used for all pages of a document: it takes seconds to start, and does so with the first of them.

    `settings` are RapidOCR's own (`EngineConfig.onnxruntime.intra_op_num_threads`). With
    `use_det=False` a picture is one line, the right way up; else lines are looked for, and turned upright one by one.
    """
    cores = _CORES.get()
    bound = {} if cores is None else {"EngineConfig.onnxruntime.intra_op_num_threads": cores}

    @functools.cache
    def engine() -> Any:
        from rapidocr import RapidOCR  # noqa: PLC0415 - seconds that no other command should pay for

        # the library logs each model that it opens
        logging.getLogger("RapidOCR").setLevel(logging.ERROR)
        return RapidOCR(params={"Global.log_level": "error", **bound, **settings})

    def read(picture: Any, *, use_det: bool = True) -> Any:
        return engine()(picture, use_det=use_det, use_cls=use_det)

    return read


def image_of(data: bytes) -> Any:
    """The picture in the bytes of a file. Raises ScanError for what is none."""
    from PIL import Image, ImageOps  # noqa: PLC0415

    try:
        image = Image.open(BytesIO(data))
        if image.width * image.height > _MOST_DOTS:
            raise ScanError(f"it has {image.width} x {image.height} dots, {_MOST_DOTS:,} are read at most")
        # cameras keep the dots as the sensor has them, and say beside them which way up they are
        return ImageOps.exif_transpose(image).convert("RGB")
    except ScanError:
        raise
    # a damaged picture breaks each of its decoders in a way of its own
    except Exception as error:
        raise ScanError(f"this is not a picture, or it is damaged: {error}") from None


def lines_of_image(image: Any, engine: Engine) -> list[Item]:
    """The lines of a picture in reading order; none where it has no writing.

    The engine is not asked about one of a single colour, a page with nothing on it: it takes seconds to say so.
    """
    if all(low == high for low, high in image.getextrema()):
        return []
    import numpy  # noqa: PLC0415

    dots = numpy.asarray(image)
    result = engine(dots)
    texts, boxes, scores = (getattr(result, name, None) for name in ("txts", "boxes", "scores"))
    if not texts or boxes is None or scores is None:
        return []
    turns = _quarter_turns(dots, boxes, engine)
    height = image.width if turns % 2 else image.height
    flat = flattened(_turned(numpy.asarray(boxes, dtype=float), turns, image.width, image.height))
    lines = [
        _line(text, box, score, height) for text, box, score in zip(texts, flat, scores, strict=True) if text.strip()
    ]
    regions = [list(_rows(region)) for region in ordered(_whole(lines))]
    return [row for region in marked(regions) for row in region]


def _quarter_turns(dots: Any, boxes: Sequence[Box], engine: Engine) -> int:
    """By how many quarters of a turn, leftwards, a page is to be turned for its writing to stand upright.

    The engine reads a line on its side or on its head as well as any other, and does not say that it did. So some long
    lines are read both ways up. Where neither can be read, as in columns of upright letters, the page stays as it is.
    """
    import numpy  # noqa: PLC0415
    from rapidocr.utils.process_img import get_rotate_crop_image  # noqa: PLC0415

    corners = numpy.asarray(boxes, dtype=numpy.float32)
    width, height = numpy.abs(corners[:, 2] - corners[:, 0]).T
    is_sideways = height[height > _TALL * width].sum() > width[width > _TALL * height].sum()
    lengths = height - width if is_sideways else width - height
    # a line on its side comes out turned leftwards by a quarter
    samples = [get_rotate_crop_image(dots, corners[place]) for place in numpy.argsort(-lengths)[:_SAMPLES]]
    upright, reverse = (
        [_score(engine(numpy.ascontiguousarray(sample[::way, ::way]), use_det=False)) for sample in samples]
        for way in (1, -1)
    )
    if max(sum(upright), sum(reverse)) < DOUBTFUL * len(samples):
        return 0
    return int(is_sideways) + (2 if sum(reverse) > sum(upright) else 0)


def _score(result: Any) -> float:
    """How surely a picture of one line was read."""
    return float(sum(result.scores or (0.0,)))


def _turned(corners: NDArray[float64], turns: int, width: int, height: int) -> list[Box]:
    """The boxes of a page of this size after so many quarters of a turn leftwards, corners in their order."""
    import numpy  # noqa: PLC0415

    for _ in range(turns):
        corners = numpy.stack([corners[..., 1], width - corners[..., 0]], axis=-1)
        width, height = height, width
    # the first corner is the upper left one again
    return list(numpy.roll(corners, -turns, axis=1))


def _line(text: str, box: Box, score: float, height: int) -> Line:
    """A line by the corners of its box, which is wider than its letters; places count upwards, as in a PDF."""
    across = [float(x) for x, _ in box]
    down = [float(y) for _, y in box]
    margin = _MARGIN * (max(down) - min(down))
    left, right = min(across) + margin, max(across) - margin
    size = max(down) - min(down) - 2 * margin
    return Line(text.strip(), left, max(left, right), height - min(down) - margin, size, float(score))


def _whole(lines: Iterable[Line]) -> list[Line]:
    """The lines, what was found in pieces joined: a comma within a line leaves room that is narrower than a gutter."""
    whole: list[Line] = []
    for line in sorted(lines, key=lambda line: line.left):
        middle = line.top - line.size / 2
        for place, before in enumerate(whole):
            size = min(before.size, line.size)
            is_beside = abs(before.top - before.size / 2 - middle) <= _ONE_ROW * size
            if is_beside and abs(line.left - before.right) <= _BREAK * size:
                whole[place] = _joined([before, line], "")
                break
        else:
            whole.append(line)
    return whole


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


def _joined(row: Sequence[Line], between: str = " ") -> Line:
    parts = sorted(row, key=lambda line: line.left)
    gaps = [right.left - left.right for left, right in pairwise(parts)]
    size = max(line.size for line in row)
    return Line(
        between.join(line.text for line in parts),
        parts[0].left,
        max(line.right for line in parts),
        max(line.top for line in parts),
        size,
        min(line.confidence for line in parts),
        any(gap > _HOLE * size for gap in gaps),
    )
