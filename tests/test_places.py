"""Places that are written from one sample are written and counted as all else is."""

from __future__ import annotations

import io
import random
from pathlib import Path

import pytest

from policygraph import statistics, vocab
from policygraph.build import layout, parts, places, runs
from policygraph.cache import Cache
from policygraph.evidence import places_in, spelt
from policygraph.formats import blocks, rdf

_BASE = "https://example.org/id/"
_NAMES = vocab.Names("https://example.org/")
_OA = vocab.PREFIXES["oa"]


def _line(subject: str, name: object, value: str, graph: object) -> bytes:
    return f"<{_BASE}{subject}> {name} {value} {graph} .\n".encode()


def _part(chance: random.Random, slug: str) -> parts.Part:
    """What a document says that has evidence, of some of which something else is said and follows."""
    graph = f"<{_BASE}graph/{slug}>"
    cited = chance.choice([slug, slug, "a%b"])
    evidence = [f"source/{cited}#char={start},{start + 3}" for start in chance.sample(range(60), chance.randrange(40))]
    lines = [
        _line(f"{slug}/t{n % 7}", vocab.pg("hasEvidence"), f"<{_BASE}{iri}>", graph) for n, iri in enumerate(evidence)
    ]
    lines += [_line(iri, vocab.skos("prefLabel"), '"词"@zh', graph) for iri in evidence if chance.random() < 0.05]
    written, _ = spelt(b"".join(lines))
    selected = f" <{_OA}hasSelector> <urn:a> {vocab.GRAPH_INFERRED} .\n" if chance.random() < 0.3 else ""
    following = []
    for place in places_in(written):
        ends = [f" {vocab.rdf_type} <{_OA}SpecificResource> {vocab.GRAPH_INFERRED} .\n"]
        if chance.random() < 0.1:
            ends += [f" <{_OA}hasSource> <{place.source.decode()}> {vocab.GRAPH_INFERRED} .\n"]
        ends += [selected] if selected else []
        following += [b"<" + place.iri + b">" + end.encode() for end in ends]
    return parts.Part(b"".join(dict.fromkeys(lines)), written, b"".join(sorted(following)))


def _files(merged: blocks.Merged) -> list[bytes]:
    files = [io.BytesIO() for _ in range(4)]
    merged.write_turtle(files[0])
    merged.write_turtle(files[1], only_stated=True)
    merged.write_trig(files[2])
    merged.write_jsonld(files[3])
    return [b"".join(merged.quads()), *(file.getvalue() for file in files)]


def _counted(counts: statistics.Counts) -> statistics.Counts:
    counts.subjects.sort()
    return counts


@pytest.mark.parametrize("prefixes", [{}, {"x": _BASE + "source/b#"}], ids=["whole", "shortened"])
def test_runs_with_places_are_those_of_all_lines(
    prefixes: dict[str, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rdf, "prefixes", lambda _: {**rdf.PREFIXES, **prefixes})
    names = rdf.prefixes(_NAMES)
    for seed in range(30):
        chance = random.Random(seed)  # noqa: S311
        documents = [_part(chance, slug) for slug in "abc"]
        pairs = [(part, parts.index_of(part, Cache(None), is_brief=True)) for part in documents]
        lines = {line for part in documents for line in part.all_lines()}
        total = statistics.Total()
        standing = layout.Standing({}, {})
        with blocks.Spill(tmp_path, most=1000) as spill:
            made = runs.runs_of(pairs, [], [], _NAMES, Cache(None), spill=spill, standing=standing, total=total)
            assert _files(blocks.Merged([each.run for each in made], names)) == _files(
                blocks.Merged([blocks.run(lines, names)], names)
            )
        assert _counted(total.counts()) == _counted(statistics.of_lines(sorted(lines)))


def test_a_pattern_puts_the_terms_of_a_place_where_those_of_the_sample_stand() -> None:
    (place,) = places_in(spelt(_line("t", vocab.pg("hasEvidence"), f"<{_BASE}source/50%#char=3,5>", "<urn:g>"))[0])
    pattern = places.Pattern(b"100% of <" + places.SAMPLE.iri + b"> from " + places.SAMPLE.start)
    assert pattern.of(place) == b"100% of <https://example.org/id/source/50%#char=3,5> from 3"
    assert (places.Pattern(b"100%").of(place), places.Pattern(b"100%").is_constant) == (b"100%", True)
