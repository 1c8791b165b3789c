import io
import socket
from collections.abc import Iterator

import feedparser
import pytest

from tests.newsroom import Fault, Newsroom, full_world
from tests.newsroom_tests.conftest import NOON, Ask

_STATUS = {
    Fault.NOT_FOUND: 404,
    Fault.GONE: 410,
    Fault.SERVER_ERROR: 500,
    Fault.FORBIDDEN: 403,
    Fault.LATER: 503,
    Fault.TOO_MANY: 429,
    Fault.MOVED: 301,
    Fault.REDIRECT_LOOP: 302,
}


@pytest.fixture
def hostile() -> Iterator[Newsroom]:
    with Newsroom(full_world(hostile=True), now=NOON) as room:
        yield room


def _feed(room: Newsroom, fault: Fault) -> str:
    return room.feed_url(next(o.id for o in room.outlets if o.fault is fault))


def _raw(room: Newsroom, fault: Fault) -> socket.socket:
    outlet = next(o for o in room.outlets if o.fault is fault)
    connection = socket.create_connection(("127.0.0.1", room.port), timeout=10)
    head = f"GET {outlet.feed_path} HTTP/1.1\r\nHost: {outlet.id}.localhost\r\n\r\n"
    connection.sendall(head.encode())
    return connection


@pytest.mark.parametrize("fault", sorted(_STATUS))
def test_a_failing_feed_answers_with_its_status(hostile: Newsroom, ask: Ask, fault: Fault) -> None:
    answer = ask(_feed(hostile, fault))
    assert answer.status_code == _STATUS[fault]
    assert ("retry-after" in answer.headers) == (fault in {Fault.LATER, Fault.TOO_MANY})


def test_a_moved_feed_is_found_where_it_says(hostile: Newsroom, ask: Ask) -> None:
    moved = ask(_feed(hostile, Fault.MOVED)).headers["location"]
    assert "Piece 1 of 3" in ask(moved).text


def test_a_redirect_loop_never_comes_back(hostile: Newsroom, ask: Ask) -> None:
    url, seen = _feed(hostile, Fault.REDIRECT_LOOP), set[str]()
    for _ in range(20):
        assert url not in seen
        seen.add(url)
        url = ask(url).headers["location"]


def test_malformed_xml_can_be_recovered(hostile: Newsroom, ask: Ask) -> None:
    feed = feedparser.parse(io.BytesIO(ask(_feed(hostile, Fault.MALFORMED)).content))
    assert feed.bozo
    assert len(feed.entries) == 3


def test_a_cut_feed_still_has_its_first_entry(hostile: Newsroom, ask: Ask) -> None:
    feed = feedparser.parse(io.BytesIO(ask(_feed(hostile, Fault.TRUNCATED)).content))
    assert feed.bozo
    assert 1 <= len(feed.entries) < 3


def test_a_web_page_stands_in_for_a_feed(hostile: Newsroom, ask: Ask) -> None:
    answer = ask(_feed(hostile, Fault.WEB_PAGE))
    assert answer.headers["content-type"] == "text/html"
    assert "<title>Welcome</title>" in answer.text


def test_external_entities_point_at_a_trap_that_the_log_shows(hostile: Newsroom, ask: Ask) -> None:
    url = _feed(hostile, Fault.XXE)
    body = ask(url).text
    assert "file:///etc/passwd" in body
    assert f"{url}.trap" in body
    ask(f"{url}.trap")
    assert hostile.requests[-1].path.endswith(".trap")


def test_a_body_without_end_is_larger_than_any_limit(hostile: Newsroom) -> None:
    received = 0
    with _raw(hostile, Fault.HUGE) as connection:
        while received < 12 * 1024 * 1024:
            piece = connection.recv(1 << 20)
            assert piece
            received += len(piece)


def test_slow_feeds_send_nothing_or_little_and_end_with_the_newsroom() -> None:
    with Newsroom(full_world(hostile=True), now=NOON) as room:
        silent, drip = _raw(room, Fault.SILENT), _raw(room, Fault.DRIP)
        assert drip.recv(1 << 16)
        silent.settimeout(0.3)
        with pytest.raises(TimeoutError):
            silent.recv(1)
        silent.settimeout(10)
    assert silent.recv(1) == b""
    silent.close()
    drip.close()


def test_a_feed_can_be_broken_and_mended(ask: Ask) -> None:
    with Newsroom(full_world(), now=NOON) as room:
        feed = room.feed_url("lowland-post")
        room.break_feed("lowland-post", Fault.GONE)
        assert ask(feed).status_code == 410
        room.mend_feed("lowland-post")
        assert ask(feed).status_code == 200


def test_only_known_outlets_can_be_broken() -> None:
    with Newsroom(full_world(), now=NOON) as room, pytest.raises(KeyError):
        room.break_feed("nobody-here", Fault.GONE)
