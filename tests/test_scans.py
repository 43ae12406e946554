"""Pages that are pictures: rendered here with noise, read by OCR, columns in order, what is not sure told."""

from __future__ import annotations

import difflib
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen.canvas import Canvas

from policygraph import extract
from policygraph.extract import files
from policygraph.extract.files import perspective, scan

if TYPE_CHECKING:
    from collections.abc import Callable

ROOT = Path(__file__).resolve().parents[1]
#: Fonts with Chinese characters where systems have them.
FONTS = (
    "/usr/share/fonts/opentype/noto/NotoSerifCJK-Regular.ttc",
    "/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc",
    "/usr/share/fonts/truetype/wqy/wqy-zenhei.ttc",
    "/usr/share/fonts/truetype/wqy/wqy-microhei.ttc",
)
FONT = next((font for font in FONTS if Path(font).is_file()), None)

pytestmark = [
    pytest.mark.skipif(not scan.is_installed(), reason="2026-11-29: needs the extra ocr"),
    pytest.mark.skipif(FONT is None, reason="2026-11-29: needs a font with Chinese characters, which no package has"),
]


@pytest.fixture(scope="module")
def engine() -> Callable[[Any], Any]:
    # a second thread saves a tenth of the time, and costs half as much again in what it waits
    return scan.reader(**{"EngineConfig.onnxruntime.intra_op_num_threads": 1})


@pytest.fixture(autouse=True)
def _one_engine(engine: Callable[[Any], Any], monkeypatch: pytest.MonkeyPatch) -> None:
    """The engine opens its models once, not for each file."""
    monkeypatch.setattr(scan, "reader", lambda: engine)


LEFT = [
    "东陵县茶业发展三年行动方案",
    "一、总体要求",
    "到2028年，全县茶园面积达到15万亩，规模以上茶企达到36家，",
    "一县一业布局基本形成；新建标准厂房30万平方米，引进亿元以",
    "上项目50个，茶业总产值突破28.6亿元，农民人均增收8%以上，建",
    "成满园计划示范区4个，打造全国知名茶乡，让更多农户受益。",
    "二、重点任务",
    "（一）建设生态园区。改造传统茶园，完善灌溉设施，推广绿色防",
    "控技术，新建生态茶园2万亩，培育茶艺师300名，每季度调度一次。",
]
RIGHT = [
    "（二）培育龙头企业。支持茶企技术改造，对首次上规的企业给予",
    "奖励，三年内新增规模以上茶企12家，建成精制茶生产线20条，年加",
    "工能力达到3万吨，产品合格率保持在99%以上，带动就业5000人。",
    "（三）打造茶艺品牌。每年举办茶文化节，组织茶企参加全国展会，",
    "建设茶文化馆3座，开发茶旅融合线路5条，年接待游客80万人次。",
    "三、保障措施",
    "成立茶业发展领导小组，办公室设在县茶业局，统筹协调各项工作，",
    "县财政每年安排专项资金2000万元，用于茶园改造和品牌建设。",
]


def _page(columns: list[list[str]], noise: float) -> Any:
    """A page with columns of lines, with grey noise on it and a little turned."""
    import numpy
    from PIL import Image, ImageDraw, ImageFont

    image = Image.new("L", (160 + 1000 * len(columns), 1000), 255)
    draw = ImageDraw.Draw(image)
    font = ImageFont.truetype(str(FONT), 30)
    for column, lines in enumerate(columns):
        for number, line in enumerate(lines):
            draw.text((80 + 1000 * column, 80 + 56 * number), line, font=font, fill=30)
    random = numpy.random.default_rng(7)
    dots = numpy.asarray(image.rotate(0.2, fillcolor=255), dtype=float)
    return Image.fromarray((dots + random.normal(0, noise, dots.shape)).clip(0, 255).astype("uint8"))


def _seen_from_the_side(image: Any) -> Any:
    """A photograph of a page: its right edge is farther away than its left one, and higher."""
    from PIL import Image

    width, height = image.size
    # what the corners of the photograph show of the page: upper left, lower left, lower right, upper right
    quad = (0, 0, 0, height, width * 1.03, height * 1.12, width * 0.98, -height * 0.04)
    return image.transform(image.size, Image.Transform.QUAD, quad, Image.Resampling.BICUBIC, fillcolor=255)


def _bytes(image: Any, **options: object) -> bytes:
    stream = BytesIO()
    image.save(stream, "PNG", **options)
    return stream.getvalue()


def _likeness(text: str, printed: list[str]) -> float:
    return difflib.SequenceMatcher(None, "".join(text.split()), "".join(printed), autojunk=False).ratio()


def test_the_columns_of_a_photographed_page_are_read_one_after_the_other() -> None:
    """From the side, with noise, and lying as the camera was held, which it says beside the picture."""
    from PIL import Image

    orientation = Image.Exif()
    orientation[0x0112] = 6
    photograph = _seen_from_the_side(_page([LEFT, RIGHT], 24)).rotate(90, expand=True)
    taken = files.read_bytes(_bytes(photograph, exif=orientation), "版面.png")
    assert _likeness(taken.text, [*LEFT, *RIGHT]) > 0.98
    assert [dict(note.texts) for note in taken.notes] == [
        {"en": "read from a picture, to be checked", "zh": "文字由图像识别，请核对"}
    ]


def test_a_pdf_without_text_is_read_from_its_pictures(whole_gazetteer: extract.Gazetteer) -> None:
    stream = BytesIO()
    canvas = Canvas(stream, pagesize=(595, 842))
    for lines in (LEFT, RIGHT):
        # the second page was put into the scanner the wrong way round
        page = _page([lines], 12).rotate(180 if lines is RIGHT else 0)
        canvas.drawImage(ImageReader(page), 20, 300, 555, 480)
        canvas.showPage()
    canvas.save()
    taken = files.read_bytes(stream.getvalue(), "扫描.pdf")
    assert _likeness(taken.text, [*LEFT, *RIGHT]) > 0.97
    assert [note.text("en") for note in taken.notes] == ["pages read from their pictures, to be checked: 1, 2"]
    draft = extract.extract(taken.text, "x", whole_gazetteer)
    assert [part["label"]["zh"] for part in draft.record["plans"][0]["parts"]] == ["总体要求", "重点任务", "保障措施"]


def _boxes_of_columns(columns: int, rows: int) -> list[list[tuple[float, float]]]:
    """Boxes of a page of narrow gutters in letters of 20 dots: every fifth line is indented, every seventh short."""
    boxes = []
    for column in range(columns):
        for row in range(rows):
            left = 50 + 430 * column + (40 if row % 5 == 0 else 0)
            right = 50 + 430 * column + (180 if row % 7 == 6 else 400)
            top = 50 + 32 * row
            boxes.append([(left, top), (right, top), (right, top + 22), (left, top + 22)])
    return boxes


def _photographed(box: list[tuple[float, float]]) -> list[tuple[float, float]]:
    """The corners of a box as they are seen from below and from the left, on a sheet that is bent."""
    seen = []
    for x, y in box:
        depth = 1 + x * 4e-5 - y * 6e-5
        seen.append(((x + 0.03 * y) / depth, (y + 0.02 * x + 6e-6 * x * x) / depth))
    return seen


def test_lines_of_a_page_seen_from_the_side_lie_level_and_columns_upright() -> None:
    """What is left is less than half a letter, where it was several."""
    flat = _boxes_of_columns(4, 60)
    seen = [_photographed(box) for box in flat]

    def spreads(boxes: list[list[tuple[float, float]]]) -> tuple[float, float]:
        """How far apart beginnings of full lines of one column are, and the heights of lines of one row."""
        starts = [[boxes[60 * column + row][0][0] for row in range(60) if row % 5] for column in range(4)]
        rows = [[boxes[60 * column + row][0][1] for column in range(4)] for row in range(60)]
        return max(max(s) - min(s) for s in starts), max(max(r) - min(r) for r in rows)

    assert min(spreads(seen)) > 50
    assert max(spreads(perspective.flattened(seen))) < 10
    assert perspective.flattened([]) == []


def test_a_page_that_is_only_turned_is_turned_back() -> None:
    """Five lines in one column: too few to tell more."""
    turned = [[(x + 0.02 * y, y - 0.02 * x) for x, y in box] for box in _boxes_of_columns(1, 5)]
    tops = [round(top) for (_, top), (_, end), *_ in perspective.flattened(turned) for _ in (top, end)]
    left = [box[0][0] for box in perspective.flattened(turned)][1:]
    assert tops[::2] == tops[1::2]
    assert max(left) - min(left) < 1


def test_a_scan_of_noise_has_no_words() -> None:
    import numpy
    from PIL import Image

    noise = numpy.random.default_rng(3).integers(0, 255, (600, 800), dtype="uint8")
    with pytest.raises(files.IntakeError, match="the file has no words"):
        files.read_bytes(_bytes(Image.fromarray(noise)), "噪声.png")


def test_what_is_of_one_colour_is_not_given_to_the_engine() -> None:
    """A page without anything on it, as at the end of many documents."""
    from PIL import Image

    given: list[Any] = []
    blank, dotted = (Image.new("RGB", (60, 80), "white") for _ in range(2))
    dotted.putpixel((30, 40), (255, 255, 254))
    for image in (blank, dotted):
        assert scan.lines_of_image(image, given.append) == []
    assert len(given) == 1


def test_what_is_no_picture_is_refused() -> None:
    with pytest.raises(files.IntakeError, match=r"x\.png: this is not a picture, or it is damaged"):
        files.read_bytes(b"\x89PNG\r\n\x1a\nnothing", "x.png")


def test_a_doubtful_line_is_a_reading_issue(whole_gazetteer: extract.Gazetteer) -> None:
    text = "东陵县茶业发展方案\n一、任务\n新建茶园2万亩。\n"
    draft = extract.extract(text, "x", whole_gazetteer, doubts=[(15, 23, 0.62)])
    assert draft.record["issues"] == [
        {
            "id": "issue-1",
            "issueKind": "misreading",
            "decision": {
                "zh": "此行由图像识别，把握为 62%；照识别结果著录，待核对。",
                "en": "The line was read from a picture, 62% surely; recorded as read, to be checked.",
            },
            "affects": ["document:x"],
            "confidence": "0.62",
            "rule": "scan/line",
            "needsReview": "true",
            "evidence": ["#char=15,23"],
        }
    ]


def test_a_line_that_was_not_read_is_an_omission(whole_gazetteer: extract.Gazetteer) -> None:
    text = "东陵县茶业发展方案\n一、任务\n新建茶园2万亩。\n"
    draft = extract.extract(text, "x", whole_gazetteer, doubts=[(15, 23, scan.UNREAD)])
    assert draft.record["issues"] == [
        {
            "id": "issue-1",
            "issueKind": "omission",
            "decision": {
                "zh": "此行之中或之后有空处，其文字未能由图像识别；待核对。",
                "en": "In this line or behind it there is room for words not read from the picture; to be checked.",
            },
            "affects": ["document:x"],
            "confidence": "0.7",
            "rule": "scan/gap",
            "needsReview": "true",
            "evidence": ["#char=15,23"],
        }
    ]
