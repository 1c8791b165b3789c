"""What is handed in at an address: sent as it is, to that address and no other."""

from typing import Any

import pytest

from aggregator.model import FetchKind, FetchRequest, FetchResult, HttpUrl, Message, Outcome
from tests.web.client_for import client_for, run
from tests.web.hostile_server import HostileServer, Route, answer, redirect

MESSAGE = Message(b'{"a": 1}', "application/json", (("X-Key", "${HOME}"),))


def posted(server: HostileServer, message: Message = MESSAGE, **policy: Any) -> FetchResult:
    async def work() -> FetchResult:
        async with server, client_for(server, **policy) as web:
            url = HttpUrl(server.url("/hook"))
            return await web.fetch(FetchRequest(url, FetchKind.HOOK, message=message))

    return run(work())


def server(route: Route) -> HostileServer:
    return HostileServer({"/hook": route, "/other": answer(b"")})


def test_the_body_and_the_headers_arrive_as_they_are() -> None:
    at = server(answer(b"thanks", status="202 Accepted"))
    result = posted(at)
    assert (result.outcome, result.status) == (Outcome.FRESH, 202)
    (hit,) = at.hits
    assert hit.head.startswith(b"POST /hook ")
    assert hit.body == MESSAGE.body
    assert hit.header("content-type") == b"application/json"
    # Nothing in it is looked up: strangers' text stands in such headers.
    assert hit.header("x-key") == b"${HOME}"


def test_n01_a_message_to_a_private_address_needs_permission() -> None:
    at = server(answer(b""))
    result = posted(at, allowed_networks=())
    assert (result.failure, at.connections) == ("AddressRefused", 0)


def test_a_message_is_not_sent_on_by_a_redirect() -> None:
    at = server(redirect("/other", status="307 Temporary Redirect"))
    result = posted(at)
    assert "not sent on to another address" in (result.error or "")
    assert at.paths() == ["/hook"]


@pytest.mark.parametrize("value", ["a\r\nX: y", "a\nb", "é", "\x00", "a\u2028b"])
def test_a_value_that_would_break_its_line_is_never_sent(value: str) -> None:
    at = server(answer(b""))
    result = posted(at, Message(b"", "text/plain", (("Title", value),)))
    assert result.failure == "AccessUnusable"
    assert at.hits == []
