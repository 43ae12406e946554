"""The README's pictures: there, small, and made of the records, the query and the pages that are there now."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from tests.pictures import FOLDER, MOST, PICTURES, inputs

ROOT = Path(__file__).resolve().parents[1]


def test_every_picture_is_made_of_what_is_there_now() -> None:
    made_of = json.loads((FOLDER / "manifest.json").read_text(encoding="utf-8"))
    assert made_of == inputs(), "run `python -m tests.pictures`, look at docs/pictures/, and commit them"


@pytest.mark.parametrize("name", PICTURES)
def test_a_picture_is_a_small_png(name: str) -> None:
    content = (FOLDER / f"{name}.png").read_bytes()
    assert (content[:4], len(content) <= MOST) == (b"\x89PNG", True)


def test_the_readme_shows_them_all_and_no_others() -> None:
    shown = re.findall(r"docs/pictures/([\w-]+)\.png", (ROOT / "README.md").read_text(encoding="utf-8"))
    assert (sorted(set(shown)), sorted(path.stem for path in FOLDER.glob("*.png"))) == (
        sorted(PICTURES),
        sorted(PICTURES),
    )
