"""The documentation is tested: what is made by machine is up to date, what is named exists."""

from __future__ import annotations

import re

import pyoxigraph as ox
import pytest
from readme import README, ROOT, filled, sections

from policygraph import cli, vocab


def test_the_readme_is_up_to_date(shipped: ox.Store) -> None:
    readme = README.read_text(encoding="utf-8")
    assert readme == filled(readme, sections(shipped)), "run `python -m tests.readme`"


def test_every_command_is_in_the_readme() -> None:
    readme = README.read_text(encoding="utf-8")
    assert [name for name in cli.main.commands if not re.search(rf"\b{name}\b", readme)] == []


@pytest.mark.parametrize("command", ["extract", "review"])
def test_every_option_about_drafts_is_in_the_readme_of_the_data(command: str) -> None:
    page = (ROOT / "data" / "README.md").read_text(encoding="utf-8")
    options = [option for parameter in cli.main.commands[command].params for option in parameter.opts if "--" in option]
    assert ([option for option in options if option not in page], bool(options)) == ([], True)


@pytest.mark.parametrize("page", ["README.md", "CONTRIBUTING.md", "data/README.md"])
def test_every_link_and_path_leads_somewhere(page: str) -> None:
    text = (ROOT / page).read_text(encoding="utf-8")
    links = [link for link in re.findall(r"\]\(([^)#]+)\)", text) if "://" not in link]
    assert [link for link in links if not ((ROOT / page).parent / link).exists()] == []


def test_every_make_target_named_exists() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    targets = set(re.findall(r"^([a-z]+):", makefile, re.MULTILINE))
    named = set(re.findall(r"[`$] ?make ([a-z]+)", README.read_text(encoding="utf-8")))
    assert (named - targets, bool(named)) == (set(), True)


def test_every_key_of_a_record_is_a_term_that_is_declared(built) -> None:
    from policygraph import records
    from policygraph.paths import find

    context = records.read_context(find(ROOT), built.ontology)
    pg = vocab.PREFIXES["pg"]
    used = {value.get("@id") or value["@reverse"] for value in context.terms.values() if isinstance(value, dict)}
    ours = {pg + name.removeprefix("pg:") for name in used if name.startswith("pg:")}
    declared = {
        quad.subject.value
        for quad in built.ontology
        if quad.predicate == vocab.rdf_type
        and quad.object.value.endswith(("#ObjectProperty", "#DatatypeProperty"))
        and quad.subject.value.startswith(pg)
    }
    assert ours - declared == set()
    without_key = {pg + name for name in ("isWithin", "isSetWithin", "isDescribedIn", "requiresDimension")}
    assert declared - ours - without_key == set()
