"""An answer as records of a WARC file (WARC 1.1, ISO 28500:2017): pure, values in and bytes out.

The payload is kept without its content and transfer coding, as browser crawlers do it: the headers
about them are renamed with `x-orig-` before them, and Content-Length is that of what is kept.
"""

import gzip
import hashlib
import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from http import HTTPStatus
from typing import Final
from urllib.parse import urlsplit

from aggregator.model import Exchange, FetchResult, HttpUrl, Outcome, SideAnswer
from aggregator.text.times import to_text

IDENTICAL_PAYLOAD: Final = "http://netpreserve.org/warc/1.1/revisit/identical-payload-digest"
"""The profile of a record without payload: another record of the same file has it."""

ASKED: Final = "X-Asked-URI"
"""Our own field: the address that was asked for, where redirects led elsewhere."""

PUSHED_BY: Final = "X-Pushed-By"
"""Our own field: the hub that sent a feed unasked."""

_CONFORMS_TO: Final = (
    "http://iipc.github.io/warc-specifications/specifications/warc-format/warc-1.1/"
)
_LEFT_OUT: Final = (
    "content and transfer codings are undone (see x-orig-); cookies of answers, and headers,"
    " cookies and authorization that the operator adds to requests, are not kept"
)
_RENAMED: Final = frozenset({b"content-encoding", b"transfer-encoding", b"content-length"})
# What RFC 9110, section 5.5, allows in no value; HTTP/2 can carry it.
_CONTROL: Final = re.compile(rb"[\x00-\x08\x0a-\x1f\x7f]")
_NO_TOKEN: Final = re.compile(rb"[^!#$%&'*+.^_`|~0-9A-Za-z-]")


@dataclass(frozen=True, slots=True)
class Capture:
    """An answer that is to be kept; `digest` is the SHA-256 of its payload in hexadecimal digits.

    `url` is the address that answered, `asked_url` the one that was asked for. What a hub pushed
    has no exchange, for we asked nothing: `pushed_by` is the hub. `is_whole` says whether the
    payload is all that was sent.
    """

    url: HttpUrl
    asked_url: HttpUrl
    fetched: datetime
    exchange: Exchange | None
    content_type: str | None
    payload: bytes
    digest: str
    pushed_by: HttpUrl | None = None
    is_whole: bool = True


@dataclass(frozen=True, slots=True)
class Original:
    """Where a payload stands that has come again: the record that holds it, in the same file."""

    record_id: str
    url: str
    fetched_at: str
    offset: int


def captures_of(result: FetchResult) -> tuple[Capture, ...]:
    """Return what is to be kept of an answer or a push: the redirects that led there, then itself.

    A refusal (4xx, a test for people) is kept, too; what passes (429, 5xx, 304) is not, and nothing
    where nobody answered.
    """
    sides = tuple(_side_capture(result, side) for side in result.side_answers)
    if result.outcome is not Outcome.FRESH:
        return sides if _is_refused(result) else ()
    if not (result.exchange or result.pushed_by):
        return ()
    came = Capture(
        url=result.final_url or result.url,
        asked_url=result.url,
        fetched=result.received_at,
        exchange=result.exchange,
        content_type=result.content_type,
        payload=result.body,
        digest=hashlib.sha256(result.body).hexdigest(),
        pushed_by=result.pushed_by,
    )
    return (*sides, came)


def _is_refused(result: FetchResult) -> bool:
    if result.outcome in {Outcome.GONE, Outcome.BLOCKED}:
        return True
    status = result.status or 0
    is_client_error = HTTPStatus.BAD_REQUEST <= status < HTTPStatus.INTERNAL_SERVER_ERROR
    return is_client_error and result.outcome is Outcome.FAILED


def _side_capture(result: FetchResult, side: SideAnswer) -> Capture:
    return Capture(
        url=side.url,
        asked_url=result.url,
        fetched=result.received_at,
        exchange=side.exchange,
        content_type=side.content_type,
        payload=side.body,
        digest=hashlib.sha256(side.body).hexdigest(),
        is_whole=side.is_whole,
    )


def information(record_id: str, written: datetime, file: str, software: str) -> bytes:
    """Return the record that opens a file: who wrote it, and what is left out."""
    fields = {
        "software": software,
        "format": "WARC File Format 1.1",
        "conformsTo": _CONFORMS_TO,
        "robots": "obeyed for pages; feeds are those that the operator listed",
        "description": _LEFT_OUT,
    }
    block = "".join(f"{name}: {value}\r\n" for name, value in fields.items()).encode()
    head = [
        ("WARC-Type", "warcinfo"),
        ("WARC-Record-ID", record_id),
        ("WARC-Date", to_text(written)),
        ("WARC-Filename", file),
        ("Content-Type", "application/warc-fields"),
    ]
    return _record(head, block)


def response(record_id: str, capture: Capture, exchange: Exchange) -> bytes:
    """Return the record of an answer with its payload."""
    head = [
        *_place(record_id, "response", capture),
        ("WARC-Payload-Digest", f"sha256:{capture.digest}"),
        ("Content-Type", "application/http; msgtype=response"),
    ]
    return _record(head, _answer_head(exchange, len(capture.payload)) + capture.payload)


def resource(record_id: str, capture: Capture) -> bytes:
    """Return the record of what a hub pushed: the feed alone, for it answers no request.

    The address to which it came is left out, since whoever knows that may push to it.
    """
    media_type = (capture.content_type or "application/octet-stream").encode()
    head = [
        *_place(record_id, "resource", capture),
        ("WARC-Payload-Digest", f"sha256:{capture.digest}"),
        ("Content-Type", _CONTROL.sub(b" ", media_type).decode()),
    ]
    return _record(head, capture.payload)


def revisit(record_id: str, capture: Capture, exchange: Exchange, original: Original) -> bytes:
    """Return the record of an answer whose payload stands in `original` already."""
    head = [
        *_place(record_id, "revisit", capture),
        ("WARC-Profile", IDENTICAL_PAYLOAD),
        ("WARC-Refers-To", original.record_id),
        ("WARC-Refers-To-Target-URI", original.url),
        ("WARC-Refers-To-Date", original.fetched_at),
        ("WARC-Payload-Digest", f"sha256:{capture.digest}"),
        ("Content-Type", "application/http; msgtype=response"),
    ]
    return _record(head, _answer_head(exchange, len(capture.payload)))


def request(record_id: str, capture: Capture, exchange: Exchange, answered_by: str) -> bytes:
    """Return the record of the request that the record `answered_by` answers."""
    head = [
        *_place(record_id, "request", capture),
        ("WARC-Concurrent-To", answered_by),
        ("Content-Type", "application/http; msgtype=request"),
    ]
    parts = urlsplit(capture.url)
    target = f"{parts.path or '/'}{'?' + parts.query if parts.query else ''}".encode()
    return _record(head, _message(b"GET %b HTTP/1.1" % target, exchange.sent))


def _place(record_id: str, kind: str, capture: Capture) -> list[tuple[str, str]]:
    fields = [
        ("WARC-Type", kind),
        ("WARC-Record-ID", record_id),
        ("WARC-Date", to_text(capture.fetched)),
        ("WARC-Target-URI", capture.url),
    ]
    if capture.asked_url != capture.url:
        fields.append((ASKED, capture.asked_url))
    if capture.pushed_by is not None:
        fields.append((PUSHED_BY, capture.pushed_by))
    if not capture.is_whole and kind != "request":
        fields.append(("WARC-Truncated", "length"))
    exchange = capture.exchange
    if exchange is not None and exchange.server is not None and kind != "request":
        fields.append(("WARC-IP-Address", exchange.server))
    if exchange is not None and exchange.protocol != "HTTP/1.1":
        # A field of the coming version: readers of this one know HTTP/1.1 only.
        fields.append(("WARC-Protocol", exchange.protocol.lower()))
    return fields


def _answer_head(exchange: Exchange, payload_bytes: int) -> bytes:
    line = b"HTTP/1.1 %d %b" % (exchange.status, _CONTROL.sub(b" ", exchange.reason))
    headers = [
        (b"x-orig-" + name.lower() if name.lower() in _RENAMED else name, value)
        for name, value in exchange.received
    ]
    return _message(line, [*headers, (b"Content-Length", b"%d" % payload_bytes)])


def _message(line: bytes, headers: Iterable[tuple[bytes, bytes]]) -> bytes:
    lines = [line]
    for name, value in headers:
        lines.append(_NO_TOKEN.sub(b"_", name) + b": " + _CONTROL.sub(b" ", value))
    return b"\r\n".join(lines) + b"\r\n\r\n"


def _record(head: list[tuple[str, str]], block: bytes) -> bytes:
    """Return a record as one gzip member, so that it can be read alone."""
    digest = hashlib.sha256(block).hexdigest()
    fields = [*head, ("WARC-Block-Digest", f"sha256:{digest}"), ("Content-Length", str(len(block)))]
    text = "".join(f"{name}: {value}\r\n" for name, value in fields)
    # The same record gives the same bytes: no time stands in the gzip header.
    return gzip.compress(
        b"WARC/1.1\r\n" + text.encode() + b"\r\n" + block + b"\r\n\r\n", 6, mtime=0
    )
