"""P36, P37: what statuses and headers mean."""

import random
from datetime import timedelta

import pytest

from aggregator.model import FetchResult, Outcome, Validators
from aggregator.web.answer import Answer, max_age, retry_after, validators
from tests.web.client_for import NOW, client_for, feed, fetch_one, run
from tests.web.hostile_server import Hit, HostileServer, Script, answer


def _with(*headers: tuple[str, str]) -> Answer:
    return Answer(200, headers)


@pytest.mark.parametrize(
    ("status", "outcome", "error"),
    [
        (200, Outcome.FRESH, None),
        (206, Outcome.FRESH, None),
        (300, Outcome.FAILED, "HTTP 300 Multiple Choices"),
        (304, Outcome.FAILED, "HTTP 304 Not Modified, though nothing was compared"),
        (400, Outcome.FAILED, "HTTP 400 Bad Request"),
        (401, Outcome.BLOCKED, "HTTP 401 Unauthorized"),
        (403, Outcome.BLOCKED, "HTTP 403 Forbidden"),
        (404, Outcome.FAILED, "HTTP 404 Not Found"),
        (410, Outcome.GONE, "HTTP 410 Gone"),
        (429, Outcome.LATER, "HTTP 429 Too Many Requests"),
        (451, Outcome.BLOCKED, "HTTP 451 Unavailable For Legal Reasons"),
        (500, Outcome.FAILED, "HTTP 500 Internal Server Error"),
        (503, Outcome.LATER, "HTTP 503 Service Unavailable"),
        (799, Outcome.FAILED, "HTTP 799"),
    ],
)
def test_p36_status(status: int, outcome: Outcome, error: str | None) -> None:
    body = b"" if status == 304 else b"news"
    result = fetch_one({"/feed": answer(body, status=f"{status} \x1b[31mhostile words")}, "/feed")
    assert (result.outcome, result.error, result.status) == (outcome, error, status)
    assert result.body == (b"news" if outcome is Outcome.FRESH else b"")


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        ("120", 120),
        ("0", 0),
        ("86400", 86_400),
        ("315360000", 86_400),
        ("9" * 5000, 86_400),
        ("Tue, 06 May 2031 07:18:09 GMT", 600),
        ("Tuesday, 06-May-31 07:18:09 GMT", 600),
        ("Tue May  6 07:18:09 2031", 600),
        ("Tue, 06 May 2031 06:00:00 GMT", 0),
        ("Sun, 06 May 2041 07:18:09 GMT", 86_400),
        ("soon", None),
        ("-5", None),
        ("1.5", None),
        ("Tue, 99 May 2031 07:18:09 GMT", None),
        ("Fri, 31 Dec 9999 23:59:59 -2300", 86_400),
        ("", None),
    ],
)
def test_p36_retry_after(value: str, seconds: int | None) -> None:
    expected = None if seconds is None else timedelta(seconds=seconds)
    assert retry_after(_with(("retry-after", value)), NOW) == expected


def test_p36_dates_count_from_the_servers_own_clock() -> None:
    """The server's clock is a day behind ours; the wait it means is ten minutes."""
    said = _with(
        ("date", "Mon, 05 May 2031 07:00:00 GMT"), ("retry-after", "Mon, 05 May 2031 07:10:00 GMT")
    )
    assert retry_after(said, NOW) == timedelta(minutes=10)


def test_p36_retry_after_reaches_the_result() -> None:
    route = answer(b"", "Retry-After: 77", status="503 Wait")
    assert fetch_one({"/feed": route}, "/feed").retry_after == timedelta(seconds=77)
    assert fetch_one({"/feed": answer(b"", "Retry-After: 77")}, "/feed").retry_after is None


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ([], None),
        ([("cache-control", "max-age=300")], 300),
        ([("cache-control", 'public, Max-Age = "60"')], 60),
        ([("cache-control", "s-maxage=9, max-age=300, must-revalidate")], 300),
        ([("cache-control", "s-maxage=300")], None),
        ([("cache-control", "max-age=0")], 0),
        ([("cache-control", "max-age=-1")], None),
        ([("cache-control", "max-age=999999999999")], 365 * 86_400),
        ([("cache-control", "no-cache"), ("expires", "Tue, 06 May 2031 08:08:09 GMT")], 3600),
        ([("expires", "Tue, 06 May 2031 07:00:00 GMT")], 0),
        ([("expires", "0")], None),
        ([("expires", "Fri, 31 Dec 9999 23:59:59 GMT")], 365 * 86_400),
        (
            [
                ("cache-control", "max-age=300"),
                ("expires", "Tue, 06 May 2031 08:08:09 GMT"),
            ],
            300,
        ),
    ],
)
def test_p37_max_age(headers: list[tuple[str, str]], seconds: int | None) -> None:
    expected = None if seconds is None else timedelta(seconds=seconds)
    assert max_age(_with(*headers), NOW) == expected


ODD_ETAGS = (
    b'"abc"',
    b'W/"abc"',
    b"unquoted",
    b'"with space"',
    b'"' + b"x" * 2000 + b'"',
    '"größe"'.encode(),
    '"größe"'.encode("latin-1"),
    b'"\xff\xfe"',
    b"''",
    b'"a,b"',
)


@pytest.mark.parametrize("etag", ODD_ETAGS, ids=lambda value: ascii(value[:20]))
def test_p37_validators_come_back_byte_for_byte(etag: bytes) -> None:
    since = b"Tue,  6 May 2031 07:00:00 +0000 (or so)"

    def route(hit: Hit) -> Script:
        if hit.header("if-none-match") == etag and hit.header("if-modified-since") == since:
            return (b"HTTP/1.1 304 Not Modified\r\n\r\n",)
        return answer(b"news", b"ETag: " + etag, b"Last-Modified: " + since)

    async def work() -> tuple[FetchResult, FetchResult]:
        async with HostileServer({"/feed": route}) as server, client_for(server) as web:
            first = await web.fetch(feed(server.url("/feed")))
            return first, await web.fetch(feed(server.url("/feed"), first.validators))

    first, second = run(work())
    assert first.outcome is Outcome.FRESH
    assert second.outcome is Outcome.UNCHANGED
    assert second.error is None
    assert second.validators == first.validators


def test_p37_a_hundred_odd_validators_come_back_byte_for_byte() -> None:
    chance = random.Random(37)  # noqa: S311  # sample data
    # Any byte that may stand in a header; white space at its ends is not part of it.
    signs = bytes([0x21, *range(0x23, 0x7F), *range(0x80, 0x100)])
    etags = [bytes(chance.choices(signs, k=chance.randint(1, 2000))) for _ in range(100)]

    async def work() -> list[bytes | None]:
        async with HostileServer() as server, client_for(server) as web:
            for number, etag in enumerate(etags):
                server.routes[f"/{number}"] = answer(b"news", b"ETag: " + etag)
                first = await web.fetch(feed(server.url(f"/{number}")))
                await web.fetch(feed(server.url(f"/{number}"), first.validators))
            return [hit.header("if-none-match") for hit in server.hits[1::2]]

    assert run(work()) == etags


def test_p37_validators_survive_a_redirect() -> None:
    def route(hit: Hit) -> Script:
        return (
            (b"HTTP/1.1 304 Not Modified\r\nETag: new\r\n\r\n",)
            if hit.header("if-none-match")
            else answer(b"news")
        )

    async def work() -> FetchResult:
        async with HostileServer() as server, client_for(server) as web:
            target = b"Location: " + server.url("/new", "new.localhost").encode()
            server.routes = {"/old": answer(b"", target, status="308 Moved"), "/new": route}
            return await web.fetch(feed(server.url("/old"), Validators(etag="old")))

    result = run(work())
    assert result.outcome is Outcome.UNCHANGED
    assert result.validators == Validators(etag="new")
    assert (result.permanent_url or "").startswith("http://new.localhost:")


@pytest.mark.parametrize("value", ["", "a\r\nX: y", "a\nb", "a\x00b", "x" * 9000])
def test_p37_a_validator_that_could_not_be_sent_is_not_kept(value: str) -> None:
    assert validators(_with(("etag", value), ("last-modified", value))) == Validators()


def test_a_fresh_answer_brings_its_type_and_age() -> None:
    result = fetch_one(
        {"/feed": answer(b"news", "Content-Type: text/xml", "Cache-Control: max-age=9")}, "/feed"
    )
    assert result.content_type == "text/xml"
    assert result.max_age == timedelta(seconds=9)
    assert result.received_at == NOW
    assert result.final_url == result.url
    assert result.took > timedelta(0)
