"""Answers to be archived, and what an independent reader makes of a WARC file."""

import hashlib
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from warcio.archiveiterator import ArchiveIterator

from aggregator.archive.record import Capture, captures_of
from aggregator.model import Exchange, FetchResult, HttpUrl, Outcome

NOW = datetime(2026, 3, 1, 9, 0, tzinfo=UTC)
PAGE = HttpUrl("https://courier.example/2026/depot?part=1")

Pairs = tuple[tuple[bytes, bytes], ...]

SENT: Pairs = ((b"Host", b"courier.example"), (b"User-Agent", b"Reader/1"))


def answer(
    body: bytes,
    *headers: tuple[bytes, bytes],
    url: HttpUrl = PAGE,
    asked: HttpUrl | None = None,
    reason: bytes = b"OK",
    protocol: str = "HTTP/1.1",
) -> Capture:
    """Return an answer with this body, as the client would hand it on."""
    result = FetchResult(
        asked or url,
        Outcome.FRESH,
        NOW,
        status=200,
        final_url=url,
        body=body,
        exchange=Exchange(protocol, 200, reason, headers, SENT, "192.0.2.7"),
    )
    (capture,) = captures_of(result)
    return capture


@dataclass(frozen=True, slots=True)
class SeenRecord:
    """A record as the independent reader gives it, its digests checked."""

    kind: str
    fields: dict[str, str]
    status: str | None
    headers: dict[str, str]
    payload: bytes


def read_independently(path: Path) -> list[SeenRecord]:
    """Read a whole file with warcio."""
    seen = []
    with path.open("rb") as file:
        for record in ArchiveIterator(file, check_digests="raise"):
            http = record.http_headers
            payload = record.content_stream().read()
            digest = record.rec_headers.get_header("WARC-Payload-Digest")
            if record.rec_type in {"response", "resource"}:
                assert digest == f"sha256:{hashlib.sha256(payload).hexdigest()}"
            seen.append(
                SeenRecord(
                    record.rec_type,
                    dict(record.rec_headers.headers),
                    http.statusline if http else None,
                    {name.lower(): value for name, value in http.headers} if http else {},
                    payload,
                )
            )
    return seen
