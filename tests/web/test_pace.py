"""P35: one request at a time for each publisher, starts apart, few in all."""

import asyncio
import math
import time
from datetime import timedelta
from itertools import pairwise

import pytest

from aggregator.web.pace import Pace, lane_of
from tests.web.client_for import FakeClock, always, client_for, feed, page, run
from tests.web.hostile_server import Hit, HostileServer, Route, Script, answer, redirect


@pytest.mark.parametrize(
    ("url", "lane"),
    [
        ("https://www.outlet.example/a", "outlet.example"),
        ("http://News.Outlet.example:8080/b", "outlet.example"),
        ("https://outlet.example./", "outlet.example"),
        ("https://www.outlet.co.uk/", "outlet.co.uk"),
        ("https://one.localhost/", "one.localhost"),
        ("http://localhost/", "localhost"),
        ("http://127.0.0.1:8001/", "127.0.0.1"),
        ("http://[2600::0:1]/", "2600::1"),
    ],
)
def test_p35_who_shares_a_lane(url: str, lane: str) -> None:
    assert lane_of(url) == lane


def test_p35_starts_on_one_host_are_apart() -> None:
    """Feeds, pages, robots.txt and redirects of one publisher share its gap of two seconds."""
    clock = FakeClock()
    starts: list[tuple[float, str]] = []

    def noting(script: Script) -> Route:
        def route(hit: Hit) -> Script:
            starts.append((clock(), hit.path))
            return script

        return route

    async def work() -> None:
        routes = {
            "/feed": noting(redirect("/moved")),
            "/moved": noting(answer(b"news")),
            "/robots.txt": noting(answer(b"")),
            "/story": noting(answer(b"a story")),
        }
        gap = timedelta(seconds=2)
        async with (
            HostileServer(routes) as server,
            client_for(server, clock=clock, host_gap=gap) as web,
        ):
            await asyncio.gather(
                web.fetch(feed(server.url("/feed", "www.localhost"))),
                *(web.fetch(page(server.url("/story", "www.localhost"))) for _ in range(3)),
            )
        assert server.peak == 1

    run(work())
    assert [start - 1000 for start, _ in starts] == [0, 2, 4, 6, 8, 10]
    assert sorted(path for _, path in starts) == (
        ["/feed", "/moved", "/robots.txt", "/story", "/story", "/story"]
    )


def test_p34_crawl_delay_widens_the_gap_of_pages() -> None:
    clock = FakeClock()

    async def work() -> None:
        robots = answer(b"User-agent: *\nCrawl-delay: 7.5\n")
        routes: dict[str, Route] = {"/robots.txt": robots, "/story": answer(b"a story")}
        gap = timedelta(seconds=2)
        async with (
            HostileServer(routes) as server,
            client_for(server, clock=clock, host_gap=gap) as web,
        ):
            for _ in range(3):
                await web.fetch(page(server.url("/story")))

    run(work())
    assert clock.slept == [7.5, 7.5, 7.5]


CROWDED = [f"www{number}.crowded.example" for number in range(50)]
OTHERS = [f"outlet-{number}.localhost" for number in range(50)]


async def _fetch_all(hosts: list[str], gap: float) -> tuple[dict[str, float], HostileServer]:
    """Ask each host once, all at the same moment; return when each was ready."""
    routes: dict[str, Route] = {"/feed": (0.05, *answer(b"news"))}
    async with (
        HostileServer(routes) as server,
        client_for(server, resolve=always(server.address), host_gap=timedelta(seconds=gap)) as web,
    ):
        started = time.monotonic()
        ready: dict[str, float] = {}

        async def fetch(host: str) -> None:
            result = await web.fetch(feed(server.url("/feed", host)))
            assert result.body == b"news"
            ready[host] = time.monotonic() - started

        await asyncio.gather(*map(fetch, hosts))
        return ready, server


@pytest.mark.timeout(180)
def test_p35_fifty_feeds_of_one_publisher_harm_nobody() -> None:
    """With a gap of a tenth of a second, for the sake of the test's time.

    What else the machine does only adds to a time: of both the least of the rounds counts.
    """
    gap = 0.1
    lane_of("http://www.crowded.example/")

    async def work() -> tuple[float, float, list[float], HostileServer]:
        alone, _ = await _fetch_all(OTHERS, gap)
        ready, server = await _fetch_all(CROWDED + OTHERS, gap)
        crowded = sorted(ready[host] for host in CROWDED)
        return max(alone.values()), max(ready[host] for host in OTHERS), crowded, server

    least_alone = least_beside = math.inf
    for _ in range(8):
        alone, beside, crowded, server = run(work())
        assert server.peak == 10
        assert len(crowded) == 50
        # One after the other, each a gap after the one before: 49 gaps in all.
        assert crowded[-1] - crowded[0] >= 49 * gap * 0.95
        least_alone, least_beside = min(least_alone, alone), min(least_beside, beside)
        if least_beside <= least_alone * 1.2 + 0.05:
            break
    assert least_beside <= least_alone * 1.2 + 0.05


def test_p35_the_gap_is_kept_for_fifty_requests_and_one_is_there_at_a_time() -> None:
    clock = FakeClock()
    starts: list[float] = []
    peak = 0

    def route(_hit: Hit) -> Script:
        nonlocal peak
        starts.append(clock())
        peak = max(peak, crowd.in_flight.total())
        return (0.001, *answer(b"news"))

    crowd = HostileServer({"/feed": route})

    async def work() -> None:
        gap = timedelta(seconds=2)
        async with (
            crowd,
            client_for(crowd, clock=clock, resolve=always(crowd.address), host_gap=gap) as web,
        ):
            await asyncio.gather(*(web.fetch(feed(crowd.url("/feed", host))) for host in CROWDED))

    run(work())
    assert peak == 1
    gaps = [later - earlier for earlier, later in pairwise(starts)]
    assert len(gaps) == 49
    assert min(gaps) >= 1.9


def test_p35_a_crowded_host_leaves_the_slots_to_others() -> None:
    """Fifty requests wait for one publisher with a single slot in all; another goes ahead."""

    async def work() -> list[str]:
        clock = FakeClock()
        order: list[str] = []
        gate = asyncio.Event()

        async def held(seconds: float) -> None:
            await gate.wait()
            clock.seconds += seconds

        pace = Pace(1, 9, clock, held)

        async def take(key: str) -> None:
            async with pace.turn(key, 2.0):
                order.append(key)
                await asyncio.sleep(0)

        crowd = [asyncio.ensure_future(take("crowded")) for _ in range(50)]
        await asyncio.sleep(0)
        await take("other")
        gate.set()
        await asyncio.gather(*crowd)
        return order

    order = run(work())
    assert order[:2] == ["crowded", "other"]
    assert len(order) == 51


def test_a_clock_that_wakes_early_does_not_shorten_the_gap() -> None:
    class EarlyClock(FakeClock):
        async def sleep(self, seconds: float) -> None:
            await super().sleep(seconds - 0.001 if seconds > 0.01 else seconds)

    async def work() -> list[float]:
        clock = EarlyClock()
        pace = Pace(1, 9, clock, clock.sleep)
        starts = []
        for _ in range(3):
            async with pace.turn("outlet.example", 2.0):
                starts.append(clock())
        return starts

    first, second, third = run(work())
    assert second - first >= 2.0
    assert third - second >= 2.0


def test_a_turn_given_up_while_waiting_lets_the_next_one_in() -> None:
    async def work() -> list[str]:
        clock = FakeClock()
        pace = Pace(1, 9, clock, clock.sleep)
        done: list[str] = []

        async def take(name: str) -> None:
            async with pace.turn("outlet.example", 0.0):
                done.append(name)
                await asyncio.sleep(0)

        async with pace.turn("outlet.example", 0.0):
            first, second = (asyncio.ensure_future(take(name)) for name in ("first", "second"))
            await asyncio.sleep(0)
            first.cancel()
        await asyncio.gather(first, second, return_exceptions=True)
        return done

    assert run(work()) == ["second"]


def test_idle_lanes_are_forgotten_but_not_their_gaps() -> None:
    async def work() -> tuple[int, float]:
        clock = FakeClock()
        pace = Pace(1, 9, clock, clock.sleep)
        for number in range(3000):
            clock.seconds += 0.1
            async with pace.turn(f"outlet-{number}.example", 2.0):
                pass
        before = clock()
        async with pace.turn("outlet-2999.example", 2.0):
            return len(pace._lanes), clock() - before

    lanes, waited = run(work())
    assert lanes <= 1001
    assert waited == pytest.approx(2.0)
