"""The address of a request in, which piece of a long list it asks for out, and where those before and behind begin."""

from __future__ import annotations

from flask import request

__all__ = ["start", "turns"]


def start() -> int:
    """The number of the first row that `from` asks for; the first of all where it asks for none."""
    return max(0, request.args.get("from", 0, int))


def turns(first: int, count: int, total: int) -> dict[str, int | None]:
    """For the pager of a list that shows `count` of `total` rows: where those `before` and `after` begin, if any do."""
    return {
        "before": max(0, first - count) if first else None,
        "after": first + count if first + count < total else None,
    }
