"""Pictures of plans: whole files for a small plan, and what holds for any."""

from __future__ import annotations

import shutil
import subprocess
import sys
import time
from pathlib import Path
from xml.etree import ElementTree

import pyoxigraph as ox
import pytest

from policygraph import draw, network, store, vocab
from policygraph.draw import picture, png, symbols

DRAWINGS = Path(__file__).parent / "drawings"
PLAN = vocab.PREFIXES["plan"] + "p"
_SVG = "{http://www.w3.org/2000/svg}"


def _store(turtle: str) -> ox.Store:
    prefixes = "".join(f"PREFIX {name}: <{space}>\n" for name, space in vocab.PREFIXES.items())
    triples = ox.parse(input=prefixes + turtle, format=ox.RdfFormat.TURTLE)
    return store.in_memory(ox.Quad(triple.subject, triple.predicate, triple.object) for triple in triples)


def _picture(
    opened: ox.Store, language: str = "zh", colouring: str = "type", depth: int | None = None
) -> picture.Picture:
    graph = network.hierarchy(opened, PLAN)
    kinds = picture.class_labels(opened, graph, language)
    return picture.picture(graph, PLAN, kinds, language=language, colouring=colouring, depth=depth)


def _parsed(svg: str) -> ElementTree.Element:
    return ElementTree.fromstring(svg)  # noqa: S314 - our own


@pytest.fixture(scope="module")
def small() -> ox.Store:
    return _store((DRAWINGS / "small.ttl").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def large() -> ox.Store:
    """A plan of 10,000 parts on six levels."""
    parts = [
        f"id:n{n} a pg:Task ; pg:isPartOf {f'id:n{(n - 1) // 8}' if n > 8 else 'plan:p'} ; pg:hasOrdinal {n} ; "
        f'skos:prefLabel "第{n}项任务，加快建设国家中心城市并持续优化营商环境"@zh .'
        for n in range(1, 10_001)
    ]
    return _store('plan:p a pg:Plan ; skos:prefLabel "大方案"@zh .\n' + "\n".join(parts))


def test_english_that_a_machine_composed_is_signed() -> None:
    opened = _store('plan:p a pg:Plan ; skos:prefLabel "[composed] Plan"@en, "方案"@zh .')
    drawn = [_picture(opened, language) for language in ("en", "zh")]
    assert [(each.boxes[0].label, each.description) for each in drawn] == [
        ("†Plan", "0 parts on 1 levels; † English composed by a program, not reviewed"),
        ("方案", "0 个部分，1 层"),
    ]


def test_a_whole_that_is_no_plan_stands_last_in_the_legend() -> None:
    opened = _store('plan:p a pg:City ; skos:prefLabel "市"@zh .\nid:a a pg:Task ; pg:isPartOf plan:p .')
    marks = [entry.mark for entry in _picture(opened).legend]
    assert marks == [symbols.KINDS["Task"], symbols.of_kind("City")]


#: Expected file -> how it is made: language, colouring, depth, theme.
CASES = {
    "type-zh.svg": ("zh", "type", None, "light"),
    "targets-en-dark.svg": ("en", "targets", None, "dark"),
    "depth-1.svg": ("zh", "type", 1, "light"),
    "type-zh.dot": ("zh", "type", None, "light"),
    "targets-en.mmd": ("en", "targets", None, "light"),
}


@pytest.mark.parametrize("name", CASES)
def test_a_small_plan_is_drawn_like_this(small: ox.Store, tmp_path: Path, name: str) -> None:
    language, colouring, depth, theme = CASES[name]
    draw.write(_picture(small, language, colouring, depth), tmp_path / name, theme)
    assert (tmp_path / name).read_text(encoding="utf-8") == (DRAWINGS / name).read_text(encoding="utf-8")


def test_every_drawing_is_expected_of_a_case() -> None:
    assert {path.name for path in DRAWINGS.iterdir()} == {*CASES, "small.ttl", "tiles-zh.svg", "timeline-zh.svg"}


def test_graphviz_reads_its_diagram() -> None:
    program = shutil.which("dot")
    if not program:
        pytest.skip("2026-11-25: Graphviz is not installed; on Debian: apt-get install graphviz")
    done = subprocess.run([program, "-Tplain", DRAWINGS / "type-zh.dot"], capture_output=True, text=True, check=True)
    nodes = [line.split()[1] for line in done.stdout.splitlines() if line.startswith("node")]
    edges = [tuple(line.split()[1:3]) for line in done.stdout.splitlines() if line.startswith("edge")]
    assert (sorted(name for name in nodes if name[0] == "p"), edges) == (
        ["p0", "p1", "p2", "p3", "p5", "p7"],
        [("p0", "p1"), ("p0", "p3"), ("p1", "p2"), ("p3", "p2"), ("p3", "p5"), ("p5", "p3"), ("p5", "p7")],
    )


def test_words_stay_words_and_nothing_is_fetched(small: ox.Store) -> None:
    root = _parsed(draw.svg(_picture(small)))
    words = {"".join(text.itertext()) for text in root.iter(f"{_SVG}text")}
    links = {link.get("href") for link in root.iter(f"{_SVG}a")}
    targets = {f"#{element.get('id')}" for element in root.iter() if element.get("id")}
    assert ('（一）发展产业 & <服务> "1. #\\' in words, links <= targets, len(links)) == (True, True, 2)
    assert {element.tag.removeprefix(_SVG) for element in root.iter()} == (
        {"svg", "title", "desc", "rect", "text", "tspan", "path", "g", "a"}
    )


def test_characters_that_xml_cannot_hold_are_replaced() -> None:
    opened = _store('plan:p a pg:Plan ; skos:prefLabel "a\\u0008b\\uFFFFc"@en .')
    root = _parsed(draw.svg(_picture(opened, "en")))
    assert root.findtext(f"{_SVG}title") == "a\ufffdb\ufffdc"


def test_ten_thousand_parts_are_drawn_in_seconds(large: ox.Store) -> None:
    started = time.process_time()
    drawn = draw.svg(_picture(large))
    taken = time.process_time() - started
    assert (drawn.count('role="listitem"'), taken < 10) == (10_001, True), taken


def test_every_kind_of_part_has_a_mark_of_its_own(built: object) -> None:
    below = vocab.PREFIXES["rdfs"] + "subClassOf"
    classes = {vocab.pg("PlanElement")}
    while more := {
        quad.subject
        for quad in built.ontology  # type: ignore[attr-defined]
        if quad.predicate.value == below and quad.object in classes and quad.subject not in classes
    }:
        classes |= more
    names = {node.value.removeprefix(vocab.PREFIXES["pg"]) for node in classes} - {"PlanElement"}
    shapes = [mark.shape for mark in symbols.KINDS.values()]
    assert (names - set(symbols.KINDS), len(shapes) - len(set(shapes))) == (set(), 0)


def _luminance(colour: str) -> float:
    """WCAG 2.2, relative luminance."""
    parts = [value / 255 for value in bytes.fromhex(colour[1:])]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def _contrast(one: str, other: str) -> float:
    high, low = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("theme", draw.THEMES.values(), ids=lambda theme: theme.name)
def test_words_and_marks_stand_out_from_the_paper(theme: draw.Theme) -> None:
    all_marks = [*symbols.KINDS.values(), *symbols.TARGETS.values(), symbols.OTHER]
    faint = [mark for mark in all_marks if _contrast(theme.colour(mark), theme.paper) < 3]
    pale = [ink for ink in (theme.ink, theme.quiet) if _contrast(ink, theme.paper) < 4.5]
    assert (faint, pale) == ([], [])


def test_another_ending_is_refused(small: ox.Store, tmp_path: Path) -> None:
    with pytest.raises(draw.DrawError, match=r"plan\.pdf: the ending is not one of \.svg, \.png, \.dot, \.gv, \.mmd"):
        draw.write(_picture(small), tmp_path / "plan.pdf")


def test_a_png_without_a_renderer_says_what_to_install(
    small: ox.Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(draw.DrawError, match="apt-get install librsvg2-bin"):
        draw.write(_picture(small), tmp_path / "plan.png")


def _renderer(folder: Path, monkeypatch: pytest.MonkeyPatch, body: str) -> None:
    """Puts a program called rsvg-convert on the path, and nothing else."""
    program = folder / "rsvg-convert"
    program.write_text(f"#!{sys.executable}\nimport sys\n{body}\n", encoding="utf-8")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", str(folder))


def test_a_picture_is_enlarged_as_far_as_a_renderer_can_draw_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    body = "open(sys.argv[3].partition('=')[2], 'w').write(sys.argv[2])"
    _renderer(tmp_path, monkeypatch, body)
    png.write_png("<svg/>", (400, 300), tmp_path / "small.png")
    png.write_png("<svg/>", (400, 32_000), tmp_path / "tall.png")
    written = [(tmp_path / name).read_text() for name in ("small.png", "tall.png")]
    assert written == ["--zoom=2.0", "--zoom=0.5"]


def test_a_renderer_that_fails_is_told_in_its_words(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    _renderer(tmp_path, monkeypatch, "sys.exit('out of memory')")
    with pytest.raises(png.RendererError, match="rsvg-convert could not draw the picture: out of memory"):
        png.write_png("<svg/>", (400, 300), tmp_path / "plan.png")


def test_an_installed_renderer_draws_the_picture(small: ox.Store, tmp_path: Path) -> None:
    if not any(map(shutil.which, png.RENDERERS)):
        pytest.skip("2026-11-25: no renderer is installed; on Debian: apt-get install librsvg2-bin")
    path = tmp_path / "plan.png"
    draw.write(_picture(small), path)
    data = path.read_bytes()
    size = (int.from_bytes(data[16:20], "big"), int.from_bytes(data[20:24], "big"))
    svg = _parsed(draw.svg(_picture(small)))
    assert (data[:8], size) == (b"\x89PNG\r\n\x1a\n", (2 * int(svg.get("width", "")), 2 * int(svg.get("height", ""))))
