"""The shipped project in, a project of as many documents out: copies under other names, for measuring scale.

    python -m benchmarks.corpus OUT 50

Each copy of the five shipped documents is another city: its documents, plans, areas, organisations and what else is the
city's own get ids and names of their own; the country, units, persons, indicators and slogans that do not name the
place are shared by all. Codes of areas are left out, as no other city has them. The texts are not copied, so that
evidence is not checked. The layouts and figures of the five repeat, and no document refers to another city: what grows
with the variety of documents is not measured by it.
"""

from __future__ import annotations

import hashlib
import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import click

from policygraph import paths

__all__ = ["make"]

#: Characters of the names of places, which each copy replaces one for one: none means a number, a unit or a bound.
_CHARACTERS = "沈阳辽宁皇姑铁屯浑洪"
#: Where the characters come from that stand in their place, and how many there are of them.
_REPLACING, _COUNT = 0x8500, 4_000
#: English names of places, replaced by a made-up word of as many letters as may be.
_ENGLISH = (
    *("Shenyang", "Liaoning", "Huanggu", "Tiexi", "Sujiatun", "Hunnan", "Shenbei", "Yuhong", "Liaozhong", "Kangping"),
    *("Faku", "Xinmin", "Shenhe", "Heping", "Dadong", "Huishan", "Jinhai", "Shenfu"),
)
_SYLLABLES = tuple(
    first + last for first in ("b", "d", "f", "g", "h", "k", "l", "m", "n") for last in ("an", "ei", "o")
)
#: Things of these kinds are a copy's own where they name the place, else shared by all.
_BY_NAME = frozenset({"indicator", "initiative", "person"})
_KINDS = "area|directive|document|event|indicator|initiative|organisation|person|place|plan|source"
_ID = re.compile(rf"(?<![\w/-])({_KINDS}):([a-z0-9][a-z0-9-]*)")
#: Things beyond the province, which all copies share.
_COMMON = frozenset(
    {
        "area:beijing",
        "area:beijing-tianjin-hebei",
        "area:china",
        "area:guangdong-hong-kong-macao-greater-bay-area",
        "area:northeast-asia",
        "area:northeast-china",
        "area:yangtze-river-delta",
        "area:yangtze-river-economic-belt",
        "directive:new-breakthrough-in-northeast-revitalisation",
    }
)
_LINK = re.compile(r"(?m)^  (exactMatch|relatedMatch|closeMatch|gbCode): .*\n")


class _Copy:
    """One copy: how ids and words of the shipped documents are written in it. `shared` are ids that keep theirs."""

    def __init__(self, number: int, shared: frozenset[str], slugs: list[str]) -> None:
        self.prefix = f"c{number:04}-"
        self._shared = shared
        self._paths = re.compile(rf"\.\./({'|'.join(map(re.escape, slugs))})/")
        self._table = {ord(char): self._character(number, place) for place, char in enumerate(_CHARACTERS)}
        self._words = {name: _word(number, place) for place, name in enumerate(_ENGLISH)}
        self._english = re.compile(rf"\b({'|'.join(_ENGLISH)})\b")

    @staticmethod
    def _character(number: int, place: int) -> str:
        return chr(_REPLACING + (number * len(_CHARACTERS) + place) % _COUNT)

    def text(self, text: str) -> str:
        """A record or entries of reference data."""
        text = _ID.sub(self._id, text)
        text = self._paths.sub(rf"../{self.prefix}\1/", text)
        text = self._english.sub(lambda match: self._words[match[0]], text)
        return text.translate(self._table)

    def _id(self, match: re.Match[str]) -> str:
        return match[0] if match[0] in self._shared else f"{match[1]}:{self.prefix}{match[2]}"


def _word(number: int, place: int) -> str:
    count = len(_SYLLABLES)
    digits = (number + place, number // count + 7 * place, 3 * place + number)
    return "".join(_SYLLABLES[digit % count] for digit in digits).title()


def _entries(text: str) -> Iterator[tuple[str, str]]:
    """The entries of a file of reference data or of the registry, each with its id."""
    for part in re.split(r"(?m)^- id: ", text)[1:]:
        yield part.split("\n", 1)[0].strip(), f"- id: {part}"


def _shared(reference: Path) -> frozenset[str]:
    """What all copies share."""
    shared = set(_COMMON)
    for path in reference.glob("*.yaml"):
        for name, entry in _entries(path.read_text(encoding="utf-8")):
            names_the_place = not set(_CHARACTERS).isdisjoint(entry) or any(word in entry for word in _ENGLISH)
            if name.partition(":")[0] in _BY_NAME and not names_the_place:
                shared.add(name)
    return frozenset(shared)


def make(output: Path, count: int, project: Path | None = None) -> Path:
    """Writes a project of so many documents into a folder that does not exist yet, and returns it.

    Raises click.UsageError where the last copy would not be whole: its documents refer to one another.
    """
    folders = paths.find(project)
    files = sorted((folders.data / "records").glob("*.yaml"))
    if count % len(files):
        raise click.UsageError(f"{count} documents are no whole copies of {len(files)}")
    output.mkdir(parents=True)
    for name in ("ontology", "shapes", "queries"):
        (output / name).symlink_to(folders.root / name)
    shutil.copy(folders.root / "policygraph.toml", output)
    old, new = folders.data, output / "data"
    for name in ("records", "reference"):
        (new / name).mkdir(parents=True)
    (new / "base").symlink_to(old / "base")
    for path in (old / "reference").glob("*.yaml"):
        shutil.copy(path, new / "reference")
    shared = _shared(old / "reference")
    registry = (old / "sources.yaml").read_text(encoding="utf-8")
    registered = [registry]
    for start in range(0, count, len(files)):
        number = start // len(files)
        copy = _Copy(number, shared, [path.stem for path in files]) if number else None
        for path in files:
            text = path.read_text(encoding="utf-8")
            name = path.name if copy is None else copy.prefix + path.name
            (new / "records" / name).write_text(copy.text(text) if copy else text, encoding="utf-8")
        if copy:
            _refer(old / "reference", new / "reference", copy, shared)
            registered += _registered(registry, copy, {path.stem for path in files})
    (new / "sources.yaml").write_text("\n".join(registered), encoding="utf-8")
    return output


def _refer(old: Path, new: Path, copy: _Copy, shared: frozenset[str]) -> None:
    """Writes a copy's own entries of reference data."""
    for path in sorted(old.glob("*.yaml")):
        entries = [entry for name, entry in _entries(path.read_text(encoding="utf-8")) if _ID.fullmatch(name)]
        own = [
            _LINK.sub("", copy.text(entry)) for entry in entries if entry.split("\n", 1)[0][6:].strip() not in shared
        ]
        if own:
            (new / f"{copy.prefix}{path.name}").write_text("".join(own), encoding="utf-8")


def _registered(registry: str, copy: _Copy, slugs: set[str]) -> Iterator[str]:
    """The entries of the registry of texts for a copy's documents, with checksums that no text has."""
    for name, entry in _entries(registry):
        document = re.search(r"textOf: document:(\S+)", entry)
        if document and document[1] in slugs:
            digest = hashlib.sha256(f"{copy.prefix}{name}".encode()).hexdigest()
            written = re.sub(r"sha256: \w+", f"sha256: {digest}", copy.text(entry))
            yield re.sub(r"fileName: ", f"fileName: {copy.prefix}", written)


@click.command()
@click.argument("output", type=click.Path(path_type=Path))
@click.argument("count", type=click.IntRange(1))
def main(output: Path, count: int) -> None:
    """Writes a project of COUNT documents into OUTPUT."""
    make(output, count)


if __name__ == "__main__":
    main()
