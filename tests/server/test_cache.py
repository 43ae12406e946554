"""The cache: bounded in bytes, oldest out first; and tags that differ where answers may."""

from __future__ import annotations

import gzip
import itertools
import os

from server.service.cache import Cache, Entry, compress, plain, tag


def test_what_was_not_asked_for_longest_is_let_go() -> None:
    cache = Cache(30, 20)
    entries = {name: Entry(name.encode() * 10, 1) for name in "abc"}
    cache.put("a", entries["a"])
    cache.put("b", entries["b"])
    assert cache.get("a") == entries["a"]
    cache.put("c", Entry(b"c" * 15, 1))
    assert ({name: cache.get(name) is not None for name in "abc"}, cache.bytes) == (
        {"a": True, "b": False, "c": True},
        25,
    )


def test_a_large_answer_is_not_kept_and_an_old_one_is_replaced() -> None:
    cache = Cache(30, 20)
    cache.put("a", Entry(b"x" * 21, 1))
    cache.put("b", Entry(b"x" * 5, 1))
    cache.put("b", Entry(b"y" * 7, 1))
    assert (cache.get("a"), cache.get("b"), cache.bytes) == (None, Entry(b"y" * 7, 1), 7)


def test_an_answer_too_large_as_it_is_is_kept_compressed() -> None:
    cache = Cache(1000, 900)
    bodies = {"even": b"x" * 5000, "small": b"x" * 600, "uneven": os.urandom(5000)}
    for name, body in bodies.items():
        assert cache.begin(name) is None
        cache.end(name, Entry(body, 1))
    kept = {name: (entry.is_compressed, plain(entry)) for name in bodies if (entry := cache.get(name))}
    assert kept == {"even": (True, bodies["even"]), "small": (False, bodies["small"])}


def test_what_was_made_since_it_was_looked_for_is_not_made_again() -> None:
    cache = Cache(1000, 900)
    cache.put("a", Entry(b"x", 1))
    making = cache.begin("a")
    assert making is not None
    assert (making.wait(0), making.entry, cache.begin("b")) == (True, Entry(b"x", 1), None)


def test_every_part_of_a_question_changes_its_tag() -> None:
    parts = [
        ("s1", "s2"),
        ("ASK {}", "ASK { }"),
        ((None, None), (("a:a",), ()), ((), ("a:a",))),
        ("text/csv", "text/tsv"),
    ]
    tags = [tag(*chosen) for chosen in itertools.product(*parts)]
    assert len(set(tags)) == len(tags) == 24


def test_an_answer_is_compressed_where_that_saves_something() -> None:
    short, long = Entry(b"x" * 100, 1), Entry(b"x" * 1000, 2)
    packed = compress(long)
    assert compress(short) == short
    assert (gzip.decompress(packed.body), packed.rows, packed.is_compressed) == (long.body, 2, True)
