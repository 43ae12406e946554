"""The query page in the browser: asked, cancelled, mended, explained, completed, linked to, taken home."""

from __future__ import annotations

import csv
import io
import json
import subprocess
import sys
import time
from typing import TYPE_CHECKING
from urllib.parse import urlencode

import pyoxigraph as ox
import pytest
from browsing import barriers

from tests.server.serving import CROSS_PRODUCT

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from browsing import OpenPage
    from playwright.sync_api import Browser, Page

    from tests.server.serving import Live

DISTRICTS = "SELECT ?district ?code { ?district a pg:District ; skos:notation ?code } ORDER BY ?code"
CHAIN = "CONSTRUCT { ?s pg:isPartOf ?o } WHERE { ?s pg:isPartOf ?o ; a pg:TaskGroup }"
#: A query with all that programs must quote: both quotation marks, a backslash, a dollar, a line end, Chinese.
AWKWARD = 'SELECT ?x { BIND ("it\'s \\\\ $HOME\\n市" AS ?x)\n}'
#: Bytes that the first load of the query page may take, compressed.
MOST = 200 * 1024


def at(query: str, **more: str) -> str:
    return "/query?" + urlencode({"query": query, **more})


def done(page: Page) -> str:
    """What the page says when a query has ended."""
    page.locator("[data-run]:enabled").wait_for()
    page.locator(".state:not(:empty)").wait_for()
    return page.locator(".state").inner_text()


def write(page: Page, text: str) -> None:
    editor = page.get_by_role("textbox", name="SPARQL")
    editor.click()
    page.keyboard.press("Control+a")
    page.keyboard.press("Delete")
    page.keyboard.insert_text(text)


def column(page: Page, number: int) -> list[str]:
    return [
        cell.split("\n")[0].strip() for cell in page.locator(f".rows tbody td:nth-child({number})").all_inner_texts()
    ]


def test_a_query_is_run_by_keyboard_and_shows_labels_in_the_readers_language(open_page: OpenPage) -> None:
    page = open_page("/query", language="zh")
    write(page, DISTRICTS)
    page.keyboard.press("Control+Enter")
    assert done(page).startswith("13 行，用时")
    page.get_by_role("link", name="沈河区").wait_for()
    assert column(page, 1)[:3] == ["和平区", "沈河区", "大东区"]
    page.get_by_role("link", name="English").click()
    assert done(page).startswith("13 rows in")
    page.get_by_role("link", name="Shenhe District").wait_for()
    page.get_by_role("link", name="Shenhe District").click()
    assert page.locator("h1").inner_text() == "Shenhe District"


def test_tab_leaves_the_editor(open_page: OpenPage) -> None:
    page = open_page("/query")
    page.get_by_role("textbox", name="SPARQL").focus()
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Run"


def test_many_rows_are_sorted_and_paged_at_once(open_page: OpenPage) -> None:
    query = "SELECT ?n { VALUES ?a { %s } VALUES ?b { %s } BIND (?a * 100 + ?b AS ?n) }"
    numbers = " ".join(map(str, range(100)))
    page = open_page(at(query % (numbers, numbers), run="1"))
    assert done(page).startswith("10,000 rows in")
    heading = page.get_by_role("button", name="n", exact=True)
    started = page.evaluate("performance.now()")
    heading.click()
    heading.click()
    page.get_by_role("button", name="Next page").click()
    took = page.evaluate("performance.now()") - started
    shown = column(page, 1)
    assert (len(shown), shown[0], shown[-1]) == (50, "9,949", "9,900")
    assert page.get_by_role("columnheader").get_attribute("aria-sort") == "descending"
    assert page.locator(".pager [role=status]").inner_text() == "51–100 of 10,000"
    assert took < 5000


def test_a_mistake_is_shown_at_its_place_and_mended_by_a_click(open_page: OpenPage) -> None:
    page = open_page(
        at("SELECT ?plan {\n  ?plan a pg:Plan； ?p ?o }\nLIMIT 3", run="1"), language="zh", refused="/sparql"
    )
    assert done(page) == "查询语法有误"
    underlined = page.locator(".cm-lintRange").inner_text()
    told = page.get_by_role("alert").inner_text()
    assert barriers(page) == []
    page.get_by_role("alert").get_by_role("button", name="改为“;”").click()
    page.get_by_role("button", name="运行").click()
    assert (underlined, "第 2 行第 18 列" in told, done(page)[:3]) == ("；", True, "3 行")


def _ended(site: Live, before: int) -> list[str]:
    """How the queries ended that no answer was kept of, since so many lines of the journal."""
    outcomes = [record["outcome"] for record in site.records()[before:]]
    return [outcome for outcome in outcomes if outcome not in ("ok", "cached", "unchanged")]


def test_cancel_frees_the_server(open_page: OpenPage, site: Live) -> None:
    page = open_page("/query")
    write(page, CROSS_PRODUCT)
    before = len(site.records())
    page.keyboard.press("Control+Enter")
    page.get_by_role("button", name="Cancel").click(delay=700)
    cancelled = time.time()
    assert done(page).startswith("Cancelled after")
    # what the page asks for itself, labels and words to complete with, is in the journal as well
    while not (ended := _ended(site, before)) and time.time() < cancelled + 10:
        time.sleep(0.02)
    took = time.time() - cancelled
    assert (ended, took < 3, page.get_by_role("button", name="Run").is_enabled()) == (["gone"], True, True)


def test_an_empty_result_says_why(open_page: OpenPage) -> None:
    page = open_page(at('SELECT * { ?d a pg:District ; skos:prefLabel "浑南区" }', run="1"))
    assert done(page).startswith("0 rows in")
    page.get_by_role("button", name="Why is it empty?").click()
    page.locator(".why").wait_for()
    told = page.locator(".why").inner_text()
    page.get_by_text("Solutions after each pattern").click()
    killer = page.locator(".why .killer td").all_inner_texts()
    assert ("“浑南区”@zh" in told or '"浑南区"@zh' in told, killer) == (True, ['?d skos:prefLabel "浑南区"', "13", "0"])
    assert barriers(page) == []


def test_the_values_of_a_question_are_chosen_by_search_and_written_into_it(open_page: OpenPage) -> None:
    page = open_page("/query")
    page.get_by_label("Filter").fill("indicator across plans")
    page.get_by_role("link", name="What are the targets for one indicator across plans and years?").click()
    assert done(page).startswith("4 rows in")
    box = page.get_by_role("combobox", name="indicator")
    box.fill("")
    box.press_sequentially("freight train runs")
    page.get_by_role("option").first.wait_for()
    assert barriers(page) == []
    box.press("ArrowDown")
    box.press("Enter")
    with page.expect_navigation():
        page.get_by_role("button", name="Write into the query").click()
    assert done(page).split(" in ")[0] == "5 rows"
    assert "VALUES ?indicator { <https://w3id.org/policygraph/id/indicator/" in page.locator("#query").input_value()
    page.get_by_role("button", name="Chart").click()
    page.locator("[data-shown=chart]").wait_for()
    assert page.locator(".chart svg path").count() > 3
    assert barriers(page) == []


def test_completion_knows_the_vocabulary(open_page: OpenPage) -> None:
    """Classes after `a`, what fits the class of the subject, prefixes, and things by what they are called."""
    page = open_page("/query", language="zh")

    def offered(text: str) -> list[list[str]]:
        write(page, text)
        page.keyboard.press("Control+Space")
        page.locator(".cm-tooltip-autocomplete li").first.wait_for()
        return [row.inner_text().split("\n") for row in page.locator(".cm-tooltip-autocomplete li").all()]

    found = {
        text: offered(text)
        for text in (
            "SELECT * { ?s a 规划方",
            "SELECT * { ?s a pg:Plan ; pg:hasPeriodS",
            "SELECT * { ?s pg:ofArea 沈河",
        )
    }
    page.locator(".cm-tooltip-autocomplete li").first.click()
    assert [rows[0][:2] for rows in found.values()] == [
        ["pg:Plan", "规划方案 · plan"],
        ["pg:hasPeriodStart", "起始年 · has period start"],
        ["area:shenhe", "沈河区 · Shenhe District"],
    ]
    assert page.locator("#query").input_value() == "SELECT * { ?s pg:ofArea area:shenhe"
    assert ["skos:", "http://www.w3.org/2004/02/skos/core#"] in offered("SELECT * { sko")


def test_units_do_not_share_an_axis(open_page: OpenPage) -> None:
    page = open_page("/query?example=cq-40-targets-year-by-year")
    done(page)
    page.get_by_role("button", name="Chart").click()
    page.locator("[data-shown=chart]").wait_for()
    assert page.locator(".result h3").all_inner_texts() == ["per cent", "number"]


def test_what_is_built_is_a_graph_a_table_and_turtle(open_page: OpenPage) -> None:
    page = open_page(at(CHAIN, run="1"))
    assert " triples in " in done(page)
    page.locator("[data-shown=graph]").wait_for()
    assert page.locator(".graph canvas").count() > 0
    assert barriers(page) == []
    page.get_by_role("button", name="Turtle", exact=True).first.click()
    page.locator("[data-shown=turtle]").wait_for()
    number = int(done(page).split()[0])
    assert len(list(ox.parse(page.locator("pre.turtle").inner_text(), ox.RdfFormat.TURTLE))) == number


def test_a_yes_is_a_plain_yes(open_page: OpenPage) -> None:
    page = open_page(at("ASK { ?plan a pg:Plan }", run="1"))
    done(page)
    assert page.locator(".verdict").inner_text() == "Yes"


#: Format of a download -> its first code of a district.
READERS: dict[str, Callable[[bytes], str]] = {
    "csv": lambda content: list(csv.reader(io.StringIO(content.decode("utf-8-sig"))))[1][1],
    "json": lambda content: str(json.loads(content)["results"]["bindings"][0]["code"]["value"]),
    "tsv": lambda content: content.decode().split("\n")[1].split("\t")[1].split('"')[1],
}


def test_an_answer_is_taken_home(open_page: OpenPage, tmp_path: Path) -> None:
    page = open_page(at(DISTRICTS, run="1"))
    done(page)
    found = {}
    for name, reader in READERS.items():
        with page.expect_download() as taken:
            page.locator(f"[data-format={name}]").click()
        taken.value.save_as(tmp_path / name)
        content = (tmp_path / name).read_bytes()
        found[taken.value.suggested_filename] = (reader(content), content.startswith(b"\xef\xbb\xbf"))
    assert found == {f"query.{name}": ("210102", name == "csv") for name in READERS}


def test_a_link_brings_back_the_query_and_its_answer(open_page: OpenPage) -> None:
    page = open_page("/query")
    write(page, DISTRICTS)
    page.keyboard.press("Control+Enter")
    done(page)
    link = page.url
    again = open_page(link[link.index("/query") :])
    assert done(again).startswith("13 rows in")
    assert (again.locator("#query").input_value(), "snapshot=" in link) == (DISTRICTS, True)
    old = open_page(at(DISTRICTS, snapshot="0123456789abcdef"))
    assert done(old).startswith("This link was made over snapshot 0123456789ab")


def test_own_queries_are_kept_in_the_browser(open_page: OpenPage) -> None:
    page = open_page(at(DISTRICTS, run="1"))
    done(page)
    page.goto(page.url.split("?")[0])
    page.get_by_text("Your queries").click()
    page.locator(".kept").click()
    assert (page.locator(".kept").count(), page.locator("#query").input_value()) == (1, DISTRICTS)


def test_programs_run_as_they_are_shown(open_page: OpenPage, tmp_path: Path) -> None:
    page = open_page(at(AWKWARD))
    page.get_by_text("The same from a program").click()
    code = {name: page.locator(f"[data-language={name}]").inner_text() for name in ("curl", "Python", "R")}
    (tmp_path / "ask.py").write_text(code["Python"], encoding="utf-8")
    said = [
        subprocess.run(command, check=True, capture_output=True, timeout=60, text=True, encoding="utf-8").stdout
        for command in (["bash", "-c", code["curl"]], [sys.executable, str(tmp_path / "ask.py")])
    ]
    value = "it's \\ $HOME\n市"
    rows = list(csv.reader(io.StringIO(said[0])))
    assert (rows, said[1]) == ([["x"], [value]], f"{ {'x': value} }\n")
    assert AWKWARD in code["R"]


@pytest.mark.parametrize(("language", "theme", "width"), [("zh", "dark", 390), ("en", "light", 1280)])
def test_the_query_page_is_open_to_everybody(open_page: OpenPage, language: str, theme: str, width: int) -> None:
    page = open_page("/query?example=cq-02-declared-counts", language=language, theme=theme, width=width)
    done(page)
    page.locator(".rows").wait_for()
    for summary in page.locator("main summary").all():
        summary.click()
    assert (barriers(page), page.evaluate("document.documentElement.scrollWidth") <= width) == ([], True)


def test_the_first_load_is_small(open_page: OpenPage) -> None:
    page = open_page("/query")
    page.wait_for_load_state("networkidle")
    sizes: dict[str, int] = page.evaluate(
        """Object.fromEntries(["navigation", "resource"].flatMap((type) => performance.getEntriesByType(type))
             .map(({ name, encodedBodySize }) => [name, encodedBodySize]))"""
    )
    assert (sum(sizes.values()) <= MOST, min(sizes.values()) > 0) == (True, True), sizes


def test_without_scripts_a_query_is_asked_by_a_form(chromium: Browser, root: str) -> None:
    page = chromium.new_page(java_script_enabled=False, locale="en-GB")
    page.goto(f"{root}/query")
    page.get_by_label("SPARQL query").fill(DISTRICTS)
    page.get_by_role("button", name="Run").click()
    cells = [text.strip() for text in page.locator(".rows tbody td").all_inner_texts()[:4]]
    page.get_by_label("SPARQL query").fill("SELECT * { ?s a pg:Plan； ?p ?o }")
    page.get_by_role("button", name="Run").click()
    fault = page.locator("pre").inner_text()
    page.close()
    assert cells == ["Heping District", "210102", "Shenhe District", "210103"]
    assert fault == "SELECT * { ?s a pg:Plan； ?p ?o }\n                       ^"
