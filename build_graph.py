"""Builds the graph: what happens to a policy document, from its record to the files that researchers use.

    python build_graph.py            # as `policygraph build`, without the summary

Each line is one step, and each step is a function of policygraph/build.py with its own page of documentation.
"""

from __future__ import annotations

import sys
from pathlib import Path

from policygraph import build, paths


def main() -> int:
    """Runs the steps; returns 0 when a new build was written, 1 when a violation stands."""
    folders = paths.find()  # ontology/ data/ shapes/ queries/

    graph = build.load(folders)  # ontology and records, evidence as Web Annotations; faults of form
    build.infer(graph)  # the OWL 2 RL closure, and labels made from it
    build.check(graph)  # evidence against the texts, SHACL shapes, hygiene queries

    for finding in graph.findings:
        print(finding.text(), file=sys.stderr)
    if not graph.is_valid:
        return 1  # the last good build stands

    build.write(graph, Path("build"))  # trig, ttl, nq, jsonld, store, report, manifest
    return 0


if __name__ == "__main__":
    sys.exit(main())
