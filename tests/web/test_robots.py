"""P34: robots.txt decides about pages before they are asked for; feeds are exempt."""

import asyncio
from datetime import timedelta
from itertools import repeat

import pytest

from aggregator.model import FetchKind, FetchResult, HttpUrl, Outcome
from aggregator.web.robots import own_groups, permission
from tests.web.client_for import FakeClock, client_for, feed, page, run
from tests.web.hostile_server import HANG_UP, HostileServer, Route, answer, redirect

US = b"User-agent: ConflictNewsAggregator\n"
ALL = b"User-agent: *\n"
NONE = b"Disallow: /\n"

TABLE: list[tuple[str, bytes, list[str], list[str]]] = [
    ("empty file", b"", ["/a"], []),
    ("everything", ALL + NONE, [], ["/", "/a"]),
    ("nothing", ALL + b"Disallow:\n", ["/", "/a"], []),
    ("a folder", ALL + b"Disallow: /private/\n", ["/private", "/a"], ["/private/", "/private/a"]),
    ("others only", b"User-agent: OtherBot\n" + NONE, ["/a"], []),
    ("us by name", US + NONE + b"\n" + ALL + b"Allow: /\n", [], ["/a"]),
    ("us before all", ALL + NONE + b"\n" + US + b"Disallow: /x\n", ["/a"], ["/x"]),
    ("case of the name", b"user-AGENT: conflictnewsaggregator/9\n" + NONE, [], ["/a"]),
    ("a longer name", b"User-agent: ConflictNewsAggregatorTwo\n" + NONE, ["/a"], []),
    ("part of the name", b"User-agent: Conflict\n" + NONE, ["/a"], []),
    ("one of several", b"User-agent: OtherBot\n" + US + NONE, [], ["/a"]),
    ("two groups of ours", US + b"Disallow: /a\n\n" + US + b"Disallow: /b\n", ["/c"], ["/a", "/b"]),
    ("longest match", ALL + b"Disallow: /a\nAllow: /a/b\n", ["/a/b"], ["/a", "/a/c"]),
    ("allow wins a tie", ALL + b"Disallow: /a\nAllow: /a\n", ["/a"], []),
    ("star", ALL + b"Disallow: /*/print\n", ["/print"], ["/a/print", "/a/b/print?x"]),
    ("dollar", ALL + b"Disallow: /*.pdf$\n", ["/a.pdf?x", "/a.html"], ["/a.pdf"]),
    ("query", ALL + b"Disallow: /*?amp\n", ["/a"], ["/a?amp"]),
    ("escapes", ALL + "Disallow: /caf\xe9\n".encode(), ["/cafe"], ["/caf%C3%A9", "/caf%c3%a9"]),
    ("byte order mark", b"\xef\xbb\xbf" + ALL + NONE, [], ["/a"]),
    (
        "comments and CRLF",
        b"# hello\r\nUser-agent: * # all\r\nDisallow: /a # x\r\n",
        ["/b"],
        ["/a"],
    ),
    ("a web page instead", b"<html><p>User-agent is a word.</p>\n<p>Disallow: /</p>", ["/a"], []),
    ("sitemap between", ALL + b"Sitemap: https://outlet.example/s.xml\n" + NONE, [], ["/a"]),
    ("not text", bytes(range(256)), ["/a"], []),
    ("rules for nobody", NONE, ["/a"], []),
]


@pytest.mark.parametrize(
    ("body", "allowed", "denied"), [row[1:] for row in TABLE], ids=[row[0] for row in TABLE]
)
def test_p34_decision_table(body: bytes, allowed: list[str], denied: list[str]) -> None:
    rules = own_groups(body)
    for path in allowed:
        assert permission(rules, HttpUrl(f"https://outlet.example{path}")).error is None, path
    for path in denied:
        assert permission(rules, HttpUrl(f"https://outlet.example{path}")).error == (
            "robots.txt of outlet.example disallows this address"
        ), path


@pytest.mark.parametrize(
    ("line", "seconds"),
    [(b"2.5", 2.5), (b"60", 60), (b"3600", 60), (b"-1", 0), (b"nan", 0), (b"soon", 0), (b"", 0)],
)
def test_p34_crawl_delay(line: bytes, seconds: float) -> None:
    rules = own_groups(ALL + b"Crawl-delay: " + line + b"\nDisallow: /x\n")
    assert permission(rules, HttpUrl("https://outlet.example/")).gap == timedelta(seconds=seconds)


def test_a_file_that_names_everybody_often_stays_small() -> None:
    """Each rule would otherwise be kept once for each name: here 300 million of them."""
    names = b"".join(b"User-agent: b%d\n" % number for number in range(15_000))
    rules = b"".join(b"Disallow: /%d\n" % number for number in range(20_000))
    assert own_groups(names + rules) == ""
    kept = own_groups(names + ALL * 15_000 + rules)
    assert len(kept) < len(rules) + 100
    assert permission(kept, HttpUrl("https://outlet.example/7")).error


def _robots_then_page(robots: Route) -> tuple[FetchResult, list[str]]:
    async def work() -> tuple[FetchResult, list[str]]:
        routes: dict[str, Route] = {"/robots.txt": robots, "/story": answer(b"a story")}
        async with HostileServer(routes) as server, client_for(server) as web:
            return await web.fetch(page(server.url("/story"))), server.paths()

    return run(work())


@pytest.mark.parametrize(
    "robots",
    [
        answer(ALL + b"Disallow: /other\n"),
        answer(b"", status="404 Not Found"),
        answer(b"", status="401 Unauthorized"),
        answer(b"", status="403 Forbidden"),
        answer(b"", status="410 Gone"),
        redirect("/robots.txt"),
    ],
    ids=["allows", "404", "401", "403", "410", "circle"],
)
def test_p34_page_is_fetched_after_the_robots_answer(robots: Route) -> None:
    result, paths = _robots_then_page(robots)
    assert result.body == b"a story"
    assert paths[-1] == "/story"
    assert set(paths[:-1]) == {"/robots.txt"}


def test_p34_disallowed_page_is_not_fetched() -> None:
    result, paths = _robots_then_page(answer(ALL + NONE))
    assert result.outcome is Outcome.BLOCKED
    assert (result.error or "").endswith(" disallows this address")
    assert paths == ["/robots.txt"]


@pytest.mark.parametrize(
    ("robots", "error", "seconds"),
    [
        (answer(b"", status="500 Oh"), "HTTP 500 Internal Server Error", 600),
        (answer(b"", status="503 Oh"), "HTTP 503 Service Unavailable", 600),
        (answer(b"", "Retry-After: 3600", status="503 Oh"), "HTTP 503 Service Unavailable", 3600),
        (answer(b"", "Retry-After: 9000", status="429 Oh"), "HTTP 429 Too Many Requests", 9000),
        ((HANG_UP,), "FetchError: no answer from 127.0.0.1: Server disconnected", 600),
    ],
)
def test_p34_without_an_answer_pages_wait(robots: Route, error: str, seconds: int) -> None:
    result, paths = _robots_then_page(robots)
    assert result.outcome is Outcome.LATER
    assert f"robots.txt of 127.0.0.1:{_port(result)}: {error}" in (result.error or "")
    assert round((result.retry_after or timedelta(0)).total_seconds()) == seconds
    assert paths == ["/robots.txt"]


def _port(result: FetchResult) -> str:
    return result.url.split(":")[2].split("/")[0]


def test_p34_redirected_robots_count_for_the_first_host() -> None:
    async def work() -> tuple[FetchResult, FetchResult]:
        async with HostileServer() as server, client_for(server) as web:
            server.routes = {
                "/robots.txt": redirect(server.url("/rules", "rules.localhost")),
                "/rules": answer(ALL + b"Disallow: /closed\n"),
                "/open": answer(b"a story"),
            }
            return (
                await web.fetch(page(server.url("/open", "outlet.localhost"))),
                await web.fetch(page(server.url("/closed", "outlet.localhost"))),
            )

    opened, closed = run(work())
    assert opened.body == b"a story"
    assert closed.outcome is Outcome.BLOCKED


def test_p34_each_hop_of_a_page_needs_permission() -> None:
    async def work() -> tuple[FetchResult, list[str]]:
        async with HostileServer() as server, client_for(server) as web:
            server.routes = {
                "/robots.txt": lambda hit: (
                    answer(ALL + NONE) if hit.host.startswith("shut") else answer(b"")
                ),
                "/start": redirect(server.url("/end", "shut.localhost")),
            }
            return await web.fetch(page(server.url("/start", "open.localhost"))), server.paths()

    result, paths = run(work())
    assert result.outcome is Outcome.BLOCKED
    assert "shut.localhost" in (result.error or "")
    assert paths == ["/robots.txt", "/start", "/robots.txt"]


def test_p34_listed_feeds_are_exempt() -> None:
    async def work() -> tuple[FetchResult, list[str]]:
        routes: dict[str, Route] = {"/robots.txt": answer(ALL + NONE), "/feed": answer(b"news")}
        async with HostileServer(routes) as server, client_for(server) as web:
            return await web.fetch(feed(server.url("/feed"))), server.paths()

    result, paths = run(work())
    assert result.body == b"news"
    assert paths == ["/feed"]


def test_p34_robots_are_asked_once_a_day_however_many_pages_wait() -> None:
    clock = FakeClock()

    async def work() -> list[int]:
        routes: dict[str, Route] = {"/robots.txt": answer(b""), "/story": answer(b"a story")}
        counts = []
        async with HostileServer(routes) as server, client_for(server, clock=clock) as web:
            for hours in (0, 23.9, 0.2):
                clock.seconds += hours * 3600
                await asyncio.gather(*(web.fetch(page(server.url("/story"))) for _ in range(5)))
                counts.append(server.paths().count("/robots.txt"))
        return counts

    assert run(work()) == [1, 1, 2]


def test_p34_a_silent_robots_is_asked_again_after_ten_minutes() -> None:
    clock = FakeClock()

    async def work() -> tuple[list[Outcome], int]:
        routes: dict[str, Route] = {"/robots.txt": (HANG_UP,), "/story": answer(b"a story")}
        outcomes = []
        async with HostileServer(routes) as server, client_for(server, clock=clock) as web:
            for seconds in (0, 599, 2):
                clock.seconds += seconds
                if seconds == 2:
                    server.routes["/robots.txt"] = answer(b"")
                outcomes.append((await web.fetch(page(server.url("/story")))).outcome)
            return outcomes, server.paths().count("/robots.txt")

    assert run(work()) == ([Outcome.LATER, Outcome.LATER, Outcome.FRESH], 2)


def test_p34_a_huge_file_is_cut_and_its_beginning_counts() -> None:
    rules = ALL + b"Disallow: /closed\n" + b"# filler\n" * 70_000 + b"Disallow: /story\n"
    assert len(rules) > 600_000
    result, _ = _robots_then_page(answer(rules))
    assert result.body == b"a story"


def test_n05_an_endless_robots_is_cut() -> None:
    def endless(_hit: object) -> object:
        yield b"HTTP/1.1 200 OK\r\n\r\n" + ALL + b"Disallow: /closed\n"
        yield from repeat(b"# filler\n" * 1000)

    result, paths = _robots_then_page(endless)  # type: ignore[arg-type]  # a generator of bytes
    assert result.body == b"a story"
    assert paths == ["/robots.txt", "/story"]


def test_old_robots_are_forgotten_when_there_are_too_many() -> None:
    """Forty files of half a megabyte are more than the cache holds: the first is asked again."""
    rules = ALL + b"Disallow: /%s\n" % (b"x" * 1000) * 500

    async def work() -> list[str]:
        routes: dict[str, Route] = {"/robots.txt": answer(rules), "/story": answer(b"a story")}
        async with HostileServer(routes) as server, client_for(server) as web:
            for number in (*range(40), 39, 0):
                await web.fetch(page(server.url("/story", f"outlet-{number}.localhost")))
            hosts = [hit.host for hit in server.hits if hit.path == "/robots.txt"]
            return [host.partition(".")[0] for host in hosts[40:]]

    assert run(work()) == ["outlet-0"]


def test_the_kind_robots_needs_no_permission() -> None:
    async def work() -> list[str]:
        async with HostileServer() as server, client_for(server) as web:
            request = page(server.url("/robots.txt"))
            await web.fetch(type(request)(request.url, FetchKind.ROBOTS))
            return server.paths()

    assert run(work()) == ["/robots.txt"]
