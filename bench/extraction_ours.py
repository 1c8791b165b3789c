"""This project in the benchmark of extraction."""

from functools import cache
from typing import Any

import lxml.html

from aggregator.model import Entry, HttpUrl, IdentityKind, PlainText, SafeHtml
from aggregator.scrape.article import extract
from aggregator.scrape.batch import to_record


def page_alone(raw: bytes, url: str) -> dict[str, Any]:
    """Extract from nothing but the page."""
    return to_record(extract(raw, url))


def page_with_entry(raw: bytes, url: str) -> dict[str, Any]:
    """Extract beside the entry that a feed would have: the page's own share title and text.

    Most publishers fill both from the same fields. The entry has no date, author or full text.
    """
    return to_record(extract(raw, url, hint=_entry(raw, url)))


@cache
def _entry(raw: bytes, url: str) -> Entry:
    # Cached, so that only the warm pass pays for what is no part of the extraction.
    tree = lxml.html.document_fromstring(raw, parser=lxml.html.HTMLParser(encoding="utf-8"))
    said: dict[str, str] = {}
    for meta in tree.iter("meta"):
        said.setdefault(meta.get("property", ""), meta.get("content", ""))
    return Entry(
        identity=url,
        identity_kind=IdentityKind.LINK,
        url=HttpUrl(url),
        title=PlainText(said.get("og:title", "")),
        summary=SafeHtml(said.get("og:description", "")),
    )
