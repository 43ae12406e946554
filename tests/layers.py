"""A package's files in, what they import and who may: the engine of both layer tests."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path

__all__ = ["ROOT", "Module", "Rules", "modules", "table"]

ROOT = Path(__file__).resolve().parents[1]


@dataclass(frozen=True)
class Module:
    """One file: its dotted name, and what it imports instead of what stands in it. It is read when that is asked."""

    name: str
    path: Path
    instead: frozenset[str] | None = None

    @cached_property
    def imports(self) -> frozenset[str]:
        """The dotted names of modules and packages that it imports, ours and others'."""
        return frozenset(_imports(self)) if self.instead is None else self.instead

    @property
    def room(self) -> str:
        """The file or folder directly below the package that the module is or stands in."""
        return self.name.split(".")[1] if "." in self.name else "__init__"

    @cached_property
    def tree(self) -> ast.Module:
        return ast.parse(self.path.read_text(encoding="utf-8"))

    @property
    def libraries(self) -> frozenset[str]:
        return frozenset(name.partition(".")[0] for name in self.imports)


@dataclass(frozen=True)
class Rules:
    """Layers of rooms, ground first, and the modules inside a room that others may import."""

    package: str
    layers: Sequence[Sequence[str]]
    doors: Mapping[str, frozenset[str]]

    @property
    def level(self) -> dict[str, int]:
        return {room: level for level, rooms in enumerate(self.layers) for room in rooms}

    def faults(self, module: Module) -> list[str]:
        """What a module imports of other rooms although they do not stand below it, or although it is private there."""
        level, own = self.level, level_of(self.level, module.room)
        wrong = []
        for name in sorted(module.imports):
            parts = name.split(".")
            if parts[0] != self.package or len(parts) == 1 or parts[1] == module.room:
                continue
            room, inside = parts[1], ".".join(parts[2:])
            if level_of(level, room) >= own:
                wrong.append(f"{name}: not below")
            elif inside and inside not in self.doors.get(room, frozenset()):
                wrong.append(f"{name}: private")
        return wrong


def level_of(levels: Mapping[str, int], room: str) -> int:
    """The level of a room; `__init__` and `__main__` stand on top of all."""
    return max(levels.values()) + 1 if room.startswith("__") else levels[room]


@cache
def modules(package: str) -> list[Module]:
    """Every module of a top-level package; what has no modules is a fault of the caller."""
    paths = sorted(
        path
        for path in (ROOT / package).rglob("*.py")
        if not {"node_modules", "static", "__pycache__"} & set(path.relative_to(ROOT).parts)
    )
    return [Module(_dotted(path), path) for path in paths]


@cache
def _names(package: str) -> frozenset[str]:
    return frozenset(module.name for module in modules(package))


def _dotted(path: Path) -> str:
    return ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")


def _imports(importer: Module) -> Iterator[str]:
    """The modules that a module imports anywhere, also inside functions; names of a module are the module's."""
    names = _names(importer.name.partition(".")[0])
    package = importer.name if importer.path.name == "__init__.py" else importer.name.rpartition(".")[0]
    for node in ast.walk(importer.tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = package.split(".")[: len(package.split(".")) - node.level + 1] if node.level else []
            module = ".".join([*base, *([node.module] if node.module else [])])
            for alias in node.names:
                dotted = f"{module}.{alias.name}"
                yield dotted if dotted in names else module


def table(package: str) -> str:
    """The rows of a package's README: every room, and below it what it holds, each with its first line."""
    rows = ["| module | what it does |", "| --- | --- |"]
    for module in sorted(modules(package), key=lambda module: module.path.relative_to(ROOT).as_posix()):
        place = module.path.relative_to(ROOT / package)
        if module.name.count(".") == 0:
            continue
        name = f"{place.parent.as_posix()}/" if place.name == "__init__.py" else place.with_suffix("").as_posix()
        if not name.startswith("__"):
            rows.append(f"| `{name}` | {(ast.get_docstring(module.tree) or '').splitlines()[0]} |")
    return "\n".join(rows) + "\n"
