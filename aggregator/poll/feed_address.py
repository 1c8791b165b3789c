"""Addresses of feeds as people and pages write them."""

import re
from typing import Final

from aggregator.model import HttpUrl
from aggregator.text.urls import http_url

# The two spellings of a scheme that browsers hand to feed readers: feed://host/ means http, and
# feed:https://host/ has the address behind it.
_FEED_SCHEME: Final = re.compile(r"\s*feed:(?://)?(?=(https?:)?)", re.IGNORECASE)


def feed_url(raw: str | None, base: str | None = None) -> HttpUrl | None:
    """Return what `http_url` makes of an address that may begin with "feed:"."""
    scheme = _FEED_SCHEME.match(raw) if raw else None
    if not raw or scheme is None:
        return http_url(raw, base)
    rest = raw[scheme.end() :]
    return http_url(rest if scheme[1] else f"http://{rest}")
