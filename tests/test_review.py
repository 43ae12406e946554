"""Reviewing a draft: what is asked, what answers do to it, that decisions are kept and nothing else is changed."""

from __future__ import annotations

import difflib
import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from policygraph import cli, paths
from policygraph.cli import incoming
from policygraph.extract import review
from policygraph.messages import message
from policygraph.records.yaml import read

ROOT = Path(__file__).resolve().parents[1]
TEXT = Path(__file__).parent / "extract" / "task-list.txt"


@pytest.fixture(scope="module")
def drafted(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("drafted")
    _extract(folder / "list.yaml")
    # one target is in more doubt than all others
    path, rule = folder / "list.yaml", "target/subject-of-the-sentence\n"
    before, _, behind = path.read_text(encoding="utf-8").partition(rule)
    indent = " " * 16
    sure = before.rpartition("confidence: ")[0]
    path.write_text(f"{sure}confidence: 0.5\n{indent}rule: {rule}{indent}needsReview: true\n{behind}", encoding="utf-8")
    return folder


@pytest.fixture
def draft(drafted: Path, tmp_path: Path) -> Path:
    shutil.copytree(drafted, tmp_path / "draft")
    return tmp_path / "draft" / "list.yaml"


def _extract(record: Path) -> Result:
    result = CliRunner().invoke(cli.main, ["--root", str(ROOT), "extract", str(TEXT), "-o", str(record)])
    assert result.exit_code == 0, result.output
    return result


def _review(draft: Path, *answers: str, language: str = "en", options: tuple[str, ...] = ("--no-check",)) -> Result:
    asked = ["--language", language, "--root", str(ROOT), "review", str(draft), *options]
    return CliRunner().invoke(cli.main, asked, input="".join(f"{answer}\n" for answer in answers))


def _changes(before: str, after: str) -> str:
    lines = difflib.unified_diff(before.splitlines(), after.splitlines(), lineterm="", n=0)
    return "\n".join(line for line in lines if not line.startswith(("---", "+++", "@@")))


def _closing(result: Result) -> list[str]:
    assert result.exit_code == 0, result.output
    return result.stdout.splitlines()[-2:]


def test_an_accepted_statement_loses_the_marks_of_the_machine_and_nothing_else_changes(draft: Path) -> None:
    before = draft.read_text(encoding="utf-8")
    assert _closing(_review(draft, "a", "q")) == [
        "accepted 1  corrected 0  rejected 0  translated 0",
        "still to be reviewed 1  still without English 30",
    ]
    assert _changes(before, draft.read_text(encoding="utf-8")) == (
        "-                confidence: 0.5\n"
        "-                rule: target/subject-of-the-sentence\n"
        "-                needsReview: true"
    )


def test_what_is_asked_shows_the_statement_its_quotation_and_its_rule(draft: Path) -> None:
    asked = _review(draft, language="zh").stdout
    assert asked.splitlines()[0].strip("─ ") == "目标值 · 还有 32"
    assert [line for line in asked.splitlines() if line.startswith(("  printed", "  conf", "  rule", "  …", "a "))] == [
        "  printedValue: 10%",
        "  confidence: 0.5",
        "  rule: target/subject-of-the-sentence",
        "  …3. 完成【固定资产投资80亿元，增长10%】。（牵头单位：县发改局，责任单位：各乡镇人民政府、经济开发区…",
        "a 接受  c 字段=值 更正  r 删除  s 跳过  u 撤销  q 退出  ? 帮助",
    ]


def test_corrections_set_fields_and_hang_a_statement_elsewhere(draft: Path) -> None:
    before = draft.read_text(encoding="utf-8")
    answers = ["c deadline=2025", "c evidence=#char=183,190 #char=196,199", "c parent=e2", "a"]
    assert _closing(_review(draft, *answers))[0] == "accepted 1  corrected 3  rejected 0  translated 0"
    record = read(draft.read_bytes())
    groups = record["plans"][0]["parts"]
    assert groups[1]["targets"] == [
        {
            **{key: said for key, said in _target(before).items() if key not in ("confidence", "rule", "needsReview")},
            "deadline": "2025",
            "evidence": ["#char=183,190", "#char=196,199"],
        }
    ]
    assert [target["id"] for target in groups[0]["parts"][2]["targets"]] == ["e1-3-t1"]


def _target(record: str) -> dict[str, object]:
    return read(record.encode())["plans"][0]["parts"][0]["parts"][2]["targets"][1]


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        ("c nonsense=3", "“nonsense” cannot be set: give FIELD=VALUE, with a key of a record or `parent`"),
        ("c deadline", "“deadline” cannot be set: give FIELD=VALUE, with a key of a record or `parent`"),
        ("c rule=mine", "“rule” cannot be set: give FIELD=VALUE, with a key of a record or `parent`"),
        ("c parent=e9", "“e9” is no part that it can hang on"),
        ("u", "there is nothing to undo"),
    ],
)
def test_an_answer_that_cannot_be_taken_is_told_and_changes_nothing(answer: str, said: str, draft: Path) -> None:
    before = draft.read_bytes()
    assert _review(draft, answer).stderr.splitlines() == [said]
    assert draft.read_bytes() == before


def test_a_rejected_part_takes_along_what_hangs_on_it_and_what_only_it_named(draft: Path) -> None:
    before = read(draft.read_bytes())
    reviewed = review.Review(draft, paths.find(ROOT))
    parts = [item for item in reviewed.waiting(everything=True) if item.thing["id"] == "e3-1" and not item.is_label]
    (part,) = parts
    reviewed.decide(review.Decision(part.about, "reject"))
    reviewed.save()
    after = read(draft.read_bytes())
    assert [part["id"] for part in after["plans"][0]["parts"][2]["parts"]] == ["e3-2"]
    # the reading issue was about this part only; the bureau of education answers for nothing else
    assert (before["issues"][0]["affects"], "issues" in after) == (["e3-1"], False)
    names = [{one["label"]["zh"] for one in record["organisations"]} for record in (before, after)]
    assert names[0] - names[1] == {"东陵县教育局"}
    proposed = read(draft.with_name("list.reference.yaml").read_bytes())
    assert [one["label"]["zh"] for one in proposed if "学位" in one["label"]["zh"]] == []


def test_undo_takes_back_the_last_decision(draft: Path) -> None:
    before = draft.read_bytes()
    result = _review(draft, "r", "u", "u")
    assert _closing(result)[0] == "accepted 0  corrected 0  rejected 0  translated 0"
    assert "undone: reject targets@183-199: 10%" in result.stdout
    assert (draft.read_bytes(), review.log_of(draft).read_text(encoding="utf-8")) == (before, "")


def test_labels_without_english_are_asked_for_once_each(draft: Path) -> None:
    answers = ["s", "s", "Key tasks of Dongling County for 2024"]
    assert _closing(_review(draft, *answers)) == [
        "accepted 0  corrected 0  rejected 0  translated 1",
        "still to be reviewed 2  still without English 29",
    ]
    record = read(draft.read_bytes())
    named = {"zh": "东陵县2024年重点工作任务清单", "en": "Key tasks of Dongling County for 2024"}
    assert (record["label"], record["plans"][0]["label"]) == (named, named)


def test_decisions_go_with_their_statements_when_the_text_is_corrected(draft: Path) -> None:
    """A word is put in at the head, as where a recogniser has missed one: every place is another one."""
    session = review.Review(draft, paths.find(ROOT))
    first, second, *_, last = (item for item in session.waiting(everything=True) if not item.is_label)
    session.decide(review.Decision(first.about, "accept"))
    start, end = second.spans[0]
    session.decide(review.Decision(second.about, "correct", "evidence", f"#char={start},{end + 1}"))
    about = str(session.about(second.thing))
    session.decide(review.Decision(about, "accept"))
    session.decide(review.Decision(last.about, "reject"))
    session.save()
    before = _reviewed(draft)
    text = draft.with_name("list.txt")
    text.write_text(text.read_text(encoding="utf-8").replace("，", "，按期，", 1), encoding="utf-8")
    for _ in range(2):  # the log has the new places: a second reading finds them where they are
        result = CliRunner().invoke(cli.main, ["--root", str(ROOT), "extract", str(text), "-o", str(draft)])
        assert result.stderr == "4 earlier decisions taken again, 0 fit nothing now\n"
        assert _reviewed(draft) == before


def _reviewed(draft: Path) -> list[str]:
    """What is decided on and what waits, each with its words in the text as it is now."""
    places = review.Review(draft, paths.find(ROOT))
    read_words = places.text or ""
    return [
        f"{item.thing.get('id')} {'|'.join(read_words[slice(*span)] for span in item.spans).replace('按期，', '')}"
        for item in (*places.decided(), *places.waiting(everything=True))
    ]


def test_decisions_are_taken_again_when_the_text_is_extracted_anew(draft: Path) -> None:
    _review(draft, "c deadline=2025", "r", "a", "Key tasks")
    decided = draft.read_bytes(), draft.with_name("list.reference.yaml").read_bytes()
    result = _extract(draft)
    assert result.stderr == "4 earlier decisions taken again, 0 fit nothing now\n"
    assert (draft.read_bytes(), draft.with_name("list.reference.yaml").read_bytes()) == decided


def test_a_review_that_was_killed_goes_on_where_it_was(draft: Path) -> None:
    killed = review.Review(draft, paths.find(ROOT))
    killed.decide(review.Decision(killed.waiting()[0].about, "accept"))
    assert _closing(_review(draft, "a")) == [
        "accepted 1  corrected 0  rejected 0  translated 0",
        "still to be reviewed 0  still without English 30",
    ]
    logged = [json.loads(line) for line in review.log_of(draft).read_text(encoding="utf-8").splitlines()]
    assert [entry["act"] for entry in logged] == ["accept", "accept", "saved"]


def test_two_sessions_on_one_draft_keep_what_both_decided(draft: Path) -> None:
    one, other = (review.Review(draft, paths.find(ROOT)) for _ in range(2))
    first, *_, last = one.waiting(everything=True)
    one.decide(review.Decision(first.about, "accept"))
    other.decide(review.Decision(last.about, "accept"))
    other.decide(review.Decision(first.about, "accept"))
    assert (one.save(), other.save()) == ([], [])
    decided = {item.about for item in review.Review(draft, paths.find(ROOT)).decided()}
    assert {first.about, last.about} <= decided


def test_a_session_does_not_undo_what_another_has_decided_meanwhile(
    draft: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def answer() -> str:
        """Corrects in another session what is being asked about, and then rejects it here."""
        other = review.Review(draft, paths.find(ROOT))
        about = other.waiting()[0].about
        if not review.log_of(draft).is_file():
            other.decide(review.Decision(about, "correct", "deadline", "2027"))
            assert other.save() == []
            return "r"
        return "q"

    monkeypatch.setattr(incoming, "answer_line", answer)
    result = _review(draft)
    told = [line for line in result.stderr.splitlines() if "another session" in line]
    assert (result.exit_code, len(told)) == (1, 1)
    assert told[0].endswith("your decision was not written: reject. Open the draft again to take it.")
    assert "deadline: 2027" in draft.read_text(encoding="utf-8")
    assert [each.act for each in review.decisions_in(review.log_of(draft))] == ["correct"]
    chinese = message(
        "{about}: another session has changed this meanwhile, so that your decision was not written: {answer}. "
        "Open the draft again to take it.",
        about="x",
        answer="reject",
    )["zh"]
    assert chinese == "x：另一处审读已改动该项，您的决定未写入：reject。请重新打开草稿再作决定。"


def test_what_a_person_has_laid_out_stays_as_it_is(draft: Path) -> None:
    laid_out = draft.read_text(encoding="utf-8").replace(
        "    parts:\n      - id: e1\n",
        "    # the groups, as on page 1\n    parts:\n\n\n      - id: 'e1'   # three tasks\n",
    )
    draft.write_text(laid_out, encoding="utf-8")
    _review(draft, "a")
    assert _changes(laid_out, draft.read_text(encoding="utf-8")) == (
        "-                confidence: 0.5\n"
        "-                rule: target/subject-of-the-sentence\n"
        "-                needsReview: true"
    )


def test_a_review_ends_with_a_check(draft: Path) -> None:
    result = _review(draft, "c valueKind=nonsense", options=())
    assert (result.exit_code, "nonsense" in result.stderr) == (1, True)
    result = _review(draft, "c valueKind=growth-rate", "a", options=())
    assert (result.exit_code, result.stdout.splitlines()[-1].partition(" findings")[0]) == (0, "17 files, 0")


def test_what_is_no_draft_is_told(tmp_path: Path) -> None:
    for number, (said, told) in enumerate([("- a\n", "this is not a draft"), ("a: b: c\n", "this is not YAML")]):
        path = tmp_path / f"{number}.yaml"
        path.write_text(said)
        result = _review(path)
        assert (result.exit_code, told in result.stderr) == (1, True)


def test_a_script_of_answers_needs_no_terminal(draft: Path) -> None:
    asked = [sys.executable, "-m", "policygraph", "--language", "en", "review", str(draft), "--no-check"]
    result = subprocess.run(asked, input="接受\n\n".encode() + b"\xff\xfe\n", capture_output=True, check=False)
    assert (result.returncode, result.stdout.decode().splitlines()[-1]) == (
        0,
        "still to be reviewed 1  still without English 30",
    )


def test_what_is_least_sure_comes_first_and_how_much_has_to_be_reviewed(draft: Path) -> None:
    reviewed = review.Review(draft, paths.find(ROOT))
    asked = [item.confidence for item in reviewed.waiting() if not item.is_label]
    assert asked == sorted(asked)
    all_right = reviewed.needed(right=1.0)
    assert (reviewed.needed(right=0.5), reviewed.needed() < all_right) == (0, True)
    needed = reviewed.needed(right=0.99)
    for item in reviewed.waiting(everything=True)[: needed + 1]:
        if not item.is_label:
            reviewed.decide(review.Decision(item.about, "accept"))
    assert reviewed.needed(right=0.99) < needed
