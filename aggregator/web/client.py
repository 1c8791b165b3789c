"""The client: follows one request to its end under the policy, and returns the end as a value."""

import asyncio
import os
import ssl
import time
from collections.abc import Awaitable, Callable, Mapping
from datetime import UTC, datetime, timedelta
from functools import partial
from types import TracebackType
from typing import Final, Self
from urllib.parse import urlencode

from aggregator.errors import AddressRefused, FetchError, TooSlow
from aggregator.model import Access, FetchKind, FetchRequest, FetchResult, HttpUrl
from aggregator.text.secrets import access_for
from aggregator.text.urls import http_url
from aggregator.web.access import message_headers, own_headers, way_out
from aggregator.web.answer import Answer
from aggregator.web.body import ACCEPT_ENCODING
from aggregator.web.exchange import Question, exchange
from aggregator.web.guard import Guard
from aggregator.web.pace import Pace, lane_of
from aggregator.web.places import Place
from aggregator.web.policy import WebPolicy
from aggregator.web.resolver import Resolver, system_resolver
from aggregator.web.result import Journey, ended, failed, not_permitted
from aggregator.web.robots import Permission, Robots
from aggregator.web.ways import Transports

_ACCEPT: Final = {
    FetchKind.FEED: b"application/atom+xml, application/rss+xml, application/feed+json,"
    b" application/xml;q=0.9, text/xml;q=0.9, */*;q=0.5",
    FetchKind.PAGE: b"text/html, application/xhtml+xml, */*;q=0.5",
    FetchKind.ROBOTS: b"text/plain, */*;q=0.5",
    FetchKind.HUB: b"*/*",
    FetchKind.HOOK: b"*/*",
}


def _utc_now() -> datetime:
    return datetime.now(UTC)


class WebClient:
    """Fetches addresses for one event loop; an async context manager.

    `resolve` gives the addresses of a host, `monotonic` and `sleep` count seconds, `now` is the
    wall time that results bear, `environment` holds the secrets that feeds.yaml names. Certificates
    are checked against `ssl_context`, by default the public authorities of the certifi package.
    """

    def __init__(
        self,
        policy: WebPolicy,
        *,
        resolve: Resolver = system_resolver,
        monotonic: Callable[[], float] = time.monotonic,
        now: Callable[[], datetime] = _utc_now,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
        ssl_context: ssl.SSLContext | None = None,
        environment: Mapping[str, str] = os.environ,
    ) -> None:
        self._policy = policy
        self._monotonic = monotonic
        self._now = now
        self._environment = environment
        self._pace = Pace(policy.requests_in_flight, policy.connections, monotonic, sleep)
        self._robots = Robots(self._fetch_robots, monotonic, now)
        self._transports = Transports(policy, Guard(policy, resolve), ssl_context)
        self._headers = {
            kind: [
                (b"User-Agent", policy.user_agent.encode("ascii")),
                (b"Accept", _ACCEPT[kind]),
                (b"Accept-Encoding", ACCEPT_ENCODING),
            ]
            for kind in FetchKind
        }

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        await self._transports.aclose()

    async def fetch(self, request: FetchRequest) -> FetchResult:
        """Return what came of `request`; never raises for what the net does.

        Waits for the turn of each publisher on the way. Pages obey robots.txt on every hop; feeds
        are exempt, because the user listed them. What is posted is not sent on by a redirect.
        """
        journey = Journey(request.url)
        try:
            end = await self._follow(request, journey)
        except FetchError as error:
            return failed(request, journey, error, self._now())
        if isinstance(end, Permission):
            return not_permitted(request, journey, end, self._now())
        return ended(request, journey, end, self._now())

    async def _follow(self, request: FetchRequest, journey: Journey) -> Answer | Permission:
        """Return the last answer of the chain, or the permission that was not given."""
        if http_url(request.url) is None:
            raise AddressRefused(request.url, "not an http or https address")
        while True:
            permission = await self._permission(request, journey.url)
            if permission.error is not None:
                return permission
            answer = await self._hop(request, journey, permission.gap)
            if not answer.is_redirect or request.is_post:
                return answer
            journey.go_on(answer, self._policy.redirect_limit)

    async def _fetch_robots(self, url: HttpUrl, access: Access) -> Answer:
        end = await self._follow(FetchRequest(url, FetchKind.ROBOTS, access=access), Journey(url))
        assert isinstance(end, Answer)  # a robots.txt needs no permission
        return end

    async def _permission(self, request: FetchRequest, url: HttpUrl) -> Permission:
        if request.kind is not FetchKind.PAGE:
            return Permission()
        return await self._robots.permission(url, request.access)

    async def _hop(self, request: FetchRequest, journey: Journey, gap: timedelta) -> Answer:
        url = journey.url
        question = self._question(request, url)
        way = way_out(url, request.access, self._policy.proxy, self._environment)
        transport = self._transports.of(url, way)
        wait = max(gap, self._policy.host_gap).total_seconds()
        async with self._pace.turn(lane_of(url), wait) as place:
            deadline = self._policy.deadline.total_seconds()
            started = self._monotonic()
            try:
                async with asyncio.timeout(max(deadline - journey.seconds, 0.0)) as limit:
                    return await exchange(transport, question, partial(_go_on, place, limit))
            except TimeoutError:
                raise TooSlow(url, f"no whole answer within {deadline:g} s") from None
            finally:
                journey.seconds += self._monotonic() - started - place.waited

    def _question(self, request: FetchRequest, url: HttpUrl) -> Question:
        access = request.access
        headers = list(self._headers[request.kind])
        private = frozenset[bytes]()
        if access.user_agent is not None:
            headers[0] = (b"User-Agent", access.user_agent.encode("ascii"))
        if request.kind is FetchKind.FEED and access != Access():
            own = own_headers(url, access_for(access, request.url, url), self._environment)
            private = frozenset(name.lower() for name, _ in own)
            headers = [pair for pair in headers if pair[0].lower() not in private] + own
        if request.validators.etag:
            headers.append((b"If-None-Match", request.validators.etag.encode("latin-1")))
        if request.validators.last_modified:
            since = request.validators.last_modified.encode("latin-1")
            headers.append((b"If-Modified-Since", since))
        posted = None
        if request.form is not None:
            headers.append((b"Content-Type", b"application/x-www-form-urlencoded"))
            posted = urlencode(request.form).encode("ascii")
        elif request.message is not None:
            headers += message_headers(url, request.message)
            posted = request.message.body
        limit = self._policy.limits[request.kind]
        return Question(url, request.kind, headers, limit, posted, private)


async def _go_on(place: Place, limit: asyncio.Timeout) -> None:
    """Wait until we may move; the deadline stands still meanwhile, for the wait is our own."""
    if place.is_moving:
        return
    clock = asyncio.get_running_loop().time
    left = (limit.when() or clock()) - clock()
    limit.reschedule(None)
    await place.reclaim()
    limit.reschedule(clock() + left)
