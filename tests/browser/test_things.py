"""Every kind of page in the browser: whole, without errors and barriers, in both languages and themes."""

from __future__ import annotations

import gzip
import re
from itertools import cycle
from typing import TYPE_CHECKING
from urllib.parse import urljoin

import pyoxigraph as ox
import pytest
from browsing import barriers, barriers_by_theme
from playwright.sync_api import expect

if TYPE_CHECKING:
    from browsing import OpenPage
    from playwright.sync_api import Browser

    from tests.server.serving import Live

#: Kind of page -> an example of it.
PAGES = {
    "home": "/",
    "list": "/documents",
    "list-with-filter": "/areas",
    "search": "/search?q=规划",
    "nothing-found": "/search?q=xyzzy",
    "misspelt": "/search?q=shenyagn&kind=pg:Plan",
    "passages": "/search?q=规划&in=texts",
    "phrase": "/phrases?q=规划",
    "letter": "/index?letter=S",
    "list-narrowed": "/plans?year=2022&sort=-elements",
    "plan": "/id/plan/shenyang-three-year-action-2023",
    "group": "/id/special-action-2022/g4",
    "target": "/id/special-action-2022/t1-t3",
    "area": "/id/area/shenhe",
    "indicators": "/indicators",
    "trajectories": "/trajectory",
    "indicator": "/id/indicator/high-tech-enterprises",
    "initiative": "/id/initiative/one-hub-four-centres",
    "document": "/id/document/shenhe-2022",
    "reading-room": "/document/hunnan-2022",
    "ladder": "/indicators/gdp?all=1",
    "values": "/indicators/gdp?view=table&sort=-value",
    "comparison": "/alignment?one=area:shenyang&other=below-area:shenyang",
    "issue": "/id/shenhe-2022/issue-date",
    "concept": "/concept/plan-kind/action-plan",
    "ontology": "/ontology",
}
#: Kinds of pages that other tests look at, with what they load at first.
OTHERS = (
    *("/hierarchy", "/hierarchy?of=plan:shenyang-three-year-action-2023", "/trajectory", "/alignment", "/positionings"),
    *("/counts", "/questions", "/questions/cq-01-plan-tree", "/query", "/api", "/export", "/initiatives/readings"),
    *("/review", "/neighbours?of=area:shenyang", "/organisations", "/indicators"),
)
#: Bytes that the first load of a page may take, as they are sent: the page, and what it names in its head.
LIGHT = 250 * 1024
#: How a page is looked at: each language and each theme, wide and narrow; kinds of pages take the two in turn.
LOOKS = [[("zh", "dark", 390), ("en", "light", 1280)], [("en", "light", 390), ("zh", "dark", 1280)]]
#: What a page took to load, in bytes as sent.
_SENT = """() => [...performance.getEntriesByType("navigation"), ...performance.getEntriesByType("resource")]
  .reduce((sum, each) => sum + each.transferSize, 0)"""


@pytest.mark.parametrize(("kind", "looks"), list(zip(PAGES, cycle(LOOKS))))
def test_a_page_is_open_to_everybody(open_page: OpenPage, kind: str, looks: list[tuple[str, str, int]]) -> None:
    for language, theme, width in looks:
        page = open_page(PAGES[kind], language=language, theme=theme, width=width)
        lang = {"zh": "zh-Hans", "en": "en"}[language]
        assert (page.evaluate("document.documentElement.lang"), page.locator("h1").count()) == (lang, 1)
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        assert barriers(page) == []
        assert page.evaluate(_SENT) <= LIGHT


def test_the_first_load_of_every_other_kind_of_page_is_light(site: Live) -> None:
    assert {path: size for path in OTHERS if (size := _first_load(site, path)) > LIGHT} == {}


def _first_load(site: Live, path: str) -> int:
    """The bytes of a page and of what it names in its head, as they are sent to a browser."""
    content, size = _sent(site, path)
    names = set(re.findall(r'(?:href|src)="(/[^"]*/vendor/[^"]+)"', gzip.decompress(content).decode()))
    assert names
    return size + sum(_sent(site, name)[1] for name in names)


def _sent(site: Live, path: str) -> tuple[bytes, int]:
    connection = site.connect()
    try:
        connection.request("GET", path, headers={"Accept": "text/html,*/*;q=0.5", "Accept-Encoding": "gzip"})
        answer = connection.getresponse()
        assert answer.status == 200
        content = answer.read()
        return content, len(content)
    finally:
        connection.close()


def test_a_search_in_chinese_leads_to_a_thing(open_page: OpenPage) -> None:
    page = open_page("/", language="zh")
    page.get_by_role("combobox", name="搜索").fill("十四五规划")
    page.get_by_role("button", name="搜索").click()
    page.get_by_role("link", name="沈阳市“十四五”规划").first.click()
    assert page.locator("h1").inner_text() == "沈阳市“十四五”规划"


def test_suggestions_are_chosen_by_keyboard(open_page: OpenPage) -> None:
    page = open_page("/", language="zh")
    box = page.get_by_role("combobox", name="搜索")
    box.press_sequentially("沈河")
    page.get_by_role("option").first.wait_for()
    assert barriers(page) == []
    box.press("ArrowDown")
    chosen = page.get_by_role("option", selected=True).locator(".label").inner_text()
    with page.expect_navigation():
        box.press("Enter")
    assert (chosen, page.locator("h1").inner_text()) == ("沈河区", "沈河区")


def test_suggestions_close_with_escape(open_page: OpenPage) -> None:
    page = open_page("/")
    box = page.get_by_role("combobox", name="Search")
    box.press_sequentially("Shenhe")
    page.get_by_role("option").first.wait_for()
    box.press("Escape")
    assert (page.get_by_role("option").count(), box.get_attribute("aria-expanded")) == (0, "false")


def test_a_thing_is_downloaded_as_turtle(open_page: OpenPage) -> None:
    page = open_page("/id/area/shenhe")
    with page.expect_request("**/about/id/area/shenhe.ttl") as asked:
        href = page.get_by_role("link", name="Turtle").get_attribute("href") or ""
        text = page.evaluate("async href => (await fetch(href)).text()", href)
    assert asked.value.url == urljoin(page.url, href)
    triples = list(ox.parse(input=text, format=ox.RdfFormat.TURTLE))
    labels = {quad.object.value for quad in triples if quad.predicate.value.endswith("#prefLabel")}
    assert {"沈河区", "Shenhe District"} <= labels


def test_a_list_is_filtered_while_typing(open_page: OpenPage) -> None:
    page = open_page("/areas", language="zh")
    page.get_by_label("筛选").fill("２１０１０３")
    expect(page.locator("tbody tr:visible th")).to_have_text(["沈河区"])
    expect(page.locator("#filtered")).to_have_text("43 项中的 1 项")
    page.get_by_label("筛选").fill("shenhe district")  # by a name in the language that is not shown
    expect(page.locator("tbody tr:visible th")).to_have_text(["沈河区"])


def test_a_long_page_has_its_contents(open_page: OpenPage) -> None:
    page = open_page("/counts")
    contents = page.get_by_role("navigation", name="On this page")
    links = contents.get_by_role("link")
    assert [link.inner_text() for link in links.all()] == [h.inner_text() for h in page.locator("main h2").all()]
    links.last.click()
    target = page.evaluate("document.querySelector(location.hash).textContent.trim()")
    assert (target, barriers(page)) == (links.last.inner_text(), [])
    assert open_page("/search?q=xyzzy").get_by_role("navigation", name="On this page").count() == 0


def test_the_find_box_of_a_tree_moves_to_its_hits(open_page: OpenPage) -> None:
    page = open_page("/hierarchy?of=plan:shenyang-three-year-action-2023", language="zh")
    box = page.locator(".finder input")
    box.fill("产业")
    box.press("Enter")
    chosen = page.locator('[role="treeitem"][aria-selected="true"]')
    expect(chosen).to_contain_text("产业")
    first = chosen.text_content() or ""
    box.press("Enter")
    expect(chosen).not_to_have_text(first)
    expect(chosen).to_contain_text("产业")


def test_lists_and_the_search_work_without_scripts(chromium: Browser, root: str) -> None:
    page = chromium.new_page(java_script_enabled=False, locale="zh-CN")
    page.goto(f"{root}/areas")
    number = page.locator("tbody tr").count()
    page.goto(f"{root}/search?q=沈河区")
    first = page.locator(".hits a").first.inner_text()
    page.close()
    assert (number, first) == (43, "沈河区")


def test_the_interface_is_opened_by_swagger_ui(open_page: OpenPage) -> None:
    """In both themes: the page is opened once, as Swagger UI takes seconds, and follows what the browser is set to."""
    page = open_page("/api", theme="light")
    assert barriers_by_theme(page, 1280) == {"dark": [], "light": []}
    page.get_by_role("button", name="Open with forms to try them out").click()
    page.locator("#swagger .opblock-summary-control", has_text="/api/search").click()
    page.get_by_role("button", name="Try it out").click()
    page.get_by_placeholder("q").fill("规划")
    page.get_by_role("button", name="Execute").click()
    page.locator("#swagger .live-responses-table .microlight", has_text='"total"').first.wait_for()
    assert barriers_by_theme(page, 1280) == {"dark": [], "light": []}


def test_the_iri_of_a_term_leads_to_its_place(open_page: OpenPage) -> None:
    page = open_page("/ontology#TaskGroup")
    assert page.locator("article:target h3").inner_text().startswith("task group")


def test_pointing_at_a_class_brings_out_its_arcs(open_page: OpenPage) -> None:
    page = open_page("/ontology")
    page.locator('[data-class="IndicatorTarget"]').hover()
    ends = page.locator(".arc.own").evaluate_all("arcs => arcs.map(arc => [arc.dataset.start, arc.dataset.end])")
    assert len(ends) > 3
    assert [pair for pair in ends if "IndicatorTarget" not in pair] == []
