import gzip
import http.client
import socket
from datetime import UTC, datetime

import pytest

from tests.newsroom import Newsroom, Report, full_world, small_world
from tests.newsroom_tests.conftest import NOON, Ask


def test_each_host_answers_with_its_own_front_page(room: Newsroom, ask: Ask) -> None:
    for outlet in room.outlets:
        page = ask(room.url(outlet.id))
        assert page.status_code == 200
        assert outlet.feed_path in page.text


def test_the_machine_itself_lists_all_outlets(room: Newsroom, ask: Ask) -> None:
    page = ask(f"http://127.0.0.1:{room.port}/").text
    assert all(room.feed_url(outlet.id) in page for outlet in room.outlets)


def test_unknown_hosts_and_paths_are_not_found(room: Newsroom, ask: Ask) -> None:
    assert ask(room.url("nobody-here")).status_code == 404
    assert ask(room.url("meridian-wire", "/story/1")).status_code == 404
    assert ask(f"http://127.0.0.1:{room.port}/feed.xml").status_code == 404


@pytest.mark.parametrize(
    ("outlet", "expected"),
    [
        ("meridian-wire", {"etag", "last-modified"}),
        ("continental-press", {"etag"}),
        ("northgate-gazette", {"last-modified"}),
        ("vestnik-sarvenii", set()),
    ],
)
def test_an_outlet_gives_the_validators_it_has_and_honours_them(
    room: Newsroom, ask: Ask, outlet: str, expected: set[str]
) -> None:
    first = ask(room.feed_url(outlet))
    assert {"etag", "last-modified"} & set(first.headers) == expected
    if "etag" in expected:
        again = ask(room.feed_url(outlet), If_None_Match=first.headers["etag"])
        assert (again.status_code, again.content) == (304, b"")
        assert ask(room.feed_url(outlet), If_None_Match='"another"').status_code == 200
    if "last-modified" in expected:
        again = ask(room.feed_url(outlet), If_Modified_Since=first.headers["last-modified"])
        assert (again.status_code, again.content) == (304, b"")


def test_a_tag_outweighs_a_date_and_a_bad_date_counts_for_nothing(room: Newsroom, ask: Ask) -> None:
    feed = room.feed_url("meridian-wire")
    date = ask(feed).headers["last-modified"]
    assert ask(feed, If_None_Match='"old"', If_Modified_Since=date).status_code == 200
    assert ask(feed, If_Modified_Since="some day").status_code == 200


def test_two_changes_within_a_second_are_two_dates(ask: Ask) -> None:
    with Newsroom(full_world(), now=NOON, clock=lambda: NOON) as room:
        dates = set()
        for number in (1, 2):
            room.publish(Report("northgate-gazette", "extra", f"Extra {number}", ("Read it.",)))
            dates.add(ask(room.feed_url("northgate-gazette")).headers["last-modified"])
        assert len(dates) == 2


def test_a_body_is_compressed_only_for_those_who_accept_it(room: Newsroom) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", room.port, timeout=10)
    bodies = []
    for coding in ("gzip", "identity"):
        connection.request(
            "GET", "/rss", headers={"Host": "lowland-post.localhost", "Accept-Encoding": coding}
        )
        response = connection.getresponse()
        packed = response.getheader("Content-Encoding") == "gzip"
        body = response.read()
        bodies.append(gzip.decompress(body) if packed else body)
        assert packed == (coding == "gzip")
    connection.close()
    assert bodies[0] == bodies[1]


def test_head_sends_no_body(room: Newsroom, ask: Ask) -> None:
    answer = ask(room.feed_url("lowland-post"), "HEAD")
    assert answer.status_code == 200
    assert int(answer.headers["content-length"]) > 0
    assert answer.content == b""


def test_requests_are_logged_with_what_they_carried(ask: Ask) -> None:
    with Newsroom(small_world(), now=NOON) as room:
        feed = room.feed_url("harbour-courier")
        tag = ask(feed, User_Agent="reader/1").headers["etag"]
        ask(feed, If_None_Match=tag)
        ask(room.url("harbour-courier", "/nothing?x=1"))
        first, second, third = room.requests
    assert (first.host, first.path, first.method) == (
        "harbour-courier.localhost",
        "/feed.xml",
        "GET",
    )
    assert (first.status, first.user_agent, first.conditional) == (200, "reader/1", False)
    assert (second.status, second.conditional) == (304, True)
    assert (third.status, third.path) == (404, "/nothing?x=1")
    assert first.started <= first.ended <= second.started


def test_a_slow_newsroom_lets_each_request_wait(ask: Ask) -> None:
    with Newsroom(small_world(), latency=0.2, now=NOON) as room:
        ask(room.feed_url("harbour-courier"))
        (request,) = room.requests
    assert request.ended - request.started >= 0.2


def test_leaving_ends_connections_that_clients_keep_open() -> None:
    with Newsroom(small_world(), now=NOON) as room:
        idle = socket.create_connection(("127.0.0.1", room.port))
        idle.sendall(b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n")
        assert idle.recv(15) == b"HTTP/1.1 200 OK"
    while idle.recv(65536):
        pass
    idle.close()


def test_robots_txt_forbids_only_the_outlet_that_wants_it(room: Newsroom, ask: Ask) -> None:
    forbidding = {
        outlet.id
        for outlet in room.outlets
        if "Disallow: /\n" in ask(room.url(outlet.id, "/robots.txt")).text
    }
    assert forbidding == {"closed-door-review"}


def test_pictures_are_pictures(room: Newsroom, ask: Ask) -> None:
    picture = ask(room.url("lowland-post", "/media/any.png"))
    assert picture.headers["content-type"] == "image/png"
    assert picture.content.startswith(b"\x89PNG")


def test_publishing_correcting_and_the_truth_go_together(ask: Ask) -> None:
    moment = datetime(2026, 3, 6, 13, 30, tzinfo=UTC)
    with Newsroom(small_world(), now=NOON, clock=lambda: moment) as room:
        url = room.publish(Report("harbour-courier", "extra", "Gulls return", ("All of them.",)))
        assert "Gulls return" in ask(room.feed_url("harbour-courier")).text
        room.correct(url, headline="Gulls return, most of them", body="Most.\n\nNot all.")
        page, truth = ask(url).text, room.truth()[url]
    assert "Gulls return, most of them" in page
    assert "Not all." in page
    assert "All of them." not in page
    assert (truth.headline, truth.body) == ("Gulls return, most of them", "Most.\n\nNot all.")
    assert (truth.event, truth.published, truth.outlet) == ("extra", moment, "harbour-courier")


def test_a_report_is_published_once() -> None:
    with Newsroom(small_world(), now=NOON) as room:
        report = Report("harbour-courier", "extra", "Gulls return", ("All of them.",))
        room.publish(report)
        with pytest.raises(ValueError, match="published already"):
            room.publish(report)
