"""Bodies bounded by what they become: at most one content coding, inflated in small pieces.

httpx's own decoders turned 1,832 bytes of nested gzip into one piece of 1 GiB; hence ours.
"""

import zlib
from collections.abc import AsyncIterator, Iterator, Sequence
from typing import Final

from aggregator.errors import BadEncoding, TooLarge

PIECE: Final = 64 * 1024
"""Bytes that are inflated at once, and the most that is held beyond a limit."""

ACCEPT_ENCODING: Final = b"gzip, deflate"
"""What we offer; brotli and zstd have no decoder here that can be stopped in time."""

_GZIP_WINDOW: Final = 16 + zlib.MAX_WBITS
_ZLIB_HEADER_SIZE: Final = 2


def content_coding(url: str, codings: Sequence[str]) -> str | None:
    """Return the one coding that a body has, None for a plain body.

    Raises BadEncoding for more than one, and for any that we did not offer.
    """
    named = [coding.strip().lower() for coding in codings]
    named = [coding.removeprefix("x-") for coding in named if coding not in {"", "identity"}]
    if not named:
        return None
    if len(named) > 1 or named[0] not in {"gzip", "deflate"}:
        raise BadEncoding(url, f"content coding {', '.join(named)[:80]!r} was not asked for")
    return named[0]


async def read_body(
    url: str,
    chunks: AsyncIterator[bytes],
    *,
    coding: str | None,
    limit: int,
    cut_lines: bool = False,
) -> bytes:
    """Return the whole body, decompressed, of at most `limit` bytes.

    A longer one raises TooLarge, or ends with its last whole line with `cut_lines`. One that is
    damaged, truncated or followed by anything else raises BadEncoding.
    """
    inflater = Inflater(url, coding) if coding else None
    body = bytearray()
    received = 0
    async for chunk in chunks:
        received += len(chunk)
        for piece in inflater.pieces(chunk) if inflater else (chunk,):
            if len(body) + len(piece) > limit:
                if cut_lines:
                    whole = body + piece[: limit - len(body)]
                    return bytes(whole[: whole.rfind(b"\n") + 1])
                raise TooLarge(url, f"the body is larger than {limit} bytes")
            body += piece
        # A compressed stream can go on for ever without becoming anything.
        if received > limit + PIECE:
            raise TooLarge(url, f"the compressed body is larger than {limit} bytes")
    if inflater and received:
        inflater.finish()
    return bytes(body)


class Inflater:
    """The decoder of one gzip or deflate stream; nothing it gives is larger than `PIECE`."""

    def __init__(self, url: str, coding: str) -> None:
        self._url = url
        self._coding = coding
        self._head = b""
        self._decoder = zlib.decompressobj(_GZIP_WINDOW) if coding == "gzip" else None

    def pieces(self, chunk: bytes) -> Iterator[bytes]:
        """Yield what `chunk` becomes; raises BadEncoding when it is damaged."""
        if self._decoder is None:
            self._head += chunk
            if len(self._head) < _ZLIB_HEADER_SIZE:
                return
            chunk, self._head = self._head, b""
            self._decoder = zlib.decompressobj(_deflate_window(chunk))
        while not self._decoder.eof:
            try:
                piece = self._decoder.decompress(chunk, PIECE)
            except zlib.error as error:
                raise BadEncoding(self._url, f"damaged {self._coding} body: {error}") from error
            yield piece
            chunk = self._decoder.unconsumed_tail
            # A full piece may have left output behind although all input is consumed.
            if not chunk and len(piece) < PIECE and not self._decoder.eof:
                return
        if self._decoder.unused_data or chunk:
            raise BadEncoding(self._url, f"something follows the {self._coding} body")

    def finish(self) -> None:
        """Raise BadEncoding unless the stream has come to its end."""
        if self._decoder is None or not self._decoder.eof:
            raise BadEncoding(self._url, f"truncated {self._coding} body")


def _deflate_window(head: bytes) -> int:
    # RFC 9110, section 8.4.1.2: "deflate" has a zlib header, but some servers send it bare.
    is_zlib = head[0] & 0x0F == zlib.DEFLATED and int.from_bytes(head[:2]) % 31 == 0
    return zlib.MAX_WBITS if is_zlib else -zlib.MAX_WBITS
