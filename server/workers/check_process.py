"""A project and a slug in, the findings of that document on standard output: a bounded process of the review desk.

What is found is what `policygraph check --document` finds, in its form. A check that cannot be made says why.
"""

from __future__ import annotations

import json
import math
import resource
import sys
from collections.abc import Sequence
from pathlib import Path

from policygraph import paths
from policygraph.build import one_document
from policygraph.findings import Severity, listed
from policygraph.infer import UnknownAxiomError

from .checks import MEMORY, NOT_CHECKED

__all__ = ["main"]


def main(order: Sequence[str]) -> int:
    """Writes the findings but for notes as JSON, in one language, within the bounds; returns the exit status."""
    root, slug, language, memory, seconds = order
    _bound(int(memory), math.ceil(float(seconds)))
    try:
        _, findings = one_document.check_document(paths.find(Path(root)), slug)
    except MemoryError:
        return MEMORY
    except (OSError, UnknownAxiomError, SyntaxError, ValueError) as error:
        sys.stdout.buffer.write(str(error).encode(errors="replace"))
        return NOT_CHECKED
    shown = [finding for finding in findings if finding.severity is not Severity.INFO]
    sys.stdout.buffer.write(json.dumps(listed(shown, language), ensure_ascii=False).encode())
    return 0


def _bound(memory: int, seconds: int) -> None:
    """Bytes above what the process has already, and seconds of work."""
    size = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[0]) * resource.getpagesize()
    for what, value in (
        (resource.RLIMIT_AS, size + memory),
        (resource.RLIMIT_CPU, seconds),
        (resource.RLIMIT_CORE, 0),
    ):
        ceiling = resource.getrlimit(what)[1]
        resource.setrlimit(what, (value if ceiling == resource.RLIM_INFINITY else min(value, ceiling), ceiling))
