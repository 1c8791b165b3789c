"""Tests for people that stand in for a feed or a page: named, bounded, and never mistaken."""

import gzip
from collections.abc import Iterator
from datetime import timedelta

import pytest

from aggregator.model import FetchKind, FetchResult, Outcome, Validators
from tests.web.client_for import client_for, feed, fetch_one, page, run
from tests.web.hostile_server import HANG_UP, HostileServer, Route, Script, answer

CHALLENGE = (
    b"<!DOCTYPE html><html><head><title>Just a moment...</title></head><body>"
    b"<script>window._cf_chl_opt={}</script></body></html>"
)
ADVICE = "ask the publisher for an address that programs may read"


def error_of(line: str, wall: str = "Cloudflare") -> str:
    return f"{line}: {wall} wants to see a person here; {ADVICE}"


@pytest.mark.parametrize(
    ("status", "line"),
    [
        ("200 OK", "HTTP 200 OK"),
        ("202 Accepted", "HTTP 202 Accepted"),
        ("401 No", "HTTP 401 Unauthorized"),
        ("403 No", "HTTP 403 Forbidden"),
        ("405 No", "HTTP 405 Method Not Allowed"),
        ("406 No", "HTTP 406 Not Acceptable"),
        ("409 No", "HTTP 409 Conflict"),
        ("429 No", "HTTP 429 Too Many Requests"),
        ("503 No", "HTTP 503 Service Unavailable"),
    ],
)
def test_a_wall_in_place_of_a_feed_blocks_it(status: str, line: str) -> None:
    result = fetch_one({"/feed": answer(CHALLENGE, 'ETag: "1"', status=status)}, "/feed")
    assert (result.outcome, result.bot_wall) == (Outcome.BLOCKED, "Cloudflare")
    assert result.error == error_of(line)
    assert result.body == b""
    assert result.validators == Validators()


def test_a_wall_in_place_of_a_page_blocks_it() -> None:
    def fetch(route: Route) -> FetchResult:
        return fetch_one({"/story": route}, "/story", FetchKind.PAGE)

    assert fetch(answer(CHALLENGE, status="403 No")).bot_wall == "Cloudflare"
    by_header = fetch(answer(b"", "x-amzn-waf-action: challenge", status="202 Accepted"))
    assert by_header.error == error_of("HTTP 202 Accepted", "AWS WAF")
    # Whatever a page says at 200 is for those to judge who read pages.
    assert fetch(answer(CHALLENGE)).outcome is Outcome.FRESH


@pytest.mark.parametrize("kind", [FetchKind.ROBOTS, FetchKind.HUB])
def test_nothing_else_has_walls(kind: FetchKind) -> None:
    result = fetch_one({"/x": answer(CHALLENGE, status="403 No")}, "/x", kind)
    assert (result.bot_wall, result.error) == (None, "HTTP 403 Forbidden")


def test_p36_a_wall_that_asks_for_patience_is_given_it() -> None:
    route = answer(CHALLENGE, "Retry-After: 600", status="429 No")
    assert fetch_one({"/feed": route}, "/feed").retry_after == timedelta(seconds=600)


@pytest.mark.parametrize(
    ("status", "outcome", "line"),
    [
        ("403 No", Outcome.BLOCKED, "HTTP 403 Forbidden"),
        ("429 No", Outcome.LATER, "HTTP 429 Too Many Requests"),
        ("503 No", Outcome.LATER, "HTTP 503 Service Unavailable"),
    ],
)
@pytest.mark.parametrize(
    "body", [b"", b"Members only", b"<html><title>Just a moment</title>Cloudflare, captcha"]
)
def test_an_ordinary_refusal_stays_what_it_is(
    status: str, outcome: Outcome, line: str, body: bytes
) -> None:
    result = fetch_one({"/feed": answer(body, status=status)}, "/feed")
    assert (result.outcome, result.bot_wall, result.error) == (outcome, None, line)


def test_a_feed_that_speaks_of_walls_is_a_feed() -> None:
    body = b"<?xml version='1.0'?><rss><title>Just a moment...</title><!-- _cf_chl_opt --></rss>"
    result = fetch_one({"/feed": answer(body, "Content-Type: text/html")}, "/feed")
    assert (result.outcome, result.body) == (Outcome.FRESH, body)


def test_a_compressed_wall_is_read() -> None:
    route = answer(gzip.compress(CHALLENGE), "Content-Encoding: gzip", status="403 No")
    assert fetch_one({"/feed": route}, "/feed").bot_wall == "Cloudflare"


def _endless(head: bytes, piece: bytes, pause: float = 0.0) -> Route:
    def script(_hit: object) -> Iterator[bytes | float | None]:
        yield head
        while True:
            yield piece
            yield pause

    return script


BROKEN: dict[str, Route] = {
    "hang-up": (b"HTTP/1.1 403 No\r\nContent-Length: 900\r\n\r\n" + CHALLENGE, HANG_UP),
    "truncated": answer(
        gzip.compress(CHALLENGE)[:-9], "Content-Encoding: gzip", status="403 No", close=True
    ),
    "followed by junk": answer(
        gzip.compress(CHALLENGE) + b"junk", "Content-Encoding: gzip", status="403 No"
    ),
    "endless": _endless(b"HTTP/1.1 403 No\r\n\r\n" + CHALLENGE, b" " * 10_000),
    "never ending": _endless(b"HTTP/1.1 403 No\r\n\r\n" + CHALLENGE, b" ", 0.2),
}


@pytest.mark.parametrize("name", BROKEN)
def test_n05_n07_what_goes_wrong_behind_a_refusal_does_not_matter(name: str) -> None:
    result = fetch_one({"/feed": BROKEN[name]}, "/feed")
    assert (result.outcome, result.bot_wall) == (Outcome.BLOCKED, "Cloudflare")


@pytest.mark.parametrize(
    ("headers", "body"),
    [
        ((), b"\0" * 100_000_000),
        (("Content-Encoding: gzip",), gzip.compress(b"\0" * 100_000_000)),
        (("Content-Encoding: gzip, gzip",), gzip.compress(gzip.compress(CHALLENGE))),
        (("Content-Encoding: br",), b"\x0b\x02\x80news\x03"),
        (("Content-Encoding: gzip",), b"no gzip"),
    ],
    ids=["large", "bomb", "double", "unasked", "damaged"],
)
def test_n06_a_hostile_body_of_a_refusal_is_a_refusal(headers: tuple[str], body: bytes) -> None:
    route: Script = answer(body, *headers, status="403 No")
    result = fetch_one({"/feed": route}, "/feed")
    assert (result.outcome, result.error) == (Outcome.BLOCKED, "HTTP 403 Forbidden")


def test_a_short_refusal_leaves_its_connection_for_the_next_request() -> None:
    async def work() -> tuple[int, int]:
        routes: dict[str, Route] = {
            "/feed": answer(CHALLENGE, status="403 No"),
            "/same": (b"HTTP/1.1 304 Same\r\n\r\n",),
            "/robots.txt": answer(b""),
            "/story": answer(b"a story"),
        }
        async with HostileServer(routes) as server, client_for(server) as web:
            for _ in range(2):
                await web.fetch(feed(server.url("/feed")))
                await web.fetch(feed(server.url("/same"), Validators(etag="1")))
                await web.fetch(page(server.url("/story")))
            return server.connections, len(server.hits)

    assert run(work()) == (1, 7)
