"""RSS 0.9x to 2.0, RDF, Atom 0.3 and 1.0: the only module that knows feedparser."""

import io
import re
from collections.abc import Iterator, Mapping
from datetime import timedelta
from typing import Any, Final

import feedparser

from aggregator.errors import NotAFeed
from aggregator.poll import limits, repair, wishes
from aggregator.poll.items import Item, Markup, RawFeed
from aggregator.poll.prolog import without_prolog
from aggregator.text.urls import http_url

# feedparser has no types; its dictionaries end in this module.
_Node = Mapping[str, Any]

_IMAGE_NAME: Final = re.compile(r"\.(?:jpe?g|png|webp|gif|avif)(?:[?#]|$)", re.IGNORECASE)
_EMAIL: Final = re.compile(r"(?:mailto:)?[^\s<>()]+@[^\s<>()]+")
_HTML_BY_MISTAKE: Final = re.compile(
    r"</(?:p|div|a|b|i|em|strong|span|li|h[1-6]|td|figure)>|<(?:p|br|img)\b", re.IGNORECASE
)
_HTML_TYPES: Final = frozenset({"text/html", "application/xhtml+xml", "html", "xhtml"})
_PERIODS: Final = {
    "hourly": timedelta(hours=1),
    "daily": timedelta(days=1),
    "weekly": timedelta(weeks=1),
    "monthly": timedelta(days=30),
    "yearly": timedelta(days=365),
}
_TIME_FIELDS: Final = ("published", "updated", "created")


def read_xml(text: str) -> RawFeed:
    """Return the feed in `text`; raises NotAFeed or ForbiddenXml, and what feedparser raises."""
    document = without_prolog(text)
    body, repairs = _well_formed(document.text)
    parsed: _Node = feedparser.parse(
        io.BytesIO(body),
        # The text is ours by now. No content-location: feedparser would resolve guids against it.
        response_headers={"content-type": "application/xml; charset=utf-8"},
        sanitize_html=False,
        resolve_relative_uris=False,
    )
    feed: _Node = parsed["feed"]
    is_atom = parsed["version"].startswith("atom")
    skip_hours, skip_days = wishes.skips(body)
    return RawFeed(
        format=feedparser.api.SUPPORTED_VERSIONS.get(parsed["version"], "unknown"),
        title=_text(feed, "title"),
        items=tuple(_item(entry, feed.get("language")) for entry in parsed["entries"]),
        language=feed.get("language"),
        # RFC 4287, section 4.2.1: an entry without authors has those of its feed.
        authors=tuple(_authors(feed)) if is_atom else (),
        defects=(*document.defects, *repairs),
        ttl=_ttl(feed),
        skip_hours=skip_hours,
        skip_days=skip_days,
        self_links=_addresses(feed, "self"),
        hubs=_addresses(feed, "hub"),
        new_url=_text(feed, "itunes_new-feed-url"),
    )


def _well_formed(document: str) -> tuple[bytes, tuple[str, ...]]:
    body = document.encode("utf-8", "replace")
    try:
        limits.check(body)
    except limits.NotWellFormedError as slip:
        defect = f"not well-formed: {slip}"
    else:
        return body, ()
    document = repair.with_legal_characters(document)
    body = document.encode("utf-8")
    try:
        limits.check(body)
    except limits.NotWellFormedError:
        body = repair.with_balanced_tags(document)
    else:
        return body, (defect,)
    try:
        limits.check(body)
    except limits.NotWellFormedError as slip:
        raise NotAFeed(f"it is no XML, not even after repair: {slip}") from slip
    return body, (defect,)


def _item(entry: _Node, feed_language: str | None) -> Item:
    contents = [_content(value) for value in entry.get("content", ())]
    summary = _summary(entry)
    content = max(contents, key=lambda markup: len(markup.text), default=Markup())
    # A second description counts as content to feedparser; a short one is a picture's caption.
    if 2 * len(content.text) < len(summary.text):
        content = Markup()
    details = [entry.get("title_detail", {}), *entry.get("content", ())]
    declared = (detail.get("language") for detail in details)
    return Item(
        guid=_text(entry, "id"),
        links=tuple(_links(entry)),
        title=_text(entry, "title"),
        summary=summary,
        content=content,
        authors=tuple(_authors(entry)),
        categories=tuple(
            label for tag in entry.get("tags", ()) if (label := tag["label"] or tag["term"])
        ),
        times=tuple((field, raw) for field in _TIME_FIELDS if (raw := _own_text(entry, field))),
        updated=_own_text(entry, "updated"),
        language=_text(entry, "language")
        or next((tag for tag in declared if tag and tag != feed_language), None),
        images=tuple(_images(entry)),
        base=next((detail["base"] for detail in details if detail.get("base")), ""),
    )


def _text(node: _Node, field: str) -> str:
    value = node.get(field)
    return value if isinstance(value, str) else ""


def _own_text(node: _Node, field: str) -> str:
    # feedparser answers "updated" with "published" when asked by get().
    return _text(node, field) if field in node else ""


def _summary(entry: _Node) -> Markup:
    detail = entry.get("summary_detail") or {}
    return _markup(_text(entry, "summary"), detail.get("type", "text/html"))


def _content(value: _Node) -> Markup:
    return _markup(_text(value, "value"), value.get("type", "text/html"))


def _markup(text: str, kind: str) -> Markup:
    if kind in _HTML_TYPES:
        return Markup(text)
    # Atom's default is plain text, and many feeds leave it so for HTML.
    return Markup(text, bool(_HTML_BY_MISTAKE.search(text))) if kind == "text/plain" else Markup()


def _links(entry: _Node) -> Iterator[str]:
    # FeedBurner's own links are redirects; this is where they lead.
    yield _text(entry, "feedburner_origlink")
    alternates = [link for link in entry.get("links", ()) if link.get("rel") == "alternate"]
    for link in sorted(alternates, key=lambda link: link.get("type") not in _HTML_TYPES):
        yield _text(link, "href")
    # A guid stands in for a link if it is an address as it stands; others are only names.
    for stand_in in (_text(entry, "link"), _text(entry, "id")):
        yield http_url(stand_in) or ""


def _addresses(feed: _Node, relation: str) -> tuple[str, ...]:
    links = feed.get("links", ())
    return tuple(_text(link, "href") for link in links if link.get("rel") == relation)


def _authors(node: _Node) -> Iterator[str]:
    authors = node.get("authors", ())
    if len(authors) > 1:
        yield from (_text(author, "name") for author in authors)
        return
    # feedparser takes the end of a long domain for a name, so its own split is not used.
    written = _text(node, "author")
    name = _EMAIL.sub("", written)
    yield name.strip(" ()<>") if name != written else written


def _images(entry: _Node) -> Iterator[str]:
    media = list(entry.get("media_content", ()))
    enclosures = [link for link in entry.get("links", ()) if link.get("rel") == "enclosure"]
    for candidate in (*media, *enclosures):
        address = candidate.get("url") or candidate.get("href") or ""
        kind = f"{candidate.get('medium', '')} {candidate.get('type', '')}"
        if "image" in kind or (kind.isspace() and _IMAGE_NAME.search(address)):
            yield address
    for thumbnail in entry.get("media_thumbnail", ()):
        yield _text(thumbnail, "url")
    image = entry.get("image")
    if isinstance(image, Mapping):
        yield _text(image, "href")


def _ttl(feed: _Node) -> timedelta | None:
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
