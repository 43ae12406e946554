"""The parts of the README that are made by machine: `python -m tests.readme` writes them, a test holds them."""

from __future__ import annotations

import os
import re
from pathlib import Path

import pyoxigraph as ox
from click.testing import CliRunner

from policygraph import build, cli, export, paths, project, queries, store

ROOT = Path(__file__).resolve().parents[1]
README = ROOT / "README.md"
#: The question that the README shows with its answer, and what it is asked with.
SHOWN = ("cq-10", "indicator=indicator:high-tech-enterprises")


def sections(opened: ox.Store) -> dict[str, str]:
    """The text of each section between `<!-- name -->` and `<!-- /name -->`."""
    return {
        "holds": _holds(opened),
        "answer": _answer(opened),
        "corpus": _corpus(),
        "exports": _exports(),
        "help": _help(),
        "settings": project.table(),
    }


def filled(readme: str, texts: dict[str, str]) -> str:
    """A README with its sections filled in."""
    for name, text in texts.items():
        pattern = re.compile(f"(<!-- {name} -->\n).*?(<!-- /{name} -->)", re.DOTALL)
        assert len(pattern.findall(readme)) == 1, name
        readme = pattern.sub(lambda match, text=text: f"{match[1]}{text}{match[2]}", readme)
    return readme


def _holds(opened: ox.Store) -> str:
    query = queries.read(ROOT / "queries" / "summary" / "documents.rq")
    rows = queries.run(query, opened)
    names = ["document", *rows.variables[2:]]
    lines = [f"| {' | '.join(names)} |", f"| --- |{' ---: |' * (len(names) - 1)}"]
    for row in rows.rows:
        cells = [term.value if term else "" for term in row]
        lines.append(f"| {cells[0]} ({cells[1]}) | {' | '.join(f'{int(cell):,}' for cell in cells[2:])} |")
    return "\n".join(lines) + "\n"


def _answer(opened: ox.Store) -> str:
    (path,) = (ROOT / "queries" / "competency").glob(f"{SHOWN[0]}-*.rq")
    query = queries.read(path)
    rows = queries.run(query, opened, dict([SHOWN[1].split("=")]))
    body = "".join(line for line in query.text.splitlines(keepends=True) if not line.startswith("#+"))
    asked = {parameter.name for parameter in query.parameters}
    shown = [n for n, name in enumerate(rows.variables) if not name.endswith(("zh", "Zh")) and name not in asked]
    table = [f"| {' | '.join(rows.variables[n] for n in shown)} |", f"|{' --- |' * len(shown)}"]
    table += [f"| {' | '.join(_cell(row[n]) for n in shown)} |" for row in rows.rows]
    return (
        f"{query.header_text('question', 'en')}\n\n```sparql\n{body.strip()}\n```\n\n"
        f"```console\n$ policygraph ask {SHOWN[0]} {SHOWN[1]}\n```\n\n" + "\n".join(table) + "\n"
    )


def _corpus() -> str:
    """The questions over a corpus, with what each can be narrowed by."""
    asked = queries.grouped(queries.read_all(ROOT / "queries" / "competency"))["corpus"]
    rows = []
    for query in asked:
        parameters = ", ".join(f"`{each.name}`" for each in query.parameters)
        rows.append(f"| `{query.name}` | {query.header_text('question', 'en')} | {parameters} |")
    return "\n".join(["| question | what it asks | by |", "| --- | --- | --- |", *rows]) + "\n"


def _cell(term: queries.Term | None) -> str:
    from policygraph import vocab

    if term is None:
        return ""
    return vocab.shorten(term.value) if isinstance(term, ox.NamedNode) else term.value


def _exports() -> str:
    """The table of exports, as `policygraph export` lists it."""
    rows = [f"| `{names}` | {about['en']} |" for names, about in export.listed()]
    return "\n".join(["| export | what it is |", "| --- | --- |", *rows]) + "\n"


def _help() -> str:
    """The help of the program and the first line of each command's."""
    os.environ["COLUMNS"] = "100"
    result = CliRunner().invoke(cli.main, ["--help"], prog_name="policygraph")
    return f"```console\n$ policygraph --help\n{result.output}```\n"


if __name__ == "__main__":
    graph = build.load(paths.find(ROOT))
    build.infer(graph)
    texts = sections(store.in_memory(graph.quads))
    README.write_text(filled(README.read_text(encoding="utf-8"), texts), encoding="utf-8")
    from tests.layers import table

    for package in ("policygraph", "server"):
        page = ROOT / package / "README.md"
        page.write_text(filled(page.read_text(encoding="utf-8"), {"modules": table(package)}), encoding="utf-8")
