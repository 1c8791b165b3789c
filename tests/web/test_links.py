"""The header "Link": what is read of it, and what is left out."""

import pytest

from aggregator.model import FetchKind, HttpUrl
from aggregator.web.answer import Answer
from aggregator.web.links import LINK_LIMIT, links
from tests.web.client_for import client_for, feed, fetch_one, run
from tests.web.hostile_server import HostileServer, Route, answer, redirect

BASE = HttpUrl("https://gazette.example/news/feed.xml")
HUB = "https://hub.example/"


def read(*values: str) -> list[tuple[str, str]]:
    headers = tuple(("link", value) for value in values)
    return list(links(Answer(200, (("date", "x"), *headers)), BASE))


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (f'<{HUB}>; rel="hub"', [("hub", HUB)]),
        (f"<{HUB}>;rel=hub", [("hub", HUB)]),
        (f'  <{HUB}>  ;  REL = "HUB" ', [("hub", HUB)]),
        (f'<{HUB}>; title="a, b; rel=self"; rel="hub"', [("hub", HUB)]),
        (f'<{HUB}>; title="a \\" b"; rel="hub"', [("hub", HUB)]),
        (f'<{HUB}>; rel="h\\ub"', [("hub", HUB)]),
        (f'<{HUB}>; rel="preload hub"', [("hub", HUB)]),
        (f'<{HUB}>; rel="hub"; rel="self"', [("hub", HUB)]),
        (f'<{HUB}>; crossorigin; rel="hub"', [("hub", HUB)]),
        (f'<{HUB}>; rel="self hub"', [("hub", HUB), ("self", HUB)]),
        ('<https://a.example/?x=1,2;3>; rel="hub"', [("hub", "https://a.example/?x=1,2;3")]),
        ('<feed2.xml>; rel="self"', [("self", "https://gazette.example/news/feed2.xml")]),
        ('<>; rel="self"', []),
        (
            '<https://gazette.example/>; rel="alternate"',
            [("alternate", "https://gazette.example/")],
        ),
        (f'<{HUB}>; rel="preload"', []),
        (f"<{HUB}>", []),
        (f'<{HUB}>; rel="hub"; anchor="/other"', []),
        ('<javascript:alert(1)>; rel="hub"', []),
        ('<http://me:secret@hub.example/>; rel="hub"', []),
        ("rel=hub", []),
        ("<", []),
        (f'<{HUB}; rel="hub"', []),
        (f'<{HUB}>; rel="hub', []),
        ("", []),
    ],
)
def test_a_link_is_read(value: str, expected: list[tuple[str, str]]) -> None:
    assert read(value) == expected


def test_several_links_of_one_line_and_of_several_are_read_once_each() -> None:
    two = f'<{HUB}>; rel="hub", <https://gazette.example/feed>; rel="self"'
    assert read(two, f'<{HUB}>; rel="hub"', '<https://b.example/>; rel="hub"') == [
        ("hub", HUB),
        ("self", "https://gazette.example/feed"),
        ("hub", "https://b.example/"),
    ]


@pytest.mark.parametrize(
    "piece",
    ["<a>;rel=hub,", '<a>;b="', "<a>;", ";", ",", "<", " ", '<a>;b="\\', "<a>;rel=hub;c=d,"],
)
def test_a_hostile_header_is_bounded(piece: str) -> None:
    assert len(read(piece * 8000, piece * 8000)) <= LINK_LIMIT


def test_more_links_than_a_feed_has_are_cut() -> None:
    many = ", ".join(f"<https://hub.example/{number}>; rel=hub" for number in range(100))
    assert len(read(many)) == LINK_LIMIT


def test_the_links_of_a_feed_reach_the_result_resolved_against_where_it_is() -> None:
    async def work() -> tuple[tuple[str, HttpUrl], ...]:
        routes: dict[str, Route] = {
            "/old": redirect("/new/feed"),
            "/new/feed": answer(b"news", "Link: <hub>; rel=hub", f'Link: <{HUB}>; rel="hub"'),
        }
        async with HostileServer(routes) as server, client_for(server) as web:
            result = await web.fetch(feed(server.url("/old")))
            assert result.links[0] == ("hub", server.url("/new/hub"))
            return result.links

    assert run(work())[1] == ("hub", HUB)


def test_only_feeds_have_links() -> None:
    route = answer(b"a page", f"Link: <{HUB}>; rel=hub")
    assert fetch_one({"/x": route}, "/x", FetchKind.FEED).links == (("hub", HUB),)
    assert fetch_one({"/x": route}, "/x", FetchKind.PAGE).links == ()
    refused = answer(b"", f"Link: <{HUB}>; rel=hub", status="404 Not Found")
    assert fetch_one({"/x": refused}, "/x", FetchKind.FEED).links == ()
