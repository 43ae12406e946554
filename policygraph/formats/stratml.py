"""A plan's statements in, a StratML document out, and back: Strategy Markup Language, Part 2 (ANSI/AIIM 22; ISO 17469).

StratML knows goals, objectives below them, and indicators with targets below those. What our plans say beyond that is
not dropped: parts below the second level follow as objectives whose sequence indicator tells their place; bounds,
hedges and kinds of value stand under `OtherInformation` of their indicator; and the plan's own says how much of what
could not be said at all.

Structure after the schema of 2010-12-15, version 2.1.
"""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from collections import defaultdict
from collections.abc import Iterable, Iterator
from xml.parsers import expat

import pyoxigraph as ox

from policygraph import vocab
from policygraph.errors import PolicygraphError
from policygraph.formats.xml_text import whole
from policygraph.messages import message, pmessage, text_in
from policygraph.vocab import pg

__all__ = ["NAMESPACE", "StratmlError", "read", "write"]

NAMESPACE = "http://www.stratml.net/PerformancePlanOrReport"
Term = ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple

#: Classes of ours -> the element of the plan's core that says the same; other parts are goals or objectives.
_CORE = {"OverallGoal": "Vision", "GuidingIdeology": "Mission", "Principle": "Value"}
#: The way back.
_CLASSES = {"Goal": "TaskGroup", **{element: kind for kind, element in _CORE.items()}}
#: What StratML has no place for: class or property -> its name.
_UNSAID = {
    "Positioning": message("positionings"),
    "CountClaim": message("declared counts"),
    "Alignment": pmessage("stratml", "alignments"),
    "InitiativeReading": message("readings of initiatives"),
    "ReadingIssue": pmessage("stratml", "reading issues"),
}
#: What is said in words beside a target: property -> what it is.
_BESIDE = {
    "hasComparator": message("bound"),
    "hasHedge": message("hedge"),
    "hasValueKind": message("kind of value"),
    "ofArea": message("area"),
    "comparesWithArea": message("compared with the area"),
    "comparesWithIndicator": message("compared with the indicator"),
}
#: Comparators -> their words, where the graph has no label of them.
_BOUNDS = {
    "odrl:eq": message("equal to"),
    "odrl:gt": message("more than"),
    "odrl:gteq": message("at least"),
    "odrl:lt": message("less than"),
    "odrl:lteq": message("at most"),
}
_SAYS = {
    "part of": message("part of"),
    "flat": message(
        "{n} parts below the second level follow under their goal, in the order of their sequence indicators"
    ),
    "left": message("not expressed: {what}"),
    "colon": message(": "),
    "comma": message(", "),
    "stop": message(". "),
}
_NOT_IN_A_NAME = re.compile(r"[^\w.-]")
_HAN = re.compile(r"[\u3400-\u9fff]")


class StratmlError(PolicygraphError, ValueError):
    """A text that is not StratML Part 2; the message says where it is not."""


def write(quads: Iterable[ox.Quad], plan: str, language: str = "zh") -> bytes:
    """The plan as a StratML document, labels in one language; `quads` hold the plan, its parts, and what they name.

    Raises KeyError for a plan of which nothing is said.
    """
    return _Writer(quads, plan, language).document()


class _Writer:
    """The statements about one plan, and how they are said."""

    def __init__(self, quads: Iterable[ox.Quad], plan: str, language: str) -> None:
        self._language = language
        self._says = {key: text_in(texts, language) for key, texts in _SAYS.items()}
        self._of: dict[Term, dict[str, list[Term]]] = defaultdict(lambda: defaultdict(list))
        self._to: dict[tuple[str, Term], list[Term]] = defaultdict(list)
        for triple in sorted({quad.triple for quad in quads}, key=str):
            self._of[triple.subject][triple.predicate.value].append(triple.object)
            self._to[triple.predicate.value, triple.object].append(triple.subject)
        self._plan = ox.NamedNode(plan)
        self._flat = 0
        if self._plan not in self._of:
            raise KeyError(plan)
        self._inside = self._tree()

    def document(self) -> bytes:
        self._core_parts = {part for part in self._parts(self._plan) if self._is_core(part)}
        rest = [part for part in self._parts(self._plan) if part not in self._core_parts]
        goals = [self._goal(part, str(place)) for place, part in enumerate(rest, start=1)]
        own = self._indicators(self._plan)
        if own or not goals:
            # a goal holds no indicators, and a plan has at least one goal: what the plan itself sets stands in one
            goal = self._part("Goal", self._plan, "0")
            goal.append(_element("Objective", *own))
            goals.insert(0, goal)
        root = ET.Element("PerformancePlanOrReport", {"xmlns": NAMESPACE, "Type": "Performance_Plan"})
        root.append(_element("Name", self._label(self._plan)))
        root.append(_element("Description", *filter(None, [self._label_of(self._plan, "hasPlanKind"), self._period()])))
        root.append(_element("OtherInformation", self._left()))
        root.append(_element("StrategicPlanCore", *self._core(), *goals))
        root.append(self._administration())
        ET.indent(root)
        data: bytes = ET.tostring(root, "utf-8", xml_declaration=True)
        return whole(data) + b"\n"

    def _core(self) -> Iterator[ET.Element]:
        issuers = self._named(self._plan, "isIssuedBy") or self._named(self._plan, "coversArea")
        for issuer in issuers:
            yield _element("Organization", _element("Name", self._label(issuer)), _identifier(issuer))
        parts = defaultdict(list)
        for part in self._parts(self._plan):
            parts[_CORE.get(self._kind(part), "")].append(part)
        for name in ("Vision", "Mission"):
            if parts[name]:
                words = [word for part in parts[name] for word in (self._label(part), *self._below(part))]
                identifiers = [_identifier(part) for part in parts[name] if part in self._core_parts]
                yield _element(name, _element("Description", self._says["colon"].join(words)), *identifiers[:1])
        for part in parts["Value"]:
            yield _element("Value", _element("Name", self._label(part)), _element("Description", *self._below(part)))

    def _is_core(self, part: Term) -> bool:
        """Whether the core's own elements say all of a part; one that sets targets or holds tasks is a goal as well."""
        inside = [part]
        for node in inside:
            inside += self._parts(node)
        has_targets = any(self._to[pg("isSetBy").value, node] for node in inside)
        is_parent = _CORE.get(self._kind(part)) == "Vision" and len(inside) > 1
        return self._kind(part) in _CORE and not has_targets and not is_parent

    def _below(self, part: Term) -> list[str]:
        """What the parts of a principle, a vision or a mission say, in words."""
        words = [self._label(inner) for inner in self._parts(part)]
        return [self._says["comma"].join(words)] if words else []

    def _goal(self, part: Term, place: str) -> ET.Element:
        goal = self._part("Goal", part, place)
        own = self._indicators(part)
        if own:
            goal.append(_element("Objective", _element("Name", self._label(part)), *own))
        for number, inner in enumerate(self._parts(part), start=1):
            goal.extend(self._objectives(inner, f"{place}.{number}", None))
        return goal

    def _objectives(self, part: Term, place: str, whole: Term | None) -> Iterator[ET.Element]:
        """A part and, behind it, those below it."""
        objective = self._part("Objective", part, place)
        if whole is not None:
            self._flat += 1
            objective.append(_element("OtherInformation", f"{self._says['part of']} {self._label(whole)}"))
        objective.extend(self._indicators(part))
        yield objective
        for number, inner in enumerate(self._parts(part), start=1):
            yield from self._objectives(inner, f"{place}.{number}", part)

    def _part(self, name: str, part: Term, place: str) -> ET.Element:
        element = _element(name, _element("Name", self._label(part)), _element("Description", *self._note(part)))
        element.append(_identifier(part))
        element.append(_element("SequenceIndicator", place))
        element.extend(self._stakeholders(part))
        return element

    def _note(self, part: Term) -> list[str]:
        printed = self._texts(part, "hasPrintedLabel")
        return printed[:1]

    def _stakeholders(self, part: Term) -> Iterator[ET.Element]:
        for assignment in self._to[pg("assignsElement").value, part]:
            roles = [self._label(role) for role in self._named(assignment, "hasRole")]
            printed = self._texts(assignment, "hasPrintedRole")
            for agent in self._named(assignment, "assignsAgent"):
                role = _element("Role", _element("Name", *(roles or printed)), _element("RoleType", "Performer"))
                yield _element("Stakeholder", _element("Name", self._label(agent)), role)

    def _indicators(self, part: Term) -> list[ET.Element]:
        targets = [node for node in self._to[pg("isSetBy").value, part] if self._kind(node) == "IndicatorTarget"]
        return [self._indicator(target) for target in sorted(targets, key=str)]

    def _indicator(self, target: Term) -> ET.Element:
        values = self._texts(target, "hasValue")
        element = ET.Element(
            "PerformanceIndicator", {"PerformanceIndicatorType": "Quantitative" if values else "Qualitative"}
        )
        units = [*self._texts(target, "hasClassifier"), *(self._label(unit) for unit in self._named(target, "hasUnit"))]
        element.append(_element("MeasurementDimension", self._label_of(target, "ofIndicator")))
        element.append(_element("UnitOfMeasurement", *units[:1]))
        element.append(_identifier(target))
        result = _element("TargetResult", _element("Description", *self._texts(target, "hasPrintedValue")[:1]))
        result.extend(_element("NumberOfUnits", value) for value in values[:1])
        result.extend(_element("EndDate", f"{year}-12-31") for year in self._texts(target, "hasDeadline")[:1])
        element.append(_element("MeasurementInstance", result, *self._baseline(target)))
        beside = [
            f"{text_in(words, self._language)}{self._says['colon']}{self._says['comma'].join(map(self._label, named))}"
            for name, words in _BESIDE.items()
            if (named := self._named(target, name))
        ]
        if beside:
            element.append(_element("OtherInformation", self._says["stop"].join(beside)))
        return element

    def _baseline(self, target: Term) -> Iterator[ET.Element]:
        for value in self._texts(target, "hasBaselineValue")[:1]:
            result = _element("ActualResult", _element("Description", value), _element("NumberOfUnits", value))
            result.extend(_element("EndDate", f"{year}-12-31") for year in self._texts(target, "hasBaselineYear")[:1])
            yield result

    def _left(self) -> str:
        """How much of what the document could not say."""
        counts = {name: sum(pg(name) in facts[vocab.rdf_type.value] for facts in self._of.values()) for name in _UNSAID}
        what = [f"{count} {text_in(_UNSAID[name], self._language)}" for name, count in counts.items() if count]
        remarks = [self._says["flat"].format(n=self._flat)] if self._flat else []
        remarks += [self._says["left"].format(what=self._says["comma"].join(what))] if what else []
        return self._says["stop"].join(remarks)

    def _period(self) -> str:
        years = [*self._texts(self._plan, "hasPeriodStart")[:1], *self._texts(self._plan, "hasPeriodEnd")[:1]]
        return "–".join(years)

    def _administration(self) -> ET.Element:
        element = _element("AdministrativeInformation", _identifier(self._plan, "plan."))
        for name, key, day in (("StartDate", "hasPeriodStart", "01-01"), ("EndDate", "hasPeriodEnd", "12-31")):
            element.extend(_element(name, f"{year}-{day}") for year in self._texts(self._plan, key)[:1])
        element.append(_element("Source", self._plan.value))
        return element

    def _parts(self, node: Term) -> list[Term]:
        return self._inside[node]

    def _tree(self) -> dict[Term, list[Term]]:
        """Thing -> its parts in order; a part of several things is listed once."""
        children: dict[Term, list[Term]] = defaultdict(list)
        seen: set[Term] = {self._plan}
        waiting: list[Term] = [self._plan]
        while waiting:
            node = waiting.pop()
            children[node] = sorted(set(self._to[pg("isPartOf").value, node]) - seen, key=self._place)
            seen.update(children[node])
            waiting += children[node]
        return children

    def _place(self, part: Term) -> tuple[int, str]:
        ordinals = self._texts(part, "hasOrdinal")
        return int(ordinals[0]) if ordinals else 0, str(part)

    def _kind(self, node: Term) -> str:
        """The class of ours that says most: the one that the core or the targets know, else any."""
        ours = vocab.PREFIXES["pg"]
        names = [str(getattr(kind, "value", "")).removeprefix(ours) for kind in self._of[node][vocab.rdf_type.value]]
        return next((name for name in names if name in _CORE or name == "IndicatorTarget"), names[0] if names else "")

    def _named(self, node: Term, name: str) -> list[Term]:
        return [term for term in self._of[node][pg(name).value] if not isinstance(term, ox.Literal)]

    def _texts(self, node: Term, name: str) -> list[str]:
        return [term.value for term in self._of[node][pg(name).value] if isinstance(term, ox.Literal)]

    def _label_of(self, node: Term, name: str) -> str:
        return self._says["comma"].join(self._label(term) for term in self._named(node, name))

    def _label(self, node: Term) -> str:
        """The label in the document's language, else in another, else the short name."""
        labels = {
            term.language: term.value
            for term in self._of[node][vocab.skos("prefLabel").value]
            if isinstance(term, ox.Literal)
        }
        named = labels.get(self._language) or next(iter(labels.values()), None)
        short = vocab.shorten(node.value) if isinstance(node, ox.NamedNode) else str(node)
        return named or (text_in(_BOUNDS[short], self._language) if short in _BOUNDS else short)


def _element(name: str, *content: ET.Element | str) -> ET.Element:
    """An element with its children, or with its text."""
    element = ET.Element(name)
    for part in content:
        if isinstance(part, ET.Element):
            element.append(part)
        else:
            element.text = f"{element.text} {part}" if element.text else part
    return element


def _identifier(node: Term, prefix: str = "") -> ET.Element:
    """The thing's IRI as an xsd:ID: a name, unique in the document."""
    iri = node.value if isinstance(node, ox.NamedNode) else str(node)
    return _element("Identifier", "_" + prefix + _NOT_IN_A_NAME.sub(".", iri.rpartition("/id/")[2]))


def read(data: bytes, slug: str, names: vocab.Names = vocab.SHARED) -> tuple[list[ox.Quad], list[str]]:
    """The statements of a StratML document as the draft of a record `slug`, and the elements that it does not hold.

    The document describes one plan; goals are task groups, objectives are tasks, placed one below the other where their
    sequence indicators say so; indicators, organisations and stakeholders become things of the record. Names in Han
    characters are Chinese labels, others English ones; the other language is left to the reader. `names` are those
    of the project that takes it in.

    Raises StratmlError for what is not XML, has a DOCTYPE, or is not a plan of StratML Part 2.
    """
    return _Reader(_parse(data), slug, names).statements()


def _parse(data: bytes) -> ET.Element:
    """The root. A DOCTYPE is refused: entities can make a few bytes grow to gigabytes."""
    builder = ET.TreeBuilder()
    parser = expat.ParserCreate(namespace_separator="}")
    parser.StartElementHandler = lambda name, attributes: builder.start(name.rpartition("}")[2], attributes)
    parser.EndElementHandler = lambda name: builder.end(name.rpartition("}")[2])
    parser.CharacterDataHandler = builder.data

    def refuse(*_: object) -> None:
        raise StratmlError(f"line {parser.CurrentLineNumber}: a DOCTYPE is not read")

    parser.StartDoctypeDeclHandler = refuse
    spaces: list[str] = []
    parser.StartNamespaceDeclHandler = lambda _, uri: spaces.append(uri)
    try:
        parser.Parse(data, True)
        root = builder.close()
    except (expat.ExpatError, AssertionError) as error:
        raise StratmlError(f"not XML: {error}") from None
    if root.tag != "PerformancePlanOrReport" or NAMESPACE not in spaces:
        raise StratmlError(
            f"the root is {root.tag}; a StratML Part 2 document has PerformancePlanOrReport of {NAMESPACE}"
        )
    return root


#: Elements that are not read: their content is reported as left out.
_UNREAD = frozenset(["Acronym", "Relationship", "Source", "Submitter"])


class _Reader:
    """The statements that a document makes, one after the other."""

    def __init__(self, root: ET.Element, slug: str, names: vocab.Names) -> None:
        self._root, self._slug, self._things = root, slug, names.id
        self._graph = names.document_graph(slug)
        self._quads: list[ox.Quad] = []
        self._left: list[str] = []
        self._document = ox.NamedNode(f"{self._things}document/{slug}")
        self._plan = ox.NamedNode(f"{self._things}plan/{slug}")
        self._count = 0
        self._shared: dict[tuple[str, str], ox.NamedNode] = {}

    def statements(self) -> tuple[list[ox.Quad], list[str]]:
        core = self._root.find("StrategicPlanCore")
        if core is None:
            raise StratmlError("there is no StrategicPlanCore")
        name = self._text(self._root, "Name")
        for node, kind in ((self._document, "PolicyDocument"), (self._plan, "Plan")):
            self._say(node, "", pg(kind))
            self._named(node, name)
        self._say(self._plan, "isDescribedIn", self._document)
        self._note(self._plan, self._root)
        self._period()
        for organisation in core.findall("Organization"):
            named = self._text(organisation, "Name")
            if named:
                self._say(self._plan, "isIssuedBy", self._agent(named))
        order = 0
        for element in core:
            if element.tag in _CLASSES and "".join(element.itertext()).strip():
                order += 1
                node = self._part(element, _CLASSES[element.tag], self._plan, order)
                if element.tag == "Goal":
                    self._objectives(element, node)
        self._tell_left(self._root, "")
        return self._quads, self._left

    def _objectives(self, goal: ET.Element, whole: ox.NamedNode) -> None:
        """Objectives below a goal: each below the one whose sequence indicator its own extends."""
        places: dict[str, ox.NamedNode] = {}
        orders: dict[ox.NamedNode, int] = defaultdict(int)
        for objective in goal.findall("Objective"):
            named = self._text(objective, "Name") or self._text(objective, "Description")
            place = self._text(objective, "SequenceIndicator")
            upper = places.get(place.rpartition(".")[0], whole) if place else whole
            if not named or (not place and named == self._text(goal, "Name")):
                node = upper  # an objective that only carries the indicators of its goal
            else:
                orders[upper] += 1
                node = self._part(objective, "Task", upper, orders[upper])
            if place:
                places[place] = node
            for indicator in objective.findall("PerformanceIndicator"):
                self._target(indicator, node)

    def _part(self, element: ET.Element, kind: str, whole: ox.NamedNode, order: int) -> ox.NamedNode:
        node = self._new()
        self._say(node, "", pg(kind))
        self._say(node, "isPartOf", whole)
        self._say(node, "hasOrdinal", _literal(str(order), "integer"))
        self._named(node, self._text(element, "Name") or self._text(element, "Description"))
        if self._text(element, "Name"):
            self._note(node, element)
        for stakeholder in element.findall("Stakeholder"):
            self._assignment(stakeholder, node)
        return node

    def _assignment(self, stakeholder: ET.Element, element: ox.NamedNode) -> None:
        named = self._text(stakeholder, "Name")
        if not named:
            return
        node = self._new()
        self._say(node, "", pg("ResponsibilityAssignment"))
        self._say(node, "assignsElement", element)
        self._say(node, "assignsAgent", self._agent(named))
        role = stakeholder.find("Role")
        if role is not None and self._text(role, "Name"):
            self._say(node, "hasPrintedRole", ox.Literal(self._text(role, "Name")))

    def _target(self, indicator: ET.Element, setter: ox.NamedNode) -> None:
        measured = self._text(indicator, "MeasurementDimension")
        for instance in indicator.findall("MeasurementInstance"):
            before = instance.find("ActualResult")
            for result in instance.findall("TargetResult"):
                node = self._new()
                self._say(node, "", pg("IndicatorTarget"))
                self._say(node, "isSetBy", setter)
                self._say(node, "ofIndicator", self._thing("indicator", "Indicator", measured))
                self._numbers(node, result, {"NumberOfUnits": "hasValue", "EndDate": "hasDeadline"})
                if before is not None:
                    self._numbers(node, before, {"NumberOfUnits": "hasBaselineValue", "EndDate": "hasBaselineYear"})
                if self._text(result, "Description"):
                    self._say(node, "hasPrintedValue", ox.Literal(self._text(result, "Description")))
                if self._text(indicator, "UnitOfMeasurement"):
                    self._say(node, "hasClassifier", ox.Literal(self._text(indicator, "UnitOfMeasurement")))

    def _numbers(self, node: ox.NamedNode, result: ET.Element, names: dict[str, str]) -> None:
        number, day = self._text(result, "NumberOfUnits"), self._text(result, "EndDate")
        if re.fullmatch(r"[+-]?(\d+(\.\d+)?|\.\d+)", number, re.ASCII):
            self._say(node, names["NumberOfUnits"], _literal(number, "decimal"))
        if re.match(r"\d{4}-", day, re.ASCII):
            self._say(node, names["EndDate"], _literal(day[:4], "gYear"))

    def _period(self) -> None:
        element = self._root.find("AdministrativeInformation")
        if element is None:
            return
        for name, key in (("StartDate", "hasPeriodStart"), ("EndDate", "hasPeriodEnd")):
            if re.match(r"\d{4}-", self._text(element, name), re.ASCII):
                self._say(self._plan, key, _literal(self._text(element, name)[:4], "gYear"))
        day = self._text(element, "PublicationDate")
        if re.fullmatch(r"\d{4}-\d\d-\d\d", day, re.ASCII):
            self._say(self._document, "hasPublicationDate", _literal(day, "date"))

    def _agent(self, name: str) -> ox.NamedNode:
        return self._thing("organisation", "Organisation", name)

    def _thing(self, folder: str, kind: str, name: str) -> ox.NamedNode:
        """A thing of the record that several parts may name."""
        if (kind, name) not in self._shared:
            number = len(self._shared) + 1
            node = self._shared[kind, name] = ox.NamedNode(f"{self._things}{folder}/{self._slug}-{number}")
            self._say(node, "", pg(kind))
            self._say(node, "isDescribedIn", self._document)
            self._named(node, name)
        return self._shared[kind, name]

    def _new(self) -> ox.NamedNode:
        self._count += 1
        return ox.NamedNode(f"{self._things}{self._slug}/s{self._count}")

    def _named(self, node: ox.NamedNode, name: str) -> None:
        if name:
            language = "zh" if _HAN.search(name) else "en"
            self._add(node, vocab.skos("prefLabel"), ox.Literal(name, language=language))

    def _note(self, node: ox.NamedNode, element: ET.Element) -> None:
        for key in ("Description", "OtherInformation"):
            words = self._text(element, key)
            if words:
                language = "zh" if _HAN.search(words) else "en"
                self._add(node, vocab.skos("note"), ox.Literal(words, language=language))

    def _text(self, element: ET.Element, name: str) -> str:
        return " ".join((element.findtext(name) or "").split())

    def _say(self, node: ox.NamedNode, name: str, value: ox.NamedNode | ox.Literal) -> None:
        self._add(node, pg(name) if name else vocab.rdf_type, value)

    def _add(self, node: ox.NamedNode, predicate: ox.NamedNode, value: ox.NamedNode | ox.Literal) -> None:
        self._quads.append(ox.Quad(node, predicate, value, self._graph))

    def _tell_left(self, element: ET.Element, path: str) -> None:
        for child in element:
            place = f"{path}/{child.tag}".lstrip("/")
            words = " ".join(" ".join(child.itertext()).split())
            if child.tag not in _UNREAD:
                self._tell_left(child, place)
            elif words:
                self._left.append(f"{place}: {words}")


def _literal(value: str, datatype: str) -> ox.Literal:
    return ox.Literal(value, datatype=ox.NamedNode(vocab.PREFIXES["xsd"] + datatype))
