"""The library in a notebook: plans, trees, tables, queries and pictures, for people and for data frames."""

from __future__ import annotations

import doctest
import pickle
import subprocess
import sys
from decimal import Decimal
from pathlib import Path

import pandas as pd
import pytest
import rdflib

import policygraph
from policygraph import export, facade, vocab
from policygraph.draw import chart
from policygraph.formats import python_terms, rdflib_terms

ROOT = Path(__file__).resolve().parents[1]
SMALL = """\
BASE <https://w3id.org/policygraph/id/>
pg:Task rdfs:subClassOf pg:PlanElement . pg:TaskGroup rdfs:subClassOf pg:PlanElement .
plan:p a pg:Plan, pg:PlanElement ; skos:prefLabel "小方案"@zh, "Small plan"@en ; pg:hasPeriodStart "2023"^^xsd:gYear .
<x/g> a pg:TaskGroup, pg:PlanElement ; pg:isPartOf plan:p ; pg:hasOrdinal 1 ; pg:hasPrintedNumber "一、" ;
  skos:prefLabel "<b>产业</b>"@zh, "<b>Industry</b>"@en ;
  pg:hasEvidence <source/x#char=2,4> .
<x/t2> a pg:Task, pg:PlanElement ; pg:isPartOf <x/g> ; pg:hasOrdinal 2 ; skos:prefLabel "任务乙"@zh .
<x/t1> a pg:Task, pg:PlanElement ; pg:isPartOf <x/g> ; pg:hasOrdinal 1 ; skos:prefLabel "任务甲"@zh .
"""


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> facade.Graph:
    path = tmp_path_factory.mktemp("small") / "small.ttl"
    prefixes = "".join(f"PREFIX {name}: <{space}>\n" for name, space in vocab.PREFIXES.items())
    path.write_text(prefixes + SMALL, encoding="utf-8")
    return policygraph.open(path)


@pytest.fixture(scope="module")
def graph(shipped_build: Path) -> facade.Graph:
    return policygraph.open(shipped_build)


def test_importing_the_package_imports_nothing_else() -> None:
    script = (
        "import sys, policygraph; print([name for name in sys.modules if name.startswith(('policygraph.', 'rdflib'))])"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert (done.stdout, dir(policygraph)) == ("[]\n", sorted(policygraph.__all__))


def test_every_public_name_is_there() -> None:
    found = {name: getattr(policygraph, name) for name in policygraph.__all__ if name != "__version__"}
    assert found == {name: getattr(facade, name) for name in found}
    with pytest.raises(AttributeError, match="has no attribute 'close'"):
        policygraph.close  # noqa: B018 - it must fail


@pytest.mark.parametrize(
    ("path", "words"),
    [
        ("nowhere", "no build in nowhere: run `policygraph build` first"),
        ("x.trig", "no file x.trig: `policygraph build`"),
    ],
)
def test_a_build_that_is_missing_is_told_with_the_command(path: str, words: str) -> None:
    with pytest.raises(FileNotFoundError, match=words):
        policygraph.open(path)


def test_a_plan_is_a_tree(small: facade.Graph) -> None:
    plan = small.plan("小方案")
    group = plan.parts[0]
    assert [(part.kind, part.id, part.number, part.label("en")) for part in plan.tree] == [
        ("Plan", "plan:p", "", "Small plan"),
        ("TaskGroup", "id:x/g", "一、", "<b>Industry</b>"),
        ("Task", "id:x/t1", "", "任务甲"),
        ("Task", "id:x/t2", "", "任务乙"),
    ]
    assert str(group.tree) == "一、 <b>产业</b>\n  任务甲\n  任务乙"
    assert (group.parent, group.parts[0].plan, plan.parent, plan.period) == (plan, plan, None, (2023, None))
    assert (len(plan.tree), repr(plan), group.evidence) == (
        4,
        "<Plan plan:p: 小方案>",
        [facade.Evidence("x", 2, 4)],
    )


def test_a_cycle_of_parts_ends() -> None:
    prefixes = "".join(f"PREFIX {name}: <{space}>\n" for name, space in vocab.PREFIXES.items())
    import pyoxigraph as ox

    from policygraph import paths, store

    turtle = prefixes + "id:a a pg:Task ; pg:isPartOf id:b . id:b a pg:Task ; pg:isPartOf id:a ."
    quads = ox.parse(input=turtle, format=ox.RdfFormat.TURTLE)
    opened = facade.Graph(store.in_memory(quads), paths.find())
    element = facade.Element(opened, ox.NamedNode(vocab.ID + "a"))
    assert ([part.id for part in element.tree], element.plan) == (["id:a", "id:b"], None)


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("任务", "“任务” may be id:x/t1 任务甲; id:x/t2 任务乙: say which"),
        ("无", "no thing is called “无”"),
    ],
)
def test_a_name_that_is_not_clear_is_told(small: facade.Graph, name: str, words: str) -> None:
    with pytest.raises(LookupError) as caught:
        small.thing(name)
    assert str(caught.value) == words


def test_what_a_notebook_shows_is_escaped_and_has_no_script(small: facade.Graph) -> None:
    plan = small.plan("小方案")
    answer = small.sparql(
        "SELECT ?label { <https://w3id.org/policygraph/id/x/g> skos:prefLabel ?label } ORDER BY ?label", raw=True
    )
    for shown in (plan.parts[0], plan.tree, small.find("产业"), answer):
        html = shown._repr_html_()
        assert ("&lt;b&gt;产业&lt;/b&gt;" in html, "<b>" in html, "<script" in html) == (True, False, False)
    assert ("小方案" in small._repr_html_(), "Small plan" in small._repr_html_()) == (True, True)


def test_a_table_has_typed_columns_that_may_lack_values(graph: facade.Graph) -> None:
    targets = graph.plan("plan:hunnan-development").targets
    types = {name: str(targets[name].dtype) for name in ("id", "value", "deadline", "isInferred")}
    assert types == {"id": "str", "value": "Float64", "deadline": "Int64", "isInferred": "boolean"}
    row = targets.set_index("id").loc[vocab.ID + "hunnan-2022/target-high-tech-enterprises"]
    assert (row["value"], row["deadline"], row["upperValue"] is pd.NA) == (1400.0, 2022, True)
    assert set(targets["withinPlan"]) == {graph.plan("plan:hunnan-development").iri}
    assert list(graph.table("targets", plan="浑南")["id"]) == list(targets["id"])
    assert len(graph.table("areas")) == len(graph.sparql("SELECT ?a { ?a a pg:AdministrativeArea }"))


def test_an_empty_table_has_its_columns_and_types(small: facade.Graph) -> None:
    assert (len(small.targets), str(small.targets["deadline"].dtype)) == (0, "Int64")


def test_each_form_of_a_query_has_its_answer(small: facade.Graph) -> None:
    text = (
        "SELECT ?part ?n ?year { ?part a pg:PlanElement OPTIONAL { ?part pg:hasOrdinal ?n } "
        "OPTIONAL { ?part pg:hasPeriodStart ?year } } ORDER BY ?part"
    )
    frame = small.sparql(text)
    assert [str(kind) for kind in frame.dtypes] == ["str", "Int64", "Int64"]
    assert list(frame["year"].dropna()) == [2023]
    raw = small.sparql(text, raw=True)
    plan = rdflib.URIRef(vocab.PREFIXES["plan"] + "p")
    assert raw[0] == (plan, None, rdflib.Literal("2023", datatype=rdflib.XSD.gYear))
    assert small.sparql("ASK { ?plan a pg:Plan }") is True
    made = small.sparql("CONSTRUCT { ?plan a pg:Goal } WHERE { ?plan a pg:Plan }")
    pg = rdflib.Namespace(vocab.PREFIXES["pg"])
    assert (type(made), set(made)) == (rdflib.Graph, {(plan, rdflib.RDF.type, pg.Goal)})
    with pytest.raises(facade.QueryError):
        small.sparql("SELECT nothing")


def test_a_question_takes_names_and_things(graph: facade.Graph) -> None:
    answers = [
        graph.ask("cq-10", indicator=given)
        for given in ("高新技术企业", graph.thing("indicator:high-tech-enterprises"))
    ]
    years = [row[answers[0].variables.index("deadline")] for row in answers[0]]
    assert (answers[0].rows == answers[1].rows, years) == (True, [2022, 2022, 2025, 2022])
    assert answers[0].question("en") == "What are the targets for one indicator across plans and years?"
    assert list(answers[0].frame["deadline"]) == years
    with pytest.raises(LookupError, match="no question is called “cq-999”"):
        graph.ask("cq-999")


def test_a_frame_of_values_draws_itself(graph: facade.Graph) -> None:
    """The rows that are chosen, of the indicator that most are of; without matplotlib, and after pickling too."""
    frame = graph.targets
    some = frame[frame["ofIndicator"] == graph["indicator:high-tech-enterprises"].iri]
    for chosen in (some, pickle.loads(pickle.dumps(some))):  # noqa: S301 - written here
        drawing = chosen.plot()
        assert isinstance(drawing, facade.Drawing)
        assert drawing._repr_svg_().count("<circle") == len(chosen.dropna(subset=["deadline", "value"])) == 4
        assert "高新技术企业" in drawing.svg
        assert "水平值 · 家 — " in drawing.svg
    others = frame[~frame["ofIndicator"].isin(some["ofIndicator"])].drop_duplicates("ofIndicator").index[:3]
    assert "3 个值不同类，未画出" in frame.loc[[*some.index, *others]].plot().svg
    assert graph.observations.plot().svg.count("<circle") > 0
    assert "<circle" not in frame[:0].plot().svg
    with pytest.raises(ImportError, match="matplotlib"):
        frame.plot(kind="bar", x="id", y="value")
    with pytest.raises((ImportError, TypeError), match=r"matplotlib|numeric"):
        graph.table("areas").plot()


def test_values_are_exact_where_that_is_wanted(graph: facade.Graph) -> None:
    exact, short = graph.table("targets", exact=True), graph.targets
    kinds = {type(value) for value in exact["value"].dropna()}
    text = "SELECT ?id ?v { ?id a pg:IndicatorTarget ; pg:hasValue ?v }"
    stored = {row[0]: Decimal(str(row[1])) for row in graph.sparql(text, raw=True)}
    assert (kinds, str(short["value"].dtype)) == ({Decimal}, "Float64")
    values = exact.dropna(subset=["value"]).set_index("id")["value"].to_dict()
    assert {iri: value for iri, value in values.items() if value != stored[rdflib.URIRef(iri)]} == {}
    assert exact["value"].isna().tolist() == short["value"].isna().tolist()


def test_without_pandas_a_frame_says_what_to_install(small: facade.Graph, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pandas", None)
    monkeypatch.delitem(sys.modules, "policygraph.formats.frames", raising=False)
    monkeypatch.delattr("policygraph.formats.frames", raising=False)
    with pytest.raises(export.ExportError) as caught:
        small.targets  # noqa: B018 - it must fail
    assert str(caught.value) == "pandas is not installed: pip install policygraph[export]"
    assert len(small.plan("小方案").tree) == 4


def test_views_and_exports_are_those_of_the_commands(graph: facade.Graph, tmp_path: Path) -> None:
    plan = graph.plan("plan:hunnan-development")
    view = graph.to_networkx("hierarchy", plan=plan)
    assert (view.has_node(plan.iri), view.number_of_nodes()) == (True, len(plan.tree))
    written = plan.export("targets.csv", tmp_path / "t.csv")
    assert list(pd.read_csv(written)["id"]) == list(plan.targets["id"])


def test_evidence_has_the_words_where_the_text_is_at_hand(
    shipped_build: Path, sources: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("POLICYGRAPH_SOURCES", str(sources))
    element = policygraph.open(shipped_build).thing("id:hunnan-2022/target-high-tech-enterprises")
    assert ["1400家" in place.quotation for place in element.evidence] == [True]


def test_a_trajectory_draws_what_has_one_kind_and_unit(graph: facade.Graph) -> None:
    svg = graph.trajectory("indicator:high-tech-enterprises").svg
    assert (svg.count("<circle"), svg.count("<polyline"), "浑南区" in svg) == (4, 2, True)


def test_a_chart_without_values_is_empty_and_says_what_it_left_out() -> None:
    record = {"value": "x", "amount": None, "year": None}
    assert chart.chart("t", [record], "zh") == chart.Chart("t", "", [], [], [], 1)


def test_a_picture_is_shown_and_saved(small: facade.Graph, tmp_path: Path) -> None:
    drawing = small.plan("小方案").draw(language="en")
    saved = drawing.save(tmp_path / "plan.svg").read_text(encoding="utf-8")
    assert (saved == drawing._repr_svg_(), "Small plan" in saved) == (True, True)


@pytest.mark.parametrize(
    "module", [policygraph, facade, python_terms, rdflib_terms], ids=lambda module: module.__name__
)
def test_docstrings_are_examples_that_run(
    module: object, shipped_build: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "build").symlink_to(shipped_build)
    monkeypatch.chdir(tmp_path)
    assert doctest.testmod(module).failed == 0


def test_the_notebook_runs(shipped_build: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import nbformat
    from nbclient import NotebookClient

    (tmp_path / "build").symlink_to(shipped_build)
    monkeypatch.setenv("JUPYTER_PLATFORM_DIRS", "1")
    monkeypatch.setenv("IPYTHONDIR", str(tmp_path / "ipython"))
    notebook = nbformat.read(ROOT / "examples" / "shenyang.ipynb", as_version=4)
    assert [cell.outputs for cell in notebook.cells if cell.cell_type == "code" and cell.outputs] == []
    NotebookClient(notebook, timeout=60, resources={"metadata": {"path": str(tmp_path)}}).execute()
    kinds = [
        sorted({kind for output in cell.outputs for kind in output.get("data", {}) if kind != "text/plain"})
        for cell in notebook.cells
        if cell.cell_type == "code"
    ]
    table, picture = ["text/html"], ["image/svg+xml"]
    assert kinds == [table, table, picture, table, table, picture, table, [], []]


def test_things_are_had_by_class_and_by_id(small: facade.Graph) -> None:
    plan = small.plan("小方案")
    assert [thing.id for thing in small] == [plan.id, "id:x/g", "id:x/t1", "id:x/t2"]
    assert (small["plan:p"], small[plan.iri]) == (plan, plan)
    assert [name in small for name in ("plan:p", plan, plan.iri, "plan:q", "小方案", '"', 7)] == [True] * 3 + [
        False
    ] * 4
    with pytest.raises(KeyError, match="did you mean plan:p"):
        small["plan:pp"]


def test_the_lists_of_the_shipped_graph(graph: facade.Graph) -> None:
    lists = {
        "PolicyDocument": graph.documents,
        "Indicator": graph.indicators,
        "AdministrativeArea": graph.areas,
        "Organisation": graph.organisations,
    }
    for kind, members in lists.items():
        rows = graph.sparql(f"SELECT (COUNT(DISTINCT ?x) AS ?n) {{ ?x a pg:{kind} }}", raw=True)
        assert (kind, len(members)) == (kind, int(rows[0][0]))


def test_properties_are_attributes(small: facade.Graph) -> None:
    """By their names, without `has`, or in snake case; several values are a list."""
    plan, group = small["plan:p"], small["x/g"]
    assert (plan.hasPeriodStart, plan.periodStart, plan.period_start, plan["period_start"]) == (2023,) * 4
    assert (group.isPartOf, group.part_of, group.printed_number, plan.printedNumber) == (plan, plan, "一、", None)
    with pytest.raises(AttributeError, match="there is no property 'period_strat'; did you mean periodStart"):
        plan.period_strat  # noqa: B018
    with pytest.raises(KeyError, match="there is no property 'x'"):
        plan["x"]
    assert not hasattr(plan, "shape")


def test_a_graph_and_its_things_are_pickled(small: facade.Graph) -> None:
    again = pickle.loads(pickle.dumps(small))  # noqa: S301 - what was written on the same line
    assert set(again.store) == set(small.store)
    thing = pickle.loads(pickle.dumps(small["x/t1"]))  # noqa: S301 - the same
    assert (type(thing), thing.label(), thing.parent.id) == (facade.Element, "任务甲", "id:x/g")


def test_a_graph_goes_to_rdflib(graph: facade.Graph) -> None:
    dataset = graph.to_rdflib()
    named = {str(each.identifier) for each in dataset.graphs() if len(each)}
    assert sum(map(len, dataset.graphs())) == len(graph)
    assert named == {each.value for each in graph.store.named_graphs()}
