"""A draft and a record of the same text in, how well the draft agrees out: precision, recall and F1 for each class.

The record is one that a curator wrote, or what was read by hand in a gold JSONL (`gold`).

Two things are one where their evidence overlaps and their class of things is the same; each is matched once, the
greatest overlap first. What is then asked of a match is a measure of its own: the right parent of an element; the
right value, unit, comparator, kind or year of a number; the role of an agent. So `targets` says whether the places were
found, `targets: value` whether what stands there was read right: a wrong field counts as a miss on both sides.

A parent is right where the nearest thing above that both sides have is the same: a level that only one of them writes
(a section's title, kept as an element or not) moves no other element. `headings` are the elements that have a printed
number or stand at the beginning of a line; it needs the text. `headings: tree` is the edit distance of the two trees of
headings (Zhang and Shasha), told so that its F1 is 1 - distance / (size of both). `figures` are the numbers that have
digits; `deadlines` are the years of those whose value is right, where either side has one; `roles: labelled` leaves
out what sentences say of somebody, where gold tells the two apart. `instruments` and `themes` are those of the elements
that both sides have (`compared_codes`). Title, date, area, organisations, plans cited and
what is implemented are compared by name (`compared_names`), and so are indicators. `confusion` says what became of the
targets, the observations and the numbers that are neither.

>>> score = Score("targets", correct=9, drafted=10, recorded=12)
>>> round(score.precision, 3), round(score.recall, 3), round(score.f1, 3)
(0.9, 0.75, 0.818)
"""

from __future__ import annotations

import io
import json
import re
from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any

import pyoxigraph as ox

from policygraph import vocab
from policygraph.errors import PolicygraphError
from policygraph.extract.compared_codes import compared_codes
from policygraph.extract.compared_names import compared, is_like, labels_of, squeezed
from policygraph.extract.gold import GoldError, read_gold
from policygraph.extract.tree_distance import Tree, tree_distance
from policygraph.records.yaml import YamlError, read

__all__ = [
    "EvaluationError",
    "Score",
    "as_json",
    "as_turtle",
    "confusion",
    "evaluate",
    "history_row",
    "judged",
    "labels_of",
    "misses",
    "pooled",
    "read_record",
    "with_history_row",
]

Thing = dict[str, Any]
Span = tuple[int, int]


class EvaluationError(PolicygraphError, ValueError):
    """A file that is no record; the message says which and why."""


@dataclass(frozen=True, slots=True)
class Score:
    """How many of a class agree, of how many drafted and how many recorded."""

    measure: str
    correct: int
    drafted: int
    recorded: int

    @property
    def precision(self) -> float:
        """The share of what was drafted that is right; 1 where nothing was drafted."""
        return self.correct / self.drafted if self.drafted else 1.0

    @property
    def recall(self) -> float:
        """The share of what is recorded that was found; 1 where nothing is recorded."""
        return self.correct / self.recorded if self.recorded else 1.0

    @property
    def f1(self) -> float:
        """The harmonic mean of both."""
        whole = self.drafted + self.recorded
        return 2 * self.correct / whole if whole else 1.0


@dataclass(slots=True, eq=False)
class _Item:
    """A thing of a record with its evidence, what it stands under, and the names of what it measures."""

    thing: Thing
    spans: list[Span]
    parent: _Item | None = None
    names: Sequence[str] = ()
    #: The thing as the record has it, where `thing` has more.
    entry: Thing | None = None
    headed: bool = False
    above: list[_Item] = field(default_factory=list)


def read_record(path: Path) -> Thing:
    """The mapping of a record's file, or that of the rows of a gold JSONL. Raises EvaluationError."""
    if path.suffix == ".jsonl":
        try:
            return read_gold(path)
        except GoldError as error:
            raise EvaluationError(str(error)) from None
    try:
        value = read(path.read_bytes())
    except (OSError, YamlError) as error:
        raise EvaluationError(f"{path}: {error}") from None
    if not isinstance(value, dict):
        raise EvaluationError(f"{path}: a record is one mapping")
    return value


def evaluate(
    draft: Thing, record: Thing, text: str | None = None, names: Mapping[str, Sequence[str]] | None = None
) -> list[Score]:
    """The scores of a draft against a record, class by class; with the text, those of headings too.

    `names` are the Chinese names of things that stand in neither (areas, indicators), by id, the preferred one first.
    """
    sides = _Side(draft, text, names), _Side(record, text, names)
    scores: list[Score] = []
    for name, take in _CLASSES.items():
        items = [list(take(side)) for side in sides]
        if (name == "headings" and text is None) or (name in _NOT_IN_GOLD and "isGold" in record):
            continue
        pairs = _matched(*items)
        sizes = len(items[0]), len(items[1])
        scores.append(Score(name, len(pairs), *sizes))
        for field_name, agree in _FIELDS.get(name, {}).items():
            if field_name in _NOT_IN_GOLD and "isGold" in record:
                continue
            scores.append(
                Score(f"{name}: {field_name}", sum(agree(one, other, pairs) for one, other in pairs.items()), *sizes)
            )
        if name == "headings" and (tree := _tree_score(*sides)):
            scores.append(tree)
        if name == "elements":
            scores += _codes(pairs)
        if name == "figures":
            scores.append(_deadlines(pairs))
        if name == "roles":
            scores.append(_labelled(items[0], items[1], pairs))
    for measure, correct, extra, missed in compared(draft, record, names or {}):
        scores.append(Score(measure, correct, correct + len(extra), correct + len(missed)))
    return scores


def _codes(pairs: _Pairs) -> list[Score]:
    """The instruments and themes of the elements that both sides have; none where the record codes nothing."""
    lineages = (([item.thing for item in (each, *_above(each))] for each in pair) for pair in pairs.items())
    scores = [Score(*row) for row in compared_codes((one, other) for one, other in lineages)]
    return [score for score in scores if score.recorded]


def _labelled(drafted: list[_Item], recorded: list[_Item], pairs: _Pairs) -> Score:
    """The roles of units in lists: without those that a sentence gives, where the record tells them apart."""
    unlabelled = {id(item) for item in recorded if item.thing.get("labelled") is False}
    kept = [item for item in drafted if not (item in pairs and id(pairs[item]) in unlabelled)]
    right = sum(_same_agent(item, pairs[item], pairs) for item in kept if item in pairs)
    return Score("roles: labelled", right, len(kept), len(recorded) - len(unlabelled))


def _tree_score(drafted: _Side, recorded: _Side) -> Score | None:
    """The score of the trees of headings, by tree distance; None for trees too large to be compared."""
    trees = drafted.headings_tree(), recorded.headings_tree()
    sizes = [sum(1 for _ in tree.walk()) - 1 for tree in trees]
    if sizes[0] * sizes[1] > _LARGEST_TREES:
        return None
    return Score("headings: tree", (sum(sizes) - tree_distance(*trees)) // 2, *sizes)


#: Measures that gold files have no data for.
_NOT_IN_GOLD = frozenset({"class", "kind", "benefits", "mechanisms"})
#: Trees are compared up to this product of their sizes, some ten seconds.
_LARGEST_TREES = 400_000


def _deadlines(pairs: _Pairs) -> Score:
    """The years of numbers whose value is right."""
    right = [(one, other) for one, other in pairs.items() if _same_value(one, other, pairs)]
    years = [(_year(one.thing), _year(other.thing)) for one, other in right]
    return Score(
        "deadlines",
        sum(mine == theirs != "" for mine, theirs in years),
        sum(mine != "" for mine, _ in years),
        sum(theirs != "" for _, theirs in years),
    )


def pooled(documents: Iterable[Sequence[Score]]) -> list[Score]:
    """The scores of several documents as one: each measure with the sums of what it counts."""
    sums: dict[str, list[int]] = {}
    for scores in documents:
        for score in scores:
            numbers = sums.setdefault(score.measure, [0, 0, 0])
            for place, number in enumerate((score.correct, score.drafted, score.recorded)):
                numbers[place] += number
    return [Score(measure, *numbers) for measure, numbers in sums.items()]


def confusion(draft: Thing, record: Thing) -> dict[tuple[str, str], int]:
    """What became of each number: (what it is, what it was drafted as) -> how many.

    What it is: target, observation, or mention for the record's `mentions` (numbers that set and report nothing); what
    it was drafted as: target, observation, benefit, or nothing.
    """
    sides = _Side(draft, None), _Side(record, None)
    drafted = {"target": sides[0].targets, "observation": sides[0].observations, "benefit": sides[0].benefits}
    recorded = {
        "target": sides[1].targets,
        "observation": sides[1].observations,
        "mention": [_Item(thing, _spans(thing)) for thing in _list(record, "mentions") if "id" not in thing],
    }
    kinds = {id(item): kind for kind, items in drafted.items() for item in items}
    pairs = _matched([item for items in recorded.values() for item in items], [i for x in drafted.values() for i in x])
    table: dict[tuple[str, str], int] = {}
    for kind, items in recorded.items():
        for item in items:
            other = kinds[id(pairs[item])] if item in pairs else "nothing"
            table[kind, other] = table.get((kind, other), 0) + 1
    taken = set(map(id, pairs.values()))
    for kind, items in drafted.items():
        extra = sum(id(item) not in taken for item in items)
        if extra and kind != "benefit":
            table["nothing", kind] = extra
    return table


def misses(
    draft: Thing, record: Thing, text: str | None = None, names: Mapping[str, Sequence[str]] | None = None
) -> list[tuple[str, str, str]]:
    """What disagrees: (measure, `missed`, `extra` or the field, the words or the place)."""
    sides = _Side(draft, text, names), _Side(record, text, names)
    left_out = _NOT_IN_GOLD if "isGold" in record else frozenset()
    passed = {"targets", "observations", "numbers", "elements" if text else "headings", *left_out}
    rows: list[tuple[str, str, str]] = []
    for name, take in _CLASSES.items():
        if name not in passed:
            fields = {key: agree for key, agree in _FIELDS.get(name, {}).items() if key not in (*_SUMS, *left_out)}
            rows += _missed(name, list(take(sides[0])), list(take(sides[1])), fields, text)
    for measure, _, extra, missed in compared(draft, record, names or {}):
        rows += ((measure, "extra", each) for each in extra)
        rows += ((measure, "missed", each) for each in missed)
    return rows


#: Fields that only sum up others.
_SUMS = ("all", "value, unit, comparator")


def _missed(
    name: str, drafted: list[_Item], recorded: list[_Item], fields: Mapping[str, _Agrees], text: str | None
) -> Iterator[tuple[str, str, str]]:
    """What disagrees of one class."""
    pairs = _matched(drafted, recorded)
    taken = set(map(id, pairs.values()))
    yield from ((name, "extra", _quote(item, text)) for item in drafted if item not in pairs)
    yield from ((name, "missed", _quote(item, text)) for item in recorded if id(item) not in taken)
    for key, agree in fields.items():
        wrong = (one for one, other in pairs.items() if not agree(one, other, pairs))
        yield from ((name, key, _quote(one, text)) for one in wrong)


def judged(draft: Thing, record: Thing, text: str | None = None) -> dict[int, bool]:
    """Which statements of a draft are right by a record: id() of the entry -> whether; what cannot be told is left out.

    An element is right in its place below the right parent; a number in value, unit, comparator, year and in being a
    target or an observation; a count in its number; against gold, a responsibility in unit, role and part, a plan in
    its name. Numbers that stand where the record has words are left out.
    """
    sides = _Side(draft, text), _Side(record, text)
    verdicts: dict[int, bool] = {}
    for name, agree in (("elements", _same_parent), ("counts", _same("declared"))):
        pairs = _matched(*(list(_CLASSES[name](side)) for side in sides))
        for item in _CLASSES[name](sides[0]):
            verdicts[id(item.thing)] = item in pairs and agree(item, pairs[item], pairs)
    if "isGold" in record:
        verdicts |= _judged_roles(*sides) | _judged_plans(draft, record)
    targets = {id(item) for side in sides for item in side.targets}
    pairs = _matched(*(list(_CLASSES["numbers"](side)) for side in sides))
    for item in _CLASSES["numbers"](sides[0]):
        other = pairs.get(item)
        if "value" in item.thing and not (other and "value" not in other.thing):
            same = other is not None and (id(item) in targets) == (id(other) in targets)
            verdicts[id(item.thing)] = bool(
                same and other and _same_reading(item, other, pairs) and _same_year(item, other, pairs)
            )
    return verdicts


def _judged_roles(drafted: _Side, recorded: _Side) -> dict[int, bool]:
    """Responsibilities in unit, role and part."""
    elements = _matched(drafted.elements, recorded.elements)

    def share_a_part(one: _Item, other: _Item) -> bool:
        return (elements.get(one.parent) if one.parent else None) is other.parent

    pairs = _matched(drafted.roles, recorded.roles, likelier=share_a_part)
    verdicts: dict[int, bool] = {}
    for item in drafted.roles:
        other = pairs.get(item)
        verdicts[id(item.entry)] = bool(other and share_a_part(item, other) and _same_agent(item, other, pairs))
    return verdicts


def _judged_plans(draft: Thing, record: Thing) -> dict[int, bool]:
    """Plans that are only cited, by their names."""
    names = [squeezed(name) for plan in _list(record, "plans")[1:] for name in labels_of(plan)[:1]]
    cited = [plan for plan in _list(draft, "plans")[1:] if not plan.get("parts") and "rule" in plan]
    return {
        id(plan): any(name in own or own in name for name in names)
        for plan in cited
        for own in map(squeezed, labels_of(plan)[:1])
    }


def _quote(item: _Item, text: str | None) -> str:
    start, end = item.spans[0] if item.spans else (0, 0)
    return text[start:end].replace("\n", " ") if text else f"#char={start},{end}"


#: What a row of the history tells, in this order.
_MEASURES = (
    "headings: parent",
    "headings: tree",
    "figures: value, unit, comparator",
    "figures: indicator",
    "deadlines",
    "roles: labelled",
    "organisations",
    "counts: number",
    "plans cited",
    "implements",
    "title",
    "date",
    "area",
)


def history_row(scores: Iterable[Score], date: str, name: str) -> str:
    """A line of the table of `benchmarks/RESULTS.md`: date, what was measured, F1 of the main measures."""
    rates = {score.measure: f"{score.f1:.3f}" if score.drafted + score.recorded else "–" for score in scores}
    return "| " + " | ".join([date, name, *(rates.get(measure, "–") for measure in _MEASURES)]) + " |\n"


def with_history_row(text: str, row: str) -> str:
    r"""A text with a row behind the last of the table that has as many columns; at its end where it has none.

    >>> with_history_row("| a | b |\n| - | - |\n\nMore.\n", "| 1 | 2 |\n").splitlines()
    ['| a | b |', '| - | - |', '| 1 | 2 |', '', 'More.']
    """
    lines = text.splitlines(keepends=True)
    rows = [at for at, line in enumerate(lines) if line.startswith("| ") and line.count(" | ") == row.count(" | ")]
    lines.insert(rows[-1] + 1 if rows else len(lines), row)
    return "".join(lines)


def as_json(scores: Iterable[Score]) -> str:
    """The scores as a JSON array of objects."""
    rows = [
        {
            "measure": score.measure,
            "correct": score.correct,
            "drafted": score.drafted,
            "recorded": score.recorded,
            "precision": round(score.precision, 4),
            "recall": round(score.recall, 4),
            "f1": round(score.f1, 4),
        }
        for score in scores
    ]
    return json.dumps(rows, ensure_ascii=False, indent=2) + "\n"


def as_turtle(scores: Iterable[Score], document: str) -> str:
    """The scores as dqv:QualityMeasurement of a document (Data Quality Vocabulary, section 4), one for each number."""
    prefixes = {**vocab.PREFIXES, "dqv": _DQV}
    triples = (quad.triple for quad in _quads(scores, document))
    stream = io.BytesIO()
    ox.serialize(triples, stream, ox.RdfFormat.TURTLE, prefixes=prefixes)
    return stream.getvalue().decode()


_DQV = "http://www.w3.org/ns/dqv#"


def _quads(scores: Iterable[Score], document: str) -> list[ox.Quad]:
    dqv, xsd = _DQV, vocab.PREFIXES["xsd"]
    quads: list[ox.Quad] = []
    for score in scores:
        for statistic in ("precision", "recall", "f1"):
            name = re.sub(r"[^a-z]+", "-", score.measure)
            metric = ox.NamedNode(f"{vocab.ID}metric/{name}-{statistic}")
            node = ox.NamedNode(f"{vocab.ID}measurement/{document.rpartition(':')[2]}/{name}-{statistic}")
            value = ox.Literal(f"{getattr(score, statistic):.4f}", datatype=ox.NamedNode(xsd + "decimal"))
            quads += [
                ox.Quad(node, vocab.rdf_type, ox.NamedNode(dqv + "QualityMeasurement")),
                ox.Quad(node, ox.NamedNode(dqv + "computedOn"), ox.NamedNode(vocab.expand(document))),
                ox.Quad(node, ox.NamedNode(dqv + "isMeasurementOf"), metric),
                ox.Quad(node, ox.NamedNode(dqv + "value"), value),
                ox.Quad(metric, vocab.rdf_type, ox.NamedNode(dqv + "Metric")),
                ox.Quad(metric, vocab.skos("prefLabel"), ox.Literal(f"{score.measure}, {statistic}", language="en")),
            ]
    return quads


class _Side:
    """The things of one record by class, each with its evidence."""

    def __init__(self, record: Thing, text: str | None, names: Mapping[str, Sequence[str]] | None = None) -> None:
        self._indicators: dict[str, Sequence[str]] = {**(names or {}), **_indicator_names(record)}
        self.elements: list[_Item] = []
        self.mechanisms: list[_Item] = []
        self.targets: list[_Item] = []
        self.roles: list[_Item] = []
        self.counts: list[_Item] = []
        self.benefits: list[_Item] = []
        self.observations = [
            _Item(thing, _spans(thing), names=self._measured(thing)) for thing in _list(record, "observations")
        ]
        self._text = text
        self._names = {
            str(thing.get("id")): labels_of(thing)
            for section in ("organisations", "people")
            for thing in _list(record, section)
        }
        for plan in _list(record, "plans"):
            self._walk(plan, None)

    def _walk(self, thing: Thing, parent: _Item | None) -> None:
        pending: list[tuple[Thing, _Item | None, bool]] = [(thing, parent, True)]
        while pending:
            current, above, is_plan = pending.pop()
            item = _Item(current, _spans(current), above)
            if not is_plan and current.get("type") == "GovernanceMechanism":
                self.mechanisms.append(item)
            elif not is_plan and current.get("type") != "Plan":
                item.headed = self._is_headed(item)
                self.elements.append(item)
            for key, kept in (
                ("targets", self.targets),
                ("responsibilities", self.roles),
                ("counts", self.counts),
                ("benefits", self.benefits),
            ):
                kept.extend(
                    _Item(self._named(inner), _spans(inner), item, self._measured(inner), inner)
                    for inner in _list(current, key)
                )
            for positioning in _list(current, "positionings"):
                self.targets.extend(_Item(inner, _spans(inner), item) for inner in _list(positioning, "subTargets"))
            own = item if not is_plan else None
            pending += [(part, own, False) for part in reversed(_list(current, "parts"))]

    def headings_tree(self) -> Tree:
        """The tree of the headings, each told by its label and its number."""
        root = Tree("")
        nodes: dict[int, Tree] = {}
        for item in self.elements:
            if not item.headed:
                continue
            above = next((nodes[id(other)] for other in _above(item) if id(other) in nodes), root)
            names = labels_of(item.thing)
            nodes[id(item)] = Tree(squeezed(names[0]) if names else "")
            above.children.append(nodes[id(item)])
        return root

    def _named(self, thing: Thing) -> Thing:
        """An assignment with the names of its agent, any other thing as it is."""
        if "role" not in thing:
            return thing
        agent = str(thing.get("agent"))
        return {"names": [agent, *self._names.get(agent, ())], **thing}

    def _measured(self, thing: Thing) -> Sequence[str]:
        """The names of the indicator of a value."""
        if "value" not in thing or "benefitKind" in thing:
            return ()
        printed = [str(thing["printedIndicator"])] if "printedIndicator" in thing else []
        return labels_of(thing) or [*printed, *self._indicators.get(str(thing.get("ofIndicator", "")), ())]

    def _is_headed(self, item: _Item) -> bool:
        """Whether an element has a printed number, or begins a line."""
        if item.thing.get("number"):
            return True
        if self._text is None:
            return False
        befores = [
            "\n" * (start < _FARTHEST) + self._text[max(0, start - _FARTHEST) : start] for start, _ in item.spans
        ]
        return any(re.search(r"\n[^\n。；，：,;:]*$", before) is not None for before in befores)


def _indicator_names(record: Thing) -> dict[str, list[str]]:
    return {str(each.get("id")): labels_of(each) for each in _list(record, "indicators")}


#: How far from the beginning of its line a label may stand, behind its number.
_FARTHEST = 12


def _list(thing: Thing, key: str) -> list[Thing]:
    value = thing.get(key)
    items = value if isinstance(value, list) else [value] if isinstance(value, dict) else []
    return [item for item in items if isinstance(item, dict)]


def _spans(thing: Thing) -> list[Span]:
    evidence = thing.get("evidence")
    listed = evidence if isinstance(evidence, list) else [evidence]
    matches = (re.fullmatch(r"#char=(\d+),(\d+)", str(span)) for span in listed)
    return [(int(match[1]), int(match[2])) for match in matches if match]


#: Measure -> the things of a side that it counts.
_CLASSES: dict[str, Callable[[_Side], Iterable[_Item]]] = {
    "headings": lambda side: (item for item in side.elements if item.headed),
    "elements": lambda side: side.elements,
    "targets": lambda side: side.targets,
    "observations": lambda side: side.observations,
    "numbers": lambda side: [*side.targets, *side.observations],
    "figures": lambda side: [each for each in (*side.targets, *side.observations) if "value" in each.thing],
    "roles": lambda side: side.roles,
    "counts": lambda side: side.counts,
    "benefits": lambda side: side.benefits,
    "mechanisms": lambda side: side.mechanisms,
}


# ── matching ──────────────────────────────────────────────────────────────────────────────────────


def _matched(
    drafted: list[_Item], recorded: list[_Item], *, likelier: Callable[[_Item, _Item], bool] = lambda *_: False
) -> dict[_Item, _Item]:
    """Which drafted thing is which recorded one: pairs that overlap, the best first, each thing once.

    `likelier` tells of two things whether they are one rather than others at the same place.
    """
    ordered = sorted(((span, index) for index, item in enumerate(recorded) for span in item.spans))
    starts = [span[0] for span, _ in ordered]
    longest = max((end - start for (start, end), _ in ordered), default=0)
    candidates: dict[tuple[int, int], float] = {}
    for index, item in enumerate(drafted):
        for start, end in item.spans:
            place = bisect_right(starts, start - longest - 1)
            while place < len(ordered) and ordered[place][0][0] < end:
                (left, right), other = ordered[place]
                overlap = min(end, right) - max(start, left)
                if overlap > 0:
                    union = max(end, right) - min(start, left)
                    contained = "role" in item.thing or "declared" in item.thing or start == left
                    shared = overlap / min(end - start, right - left) if contained else overlap / union
                    weight = shared + _agreement(item.thing, recorded[other].thing) + likelier(item, recorded[other])
                    candidates[index, other] = max(candidates.get((index, other), 0.0), weight)
                place += 1
    pairs: dict[_Item, _Item] = {}
    taken: set[int] = set()
    for (index, other), weight in sorted(candidates.items(), key=lambda entry: (-entry[1], entry[0])):
        if weight >= _LEAST and drafted[index] not in pairs and other not in taken:
            pairs[drafted[index]] = recorded[other]
            taken.add(other)
    return pairs


#: The least share of the characters of two spans that both have, for the two to be one.
_LEAST = 0.3


def _agreement(one: Thing, other: Thing) -> float:
    """A score for pairing two things at the same place: whether the printed value and the name are the same."""
    if "role" in one:
        same_agent = bool(set(one.get("names", ())) & set(other.get("names", ())))
        return (2.0 if same_agent else 0.0) + (0.5 if one.get("role") == other.get("role") else 0.0)
    printed = one.get("printedValue") or one.get("printedCount")
    if printed is None:
        return 0.0
    others = other.get("printedValue") or other.get("printedCount")
    forms = others if isinstance(others, list) else [others]
    mine = printed if isinstance(printed, list) else [printed]
    same = {_squeezed(form) for form in forms if form} & {_squeezed(form) for form in mine if form}
    return 2.0 if same else 0.0 if not _number(one) or _number(one) != _number(other) else 1.0


def _squeezed(text: object) -> str:
    return re.sub(r"\s+", "", str(text))


# ── fields ────────────────────────────────────────────────────────────────────────────────────────

_Pairs = dict[_Item, _Item]
_Agrees = Callable[[_Item, _Item, _Pairs], bool]


def _number(thing: Thing, key: str = "value") -> Decimal | None:
    try:
        return Decimal(str(thing[key]))
    except (KeyError, InvalidOperation):
        return None


def _same(*keys: str) -> Callable[[_Item, _Item, _Pairs], bool]:
    return lambda one, other, _: all(one.thing.get(key) == other.thing.get(key) for key in keys)


def _same_value(one: _Item, other: _Item, _: _Pairs) -> bool:
    return _number(one.thing) == _number(other.thing) and _number(one.thing, "upperValue") == _number(
        other.thing, "upperValue"
    )


def _same_reading(one: _Item, other: _Item, pairs: _Pairs) -> bool:
    return _same_value(one, other, pairs) and _same("inUnit", "comparator")(one, other, pairs)


def _year(thing: Thing) -> str:
    """The year to reach or reported on; empty without one."""
    keys = ("deadline", "year", "month", "months", "periodEnd")
    return next((str(thing[key]) for key in keys if thing.get(key)), "")[:4]


def _same_year(one: _Item, other: _Item, _: _Pairs) -> bool:
    return _year(one.thing) == _year(other.thing)


def _same_parent(one: _Item, other: _Item, pairs: _Pairs) -> bool:
    """Whether the nearest matched thing above is the same on both sides."""
    reverse = set(map(id, pairs.values()))
    mine = next((pairs[item] for item in _above(one) if item in pairs), None)
    theirs = next((item for item in _above(other) if id(item) in reverse), None)
    return mine is theirs


def _above(item: _Item) -> Iterator[_Item]:
    while item.parent:
        item = item.parent
        yield item


def _same_indicator(one: _Item, other: _Item, _: _Pairs) -> bool:
    """Whether two values are of one indicator: by its id, else by names that are alike."""
    mine, theirs = one.thing.get("ofIndicator"), other.thing.get("ofIndicator")
    if mine == theirs and (mine or not (one.names or other.names)):
        return True
    return not (mine and theirs) and any(is_like(left, right) for left in one.names for right in other.names)


def _same_agent(one: _Item, other: _Item, _: _Pairs) -> bool:
    return one.thing.get("role") == other.thing.get("role")


_NUMBER_FIELDS = {
    "value": _same_value,
    "unit": _same("inUnit"),
    "comparator": _same("comparator"),
    "value, unit, comparator": _same_reading,
    "kind": _same("valueKind"),
    "year": _same_year,
    "all": lambda one, other, pairs: _same_reading(one, other, pairs) and _same_year(one, other, pairs),
}
#: Measure -> what more is asked of a match.
_FIELDS: dict[str, dict[str, Callable[[_Item, _Item, _Pairs], bool]]] = {
    "headings": {"parent": _same_parent},
    "elements": {"parent": _same_parent, "class": _same("type")},
    "targets": _NUMBER_FIELDS,
    "observations": _NUMBER_FIELDS,
    "numbers": _NUMBER_FIELDS,
    "figures": _NUMBER_FIELDS | {"indicator": _same_indicator},
    "roles": {"role": _same_agent},
    "counts": {"class": _same("countsClass"), "number": _same("declared")},
    "benefits": {"kind": _same("benefitKind"), "value": _same_value, "unit": _same("inUnit")},
    "mechanisms": {"frequency": _same("frequency")},
}
