"""Forms: what hubs are sent, under the same bounds as every request."""

from datetime import timedelta

import pytest

from aggregator.model import Access, FetchKind, FetchRequest, FetchResult, HttpUrl, Outcome
from tests.web.client_for import client_for, run
from tests.web.hostile_server import Hit, HostileServer, Route, answer, redirect

FORM = (
    ("hub.mode", "subscribe"),
    ("hub.topic", "https://gazette.example/feed?a=1&b=2"),
    ("note", "größe & +"),
    ("note", ""),
)
ENCODED = (
    b"hub.mode=subscribe&hub.topic=https%3A%2F%2Fgazette.example%2Ffeed%3Fa%3D1%26b%3D2"
    b"&note=gr%C3%B6%C3%9Fe+%26+%2B&note="
)


def send(
    route: Route, form: tuple[tuple[str, str], ...] = FORM, url: str | None = None
) -> tuple[FetchResult, list[Hit]]:
    async def work() -> tuple[FetchResult, list[Hit]]:
        routes: dict[str, Route] = {"/hub": route, "/other": answer(b"x")}
        async with (
            HostileServer(routes) as server,
            client_for(server, deadline=timedelta(seconds=0.5)) as web,
        ):
            address = HttpUrl(url or server.url("/hub"))
            access = Access(headers=(("X-Key", "a"),), authorization="a:${B}")
            request = FetchRequest(address, FetchKind.HUB, access=access, form=form)
            return await web.fetch(request), server.hits

    return run(work())


def test_a_form_is_posted() -> None:
    result, (hit,) = send(answer(b"taken", status="202 Accepted"))
    assert (result.outcome, result.status, result.body) == (Outcome.FRESH, 202, b"taken")
    assert hit.head.startswith(b"POST /hub HTTP/1.1\r\n")
    assert hit.header("content-type") == b"application/x-www-form-urlencoded"
    assert hit.body == ENCODED
    assert hit.header("x-key") is None
    assert hit.header("authorization") is None


def test_an_empty_form_is_a_post_too() -> None:
    result, (hit,) = send(answer(b""), form=())
    assert result.outcome is Outcome.FRESH
    assert hit.head.startswith(b"POST ")
    assert hit.header("content-length") == b"0"


@pytest.mark.parametrize("status", ["301 Moved", "302 Found", "303 See Other", "307 Temporary"])
def test_a_form_is_not_sent_on(status: str) -> None:
    result, hits = send(redirect("/other", status))
    assert result.outcome is Outcome.FAILED
    assert (result.error or "").endswith(": a form is not sent on to another address")
    assert (result.error or "").startswith(f"HTTP {status[:3]} ")
    assert [hit.path for hit in hits] == ["/hub"]


@pytest.mark.parametrize(
    ("route", "error"),
    [
        (answer(b"no such topic", status="400 Bad"), "HTTP 400 Bad Request"),
        (answer(b"x" * 64 * 1024), None),
        (answer(b"x" * (64 * 1024 + 1)), "TooLarge: the body is larger than 65536 bytes"),
        ((9.0,), "TooSlow: no whole answer within 0.5 s"),
    ],
)
def test_n05_n07_the_answer_to_a_form_is_bounded(route: Route, error: str | None) -> None:
    assert send(route)[0].error == error


def test_n01_a_form_goes_to_no_private_address() -> None:
    result, _ = send(answer(b""), url="http://10.0.0.1/hub")
    assert result.outcome is Outcome.FAILED
    assert (result.error or "").startswith("AddressRefused: ")
