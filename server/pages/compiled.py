"""Templates in, their bytecode out: kept beside that of the program, so that a service compiles none when it starts.

Jinja compares a template's source with what was compiled, and nothing else. A template is compiled differently
under other settings of its environment too, so these and the modules that make them are compared with the source.
"""

from __future__ import annotations

import hashlib
import sys
from contextlib import suppress
from pathlib import Path

from flask import Flask
from jinja2 import Environment, FileSystemBytecodeCache
from jinja2 import __version__ as jinja
from jinja2.bccache import Bucket

__all__ = ["install", "prepare"]

_HERE = Path(__file__).resolve().parent
#: Where Python keeps the bytecode of the modules of `server`.
_FOLDER = _HERE.parent / "__pycache__"
_PATTERN = "template-%s.bytecode"
#: What sets the environment: filters and tests are evaluated at compile time where their arguments are constants.
_SETTING = ("__init__.py", "wording.py")


class _Kept(FileSystemBytecodeCache):
    """Bytecode in files, where they can be written."""

    def __init__(self, environment: Environment) -> None:
        super().__init__(str(_FOLDER), _PATTERN)
        digest = hashlib.sha256(jinja.encode())
        digest.update(
            repr((environment.trim_blocks, environment.lstrip_blocks, sorted(environment.extensions))).encode()
        )
        for name in _SETTING:
            digest.update(str((_HERE / name).stat().st_mtime_ns).encode())
        self._setting = digest.hexdigest()

    def get_source_checksum(self, source: str) -> str:
        return super().get_source_checksum(source + self._setting)

    def load_bytecode(self, bucket: Bucket) -> None:
        with suppress(OSError):
            super().load_bytecode(bucket)

    def dump_bytecode(self, bucket: Bucket) -> None:
        if not sys.dont_write_bytecode:
            with suppress(OSError):  # installed where nobody may write, or the disk is full
                super().dump_bytecode(bucket)


def install(app: Flask) -> None:
    """Has an app keep the bytecode of its templates; its environment is set, but for its globals."""
    with suppress(OSError):
        _FOLDER.mkdir(exist_ok=True)
    app.jinja_env.bytecode_cache = _Kept(app.jinja_env)


def prepare(app: Flask) -> None:
    """Loads every template."""
    for name in app.jinja_env.list_templates():
        app.jinja_env.get_template(name)
