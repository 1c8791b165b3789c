"""N5, N6: what is read of a body, and what is not."""

import gzip
import random
import zlib
from collections.abc import AsyncIterator, Callable, Iterable
from itertools import chain, repeat

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aggregator.errors import BadEncoding, TooLarge
from aggregator.web.body import PIECE, Inflater, content_coding, read_body
from tests.web.client_for import run

URL = "http://outlet.example/feed"
LIMIT = 1_000_000


class Chunks:
    """An async iterator that counts what was taken from it."""

    def __init__(self, chunks: Iterable[bytes]) -> None:
        self._chunks = iter(chunks)
        self.taken = 0

    def __aiter__(self) -> AsyncIterator[bytes]:
        return self

    async def __anext__(self) -> bytes:
        try:
            chunk = next(self._chunks)
        except StopIteration:
            raise StopAsyncIteration from None
        self.taken += len(chunk)
        return chunk


def _split(data: bytes, size: int) -> list[bytes]:
    return [data[start : start + size] for start in range(0, len(data), size)]


def _read(data: bytes, coding: str | None, size: int = 10_000, limit: int = LIMIT) -> bytes:
    return run(read_body(URL, Chunks(_split(data, size)), coding=coding, limit=limit))


def _bare_deflate(data: bytes) -> bytes:
    encoder = zlib.compressobj(wbits=-zlib.MAX_WBITS)
    return encoder.compress(data) + encoder.flush()


ENCODERS: dict[str, Callable[[bytes], bytes]] = {
    "plain": bytes,
    "gzip": gzip.compress,
    "deflate": zlib.compress,
    "deflate, bare": _bare_deflate,
}


def _round_trip(data: bytes, encoder: str, size: int = 10_000) -> bytes:
    coding = None if encoder == "plain" else encoder.partition(",")[0]
    return _read(ENCODERS[encoder](data), coding, size)


@pytest.mark.parametrize("encoder", ENCODERS)
@pytest.mark.parametrize("size", [1, 7, 65_536])
def test_n06_round_trip(encoder: str, size: int) -> None:
    data = random.Random(size).randbytes(20_000) + b"\0" * 200_000  # noqa: S311  # sample data
    assert _round_trip(data, encoder, size) == data


@given(st.binary(max_size=2_000), st.sampled_from(sorted(ENCODERS)), st.integers(1, 50))
def test_n06_round_trip_of_anything(data: bytes, encoder: str, size: int) -> None:
    assert _round_trip(data, encoder, size) == data


@pytest.mark.parametrize("encoder", ENCODERS)
def test_n06_the_limit_is_met_exactly(encoder: str) -> None:
    assert len(_round_trip(b"x" * LIMIT, encoder)) == LIMIT
    with pytest.raises(TooLarge):
        _round_trip(b"x" * (LIMIT + 1), encoder)


def test_n05_no_more_than_a_piece_is_taken_beyond_the_limit() -> None:
    endless = Chunks(b"x" * PIECE for _ in iter(int, 1))
    with pytest.raises(TooLarge):
        run(read_body(URL, endless, coding=None, limit=LIMIT))
    assert endless.taken <= LIMIT + PIECE


def test_n06_a_stream_that_becomes_nothing_has_an_end() -> None:
    encoder = zlib.compressobj(wbits=31)
    header, empty_block = encoder.flush(zlib.Z_SYNC_FLUSH), b"\x00\x00\x00\xff\xff" * 1000
    endless = Chunks(chain([header], repeat(empty_block)))
    with pytest.raises(TooLarge, match="compressed"):
        run(read_body(URL, endless, coding="gzip", limit=2_000))
    assert endless.taken <= 2_000 + 2 * PIECE


def test_n06_no_piece_is_larger_than_promised() -> None:
    bomb = gzip.compress(b"\0" * 10_000_000, mtime=0)
    assert max(map(len, Inflater(URL, "gzip").pieces(bomb))) <= PIECE


@pytest.mark.parametrize(
    ("data", "coding", "detail"),
    [
        (gzip.compress(b"news" * 100, mtime=0)[:-1], "gzip", "truncated"),
        (gzip.compress(b"news" * 100, mtime=0)[:5], "gzip", "truncated"),
        (zlib.compress(b"news" * 100)[:-3], "deflate", "truncated"),
        (_bare_deflate(b"news" * 100)[:-3], "deflate", "truncated"),
        (b"x", "deflate", "truncated"),
        (gzip.compress(b"news", mtime=0) + b"junk", "gzip", "something follows"),
        (
            gzip.compress(b"news", mtime=0) + gzip.compress(b"more", mtime=0),
            "gzip",
            "something follows",
        ),
        (zlib.compress(b"news") + b"\0", "deflate", "something follows"),
        (b"<rss/>", "gzip", "damaged"),
        (gzip.compress(b"news" * 9, mtime=0)[:-8] + b"\0" * 8, "gzip", "damaged"),
        (b"\xff\xff\xff", "deflate", "damaged"),
    ],
)
@pytest.mark.parametrize("size", [1, 100_000])
def test_n06_damage_has_a_name(data: bytes, coding: str, detail: str, size: int) -> None:
    with pytest.raises(BadEncoding, match=detail):
        _read(data, coding, size)


@pytest.mark.parametrize("coding", [None, "gzip", "deflate"])
def test_an_empty_body_is_empty_whatever_its_coding(coding: str | None) -> None:
    assert _read(b"", coding) == b""


@pytest.mark.parametrize(
    ("codings", "expected"),
    [
        ([], None),
        ([""], None),
        (["identity"], None),
        (["GZip"], "gzip"),
        (["x-gzip"], "gzip"),
        (["identity", "deflate"], "deflate"),
    ],
)
def test_n06_known_coding(codings: list[str], expected: str | None) -> None:
    assert content_coding(URL, codings) == expected


@pytest.mark.parametrize(
    "codings", [["gzip", "gzip"], ["br"], ["zstd"], ["gzip", "br"], ["utf-8"], ["compress"]]
)
def test_n06_unasked_coding(codings: list[str]) -> None:
    with pytest.raises(BadEncoding, match="was not asked for"):
        content_coding(URL, codings)


def test_lines_are_cut_whole() -> None:
    lines = b"".join(b"line %d\n" % number for number in range(100))
    cut = run(read_body(URL, Chunks([lines]), coding=None, limit=100, cut_lines=True))
    assert cut == lines[: len(cut)]
    assert cut.endswith(b"\n")
    assert 90 < len(cut) <= 100
