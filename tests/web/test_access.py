"""N3, P38: what only a publisher's own host may see, and that no secret is seen elsewhere."""

import asyncio
import logging
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from aggregator.model import Access, FetchKind, FetchRequest, FetchResult, HttpUrl, Outcome
from aggregator.text.secrets import access_for
from aggregator.web.client import WebClient
from tests.web.client_for import NOW, policy_for, run
from tests.web.hostile_server import HANG_UP, Hit, HostileServer, Route, answer, redirect
from tests.web.test_tls import CERTIFICATE, server_tls

SECRETS = {
    "KEY": "planted-key-7f3a",
    "SESSION": "planted-session-91c2",
    "WORD": "planted-word-44d8",
}
ACCESS = Access(
    user_agent="CoastListener/1.0",
    headers=(("X-Api-Key", "${KEY}"), ("Accept", "text/xml")),
    cookies=(("edition", "world"), ("session", "${SESSION}")),
    authorization="reader:${WORD}",
)
BASIC = b"Basic cmVhZGVyOnBsYW50ZWQtd29yZC00NGQ4"

Url = Callable[[str, str], str]


def client(*servers: HostileServer, environment: dict[str, str] | None = None) -> WebClient:
    return WebClient(
        policy_for(*servers),
        now=lambda: NOW,
        environment=SECRETS if environment is None else environment,
    )


def fetch(
    routes: Callable[[Url], dict[str, Route]],
    kind: FetchKind = FetchKind.FEED,
    access: Access = ACCESS,
    environment: dict[str, str] | None = None,
) -> tuple[FetchResult, list[Hit]]:
    """Fetch /start of first.localhost, with routes that may name other hosts of the server."""

    async def work() -> tuple[FetchResult, list[Hit]]:
        async with HostileServer() as server, client(server, environment=environment) as web:
            server.routes = routes(server.url)
            url = HttpUrl(server.url("/start", "first.localhost"))
            return await web.fetch(FetchRequest(url, kind, access=access)), server.hits

    return run(work())


def _names(hit: Hit) -> set[bytes]:
    return {line.partition(b":")[0].lower() for line in hit.head.split(b"\r\n")[1:] if line}


def test_a_feed_is_asked_as_its_publisher_wants() -> None:
    _, (hit,) = fetch(lambda _: {"/start": answer(b"news")})
    assert hit.header("user-agent") == b"CoastListener/1.0"
    assert hit.header("x-api-key") == b"planted-key-7f3a"
    assert hit.header("cookie") == b"edition=world; session=planted-session-91c2"
    assert hit.header("authorization") == BASIC
    assert hit.header("accept") == b"text/xml"
    assert hit.head.lower().count(b"\r\naccept:") == 1


@pytest.mark.parametrize("kind", [FetchKind.PAGE, FetchKind.ROBOTS, FetchKind.HUB])
def test_n03_pages_and_all_else_are_asked_by_name_alone(kind: FetchKind) -> None:
    _, hits = fetch(lambda _: {"/start": answer(b"a story"), "/robots.txt": answer(b"")}, kind)
    assert hits[-1].path == "/start"
    for hit in hits:
        assert hit.header("user-agent") == b"CoastListener/1.0"
        assert not _names(hit) & {b"x-api-key", b"cookie", b"authorization"}
        assert hit.header("accept") != b"text/xml"


def test_n03_another_host_sees_nothing_and_the_own_host_sees_all_again() -> None:
    result, hits = fetch(
        lambda url: {
            "/start": redirect(url("/away", "second.localhost")),
            "/away": redirect(url("/end", "first.localhost")),
            "/end": answer(b"news"),
        }
    )
    assert result.body == b"news"
    assert [b"authorization" in _names(hit) for hit in hits] == [True, False, True]
    assert [b"cookie" in _names(hit) for hit in hits] == [True, False, True]
    assert [b"x-api-key" in _names(hit) for hit in hits] == [True, False, True]


def test_n03_another_port_of_the_host_sees_nothing() -> None:
    async def work() -> list[Hit]:
        async with HostileServer() as server, HostileServer() as other:
            server.routes = {"/start": redirect(other.url("/end"))}
            async with client(server, other) as web:
                url = HttpUrl(server.url("/start"))
                await web.fetch(FetchRequest(url, FetchKind.FEED, access=ACCESS))
            return other.hits

    (hit,) = run(work())
    assert not _names(hit) & {b"x-api-key", b"cookie", b"authorization"}


@pytest.mark.parametrize(
    ("asked", "hop", "expected"),
    [
        ("https://a.example/feed", "https://a.example/other", True),
        ("http://a.example/feed", "https://a.example/feed", True),
        ("http://a.example:8080/feed", "http://a.example:8080/other", True),
        ("https://a.example/feed", "http://a.example/feed", False),
        ("https://a.example/feed", "https://www.a.example/feed", False),
        ("https://a.example/feed", "https://a.example.evil.example/feed", False),
        ("https://a.example/feed", "https://a.example:8443/feed", False),
        ("http://a.example/feed", "https://a.example:8443/feed", False),
        ("http://a.example:8080/feed", "https://a.example:8080/feed", False),
    ],
)
def test_n03_whose_host_it_is(asked: str, hop: str, expected: bool) -> None:  # noqa: FBT001  # a column of a table
    left = access_for(ACCESS, HttpUrl(asked), HttpUrl(hop))
    assert left == (ACCESS if expected else Access(user_agent=ACCESS.user_agent))


@pytest.mark.parametrize("missing", ["KEY", "SESSION", "WORD"])
def test_a_missing_variable_fails_its_feed_by_name_and_no_other(missing: str) -> None:
    environment = {name: value for name, value in SECRETS.items() if name != missing}

    async def work() -> tuple[list[FetchResult], list[str]]:
        routes: dict[str, Route] = {"/start": answer(b"news"), "/open": answer(b"news")}
        async with (
            HostileServer(routes) as server,
            client(server, environment=environment) as web,
        ):
            closed = FetchRequest(HttpUrl(server.url("/start")), FetchKind.FEED, access=ACCESS)
            plain = FetchRequest(HttpUrl(server.url("/open")), FetchKind.FEED)
            return list(await asyncio.gather(web.fetch(closed), web.fetch(plain))), server.paths()

    (closed, plain), paths = run(work())
    assert closed.outcome is Outcome.FAILED
    assert closed.error == (
        f"SecretMissing: feeds.yaml names ${{{missing}}}, but the environment has no variable"
        f" {missing}: set it where this program is started"
    )
    assert plain.body == b"news"
    assert paths == ["/open"]


@pytest.mark.parametrize(
    ("environment", "what"),
    [
        ({"KEY": "planted\r\nX-Forged: 1"}, "header X-Api-Key"),
        ({"KEY": "planted\0"}, "header X-Api-Key"),
        ({"KEY": "plantéd"}, "header X-Api-Key"),
        ({"SESSION": "planted; other=1"}, "cookie session"),
        ({"SESSION": "planted\nX-Forged: 1"}, "cookie session"),
    ],
)
def test_a_variable_that_cannot_be_sent_is_an_error_without_its_value(
    environment: dict[str, str], what: str
) -> None:
    result, hits = fetch(
        lambda _: {"/start": answer(b"news")}, environment={**SECRETS, **environment}
    )
    assert result.error == (
        f"AccessUnusable: the value of the {what} has characters that cannot be sent"
    )
    assert "plant" not in repr(result)
    assert hits == []


def test_a_password_of_any_signs_is_sent_as_it_is() -> None:
    _, (hit,) = fetch(
        lambda _: {"/start": answer(b"news")},
        access=Access(authorization="reader:${WORD}"),
        environment={"WORD": "pa:ss\nwörd"},
    )
    assert hit.header("authorization") == b"Basic cmVhZGVyOnBhOnNzCnfDtnJk"


HOSTILE: dict[str, Callable[[Url], Route]] = {
    "news": lambda _: answer(b"news", "Set-Cookie: a=b", 'ETag: "1"'),
    "gone": lambda _: answer(b"", status="410 Gone"),
    "forbidden": lambda _: answer(b"Wrong password", status="403 Forbidden"),
    "login": lambda _: answer(b"", "WWW-Authenticate: Basic", status="401 Unauthorized"),
    "elsewhere": lambda url: redirect(url("/missing", "second.localhost")),
    "private": lambda _: redirect("http://10.0.0.1/"),
    "with a login": lambda _: redirect("http://reader:x@first.localhost/"),
    "no answer": lambda _: (HANG_UP,),
    "no HTTP": lambda _: (b"SSH-2.0\r\n", HANG_UP),
    "no header": lambda _: (b"HTTP/1.1 200 OK\r\nno colon\r\n\r\n", HANG_UP),
    "wrong coding": lambda _: answer(b"x", "Content-Encoding: br"),
    "hang-up": lambda _: (b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nx", HANG_UP),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_p38_no_planted_secret_is_in_logs_errors_or_results(
    name: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    result, hits = fetch(lambda url: {"/start": HOSTILE[name](url)})
    assert hits[0].header("authorization") == BASIC
    written = f"{result!r} {result.body!r} {caplog.text} {ACCESS!r}"
    for secret in (*SECRETS.values(), BASIC.decode().split()[1]):
        assert secret not in written


def _secure(access: Access) -> FetchResult:
    async def work() -> FetchResult:
        routes: dict[str, Route] = {"/feed": answer(b"news"), "/robots.txt": answer(b"")}
        async with (
            HostileServer(routes, tls=server_tls("http/1.1")) as server,
            client(server) as web,
        ):
            url = HttpUrl(server.url("/feed", "secure.localhost", "https"))
            plain = FetchRequest(url, FetchKind.FEED)
            strict = await web.fetch(plain)
            assert "certificate verify failed" in (strict.error or "")
            results = [
                await web.fetch(replace(plain, kind=kind, access=access))
                for kind in (FetchKind.FEED, FetchKind.PAGE)
            ]
            assert results[0].body == results[1].body
            # The trust is that feed's own.
            again = await web.fetch(plain)
            assert "certificate verify failed" in (again.error or "")
            return results[0]

    return run(work())


def test_trusted_certificates_are_trusted_for_their_feed_and_its_pages_alone() -> None:
    assert _secure(Access(trusted_certificates=CERTIFICATE)).body == b"news"


def test_a_file_without_certificates_is_named(tmp_path: Path) -> None:
    empty = tmp_path / "own.pem"
    empty.write_text("nothing here")
    error = _secure(Access(trusted_certificates=empty)).error or ""
    assert error == (
        f"AccessUnusable: trusted_certificates {empty} cannot be used: it holds no certificate in"
        " PEM format"
    )
    missing = _secure(Access(trusted_certificates=tmp_path / "none.pem")).error or ""
    assert missing.endswith("none.pem cannot be used: No such file or directory")
