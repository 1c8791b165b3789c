import gzip
import http.client
import io
import json
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass

import feedparser
import pytest

from bench.load_counts import GAP_TOLERANCE
from bench.load_feeds import TEXT_MARKER, TITLE_MARKER, host_of, path_of
from tests.running import ROOT

FEEDS = 10
SEED = 2  # has all four formats and both markers in so few feeds
HOST_GAP = 1.0
POLITE = {"User-Agent": "test", "Accept-Encoding": "gzip"}


@dataclass(frozen=True, slots=True)
class Reply:
    status: int
    headers: dict[str, str]
    body: bytes


@dataclass(frozen=True, slots=True)
class Running:
    port: int
    published: dict[str, int]

    def get(self, index: int, headers: dict[str, str]) -> Reply:
        host = host_of(index, FEEDS)
        with closing(http.client.HTTPConnection(host, self.port, timeout=5)) as connection:
            # The library adds an Accept-Encoding of its own unless it is told not to.
            connection.putrequest("GET", path_of(index), skip_accept_encoding=True)
            for name, value in headers.items():
                connection.putheader(name, value)
            connection.endheaders()
            response = connection.getresponse()
            fields = {name.lower(): value for name, value in response.getheaders()}
            return Reply(response.status, fields, response.read())

    def order(self, target: str) -> dict[str, int]:
        with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/-/{target}") as answer:
            counts: dict[str, int] = json.load(answer)
        return counts


@pytest.fixture(scope="module")
def process() -> Iterator[Running]:
    command = [sys.executable, "-m", "bench.load_server", f"--feeds={FEEDS}", f"--seed={SEED}"]
    command += [f"--host-gap={HOST_GAP}", "--latency=0.02"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, cwd=ROOT) as server:
        assert server.stdout is not None
        ready = json.loads(server.stdout.readline())
        yield Running(ready["port"], ready["published"])
        server.kill()


@pytest.fixture
def server(process: Running) -> Running:
    process.order("client")
    return process


def entries_of(reply: Reply) -> list[str]:
    """Return the entries of an answer, each as one text."""
    body = gzip.decompress(reply.body)
    if reply.headers["content-type"] == "application/feed+json":
        return [json.dumps(item) for item in json.loads(body)["items"]]
    parsed = feedparser.parse(
        io.BytesIO(body),
        sanitize_html=False,
        resolve_relative_uris=False,
        response_headers={"content-type": reply.headers["content-type"]},
    )
    assert not parsed.bozo, parsed.bozo_exception
    return [str(entry) for entry in parsed.entries]


def test_a_parser_finds_what_is_published(server: Running) -> None:
    entries = [text for i in range(FEEDS) for text in entries_of(server.get(i, POLITE))]
    assert len(entries) == server.published["entries"]
    assert sum(TITLE_MARKER in text for text in entries) == server.published["title_markers"]
    assert sum(TEXT_MARKER in text for text in entries) == server.published["text_markers"]
    counts = server.order("counts")
    assert counts["fresh"] == counts["connections"] == FEEDS
    assert counts["body_bytes"] == server.published["gzip_bytes"]


def test_every_format_and_both_markers_are_published(server: Running) -> None:
    types = {server.get(i, POLITE).headers["content-type"].partition(";")[0] for i in range(FEEDS)}
    assert types == {
        f"application/{name}" for name in ("rss+xml", "atom+xml", "rdf+xml", "feed+json")
    }
    assert server.published["title_markers"]
    assert server.published["text_markers"]


@pytest.mark.parametrize(
    ("validator", "header"), [("etag", "If-None-Match"), ("last-modified", "If-Modified-Since")]
)
def test_a_known_version_is_not_sent_again(server: Running, validator: str, header: str) -> None:
    first = server.get(0, POLITE)
    again = server.get(0, {**POLITE, header: first.headers[validator]})
    assert (first.status, again.status, again.body) == (200, 304, b"")
    assert server.order("counts")["unconditional"] == 0


def test_a_changed_feed_has_new_entries_on_top_and_another_tag(server: Running) -> None:
    before = [server.get(i, POLITE) for i in range(FEEDS)]
    old = [entries_of(reply) for reply in before]
    new = server.order("change?share=0.2")["new"]
    tagged = [{**POLITE, "If-None-Match": reply.headers["etag"]} for reply in before]
    after = [server.get(i, headers) for i, headers in enumerate(tagged)]
    changed = [i for i, reply in enumerate(after) if reply.status == 200]
    assert len(changed) == FEEDS // 5
    added = 0
    for index in changed:
        entries = entries_of(after[index])
        assert entries[-len(old[index]) :] == old[index]
        added += len(entries) - len(old[index])
    assert added == new
    assert server.order("published")["entries"] == server.published["entries"] + new


def test_two_requests_at_once_on_a_host_are_counted(server: Running) -> None:
    neighbours = [i for i in range(FEEDS) if host_of(i, FEEDS) == host_of(0, FEEDS)][:2]
    asked = "".join(f"GET {path_of(i)} HTTP/1.1\r\nUser-Agent: test\r\n\r\n" for i in neighbours)
    with socket.create_connection((host_of(0, FEEDS), server.port), timeout=5) as connection:
        connection.sendall(asked.encode("ascii"))
        connection.recv(1)
    counts = server.order("counts")
    assert (counts["together"], counts["peak_on_a_host"]) == (1, 2)


def test_a_start_too_soon_after_the_last_is_counted(server: Running) -> None:
    for index in (0, 1):
        server.get(index, POLITE)
    assert server.order("counts")["too_soon"] == 0
    server.get(0, POLITE)
    time.sleep(HOST_GAP - GAP_TOLERANCE)
    server.get(0, POLITE)
    counts = server.order("counts")
    assert (counts["too_soon"], counts["together"]) == (1, 0)


def test_missing_headers_are_counted_and_text_is_sent_plain(server: Running) -> None:
    plain = server.get(0, {})
    packed = server.get(0, POLITE)
    assert plain.body == gzip.decompress(packed.body)
    counts = server.order("counts")
    assert (counts["no_user_agent"], counts["no_gzip"], counts["unconditional"]) == (1, 1, 1)
