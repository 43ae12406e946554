"""Which prefixes a query is given that it need not declare: those that may be used."""

from __future__ import annotations

import random

from policygraph import paths, vocab
from server.settings import Settings
from server.workers.job_types import bounds_of, query_frame, query_job, query_message, read_query
from server.workers.prefixes import used_prefixes

#: What may stand before a colon, beside names of prefixes.
PIECES = [*" \n\t(){}<>\"'^/|!?._-:a1", "FILTER", "x", "中", "ex:", "skos:", "pg:", "area", "xsd"]


def test_a_prefix_whose_name_stands_before_a_colon_is_given() -> None:
    """No other, and no fewer than a search for each finds."""
    texts = [path.read_text(encoding="utf-8") for path in sorted(paths.find().queries.rglob("*.rq"))]
    chance = random.Random(13)  # noqa: S311 - the same texts each time
    texts += ["".join(chance.choices(PIECES, k=chance.randrange(20))) for _ in range(2000)]
    for text in texts:
        looked_for = {name: space for name, space in vocab.PREFIXES.items() if "\\" in text or f"{name}:" in text}
        assert (text, used_prefixes(vocab.PREFIXES, text)) == (text, looked_for)


def test_all_prefixes_are_given_where_an_escape_could_hide_one() -> None:
    assert used_prefixes(vocab.PREFIXES, "ASK { \\u0070g:a ?p 1 }") == vocab.PREFIXES


def test_no_name_is_longer_than_what_is_looked_at() -> None:
    names = vocab.Names("https://example.org/").prefixes
    assert used_prefixes(names, " ".join(f"{name}:a" for name in names)) == names


def test_a_worker_reads_the_job_of_a_query_as_it_was_put() -> None:
    bounds = bounds_of(Settings())
    frame = query_frame(
        "csv",
        (bounds["seconds"], bounds["rows"], bounds["bytes"]),
        vocab.Names(vocab.BASE),
        base="http://localhost/sparql",
        default=("http://x/a",),
        named=None,
        has_from=True,
    )
    text = 'SELECT * { ?s ?p "浑南\n\\u4e2d" }'
    job = query_job(text, "csv", bounds, base="http://localhost/sparql", default=["http://x/a"], has_from=True)
    assert read_query(query_message(text, frame)) == {**job, "services": []}
