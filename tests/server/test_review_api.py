"""Review over HTTP: who may, what each decision does to the record on disk, and that nobody's work is lost."""

from __future__ import annotations

import difflib
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import drafting
import pytest
from serving import ALICE, BOB, CURATORS

from policygraph import paths
from policygraph.extract import review
from server import Settings, create_app
from server.service import Service
from server.workers import checks

if TYPE_CHECKING:
    from collections.abc import Iterator

    from flask import Flask
    from flask.testing import FlaskClient
    from werkzeug.test import TestResponse

TARGET = "targets@183-199: 10%"
ROLE = "responsibilities@441-448: organisation:dong-ling-xian-93bbc693-ge-xiang-zhen-ren-min-zheng-fu-e942405b"
TITLE = "label: 东陵县2024年重点工作任务清单"


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("drafts") / "template"
    with pytest.MonkeyPatch.context() as patch:
        patch.delenv("POLICYGRAPH_SOURCES", raising=False)
        drafting.make(root)
    return root


@pytest.fixture(scope="module")
def served(template: Path, curated: Path) -> Iterator[Service]:
    """A service in a project of the same settings, whose data each test has anew."""
    root = template.with_name("project")
    root.mkdir()
    (root / "policygraph.toml").write_bytes((template / "policygraph.toml").read_bytes())
    service = Service(
        Settings(
            build=curated / "build",
            workers=1,
            watch=0,
            curators=CURATORS,
            project=str(root),
            client_errors=1e6,
            client_seconds=1e6,
        )
    )
    yield service
    service.close()


class Desk:
    """A curator at a draft: each request says the state that was seen last."""

    def __init__(self, client: FlaskClient, record: Path, who: dict[str, str] = ALICE) -> None:
        self.client, self.record, self.who, self.tag = client, record, who, ""

    def open(self, slug: str = "list") -> dict[str, Any]:
        answer = self.client.get(f"/api/review/{slug}", headers=self.who)
        assert answer.status_code == 200, answer.text
        self.tag = answer.headers["ETag"]
        content: dict[str, Any] = answer.get_json()
        return content

    def post(self, path: str = "", **body: Any) -> TestResponse:
        """A decision, or with `path` something else; the tag of the answer is seen."""
        headers = {**self.who, "If-Match": self.tag}
        answer = self.client.post(f"/api/review/list{path}", json=body, headers=headers)
        self.tag = answer.headers.get("ETag", self.tag)
        return answer

    def decide(self, about: str, act: str, field: str = "", value: str = "") -> dict[str, Any]:
        answer = self.post(about=about, act=act, field=field, value=value)
        assert answer.status_code == 200, answer.text
        content: dict[str, Any] = answer.get_json()
        return content

    def log(self) -> list[dict[str, str]]:
        path = review.log_of(self.record)
        return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()] if path.is_file() else []


@pytest.fixture(scope="module")
def app(served: Service) -> Flask:
    return create_app(service=served)


@pytest.fixture
def desk(served: Service, app: Flask, template: Path, monkeypatch: pytest.MonkeyPatch) -> Desk:
    monkeypatch.delenv("POLICYGRAPH_SOURCES", raising=False)
    root = Path(served.settings.project)
    drafting.restore(template, root)
    made = Desk(app.test_client(), root / "data" / "records" / "list.yaml")
    made.open()
    return made


def _changes(before: str, after: str) -> list[str]:
    lines = difflib.unified_diff(before.splitlines(), after.splitlines(), lineterm="", n=0)
    return [line for line in lines if not line.startswith(("---", "+++", "@@"))]


def _kind(answer: TestResponse) -> tuple[int, str]:
    return answer.status_code, answer.get_json()["type"].rpartition("/")[2]


# ── who may, and what there is ────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("who", [{}, {"Authorization": "Bearer alice.wrong"}, {"Authorization": "Basic YWxpY2U6eA=="}])
@pytest.mark.parametrize("path", ["", "/list", "/list/findings", "/names", "/no-such-draft"])
def test_without_a_token_nothing_is_told(path: str, who: dict[str, str], desk: Desk) -> None:
    answer = desk.client.get(f"/api/review{path}", headers=who)
    assert (_kind(answer), "WWW-Authenticate" in answer.headers) == ((401, "unauthorized"), True)


@pytest.mark.parametrize("path", ["/api/review/list", "/api/review/list/undo"])
def test_without_a_token_nothing_is_changed(path: str, desk: Desk) -> None:
    before = desk.record.read_bytes()
    body = {"about": TARGET, "act": "accept"}
    answer = desk.client.post(path, json=body, headers={"If-Match": desk.tag})
    assert (_kind(answer), desk.record.read_bytes()) == ((401, "unauthorized"), before)


def test_another_site_can_neither_read_nor_send(desk: Desk) -> None:
    answer = desk.client.get("/api/review/list", headers={**ALICE, "Origin": "https://evil.example"})
    assert (answer.headers.get("Access-Control-Allow-Origin"), answer.headers["Cache-Control"]) == (None, "no-store")
    asked = {"Origin": "https://evil.example", "Access-Control-Request-Headers": "authorization, if-match"}
    preflight = desk.client.options("/api/review/list", headers=asked)
    assert [name for name, _ in preflight.headers if name.startswith("Access-Control")] == []
    form = desk.client.post("/api/review/list", data={"act": "reject"}, headers={**ALICE, "If-Match": desk.tag})
    assert _kind(form) == (415, "body-type")


def test_the_drafts_are_listed_with_what_is_left(desk: Desk) -> None:
    content = desk.client.get("/api/review", headers=ALICE).get_json()
    reviewed = review.Review(desk.record, paths.find(desk.record.parents[2]))
    waiting = reviewed.waiting(everything=True)
    assert content == {
        "total": 1,
        "offset": 0,
        "drafts": [
            {
                "slug": "list",
                "label": "东陵县2024年重点工作任务清单",
                "status": "machine-read",
                "flagged": 2,
                "labels": sum(item.is_label for item in waiting),
                "open": sum(not item.is_label for item in waiting),
                "needed": reviewed.needed(),
                "problem": None,
            }
        ],
    }


def test_a_draft_is_told_in_the_order_in_which_a_terminal_asks(desk: Desk) -> None:
    content = desk.open()
    reviewed = review.Review(desk.record, paths.find(desk.record.parents[2]))
    asked = [item.about for item in reviewed.waiting(everything=True)]
    assert [item["about"] for item in content["items"] if item["isOpen"]] == asked
    assert content["text"] == drafting.TEXT.read_text(encoding="utf-8")
    first = content["items"][0]
    keys = ("about", "parent", "spans", "confidence", "rule", "reason", "isFlagged", "isOpen")
    assert {key: first[key] for key in keys} == {
        "about": TARGET,
        "parent": "e1-3",
        "spans": [[183, 199]],
        "confidence": 0.5,
        "rule": "target/subject-of-the-sentence",
        "reason": {
            "zh": "原文未写期限，取方案的终止年。",
            "en": "The text gives no year; the plan's last year is taken.",
        },
        "isFlagged": True,
        "isOpen": True,
    }
    assert content["outline"][:3] == [
        [1, "plan:list", "东陵县2024年重点工作任务清单"],
        [2, "e1", "招商引资和项目建设（3项）"],
        [3, "e1-1", "全年引进亿元以上项目25个"],
    ]


# ── decisions ─────────────────────────────────────────────────────────────────────────────────────

_MARKS = [
    "-                confidence: 0.5",
    "-                rule: target/subject-of-the-sentence",
    "-                needsReview: true",
]
_ADDED = {
    "ofIndicator": "indicator:fixed-asset-investment",
    "ofArea": "area:dong-ling-xian-93bbc693",
    "printedValue": "力争达到12亿元",
    "deadline": "2024",
    "evidence": ["#char=105,111"],
}
#: A decision -> what becomes other lines of the record.
DECISIONS = {
    ("accept", TARGET, "", ""): _MARKS,
    ("correct", TARGET, "deadline", " 2025 "): ["-                deadline: 2024", "+                deadline: 2025"],
    ("correct", TARGET, "evidence", "#char=190,199 #char=183,189"): [
        '-                evidence: ["#char=183,199"]',
        '+                evidence: ["#char=190,199", "#char=183,189"]',
    ],
    ("translate", TITLE, "", "Key tasks"): [
        '-label: {zh: 东陵县2024年重点工作任务清单, en: "[untranslated] 东陵县2024年重点工作任务清单"}',
        "+label: {zh: 东陵县2024年重点工作任务清单, en: Key tasks}",
        '-    label: {zh: 东陵县2024年重点工作任务清单, en: "[untranslated] 东陵县2024年重点工作任务清单"}',
        "+    label: {zh: 东陵县2024年重点工作任务清单, en: Key tasks}",
    ],
    ("reject", ROLE, "", ""): [
        "-      - id: r1",
        "-        agent: organisation:dong-ling-xian-93bbc693-ge-xiang-zhen-ren-min-zheng-fu-e942405b",
        "-        role: responsible",
        "-        confidence: 0.94",
        "-        rule: role/default",
        '-        evidence: ["#char=441,448"]',
        "-",
    ],
    ("add", "targets@105-111: 力争达到12亿元", "e1-2", json.dumps(_ADDED)): [
        "+            targets:",
        "+              - id: e1-2-t1",
        "+                ofIndicator: indicator:fixed-asset-investment",
        "+                ofArea: area:dong-ling-xian-93bbc693",
        "+                value: 1200000000",
        "+                inUnit: unit:CCY_CNY",
        "+                valueKind: level",
        "+                comparator: eq",
        "+                hedge: strive",
        "+                deadline: 2024",
        "+                printedValue: 12亿元",
        '+                evidence: ["#char=105,111"]',
    ],
    (
        "add",
        "parts@436-454: x",
        "e3",
        json.dumps({"type": "Measure", "label": {"zh": "落实\u2028任务"}, "evidence": ["#char=436,454"]}),
    ): [
        "+",
        "+          - id: e3-p1",
        "+            type: Measure",
        '+            label: {zh: 落实 任务, en: "[untranslated] 落实 任务"}',
        '+            evidence: ["#char=436,454"]',
    ],
}


@pytest.mark.parametrize("decision", DECISIONS, ids=lambda decision: f"{decision[0]} {decision[2]}")
def test_a_decision_changes_the_record_and_nothing_else_in_it_and_undo_takes_it_back(
    decision: tuple[str, str, str, str], desk: Desk
) -> None:
    act, about, field, value = decision
    reference = desk.record.parents[1] / "reference" / "proposed.yaml"
    before, first = (desk.record.read_text(encoding="utf-8"), reference.read_bytes()), desk.tag
    content = desk.decide(about, act, field, value)
    assert sorted(_changes(before[0], desk.record.read_text(encoding="utf-8"))) == sorted(DECISIONS[decision])
    told = {"about": about, "act": act, "field": field, "value": value.strip(), "by": "alice"}
    assert desk.log() == [{key: said for key, said in told.items() if said}, {"act": "saved"}]
    assert (content["tag"], content["undo"]) == (desk.tag.strip('"'), act)
    undone = desk.post("/undo")
    assert (undone.status_code, undone.get_json()["undone"], undone.get_json()["undo"]) == (200, act, "")
    assert (desk.record.read_text(encoding="utf-8"), reference.read_bytes()) == before
    assert (desk.tag, desk.log()) == (first, [])


def test_a_statement_is_hung_on_another_part(desk: Desk) -> None:
    content = desk.decide(TARGET, "correct", "parent", "e2")
    statement = next(item for item in content["changed"] if item["about"] == TARGET)
    assert (content["about"], statement["parent"], statement["id"]) == (TARGET, "e2", "e1-3-t2")
    record = desk.record.read_text(encoding="utf-8")
    assert record.index("- id: e2\n") < record.index("- id: e1-3-t2") < record.index("- id: e3\n")


def test_the_answer_says_what_differs_for_those_who_show_the_draft(desk: Desk) -> None:
    before = desk.open()
    change = desk.decide(TARGET, "correct", "printedValue", "一成")
    after = desk.open()
    shown = {item["about"]: item for item in before["items"]}
    for about in change["removed"]:
        del shown[about]
    shown.update({item["about"]: item for item in change["changed"]})
    assert shown == {item["about"]: item for item in after["items"]}
    assert (change["about"], change["removed"], change["left"]) == ("targets@183-199: 一成", [TARGET], after["left"])


def test_what_was_accepted_can_still_be_corrected(desk: Desk) -> None:
    desk.decide(TARGET, "accept")
    desk.decide(TARGET, "correct", "deadline", "2026")
    assert "deadline: 2026" in desk.record.read_text(encoding="utf-8")


def test_several_decisions_are_taken_back_one_by_one(desk: Desk) -> None:
    states = [desk.record.read_bytes()]
    for about in (TARGET, ROLE, TITLE):
        desk.decide(about, *(("translate", "", "Key tasks") if about == TITLE else ("reject",)))
        states.append(desk.record.read_bytes())
    for state in reversed(states[:-1]):
        assert desk.post("/undo").status_code == 200
        assert desk.record.read_bytes() == state
    assert _kind(desk.post("/undo")) == (409, "not-taken")


# ── two at once ───────────────────────────────────────────────────────────────────────────────────


def test_who_has_seen_another_state_is_told_what_was_decided_and_changes_nothing(desk: Desk) -> None:
    bob = Desk(desk.client, desk.record, BOB)
    bob.open()
    desk.decide(TARGET, "accept")
    desk.decide(TITLE, "translate", value="Key tasks")
    before = desk.record.read_bytes()
    answer = bob.post(about=TARGET, act="reject")
    assert (_kind(answer), desk.record.read_bytes()) == ((412, "record-changed"), before)
    assert answer.get_json()["since"] == [
        {"about": TARGET, "act": "accept", "by": "alice"},
        {"about": TITLE, "act": "translate", "value": "Key tasks", "by": "alice"},
    ]
    assert _kind(bob.post("/undo")) == (412, "record-changed")
    bob.open()
    bob.decide(TARGET, "reject")
    assert TARGET not in {item["about"] for item in desk.open()["items"]}


def test_an_edit_by_hand_is_another_state_too(desk: Desk) -> None:
    desk.record.write_text(desk.record.read_text(encoding="utf-8") + "# by hand\n", encoding="utf-8")
    answer = desk.post(about=TARGET, act="accept")
    assert (_kind(answer), answer.get_json()["since"]) == ((412, "record-changed"), [])


def test_a_terminal_goes_on_where_the_browser_stopped(desk: Desk) -> None:
    desk.decide(TARGET, "accept")
    root = desk.record.parents[2]
    status, output = drafting.run(root, "review", str(desk.record), "--no-check", answers="r\nq\n")
    assert (status, output.splitlines()[-2]) == (0, "accepted 0  corrected 0  rejected 1  translated 0")
    assert [entry["act"] for entry in desk.log()] == ["accept", "saved", "reject", "saved"]
    content = desk.open()
    assert (content["left"]["flagged"], content["undo"]) == (0, "")


def test_the_browser_goes_on_where_a_terminal_was_killed(desk: Desk) -> None:
    killed = review.Review(desk.record, paths.find(desk.record.parents[2]))
    killed.decide(review.Decision(TARGET, "accept"))
    before = desk.record.read_text(encoding="utf-8")
    content = desk.open()
    assert [item["isOpen"] for item in content["items"] if item["about"] == TARGET] == [False]
    desk.decide(ROLE, "accept")
    assert len(_changes(before, desk.record.read_text(encoding="utf-8"))) == 5


def test_a_terminal_does_not_undo_what_the_browser_wrote_meanwhile(desk: Desk) -> None:
    terminal = review.Review(desk.record, paths.find(desk.record.parents[2]))
    desk.decide(TITLE, "translate", value="Key tasks")
    terminal.decide(review.Decision(TARGET, "accept"))
    terminal.save()
    record = desk.record.read_text(encoding="utf-8")
    assert ("en: Key tasks" in record, "target/subject-of-the-sentence" in record) == (True, False)


def test_a_new_service_knows_every_decision(desk: Desk, curated: Path, served: Service) -> None:
    desk.decide(TARGET, "accept")
    another = Service(
        Settings(build=curated / "build", workers=1, watch=0, curators=CURATORS, project=served.settings.project)
    )
    try:
        fresh = Desk(create_app(service=another).test_client(), desk.record, BOB)
        left = fresh.open()["left"]
        assert (left["flagged"], fresh.tag, _kind(fresh.post("/undo"))) == (1, desk.tag, (409, "not-taken"))
    finally:
        another.close()


def test_a_disk_that_is_full_leaves_everything_as_it_was(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    before = desk.record.read_bytes()

    def fail(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(review, "_save", fail)
    answer = desk.post(about=TARGET, act="accept")
    assert (_kind(answer), desk.record.read_bytes(), desk.log()) == ((500, "not-written"), before, [])


def test_a_line_that_was_cut_off_does_not_spoil_the_log(desk: Desk) -> None:
    desk.decide(TARGET, "accept")
    log = review.log_of(desk.record)
    log.write_bytes(log.read_bytes() + b'{"about": "targ')
    desk.open()
    desk.decide(ROLE, "accept")
    assert [entry["act"] for entry in desk.log()] == ["accept", "saved", "accept", "saved"]


# ── bad input ─────────────────────────────────────────────────────────────────────────────────────

_PART = {"type": "Task", "label": {"zh": "x"}, "evidence": ["#char=0,3"]}


@pytest.mark.parametrize(
    ("body", "problem"),
    [
        ([], (400, "bad-parameter")),
        ({}, (400, "bad-parameter")),
        ({"act": "destroy"}, (400, "bad-parameter")),
        ({"act": "saved"}, (400, "bad-parameter")),
        ({"act": "accept", "about": 3}, (400, "bad-parameter")),
        ({"act": "accept", "by": "bob"}, (400, "bad-parameter")),
        ({"act": "correct", "about": TARGET, "field": "deadline", "value": "x" * 8001}, (400, "bad-parameter")),
        ({"act": "translate", "about": TITLE, "value": "a\u0007b"}, (400, "bad-parameter")),
        ({"act": "translate", "about": TITLE, "value": "\ud800"}, (400, "bad-parameter")),
        ({"act": "translate", "about": TITLE, "value": "  "}, (409, "not-taken")),
        ({"act": "accept", "about": "targets@1-2: gone"}, (409, "not-taken")),
        ({"act": "reject", "about": "@5-21: 东陵县2024年重点工作任务清单"}, (409, "not-taken")),
        ({"act": "correct", "about": TARGET, "field": "evidence", "value": "#char=450,459"}, (409, "not-taken")),
        ({"act": "correct", "about": TARGET, "field": "evidence", "value": "#char=9,9"}, (409, "not-taken")),
        ({"act": "correct", "about": TARGET, "field": "id", "value": "x"}, (409, "not-taken")),
        ({"act": "correct", "about": TARGET, "field": "parent", "value": "e1-3-t2"}, (409, "not-taken")),
        ({"act": "add", "about": "issues@0-3: x", "value": json.dumps(_PART)}, (409, "not-taken")),
        ({"act": "add", "about": "parts@0-3: x", "field": "e9", "value": json.dumps(_PART)}, (409, "not-taken")),
        ({"act": "add", "about": "parts@0-3: x", "field": "e1", "value": "{"}, (409, "not-taken")),
        ({"act": "add", "about": "parts@0-3: x", "field": "e1", "value": "[]"}, (409, "not-taken")),
        (
            {"act": "add", "about": "parts@0-3: x", "field": "e1", "value": json.dumps({**_PART, "label": "\u0000"})},
            (409, "not-taken"),
        ),
        (
            {"act": "add", "about": "parts@0-3: x", "field": "e1", "value": json.dumps({**_PART, "rule": "mine"})},
            (409, "not-taken"),
        ),
        (
            {"act": "add", "about": "parts@0-3: x", "field": "e1", "value": json.dumps({**_PART, "evidence": []})},
            (409, "not-taken"),
        ),
        (
            {"act": "add", "about": "parts@0-3: x", "field": "e1", "value": json.dumps({**_PART, "type": "Country"})},
            (409, "not-taken"),
        ),
        (
            {
                "act": "add",
                "about": "targets@0-3: x",
                "field": "e1",
                "value": json.dumps({"printedValue": "很多", "evidence": ["#char=0,3"]}),
            },
            (409, "not-taken"),
        ),
    ],
)
def test_what_cannot_be_decided_is_told_and_changes_nothing(body: Any, problem: tuple[int, str], desk: Desk) -> None:
    before = desk.record.read_bytes()
    headers = {**ALICE, "If-Match": desk.tag}
    answer = desk.client.post(
        "/api/review/list", data=json.dumps(body), content_type="application/json", headers=headers
    )
    assert (_kind(answer), desk.record.read_bytes(), desk.log()) == (problem, before, [])


@pytest.mark.parametrize("tag", [None, "*", '"a", "b"', 'W/"x"'])
def test_a_decision_says_what_it_has_seen(tag: str | None, desk: Desk) -> None:
    headers = {**ALICE, **({"If-Match": tag} if tag else {})}
    answer = desk.client.post("/api/review/list", json={"about": TARGET, "act": "accept"}, headers=headers)
    assert _kind(answer) == (428, "unseen")


@pytest.mark.parametrize("slug", ["none", "..%2F..%2Fpolicygraph", "%2e%2e", "list.yaml", "a" * 500, "%00"])
def test_a_slug_that_is_no_record_is_not_found(slug: str, desk: Desk) -> None:
    assert desk.client.get(f"/api/review/{slug}", headers=ALICE).status_code == 404


def test_a_label_of_five_hundred_characters_and_of_all_directions_is_kept(desk: Desk) -> None:
    label = "مرحبا 😀 <b>العالم</b> " + "长" * 480
    desk.decide(TITLE, "translate", value=label)
    item = next(each for each in desk.open()["items"] if each["id"] == "plan:list")
    assert item["label"]["en"] == label


def test_a_text_that_has_changed_is_not_shown_and_its_statements_are(desk: Desk) -> None:
    text = desk.record.parents[1] / "sources" / "list.txt"
    text.write_text(text.read_text(encoding="utf-8").replace("东", "西"), encoding="utf-8")
    changed = desk.open()
    text.unlink()
    missing = desk.open()
    assert [(each["state"], each["text"], each["length"]) for each in (changed, missing)] == [
        ("changed", None, 458),
        ("missing", None, 458),
    ]
    desk.decide(TARGET, "accept")


def test_a_record_that_cannot_be_read_is_told(desk: Desk) -> None:
    desk.record.write_text("a: b: c  # confidence: 1\n", encoding="utf-8")
    listed = desk.client.get("/api/review", headers=ALICE).get_json()["drafts"]
    assert ["this is not YAML" in each["problem"] for each in listed] == [True]
    assert _kind(desk.client.get("/api/review/list", headers=ALICE)) == (409, "unreadable-record")


@pytest.mark.parametrize(
    ("content", "status"),
    [
        ("organisations: {x: y}\npeople: x\nconfidence: {a: b}\nplans: x\n", 200),
        ("organisations: [x, {id: [1]}]\nplans: [{id: p, confidence: 0.5, evidence: ['#char=0,2']}]\n", 200),
        ("plans: [{id: p, label: x, confidence: nan, evidence: x}, x, [y]]\n", 200),
        (
            "plans: [{label: {zh: [a], en: '[untranslated] x'}, confidence: 1e400, evidence: ['#char=1,2', {a: b}]}]",
            200,
        ),
        (
            "plans: [{id: p, printedValue: {zh: 3}, agent: [a, b], confidence: 0.5, evidence: ['#char=5,9999999999']}]",
            200,
        ),
        ("[confidence: 1]", 409),
        ("", 409),
    ],
)
def test_a_record_of_any_shape_is_shown_or_refused(content: str, status: int, desk: Desk) -> None:
    record = desk.record.with_name("odd.yaml")
    record.write_text(content and f"# confidence: 1\n{content}\n", encoding="utf-8")
    answer = desk.client.get("/api/review/odd", headers=ALICE)
    assert answer.status_code == status
    tag = answer.headers.get("ETag", '"x"')
    for item in (answer.get_json().get("items") or [])[:3]:
        for act in ("accept", "reject"):
            body = {"about": item["about"], "act": act}
            decided = desk.client.post("/api/review/odd", json=body, headers={**ALICE, "If-Match": tag})
            assert decided.status_code in (200, 409, 412)
            tag = decided.headers.get("ETag", tag)
    assert desk.client.get("/api/review", headers=ALICE).status_code == 200


def test_brackets_without_an_end_are_refused(desk: Desk) -> None:
    headers = {**ALICE, "If-Match": desk.tag}
    deep = desk.client.post("/api/review/list", data="[" * 100_000, content_type="application/json", headers=headers)
    assert _kind(deep) == (400, "bad-parameter")
    within = desk.post(about="parts@0-3: x", act="add", field="e1", value="[" * 7000)
    assert _kind(within) == (409, "not-taken")


def test_ten_thousand_spans_are_one_answer(desk: Desk) -> None:
    spans = [(number, 10_001) for number in range(10_000)]
    record = drafting.many(desk.record.parents[2], "many", "字" * 10_001, [*spans, (3, 20_000)], "措施")
    content = desk.open("many")
    assert (len(content["items"]), content["state"], content["left"]["open"]) == (10_001, "shown", 10_001)
    desk.record = record
    answer = desk.client.post(
        "/api/review/many",
        json={"about": "parts@9999-10001: 措施9999", "act": "accept"},
        headers={**ALICE, "If-Match": desk.tag},
    )
    assert (answer.status_code, answer.get_json()["left"]["open"]) == (200, 10_000)


def test_names_are_found_by_their_words(desk: Desk) -> None:
    answer = desk.client.get("/api/review/names?key=ofIndicator&q=固定资产投资", headers=ALICE).get_json()
    assert answer["names"][0] == ["indicator:fixed-asset-investment", "固定资产投资"]
    assert {name.partition(":")[0] for name, _ in answer["names"]} == {"indicator"}


# ── findings, and where nothing can be reviewed ───────────────────────────────────────────────────


def test_what_a_decision_makes_wrong_is_found_at_its_statement(desk: Desk) -> None:
    sound = desk.client.get("/api/review/list/findings", headers=ALICE)
    assert (sound.headers["ETag"], sound.get_json()) == (desk.tag, {"findings": []})
    desk.decide(TARGET, "correct", "valueKind", "nonsense")
    wrong = desk.client.get("/api/review/list/findings?lang=en", headers=ALICE).get_json()["findings"]
    assert {(each["severity"], each["about"]) for each in wrong} == {("violation", TARGET)}


def test_a_check_that_fails_is_told(desk: Desk, served: Service, monkeypatch: pytest.MonkeyPatch) -> None:
    broken = checks.Checks(Settings())
    # it starts no process: whatever it starts has ended
    monkeypatch.setattr("sys.executable", "/bin/false")
    monkeypatch.setattr(served.drafts, "_checks", broken)
    desk.decide(TARGET, "accept")
    answer = desk.client.get("/api/review/list/findings", headers=ALICE)
    broken.close()
    assert (_kind(answer), answer.get_json()["message"]) in [
        ((503, "not-checked"), "crash"),
        ((503, "not-checked"), "exit status -9"),
    ]


@pytest.mark.parametrize(
    ("options", "words"),
    [({"curators": ()}, "policygraph token NAME"), ({"project": ""}, "policygraph.toml")],
)
def test_where_nothing_can_be_reviewed_the_page_says_how_it_could(
    options: dict[str, Any], words: str, desk: Desk, curated: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # the working folder is in no project
    monkeypatch.chdir(desk.record.parents[3])
    given = {"curators": CURATORS, "project": str(desk.record.parents[2]), **options}
    service = Service(Settings(build=curated / "build", workers=1, watch=0, **given))
    try:
        client = create_app(service=service).test_client()
        pages = [client.get(path, headers={"Accept": "text/html"}) for path in ("/review", "/review/list")]
        assert [(page.status_code, words in page.text, 'id="token"' in page.text) for page in pages] == [
            (200, True, False),
            (200, True, False),
        ]
        assert _kind(client.get("/api/review", headers=ALICE)) == (403, "review-off")
        assert 'href="/review"' not in client.get("/", headers={"Accept": "text/html"}).text
    finally:
        service.close()


def test_the_pages_hold_nothing_of_a_draft(desk: Desk) -> None:
    pages = [desk.client.get(path, headers={"Accept": "text/html"}) for path in ("/review", "/review/list")]
    assert [(page.status_code, "东陵" in page.text, 'id="token"' in page.text) for page in pages] == [
        (200, False, True),
        (200, False, True),
    ]
