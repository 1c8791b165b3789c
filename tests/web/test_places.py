"""P35, N7: few requests move at once, and those that are kept waiting hold up nobody."""

import asyncio
import random
import time
from collections.abc import Awaitable, Callable
from datetime import timedelta

from aggregator.model import FetchResult, Outcome
from aggregator.web.places import SHARE_SECONDS, Place, Places
from tests.web.client_for import client_for, feed, run
from tests.web.hostile_server import HostileServer, Route, answer

SOON = 0.01


def places(moving: int, connections: int = 100) -> Places:
    return Places(moving, connections, time.monotonic)


async def waiting(*work: Callable[[], Awaitable[object]]) -> list[asyncio.Task[object]]:
    """Start each piece of work, in order, and let it come to where it waits."""
    tasks: list[asyncio.Task[object]] = []
    for each in work:
        tasks.append(asyncio.ensure_future(each()))
        await asyncio.sleep(SOON)
    return tasks


def test_p35_a_place_is_ones_own_while_nobody_waits() -> None:
    async def work() -> bool:
        place = await places(1).take()
        await asyncio.sleep(2 * SHARE_SECONDS)
        return place.is_moving

    assert run(work())


def test_p35_a_place_is_ones_own_for_its_share_though_others_wait() -> None:
    async def work() -> tuple[bool, bool]:
        shared = places(1)
        first = await shared.take()
        (second,) = await waiting(shared.take)
        return first.is_moving, second.done()

    assert run(work()) == (True, False)


def test_p35_time_in_which_we_ourselves_are_busy_is_not_counted() -> None:
    async def work() -> bool:
        shared = places(1)
        first = await shared.take()
        await waiting(shared.take)
        time.sleep(2 * SHARE_SECONDS)  # noqa: ASYNC251  # this is what is tested
        await asyncio.sleep(SOON)
        return first.is_moving

    assert run(work())


def test_n07_a_place_is_lent_in_the_order_of_arrival_and_reclaimed_in_it_too() -> None:
    async def work() -> tuple[list[str], float]:
        shared, order = places(1), []

        async def start(name: str) -> Place:
            place = await shared.take()
            order.append(name)
            return place

        first = await start("first")
        (second,) = await waiting(lambda: start("second"))
        await second
        order.append("lent" if not first.is_moving else "kept")
        (third, back, fourth) = await waiting(
            lambda: start("third"), first.reclaim, lambda: start("fourth")
        )
        await third
        assert not back.done()
        await back
        order.append("first again" if first.is_moving else "first, still without")
        await fourth
        return order, first.waited

    order, waited = run(work())
    assert order == ["first", "second", "lent", "third", "first again", "fourth"]
    assert waited > SHARE_SECONDS


def test_p35_no_more_are_opened_than_there_may_be_connections() -> None:
    async def work() -> tuple[bool, bool, bool]:
        shared = places(1, connections=2)
        first = await shared.take()
        second, third, fourth = await waiting(shared.take, shared.take, first.reclaim)
        await fourth
        # Who is open already is not held up by the one who may not open yet.
        done = second.done(), third.done(), fourth.done()
        first.give_back()
        await third
        return done

    assert run(work()) == (True, False, True)


def test_a_place_goes_to_the_next_when_one_gives_up_before_or_just_after_its_turn() -> None:
    async def work() -> Place:
        shared = places(1)
        first = await shared.take()
        second, third, fourth = await waiting(shared.take, shared.take, shared.take)
        second.cancel()
        first.give_back()
        third.cancel()
        place = await fourth
        assert second.cancelled()
        assert third.cancelled()
        assert isinstance(place, Place)
        return place

    assert run(work()).is_moving


def test_p35_places_are_neither_lost_nor_made_whatever_is_given_up() -> None:
    """A hundred requests come, stall, go on and are cancelled at random."""

    async def work() -> tuple[int, int, int]:
        chance = random.Random(35)  # noqa: S311  # sample data
        shared, moving, peak, opened, peak_open = places(5, connections=20), 0, 0, 0, 0

        async def request() -> None:
            nonlocal moving, peak, opened, peak_open
            place = await shared.take()
            opened += 1
            peak_open = max(peak_open, opened)
            try:
                for _ in range(3):
                    if not place.is_moving:
                        await place.reclaim()
                    moving += 1
                    peak = max(peak, moving)
                    try:
                        await asyncio.sleep(0)
                    finally:
                        moving -= 1
                    await asyncio.sleep(chance.choice([0, 0.001, 0.3]))
            finally:
                opened -= 1
                place.give_back()

        tasks = [asyncio.ensure_future(request()) for _ in range(100)]
        while any(not task.done() for task in tasks):
            await asyncio.sleep(0.02)
            chance.choice(tasks).cancel()
        # All are free again: five move and twenty open at once.
        again = [await asyncio.wait_for(shared.take(), 1) for _ in range(5)]
        return peak, peak_open, sum(place.is_moving for place in again)

    peak, peak_open, free = run(work())
    assert peak <= 5
    assert peak_open == 20
    assert free == 5


def test_n07_silent_servers_are_waited_for_beside_one_another_up_to_the_connections() -> None:
    async def work() -> tuple[int, int]:
        async with (
            HostileServer({"/silent": (60.0,)}) as server,
            client_for(server, connections=25) as web,
        ):
            hosts = [f"silent-{number}.localhost" for number in range(40)]
            requests = [
                asyncio.ensure_future(web.fetch(feed(server.url("/silent", host))))
                for host in hosts
            ]
            while server.connections < 10:  # noqa: ASYNC110  # a socket has no event for it
                await asyncio.sleep(SOON)
            await asyncio.sleep(SHARE_SECONDS / 2)
            at_first = server.connections
            await asyncio.sleep(4 * SHARE_SECONDS)
            for request in requests:
                request.cancel()
            await asyncio.gather(*requests, return_exceptions=True)
            return at_first, server.connections

    assert run(work()) == (10, 25)


def test_n07_waiting_for_a_place_to_go_on_is_not_held_against_the_server() -> None:
    """With one place for all, others move while the first has been read to a half."""

    async def work() -> tuple[FetchResult, list[FetchResult]]:
        head = b"HTTP/1.1 200 OK\r\nContent-Length: 8\r\n\r\n"
        routes: dict[str, Route] = {
            "/halves": (head + b"news", 0.4, b"news"),
            "/prompt": (0.2, *answer(b"news")),
        }
        async with (
            HostileServer(routes) as server,
            client_for(server, deadline=timedelta(seconds=0.7), requests_in_flight=1) as web,
        ):
            first = asyncio.ensure_future(web.fetch(feed(server.url("/halves", "a.localhost"))))
            await asyncio.sleep(SOON)
            others = [
                web.fetch(feed(server.url("/prompt", f"b{number}.localhost")))
                for number in range(5)
            ]
            prompt = await asyncio.gather(*others)
            return await first, list(prompt)

    first, others = run(work())
    assert first.body == b"newsnews"
    assert first.took < timedelta(seconds=0.7)
    assert all(result.outcome is Outcome.FRESH for result in others)
