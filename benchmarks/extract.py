"""How long a text takes to become a draft: CPU seconds per million characters, at three lengths.

    make bench            # or: python -m benchmarks.extract [--length 10000 --length 100000]

The texts are those of tests/extract/, again and again under other names of places. Reading should cost the same per
character at every length; writing the YAML is PyYAML's share.
"""

from __future__ import annotations

import time
from pathlib import Path

import click

from policygraph import extract, paths

__all__ = ["seconds_of", "warm_up"]

_TEXTS = Path(__file__).resolve().parents[1] / "tests" / "extract"
#: What is renamed in each copy, so that no two copies say the same.
_NAMES = ("云岭", "东陵", "滨海")


def _text(length: int) -> str:
    """A text of a length, made of copies of the examples."""
    examples = "".join(path.read_bytes().decode() + "\n" for path in sorted(_TEXTS.glob("*.txt")))
    copies: list[str] = []
    for number in range(length // len(examples) + 1):
        copy = examples
        for name in _NAMES:
            copy = copy.replace(name, f"{name[0]}{chr(0x4E00 + number)}")
        copies.append(copy)
    return "".join(copies)[:length]


def seconds_of(length: int, gazetteer: extract.Gazetteer) -> tuple[float, float]:
    """CPU seconds of reading a text of a length, and of writing its draft as YAML."""
    text = _text(length)
    started = time.process_time()
    draft = extract.extract(text, "x", gazetteer)
    read = time.process_time()
    extract.as_yaml(draft)
    return read - started, time.process_time() - read


def warm_up(gazetteer: extract.Gazetteer) -> None:
    """Has done once what is done once: patterns, and the gazetteer's tables."""
    extract.extract(_text(1_000), "warm-up", gazetteer)


@click.command()
@click.option("--length", "lengths", multiple=True, type=int, default=(10_000, 100_000, 1_000_000), show_default=True)
def main(lengths: tuple[int, ...]) -> None:
    """Time reading and writing at each length."""
    gazetteer = extract.read_gazetteer(paths.find())
    warm_up(gazetteer)
    click.echo(f"{'characters':>12}{'read, CPU s':>13}{'write, CPU s':>14}{'both, per million':>20}")
    for length in lengths:
        read, write = seconds_of(length, gazetteer)
        click.echo(f"{length:>12,}{read:>13.2f}{write:>14.2f}{(read + write) / length * 1_000_000:>20.1f}")


if __name__ == "__main__":
    main()
