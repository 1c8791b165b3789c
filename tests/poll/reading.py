"""Short ways to make a feed and read it."""

from datetime import UTC, datetime

from aggregator.model import Entry, HttpUrl, IdentityKind, ParsedFeed
from aggregator.poll.parse import parse

NOW = datetime(2026, 3, 5, 12, 0, tzinfo=UTC)
URL = HttpUrl("https://feeds.example/all.xml")


def read(
    document: str | bytes,
    *,
    content_type: str | None = None,
    language: str | None = None,
    by: IdentityKind = IdentityKind.GUID,
) -> ParsedFeed:
    body = document.encode() if isinstance(document, str) else document
    return parse(body, url=URL, content_type=content_type, now=NOW, language=language, by=by)


def rss(*items: str) -> str:
    joined = "".join(f"<item>{item}</item>" for item in items)
    return f'<rss version="2.0"><channel><title>Courier</title>{joined}</channel></rss>'


def only(document: str | bytes) -> Entry:
    (entry,) = read(document).entries
    return entry
