"""A stream of pieces through gzip (RFC 1952). Same input, same bytes: no name, no time."""

import zlib
from collections.abc import Iterable, Iterator
from typing import Final

_GZIP: Final = 16 + zlib.MAX_WBITS


def gzipped(pieces: Iterable[bytes]) -> Iterator[bytes]:
    """Yield the pieces of one gzip member that holds all of `pieces`."""
    squeeze = zlib.compressobj(wbits=_GZIP)
    for piece in pieces:
        if squeezed := squeeze.compress(piece):
            yield squeezed
    yield squeeze.flush()
