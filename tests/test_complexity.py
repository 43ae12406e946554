"""No function of either package is more complex than radon's C: with more than 20 ways through, it is taken apart."""

from __future__ import annotations

import pytest
from layers import modules
from radon.complexity import cc_visit

#: The highest complexity of radon's rank C.
_MOST = 20
#: Function that may be more complex -> why, and since when.
REASONS: dict[str, str] = {}


def _too_complex(source: str) -> dict[str, int]:
    """Function, or class and method -> its complexity, of those above the highest; classes are what they hold."""
    blocks = [block for block in cc_visit(source) if not hasattr(block, "methods")]
    return {block.fullname: block.complexity for block in blocks if block.complexity > _MOST}


@pytest.mark.parametrize(("branches", "complexity"), [(19, {}), (20, {"Reader.read": 21})])
def test_a_method_with_too_many_ways_is_seen(branches: int, complexity: dict[str, int]) -> None:
    source = "class Reader:\n    def read(self, x):\n" + "        if x: pass\n" * branches
    assert _too_complex(source) == complexity


@pytest.mark.parametrize("package", ["policygraph", "server"])
def test_no_function_has_more_ways_through_than_one_keeps_in_mind(package: str) -> None:
    sources = modules(package)
    assert len(sources) > 50
    above = {
        f"{module.name}.{name}": complexity
        for module in sources
        for name, complexity in _too_complex(module.path.read_text(encoding="utf-8")).items()
    }
    assert above.keys() == {name for name in REASONS if name.startswith(f"{package}.")}, above
