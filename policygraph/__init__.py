"""policygraph: a knowledge graph of policy structure.

Policy documents become RDF: which plan holds which task groups, tasks and targets, who is responsible, what each
district is to become, and where in the text all that stands.

    >>> import policygraph as pg
    >>> pg.__version__
    '0.1.0'
    >>> pg.open().plan("三年行动").period
    (2023, 2025)

`policygraph.facade` is what notebooks need, and says more.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from policygraph.facade import Answer, Drawing, Element, Evidence, Graph, Plan, Thing, Tree, open  # noqa: A004

__all__ = ["Answer", "Drawing", "Element", "Evidence", "Graph", "Plan", "Thing", "Tree", "__version__", "open"]

__version__ = "0.1.0"


def __getattr__(name: str) -> Any:
    """The names of `policygraph.facade`, imported with all they need when the first of them is used."""
    if name not in __all__:
        raise AttributeError(f"module 'policygraph' has no attribute {name!r}")
    return getattr(importlib.import_module("policygraph.facade"), name)


def __dir__() -> list[str]:
    return __all__
