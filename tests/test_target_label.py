"""The labels that targets and observations get: a range has both of its ends."""

from __future__ import annotations

import pyoxigraph as ox
import pytest

from policygraph import paths, vocab

QUERY = paths.find().root / "queries" / "derive" / "target_label.rq"
GIVEN = """
pgid:target a pg:IndicatorTarget ; pg:ofIndicator pgid:indicator ; pg:hasPrintedValue "…" ; pg:hasValue %s ;
  pg:hasComparator odrl:eq ; pg:hasUnit pgid:unit ; pg:hasValueKind <https://example.org/value-kind/level> .
pgid:indicator skos:prefLabel "产值"@zh, "output"@en .
<https://example.org/value-kind/level> skos:prefLabel "水平值"@zh, "level"@en .
pgid:unit qudt:symbol "%s" .
"""
LABELS = {
    ("4.5", "%"): "output, 4.5%",
    ("4.5 ; pg:hasUpperValue 5", "%"): "output, 4.5–5%",
    ("300000000000 ; pg:hasUpperValue 500000000000", "CNY"): "output, 300–500 billion CNY",
    ("900000000 ; pg:hasUpperValue 1200000000", "CNY"): "output, 0.9–1.2 billion CNY",
    ("900 ; pg:hasUpperValue 1200", ""): "output, 900–1,200",
    ("1200", ""): "output, 1,200",
    ("1", "a"): "output, 1 year",
    ("1 ; pg:hasUpperValue 3", "a"): "output, 1–3 years",
}


@pytest.mark.parametrize("amount", LABELS)
def test_a_range_is_labelled_with_both_ends(amount: tuple[str, str]) -> None:
    graph = ox.Store()
    prefixes = {**vocab.PREFIXES, "pgid": "https://example.org/id/"}
    head = "".join(f"@prefix {name}: <{iri}> .\n" for name, iri in prefixes.items())
    graph.load((head + GIVEN % amount).encode(), ox.RdfFormat.TURTLE)
    rows = graph.query(QUERY.read_text(encoding="utf-8"), prefixes=vocab.PREFIXES)
    assert [each.object.value for each in rows if each.object.language == "en"] == [LABELS[amount]]  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("kind", "years", "labels"),
    [
        (
            "IndicatorObservation",
            "pg:inPeriod '2025' ; pg:hasPeriodStart '2021'",
            ["产值 … （2021—2025）", "output, 4.5%, 2021–2025"],
        ),
        ("IndicatorObservation", "pg:inPeriod '2025'", ["产值 … （2025）", "output, 4.5%, 2025"]),
        (
            "IndicatorTarget",
            "pg:hasDeadline '2030' ; pg:hasPeriodStart '2026'",
            ["产值 … （2030）", "output, 4.5%, by 2030"],
        ),
    ],
)
def test_a_change_over_years_says_from_when(kind: str, years: str, labels: list[str]) -> None:
    graph = ox.Store()
    prefixes = {**vocab.PREFIXES, "pgid": "https://example.org/id/"}
    head = "".join(f"@prefix {name}: <{iri}> .\n" for name, iri in prefixes.items())
    statements = (GIVEN % ("4.5", "%")).replace("IndicatorTarget ;", f"{kind} ; {years} ;")
    graph.load((head + statements).encode(), ox.RdfFormat.TURTLE)
    rows = graph.query(QUERY.read_text(encoding="utf-8"), prefixes=vocab.PREFIXES)
    made = {each.object.language: each.object.value.replace("（", " （") for each in rows}  # type: ignore[union-attr]
    assert [" ".join(made[language].split()) for language in ("zh", "en")] == labels
