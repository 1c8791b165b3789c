"""A feed and its items as their format gives them, and the clean `Entry` that comes of an item."""

import html
import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Final, NamedTuple

from aggregator.model import Entry, HttpUrl, IdentityKind, PlainText, SafeHtml
from aggregator.poll.broken_items import BrokenItem, Label
from aggregator.poll.dates import best_time
from aggregator.poll.identity import first_identity
from aggregator.poll.reopened import reopened_length
from aggregator.text.clean import (
    line_of_html,
    plain_line,
    plain_paragraphs,
    sanitised_html,
    tame_safe_html,
    text_of_html,
)
from aggregator.text.images import DeclaredImage, first_image
from aggregator.text.language import language_tag
from aggregator.text.urls import http_url

_SHORT: Final = 40
_BODY_LIMIT: Final = 10_000_000
"""Characters; no feed is larger, so nothing is cut."""

_REFERENCE_LIMIT: Final = 20_000
_OPEN_LIMIT: Final = 500
_FREELY_REOPENED: Final = 100_000
_TAG: Final = re.compile(r"<(/?)([A-Za-z][A-Za-z0-9]*)")
_UNCLOSED_IMAGE: Final = re.compile(r"<img\b[^<>]*(?=<|$)", re.IGNORECASE)
# Void, or closed by the next of their kind.
_NEVER_OPEN: Final = frozenset(
    "area base br col dd dt embed hr img input li link meta option p param source td th tr track"
    " wbr".split()
)


class Markup(NamedTuple):
    """Hostile text of a field, and whether it is HTML or plain text."""

    text: str = ""
    is_html: bool = True


class Item(NamedTuple):
    """An item of any format: **hostile text**, nothing resolved.

    `links` are addresses and `images` what is declared of some, the likeliest first; `stand_ins`
    are addresses if they are absolute, otherwise only names. `times` are (field, text) pairs, the
    likeliest time of publication first. `base` is what relative addresses are relative to, itself
    perhaps relative to the feed.
    """

    guid: str = ""
    links: tuple[str, ...] = ()
    stand_ins: tuple[str, ...] = ()
    title: str = ""
    summary: Markup = Markup()
    content: Markup = Markup()
    authors: tuple[str, ...] = ()
    categories: tuple[str, ...] = ()
    times: tuple[tuple[str, str], ...] = ()
    updated: str = ""
    language: str | None = None
    images: tuple[DeclaredImage, ...] = ()
    base: str = ""

    @property
    def label(self) -> Label:
        """What its feed calls it."""
        return Label(self.guid, next(iter(self.stand_ins or self.links), ""), self.title)


@dataclass(frozen=True, slots=True)
class RawFeed:
    """A feed document of any format, its text still hostile.

    `skip_hours` and `skip_days` are what the elements hold, `self_links` and `hubs` addresses, and
    `new_url` is where it says that it has moved. Over the `broken` items this program has failed.
    """

    format: str
    title: str
    items: tuple[Item, ...]
    broken: tuple[BrokenItem, ...] = ()
    language: str | None = None
    authors: tuple[str, ...] = ()
    defects: tuple[str, ...] = ()
    ttl: timedelta | None = None
    skip_hours: tuple[str, ...] = ()
    skip_days: tuple[str, ...] = ()
    self_links: tuple[str, ...] = ()
    hubs: tuple[str, ...] = ()
    new_url: str = ""


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What the items of one feed have in common."""

    url: HttpUrl
    now: datetime
    language: str | None = None
    authors: tuple[str, ...] = ()
    by: IdentityKind = IdentityKind.GUID


def entry_of(item: Item, feed: Surroundings) -> Entry | None:
    """Return the clean entry with its first identity; None if the item says nothing at all."""
    base = http_url(item.base, feed.url) or feed.url
    title = line(item.title)
    content = fragment(item.content, base)
    # feedparser repeats a body without summary as its summary.
    repeated = item.summary.text == item.content.text
    summary = SafeHtml("") if repeated else fragment(item.summary, base)
    url = _first_address(item.links, base) or _first_address(item.stand_ins)
    if not (title or summary or content or url):
        return None
    published = best_time(item.times, feed.now, feed.language)
    updated = best_time(
        [("updated", item.updated)] if item.updated else [], feed.now, feed.language
    )
    identity, kind = first_identity(item.guid, url, (title, summary, content), feed.by)
    return Entry(
        identity=identity,
        identity_kind=kind,
        url=url,
        title=title,
        summary=summary,
        content=content,
        authors=lines(item.authors) or lines(feed.authors),
        categories=lines(item.categories),
        published=published.moment,
        published_how=published.how,
        updated=updated.moment,
        language=language_tag(item.language) or feed.language,
        image=first_image(item.images, base),
    )


def line(text: str) -> PlainText:
    """Return a title or a name, in which every format may hold markup, as one clean line.

    Markup that was escaped once too often is markup all the same.
    """
    return _short_line(text) if len(text) <= _SHORT else _line(text)


def _line(text: str) -> PlainText:
    if "<" not in text and "&" not in text:
        return plain_line(text)
    clean = line_of_html(text)
    return line_of_html(clean) if _TAG.search(clean) else clean


_short_line = lru_cache(maxsize=4096)(_line)
"""Names and categories come again and again."""


def lines(texts: Iterable[str]) -> tuple[PlainText, ...]:
    """Return names or categories as clean lines, each once."""
    return tuple(dict.fromkeys(clean for text in texts if (clean := line(text))))


def fragment(markup: Markup, base: HttpUrl) -> SafeHtml:
    """Return a summary or a body as clean HTML; the paragraphs of plain text become elements."""
    if not markup.is_html:
        paragraphs = plain_paragraphs(markup.text).split("\n\n")
        escaped = [html.escape(paragraph, quote=False) for paragraph in paragraphs]
        return SafeHtml(escaped[0] if len(escaped) == 1 else f"<p>{'</p><p>'.join(escaped)}</p>")
    if "<" not in markup.text and "&" not in markup.text:
        text = plain_line(markup.text, limit=_BODY_LIMIT)
        return SafeHtml(html.escape(text, quote=False))
    tame = tame_safe_html(markup.text, base)
    if tame is not None:
        return tame
    if not _takes_linear_time(markup.text):
        return fragment(Markup(text_of_html(markup.text), is_html=False), base)
    return sanitised_html(markup.text, base)


def _takes_linear_time(text: str) -> bool:
    """Return whether a sanitiser takes linear time for `text`.

    The parser behind nh3 is quadratic in open elements and in character references (8,000 nested
    lists 0.7 s, 400,000 references 3.3 s), and writes formatting that is still open again in each
    block (140 KB became 47 MB in 30 s); such text loses its markup instead.
    """
    if text.count("&") > _REFERENCE_LIMIT or len(_UNCLOSED_IMAGE.findall(text)) > _OPEN_LIMIT:
        return False
    opened = [closing for closing, name in _TAG.findall(text) if name.lower() not in _NEVER_OPEN]
    if len(opened) - 2 * opened.count("/") > _OPEN_LIMIT:
        return False
    return reopened_length(text) <= 4 * len(text) + _FREELY_REOPENED


def _first_address(addresses: Iterable[str], base: HttpUrl | None = None) -> HttpUrl | None:
    for address in addresses:
        if address and (url := http_url(address, base)):
            return url
    return None
