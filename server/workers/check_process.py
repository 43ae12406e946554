"""A project and a slug in, the findings of that document on standard output: a bounded process of the review desk.

What is found is what `policygraph check --document` finds, in its form. A check that cannot be made says why.
"""

from __future__ import annotations

import json
import math
import sys
from collections.abc import Sequence
from pathlib import Path

from policygraph import paths
from policygraph.build import one_document
from policygraph.findings import Severity, listed
from policygraph.infer import UnknownAxiomError
from policygraph.process_limits import bound, size

from .checks import MEMORY, NOT_CHECKED

__all__ = ["main"]


def main(order: Sequence[str]) -> int:
    """Writes the findings but for notes as JSON, in one language, within the bounds; returns the exit status."""
    root, slug, language, memory, seconds = order
    bound(size() + int(memory), math.ceil(float(seconds)))
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
