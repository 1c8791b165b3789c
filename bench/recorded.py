"""Recorded feeds and labelled articles, served over loopback as if their publishers were there.

The data are no part of the project: a folder with `feeds/corpus-dev` (feed files and their
manifest) and `eval/grouping` (labelled articles and the scorer beside them).
"""

import gzip
import hashlib
import html
import json
import multiprocessing
import threading
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any, Final
from urllib.parse import parse_qs, urlsplit

# Sets without sources are spread over so many feeds a language, as a reader's feeds are.
_FEEDS_FOR_SOURCELESS: Final = 12


@dataclass(frozen=True, slots=True)
class RecordedFeed:
    """One file of the corpus, as its publisher served it."""

    name: str
    path: Path
    content_type: str | None
    real: bool

    @property
    def host(self) -> str:
        """The loopback name that serves it."""
        return f"{self.name.replace('.', '-')}.localhost"


@dataclass(frozen=True, slots=True)
class LabelledArticle:
    """One article with the event that it reports; `key` is unique over all sets."""

    key: str
    set_name: str
    event: str
    title: str
    text: str
    language: str
    source: str
    published: datetime

    @property
    def host(self) -> str:
        """The loopback name of its publisher."""
        return f"{self.source}.localhost"


def recorded_feeds(folder: Path) -> list[RecordedFeed]:
    """Return the feed files of the corpus, in the order of its manifest."""
    corpus = folder / "feeds" / "corpus-dev"
    lines = (corpus / "manifest.jsonl").read_text(encoding="utf-8").splitlines()
    return [
        RecordedFeed(
            name=Path(record["file"]).name,
            path=corpus / record["file"],
            content_type=record["content_type"],
            real=record["cls"] == "real",
        )
        for record in map(json.loads, lines)
    ]


def labelled_articles(folder: Path, sets: list[str]) -> list[LabelledArticle]:
    """Return the dated articles of the named sets, oldest first."""
    articles = []
    for name in sets:
        path = folder / "eval" / "grouping" / f"{name}_dev.jsonl.gz"
        with gzip.open(path, "rt", encoding="utf-8") as lines:
            articles += [_article(name, json.loads(line)) for line in lines]
    dated = [article for article in articles if article is not None]
    return sorted(dated, key=lambda article: (article.published, article.key))


def _article(set_name: str, record: dict[str, Any]) -> LabelledArticle | None:
    if record["published"] is None:
        return None
    published = datetime.fromisoformat(record["published"])
    published = published.replace(tzinfo=UTC) if published.tzinfo is None else published
    digest = hashlib.sha256(str(record["id"]).encode()).hexdigest()
    source = record["source"] or f"{record['lang']}{int(digest, 16) % _FEEDS_FOR_SOURCELESS}"
    label = "".join(c if c.isalnum() and c.isascii() else "-" for c in f"{set_name}-{source}")
    return LabelledArticle(
        key=f"{set_name}:{record['id']}",
        set_name=set_name,
        event=f"{set_name}:{record['event_id']}",
        title=record["title"],
        text=record["text"] or "",
        language=record["lang"],
        source=label.strip("-").lower()[:60],
        published=published.astimezone(UTC),
    )


class _Site:
    """What the server knows: feed files by host, articles by host and by path."""

    def __init__(self, feeds: list[RecordedFeed], articles: list[LabelledArticle]) -> None:
        self.feeds = {feed.host: feed for feed in feeds}
        self.articles = articles
        self.by_host: dict[str, list[int]] = defaultdict(list)
        for index, article in enumerate(articles):
            self.by_host[article.host].append(index)
        self.published = 0

    def answer(self, host: str, path: str, port: int) -> tuple[str | None, bytes] | None:
        if path == "/robots.txt":
            return "text/plain", b"User-agent: *\nAllow: /\n"
        if host in self.feeds and path == "/feed":
            feed = self.feeds[host]
            return feed.content_type, feed.path.read_bytes()
        if host in self.by_host and path == "/feed":
            return "application/rss+xml; charset=utf-8", self._feed(host, port)
        if host in self.by_host and path.startswith("/article/"):
            index = int(path.removeprefix("/article/"))
            return "text/html; charset=utf-8", _page(self.articles[index])
        return None

    def _feed(self, host: str, port: int) -> bytes:
        items = "".join(
            f"<item><title>{html.escape(article.title)}</title>"
            f"<link>http://{host}:{port}/article/{index}</link>"
            f'<guid isPermaLink="false">{html.escape(article.key)}</guid>'
            f"<pubDate>{format_datetime(article.published)}</pubDate>"
            f"<description>{html.escape(article.text[:200])}</description></item>"
            for index in self.by_host[host]
            if index < self.published
            for article in [self.articles[index]]
        )
        return (
            '<?xml version="1.0" encoding="utf-8"?><rss version="2.0"><channel>'
            f"<title>{html.escape(host)}</title><link>http://{host}:{port}/</link>"
            f"<description>recorded</description>{_xml_safe(items)}</channel></rss>"
        ).encode()


def _xml_safe(text: str) -> str:
    return "".join(c for c in text if c in "\t\n\r" or ord(c) >= 0x20)


def _page(article: LabelledArticle) -> bytes:
    paragraphs = "".join(
        f"<p>{html.escape(line)}</p>" for line in article.text.splitlines() if line.strip()
    )
    title = html.escape(article.title)
    return (
        f'<!doctype html><html lang="{article.language}"><head><meta charset="utf-8">'
        f'<title>{title}</title><meta property="og:title" content="{title}">'
        f'<meta property="article:published_time" content="{article.published.isoformat()}">'
        "</head><body><nav><ul><li><a href='/'>Home</a></li><li><a href='/world'>World</a></li>"
        f"</ul></nav><main><article><h1>{title}</h1>{paragraphs}</article></main>"
        "<aside><h2>More</h2><ul><li><a href='/a'>Another page</a></li></ul></aside>"
        "<footer>About us | Contact | Terms</footer></body></html>"
    ).encode()


def _serve(folder: Path, feeds: bool, sets: list[str], pipe: Connection) -> None:  # noqa: FBT001
    site = _Site(
        recorded_feeds(folder) if feeds else [], labelled_articles(folder, sets) if sets else []
    )

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            host = (self.headers.get("Host") or "").partition(":")[0]
            parts = urlsplit(self.path)
            if parts.path == "/-/publish":
                site.published = int(parse_qs(parts.query)["until"][0])
                self._send(200, "text/plain", b"ok")
                return
            found = site.answer(host, parts.path, port)
            if found is None:
                self._send(404, "text/plain", b"no such page")
                return
            content_type, body = found
            etag = f'"{hashlib.sha256(body).hexdigest()[:24]}"'
            if self.headers.get("If-None-Match") == etag:
                self._send(304, None, b"", etag)
                return
            self._send(200, content_type, body, etag)

        def _send(
            self, status: int, content_type: str | None, body: bytes, etag: str | None = None
        ) -> None:
            packed = "gzip" in self.headers.get("Accept-Encoding", "") and len(body) > 500
            body = gzip.compress(body, 1) if packed else body
            self.send_response(status)
            headers = {"Content-Type": content_type, "ETag": etag}
            headers["Content-Encoding"] = "gzip" if packed else None
            for name, value in headers.items():
                if value:
                    self.send_header(name, value)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 -- its name there
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    port = server.server_port
    threading.Thread(target=server.serve_forever, daemon=True).start()
    pipe.send(port)
    pipe.recv()


@contextmanager
def recorded_newsroom(folder: Path, *, feeds: bool, sets: list[str]) -> Iterator[int]:
    """Serve the recordings in a process of its own; yield the port."""
    here, there = multiprocessing.Pipe()
    context = multiprocessing.get_context("spawn")
    process = context.Process(target=_serve, args=(folder, feeds, sets, there), daemon=True)
    process.start()
    try:
        yield here.recv()
    finally:
        process.kill()
        process.join()
