"""Lists of feeds in OPML 1.0, 1.1 and 2.0 (http://opml.org/spec2.opml), in and out.

Folders and categories are tags. What OPML has no word for (id, country, kind, whether pages are
fetched, the interval) goes into attributes of our own namespace, so that what is exported comes
back as it was: by other readers these are ignored.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import Final

from lxml import etree

from aggregator.model import Feed, HttpUrl, PlainText, SourceKind
from aggregator.poll.feed_address import feed_url
from aggregator.poll.outlines import FOLDER_LIMIT, NAMESPACE, Outline, read_outlines
from aggregator.text.clean import line_of_html, plain_line
from aggregator.text.language import language_tag
from aggregator.text.urls import host_of, http_url, page_key

NAME_LIMIT: Final = 200
TAG_LIMIT: Final = 50
"""Characters of a name and of a tag; what feeds.yaml takes."""
TAGS_OF_A_FEED: Final = FOLDER_LIMIT

_MARKUP_LIMIT: Final = 2_000
_ADDRESS_LIMIT: Final = 200
_SHORTEST_INTERVAL: Final = timedelta(seconds=1)
_LONGEST_INTERVAL: Final = timedelta(days=30)
"""As in feeds.yaml."""
_LANGUAGE: Final = re.compile(r"[a-z]{2,3}")
_COUNTRY: Final = re.compile(r"[A-Z]{2}")
_ID: Final = re.compile(r"[a-z0-9][a-z0-9._-]{0,99}")
_SECONDS: Final = re.compile(r"[0-9]{1,7}(?:\.[0-9]{1,3})?")
_CREDENTIALS: Final = re.compile(r"[^/?#]*//[^/?#]*@")
_FEED_TYPES: Final = frozenset({"", "rss", "rss1", "rss2", "atom", "feed", "json", "jsonfeed"})
_NEEDS_A_FOLDER: Final = re.compile(r"[,/]")
"""What separates the categories of an outline, and the parts of one, cannot stand in one."""


@dataclass(frozen=True, slots=True)
class OpmlFeed:
    """A feed as a list has it; None where the list says nothing."""

    url: HttpUrl
    name: PlainText
    homepage: HttpUrl | None = None
    language: str | None = None
    tags: tuple[str, ...] = ()
    id: str | None = None
    country: str | None = None
    kind: SourceKind | None = None
    fulltext: bool = True
    interval: timedelta | None = None


@dataclass(frozen=True, slots=True)
class LeftOut:
    """An outline that gives no feed of its own, and why; `address` is one line, for people.

    `is_repeat` says that its feed stands further up, and has its tags now.
    """

    line: int
    name: PlainText
    address: PlainText
    reason: str
    is_repeat: bool = False


@dataclass(frozen=True, slots=True)
class OpmlDocument:
    """What a list of feeds gives; `defects` are what was mended to read it."""

    feeds: tuple[OpmlFeed, ...]
    left_out: tuple[LeftOut, ...] = ()
    defects: tuple[str, ...] = ()


def opml_feed(feed: Feed) -> OpmlFeed:
    """Return what a list says of `feed`; how it is accessed is nobody else's business."""
    return OpmlFeed(
        url=feed.url,
        name=feed.name,
        homepage=feed.homepage,
        language=feed.language,
        tags=feed.tags,
        id=feed.id,
        country=feed.country,
        kind=feed.kind,
        fulltext=feed.fulltext,
        interval=feed.interval,
    )


def read_opml(body: bytes) -> tuple[OpmlFeed, ...]:
    """Return the feeds of a list; raises ParseError (NotOpml, ForbiddenXml) and nothing else."""
    return read_document(body).feeds


def read_document(body: bytes) -> OpmlDocument:
    """Return the feeds of a list in their order, each address once, and what was left out.

    Addresses that differ by scheme, "www." or tracking parameters are one feed, which gets the
    tags of all. Raises ParseError (NotOpml, ForbiddenXml) and nothing else.
    """
    document = read_outlines(body)
    feeds: dict[str, OpmlFeed] = {}
    lines: dict[str, int] = {}
    left_out: list[LeftOut] = []
    for outline in document.outlines:
        # Twice, because an address of foreign letters grows as it is encoded.
        url = http_url(feed_url(_address(outline)))
        if url is None:
            reason = _why_no_feed(outline)
            if reason:
                left_out.append(_left_out(outline, reason))
            continue
        feed = _feed(outline, url, is_own=document.is_own)
        key = page_key(feed.url)
        earlier = feeds.setdefault(key, feed)
        line = lines.setdefault(key, outline.line)
        if earlier is not feed:
            feeds[key] = replace(earlier, tags=_unique([*earlier.tags, *feed.tags]))
            repeat = _left_out(outline, f"the same feed as in line {line}")
            left_out.append(replace(repeat, is_repeat=True))
    return OpmlDocument(tuple(feeds.values()), tuple(left_out), document.defects)


def write_opml(feeds: Sequence[OpmlFeed], title: str, now: datetime) -> bytes:
    """Return `feeds` as OPML 2.0, each in the folder of its first tag; the same input, same bytes.

    The other tags are categories. `read_opml` gives the same feeds back, folder by folder.
    """
    root = etree.Element("opml", nsmap={"aggregator": NAMESPACE}, version="2.0")
    head = etree.SubElement(root, "head")
    etree.SubElement(head, "title").text = plain_line(title)
    etree.SubElement(head, "dateCreated").text = format_datetime(now.astimezone(UTC), usegmt=True)
    body = etree.SubElement(root, "body")
    folders: dict[tuple[str, ...], etree._Element] = {(): body}
    for feed in feeds:
        path, categories = _path(feed.tags)
        outline = etree.SubElement(_folder(folders, path), "outline")
        for name, value in _attributes(feed, categories).items():
            if value:
                outline.set(name, value)
    etree.indent(root)
    return etree.tostring(root, encoding="utf-8", xml_declaration=True) + b"\n"


def _address(outline: Outline) -> str | None:
    attributes = outline.attributes
    kind = attributes.get("type", "").strip().lower()
    # Before OPML 2.0 some wrote the address of a feed as "url".
    old = attributes.get("url") if kind in _FEED_TYPES - {""} else None
    return attributes.get("xmlurl") or old


def _why_no_feed(outline: Outline) -> str:
    """Return why an outline without a usable address gives no feed; "" for folders and notes."""
    address = _address(outline)
    if address is not None:
        if _CREDENTIALS.match(address):
            return "its address holds a user name or password"
        return "its address is not http or https, or is too long"
    if outline.has_children:
        return ""
    if "url" in outline.attributes:
        return "it leads to another list or page, not to a feed"
    if "htmlurl" in outline.attributes:
        return "it has no address of a feed (xmlUrl), only that of a page"
    return ""


def _left_out(outline: Outline, reason: str) -> LeftOut:
    attributes = outline.attributes
    raw = _address(outline) or attributes.get("url") or attributes.get("htmlurl") or ""
    # All before an "@" may be a password.
    shown = raw if "@" not in raw else f"…@{raw.rpartition('@')[2]}"
    name = attributes.get("text") or attributes.get("title") or ""
    return LeftOut(
        outline.line,
        plain_line(name, limit=NAME_LIMIT),
        plain_line(shown, limit=_ADDRESS_LIMIT),
        reason,
    )


def _feed(outline: Outline, url: HttpUrl, *, is_own: bool) -> OpmlFeed:
    attributes, own = outline.attributes, outline.own
    names = (_line(attributes.get(key, ""), NAME_LIMIT, is_own) for key in ("text", "title"))
    categories = re.split(_NEEDS_A_FOLDER, attributes.get("category", ""))
    language = attributes.get("language", "")
    known = _LANGUAGE.fullmatch(language) and is_own
    return OpmlFeed(
        url=url,
        name=next(filter(None, names), plain_line(host_of(url), limit=NAME_LIMIT)),
        homepage=http_url(http_url(attributes.get("htmlurl"))),
        language=language if known else language_tag(language),
        tags=_unique(_line(tag, TAG_LIMIT, is_own) for tag in (*outline.folders, *categories)),
        id=_matching(_ID, own.get("id")),
        country=_matching(_COUNTRY, own.get("country")),
        kind=next((kind for kind in SourceKind if kind == own.get("kind")), None),
        fulltext=own.get("fulltext") != "false",
        interval=_interval(own.get("interval", "")),
    )


def _line(raw: str, limit: int, is_own: bool) -> PlainText:  # noqa: FBT001 - a fact, no option
    """Return a name or a tag as it is meant: others may escape its markup twice, we do not."""
    if is_own or not ("<" in raw or "&" in raw):
        return plain_line(raw, limit=limit)
    return line_of_html(raw[:_MARKUP_LIMIT], limit=limit)


def _matching(pattern: re.Pattern[str], text: str | None) -> str | None:
    return text if text and pattern.fullmatch(text) else None


def _interval(text: str) -> timedelta | None:
    if not _SECONDS.fullmatch(text):
        return None
    interval = timedelta(seconds=float(text))
    return interval if _SHORTEST_INTERVAL <= interval <= _LONGEST_INTERVAL else None


def _unique(tags: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(tag for tag in tags if tag))[:TAGS_OF_A_FEED]


def _path(tags: Sequence[str]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the folders and the categories that give `tags` in their order."""
    clean = [plain_line(tag, limit=TAG_LIMIT) for tag in tags]
    in_folders = max((n for n, tag in enumerate(clean) if _NEEDS_A_FOLDER.search(tag)), default=0)
    return tuple(clean[: in_folders + 1]), tuple(clean[in_folders + 1 :])


def _folder(
    folders: dict[tuple[str, ...], etree._Element], path: tuple[str, ...]
) -> etree._Element:
    """Return the outline of a folder, made where it is not there yet."""
    for depth in range(1, len(path) + 1):
        if path[:depth] not in folders:
            name = path[depth - 1]
            parent = folders[path[: depth - 1]]
            folders[path[:depth]] = etree.SubElement(parent, "outline", text=name, title=name)
    return folders[path]


def _attributes(feed: OpmlFeed, categories: Sequence[str]) -> dict[str, str | None]:
    name = plain_line(feed.name, limit=NAME_LIMIT)
    seconds = feed.interval.total_seconds() if feed.interval else 0
    own = {
        "id": feed.id,
        "country": feed.country,
        "kind": feed.kind,
        "fulltext": "" if feed.fulltext else "false",
        "interval": f"{seconds:.3f}".rstrip("0").rstrip(".") if seconds else "",
    }
    return {
        "type": "rss",
        "text": name,
        "title": name,
        "xmlUrl": feed.url,
        "htmlUrl": feed.homepage,
        "language": feed.language,
        "category": ",".join(categories),
        **{f"{{{NAMESPACE}}}{key}": value for key, value in own.items()},
    }
