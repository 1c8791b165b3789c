"""Answers each path of each host: front pages, feeds, articles, robots.txt, images."""

import struct
import threading
import zlib
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from html import escape
from http import HTTPStatus
from urllib.parse import unquote

from tests.newsroom.faults import broken_feed
from tests.newsroom.feeds import CONTENT_TYPES, render_feed
from tests.newsroom.layouts import LAYOUTS, Page
from tests.newsroom.server import Answer
from tests.newsroom.state import Newsdesk
from tests.newsroom.world import Fault, Outlet, Published

_NEIGHBOURS = 8


class Site:
    """Renders what the newsdesk holds at the moment of the request; keeps nothing itself."""

    def __init__(self, desk: Newsdesk, opened: datetime, closing: threading.Event) -> None:
        self._desk = desk
        self._opened = opened
        self._closing = closing

    def __call__(self, host: str, path: str) -> Answer:
        """Answer a request for `path` (with its query) on a host."""
        if not host:
            return Answer(self._index().encode()) if path == "/" else _not_found("newsroom")
        outlet = self._desk.outlets.get(host)
        if outlet is None:
            return _not_found(host)
        bare, _, query = path.partition("?")
        bare = unquote(bare)
        if bare == outlet.feed_path:
            fault = self._desk.faults.get(outlet.id)
            return self._faulty(fault, outlet, query) if fault else self._feed(outlet)
        if bare == "/robots.txt":
            return Answer(_robots(outlet).encode(), "text/plain")
        if bare.startswith("/media/"):
            return Answer(_picture(bare), "image/png")
        if bare == "/":
            return _page(outlet, self._front_page(outlet))
        return self._article(outlet, bare)

    def _faulty(self, fault: Fault, outlet: Outlet, query: str) -> Answer:
        url = self._desk.url(outlet.id, outlet.feed_path)
        return broken_feed(fault, url, query, self._feed(outlet).body, self._closing)

    def _feed(self, outlet: Outlet) -> Answer:
        changed = self._desk.changed(outlet, self._opened)
        return Answer(
            render_feed(outlet, self._desk.url(outlet.id), self._desk.articles(outlet.id)),
            f"{CONTENT_TYPES[outlet.format]}; charset={outlet.encoding}",
            etag="etag" in outlet.validators,
            modified=changed if "modified" in outlet.validators else None,
        )

    def _article(self, outlet: Outlet, path: str) -> Answer:
        article = self._desk.article(self._desk.url(outlet.id, path))
        if article is None or article.report.missing:
            return _not_found(outlet.name)
        others = [a for a in self._desk.articles(outlet.id) if a.url != article.url]
        page = _page(outlet, LAYOUTS[outlet.layout](Page(article, tuple(others[:_NEIGHBOURS]))))
        return replace(page, etag="etag" in outlet.validators)

    def _front_page(self, outlet: Outlet) -> str:
        kind = CONTENT_TYPES[outlet.format]
        return (
            f'<!doctype html><html lang="{outlet.language}"><head>'
            f'<meta charset="{outlet.encoding}">'
            f"<title>{escape(outlet.name)}</title>"
            f'<link rel="alternate" type="{kind}" href="{outlet.feed_path}"></head>'
            f"<body><h1>{escape(outlet.name)}</h1>"
            f"<ul>{_links(self._desk.articles(outlet.id))}</ul></body></html>\n"
        )

    def _index(self) -> str:
        rows = "".join(map(self._row, self._desk.outlets.values()))
        return (
            "<!doctype html><meta charset=utf-8><title>Newsroom</title>"
            "<style>body{font:15px sans-serif;margin:2rem}td,th{padding:.2rem .8rem;"
            "text-align:left}</style><h1>Newsroom</h1><p>Invented outlets that report on invented "
            "conflicts.</p><table><tr><th>Outlet<th>Kind<th>Language<th>Country<th>Feed<th>Layout"
            f"<th>Reports<th>Fault</tr>\n{rows}</table>\n"
        )

    def _row(self, outlet: Outlet) -> str:
        feed = self._desk.url(outlet.id, outlet.feed_path)
        cells = (
            f'<a href="{self._desk.url(outlet.id)}">{escape(outlet.name)}</a>',
            outlet.kind,
            outlet.language,
            outlet.country,
            f'<a href="{feed}">{outlet.format.value}</a>',
            outlet.layout,
            str(len(self._desk.articles(outlet.id))),
            self._desk.faults.get(outlet.id, ""),
        )
        return "<tr>" + "".join(f"<td>{cell}</td>" for cell in cells) + "</tr>\n"


def _links(articles: Sequence[Published]) -> str:
    return "".join(
        f'<li><a href="{article.path}">{escape(article.report.headline)}</a></li>\n'
        for article in articles
    )


def _robots(outlet: Outlet) -> str:
    if outlet.disallowed:
        return f"User-agent: *\nAllow: {outlet.feed_path}\nDisallow: /\n"
    return "User-agent: *\nDisallow: /search\nDisallow: /login\n"


def _page(outlet: Outlet, text: str) -> Answer:
    # The old system says its encoding only inside the page, as such systems do.
    declared = "" if outlet.layout == "oldtable" else f"; charset={outlet.encoding}"
    return Answer(text.encode(outlet.encoding, "xmlcharrefreplace"), f"text/html{declared}")


def _not_found(name: str) -> Answer:
    body = (
        f"<!doctype html><title>Page not found - {escape(name)}</title><nav>Home News Contact</nav>"
        "<h1>We cannot find that page</h1><p>It may have moved, or its address is mistyped.</p>"
    )
    return Answer(body.encode(), status=HTTPStatus.NOT_FOUND)


def _picture(path: str) -> bytes:
    """Return a small PNG in one colour that the path decides."""
    width, height = 64, 36
    seed = zlib.crc32(path.encode())
    pixel = bytes((seed & 0x7F | 0x40, seed >> 8 & 0x7F | 0x40, seed >> 16 & 0x7F | 0x40))
    rows = (b"\0" + pixel * width) * height
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    chunks = ((b"IHDR", header), (b"IDAT", zlib.compress(rows)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        for kind, data in chunks
    )
