"""A build that remembers: the same as one that does not, whatever came before, and whoever does the work."""

from __future__ import annotations

import os
import random
import re
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

import pyoxigraph as ox
import pytest

from policygraph import build, paths, queries, store, validate, vocab
from policygraph.build import by_document, parts, runs
from policygraph.build.documents import Documents, here
from policygraph.build.workers import workers
from policygraph.cache import NOTHING_KEPT, Bundle, Cache, key_of
from policygraph.formats import rdf

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from conftest import Project

    Jobs = Iterable[tuple[object, ...]]

Outcome = tuple[list[bytes], list[str]]


def _outcome(graph: build.Graph) -> Outcome:
    return rdf.lines(graph.quads), [finding.text("zh") for finding in graph.findings]


def _clean(project: Project) -> Outcome:
    return _outcome(build.run(paths.find(project.root), documents=Documents(Cache(None))))


def _files(graph: build.Graph, output: Path) -> dict[str, bytes]:
    folder = build.write(graph, output)
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def _remembering(project: Project) -> Outcome:
    return _outcome(build.run(paths.find(project.root)))


class Changes:
    """Changes of a project, at random: documents come, change and go, and so does what they share."""

    def __init__(self, project: Project, seed: int) -> None:
        self.project = project
        self._chance = random.Random(seed)  # noqa: S311 - the same for a seed is what is wanted
        self._template = project.record.read_text(encoding="utf-8")
        self._acts: list[Callable[[], None]] = [
            *(2 * [self._add]),
            self._delete,
            self._relabel,
            self._relabel_plan,
            self._align,
            *(2 * [self._spoil]),
            self._break,
            self._mention,
            self._retype_area,
            self._change_text,
        ]

    def change(self) -> str:
        for path in self._others():  # what was broken is mended: nothing follows from broken records
            path.write_text(path.read_text(encoding="utf-8").replace("type: Tusk", "type: Task"), encoding="utf-8")
        act = self._chance.choice(self._acts)
        act()
        return act.__name__

    def _others(self) -> list[Path]:
        return sorted(self.project.record.parent.glob("*.yaml"))

    def _add(self) -> None:
        slug = f"pioneer-{self._chance.randrange(4)}"
        text = self._template.replace("document:pioneer", f"document:{slug}").replace("plan:pioneer", f"plan:{slug}")
        text = text.replace("    level: municipal\n", "    level: municipal\n    implements: plan:pioneer\n")
        (self.project.record.parent / f"{slug}.yaml").write_text(text, encoding="utf-8")
        self._register()

    def _delete(self) -> None:
        self._chance.choice(self._others()).unlink()
        if not self._others():
            self._add()
        self._register()

    def _register(self) -> None:
        """Every document has a source text of its own in the registry, and all are one file."""
        self.project.register()
        entry = self.project.registry.read_text(encoding="utf-8")
        slugs = [path.stem for path in self._others()]
        entries = [
            entry.replace("source:pioneer", f"source:{slug}").replace("document:pioneer", f"document:{slug}")
            for slug in slugs
        ]
        self.project.registry.write_text("".join(entries), encoding="utf-8")

    def _rewrite(self, old: str, new: str) -> None:
        path = self._chance.choice(self._others())
        path.write_text(path.read_text(encoding="utf-8").replace(old, new, 1), encoding="utf-8")

    def _relabel(self) -> None:
        self._rewrite("Develop industry", f"Develop industry {self._chance.randrange(9)}")

    def _relabel_plan(self) -> None:
        """Other documents may be aligned with it, and have labels made of its."""
        path = self._chance.choice(self._others())
        label = f"en: Plan {self._chance.randrange(99)}}}\n    planKind"
        text = re.sub(r"en: [\w ]+}\n    planKind", label, path.read_text(encoding="utf-8"))
        path.write_text(text, encoding="utf-8")

    def _align(self) -> None:
        path = self._chance.choice(self._others())
        alignment = (
            f"alignments:\n  - id: alignment\n    from: plan:{path.stem}\n    to: plan:pioneer\n"
            "    relation: intersects-with\n    confidence: 0.8\n    reason: {zh: 同, en: The same.}\n"
            '    evidence: ["#char=0,7"]\n'
        )
        text = path.read_text(encoding="utf-8")
        path.write_text(text.replace(alignment, "") if alignment in text else text + alignment, encoding="utf-8")

    def _spoil(self) -> None:
        faults = [
            ("type: Task\n", "type: Measure\n"),
            ('Deadline: "2025"', 'Deadline: "2026"'),
            ("1.5万亿元", "2万亿元"),
        ]
        self._rewrite(*self._chance.choice(faults))

    def _break(self) -> None:
        self._rewrite("type: Task\n", "type: Tusk\n")

    def _mention(self) -> None:
        """Says something of a thing of another document."""
        if not any("mentions:" in path.read_text(encoding="utf-8") for path in self._others()):
            said = "mentions:\n  - id: plan:pioneer\n    note: {zh: 又见, en: seen again}\n"
            self._rewrite("plans:\n", said + "plans:\n")

    def _retype_area(self) -> None:
        reference = self.project.reference.read_text(encoding="utf-8")
        kinds = ("type: City", "type: Province")
        old = next((kind for kind in kinds if kind in reference), kinds[0])
        new = next(kind for kind in kinds if kind != old)
        self.project.reference.write_text(reference.replace(old, new), encoding="utf-8")

    def _change_text(self) -> None:
        text = self.project.text.read_text(encoding="utf-8")
        changed = text.replace("1.5万亿元", "1.6万亿元") if "1.5" in text else text.replace("1.6万亿元", "1.5万亿元")
        self.project.text.write_text(changed, encoding="utf-8")
        self._register()


@pytest.mark.parametrize("seed", range(int(os.environ.get("POLICYGRAPH_SEQUENCES", "2"))))
def test_after_any_changes_a_build_is_as_if_it_remembered_nothing(
    project: Project, seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(runs, "_FEW", 0)
    monkeypatch.setattr(parts, "_LEAST", 0)
    monkeypatch.setattr(by_document, "_ONE_OF", 2 * (seed % 2))
    sequence = Changes(project, seed)
    _remembering(project)
    states = set()
    for _ in range(9):
        act = sequence.change()
        graph = build.run(paths.find(project.root))
        clean = build.run(paths.find(project.root), documents=Documents(Cache(None)))
        outcome = _outcome(graph)
        assert outcome == _outcome(clean), act
        if graph.is_valid:
            assert _files(graph, project.root / "build") == _files(clean, project.root / "clean"), act
        states.add((*outcome[0], *outcome[1]))
    assert len(states) > 4


def test_what_has_not_changed_is_not_done_again(project: Project) -> None:
    folders = paths.find(project.root)
    calls: list[str] = []

    def hand_out(act: Callable[..., bytes], shared: object, jobs: Jobs) -> Iterator[bytes]:
        listed = list(jobs)
        calls.extend(act.__name__ for _ in listed)
        return here(act, shared, listed)

    for _ in range(2):
        build.run(folders, documents=Documents(Cache(folders.cache), hand_out))
    first, calls[:] = list(calls), []
    project.edit("Develop industry", "Develop all industry")
    build.run(folders, documents=Documents(Cache(folders.cache), hand_out))
    assert sorted(first) == ["_close"] * 2 + ["_judge"] * 2 + ["_read"] * 3
    assert sorted(calls) == ["_close", "_judge", "_read"]


def test_labels_that_stood_in_a_document_before_are_not_read_again(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    read_now: list[str] = []
    pinyin = runs.pinyin

    def reading(label: str) -> str:
        read_now.append(label)
        return pinyin(label)

    monkeypatch.setattr(runs, "pinyin", reading)
    build.write(project.run(), project.root / "build")
    first, read_now[:] = list(read_now), []
    project.edit("Develop industry", "Develop all industry")
    build.write(project.run(), project.root / "build")
    assert (sorted(first), read_now) == (["中国", "先锋市", "先锋市行动方案", "工业产值"], [])
    record = project.reference
    record.write_text(record.read_text(encoding="utf-8").replace("工业产值", "农业产值"), encoding="utf-8")
    files = _files(build.run(paths.find(project.root)), project.root / "build")
    assert read_now == ["农业产值"]
    clean = build.run(paths.find(project.root), documents=Documents(Cache(None)))
    assert files == _files(clean, project.root / "clean")


def test_what_is_asked_of_any_predicate_of_some_things_is_asked_when_these_have_changed(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(parts, "_LEAST", 0)
    name = "mention_with_property_of_another_class"
    rows_by, calls = validate.rows_by, list[str]()

    def counted(own: validate.Narrowed | None, terms: validate.Terms, query: queries.Query) -> queries.Rows:
        calls.append(query.name)
        return rows_by(own, terms, query)

    def checked(old: str, new: str) -> tuple[bool, list[str]]:
        """Whether it is asked after a change of the record, and what it finds."""
        calls.clear()
        project.edit(old, new)
        findings = build.run(paths.find(project.root)).findings
        return name in calls, [finding.node or "" for finding in findings if finding.check == name]

    monkeypatch.setattr(validate, "rows_by", counted)
    area = paths.find(project.root).names.expand("area:pioneer")
    assert [
        checked("plans:\n", "mentions:\n  - id: area:pioneer\n    note: {zh: 又见, en: seen again}\nplans:\n"),
        checked("Develop industry", "Develop all industry"),
        checked("seen again}\n", "seen again}\n    ordinal: 3\n"),
        checked("    ordinal: 3\n", "    ordinal: 4\n"),
        checked("all industry", "industry"),
        checked("    ordinal: 4\n", ""),
    ] == [(True, []), (False, []), (True, [area]), (True, [area]), (False, [area]), (False, [])]


def _entries(project: Project) -> list[Path]:
    cache = paths.find(project.root).cache
    assert cache is not None
    return sorted(path for path in cache.glob("*/*") if path.is_file())


@pytest.mark.parametrize("damage", ["cut", "flipped", "empty", "exchanged", "of another key"])
def test_an_entry_that_is_damaged_or_not_its_own_is_not_believed(
    project: Project, damage: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Neither what a build is checked by nor what its files are put together of."""
    monkeypatch.setattr(runs, "_FEW", 0)
    monkeypatch.setattr(parts, "_LEAST", 0)
    output = project.root / "build"
    expected = _files(build.run(paths.find(project.root)), output)
    entries = _entries(project)
    contents = [path.read_bytes() for path in entries]
    for number, path in enumerate(entries):
        content = contents[number]
        path.write_bytes(
            {
                "cut": content[:-9],
                "flipped": content[:-9] + bytes([content[-9] ^ 1]) + content[-8:],
                "empty": b"",
                "exchanged": contents[number - 1],
                "of another key": b"\0" * 32 + content[32:],
            }[damage]
        )
    assert _files(build.run(paths.find(project.root)), output) == expected
    assert [path.read_bytes() for path in _entries(project)] == contents


@pytest.mark.parametrize("name", ["policygraph.nq", "policygraph.trig", "policygraph.jsonld"])
def test_an_earlier_build_that_is_damaged_is_not_believed(
    project: Project, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    monkeypatch.setattr(runs, "_FEW", 0)
    output = project.root / "build"
    build.write(project.run(), output)
    path = output / name
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)
    project.edit("Develop industry", "Develop all industry")
    clean = build.run(paths.find(project.root), documents=Documents(Cache(None)))
    assert _files(project.run(), output) == _files(clean, project.root / "clean")
    (output / name).unlink()
    project.edit("Develop all industry", "Develop industry")
    clean = build.run(paths.find(project.root), documents=Documents(Cache(None)))
    assert _files(project.run(), output) == _files(clean, project.root / "clean")


def test_a_cache_of_another_program_is_not_asked(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    import policygraph.cache

    _remembering(project)
    before = _entries(project)
    monkeypatch.setattr(policygraph.cache, "_program", lambda: b"another")
    expected = _clean(project)
    assert _remembering(project) == expected
    assert len(_entries(project)) == 2 * len(before)


def test_a_cache_that_cannot_be_written_fails_nothing(project: Project) -> None:
    folder = paths.find(project.root).cache
    assert folder is not None
    folder.parent.mkdir()
    folder.write_text("a file in the way", encoding="utf-8")
    assert _remembering(project) == _clean(project)


def test_a_full_disk_fails_nothing_and_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    cache = Cache(tmp_path)
    key = key_of("x", [b"1"])

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "rename", full)
    cache.put(key, b"payload")
    assert (cache.get(key), [path for path in tmp_path.rglob("*") if path.is_file()]) == (None, [])


def test_keys_tell_where_one_part_ends() -> None:
    assert key_of("x", [b"ab", b"c"]) != key_of("x", [b"a", b"bc"])


def test_entries_of_long_ago_are_swept(tmp_path: Path) -> None:
    cache = Cache(tmp_path)
    keys = [key_of("x", [bytes([number])]) for number in range(2)]
    for key in keys:
        cache.put(key, b"payload")
    old = time.time() - 15 * 86400
    path = next(path for path in tmp_path.glob("*/*") if path.parent.name + path.name == keys[0])
    os.utime(path, (old, old))
    cache.sweep()
    assert [cache.get(key) for key in keys] == [None, b"payload"]
    path = next(tmp_path.glob("*/*"))
    os.utime(path, (old, old))
    cache.sweep()
    assert path.exists(), "entries are looked at once a day"
    os.utime(tmp_path / "swept", (old, old))
    cache.sweep()
    assert not path.exists()


def test_a_build_that_is_killed_midway_loses_nothing(project: Project) -> None:
    expected = _clean(project)
    script = (
        "import sys, time; from pathlib import Path; from policygraph import build, paths\n"
        "def progress(step):\n"
        "    if step == 'check': print('midway', flush=True); time.sleep(60)\n"
        "build.run(paths.find(Path(sys.argv[1])), progress=progress)\n"
    )
    process = subprocess.Popen([sys.executable, "-c", script, str(project.root)], stdout=subprocess.PIPE, text=True)
    with process:
        assert process.stdout is not None
        assert process.stdout.readline() == "midway\n"
        process.send_signal(signal.SIGKILL)
    labels = len(queries.read_all(*paths.find(project.root).queries_of("derive")))
    assert len(_entries(project)) == 7 + labels, (
        "three files read, what follows from two groups of them and from both, labels"
    )
    assert _remembering(project) == expected


def test_a_build_leaves_the_cache_where_it_is(project: Project) -> None:
    output = project.root / "build"
    build.write(project.run(), output)
    before = _entries(project)
    for _ in range(3):
        build.write(project.run(), output)
    assert _entries(project) == before
    folders = paths.find(project.root)
    catalogue = [query for kind in ("derive", "hygiene") for query in queries.read_all(*folders.queries_of(kind))]
    unasked = {"dangling_reference", "evidence_span_empty", "mention_with_property_of_another_class"}
    unasked |= {"inferred_property_without_value", "undeclared_term"}  # there is nothing that they could be about
    asked = {query.name for query in catalogue} - unasked
    answers = list((output / "answers").glob("*.tsv"))
    # three files read, two closures, two judged, run and counts of the ontology, where it stands, run of the
    # rest, what follows from parts together and what chains reach, what texts tell, how the labels of a document and of
    # the reference data are read, that the ontology is sound, the run of the description
    files = 18
    assert len(before) == files + len(asked) + len(answers)


def test_processes_give_the_same(project: Project) -> None:
    expected = _clean(project)
    with workers(2) as hand_out:
        graph = build.run(paths.find(project.root), documents=Documents(Cache(None), hand_out))
    assert _outcome(graph) == expected


def test_a_worker_that_is_killed_takes_nothing_with_it(project: Project) -> None:
    with workers(2) as hand_out:
        (pool,) = hand_out.args  # type: ignore[attr-defined]
        pool.submit(os.getpid).result()
        for pid in pool._processes:
            os.kill(pid, signal.SIGKILL)
        graph = build.run(paths.find(project.root), documents=Documents(Cache(None), hand_out))
    assert _outcome(graph) == _clean(project)


def test_a_cluster_gives_the_same(project: Project) -> None:
    distributed = pytest.importorskip("distributed", reason="2026-11-29: policygraph[scale] is not installed")
    expected = _clean(project)
    with (
        distributed.LocalCluster(
            n_workers=2,
            threads_per_worker=1,
            processes=True,
            host="127.0.0.1",
            dashboard_address="127.0.0.1:0",
            silence_logs=50,
        ) as cluster,
        workers(scheduler=cluster.scheduler_address) as hand_out,
    ):
        graph = build.run(paths.find(project.root), documents=Documents(Cache(None), hand_out))
    assert _outcome(graph) == expected
    assert len(list(ox.parse(b"".join(expected[0]), ox.RdfFormat.N_QUADS))) > 1000


def test_only_that_the_same_ontology_is_sound_is_kept(tmp_path: Path) -> None:
    shipped = paths.find()
    for name in ("data", "ontology", "queries", "shapes"):
        (tmp_path / name).mkdir()
    for path in (*shipped.ontology.glob("*.ttl"), *(shipped.layer / "shapes").glob("*.ttl")):
        (tmp_path / path.parent.name / path.name).write_bytes(path.read_bytes())
    folders, cache = paths.Folders(tmp_path, tmp_path), Cache(tmp_path / "cache")
    policy = tmp_path / "ontology" / "policy.ttl"
    sound = policy.read_text(encoding="utf-8")

    def found(cache: Cache) -> list[str]:
        ontology = store.turtle(policy, vocab.GRAPH_ONTOLOGY)
        findings = validate.check_across(folders, ontology, ox.Store(), lambda _: queries.Rows([], []), cache)
        return [finding.text() for finding in findings]

    def change(text: str) -> None:
        policy.write_text(text, encoding="utf-8")

    unsound = f"{sound}\npg:Unlabelled a owl:Class .\n"
    outcomes = []
    for text in (sound, unsound, unsound, sound, sound):
        change(text)
        outcomes.append((found(cache), found(NOTHING_KEPT)))
    assert [kept == clean for kept, clean in outcomes] == [True] * 5
    assert [bool(kept) for kept, _ in outcomes] == [False, True, True, False, False]
    kept_of_sound = [path for path in (tmp_path / "cache").glob("*/*") if path.read_bytes().endswith(b"sound")]
    assert len(kept_of_sound) == 1
    kept_of_sound[0].write_bytes(b"damaged")
    assert found(cache) == []


def test_a_bundle_has_what_was_asked_for_or_put_last(tmp_path: Path) -> None:
    cache = Cache(tmp_path)
    first = Bundle(cache, "kind")
    first.put("a", b"1")
    first.put("b", b"\n2")
    first.keep()
    second = Bundle(cache, "kind")
    assert (second.get("b"), second.get("c")) == (b"\n2", None)
    second.keep()
    third = Bundle(cache, "kind")
    assert (third.get("a"), third.get("b")) == (None, b"\n2")
    assert Bundle(cache, "other").get("b") is None
    without = Bundle(NOTHING_KEPT, "kind")
    without.put("a", b"1")
    without.keep()
    assert Bundle(NOTHING_KEPT, "kind").get("a") is None
