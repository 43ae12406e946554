"""A site of files: every link leads somewhere; the same bytes come twice; no other folder is written over."""

from __future__ import annotations

import re
import sys
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import unquote

import pytest

from policygraph import site
from policygraph.site import links

if TYPE_CHECKING:
    from collections.abc import Iterator

pytestmark = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="2026-11-29: workers need Linux limits")


@pytest.fixture(scope="module")
def ask(tmp_path_factory: pytest.TempPathFactory) -> Iterator[site.Ask]:
    """What a service over small documents answers, their texts at hand."""
    from server import Settings, create_app
    from server.service import Service
    from tests.server import serving, texts

    root = tmp_path_factory.mktemp("site")
    (root / "sources").mkdir()
    words = "甲市行动方案：到2026年产值达到1.5万亿元。\n打造😀中心。"
    things = [("t1", "Task", "行动", [(0, 6)]), ("n1", "IndicatorTarget", "<目标>", [(7, 20)])]
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("POLICYGRAPH_SOURCES", str(root / "sources"))
        quads = texts.document("one", words, things, root / "sources")
        serving.write_quads(root / "build", quads, serving.CATALOGUE)
        service = Service(Settings(build=root / "build", workers=2, watch=0, client_seconds=1e6, client_queries=64))
        app = create_app(service=service)
        app.config["TODAY"] = ""

        def answer(path: str, language: str) -> site.Answer:
            headers = {"Accept": "text/html, */*;q=0.5", "Accept-Language": language or "en"}
            given = app.test_client(use_cookies=False).get(path, headers=headers)
            content = site.Answer(given.status_code, given.mimetype, given.get_data())
            given.close()
            return content

        yield answer
        service.close()


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
    site.write(ask, tmp_path / "b", everything=True)
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


def test_nothing_asks_a_server(ask: site.Ask, tmp_path: Path) -> None:
    site.write(ask, tmp_path / "site")
    pages = [path.read_text(encoding="utf-8") for path in (tmp_path / "site").rglob("*.html")]
    assert [page for page in pages if re.search(r'(href|src|action)="/', page)] == []


def test_a_reading_room_holds_its_text_and_its_places(ask: site.Ask, tmp_path: Path) -> None:
    site.write(ask, tmp_path / "site")
    page = (tmp_path / "site" / "en" / "document" / "one.html").read_text(encoding="utf-8")
    assert ('id="char=7,20"' in page, "&lt;目标&gt;" in page, "打造😀中心" in page) == (True, True, True)


def test_a_folder_that_is_no_site_is_left_alone(ask: site.Ask, tmp_path: Path) -> None:
    (tmp_path / "own").mkdir()
    (tmp_path / "own" / "thesis.txt").write_text("words")
    with pytest.raises(FileExistsError):
        site.write(ask, tmp_path / "own")
    assert (tmp_path / "own" / "thesis.txt").read_text() == "words"


@pytest.mark.parametrize(
    ("path", "belongs"),
    [
        ("/", True),
        ("/id/area/shenhe", True),
        ("/id/special-action-2022/g4", False),
        ("/hierarchy?of=plan:x", True),
        ("/neighbours?of=area:x", False),
        ("/search?q=x", False),
        ("/indicators/gdp?view=table", True),
        ("/indicators/gdp?view=table&sort=-value", False),
        ("/static/vendor/site-X.css", True),
        ("/query", False),
    ],
)
def test_what_needs_a_service_is_no_part_of_a_site(path: str, belongs: bool) -> None:
    assert links.belongs(path, everything=False) is belongs


def test_names_of_files_are_safe_everywhere() -> None:
    paths = ("/", "/document/%E6%B2%88", "/a/../b", "/x?y=%2Fetc", "/" + "l" * 300)
    names = [links.file_of(path, "en") for path in paths]
    assert [name for name in names if not re.fullmatch(r"en/[\w.=~/-]{1,150}", name, re.ASCII) or "/../" in name] == []
    assert len(set(names)) == len(names)
