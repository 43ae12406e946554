"""A draft under review in, what a page shows of it out: statements, outline, what is left, and what has changed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from policygraph.extract import review

__all__ = ["GROUPS", "Content", "content", "difference", "label"]

Content = dict[str, Any]

#: Section of a record -> the kind of evidence, as the reading room tells them apart.
GROUPS: Mapping[str, str] = {
    "parts": "part",
    "plans": "part",
    "articles": "part",
    "targets": "target",
    "subTargets": "target",
    "observations": "observation",
    "counts": "count",
    "responsibilities": "role",
    "positionings": "positioning",
    "classifications": "coding",
    "issues": "issue",
}
#: Keys of a statement that are told apart from its fields.
_APART = frozenset({"id", "label", "evidence", "confidence", "rule", "needsReview", "reason"})


def label(thing: Mapping[str, Any]) -> dict[str, str]:
    """The labels of a thing by language; none where it has none that can be read."""
    return _texts(thing.get("label"))


def _texts(labels: object) -> dict[str, str]:
    return {str(language): str(words) for language, words in labels.items()} if isinstance(labels, dict) else {}


def content(reviewed: review.Review) -> Content:
    """Everything of a draft that decisions change."""
    waiting = reviewed.waiting(everything=True)
    items = [_statement(item, is_open=True) for item in waiting]
    return {
        "items": [*items, *(_statement(item, is_open=False) for item in reviewed.decided())],
        "outline": reviewed.outline(),
        "status": str(reviewed.record.get("reviewStatus", "")),
        "left": {
            "flagged": sum(item.is_flagged and not item.is_label for item in waiting),
            "labels": sum(item.is_label for item in waiting),
            "open": sum(not item.is_label for item in waiting),
            "needed": reviewed.needed(),
        },
    }


def _statement(item: review.Item, *, is_open: bool) -> Content:
    thing = item.thing
    fields = {key: value for key, value in thing.items() if key not in _APART and not item.is_label}
    return {
        "about": item.about,
        "section": item.section,
        "group": "label" if item.is_label else GROUPS.get(item.section, "other"),
        "id": str(thing.get("id", "")),
        "parent": item.parent,
        "label": label(thing),
        "fields": {key: value for key, value in fields.items() if isinstance(value, str)},
        "lists": {
            key: [str(one) for one in value]
            for key, value in fields.items()
            if isinstance(value, list) and value and not any(isinstance(one, dict) for one in value)
        },
        "spans": [list(span) for span in item.spans],
        "confidence": item.confidence if is_open and not item.is_label else None,
        "rule": "" if item.is_label else str(thing.get("rule", "")),
        "reason": {} if item.is_label else _texts(thing.get("reason")),
        "isFlagged": item.is_flagged and not item.is_label,
        "isLabel": item.is_label,
        "isOpen": is_open,
    }


def difference(before: Content, after: Content) -> Content:
    """What a page that shows the one has to change to show the other."""
    old, new = ({item["about"]: item for item in content["items"]} for content in (before, after))
    return {
        "changed": [item for about, item in new.items() if old.get(about) != item],
        "removed": [about for about in old if about not in new],
        "outline": after["outline"] if after["outline"] != before["outline"] else None,
        "status": after["status"],
        "left": after["left"],
    }
