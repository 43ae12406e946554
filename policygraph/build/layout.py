"""The files of an earlier build in, the runs out that stand in them: what has not changed is copied in long pieces.

    with layout.earlier(cache, folder) as standing:
        run = standing.run(key)     # None where it does not stand there
    ...
    layout.keep(cache, folder, keys, merged.places(len(keys)))

Where the blocks of a run stand in the files of a build is kept under the hashes of these files. They are believed only
where they still have these hashes.
"""

from __future__ import annotations

import json
from array import array
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

from policygraph.cache import Cache, key_of, pack, unpack
from policygraph.formats import blocks
from policygraph.manifest import QUADS, is_as_written, read_manifest

__all__ = ["FILES", "Standing", "earlier", "keep"]

#: First word of the name of a form -> the file of a build in which it stands.
FILES: Mapping[str, str] = {
    blocks.QUADS: QUADS,
    blocks.UNION: "policygraph.ttl",
    blocks.STATED: "asserted.ttl",
    blocks.TRIG: "policygraph.trig",
    blocks.JSONLD: "policygraph.jsonld",
}


class Standing:
    """The runs that stand in files, by their keys. `descriptors` are those of the files, which are open."""

    def __init__(self, places: Mapping[str, blocks.Place], descriptors: Mapping[str, int]) -> None:
        self._places = places
        self._descriptors = descriptors

    def run(self, key: str) -> blocks.Run | None:
        """The run of a key in long pieces, read when they are asked for."""
        place = self._places.get(key)
        return place.run(lambda form: self._descriptors[_file_of(form)]) if place else None


@contextmanager
def earlier(cache: Cache, folder: Path | None) -> Iterator[Standing]:
    """What stands in the folder of a build; nothing where there is none, or one that is not as it was written."""
    with ExitStack() as files:
        yield _standing(cache, folder, files) if folder and cache.keeps else Standing({}, {})


def _standing(cache: Cache, folder: Path, files: ExitStack) -> Standing:
    manifest = read_manifest(folder)
    kept = cache.get(_key(manifest))
    if kept is None or not is_as_written(folder, FILES.values(), manifest):
        return Standing({}, {})
    try:
        opened = {name: files.enter_context((folder / name).open("rb", buffering=0)) for name in FILES.values()}
    except OSError:
        return Standing({}, {})
    return Standing(_restored(kept), {name: file.fileno() for name, file in opened.items()})


def keep(cache: Cache, manifest: Mapping[str, Any], keys: Sequence[str], places: Sequence[blocks.Place]) -> None:
    """Keeps where runs stand in the files of a build; those without keys are not kept."""
    if cache.keeps and places:
        standing = {key: place for key, place in zip(keys, places, strict=True) if key and place.firsts}
        cache.put(_key(manifest), _dumped(standing))


def _key(manifest: Mapping[str, Any]) -> str:
    """The key of what is kept of a build: of the hashes of its files."""
    listed = manifest.get("checksums")
    checksums = listed if isinstance(listed, Mapping) else {}
    return key_of("layout", (json.dumps([checksums.get(name) for name in FILES.values()], sort_keys=True).encode(),))


def _file_of(form: str) -> str:
    return FILES[form.partition(" ")[0]]


def _dumped(places: Mapping[str, blocks.Place]) -> bytes:
    head = [[key, list(place.forms), sorted(place.without_comma)] for key, place in places.items()]
    pieces: list[bytes] = []
    for place in places.values():
        pieces += (b"\n".join(place.firsts), b"\n".join(place.lasts))
        pieces += (numbers.tobytes() for pair in place.forms.values() for numbers in pair)
    return pack(head, pieces)


def _restored(content: bytes) -> dict[str, blocks.Place]:
    head, listed = unpack(content)
    pieces = iter(listed)
    places: dict[str, blocks.Place] = {}
    for key, forms, without_comma in head:
        firsts, lasts = (next(pieces).split(b"\n") for _ in range(2))
        numbers = {form: (array("Q", next(pieces)), array("Q", next(pieces))) for form in forms}
        places[key] = blocks.Place(firsts, lasts, numbers, set(without_comma))
    return places
