"""One request and its answer: what is sent, how much is read, and what can go wrong in words."""

import asyncio
import logging
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable
from contextlib import aclosing
from dataclasses import dataclass, replace
from http import HTTPStatus
from typing import Final, cast

import httpcore
import httpx

from aggregator.errors import AddressRefused, FetchError, TooLarge
from aggregator.model import Exchange, FetchKind, HttpUrl, Outcome
from aggregator.text.urls import host_of
from aggregator.web.answer import Answer
from aggregator.web.body import PIECE, Inflater, content_coding, read_body
from aggregator.web.policy import HEADER_LIMIT
from aggregator.web.stream import reason

_log = logging.getLogger(__name__)

BEGINNING: Final = 16 * 1024
"""Bytes that are read of an answer which is not what was asked for."""

_BEGINNING_SECONDS: Final = 2.0
"""How long such an answer may keep us, beside the deadline of the request."""

# What services in front of a publisher answer with when they want to see a person, what says that
# a page was taken down, and 304.
_READ_STATUSES: Final = frozenset({304, 401, 403, 404, 405, 406, 409, 410, 429, 451, 503})


@dataclass(frozen=True, slots=True)
class Question:
    """One request as it is sent, a POST if there is `posted`; `limit` are the bytes wanted.

    `private` are the names, in lower case, of headers that may hold secrets.
    """

    url: HttpUrl
    kind: FetchKind
    headers: list[tuple[bytes, bytes]]
    limit: int
    posted: bytes | None = None
    private: frozenset[bytes] = frozenset()


_HEADERS_TOO_LARGE: Final = HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE


async def exchange(
    transport: httpx.AsyncBaseTransport,
    question: Question,
    before_each_piece: Callable[[], Awaitable[None]],
) -> Answer:
    """Send one request and read its answer; every failure of the libraries is a FetchError."""
    url = question.url
    try:
        return await _ask(transport, question, before_each_piece)
    except FetchError:
        raise
    except httpx.InvalidURL as error:
        raise AddressRefused(url, "an address that cannot be read") from error
    except (httpcore.NetworkError, httpcore.ProtocolError, OSError) as error:
        # h11 suggests this status to servers whose peer sends a line without end.
        if getattr(error.__cause__, "error_status_hint", None) == _HEADERS_TOO_LARGE:
            raise _header_block_too_large(url) from error
        raise FetchError(url, f"no answer from {host_of(url)}: {reason(error)}") from error
    except Exception as error:  # hostile bytes find exceptions that no library documents
        _log.warning("unexpected failure in an exchange with %s", host_of(url), exc_info=True)
        detail = f"{type(error).__name__} {error}"
        raise FetchError(url, f"no answer from {host_of(url)}: {detail}") from error


def _header_block_too_large(url: HttpUrl) -> TooLarge:
    return TooLarge(url, f"the header block is larger than {HEADER_LIMIT} bytes")


async def _ask(
    transport: httpx.AsyncBaseTransport,
    question: Question,
    before_each_piece: Callable[[], Awaitable[None]],
) -> Answer:
    # The transport alone: httpx's client would read cookies and Location, and log addresses.
    request = httpx.Request(
        "GET" if question.posted is None else "POST",
        question.url,
        headers=question.headers,
        content=question.posted,
    )
    response = await transport.handle_async_request(request)
    try:
        pairs = response.headers.raw
        if sum(len(name) + len(value) + 4 for name, value in pairs) > HEADER_LIMIT:
            raise _header_block_too_large(question.url)
        headers = tuple(
            (name.decode("latin-1").lower(), value.decode("latin-1")) for name, value in pairs
        )
        answer = Answer(response.status_code, headers)
        # httpx annotates it as an iterator, but it is a generator, to be closed when left early.
        async with aclosing(cast("AsyncGenerator[bytes]", response.aiter_raw())) as raw:
            if answer.outcome is Outcome.FRESH:
                body = await _body(_each_after(raw, before_each_piece), answer, question)
                is_whole = True
            else:
                body, is_whole = await _beginning(raw, answer)
        return replace(
            answer,
            body=body,
            is_whole=is_whole,
            exchange=_exchange(question, request, response),
        )
    finally:
        await response.aclose()


def _exchange(
    question: Question, request: httpx.Request, response: httpx.Response
) -> Exchange | None:
    """Return what may be kept of an exchange: that of a feed or a page, without secrets."""
    if question.kind not in {FetchKind.FEED, FetchKind.PAGE}:
        return None
    return Exchange(
        protocol=response.http_version,
        status=response.status_code,
        reason=response.extensions.get("reason_phrase", b""),
        received=tuple(response.headers.raw),
        sent=tuple(pair for pair in request.headers.raw if pair[0].lower() not in question.private),
        server=response.extensions.get("server"),
    )


async def _each_after(
    chunks: AsyncIterator[bytes], before: Callable[[], Awaitable[None]]
) -> AsyncIterator[bytes]:
    async for chunk in chunks:
        await before()
        yield chunk


async def _body(chunks: AsyncIterator[bytes], answer: Answer, question: Question) -> bytes:
    limit, is_cut = question.limit, question.kind is FetchKind.ROBOTS
    coding = content_coding(question.url, answer.header_list("content-encoding"))
    if (answer.announced_length or 0) > limit + PIECE and not is_cut:
        raise TooLarge(question.url, f"the body is announced as larger than {limit} bytes")
    return await read_body(question.url, chunks, coding=coding, limit=limit, cut_lines=is_cut)


async def _beginning(chunks: AsyncIterator[bytes], answer: Answer) -> tuple[bytes, bool]:
    """Return the first bytes of an answer that was not wanted, where they may tell why.

    With them, whether they are all of it. What goes wrong is left out. A short answer is read to
    its end, so that its connection can serve the next request.
    """
    body = bytearray()
    if not (answer.status in _READ_STATUSES or answer.is_redirect):
        return b"", False
    try:
        coding = content_coding("", answer.header_list("content-encoding"))
        inflater = Inflater("", coding) if coding else None
        received = 0
        async with asyncio.timeout(_BEGINNING_SECONDS):
            async for chunk in chunks:
                received += len(chunk)
                for piece in inflater.pieces(chunk) if inflater else (chunk,):
                    body += piece[: BEGINNING - len(body)]
                    if len(body) == BEGINNING or received > PIECE:
                        return bytes(body), False
        if inflater and received:
            inflater.finish()
    except (FetchError, httpcore.NetworkError, httpcore.ProtocolError, OSError):
        return bytes(body), False
    return bytes(body), True
