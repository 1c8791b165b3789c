"""What comes instead of what was asked for: the redirects on the way, and a refusal at the end."""

import gzip

import pytest

from aggregator.model import FetchKind, FetchResult, Outcome
from aggregator.web.exchange import BEGINNING
from tests.web.client_for import fetch_one
from tests.web.hostile_server import HANG_UP, Script, answer, redirect

NOTICE = b"<h1>Withdrawn</h1><p>This report was taken down by its editors."


def paths(result: FetchResult) -> list[str]:
    return ["/" + side.url.rpartition("/")[2] for side in result.side_answers]


def test_redirects_come_with_the_page_in_their_order() -> None:
    routes = {
        "/page": redirect("/second", status="301 Moved Permanently"),
        "/second": answer(
            b"See the third.",
            "Location: /third",
            "Content-Type: text/plain",
            "Set-Cookie: visitor=4711",
            status="302 Found",
        ),
        "/third": answer(b"<p>The depot burns."),
    }
    result = fetch_one(routes, "/page", FetchKind.PAGE)
    assert (result.outcome, result.body) == (Outcome.FRESH, b"<p>The depot burns.")
    assert paths(result) == ["/page", "/second"]
    first, second = result.side_answers
    assert (first.exchange.status, first.body, first.is_whole) == (301, b"", True)
    assert (second.exchange.status, second.body, second.is_whole) == (302, b"See the third.", True)
    assert second.content_type == "text/plain"
    assert b"4711" not in b"".join(value for _, value in second.exchange.received)


@pytest.mark.parametrize("status", ["404 Not Found", "410 Gone", "451 Unavailable"])
def test_what_is_not_there_any_more_comes_with_what_its_server_says(status: str) -> None:
    result = fetch_one({"/page": answer(NOTICE, status=status)}, "/page", FetchKind.PAGE)
    (side,) = result.side_answers
    assert (side.body, side.is_whole) == (NOTICE, True)
    assert side.exchange.status == result.status == int(status[:3])
    assert (result.body, result.exchange) == (b"", None)


def gone(body: bytes, *headers: str) -> Script:
    return answer(body, *headers, status="410 Gone")


@pytest.mark.parametrize(
    ("script", "body", "is_whole"),
    [
        (gone(b""), b"", True),
        (gone(b"x" * (BEGINNING - 1)), b"x" * (BEGINNING - 1), True),
        (gone(b"x" * 10**6), b"x" * BEGINNING, False),
        (gone(gzip.compress(NOTICE), "Content-Encoding: gzip"), NOTICE, True),
        (gone(gzip.compress(NOTICE)[:-9], "Content-Encoding: gzip"), None, False),
        (gone(b"\x1f\x8bnonsense", "Content-Encoding: gzip"), b"", False),
        (gone(NOTICE, "Content-Encoding: br"), b"", False),
        (
            [b"HTTP/1.1 410 Gone\r\nContent-Length: 99\r\n\r\nThis was ", HANG_UP],
            b"This was ",
            False,
        ),
        (
            [b"HTTP/1.1 410 Gone\r\nContent-Length: 99\r\n\r\nThis was ", 9.0, b"taken"],
            b"This was ",
            False,
        ),
        (answer(NOTICE, status="500 Internal Server Error"), b"", False),
    ],
    ids=["empty", "short", "long", "gzip", "cut", "damaged", "br", "hangs up", "stalls", "unread"],
)
def test_of_a_refusal_the_beginning_comes(
    script: Script,
    body: bytes | None,
    is_whole: bool,  # noqa: FBT001  # a column of a table
) -> None:
    (side,) = fetch_one({"/page": script}, "/page", FetchKind.PAGE).side_answers
    assert side.is_whole is is_whole
    assert body is None or side.body == body


def test_a_page_about_what_is_missing_is_no_test_for_people() -> None:
    body = b"<title>Gone</title><script src='//captcha.px-cdn.net/x.js'></script><p>Gone."
    result = fetch_one({"/page": answer(body, status="404 Not Found")}, "/page", FetchKind.PAGE)
    assert (result.outcome, result.bot_wall) == (Outcome.FAILED, None)
    walled = fetch_one({"/page": answer(body, status="403 Forbidden")}, "/page", FetchKind.PAGE)
    assert walled.bot_wall is not None
    (side,) = walled.side_answers
    assert side.body == body


def test_nothing_is_said_of_what_was_not_asked_over_the_net() -> None:
    routes = {
        "/robots.txt": answer(b"User-agent: *\nDisallow: /page"),
        "/page": gone(NOTICE),
        "/loop": redirect("/loop"),
    }
    assert fetch_one(routes, "/page", FetchKind.PAGE).side_answers == ()
    assert fetch_one(routes, "/loop", FetchKind.PAGE).side_answers == ()
