"""The pages with pictures in a browser: what a reader does with mouse and keyboard, and that nobody is kept out."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING
from xml.etree import ElementTree

import pyoxigraph as ox
import pytest
from browsing import barriers, settings
from playwright.sync_api import expect

from policygraph import vocab
from tests.server import serving

if TYPE_CHECKING:
    from collections.abc import Iterator

    from browsing import OpenPage, Pages
    from playwright.sync_api import Browser, Locator, Page

PLAN = "plan:shenyang-three-year-action-2023"
HIERARCHY = f"/hierarchy?of={PLAN}"
GDP = "/trajectory?indicator=indicator:gdp"
#: Every kind of page of the small graph, and what has to be there before it is looked at.
PAGES = {
    "/hierarchy?of=plan:city": "[role=treeitem]",
    "/hierarchy": "table",
    "/neighbours?of=id:t1": ".graph canvas",
    "/trajectory?indicator=id:gdp": ".chart path",
    "/trajectory": "table",
    "/alignment": ".sankey path",
    "/positionings": ".card",
    "/map": "h1",
    "/initiatives/readings": "table",
    "/counts": "table",
    "/review": ".notice",
    "/review/any": ".notice",
}


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a server of two small plans that have everything a picture may have to show."""
    link = tmp_path_factory.mktemp("small") / "build"
    serving.write_build(link, (Path(serving.__file__).with_name("pictures.trig")).read_text(encoding="utf-8"))
    with serving.live(link, client_queries=64, client_seconds=1e6, watch=0) as server:
        yield f"http://127.0.0.1:{server.port}"


@pytest.mark.parametrize("path", PAGES)
def test_no_page_keeps_anybody_out_or_moves_sideways(pages: Pages, small: str, path: str) -> None:
    found: list[object] = []
    for language, theme, width in (("zh", "dark", 390), ("en", "light", 1280)):
        page = pages.lend(small, faults := [], language=language, theme=theme, width=width)
        page.goto(small + path)
        page.locator(PAGES[path]).first.wait_for(state="attached")
        fits = page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        found.append((barriers(page), faults, fits))
    assert found == [([], [], True)] * 2


_RECT, _TEXT = (f"{{http://www.w3.org/2000/svg}}{name}" for name in ("rect", "text"))
#: What is on a sheet of A4 within its margins, in pixels: what is broader than it, and what is no use on paper.
_ON_PAPER = """() => [
  [...document.querySelectorAll('main, main *')].filter((each) => each.scrollWidth > 674 && each.clientWidth).length,
  [...document.querySelectorAll('.sections, .search, .chooser, .take-home, .button, .viewer')]
    .filter((each) => each.getClientRects().length).length,
  document.querySelector('.print-only').innerText === location.href,
]"""


def test_on_paper_nothing_is_cut_and_the_address_stands_below(chromium: Browser, small: str) -> None:
    page = chromium.new_page(locale="zh-CN", viewport={"width": 673, "height": 970})
    page.emulate_media(media="print")
    found = {}
    for path in ("/hierarchy?of=plan:city", "/indicators/gdp", "/trajectory?indicator=id:gdp", "/alignment", "/counts"):
        answer = page.goto(small + path)
        if answer is not None and answer.ok:
            found[path] = page.evaluate(_ON_PAPER)
    page.close()
    assert (len(found) >= 4, list(found.values())) == (True, [[0, 0, True]] * len(found))


def _item(page: Page, name: str) -> Locator:
    return page.locator(f"[role=treeitem][aria-label^='{name}']").first


def _focused(page: Page) -> str:
    return page.evaluate("document.activeElement.getAttribute('aria-label')")


def test_a_branch_is_opened_and_closed_by_mouse(open_page: OpenPage) -> None:
    page = open_page(HIERARCHY)
    branch = _item(page, "Guiding ideology")
    before = page.locator("[role=treeitem]").count()
    branch.locator(".sign").click()
    expect(branch).to_have_attribute("aria-expanded", "true")
    opened = page.locator("[role=treeitem]").count()
    branch.locator(".sign").click()
    expect(branch).to_have_attribute("aria-expanded", "false")
    assert (opened - before, page.locator("[role=treeitem]").count()) == (25, before)


def test_parts_of_several_wholes_and_cycles_are_told_as_such(chromium: Browser, small: str) -> None:
    page = chromium.new_page(**settings("en", "light", 1280))
    page.goto(f"{small}/hierarchy?of=plan:city")
    page.get_by_role("button", name="Open all that is here").click()
    told = [item.get_attribute("aria-label") for item in page.locator("[role=treeitem].again").all()]
    _item(page, "Improve lives").locator(".sign").first.click()  # the first of the two places
    page.get_by_role("button", name="Open all that is here").click()
    page.locator("[role=treeitem].again").last.locator(".sign").click()
    focused = _focused(page)
    page.close()
    assert (told, focused) == (
        [
            "Strengthen equipment, task, targets: 1, also a part of something else; listed at its first place",
            "Improve lives, task group, cycle: a part of itself",
        ],
        "Improve lives, task group, parts: 2, also a part of something else",
    )


def test_a_label_leads_to_the_page_of_its_part(open_page: OpenPage) -> None:
    page = open_page(HIERARCHY)
    assert (
        _item(page, "Guiding ideology").locator("a").get_attribute("href")
        == "/id/three-year-plan-2023/guiding-ideology"
    )


def test_the_tree_is_walked_by_keyboard(open_page: OpenPage) -> None:
    page = open_page(HIERARCHY)
    told = []
    page.locator("[role=treeitem][tabindex='0']").focus()
    for key in ("End", "Home", "ArrowDown", "g", "ArrowRight", "ArrowRight", "ArrowLeft", "ArrowLeft", "ArrowLeft"):
        page.keyboard.press(key)
        page.wait_for_timeout(50)
        told.append(_focused(page).split(",")[0][:40])
    guiding = "Guiding ideology"
    assert told[1:] == [
        "Three-year action plan of Shenyang for n",
        "An important window: the last three year",
        guiding,
        guiding,  # opened
        "Be guided by Xi Jinping Thought on Socia",
        guiding,
        guiding,  # closed
        "Three-year action plan of Shenyang for n",
    ]


def test_what_is_not_open_is_found_and_gone_to(open_page: OpenPage) -> None:
    page = open_page(HIERARCHY, language="zh")
    page.get_by_role("searchbox", name="查找部分").fill("规划")
    first = page.locator(".found button").first
    first.wait_for()
    wanted = first.inner_text()
    first.click()
    expect(page.locator("[role=treeitem]:focus")).to_have_attribute("aria-label", re.compile(re.escape(wanted)))


def test_turtle_is_downloaded_and_parsed(open_page: OpenPage) -> None:
    page = open_page(HIERARCHY)
    with page.expect_download() as waiting:
        page.get_by_role("link", name="Turtle").click()
    content = waiting.value.path().read_bytes()
    things = {triple.subject for triple in ox.parse(content, ox.RdfFormat.TURTLE)}
    assert (waiting.value.suggested_filename, ox.NamedNode(vocab.expand(PLAN)) in things, len(things) > 280) == (
        "shenyang-three-year-action-2023.ttl",
        True,
        True,
    )


def test_the_picture_is_taken_home_as_png(open_page: OpenPage) -> None:
    page = open_page("/hierarchy?of=plan:shenyang-special-action-2022")
    with page.expect_download() as waiting:
        page.locator("[data-shown=png]").click()
    assert (waiting.value.suggested_filename, waiting.value.path().read_bytes()[:4]) == (
        "shenyang-special-action-2022.png",
        b"\x89PNG",
    )


@pytest.mark.parametrize("view", ["Sunburst", "Treemap"])
def test_the_same_hierarchy_as_areas(open_page: OpenPage, view: str) -> None:
    page = open_page(HIERARCHY)
    page.get_by_role("radio", name=view).check()
    chart = page.get_by_role("group", name=view)
    chart.get_by_role("button").nth(20).wait_for(state="attached")
    page.get_by_label("Marks tell").select_option("targets")
    expect(page.locator(".viewer .legend").get_by_text("sets targets").first).to_be_visible()
    assert barriers(page) == []
    assert page.url.partition("?")[2] == f"of={PLAN.replace(':', '%3A')}&view={view.lower()}&colour=targets"


#: Of a treemap: words that stand in no box, boxes without any, numbers that the list below does not name, boxes.
_WITHIN = """() => {
  const sides = (each) => each.getBoundingClientRect();
  const boxes = [...document.querySelectorAll('.areas [role=button] > rect')].map(sides);
  const words = [...document.querySelectorAll('.areas .words text:not(.listed)')].map(sides);
  const isWithin = (text, box) =>
    text.left >= box.left && text.right <= box.right + 1 && text.top >= box.top - 2 && text.bottom <= box.bottom + 2;
  const numbers = (of) => [...document.querySelectorAll(`.areas ${of}`)].map(({ textContent }) => textContent);
  const listed = numbers('.listed.number');
  return [
    words.filter((text) => !boxes.some((box) => isWithin(text, box))).length,
    boxes.filter((box) => !words.some((text) => isWithin(text, box))).length,
    numbers('.number:not(.listed)').filter((number) => !listed.includes(number)),
    boxes.length > 200,
  ];
}"""


def test_every_box_has_its_words_or_a_number_that_is_listed(open_page: OpenPage) -> None:
    page = open_page(f"{HIERARCHY}&view=treemap&depth=2")
    page.locator(".areas [role=button]").nth(20).wait_for(state="attached")
    assert page.locator(".areas .listed.number").count() > 0
    assert page.evaluate(_WITHIN) == [0, 0, [], True]


def test_words_stay_within_their_boxes_and_a_branch_fills_the_picture(open_page: OpenPage) -> None:
    page = open_page(f"{HIERARCHY}&view=treemap", language="zh", width=1440)
    chart = page.get_by_role("group", name="矩形树图")
    chart.get_by_role("button").nth(20).wait_for(state="attached")
    assert page.evaluate(_WITHIN) == [0, 0, [], True]
    chart.get_by_role("button", name=re.compile("^总体目标")).click(position={"x": 8, "y": 8})
    way = page.get_by_role("navigation", name="所在位置")
    expect(way.locator("li")).to_have_count(2)
    address = page.url
    assert "&at=" in address
    chart.get_by_role("button").first.focus()
    page.keyboard.press("Escape")
    expect(way.locator("li")).to_have_count(1)
    again = open_page(address[address.index("/hierarchy") :], language="zh", width=1440)
    expect(again.get_by_role("navigation", name="所在位置").locator("li").last).to_have_text("总体目标")


def test_what_is_shown_is_what_is_taken_home(open_page: OpenPage) -> None:
    page = open_page(f"{HIERARCHY}&view=sunburst&depth=1")
    shapes = page.locator(".areas [role=button]")
    shapes.nth(20).wait_for(state="attached")
    with page.expect_download() as waiting:
        page.locator("[data-shown=svg]").click()
    root = ElementTree.fromstring(waiting.value.path().read_text(encoding="utf-8"))  # noqa: S314 - our own
    paths = root.findall(".//{http://www.w3.org/2000/svg}path")
    assert (len(paths), {path.get("fill", "").startswith("rgb(") for path in paths}) == (shapes.count(), {True})


def test_no_chart_stands_without_its_table(open_page: OpenPage) -> None:
    page = open_page(GDP)
    page.locator(".chart path").first.wait_for(state="attached")
    assert page.evaluate(
        "[...document.querySelectorAll('.chart')].every(chart => chart.closest('section').querySelector('tbody tr'))"
    )


def test_a_neighbourhood_grows_from_what_is_chosen(chromium: Browser, small: str) -> None:
    page = chromium.new_page(**settings("en", "light", 1280))
    page.goto(f"{small}/neighbours?of=id:p1")
    graph = page.locator(".graph")
    graph.locator("canvas").first.wait_for()
    box = graph.bounding_box()
    assert box is not None
    grow = page.get_by_role("button", name="Show what is around it")
    for x in range(30, int(box["width"]), 40):  # somewhere from left to right stands a thing
        graph.click(position={"x": x, "y": box["height"] / 2})
        if grow.count():
            break
    with page.expect_response("**/neighbours/around**") as answer:
        grow.click()
    told = answer.value.json()
    page.close()
    assert told["centre"] in {node["iri"] for node in told["nodes"]}


@pytest.mark.parametrize("width", [1280, 390])
def test_a_large_neighbourhood_fits_its_frame_and_is_saved_whole(open_page: OpenPage, width: int) -> None:
    page = open_page("/neighbours?of=area:shenyang", width=width)
    page.locator(".graph[data-whole] canvas").first.wait_for()
    drawn = re.fullmatch(r"(\d+) of (\d+) neighbours are drawn; .*", page.locator(".caption").inner_text())
    assert drawn is not None
    with page.expect_download() as waiting:
        page.locator("[data-shown=svg]").click()
    root = ElementTree.fromstring(waiting.value.path().read_text(encoding="utf-8"))  # noqa: S314 - our own
    left, top, broad, high = map(float, root.get("viewBox", "").split())
    boxes = [{side: float(box.get(side, "nan")) for side in ("x", "y", "width", "height")} for box in root.iter(_RECT)]
    cut = [
        box
        for box in boxes
        if box["x"] < left
        or box["y"] < top
        or box["x"] + box["width"] > left + broad
        or box["y"] + box["height"] > top + high
    ]
    labels = ["".join(text.itertext()) for text in root.iter(_TEXT)]
    more = sum(int(label.split()[0]) for label in labels if re.fullmatch(r"\d+ more", label))
    assert (cut, "Shenyang" in labels, more > 0) == ([], True, True)
    assert int(drawn[1]) + more >= int(drawn[2])  # one thing may stand in several relations


@pytest.mark.parametrize("width", [1280, 390])
def test_a_picture_that_is_drawn_in_one_size_is_seen_on_any_screen(open_page: OpenPage, width: int) -> None:
    page = open_page("/map", width=width)
    one = '<figure class="tile-map"><div class="wide broad"><svg id="one" width="900" height="40"></svg></div></figure>'
    page.evaluate("one => document.querySelector('main').insertAdjacentHTML('beforeend', one)", one)
    assert page.locator("#one").evaluate("each => each.getBoundingClientRect().width") == 900
    assert page.locator(".tile-map svg + svg").is_visible() == (width == 390)


def _large(folder: Path) -> Path:
    """A build of one plan of 10,000 parts, eight to each whole."""
    parts = [
        f"id:n{n} a pg:Task ; pg:isPartOf {f'id:n{(n - 1) // 8}' if n > 8 else 'plan:p'} ; pg:hasOrdinal {n} ; "
        f'skos:prefLabel "第{n}项任务"@zh , "task {n}"@en .'
        for n in range(1, 10_001)
    ]
    plan = 'plan:p a pg:Plan ; skos:prefLabel "大方案"@zh , "large plan"@en .'
    link = folder / "build"
    serving.write_build(link, f"GRAPH <{serving.ONE}> {{ {plan} {' '.join(parts)} }}")
    return link


def test_a_plan_of_ten_thousand_parts_opens_a_branch_at_once(chromium: Browser, tmp_path: Path) -> None:
    with serving.live(_large(tmp_path), client_queries=64, client_seconds=1e6, watch=0) as server:
        page = chromium.new_page(**settings("en", "light", 1280))
        page.goto(f"http://127.0.0.1:{server.port}/hierarchy?of=plan:p")
        page.locator("[role=treeitem]").nth(8).wait_for()
        page.locator("[role=treeitem][tabindex='0']").focus()
        took = page.evaluate(
            """async () => {
              const took = [];
              const press = (key) =>
                document.activeElement.dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true }));
              press('End');
              for (let level = 0; level < 3; level += 1) {
                const start = performance.now();
                const item = document.activeElement;
                press('ArrowRight');
                while (item.getAttribute('aria-expanded') !== 'true') await new Promise(requestAnimationFrame);
                took.push(performance.now() - start);
                press('ArrowRight');
              }
              return took;
            }"""
        )
        count = page.locator("[role=treeitem]").count()
        page.close()
    assert (count > 24, sorted(took)[1] < 300) == (True, True), took
