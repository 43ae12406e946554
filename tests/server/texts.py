"""Documents for the reading room: a text, and a graph whose evidence cuts it as a test wants."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

import pyoxigraph as ox

from policygraph import vocab
from policygraph.vocab import pg

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

OA, XSD, SKOS = vocab.PREFIXES["oa"], vocab.PREFIXES["xsd"], vocab.PREFIXES["skos"]

#: One thing: its name, its class, its label, and its places.
Thing = tuple[str, str, str, "Sequence[tuple[int, int]]"]


def document(slug: str, text: str, things: Iterable[Thing], sources: Path) -> list[ox.Quad]:
    """The quads of a document whose text is put into a folder."""
    (sources / f"{slug}.txt").write_bytes(text.encode())
    graph = ox.NamedNode(f"{vocab.BASE}graph/document/{slug}")
    source, node = ox.NamedNode(f"{vocab.ID}source/{slug}"), ox.NamedNode(f"{vocab.ID}document/{slug}")
    quads = [
        ox.Quad(node, vocab.rdf_type, pg("PolicyDocument"), graph),
        ox.Quad(node, ox.NamedNode(SKOS + "prefLabel"), ox.Literal(f"文献 {slug}", language="zh"), graph),
        ox.Quad(source, vocab.rdf_type, pg("SourceText"), graph),
        ox.Quad(source, pg("isTextOf"), node, graph),
        ox.Quad(source, pg("hasFileName"), ox.Literal(f"{slug}.txt"), graph),
        ox.Quad(source, pg("hasSha256"), ox.Literal(hashlib.sha256(text.encode()).hexdigest()), graph),
        ox.Quad(source, pg("hasLength"), ox.Literal(str(len(text)), datatype=ox.NamedNode(XSD + "integer")), graph),
    ]
    for name, kind, label, places in things:
        thing = ox.NamedNode(f"{vocab.ID}{slug}/{name}")
        quads += [
            ox.Quad(thing, vocab.rdf_type, pg(kind), graph),
            ox.Quad(thing, ox.NamedNode(SKOS + "prefLabel"), ox.Literal(label, language="zh"), graph),
        ]
        if kind in ("Task", "Measure"):
            quads.append(ox.Quad(thing, vocab.rdf_type, pg("PlanElement"), graph))
        for start, end in places:
            evidence = ox.NamedNode(f"{source.value}#char={start},{end}")
            selector = ox.BlankNode(f"{slug}-{start}-{end}")
            quads += [
                ox.Quad(thing, pg("hasEvidence"), evidence, graph),
                ox.Quad(evidence, ox.NamedNode(OA + "hasSource"), source, graph),
                ox.Quad(evidence, ox.NamedNode(OA + "hasSelector"), selector, graph),
                *(
                    ox.Quad(
                        selector,
                        ox.NamedNode(OA + end_of),
                        ox.Literal(str(at), datatype=ox.NamedNode(XSD + "integer")),
                        graph,
                    )
                    for end_of, at in (("start", start), ("end", end))
                ),
            ]
    return list(dict.fromkeys(quads))


LONG, ONE_LINE = 30_000, 12_000


def many() -> list[tuple[int, int]]:
    """The places of 5,000 spans, some of which overlap."""
    return [(at, at + 3 + number % 9) for number in range(5_000) if (at := number * 5 + number % 4) < LONG - 20]


def page() -> str:
    """A text of 30,000 characters in lines."""
    text = "".join(f"（{number}）推进第{number:05d}项重点任务落地见效。\n" for number in range(LONG // 22))
    return text + "完" * (LONG - len(text))


def awkward(sources: Path) -> list[ox.Quad]:
    """Documents with all that a reading room may meet: many spans, one line, twins, changed and missing texts."""
    tasks = [
        (f"m{number}", ("Task", "IndicatorTarget", "ReadingIssue")[number % 3], f"任务 {number}", [place])
        for number, place in enumerate(many())
    ]
    line = "长" * ONE_LINE
    nested = [
        (f"n{number}", "Measure", f"措施 {number}", [(number // 2, ONE_LINE - number // 3)]) for number in range(10_000)
    ]
    odd = "甲😀乙丙丁，戊己庚。\n\n辛壬癸"
    labels = [
        ("long", "Task", "长" * 500, [(0, 3)]),
        ("one", "IndicatorTarget", "一", [(1, 3)]),
        ("markup", "CountClaim", "<b onclick=x>&amp;</b>", [(2, 4)]),
        ("arabic", "Positioning", "مرحبا 😀 العالم", [(2, 9)]),
        ("across", "ReadingIssue", "跨行", [(6, 14)]),
        ("beyond", "ReadingIssue", "超出", [(10, 400)]),
    ]
    quads = [
        *document("many", page(), tasks, sources),
        *document("line", line, nested, sources),
        *document("odd", odd, labels, sources),
        *document("twin", odd, [("same", "Task", "同文", [(0, 3)])], sources),
        *document("changed", "原来的文本。", [("t", "Task", "任务", [(0, 2)])], sources),
        *document("missing", "没有的文本。", [("t", "Task", "任务", [(0, 2)])], sources),
    ]
    (sources / "changed.txt").write_text("改过的文本。", encoding="utf-8")
    (sources / "missing.txt").unlink()
    return quads
