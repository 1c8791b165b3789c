"""A feed's entry written by hand, as JSON: the witness for a page that no feed has brought."""

from collections.abc import Mapping
from datetime import datetime

from aggregator.model import Entry, IdentityKind
from aggregator.scrape.dates.moments import parse_moment
from aggregator.text.clean import line_of_html, safe_html
from aggregator.text.urls import http_url

_KEYS = frozenset("title summary content published authors language url".split())


def read_hint(value: object, url: str) -> Entry:
    """Return the entry for the page at `url` that an object means, all of its keys optional.

    `title`, `summary` and `content` may hold HTML; `published` is in ISO 8601. Raises ValueError
    that says which value is wrong.
    """
    if not isinstance(value, Mapping):
        raise ValueError(f"an entry is an object with some of {', '.join(sorted(_KEYS))}")  # noqa: TRY004 - what a file holds
    for name in value:
        if name not in _KEYS:
            raise ValueError(
                f"{name!r} is no key of an entry: there are {', '.join(sorted(_KEYS))}"
            )
    authors = value.get("authors", [])
    if not isinstance(authors, list) or not all(isinstance(name, str) for name in authors):
        raise ValueError("authors must be a list of names")
    published = _text(value, "published")
    moment = read_moment(published) if published else None
    address = http_url(_text(value, "url") or url)
    return Entry(
        identity=url,
        identity_kind=IdentityKind.LINK,
        url=address,
        title=line_of_html(_text(value, "title")),
        summary=safe_html(_text(value, "summary"), address),
        content=safe_html(_text(value, "content"), address),
        authors=tuple(line_of_html(name) for name in authors),
        published=moment,
        published_how="published" if moment else "missing",
        language=_text(value, "language") or None,
    )


def read_moment(text: str) -> datetime:
    """Return an aware time; raises ValueError for what is none."""
    moment = parse_moment(text)
    if moment is None:
        raise ValueError(f"{text!r} is no time such as 2026-03-01T12:00:00Z")
    return moment


def _text(value: Mapping[str, object], name: str) -> str:
    text = value.get(name) or ""
    if not isinstance(text, str):
        raise ValueError(f"{name} must be text")  # noqa: TRY004 - what a file holds
    return text
