"""The client: follows one request to its end under the policy, and returns the end as a value."""

import asyncio
import logging
import ssl
import time
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import aclosing
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from types import TracebackType
from typing import Final, Self, cast

import httpcore
import httpx

from aggregator.errors import AddressRefused, FetchError, TooLarge, TooManyRedirects, TooSlow
from aggregator.model import FetchKind, FetchRequest, FetchResult, HttpUrl, Outcome, Validators
from aggregator.text.clean import plain_line
from aggregator.text.urls import host_of, http_url
from aggregator.web.answer import Answer, max_age, redirect_target, retry_after, validators
from aggregator.web.body import ACCEPT_ENCODING, PIECE, content_coding, read_body
from aggregator.web.guard import GuardedTransport
from aggregator.web.pace import Pace, lane_of
from aggregator.web.policy import WebPolicy
from aggregator.web.resolver import Resolver, system_resolver
from aggregator.web.robots import Permission, Robots

_log = logging.getLogger(__name__)

_HEADER_LIMIT: Final = 64 * 1024
_ERROR_LIMIT: Final = 300

_ACCEPT: Final = {
    FetchKind.FEED: b"application/atom+xml, application/rss+xml, application/feed+json,"
    b" application/xml;q=0.9, text/xml;q=0.9, */*;q=0.5",
    FetchKind.PAGE: b"text/html, application/xhtml+xml, */*;q=0.5",
    FetchKind.ROBOTS: b"text/plain, */*;q=0.5",
    FetchKind.HUB: b"*/*",
}


def _utc_now() -> datetime:
    return datetime.now(UTC)


@dataclass(slots=True)
class _Journey:
    """Where one request has got to on its chain of redirects."""

    url: HttpUrl
    visited: set[HttpUrl] = field(default_factory=set)
    is_permanent: bool = True
    seconds: float = 0.0

    def go_on(self, answer: Answer, limit: int) -> None:
        self.visited.add(self.url)
        self.is_permanent = self.is_permanent and answer.is_permanent
        target = redirect_target(self.url, answer)
        if target in self.visited:
            raise TooManyRedirects(self.url, "the redirects go in a circle")
        if len(self.visited) > limit:
            raise TooManyRedirects(self.url, f"more than {limit} redirects")
        self.url = target


class WebClient:
    """Fetches addresses for one event loop; an async context manager.

    `resolve` gives the addresses of a host, `monotonic` and `sleep` count seconds, `now` is the
    wall time that results bear. Certificates are checked against `ssl_context`, by default the
    public authorities of the certifi package.
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
    ) -> None:
        self._policy = policy
        self._monotonic = monotonic
        self._now = now
        self._pace = Pace(policy.requests_in_flight, monotonic, sleep)
        self._robots = Robots(self._fetch_robots, monotonic, now)
        tls = ssl_context or httpx.create_ssl_context(trust_env=False)
        self._transport = GuardedTransport(policy, resolve, tls)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        await self._transport.aclose()

    async def fetch(self, request: FetchRequest) -> FetchResult:
        """Return what came of `request`; never raises for what the net does.

        Waits for the turn of each publisher on the way. Pages obey robots.txt on every hop; feeds
        are exempt, because the user listed them.
        """
        journey = _Journey(request.url)
        try:
            end = await self._follow(request, journey)
        except FetchError as error:
            return FetchResult(
                url=request.url,
                outcome=Outcome.FAILED,
                received_at=self._now(),
                failure=type(error).__name__,
                error=_error_line(error),
                took=timedelta(seconds=journey.seconds),
            )
        if isinstance(end, Permission):
            return self._not_permitted(request, journey, end)
        return self._ended(request, journey, end)

    async def _follow(self, request: FetchRequest, journey: _Journey) -> Answer | Permission:
        """Return the last answer of the chain, or the permission that was not given."""
        if http_url(request.url) is None:
            raise AddressRefused(request.url, "not an http or https address")
        while True:
            permission = await self._permission(request.kind, journey.url)
            if permission.error is not None:
                return permission
            answer = await self._hop(request, journey, permission.gap)
            if not answer.is_redirect:
                return answer
            journey.go_on(answer, self._policy.redirect_limit)

    async def _fetch_robots(self, url: HttpUrl) -> Answer:
        end = await self._follow(FetchRequest(url, FetchKind.ROBOTS), _Journey(url))
        assert isinstance(end, Answer)  # a robots.txt needs no permission
        return end

    async def _permission(self, kind: FetchKind, url: HttpUrl) -> Permission:
        return await self._robots.permission(url) if kind is FetchKind.PAGE else Permission()

    async def _hop(self, request: FetchRequest, journey: _Journey, gap: timedelta) -> Answer:
        wait = max(gap, self._policy.host_gap).total_seconds()
        async with self._pace.turn(lane_of(journey.url), wait):
            deadline = self._policy.deadline.total_seconds()
            started = self._monotonic()
            try:
                async with asyncio.timeout(max(deadline - journey.seconds, 0.0)):
                    return await self._exchange(request, journey.url)
            except TimeoutError:
                raise TooSlow(journey.url, f"no whole answer within {deadline:g} s") from None
            finally:
                journey.seconds += self._monotonic() - started

    async def _exchange(self, request: FetchRequest, url: HttpUrl) -> Answer:
        """Send one request and read its answer; every failure of the libraries is a FetchError."""
        try:
            return await self._ask(request, url)
        except FetchError:
            raise
        except httpx.InvalidURL as error:
            raise AddressRefused(url, "an address that cannot be read") from error
        except httpcore.TimeoutException as error:
            raise TooSlow(url, f"{host_of(url)} was not ready in time") from error
        except (httpcore.NetworkError, httpcore.ProtocolError, OSError) as error:
            detail = str(error) or type(error).__name__
            raise FetchError(url, f"no answer from {host_of(url)}: {detail}") from error
        except Exception as error:  # hostile bytes find exceptions that no library documents
            _log.warning("unexpected failure in an exchange with %s", host_of(url), exc_info=True)
            detail = f"{type(error).__name__} {error}"
            raise FetchError(url, f"no answer from {host_of(url)}: {detail}") from error

    async def _ask(self, request: FetchRequest, url: HttpUrl) -> Answer:
        # The transport alone: httpx's client would read cookies and Location, and log addresses.
        sent = httpx.Request("GET", url, headers=self._request_headers(request))
        response = await self._transport.handle_async_request(sent)
        try:
            pairs = response.headers.raw
            if sum(len(name) + len(value) + 4 for name, value in pairs) > _HEADER_LIMIT:
                raise TooLarge(url, f"the header block is larger than {_HEADER_LIMIT} bytes")
            headers = tuple(
                (name.decode("latin-1").lower(), value.decode("latin-1")) for name, value in pairs
            )
            answer = Answer(response.status_code, headers)
            if answer.outcome is not Outcome.FRESH:
                return answer
            return Answer(
                answer.status, headers, await self._body(response, answer, request.kind, url)
            )
        finally:
            await response.aclose()

    def _request_headers(self, request: FetchRequest) -> list[tuple[bytes, bytes]]:
        headers = [
            (b"User-Agent", self._policy.user_agent.encode("ascii")),
            (b"Accept", _ACCEPT[request.kind]),
            (b"Accept-Encoding", ACCEPT_ENCODING),
        ]
        if request.validators.etag:
            headers.append((b"If-None-Match", request.validators.etag.encode("latin-1")))
        if request.validators.last_modified:
            since = request.validators.last_modified.encode("latin-1")
            headers.append((b"If-Modified-Since", since))
        return headers

    async def _body(
        self, response: httpx.Response, answer: Answer, kind: FetchKind, url: HttpUrl
    ) -> bytes:
        limit = self._policy.limits[kind]
        is_cut = kind is FetchKind.ROBOTS
        coding = content_coding(url, answer.header_list("content-encoding"))
        if (answer.announced_length or 0) > limit + PIECE and not is_cut:
            raise TooLarge(url, f"the body is announced as larger than {limit} bytes")
        # httpx annotates it as an iterator, but it is a generator, to be closed when left early.
        async with aclosing(cast("AsyncGenerator[bytes]", response.aiter_raw())) as chunks:
            return await read_body(url, chunks, coding=coding, limit=limit, cut_lines=is_cut)

    def _not_permitted(
        self, request: FetchRequest, journey: _Journey, permission: Permission
    ) -> FetchResult:
        return FetchResult(
            url=request.url,
            outcome=Outcome.BLOCKED if permission.retry_after is None else Outcome.LATER,
            received_at=self._now(),
            retry_after=permission.retry_after,
            error=plain_line(permission.error or "", limit=_ERROR_LIMIT),
            took=timedelta(seconds=journey.seconds),
        )

    def _ended(self, request: FetchRequest, journey: _Journey, answer: Answer) -> FetchResult:
        now = self._now()
        outcome = answer.outcome
        error = None if outcome in {Outcome.FRESH, Outcome.UNCHANGED} else answer.status_line
        fresh = validators(answer)
        if outcome is Outcome.UNCHANGED:
            if request.validators == Validators():
                outcome = Outcome.FAILED
                error = f"{answer.status_line}, though nothing was compared"
            # A 304 need not repeat what it confirms.
            fresh = Validators(
                fresh.etag or request.validators.etag,
                fresh.last_modified or request.validators.last_modified,
            )
        has_moved = bool(journey.visited) and journey.is_permanent and error is None
        return FetchResult(
            url=request.url,
            outcome=outcome,
            received_at=now,
            status=answer.status,
            final_url=journey.url,
            permanent_url=journey.url if has_moved else None,
            body=answer.body,
            content_type=answer.header("content-type"),
            validators=fresh if error is None else Validators(),
            max_age=max_age(answer, now) if error is None else None,
            retry_after=retry_after(answer, now) if outcome is Outcome.LATER else None,
            error=error,
            took=timedelta(seconds=journey.seconds),
        )


def _error_line(error: FetchError) -> str:
    return plain_line(f"{type(error).__name__}: {error.detail}", limit=_ERROR_LIMIT)
