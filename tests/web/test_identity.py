"""P38: who we say we are, and that we say nothing else."""

import logging
from dataclasses import replace

import pytest

from aggregator.model import Validators
from aggregator.web.policy import WebPolicy, user_agent
from tests.web.client_for import client_for, feed, page, run
from tests.web.hostile_server import Hit, HostileServer, Script, answer


@pytest.mark.parametrize(
    ("contact", "expected"),
    [
        (None, "ConflictNewsAggregator/0.1.0"),
        ("", "ConflictNewsAggregator/0.1.0"),
        ("  \n", "ConflictNewsAggregator/0.1.0"),
        ("desk@outlet.example", "ConflictNewsAggregator/0.1.0 (+desk@outlet.example)"),
        ("https://a.example/ü", "ConflictNewsAggregator/0.1.0 (+https://a.example/%C3%BC)"),
        ("x\r\nCookie: y", "ConflictNewsAggregator/0.1.0 (+xCookie:y)"),
    ],
)
def test_p38_user_agent(contact: str | None, expected: str) -> None:
    assert user_agent(contact) == expected


@pytest.mark.parametrize("text", ["", "  ", "größe"])
def test_p38_user_agent_cannot_be_empty_or_unreadable(text: str) -> None:
    with pytest.raises(ValueError, match="user agent"):
        WebPolicy(text)


def test_p38_a_request_says_who_we_are_and_nothing_else() -> None:
    async def work() -> HostileServer:
        async with HostileServer() as server, client_for(server) as web:
            server.routes = {
                "/feed?a=1": answer(b"news", "Set-Cookie: a=b"),
                "/story": answer(b"a story", "Set-Cookie: c=d"),
            }
            for _ in range(2):
                await web.fetch(feed(server.url("/feed?a=1#part")))
                await web.fetch(page(server.url("/story")))
            return server

    server = run(work())
    assert server.paths() == ["/feed?a=1", "/robots.txt", "/story", "/feed?a=1", "/story"]
    for hit in server.hits:
        names = {line.partition(b":")[0].lower() for line in hit.head.split(b"\r\n")[1:] if line}
        assert names == {b"host", b"user-agent", b"accept", b"accept-encoding"}
        assert hit.header("user-agent") == (
            b"ConflictNewsAggregator/0.1.0 (+https://operator.example/about)"
        )


def test_p38_five_hundred_requests_carry_nothing_but_who_we_are() -> None:
    """Feeds and pages that set cookies, redirect and frame one another; no step leaves a trace."""
    allowed = {b"host", b"user-agent", b"accept", b"accept-encoding"}
    allowed |= {b"if-none-match", b"if-modified-since"}

    def route(hit: Hit) -> Script:
        number = len(server_hits)
        headers = (f"Set-Cookie: id={number}; Path=/", f'ETag: "{number}"', "Link: </x>; rel=hub")
        if number % 3 == 0:
            return answer(b"", f"Location: {hit.path}", *headers, status="302 Found")
        return answer(b"news", *headers)

    server_hits: list[Hit] = []

    async def work() -> None:
        async with HostileServer() as server, client_for(server) as web:
            server.hits = server_hits
            paths = ["/feed", "/feed?a=1", "/story", "/robots.txt"]
            server.routes = {
                "/robots.txt": answer(b"", "Set-Cookie: robots=1"),
                **dict.fromkeys(paths[:3], route),
            }
            known = Validators()
            while len(server_hits) < 500:
                path = paths[len(server_hits) % 3]
                host = f"outlet-{len(server_hits) % 7}.localhost"
                ask = page if path == "/story" else feed
                result = await web.fetch(replace(ask(server.url(path, host)), validators=known))
                known = result.validators
            assert {hit.path for hit in server_hits} == set(paths)

    run(work())
    assert len(server_hits) >= 500
    for hit in server_hits:
        names = {line.partition(b":")[0].lower() for line in hit.head.split(b"\r\n")[1:] if line}
        assert names <= allowed
        assert hit.header("user-agent") == (
            b"ConflictNewsAggregator/0.1.0 (+https://operator.example/about)"
        )


def test_p38_no_address_is_logged(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)

    async def work() -> None:
        async with HostileServer() as server, client_for(server) as web:
            await web.fetch(feed(server.url("/feed?token=hunter2")))
            await web.fetch(feed("http://10.0.0.1/feed?token=hunter2"))

    run(work())
    assert "hunter2" not in caplog.text
