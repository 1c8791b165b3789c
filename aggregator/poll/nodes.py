"""The dictionaries that feedparser makes of a document, read into the types of ours.

`well_formed` makes the same dictionaries, as far as they are looked at here.
"""

import re
from collections.abc import Iterable, Mapping
from datetime import timedelta
from typing import Any, Final

from aggregator.poll.items import Item, Markup, RawFeed

Node = Mapping[str, Any]
"""feedparser has no types; each field's type is checked where it is read."""

_IMAGE_NAME: Final = re.compile(r"\.(?:jpe?g|png|webp|gif|avif)(?:[?#]|$)", re.IGNORECASE)
_EMAIL: Final = re.compile(r"(?:mailto:)?[^\s<>()]+@[^\s<>()]+")
_HTML_BY_MISTAKE: Final = re.compile(
    r"</(?:p|div|a|b|i|em|strong|span|li|h[1-6]|td|figure)>|<(?:p|br|img)\b", re.IGNORECASE
)
_HTML_TYPES: Final = frozenset({"text/html", "application/xhtml+xml", "html", "xhtml"})
_HTML: Final[Node] = {}
"""What feedparser notes beside a text of the usual kind."""
_NO_TEXT: Final = Markup()
_PERIODS: Final = {
    "hourly": timedelta(hours=1),
    "daily": timedelta(days=1),
    "weekly": timedelta(weeks=1),
    "monthly": timedelta(days=30),
    "yearly": timedelta(days=365),
}
_TIME_FIELDS: Final = ("published", "updated", "created")


def raw_feed(
    format_name: str,
    feed: Node,
    entries: Iterable[Node],
    *,
    is_atom: bool,
    defects: tuple[str, ...],
    skips: tuple[tuple[str, ...], tuple[str, ...]],
) -> RawFeed:
    """Return the feed of a feed's dictionary and those of its entries."""
    language = feed.get("language")
    return RawFeed(
        format=format_name,
        title=_text(feed, "title"),
        items=tuple([_item(entry, language) for entry in entries]),
        language=language,
        # RFC 4287, section 4.2.1: an entry without authors has those of its feed.
        authors=_authors(feed) if is_atom else (),
        defects=defects,
        ttl=_ttl(feed),
        skip_hours=skips[0],
        skip_days=skips[1],
        self_links=_addresses(feed, "self"),
        hubs=_addresses(feed, "hub"),
        new_url=_text(feed, "itunes_new-feed-url"),
    )


def _item(entry: Node, feed_language: str | None) -> Item:
    contents = entry.get("content", ())
    summary = _markup(_text(entry, "summary"), entry.get("summary_detail") or _HTML)
    content = (
        max((_markup(_text(value, "value"), value) for value in contents), key=_length)
        if contents
        else _NO_TEXT
    )
    # A second description counts as content to feedparser; a short one is a picture's caption.
    if 2 * len(content.text) < len(summary.text):
        content = _NO_TEXT
    links = entry.get("links", ())
    details = (entry.get("title_detail", _HTML), *contents)
    return Item(
        guid=_text(entry, "id"),
        links=_links(entry, links),
        stand_ins=(_text(entry, "link"), _text(entry, "id")),
        title=_text(entry, "title"),
        summary=summary,
        content=content,
        authors=_authors(entry),
        categories=tuple(
            [label for tag in entry.get("tags", ()) if (label := tag["label"] or tag["term"])]
        ),
        times=tuple([(field, raw) for field in _TIME_FIELDS if (raw := _own_text(entry, field))]),
        updated=_own_text(entry, "updated"),
        language=_text(entry, "language") or _declared_language(details, feed_language),
        images=_images(entry, links),
        base=next((detail["base"] for detail in details if detail.get("base")), ""),
    )


def _text(node: Node, field: str) -> str:
    value = node.get(field)
    return value if isinstance(value, str) else ""


def _own_text(node: Node, field: str) -> str:
    # feedparser answers "updated" with "published" when asked by get().
    return _text(node, field) if field in node else ""


def _markup(text: str, detail: Node) -> Markup:
    kind = detail.get("type", "text/html")
    if kind in _HTML_TYPES:
        return Markup(text)
    # Atom's default is plain text, and many feeds leave it so for HTML.
    return Markup(text, bool(_HTML_BY_MISTAKE.search(text))) if kind == "text/plain" else _NO_TEXT


def _length(markup: Markup) -> int:
    return len(markup.text)


def _declared_language(details: Iterable[Node], feed_language: str | None) -> str | None:
    for detail in details:
        language = detail.get("language")
        if language and language != feed_language:
            return str(language)
    return None


def _links(entry: Node, links: Iterable[Node]) -> tuple[str, ...]:
    alternates = [link for link in links if link.get("rel") == "alternate"]
    if len(alternates) > 1:
        alternates.sort(key=lambda link: link.get("type") not in _HTML_TYPES)
    # FeedBurner's own links are redirects; this is where they lead.
    return (_text(entry, "feedburner_origlink"), *[_text(link, "href") for link in alternates])


def _addresses(feed: Node, relation: str) -> tuple[str, ...]:
    links = feed.get("links", ())
    return tuple(_text(link, "href") for link in links if link.get("rel") == relation)


def _authors(node: Node) -> tuple[str, ...]:
    authors = node.get("authors", ())
    if len(authors) > 1:
        return tuple([_text(author, "name") for author in authors])
    # feedparser takes the end of a long domain for a name, so its own split is not used.
    written = _text(node, "author")
    name = _EMAIL.sub("", written) if "@" in written else written
    return (name.strip(" ()<>") if name != written else written,)


def _images(entry: Node, links: Iterable[Node]) -> tuple[str, ...]:
    images = []
    enclosures = [link for link in links if link.get("rel") == "enclosure"]
    for candidate in (*entry.get("media_content", ()), *enclosures):
        address = candidate.get("url") or candidate.get("href") or ""
        kind = f"{candidate.get('medium', '')} {candidate.get('type', '')}"
        if "image" in kind or (kind.isspace() and _IMAGE_NAME.search(address)):
            images.append(address)
    images += [_text(thumbnail, "url") for thumbnail in entry.get("media_thumbnail", ())]
    image = entry.get("image")
    if isinstance(image, Mapping):
        images.append(_text(image, "href"))
    return tuple(images)


def _ttl(feed: Node) -> timedelta | None:
    asked: list[timedelta] = []
    minutes = _text(feed, "ttl").strip()
    if minutes.isdecimal() and len(minutes) < len("1000000"):
        asked.append(timedelta(minutes=int(minutes)))
    period = _PERIODS.get(_text(feed, "sy_updateperiod").strip().lower())
    if period:
        frequency = _text(feed, "sy_updatefrequency").strip()
        times = int(frequency) if frequency.isdecimal() and len(frequency) < len("1000") else 1
        asked.append(period / max(times, 1))
    return max(asked, default=None)
