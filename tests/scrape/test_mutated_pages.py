"""N9, of pages that were damaged at random: reading one ends in a body or a reason."""

import random
from collections.abc import Iterator
from pathlib import Path

import pytest

from aggregator.model import BodySource
from tests.scrape.test_hostile_pages import judged

CORPUS = Path(__file__).with_name("corpus")


def mutations(seed: int, number: int) -> Iterator[bytes]:
    """Yield pages of the corpus with bytes cut out, put in, said twice or exchanged."""
    choose = random.Random(seed)  # noqa: S311 - a seed to repeat a failure by
    pages = [(folder / "page.html").read_bytes() for folder in sorted(CORPUS.iterdir())]
    tokens = [
        b"<", b">", b"</", b"<!--", b"-->", b"<script>", b"</script>", b"<p>", b"<h1>",
        b"<article>", b"<template shadowrootmode=open>", b"<noscript>", b"<title>", b"</body>",
        b"<table>", b"'", b'"', b"{", b"}", b"[", b"]", b",", b":", b"\\", b"&#0;", b"&#x110000;",
        b"&#xD800;", b"\x00", b"\xff\xfe", b"\xed\xa0\x80", b"\xe2\x80\xae", b"9" * 400, b"-1e999",
        b"null", b"NaN", b"2026-02-31T99:99", b"<time datetime=", b"<meta charset=utf-7>",
        b"__NEXT_DATA__", b'"isAccessibleForFree":false,', b'"@type":["LiveBlogPosting",7],',
        b'"wordCount":"999999",',
    ]  # fmt: skip
    for _ in range(number):
        page = bytearray(choose.choice(pages))
        for _ in range(choose.randint(1, 8)):
            start = choose.randrange(len(page) + 1)
            piece = page[start : start + choose.choice((1, 10, 200, 4000))]
            match choose.randrange(5):
                case 0:
                    del page[start : start + len(piece)]
                case 1:
                    page[start:start] = choose.choice(tokens)
                case 2:
                    page[start:start] = piece * choose.choice((1, 1, 20))
                case 3:
                    other = choose.choice(pages)
                    cut = choose.randrange(len(other))
                    page[start : start + len(piece)] = other[cut : cut + 2000]
                case _:
                    page[start : start + 1] = bytes([choose.randrange(256)])
        yield bytes(page)


def test_n09_mutated_pages_end_in_a_body_or_a_reason() -> None:
    for page in mutations(9, 300):
        assert judged(page).body_source in BodySource


@pytest.mark.slow
@pytest.mark.timeout(3600)
def test_n09_twenty_thousand_mutated_pages_end_in_a_body_or_a_reason() -> None:
    for page in mutations(16, 20_000):
        assert judged(page).body_source in BodySource
