"""What stands in the files of an earlier build is taken over, and the files are those that are made anew."""

from __future__ import annotations

import json
import random
from functools import partial
from typing import TYPE_CHECKING

import pyoxigraph as ox
import pytest

from policygraph import statistics, vocab
from policygraph.build import layout
from policygraph.build.runs import Counted, uncut
from policygraph.cache import Cache
from policygraph.formats import blocks, rdf
from policygraph.manifest import MANIFEST, QUADS, Hashed

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

_WRITERS = {
    "policygraph.ttl": blocks.Merged.write_turtle,
    "asserted.ttl": partial(blocks.Merged.write_turtle, only_stated=True),
    "policygraph.trig": blocks.Merged.write_trig,
    "policygraph.jsonld": blocks.Merged.write_jsonld,
}
_GRAPHS = [vocab.GRAPH_REFERENCE, vocab.GRAPH_INFERRED, ox.NamedNode("urn:graph:document/a"), vocab.GRAPH_META]


def _run(chance: random.Random, subjects: Sequence[int]) -> blocks.Run:
    quads = [
        ox.Quad(
            ox.NamedNode(f"urn:thing:{subject:02}"),
            chance.choice([vocab.rdf_type, vocab.skos("prefLabel"), vocab.pg("isWithin")]),
            chance.choice([vocab.pg("Plan"), vocab.pg("Task"), ox.Literal(f"label {chance.randrange(99)}")]),
            chance.choice(_GRAPHS),
        )
        for subject in subjects
        for _ in range(3)
    ]
    return blocks.run((ox.serialize(quads, format=ox.RdfFormat.N_QUADS) or b"").splitlines(keepends=True), rdf.PREFIXES)


def _write(folder: Path, runs: Sequence[blocks.Run], last: blocks.Run) -> tuple[Mapping[str, object], blocks.Merged]:
    """Writes runs in every format, the last one at the end of the quads, with a manifest."""
    folder.mkdir()
    checksums = {}
    with (folder / QUADS).open("wb") as content:
        file = Hashed(content)
        file.writelines([*blocks.Merged(runs, rdf.PREFIXES).quads(), *last.all_lines()])
    checksums[QUADS] = file.checksum
    merged = blocks.Merged([*runs, last], rdf.PREFIXES)
    for name, write_to in _WRITERS.items():
        with (folder / name).open("wb") as content:
            file = Hashed(content)
            write_to(merged, file)
        checksums[name] = file.checksum
    (folder / MANIFEST).write_text(json.dumps({"checksums": checksums}), encoding="utf-8")
    return {"checksums": checksums}, merged


@pytest.mark.parametrize("seed", range(20))
def test_files_of_runs_that_stand_elsewhere_are_those_of_the_whole(seed: int, tmp_path: Path) -> None:
    chance = random.Random(seed)  # noqa: S311 - the same for a seed is what is wanted
    cache = Cache(tmp_path / "cache")
    order = [chance.randrange(6) for _ in range(60)]
    if chance.random() < 0.5:
        order.sort()
    subjects = [[place for place, number in enumerate(order) if number == own] for own in range(6)]
    *made, meta = [_run(chance, own) for own in subjects]
    keys = [f"run {number}" for number in range(len(made))]
    for state in range(3):
        manifest, merged = _write(tmp_path / f"whole {state}", made, meta)
        layout.keep(cache, manifest, keys, merged.places(len(made)))
        changed = chance.randrange(len(made))
        subjects[changed] = chance.sample(subjects[changed], chance.randrange(len(subjects[changed]) + 1))
        subjects[changed] += [60 + 9 * state, *chance.sample(range(70 + 9 * state, 79 + 9 * state), 2)]
        made[changed], keys[changed] = _run(chance, sorted(subjects[changed])), f"run {changed} of {state}"
        if state:
            meta = _run(chance, [*subjects[5], 99])
        with layout.earlier(cache, tmp_path / f"whole {state}") as standing:
            runs = [
                Counted(taken, statistics.part([]), b"", whole=partial(made.__getitem__, number))
                if (taken := standing.run(key))
                else Counted(made[number], statistics.part([]), b"")
                for number, key in enumerate(keys)
            ]
            assert [number for number, each in enumerate(runs) if not each.whole] == [changed]
            fine = sorted(made[changed].subjects)
            taken_over = [each.run for each in uncut(uncut(runs, fine), meta.subjects)]
            _, again = _write(tmp_path / f"taken over {state}", taken_over, meta)
        expected, anew = _write(tmp_path / f"anew {state}", made, meta)
        names = [*_WRITERS, QUADS]
        assert expected == json.loads((tmp_path / f"taken over {state}" / MANIFEST).read_text(encoding="utf-8"))
        assert [(tmp_path / f"taken over {state}" / name).read_bytes() for name in names] == [
            (tmp_path / f"anew {state}" / name).read_bytes() for name in names
        ]
        assert again.places(len(made)) == anew.places(len(made))


def test_what_is_not_as_it_was_written_does_not_stand(tmp_path: Path) -> None:
    chance = random.Random(1)  # noqa: S311
    cache, made = Cache(tmp_path / "cache"), _run(chance, [1, 2])
    folder = tmp_path / "build"
    manifest, merged = _write(folder, [made], _run(chance, [3]))
    layout.keep(cache, manifest, ["key"], merged.places(1))

    def standing() -> tuple[bool, bool]:
        with layout.earlier(cache, folder) as runs:
            return runs.run("key") is not None, runs.run("other") is not None

    assert standing() == (True, False)
    path = folder / "policygraph.trig"
    content = path.read_bytes()
    path.write_bytes(content[:-1] + b" ")
    assert standing() == (False, False)
    path.write_bytes(content)
    assert standing() == (True, False)
    (folder / MANIFEST).write_text("{}", encoding="utf-8")
    assert standing() == (False, False)
    with layout.earlier(cache, None) as runs:
        assert runs.run("key") is None
