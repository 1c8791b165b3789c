"""A table that is sent as it is read, to a client that hangs up."""

import asyncio
from typing import Any

from tests.publish.conftest import Browsing

PATH = "/conflict-news/articles.csv"


def pieces(browsing: Browsing, taken: int) -> list[bytes]:
    """Return the pieces that are sent to a client that hangs up when it has taken some."""
    scope = {
        "type": "http", "method": "GET", "path": PATH, "raw_path": PATH.encode(),
        "query_string": b"_stream=1", "headers": [(b"host", b"localhost")], "scheme": "http",
    }  # fmt: skip
    sent: list[bytes] = []
    has_gone = asyncio.Event()
    told = iter([{"type": "http.request", "body": b"", "more_body": False}])

    async def receive() -> dict[str, Any]:
        if (request := next(told, None)) is not None:
            return request
        await has_gone.wait()
        return {"type": "http.disconnect"}

    async def send(message: dict[str, Any]) -> None:
        if message.get("body"):
            sent.append(message["body"])
        if len(sent) >= taken:
            has_gone.set()
        await asyncio.sleep(0)

    browsing.runner.run(browsing.datasette.app()(scope, receive, send))
    return sent


def test_c15_a_table_is_not_read_on_for_a_client_that_has_gone(browsing: Browsing) -> None:
    browsing.get("/")
    whole = pieces(browsing, taken=10**6)
    assert b"".join(whole).decode() == browsing.get(f"{PATH}?_stream=1").text
    begun = pieces(browsing, taken=2)
    assert begun == whole[: len(begun)]
    assert len(begun) <= 5 < len(whole)
