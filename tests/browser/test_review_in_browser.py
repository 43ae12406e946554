"""A curator at the desk: a draft is gone through with keys, and what the reader sees is what the record says."""

from __future__ import annotations

import json
import shutil
from typing import TYPE_CHECKING, Any

import pytest
from browsing import barriers, look_as

from policygraph import build, paths
from policygraph.extract import review
from policygraph.records.yaml import read
from tests.conftest import Project
from tests.server import drafting, serving

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from browsing import OpenPage
    from playwright.sync_api import Page, Route

    from tests.server.serving import Live


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project with drafts, and a template of its data beside it."""
    root = tmp_path_factory.mktemp("desk") / "project"
    with pytest.MonkeyPatch.context() as patch:
        patch.delenv("POLICYGRAPH_SOURCES", raising=False)
        drafting.make(root)
    shutil.copytree(root / "data", root.with_name("template") / "data")
    return root


@pytest.fixture(scope="module")
def site(project: Path) -> Iterator[Live]:
    """A server of a small build, in a project with drafts."""
    with pytest.MonkeyPatch.context() as patch:
        patch.delenv("POLICYGRAPH_SOURCES", raising=False)
        graph = build.run(paths.find(Project(project.with_name("built")).root))
        build.write(graph, project.with_name("served"))
        options = {"project": project, "curators": ",".join(serving.CURATORS)}
        with serving.live(
            project.with_name("served"), client_queries=64, client_seconds=1e6, client_errors=1e6, watch=0, **options
        ) as server:
            yield server


@pytest.fixture(scope="module")
def root(site: Live) -> str:
    return f"http://127.0.0.1:{site.port}"


@pytest.fixture
def record(project: Path) -> Path:
    """The record of the draft, as it was drafted."""
    drafting.restore(project.with_name("template"), project)
    return project / "data" / "records" / "list.yaml"


def _enter(page: Page, name: str = "alice") -> None:
    page.locator("#token").fill(f"{name}.secret")
    page.locator("#token").press("Enter")


def _desk(open_page: OpenPage, *, name: str = "alice", slug: str = "list", **reader: object) -> Page:
    page = open_page(f"/review/{slug}", **reader)  # type: ignore[arg-type]
    _enter(page, name)
    page.locator("#card-head").filter(has_text="%" if slug == "list" else "措施").wait_for()
    return page


def _select(page: Page, start: int, end: int) -> None:
    """Selects characters of the text as a mouse does."""
    page.evaluate(
        """([start, end]) => {
          const place = (position) => {
            const pieces = [...document.querySelectorAll("#text [data-at]")];
            const piece = pieces.findLast((each) => Number(each.dataset.at) <= position);
            return [piece.firstChild, position - Number(piece.dataset.at)];
          };
          const range = new Range();
          range.setStart(...place(start));
          range.setEnd(...place(end));
          getSelection().removeAllRanges();
          getSelection().addRange(range);
        }""",
        [start, end],
    )
    page.locator("#respan:not([disabled])").wait_for()


def _press(page: Page, key: str) -> None:
    page.locator("#card").focus()
    page.keyboard.press(key)


def _said(page: Page, words: str) -> None:
    page.locator("#said").filter(has_text=words).wait_for()


def _targets(record: Path) -> list[dict[str, object]]:
    found: list[dict[str, object]] = read(record.read_bytes())["plans"][0]["parts"][0]["parts"][2]["targets"]
    return found


def _ids_of_villages(record: Path) -> list[object]:
    part = read(record.read_bytes())["plans"][0]["parts"][1]["parts"][1]
    return [each["id"] for each in part["targets"]]


def test_a_draft_is_gone_through_with_keys(open_page: OpenPage, record: Path) -> None:
    page = _desk(open_page)
    # its place in the text is what is shown
    assert "".join(page.locator("#text mark.on").all_inner_texts()) == "固定资产投资80亿元，增长10%"

    # correct a value, and its place by selecting it
    page.get_by_label("deadline", exact=True).fill("2025")
    page.get_by_label("deadline", exact=True).press("Enter")
    _said(page, "corrected: 2025")
    _select(page, 194, 199)
    _press(page, "x")
    _said(page, "corrected: #char=194,199")
    assert "".join(page.locator("#text mark.on").all_inner_texts()) == "增长10%"
    target = _targets(record)[1]
    assert (target["deadline"], target["evidence"], target["confidence"]) == ("2025", ["#char=194,199"], "0.5")

    # accept it, and the next one stands there
    _press(page, "a")
    _said(page, "accepted: 10%")
    assert "confidence" not in _targets(record)[1]
    assert page.locator("#card-head").inner_text() == "8个"

    # reject that, and think again
    _press(page, "r")
    _said(page, "rejected")
    assert _ids_of_villages(record) == ["e2-2-t2"]
    _press(page, "u")
    _said(page, "undone: rejected, 8个")
    assert _ids_of_villages(record) == ["e2-2-t1", "e2-2-t2"]

    # add what was missed by selecting it
    _select(page, 105, 111)
    _press(page, "n")
    dialog = page.locator("#adding")
    proposed = [dialog.get_by_label(name).input_value() for name in ("It is a", "printed value", "Hangs on")]
    assert proposed == ["target", page.locator("#adding-words").inner_text(), "e1-2"]
    dialog.get_by_label("printed value").fill("12亿元")
    dialog.get_by_label("of indicator").fill("indicator:fixed-asset-investment")
    dialog.get_by_label("deadline").fill("2024")
    dialog.get_by_role("button", name="Add").click()
    _said(page, "added")
    added = read(record.read_bytes())["plans"][0]["parts"][0]["parts"][1]["targets"]
    assert [(each["id"], each["value"], each["inUnit"], each["evidence"]) for each in added] == [
        ("e1-2-t1", "1200000000", "unit:CCY_CNY", ["#char=105,111"])
    ]

    # English labels, one after the other
    page.get_by_label("Walk over").select_option("labels")
    page.locator("#card-kind").filter(has_text="label without English").wait_for()
    _press(page, "e")
    page.keyboard.type("Key tasks of Dongling County for 2024")
    page.keyboard.press("Enter")
    _said(page, "translated: Key tasks of Dongling")
    assert read(record.read_bytes())["label"]["en"] == "Key tasks of Dongling County for 2024"

    # what the reader sees in the end is what the log has
    log = [json.loads(line) for line in review.log_of(record).read_text(encoding="utf-8").splitlines()]
    assert [(each["act"], each["by"]) for each in log if each["act"] != "saved"] == [
        (act, "alice") for act in ("correct", "correct", "accept", "add", "translate")
    ]
    left = review.Review(record, paths.find(record.parents[2]))
    items = left.waiting(everything=True)
    counts = [sum(item.is_label for item in items), sum(not item.is_label for item in items)]
    assert page.locator("#left").inner_text() == (
        f"{left.needed()} left until 95 % are right · 1 flagged · {counts[0]} labels without English · "
        f"{counts[1]} of {counts[1] + len(left.decided())} not decided"
    )


def test_findings_follow_a_decision_at_once(open_page: OpenPage, record: Path) -> None:
    page = _desk(open_page)
    page.get_by_text("Nothing is wrong with this document.").wait_for()
    page.get_by_label("printed value").fill("11%")
    page.get_by_label("printed value").press("Enter")
    page.locator("#card-findings .violation").first.wait_for()
    assert "stands in none of its evidence" in page.locator("#card-findings").inner_text()
    _press(page, "u")
    page.get_by_text("Nothing is wrong with this document.").wait_for()
    assert _targets(record)[1]["printedValue"] == "10%"


def test_decisions_in_quick_succession_are_checked_one_check_at_a_time(open_page: OpenPage, record: Path) -> None:
    """A check takes a core for seconds: those of a quick curator would use up what one client may run at once."""
    page = _desk(open_page)
    page.get_by_text("Nothing is wrong with this document.").wait_for()
    held: list[Route] = []

    def hold(route: Route) -> None:
        held.append(route)

    page.route("**/api/review/list/findings", hold)
    page.locator("#walk").select_option("figures")
    for _ in range(3):
        before = page.locator("#left").inner_text()
        _press(page, "a")
        page.locator("#left").filter(has_not_text=before).wait_for()
        while not held:
            page.wait_for_timeout(50)
    page.wait_for_timeout(1200)  # longer than the desk waits before it asks
    assert len(held) == 1
    held.pop().continue_()
    while not held:
        page.wait_for_timeout(50)
    held.pop().continue_()
    page.get_by_text("Nothing is wrong with this document.").wait_for()


def test_a_decision_that_came_too_soon_is_sent_again_when_the_service_says(open_page: OpenPage, record: Path) -> None:
    page = _desk(open_page, refused="/api/review/list")
    waits = iter(["1"])

    def answer(route: Route) -> None:
        if route.request.method == "POST" and (wait := next(waits, "")):
            route.fulfill(status=429, headers={"Retry-After": wait}, json={"detail": "too many"})
        else:
            route.continue_()

    page.route("**/api/review/list", answer)
    _press(page, "a")
    _said(page, "accepted")
    assert "confidence" not in _targets(record)[1]


def test_figures_are_gone_through_as_the_text_has_them(open_page: OpenPage, record: Path) -> None:
    page = _desk(open_page)
    page.locator("#walk").select_option("figures")
    page.locator("#queue-panel summary").click()
    figures = [
        (each["evidence"][0], each.get("printedValue") or each["printedCount"])
        for each in _figures(read(record.read_bytes()))
    ]
    places = sorted((int(place.removeprefix("#char=").split(",")[0]), printed) for place, printed in figures)
    assert page.locator("#queue button").all_inner_texts() == [printed for _, printed in places]
    # the one that is shown was the least sure; the next is the one behind it in the text
    at = [printed for _, printed in places].index(page.locator("#card-head").inner_text())
    _press(page, "a")
    page.locator("#card-head").filter(has_text=places[at + 1][1]).wait_for()


def _figures(thing: Any) -> Iterator[dict[str, Any]]:
    """The targets, observations and counts of a record, wherever they hang."""
    for key, value in thing.items():
        for each in value if isinstance(value, list) else ():
            if isinstance(each, dict):
                if key in ("targets", "observations", "counts"):
                    yield each
                yield from _figures(each)


def test_findings_are_in_the_language_of_the_page(open_page: OpenPage, record: Path) -> None:
    """Which need not be that of the browser, and stands in a cookie that the desk does not send."""
    words = record.read_text("utf-8")
    record.write_text(words.replace("printedValue: 10%", "printedValue: 11%", 1), "utf-8")
    page = open_page("/review/list?lang=zh")
    _enter(page)
    finding = page.locator("#findings .violation").first.inner_text().rsplit(" 第", 1)[0]
    words = "“11%”读作 value 11，存储的是 10。 请改正存储值或原文写法。"
    assert finding == f"违规 东陵县固定资产投资增长率 11%（2024）: {words}"


def test_a_part_is_hung_elsewhere_by_keys_and_by_dragging(open_page: OpenPage, record: Path) -> None:
    page = _desk(open_page)
    _press(page, "m")
    assert page.evaluate("document.activeElement.id") == "parent"
    page.locator("#parent").select_option("e2")
    _said(page, "corrected: e2")
    page.locator("#card-head").drag_to(page.locator('#text mark[data-at="401"]'))
    _said(page, "corrected: e3-2")
    page.locator("#outline-panel summary").click()
    page.locator('#outline li[data-id="e2-1"]').drag_to(page.locator('#outline li[data-id="e1"]'))
    _said(page, "corrected: e1")
    groups = read(record.read_bytes())["plans"][0]["parts"]
    assert [each["id"] for each in groups[2]["parts"][1]["targets"]] == ["e1-3-t2"]
    assert [[each["id"] for each in group["parts"]] for group in groups] == [
        ["e1-1", "e1-2", "e1-3", "e2-1"],
        ["e2-2"],
        ["e3-1", "e3-2"],
    ]


def test_two_curators_do_not_overwrite_each_other(open_page: OpenPage, record: Path) -> None:
    alice = _desk(open_page)
    bob = _desk(open_page, name="bob", refused="/api/review/list")
    _press(alice, "a")
    _said(alice, "accepted")
    _press(bob, "r")
    trouble = bob.locator("#trouble")
    trouble.wait_for()
    assert "alice: accepted, targets@183-199: 10%" in trouble.inner_text()
    assert len(_targets(record)) == 2
    trouble.get_by_role("button", name="Decide so all the same").click()
    _said(bob, "rejected")
    assert [each["printedValue"] for each in _targets(record)] == ["80亿元"]


def test_a_session_that_ends_loses_nothing(open_page: OpenPage, record: Path) -> None:
    page = _desk(open_page)
    _press(page, "a")
    _said(page, "accepted")
    page.reload()
    page.locator("#card-head").filter(has_text="8个").wait_for()
    assert page.locator("#left").inner_text().split(" · ")[1] == "1 flagged"
    page.get_by_role("button", name="Forget the token").click()
    page.locator("#token").wait_for()
    assert "confidence" not in _targets(record)[1]


def test_a_wrong_token_opens_nothing(open_page: OpenPage, record: Path) -> None:
    page = open_page("/review/list", refused="/api/review/list")
    _enter(page, "mallory")
    page.get_by_text("This token is not known here.").wait_for()
    assert page.locator("#desk").is_hidden()


def test_characters_are_selected_with_keys(open_page: OpenPage, record: Path) -> None:
    page = _desk(open_page)
    page.locator("#text").focus()
    for key in ("Shift+ArrowLeft", "Alt+Shift+ArrowRight", "Alt+Shift+ArrowRight"):
        page.keyboard.press(key)
    _press(page, "x")
    _said(page, "corrected: #char=185,198")
    assert _targets(record)[1]["evidence"] == ["#char=185,198"]


def test_single_keys_can_be_switched_off(open_page: OpenPage, record: Path) -> None:
    before = record.read_bytes()
    page = _desk(open_page)
    page.get_by_label("Single keys decide").uncheck()
    _press(page, "a")
    _press(page, "r")
    page.get_by_role("button", name="Skip").click()
    page.locator("#card-head").filter(has_text="8个").wait_for()
    assert record.read_bytes() == before


#: Language -> how the desk is looked at in it: theme and width, the first as it is loaded.
LOOKS: dict[str, list[tuple[str, int]]] = {"zh": [("dark", 390)], "en": [("light", 1280), ("dark", 1440)]}


@pytest.mark.parametrize("language", LOOKS)
def test_the_desk_is_open_to_everybody(language: str, open_page: OpenPage, record: Path) -> None:
    label = "مرحبا 😀 <b>العالم</b>" + "长" * 480
    drafting.many(
        record.parents[2], "odd", "乙" * 40 + "\n" + "😀丙" * 10, [(0, 5), (3, 9), (41, 44), (55, 900)], label
    )
    theme, width = LOOKS[language][0]

    def keeps_nobody_out(page: Page, *, in_width: bool = True) -> None:
        for look in LOOKS[language]:
            look_as(page, *look)
            assert not in_width or page.evaluate("document.documentElement.scrollWidth") <= look[1]
            assert barriers(page) == []

    pages = [
        open_page("/review", language=language, theme=theme, width=width),
        open_page("/review/odd", language=language, theme=theme, width=width),
    ]
    for page in pages:
        keeps_nobody_out(page, in_width=False)
        _enter(page)
        page.locator("#drafts, #desk").wait_for()
    desk = pages[1]
    desk.locator("#card-head").filter(has_text=label[:10]).wait_for()
    for panel in desk.locator("details.panel").all():
        panel.evaluate("each => (each.open = true)")
    for page in pages:
        keeps_nobody_out(page)
    _select(desk, 42, 44)
    _press(desk, "n")
    keeps_nobody_out(desk, in_width=False)
    assert desk.locator("#adding-words").inner_text() == "丙😀"
    desk.locator("#adding-close").click()
    _press(desk, "?")
    keeps_nobody_out(desk, in_width=False)


def test_ten_thousand_spans_on_one_line_are_gone_through(open_page: OpenPage, record: Path) -> None:
    spans = [(number, 10_001) for number in range(10_000)]
    drafting.many(record.parents[2], "line", "字" * 10_001, spans, "措施")
    page = _desk(open_page, slug="line")
    heads = [page.locator("#card-head").inner_text()]
    for _ in range(3):
        _press(page, "j")
        heads.append(page.locator("#card-head").inner_text())
    assert heads == ["措施0", "措施1", "措施2", "措施3"]
    page.locator('#text mark[data-at="9999"]').click()
    page.locator('#text mark[data-at="9998"]').click()
    heads = [page.locator("#card-head").inner_text()]
    page.locator('#text mark[data-at="9998"]').click()
    assert [*heads, page.locator("#card-head").inner_text()] == ["措施9998", "措施9997"]
