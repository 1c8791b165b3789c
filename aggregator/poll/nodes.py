"""The dictionaries that feedparser makes of a document, read into the types of ours.

`well_formed` makes the same dictionaries, as far as they are looked at here.
"""

import re
from collections.abc import Iterable, Mapping
from datetime import timedelta
from functools import partial
from typing import Any, Final

from aggregator.poll.broken_items import Label, read_each
from aggregator.poll.items import Item, Markup, RawFeed
from aggregator.text.images import DeclaredImage

Node = Mapping[str, Any]
"""What feedparser knows of a feed or an entry; `plain_node` says what is in it."""

_TEXTS: Final = frozenset(
    "author created feedburner_origlink id itunes_new-feed-url language link published summary"
    " sy_updatefrequency sy_updateperiod title ttl updated".split()
)
_LISTS: Final = frozenset("authors content links media_content media_thumbnail tags".split())
_MAPPINGS: Final = frozenset("image summary_detail title_detail".split())

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


def plain_node(fields: Node) -> Node:
    """Return the fields that are read here, each of the type that it should have.

    feedparser stores elements that it does not know under their own names, whatever they hold, and
    its dictionaries answer for fields that they do not have.
    """
    kinds = ((_TEXTS, str), (_LISTS, list), (_MAPPINGS, Mapping))
    return {
        name: value
        for names, kind in kinds
        for name in names
        if name in fields and isinstance(value := fields[name], kind)
    }


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
    items, broken = read_each(entries, partial(_item, feed_language=language), _label)
    return RawFeed(
        format=format_name,
        title=feed.get("title", ""),
        items=tuple(items),
        broken=tuple(broken),
        language=language,
        # RFC 4287, section 4.2.1: an entry without authors has those of its feed.
        authors=_authors(feed) if is_atom else (),
        defects=defects,
        ttl=_ttl(feed),
        skip_hours=skips[0],
        skip_days=skips[1],
        self_links=_addresses(feed, "self"),
        hubs=_addresses(feed, "hub"),
        new_url=feed.get("itunes_new-feed-url", ""),
    )


def _label(entry: Node) -> Label:
    return Label(entry.get("id", ""), entry.get("link", ""), entry.get("title", ""))


def _item(entry: Node, feed_language: str | None) -> Item:
    get = entry.get
    contents = get("content", ())
    summary = _markup(get("summary", ""), get("summary_detail", _HTML))
    content = max(map(_content, contents), key=_length) if contents else _NO_TEXT
    # A second description counts as content to feedparser; a short one is a picture's caption.
    if 2 * len(content.text) < len(summary.text):
        content = _NO_TEXT
    links = get("links", ())
    guid = get("id", "")
    details = (get("title_detail", _HTML), *contents)
    return Item(
        guid=guid,
        links=_links(get("feedburner_origlink", ""), links),
        stand_ins=(get("link", ""), guid),
        title=get("title", ""),
        summary=summary,
        content=content,
        authors=_authors(entry),
        categories=tuple(
            [label for tag in get("tags", ()) if (label := tag["label"] or tag["term"])]
        ),
        times=tuple([(field, raw) for field in _TIME_FIELDS if (raw := get(field))]),
        updated=get("updated", ""),
        language=get("language") or _declared_language(details, feed_language),
        images=_images(entry, links),
        base=next((detail["base"] for detail in details if detail.get("base")), ""),
    )


def _content(node: Node) -> Markup:
    return _markup(node["value"], node)


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


def _links(original: str, links: Iterable[Node]) -> tuple[str, ...]:
    alternates = [link for link in links if link.get("rel") == "alternate"]
    if len(alternates) > 1:
        alternates.sort(key=lambda link: link.get("type") not in _HTML_TYPES)
    # FeedBurner's own links are redirects; this is where they lead.
    return (original, *[link.get("href") or "" for link in alternates])


def _addresses(feed: Node, relation: str) -> tuple[str, ...]:
    links = feed.get("links", ())
    return tuple(link.get("href") or "" for link in links if link.get("rel") == relation)


def _authors(node: Node) -> tuple[str, ...]:
    authors = node.get("authors", ())
    if len(authors) > 1:
        return tuple([author.get("name") or "" for author in authors])
    # feedparser takes the end of a long domain for a name, so its own split is not used.
    written: str = node.get("author", "")
    if "@" not in written:
        return (written,)
    name = _EMAIL.sub("", written)
    return (name.strip(" ()<>") if name != written else written,)


def _images(entry: Node, links: Iterable[Node]) -> tuple[DeclaredImage, ...]:
    images: list[DeclaredImage] = []
    for candidate in (
        *entry.get("media_content", ()),
        *[link for link in links if link.get("rel") == "enclosure"],
    ):
        address = candidate.get("url") or candidate.get("href") or ""
        kind = f"{candidate.get('medium', '')} {candidate.get('type', '')}"
        if "image" in kind or (kind.isspace() and _IMAGE_NAME.search(address)):
            images.append(_declared(candidate, address))
    images += [
        _declared(thumbnail, thumbnail.get("url") or "")
        for thumbnail in entry.get("media_thumbnail", ())
    ]
    if "image" in entry:
        images.append(DeclaredImage(entry["image"].get("href") or ""))
    return tuple(images)


def _declared(element: Node, address: str) -> DeclaredImage:
    get = element.get
    # Media RSS names the size fileSize, an enclosure length.
    size = get("filesize") or get("length", "")
    return DeclaredImage(address, get("type", ""), get("width", ""), get("height", ""), size)


def _ttl(feed: Node) -> timedelta | None:
    asked: list[timedelta] = []
    minutes = feed.get("ttl", "").strip()
    if minutes.isdecimal() and len(minutes) < len("1000000"):
        asked.append(timedelta(minutes=int(minutes)))
    period = _PERIODS.get(feed.get("sy_updateperiod", "").strip().lower())
    if period:
        frequency = feed.get("sy_updatefrequency", "").strip()
        times = int(frequency) if frequency.isdecimal() and len(frequency) < len("1000") else 1
        asked.append(period / max(times, 1))
    return max(asked, default=None)
