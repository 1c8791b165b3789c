"""Which methods the pages answer, ours and Datasette's: never with an error of the server."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime
from typing import Any

import httpx
import pytest
from datasette.app import Datasette
from datasette.plugins import pm

from aggregator.publish.browse import hookimpl
from aggregator.publish.browse.forms import FORM_LIMIT
from tests.publish.conftest import Browsing
from tests.publish.sample import Desk, fill

PATHS = [
    "/", "/story/1", "/feed.atom", "/conflict-news", "/conflict-news/articles",
    "/conflict-news/articles.json", "/conflict-news/reports", "/conflict-news/articles/1",
    "/conflict-news/most_copied", "/conflict-news/nothing", "/-/tables", "/-/messages",
]  # fmt: skip
METHODS = ["POST", "PUT", "PATCH", "DELETE", "TRACE", "PROPFIND"]
BROKEN: list[dict[str, Any]] = [
    {},
    {"content": b"\xff=%ff", "headers": {"content-type": "application/x-www-form-urlencoded"}},
    {"content": b"{", "headers": {"content-type": "application/json"}},
    {"content": b"x", "headers": {"content-type": "multipart/form-data", "cookie": "a=b"}},
    {"content": b"x", "headers": {"x-csrftoken": b"\xff", "cookie": "a=b"}},
    {"data": {"csrftoken": "é"}, "headers": {"cookie": "a=b"}},
    {"data": {"csrftoken": "a", "why": "x" * FORM_LIMIT}, "headers": {"cookie": "a=b"}},
]


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browsing]:
    """Yield our database, in which one saved query of the user writes."""
    desk = Desk(tmp_path_factory.mktemp("site") / "conflict-news.db", datetime.now(UTC))
    fill(desk)
    desk.store.close()
    forget = {"sql": "update feeds set last_error = :why", "write": True}
    metadata = {"databases": {"conflict-news": {"queries": {"forget": forget}}}}
    with asyncio.Runner() as runner:
        browsing = Browsing(runner, Datasette([str(desk.path)], metadata=metadata))
        assert browsing.get("/").status_code == 200
        yield browsing
        browsing.close()


def ask(site: Browsing, method: str, path: str, **options: Any) -> httpx.Response:
    answer: httpx.Response = site.runner.run(site.datasette.client.request(method, path, **options))
    return answer


@pytest.mark.parametrize("method", METHODS)
def test_c14_what_is_not_asked_for_by_reading_is_refused(site: Browsing, method: str) -> None:
    for path in PATHS:
        for options in BROKEN:
            answer = ask(site, method, path, **options)
            assert answer.status_code in {400, 405, 413, 415}, (path, options)
            assert "default-src 'none'" in answer.headers["content-security-policy"]


def test_c14_a_refusal_says_what_is_answered(site: Browsing) -> None:
    for method in METHODS:
        for path in ("/", "/conflict-news/articles", "/-/tables", "/-/versions"):
            answer = ask(site, method, path)
            assert (answer.status_code, answer.headers["allow"]) == (405, "GET, HEAD"), path


def test_c15_no_form_is_read_that_is_larger_than_allowed(site: Browsing) -> None:
    sent = 0

    async def endless() -> AsyncIterator[bytes]:
        nonlocal sent
        while sent < 100 * FORM_LIMIT:
            sent += 1024
            yield b"&why=" + b"x" * 1019

    form = {"content-type": "application/x-www-form-urlencoded"}
    answer = ask(site, "POST", "/conflict-news/forget", content=endless(), headers=form)
    assert answer.status_code == 413
    assert str(FORM_LIMIT) in answer.text
    assert sent <= FORM_LIMIT + 1024


def test_a_saved_query_of_the_user_may_still_write(site: Browsing) -> None:
    assert ask(site, "POST", "/conflict-news/forget", data={"why": "rain"}).status_code == 302
    rows = site.get("/conflict-news/feeds.json?_shape=objects").json()["rows"]
    assert {row["last_error"] for row in rows} == {"rain"}


def test_an_error_of_the_server_is_still_one(site: Browsing) -> None:
    class Failing:
        @hookimpl
        def permission_allowed(self, action: str) -> None:
            if action == "view-query":
                raise RuntimeError("out of order")

    failing = Failing()
    pm.register(failing)
    try:
        answer = ask(site, "POST", "/conflict-news/forget", data={"why": "rain"})
    finally:
        pm.unregister(failing)
    assert answer.status_code == 500
    assert "out of order" in answer.text
