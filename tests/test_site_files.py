"""A site of files: every link leads somewhere; the same bytes come twice; no other folder is written over."""

from __future__ import annotations

import base64
import gzip
import json
import re
import sys
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import unquote

import pytest
from click.testing import CliRunner
from pyoxigraph import RdfFormat, parse

from policygraph import cli, site
from policygraph.site import contents, links, search
from tests import small_site

if TYPE_CHECKING:
    from collections.abc import Iterator

pytestmark = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="2026-11-29: workers need Linux limits")


@pytest.fixture(scope="module")
def ask(tmp_path_factory: pytest.TempPathFactory) -> Iterator[site.Ask]:
    with small_site.answering(tmp_path_factory.mktemp("site")) as answer:
        yield answer


def _broken(folder: Path) -> list[str]:
    """The links of pages that lead to no file, or to no place of it."""
    anchors: dict[Path, set[str]] = {}
    broken = []
    for page in sorted(folder.rglob("*.html")):
        text = page.read_text(encoding="utf-8")
        for value in re.findall(r'(?:href|src)="([^"]*)"', text):
            address, _, fragment = value.partition("#")
            if re.match(r"[a-z]+:", address) or not value:
                continue
            target = (page.parent / unquote(address)).resolve() if address else page
            if not target.is_file():
                broken.append(f"{page.relative_to(folder)}: {value}")
            elif fragment and target.suffix == ".html":
                if target not in anchors:
                    anchors[target] = set(re.findall(r' id="([^"]+)"', target.read_text(encoding="utf-8")))
                if unquote(fragment) not in anchors[target]:
                    broken.append(f"{page.relative_to(folder)}: {value} (no such place)")
    return broken


def test_every_link_leads_somewhere_and_the_same_bytes_come_twice(ask: site.Ask, tmp_path: Path) -> None:
    report = site.write(ask, tmp_path / "a", everything=True)
    site.write(ask, tmp_path / "b", everything=True, workers=2)
    one, two = (
        {
            path.relative_to(tmp_path / name): path.read_bytes()
            for path in (tmp_path / name).rglob("*")
            if path.is_file()
        }
        for name in ("a", "b")
    )
    assert (_broken(tmp_path / "a"), one == two) == ([], True)
    assert {Path("index.html"), Path("zh/document/one.html"), Path("en/search.html")} <= one.keys()
    assert (report.pages > 20, report.size) == (True, sum(map(len, one.values())))


def test_how_far_it_is_is_told_in_stages_that_end(ask: site.Ask, tmp_path: Path) -> None:
    lines: list[tuple[str, int, int]] = []
    report = site.write(ask, tmp_path / "site", tell=lambda *line: lines.append(line))
    stages = [stage for stage, _, _ in lines]
    assert (lines[0], stages == sorted(stages)) == (("read", 1, 2), True)
    assert lines[-1] == ("write", report.pages + report.files, report.pages + report.files)
    assert [line for line in lines if line[1] > line[2]] == []


def test_lines_come_into_a_pipe_and_not_where_it_is_to_be_quiet(
    shipped_build: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def write(ask: site.Ask, folder: Path, *, everything: bool, workers: int, tell: site.Tell | None) -> site.Report:
        if tell:
            tell("read", 1, 2)
            tell("read", 2, 2)
        return site.Report(pages=2)

    monkeypatch.setattr(site, "write", write)
    monkeypatch.setenv("POLICYGRAPH_SOURCES", str(tmp_path))
    command = ["site", "-o", str(tmp_path / "x"), "--build", str(shipped_build)]
    runs = [CliRunner().invoke(cli.main, [*more, *command]).stderr for more in ([], ["--quiet"])]
    missing = "5 source texts not at hand: nothing of them is shown (see data/README.md)\n"
    assert runs == [f"pages read: 2 of 2 known\n{missing}", ""]


def test_nothing_asks_a_server(ask: site.Ask, tmp_path: Path) -> None:
    site.write(ask, tmp_path / "site")
    pages = [path.read_text(encoding="utf-8") for path in (tmp_path / "site").rglob("*.html")]
    assert [page for page in pages if re.search(r'(href|src|action)="/', page)] == []


def test_the_graph_can_be_queried_in_the_browser_and_only_that_page_may_compile(ask: site.Ask, tmp_path: Path) -> None:
    report = site.write(ask, tmp_path / "site")
    texts = {str(path.relative_to(tmp_path / "site")): path.read_text() for path in (tmp_path / "site").rglob("*.html")}
    policies = {
        name: re.findall(r'http-equiv="Content-Security-Policy" content="([^"]*)"', text)
        for name, text in texts.items()
    }
    assert ([name for name in policies if len(policies[name]) != 1], report.why_no_query) == ([], None)
    assert {name for name in policies if "wasm" in policies[name][0]} == {"zh/query.html", "en/query.html"}
    graph, engine = (
        gzip.decompress(base64.b64decode((tmp_path / "site" / name).read_text().split('"')[1]))
        for name in ("graph.js", "engine.js")
    )
    quads = list(parse(input=graph, format=RdfFormat.N_QUADS))
    assert (len({quad.graph_name for quad in quads}) > 1, engine[:4]) == (True, b"\0asm")
    places = set(re.findall(r'<li id="(example=[^"]+)" data-query="[^"]', texts["en/query.html"]))
    linked = {
        place for text in texts.values() for place in re.findall(r'href="[./a-z]*query\.html#(example=[^"]+)"', text)
    }
    assert (len(places) > 0, linked) == (True, places)


def test_a_site_without_engine_says_so(ask: site.Ask, tmp_path: Path) -> None:
    def without(path: str, language: str) -> site.Answer:
        return site.Answer(404, "text/html", b"") if path.endswith("built.json") else ask(path, language)

    report = site.write(without, tmp_path / "site")
    assert str(report.why_no_query) == "the service has no engine for browsers, or no file of the graph"
    assert (tmp_path / "site" / "en" / "query.html").exists() is False


def test_a_reading_room_holds_its_text_and_its_places(ask: site.Ask, tmp_path: Path) -> None:
    site.write(ask, tmp_path / "site")
    page = (tmp_path / "site" / "en" / "document" / "one.html").read_text(encoding="utf-8")
    assert ('id="char=7,20"' in page, "&lt;目标&gt;" in page, "打造😀中心" in page) == (True, True, True)


def test_what_a_page_runs_is_no_module_as_a_disk_gives_none(ask: site.Ask, tmp_path: Path) -> None:
    site.write(ask, tmp_path / "site")
    texts = {str(path.relative_to(tmp_path / "site")): path.read_text() for path in (tmp_path / "site").rglob("*.html")}
    assert [name for name, text in texts.items() if 'type="module"' in text] == []
    scripts = {name for text in texts.values() for name in re.findall(r'defer src="[^"]*/files_([a-z_]+)-', text)}
    assert scripts == {"alignment", "list", "reading_room"}
    room = texts["en/document/one.html"]
    (script,) = re.findall(r'<script defer src="([^"]*)"', room)
    assert ((tmp_path / "site" / "en" / "document" / script).is_file(), 'class="kinds-shown"' in room) == (True, True)


def test_a_folder_that_is_no_site_is_left_alone(ask: site.Ask, tmp_path: Path) -> None:
    (tmp_path / "own").mkdir()
    (tmp_path / "own" / "thesis.txt").write_text("words")
    with pytest.raises(FileExistsError):
        site.write(ask, tmp_path / "own")
    assert (tmp_path / "own" / "thesis.txt").read_text() == "words"


def test_the_search_has_names_in_both_languages_and_what_lists_say(ask: site.Ask, tmp_path: Path) -> None:
    site.write(ask, tmp_path / "site")
    script = (tmp_path / "site" / "en" / "search-index.js").read_text(encoding="utf-8")
    index = json.loads(script.removeprefix("window.POLICYGRAPH_INDEX = ").removesuffix(";\n"))
    (document,) = (line for line in index["pages"] if line[0] == "about/id/document/one.html")
    assert (document, [facet["title"] for facet in index["facets"]]) == (
        ["about/id/document/one.html", "文献 one", "pg:PolicyDocument", "文献 one", "pg:PolicyDocument"],
        ["What it is"],
    )
    assert (tmp_path / "site" / "search.js").stat().st_size > 500
    assert 'href="a-to-z.html"' in (tmp_path / "site" / "en" / "search.html").read_text(encoding="utf-8")


def test_the_rows_of_a_list_are_facets_of_the_search() -> None:
    table = """<table class="listing"><thead><tr><th scope="col"><a>Name</a></th>
      <th scope="col" data-facet="Area"><a>Area</a></th>
      <th scope="col" data-facet="Year" data-year><a>from</a></th></tr></thead>
      <tbody><tr data-also="甲 &amp; 乙"><th scope="row"><a href="/id/plan/a">A</a></th>
      <td><span lang="zh-Hans">北</span></td><td class="number">2024-05</td></tr></tbody></table>"""
    assert search.rows_of(table) == {"/id/plan/a": ("甲 & 乙", {"Area": "北", "Year": "2024"})}
    entries = [("/about/id/plan/a", ("about/id/plan/a.html", "A", "plan", ""))]
    script = search.index(entries, search.rows_of(table), "en")
    assert json.loads(script[len("window.POLICYGRAPH_INDEX = ") : -2]) == {
        "facets": [
            {"name": "kind", "title": "What it is", "isYear": False},
            {"name": "Area", "title": "Area", "isYear": False},
            {"name": "Year", "title": "Year", "isYear": True},
        ],
        "pages": [["about/id/plan/a.html", "A", "plan", "甲 & 乙", "plan", "北", "2024"]],
    }


def test_a_thing_is_found_by_its_short_names() -> None:
    page = """<p class="kinds"><a href="/ontology#Plan"><span class="kind">规划方案</span></a></p>
      <h1>三年行动方案（2023—2025年）</h1>
      <p class="other-title" lang="en">Three-year action plan</p>
      <p class="aliases">又称： <span lang="en">the action</span>、三年行动</p>"""
    line = search.entry(page, "zh/about/id/plan/a.html")
    names = "Three-year action plan the action 、三年行动"
    assert line == ("about/id/plan/a.html", "三年行动方案（2023—2025年）", "规划方案", names)
    script = search.index([("/about/id/plan/a", line)], {"/id/plan/a": ("Three-year action plan", {})}, "zh")
    index = json.loads(script[len("window.POLICYGRAPH_INDEX = ") : -2])
    assert index["pages"] == [["about/id/plan/a.html", "三年行动方案（2023—2025年）", "规划方案", names, "规划方案"]]


def test_single_values_of_an_indicator_have_one_page() -> None:
    views = ("/indicators/a-%E5%B7%A5?view=table", "/trajectory?indicator=indicator:a-工")
    assert contents.views_of("/indicators/a-%E5%B7%A5", '<p class="sentence">') == views
    assert contents.views_of("/indicators/a", '<table class="rungs">') == ()
    assert contents.views_of("/indicators/a?view=table", "") == ()
    assert contents.views_of("/plans", "") == ()


def test_a_page_that_repeats_another_is_not_written_and_links_lead_to_that_one(tmp_path: Path) -> None:
    ladder = '<main id="main"><h1>A</h1>\n   <a href="/indicators/a?view=table">table</a>'
    pages = {
        "/": '<h1>Home</h1><a href="/trajectory?indicator=indicator:a">A over time</a> <a href="/indicators/a">A</a>'
        '<a href="/trajectory?indicator=indicator:b">B over time</a> <a href="/indicators/b">B</a>\n  <pre>  x</pre>',
        "/indicators/a": ladder,
        "/indicators/b": ladder.replace("indicators/a", "indicators/b"),
        "/indicators/a?view=table": "<h1>A</h1>",
        "/indicators/b?view=table": "<h1>B</h1>",
        "/trajectory?indicator=indicator:a": "<h1>A</h1>",
        "/trajectory?indicator=indicator:b": '<h1>B</h1><div data-chart="0"></div>',
    }

    def answer(path: str, _: str) -> site.Answer:
        text = pages.get(path)
        return site.Answer(404 if text is None else 200, "text/html", (text or "").encode())

    site.write(answer, tmp_path / "site")
    written = {path.name: path.read_text() for path in (tmp_path / "site" / "en").rglob("*.html")}
    assert sorted(written) == [
        "a.html",
        "b.html",
        "index.html",
        "search.html",
        links.file_of("/trajectory?indicator=indicator:b", "en").removeprefix("en/"),
    ]
    chart = links.file_of("/trajectory?indicator=indicator:b", "en").removeprefix("en/")
    assert re.findall(r'href="([^"]*)"', written["index.html"]) == [
        *("indicators/a.html", "indicators/a.html", chart, "indicators/b.html"),
    ]
    assert '<h1>A</h1>\n<a data-elsewhere="">table</a>' in written["a.html"]
    assert "\n<pre>  x</pre>" in written["index.html"]


@pytest.mark.parametrize(
    ("path", "belongs"),
    [
        ("/", True),
        ("/id/area/shenhe", True),
        ("/id/special-action-2022/g4", False),
        ("/hierarchy?of=plan:x", True),
        ("/neighbours?of=area:x", False),
        ("/search?q=x", False),
        ("/index?letter=S", True),
        ("/plans?format=xlsx", True),
        ("/plans?format=xlsx&from=400", False),
        ("/plans?kind=pg:Plan", False),
        ("/about/id/plan/x.csv", True),
        ("/about/id/plan/x.rdf", False),
        ("/about/id/plan/x/y.csv", False),
        ("/hierarchy/hierarchy.svg?of=plan:x", True),
        ("/hierarchy/hierarchy.gexf?of=plan:x", False),
        ("/map.svg?indicator=indicator:gdp", True),
        ("/indicators/gdp?view=table", True),
        ("/indicators/gdp?view=table&sort=-value", False),
        ("/static/vendor/site-X.css", True),
        ("/query", False),
    ],
)
def test_what_needs_a_service_is_no_part_of_a_site(path: str, belongs: bool) -> None:
    assert contents.belongs(path, everything=False) is belongs


def test_names_of_files_are_safe_everywhere() -> None:
    paths = ("/", "/document/%E6%B2%88", "/a/../b", "/x?y=%2Fetc", "/" + "l" * 300)
    names = [links.file_of(path, "en") for path in paths]
    assert [name for name in names if not re.fullmatch(r"en/[\w.=~/-]{1,150}", name, re.ASCII) or "/../" in name] == []
    assert len(set(names)) == len(names)
