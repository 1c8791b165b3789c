"""Writes a feed in each of the dialects. Same reports in, same bytes out."""

import json
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from email.utils import format_datetime
from types import MappingProxyType
from typing import Final
from xml.sax.saxutils import escape, quoteattr

from tests.newsroom.world import FeedFormat, Outlet, Published

ENTRY_LIMIT: Final = 60
"""Entries in a feed: the latest ones. More than any outlet of the demo has at its start."""

CONTENT_TYPES: Final[Mapping[FeedFormat, str]] = MappingProxyType(
    {
        FeedFormat.RSS: "application/rss+xml",
        FeedFormat.RSS_091: "text/xml",
        FeedFormat.ATOM: "application/atom+xml",
        FeedFormat.RDF: "application/rdf+xml",
        FeedFormat.JSON: "application/feed+json",
    }
)


def render_feed(outlet: Outlet, home: str, entries: Sequence[Published]) -> bytes:
    """Return the outlet's feed document with `entries`, newest first, in its own encoding.

    `home` is the address of the outlet's front page, with a final slash.
    """
    write = _WRITERS[outlet.format]
    return write(outlet, home, entries[:ENTRY_LIMIT]).encode(outlet.encoding, "xmlcharrefreplace")


def _rss(outlet: Outlet, home: str, entries: Sequence[Published]) -> str:
    head = (
        f'<?xml version="1.0" encoding="{outlet.encoding}"?>\n'
        '<rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/"'
        ' xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:atom="http://www.w3.org/2005/Atom">\n'
        f"<channel>\n<title>{escape(outlet.name)}</title>\n<link>{home}</link>\n"
        f"<description>{escape(outlet.name)}: {outlet.kind}</description>\n"
        f"<language>{outlet.language}</language>\n"
        f'<atom:link href={quoteattr(home.rstrip("/") + outlet.feed_path)} rel="self"'
        ' type="application/rss+xml"/>\n'
    )
    return head + "".join(_rss_item(entry) for entry in entries) + "</channel>\n</rss>\n"


def _rss_item(entry: Published) -> str:
    outlet, report = entry.outlet, entry.report
    lines = [f"<title>{escape(report.headline)}</title>", f"<link>{_link(entry)}</link>"]
    if outlet.opaque_guids:
        lines.append(f'<guid isPermaLink="false">{outlet.id}-{entry.path.strip("/")}</guid>')
    else:
        lines.append(f'<guid isPermaLink="true">{entry.url}</guid>')
    if outlet.dated:
        lines.append(f"<pubDate>{format_datetime(entry.published)}</pubDate>")
    lines += [f"<dc:creator>{escape(author)}</dc:creator>" for author in report.authors]
    lines.append(f"<description>{escape(_summary(entry))}</description>")
    if outlet.full_content:
        lines.append(f"<content:encoded><![CDATA[{_html(entry)}]]></content:encoded>")
    return "<item>" + "\n".join(lines) + "</item>\n"


def _rss_091(outlet: Outlet, home: str, entries: Sequence[Published]) -> str:
    items = "".join(
        f"<item><title>{escape(entry.report.headline)}</title><link>{_link(entry)}</link>"
        f"<description>{escape(_summary(entry))}</description></item>\n"
        for entry in entries
    )
    return (
        f'<?xml version="1.0" encoding="{outlet.encoding}"?>\n'
        '<!DOCTYPE rss PUBLIC "-//Netscape Communications//DTD RSS 0.91//EN"'
        ' "http://my.netscape.com/publish/formats/rss-0.91.dtd">\n'
        f'<rss version="0.91">\n<channel>\n<title>{escape(outlet.name)}</title>\n'
        f"<link>{home}</link>\n<description>{escape(outlet.name)}</description>\n"
        f"<language>{outlet.language}</language>\n{items}</channel>\n</rss>\n"
    )


def _atom(outlet: Outlet, home: str, entries: Sequence[Published]) -> str:
    updated = max((entry.changed for entry in entries), default=None)
    head = (
        f'<?xml version="1.0" encoding="{outlet.encoding}"?>\n'
        f'<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="{outlet.language}">\n'
        f"<title>{escape(outlet.name)}</title>\n<id>{home}</id>\n"
        f'<link rel="alternate" type="text/html" href="{home}"/>\n'
        f'<link rel="self" href={quoteattr(home.rstrip("/") + outlet.feed_path)}/>\n'
        f"<author><name>{escape(outlet.name)}</name></author>\n"
        f"<updated>{_iso(updated) if updated else '1970-01-01T00:00:00Z'}</updated>\n"
    )
    return head + "".join(_atom_entry(entry) for entry in entries) + "</feed>\n"


def _atom_entry(entry: Published) -> str:
    outlet, report = entry.outlet, entry.report
    number = entry.path.strip("/").replace("/", ":")
    lines = [
        f"<title>{escape(report.headline)}</title>",
        f"<id>tag:{outlet.id}.localhost,2020:{number}</id>",
        f'<link rel="alternate" type="text/html" href={quoteattr(_link(entry))}/>',
        f"<updated>{_iso(entry.changed)}</updated>",
    ]
    if outlet.dated:
        lines.append(f"<published>{_iso(entry.published)}</published>")
    lines += [f"<author><name>{escape(author)}</name></author>" for author in report.authors]
    lines.append(f"<summary>{escape(_summary(entry))}</summary>")
    if outlet.full_content:
        lines.append(f'<content type="html">{escape(_html(entry))}</content>')
    return "<entry>" + "\n".join(lines) + "</entry>\n"


def _rdf(outlet: Outlet, home: str, entries: Sequence[Published]) -> str:
    sequence = "".join(f'<rdf:li rdf:resource="{entry.url}"/>' for entry in entries)
    items = "".join(_rdf_item(entry) for entry in entries)
    return (
        f'<?xml version="1.0" encoding="{outlet.encoding}"?>\n'
        '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"'
        ' xmlns="http://purl.org/rss/1.0/" xmlns:dc="http://purl.org/dc/elements/1.1/">\n'
        f'<channel rdf:about="{home}"><title>{escape(outlet.name)}</title><link>{home}</link>\n'
        f"<description>{escape(outlet.name)}</description>"
        f"<dc:language>{outlet.language}</dc:language>\n"
        f"<items><rdf:Seq>{sequence}</rdf:Seq></items></channel>\n{items}</rdf:RDF>\n"
    )


def _rdf_item(entry: Published) -> str:
    creators = "".join(
        f"<dc:creator>{escape(author)}</dc:creator>" for author in entry.report.authors
    )
    date = f"<dc:date>{_iso(entry.published)}</dc:date>" if entry.outlet.dated else ""
    return (
        f'<item rdf:about="{entry.url}"><title>{escape(entry.report.headline)}</title>\n'
        f"<link>{_link(entry)}</link>\n<description>{escape(_summary(entry))}</description>\n"
        f"{creators}{date}</item>\n"
    )


def _json(outlet: Outlet, home: str, entries: Sequence[Published]) -> str:
    return json.dumps(
        {
            "version": "https://jsonfeed.org/version/1.1",
            "title": outlet.name,
            "home_page_url": home,
            "feed_url": home.rstrip("/") + outlet.feed_path,
            "language": outlet.language,
            "items": [_json_item(entry) for entry in entries],
        },
        ensure_ascii=False,
        indent=1,
    )


def _json_item(entry: Published) -> dict[str, object]:
    item: dict[str, object] = {
        "id": entry.url,
        "url": _link(entry),
        "title": entry.report.headline,
        "summary": _summary(entry),
        "date_published": _iso(entry.published),
    }
    if entry.updated:
        item["date_modified"] = _iso(entry.updated)
    if entry.report.authors:
        item["authors"] = [{"name": author} for author in entry.report.authors]
    if entry.outlet.full_content:
        item["content_html"] = _html(entry)
    else:
        item["content_text"] = _summary(entry)
    return item


def _link(entry: Published) -> str:
    return entry.path if entry.outlet.relative_links else entry.url


def _summary(entry: Published) -> str:
    first = entry.report.body[0]
    return first if len(first) <= 280 else first[:280].rsplit(" ", 1)[0] + " …"


def _html(entry: Published) -> str:
    return "".join(f"<p>{escape(paragraph)}</p>\n" for paragraph in entry.report.body)


def _iso(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")


_WRITERS: Final[Mapping[FeedFormat, Callable[[Outlet, str, Sequence[Published]], str]]] = (
    MappingProxyType(
        {
            FeedFormat.RSS: _rss,
            FeedFormat.RSS_091: _rss_091,
            FeedFormat.ATOM: _atom,
            FeedFormat.RDF: _rdf,
            FeedFormat.JSON: _json,
        }
    )
)
