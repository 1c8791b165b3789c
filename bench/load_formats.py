"""How the feeds of the load are written: RSS 2.0, Atom, RSS 1.0 and JSON Feed."""

import html
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from email.utils import format_datetime
from enum import StrEnum
from typing import Final


class Format(StrEnum):
    """How a feed is written."""

    RSS_2 = "rss2"
    ATOM = "atom"
    RSS_1 = "rss1"
    JSON = "json"


CONTENT_TYPES: Final = {
    Format.RSS_2: "application/rss+xml; charset=utf-8",
    Format.ATOM: "application/atom+xml; charset=utf-8",
    Format.RSS_1: "application/rdf+xml; charset=utf-8",
    Format.JSON: "application/feed+json",
}


@dataclass(frozen=True, slots=True)
class Channel:
    """What a feed says of itself; `site` is the address of its pages."""

    title: str
    site: str
    language: str


@dataclass(frozen=True, slots=True)
class Item:
    """One entry of a feed; `summary` and `content` are HTML."""

    title: str
    link: str
    guid: str
    published: datetime
    author: str
    categories: tuple[str, ...]
    summary: str
    content: str | None


def written(style: Format, channel: Channel, items: Sequence[Item]) -> bytes:
    """Return the document of a feed with these entries, newest first."""
    return _WRITERS[style](channel, items)


def _rss_2(channel: Channel, items: Sequence[Item]) -> bytes:
    entries = "".join(
        f"<item>\n<title>{html.escape(item.title)}</title>\n<link>{item.link}</link>\n"
        f'<guid isPermaLink="false">{item.guid}</guid>\n'
        f"<pubDate>{format_datetime(item.published)}</pubDate>\n"
        f"<dc:creator>{item.author}</dc:creator>\n"
        + "".join(f"<category>{name}</category>\n" for name in item.categories)
        + f"<description>{html.escape(item.summary)}</description>\n"
        + (_cdata("content:encoded", item.content) if item.content else "")
        + "</item>\n"
        for item in items
    )
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        '<rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/"'
        ' xmlns:dc="http://purl.org/dc/elements/1.1/">\n<channel>\n'
        f"<title>{channel.title}</title>\n<link>{channel.site}/</link>\n"
        f"<description>News of {channel.title}</description>\n"
        f"<language>{channel.language}</language>\n"
        f"<lastBuildDate>{format_datetime(items[0].published)}</lastBuildDate>\n"
        f"{entries}</channel>\n</rss>\n"
    ).encode()


def _atom(channel: Channel, items: Sequence[Item]) -> bytes:
    entries = "".join(
        f"<entry>\n<title>{html.escape(item.title)}</title>\n"
        f'<link rel="alternate" type="text/html" href="{item.link}"/>\n<id>urn:{item.guid}</id>\n'
        f"<published>{item.published.isoformat()}</published>\n"
        f"<updated>{item.published.isoformat()}</updated>\n"
        f"<author><name>{item.author}</name></author>\n"
        + "".join(f'<category term="{name}"/>\n' for name in item.categories)
        + f'<summary type="html">{html.escape(item.summary)}</summary>\n'
        + (_cdata('content type="html"', item.content) if item.content else "")
        + "</entry>\n"
        for item in items
    )
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        f'<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="{channel.language}">\n'
        f"<title>{channel.title}</title>\n<id>{channel.site}/</id>\n"
        f'<link rel="alternate" href="{channel.site}/"/>\n'
        f"<updated>{items[0].published.isoformat()}</updated>\n{entries}</feed>\n"
    ).encode()


def _rss_1(channel: Channel, items: Sequence[Item]) -> bytes:
    listed = "".join(f'<rdf:li rdf:resource="{item.link}"/>\n' for item in items)
    entries = "".join(
        f'<item rdf:about="{item.link}">\n<title>{html.escape(item.title)}</title>\n'
        f"<link>{item.link}</link>\n<dc:date>{item.published.isoformat()}</dc:date>\n"
        f"<dc:creator>{item.author}</dc:creator>\n"
        + "".join(f"<dc:subject>{name}</dc:subject>\n" for name in item.categories)
        + f"<description>{html.escape(item.summary)}</description>\n"
        + (_cdata("content:encoded", item.content) if item.content else "")
        + "</item>\n"
        for item in items
    )
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        '<rdf:RDF xmlns="http://purl.org/rss/1.0/"'
        ' xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"'
        ' xmlns:content="http://purl.org/rss/1.0/modules/content/"'
        ' xmlns:dc="http://purl.org/dc/elements/1.1/">\n'
        f'<channel rdf:about="{channel.site}/">\n<title>{channel.title}</title>\n'
        f"<link>{channel.site}/</link>\n<description>News of {channel.title}</description>\n"
        f"<dc:language>{channel.language}</dc:language>\n"
        f"<items>\n<rdf:Seq>\n{listed}</rdf:Seq>\n</items>\n</channel>\n{entries}</rdf:RDF>\n"
    ).encode()


def _cdata(element: str, text: str) -> str:
    return f"<{element}><![CDATA[{text}]]></{element.partition(' ')[0]}>\n"


def _json_feed(channel: Channel, items: Sequence[Item]) -> bytes:
    feed = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": channel.title,
        "home_page_url": f"{channel.site}/",
        "language": channel.language,
        "items": [
            {
                "id": item.guid,
                "url": item.link,
                "title": item.title,
                "date_published": item.published.isoformat(),
                "authors": [{"name": item.author}],
                "tags": item.categories,
                "content_html": item.content or item.summary,
            }
            for item in items
        ],
    }
    return json.dumps(feed, ensure_ascii=False, indent=1).encode()


_WRITERS: Final[dict[Format, Callable[[Channel, Sequence[Item]], bytes]]] = {
    Format.RSS_2: _rss_2,
    Format.ATOM: _atom,
    Format.RSS_1: _rss_1,
    Format.JSON: _json_feed,
}
