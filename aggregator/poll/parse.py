"""Bytes of a feed -> `ParsedFeed`: the one way in for whatever a server sends."""

import hashlib
import re
from collections.abc import Callable, Collection
from datetime import datetime
from functools import partial
from typing import Final

from aggregator.errors import NotAFeed, ParseError
from aggregator.model import Entry, FailedItem, HttpUrl, IdentityKind, ParsedFeed
from aggregator.poll.broken_items import Label, name_of, read_each
from aggregator.poll.decoding import decode
from aggregator.poll.identity import address_key, digest_of_text, identified, rule_in_force
from aggregator.poll.items import Item, RawFeed, Surroundings, entry_of, line
from aggregator.poll.json_feed import read_json
from aggregator.poll.wishes import addresses, skip_days, skip_hours
from aggregator.poll.xml_feed import read_xml, read_xml_quickly
from aggregator.text.language import language_tag
from aggregator.text.urls import http_url

_START: Final = re.compile("[^\ufeff \t\r\n\0]")


def parse(
    body: bytes,
    *,
    url: HttpUrl,
    content_type: str | None,
    now: datetime,
    language: str | None = None,
    by: IdentityKind = IdentityKind.GUID,
    aside: Collection[str] = (),
) -> ParsedFeed:
    """Return the feed in `body`, whose final address is `url`; every text and address is clean.

    `content_type` is the HTTP header as sent. `language` is what the user says of the feed; it
    guides the choice of a code page and stands before what the feed claims for itself. `by` is
    LINK for a feed whose guids change from poll to poll. A feed without entries is a feed. The
    same bytes give the same result whenever `now` does. An item over which this program fails is
    left out and named in `failed`; those that `aside` names by these names are not tried.

    Raises ParseError (NotAFeed, its WebPageInstead, ForbiddenXml) and nothing else, whatever the
    bytes are.
    """
    try:
        return _parse(body, url, content_type, now, language, by, aside, read_xml)
    except ParseError:
        raise
    except Exception as error:
        # feedparser raises many kinds on strange input; none of them may stop a poll.
        raise NotAFeed(f"it cannot be read: {type(error).__name__}: {error}") from error


def parse_quickly(
    body: bytes,
    *,
    url: HttpUrl,
    content_type: str | None,
    now: datetime,
    language: str | None = None,
    by: IdentityKind = IdentityKind.GUID,
    aside: Collection[str] = (),
) -> ParsedFeed | None:
    """Return what `parse` would, in linear time; None where that takes feedparser, or fails."""
    try:
        return _parse(body, url, content_type, now, language, by, aside, read_xml_quickly)
    except Exception:  # noqa: BLE001 -- `parse` will say what is wrong
        return None


def entry_hash(entry: Entry) -> str:
    """Return a hash that changes when the feed edits the item's address, title or text.

    Another spelling of the same address is no edit, nor is a site's move to https.
    """
    address = address_key(entry.url) if entry.url else ""
    return digest_of_text(address, entry.title, entry.summary, entry.content)


def body_hash(body: bytes) -> str:
    """Return a hash of a feed's bytes; the same again means that nothing is new."""
    return hashlib.sha256(body).hexdigest()


def _parse(
    body: bytes,
    url: HttpUrl,
    content_type: str | None,
    now: datetime,
    language: str | None,
    by: IdentityKind,
    aside: Collection[str],
    read: Callable[[str, bytes | None], RawFeed],
) -> ParsedFeed:
    decoded = decode(body, content_type, language)
    start = _START.search(decoded.text)
    if start is None:
        raise NotAFeed("it is empty")
    if start[0] in "{[":
        feed = read_json(decoded.text[start.start() :])
    else:
        feed = read(decoded.text, decoded.utf8)
    spoken = language_tag(language) or language_tag(feed.language)
    entries, losses, failed = _entries(
        feed, Surroundings(url, now, spoken, feed.authors, by), aside
    )
    return ParsedFeed(
        format=feed.format,
        title=line(feed.title),
        entries=tuple(entries),
        language=spoken,
        defects=(*decoded.defects, *feed.defects, *losses),
        ttl=feed.ttl,
        skip_hours=skip_hours(feed.skip_hours),
        skip_days=skip_days(feed.skip_days),
        self_url=next(iter(addresses(feed.self_links, url)), None),
        new_url=http_url(feed.new_url, url),
        hubs=addresses(feed.hubs, url),
        identity_rule=rule_in_force(entries, by),
        failed=failed,
    )


def _entries(
    feed: RawFeed, surroundings: Surroundings, aside: Collection[str]
) -> tuple[list[Entry], list[str], tuple[FailedItem, ...]]:
    """Return the entries, a word on items that are none, and those over which we fail."""
    by = surroundings.by
    tried = [item for item in feed.items if not aside or name_of(item.label, by) not in aside]
    found, broken = read_each(tried, partial(entry_of, feed=surroundings), _label)
    # One may be broken a second time before its time: nothing is noted of it then.
    failed = {name_of(each.label, by): each.error for each in (*feed.broken, *broken)}
    speaking = [entry for entry in found if entry is not None]
    entries = identified(speaking)
    losses = []
    if len(speaking) < len(found):
        losses.append(f"items without address, title and text: {len(found) - len(speaking)}")
    if len(entries) < len(speaking):
        losses.append(f"items that repeat another one: {len(speaking) - len(entries)}")
    return (
        entries,
        losses,
        tuple(FailedItem(name, why) for name, why in failed.items() if name not in aside),
    )


def _label(item: Item) -> Label:
    return item.label
