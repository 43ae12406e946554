"""A source text and the evidence of a graph in, runs out: which characters are evidence for something.

Uncovered text should hold no statements; an uncovered run of digits is probably a figure that was missed.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterable
from dataclasses import dataclass

import pyoxigraph as ox

from policygraph import evidence
from policygraph.messages import in_all, message
from policygraph.vocab import pg

__all__ = ["Coverage", "Run", "cover", "page"]

_FIGURES = re.compile(r"[0-9０-９]+(?:[.,．，:+＋/-][0-9０-９]+)*")


@dataclass(frozen=True, slots=True)
class Run:
    """Characters `start` to `end` (exclusive) of a text, and how many things they are evidence for."""

    start: int
    end: int
    things: int


@dataclass(frozen=True, slots=True)
class Coverage:
    """A text cut into runs of equal coverage, and its figures that are evidence for nothing."""

    text: str
    runs: list[Run]
    uncovered_figures: list[Run]

    @property
    def share(self) -> float:
        """The share of characters that are evidence, white space apart; 0 to 1."""
        covered = sum(_ink(self.text, run) for run in self.runs if run.things)
        return covered / max(1, sum(_ink(self.text, run) for run in self.runs))

    def context(self, run: Run, width: int = 12) -> str:
        """A run with the characters around it, on one line, the run between brackets."""
        before = self.text[max(0, run.start - width) : run.start]
        after = self.text[run.end : run.end + width]
        return re.sub(r"\s+", " ", f"{before}[{self.text[run.start : run.end]}]{after}").strip()


def _ink(text: str, run: Run) -> int:
    return sum(not character.isspace() for character in text[run.start : run.end])


def cover(text: str, slug: str, quads: Iterable[ox.Quad]) -> Coverage:
    """How the evidence in the quads covers the text registered under a slug; spans beyond its end are cut."""
    changes = [0] * (len(text) + 1)
    seen = {
        (str(quad.subject), quad.object.value)
        for quad in quads
        if quad.predicate == pg("hasEvidence") and isinstance(quad.object, ox.NamedNode)
    }
    for _, iri in seen:
        span = evidence.span_of(iri)
        if span and span.slug == slug and span.start < len(text):
            changes[span.start] += 1
            changes[min(span.end, len(text))] -= 1
    runs: list[Run] = []
    depth = start = 0
    for place in range(len(text) + 1):
        if place == len(text) or (changes[place] and place > start):
            runs.append(Run(start, place, depth))
            start = place
        depth += changes[place]
    runs = [run for run in runs if run.end > run.start]
    covered = bytearray(len(text))
    for run in runs:
        if run.things:
            covered[run.start : run.end] = b"\x01" * (run.end - run.start)
    figures = [
        Run(match.start(), match.end(), 0)
        for match in _FIGURES.finditer(text)
        if not all(covered[match.start() : match.end()])
    ]
    return Coverage(text, runs, figures)


def page(coverage: Coverage, title: str) -> str:
    """The text as one HTML page: the more a character is evidence for, the deeper its green; forgotten figures red.

    It holds the running text: for the curator's own eyes.
    """
    forgotten = {place for run in coverage.uncovered_figures for place in range(run.start, run.end)}
    parts = []
    for run in coverage.runs:
        start = run.start
        while start < run.end:
            is_figure = start in forgotten
            end = start
            while end < run.end and (end in forgotten) == is_figure:
                end += 1
            kind = "forgotten" if is_figure else f"n{min(run.things, 4)}"
            parts.append(f'<span class="{kind}">{html.escape(coverage.text[start:end])}</span>')
            start = end
    legend = in_all(message("of the characters are evidence; red figures are evidence for nothing"))
    return _PAGE.format(title=html.escape(title), share=f"{coverage.share:.0%}", legend=legend, body="".join(parts))


_PAGE = """<!doctype html>
<html lang="zh-Hans"><meta charset="utf-8"><title>{title}</title>
<style>
body {{ max-width: 46rem; margin: 2rem auto; font: 1.05rem/1.9 serif; white-space: pre-wrap }}
.n1 {{ background: #dff3e3 }} .n2 {{ background: #b9e4c2 }} .n3 {{ background: #8fd3a0 }} .n4 {{ background: #66bf7d }}
.forgotten {{ background: #c62828; color: #fff }}
</style>
<h1>{title}</h1>
<p>{share} {legend}</p>
<div>{body}</div></html>
"""
