"""A curator's statement about a place in the text in, the same in the form of a draft out: a missed statement.

A statement comes as a mapping in the keys of `ontology/context.yaml`. Of an amount it is enough to give it as printed:
number, unit and comparator are read from it as in any other text.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from policygraph import quantity
from policygraph.errors import SpokenError
from policygraph.extract.draft.gazetteer import UNTRANSLATED
from policygraph.extract.draft.measured import HEDGES
from policygraph.messages import message

__all__ = ["ADDABLE", "Addable", "filled", "is_writable", "section_of"]


@dataclass(frozen=True, slots=True)
class Addable:
    """A kind of statement that may be added: its section, its class where it has to be given, the keys it cannot lack.

    `keys` are those that a form asks for, `is_placed` whether it hangs on a part or a plan, else on the document.
    """

    section: str
    type: str
    needed: tuple[str, ...]
    keys: tuple[str, ...]
    is_placed: bool = True


_PART = ("label", "number")
_AMOUNT = ("printedValue", "ofIndicator", "ofArea", "valueKind")
#: Kind -> how it stands in a record.
ADDABLE: Mapping[str, Addable] = {
    "target": Addable("targets", "", ("printedValue",), (*_AMOUNT, "deadline", "hedge")),
    "task": Addable("parts", "Task", ("label",), _PART),
    "measure": Addable("parts", "Measure", ("label",), _PART),
    "goal": Addable("parts", "Goal", ("label",), _PART),
    "task-group": Addable("parts", "TaskGroup", ("label",), _PART),
    "project": Addable("parts", "Project", ("label",), _PART),
    "safeguard": Addable("parts", "Safeguard", ("label",), _PART),
    "principle": Addable("parts", "Principle", ("label",), _PART),
    "responsibility": Addable("responsibilities", "", ("agent",), ("agent", "role", "printedRole")),
    "positioning": Addable("positionings", "", ("label", "ofArea"), ("label", "ofArea")),
    "observation": Addable("observations", "", ("printedValue",), (*_AMOUNT, "year"), is_placed=False),
}
_SECTIONS = frozenset(kind.section for kind in ADDABLE.values())
#: The first keys of a statement, as drafts have them.
_ORDER = (
    *("type", "number", "label", "agent", "role", "printedRole", "ofIndicator", "ofArea", "value", "upperValue"),
    *("inUnit", "classifier", "valueKind", "comparator", "hedge", "year", "deadline", "printedValue"),
)
#: Keys whose values are not one piece of text.
_LISTS = frozenset({"evidence"})
_NEVER = frozenset({"id", "rule", "confidence", "needsReview"})
#: The longest value (characters) that is taken.
_LONGEST = 2000
_DEFAULTS = {"targets": {"comparator": "eq", "valueKind": "level"}, "observations": {"valueKind": "level"}}


def section_of(about: str) -> str:
    """The section that a decision is about. Raises SpokenError for one to which nothing can be added."""
    section = about.partition("@")[0]
    if section not in _SECTIONS:
        raise SpokenError(message("nothing can be added to “{section}”", section=section))
    return section


def filled(section: str, given: Any, keys: Collection[str]) -> dict[str, Any]:
    """The statement with what its printed amount says; `keys` are those that a record may have.

    Raises SpokenError for a key or value that it cannot have, for one that is missing, and for an amount that is none.
    """
    if not isinstance(given, dict):
        raise SpokenError(message("the statement is no mapping"))
    thing = {str(key): _value(str(key), value, keys) for key, value in given.items()}
    thing = {key: value for key, value in thing.items() if value}
    kind = next(
        (each for each in ADDABLE.values() if each.section == section and each.type == thing.get("type", "")), None
    )
    if kind is None:
        raise SpokenError(message("“{kind}” cannot be added", kind=thing.get("type", "")))
    if "printedValue" in thing and "value" not in thing:
        thing = {**_DEFAULTS.get(section, {}), **thing, **_amount(str(thing["printedValue"]))}
        if section == "observations":
            thing.pop("hedge", None)
    for key in kind.needed:
        if key not in thing:
            raise SpokenError(message("`{key}` is missing", key=key))
    in_order = {key: thing[key] for key in (*_ORDER, *thing) if key in thing and key != "evidence"}
    return {**in_order, "evidence": thing.get("evidence", [])}


def _value(key: str, value: Any, keys: Collection[str]) -> Any:
    if key in _NEVER or (keys and key not in keys):
        raise SpokenError(message("“{key}” cannot be given", key=key))
    if key in _LISTS:
        if not isinstance(value, list) or not all(isinstance(each, str) for each in value):
            raise SpokenError(message("`{key}` is no list of places", key=key))
        return list(value)
    return _label(value) if key == "label" else _text(key, value)


def _label(value: Any) -> dict[str, str]:
    """A label with what says that it has no English yet, where it has none."""
    given = value if isinstance(value, dict) else {"zh": value}
    zh, en = (_text("label", given.get(language, "")) for language in ("zh", "en"))
    return {"zh": zh, "en": en or f"{UNTRANSLATED}{zh}"} if zh else {}


def is_writable(text: str) -> bool:
    """Whether YAML can hold a text: no control characters but breaks, and no half of a surrogate pair."""
    return not any(
        0xD800 <= ord(each) < 0xE000
        or ord(each) in (0xFFFE, 0xFFFF)
        or (unicodedata.category(each) == "Cc" and each not in "\t\n\r\x85")
        for each in text
    )


def _text(key: str, value: Any) -> str:
    if not isinstance(value, str) or len(value) > _LONGEST or not is_writable(value):
        raise SpokenError(message("`{key}` is no text of up to {count} characters", key=key, count=_LONGEST))
    return " ".join(value.split())


def _amount(printed: str) -> dict[str, str]:
    """The keys of an amount as it is printed."""
    try:
        read = quantity.parse(printed)
    except quantity.QuantityError as error:
        raise SpokenError(message("“{printed}” cannot be read: {error}", printed=printed, error=error)) from None
    keys = {
        "value": f"{read.value:f}",
        "upperValue": f"{read.upper:f}" if read.upper is not None else "",
        "inUnit": read.unit,
        "classifier": read.classifier or "",
        "comparator": read.comparator or "",
        "hedge": HEDGES.get(read.hedge, "strive") if read.hedge else "",
        "printedValue": read.printed,
    }
    return {key: value for key, value in keys.items() if value}
