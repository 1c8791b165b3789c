"""N3: chains of redirects, each hop judged anew."""

from datetime import timedelta

import pytest

from aggregator.errors import AddressRefused
from aggregator.model import FetchResult, HttpUrl, Outcome
from aggregator.web.answer import Answer, redirect_target
from tests.web.client_for import client_for, feed, fetch_one, run
from tests.web.hostile_server import HostileServer, Route, Script, answer, redirect
from tests.web.test_tls import server_tls, trusting


@pytest.mark.parametrize(
    ("first", "error"),
    [
        (redirect("http://10.0.0.1/"), "AddressRefused: port 80 of 10.0.0.1 is not among"),
        (redirect("http://127.0.0.1:22/"), "AddressRefused: port 22 of 127.0.0.1 is not among"),
        (redirect("file:///etc/passwd"), "AddressRefused: HTTP 302 Found to an address"),
        (redirect("ftp://127.0.0.1/x"), "AddressRefused: HTTP 302 Found to an address"),
        (redirect("data:text/html,x"), "AddressRefused: HTTP 302 Found to an address"),
        (redirect("javascript:alert(1)"), "AddressRefused: HTTP 302 Found to an address"),
        (redirect("http://me:secret@127.0.0.1/"), "AddressRefused: HTTP 302 Found to an address"),
        (redirect("/" + "x" * 10_000), "AddressRefused: HTTP 302 Found to an address"),
        (redirect("http://" + "ü" * 70 + ".example/"), "AddressRefused: HTTP 302 Found to an"),
        (redirect("http://[::1/"), "AddressRefused: HTTP 302 Found to an address"),
        (redirect("/start"), "TooManyRedirects: the redirects go in a circle"),
        (redirect("/hop1"), "TooManyRedirects: more than 5 redirects"),
        (redirect(""), "FetchError: HTTP 302 Found without a Location"),
        (answer(b"", status="301 Moved"), "FetchError: HTTP 301 Moved Permanently without a Loc"),
    ],
    ids=lambda value: value[:40] if isinstance(value, str) else None,
)
def test_n03_chain_ends_with_its_named_error(first: Script, error: str) -> None:
    hops = {f"/hop{number}": redirect(f"/hop{number + 1}") for number in range(1, 8)}
    result = fetch_one({"/start": first, **hops}, "/start")
    assert result.outcome is Outcome.FAILED
    assert (result.error or "").startswith(error)
    assert "secret" not in (result.error or "")
    assert result.took < timedelta(seconds=1)


def test_n03_a_chain_back_to_http_is_refused() -> None:
    answer_to_https = Answer(301, (("location", "http://outlet.example/feed"),))
    with pytest.raises(AddressRefused, match="from https back to http"):
        redirect_target(HttpUrl("https://outlet.example/feed"), answer_to_https)
    assert redirect_target(HttpUrl("http://outlet.example/old"), answer_to_https)


def test_n03_a_chain_from_https_back_to_http_ends() -> None:
    async def work() -> tuple[FetchResult, int]:
        async with (
            HostileServer(tls=server_tls("http/1.1")) as server,
            HostileServer({"/feed": answer(b"news")}) as open_server,
            client_for(server, open_server, tls=trusting()) as web,
        ):
            server.routes = {"/feed": redirect(open_server.url("/feed", "secure.localhost"))}
            result = await web.fetch(feed(server.url("/feed", "secure.localhost", "https")))
            return result, open_server.connections

    result, connections = run(work())
    assert result.error == "AddressRefused: HTTP 302 Found from https back to http"
    assert connections == 0


def test_n03_five_hops_are_followed() -> None:
    hops = {f"/hop{number}": redirect(f"/hop{number + 1}") for number in range(5)}
    result = fetch_one({**hops, "/hop5": answer(b"news")}, "/hop0")
    assert result.body == b"news"
    assert (result.final_url or "").endswith("/hop5")
    assert result.permanent_url is None


def test_n03_no_credentials_and_no_cookies_reach_another_host() -> None:
    async def work() -> HostileServer:
        async with HostileServer() as server:
            server.routes = {
                "/start": answer(
                    b"",
                    "Set-Cookie: session=1; Domain=localhost; Path=/",
                    "Location: " + server.url("/end", "other.localhost"),
                    status="302 Found",
                ),
                "/end": answer(b"news", "Set-Cookie: session=2; Path=/"),
            }
            async with client_for(server) as web:
                for _ in range(2):
                    await web.fetch(feed(server.url("/start", "first.localhost")))
            return server

    server = run(work())
    assert len(server.hits) == 4
    for hit in server.hits:
        assert hit.header("cookie") is None
        assert hit.header("authorization") is None
        assert hit.header("referer") is None


@pytest.mark.parametrize(
    ("statuses", "is_permanent"),
    [
        (["301 Moved Permanently"], True),
        (["308 Permanent Redirect", "301 Moved Permanently"], True),
        (["302 Found"], False),
        (["301 Moved Permanently", "307 Temporary Redirect"], False),
        (["303 See Other"], False),
    ],
)
def test_p37_only_a_wholly_permanent_chain_moves_a_feed(
    statuses: list[str],
    is_permanent: bool,  # noqa: FBT001  # a column of a table
) -> None:
    hops = {
        f"/hop{number}": redirect(f"/hop{number + 1}", status)
        for number, status in enumerate(statuses)
    }
    result = fetch_one({**hops, f"/hop{len(statuses)}": answer(b"news")}, "/hop0")
    assert result.body == b"news"
    assert result.permanent_url == (result.final_url if is_permanent else None)


def test_a_move_to_a_missing_page_is_not_a_move() -> None:
    result = fetch_one({"/old": redirect("/new", "301 Moved Permanently")}, "/old")
    assert result.error == "HTTP 404 Not Found"
    assert result.permanent_url is None


@pytest.mark.parametrize(
    ("location", "path"),
    [("/caf\xc3\xa9", "/caf%C3%A9"), ("/caf\xe9", "/caf%C3%A9"), ("new?a=b#c", "/new?a=b")],
)
def test_a_location_may_be_utf8_latin1_or_relative(location: str, path: str) -> None:
    async def work() -> tuple[FetchResult, list[str]]:
        routes: dict[str, Route] = {
            "/start": redirect(location.encode("latin-1")),
            path: answer(b"news"),
        }
        async with HostileServer(routes) as server, client_for(server) as web:
            return await web.fetch(feed(server.url("/start"))), server.paths()

    result, paths = run(work())
    assert paths == ["/start", path]
    assert result.body == b"news"
