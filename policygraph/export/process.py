"""The answers to an export's queries on standard input in, its file on standard output out: a bounded process.

A service asks the queries of an export where its graph is, and has the file written here, so that no export can hold
up or bring down anything else. Each answer follows its length in eight bytes, in the format of FORMATS. Status 0 is a
whole file, the others say why there is none.
"""

from __future__ import annotations

import json
import math
import struct
import sys
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import IO

import pyoxigraph as ox

from policygraph import paths, queries
from policygraph.export import ExportError, Material, MissingLibraryError, Wanted, find, questions, write
from policygraph.formats.xml_text import UnsayableError
from policygraph.process_limits import bound

__all__ = ["FORMATS", "LENGTH", "MEMORY", "MISSING", "NOTHING", "TOO_LARGE", "UNSAYABLE", "arguments", "main"]

NOTHING, MISSING, TOO_LARGE, MEMORY, UNSAYABLE = 3, 4, 5, 6, 7
LENGTH = struct.Struct("!Q")
#: Form of a query -> the format in which its answer is taken, as the service calls it.
FORMATS = {"SELECT": "tsv", "CONSTRUCT": "ntriples"}
#: What the interpreter and its libraries take of the address space beside what is asked for.
_BASE = 512 * 1024 * 1024


def arguments(
    name: str, options: Wanted, memory: int, seconds: float, most: int, *, root: Path, base: str
) -> list[str]:
    """What `main` is told to write an export within so many bytes of memory, seconds of work and bytes of file.

    `root` is the folder of the project, `base` what the IRIs of the build stand under.
    """
    wanted = {"name": name, "root": str(root), "base": base, **asdict(options)}
    return [str(memory), str(math.ceil(seconds)), str(most), json.dumps(wanted)]


def main(order: Sequence[str]) -> int:
    """Reads the answers, writes the file within the bounds, and returns the exit status."""
    memory, seconds, most = map(int, order[:3])
    bound(memory + _BASE, seconds)
    options = json.loads(order[3])
    line = find(options.pop("name"))
    folders, names = paths.find(Path(options.pop("root"))), paths.names_of(options.pop("base"))
    wanted = Wanted(**options)
    files = questions(line, folders, wanted)
    try:
        rows = [_READERS[query.form](_next(sys.stdin.buffer)) for query in files]
        content = write(line, Material(folders, wanted, files, rows, names))
    except MissingLibraryError:
        return MISSING
    except ExportError:
        return NOTHING
    except UnsayableError:
        return UNSAYABLE
    except MemoryError:
        return MEMORY
    if len(content) > most:
        return TOO_LARGE
    sys.stdout.buffer.write(content)
    return 0


def _next(stream: IO[bytes]) -> bytes:
    return stream.read(LENGTH.unpack(stream.read(LENGTH.size))[0])


def _solutions(answer: bytes) -> queries.Rows:
    return queries.received(answer, ox.QueryResultsFormat.TSV)


def _triples(answer: bytes) -> queries.Rows:
    statements = sorted({quad.triple for quad in ox.parse(answer, ox.RdfFormat.N_TRIPLES)}, key=str)
    rows: list[list[queries.Term | None]] = [list(triple) for triple in statements]
    return queries.Rows(["subject", "predicate", "object"], rows)


#: Form of a query -> how its answer is read: into what `queries.answer` gives for a store at hand.
_READERS = {"SELECT": _solutions, "CONSTRUCT": _triples}
