"""N4: a proxy of the settings is the one private hop, and the only one."""

import logging
import ssl
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import pytest

from aggregator.model import Access, FetchKind, FetchRequest, FetchResult, HttpUrl, Outcome
from aggregator.web.client import WebClient
from aggregator.web.policy import WebPolicy
from tests.web.client_for import run
from tests.web.hostile_server import HostileServer, Route, answer, redirect
from tests.web.proxy_server import ProxyServer
from tests.web.test_tls import CERTIFICATE, server_tls

USER_AGENT = "ConflictNewsAggregator/test"


async def no_resolver(host: str, _port: int) -> Sequence[str]:
    """Nobody but the proxy looks a publisher up."""
    pytest.fail(f"{host} was looked up")


def proxied(proxy: str, environment: dict[str, str] | None = None, **changes: Any) -> WebClient:
    """Return a client under the default policy, which allows no private address at all."""
    policy = WebPolicy(USER_AGENT, proxy=proxy, host_gap=timedelta(0), **changes)
    return WebClient(policy, resolve=no_resolver, environment=environment or {})


def request(url: str, kind: FetchKind = FetchKind.FEED, **access: Any) -> FetchRequest:
    return FetchRequest(HttpUrl(url), kind, access=Access(**access))


def test_n04_http_goes_to_the_proxy_and_nowhere_else() -> None:
    async def work() -> tuple[list[FetchResult], ProxyServer, HostileServer]:
        routes: dict[str, Route] = {
            "/feed": answer(b"news"),
            "/robots.txt": answer(b""),
            "/story?a=b": answer(b"a story"),
        }
        async with (
            HostileServer(routes) as publisher,
            ProxyServer(publisher) as proxy,
            proxied(f"http://127.0.0.1:{proxy.port}") as web,
        ):
            results = [
                await web.fetch(request("http://outlet.example/feed#top")),
                await web.fetch(request("http://paper.example/story?a=b", FetchKind.PAGE)),
            ]
        return results, proxy, publisher

    results, proxy, publisher = run(work())
    assert [result.body for result in results] == [b"news", b"a story"]
    assert proxy.request_lines == [
        b"GET http://outlet.example/feed HTTP/1.1",
        b"GET http://paper.example/robots.txt HTTP/1.1",
        b"GET http://paper.example/story?a=b HTTP/1.1",
    ]
    assert publisher.connections == 3
    assert [hit.host for hit in publisher.hits] == ["outlet.example", *["paper.example"] * 2]


def _over_tls(
    proxy_tls: ssl.SSLContext | None, scheme: str
) -> tuple[list[FetchResult], ProxyServer, HostileServer]:
    async def work() -> tuple[list[FetchResult], ProxyServer, HostileServer]:
        routes: dict[str, Route] = {"/feed": answer(b"news")}
        async with (
            HostileServer(routes, tls=server_tls("http/1.1")) as publisher,
            ProxyServer(publisher, tls=proxy_tls) as proxy,
            proxied(f"{scheme}://secure.localhost:{proxy.port}") as web,
        ):
            asked = request(
                "https://secure.example/feed",
                trusted_certificates=CERTIFICATE,
                headers=(("X-Key", "for the publisher"),),
            )
            return [await web.fetch(asked) for _ in range(2)], proxy, publisher

    return run(work())


@pytest.mark.parametrize("scheme", ["http", "https"])
def test_n04_https_goes_through_a_tunnel(scheme: str) -> None:
    results, proxy, publisher = _over_tls(
        server_tls("http/1.1") if scheme == "https" else None, scheme
    )
    assert [result.body for result in results] == [b"news", b"news"]
    assert proxy.request_lines == [b"CONNECT secure.example:443 HTTP/1.1"]
    assert (proxy.connections, publisher.connections) == (1, 1)
    assert b"for the publisher" not in b"".join(proxy.heads)
    assert publisher.hits[0].header("x-key") == b"for the publisher"


def test_n04_a_proxy_that_nobody_vouches_for_is_not_spoken_to() -> None:
    async def work() -> FetchResult:
        async with (
            HostileServer() as publisher,
            ProxyServer(publisher, tls=server_tls("http/1.1")) as proxy,
            proxied(f"https://secure.localhost:{proxy.port}") as web,
        ):
            return await web.fetch(request("http://outlet.example/feed"))

    assert "certificate verify failed" in (run(work()).error or "")


@pytest.mark.parametrize(
    ("url", "error"),
    [
        ("http://10.0.0.1/", "10.0.0.1 is not public"),
        ("https://[::1]/", "::1 is not public"),
        ("http://169.254.169.254/latest/meta-data", "169.254.169.254 is not public"),
        ("http://localhost/", "127.0.0.1 (of localhost) is not public"),
        ("http://deep.localhost./", "127.0.0.1 (of deep.localhost.) is not public"),
        ("http://127.0.0.1./", "127.0.0.1 (of 127.0.0.1.) is not public"),
        ("http://0x7f000001/", "0x7f000001 is an address in disguise"),
        ("http://2130706433/", "2130706433 is an address in disguise"),
        ("http://127.1/", "127.1 is an address in disguise"),
        ("http://0177.0.0.1/", "an address that cannot be read"),
        ("https://0X7F.0.0.0x1/", "0x7f.0.0.0x1 is an address in disguise"),
        ("http://outlet.example:22/", "port 22 of outlet.example is not among the allowed ports"),
    ],
)
def test_n04_what_needs_no_resolving_is_judged_before_the_proxy_is_asked(
    url: str, error: str
) -> None:
    async def work() -> tuple[list[FetchResult], int]:
        routes: dict[str, Route] = {"/start": redirect(url)}
        async with (
            HostileServer(routes) as publisher,
            ProxyServer(publisher) as proxy,
            proxied(f"http://127.0.0.1:{proxy.port}") as web,
        ):
            direct = await web.fetch(request(url))
            asked = proxy.connections
            return [direct, await web.fetch(request("http://outlet.example/start"))], asked

    results, asked = run(work())
    assert asked == 0
    assert [result.error for result in results] == [f"AddressRefused: {error}"] * 2


@pytest.mark.parametrize("scheme", ["http", "https"])
@pytest.mark.parametrize(
    ("template", "environment"),
    [
        ("http://listener:${{WORD}}@127.0.0.1:{port}", {"WORD": "p@ss/word:hunter2"}),
        ("http://${{LOGIN}}@127.0.0.1:{port}", {"LOGIN": "listener:p@ss/word:hunter2"}),
        ("${{WAY_OUT}}", {"WAY_OUT": "http://listener:p%40ss%2Fword%3Ahunter2@127.0.0.1:{port}"}),
    ],
)
def test_n04_a_login_opens_the_proxy_and_goes_no_further(
    template: str, environment: dict[str, str], scheme: str
) -> None:
    async def work() -> tuple[FetchResult, ProxyServer, HostileServer]:
        tls = server_tls("http/1.1") if scheme == "https" else None
        async with (
            HostileServer({"/feed": answer(b"news")}, tls=tls) as publisher,
            ProxyServer(publisher, login="listener:p@ss/word:hunter2") as proxy,
        ):
            values = {name: value.format(port=proxy.port) for name, value in environment.items()}
            async with proxied(template.format(port=proxy.port), values) as web:
                asked = request(f"{scheme}://secure.example/feed", trusted_certificates=CERTIFICATE)
                return await web.fetch(asked), proxy, publisher

    result, proxy, publisher = run(work())
    assert result.body == b"news"
    assert b"Proxy-Authorization: Basic " in proxy.heads[0]
    assert publisher.hits[0].header("proxy-authorization") is None


@pytest.mark.parametrize(
    ("scheme", "error"),
    [
        ("http", "HTTP 407 Proxy Authentication Required"),
        ("https", "FetchError: the proxy 127.0.0.1 answers HTTP 407"),
    ],
)
def test_p38_a_refusing_proxy_is_named_and_its_password_is_not(
    scheme: str, error: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)

    async def work() -> FetchResult:
        async with HostileServer() as publisher, ProxyServer(publisher, login="x:y") as proxy:
            address = f"http://listener:${{WORD}}@127.0.0.1:{proxy.port}"
            async with proxied(address, {"WORD": "hunter2"}) as web:
                return await web.fetch(request(f"{scheme}://outlet.example/feed"))

    result = run(work())
    assert result.outcome is Outcome.FAILED
    assert result.error == error
    assert "hunter2" not in repr(result) + caplog.text


def test_p38_a_proxy_that_is_not_there_is_named_and_its_password_is_not() -> None:
    async def work() -> FetchResult:
        async with HostileServer() as publisher, ProxyServer(publisher) as proxy:
            address = f"http://listener:${{WORD}}@127.0.0.1:{proxy.port}"
        async with proxied(address, {"WORD": "hunter2"}) as web:
            return await web.fetch(request("https://outlet.example/feed"))

    result = run(work())
    assert result.error == "FetchError: cannot connect to the proxy 127.0.0.1: Connection refused"


@pytest.mark.parametrize(
    ("proxy", "environment", "error"),
    [
        ("http://a:${WORD}@127.0.0.1", {}, "SecretMissing: feeds.yaml names ${WORD}, but"),
        ("${WAY_OUT}", {"WAY_OUT": "socks5://hunter2"}, "AccessUnusable: the proxy is no address"),
        ("${WAY_OUT}", {"WAY_OUT": "http://[hunter2"}, "AccessUnusable: the proxy is no address"),
        ("${WAY_OUT}", {"WAY_OUT": "http://hunter2/x"}, "AccessUnusable: the proxy is no address"),
    ],
)
def test_a_proxy_that_cannot_be_is_an_error_without_its_value(
    proxy: str, environment: dict[str, str], error: str
) -> None:
    async def work() -> FetchResult:
        async with proxied(proxy, environment) as web:
            return await web.fetch(request("https://outlet.example/feed"))

    result = run(work())
    assert (result.error or "").startswith(error)
    assert "hunter2" not in repr(result)


def test_a_feeds_own_proxy_goes_before_that_of_the_settings() -> None:
    async def work() -> tuple[int, int]:
        routes: dict[str, Route] = {"/robots.txt": answer(b""), "/story": answer(b"a story")}
        async with (
            HostileServer(routes) as publisher,
            ProxyServer(publisher) as common,
            ProxyServer(publisher) as own,
            proxied(f"http://127.0.0.1:{common.port}") as web,
        ):
            address = f"http://127.0.0.1:{own.port}"
            await web.fetch(request("http://outlet.example/story", FetchKind.PAGE, proxy=address))
            return common.connections, len(own.heads)

    assert run(work()) == (0, 2)


def test_n04_what_a_proxy_slips_in_before_the_handshake_is_not_read_as_the_publishers() -> None:
    async def work() -> FetchResult:
        async with (
            HostileServer({"/feed": answer(b"news")}, tls=server_tls("http/1.1")) as publisher,
            ProxyServer(publisher, greeting=b"HTTP/1.1 200 OK\r\n\r\nforged") as proxy,
            proxied(f"http://127.0.0.1:{proxy.port}") as web,
        ):
            asked = request("https://secure.example/feed", trusted_certificates=CERTIFICATE)
            return await web.fetch(asked)

    assert b"forged" not in run(work()).body


def test_n07_a_proxy_that_says_nothing_ends_at_the_deadline() -> None:
    async def work() -> FetchResult:
        routes: dict[str, Route] = {"outlet.example:443": (600.0,)}
        limit = timedelta(seconds=0.3)
        async with (
            HostileServer(routes) as silent,
            proxied(f"http://127.0.0.1:{silent.port}", connect_timeout=limit) as web,
        ):
            return await web.fetch(request("https://outlet.example/feed"))

    assert run(work()).error == "TooSlow: the proxy 127.0.0.1 was not ready in time"
