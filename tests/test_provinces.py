"""The second project of the repository, `examples/provinces-2026`: it builds, says what was read in it, holds no texts.

`python -m tests.test_provinces` writes the table of its README anew.
"""

from __future__ import annotations

import csv
import re
import sys
from collections.abc import Iterator, Mapping
from importlib import util
from pathlib import Path
from types import ModuleType
from typing import Any

import pyoxigraph as ox
import pytest

from policygraph import build, extract, paths, queries, store
from policygraph.records.yaml import read

FOLDER = Path(__file__).resolve().parents[1] / "examples" / "provinces-2026"
RECORDS = sorted((FOLDER / "data" / "records").glob("*.yaml"))
#: More Chinese without a break than any name has.
_RUN = re.compile(r"[一-鿿，。、；：（）《》“”0-9.%—]{60,}")
_FRAGMENT = re.compile(r"#char=(\d+),(\d+)")


@pytest.fixture(scope="module")
def graph() -> build.Graph:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("POLICYGRAPH_SOURCES", str(FOLDER / "data" / "sources"))
        return build.run(paths.find(FOLDER))


@pytest.fixture(scope="module")
def opened(graph: build.Graph) -> ox.Store:
    return store.in_memory(graph.quads)


def league(opened: ox.Store) -> str:
    """The table of the README, as the graph answers it now."""
    folders = paths.find(FOLDER)
    query = queries.read(FOLDER / "queries" / "competency" / "growth-targets.rq")
    rows = queries.run(query, opened, names=folders.names)
    lines = ["| area | growth | tone | targets for 2026 | of these 左右 |", "| --- | --- | --- | ---: | ---: |"]
    for row in rows.rows:
        cells = {name: term.value if term else "" for name, term in zip(rows.variables, row, strict=True)}
        lines.append("| {areaEn} {areaZh} | {printed} | {toneEn} {toneZh} | {targets} | {about} |".format(**cells))
    return "\n".join(lines) + "\n"


def _targets(part: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    yield from part.get("targets", ())
    for below in part.get("parts", ()):
        yield from _targets(below)


def _read_at(targets: Iterator[Mapping[str, Any]], start: int, end: int) -> Mapping[str, Any]:
    """The target whose evidence takes in a place and ends soonest behind it."""
    behind = [
        (int(match[2]), target)
        for target in targets
        for match in map(_FRAGMENT.fullmatch, target["evidence"])
        if match and int(match[1]) <= start and end <= int(match[2])
    ]
    return min(behind, key=lambda each: each[0])[1]


def test_the_example_builds_whole(graph: build.Graph) -> None:
    documents = {path.stem for path in RECORDS}
    assert (graph.is_valid, len(documents), graph.counts["PolicyDocument"]) == (True, 15, 15)


def test_the_main_targets_are_what_a_person_read() -> None:
    with (FOLDER / "main-targets.csv").open(encoding="utf-8", newline="") as file:
        expected = list(csv.DictReader(file))
    records = {path.stem: read(path.read_bytes()) for path in RECORDS}
    stated = []
    for row in expected:
        target = _read_at(_targets(records[row["record"]]["plans"][0]), int(row["start"]), int(row["end"]))
        stated.append(
            {
                "record": row["record"],
                "indicator": target["ofIndicator"].removeprefix("indicator:"),
                "value": target["value"],
                "upper": target.get("upperValue", ""),
                "unit": target["inUnit"],
                "comparator": target["comparator"],
                "year": target["deadline"],
                "area": target["ofArea"],
                "hedge": target.get("hedge", ""),
                "rule": target.get("rule", ""),
            }
        )
    areas = extract.read_gazetteer(paths.find(FOLDER)).resolver.areas.places
    named = {place.zh: identifier for identifier, place in areas.items() if place.level == "province"}
    assert len(expected) == 107
    assert stated == [
        {key: row[key] for key in ("record", "indicator", "value", "upper", "unit", "comparator", "year")}
        | {"area": named[row["area"]], "hedge": "", "rule": ""}
        for row in expected
    ]


def test_the_readme_shows_what_the_graph_answers(opened: ox.Store) -> None:
    readme = (FOLDER / "README.md").read_text(encoding="utf-8")
    match = re.search(r"<!-- league -->\n(.*?)<!-- /league -->", readme, re.DOTALL)
    assert match is not None
    assert match[1] == league(opened)


def test_the_example_holds_no_sentences_and_is_small() -> None:
    files = [path for path in (FOLDER / "data").rglob("*") if path.suffix in (".yaml", ".jsonl", ".ttl")]
    assert len(files) > 2 * len(RECORDS)
    long = [(path.name, run) for path in files for run in _RUN.findall(path.read_text(encoding="utf-8"))]
    assert long == []
    kept = [path for path in FOLDER.rglob("*") if path.is_file() and not {"build", ".build"} & set(path.parts)]
    assert sum(path.stat().st_size for path in kept if path.suffix != ".txt") < 2 * 1024 * 1024


def test_what_is_kept_is_kept_again() -> None:
    keep = _module(FOLDER / "keep.py")
    folders = paths.find(FOLDER)
    indicators = frozenset(f"indicator:{row.cells['id']}" for row in folders.tables.rows("indicators"))
    resolver = extract.read_gazetteer(folders).resolver
    for path in RECORDS:
        record = read(path.read_bytes())
        assert keep.kept(record, indicators, resolver) == record, path.name


def test_what_is_long_or_unsure_is_left_out_and_what_stood_below_hangs_above() -> None:
    keep = _module(FOLDER / "keep.py")
    target = {"id": "t", "ofIndicator": "indicator:tea"}
    record = {
        "id": "document:x",
        "positionings": [{"id": "p"}],
        "observations": [
            {"id": "o-1", "ofIndicator": "indicator:other"},
            {"id": "o-2", "ofIndicator": "indicator:tea"},
        ],
        "plans": [
            {
                "id": "plan:x",
                "counts": [{"id": "c"}],
                "parts": [
                    {"id": "e1", "label": {"zh": "做强茶业"}, "needsReview": "true", "targets": [target]},
                    {"id": "e2", "label": {"zh": f"做大茶园，{'又' * 30}"}, "alternativeTo": "e1"},
                ],
            }
        ],
    }
    resolver = extract.Gazetteer().resolver
    assert keep.kept(record, frozenset({"indicator:tea"}), resolver) == {
        "id": "document:x",
        "observations": [{"id": "o-2", "ofIndicator": "indicator:tea"}],
        "plans": [
            {
                "id": "plan:x",
                "targets": [target],
                "parts": [{"id": "e2", "label": {"zh": "做大茶园", "en": "[untranslated] 做大茶园"}}],
            }
        ],
    }


def _module(path: Path) -> ModuleType:
    spec = util.spec_from_file_location("keep", path)
    assert spec is not None
    assert spec.loader is not None
    module = util.module_from_spec(spec)
    sys.modules["keep"] = module
    spec.loader.exec_module(module)
    return module


if __name__ == "__main__":
    page = (FOLDER / "README.md").read_text(encoding="utf-8")
    table = league(store.in_memory(build.run(paths.find(FOLDER)).quads))
    page = re.sub(
        r"(<!-- league -->\n).*?(<!-- /league -->)", lambda match: match[1] + table + match[2], page, flags=re.DOTALL
    )
    (FOLDER / "README.md").write_text(page, encoding="utf-8")
