"""A folder of texts made into one linked project: names resolve, plans are joined, decisions taken, with no edit."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from policygraph import build, cli, evidence, extract, paths, records, store, vocab
from policygraph.extract import joined
from policygraph.extract.registry import settle
from policygraph.records.yaml import MAX_BYTES, REGISTRY_BYTES, bound, read, read_file, write

ROOT = Path(__file__).resolve().parents[1]
_TEXTS = {
    "chengdu": (
        "成都市茶业发展行动计划（2026—2028年）\n一、工作目标\n到2028年，全市茶馆达到500家，地区生产总值增长5%。\n"
        "二、主要任务\n1.建设综保区茶叶市场。（责任单位：市财政局）\n2.推动茶馆高质量发展。（责任单位：市委宣传部）\n"
    ),
    "wuhou": (
        "成都市武侯区茶业若干措施\n为贯彻落实《成都市茶业发展行动计划（2026—2028年）》，制定本措施。\n"
        "一、主要任务\n1.推动茶馆高质量发展。到2028年，地区生产总值增长6%。（责任单位：区财政局、市财政局）\n"
    ),
    "jinan": (
        "济南市茶业发展行动计划（2026—2028年）\n一、工作目标\n到2028年，全市茶馆达到300家。\n"
        "二、主要任务\n1.建设综保区茶叶市场。（责任单位：市财政局）\n"
    ),
}


def _run(root: Path, *arguments: str) -> Result:
    return CliRunner().invoke(cli.main, ["--language", "en", "--root", str(root), *arguments])


def _extract(root: Path, *options: str) -> Result:
    return _run(
        root, "extract", str(root.parent / "texts"), "-o", str(root / "data" / "records"), "--workers", "1", *options
    )


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A project of three drafts that are not joined yet."""
    texts, root = tmp_path / "texts", tmp_path / "project"
    texts.mkdir()
    for slug, text in _TEXTS.items():
        (texts / f"{slug}.txt").write_text(text, encoding="utf-8")
    CliRunner().invoke(cli.main, ["init", str(root), "--base", "https://example.org/tea/"])
    extracted = _extract(root, "--no-link")
    assert (extracted.exit_code, extracted.stdout) == (0, "3 drafted, 0 done before, 0 failed\n")
    return root


@pytest.fixture
def shared(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder that the environment names, with another text of a name that the project has too."""
    folder = tmp_path / "shared"
    folder.mkdir()
    (folder / "wuhou.txt").write_text("另一份文本\n", encoding="utf-8")
    monkeypatch.setenv("POLICYGRAPH_SOURCES", str(folder))
    return folder


def test_a_shared_folder_of_texts_is_read_and_never_written(shared: Path, project: Path) -> None:
    assert {path.name: path.read_text(encoding="utf-8") for path in shared.iterdir()} == {"wuhou.txt": "另一份文本\n"}
    own = {path.stem: path.read_text(encoding="utf-8") for path in (project / "data" / "sources").glob("*.txt")}
    assert own == _TEXTS
    folders = paths.find(project)
    texts = evidence.read_texts(folders, build.load(folders).stated)
    assert texts == evidence.Texts(_TEXTS, [], []), "of two copies, the one that is registered"
    (project / "data" / "sources" / "jinan.txt").rename(shared / "jinan.txt")
    assert evidence.read_texts(folders, build.load(folders).stated) == texts, "both folders are read"
    (project / "data" / "sources" / "wuhou.txt").unlink()
    changed = evidence.read_texts(folders, build.load(folders).stated)
    assert (sorted(changed.by_slug), [finding.check for finding in changed.findings]) == (
        ["chengdu", "jinan"],
        ["source_changed"],
    )


def _record(root: Path, slug: str) -> dict[str, object]:
    return dict(read((root / "data" / "records" / f"{slug}.yaml").read_bytes()))


def test_documents_are_linked_without_an_edit(project: Path) -> None:
    linked = _run(project, "link")
    assert (linked.exit_code, linked.stdout.splitlines()[-1]) == (
        0,
        "1 ids replaced in 1 records, 3 alignments suggested, 0 decisions wait",
    )
    assert [_record(project, slug)["coversArea"] for slug in _TEXTS] == [
        "area:chengdu",
        "area:wuhou",
        "area:jinan-370100",
    ]
    assert _record(project, "wuhou")["plans"][0]["implements"] == ["plan:chengdu"]  # type: ignore[index]
    registry = read((project / "data" / "reference" / "proposed.yaml").read_bytes())
    assert sorted(entry["id"] for entry in registry if not entry["id"].startswith("indicator:")) == [
        "organisation:cn-370100-finance",
        "organisation:cn-510100-finance",
        "organisation:cn-510100-publicity-department",
        "organisation:cn-510107-finance",
    ]
    again = _run(project, "link")
    assert again.stdout.splitlines()[-1] == "0 ids replaced in 0 records, 3 alignments suggested, 0 decisions wait"
    redrafted = _extract(project)
    assert redrafted.stdout.splitlines() == ["0 drafted, 3 done before, 0 failed", again.stdout.splitlines()[-1]]
    built = _run(project, "build")
    assert (built.exit_code, "; 0 violations, " in built.stdout) == (0, True)


def _data(root: Path) -> dict[str, bytes]:
    files = sorted(path for path in (root / "data").rglob("*") if path.is_file())
    return {str(path.relative_to(root)): path.read_bytes() for path in files}


def test_what_extract_joins_is_what_link_joins(project: Path, tmp_path: Path) -> None:
    """In one command or in two, and once more: the same bytes of every file."""
    other = tmp_path / "again" / "project"
    shutil.copytree(tmp_path / "texts", tmp_path / "again" / "texts")
    CliRunner().invoke(cli.main, ["init", str(other), "--base", "https://example.org/tea/"])
    joined_at_once = _extract(other)
    _run(project, "link")
    assert joined_at_once.stdout.splitlines() == [
        "3 drafted, 0 done before, 0 failed",
        "1 ids replaced in 1 records, 3 alignments suggested, 0 decisions wait",
    ]
    assert _data(other) == _data(project)
    assert _extract(other, "--again").exit_code == 0
    assert _data(other) == _data(project)


def test_one_text_that_is_read_into_the_project_is_joined_with_the_others(project: Path, tmp_path: Path) -> None:
    draft = project / "data" / "records" / "jinan.yaml"
    read = _run(project, "extract", str(tmp_path / "texts" / "jinan.txt"), "-o", str(draft))
    assert (read.exit_code, read.stdout.splitlines()[-1]) == (
        0,
        "1 ids replaced in 1 records, 3 alignments suggested, 0 decisions wait",
    )
    assert _run(project, "link").stdout.startswith("0 ids replaced in 0 records")


def test_a_decision_holds_when_the_documents_are_linked(project: Path) -> None:
    (project / "data" / "reference" / "decisions.yaml").write_text(
        "- {kind: organisation, name: 市财政局, in: 'area:jinan-370100', verdict: same,\n"
        "   thing: 'organisation:cn-510100-finance'}\n"
        "- {kind: area, name: 没有的地方, verdict: unsure}\n",
        encoding="utf-8",
    )
    linked = _run(project, "link")
    agents = [
        name
        for name in ("organisation:cn-510100-finance", "organisation:cn-370100-finance")
        if name in (project / "data" / "records" / "jinan.yaml").read_text(encoding="utf-8")
    ]
    assert (agents, linked.exit_code) == (["organisation:cn-510100-finance"], 0)
    assert "“没有的地方” no longer occurs in any document." in linked.stdout + linked.stderr
    assert "“市财政局”" not in linked.stdout + linked.stderr


def test_link_says_why_in_words(project: Path) -> None:
    said = _run(project, "link", "--explain", "市财政局", "--in", "成都市")
    assert said.stdout.splitlines()[:4] == [
        "“市财政局” (in a document of area:chengdu)",
        "→ organisation:cn-510100-finance  成都市财政局",
        "because an area and a kind of body (body/place)",
        "confidence 97%",
    ]
    assert _run(project, "link", "--explain", "市财政局", "--in", "没有的地方").exit_code == 2


def test_two_plans_are_aligned_and_shared_wording_is_told_by_places(project: Path) -> None:
    aligned = _run(project, "align", "chengdu", "wuhou")
    assert [line.split("  ")[2] for line in aligned.stdout.splitlines()] == ["equal-to", "subset-of"]
    assert _run(project, "align", "chengdu", "nothing").exit_code == 2
    table = project / "reuse.csv"
    record = project / "data" / "records" / "chengdu.yaml"
    words = record.read_text(encoding="utf-8")
    record.write_text(words.replace("\nplans:", "\npublicationDate: 2025-03-01\n\nplans:", 1), encoding="utf-8")
    _run(project, "link", "--reuse", str(table))
    assert table.read_text(encoding="utf-8").splitlines()[:2] == [
        "one,start,end,other,other_start,other_end,characters,likeness,first,date,other_date",
        "chengdu,2,44,jinan,2,44,40,1,chengdu,2025-03-01,2026",
    ]
    assert "茶" not in table.read_text(encoding="utf-8")


def test_no_order_of_documents_changes_a_draft(project: Path, tmp_path: Path) -> None:
    other = tmp_path / "other"
    (other / "data" / "records").mkdir(parents=True)
    shutil.copy(project / "policygraph.toml", other)
    folders = paths.find(other)
    for slug in reversed(_TEXTS):
        gazetteer = extract.read_gazetteer(folders)
        draft = extract.extract(_TEXTS[slug], slug, gazetteer)
        extract.write(draft, _TEXTS[slug], other / "data" / "records" / f"{slug}.yaml", folders)
    for name in ("records/chengdu.yaml", "records/wuhou.yaml", "records/jinan.yaml", "reference/proposed.yaml"):
        assert (other / "data" / name).read_bytes() == (project / "data" / name).read_bytes()
    assert joined.read_records(folders).keys() == _TEXTS.keys()


def test_the_registry_of_a_thousand_documents_is_read_and_written(project: Path) -> None:
    """It is made by machine and may be larger than what people write: linking and checking read it all the same."""
    registry = project / "data" / "reference" / "proposed.yaml"
    name = "茶" * 4000
    entries = [{"id": f"indicator:x-{n}", "type": "Indicator", "label": {"zh": f"{name}{n}"}} for n in range(400)]
    (project / "data" / "reference" / "uses.yaml").write_text(
        write([{"id": f"initiative:x-{n}", "type": "Initiative", "seeAlso": f"indicator:x-{n}"} for n in range(400)]),
        encoding="utf-8",
    )
    proposals = [*read(registry.read_bytes()), *entries]
    settle(project / "data", entries)
    assert (registry.stat().st_size > MAX_BYTES, bound(registry) == REGISTRY_BYTES) == (True, True)
    settle(project / "data", ())
    assert {entry["id"] for entry in read_file(registry)} == {entry["id"] for entry in proposals}
    folders = paths.find(project)
    ontology = store.turtle(folders.ontology / "policy.ttl", vocab.GRAPH_ONTOLOGY)
    record, findings = records.load_file(registry, folders, records.read_context(folders, ontology))
    assert ([finding.check for finding in findings if finding.check == "broken_yaml"], record is None) == ([], False)


def test_what_another_city_says_of_itself_is_that_city_s(whole_gazetteer: extract.Gazetteer) -> None:
    text = (
        "福州市托育行动方案（2026—2028年）\n一、学习先进经验\n"
        "1.成都市介绍：“我市在综保区建成托育园20家，由市财政局牵头。”\n"
        "2.杭州市提出：“到2028年，全市新增托位5万个。”\n"
        "二、工作目标\n到2028年，全市新增托位3万个。（责任单位：市财政局）\n"
    )
    draft = extract.extract(text, "x", whole_gazetteer)
    record = read(extract.as_yaml(draft).encode())
    targets, agents = [], []
    waiting = [record["plans"][0]]
    while waiting:
        part = waiting.pop(0)
        waiting += part.get("parts", [])
        targets += [(each["printedValue"], each["ofArea"]) for each in part.get("targets", [])]
        agents += [each["agent"] for each in part.get("responsibilities", [])]
    assert targets == [("3万个", "area:fuzhou-350100"), ("20家", "area:chengdu"), ("5万个", "area:hangzhou")]
    assert sorted(agents) == ["organisation:cn-350100-finance", "organisation:cn-510100-finance"]
    assert "area:shenyang-comprehensive-bonded-zone" not in [each["id"] for each in record.get("mentions", [])]


def test_a_name_of_another_place_is_not_the_one_that_the_project_has(whole_gazetteer: extract.Gazetteer) -> None:
    text = "综保区、自贸区、临空经济区、科技城、综保区桃仙园区、和平区和沈阳综合保税区"
    here, there = (whole_gazetteer.mentions(text, ["area"], area) for area in ("area:shenyang", "area:fuzhou-350100"))
    assert sorted(there) == ["area:shenyang-comprehensive-bonded-zone"]
    assert sorted(here) == [
        "area:heping",
        "area:hunnan-science-city",
        "area:shenyang-airport-economic-zone",
        "area:shenyang-comprehensive-bonded-zone",
        "area:shenyang-comprehensive-bonded-zone-taoxian-park",
        "area:shenyang-pilot-free-trade-zone",
    ]


def test_a_text_says_which_plan_it_takes_over_from(project: Path, tmp_path: Path) -> None:
    texts = tmp_path / "more"
    texts.mkdir()
    (texts / "wuhou-2.txt").write_text(
        "成都市武侯区茶馆提升措施\n在总结《成都市武侯区茶业若干措施》实施成效的基础上，接续《杭州市茶业规划》，制定本措施。\n"
        "《成都市武侯区茶馆提升措施》（武府发〔2022〕3号）同时废止。\n"
        "一、主要任务\n1.推动茶馆高质量发展。\n",
        encoding="utf-8",
    )
    _run(project, "extract", str(texts), "-o", str(project / "data" / "records"), "--workers", "1")
    _run(project, "link")
    plan = read((project / "data" / "records" / "wuhou-2.yaml").read_bytes())["plans"][0]
    labels = {each["id"]: each["label"]["zh"] for each in read((project / "data/reference/proposed.yaml").read_bytes())}
    assert [labels.get(each, each) for each in plan["succeeds"]] == ["plan:wuhou", "成都市武侯区茶馆提升措施"]
    assert [labels[each] for each in plan["cites"]] == ["杭州市茶业规划"]


def test_a_plan_that_is_to_be_made_is_the_area_s_own_and_one_of_the_state_is_everybody_s(tmp_path: Path) -> None:
    texts, root = tmp_path / "texts", tmp_path / "project"
    texts.mkdir()
    for slug, area, words in (
        ("a", "四川省", "编制城市更新专项规划。为贯彻落实国家“人工智能+”行动，制定本要点。"),
        ("b", "贵州省", "编制城市更新专项规划。为深入实施“人工智能+”行动，加快发展。"),
    ):
        outline = f"审议《{area}国民经济和社会发展第十五个五年规划纲要（草案）》。落实《纲要草案》。"
        (texts / f"{slug}.txt").write_text(
            f"{area}2026年工作要点\n{words}\n{outline}\n一、任务\n1.做强茶业。\n", "utf-8"
        )
    CliRunner().invoke(cli.main, ["init", str(root), "--base", "https://example.org/tea/"])
    _run(root, "extract", str(texts), "-o", str(root / "data" / "records"), "--workers", "1")
    _run(root, "link")
    labels = {each["id"]: each["label"]["zh"] for each in read((root / "data/reference/proposed.yaml").read_bytes())}
    named = {
        slug: sorted(labels[each["id"]] for each in _mentions(root, slug) if each["id"].startswith("plan:"))
        for slug in ("a", "b")
    }
    assert named == {
        "a": ["“人工智能+”行动", "四川省国民经济和社会发展第十五个五年规划纲要（草案）", "四川省城市更新专项规划"],
        "b": ["“人工智能+”行动", "贵州省国民经济和社会发展第十五个五年规划纲要（草案）", "贵州省城市更新专项规划"],
    }


def _mentions(root: Path, slug: str) -> list[dict[str, str]]:
    return list(read((root / "data" / "records" / f"{slug}.yaml").read_bytes())["mentions"])


def test_what_waits_is_asked_about_and_the_answers_are_kept(project: Path) -> None:
    registry = project / "data" / "reference" / "proposed.yaml"
    with registry.open("a", encoding="utf-8") as file:
        file.write(
            "\n- id: organisation:cn-510100-gai-ge-ju\n  type: Organisation\n"
            "  label: {zh: 朝阳区财政局, en: Finance Bureau of Chaoyang}\n"
            "\n- id: area:somewhere\n  type: FunctionalZone\n  label: {zh: 川渝某某新区, en: Somewhere}\n"
        )
    record = project / "data" / "records" / "jinan.yaml"
    record.write_text(
        record.read_text(encoding="utf-8").replace(
            "mentions:", "mentions:\n  - id: area:somewhere\n\n  - id: organisation:cn-510100-gai-ge-ju\n", 1
        ),
        encoding="utf-8",
    )
    answers = "what\nk in the list of zones\nu two of them\n"
    arguments = ["--language", "en", "--root", str(project), "link", "--review", "--by", "somebody"]
    asked = CliRunner().invoke(cli.main, arguments, input=answers)
    assert asked.exit_code == 0, asked.output
    kept = read((project / "data" / "reference" / "decisions.yaml").read_bytes())
    assert [{key: each[key] for key in ("kind", "name", "verdict", "by", "reason")} for each in kept] == [
        {"kind": "area", "name": "川渝某某新区", "verdict": "same", "by": "somebody", "reason": "in the list of zones"},
        {
            "kind": "organisation",
            "name": "朝阳区财政局",
            "verdict": "unsure",
            "by": "somebody",
            "reason": "two of them",
        },
    ]
    assert (kept[0]["thing"], "thing" in kept[1]) == ("area:somewhere", False)
    lines = asked.stdout.splitlines()
    assert [line for line in lines if line.endswith("decisions wait")] == [
        "1 ids replaced in 1 records, 3 alignments suggested, 2 decisions wait",
        "0 ids replaced in 0 records, 3 alignments suggested, 0 decisions wait",
    ]
    assert sum(line.startswith("The number of a candidate") for line in lines) == 1
